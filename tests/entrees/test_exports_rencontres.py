"""Des exports comme en écrivent les logiciels, un petit tableau chacun, et ce qu'un comptable y lit (contrat §3).

Un export est écrit tel quel, ses cellules séparées par « | » ; « dû » est ce qui se réclame, par client, toutes dates confondues.
"""

from datetime import date
from pathlib import Path

import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.exports import Lecture, lire_echeances

REFERENCE = date(2026, 3, 31)


def lire(dossier: Path, export: str) -> Lecture:
    rangees = [[cellule.strip() for cellule in ligne.split("|")] for ligne in export.strip().splitlines()]
    chemin = dossier / "export.csv"
    chemin.write_text("".join(";".join(rangee) + "\n" for rangee in rangees), encoding="utf-8")
    return lire_echeances(chemin, {}, DelaiPaiement(30), None, REFERENCE)


def du(lecture: Lecture) -> dict[str, float]:
    """Client → ce qui s'en réclame, en unités : ni les anomalies, ni ce qui n'est pas comptabilisé, ni ce qui est cédé."""
    table = lecture.lignes
    lues = table[(table[c.CAUSE] == "") & ~table[c.NON_COMPTABILISEE] & ~table[c.CEDEE]]
    return {str(code): int(somme) / 100 for code, somme in lues.groupby(c.CODE_CLIENT)[c.RESTE_DU].sum().items() if somme}


EN_TETE = "Client | N° facture | Échéance | Reste dû"
GRAND_LIVRE = "Date | N° pièce | Libellé | Échéance | Débit | Crédit | Solde"


def facture_et_avoir(titre: str, dette: str, credit: str) -> str:
    return f"{EN_TETE} | {titre}\nC1 | F1 | 31/01/2026 | 1000 | {dette}\nC1 | A1 | 31/01/2026 | 200 | {credit}"


def groupe(dupon: str, marti: str, total: str = "Total") -> str:
    return "\n".join(
        (
            GRAND_LIVRE, dupon, "01/01/2026 | F1 | Facture | 31/01/2026 | 1200 || 1200", "10/02/2026 | A1 | Avoir | 10/02/2026 || 200 | 1000",
            f"{total} |||| 1200 | 200 | 1000", marti, "12/01/2026 | F2 | Facture | 11/02/2026 | 650 || 650", f"{total} |||| 650 || 650",
        )
    )  # fmt: skip


