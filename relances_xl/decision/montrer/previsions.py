"""Quand l'argent rentrera : les habitudes de chaque client, tirées de ses pièces déjà réglées (contrat §6, « Tableau de bord »).

Une pièce encore ouverte sera réglée avec l'un des retards déjà vus, plus grand que le sien aujourd'hui : qui n'a pas payé
à trente jours ne paiera plus à vingt. Les retards du client comptent chacun pour un, ceux de tous les clients ensemble
pour `LISSAGE` : un client que l'on connaît peu ressemble aux autres.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import tables as c

LISSAGE = 5.0
SEMAINES = 8
SANS_HABITUDE = 14  # jours, quand personne n'a jamais payé si tard
Retards = NDArray[np.int64]


def retards_passes(lignes: pd.DataFrame) -> pd.DataFrame:
    """code_client, retard (jours, négatif : en avance) de chaque pièce réglée dont on connaît le jour du règlement."""
    reglement, echeance = lignes[c.DATE_REGLEMENT].to_numpy(), lignes[c.DATE_ECHEANCE].to_numpy()
    reglees = ~np.isnat(reglement) & ~np.isnat(echeance) & (lignes[c.RESTE_DU].to_numpy() == 0)
    retards = (reglement - echeance)[reglees].astype("timedelta64[D]").astype(np.int64)
    return pd.DataFrame({c.CODE_CLIENT: lignes[c.CODE_CLIENT].array[reglees], c.RETARD: retards})


def encaissements_attendus(
    ouvertes: pd.DataFrame, retards: pd.DataFrame, reference: pd.Timestamp, semaines: int = SEMAINES
) -> pd.DataFrame:
    """Ce qui devrait rentrer, par devise et par semaine comptée du lendemain de la date de référence.

    ouvertes : code_client, devise, date_echeance, reste_du (> 0) ; retards : ceux de `retards_passes`. Colonnes : devise,
    semaine (1…), du (date), montant (int64, unités minimales) ; la dernière ligne de chaque devise, semaine 0, est au-delà.
    """
    de_tous = retards[c.RETARD].to_numpy(dtype=np.int64)
    par_client = {str(code): groupe.to_numpy(dtype=np.int64) for code, groupe in retards.groupby(c.CODE_CLIENT)[c.RETARD]}
    attendu: dict[str, NDArray[np.float64]] = {}
    age = (reference - ouvertes[c.DATE_ECHEANCE]).dt.days
    for code, devise, jours, reste in zip(ouvertes[c.CODE_CLIENT], ouvertes[c.DEVISE], age, ouvertes[c.RESTE_DU], strict=True):
        parts = _par_semaine(int(jours), par_client.get(code), de_tous, semaines)
        attendu.setdefault(devise, np.zeros(semaines + 1))
        attendu[devise] += parts * reste
    return pd.DataFrame(
        [
            (devise, rang % (semaines + 1), reference + pd.Timedelta(days=7 * (rang - 1) + 1), round(sommes[rang - 1]))
            for devise, sommes in sorted(attendu.items())
            for rang in range(1, semaines + 2)
        ],
        columns=[c.DEVISE, c.SEMAINE, c.DATE, c.MONTANT],
    )


def _par_semaine(age: int, du_client: Retards | None, de_tous: Retards, semaines: int) -> NDArray[np.float64]:
    """La part attendue chaque semaine, puis au-delà ; de somme 1. age : jours depuis l'échéance (négatif : à échoir)."""
    siens, autres = (du_client[du_client > age] if du_client is not None else de_tous[:0]), de_tous[de_tous > age]
    poids = np.concatenate([np.ones(len(siens)), np.full(len(autres), LISSAGE / max(1, len(autres)))])
    attente = np.concatenate([siens, autres]) - age
    if not len(attente):
        poids, attente = np.ones(1), np.array([SANS_HABITUDE])
    rangs = np.minimum((attente - 1) // 7, semaines)
    parts: NDArray[np.float64] = np.bincount(rangs, weights=poids / poids.sum(), minlength=semaines + 1).astype(np.float64)
    return parts
