"""Dernier niveau d'une échéance (§4.3) et niveau proposé (§4.4)."""

from dataclasses import replace
from typing import Any

import fabrique as f
import numpy as np
import pandas as pd
import pytest

from relances_xl.decision.decider import decider
from relances_xl.decision.juger.niveau_propose import avec_dernier_niveau, niveau_propose
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.niveaux import LIVRES, PLANS_LIVRES, Plans

AUTOMATIQUE = {"automatique": True, "reedition": False}
AUTOMATIQUE_REEDITION = {"automatique": True, "reedition": True}
MANUEL = {"automatique": False, "reedition": False}
MANUEL_REEDITION = {"automatique": False, "reedition": True}

ECOULE, COURT = 15, 0  # jours, face aux délais livrés : 1, 15 et 15
DEJA = "NIVEAU_DEJA_EFFECTUE"

# La table du contrat §4.4, avec les trois niveaux livrés : une ligne de la table par bloc, une colonne par paragraphe.
TABLE = [
    # automatique                    N   n  jours   attendu
    (AUTOMATIQUE,                    1,  0, ECOULE, 1),
    (AUTOMATIQUE,                    1,  0, COURT,  "DELAI"),

    (AUTOMATIQUE,                    1,  1, ECOULE, 2),
    (AUTOMATIQUE,                    1,  1, 14,     "DELAI"),
    (AUTOMATIQUE,                    1,  2, ECOULE, 3),
    (AUTOMATIQUE,                    1,  2, COURT,  "DELAI"),

    (AUTOMATIQUE,                    1,  3, ECOULE, "NIVEAU_MAX"),
    (AUTOMATIQUE,                    1,  3, COURT,  "NIVEAU_MAX"),

    # automatique + réédition
    (AUTOMATIQUE_REEDITION,          1,  0, ECOULE, 1),
    (AUTOMATIQUE_REEDITION,          1,  0, COURT,  "DELAI"),

    (AUTOMATIQUE_REEDITION,          1,  1, ECOULE, 1),
    (AUTOMATIQUE_REEDITION,          1,  1, COURT,  1),
    (AUTOMATIQUE_REEDITION,          1,  2, COURT,  2),

    (AUTOMATIQUE_REEDITION,          1,  3, COURT,  3),

    # manuel N (les délais sont ignorés)
    (MANUEL,                         1,  0, COURT,  1),
    (MANUEL,                         2,  0, ECOULE, 2),
    (MANUEL,                         3,  0, ECOULE, 3),

    (MANUEL,                         2,  1, COURT,  2),
    (MANUEL,                         3,  2, COURT,  3),
    (MANUEL,                         1,  1, ECOULE, DEJA),
    (MANUEL,                         1,  2, ECOULE, DEJA),
    (MANUEL,                         2,  2, ECOULE, DEJA),
    (MANUEL,                         3,  1, ECOULE, 3),

    (MANUEL,                         1,  3, ECOULE, DEJA),
    (MANUEL,                         2,  3, ECOULE, DEJA),
    (MANUEL,                         3,  3, ECOULE, DEJA),

    # manuel N + réédition
    (MANUEL_REEDITION,               1,  0, COURT,  1),
    (MANUEL_REEDITION,               2,  0, ECOULE, 2),

    (MANUEL_REEDITION,               2,  1, COURT,  2),
    (MANUEL_REEDITION,               1,  1, COURT,  1),
    (MANUEL_REEDITION,               2,  2, COURT,  2),
    (MANUEL_REEDITION,               1,  2, ECOULE, DEJA),
    (MANUEL_REEDITION,               3,  1, ECOULE, 3),

    (MANUEL_REEDITION,               3,  3, COURT,  3),
    (MANUEL_REEDITION,               2,  3, ECOULE, DEJA),
    (MANUEL_REEDITION,               1,  3, ECOULE, DEJA),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "demande", "dernier", "jours", "attendu"), TABLE)
def test_le_niveau_propose_suit_la_table_du_contrat(
    mode: dict[str, Any], demande: int, dernier: int, jours: int, attendu: int | str
) -> None:
    criteres = replace(Criteres(f.REFERENCE, f.REFERENCE), niveau=demande, **mode)
    lignes = pd.DataFrame({c.DERNIER_NIVEAU: [dernier], c.PLAN: ["Standard"]})
    niveau, motif = niveau_propose(lignes, np.array([jours]), criteres, PLANS_LIVRES)
    assert (niveau[0] or motif[0]) == attendu
    assert (niveau[0] == 0) == (motif[0] != "")


def test_le_delai_du_premier_niveau_compte_depuis_l_echeance_les_suivants_depuis_la_relance() -> None:
    niveaux = replace(LIVRES, liste=(replace(LIVRES[1], delai=10), *LIVRES.liste[1:]))
    base = replace(f.parametres(), plans=Plans((niveaux,)))
    lignes = f.echeances(
        {"piece": "F1", "date_echeance": "22/03/2026"},  # 9 jours de retard
        {"piece": "F2", "date_echeance": "21/03/2026"},  # 10
        {"piece": "F3", "date_echeance": "01/01/2026", "niveau_relance": 1, "date_relance": "17/03/2026"},  # 14
        {"piece": "F4", "date_echeance": "01/01/2026", "niveau_relance": 1, "date_relance": "16/03/2026"},  # 15
    )
    decidees = decider(lignes, f.clients({}), base, f.journal(), "L").lignes
    assert list(decidees[c.NIVEAU_PROPOSE]) == [0, 1, 0, 2]
    assert list(decidees[c.EXPLICATION].iloc[[0, 2]]) == [
        "délai de 10 jours depuis l'échéance non écoulé : reste 1 jour",
        "délai de 15 jours depuis la relance du 17/03/2026 non écoulé : reste 1 jour",
    ]


