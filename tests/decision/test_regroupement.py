"""Une relance = une lettre : les trois regroupements (§4.6)."""

import fabrique as f

from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement

N1 = {"date_echeance": "01/03/2026"}
N2 = {"date_echeance": "01/02/2026", "niveau_relance": 1, "date_relance": "01/03/2026"}
N3 = {"date_echeance": "01/01/2026", "niveau_relance": 2, "date_relance": "01/03/2026"}
CREDIT = {"date_echeance": "01/03/2026", "piece": "A"}


def decide(mode: Regroupement, *rangs: f.Rang) -> Decision:
    return decider(f.echeances(*rangs), f.clients({}), f.parametres(regroupement=mode), f.journal(), "L")


def lettres(decision: Decision) -> list[tuple[int, int, int]]:
    """(niveau, nombre d'échéances, net en unités) de chaque relance, dans l'ordre de la liste."""
    relances = decision.relances
    return list(zip(relances[c.NIVEAU], relances[c.NB_ECHEANCES], relances[c.NET] // 100, strict=True))


def test_client_une_lettre_par_client_et_devise_au_plus_haut_niveau_chaque_echeance_au_sien() -> None:
    decision = decide(Regroupement.CLIENT, N1, N2, N3, {**N1, "devise": "USD"}, {**N1, "code_client": "C2"}, {**CREDIT, "reste_du": -50})
    assert lettres(decision) == [(3, 3, 250), (1, 1, 100), (1, 1, 100)]
    assert list(decision.lignes[c.NIVEAU_PROPOSE]) == [1, 2, 3, 1, 1, 0]
    assert list(decision.lignes[c.RELANCE]) == ["L-0001"] * 3 + ["L-0002", "L-0003", "L-0001"]


def test_client_et_niveau_une_lettre_par_niveau_le_credit_sur_celle_de_sa_piece_sinon_sur_la_plus_haute() -> None:
    rangs = ({**N1, "piece": "F1"}, {**N2, "piece": "F2"}, {**N3, "piece": "F3"})
    designe = {**CREDIT, "reste_du": -30, "reference": "F2"}
    libre = {**CREDIT, "reste_du": -20, "reference": "inconnue"}
    decision = decide(Regroupement.CLIENT_ET_NIVEAU, *rangs, designe, libre)
    assert lettres(decision) == [(3, 1, 80), (2, 1, 70), (1, 1, 100)]


def test_client_et_niveau_une_lettre_devenue_nulle_fait_regrouper_ce_client_comme_client() -> None:
    rangs = ({**N1, "piece": "F1"}, {**N3, "piece": "F3"}, {**N1, "code_client": "C2"}, {**N2, "code_client": "C2"})
    decision = decide(Regroupement.CLIENT_ET_NIVEAU, *rangs, {**CREDIT, "reste_du": -100, "reference": "F1"})
    assert lettres(decision) == [(3, 2, 100), (2, 1, 100), (1, 1, 100)]


def test_client_et_niveau_un_credit_qui_designe_une_piece_a_deux_niveaux_va_sur_le_plus_haut() -> None:
    rangs = ({**N1, "piece": "F1"}, {**N2, "piece": "F1"}, {**N3, "piece": "F3"})
    decision = decide(Regroupement.CLIENT_ET_NIVEAU, *rangs, {**CREDIT, "reste_du": -30, "reference": "F1"})
    assert lettres(decision) == [(3, 1, 100), (2, 1, 70), (1, 1, 100)]


def test_facture_une_lettre_par_piece_avec_toutes_ses_echeances_et_les_credits_qui_la_designent() -> None:
    rangs = ({**N1, "piece": "F1"}, {**N3, "piece": "F1"}, {**N1, "piece": "F2"}, {**N1, "piece": "F2", "code_client": "C2"})
    decision = decide(Regroupement.FACTURE, *rangs, {**CREDIT, "reste_du": -30, "reference": "F2"})
    assert lettres(decision) == [(3, 2, 200), (1, 1, 100), (1, 1, 70)]
    assert list(decision.relances[c.PIECE]) == ["F1", "F2", "F2"]
    assert list(decision.relances[c.CODE_CLIENT]) == ["C1", "C2", "C1"]


def test_facture_les_autres_credits_ne_sont_pas_deduits_et_une_alerte_les_rappelle() -> None:
    decision = decide(Regroupement.FACTURE, {**N1, "piece": "F1"}, {**N1, "code_client": "C2"}, {**CREDIT, "reste_du": -30})
    assert lettres(decision) == [(1, 1, 100), (1, 1, 100)]
    assert list(decision.lignes[c.MOTIF]) == ["", "", "CREDITEUR"]
    alertes = dict(zip(decision.relances[c.CODE_CLIENT], decision.relances[c.ALERTE], strict=True))
    assert "crédits non déduits : 30,00\u00a0€" in alertes["C1"]
    assert "crédits non déduits" not in alertes["C2"]


def test_facture_une_piece_devenue_nulle_ou_negative_est_crediteur_avec_ses_credits() -> None:
    rangs = ({**N1, "piece": "F1"}, {**N1, "piece": "F2", "reste_du": 500})
    decision = decide(Regroupement.FACTURE, *rangs, {**CREDIT, "reste_du": -120, "reference": "F1"})
    assert lettres(decision) == [(1, 1, 500)]
    assert list(decision.lignes[c.MOTIF]) == ["CREDITEUR", "", "CREDITEUR"]
    assert decision.lignes[c.EXPLICATION].iloc[0] == "pièce F1 ramenée à -20,00\u00a0€ par ses crédits"
    assert "crédits non déduits : 20,00\u00a0€" in decision.relances[c.ALERTE].iloc[0]


def test_facture_les_seuils_du_client_valent_toujours_credits_non_designes_compris() -> None:
    decision = decide(Regroupement.FACTURE, {**N1, "piece": "F1"}, {**CREDIT, "reste_du": -100})
    assert lettres(decision) == []
    assert list(decision.lignes[c.MOTIF]) == ["CREDITEUR", "CREDITEUR"]


def test_les_echeances_echues_en_delai_ou_au_plus_haut_niveau_sont_montrees_pour_information() -> None:
    decision = decide(
        Regroupement.CLIENT,
        N1,
        {**N1, "niveau_relance": 1, "date_relance": "30/03/2026"},
        {**N1, "niveau_relance": 3, "date_relance": "01/03/2026"},
        {"date_echeance": "01/05/2026"},
        {**N1, "litige": True},
        {**CREDIT, "reste_du": -10},
    )
    assert list(decision.lignes[c.AUTRE]) == [False, True, True, False, False, False]
    assert list(decision.lignes[c.RELANCE]) == ["L-0001", "", "", "", "", "L-0001"]