DEUX: dict[str, float] = {"411DUPON": 1000, "411MARTI": 650}
LUS: dict[str, tuple[str, dict[str, float]]] = {
    # le signe, la nature
    "type qui ne dit que D et C": (facture_et_avoir("Type", "D", "C"), {"C1": 800}),
    "solde débiteur, créditeur": (facture_et_avoir("Sens", "SD", "SC"), {"C1": 800}),
    "doit, avoir": (facture_et_avoir("Doit/Avoir", "Doit", "Avoir"), {"C1": 800}),
    "la nature sous un titre inconnu": (facture_et_avoir("Libellé", "Facture", "Avoir"), {"C1": 800}),
    "nature sous un titre inconnu, montant déjà signé": (facture_et_avoir("Libellé", "Facture", "Avoir").replace("| 200", "| -200"), {"C1": 800}),
    "la nature deux fois": (
        "Client | N° facture | Libellé | Type de pièce | Échéance | Reste dû\nC1 | F1 | Facture | Facture client | 31/01/2026 | 1000\n"
        "C1 | A1 | Avoir | Avoir client | 31/01/2026 | 200",
        {"C1": 800},
    ),
    "retour de prélèvement": (facture_et_avoir("Type de pièce", "Facture", "Retour de prélèvement"), {"C1": 1200}),
    "reçu de vente": (facture_et_avoir("Transaction type", "Invoice", "Sales Receipt"), {"C1": 800}),
    "crédits écrits en négatif": ("Client | Pièce | Échéance | Débit | Crédit\nC1 | F1 | 31/01/2026 | 1000 |\nC1 | A1 | 31/01/2026 || -200", {"C1": 800}),
    "soll, haben": ("Client | Pièce | Échéance | Soll | Haben\nC1 | F1 | 31/01/2026 | 1000 |\nC1 | A1 | 31/01/2026 || 200", {"C1": 800}),
    # la même dette
    "deux règlements égaux sous une colonne reconnue": (
        "Client | N° facture | Échéance | Montant TTC | Montant réglé | Réf.\nC1 | F1 | 31/01/2026 | 1000 | 300 | P1\nC1 | F1 | 31/01/2026 | 1000 | 300 | P2",
        {},
    ),
    # la monnaie de tenue
    "solde en euros, pièce en dollars": (f"{EN_TETE.replace('Reste dû', 'Solde €')} | Devise\nC1 | F1 | 31/01/2026 | 920 | USD", {}),
    "solde en devise et en euros": (
        "Client | N° facture | Échéance | Solde | Solde (EUR) | Devise\nC1 | F1 | 31/01/2026 | 1000 | 920 | USD\nC2 | F2 | 31/01/2026 | 50 | 50 | EUR",
        {"C1": 1000, "C2": 50},
    ),
    "Business Central": (
        "Customer No. | Document No. | Due Date | Remaining Amount | Remaining Amt. (LCY) | Currency Code\nC1 | F1 | 31/01/2026 | 1000 | 920 | USD",
        {"C1": 1000},
    ),
    "SAP": (
        "Customer | Document Number | Net due date | Amount in local currency | Amount in doc. curr. | Currency\nC1 | F1 | 31/01/2026 | 920 | 1000 | USD",
        {"C1": 1000},
    ),
    "débit et crédit en cellules en dollars": ("Client | Pièce | Échéance | Débit | Crédit\nC1 | F1 | 31/01/2026 | 1000 USD |\nC1 | A1 | 31/01/2026 || 200 USD", {"C1": 800}),
    "code à un chiffre d'exposant": (f"{EN_TETE}\n4,11E+5 | F1 | 31/01/2026 | 100\nC2 | F2 | 31/01/2026 | 10", {"C2": 10}),
    # les états groupés
    "nom (code)": (groupe("DUPON SARL (411DUPON)", "MARTI SAS (411MARTI)"), DEUX),
    "nom – code": (groupe("Dupon SARL – 411DUPON", "Marti SAS – 411MARTI"), DEUX),
    "nom, code": (groupe("DUPON SARL | 411DUPON", "MARTI SAS | 411MARTI"), DEUX),
    "code, puis nom à la ligne": (groupe("411DUPON\nDUPON SARL", "411MARTI\nMARTI SAS"), DEUX),
    "compte général, puis auxiliaires": (groupe("411000 Clients\n411DUPON DUPON SARL", "411MARTI MARTI SAS"), DEUX),
    "reports de page au milieu d'un client": (
        f"{GRAND_LIVRE}\n411DUPON DUPON SARL\n01/01/2026 | F1 | Facture | 31/01/2026 | 1200 || 1200\nÀ reporter |||| 1200 || 1200\nReport |||| 1200 || 1200\n"
        "10/02/2026 | A1 | Avoir | 10/02/2026 || 200 | 1000\nTotal 411DUPON |||| 1200 | 200 | 1000",
        {"411DUPON": 1000},
    ),
    "report en tête de client": (
        f"{GRAND_LIVRE}\n411DUPON DUPON SARL\nReport au 01/01/2026 |||| 0 || 0\n01/01/2026 | F1 | Facture | 31/01/2026 | 1200 || 1200\nTotal |||| 1200 || 1200",
        {"411DUPON": 1200},
    ),
    "montant, sens et lettrage": (
        "Auxiliaire | N° pièce | Date échéance | Montant | Sens | Lettrage\n411D | 1 | 31/01/2026 | 1200 | D |\n411D | 2 | 31/01/2026 | 200 | C |\n"
        "411D | 3 | 31/01/2026 | 50 | D | A\n411D | 4 | 31/01/2026 | 50 | C | A",
        {"411D": 1000},
    ),
    "Odoo, tel que sa liste s'exporte": (
        "Number | Invoice Partner Display Name | Invoice Date | Due Date | Total Signed | Amount Due Signed | Payment Status | Status\n"
        "INV/1 | Dupon | 2026-01-01 | 2026-01-31 | 1200 | 1200 | Not Paid | Posted\n/ | Dupon | 2026-01-01 | 2026-01-31 | 50 | 50 | Not Paid | Draft",
        {"Dupon": 1200},
    ),
    "cellules espacées": (groupe("Compte : || 411DUPON || DUPON SARL", "Compte : || 411MARTI || MARTI SAS"), DEUX),
    "code et nom répété": (
        "Code client | Nom | N° facture | Échéance | Reste dû\nC1 | Dupon | F1 | 31/01/2026 | 100\n| Dupon | F2 | 31/01/2026 | 50\nC2 | Marti | F3 | 31/01/2026 | 10",
        {"C1": 150, "C2": 10},
    ),
    "un client de code TOTAL": (f"{EN_TETE}\nTOTAL | F1 | 31/01/2026 | 100\nTOTAL ||| -20\nC2 | F2 | 31/01/2026 | 10", {"TOTAL": 80, "C2": 10}),
    # qui paie
    "nom du payeur": (f"{EN_TETE} | Tiers payeur | Nom du payeur\nM1 | F1 | 31/01/2026 | 100 | CENT | Centrale", {"CENT": 100}),
}  # fmt: skip