def test_les_refus_de_niveau_disent_ce_qui_manque() -> None:
    lignes = f.echeances(
        {"date_echeance": "01/01/2026", "niveau_relance": 1},
        {"date_echeance": "01/01/2026", "niveau_relance": 2, "date_relance": "01/03/2026"},
        {"date_echeance": "01/01/2026", "niveau_relance": 3, "date_relance": "01/03/2026"},
    )
    manuel = decider(lignes, f.clients({}), f.parametres(automatique=False, niveau=2), f.journal(), "L").lignes
    assert list(manuel[c.EXPLICATION]) == [
        "",
        "niveau 2 demandé, niveau 2 déjà fait le 01/03/2026",
        "niveau 2 demandé, niveau 3 déjà fait le 01/03/2026",
    ]
    automatique = decider(lignes, f.clients({}), f.parametres(), f.journal(), "L").lignes
    assert automatique[c.EXPLICATION].iloc[2] == "plus haut niveau (3) déjà fait le 01/03/2026"


def derniers(lignes: pd.DataFrame, journal: pd.DataFrame) -> list[tuple[int, str]]:
    colonnes: dict[str, Any] = {c.CREDIT: lignes[c.RESTE_DU] < 0, c.PLAN: "Standard"}
    preparees = lignes.assign(**colonnes)
    faites = avec_dernier_niveau(preparees, journal, PLANS_LIVRES)
    return [
        (niveau, "" if pd.isna(jour) else f"{jour:%d/%m}")
        for niveau, jour in zip(faites[c.DERNIER_NIVEAU], faites[c.DERNIERE_RELANCE], strict=True)
    ]


def test_le_dernier_niveau_est_le_plus_haut_du_journal_et_sa_date_la_plus_recente_reedition_comprise() -> None:
    lignes = f.echeances({"date_echeance": "01/01/2026"})
    journal = f.journal(
        {"date": "10/01/2026", "date_cle": "01/01/2026", "niveau": 1},
        {"date": "01/02/2026", "date_cle": "01/01/2026", "niveau": 2},
        {"date": "15/02/2026", "date_cle": "01/01/2026", "niveau": 1, "reedition": True},
    )
    assert derniers(lignes, journal) == [(2, "15/02")]


def test_le_journal_prime_sur_l_export_qui_prime_sur_rien() -> None:
    repris = {"date_echeance": "01/01/2026", "niveau_relance": 2, "date_relance": "20/02/2026"}
    lignes = f.echeances({"piece": "F1", **repris}, {"piece": "F2", **repris}, {"piece": "F3", "date_echeance": "01/01/2026"})
    journal = f.journal({"piece": "F1", "date": "10/01/2026", "date_cle": "01/01/2026"})
    assert derniers(lignes, journal) == [(1, "10/01"), (2, "20/02"), (0, "")]


def test_une_reedition_n_abaisse_pas_le_niveau_repris_de_l_export() -> None:
    lignes = f.echeances({"date_echeance": "01/01/2026", "niveau_relance": 2, "date_relance": "20/02/2026"})
    refaite = {"date": "01/03/2026", "date_cle": "01/01/2026", "niveau": 1, "reedition": True}
    assert derniers(lignes, f.journal(refaite)) == [(2, "01/03")]
    faite = {"date": "10/01/2026", "date_cle": "01/01/2026", "niveau": 1}
    assert derniers(lignes, f.journal(faite, refaite)) == [(1, "01/03")]


def test_un_niveau_repris_sans_date_a_son_delai_ecoule_et_ne_depasse_pas_le_plus_haut() -> None:
    lignes = f.echeances(
        {"piece": "F1", "date_echeance": "30/03/2026", "niveau_relance": 1},
        {"piece": "F2", "date_echeance": "30/03/2026", "niveau_relance": 9},
    )
    decidees = decider(lignes, f.clients({}), f.parametres(), f.journal(), "L").lignes
    assert list(decidees[c.NIVEAU_PROPOSE]) == [2, 0]
    assert decidees[c.DERNIER_NIVEAU].iloc[1] == 3
    assert decidees[c.MOTIF].iloc[1] == "NIVEAU_MAX"


def test_une_echeance_calculee_garde_son_historique_quand_son_delai_de_paiement_change() -> None:
    calculee = {"date_piece": "01/01/2026", "date_cle": "01/01/2026"}
    journal = f.journal({"date": "10/02/2026", "date_cle": "01/01/2026"})
    for echeance in ("31/01/2026", "15/02/2026"):
        assert derniers(f.echeances({**calculee, "date_echeance": echeance}), journal) == [(1, "10/02")]


def test_des_lignes_de_meme_cle_partagent_leur_historique_un_credit_n_en_a_pas() -> None:
    meme = {"piece": "F1", "date_echeance": "01/01/2026"}
    lignes = f.echeances({**meme, "reste_du": 10}, {**meme, "reste_du": 20}, {**meme, "reste_du": -5})
    journal = f.journal({"date": "10/01/2026", "date_cle": "01/01/2026"})
    assert derniers(lignes, journal) == [(1, "10/01"), (1, "10/01"), (0, "")]
