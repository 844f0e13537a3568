"""Le classeur de revue écrit : ses onglets, ses libellés, ses types, son habit ; rien de l'export n'y devient formule."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fabrique_revue
import openpyxl
import pandas as pd
import pytest
from feuilles_lues import lire_feuilles
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.criteres.lecture import lire_criteres
from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import EN_MOTS
from relances_xl.domaine.niveaux import LIVRES, PLANS_LIVRES, Niveau, Niveaux, Plans
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_liste_clients, ecrire_revue
from relances_xl.revue.ecrire.contenu import Contenu

ONGLETS = [
    "Liste clients", "Détail", "À appeler", "Complément", "Contentieux", "Tableau de bord", "Exclusions", "Anomalies", "Contrôle", "Critères",
]  # fmt: skip
ENTETES = {
    "Liste clients": (
        "Approuver", "Relance", "Code client", "Raison sociale", "Alerte", "Niveau", "Échéances", "Retard", "Crédits", "Net", "Pénalités",
        "Indemnité", "Total réclamé", "Jours de retard", "Plus ancienne échéance", "Dernière relance", "Dernier niveau", "Sortie", "Message",
        "Email", "Devise",
    ),
    "Détail": (
        "Retenir", "Relance", "Ligne", "Code client", "Raison sociale", "Pièce", "Date pièce", "Échéance", "Jours de retard",
        "Mode de paiement", "Devise", "Montant", "Reste dû", "Dernier niveau", "Dernière relance", "Niveau proposé", "Pénalités",
        "Référence", "Prescription",
    ),
    "À appeler": (
        "Code client", "Raison sociale", "Contact", "Téléphone", "Pourquoi", "Retard", "Réponse", "Jusqu'au", "Montant", "Commentaire",
    ),
    "Contentieux": (
        "Code client", "Raison sociale", "Devise", "Échéances", "Retard", "Pénalités", "Indemnité", "Dernière relance", "Jours depuis",
        "Prescription",
    ),
    "Exclusions": (
        "Ligne", "Code client", "Raison sociale", "Pièce", "Échéance", "Reste dû", "Devise", "Motif", "Explication", "Code du motif",
    ),
    "Anomalies": (
        "Ligne", "Code client", "Raison sociale", "Pièce", "Échéance", "Reste dû", "Devise", "Motif", "Explication", "Code du motif",
    ),
    "Contrôle": ("Devise", "Rubrique", "Lignes", "Montant", "Code du motif"),
}  # fmt: skip
EN_PLUS = {"Liste clients": ("Niveau proposé",), "À appeler": ("Devise",)}
COMPLEMENT = (
    "Code client", "Raison sociale", "Contact", "Téléphone", "Email", "Devise", "Encours", "Non échu", "0-30 j", "31-60 j", "61-90 j",
    "> 90 j", "Relances", "Dernière relance", "Dernier niveau", "Note",
)  # fmt: skip
HOSTILES = (
    '=HYPERLINK("http://pirate.example";"cliquez")', "+33 1 23 45", "-12/B", "@SOMME(A1)", "http://exemple.fr", "00123", "1E5", "31/12/2025",
    "NA", "#N/A", "TRUE", "<r><t>enrichi</t></r>", "a & b < c > \"d\"", "ligne 1\nligne 2", " espaces ", "_x0041_", "cloche \x07 et retour\r",
    "é" * 40_000, "𝒜 🙂", "{=1+1}", "%d %s", "'apostrophe",
)  # fmt: skip


@pytest.fixture(scope="module")
def ecrit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Contenu]:
    """Une revue en trois devises, dont une sans décimale et une qui en a trois."""
    chemin = tmp_path_factory.mktemp("revue") / "revue.xlsx"
    contenu = fabrique_revue.contenu(nb_clients=9, devises=("EUR", "JPY", "TND"))
    ecrire_revue(chemin, contenu)
    return chemin, contenu


def feuille(chemin: Path, onglet: str) -> Worksheet:
    trouvee = openpyxl.load_workbook(chemin)[onglet]
    assert isinstance(trouvee, Worksheet)
    return trouvee


def valeurs(chemin: Path, onglet: str) -> list[dict[str, object]]:
    entetes, *lignes = feuille(chemin, onglet).iter_rows(values_only=True)
    return [dict(zip(map(str, entetes), ligne, strict=True)) for ligne in lignes]


def parties(chemin: Path, motif: str) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(chemin) as archive:
        for nom in archive.namelist():
            if re.search(motif, nom):
                yield nom, archive.read(nom).decode()


def test_les_onglets_dans_l_ordre_et_aucun_autre_meme_cache(ecrit: tuple[Path, Contenu]) -> None:
    assert openpyxl.load_workbook(ecrit[0]).sheetnames == ONGLETS == [onglet for onglet in o.ONGLETS if onglet != "Banque"]


def test_banque_seulement_s_il_y_a_des_releves_avant_les_exclusions(tmp_path: Path) -> None:
    contenu = fabrique_revue.contenu(nb_clients=4)
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, banque=fabrique_revue.banque(contenu.relances)))
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == list(o.ONGLETS)
    premiere = valeurs(tmp_path / "r.xlsx", "Banque")[0]
    assert list(premiere) == [
        "Date",
        "Libellé",
        "Montant",
        "Devise",
        "Code client",
        "Raison sociale",
        "Pièces",
        "Rapprochement",
        "Explication",
    ]
    assert str(premiere["Libellé"]).startswith("=VIR ") and premiere["Rapprochement"] == "certain"
    assert feuille(tmp_path / "r.xlsx", "Banque")["B2"].data_type != "f"


def test_les_libelles_exacts_en_ligne_1_et_dans_l_ordre(ecrit: tuple[Path, Contenu]) -> None:
    for onglet, attendus in ENTETES.items():
        premiere = next(feuille(ecrit[0], onglet).iter_rows(max_row=1, values_only=True))
        assert premiere == (*attendus, *EN_PLUS.get(onglet, ())), onglet
    assert set(COMPLEMENT) < {cellule.value for cellule in feuille(ecrit[0], "Complément")[1]}


def masquees(onglet: Worksheet) -> set[object]:
    return {cellule.value for rang, cellule in enumerate(onglet[1], start=1) if onglet.column_dimensions[get_column_letter(rang)].hidden}


def test_ce_qui_ne_dit_rien_est_masque_pas_supprime(tmp_path: Path, ecrit: tuple[Path, Contenu]) -> None:
    contenu = fabrique_revue.contenu(nb_clients=3)
    rien: dict[str, Any] = {c.CREDITS: 0, c.PENALITES: 0, c.INDEMNITE: 0, c.ALERTE: ""}
    sans = contenu.relances.assign(**rien).astype({c.PENALITES: "Int64"})
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, relances=sans))
    liste = feuille(tmp_path / "r.xlsx", "Liste clients")
    assert masquees(liste) >= {"Crédits", "Pénalités", "Indemnité", "Alerte", "Devise", "Niveau proposé"}
    assert not masquees(liste) & {"Approuver", "Relance", "Code client", "Raison sociale", "Niveau", "Retard", "Net", "Sortie", "Message"}
    assert "Devise" not in masquees(feuille(ecrit[0], "Liste clients")), "trois devises : laquelle n'est plus une évidence"


def test_les_motifs_se_lisent_en_mots_leur_code_est_masque(ecrit: tuple[Path, Contenu]) -> None:
    chemin, contenu = ecrit
    for onglet, champ in (("Exclusions", c.MOTIF), ("Anomalies", c.CAUSE)):
        codes = contenu.lignes.loc[contenu.lignes[champ] != "", champ]
        lues = valeurs(chemin, onglet)
        assert [ligne["Code du motif"] for ligne in lues] == list(codes)
        assert [ligne["Motif"] for ligne in lues] == [EN_MOTS[code] for code in codes]
        assert all(ligne["Raison sociale"] for ligne in lues)
        assert "Code du motif" in masquees(feuille(chemin, onglet))
    assert "Code du motif" in masquees(feuille(chemin, "Contrôle"))


def test_ce_qui_decide_tient_a_l_ecran_et_les_lignes_ont_une_seule_hauteur(tmp_path: Path) -> None:
    chemin = tmp_path / "r.xlsx"
    ecrire_revue(chemin, fabrique_revue.contenu(nb_clients=12))
    onglet = feuille(chemin, "Liste clients")
    largeurs = {cellule.value: onglet.column_dimensions[get_column_letter(rang)] for rang, cellule in enumerate(onglet[1], start=1)}
    jusqu_a_la_sortie = list(largeurs)[: list(largeurs).index("Sortie") + 1]
    pixels = sum(7 * largeurs[nom].width + 5 for nom in jusqu_a_la_sortie if not largeurs[nom].hidden)
    assert pixels < 1920 - 60, "numéros de ligne et barre de défilement"
    for nom in ("Liste clients", "Complément", "À appeler", "Exclusions"):
        assert len({feuille(chemin, nom).row_dimensions[ligne].height for ligne in range(2, feuille(chemin, nom).max_row + 1)}) == 1, nom


def test_une_ligne_par_relance_et_par_ligne_retenue_sans_ligne_de_total(ecrit: tuple[Path, Contenu]) -> None:
    chemin, contenu = ecrit
    retenues = contenu.lignes[contenu.lignes[c.RELANCE] != ""]
    assert [ligne["Relance"] for ligne in valeurs(chemin, "Liste clients")] == list(contenu.relances[c.RELANCE])
    assert sorted(str(ligne["Pièce"]) for ligne in valeurs(chemin, "Détail")) == sorted(retenues[c.PIECE])
    assert len(valeurs(chemin, "Exclusions")) == (contenu.lignes[c.MOTIF] != "").sum()
    assert [ligne["Motif"] for ligne in valeurs(chemin, "Anomalies")] == ["date illisible", "client manquant"]
    assert len(valeurs(chemin, "Contrôle")) == len(contenu.controle)


def test_cases_fausses_dans_la_liste_vraies_dans_le_detail(ecrit: tuple[Path, Contenu]) -> None:
    assert {ligne["Approuver"] for ligne in valeurs(ecrit[0], "Liste clients")} == {False}
    assert {ligne["Retenir"] for ligne in valeurs(ecrit[0], "Détail")} == {True}
    assert dict(parties(ecrit[0], "featurePropertyBag")), "les cases à cocher d'Excel 365 ont disparu"


def test_une_relance_deja_approuvee_par_la_table_le_reste(tmp_path: Path) -> None:
    contenu = fabrique_revue.contenu(nb_clients=3)
    coches = [True, False, True]
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, relances=contenu.relances.assign(approuver=coches)))
    assert [ligne["Approuver"] for ligne in valeurs(tmp_path / "r.xlsx", "Liste clients")] == coches


def test_montants_exacts_au_format_de_leur_devise(ecrit: tuple[Path, Contenu]) -> None:
    chemin, contenu = ecrit
    onglet = feuille(chemin, "Liste clients")
    diviseurs = {"EUR": 100, "JPY": 1, "TND": 1000}
    formats = {"EUR": "#,##0.00;", "JPY": '#,##0" JPY";', "TND": '#,##0.000" TND";'}
    relances: Iterable[Any] = contenu.relances.itertuples()
    for ligne, relance in enumerate(relances, start=2):
        net = onglet.cell(ligne, 10)
        assert net.value == relance.net / diviseurs[relance.devise]
        assert net.number_format.startswith(formats[relance.devise])


def test_dates_vraies_et_vides_quand_il_n_y_en_a_pas(ecrit: tuple[Path, Contenu]) -> None:
    chemin, contenu = ecrit
    attendues = dict(zip(contenu.lignes[c.PIECE], contenu.lignes[c.DERNIERE_RELANCE], strict=True))
    lues = {str(ligne["Pièce"]): ligne["Dernière relance"] for ligne in valeurs(chemin, "Détail")}
    assert {piece: lue is None for piece, lue in lues.items()} == {
        piece: attendues[piece] is None or attendues[piece] != attendues[piece] for piece in lues
    }
    assert all(isinstance(lue, datetime) for lue in lues.values() if lue is not None)
    assert feuille(chemin, "Détail")["H2"].number_format == "dd/mm/yyyy"


def test_les_codes_restent_du_texte_sans_triangle_vert(ecrit: tuple[Path, Contenu]) -> None:
    assert all(str(ligne["Code client"]).startswith("00411") for ligne in valeurs(ecrit[0], "Liste clients"))
    for nom, xml in parties(ecrit[0], r"worksheets/sheet[123457]\.xml"):
        assert "ignoredError" in xml and "numberStoredAsText" in xml, nom


def test_un_texte_hostile_reste_ce_texte(tmp_path: Path) -> None:
    contenu = fabrique_revue.contenu(nb_clients=len(HOSTILES), lignes_par_client=1)
    relances = contenu.relances.assign(**dict.fromkeys((c.RAISON_SOCIALE, c.EMAIL, c.ALERTE, c.MESSAGE), HOSTILES))
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, relances=relances.astype({c.RAISON_SOCIALE: "str", c.MESSAGE: "str"})))
    onglet = feuille(tmp_path / "r.xlsx", "Liste clients")
    (liste, *_) = lire_feuilles(tmp_path / "r.xlsx")
    for ligne, texte in enumerate(HOSTILES, start=2):
        for colonne in (4, 5, 19, 20):
            assert onglet.cell(ligne, colonne).data_type != "f", texte
            lu = str(liste.lignes[ligne - 1][colonne - 1])
            assert lu.replace("_x000D_", "\r").replace("_x0007_", "\x07").replace("_x005F_", "_") == texte[:32_767]


def test_aucune_formule_hors_du_tableau_de_bord_et_du_choix_d_un_client(ecrit: tuple[Path, Contenu]) -> None:
    for nom, xml in parties(ecrit[0], r"worksheets/sheet\d\.xml"):
        formules = xml.count("<f>")
        assert formules > 1 if nom.endswith("sheet6.xml") else formules == nom.endswith("sheet4.xml"), nom


def test_tableaux_filtrables_volets_et_mise_en_page(ecrit: tuple[Path, Contenu]) -> None:
    classeur = openpyxl.load_workbook(ecrit[0])
    noms = [tableau.displayName for onglet in classeur for tableau in onglet.tables.values()]
    assert len(noms) == len(set(noms))
    onglets: list[Any] = classeur.worksheets
    for onglet in onglets:
        if onglet.title == "Tableau de bord":  # il a un titre, et des graphiques avant ses tables
            continue
        premier = next(iter(onglet.tables.values()))
        assert premier.ref.startswith("A1:") and premier.autoFilter is not None, onglet.title
        assert onglet.freeze_panes is not None and onglet.freeze_panes.endswith("2"), onglet.title
        assert not onglet.protection.sheet
        assert (onglet.page_setup.paperSize, onglet.page_setup.fitToHeight) == (9, 0), onglet.title
        assert onglet.print_title_rows == "$1:$1"
        assert "&P / &N" in str(onglet.oddFooter.right.text).replace("Page ", "")
    for nom, colonnes in (("Liste clients", 4), ("Détail", 6)):
        assert classeur[nom].freeze_panes == f"{'ABCDEFG'[colonnes]}2", nom
        assert next(iter(classeur[nom].tables.values())).ref.endswith(str(classeur[nom].max_row))


def test_la_liste_s_imprime_lisible_sur_une_page_de_large(tmp_path: Path) -> None:
    ecrire_revue(tmp_path / "r.xlsx", fabrique_revue.contenu(nb_clients=9))
    onglet = feuille(tmp_path / "r.xlsx", "Liste clients")
    assert onglet.print_area == f"'Liste clients'!$A$1:$R${onglet.max_row}", "ni « Message », ni « Email »"
    assert onglet.page_setup.fitToWidth in (None, 1)
    imprimees = [onglet.column_dimensions[get_column_letter(rang)] for rang in range(1, 19)]
    unites = sum(colonne.width for colonne in imprimees if not colonne.hidden)
    assert 11 * (842 - 2 * 72 * onglet.page_margins.left) / (unites * 5.25) > 6, "points, sur un A4 en paysage"


def test_un_montant_tient_toujours_dans_sa_colonne(tmp_path: Path) -> None:
    contenu = fabrique_revue.contenu(nb_clients=2)
    relances = contenu.relances.assign(**{c.NET: [123_456_789_012_345, 1]})
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, relances=relances))
    largeurs = feuille(tmp_path / "r.xlsx", "Liste clients").column_dimensions
    assert largeurs["J"].width >= len("1 234 567 890 123,45") > largeurs["H"].width
    assert feuille(tmp_path / "r.xlsx", "Tableau de bord").column_dimensions["E"].width >= len("1 234 567 890 123,45")


def test_une_longue_adresse_reste_sur_sa_ligne(ecrit: tuple[Path, Contenu], tmp_path: Path) -> None:
    contenu = ecrit[1]
    longue = f"comptabilite@{'tres-longue-' * 6}entreprise.example"
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, relances=contenu.relances.assign(**{c.EMAIL: longue})))
    onglet = feuille(tmp_path / "r.xlsx", "Liste clients")
    assert not onglet["T2"].alignment.wrap_text and onglet["T2"].value == longue


def test_listes_deroulantes_et_messages_sur_toute_la_hauteur(ecrit: tuple[Path, Contenu]) -> None:
    validations = {str(v.sqref): v for v in feuille(ecrit[0], "Liste clients").data_validations.dataValidation}
    assert validations["F2:F10"].formula1 == '"1,2,3"'
    assert validations["R2:R10"].formula1 == '"Word,PDF,Imprimante,Email"'
    assert all(validation.prompt for validation in validations.values())
    assert "mise en demeure" in validations["F2:F10"].prompt
    assert "Tout cocher" in validations["A2:A10"].prompt and "Espace" in validations["A2:A10"].prompt


def test_le_detail_garde_le_client_livre_quand_un_tiers_payeur_est_relance(tmp_path: Path) -> None:
    contenu = fabrique_revue.contenu(nb_clients=2)
    livres = ["M1", *[""] * (len(contenu.lignes) - 1)]
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, lignes=contenu.lignes.assign(**{c.CLIENT_LIVRE: livres})))
    *_, dernier = feuille(tmp_path / "r.xlsx", "Détail").iter_cols(values_only=True)
    assert dernier[0] == "Client livré" and "M1" in dernier
    ecrire_revue(tmp_path / "sans.xlsx", contenu)
    assert "Client livré" not in [cellule.value for cellule in feuille(tmp_path / "sans.xlsx", "Détail")[1]]


def test_le_niveau_se_choisit_parmi_ceux_de_tous_les_plans(tmp_path: Path) -> None:
    grands_comptes = Niveaux((*LIVRES, Niveau(4, "Dernier avis", 30, "relance-3.docx")), plan="Grands comptes")
    ecrire_revue(tmp_path / "r.xlsx", replace(fabrique_revue.contenu(nb_clients=2), plans=Plans((LIVRES, grands_comptes))))
    validations = {str(v.sqref): v for v in feuille(tmp_path / "r.xlsx", "Liste clients").data_validations.dataValidation}
    assert validations["F2:F3"].formula1 == '"1,2,3,4"' and "4 : Dernier avis" in validations["F2:F3"].prompt


def test_les_cellules_modifiables_se_voient(ecrit: tuple[Path, Contenu]) -> None:
    onglet = feuille(ecrit[0], "Liste clients")
    fonds = {colonne: onglet[f"{colonne}2"].fill.fgColor.rgb for colonne in "AFRSBC"}
    assert fonds["A"] == fonds["F"] == fonds["R"] == fonds["S"] != fonds["B"] == fonds["C"]


def test_le_rouge_du_dernier_niveau_est_celui_du_plan_du_client(tmp_path: Path) -> None:
    contenu = fabrique_revue.contenu(nb_clients=2)
    doux = Niveaux((Niveau(1, "Rappel", 30, "doux.docx"), Niveau(2, "Dernier rappel", 30, "doux.docx")), plan="Grands comptes")
    plans = ["Grands comptes", "Standard"]
    suivi = replace(contenu, plans=Plans((*contenu.plans, doux)), relances=contenu.relances.assign(**{c.PLAN: plans}))
    ecrire_revue(tmp_path / "plans.xlsx", suivi)
    onglet = feuille(tmp_path / "plans.xlsx", "Liste clients")
    assert onglet.column_dimensions["W"].hidden and [onglet["W1"].value, onglet["W2"].value, onglet["W3"].value] == [
        "Plus haut niveau",
        2,
        3,
    ]
    regles = [r.formula for plage in onglet.conditional_formatting for r in plage.rules]
    assert ["AND($F2>1,$F2>=$W2)"] in regles


def test_les_liens_menent_ou_ils_disent(ecrit: tuple[Path, Contenu]) -> None:
    chemin, _ = ecrit
    onglet, detail = feuille(chemin, "Liste clients"), feuille(chemin, "Détail")
    for ligne in range(2, onglet.max_row + 1):
        cible = onglet[f"G{ligne}"].hyperlink.location
        trouve = re.fullmatch(r"'Détail'!A(\d+)", cible)
        assert "trié" in onglet[f"G{ligne}"].hyperlink.tooltip, "un tri du « Détail » déplace la ligne"
        assert trouve and detail[f"B{trouve[1]}"].value == onglet[f"B{ligne}"].value
        assert detail[f"B{int(trouve[1]) - 1}"].value != onglet[f"B{ligne}"].value, "la première de ses lignes"
    complement = feuille(chemin, "Complément")
    colonnes = {cellule.value: get_column_letter(rang) for rang, cellule in enumerate(complement[1], start=1)}
    emails = [cellule for cellule in complement[colonnes["Email"]][1:] if cellule.value]
    assert emails and all(cellule.hyperlink.target == f"mailto:{cellule.value}" for cellule in emails)
    assert complement[f"{colonnes['Téléphone']}2"].hyperlink.target == "tel:0326001234"
    assert feuille(chemin, "À appeler")["D2"].hyperlink.target == "tel:0326001234"


@pytest.mark.parametrize(
    ("email", "telephone"), [("a\x07b@c.example", "\x00" * 9), ("a\ud800@c.example", "- - - - -"), ("a@" + "b" * 3_000 + ".example", "")]
)
def test_une_adresse_qui_ne_peut_etre_un_lien_n_en_est_pas_un(tmp_path: Path, email: str, telephone: str) -> None:
    contenu = fabrique_revue.contenu(nb_clients=2)
    complement = contenu.complement.assign(Email=email, Téléphone=telephone)
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, complement=complement))
    onglet = feuille(tmp_path / "r.xlsx", "Complément")
    assert {cellule.column for rangee in onglet.iter_rows() for cellule in rangee if cellule.hyperlink} == {1}


def test_le_complement_est_une_fiche_par_client_ou_l_on_va_en_le_choisissant(ecrit: tuple[Path, Contenu]) -> None:
    onglet = feuille(ecrit[0], "Complément")
    titres = [cellule.value for cellule in onglet[1]]
    vus = [titre for rang, titre in enumerate(titres, start=1) if not onglet.column_dimensions[get_column_letter(rang)].hidden]
    # ce qu'on lit au téléphone, dans l'ordre, en un écran ; le reste est replié, pas ôté
    assert vus[:8] == ["Code client", "Raison sociale", "Contact", "Téléphone", "Note", "Relances passées", "Pièces ouvertes", "Encours"]
    assert "Dernière relance" in titres and "Dernière relance" not in vus
    assert titres[titres.index("Aller à un client…") - 1] is None, "contre le tableau, Excel l'y annexerait"
    lettre, lien = (get_column_letter(titres.index("Aller à un client…") + n) for n in (1, 2))
    (liste,) = [v for v in onglet.data_validations.dataValidation if f"{lettre}1" in v.sqref]
    noms = re.fullmatch(r"\$B\$2:\$B\$(\d+)", liste.formula1)
    assert noms and int(noms[1]) == onglet.max_row and not liste.showErrorMessage, "un code s'écrit aussi"
    formule = str(onglet[f"{lien}1"].value)
    assert "HYPERLINK" in formule and f'MATCH(${lettre}$1&"",{noms[0]},0)' in formule


def test_totaux_du_tableau_de_bord_justes_a_l_ouverture(ecrit: tuple[Path, Contenu]) -> None:
    chemin, contenu = ecrit
    lus = openpyxl.load_workbook(chemin, data_only=True)["Tableau de bord"]
    assert [lus["A1"].value, lus["A2"].value] == [
        "Tableau de bord des relances", "Atelier Ribeaucourt SARL · liste du 31/03/2026 · retards au 31/03/2026",
    ]  # fmt: skip
    entetes = [cellule.value for cellule in lus[3]]
    par_devise = {lus.cell(i, 1).value: dict(zip(entetes, (x.value for x in lus[i]), strict=True)) for i in (4, 5, 6)}
    euros = contenu.relances[contenu.relances[c.DEVISE] == "EUR"]
    assert par_devise["EUR"]["Relances"] == len(euros)
    assert par_devise["EUR"]["Total réclamé"] == euros[c.TOTAL_RECLAME].sum() / 100
    assert par_devise["JPY"]["Net"] == contenu.relances.loc[contenu.relances[c.DEVISE] == "JPY", c.NET].sum()
    assert len(dict(parties(chemin, r"charts/chart\d"))) == 3


def test_un_tableau_de_bord_imprime_ne_separe_pas_un_titre_de_sa_table(ecrit: tuple[Path, Contenu], tmp_path: Path) -> None:
    contenu = ecrit[1]
    niveaux = pd.concat([contenu.bilan["niveaux"]] * 4, ignore_index=True)
    campagnes = pd.DataFrame(
        {"Campagne": [f"{n}" for n in range(25)], "Devise": "EUR", "Relances": 1, "Montant relancé": 100, "Réglé depuis": 50}
    )
    ecrire_revue(tmp_path / "r.xlsx", replace(contenu, bilan={**contenu.bilan, "niveaux": niveaux, "campagnes": campagnes}))
    onglet = feuille(tmp_path / "r.xlsx", "Tableau de bord")
    sauts = [saut.id for saut in onglet.row_breaks.brk]
    assert sauts, "ces tables ne tiennent pas sous les graphiques"
    for saut in sauts:  # la page commence par le titre d'une table, son en-tête dessous
        titre, entete = onglet[saut + 1], onglet[saut + 2]
        assert titre[0].value and titre[1].value is None and entete[1].value
    hauteurs = [bas - haut for haut, bas in zip([0, *sauts], [*sauts, onglet.max_row], strict=True)]
    assert max(hauteurs) * 20 < 1764 * 0.65, "la page coupe ailleurs"


def test_l_onglet_criteres_se_relit_a_l_identique(ecrit: tuple[Path, Contenu]) -> None:
    chemin, contenu = ecrit
    *_, onglet = lire_feuilles(chemin)
    assert lire_criteres(onglet, "revue.xlsx", date(2020, 1, 1), PLANS_LIVRES) == (contenu.criteres, [])


def test_un_critere_change_est_surligne(ecrit: tuple[Path, Contenu]) -> None:
    onglet = feuille(ecrit[0], "Critères")
    gras = {onglet.cell(i, 1).value for i in range(2, onglet.max_row + 1) if onglet.cell(i, 2).font.bold}
    assert gras == {"Réédition de relance"}


def test_deux_ecritures_donnent_les_memes_octets(tmp_path: Path) -> None:
    for nom in ("a", "b"):
        ecrire_revue(tmp_path / nom, fabrique_revue.contenu(nb_clients=4))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_proprietes_du_document(ecrit: tuple[Path, Contenu]) -> None:
    proprietes = openpyxl.load_workbook(ecrit[0]).properties
    assert (proprietes.title, proprietes.creator) == ("Revue des relances du 31/03/2026", "Atelier Ribeaucourt SARL")


def test_chaque_partie_est_du_xml_bien_forme(ecrit: tuple[Path, Contenu]) -> None:
    noms = [nom for nom, xml in parties(ecrit[0], r"\.(xml|rels)$") if ElementTree.fromstring(xml) is not None]
    assert len(noms) > 20


def test_rien_a_relancer_donne_un_classeur_qui_s_ouvre(tmp_path: Path) -> None:
    plein = fabrique_revue.contenu(nb_clients=2)
    vide = replace(plein, lignes=plein.lignes.iloc[:0], relances=plein.relances.iloc[:0], complement=plein.complement.iloc[:0], bilan={})
    ecrire_revue(tmp_path / "r.xlsx", vide)
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ONGLETS
    assert [any(ligne.values()) for ligne in valeurs(tmp_path / "r.xlsx", "Liste clients")] in ([], [False])


@pytest.mark.parametrize("detaille", [True, False])
def test_liste_clients_sans_coche_ni_message(tmp_path: Path, detaille: bool) -> None:
    ecrire_liste_clients(tmp_path / "l.xlsx", fabrique_revue.contenu(nb_clients=3), detaille)
    attendus = ["Liste clients", "Détail", "Critères"] if detaille else ["Liste clients", "Critères"]
    assert openpyxl.load_workbook(tmp_path / "l.xlsx").sheetnames == attendus
    premiere = next(feuille(tmp_path / "l.xlsx", "Liste clients").iter_rows(max_row=1, values_only=True))
    assert premiere == tuple(libelle for libelle in ENTETES["Liste clients"] if libelle not in ("Approuver", "Message"))
    if detaille:
        assert "Retenir" not in {cellule.value for cellule in feuille(tmp_path / "l.xlsx", "Détail")[1]}
    for _, xml in parties(tmp_path / "l.xlsx", r"worksheets/sheet1\.xml"):
        assert ("Détail" in xml) == detaille and "Complément" not in xml
