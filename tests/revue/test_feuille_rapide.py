"""Les rouages internes de XlsxWriter dont l'écriture par bloc dépend : s'ils changent, ces tests le disent."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide import feuille_rapide as fr
from relances_xl.revue.ecrire.rapide.feuille_rapide import FeuilleRapide
from relances_xl.revue.ecrire.tableau import ecrire_tableau, nouveau_classeur


def ecrire(chemin: Path, hauteur: int) -> None:
    with nouveau_classeur(chemin) as classeur:
        classeur.set_properties({"created": datetime(2026, 3, 31)})  # noqa: DTZ001 -- sans elle, l'heure qu'il est
        feuille: FeuilleRapide = classeur.add_worksheet("F", FeuilleRapide)
        gras = classeur.add_format({"bold": True})
        nombres = pd.Series(range(hauteur), dtype="Int64").where(pd.Series(range(hauteur)) != 1)
        feuille.poser_bloc(
            [
                fr.textes(pd.Series([f"t{i}" for i in range(hauteur)], dtype="str"), gras),
                fr.entiers(nombres, gras),
                fr.montants(nombres, pd.Series(["JPY", "EUR", "TND"] * hauteur)[:hauteur], lambda devise: gras),
                fr.dates(
                    pd.Series([date(2026, 3, 31)] * hauteur, dtype="datetime64[s]"), classeur.add_format({"num_format": "dd/mm/yyyy"})
                ),
                fr.cases(pd.Series([True] * hauteur), gras),
            ],
            2,
        )
        feuille.poser_tableau("T", "Table Style Light 1", [{"header": nom} for nom in "ABCDE"])
        feuille.poser_lien(1, 0, "internal:'F'!A3", "là")
        feuille.write_string(hauteur + 2, 0, "dessous")


def test_entete_bloc_et_suite_se_relisent_dans_l_ordre(tmp_path: Path) -> None:
    ecrire(tmp_path / "f.xlsx", 20_001)  # plusieurs tranches, la dernière d'une ligne
    feuille = openpyxl.load_workbook(tmp_path / "f.xlsx")["F"]
    lignes = list(feuille.iter_rows(values_only=True))
    assert lignes[0] == ("A", "B", "C", "D", "E")
    assert [ligne[0] for ligne in lignes[1:20_002]] == [f"t{i}" for i in range(20_001)]
    assert [ligne[1] for ligne in lignes[1:5]] == [0, None, 2, 3]
    assert [ligne[2] for ligne in lignes[1:6]] == [0, None, 0.002, 3, 0.04]
    assert {ligne[4] for ligne in lignes[1:20_002]} == {True}
    assert (lignes[20_002][0], lignes[20_003][0]) == (None, "dessous")
    assert feuille.tables["T"].ref == feuille.tables["T"].autoFilter.ref == "A1:E20002"
    assert feuille["A2"].hyperlink.location == "'F'!A3"
    assert feuille["A2"].value == "t0", "le lien n'a pas touché la cellule"
    assert feuille["A2"].font.bold
    assert [feuille.row_dimensions[ligne].height for ligne in (2, 3, 4)] == [33, 33, 33]


def test_bloc_vide_garde_un_tableau_d_une_ligne(tmp_path: Path) -> None:
    ecrire(tmp_path / "f.xlsx", 0)
    assert openpyxl.load_workbook(tmp_path / "f.xlsx")["F"].tables["T"].ref == "A1:E2"


def test_au_dela_de_la_limite_d_excel_plus_aucun_lien(tmp_path: Path) -> None:
    with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F", FeuilleRapide)
        feuille.hlink_count = 65_528
        poses = [feuille.poser_lien(i, 0, f"internal:'F'!A{i + 1}", "") for i in range(4)]
    assert poses == [True, True, False, False]


def test_les_dates_de_1900_se_relisent_telles_quelles(tmp_path: Path) -> None:
    """Excel croit à un 29/02/1900."""
    jours = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2026, 3, 31)]
    with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F", FeuilleRapide)
        style = classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille.poser_bloc([fr.dates(pd.Series(jours, dtype="datetime64[s]"), style)], 1)
    relus: Any = openpyxl.load_workbook(tmp_path / "f.xlsx")["F"]
    assert [relus.cell(rang, 1).value.date() for rang in range(2, 6)] == jours


def test_un_onglet_plus_haut_que_ceux_d_excel_est_refuse_par_son_nom(tmp_path: Path) -> None:
    trop = pd.DataFrame(index=range(1_048_576))
    with pytest.raises(ErreurUtilisateur) as refus, nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        ecrire_tableau(classeur, Styles(classeur), "Exclusions", "Exclusions", [], trop)
    (faute,) = refus.value.fautes
    assert "« Exclusions » aurait 1048576 lignes" in faute.message
    assert faute.remede
    assert not (tmp_path / "f.xlsx").exists()


def test_l_archive_est_saine_et_la_meme_deux_fois(tmp_path: Path) -> None:
    for nom in ("a.xlsx", "b.xlsx"):
        ecrire(tmp_path / nom, 20_001)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {partie.date_time for partie in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
