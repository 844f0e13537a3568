"""Les rouages internes de XlsxWriter dont l'écriture par bloc dépend : s'ils changent, ces tests le disent."""

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import revue_de_reference
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide import cellules
from relances_xl.revue.ecrire.rapide.feuille_rapide import LIENS_MAX, FeuilleRapide, Liens
from relances_xl.revue.ecrire.tableau import ecrire_tableau, nouveau_classeur


def ecrire(chemin: Path, hauteur: int) -> None:
    with nouveau_classeur(chemin) as classeur:
        classeur.set_properties({"created": datetime(2026, 3, 31)})  # noqa: DTZ001 -- sans elle, l'heure qu'il est
        feuille: FeuilleRapide = classeur.add_worksheet("F")
        gras = classeur.add_format({"bold": True})
        nombres = cellules.entiers(pd.Series(range(hauteur), dtype="Int64").where(pd.Series(range(hauteur)) != 1))
        jours = cellules.dates(pd.Series([date(2026, 3, 31)] * hauteur, dtype="datetime64[s]"))
        feuille.poser_bloc(
            [
                cellules.textes([f"t{i}" for i in range(hauteur)], gras),
                cellules.nombres(nombres, gras),
                cellules.montants(nombres, (["JPY", "EUR", "TND"] * hauteur)[:hauteur], lambda devise: gras),
                cellules.nombres(jours, classeur.add_format({"num_format": "dd/mm/yyyy"})),
                cellules.cases([True] * hauteur, gras),
            ],
            2,
        )
        feuille.poser_tableau("T", "Table Style Light 1", [{"header": nom} for nom in "ABCDE"])
        feuille.poser_liens(Liens(0, ["'F'!A3"] * hauteur, "là"))
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
    lignes = LIENS_MAX // 2 + 10
    with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F")
        feuille.poser_liens(*(Liens(colonne, ["'F'!A1"] * lignes, "") for colonne in (1, 0)))
        feuille.poser_liens(Liens(2, ["'F'!A1"] * lignes, ""))
    refs = re.findall('<hyperlink ref="(.*?)"', parties(tmp_path / "f.xlsx")["xl/worksheets/sheet1.xml"])
    assert (len(refs), refs[0], refs[-1]) == (LIENS_MAX, "A2", f"B{LIENS_MAX // 2 + 1}")


def parties(chemin: Path) -> dict[str, str]:
    with zipfile.ZipFile(chemin) as archive:
        return {nom: archive.read(nom).decode() for nom in archive.namelist()}


ADRESSES = {
    0: ["internal:'Détail'!A2", "", "internal:'L''été & <l''hiver>'!A10"],
    1: ["mailto:a.b+c@d.example", "mailto:é&`{[]}^@d.example", "mailto:a%20b%c@d.example"],
    2: ["", "mailto:100%@d.example", "mailto:a@d.example"],
}


@pytest.mark.parametrize("couverts", [(0,), (1,), (2,), (0, 1, 2)])
def test_les_liens_sont_ceux_qu_xlsxwriter_aurait_ecrits(tmp_path: Path, couverts: tuple[int, ...]) -> None:
    with nouveau_classeur(tmp_path / "n.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F")
        feuille.poser_liens(
            *(
                Liens(colonne, [adresse.removeprefix("internal:") for adresse in ADRESSES[colonne]], "« Là » & <ici>", internes=not colonne)
                for colonne in couverts
            )
        )
        feuille.add_table(9, 0, 10, 0)
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as classeur:
        feuille = classeur.add_worksheet("F")
        for colonne in couverts:
            for ligne, adresse in enumerate(ADRESSES[colonne], start=1):
                if adresse:
                    feuille.write_url(ligne, colonne, adresse, string="", tip="« Là » & <ici>")
        feuille.add_table(9, 0, 10, 0)
    nous, eux = parties(tmp_path / "n.xlsx"), parties(tmp_path / "x.xlsx")
    liens, attendus = (re.findall("<hyperlink .*?/>", lues["xl/worksheets/sheet1.xml"]) for lues in (nous, eux))
    assert liens == [re.sub('display=".*?"', "display=\"'A'!A1\"", attendu) for attendu in attendus]
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    assert nous[relations] == eux[relations]


