"""Lire un classeur : les classeurs retors de calamine et d'Apache POI, lus juste ou refusés en clair."""

# ruff: noqa: DTZ001 — une cellule d'Excel n'a pas de fuseau

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from feuilles_lues import garder, lire_feuilles
from lieux import DONNEES

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, FeuilleAuFil, Formule, Valeur
from relances_xl.entrees.classeurs import classeur
from relances_xl.entrees.classeurs.classeur import lire_classeur, premier_onglet
from relances_xl.fichiers.enfant import LectureManquee, lire_a_part

CLASSEURS = DONNEES / "classeurs"

MOT_DE_PASSE = "protégé par un mot de passe"

# fichier → (pourquoi il est retors, {(onglet, ligne, colonne): valeur attendue}) ; lignes et colonnes à partir de 1
LUS: dict[str, tuple[str, dict[tuple[int, int, int], Valeur]]] = {
    "calamine/any_sheets.ods": ("feuilles cachées, graphique", {(0, 1, 1): 1, (0, 3, 2): 6}),
    "calamine/any_sheets.xls": ("feuilles cachées, graphique", {(0, 1, 1): 1, (0, 3, 2): 6}),
    "calamine/any_sheets.xlsx": ("feuilles cachées, graphique", {(0, 1, 1): 1, (0, 3, 2): 6}),
    "calamine/biff5_write.xls": ("Excel 95", {(0, 2, 1): True, (0, 3, 3): datetime(2014, 2, 19, 14, 30), (0, 3, 4): "0.3"}),
    "calamine/capitalized_wbook_stream.xls": ("flux « WORKBOOK » en capitales, feuille vide", {}),
    "calamine/covered.ods": ("cellules recouvertes", {(0, 3, 1): "a3"}),
    "calamine/date.ods": ("dates et heures", {(0, 1, 1): date(2021, 1, 1), (0, 2, 1): datetime(2021, 1, 1, 10, 10, 10)}),
    "calamine/date_1904.xls": ("calendrier 1904", {(0, 1, 1): date(2021, 1, 1), (0, 1, 2): 15}),
    "calamine/date_1904.xlsx": ("calendrier 1904", {(0, 1, 1): date(2021, 1, 1), (0, 3, 1): "10 days, 15:10:10"}),
    "calamine/date_iso.xlsx": ("dates en ISO 8601 (t='d')", {(0, 1, 1): date(2021, 1, 1), (0, 3, 1): time(10, 10, 10)}),
    "calamine/date_quoted_format.xlsx": ("format de date entre guillemets", {(0, 1, 1): date(2021, 1, 1)}),
    "calamine/empty_s_attribute.xlsx": ("attribut de style vide", {(0, 2, 1): "John", (0, 2, 2): 1}),
    "calamine/encoded_entities.xlsx": ("entités XML", {(0, 1, 1): "&"}),
    "calamine/errors.xlsx": (
        "les sept erreurs d'Excel",
        {(0, 1, 1): CelluleErreur("#DIV/0!"), (0, 2, 1): CelluleErreur("#NAME?"), (0, 7, 1): CelluleErreur("#N/A")},
    ),
    "calamine/formula.issue.xlsx": ("formules au résultat enregistré", {(0, 1, 1): 23, (0, 1, 3): 23}),
    "calamine/has_x000D_.xlsx": ("retour chariot échappé", {(0, 1, 1): "ABC\r\nDEF"}),
    "calamine/inlineStr_cdata.xlsx": ("textes dans la feuille, en CDATA", {(0, 1, 1): "Hello CDATA", (0, 2, 1): "12345"}),
    "calamine/merge_cells.xls": ("cellules fusionnées", {(0, 1, 1): "Row Merge", (0, 1, 3): "Not Merged"}),
    "calamine/merge_cells.xlsx": ("cellules fusionnées", {(0, 1, 1): "Row Merge", (0, 1, 3): "Not Merged"}),
    "calamine/merged_cells.ods": ("cellules fusionnées", {(0, 1, 1): "A", (0, 3, 3): "C"}),
    "calamine/minimal_package.xlsx": ("paquet réduit au minimum", {(0, 1, 1): "ARREST BOOKINGS for 01/30/17"}),
    "calamine/no-header.xlsx": ("tableau en A3, rien au-dessus", {(0, 1, 1): None, (0, 3, 1): "a", (0, 4, 2): 1}),
    "calamine/nonstandard-xml-ns-prefix.xlsx": ("préfixe d'espace de noms `x:`", {(0, 1, 1): "a", (0, 3, 2): 4}),
    "calamine/number_rows_repeated.ods": ("lignes répétées", {(0, 3, 1): "C", (1, 1, 1): None, (1, 2, 1): "A"}),
    "calamine/special_cells.ods": ("sauts de ligne, espaces multiples", {(0, 1, 1): "Split\nLine", (0, 3, 1): "Value   With 3 spaces"}),
    "calamine/strict_iso_paths.xlsx": ("OOXML strict, chemins ISO", {(0, 1, 1): "Item", (0, 1, 2): "Thickness"}),
    "calamine/temperature-in-middle.xlsx": ("tableau en B4", {(0, 4, 2): "label", (0, 4, 3): "value"}),
    "calamine/whitespace_trim.xlsx": ("xml:space", {(0, 1, 1): "trimmed value", (1, 1, 2): "  preserved value  "}),
    "calamine/xls_wrong_decimals.xls": ("nombre codé RK", {(0, 1, 1): 0.525625}),
    "poi/1904DateWindowing.xls": ("calendrier 1904", {(0, 1, 1): date(2000, 1, 1)}),
    "poi/48495.xlsx": ("tableau structuré", {(0, 1, 1): "Header1", (0, 3, 9): "SubHeader9"}),
    "poi/57482-OnlyNumeric.xlsx": ("aucun texte", {(0, 1, 1): 1, (0, 4, 2): 14}),
    "poi/57893-many-merges.xlsx": ("50 000 fusions, feuille vide", {}),
    "poi/DateFormatTests.xlsx": ("formats de date", {(1, 2, 3): datetime(1952, 10, 11, 14, 35, 27)}),
    "poi/DateFormats.xls": ("formats de date", {(0, 1, 2): date(2007, 8, 10), (0, 3, 2): date(2007, 8, 10)}),
    "poi/InlineStrings.xlsx": ("textes dans la feuille", {(0, 2, 3): "1st Inline String", (0, 3, 4): 44}),
    "poi/MalformedSSTCount.xlsx": ("compte de textes partagés faux", {(0, 1, 1): "sdgf", (0, 3, 4): 1}),
    "poi/RepeatingRowsCols.xlsx": ("lignes à répéter à l'impression", {(0, 1, 1): 1, (1, 4, 1): "repeating rows"}),
    "poi/SampleSS.ods": ("classeur ordinaire", {(0, 1, 1): "Test spreadsheet", (1, 1, 1): "Start of 2nd sheet"}),
    "poi/SampleSS.strict.xlsx": ("OOXML strict", {(0, 1, 1): "Test spreadsheet", (1, 1, 1): "Start of 2nd sheet"}),
    "poi/TextFormatTests.xlsx": ("formats de texte", {(1, 2, 1): "jello"}),
    "poi/TwoSheetsOneHidden.xlsx": ("première feuille cachée", {(0, 1, 1): "Sheet1A1", (1, 1, 1): "Sheet2A1"}),
    "poi/bug60858.xlsx": ("cellules vides mises en forme", {(0, 1, 1): "MA", (0, 1, 13): None}),
    "poi/noSharedStringTable.xlsx": ("aucune table de textes", {(0, 1, 1): date(2006, 4, 12), (0, 1, 2): 123}),
    "poi/shared_formulas.xlsx": ("formules partagées", {(0, 2, 1): "ProductionOrderConfirmation"}),
    "poi/testEXCEL_95.xls": ("Excel 95", {(0, 4, 2): "Number", (0, 4, 5): "Formatted"}),
    "poi/workbookProtection_worksheet_protected.xlsx": ("feuille protégée, lisible", {(0, 1, 2): "non locked cell"}),
}  # fmt: skip