@pytest.mark.parametrize("nom", LUS)
def test_ce_qui_se_reclame(tmp_path: Path, nom: str) -> None:
    export, attendu = LUS[nom]
    assert du(lire(tmp_path, export)) == attendu


@pytest.mark.parametrize(
    ("titre", "valeur"),
    [
        ("Code factor", "EUF"), ("Date de cession", "15/01/2026"), ("Factorée", "Oui"), ("Organisme d'affacturage", "Factor SA"), ("Statut", "Cédée au factor"),
        ("Cédée le", "15/01/2026"), ("Quittance subrogative", "Q12"), ("Bordereau de cession", "12"), ("Mode de règlement", "FACTOR"), ("Cession factor", "X"),
    ],
)  # fmt: skip
def test_une_piece_cedee_se_dit_de_bien_des_facons(tmp_path: Path, titre: str, valeur: str) -> None:
    lecture = lire(tmp_path, f"{EN_TETE} | {titre}\nC1 | F1 | 31/01/2026 | 100 | {valeur}\nC1 | F2 | 31/01/2026 | 10 |")
    assert lecture.lignes[c.CEDEE].tolist() == [True, False]


def test_non_cedee_n_est_pas_cedee(tmp_path: Path) -> None:
    lecture = lire(tmp_path, f"{EN_TETE} | Affacturage\nC1 | F1 | 31/01/2026 | 100 | Non cédée\nC1 | F2 | 31/01/2026 | 10 | Cédée")
    assert lecture.lignes[c.CEDEE].tolist() == [False, True]


@pytest.mark.parametrize(
    ("titre", "champ"),
    [
        *((titre, c.LITIGE) for titre in ("Litige (O/N)", "Code litige", "Facture contestée", "Réclamation", "Date litige", "Disputed")),
        *((titre, c.EXCLURE) for titre in ("Bloqué relance", "Hors relance", "Relance interdite", "Pas de relance", "Exclu relances", "No reminder")),
    ],
)  # fmt: skip
def test_ce_qui_ne_se_relance_pas_se_dit_d_un_mot(tmp_path: Path, titre: str, champ: str) -> None:
    lecture = lire(tmp_path, f"{EN_TETE} | {titre}\nC1 | F1 | 31/01/2026 | 100 | Oui\nC1 | F2 | 31/01/2026 | 10 |")
    assert lecture.lignes[champ].tolist() == [True, False]


@pytest.mark.parametrize("titre", ["À relancer", "Relançable", "Relance (Oui/Non)"])
def test_seul_un_non_exclut_sous_un_titre_qui_dit_le_contraire(tmp_path: Path, titre: str) -> None:
    lecture = lire(
        tmp_path, f"{EN_TETE} | {titre}\nC1 | F1 | 31/01/2026 | 1 | Non\nC1 | F2 | 31/01/2026 | 1 | Oui\nC1 | F3 | 31/01/2026 | 1 |"
    )
    assert lecture.lignes[c.EXCLURE].tolist() == [True, False, False]


def test_un_statut_en_litige_est_un_litige_et_son_motif(tmp_path: Path) -> None:
    export = f"{EN_TETE} | Statut\nC1 | F1 | 31/01/2026 | 1 | En litige\nC1 | F2 | 31/01/2026 | 1 | Litige résolu\nC1 | F3 | 31/01/2026 | 1 | Validée"
    lignes = lire(tmp_path, export).lignes
    assert lignes[c.LITIGE].tolist() == [True, False, False]
    assert lignes[c.MOTIF_LITIGE].tolist() == ["En litige", "", ""]