def test_un_fichier_voisin_et_un_telephone_sont_des_liens_de_partout(tmp_path: Path) -> None:
    with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F")
        feuille.poser_liens(Liens(0, ["pdf/C1 & é.pdf", "tel:+33102030405"], "Ouvrir", internes=False))
    cibles = re.findall('Target="(.*?)"', parties(tmp_path / "f.xlsx")["xl/worksheets/_rels/sheet1.xml.rels"])
    assert cibles == ["pdf/C1%20%26%20%C3%A9.pdf", "tel:+33102030405"]


def test_les_formules_de_la_revue_sont_celles_qu_xlsxwriter_aurait_ecrites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Les nôtres n'ont pas de fonction nouvelle, que XlsxWriter aurait préfixée."""
    vues = set()

    def comparer(feuille: FeuilleRapide, formule: str, expand_future_functions: bool = False) -> str:
        vues.add(formule)
        notre = formule.removeprefix("=")
        assert notre == Worksheet._prepare_formula(feuille, formule, expand_future_functions)
        return notre

    monkeypatch.setattr(FeuilleRapide, "_prepare_formula", comparer)
    revue_de_reference.decrire()
    assert len(vues) > 20


def test_chaque_relation_d_un_onglet_est_ecrite(tmp_path: Path) -> None:
    """Celles d'un graphique et d'un tableau aussi."""
    with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F")
        feuille.poser_liens(Liens(0, ["tel:1", "", "tel:2"], "", internes=False))
        feuille.add_table(9, 0, 10, 0)
        graphique = classeur.add_chart({"type": "bar"})
        graphique.add_series({"values": "=F!$A$1:$A$2"})
        feuille.insert_chart(0, 0, graphique)
    lues = parties(tmp_path / "f.xlsx")
    citees = re.findall(' r:id="(.*?)"', lues["xl/worksheets/sheet1.xml"])
    assert sorted(citees) == re.findall(' Id="(.*?)"', lues["xl/worksheets/_rels/sheet1.xml.rels"]) == ["rId1", "rId2", "rId3", "rId4"]


def test_un_texte_que_le_xml_interdit_se_relit_tel_quel(tmp_path: Path) -> None:
    """Seul dans sa colonne, ou parmi mille autres ; sa forme échappée (ST_Xstring) est celle qu'openpyxl sait relire."""
    rares = ["cloche \a", "_x0041_", "nul \0", "retour\r", "\ufffe", "한글", "ｐ", "&<>\"'", "saut\n", "\t", "x" * 40_000, ""]
    for reste in ([], [f"autre {i}" for i in range(2_000)]):
        with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
            feuille: FeuilleRapide = classeur.add_worksheet("F")
            feuille.poser_bloc([cellules.textes(rares + reste, classeur.add_format())], 1)
        relus = [ligne[0] for ligne in openpyxl.load_workbook(tmp_path / "f.xlsx")["F"].iter_rows(min_row=2, values_only=True)]
        lus = [re.sub("_x([0-9A-F]{4})_", lambda trouve: chr(int(trouve[1], 16)), str(relu or "")) for relu in relus]
        assert lus[: len(rares)] == [rare[:32_767] for rare in rares]
        assert relus[len(rares) :] == reste


def test_les_dates_de_1900_se_relisent_telles_quelles(tmp_path: Path) -> None:
    """Excel croit à un 29/02/1900."""
    jours = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2026, 3, 31)]
    with nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        feuille: FeuilleRapide = classeur.add_worksheet("F")
        style = classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille.poser_bloc([cellules.nombres(cellules.dates(pd.Series(jours, dtype="datetime64[s]")), style)], 1)
    relus: Any = openpyxl.load_workbook(tmp_path / "f.xlsx")["F"]
    assert [relus.cell(rang, 1).value.date() for rang in range(2, 6)] == jours


def test_un_onglet_plus_haut_que_ceux_d_excel_est_refuse_par_son_nom(tmp_path: Path) -> None:
    trop = pd.DataFrame(index=range(1_048_576))
    with pytest.raises(ErreurUtilisateur) as refus, nouveau_classeur(tmp_path / "f.xlsx") as classeur:
        ecrire_tableau(classeur, Styles(classeur), "Exclusions", "Exclusions", (), trop)
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
