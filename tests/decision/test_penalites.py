"""Pénalités de retard et indemnité forfaitaire (§5), au centime."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import fabrique as f
import pandas as pd
import pytest

from relances_xl.decision.chiffrer.penalites import Tranche, tranches
from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, Regroupement, TypeClient
from relances_xl.domaine.niveaux import LIVRES, Niveau, Niveaux, Plans
from relances_xl.domaine.taux import LIVRES as TAUX

MISE_EN_DEMEURE = {"niveau_relance": 2}  # sans date : la mise en demeure (niveau 3), qui réclame tout, est proposée
PRO, PUBLIC, PARTICULIER = "Professionnel", "Public", "Particulier"


def decide(*rangs: f.Rang, reference: date = f.REFERENCE, type_client: str = PRO, **criteres: object) -> Decision:
    lignes = f.echeances(*({**MISE_EN_DEMEURE, **rang} for rang in rangs))
    codes = lignes[c.CODE_CLIENT].unique()
    clients = f.clients(*({"code_client": code, "type_client": type_client} for code in codes))
    return decider(lignes, clients, f.parametres(date_reference=reference, **criteres), f.journal(), "L")


def penalites(echeance: str, reste: str, reference: date, **options: object) -> str:
    decision = decide({"date_echeance": echeance, "reste_du": reste}, reference=reference, **options)  # type: ignore[arg-type]
    return f"{Decimal(int(decision.lignes[c.PENALITES].iloc[0])) / 100:.2f}".replace(".", ",")


@pytest.mark.parametrize(
    ("echeance", "reste", "reference", "options", "attendu"),
    [
        # les trois cas vérifiés du contrat
        ("31/01/2026", "1200", date(2026, 3, 2), {}, "11,98"),
        ("31/05/2025", "10000", date(2025, 7, 31), {}, "211,27"),
        ("31/05/2025", "10000", date(2025, 7, 31), {"figer_taux": True}, "219,77"),
        # échue le dernier jour d'un semestre : tout le retard est au taux du suivant, même figé
        ("30/06/2025", "10000", date(2025, 7, 31), {}, "103,19"),  # 31 j à 12,15
        ("30/06/2025", "10000", date(2025, 7, 31), {"figer_taux": True}, "103,19"),
        ("31/12/2024", "10000", date(2025, 1, 31), {}, "111,68"),  # 31 j à 13,15
        ("30/12/2024", "10000", date(2025, 1, 31), {}, "115,59"),  # 1 j à 14,25 puis 31 j à 13,15
        ("30/12/2024", "10000", date(2025, 1, 31), {"figer_taux": True}, "124,93"),  # 32 j à 14,25
        # année bissextile : 29 jours en février 2024, mais toujours divisés par 365
        ("31/01/2024", "36500", date(2024, 2, 29), {}, "420,50"),  # 29 j à 14,50
        ("31/01/2024", "36500", date(2024, 3, 1), {}, "435,00"),
        # 2024 : BCE + 10 s'applique même sous 3 × le taux légal (15,21 et 14,76)
        ("31/05/2024", "10000", date(2024, 7, 31), {}, "240,21"),  # 30 j à 14,50 puis 31 j à 14,25
        # le taux contractuel prend la place de BCE + 10
        ("31/05/2025", "10000", date(2025, 7, 31), {"taux_contractuel": Decimal("15.5")}, "259,04"),
        # public : BCE + 8, figé au premier semestre, sans égard au taux contractuel
        ("31/05/2025", "10000", date(2025, 7, 31), {"type_client": PUBLIC}, "186,34"),  # 61 j à 11,15
        ("31/05/2025", "10000", date(2025, 7, 31), {"type_client": PUBLIC, "taux_contractuel": Decimal(20)}, "186,34"),
        # particulier ou sans type : rien
        ("31/05/2025", "10000", date(2025, 7, 31), {"type_client": PARTICULIER}, "0,00"),
        ("31/05/2025", "10000", date(2025, 7, 31), {"type_client": ""}, "0,00"),
        ("31/05/2025", "10000", date(2025, 7, 31), {"type_client": "", "type_client_defaut": TypeClient.PUBLIC}, "186,34"),
        # cinq semestres : 107 j à 14,50, 184 à 14,25, 181 à 13,15, 184 et 90 à 12,15
        ("15/03/2024", "777,77", date(2026, 3, 31), {}, "210,59"),
    ],
)
def test_les_penalites_au_centime(echeance: str, reste: str, reference: date, options: dict[str, object], attendu: str) -> None:
    assert penalites(echeance, reste, reference, **options) == attendu


def test_l_arrondi_est_fait_une_fois_demi_vers_le_haut() -> None:
    taux = {"taux_contractuel": Decimal("36.5")}  # un millième par jour : 5,00 € donnent un demi-centime
    assert penalites("30/03/2026", "5,00", f.REFERENCE, **taux) == "0,01"
    assert penalites("30/03/2026", "4,99", f.REFERENCE, **taux) == "0,00"
    assert penalites("30/03/2026", "15,00", f.REFERENCE, **taux) == "0,02"


def test_un_tres_gros_montant_reste_exact() -> None:
    exact = Decimal("98765432109876.54") * Decimal("12.15") * 30 / Decimal(36500)
    assert penalites("31/01/2026", "98765432109876,54", date(2026, 3, 2)) == f"{exact:.2f}".replace(".", ",")


def test_les_devises_sans_decimales_s_arrondissent_a_leur_unite() -> None:
    decision = decide({"date_echeance": "31/01/2026", "reste_du": 120000, "devise": "JPY"}, reference=date(2026, 3, 2))
    assert list(decision.lignes[c.PENALITES]) == [1198]
    assert list(decision.lignes[c.INDEMNITE]) == [0]


def test_les_tranches_disent_jours_et_taux_de_chaque_semestre() -> None:
    criteres = Criteres(date(2025, 7, 31), date(2025, 7, 31))
    assert tranches(date(2025, 5, 31), PRO, criteres, TAUX) == (
        Tranche("2025-S1", 30, Decimal("13.15")),
        Tranche("2025-S2", 31, Decimal("12.15")),
    )
    fige = replace(criteres, figer_taux=True)
    assert tranches(date(2025, 5, 31), PRO, fige, TAUX) == (Tranche("2025-S1", 61, Decimal("13.15")),)
    assert tranches(date(2025, 6, 30), PUBLIC, criteres, TAUX) == (Tranche("2025-S2", 31, Decimal("10.15")),)
    assert tranches(date(2025, 7, 31), PRO, criteres, TAUX) == ()


def test_les_penalites_portent_sur_ce_qui_reste_apres_les_credits() -> None:
    decision = decide(
        {"piece": "F1", "date_echeance": "31/01/2026", "reste_du": 1500},
        {"piece": "F2", "date_echeance": "31/01/2026", "reste_du": 50},
        {"piece": "A1", "date_echeance": "15/02/2026", "reste_du": -300, "reference": "F1"},
        {"piece": "A2", "date_echeance": "15/02/2026", "reste_du": -50, "reference": "F2"},
        reference=date(2026, 3, 2),
    )
    assert list(decision.lignes[c.PENALITES]) == [1198, 0, 0, 0]
    assert list(decision.lignes[c.INDEMNITE]) == [4000, 0, 0, 0]
    relance = decision.relances.iloc[0]
    assert (relance[c.NET], relance[c.PENALITES], relance[c.INDEMNITE], relance[c.TOTAL_RECLAME]) == (120000, 1198, 4000, 125198)


def test_seules_les_echeances_dont_le_niveau_les_reclame_portent_penalites_et_indemnite() -> None:
    decision = decide(
        {"piece": "F1", "date_echeance": "31/01/2026", "reste_du": 1200},
        {"piece": "F2", "date_echeance": "31/01/2026", "reste_du": 1200, "niveau_relance": 1},
        reference=date(2026, 3, 2),
    )
    assert list(decision.lignes[c.PENALITES]) == [1198, 0]
    assert list(decision.lignes[c.INDEMNITE]) == [4000, 0]


def test_l_indemnite_est_due_une_fois_par_piece_meme_en_plusieurs_echeances() -> None:
    decision = decide(
        {"piece": "F1", "date_echeance": "31/01/2026"},
        {"piece": "F1", "date_echeance": "28/02/2026"},
        {"piece": "F2", "date_echeance": "31/01/2026"},
        {"piece": "F1", "date_echeance": "31/01/2026", "code_client": "C2"},
    )
    assert list(decision.lignes[c.INDEMNITE]) == [4000, 0, 4000, 4000]


def test_l_indemnite_d_une_piece_sur_deux_lettres_va_sur_la_plus_haute() -> None:
    quatre = Niveaux((*LIVRES.liste, Niveau(4, "Dernier avis", 8, "relance-3.docx", penalites=True, indemnite=True)))
    lignes = f.echeances(
        {"piece": "F1", "date_echeance": "01/01/2026", "niveau_relance": 2},
        {"piece": "F1", "date_echeance": "01/02/2026", "niveau_relance": 3},
    )
    parametres = replace(f.parametres(regroupement=Regroupement.CLIENT_ET_NIVEAU), plans=Plans((quatre,)))
    decision = decider(lignes, f.clients({}), parametres, f.journal(), "L")
    assert list(decision.relances[c.NIVEAU]) == [4, 3]
    assert list(decision.relances[c.INDEMNITE]) == [4000, 0]


def test_un_a_nouveau_ne_porte_ni_penalites_ni_indemnite() -> None:
    decision = decide({"date_echeance": "31/01/2026", "sans_frais": True, "alerte_ligne": "à-nouveau sans pièce"})
    assert list(decision.lignes[c.PENALITES]) == [0]
    assert list(decision.lignes[c.INDEMNITE]) == [0]
    assert decision.relances[c.ALERTE].iloc[0] == "à-nouveau sans pièce"


def test_un_semestre_manquant_laisse_les_penalites_vides_et_le_nomme() -> None:
    decision = decide(
        {"date_echeance": "30/11/2026"},
        {"date_echeance": "01/08/2026", "code_client": "C2", "niveau_relance": 1},
        reference=date(2027, 1, 31),
    )
    touchee, autre = decision.relances.iloc[0], decision.relances.iloc[1]
    assert pd.isna(touchee[c.PENALITES]) and pd.isna(touchee[c.TOTAL_RECLAME])
    assert touchee[c.INDEMNITE] == 4000
    assert touchee[c.SEMESTRES_MANQUANTS] == "2027-S1"
    assert "taux BCE absent de l'onglet « Taux » pour 2027-S1 : pénalités non calculées" in touchee[c.ALERTE]
    assert (autre[c.SEMESTRES_MANQUANTS], autre[c.TOTAL_RECLAME]) == ("", 10000)


def test_un_taux_contractuel_ou_fige_se_passe_des_semestres_manquants() -> None:
    rang = {"date_echeance": "30/11/2026"}
    for options in ({"taux_contractuel": Decimal(12)}, {"figer_taux": True}, {"type_client": PUBLIC}):
        assert decide(rang, reference=date(2027, 1, 31), **options).relances[c.SEMESTRES_MANQUANTS].iloc[0] == ""


@pytest.mark.parametrize(
    ("contractuel", "type_client", "alerte"),
    [
        ("14.5", PRO, "taux contractuel 14,50 % inférieur à 3 × le taux légal (15,21 % en 2024-S1, 14,76 % en 2024-S2)"),
        ("15", PRO, "taux contractuel 15,00 % inférieur à 3 × le taux légal (15,21 % en 2024-S1)"),
        ("15.21", PRO, ""),
        ("1", PUBLIC, ""),
    ],
)
def test_un_taux_contractuel_sous_trois_fois_le_taux_legal_est_signale(contractuel: str, type_client: str, alerte: str) -> None:
    decision = decide(
        {"date_echeance": "31/05/2024"}, reference=date(2024, 7, 31), type_client=type_client, taux_contractuel=Decimal(contractuel)
    )
    assert decision.relances[c.ALERTE].iloc[0].replace("\u00a0", " ") == alerte


def test_le_taux_contractuel_fige_se_compare_au_seul_semestre_ou_commence_le_retard() -> None:
    decision = decide({"date_echeance": "30/06/2024"}, reference=date(2025, 7, 31), taux_contractuel=Decimal("14.76"), figer_taux=True)
    assert decision.relances[c.ALERTE].iloc[0] == ""


def test_une_premiere_relance_signale_deja_un_taux_contractuel_trop_bas() -> None:
    for contractuel, alerte in (("7.85", "taux contractuel 7,85 % inférieur à 3 × le taux légal (7,86 % en 2026-S1)"), ("7.86", "")):
        decision = decide({"date_echeance": "31/01/2026", "niveau_relance": 0}, taux_contractuel=Decimal(contractuel))
        assert decision.relances[c.ALERTE].iloc[0].replace("\u00a0", " ") == alerte


@pytest.mark.parametrize(
    ("options", "texte"),
    [
        ({}, "13,15 % puis 12,15 %"),
        ({"figer_taux": True}, "13,15 % et 12,15 % selon l'échéance"),
        ({"type_client": PUBLIC}, "11,15 % et 10,15 % selon l'échéance"),
        ({"taux_contractuel": Decimal("13.5")}, "13,50 %"),
        ({"type_client": PARTICULIER}, ""),
    ],
)
def test_la_lettre_dit_ses_taux(options: dict[str, object], texte: str) -> None:
    decision = decide(
        {"date_echeance": "31/05/2025"},
        {"date_echeance": "30/06/2025"},
        reference=date(2025, 12, 31),
        **options,  # type: ignore[arg-type]
    )
    assert decision.relances[c.TAUX].iloc[0].replace("\u00a0", " ") == texte


def test_au_dela_de_trois_taux_la_lettre_n_en_dit_que_les_extremes() -> None:
    def texte(**options: object) -> str:
        rangs = ({"date_echeance": echeance} for echeance in ("01/12/2022", "01/02/2024", "01/02/2025", "01/02/2026"))
        return str(decide(*rangs, **options).relances[c.TAUX].iloc[0]).replace("\u00a0", " ")  # type: ignore[arg-type]

    assert texte() == "10,00 % à 14,50 % selon le semestre"
    assert texte(figer_taux=True) == "10,00 % à 14,50 % selon l'échéance"


def test_une_lettre_sans_penalites_dit_le_taux_du_jour() -> None:
    decision = decide({"date_echeance": "31/01/2026", "niveau_relance": 0})
    assert decision.relances[c.TAUX].iloc[0] == "12,15\u00a0%"


@pytest.mark.parametrize(
    ("type_client", "attendu"), [(PRO, "15/02/2031"), (PUBLIC, "31/12/2030"), (PARTICULIER, "15/02/2028"), ("", "15/02/2028")]
)
def test_la_prescription_part_de_la_plus_ancienne_de_la_piece_et_de_l_echeance(type_client: str, attendu: str) -> None:
    lignes = decide({"date_echeance": "17/03/2026", "date_piece": "15/02/2026"}, type_client=type_client).lignes
    assert f"{lignes[c.PRESCRIPTION].iloc[0]:%d/%m/%Y}" == attendu
