"""Le FEC : les comptes 411 lettrés deviennent des échéances, et chaque client garde son solde (contrat §3)."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lieux import DONNEES

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.motifs import Cause
from relances_xl.entrees.echeances.lettrage import restes
from relances_xl.entrees.exports import lire_echeances
from relances_xl.entrees.fec.entete_fec import est_fec
from relances_xl.entrees.fec.fec import lire_fec
from relances_xl.entrees.fec.pieces_fec import ne_designe_rien, numero_du_libelle

REEL = DONNEES / "fec" / "0000000001FEC20220831.txt"
ENTETES = "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise".split()  # fmt: skip
TRESORERIE = [*ENTETES, "DateRglt", "ModeRglt", "NatOp", "IdClient"]
REFERENCE = date(2026, 3, 31)


def ecriture(**valeurs: object) -> dict[str, object]:
    """Une facture de 1 200,00 € du client DUP, sauf ce que l'on en dit."""
    ordinaire = {
        "JournalCode": "VE", "JournalLib": "Ventes", "EcritureNum": "17", "EcritureDate": "20260301", "CompteNum": "411000",
        "CompteLib": "Clients", "CompAuxNum": "DUP", "CompAuxLib": "Dupont", "PieceRef": "FA1", "PieceDate": "20260301",
        "EcritureLib": "Facture", "Debit": "1200,00", "Credit": "0,00",
    }  # fmt: skip
    return ordinaire | valeurs


def lire(*ecritures: dict[str, object], entetes: Sequence[str] = ENTETES, delai: str = "30", clients: pd.DataFrame | None = None) -> pd.DataFrame:  # fmt: skip
    return lire_tout(*ecritures, entetes=entetes, delai=delai, clients=clients)[0]


def lire_tout(*ecritures: dict[str, object], entetes: Sequence[str] = ENTETES, delai: str = "30", clients: pd.DataFrame | None = None) -> tuple[pd.DataFrame, list[Faute]]:  # fmt: skip
    lu = DelaiPaiement.lire(delai)
    assert lu is not None
    lignes = [[valeurs.get(nom, "") for nom in entetes] for valeurs in ecritures]
    return lire_fec(entetes, lignes, range(2, len(lignes) + 2), lu, clients, REFERENCE)  # type: ignore[arg-type]


# --- Reconnaître ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entetes", [ENTETES, TRESORERIE, [nom.upper() for nom in ENTETES], [*ENTETES, ""]])
def test_un_fec_se_reconnait_a_ses_en_tetes(entetes: list[str]) -> None:
    assert est_fec(entetes)


def test_la_variante_montant_et_sens_est_un_fec() -> None:
    assert est_fec([{"Debit": "Montant", "Credit": "Sens"}.get(nom, nom) for nom in ENTETES])


def test_un_echeancier_n_est_pas_un_fec() -> None:
    assert not est_fec(["Code client", "N° pièce", "Date d'échéance", "Débit", "Crédit"])


# --- Lire -----------------------------------------------------------------------------------------------------------


def test_une_facture_non_lettree_est_ouverte() -> None:
    ligne = lire(ecriture()).iloc[0]
    assert (ligne[c.CODE_CLIENT], ligne[c.RAISON_SOCIALE], ligne[c.PIECE], ligne[c.DEVISE]) == ("DUP", "Dupont", "FA1", "EUR")
    assert (ligne[c.MONTANT], ligne[c.REGLE], ligne[c.RESTE_DU]) == (120000, 0, 120000)
    assert ligne[c.DATE_CLE] == ligne[c.DATE_PIECE] == pd.Timestamp("2026-03-01")
    assert ligne[c.DATE_ECHEANCE] == pd.Timestamp("2026-03-31")
    assert ligne[c.LIGNE] == 2 and ligne[c.CAUSE] == "" and not ligne[c.SANS_FRAIS]


