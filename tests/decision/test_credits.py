"""Les crédits : quand ils se déduisent (§4.2), sur quoi ils s'imputent (§5)."""

from datetime import date

import fabrique as f
import pandas as pd
import pytest

from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import ModesDePaiement

FACTURE = {"piece": "F1", "date_echeance": "01/03/2026", "reste_du": 100}
AVOIR = {"piece": "A1", "date_echeance": "15/03/2026", "date_piece": "15/03/2026", "reste_du": -30}


def decide(*rangs: f.Rang, **criteres: object) -> Decision:
    return decider(f.echeances(*rangs), f.clients({}), f.parametres(**criteres), f.journal(), "L")


def test_un_credit_vient_en_deduction_de_la_lettre_de_son_client() -> None:
    decision = decide(FACTURE, AVOIR)
    relance = decision.relances.iloc[0]
    assert (relance[c.RETARD], relance[c.CREDITS], relance[c.NET]) == (10000, 3000, 7000)
    assert relance[c.NB_ECHEANCES] == 1
    assert list(decision.lignes[c.RELANCE]) == ["L-0001", "L-0001"]
    assert list(decision.lignes[c.NIVEAU_PROPOSE]) == [1, 0]


@pytest.mark.parametrize(
    "rang",
    [
        {"promesse": "30/06/2026"},
        {"mode_paiement": "Traite"},
        {"date_echeance": "01/01/2024", "date_piece": "01/01/2024"},
        {"date_echeance": "30/06/2026"},  # sa date de pièce, passée, l'emporte
        {"niveau_relance": 3, "date_relance": "30/03/2026"},
    ],
)
def test_un_credit_n_est_soumis_ni_a_la_promesse_ni_au_mode_ni_a_la_periode_ni_aux_niveaux(rang: f.Rang) -> None:
    facture = {**FACTURE, "mode_paiement": "Virement"}
    decision = decide(facture, {**AVOIR, **rang}, modes_paiement=ModesDePaiement(("Virement",), sauf=False), ignorer_avant=date(2026, 1, 1))
    assert list(decision.lignes[c.MOTIF]) == ["", ""]


@pytest.mark.parametrize(
    ("rang", "motif"),
    [
        ({"module": "Comptoir"}, "COMPTOIR"),
        ({"exclure": True}, "EXCLUE"),
        ({"litige": True}, "LITIGE"),
        ({"date_piece": "01/04/2026"}, "NON_ECHUE"),
        ({"date_piece": "", "date_echeance": "01/04/2026"}, "NON_ECHUE"),
        ({"date_piece": "", "date_echeance": "31/03/2026"}, ""),
        ({"date_piece": "31/03/2026"}, ""),
        ({"devise": "USD"}, "CREDITEUR"),
        ({"code_client": "C2"}, "CREDITEUR"),
    ],
)
def test_un_credit_reste_soumis_aux_autres_motifs(rang: f.Rang, motif: str) -> None:
    assert decide(FACTURE, {**AVOIR, **rang}).lignes[c.MOTIF].iloc[1] == motif


def test_un_credit_sans_echeance_retenue_est_crediteur_et_un_credit_futur_le_dit() -> None:
    lignes = decide({**FACTURE, "litige": True}, AVOIR, {**AVOIR, "date_piece": "02/04/2026"}).lignes
    assert list(lignes[c.MOTIF]) == ["LITIGE", "CREDITEUR", "NON_ECHUE"]
    assert list(lignes[c.EXPLICATION].iloc[1:]) == [
        "crédit sans échéance à réduire",
        "crédit du 02/04/2026, postérieur au 31/03/2026",
    ]


