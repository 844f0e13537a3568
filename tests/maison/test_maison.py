"""La maison : qui importe qui (les flèches ne vont que vers le bas), un mot par chose, et ce que l'aide n'a pas à charger."""

import ast
import configparser
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from lieux import RACINE

from relances_xl.fichiers.souche import environnement

PAQUET = RACINE / "relances_xl"
MODULES = sorted(PAQUET.rglob("*.py"))
SOCLE = {"domaine", "fichiers"}

PIECES = {"criteres", "entrees", "decision", "revue", "lettres", "sorties", "historique", "dossier"}
"""Les pièces du milieu : elles ne se connaissent pas, `etapes` passe les tables de l'une à l'autre."""

PERMIS: dict[str, set[str]] = {
    "domaine": {"domaine"},
    "fichiers": {"fichiers", "domaine"},
    **{piece: {piece} | SOCLE for piece in PIECES},
    "etapes": PIECES | SOCLE | {"etapes"},
    "ecran": {"ecran", "etapes", "dossier", "__init__"} | SOCLE,
    "__main__": {"ecran"},
    "__init__": {"etapes", "dossier", "domaine"},
}

# De bas en haut, dans chaque pièce : un module n'importe que son étage et ceux d'avant. « . » : ses modules sans sous-pièce
# que rien d'autre ne nomme.
ETAGES: dict[str, tuple[set[str], ...]] = {
    "domaine": ({"feuilles", "erreurs"}, {"ecrits"}, {"."}),
    "entrees": ({"classeurs"}, {"valeurs"}, {"colonnes"}, {"tiers"}, {"echeances"}, {"fec", "banque", "factures"}, {"."}),
    "decision": (
        {"par_groupe", "phrases", "lignes", "signaler"},
        {"juger"},
        {"chiffrer"},
        {"decider"},
        {"montrer", "reverifier", "encaisser"},
    ),
    "revue": ({"lecteurs"}, {"schema"}, {"ecrire", "relire"}),
    "lettres": ({"word"}, {"catalogue"}, {"paquet"}, {"compile"}, {"assemble", "donnees", "procedure"}, {"modele"}),
    "sorties": ({"pdf", "papier", "courriel"},),
    "etapes": ({"communs"}, {"production"}, {"."}),
}
SANS_SE_CONNAITRE = {"decision": {"montrer", "reverifier", "encaisser"}, "revue": {"ecrire", "relire"}, "lettres": {"assemble", "donnees"}}

TIERS: dict[str, set[str]] = {
    "python_calamine": {"entrees"},
    "openpyxl": {"criteres", "entrees"},
    "xlsxwriter": {"revue"},
    "docx": {"lettres"},
    "jinja2": {"lettres"},
    "segno": {"lettres"},
    "pikepdf": {"entrees", "sorties"},
    "pypdfium2": {"sorties"},
    "dxpdf": {"sorties"},
    "docx2pdf": {"sorties"},
    "smtplib": {"sorties"},
    "keyring": {"sorties"},
    "email_validator": {"sorties"},
    "msal": {"sorties"},
    "requests": {"sorties"},
    "urllib3": {"sorties"},
    "sqlite3": {"historique"},
    "filelock": {"fichiers"},
    "isal": {"fichiers"},
    "pathvalidate": {"fichiers"},
    "click": {"ecran"},
    "babel": {"domaine", "lettres"},
}


def salle(module: Path) -> str:
    return module.relative_to(PAQUET).parts[0].removesuffix(".py")


@cache
def importes(module: Path) -> frozenset[str]:
    """Les modules importés, où que ce soit dans le fichier."""
    noms = set()
    for noeud in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom) and noeud.module:
            noms |= {noeud.module} | {f"{noeud.module}.{alias.name}" for alias in noeud.names}
    return frozenset(noms)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_une_piece_n_importe_que_ce_qui_est_dessous(module: Path) -> None:
    internes = {nom.split(".")[1] for nom in importes(module) if nom.startswith("relances_xl.")}
    internes -= {"__version__"}
    assert internes <= PERMIS[salle(module)]


def etage(piece: str, nom: str) -> int:
    """L'étage d'une sous-pièce ou d'un module dans sa pièce."""
    etages = ETAGES[piece]
    return next((i for i, noms in enumerate(etages) if nom in noms), len(etages) - 1)


