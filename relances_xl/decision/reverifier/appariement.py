"""Retrouver dans un export frais les lignes d'une liste : par clé, et d'abord celles où rien n'a changé."""

import pandas as pd

from relances_xl.domaine import tables as c

CLE = [c.CODE_CLIENT, c.DEVISE, c.PIECE, c.DATE_ECHEANCE]
"""Ce qui désigne une ligne dans « Détail » et dans l'export."""

_HISTOIRE = [c.DERNIER_NIVEAU, c.DERNIERE_RELANCE]
COLONNES_APPARIEES = [*CLE, c.RESTE_DU, *_HISTOIRE]
"""Elles seules suffisent : une table entière se copierait à chaque tri."""
_RANG = "rang"
_PLACE = "place"


def apparier(listees: pd.DataFrame, fraiches: pd.DataFrame, exclues: pd.Series) -> pd.Series:
    """L'index de la ligne fraîche de chaque ligne listée ; NA si elle a disparu.

    exclues : les lignes fraîches qu'un motif empêche de partir. Chaque ligne fraîche ne sert qu'une fois : d'abord aux lignes
    de même clé où rien n'a changé (reste dû, dernière relance, ni exclue), sans quoi une ligne identique restée hors de la
    liste, en litige par exemple, prendrait sa place ; puis à celles de même clé et de même reste dû ; puis, ce qui reste de
    chaque côté d'une même clé, du plus gros montant au plus petit.
    """
    listees, fraiches = (table[COLONNES_APPARIEES].sort_values(c.RESTE_DU, ascending=False, kind="stable") for table in (listees, fraiches))
    place = pd.Series(pd.NA, listees.index, dtype="Int64")
    en_place = fraiches[~exclues.loc[fraiches.index]]
    for cle, candidates in (([*CLE, c.RESTE_DU, *_HISTOIRE], en_place), ([*CLE, c.RESTE_DU], fraiches), (CLE, fraiches)):
        restantes = listees[place.isna()]
        if restantes.empty:
            break
        libres = candidates[~candidates.index.isin(place.dropna())]
        place = place.fillna(_rapprocher(restantes, libres, cle))
    return place


def apparier_exactement(listees: pd.DataFrame, fraiches: pd.DataFrame) -> pd.Series:
    """L'index de la ligne fraîche de même clé et de même reste dû ; NA s'il n'y en a pas (ou plus)."""
    return _rapprocher(listees, fraiches, [*CLE, c.RESTE_DU])


def _rapprocher(listees: pd.DataFrame, fraiches: pd.DataFrame, cle: list[str]) -> pd.Series:
    """La n-ième ligne listée d'une clé va à la n-ième ligne fraîche de cette clé."""
    gauche = listees[cle].assign(**{_RANG: listees.groupby(cle, dropna=False).cumcount()})
    droite = fraiches[cle].assign(**{_RANG: fraiches.groupby(cle, dropna=False).cumcount(), _PLACE: fraiches.index.to_series()})
    trouvees = gauche.merge(droite, how="left", on=[*cle, _RANG])[_PLACE]
    return trouvees.set_axis(listees.index).astype("Int64")
