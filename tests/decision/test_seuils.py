"""Les seuils du client, par devise (§4.5)."""

from decimal import Decimal

import fabrique as f
import pytest

from relances_xl.decision.decider import decider
from relances_xl.domaine import tables as c

RETARD = {"date_echeance": "01/03/2026"}


def decide(*rangs: f.Rang, minimum: str = "0") -> list[str]:
    parametres = f.parametres(montant_minimum=Decimal(minimum))
    lignes = decider(f.echeances(*rangs), f.clients({}), parametres, f.journal(), "L").lignes
    return list(lignes[c.MOTIF])


@pytest.mark.parametrize(("credit", "motif"), [("-99,99", ""), ("-100,00", "CREDITEUR"), ("-100,01", "CREDITEUR")])
def test_un_net_nul_ou_negatif_rend_le_client_crediteur(credit: str, motif: str) -> None:
    assert decide({**RETARD, "reste_du": 100}, {**RETARD, "reste_du": credit}) == [motif, motif]


@pytest.mark.parametrize(("minimum", "motif"), [("100", ""), ("100,01", "SOUS_SEUIL")])
def test_un_retard_net_sous_le_minimum_est_sous_seuil_credits_compris(minimum: str, motif: str) -> None:
    rangs = ({**RETARD, "reste_du": 150}, {**RETARD, "reste_du": -50})
    assert decide(*rangs, minimum=minimum.replace(",", ".")) == [motif, motif]


@pytest.mark.parametrize(
    "differee",
    [
        {"niveau_relance": 1, "date_relance": "30/03/2026"},  # DELAI
        {"niveau_relance": 3, "date_relance": "01/03/2026"},  # NIVEAU_MAX
    ],
)
def test_ce_qui_attend_un_delai_ou_est_au_plus_haut_niveau_compte_dans_le_retard_net(differee: f.Rang) -> None:
    rangs = ({**RETARD, "reste_du": 60}, {**RETARD, "reste_du": 50, **differee})
    assert decide(*rangs, minimum="110")[0] == ""
    assert decide(*rangs, minimum="110.01")[0] == "SOUS_SEUIL"


def test_ce_qui_est_exclu_ou_non_echu_ne_compte_pas_dans_le_retard_net() -> None:
    rangs = (
        {**RETARD, "reste_du": 60},
        {**RETARD, "reste_du": 500, "litige": True},
        {"date_echeance": "01/04/2026", "reste_du": 500},
    )
    assert decide(*rangs, minimum="61") == ["SOUS_SEUIL", "LITIGE", "NON_ECHUE"]


def test_le_net_decide_de_crediteur_meme_si_le_retard_differe_le_depasse() -> None:
    differee = {**RETARD, "reste_du": 500, "niveau_relance": 1, "date_relance": "30/03/2026"}
    assert decide({**RETARD, "reste_du": 60}, differee, {**RETARD, "reste_du": -70}) == ["CREDITEUR", "DELAI", "CREDITEUR"]


def test_le_seuil_se_compte_dans_chaque_devise_et_par_client() -> None:
    rangs = (
        {**RETARD, "reste_du": 60},
        {**RETARD, "reste_du": 60, "devise": "JPY"},
        {**RETARD, "reste_du": 59, "devise": "TND"},
        {**RETARD, "reste_du": 59, "code_client": "C2"},
    )
    assert decide(*rangs, minimum="60") == ["", "", "SOUS_SEUIL", "SOUS_SEUIL"]


def test_les_seuils_disent_les_montants() -> None:
    parametres = f.parametres(montant_minimum=Decimal(60))
    lignes = f.echeances({**RETARD, "reste_du": "45,50"}, {**RETARD, "reste_du": 10, "code_client": "C2"}, {**RETARD, "reste_du": -10, "code_client": "C2"})  # fmt: skip
    explications = decider(lignes, f.clients(), parametres, f.journal(), "L").lignes[c.EXPLICATION].str.replace("\u00a0", " ")
    assert list(explications) == [
        "retard net 45,50 €, sous le Montant minimum de 60,00 €",
        "net du client à relancer : 0,00 €",
        "net du client à relancer : 0,00 €",
    ]
