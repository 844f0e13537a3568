"""Ouvrir un résultat comme le ferait un double-clic, sans attendre qu'on le referme."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def ouvrir(chemins: Iterable[Path]) -> list[Path]:
    """Ouvre chaque fichier ou dossier dans son logiciel ; rend ceux que rien n'a pu ouvrir."""
    return [chemin for chemin in chemins if not _ouvrir(chemin.resolve())]


def _ouvrir(chemin: Path) -> bool:
    try:
        if sys.platform == "win32":
            os.startfile(chemin)  # jamais par `cmd /c start`, qui interpréterait le nom du fichier
            return True
        programme = "open" if sys.platform == "darwin" else "xdg-open"
        if (present := shutil.which(programme)) is None:
            return False
        subprocess.Popen(
            [present, str(chemin)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True