def test_seuls_les_comptes_411_sont_lus() -> None:
    lues = lire(ecriture(), ecriture(CompteNum="707000"), ecriture(CompteNum="4110002"), ecriture(CompteNum="416000"))
    assert lues[c.LIGNE].tolist() == [2, 4]


def test_sans_compte_auxiliaire_le_client_est_le_compte() -> None:
    ligne = lire(ecriture(CompAuxNum="", CompAuxLib="", CompteNum="411DUP", CompteLib="Dupont SARL")).iloc[0]
    assert (ligne[c.CODE_CLIENT], ligne[c.RAISON_SOCIALE]) == ("411DUP", "Dupont SARL")


@pytest.mark.parametrize(
    ("debit", "credit", "attendu"),
    [
        ("0000001200,00", "0000000000,00", 120000),
        ("1200.5", "", 120050),
        ("1 200,00", "0", 120000),
        ("1.200,00", "0", 120000),
        ("1,200.00", "0", 120000),
        ("+12,00", "", 1200),
        ("-12,00", "0,00", -1200),
        ("", "12,3456", -1235),
        (1200.5, 0, 120050),
        (1200, None, 120000),
        ("0,00", "0,00", 0),
    ],
)
def test_les_montants_s_ecrivent_de_bien_des_facons(debit: object, credit: object, attendu: int) -> None:
    lues = lire(ecriture(Debit=debit, Credit=credit))
    assert lues[c.RESTE_DU].tolist() == [attendu]
    assert lues[c.CAUSE].tolist() == [""]


@pytest.mark.parametrize(("sens", "attendu"), [("D", 1200), ("C", -1200), ("Débit", 1200), ("crédit", -1200), ("+1", 1200), ("-1", -1200)])  # fmt: skip
def test_montant_et_sens(sens: str, attendu: int) -> None:
    entetes = [{"Debit": "Montant", "Credit": "Sens"}.get(nom, nom) for nom in ENTETES]
    assert lire(ecriture(Montant="12,00", Sens=sens), entetes=entetes)[c.RESTE_DU].tolist() == [attendu]


def test_un_classeur_rend_des_nombres_et_des_dates() -> None:
    ligne = lire(ecriture(CompteNum=411000.0, PieceDate=20260301.0, PieceRef=220123.0, Debit=1200.0, CompAuxNum=12)).iloc[0]
    assert (ligne[c.CODE_CLIENT], ligne[c.PIECE], ligne[c.DATE_PIECE]) == ("12", "220123", pd.Timestamp("2026-03-01"))
    assert lire(ecriture(PieceDate=date(2026, 3, 1)))[c.DATE_PIECE].tolist() == [pd.Timestamp("2026-03-01")]


def test_le_mode_de_reglement_des_22_colonnes_est_repris() -> None:
    assert lire(ecriture(ModeRglt="VIR"), entetes=TRESORERIE)[c.MODE_PAIEMENT].tolist() == ["VIR"]


def test_une_ligne_trop_courte_se_lit_une_ligne_trop_longue_est_decalee() -> None:
    complete: list[Any] = [ecriture().get(nom, "") for nom in ENTETES]
    lues, _ = lire_fec(ENTETES, [complete[:13], [*complete, "", ""]], [2, 3], DelaiPaiement(), None, REFERENCE)
    assert lues[c.RESTE_DU].tolist() == [120000, 0]
    assert lues[c.CAUSE].tolist() == ["", "LIGNE_DECALEE"]


def test_un_separateur_au_bout_de_toutes_les_lignes_ne_decale_rien() -> None:
    complete: list[Any] = [ecriture().get(nom, "") for nom in ENTETES]
    lues, _ = lire_fec(ENTETES, [[*complete, ""], [*complete, ""]], [2, 3], DelaiPaiement(), None, REFERENCE)
    assert lues[c.CAUSE].tolist() == ["", ""]


