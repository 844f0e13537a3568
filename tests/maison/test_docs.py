"""Le guide dit tout ce que le logiciel a, rien qu'il n'a pas, et ses commandes marchent telles qu'elles sont écrites."""

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import ModuleType

import click
import docx
import fabrique_word as w
import openpyxl
import pytest
from atelier import executer
from lieux import RACINE

from relances_xl.domaine.criteres import CRITERES
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.motifs import Cause, Ecart, Motif
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.ecran.cli import principal
from relances_xl.entrees.colonnes.logiciels import EXPORTS
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.revue import schema as o
from relances_xl.sorties.courriel import acces

DOCS = RACINE / "docs"
PAGES = sorted(DOCS.glob("*.md"))
LISIBLES = [RACINE / "README.md", *PAGES]
OCTETS_IMAGE, OCTETS_IMAGES = 120_000, 1_000_000
MOTS_DES_EXPORTS = 1_300  # deux écrans


def module_de(chemin: Path) -> ModuleType:
    """Un script du guide, qui n'est pas dans le paquet."""
    specification = importlib.util.spec_from_file_location(f"docs_{chemin.stem}", chemin)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


generer = module_de(DOCS / "generer.py")


def page(nom: str) -> str:
    return (DOCS / nom).read_text(encoding="utf-8")


def section(nom: str, titre: str) -> str:
    """Le texte d'une page sous un titre, jusqu'au titre suivant de même rang ou au-dessus."""
    trouvee = re.search(rf"^(#+) {re.escape(titre)}\n(.*?)(?=^#{{1,2}} |\Z)", page(nom), re.DOTALL | re.MULTILINE)
    assert trouvee, f"{nom} n'a plus de titre « {titre} »"
    return trouvee[2]


def premiere_colonne(texte: str) -> list[str]:
    """La première colonne du premier tableau, sans les accents graves."""
    lignes = re.findall(r"^\| (.*?) \|", texte, re.MULTILINE)
    return [ligne.strip("`") for ligne in lignes if ligne != "---"][1:]


def commandes(textes: Iterable[str], langage: str = "sh") -> list[str]:
    """Les lignes `relances-xl …` des blocs de ce langage."""
    blocs = [bloc for texte in textes for bloc in re.findall(rf"^ *```{langage}\n(.*?)^ *```", texte, re.DOTALL | re.MULTILINE)]
    return [ligne.strip() for bloc in blocs for ligne in bloc.splitlines() if ligne.strip().startswith("relances-xl ")]


@pytest.mark.parametrize("chemin", PAGES, ids=lambda chemin: chemin.name)
def test_les_tables_generees_sont_a_jour(chemin: Path) -> None:
    ecrite = chemin.read_text(encoding="utf-8")
    assert generer.regenerer(ecrite) == ecrite, "lancez « python docs/generer.py »"


def test_chaque_section_generee_est_dans_le_guide() -> None:
    """Une commande, un critère ou un groupe de champs de plus : il lui faut sa place."""
    placees = [nom for chemin in PAGES for nom in generer.sections_de(chemin.read_text(encoding="utf-8"))]
    assert sorted(set(placees)) == sorted(generer.SECTIONS)


def test_un_titre_par_critere_et_par_commande() -> None:
    titres = re.findall(r"^#+ (.*)$", page("criteres.md"), re.MULTILINE)
    assert {critere.libelle for critere in CRITERES} <= set(titres)
    assert set(principal.commands) <= set(re.findall(r"^## (.*)$", page("commandes.md"), re.MULTILINE))


def test_chaque_option_et_chaque_champ_de_fusion_est_documente() -> None:
    options = {nom for commande in principal.commands.values() for option in commande.params for nom in option.opts if nom.startswith("--")}
    assert [nom for nom in options if f"`{nom}" not in page("commandes.md")] == []
    assert [nom for nom in CATALOGUE if "`{{ " + nom + " }}`" not in page("lettres.md")] == []


