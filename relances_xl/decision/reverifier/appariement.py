"""Retrouver dans un export frais les lignes d'une liste : par clé, et d'abord celles où rien n'a changé."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs, designer, grouper, lire
from relances_xl.domaine import tables as c

CLE = [c.CODE_CLIENT, c.DEVISE, c.PIECE, c.DATE_ECHEANCE]
"""Ce qui désigne une ligne dans « Détail » et dans l'export."""

_HISTOIRE = [c.DERNIER_NIVEAU, c.DERNIERE_RELANCE]


def apparier(listees: pd.DataFrame, fraiches: pd.DataFrame, exclues: Masque) -> Entiers:
    """La place de la ligne fraîche de chaque ligne listée ; -1 si elle a disparu.

    exclues : les lignes fraîches qu'un motif empêche de partir. Chaque ligne fraîche ne sert qu'une fois : d'abord aux lignes
    de même clé où rien n'a changé (reste dû, dernière relance, ni exclue), sans quoi une ligne identique restée hors de la
    liste, en litige par exemple, prendrait sa place ; puis à celles de même clé et de même reste dû ; puis, ce qui reste de
    chaque côté d'une même clé, du plus gros montant au plus petit.
    """
    place = np.full(len(listees), -1, dtype=np.int64)
    restantes, libres = (np.argsort(-table[c.RESTE_DU].to_numpy(), kind="stable") for table in (listees, fraiches))
    en_place = libres[~exclues[libres]]
    for cle, candidates in (([*CLE, c.RESTE_DU, *_HISTOIRE], en_place), ([*CLE, c.RESTE_DU], libres), (CLE, libres)):
        restantes = restantes[place[restantes] < 0]
        if not len(restantes):
            break
        candidates = candidates[~np.isin(candidates, place)]
        cherchees, offertes = (
            [table[nom].to_numpy()[rangs] for nom in cle] for table, rangs in ((listees, restantes), (fraiches, candidates))
        )
        place[restantes] = lire(candidates, _rapprocher(cherchees, offertes), -1)
    return place


def apparier_exactement(listees: pd.DataFrame, fraiches: pd.DataFrame) -> Entiers:
    """La place de la ligne fraîche de même clé et de même reste dû ; -1 s'il n'y en a pas (ou plus)."""
    return _rapprocher(*([table[nom].to_numpy() for nom in (*CLE, c.RESTE_DU)] for table in (listees, fraiches)))


def _rapprocher(listees: Sequence[Valeurs], fraiches: Sequence[Valeurs]) -> Entiers:
    """La n-ième ligne listée d'une clé va à la n-ième ligne fraîche de cette clé : la place de chacune, -1 si aucune."""
    cles, groupes = designer(listees, fraiches)
    rangs = [groupement.cumul(np.ones(len(groupement.numeros), dtype=np.int64)) for groupement in (grouper(cles), groupes)]
    places, uniques = designer([cles, rangs[0]], [groupes.numeros, rangs[1]])
    return lire(uniques.premieres, places, -1)
