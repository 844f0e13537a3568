"""« À appeler » et « Contentieux » : qui y est, pourquoi, dans quel ordre, pour combien."""

from dataclasses import replace
from datetime import date

import fabrique as f
import pandas as pd

from relances_xl.decision.decider import decider
from relances_xl.decision.montrer.a_appeler import COLONNES, POURQUOI, a_appeler
from relances_xl.decision.montrer.contentieux import COLONNES as DU_CONTENTIEUX
from relances_xl.decision.montrer.contentieux import contentieux
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import Parametres

ADRESSE = {"adresse1": "1 rue du Port", "code_postal": "44000", "ville": "Nantes", "contact": "Mme Roy", "telephone": "0240000000"}
RETARD = {"date_echeance": "01/12/2025"}


def appels(export: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    return a_appeler(decider(export, clients, parametres, f.journal(), "L"), clients, parametres)


def a_joindre(*codes: str) -> pd.DataFrame:
    return f.clients(*({"code_client": code, "raison_sociale": f"Client {code}", **ADRESSE} for code in codes))


def petits(nombre: int) -> list[dict[str, object]]:
    """De quoi remplir les dix premiers, sans que les clients éprouvés en soient."""
    return [{"code_client": f"G{i}", "piece": f"G{i}", "reste_du": 9000 + i, **RETARD} for i in range(nombre)]


def test_promesse_rompue_dernier_niveau_sans_adresse_puis_les_dix_premiers() -> None:
    export = f.echeances(
        *petits(11),
        {"code_client": "P", "piece": "P1", "reste_du": 10, **RETARD},
        {"code_client": "N", "piece": "N1", "reste_du": 20, "niveau_relance": 3, "date_relance": "02/03/2026", **RETARD},
        {"code_client": "A", "piece": "A1", "reste_du": 30, **RETARD},
        {"code_client": "X", "piece": "X1", "reste_du": 40, **RETARD},
    )
    clients = a_joindre(*(f"G{i}" for i in range(11)), "P", "N", "X")
    suivi = f.suivi({"nature": "Promesse", "jusquau": "15/03/2026", "code_client": "P"})
    table = appels(export, clients, replace(f.parametres(), suivi=suivi))
    assert list(table.columns) == COLONNES
    assert list(table[c.CODE_CLIENT]) == ["P", "N", "A", *(f"G{i}" for i in range(10, 0, -1))], "ni X, ni G0, onzième"
    assert list(table[POURQUOI][:4]) == [
        "promesse du 15/03/2026 non tenue",
        "dernier niveau fait le 02/03/2026, toujours impayé",
        "sans adresse",
        "parmi les 10 plus gros retards",
    ]
    assert list(table[[c.RAISON_SOCIALE, c.CONTACT, c.TELEPHONE, c.RETARD]].iloc[0]) == ["Client P", "Mme Roy", "0240000000", 1000]


def test_plusieurs_raisons_se_disent_ensemble_et_chaque_devise_a_sa_ligne() -> None:
    export = f.echeances(
        {"piece": "F1", "reste_du": 10, "promesse": "20/03/2026", **RETARD},
        {"piece": "F2", "reste_du": 500, "devise": "JPY", **RETARD},
    )
    table = appels(export, a_joindre("C1"), f.parametres()).set_index(c.DEVISE)
    assert table.loc["EUR", POURQUOI] == "promesse du 20/03/2026 non tenue · parmi les 10 plus gros retards"
    assert table.loc["JPY", POURQUOI] == "parmi les 10 plus gros retards" and table.loc["JPY", c.RETARD] == 500


def test_ce_qu_on_ne_relance_pas_ne_s_appelle_pas() -> None:
    export = f.echeances(
        {"code_client": "L", "reste_du": 900, "litige": True, **RETARD},
        {"code_client": "T", "reste_du": 900, "promesse": "30/04/2026", **RETARD},
        {"code_client": "E", "reste_du": 900, "date_echeance": "30/04/2026"},
    )
    assert appels(export, a_joindre("L", "T", "E"), f.parametres()).empty


def test_sans_fichier_clients_l_adresse_qui_manque_partout_n_est_pas_une_raison() -> None:
    table = appels(f.echeances({"reste_du": 10, **RETARD}), f.clients(), f.parametres())
    assert list(table[POURQUOI]) == ["parmi les 10 plus gros retards"]


DERNIER = {"niveau_relance": 3, "date_relance": "02/03/2026"}


def dossiers(export: pd.DataFrame, **choix: object) -> pd.DataFrame:
    clients = f.clients({"type_client": "Professionnel"})
    parametres = f.parametres(**choix)
    return contentieux(decider(export, clients, parametres, f.journal(), "L"), clients, parametres)


def test_le_contentieux_chiffre_ce_que_le_dernier_niveau_n_a_pas_fait_payer() -> None:
    export = f.echeances(
        {"piece": "F1", "date_echeance": "31/01/2026", "reste_du": 1200, **DERNIER},
        {"piece": "F2", "date_echeance": "15/03/2026", "reste_du": 50, "niveau_relance": 1, "date_relance": "20/03/2026"},
    )
    table = dossiers(export, date_reference=date(2026, 3, 2))
    assert table.empty, "la relance est du jour même : son délai n'est pas écoulé"
    (dossier,) = dossiers(export).to_dict("records")
    assert list(dossier) == DU_CONTENTIEUX
    assert (dossier[c.NB_ECHEANCES], dossier[c.RETARD], dossier[c.INDEMNITE], dossier[c.JOURS_DEPUIS]) == (1, 120_000, 4000, 29)
    # 1 200,00 € échue le 31/01/2026, au 31/03/2026 : 59 jours à 12,15 %
    assert dossier[c.PENALITES] == round(120_000 * 0.1215 * 59 / 365)
    assert dossier[c.PRESCRIPTION] == pd.Timestamp("2031-01-01")


def test_un_credit_du_client_reduit_ce_qui_porte_les_penalites() -> None:
    ligne = {"piece": "F1", "date_echeance": "31/01/2026", "reste_du": 1200, **DERNIER}
    credit = {"piece": "A1", "date_echeance": "31/01/2026", "reste_du": -1200, "reference": "F1"}
    export = f.echeances(ligne, credit)
    (dossier,) = dossiers(export).to_dict("records")
    assert (dossier[c.RETARD], dossier[c.PENALITES], dossier[c.INDEMNITE]) == (120_000, 0, 0)


def test_delai_non_ecoule_ou_litige_pas_de_contentieux() -> None:
    recente = {"piece": "F1", "date_echeance": "31/01/2026", "reste_du": 100, "niveau_relance": 3, "date_relance": "20/03/2026"}
    en_litige = {"piece": "F2", "date_echeance": "31/01/2026", "reste_du": 100, "litige": True, **DERNIER}
    assert dossiers(f.echeances(recente, en_litige)).empty
    assert list(dossiers(f.echeances()).columns) == DU_CONTENTIEUX
