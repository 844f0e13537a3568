"""Retrouver dans un export frais les lignes d'une liste : par clé, puis par montant, puis par ordre de montant."""

import pandas as pd

from relances_xl.domaine import colonnes as c

CLE = [c.CODE_CLIENT, c.DEVISE, c.PIECE, c.DATE_ECHEANCE]
"""Ce qui désigne une ligne dans « Détail » et dans l'export."""

_RANG = "rang"
_PLACE = "place"


def apparier(listees: pd.DataFrame, fraiches: pd.DataFrame) -> pd.Series:
    """L'index de la ligne fraîche de chaque ligne listée ; NA si elle a disparu.

    Chaque ligne fraîche ne sert qu'une fois : d'abord aux lignes de même clé et de même reste dû, puis, ce qui reste de
    chaque côté d'une même clé, du plus gros montant au plus petit.
    """
    exact = apparier_exactement(listees, fraiches)
    restantes = listees[exact.isna()].sort_values(c.RESTE_DU, ascending=False, kind="stable")
    libres = fraiches[~fraiches.index.isin(exact.dropna())].sort_values(c.RESTE_DU, ascending=False, kind="stable")
    return exact.fillna(_rapprocher(restantes, libres, CLE).reindex(listees.index))


def apparier_exactement(listees: pd.DataFrame, fraiches: pd.DataFrame) -> pd.Series:
    """L'index de la ligne fraîche de même clé et de même reste dû ; NA s'il n'y en a pas (ou plus)."""
    return _rapprocher(listees, fraiches, [*CLE, c.RESTE_DU])


def _rapprocher(listees: pd.DataFrame, fraiches: pd.DataFrame, cle: list[str]) -> pd.Series:
    """La n-ième ligne listée d'une clé va à la n-ième ligne fraîche de cette clé."""
    gauche = listees[cle].assign(**{_RANG: listees.groupby(cle).cumcount()})
    droite = fraiches[cle].assign(**{_RANG: fraiches.groupby(cle).cumcount(), _PLACE: fraiches.index.to_series()})
    trouvees = gauche.merge(droite, how="left", on=[*cle, _RANG])[_PLACE]
    return trouvees.set_axis(listees.index).astype("Int64")
