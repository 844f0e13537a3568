"""Les états groupés par client, leurs totaux, les balances âgées, les tiers payeurs (contrat §3)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.colonnes import lignes_du_tableau
from relances_xl.entrees.exports import Lecture, lire_echeances

REFERENCE = date(2026, 3, 31)
Rangee = Sequence[object]


def lire(dossier: Path, *rangees: Rangee, suffixe: str = ".xlsx") -> Lecture:
    chemin = dossier / f"export{suffixe}"
    if suffixe == ".xlsx":
        classeur = openpyxl.Workbook()
        for rangee in rangees:
            classeur.worksheets[0].append(list(rangee))
        classeur.save(chemin)
    else:
        chemin.write_text("".join(";".join("" if v is None else str(v) for v in rangee) + "\n" for rangee in rangees), encoding="utf-8")
    return lire_echeances(chemin, {}, DelaiPaiement(30), None, REFERENCE)


def lignes(lecture: Lecture) -> list[tuple[str, str, str, float]]:
    """(code, nom, pièce, reste dû) des lignes lisibles."""
    assert lecture.lignes[c.CAUSE].tolist() == [""] * len(lecture.lignes), lecture.lignes[[c.LIGNE, c.CAUSE, c.EXPLICATION]]
    colonnes = (lecture.lignes[champ] for champ in (c.CODE_CLIENT, c.RAISON_SOCIALE, c.PIECE, c.RESTE_DU))
    return [(code, nom, piece, reste / 100) for code, nom, piece, reste in zip(*colonnes, strict=True)]


def dits(lecture: Lecture) -> str:
    return "\n".join(map(str, lecture.avertissements)).replace("\u00a0", " ")


ENTETE = ["Date", "N° pièce", "Libellé", "Échéance", "Débit", "Crédit", "Solde"]
F1 = ["05/01/2026", "F1", "Facture", "04/02/2026", "1 200,00", "", "1 200,00"]
A1 = ["10/02/2026", "A1", "Avoir", "10/02/2026", "", "200,00", "1 000,00"]
F2 = ["12/01/2026", "F2", "Facture", "11/02/2026", "650,50", "", "650,50"]
ATTENDU = [("411DUPON", "DUPON SARL", "F1", 1200), ("411DUPON", "DUPON SARL", "A1", -200), ("411MARTI", "MARTI SAS", "F2", 650.5)]

TETES: list[tuple[list[str], list[str]]] = [
    (["Client : 411DUPON   DUPON SARL"], ["Client : 411MARTI   MARTI SAS"]),
    (["Client : 411DUPON DUPON SARL"], ["Client : 411MARTI MARTI SAS"]),
    (["411DUPON – DUPON SARL"], ["411MARTI - MARTI SAS"]),
    (["Compte 411DUPON : DUPON SARL"], ["Compte 411MARTI : MARTI SAS"]),
    (["411DUPON", "DUPON SARL"], ["411MARTI", "MARTI SAS"]),
    (["Compte :", "411DUPON", "DUPON SARL"], ["Compte :", "411MARTI", "MARTI SAS"]),
    (["Tiers", "411DUPON", "DUPON SARL"], ["Tiers", "411MARTI", "MARTI SAS"]),
    (["Code client : 411DUPON", "DUPON SARL"], ["Code client : 411MARTI", "MARTI SAS"]),
    (["N° compte : 411DUPON", "", "DUPON SARL"], ["N° compte : 411MARTI", "", "MARTI SAS"]),
    (["411DUPON   DUPON SARL"], ["411MARTI   MARTI SAS"]),
    (["Customer: 411DUPON - DUPON SARL"], ["Customer: 411MARTI - MARTI SAS"]),
]
TOTAUX = [
    ("Total client 411DUPON", "Total client 411MARTI"),
    ("Total 411DUPON", "Total 411MARTI"),
    ("Sous-total", "Sous-total"),
    ("Total compte 411DUPON - DUPON SARL", "Total compte 411MARTI - MARTI SAS"),
    ("Total DUPON SARL", "Total MARTI SAS"),
    ("Total for DUPON SARL", "Total for MARTI SAS"),
]


@pytest.mark.parametrize("tetes", TETES, ids=lambda tetes: " | ".join(tetes[0]))
@pytest.mark.parametrize("suffixe", [".xlsx", ".csv"])
def test_la_tete_de_groupe_dit_le_client(tmp_path: Path, tetes: tuple[list[str], list[str]], suffixe: str) -> None:
    totaux = (
        ["Total client 411DUPON", "", "", "", "1 200,00", "200,00", "1 000,00"],
        ["Total client 411MARTI", "", "", "", "650,50", "", "650,50"],
    )
    lecture = lire(
        tmp_path, ["ECHEANCIER CLIENTS"], ["Arrêté au 31/03/2026"], [], ENTETE, tetes[0], F1, A1, totaux[0], tetes[1], F2, totaux[1],
        ["Total général", "", "", "", "1 850,50", "200,00", "1 650,50"], suffixe=suffixe,
    )  # fmt: skip
    assert lignes(lecture) == ATTENDU
    assert (lecture.hors_tableau, dits(lecture)) == (8, "")


@pytest.mark.parametrize("totaux", TOTAUX)
@pytest.mark.parametrize("place", [0, 2])
def test_un_total_ferme_le_groupe_ou_qu_il_soit_ecrit(tmp_path: Path, totaux: tuple[str, str], place: int) -> None:
    def total(texte: str, *sommes: str) -> list[str]:
        return [*[""] * place, texte, *[""] * (3 - place), *sommes]

    lecture = lire(
        tmp_path, ENTETE, ["411DUPON - DUPON SARL"], F1, A1, total(totaux[0], "1 200,00", "200,00", "1 000,00"), ["411MARTI - MARTI SAS"], F2,
        total(totaux[1], "650,50", "", "650,50"), total("Total général", "1 850,50", "200,00", "1 650,50"),
    )  # fmt: skip
    assert lignes(lecture) == ATTENDU
    assert dits(lecture) == ""


def test_le_total_d_un_client_nomme_sur_une_ligne_qui_porte_son_code(tmp_path: Path) -> None:
    entete = ["Code client", "Raison sociale", "N° pièce", "Échéance", "Reste dû"]
    lecture = lire(
        tmp_path, entete, ["C1", "Dupon", "F1", "04/02/2026", 100], ["C1", "Dupon", "F2", "05/02/2026", 50], ["C1", "Total Dupon", None, None, 140],
        ["C2", "Total Direct", "F3", "04/02/2026", 10], ["C2", "Total Direct", "A3", None, -4], ["C2", "Total Total Direct", None, None, 6],
    )  # fmt: skip
    assert lignes(lecture) == [
        ("C1", "Dupon", "F1", 100),
        ("C1", "Dupon", "F2", 50),
        ("C2", "Total Direct", "F3", 10),
        ("C2", "Total Direct", "A3", -4),
    ]
    assert "« Total Dupon » imprime 140,00 €, ses lignes font 150,00 €" in dits(lecture)
    assert "Total Total Direct" not in dits(lecture)


@pytest.mark.parametrize("bloc", [2, 3, 4, 5, 10_000])
def test_ou_que_tombent_les_blocs_un_groupe_garde_ses_lignes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bloc: int) -> None:
    monkeypatch.setattr(lignes_du_tableau, "_BLOC", bloc)
    rangees: list[list[object]] = []
    for client in range(80):
        rangees += [[f"C{client}", None, None, None], [None, f"F{client}", "04/02/2026", 10], [None, f"G{client}", "05/02/2026", 5]]
        rangees.append([f"Total C{client}", None, None, 15])
    lecture = lire(tmp_path, ["Code client", "N° pièce", "Échéance", "Reste dû"], *rangees)
    attendues = [(f"C{client}", f"{lettre}{client}") for client in range(80) for lettre in "FG"]
    assert [(code, piece) for code, _, piece, _ in lignes(lecture)] == attendues
    assert "imprime" not in dits(lecture)


@pytest.mark.parametrize("bloc", [2, 3, 4, 5])
def test_ou_que_tombent_les_blocs_le_total_d_un_nom_est_hors_tableau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bloc: int) -> None:
    monkeypatch.setattr(lignes_du_tableau, "_BLOC", bloc)
    rangees = [
        rangee
        for client in range(80)
        for rangee in (
            [f"C{client}", f"Nom {client}", f"F{client}", "04/02/2026", 10],
            [f"C{client}", f"Total Nom {client}", None, None, 10],
        )
    ]
    lecture = lire(tmp_path, ["Code client", "Raison sociale", "N° pièce", "Échéance", "Reste dû"], *rangees)
    assert [piece for _, _, piece, _ in lignes(lecture)] == [f"F{client}" for client in range(80)]


def test_un_client_sans_code_est_dit_par_son_nom(tmp_path: Path) -> None:
    entete = ["", "Date", "Transaction type", "Num", "Due date", "Amount", "Open balance"]
    lecture = lire(
        tmp_path, entete, ["Dupon & Fils"], ["", "01/05/2026", "Invoice", "1001", "02/04/2026", "1,200.00", "1,200.00"],
        ["", "02/13/2026", "Credit Memo", "1002", "02/13/2026", "-200.00", "-200.00"], ["Total for Dupon & Fils", "", "", "", "", "1,000.00", "1,000.00"],
        ["Marti"], ["", "01/12/2026", "Invoice", "1003", "02/11/2026", "650.50", "650.50"], ["Total for Marti", "", "", "", "", "650.50", "650.50"],
        ["TOTAL", "", "", "", "", "1,650.50", "1,650.50"],
    )  # fmt: skip
    assert lignes(lecture) == [("Dupon & Fils", "Dupon & Fils", "1001", 1200), ("Dupon & Fils", "Dupon & Fils", "1002", -200), ("Marti", "Marti", "1003", 650.5)]  # fmt: skip
    assert "lue mois/jour" in dits(lecture) and "imprime" not in dits(lecture)


def test_une_tete_qui_porte_les_totaux_de_son_groupe(tmp_path: Path) -> None:
    entete = ["", "N° pièce", "Date", "Échéance", "Débit", "Crédit", "Solde"]
    lecture = lire(
        tmp_path, entete, ["Dupon SARL", "", "", "", 1200, 200, 1000], ["", "F1", "05/01/2026", "04/02/2026", 1200, "", 1200],
        ["", "A1", "10/02/2026", "10/02/2026", "", 200, 1000], ["Marti", "", "", "", 650.5, "", 650.5], ["", "F2", "12/01/2026", "11/02/2026", 650.5, "", 650.5],
    )  # fmt: skip
    assert [(code, piece, reste) for code, _, piece, reste in lignes(lecture)] == [
        ("Dupon SARL", "F1", 1200),
        ("Dupon SARL", "A1", -200),
        ("Marti", "F2", 650.5),
    ]


@pytest.mark.parametrize("nomme", [True, False])
def test_le_code_sur_la_premiere_ligne_seulement(tmp_path: Path, nomme: bool) -> None:
    def rangee(code: str, nom: str, *suite: object) -> list[object]:
        return [code, *([nom] if nomme else []), *suite]

    lecture = lire(
        tmp_path, rangee("Code client", "Nom", "N° facture", "Échéance", "Reste dû"), rangee("C001", "Dupon", "F1", "04/02/2026", 1200),
        rangee("", "", "F2", "05/02/2026", 300), rangee("C002", "Marti", "F3", "11/02/2026", 650.5), rangee("", "", "F4", "12/02/2026", 10),
        rangee("", "", "F5", "12/02/2026", 1),
    )  # fmt: skip
    assert [(code, piece) for code, _, piece, _ in lignes(lecture)] == [
        ("C001", "F1"),
        ("C001", "F2"),
        ("C002", "F3"),
        ("C002", "F4"),
        ("C002", "F5"),
    ]
    assert [nom for _, nom, _, _ in lignes(lecture)] == ["Dupon", "Dupon", "Marti", "Marti", "Marti"] if nomme else [""] * 5


def test_un_code_oublie_n_est_pas_celui_de_la_ligne_d_au_dessus(tmp_path: Path) -> None:
    entete = ["Code client", "Nom", "N° facture", "Échéance", "Reste dû"]
    repete = lire(tmp_path, entete, ["C1", "A", "F1", "04/02/2026", 1], ["C1", "A", "F2", "04/02/2026", 1], ["", "", "F3", "04/02/2026", 1])
    assert repete.lignes[c.CAUSE].tolist() == ["", "", "CLIENT_MANQUANT"]
    nomme = lire(tmp_path, entete, ["C1", "A", "F1", "04/02/2026", 1], ["", "B", "F2", "04/02/2026", 1], ["C3", "C", "F3", "04/02/2026", 1])
    assert nomme.lignes[c.CAUSE].tolist() == ["", "CLIENT_MANQUANT", ""]


def test_un_sous_total_qui_ne_tombe_pas_juste_se_dit(tmp_path: Path) -> None:
    lecture = lire(tmp_path, ENTETE, ["411DUPON - DUPON SARL"], F1, A1, ["Total 411DUPON", "", "", "", "1 300,00", "200,00", "1 100,00"])
    assert "ligne 5, « Total 411DUPON » imprime 1 300,00 €, ses lignes font 1 200,00 €" in dits(lecture)


def test_un_total_sur_une_ligne_qui_porte_le_code_n_est_pas_une_echeance(tmp_path: Path) -> None:
    entete = ["Compte", "Intitulé", "Date", "Pièce", "Libellé", "Débit", "Crédit", "Solde"]
    lecture = lire(
        tmp_path, entete, ["411DUP", "Dupon", "01/01/2026", "AN", "Report à nouveau", 5000, "", 5000], ["411DUP", "Dupon", "05/01/2026", "F1", "Facture", 1200, "", 6200],
        ["411DUP", "Dupon", "15/01/2026", "BQ", "Virement", "", 5000, 1200], ["411DUP", "Dupon", "", "", "Total 411DUP", 6200, 5000, 1200],
        ["411TOT", "Total Énergies", "05/01/2026", "F9", "Facture", 10, "", 10], ["411TOT", "Total Énergies", "", "", "Virement", "", 4, 6],
    )  # fmt: skip
    assert sum(reste for *_, reste in lignes(lecture)) == 1206
    assert lecture.hors_tableau == 1


def test_un_total_sans_libelle_n_est_pas_une_ligne(tmp_path: Path) -> None:
    entete = ["Code client", "N° facture", "Échéance", "Montant TTC", "Reste dû"]
    dues = [["C1", "F1", "04/02/2026", 100, 60], ["C2", "F2", "04/02/2026", 50, 50]]
    juste = lire(tmp_path, entete, *dues, ["", "", "", 150, 110])
    assert (len(juste.lignes), juste.hors_tableau) == (2, 1)
    faux = lire(tmp_path, entete, *dues, ["", "", "", 150, 111])
    assert faux.lignes[c.CAUSE].tolist() == ["", "", "CLIENT_MANQUANT"]


BALANCES = [
    ["Compte", "Intitulé", "Solde", "Non échu", "0-30 j", "31-60 j", "61-90 j", "> 90 j"],
    ["Client", "Total", "Non échu", "1 à 30 jours", "31 à 60 jours", "Plus de 60 jours"],
    ["Code client", "Nom", "Moins de 30 jours", "30 à 60 jours", "Plus de 90 jours", "Total"],
    ["Customer", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total"],
    ["Code tiers", "Raison sociale", "Encours", "A échoir", "Échu 30 jours", "Échu 60 jours", "Échu 90 jours"],
    ["N° compte", "Intitulé du compte", "Solde", "30j", "60j", "90j", "+90j"],
    ["Partenaire", "Montant dû", "Pas encore dû", "1-30", "31-60", "61-90", "91-120", "Plus ancien"],
]


@pytest.mark.parametrize("entete", BALANCES, ids=lambda entete: entete[0])
@pytest.mark.parametrize("suffixe", [".xlsx", ".csv"])
def test_une_balance_agee_est_refusee_comme_telle(tmp_path: Path, entete: list[str], suffixe: str) -> None:
    with pytest.raises(ErreurUtilisateur) as refus:
        lire(tmp_path, ["BALANCE AGEE au 31/03/2026"], [], entete, ["411A", *range(10, 10 * len(entete), 10)], suffixe=suffixe)
    assert "balance âgée" in str(refus.value) and "exportez les échéances, pièce par pièce" in str(refus.value)
    assert len(refus.value.fautes) == 1


@pytest.mark.parametrize("titre", ["Tiers payeur", "Payeur", "Client facturé", "Code client payeur", "Bill-to customer", "Code payeur"])
def test_le_tiers_payeur_est_le_debiteur(tmp_path: Path, titre: str) -> None:
    lecture = lire(
        tmp_path, ["Code client", "Nom", titre, "N° facture", "Échéance", "Reste dû"], ["M001", "Magasin Nord", "CENT", "F1", "04/02/2026", 100],
        ["M002", "Magasin Sud", "", "F2", "05/02/2026", 200], ["CENT", "Centrale", "CENT", "A1", "05/02/2026", -50],
    )  # fmt: skip
    assert lignes(lecture) == [("CENT", "", "F1", 100), ("M002", "Magasin Sud", "F2", 200), ("CENT", "Centrale", "A1", -50)]
    assert lecture.lignes[c.CLIENT_LIVRE].tolist() == ["M001", "", ""]


def test_le_client_facture_est_le_client_s_il_est_seul(tmp_path: Path) -> None:
    lecture = lire(tmp_path, ["Client facturé", "N° facture", "Échéance", "Reste dû"], ["C1", "F1", "04/02/2026", 100])
    assert lignes(lecture) == [("C1", "", "F1", 100)]


@pytest.mark.parametrize(
    ("titre", "valeur", "cedee"),
    [("Cédée", "Oui", True), ("Cédée au factor", "BNP 12/02", True), ("Affacturage", "X", True), ("Factor", "", False), ("Cédée", "Non", False),
     ("Mode de règlement", "Affacturage", True), ("Mode de règlement", "Virement", False)],
)  # fmt: skip
def test_une_creance_cedee(tmp_path: Path, titre: str, valeur: str, cedee: bool) -> None:
    lecture = lire(tmp_path, ["Code client", "N° facture", "Échéance", "Reste dû", titre], ["C1", "F1", "04/02/2026", 100, valeur])
    assert lecture.lignes[c.CEDEE].tolist() == [cedee]


@pytest.mark.parametrize("code", ["4,11E+05", "4.11E+05", "1E+10"])
def test_un_code_en_notation_scientifique_est_perdu(tmp_path: Path, code: str) -> None:
    lecture = lire(
        tmp_path,
        ["Code client", "N° facture", "Échéance", "Reste dû"],
        [code, "F1", "04/02/2026", 100],
        ["4.11E5X", "F2", "04/02/2026", 9],
        suffixe=".csv",
    )
    assert lecture.lignes[c.CAUSE].tolist() == ["CLIENT_MANQUANT", ""]
    assert "en texte" in lecture.lignes[c.EXPLICATION][0] and lecture.lignes[c.CODE_CLIENT][0] == ""


def test_un_objet_de_facture_n_est_pas_un_nom_de_client(tmp_path: Path) -> None:
    rangee = ["Dupon", "F1", "Travaux toiture", "04/02/2026", 100]
    assert lignes(lire(tmp_path, ["Client", "N° facture", "Intitulé", "Échéance", "Reste dû"], rangee)) == [("Dupon", "", "F1", 100)]
    deux = lire(tmp_path, ["Nom", "N° facture", "Intitulé", "Échéance", "Reste dû"], rangee)
    assert lignes(deux) == [("Dupon", "", "F1", 100)] and deux.non_lues == ("Intitulé",)


def test_ce_qui_manque_se_dit_une_fois_en_peu_de_lignes(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur) as refus:
        lire(tmp_path, ["Machin", "Truc", *(f"Colonne {n}" for n in range(60))], ["a", "b"])
    message = str(refus.value)
    assert message.count("en-têtes vus") == 1 and len(message.splitlines()) <= 10


def test_un_client_nomme_total_n_est_pas_un_total(tmp_path: Path) -> None:
    entete = ["Code client", "Raison sociale", "N° pièce", "Échéance", "Reste dû"]
    lecture = lire(
        tmp_path, entete, ["C1", "TOTAL", "F1", "04/02/2026", 100], ["C1", None, "F2", "05/02/2026", 50], ["C1", "TOTAL", None, None, -30]
    )
    assert [(code, piece, reste) for code, _, piece, reste in lignes(lecture)] == [("C1", "F1", 100), ("C1", "F2", 50), ("C1", "", -30)]
