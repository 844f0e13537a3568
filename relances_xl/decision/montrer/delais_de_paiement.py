"""Combien de temps mettent les clients à payer : trois mesures, quand l'export porte aussi les pièces réglées.

Délai comptable : encours / ventes TTC de l'année × 365. Par épuisement : l'encours se retranche des ventes des derniers jours, du
plus récent au plus ancien, jusqu'à n'en rien laisser (méthode dite « count-back »).
"""

import numpy as np
import pandas as pd

from relances_xl.decision.par_groupe import Entiers, Valeurs
from relances_xl.domaine import tables as c

REGLEES_MIN = 10  # pièces réglées au moins : un export des seules pièces ouvertes ne dit rien des ventes
ANNEE = pd.Timedelta(days=365)


def delai_de_reglement(lignes: pd.DataFrame) -> int | None:
    """Jours entre la pièce et son règlement, en moyenne pondérée des montants."""
    reglement, piece, montant = lignes[c.DATE_REGLEMENT].to_numpy(), lignes[c.DATE_PIECE].to_numpy(), _montants(lignes)
    reglees = ~np.isnat(reglement) & ~np.isnat(piece) & (lignes[c.RESTE_DU].to_numpy() == 0) & (montant > 0)
    if reglees.sum() < REGLEES_MIN:
        return None
    poids = montant[reglees].astype(np.float64)
    jours = (reglement - piece)[reglees].astype("timedelta64[D]").astype(np.int64)
    return round(float((jours * poids).sum() / poids.sum()))


def delai_comptable(lignes: pd.DataFrame, reference: pd.Timestamp) -> int | None:
    """Encours / ventes des 365 derniers jours × 365."""
    ventes = _ventes(lignes, reference)
    if ventes is None:
        return None
    dates, montants = ventes
    de_l_annee = int(montants[dates > (reference - ANNEE).to_datetime64()].sum())
    return round(_encours(lignes) * 365 / de_l_annee) if de_l_annee > 0 else None


def delai_par_epuisement(lignes: pd.DataFrame, reference: pd.Timestamp) -> int | None:
    """Le nombre de jours de ventes que l'encours représente, en partant de la date de référence."""
    ventes = _ventes(lignes, reference)
    if ventes is None:
        return None
    encours = _encours(lignes)
    if encours <= 0:
        return 0
    dates, montants = ventes
    recentes = np.argsort(dates)[::-1]
    epuise = np.searchsorted(np.cumsum(montants[recentes]), encours)
    return (reference - pd.Timestamp(dates[recentes[epuise]])).days if epuise < len(dates) else None


def _encours(lignes: pd.DataFrame) -> int:
    return int(lignes[c.RESTE_DU].to_numpy().sum())


def _montants(lignes: pd.DataFrame) -> Entiers:
    """Les montants TTC, 0 où l'export n'en dit rien."""
    montants: Entiers = lignes[c.MONTANT].to_numpy(dtype=np.int64, na_value=0)
    return montants


def _ventes(lignes: pd.DataFrame, reference: pd.Timestamp) -> tuple[Valeurs, Entiers] | None:
    """Dates et montants TTC des factures ; None si l'export n'a pas assez de pièces réglées."""
    dates, montants = lignes[c.DATE_PIECE].to_numpy(), _montants(lignes)
    factures = (montants > 0) & (dates <= reference.to_datetime64())
    if (lignes[c.RESTE_DU].to_numpy()[factures] == 0).sum() < REGLEES_MIN:
        return None
    return dates[factures], montants[factures]