@pytest.mark.parametrize(
    ("nom", "titre", "attendus"),
    [
        ("niveaux-et-decision.md", "Les motifs, un par un", [motif.value for motif in Motif]),
        ("exports-en-detail.md", "Les anomalies, une par une", [cause.value for cause in Cause]),
        ("revue.md", "Ce qui change entre la liste et la production", [ecart.value for ecart in Ecart]),
        ("sorties.md", "Les statuts", [statut.value for statut in Statut]),
        ("sorties.md", "Les sorties", [sortie.value for sortie in Sortie if sortie is not Sortie.SELON_CLIENT]),
        ("revue.md", o.LISTE, [colonne.libelle for colonne in o.COLONNES_LISTE]),
        ("revue.md", o.DETAIL, [colonne.libelle for colonne in (*o.COLONNES_DETAIL, o.CLIENT_LIVRE)]),
        ("revue.md", o.A_APPELER, [colonne.libelle for colonne in o.COLONNES_A_APPELER]),
        ("revue.md", o.COMPLEMENT, [colonne.libelle for colonne in o.COLONNES_COMPLEMENT]),
        ("revue.md", o.CONTENTIEUX, [colonne.libelle for colonne in o.COLONNES_CONTENTIEUX]),
        ("revue.md", o.BANQUE, [colonne.libelle for colonne in o.COLONNES_BANQUE]),
        ("revue.md", o.EXCLUSIONS, [colonne.libelle for colonne in o.COLONNES_EXCLUSIONS]),
        ("revue.md", o.ANOMALIES, [colonne.libelle for colonne in o.COLONNES_ANOMALIES]),
        ("revue.md", o.CONTROLE, [colonne.libelle for colonne in o.COLONNES_CONTROLE]),
        (
            "commandes.md",
            "Variables d'environnement",
            [acces.VARIABLE_MOT_DE_PASSE, acces.VARIABLE_JETON, "RELANCES_XL_TRACE"],
        ),
    ],
)
def test_une_table_ecrite_a_la_main_a_toutes_ses_lignes_et_rien_de_plus(nom: str, titre: str, attendus: list[str]) -> None:
    assert premiere_colonne(section(nom, titre)) == attendus


def test_chaque_essai_cite_par_la_page_securite_existe() -> None:
    """`fichier` (« mots », …) : le fichier est là, et l'un de ses tests porte ces mots."""
    page = (DOCS / "securite.md").read_text(encoding="utf-8")
    cites = re.findall(r"`(\w+/(?:test_)?\w+\.py)`(?: \(((?:« [^»]+ »(?:, )?)+)\))?", page)
    assert len(cites) > 30
    for fichier, mots in cites:
        noms = cle(" ".join(re.findall(r"^def (test_\w+)", (RACINE / "tests" / fichier).read_text(encoding="utf-8"), re.MULTILINE)))
        assert all(cle(phrase) in noms for phrase in re.findall(r"« ([^»]+) »", mots)), (fichier, mots)


def test_les_phrases_de_droit_citees_sont_celles_des_modeles() -> None:
    lettres = [docx.Document(str(chemin)) for chemin in sorted((RACINE / "modeles").glob("relance-?.docx"))]
    textes = " ".join("".join(t.text or "" for t in lettre.element.body.iter("{*}t")) for lettre in lettres).replace("\xa0", " ")
    phrases = [phrase.strip("« »") for phrase in premiere_colonne(section("droit.md", "Ce que disent les lettres livrées"))]
    assert len(phrases) == 8 and [phrase for phrase in phrases if phrase not in textes] == []


def test_la_page_des_exports_reste_courte_et_nomme_chaque_logiciel() -> None:
    """Ce qu'un comptable lit avant de déposer son fichier ; la référence est sur une autre page."""
    courte = page("exports.md")
    assert len(courte.split()) < MOTS_DES_EXPORTS
    nommes = {nom.strip("*") for nom in premiere_colonne(section("exports.md", "Votre logiciel"))}
    assert nommes == {export.logiciel for export in EXPORTS}
    assert "](exports-en-detail.md" in courte and "](exports-cas.md)" in courte


def test_chaque_onglet_de_la_revue_a_son_titre() -> None:
    titres = re.findall(r"^## (.*)$", page("revue.md"), re.MULTILINE)
    assert [titre for titre in titres if titre in o.ONGLETS] == list(o.ONGLETS)


@pytest.mark.parametrize("chemin", LISIBLES, ids=lambda chemin: chemin.name)
def test_les_liens_mènent_quelque_part(chemin: Path) -> None:
    for cible in re.findall(r"\]\(([^)]+)\)", chemin.read_text(encoding="utf-8")):
        if "://" in cible:
            continue
        fichier, _, ancre = cible.partition("#")
        visee = (chemin.parent / fichier) if fichier else chemin
        assert visee.is_file(), f"{chemin.name} → {cible}"
        if ancre:
            titres = re.findall(r"^#+ (.*)$", visee.read_text(encoding="utf-8"), re.MULTILINE)
            assert ancre in map(generer.ancre, titres), f"{chemin.name} → {cible}"


def test_les_images_sont_legeres_et_toutes_employees() -> None:
    images = sorted((DOCS / "images").glob("*.png"))
    assert images and sum(image.stat().st_size for image in images) < OCTETS_IMAGES
    assert [image.name for image in images if image.stat().st_size > OCTETS_IMAGE] == []
    textes = "".join(chemin.read_text(encoding="utf-8") for chemin in LISIBLES)
    assert [image.name for image in images if f"images/{image.name})" not in textes] == []
    script = (DOCS / "images" / "construire.py").read_text(encoding="utf-8")
    assert [image.name for image in images if f'"{image.name}"' not in script] == [], "une image que le script ne fait pas"


