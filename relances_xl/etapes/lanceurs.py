"""Les lanceurs à double-cliquer d'un dossier : une étape chacun, et `menu`, d'où tout se lance (contrat §1, §9)."""

import shlex
import sys

COMMANDES = {
    "1-actualiser": "actualiser . --ouvrir",
    "2-lister": "lister . --ouvrir",
    "3-produire": "produire . --ouvrir",
    "menu": "menu .",
}
"""Nom du lanceur → ce qu'il lance : il ouvre le résultat, et la fenêtre reste pour qu'on la lise."""

VARIABLE = "RELANCES_XL_LANCEUR"  # les conseils parlent alors des lanceurs, pas de commandes à taper


def lanceurs() -> dict[str, tuple[str, str]]:
    """Nom du lanceur à double-cliquer → (contenu, fin de ligne) pour le système présent."""
    if sys.platform == "win32":
        return {f"{nom}.cmd": (_cmd(commande), "\r\n") for nom, commande in COMMANDES.items()}
    extension = ".command" if sys.platform == "darwin" else ".sh"
    return {f"{nom}{extension}": (_sh(commande), "\n") for nom, commande in COMMANDES.items()}


def _cmd(commande: str) -> str:
    """`pushd` plutôt que `cd` : il prête une lettre à un partage (\\\\serveur\\compta), dont `cmd` ne fait pas un dossier courant.

    Qu'il ait réussi se voit au lanceur lui-même, qui doit être là : sous Wine, `pushd … || …` prend toujours la seconde
    branche. Le lanceur d'un autre poste (dossier partagé) n'y trouve pas son Python : il prend alors la commande installée.
    """
    python = sys.executable.replace("%", "%%")
    return f"""@echo off
chcp 65001 >nul
pushd "%~dp0"
if not exist "%~nx0" (
  echo Le dossier "%~dp0" n'est pas accessible.
  pause
  exit /b 2
)
set "PYTHONUTF8=1"
set "{VARIABLE}=1"
if exist "{python}" ("{python}" -m relances_xl {commande}) else (relances-xl {commande})
set "code=%errorlevel%"
popd
if "%code%"=="9009" echo relances_xl n'est pas installé sur ce poste : installez-le, puis recommencez.
echo.
pause
exit /b %code%
"""


def _sh(commande: str) -> str:
    python = shlex.quote(sys.executable)
    return f"""#!/bin/sh
cd -- "$(dirname -- "$0")" || exit 2
export PYTHONUTF8=1 {VARIABLE}=1
if [ -x {python} ]; then {python} -m relances_xl {commande}; else relances-xl {commande}; fi
code=$?
if [ -t 0 ]; then printf '\\nAppuyez sur Entrée pour fermer. '; read -r _; fi
exit $code
"""
