"""La revue réenregistrée par LibreOffice ou par openpyxl : mêmes coches, mêmes choix ; et chaque onglet s'ouvre."""

import shutil
import subprocess
from functools import partial
from pathlib import Path

import fabrique_revue
import openpyxl
import pandas as pd
import pytest
from libreoffice import soffice

from relances_xl.domaine.niveaux import PLANS_LIVRES
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue
from relances_xl.revue.relire.relecture import ONGLETS, Approbation, relire


@pytest.fixture(scope="module")
def retouchee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une revue cochée, modifiée et enregistrée par openpyxl, qui perd les cases à cocher d'Excel."""
    chemin = tmp_path_factory.mktemp("revue") / "revue.xlsx"
    ecrire_revue(chemin, fabrique_revue.contenu(nb_clients=8, devises=("EUR", "TND")))
    classeur = openpyxl.load_workbook(chemin)
    liste, detail = classeur["Liste clients"], classeur["Détail"]
    for ligne, coche in ((2, True), (4, "x"), (5, 1), (7, "oui")):
        liste[f"A{ligne}"] = coche
    liste["F2"], liste["R4"], liste["S5"] = 1, "Word", "Merci de votre appel.\nCordialement"
    detail["A3"] = False
    classeur.save(chemin)
    return chemin


def relue(chemin: Path) -> Approbation:
    return lire_classeur(chemin, ONGLETS, partial(relire, fichier=chemin.name, plans=PLANS_LIVRES))


def test_openpyxl_garde_les_choix(retouchee: Path) -> None:
    lu = relue(retouchee)
    assert list(lu.relances["approuvee"]) == [True, False, True, True, False, True, False, False]
    assert (lu.relances["niveau"].iloc[0], lu.relances["sortie"].iloc[2]) == (1, "Word")
    assert lu.relances["message"].iloc[3] == "Merci de votre appel.\nCordialement"
    assert list(lu.lignes["retenir"].iloc[:3]) == [True, False, True]


@pytest.mark.parametrize("format_", ["xlsx:Calc MS Excel 2007 XML", "ods"])
def test_libreoffice_garde_les_choix(retouchee: Path, tmp_path: Path, format_: str) -> None:
    reecrite = relue(soffice(retouchee, format_, tmp_path))
    attendue = relue(retouchee)
    pd.testing.assert_frame_equal(reecrite.relances, attendue.relances)
    pd.testing.assert_frame_equal(reecrite.lignes, attendue.lignes)
    pd.testing.assert_frame_equal(reecrite.exclusions, attendue.exclusions)
    assert reecrite.feuille_criteres.lignes[1:4] == attendue.feuille_criteres.lignes[1:4]


def test_libreoffice_imprime_chaque_onglet(retouchee: Path, tmp_path: Path) -> None:
    neuve = tmp_path / "revue.xlsx"
    ecrire_revue(neuve, fabrique_revue.contenu(nb_clients=8))
    pdf = soffice(neuve, "pdf", tmp_path)
    assert pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        texte = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8").stdout
        for titre in ("Approuver", "Retenir", "Balance âgée", "Explication", "Rubrique", "Aide"):
            assert titre in texte


@pytest.mark.parametrize("devises", [("EUR",), ("EUR", "TND")])
def test_les_totaux_suivent_les_lignes_affichees(tmp_path: Path, devises: tuple[str, ...]) -> None:
    contenu = fabrique_revue.contenu(nb_clients=6, devises=devises)
    chemin = tmp_path / "filtree.xlsx"
    ecrire_revue(chemin, contenu)
    classeur = openpyxl.load_workbook(chemin)
    for ligne in (2, 3, 6):
        classeur["Liste clients"].row_dimensions[ligne].hidden = True
    classeur["Liste clients"]["A4"] = True
    classeur.save(chemin)
    recalcule = openpyxl.load_workbook(soffice(chemin, "xlsx:Calc MS Excel 2007 XML", tmp_path), data_only=True)["Tableau de bord"]
    affichees = contenu.relances.iloc[[2, 3, 5]]
    for i, devise in enumerate(devises, start=4):
        miennes, unite = affichees[affichees["devise"] == devise], {"EUR": 100, "TND": 1000}[devise]
        assert [recalcule.cell(i, j).value for j in (1, 2)] == [devise, len(miennes)]
        assert recalcule.cell(i, 5).value == pytest.approx(miennes["net"].sum() / unite)
        assert recalcule.cell(i, 9).value == (1 if devise == "EUR" else 0)
