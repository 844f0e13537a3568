"""Un dossier de 0.1.0 (fait par la version publiée) : `actualiser` lui ajoute ce qu'il n'a pas, sans toucher à ce qu'on y a fait."""

import shutil
import subprocess
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from atelier import executer, lignes_de, modifier, valeurs_de
from feuilles_lues import lire_feuilles
from lieux import RACINE
from openpyxl.styles import PatternFill

from relances_xl.criteres import onglets as o
from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.criteres.tenir.reponse_de_client import Reponse
from relances_xl.domaine.criteres import CRITERES
from relances_xl.dossier import Dossier
from relances_xl.etapes.lister import lister

JOUR = date(2026, 4, 1)
REPONSES = [Reponse("C001", "Échéancier", date(2026, 4, 30), Decimal("120.50"), "rappelle <lundi>"), Reponse("C002", "Appel")]


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    with zipfile.ZipFile(RACINE / "tests" / "historique" / "dossier-0.1.0.zip") as archive:
        archive.extractall(tmp_path)
    return Dossier(tmp_path)


def clients() -> pd.DataFrame:
    return pd.DataFrame({"code_client": ["C001", "C002"], "raison_sociale": ["Un", "Deux"]}, dtype="str")


def complete(chemin: Path) -> None:
    """Rien ne manque plus, et tout se relit."""
    classeur = openpyxl.load_workbook(chemin)
    assert set(o.ONGLETS) <= set(classeur.sheetnames)
    for nom, colonnes in o.TABLEAUX.items():
        titres = [cellule.value for cellule in classeur[nom][1]]
        assert not [colonne.titre for colonne in colonnes if colonne.titre not in titres]
        for tableau in classeur[nom].tables.values():
            assert [colonne.name for colonne in tableau.tableColumns] == titres[: len(tableau.tableColumns)]
    libelles = {ligne[0].value for ligne in classeur["Critères"].iter_rows()}
    assert not [c.libelle for c in CRITERES if c.libelle not in libelles and not set(c.anciens) & libelles]
    lu = lire_parametres(chemin, JOUR)
    assert lu.taux.bce("2026-S2") == Decimal("2.4") and not lu.criteres.approuver_avance
    natures = next(v for v in classeur["Suivi"].data_validations.dataValidation if v.type == "list" and "Promesse" in v.formula1)
    assert "Échéancier" in natures.formula1 and "Pause" in natures.error


def test_il_s_ouvre_tel_quel_puis_se_complete_une_fois_pour_toutes(dossier: Dossier) -> None:
    avant = dossier.criteres.read_bytes()
    assert lire_parametres(dossier.criteres, JOUR).criteres.sortie and dossier.criteres.read_bytes() == avant
    dit = rafraichir(dossier.criteres, clients(), [], [], REPONSES, JOUR)
    for attendu in ("Approuver d'avance", "Email relance", "Commencer ici", "taux remplis : 2026-S2", "2 réponses reportées"):
        assert attendu in dit
    complete(dossier.criteres)
    assert "déjà à jour" in rafraichir(dossier.criteres, clients(), [], [], REPONSES, date(2026, 4, 2))
    lignes = [v for v in valeurs_de(dossier.criteres, "Suivi") if v["Code client"]]
    assert (lignes[-2]["Nature"], lignes[-2]["Montant"], lignes[-2]["Jusqu'au"]) == ("Échéancier", 120.5, datetime(2026, 4, 30))  # noqa: DTZ001
    assert (lignes[-1]["Code client"], lignes[-1]["Nature"], lignes[-1]["Date"]) == ("C002", "Appel", datetime(2026, 4, 1))  # noqa: DTZ001


def test_ce_que_l_utilisateur_a_saisi_ajoute_ou_mis_en_forme_survit(dossier: Dossier) -> None:
    classeur = openpyxl.load_workbook(dossier.criteres)
    clients_ = classeur["Clients"]
    clients_["D1"], clients_["D2"] = "Mon avis", "bon payeur"
    classeur["Critères"]["B3"].fill = PatternFill("solid", start_color="00FF00")
    classeur["Taux"]["B2"] = 9.99
    classeur.create_sheet("Mes notes")["A1"] = "à moi"
    classeur.save(dossier.criteres)
    rafraichir(dossier.criteres, clients(), [], [], REPONSES, JOUR)
    relu = openpyxl.load_workbook(dossier.criteres)
    titres = [cellule.value for cellule in relu["Clients"][1]]
    assert titres[3] == "Mon avis" and set(titres) >= {"Type", "Envoi", "Email relance", "Plan", "Exclure"}
    assert relu["Critères"]["B3"].fill.start_color.rgb == "0000FF00" and relu["Mes notes"]["A1"].value == "à moi"
    assert relu["Taux"]["B2"].value == 9.99
    complete_sans_tableau = lire_parametres(dossier.criteres, JOUR)
    assert complete_sans_tableau.fiches.empty


@pytest.mark.skipif(not shutil.which("soffice"), reason="sans objet : LibreOffice n'est pas installé")
def test_re_enregistre_par_libreoffice_il_se_complete_aussi_et_libreoffice_le_rouvre(dossier: Dossier, tmp_path: Path) -> None:
    def convertir(source: Path, genre: str) -> Path:
        sortie = tmp_path / "lo"
        profil = f"-env:UserInstallation=file://{tmp_path}/profil"
        subprocess.run(
            ["soffice", profil, "--headless", "--convert-to", genre, "--outdir", sortie, source],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return sortie / f"{source.stem}.{genre}"

    shutil.copy(convertir(dossier.criteres, "xlsx"), dossier.criteres)
    rafraichir(dossier.criteres, clients(), [], [], REPONSES, JOUR)
    complete(dossier.criteres)
    with modifier(dossier.criteres) as classeur:
        numero = classeur["Niveaux"].max_row + 1
        for ligne in lignes_de(classeur["Niveaux"])[:2]:
            for cellule in ligne.values():
                classeur["Niveaux"].cell(numero, cellule.column).value = cellule.value
            classeur["Niveaux"].cell(numero, ligne["Plan"].column).value = "Grands comptes"
            numero += 1
    (listes,) = [feuille for feuille in lire_feuilles(convertir(dossier.criteres, "ods")) if feuille.nom == "Listes"]
    assert [ligne[3] for ligne in listes.lignes[:3]] == ["Plans de relance", "Standard", "Grands comptes"], "ce que « Clients » propose"
    assert not any(ligne[3] for ligne in listes.lignes[3:])


def test_sa_revue_en_attente_se_reprend_et_le_dossier_liste(dossier: Dossier) -> None:
    fin = executer("actualiser", dossier.racine)
    assert fin.returncode == 0, fin.stderr
    liste = lister(dossier, date(2026, 3, 31), reprendre=True)
    assert "Choix repris de revue.xlsx" in "".join(liste.messages)
    assert [v for v in valeurs_de(liste.chemin, "Liste clients") if v["Approuver"] is True]
