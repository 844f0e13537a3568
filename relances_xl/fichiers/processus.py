"""Lancer un programme extérieur : un délai, et rien qui survive à ce délai."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class DelaiDepasse(Exception):
    """Le programme n'a pas rendu la main à temps ; lui et ceux qu'il a lancés sont arrêtés."""


class Execution(NamedTuple):
    """Ce qu'un programme a rendu."""

    code: int
    sortie: str
    erreurs: str


def executer(commande: Sequence[str], delai: float, environnement: Mapping[str, str] | None = None) -> Execution:
    """Lance `commande` (sans interpréteur de commandes) et attend au plus `delai` secondes.

    environnement : variables ajoutées à celles du processus. Lève `DelaiDepasse`, ou `OSError` si le programme
    n'existe pas.
    """
    processus = subprocess.Popen(
        list(commande),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environnement or {})},  # un Python lancé parle comme on l'écoute
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # n'existe que sous Windows
        start_new_session=True,  # son propre groupe : `soffice` n'est qu'un lanceur, il faut arrêter les deux
    )
    try:
        sortie, erreurs = processus.communicate(timeout=delai)
    except subprocess.TimeoutExpired:
        _arreter(processus)
        raise DelaiDepasse(f"{commande[0]} : pas de réponse après {delai:.0f} s") from None
    except BaseException:
        _arreter(processus)
        raise
    return Execution(processus.returncode, sortie, erreurs)


def _arreter(processus: "subprocess.Popen[str]") -> None:
    """Arrête le programme et ceux qu'il a lancés."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(processus.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(processus.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        processus.communicate(timeout=5)  # un petit-fils échappé du groupe tiendrait les tuyaux ouverts