# fichier → ce que le refus doit dire
REFUSES: dict[str, str] = {
    "calamine/issue_594_dos.ods": "démesuré",  # 17 milliards de cellules annoncées
    "calamine/pass_protected.ods": MOT_DE_PASSE,
    "calamine/pass_protected.xlsx": MOT_DE_PASSE,
    "calamine/too_small.xls": "du texte",  # 68 octets de courriel
    "poi/SampleSS.xml": "XML 2003",
    "poi/password.xls": MOT_DE_PASSE,
    "poi/poc-xmlbomb-empty.xlsx": "abîmé",  # entités emboîtées
    "poi/protected_passtika.xlsx": MOT_DE_PASSE,
    "poi/testEXCEL_4.xls": "Excel 4",
    "poi/xlsx-corrupted.xlsx": "abîmé",
}  # fmt: skip

besoin_des_classeurs = pytest.mark.skipif(not CLASSEURS.is_dir(), reason=f"classeurs d'essai absents ({CLASSEURS})")


@besoin_des_classeurs
def test_la_table_couvre_tous_les_classeurs() -> None:
    presents = {chemin.relative_to(CLASSEURS).as_posix() for chemin in CLASSEURS.glob("*/*.*") if not chemin.name.startswith("LICENSE")}
    assert presents == {*LUS, *REFUSES}


