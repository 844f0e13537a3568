"""Les cellules de `criteres.xlsx` lues dans son XML sont celles qu'openpyxl y lirait."""

import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from relances_xl.criteres.cellules_excel import onglets
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.feuilles import CelluleErreur, Feuille, Formule

DATE_ET_HEURE = datetime(2026, 3, 31, 9, 30)  # noqa: DTZ001 -- une cellule n'a pas de fuseau
CELLULES: tuple[tuple[object, str, object], ...] = (
    ("Société & fils", "General", "Société & fils"),
    ("  bords \n", "@", "  bords \n"),
    (411001, "0", 411001),
    (12.5, "0.00", 12.5),
    (3.0, "General", 3),
    (True, "General", True),
    (0.1215, "0.00%", "12,15 %"),
    (0.1, "0%", "10 %"),
    (12.15, '0.00" %"', 12.15),
    (12.15, "0.00\\%", 12.15),
    (date(2026, 3, 31), "dd/mm/yyyy", date(2026, 3, 31)),
    (date(2026, 3, 31), "[$-40C]d mmmm yyyy;@", date(2026, 3, 31)),
    (DATE_ET_HEURE, "yyyy-mm-dd hh:mm", DATE_ET_HEURE),
    (time(9, 30), "hh:mm", time(9, 30)),
    (timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
    (46112, "mm-dd-yy", date(2026, 3, 31)),
    (12, '0" jours"', 12),
    (12.0, '[Red]0_)"m"', 12),
    (1, "[$€-40C] 0.00", 1),
    ("=TRUE()", "General", Formule("=TRUE()")),
    ("#N/A", "General", CelluleErreur("#N/A")),
    (None, "0%", None),
)


def classeur(chemin: Path, depuis_1904: bool = False) -> Path:
    livre = openpyxl.Workbook()
    if depuis_1904:
        livre.epoch = CALENDAR_MAC_1904
    onglet: Any = livre.active
    onglet.title = "Critères"
    for rang, (valeur, format_, _) in enumerate(CELLULES, start=2):
        onglet.cell(rang, 3, valeur).number_format = format_
    livre.create_sheet("Commencer ici")
    livre.create_sheet("Caché").sheet_state = "hidden"
    livre.save(chemin)
    return chemin


def retoucher(chemin: Path, partie: str, avant: str, apres: str) -> None:
    with zipfile.ZipFile(chemin) as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist()}
    parties[partie], fois = re.subn(avant.encode(), apres.encode(), parties[partie])
    assert fois
    with zipfile.ZipFile(chemin, "w") as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom, contenu)


@pytest.mark.parametrize("depuis_1904", [False, True])
def test_chaque_genre_de_cellule_se_lit(tmp_path: Path, depuis_1904: bool) -> None:
    criteres, cache = onglets(classeur(tmp_path / "c.xlsx", depuis_1904))
    lues = [ligne[2] for ligne in criteres.lignes[1:]]
    attendues = [attendue for _, _, attendue in CELLULES][: len(lues)]
    if depuis_1904:
        attendues[15] = date(2030, 4, 1)  # le même nombre, compté d'un autre jour
    assert list(map(repr, lues)) == list(map(repr, attendues))
    assert len(lues) == len(CELLULES) - 1, "la dernière cellule, vide, n'étend pas l'onglet"
    assert criteres.lignes[0] == [None] * 3
    assert cache == Feuille("Caché", [], visible=False)


def test_sans_adresses_les_cellules_se_suivent(tmp_path: Path) -> None:
    chemin = classeur(tmp_path / "c.xlsx")
    for rang in range(2, 5):
        retoucher(chemin, "xl/worksheets/sheet1.xml", f'<c r="C{rang}"', "<c")
        retoucher(chemin, "xl/worksheets/sheet1.xml", f'<row r="{rang}"', "<row" if rang > 2 else '<row r="2"')
    criteres, _ = onglets(chemin)
    assert [ligne[0] for ligne in criteres.lignes[1:4]] == ["Société & fils", "  bords \n", 411001]


def test_un_resultat_qui_est_un_texte_vide_est_une_cellule_vide(tmp_path: Path) -> None:
    chemin = classeur(tmp_path / "c.xlsx")
    retoucher(chemin, "xl/worksheets/sheet1.xml", r"</f><v ?/>|</f><v></v>", "</f><v>1</v>")
    retoucher(chemin, "xl/worksheets/sheet1.xml", '<c r="C21"', '<c t="str" r="C21"')
    criteres, _ = onglets(chemin)
    assert criteres.lignes[20][2] == "1"
    retoucher(chemin, "xl/worksheets/sheet1.xml", "</f><v>1</v>", "</f><v></v>")
    criteres, _ = onglets(chemin)
    assert criteres.lignes[20][2] is None


def test_une_cellule_loin_des_autres_est_nommee(tmp_path: Path) -> None:
    livre = openpyxl.Workbook()
    onglet: Any = livre.active
    onglet["XFD500"] = "ici"
    livre.save(tmp_path / "c.xlsx")
    with pytest.raises(ErreurUtilisateur) as refus:
        list(onglets(tmp_path / "c.xlsx"))
    assert (refus.value.fautes[0].cellule, refus.value.fautes[0].onglet) == ("XFD500", "Sheet")


def test_un_xml_abime_est_un_refus_d_une_phrase(tmp_path: Path) -> None:
    chemin = classeur(tmp_path / "c.xlsx")
    retoucher(chemin, "xl/worksheets/sheet1.xml", "</sheetData>", "")
    with pytest.raises(ErreurUtilisateur) as refus:
        list(onglets(chemin))
    assert "illisible ou abîmé" in refus.value.fautes[0].message
