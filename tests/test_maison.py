"""La maison : qui importe qui (les flèches ne vont que vers le bas), et ce que l'aide n'a pas à charger."""

import ast
import configparser
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PAQUET = Path(__file__).parents[1] / "relances_xl"
MODULES = sorted(PAQUET.rglob("*.py"))

SALLES = {"entrees", "decision", "revue", "lettres", "sorties", "historique", "dossier"}
PERMIS: dict[str, set[str]] = {
    "domaine": {"domaine"},
    **{salle: {salle, "domaine"} for salle in SALLES},
    "etapes": SALLES | {"etapes", "domaine"},
    "resumes": {"etapes", "domaine"},
    "ecran": {"etapes", "domaine"},
    "francais": set(),
    "cli": {"etapes", "domaine", "dossier", "ecran", "francais", "resumes", "__init__"},
    "__main__": {"cli"},
    "__init__": set(),
}
TIERS: dict[str, set[str]] = {
    "python_calamine": {"entrees"},
    "openpyxl": {"entrees"},
    "xlsxwriter": {"revue"},
    "docx": {"lettres"},
    "jinja2": {"lettres"},
    "segno": {"lettres"},
    "pikepdf": {"sorties"},
    "dxpdf": {"sorties"},
    "docx2pdf": {"sorties"},
    "smtplib": {"sorties"},
    "keyring": {"sorties"},
    "sqlite3": {"historique"},
    "filelock": {"dossier"},
    "click": {"cli", "ecran", "francais"},
    "babel": {"domaine", "lettres"},
}


def salle(module: Path) -> str:
    partie = module.relative_to(PAQUET).parts[0]
    return partie.removesuffix(".py")


def importes(module: Path) -> set[str]:
    """Les modules importés, où que ce soit dans le fichier."""
    noms = set()
    for noeud in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            noms |= {noeud.module} | {f"{noeud.module}.{alias.name}" for alias in noeud.names}
    return noms


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_une_piece_n_importe_que_ce_qui_est_dessous(module: Path) -> None:
    internes = {nom.split(".")[1] for nom in importes(module) if nom.startswith("relances_xl.")}
    internes -= {"__version__"}
    assert internes <= PERMIS[salle(module)]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_une_bibliotheque_n_entre_que_par_sa_piece(module: Path) -> None:
    tiers = {nom.split(".")[0] for nom in importes(module)}
    egares = {nom for nom in tiers & TIERS.keys() if salle(module) not in TIERS[nom]}
    assert not egares


def test_les_bibliotheques_declarees_sont_celles_qui_servent() -> None:
    """Celle qu'une autre apporte aujourd'hui peut cesser de l'être ; celle qui ne sert plus alourdit l'installation."""
    configuration = configparser.ConfigParser()
    configuration.read(PAQUET.parent / "setup.cfg", encoding="utf-8")
    lignes = configuration["options"]["install_requires"].split("\n")
    declarees = {nom[0].lower() for ligne in lignes if (nom := re.match(r"[\w.-]+", ligne))}
    noms = {module: {nom.lower() for nom in distributions} for module, distributions in packages_distributions().items()}
    noms |= {"win32api": {"pywin32"}, "win32print": {"pywin32"}}  # que seul Windows installe
    importees = {nom.split(".")[0] for module in MODULES for nom in importes(module)} - sys.stdlib_module_names - {"relances_xl"}
    employees = set().union(*(noms[nom] for nom in importees))
    sans_import = {"docx2pdf", "dxpdf", "font-source-sans-pro"}  # lancées dans un processus à part, ou lues comme fichiers
    assert declarees == employees | sans_import


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_l_horloge_n_est_lue_que_par_la_ligne_de_commande(module: Path) -> None:
    if salle(module) == "cli":
        return
    appels = {
        f"{noeud.value.id}.{noeud.attr}"
        for noeud in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Attribute) and isinstance(noeud.value, ast.Name)
    }
    assert not appels & {"date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time"}


def test_l_aide_ne_charge_aucune_bibliotheque_lourde() -> None:
    lourdes = ("pandas", "numpy", "docx", "openpyxl", "xlsxwriter", "pikepdf", "babel", "lxml", "python_calamine")
    programme = (
        "import sys, relances_xl.cli as cli\n"
        "try: cli.principal(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {lourdes!r} if m in sys.modules], file=sys.stderr)"
    )
    fini = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, encoding="utf-8", check=True)
    assert fini.stderr.strip() == "[]"
    assert "lister" in fini.stdout
