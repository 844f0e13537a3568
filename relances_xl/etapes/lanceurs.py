"""Les lanceurs à double-cliquer d'un dossier : une commande chacun, une fenêtre qui reste ouverte."""

import shlex
import sys


def lanceurs() -> dict[str, tuple[str, str]]:
    """Nom du lanceur à double-cliquer → (contenu, fin de ligne) pour le système présent."""
    commandes = {"1-actualiser": "actualiser", "2-lister": "lister", "3-produire": "produire"}
    if sys.platform == "win32":
        return {f"{nom}.cmd": (_cmd(commande), "\r\n") for nom, commande in commandes.items()}
    extension = ".command" if sys.platform == "darwin" else ".sh"
    return {f"{nom}{extension}": (_sh(commande), "\n") for nom, commande in commandes.items()}


def _cmd(commande: str) -> str:
    """`pushd` plutôt que `cd` : il prête une lettre à un partage (\\\\serveur\\compta), dont `cmd` ne fait pas un dossier courant."""
    python = sys.executable.replace("%", "%%")
    return f"""@echo off
chcp 65001 >nul
pushd "%~dp0" || (pause & exit /b 2)
set "PYTHONUTF8=1"
if exist "{python}" ("{python}" -m relances_xl {commande} .) else (relances-xl {commande} .)
set "code=%errorlevel%"
popd
echo.
pause
exit /b %code%
"""


def _sh(commande: str) -> str:
    python = shlex.quote(sys.executable)
    return f"""#!/bin/sh
cd -- "$(dirname -- "$0")" || exit 2
export PYTHONUTF8=1
if [ -x {python} ]; then {python} -m relances_xl {commande} .; else relances-xl {commande} .; fi
code=$?
if [ -t 0 ]; then printf '\\nAppuyez sur Entrée pour fermer. '; read -r _; fi
exit $code
"""