@besoin_des_classeurs
@pytest.mark.parametrize("nom", LUS)
def test_classeur_retors_lu_juste(nom: str) -> None:
    feuilles = lire_feuilles(CLASSEURS / nom)
    assert feuilles
    for (onglet, ligne, colonne), attendue in LUS[nom][1].items():
        lue = feuilles[onglet].lignes[ligne - 1][colonne - 1]
        assert (lue, type(lue)) == (attendue, type(attendue))


@besoin_des_classeurs
@pytest.mark.parametrize("nom", REFUSES)
def test_classeur_illisible_refuse_en_clair(nom: str) -> None:
    with pytest.raises(ErreurUtilisateur) as refus:
        lire_feuilles(CLASSEURS / nom)
    (faute,) = refus.value.fautes
    assert REFUSES[nom] in faute.message
    assert faute.remede
    assert faute.fichier == Path(nom).name


@besoin_des_classeurs
def test_la_premiere_feuille_visible_et_non_vide_est_celle_de_l_export() -> None:
    onglet = premier_onglet(CLASSEURS / "poi" / "TwoSheetsOneHidden.xlsx")
    assert (onglet.nom, list(onglet.lignes)) == ("Sheet2", [("Sheet2A1",)])


def _classeur(chemin: Path, *lignes: list[object]) -> Path:
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    assert feuille is not None
    for ligne in lignes:
        feuille.append(ligne)
    classeur.save(chemin)
    return chemin


def _cellules(chemin: Path) -> list[list[Valeur]]:
    (feuille,) = lire_feuilles(chemin)
    return [[*ligne] for ligne in feuille.lignes]


def test_un_grand_onglet_garde_toutes_ses_lignes_a_leur_place(tmp_path: Path) -> None:
    lignes: list[list[object]] = [[rang, f"P{rang}", date(2026, 1, 1 + rang % 28), rang + 0.5] for rang in range(12_345)]
    assert _cellules(_classeur(tmp_path / "grand.xlsx", *lignes)) == lignes


def _deux_onglets(chemin: Path) -> Path:
    classeur = openpyxl.Workbook()
    premier, second = classeur.worksheets[0], classeur.create_sheet("Second")
    for rang in range(5_000):
        premier.append([f"P{rang}"])
    second.append(["S"])
    classeur.save(chemin)
    return chemin


def test_un_onglet_lu_a_demi_laisse_lire_le_suivant(tmp_path: Path) -> None:
    def debuts(feuilles: Iterator[FeuilleAuFil]) -> list[tuple[str, Sequence[Valeur]]]:
        return [(feuille.nom, next(iter(feuille.lignes))) for feuille in feuilles]

    assert lire_classeur(_deux_onglets(tmp_path / "c.xlsx"), None, debuts) == [("Sheet", ("P0",)), ("Second", ("S",))]


def test_les_lignes_viennent_au_fil_de_la_lecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recus: list[object] = []

    def a_part(*demande: Any) -> Iterator[Any]:
        for morceau in lire_a_part(*demande):
            recus.append(morceau)
            yield morceau

    def regarder(feuilles: Iterator[FeuilleAuFil]) -> list[int]:
        lignes = iter(next(feuilles).lignes)
        next(lignes)
        return [len(recus), sum(1 for _ in lignes), len(recus)]

    monkeypatch.setattr(classeur, "lire_a_part", a_part)
    au_debut, restantes, a_la_fin = lire_classeur(_deux_onglets(tmp_path / "c.xlsx"), ("sheet",), regarder)
    assert (au_debut, restantes) == (2, 4_999), "le nom de l'onglet et un bloc, pas davantage"
    assert a_la_fin > au_debut + 1


def test_une_lecture_manquee_recommence_du_debut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def a_part(fonction: str, chemin: Path, prudent: bool, *suite: object) -> Iterator[Any]:
        for rang, morceau in enumerate(lire_a_part(fonction, chemin, prudent, *suite)):
            if rang == 2 and not prudent:
                raise LectureManquee(Faute("morte en route", "", chemin.name))
            yield morceau

    monkeypatch.setattr(classeur, "lire_a_part", a_part)
    premier, second = lire_classeur(_deux_onglets(tmp_path / "c.xlsx"), None, garder)
    assert [ligne[0] for ligne in premier.lignes] == [f"P{rang}" for rang in range(5_000)]
    assert second.lignes == [["S"]]


def test_entiers_booleens_textes_et_dates_gardent_leur_nature(tmp_path: Path) -> None:
    chemin = _classeur(tmp_path / "c.xlsx", [411001, 12.5, True, "007", date(2026, 3, 31), None, "NA"])
    lue = _cellules(chemin)[0]
    assert lue == [411001, 12.5, True, "007", date(2026, 3, 31), None, "NA"]
    assert [type(valeur) for valeur in lue[:3]] == [int, float, bool]