# --- Anomalies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeurs", "cause", "dit"),
    [
        ({"Debit": "", "Credit": ""}, Cause.MONTANT_ILLISIBLE, "vides"),
        ({"Debit": "12,3x"}, Cause.MONTANT_ILLISIBLE, "débit"),
        ({"PieceDate": "20261301"}, Cause.DATE_ILLISIBLE, "« 20261301 »"),
        ({"PieceDate": ""}, Cause.DATE_ILLISIBLE, "PieceDate"),
        ({"PieceRef": "", "EcritureNum": ""}, Cause.PIECE_MANQUANTE, "EcritureNum"),
    ],
)
def test_ce_qui_ne_se_lit_pas_est_une_anomalie(valeurs: dict[str, object], cause: Cause, dit: str) -> None:
    ligne = lire(ecriture(**valeurs)).iloc[0]
    assert ligne[c.CAUSE] == cause
    assert dit in ligne[c.EXPLICATION]


def test_deux_lignes_identiques_ne_sont_pas_un_doublon() -> None:
    assert lire(ecriture(), ecriture())[c.CAUSE].tolist() == ["", ""]


# --- Pièces et à-nouveaux -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", ["", " ", "x", "XXX", "0", "0000000", "RAN", "R.A.N.", "A nouveau", "A-nouveaux", "Report à nouveau", "A nouveau 2025", "AN2025", "Solde", "-", "N/A"])  # fmt: skip
def test_une_reference_qui_ne_designe_rien(reference: str) -> None:
    assert ne_designe_rien(reference)
    assert lire(ecriture(PieceRef=reference))[c.PIECE].tolist() == ["17"]


@pytest.mark.parametrize("reference", ["FA1", "0000012", "X12", "FA  220123", "RAN2026-1", "12"])
def test_une_reference_qui_designe_une_piece(reference: str) -> None:
    assert lire(ecriture(PieceRef=reference))[c.PIECE].tolist() == [reference]


@pytest.mark.parametrize(
    ("libelle", "numero"),
    [
        ("Facture n° FA-2022-015 Dupont", "FA-2022-015"),
        ("FACT 220123 DUPONT", "220123"),
        ("Dupont FA220123", "FA220123"),
        ("Facture 12", "12"),
        ("Avoir AV/2022/3", "AV/2022/3"),
        ("Dupont 4512 du 12/03/2022", "4512"),
        ("Virement Dupont 12/03/2022", ""),
        ("Report à nouveau 2021", ""),
        ("Solde au 31/12", ""),
        ("Facture 31/12", "31/12"),
        ("Solde 411DUP", ""),
        ("Règlement de 1234,56", ""),
        ("Loyer 3e trimestre", ""),
        ("", ""),
    ],
)
def test_le_numero_que_porte_le_libelle(libelle: str, numero: str) -> None:
    assert numero_du_libelle(libelle) == numero
    assert lire(ecriture(PieceRef="x", EcritureLib=libelle))[c.PIECE].tolist() == [numero or "17"]


def test_un_a_nouveau_sans_piece_porte_une_alerte_et_pas_de_frais() -> None:
    lues = lire(
        ecriture(JournalCode="AN", PieceRef="RAN", EcritureLib="Report à nouveau"),
        ecriture(JournalCode="AN", PieceRef="FA12", EcritureLib="Report à nouveau"),
        ecriture(JournalCode="AN", PieceRef="", EcritureLib="A nouveau facture 2214"),
        ecriture(JournalCode="OD", PieceRef="", EcritureLib="Divers"),
        ecriture(JournalCode="70", JournalLib="Journal des à nouveaux", PieceRef=""),
    )
    assert lues[c.SANS_FRAIS].tolist() == [True, False, False, False, True]
    assert (lues[c.ALERTE_LIGNE] != "").tolist() == lues[c.SANS_FRAIS].tolist()
    assert lues[c.PIECE].tolist() == ["17", "FA12", "2214", "17", "17"]


# --- Retenues, acomptes, rejets, devises ----------------------------------------------------------------------------