@pytest.mark.parametrize("ligne", sorted(set(commandes((chemin.read_text(encoding="utf-8") for chemin in LISIBLES), "(?:sh|text|bat)"))))
def test_une_commande_citee_existe_avec_ses_options(ligne: str) -> None:
    if "[OPTIONS]" in ligne:
        return
    _, nom, *arguments = shlex.split(ligne)
    if nom.startswith("--"):
        assert nom in {"--aide", "--version"}
        return
    if "--aide" not in arguments:
        contexte = principal.commands[nom].make_context(nom, arguments)
        assert isinstance(contexte, click.Context)


def test_la_prise_en_main_et_les_commandes_marchent_telles_qu_ecrites(tmp_path: Path) -> None:
    """Le parcours d'un débutant, dans un dossier neuf : il copie les commandes dans l'ordre, et coche entre lister et produire."""
    vues = []
    for ligne in commandes([page("prise-en-main.md")]):
        _, *arguments = shlex.split(ligne)
        if arguments[:1] == ["produire"]:
            cocher(tmp_path / "entrainement" / "relances" / "2026-03-31_1" / "revue-2026-03-31_1.xlsx", "C039", "C025")
            arguments.append("--oui")
        if arguments == ["verifier", "mes-relances"]:
            for nom in ("echeances.xlsx", "clients.xlsx"):
                (tmp_path / "mes-relances" / "exports" / nom).write_bytes((RACINE / "exemples" / nom).read_bytes())
        resultat = executer(*arguments, cwd=tmp_path)
        assert resultat.returncode == 0, f"{ligne}\n{resultat.stderr}"
        vues.append(arguments[0])
        if arguments[0] == "lister":
            niveaux = re.findall(r"^Niveau .*$", resultat.stderr.replace("\u00a0", " "), re.MULTILINE)
            assert niveaux and "\n".join(niveaux) in page("prise-en-main.md")
            assert "« relances-xl produire entrainement »" in resultat.stderr  # à recopier telle quelle
        if "--a-blanc" in arguments:
            assert "À blanc : rien n'est parti" in resultat.stderr
    assert vues == [
        "--version",
        "nouveau",
        "lister",
        "produire",
        "produire",
        "historique",
        "annuler",
        "nouveau",
        "verifier",
        "actualiser",
    ]
    assert "Annulée" in executer("historique", "entrainement", cwd=tmp_path).stdout


def cocher(revue: Path, *codes: str) -> None:
    classeur = openpyxl.load_workbook(revue)
    for ligne in classeur[o.LISTE].iter_rows(min_row=2):
        if ligne[2].value in codes:
            ligne[0].value = True
    classeur.save(revue)


def test_les_cles_du_json_sont_celles_du_guide(tmp_path: Path) -> None:
    executer("nouveau", "essai", "--exemple", cwd=tmp_path)
    for nom in ("lister", "produire"):
        resultat = json.loads(executer(nom, "essai", "--json", "--silencieux", cwd=tmp_path).stdout)
        texte = section("commandes.md", "Le JSON").split(f"`{nom} --json`")[1]
        tableau = texte.split("\n\n")[1]
        cles = [cle.strip("` ") for ligne in premiere_colonne(tableau) for cle in ligne.split(",")]
        assert cles == list(resultat)


def test_les_commutateurs_donnent_ce_que_le_guide_dit(tmp_path: Path) -> None:
    """La table « Les commutateurs », fusionnée avec les exemples du catalogue."""
    lignes = re.findall(
        r"^\| `\{ (MERGEFIELD .*?) \}` \| (.*?) \|$",
        section("lettres.md", "Première façon : les champs de fusion de Word"),
        re.MULTILINE,
    )
    assert len(lignes) >= 8
    valeurs = {
        "total_du": Montant(400_000, "EUR"),
        "date_lettre": date(2026, 3, 31),
        "client": {"ville": CATALOGUE["client.ville"].exemple, "contact": CATALOGUE["client.contact"].exemple},
    }
    ecrits = w.fusion(tmp_path, "".join(w.p(w.champ(code)) for code, _ in lignes), valeurs)
    assert [ecrit.replace("\u00a0", " ") for ecrit in ecrits] == [attendu for _, attendu in lignes]


def test_le_site_se_construit_sans_avertissement(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason='sans objet : le guide se construit avec pip install ".[docs]"')
    construction = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path / "site"],
        cwd=RACINE, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert construction.returncode == 0, construction.stderr
    assert (tmp_path / "site" / "index.html").is_file()
    assert not list((tmp_path / "site").rglob("*.py"))
    # cherchable depuis le disque, sans rien demander à un serveur
    accueil = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "site" / "search" / "search_index.js").is_file() and 'src="javascripts/iframe-worker.js"' in accueil
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', accueil)