def test_les_numeros_de_ligne_sont_ceux_du_fichier(tmp_path: Path) -> None:
    chemin = tmp_path / "c.xlsx"
    classeur = openpyxl.Workbook()
    classeur.active.cell(row=7, column=3, value="ici")  # type: ignore[union-attr]
    classeur.save(chemin)
    assert _cellules(chemin)[6][2] == "ici"


def test_formules_sans_resultat_et_erreurs_ne_sont_jamais_des_valeurs(tmp_path: Path) -> None:
    chemin = _classeur(tmp_path / "c.xlsx", ["=1+1", "=TRUE()", "#N/A", '=IF(A1<3,"a&b","")'], [], ["=A1"])
    assert _cellules(chemin) == [
        [Formule("=1+1"), Formule("=TRUE()"), CelluleErreur("#N/A"), Formule('=IF(A1<3,"a&b","")')],
        [None] * 4,
        [Formule("=A1"), None, None, None],
    ]


def test_un_texte_vide_calcule_est_un_resultat(tmp_path: Path) -> None:
    chemin = _reecrire(
        _classeur(tmp_path / "c.xlsx", ["=A2", 5]),
        b'<c r="A1"><f>A2</f><v></v></c>',
        b'<c r="A1" t="str"><f>A2</f><v></v></c>',
    )
    assert _cellules(chemin) == [[None, 5]]


def _reecrire(chemin: Path, avant: bytes, apres: bytes) -> Path:
    """Remplace un morceau du XML de la première feuille."""
    with zipfile.ZipFile(chemin) as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist()}
    feuille = parties["xl/worksheets/sheet1.xml"].replace(b"<v />", b"<v></v>").replace(b"<v/>", b"<v></v>")
    assert avant in feuille
    parties["xl/worksheets/sheet1.xml"] = feuille.replace(avant, apres)
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom, contenu)
    return chemin


def test_une_feuille_demesuree_est_refusee_avant_d_etre_lue(tmp_path: Path) -> None:
    chemin = _reecrire(_classeur(tmp_path / "c.xlsx", ["a", "b"]), b'r="B1"', b'r="XFD1048576"')
    with pytest.raises(ErreurUtilisateur, match=r"cellule XFD1048576 : cette cellule est bien loin des autres → effacez-la"):
        lire_feuilles(chemin)


def test_une_bombe_de_decompression_est_refusee(tmp_path: Path) -> None:
    chemin = _classeur(tmp_path / "c.xlsx", ["a"])
    with zipfile.ZipFile(chemin, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/bombe.xml", b" " * (60 << 20))
    with pytest.raises(ErreurUtilisateur, match="démesuré"):
        lire_feuilles(chemin)


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (b"", "vide"),
        (b"   \r\n", "vide"),
        (b"PK\x03\x04 tronque", "tronqué"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"<html><table><tr><td>Code client</td></tr></table></html>", "page web"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "ni un classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "abîmé"),
    ],
)
def test_ce_qui_n_est_pas_un_classeur_est_refuse_en_clair(tmp_path: Path, contenu: bytes, message: str) -> None:
    chemin = tmp_path / "export.xls"
    chemin.write_bytes(contenu)
    with pytest.raises(ErreurUtilisateur, match=message):
        lire_feuilles(chemin)


def test_un_classeur_tronque_est_refuse_quelle_que_soit_la_coupe(tmp_path: Path) -> None:
    entier = _classeur(tmp_path / "c.xlsx", *([f"C{i}", f"F{i}", i] for i in range(200))).read_bytes()
    for taille in range(100, len(entier), 523):
        chemin = tmp_path / "coupe.xlsx"
        chemin.write_bytes(entier[:taille])
        with pytest.raises(ErreurUtilisateur):
            lire_feuilles(chemin)


def test_un_fichier_absent_donne_le_plus_proche(tmp_path: Path) -> None:
    (tmp_path / "echeances.xlsx").write_bytes(b"x")
    with pytest.raises(ErreurUtilisateur, match=r"n'existe pas → le plus proche est « echeances.xlsx »"):
        lire_feuilles(tmp_path / "echeance.xlsx")


def test_un_dossier_a_la_place_d_un_fichier_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur, match="ne se lit pas"):
        lire_feuilles(tmp_path)


def test_le_contenu_l_emporte_sur_l_extension(tmp_path: Path) -> None:
    classeur = _classeur(tmp_path / "c.xlsx", ["Code", 1]).rename(tmp_path / "c.csv")
    assert _cellules(classeur) == [["Code", 1]]
    texte = tmp_path / "t.xls"
    texte.write_text("Code\tReste dû\nC1\t12,50\n", encoding="cp1252")
    assert _cellules(texte) == [["Code", "Reste dû"], ["C1", "12,50"]]