@pytest.mark.parametrize(
    "titre",
    [
        "N° client payeur",
        "Adhérent payeur",
        "Payeur final",
        "Centrale de facturation",
        "Client de facturation",
        "Compte facturation",
        "Invoice account",
    ],
)
def test_le_payeur_est_le_debiteur_sous_bien_des_titres(tmp_path: Path, titre: str) -> None:
    lecture = lire(tmp_path, f"{EN_TETE} | {titre}\nM1 | F1 | 31/01/2026 | 100 | CENT\nCENT | A1 | 31/01/2026 | -30 |")
    assert du(lecture) == {"CENT": 70}


@pytest.mark.parametrize("etat", ["cancel", "deleted", "Brouillard", "En préparation", "Non émise", "Extournée", "Reversed"])
def test_un_etat_qui_ne_se_relance_pas(tmp_path: Path, etat: str) -> None:
    assert du(lire(tmp_path, facture_et_avoir("Statut", "Validée", etat))) == {"C1": 1000}


@pytest.mark.parametrize(
    "titres",
    [
        "Solde | Non échu | A 30 jours | A 60 jours | Au-delà",
        "Total | Janvier 2026 | Février 2026 | Mars 2026",
        "Solde | 01/2026 | 02/2026 | 03/2026",
    ],
)
def test_une_balance_agee_se_nomme(tmp_path: Path, titres: str) -> None:
    with pytest.raises(ErreurUtilisateur, match="balance âgée"):
        lire(tmp_path, f"Compte tiers | Intitulé | {titres}\nC1 | Dupon | 100 | 100 | 0 | 0")


def test_un_grand_livre_general_est_refuse(tmp_path: Path) -> None:
    lignes = "411DUP | F1 | 31/01/2026 | 1200 |\n706000 | F1 | 31/01/2026 || 1200\n512000 | R1 | 31/01/2026 | 50 |\n411DUP | R1 | 31/01/2026 || 50"
    with pytest.raises(ErreurUtilisateur, match="mêle aux comptes clients"):
        lire(tmp_path, f"Compte | Pièce | Échéance | Débit | Crédit\n{lignes}")


def test_deux_dettes_egales_qu_une_reference_distingue_portent_une_alerte(tmp_path: Path) -> None:
    lecture = lire(
        tmp_path,
        f"{EN_TETE} | Votre référence\nC1 | F1 | 31/01/2026 | 500 | A\nC1 | F1 | 31/01/2026 | 500 | B\nC1 | F1 | 28/02/2026 | 500 | A",
    )
    assert ["est-ce la même dette" in alerte for alerte in lecture.lignes[c.ALERTE_LIGNE]] == [True, True, False]
    assert du(lecture) == {"C1": 1500}


def test_la_devise_est_dans_le_titre_du_montant(tmp_path: Path) -> None:
    lecture = lire(tmp_path, "Client | Pièce | Échéance | Solde $\nC1 | F1 | 31/01/2026 | 100")
    assert lecture.lignes[c.DEVISE].tolist() == ["USD"]


def test_un_grand_livre_tout_entier_en_devise_se_dit(tmp_path: Path) -> None:
    lignes = "\n".join(f"C1 | F{n} | 31/01/2026 | 100 || USD" for n in range(12))
    lecture = lire(tmp_path, f"Client | Pièce | Échéance | Débit | Crédit | Devise\n{lignes}")
    assert du(lecture) == {"C1": 1200}
    assert "toutes les écritures sont en USD" in "\n".join(map(str, lecture.avertissements))


@pytest.mark.parametrize(
    ("avoir", "dit"),
    [
        ("C1 | AV001 | 31/01/2026 | 200 |", True),
        ("C1 | 12 | 31/01/2026 | 200 | Avoir sur F1", True),
        ("C1 | AVENIR 3 | 31/01/2026 | 200 |", False),
        ("C1 | F381 | 31/01/2026 | 200 |", False),
        ("C1 | AV001 | 31/01/2026 | -200 |", False),
    ],
)
def test_un_avoir_que_seul_son_numero_dit_porte_une_alerte(tmp_path: Path, avoir: str, dit: bool) -> None:
    lecture = lire(tmp_path, f"{EN_TETE} | Réf.\nC1 | F1 | 31/01/2026 | 1000 |\n{avoir}")
    assert ["est-ce un avoir" in alerte for alerte in lecture.lignes[c.ALERTE_LIGNE]] == [False, dit]
    assert any("numéro d'avoir" in str(faute) for faute in lecture.avertissements) == dit