@pytest.mark.parametrize("compte", ["4117", "41170000", "411700DUP"])
def test_une_retenue_de_garantie_a_son_lettrage_a_elle(compte: str) -> None:
    lues = lire(
        ecriture(Debit="9500,00"),
        ecriture(CompteNum=compte, Debit="500,00"),
        ecriture(PieceRef="VIR", Debit="0,00", Credit="9500,00"),
    )
    assert lues[c.RETENUE_GARANTIE].tolist() == [False, True, False]
    assert lues[c.RESTE_DU].sum() == lues.loc[1, c.RESTE_DU] == 500_00


@pytest.mark.parametrize(
    ("ecritures", "alerte"),
    [
        ([("4191", "0,00", "3000,00")], "acompte de 3 000,00 € au 4191"),
        ([("41910000", "0,00", "3000,00"), ("4191", "1000,00", "0,00")], "acompte de 2 000,00 € au 4191"),
        ([("4191", "0,00", "3000,00"), ("4191", "3000,00", "0,00")], ""),
        ([("4190", "0,00", "3000,00")], ""),
    ],
)
def test_un_acompte_au_4191_est_dit_sans_etre_deduit(ecritures: list[tuple[str, str, str]], alerte: str) -> None:
    avances = [ecriture(CompteNum=compte, PieceRef="AC1", Debit=debit, Credit=credit) for compte, debit, credit in ecritures]
    lues = lire(ecriture(), *avances, ecriture(CompAuxNum="ZED", PieceRef="F2"))
    assert lues[c.RESTE_DU].tolist() == [1200_00, 1200_00]
    assert lues[c.ALERTE_LIGNE].str.replace("\xa0", " ").tolist() == [alerte, ""]


def test_un_acompte_au_4191_sans_client_est_dit_a_part() -> None:
    lues, (faute,) = lire_tout(ecriture(), ecriture(CompteNum="4191", CompAuxNum="", Debit="0,00", Credit="70,00"))
    assert lues[c.ALERTE_LIGNE].tolist() == [""]
    assert "70,00" in str(faute) and "sans compte auxiliaire" in str(faute)


@pytest.mark.parametrize(
    ("journal", "libelle", "piece", "echeance"),
    [
        ("BQ", "Impayé chèque FA1", "FA1", "2026-01-14"),
        ("BQ", "Frais rejet FA1", "IMP5", "2026-03-15"),
        ("BQ", "Impayé chèque FA9", "IMP5", "2026-03-15"),
        ("LCL", "Chèque FA1", "FA1", "2026-01-14"),
        ("OD", "Impayé chèque FA1", "FA1", "2026-01-14"),
        ("OD", "Refacturation FA1", "IMP5", "2026-04-14"),
    ],
)
def test_un_cheque_rejete_est_du_a_l_echeance_de_la_piece_qu_il_rouvre_sinon_a_sa_date(
    journal: str, libelle: str, piece: str, echeance: str
) -> None:
    lues = lire(
        ecriture(PieceDate="20251215", EcritureLet="AA"),
        ecriture(JournalCode="BQ", JournalLib="", PieceRef="CHQ", PieceDate="20260110", Debit="0,00", Credit="1200,00", EcritureLet="AA"),
        ecriture(JournalCode=journal, JournalLib="", PieceRef="IMP5", PieceDate="20260315", EcritureLib=libelle),
        ecriture(JournalCode="LCL", JournalLib="", CompteNum="512000", CompAuxNum="", PieceRef="IMP5", Debit="0,00", Credit="1200,00"),
    )
    rejete = lues.iloc[2]
    assert (rejete[c.RESTE_DU], rejete[c.PIECE], str(rejete[c.DATE_ECHEANCE].date())) == (1200_00, piece, echeance)


