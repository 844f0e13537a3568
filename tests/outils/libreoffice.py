"""LibreOffice sans écran, pour les tests."""

import shutil
import subprocess
from pathlib import Path

import pytest


def soffice(chemin: Path, format_: str, dossier: Path) -> Path:
    """Le classeur enregistré à ce format (« xlsx:Calc MS Excel 2007 XML », « ods », « pdf »)."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice (soffice) n'est pas installé")
    profil = f"-env:UserInstallation={(dossier / 'profil').as_uri()}"
    subprocess.run(
        ["soffice", profil, "--headless", "--convert-to", format_, "--outdir", str(dossier / "sortie"), str(chemin)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return dossier / "sortie" / f"{chemin.stem}.{format_.split(':')[0]}"
