"""Refait `roues.txt` : chaque bibliothèque que Windows reçoit, à sa version du jour, avec l'empreinte de sa roue.

`python installeur/verrouiller.py` (extra « installeur ») ; à relancer pour une nouvelle version, puis à relire dans le diff.
Les marqueurs (`sys_platform == "win32"`…) sont résolus pour Windows, ce que pip ne sait pas faire d'un autre système.
"""

import configparser
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ICI = Path(__file__).resolve().parent
ROUES = ICI / "roues.txt"
PYTHON = "3.13"
"""Version du Python livré : celle de `python.txt`."""

CIBLE = ("--platform", "win_amd64", "--python-version", PYTHON, "--implementation", "cp", "--only-binary=:all:")
"""Ce que pip doit prendre pour Windows, d'où qu'on l'appelle."""


def verrouiller(roues: Path = ROUES) -> int:
    """Résout, télécharge et écrit les empreintes ; rend le nombre de bibliothèques."""
    configuration = configparser.ConfigParser()
    configuration.read(ICI.parent / "setup.cfg", encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="relances_xl_verrou_") as tampon:
        demandes, resolues, depot = Path(tampon, "demandes.in"), Path(tampon, "resolues.txt"), Path(tampon, "roues")
        demandes.write_text(configuration["options"]["install_requires"], encoding="utf-8")
        _lancer(
            "uv", "pip", "compile", str(demandes), "-o", str(resolues), "--python-platform", "x86_64-pc-windows-msvc",
            "--python-version", PYTHON, "--only-binary", ":all:", "--no-header", "--no-annotate", "--quiet",
        )  # fmt: skip
        _lancer("pip", "download", "--quiet", "--no-deps", *CIBLE, "--dest", str(depot), "--requirement", str(resolues))
        lignes = []
        for demande in resolues.read_text(encoding="utf-8").split():
            nom = demande.split("==")[0].replace("-", "_").replace(".", "_").casefold()
            (roue,) = (r for r in depot.iterdir() if r.name.split("-")[0].replace(".", "_").casefold() == nom)
            lignes.append(f"{demande} --hash=sha256:{hashlib.sha256(roue.read_bytes()).hexdigest()}")
    roues.write_text("\n".join(lignes) + "\n", encoding="utf-8")
    return len(lignes)


def _lancer(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    print(f"{ROUES.name} : {verrouiller()} bibliothèques")