@pytest.mark.parametrize(
    ("devise", "montant", "alerte"),
    [
        ("USD", "1300,00", "tenu en EUR au FEC, facturé en USD (1300,00)"),
        ("chf", "", "tenu en EUR au FEC, facturé en CHF"),
        ("EUR", "1200,00", ""),
    ],
)
def test_une_piece_facturee_dans_une_autre_devise_reste_en_euros_et_le_dit(devise: str, montant: str, alerte: str) -> None:
    ligne = lire(ecriture(Idevise=devise, Montantdevise=montant)).iloc[0]
    assert (ligne[c.DEVISE], ligne[c.RESTE_DU], ligne[c.ALERTE_LIGNE]) == ("EUR", 1200_00, alerte)


# --- Lettrage -------------------------------------------------------------------------------------------------------


def facture(montant: str, lettre: str, jour: str = "20260301", client: str = "DUP") -> dict[str, object]:
    return ecriture(Debit=montant, Credit="0,00", EcritureLet=lettre, PieceDate=jour, CompAuxNum=client)


def reglement(montant: str, lettre: str, jour: str = "20260315", client: str = "DUP") -> dict[str, object]:
    return ecriture(Debit="0,00", Credit=montant, EcritureLet=lettre, PieceDate=jour, CompAuxNum=client)


@pytest.mark.parametrize(
    ("ecritures", "attendu"),
    [
        pytest.param([facture("100,00", "A"), reglement("100,00", "A")], [0, 0], id="soldé : fermé"),
        pytest.param([facture("100,00", ""), reglement("100,00", "")], [10000, -10000], id="non lettré : ouvert"),
        pytest.param([facture("100,00", " "), reglement("40,00", " ")], [10000, -4000], id="lettre vide"),
        pytest.param([facture("100,00", "A"), reglement("40,00", "A")], [6000, 0], id="partiel"),
        pytest.param([facture("100,00", "A", "20260302"), facture("80,00", "A", "20260301"), reglement("90,00", "A")], [9000, 0, 0], id="le plus ancien d'abord"),
        pytest.param([facture("50,00", "A"), reglement("80,00", "A", "20260301"), reglement("20,00", "A", "20260401")], [0, -3000, -2000], id="trop-perçu : l'inverse"),
        pytest.param([facture("100,00", "A"), reglement("100,00", "A", client="AUTRE")], [10000, -10000], id="la lettre est celle du client"),
        pytest.param([facture("100,00", "A"), reglement("100,00", "a")], [10000, -10000], id="A n'est pas a"),
        pytest.param([facture("-100,00", "A"), facture("120,00", "A")], [0, 2000], id="débit négatif"),
        pytest.param([facture("100,00", "A", ""), facture("30,00", "A"), reglement("50,00", "A")], [8000, 0, 0], id="sans date : en dernier"),
    ],
)  # fmt: skip
def test_le_lettrage(ecritures: list[dict[str, object]], attendu: list[int]) -> None:
    assert lire(*ecritures)[c.RESTE_DU].tolist() == attendu


ECRITURES = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from(["", "a", "b", "c"]),
        st.integers(-100_000, 100_000),
        st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2026, 12, 31))),
    ),
    min_size=1,
    max_size=25,
)


@given(ECRITURES)
@settings(max_examples=80, deadline=None)
def test_la_somme_des_restes_est_le_solde_du_client(ecritures: list[tuple[str, str, int, date | None]]) -> None:
    table = pd.DataFrame(ecritures, columns=["client", "lettre", "montant", "jour"]).astype({"montant": "int64", "jour": "datetime64[s]"})  # fmt: skip
    table["ouvert"] = restes(table["client"], table["lettre"], table["montant"], table["jour"])
    sommes = table.groupby("client")[["montant", "ouvert"]].sum()
    assert (sommes["montant"] == sommes["ouvert"]).all()
    assert (table["ouvert"].abs() <= table["montant"].abs()).all() and (table["ouvert"] * table["montant"] >= 0).all()
    lettrees = table[table["lettre"] != ""].groupby(["client", "lettre"])["ouvert"]
    assert (lettrees.min() * lettrees.max() >= 0).all(), "un groupe lettré n'est ouvert que d'un côté"


