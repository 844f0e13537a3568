"""Le classeur de critères livré : ce que l'utilisateur voit et ce qu'Excel lui propose."""

import re
import shutil
import subprocess
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases import case
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from relances_xl.criteres.creation import creer_criteres
from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.onglets import SECTIONS
from relances_xl.domaine.criteres import CRITERES, PAR_CHAMP, Genre
from relances_xl.domaine.parametres import LIBELLES_EMETTEUR, LIBELLES_MESSAGERIE
from relances_xl.domaine.tables import CHAMPS_CLIENT, CHAMPS_ECHEANCE


@pytest.fixture(scope="module")
def chemin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chemin = tmp_path_factory.mktemp("creation") / "criteres.xlsx"
    creer_criteres(chemin, exemple=False)
    return chemin


@pytest.fixture(scope="module")
def livre(chemin: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(chemin)


def validation(feuille: Worksheet, cellule: str) -> DataValidation:
    trouvees: list[DataValidation] = [v for v in feuille.data_validations.dataValidation if cellule in v.cells]
    (trouvee,) = trouvees
    return trouvee


def titres(feuille: Worksheet) -> list[object]:
    return [cellule.value for cellule in feuille[1]]


def test_les_onglets_du_contrat_dans_l_ordre_puis_les_listes(livre: openpyxl.Workbook) -> None:
    assert livre.sheetnames == [
        "Commencer ici", "Critères", "Clients", "Suivi", "Émetteur", "Niveaux", "Messagerie", "Taux", "Colonnes", "Listes",
    ]  # fmt: skip
    assert [feuille.title for feuille in livre.worksheets if feuille.sheet_state != "visible"] == ["Listes"]


def test_les_en_tetes_du_contrat(livre: openpyxl.Workbook) -> None:
    assert titres(livre["Clients"]) == ["Relancer", "Code client", "Raison sociale", "Type", "Envoi", "Email relance", "Plan", "Exclure"]
    assert titres(livre["Niveaux"]) == ["Niveau", "Libellé", "Délai (jours)", "Modèle", "Pénalités", "Indemnité", "Objet", "Envoi", "Plan"]
    assert titres(livre["Suivi"]) == ["Code client", "Pièce", "Date", "Nature", "Jusqu'au", "Montant", "Commentaire", "Raison sociale"]
    assert titres(livre["Colonnes"])[:3] == ["Champ", "Fichier", "Colonne de l'export"]
    assert titres(livre["Taux"]) == ["Semestre", "Taux BCE", "Taux légal professionnels", "Source"]


def test_chaque_critere_a_son_libelle_sa_valeur_par_defaut_et_son_aide_des_la_ligne_2(livre: openpyxl.Workbook) -> None:
    lignes = list(livre["Critères"].iter_rows(min_row=2, max_col=3, values_only=True))
    lus = {libelle: (str(valeur if valeur is not None else ""), aide) for libelle, valeur, aide in lignes}
    assert {c.libelle: (c.defaut, c.aide) for c in CRITERES} | dict.fromkeys(SECTIONS, ("", None)) == lus


def test_chaque_critere_est_dans_une_section() -> None:
    assert sorted(champ for champs in SECTIONS.values() for champ in champs if champ in PAR_CHAMP) == sorted(PAR_CHAMP)


def test_emetteur_colonnes_et_messagerie_listent_tous_leurs_champs(livre: openpyxl.Workbook) -> None:
    for onglet, libelles in (("Émetteur", LIBELLES_EMETTEUR), ("Messagerie", LIBELLES_MESSAGERIE)):
        en_plus = ["Email de NOM"] if onglet == "Émetteur" else []
        assert [r[0].value for r in livre[onglet].iter_rows(min_row=2)] == [*libelles.values(), *en_plus]
    champs = [(champ.nom, "Échéances") for champ in CHAMPS_ECHEANCE] + [(champ.nom, "Clients") for champ in CHAMPS_CLIENT]
    assert [(r[0], r[1]) for r in livre["Colonnes"].iter_rows(min_row=2, values_only=True)] == champs


def test_une_valeur_fermee_a_sa_liste_et_son_message_en_francais(livre: openpyxl.Workbook) -> None:
    feuille = livre["Critères"]
    for critere in CRITERES:
        regle = validation(feuille, case(critere.champ))
        assert regle.showInputMessage and regle.prompt == critere.aide and regle.promptTitle == critere.libelle[:32]
        if critere.choix:
            assert regle.type == "list" and regle.formula1 == f'"{",".join(critere.choix)}"'
            assert regle.showErrorMessage and regle.errorStyle in (None, "stop") and critere.choix[0] in (regle.error or "")
    for cellule in (
        "Niveaux!E2",
        "Niveaux!F900",
        "Niveaux!H2",
        "Suivi!A30",
        "Suivi!D50000",
        "Clients!A3",
        "Messagerie!B4",
        "Messagerie!B9",
    ):
        onglet, place = cellule.split("!")
        assert validation(livre[onglet], place).type == "list", cellule


@pytest.mark.parametrize("champ", ["modes_paiement", "codes_clients", "delai_paiement"])
def test_un_critere_a_plusieurs_valeurs_propose_sa_liste_sans_rien_refuser(livre: openpyxl.Workbook, champ: str) -> None:
    regle = validation(livre["Critères"], case(champ))
    assert regle.type == "list" and not regle.showErrorMessage


def test_excel_admet_les_longueurs_des_messages(livre: openpyxl.Workbook) -> None:
    for feuille in livre.worksheets:
        for regle in feuille.data_validations.dataValidation:
            assert len(regle.prompt or "") <= 255 and len(regle.promptTitle or "") <= 32
            assert len(regle.error or "") <= 225 and len(regle.errorTitle or "") <= 32
            assert len(regle.formula1 or "") <= 255


def test_les_formats_sont_ceux_du_metier(livre: openpyxl.Workbook) -> None:
    attendus = {Genre.DATE: "dd/mm/yyyy", Genre.MONTANT: "#,##0.00", Genre.POURCENTAGE: "0.00", Genre.TEXTE: "@"}
    for critere in CRITERES:
        if critere.genre in attendus:
            assert livre["Critères"][case(critere.champ)].number_format == attendus[critere.genre]
    # un code saisi sous la dernière ligne garde ses zéros de tête
    assert livre["Clients"].column_dimensions["B"].number_format == "@"
    assert livre["Suivi"].column_dimensions["C"].number_format == "dd/mm/yyyy"


def test_ce_qui_se_saisit_se_voit_et_rien_n_est_verrouille(livre: openpyxl.Workbook) -> None:
    feuilles: list[Any] = livre.worksheets[1:]
    for feuille in feuilles:
        assert feuille.freeze_panes == "A2" and not feuille.protection.sheet and not feuille.merged_cells.ranges
        assert feuille.page_setup.orientation == "landscape" and feuille.page_setup.fitToWidth == 1 and feuille.page_setup.fitToHeight == 0
        assert feuille.sheet_properties.pageSetUpPr.fitToPage and feuille.print_title_rows == "$1:$1"
    saisie, aide = livre["Critères"]["B3"], livre["Critères"]["C3"]
    assert saisie.fill.start_color.rgb != aide.fill.start_color.rgb and aide.alignment.wrap_text


def test_les_listes_deroulantes_designent_des_cellules_qui_existent(livre: openpyxl.Workbook) -> None:
    assert [livre["Listes"][place].value for place in ("A1", "A2", "B1", "B2")] == ["Modes de paiement", "Tout", "Devises", "EUR"]
    assert str(validation(livre["Critères"], case("niveau")).formula1).startswith("OFFSET(Niveaux!$A$2,")
    assert (
        str(validation(livre["Clients"], "G2").formula1).startswith("OFFSET(Listes!$D$2,")
        and livre["Listes"]["D1"].value == "Plans de relance"
    )


def test_l_exemple_porte_son_emetteur_ses_dates_et_son_suivi(tmp_path: Path) -> None:
    creer_criteres(tmp_path / "criteres.xlsx", exemple=True)
    lu = lire_parametres(tmp_path / "criteres.xlsx", date(2030, 1, 1))
    assert lu.criteres.date_reference == lu.criteres.date_edition == date(2026, 3, 31)
    assert lu.emetteur.iban.replace(" ", "") == "FR7630006000011234567890189" and lu.emetteur.bic == "AGRIFRPPXXX"
    assert set(lu.suivi["nature"]) == {"Promesse", "Appel", "Note", "Litige"}
    assert lu.taux.bce("2026-S1") == Decimal("2.15")


def test_commencer_ici_dit_ce_qui_manque_et_passe_au_vert(tmp_path: Path) -> None:
    """Les formules, calculées par LibreOffice : tout manque dans un classeur neuf, presque rien dans celui de l'exemple."""
    if not shutil.which("soffice"):
        pytest.skip("sans objet : LibreOffice n'est pas installé")

    def etats(exemple: bool) -> list[str]:
        chemin = tmp_path / f"{exemple}.xlsx"
        creer_criteres(chemin, exemple)
        profil = f"-env:UserInstallation=file://{tmp_path}/profil"
        subprocess.run(
            ["soffice", profil, "--headless", "--convert-to", "ods", "--outdir", tmp_path, chemin],
            check=True,
            capture_output=True,
            timeout=120,
        )
        lues = CalamineWorkbook.from_path(tmp_path / f"{exemple}.ods").get_sheet_by_name("Commencer ici").to_python()
        return [str(ligne[1]) for ligne in lues if str(ligne[0])[:1].isdigit()]

    assert etats(False)[:3] == ["À remplir", "À remplir", "À faire"]
    assert etats(True)[:3] == ["Fait", "Fait", "À faire"]


def test_les_polices_suivent_l_ordre_du_schema(chemin: Path) -> None:
    """openpyxl en suit un autre, que le validateur de Microsoft refuse."""
    ordre = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()
    with zipfile.ZipFile(chemin) as archive:
        styles = archive.read("xl/styles.xml").decode()
    polices = re.findall(r"<font>(.*?)</font>", styles, re.DOTALL)
    assert polices
    for police in polices:
        rangs = [ordre.index(nom) for nom in re.findall(r"<(\w+)", police)]
        assert rangs == sorted(rangs)