@pytest.mark.parametrize("module", [m for m in MODULES if salle(m) in ETAGES], ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_une_sous_piece_n_importe_que_ce_qui_est_dessous(module: Path) -> None:
    piece, *reste = module.relative_to(PAQUET).with_suffix("").parts
    ici = reste[0]
    prefixe = f"relances_xl.{piece}."
    sous = {nom.removeprefix(prefixe).split(".")[0] for nom in importes(module) if nom.startswith(prefixe)} - {ici}
    trop_haut = {nom for nom in sous if etage(piece, nom) > etage(piece, ici)}
    if ici in SANS_SE_CONNAITRE.get(piece, ()):
        trop_haut |= sous & SANS_SE_CONNAITRE[piece]
    assert not trop_haut


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_une_bibliotheque_n_entre_que_par_sa_piece(module: Path) -> None:
    tiers = {nom.split(".")[0] for nom in importes(module)}
    egares = {nom for nom in tiers & TIERS.keys() if salle(module) not in TIERS[nom]}
    assert not egares


def test_une_piece_a_une_douzaine_de_fichiers_au_plus() -> None:
    par_dossier = Counter(module.parent.relative_to(RACINE).as_posix() for module in MODULES if module.name != "__init__.py")
    assert {dossier: nombre for dossier, nombre in par_dossier.items() if nombre > 13} == {}


def test_un_module_tient_en_trois_cents_lignes() -> None:
    longs = {module.name: nombre for module in MODULES if (nombre := len(module.read_text(encoding="utf-8").splitlines())) > 300}
    assert longs == {}


def test_deux_modules_ne_portent_pas_le_meme_nom() -> None:
    noms = Counter(module.stem for module in MODULES if module.name != "__init__.py")
    assert [nom for nom, combien in noms.items() if combien > 1] == []


def test_deux_classes_ne_portent_pas_le_meme_nom() -> None:
    classes = Counter(
        noeud.name.lstrip("_")
        for module in MODULES
        for noeud in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.ClassDef)
    )
    assert [nom for nom, combien in classes.items() if combien > 1] == []


def test_chaque_salle_est_livree() -> None:
    configuration = configparser.ConfigParser()
    configuration.read(RACINE / "setup.cfg", encoding="utf-8")
    declarees = set(configuration["options"]["packages"].split())
    presentes = {".".join(module.parent.relative_to(RACINE).parts) for module in MODULES}
    assert declarees == presentes | {"relances_xl.modeles", "relances_xl.exemples"}


def test_les_bibliotheques_declarees_sont_celles_qui_servent() -> None:
    """Celle qu'une autre apporte aujourd'hui peut cesser de l'être ; celle qui ne sert plus alourdit l'installation."""
    configuration = configparser.ConfigParser()
    configuration.read(PAQUET.parent / "setup.cfg", encoding="utf-8")
    lignes = configuration["options"]["install_requires"].split("\n")
    declarees = {nom[0].lower() for ligne in lignes if (nom := re.match(r"[\w.-]+", ligne))}
    noms = {module: {nom.lower() for nom in distributions} for module, distributions in packages_distributions().items()}
    noms |= {nom: {"pywin32"} for nom in ("win32api", "win32print", "win32com", "pythoncom")}  # que seul Windows installe
    noms |= {"urllib3": {"requests"}}  # ses exceptions sont celles de requests, dont il est le socle
    importees = {nom.split(".")[0] for module in MODULES for nom in importes(module)} - sys.stdlib_module_names - {"relances_xl"}
    employees = set().union(*(noms[nom] for nom in importees))
    sans_import = {"docx2pdf", "dxpdf", "font-source-sans-pro"}  # lancées dans un processus à part, ou lues comme fichiers
    assert declarees == employees | sans_import


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PAQUET).as_posix())
def test_l_horloge_n_est_lue_que_par_la_ligne_de_commande(module: Path) -> None:
    if salle(module) == "ecran":
        return
    appels = {
        f"{noeud.value.id}.{noeud.attr}"
        for noeud in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Attribute) and isinstance(noeud.value, ast.Name)
    }
    assert not appels & {"date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time"}


@pytest.mark.parametrize("module", ["entrees.classeurs.lecteur", "criteres.cellules_excel"])
def test_ce_que_lit_un_enfant_ne_charge_rien_de_lourd(module: str) -> None:
    """Chaque commande le paie : ni pandas, ni babel, ni de quoi lancer un processus ou tenir un journal."""
    lourds = ("pandas", "numpy", "babel", "dataclasses", "subprocess", "logging", "concurrent.futures")
    programme = f"import sys, relances_xl.fichiers.dans_l_enfant, relances_xl.{module}; print([m for m in {lourds!r} if m in sys.modules])"
    fini = subprocess.run(
        [sys.executable, "-S", "-c", programme], capture_output=True, text=True, encoding="utf-8", check=True, env=environnement()
    )
    assert fini.stdout.strip() == "[]"


def test_l_aide_ne_charge_aucune_bibliotheque_lourde() -> None:
    lourdes = ("pandas", "numpy", "docx", "openpyxl", "xlsxwriter", "pikepdf", "babel", "lxml", "python_calamine")
    programme = (
        "import sys, relances_xl.ecran.cli as cli\n"
        "try: cli.principal(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {lourdes!r} if m in sys.modules], file=sys.stderr)"
    )
    fini = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, encoding="utf-8", check=True)
    assert fini.stderr.strip() == "[]"
    assert "lister" in fini.stdout
