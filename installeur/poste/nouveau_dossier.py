"""« Nouveau dossier de relance » (menu Démarrer) et « Envoyer vers » : choisir un dossier, le préparer, l'ouvrir.

Le dossier vient de la fenêtre de choix, ou de l'Explorateur (« Envoyer vers »). `nouveau` n'écrase rien : sur un dossier déjà
préparé, il complète.
"""

import os
import subprocess
import sys
from pathlib import Path

TITRE = "relances_xl"


def main(arguments: list[str]) -> int:
    """Prépare le dossier et l'ouvre ; une faute se dit dans une fenêtre, il n'y a pas de terminal."""
    dossier = arguments[0] if arguments else choisir()
    if not dossier:
        return 0
    code, dit = preparer(Path(dossier))
    if code:
        annoncer(dit)
        return code
    os.startfile(dossier)
    return 0


def choisir() -> str:
    """Le dossier choisi dans la fenêtre de Windows, vide si elle est fermée sans choisir."""
    import pythoncom
    from win32com.shell import shell, shellcon

    pythoncom.CoInitialize()
    texte = "Choisissez, ou créez, le dossier où vous relancerez vos clients"
    choix, _, _ = shell.SHBrowseForFolder(0, None, texte, shellcon.BIF_NEWDIALOGSTYLE | shellcon.BIF_RETURNONLYFSDIRS)
    if choix is None:
        return ""
    chemin = shell.SHGetPathFromIDListW(choix)
    return str(chemin)


def preparer(dossier: Path) -> tuple[int, str]:
    """Lance `nouveau` ; rend son code de sortie et ce qu'il a dit."""
    fini = subprocess.run(
        [Path(sys.executable).with_name("python.exe"), "-m", "relances_xl", "nouveau", str(dossier)],
        env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", errors="replace",
        stdin=subprocess.DEVNULL, creationflags=subprocess.CREATE_NO_WINDOW, check=False,
    )  # fmt: skip
    return fini.returncode, fini.stderr.strip() or fini.stdout.strip()


def annoncer(texte: str) -> None:
    import win32api
    import win32con

    win32api.MessageBox(0, texte, TITRE, win32con.MB_OK | win32con.MB_ICONERROR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
