"""Un export vrai n'est pas une table parfaite : on le lit comme le lirait un comptable, ou on dit pourquoi (contrat §3)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.exports import Lecture, lire_echeances

REFERENCE = date(2026, 3, 31)
ENTETE = ["Code client", "Nom", "N° facture", "Échéance", "Reste dû"]
ECHUE = "04/02/2026"


def lire(dossier: Path, *rangees: Sequence[object], suffixe: str = ".xlsx") -> Lecture:
    chemin = dossier / f"export{suffixe}"
    if suffixe == ".xlsx":
        classeur = openpyxl.Workbook()
        feuille = classeur.worksheets[0]
        for rangee in rangees:
            feuille.append(list(rangee))
        classeur.save(chemin)
    else:
        chemin.write_text("".join(";".join(map(str, rangee)) + "\n" for rangee in rangees), encoding="utf-8")
    return lire_echeances(chemin, {}, DelaiPaiement(30), None, REFERENCE)


def refus(dossier: Path, *rangees: Sequence[object], suffixe: str = ".xlsx") -> str:
    with pytest.raises(ErreurUtilisateur) as refuse:
        lire(dossier, *rangees, suffixe=suffixe)
    return str(refuse.value)


def restes(lecture: Lecture) -> dict[str, list[float]]:
    """Client → ses restes dus lisibles, en unités."""
    lisibles = lecture.lignes[lecture.lignes[c.CAUSE] == ""]
    return {str(code): [unites / 100 for unites in groupe] for code, groupe in lisibles.groupby(c.CODE_CLIENT)[c.RESTE_DU]}


def causes(lecture: Lecture) -> list[str]:
    return lecture.lignes[c.CAUSE].tolist()


def dits(lecture: Lecture) -> str:
    return "\n".join(map(str, lecture.avertissements)).replace("\u00a0", " ")


# --- le signe ailleurs ------------------------------------------------------------------------------------------

SIGNES = [
    (["Solde", "Sens"], [1000, "D"], [900, "C"]),
    (["Solde", ""], [1000, "D"], [900, "C"]),
    (["Solde", ""], [1000, "Db"], [900, "Cr"]),
    (["", "Solde"], ["D", 1000], ["C", 900]),
    (["Reste dû", "S/H"], [1000, "S"], [900, "H"]),
    (["Reste dû", "+/-"], [1000, "+"], [900, "-"]),
    (["Reste dû", "Débit/Crédit"], [1000, "Débit"], [900, "Crédit"]),
    (["Outstanding", "Dr/Cr"], ["1,000.00", "Dr"], ["900.00", "Cr"]),
    (["Solde", ""], [1000, ""], [900, "C"]),
    (["Solde", "Signe"], [1000, ""], [900, "-"]),
    (["Solde", "Ind."], [1000, "D"], [900, "C"]),
    (["Montant", "Réglé", "Sens"], [1000, 0, "D"], [900, 0, "C"]),
    (["Montant", "Sens"], [1000, "D"], [900, "C"]),
    (["Montant", ""], [1000, "D"], [900, "C"]),
    (["Sens", "Montant TTC", "Solde"], ["D", 1200, 1000], ["C", 900, 900]),
    (["Solde"], ["1 000,00 D"], ["900,00 C"]),
    (["Solde"], ["1 000,00"], ["900,00 CR"]),
    (["Solde"], ["1 000,00 S"], ["900,00 H"]),
    (["Solde"], ["1 000,00 Débit"], ["900,00 Crédit"]),
    (["Solde", "Sens"], [1000, "D"], [-900, "C"]),
]


@pytest.mark.parametrize(("colonnes", "dette", "credit"), SIGNES)
@pytest.mark.parametrize("suffixe", [".xlsx", ".csv"])
def test_le_signe_ecrit_ailleurs(tmp_path: Path, colonnes: list[str], dette: list[object], credit: list[object], suffixe: str) -> None:
    lecture = lire(
        tmp_path, ["Compte", "Pièce", "Échéance", *colonnes], ["411A", "F1", ECHUE, *dette], ["411A", "A1", ECHUE, *credit], suffixe=suffixe
    )
    assert (causes(lecture), restes(lecture)) == (["", ""], {"411A": [1000, -900]})


def test_un_montant_deja_signe_n_est_pas_retourne_deux_fois(tmp_path: Path) -> None:
    lecture = lire(
        tmp_path,
        [*ENTETE, "Sens"],
        ["C1", "N", "F1", ECHUE, 100, "D"],
        ["C1", "N", "A1", ECHUE, -40, "C"],
        ["C1", "N", "F2", ECHUE, -5, "D"],
    )
    assert restes(lecture) == {"C1": [100, -40, -5]}


def test_des_signes_qui_se_contredisent_ou_manquent_rendent_le_montant_illisible(tmp_path: Path) -> None:
    lecture = lire(
        tmp_path, [*ENTETE, "Sens"], ["C1", "N", "F1", ECHUE, 100, "D"], ["C1", "N", "A1", ECHUE, 40, "C"], ["C1", "N", "A2", ECHUE, -40, "C"],
        ["C1", "N", "F2", ECHUE, 100, ""], ["C1", "N", "F3", ECHUE, 100, "?"],
    )  # fmt: skip
    assert causes(lecture) == ["", "", "MONTANT_ILLISIBLE", "MONTANT_ILLISIBLE", "MONTANT_ILLISIBLE"]


@pytest.mark.parametrize("titre", ["", "Indicateur"])
def test_une_colonne_de_marques_qui_ne_tient_a_aucun_montant_est_refusee(tmp_path: Path, titre: str) -> None:
    message = refus(
        tmp_path, [titre, "Code client", "N° facture", "Échéance", "Reste dû"], ["D", "C1", "F1", ECHUE, 100], ["C", "C1", "A1", ECHUE, 40]
    )
    assert "marques" in message and "colonne" in message


def test_une_lettre_c_dans_une_autre_colonne_n_est_pas_un_signe(tmp_path: Path) -> None:
    lecture = lire(tmp_path, ["Catégorie", *ENTETE], ["C", "C1", "N", "F1", ECHUE, 100], ["", "C1", "N", "F2", ECHUE, 40])
    assert restes(lecture) == {"C1": [100, 40]}


# --- la nature --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nature",
    ["Avoir", "AVOIR SUR FACTURE", "Credit memo", "Note de crédit", "Customer Refund", "Trop perçu", "Règlement", "Payment", "Virement reçu",
     "Acompte reçu", "Acompte versé", "Remboursement", "Sales Credit Note", "out_refund", "381", "Encaissement", "Paiement facture"],
)  # fmt: skip
def test_ces_natures_sont_des_credits(tmp_path: Path, nature: str) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Type de pièce"], ["C1", "N", "X1", ECHUE, 100, nature])
    assert restes(lecture) == {"C1": [-100]}
    assert "incomprise" not in dits(lecture)


@pytest.mark.parametrize(
    "nature",
    ["Facture", "Facture client", "Facture d'acompte", "Demande d'acompte", "Sales Invoice", "Invoice", "out_invoice", "Impayé", "Rejet de prélèvement",
     "Chèque impayé", "Règlement impayé", "Facture de solde", "Appel de fonds acompte", "Note de débit", "Note d'honoraires", "380", "Acompte à payer"],
)  # fmt: skip
def test_ces_natures_sont_des_dettes(tmp_path: Path, nature: str) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Type de pièce"], ["C1", "N", "X1", ECHUE, 100, nature])
    assert restes(lecture) == {"C1": [100]}
    assert "incomprise" not in dits(lecture)


@pytest.mark.parametrize("nature", ["Escompte", "OD", "RG", "2", "Écart de règlement annulé", "Journal Entry"])
def test_une_nature_incomprise_est_une_dette_et_se_dit(tmp_path: Path, nature: str) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Type de pièce"], ["C1", "N", "X1", ECHUE, 100, nature], ["C1", "N", "X2", ECHUE, -100, nature])
    assert restes(lecture) == {"C1": [100, -100]}
    assert f"« {nature} »" in dits(lecture)
    assert [nature in alerte for alerte in lecture.lignes[c.ALERTE_LIGNE]] == [True, False]


def test_acompte_seul_positif_et_a_echeance_est_un_credit_qui_peut_etre_du(tmp_path: Path) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Nature"], ["C1", "N", "X1", ECHUE, 100, "Acompte"], ["C2", "N", "X2", ECHUE, -100, "Acompte"])
    assert restes(lecture) == {"C1": [-100], "C2": [-100]}
    assert ["peut être dû" in alerte for alerte in lecture.lignes[c.ALERTE_LIGNE]] == [True, False]
    assert "« Acompte » au montant positif" in dits(lecture)


def test_une_proforma_n_est_pas_comptabilisee(tmp_path: Path) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Type"], ["C1", "N", "X1", ECHUE, 100, "Facture proforma"], ["C1", "N", "X2", ECHUE, 100, "Devis"])
    assert lecture.lignes[c.NON_COMPTABILISEE].tolist() == [True, True]


# --- les crédits incomplets -------------------------------------------------------------------------------------


def test_un_credit_se_passe_de_piece_et_de_date_et_peut_se_repeter(tmp_path: Path) -> None:
    lecture = lire(
        tmp_path,
        ENTETE,
        ["C1", "N", "F1", ECHUE, 500],
        ["C1", "N", "", "", -10],
        ["C1", "N", "RG", "", -50],
        ["C1", "N", "RG", "", -50],
        ["C1", "N", "", "à voir", -1],
        ["", "N", "RG", "", -7],
    )
    assert causes(lecture) == ["", "", "", "", "DATE_ILLISIBLE", "CLIENT_MANQUANT"]
    assert restes(lecture) == {"C1": [500, -10, -50, -50]}


# --- les états --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("titre", "etat"),
    [("Statut", "Brouillon"), ("Statut", "Annulée"), ("État", "Abandonnée"), ("Status", "Draft"), ("Status", "Cancelled"), ("Statut", "Provisoire"),
     ("Statut", "Proforma"), ("Statut facture", "Facture annulée"), ("State", "Voided"), ("Comptabilisée", "Non"), ("Statut", "Non validée")],
)  # fmt: skip
def test_ce_qui_n_est_pas_comptabilise(tmp_path: Path, titre: str, etat: str) -> None:
    lecture = lire(tmp_path, [*ENTETE, titre], ["C1", "N", "F1", ECHUE, 100, etat], ["C1", "N", "A1", ECHUE, -100, etat])
    assert lecture.lignes[c.NON_COMPTABILISEE].tolist() == [True, True]


@pytest.mark.parametrize(
    "etat", ["Comptabilisée", "Posted", "Validée", "En retard", "Non payée", "Partiellement réglée", "Ouverte", "Non annulée", ""]
)
def test_un_etat_ordinaire_ne_change_rien(tmp_path: Path, etat: str) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Statut"], ["C1", "N", "F1", ECHUE, 100, etat])
    assert not lecture.lignes[c.NON_COMPTABILISEE].any() and restes(lecture) == {"C1": [100]}
    assert lecture.lignes[c.ALERTE_LIGNE].tolist() == [""]


@pytest.mark.parametrize("piece", ["/", "(PROV12)", "(prov-3)", "Brouillon de facture (* 12)"])
def test_une_piece_provisoire_n_est_pas_comptabilisee(tmp_path: Path, piece: str) -> None:
    assert lire(tmp_path, ENTETE, ["C1", "N", piece, ECHUE, 100]).lignes[c.NON_COMPTABILISEE].tolist() == [True]


@pytest.mark.parametrize(
    ("titre", "etat"),
    [("Statut", "Payée"), ("Statut du paiement", "Réglée"), ("Soldée", "Oui"), ("Lettrée", "X"), ("Payment status", "Paid")],
)
def test_une_piece_payee_sans_reste_du_est_soldee(tmp_path: Path, titre: str, etat: str) -> None:
    lecture = lire(tmp_path, [*ENTETE, titre], ["C1", "N", "F1", ECHUE, "", etat], ["C1", "N", "F2", ECHUE, 100, ""])
    assert restes(lecture) == {"C1": [0, 100]}
    sans_regle = lire(tmp_path, ["Code client", "Pièce", "Échéance", "Montant TTC", "Réglé", titre], ["C1", "F1", ECHUE, 70, "", etat])
    assert restes(sans_regle) == {"C1": [0]}


def test_une_piece_dite_payee_qui_a_un_reste_du_porte_une_alerte(tmp_path: Path) -> None:
    lecture = lire(tmp_path, [*ENTETE, "Statut"], ["C1", "N", "F1", ECHUE, 100, "Payée"])
    assert restes(lecture) == {"C1": [100]}
    assert "payée" in lecture.lignes[c.ALERTE_LIGNE][0] and "Statut" in dits(lecture)


def test_un_montant_et_son_sens_ne_valent_pas_le_reste_du_quand_l_export_dit_des_paiements(tmp_path: Path) -> None:
    entete = ["Code client", "Pièce", "Échéance", "Montant", "Sens", "Statut du paiement"]
    assert "reste dû" in refus(tmp_path, entete, ["C1", "F1", ECHUE, 100, "D", "x"], ["C1", "A1", ECHUE, 40, "C", ""])


@pytest.mark.parametrize("titre", ["Statut", "Payée", "Date paiement", "Mode de règlement", "Montant encaissement", "État du paiement"])
def test_le_reste_du_absent_ne_conseille_pas_le_total_quand_l_export_dit_des_paiements(tmp_path: Path, titre: str) -> None:
    message = refus(tmp_path, ["Code client", "Pièce", "Échéance", "Montant TTC", titre], ["C1", "F1", ECHUE, 100, "x"])
    conseille = "donnez-la pour le champ reste_du" in message
    assert conseille == (titre == "Mode de règlement"), message


# --- la même dette plusieurs fois -------------------------------------------------------------------------------

PIECE = ["Code client", "N° facture", "Échéance", "Montant TTC", "Reste dû"]


@pytest.mark.parametrize("autre", ["Réf. paiement", "Article", "Désignation", "Date du mouvement"])
def test_une_ligne_par_paiement_ou_par_article(tmp_path: Path, autre: str) -> None:
    lecture = lire(
        tmp_path, [*PIECE, autre], ["C1", "F1", ECHUE, 1000, 400, "a"], ["C1", "F1", ECHUE, 1000, 400, "b"], ["C1", "F1", ECHUE, 1000, 400, "c"],
        ["C1", "F2", ECHUE, 500, 500, "a"],
    )  # fmt: skip
    assert causes(lecture) == ["", "PIECE_REPETEE", "PIECE_REPETEE", ""]
    assert restes(lecture) == {"C1": [400, 500]}


def test_une_ligne_par_reglement_sous_une_colonne_reconnue(tmp_path: Path) -> None:
    lecture = lire(tmp_path, [*PIECE, "Montant réglé"], ["C1", "F1", ECHUE, 1000, 400, 350], ["C1", "F1", ECHUE, 1000, 400, 250])
    assert causes(lecture) == ["", "PIECE_REPETEE"]


def test_le_total_de_la_piece_repete_a_chaque_echeance(tmp_path: Path) -> None:
    jours = ["04/01/2026", "03/02/2026", "05/03/2026"]
    par_reste = lire(tmp_path, PIECE, *(["C1", "F1", jour, 300, 150] for jour in jours))
    par_regle = lire(tmp_path, [*PIECE[:4], "Réglé"], *(["C1", "F1", jour, 300, 150] for jour in jours), ["C2", "F9", ECHUE, 50, 0])
    assert causes(par_reste) == ["PIECE_REPETEE"] * 3
    assert causes(par_regle) == [*["PIECE_REPETEE"] * 3, ""]
    assert "exportez le reste dû de chaque échéance" in par_regle.lignes[c.EXPLICATION][0]


def test_des_echeances_egales_et_intactes_sont_un_vrai_echelonnement(tmp_path: Path) -> None:
    jours = ["04/01/2026", "03/02/2026", "05/03/2026"]
    assert causes(lire(tmp_path, PIECE, *(["C1", "F1", jour, 100, 100] for jour in jours))) == [""] * 3
    assert causes(lire(tmp_path, [*PIECE[:4], "Réglé"], *(["C1", "F1", jour, 100, 0] for jour in jours))) == [""] * 3
    entame = lire(tmp_path, PIECE, ["C1", "F1", jours[0], 100, 0], ["C1", "F1", jours[1], 100, 40], ["C1", "F1", jours[2], 100, 100])
    assert causes(entame) == [""] * 3


# --- les devises ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("titre", ["Montant dû signé", "Amount Due Signed", "Solde (EUR)", "Reste dû en monnaie de tenue"])
def test_une_colonne_en_monnaie_de_tenue_n_est_jamais_etiquetee_d_une_autre_devise(tmp_path: Path, titre: str) -> None:
    lecture = lire(
        tmp_path, ["Client", "N° facture", "Échéance", titre, "Devise"], ["A", "F1", ECHUE, 920, "USD"], ["B", "F2", ECHUE, 600, "EUR"]
    )
    assert causes(lecture) == ["DEVISE_INCERTAINE", ""]
    assert restes(lecture) == {"B": [600]}
    assert "monnaie de tenue" in lecture.lignes[c.EXPLICATION][0]


@pytest.mark.parametrize(
    ("tenue", "devise"), [("Montant dû signé", "Montant dû en devise"), ("Montant dû signé", "Montant dû"), ("Solde", "Solde en devise")]
)
def test_la_colonne_en_devise_dit_le_reste_du(tmp_path: Path, tenue: str, devise: str) -> None:
    entete = ["Client", "N° facture", "Échéance", tenue, devise, "Devise"]
    lecture = lire(
        tmp_path, entete, ["A", "F1", ECHUE, 920, 1000, "USD"], ["A", "A1", ECHUE, -92, 100, "USD"], ["B", "F2", ECHUE, 600, 600, "EUR"]
    )
    assert restes(lecture) == {"A": [1000, -100], "B": [600]}


def test_un_grand_livre_est_en_monnaie_de_tenue(tmp_path: Path) -> None:
    entete = ["Compte", "Pièce", "Échéance", "Débit", "Crédit", "Devise"]
    lignes = [["411A", "F1", ECHUE, 920, "", "USD"], ["411B", "F2", ECHUE, 600, "", "EUR"], ["411B", "F3", ECHUE, 60, "", ""]]
    assert causes(lire(tmp_path, entete, *lignes)) == ["DEVISE_INCERTAINE", "", ""]
    en_devise = lire(
        tmp_path, [*entete, "Débit devise", "Crédit devise"], *([*ligne, 1000 if ligne[0] == "411A" else "", ""] for ligne in lignes)
    )
    assert restes(en_devise) == {"411A": [1000], "411B": [600, 60]}


# --- les lignes décalées ----------------------------------------------------------------------------------------


def test_un_champ_de_trop_decale_la_ligne_d_un_texte(tmp_path: Path) -> None:
    lecture = lire(
        tmp_path,
        ENTETE,
        ["C1", "Dupon; fils", "F1", ECHUE, 100],
        ["C2", "Marti", "F2", ECHUE, 90],
        ["C3", "Zed", "F3", ECHUE, 10, ""],
        suffixe=".csv",
    )
    assert causes(lecture) == ["LIGNE_DECALEE", "", "LIGNE_DECALEE"]
    assert "ligne 2" in lecture.lignes[c.EXPLICATION][0]


def test_un_separateur_au_bout_de_chaque_ligne_ne_decale_rien(tmp_path: Path) -> None:
    assert causes(lire(tmp_path, ENTETE, ["C1", "N", "F1", ECHUE, 100, ""], ["C2", "N", "F2", ECHUE, 90, ""], suffixe=".csv")) == ["", ""]
    assert causes(lire(tmp_path, [*ENTETE, ""], ["C1", "N", "F1", ECHUE, 100, ""], ["C2", "N", "F2", ECHUE, 90], suffixe=".csv")) == [
        "",
        "",
    ]


def test_une_cellule_au_dela_du_dernier_titre_decale_la_ligne_d_un_classeur(tmp_path: Path) -> None:
    assert causes(lire(tmp_path, ENTETE, ["C1", "N", "F1", ECHUE, 100], ["C2", "N", "F2", ECHUE, 90, None, "égarée"])) == [
        "",
        "LIGNE_DECALEE",
    ]