def net_penalisable(*rangs: f.Rang) -> dict[str, int]:
    lignes = decide(*rangs).lignes
    echeances = lignes[~lignes[c.CREDIT]]
    cles = echeances[c.PIECE] + " " + echeances[c.DATE_ECHEANCE].dt.strftime("%d/%m")
    return dict(zip(cles, echeances[c.NET_PENALISABLE] // 100, strict=True))


F1_JANVIER = {"piece": "F1", "date_echeance": "01/01/2026", "reste_du": 100}
F2_FEVRIER = {"piece": "F2", "date_echeance": "01/02/2026", "reste_du": 100}
F2_MARS = {"piece": "F2", "date_echeance": "01/03/2026", "reste_du": 100}


@pytest.mark.parametrize(
    ("credits_", "attendu"),
    [
        ([{"reste_du": -30}], {"F1 01/01": 70, "F2 01/02": 100, "F2 01/03": 100}),
        ([{"reste_du": -30, "reference": "F2"}], {"F1 01/01": 100, "F2 01/02": 70, "F2 01/03": 100}),
        ([{"reste_du": -130, "reference": "F2"}], {"F1 01/01": 100, "F2 01/02": 0, "F2 01/03": 70}),
        # ce que la pièce désignée n'absorbe pas va à la plus ancienne
        ([{"reste_du": -230, "reference": "F2"}], {"F1 01/01": 70, "F2 01/02": 0, "F2 01/03": 0}),
        # la désignation d'abord, quel que soit l'ordre du fichier
        ([{"reste_du": -100}, {"reste_du": -60, "reference": "F1"}], {"F1 01/01": 0, "F2 01/02": 40, "F2 01/03": 100}),
        # une référence qui ne désigne aucune pièce de la lettre
        ([{"reste_du": -120, "reference": "commande 12"}], {"F1 01/01": 0, "F2 01/02": 80, "F2 01/03": 100}),
    ],
)
def test_les_credits_s_imputent_sur_la_piece_designee_puis_sur_la_plus_ancienne(
    credits_: list[dict[str, object]], attendu: dict[str, int]
) -> None:
    avoirs = [{**AVOIR, "piece": f"A{rang}", **credit} for rang, credit in enumerate(credits_)]
    assert net_penalisable(*avoirs, F2_MARS, F1_JANVIER, F2_FEVRIER) == attendu


def test_le_net_penalisable_d_une_lettre_est_son_net() -> None:
    decision = decide(F1_JANVIER, F2_FEVRIER, F2_MARS, {**AVOIR, "reste_du": "-123,45", "reference": "F2"})
    assert decision.lignes[c.NET_PENALISABLE].sum() == decision.relances[c.NET].sum()
    assert pd.api.types.is_integer_dtype(decision.lignes[c.NET_PENALISABLE])


def test_un_tres_gros_montant_s_impute_a_l_unite_pres() -> None:
    """Au-delà de 2^53 unités un flottant perdrait le dernier centime."""
    decision = decide(
        {"piece": "F1", "date_echeance": "01/01/2026", "reste_du": "98765432109876,55"},
        {"piece": "F2", "date_echeance": "01/02/2026", "reste_du": 1},
        {**AVOIR, "reste_du": "-98765432109876,54"},
        {"piece": "F3", "date_echeance": "01/02/2026", "code_client": "C2"},
    )
    assert list(decision.lignes[c.NET_PENALISABLE]) == [1, 100, 0, 10000]


def test_entre_deux_echeances_du_meme_jour_le_credit_eteint_celle_qui_porte_des_frais_quel_que_soit_l_ordre_du_fichier() -> None:
    premiere = {"piece": "F1", "date_echeance": "01/01/2026", "reste_du": 100}
    mise_en_demeure = {**premiere, "niveau_relance": 2, "date_relance": "01/02/2026"}
    for echeances in ((premiere, mise_en_demeure), (mise_en_demeure, premiere)):
        relance = decide(*echeances, {**AVOIR, "reste_du": -100}).relances.iloc[0]
        assert (relance[c.NET], relance[c.PENALITES], relance[c.INDEMNITE]) == (10000, 0, 0)
