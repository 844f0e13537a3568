"""Combien de temps mettent les clients à payer : trois mesures, quand l'export porte aussi les pièces réglées.

Délai comptable : encours / ventes TTC de l'année × 365. Par épuisement : l'encours se retranche des ventes des derniers jours, du
plus récent au plus ancien, jusqu'à n'en rien laisser (méthode dite « count-back »).
"""

import pandas as pd

from relances_xl.domaine import tables as c

REGLEES_MIN = 10  # pièces réglées au moins : un export des seules pièces ouvertes ne dit rien des ventes
ANNEE = pd.Timedelta(days=365)


def delai_de_reglement(lignes: pd.DataFrame) -> int | None:
    """Jours entre la pièce et son règlement, en moyenne pondérée des montants."""
    reglees = lignes[lignes[c.DATE_REGLEMENT].notna() & lignes[c.DATE_PIECE].notna() & (lignes[c.RESTE_DU] == 0) & (lignes[c.MONTANT] > 0)]
    if len(reglees) < REGLEES_MIN:
        return None
    poids = reglees[c.MONTANT].astype("float64")
    jours = (reglees[c.DATE_REGLEMENT] - reglees[c.DATE_PIECE]).dt.days
    return round(float((jours * poids).sum() / poids.sum()))


def delai_comptable(lignes: pd.DataFrame, reference: pd.Timestamp) -> int | None:
    """Encours / ventes des 365 derniers jours × 365."""
    ventes = _ventes(lignes, reference)
    if ventes is None:
        return None
    de_l_annee = int(ventes[ventes.index > reference - ANNEE].sum())
    return round(_encours(lignes) * 365 / de_l_annee) if de_l_annee > 0 else None


def delai_par_epuisement(lignes: pd.DataFrame, reference: pd.Timestamp) -> int | None:
    """Le nombre de jours de ventes que l'encours représente, en partant de la date de référence."""
    ventes = _ventes(lignes, reference)
    if ventes is None:
        return None
    encours = _encours(lignes)
    if encours <= 0:
        return 0
    cumul = ventes.sort_index(ascending=False).cumsum()
    epuise = cumul[cumul >= encours]
    return None if epuise.empty else int((reference - epuise.index[0]).days)


def _encours(lignes: pd.DataFrame) -> int:
    return int(lignes[c.RESTE_DU].sum())


def _ventes(lignes: pd.DataFrame, reference: pd.Timestamp) -> pd.Series | None:
    """Ventes TTC par jour (unités minimales), factures seules ; None si l'export n'a pas assez de pièces réglées."""
    factures = lignes[(lignes[c.MONTANT] > 0) & lignes[c.DATE_PIECE].notna() & (lignes[c.DATE_PIECE] <= reference)]
    if (factures[c.RESTE_DU] == 0).sum() < REGLEES_MIN:
        return None
    par_jour: pd.Series = factures.groupby(c.DATE_PIECE)[c.MONTANT].sum()
    return par_jour