# --- Échéances et péremption ----------------------------------------------------------------------------------------


def test_l_echeance_suit_le_delai_du_client_sinon_celui_par_defaut() -> None:
    clients = pd.DataFrame({c.CODE_CLIENT: ["dup", "AUTRE", "NUL"], c.DELAI_PAIEMENT: ["30 fin de mois le 10", "", "?"]})
    lues = lire(ecriture(), *(ecriture(CompAuxNum=code) for code in ("AUTRE", "NUL", "ABSENT")), delai="fin de mois 45", clients=clients)  # fmt: skip
    assert lues[c.DATE_ECHEANCE].dt.strftime("%d/%m/%Y").tolist() == ["10/04/2026", "15/05/2026", "15/05/2026", "15/05/2026"]


@pytest.mark.parametrize(("derniere", "signale"), [("20260130", False), ("20260129", True)])
def test_un_fec_de_plus_de_60_jours_est_signale(derniere: str, signale: bool) -> None:
    _, avertissements = lire_tout(ecriture(EcritureDate=derniere), ecriture(EcritureDate="20250101"))
    assert bool(avertissements) is signale
    assert all("29/01/2026" in str(faute) and "31/03/2026" in str(faute) for faute in avertissements)


def test_la_derniere_ecriture_compte_meme_hors_des_comptes_clients() -> None:
    _, avertissements = lire_tout(ecriture(EcritureDate="20250101"), ecriture(EcritureDate="20260330", CompteNum="512000"))
    assert avertissements == []


# --- Fichiers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separateur", ["\t", "|"])
@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"])
@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r\r\n"])
def test_un_fichier_de_n_importe_quel_logiciel(tmp_path: Path, separateur: str, encodage: str, fin: str) -> None:
    ecritures = [
        ecriture(CompAuxLib="Hôtel du Théâtre, à côté", EcritureLib="Facture réglée à moitié", EcritureLet="A"),
        ecriture(Debit="0,00", Credit="0000000600,50", EcritureLet="A", PieceRef="x", EcritureLib="Règlement"),
        ecriture(CompteNum="707000", EcritureLib="Été"),
    ]
    lignes = [ENTETES, *([str(valeurs.get(nom, "")) for nom in ENTETES] for valeurs in ecritures)]
    chemin = tmp_path / "123456789FEC20261231.txt"
    chemin.write_bytes(fin.join([*(separateur.join([*ligne, ""]) for ligne in lignes), ""]).encode(encodage))
    lecture = lire_echeances(chemin, {}, DelaiPaiement(), None, REFERENCE)
    assert lecture.format == "FEC"
    assert lecture.lignes[c.RESTE_DU].tolist() == [59950, 0]
    assert lecture.lignes[c.RAISON_SOCIALE].tolist()[0] == "Hôtel du Théâtre, à côté"
    assert lecture.lignes[c.LIGNE].tolist() == [2, 3]


def test_le_fec_reel_rend_le_solde_de_chaque_client_au_centime() -> None:
    if not REEL.exists():
        pytest.skip(f"données réelles absentes : {REEL}")
    lecture = lire_echeances(REEL, {}, DelaiPaiement(), None, date(2022, 9, 30))
    with (DONNEES / "fec" / f"{REEL.stem}_soldes_411.csv").open(encoding="utf-8", newline="") as fichier:
        attendus = {rang["CompAuxNum"]: round(float(rang["solde"]) * 100) for rang in csv.DictReader(fichier, delimiter=";")}
    assert lecture.lignes.groupby(c.CODE_CLIENT)[c.RESTE_DU].sum().to_dict() == attendus
    assert (len(lecture.lignes), int(lecture.lignes[c.RESTE_DU].sum())) == (538, 5251724)
    assert not lecture.lignes[c.CAUSE].any() and lecture.lignes[c.SANS_FRAIS].sum() == 7
    assert lecture.avertissements == ()
