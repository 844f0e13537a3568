"""La même dette écrite plusieurs fois : par règlement, par article, ou le total de la pièce à chaque échéance (contrat §3)."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau, empreintes_de
from relances_xl.entrees.colonnes.synonymes import MONTANT_DEBIT
from relances_xl.entrees.valeurs.colonne_textes import Masque


class Repetitions(NamedTuple):
    """suivantes : lignes qui redisent une autre, dont le rang est dans `premieres` ; totaux : total de la pièce répété ;
    semblables : dettes de même pièce, échéance et montant, qu'une colonne reconnue distingue : on ne sait pas."""

    suivantes: Masque
    totaux: Masque
    premieres: NDArray[np.int64]
    semblables: Masque

    @property
    def masque(self) -> Masque:
        return self.suivantes | self.totaux


def repetitions(tableau: Tableau, table: pd.DataFrame, exemptes: Masque) -> Repetitions:
    """table : CODE_CLIENT, PIECE, DATE_ECHEANCE, DEVISE, MONTANT, REGLE, RESTE_DU ; exemptes : crédits et anomalies."""
    candidates = np.flatnonzero(~exemptes & table[c.PIECE].duplicated(keep=False).to_numpy())
    suivantes, premieres = _deja_vues(tableau, candidates)
    if not len(candidates):
        return Repetitions(suivantes, suivantes.copy(), premieres, suivantes.copy())
    totaux = np.zeros(len(table), dtype=np.bool_)
    if c.MONTANT in tableau.champs and MONTANT_DEBIT not in tableau.champs:
        utiles = table[~exemptes & ~suivantes & (table[c.PIECE] != "").to_numpy()]
        utiles = utiles[utiles.duplicated([c.CODE_CLIENT, c.PIECE, c.DEVISE, c.MONTANT], keep=False)]
        if len(utiles):
            totaux[_totaux(utiles, par_le_reste=c.RESTE_DU in tableau.champs)] = True
            memes = [c.CODE_CLIENT, c.PIECE, c.DEVISE, c.DATE_ECHEANCE, c.MONTANT, c.RESTE_DU]
            if c.RESTE_DU in tableau.champs:
                autres, rangs = _memes_dettes(utiles[~totaux[utiles.index]], memes)
                suivantes[autres] = True
                premieres[autres] = rangs
    semblables = np.zeros(len(table), dtype=np.bool_)
    restent = table.iloc[candidates[~(suivantes | totaux)[candidates]]]
    egales = restent.duplicated([c.CODE_CLIENT, c.PIECE, c.DEVISE, c.DATE_ECHEANCE, c.RESTE_DU], keep=False)
    semblables[restent.index[egales & (restent[c.RESTE_DU] > 0) & (restent[c.PIECE] != "")]] = True
    return Repetitions(suivantes, totaux, premieres, semblables)


def _deja_vues(tableau: Tableau, candidates: NDArray[np.int64]) -> tuple[Masque, NDArray[np.int64]]:
    """(lignes dont tous les champs reconnus sont ceux d'une précédente, rang de celle-ci) ; candidates : rangs à comparer."""
    nombre = len(tableau.numeros)
    masque, premieres = np.zeros(nombre, dtype=np.bool_), np.zeros(nombre, dtype=np.int64)
    rangs = candidates.tolist()
    reconnus = pd.Series(empreintes_de([[colonne[i] for colonne in tableau.colonnes.values()] for i in rangs]), rangs)
    masque[reconnus.index[reconnus.duplicated()]] = True
    if masque.any():
        premieres[rangs] = pd.Series(rangs, rangs).groupby(reconnus).transform("first")
    return masque, premieres


def _totaux(table: pd.DataFrame, *, par_le_reste: bool) -> pd.Index:
    """Les lignes où montant et réglé, ou montant et reste, se répètent d'une échéance de la pièce à l'autre."""
    piece = [c.CODE_CLIENT, c.PIECE, c.DEVISE, c.MONTANT]
    if par_le_reste:
        entamees = table[(table[c.RESTE_DU] > 0) & (table[c.RESTE_DU] < table[c.MONTANT]).fillna(False)]
        groupes = entamees.groupby([*piece, c.RESTE_DU], dropna=False)
    else:
        entamees = table[(table[c.REGLE] > 0).fillna(False) & (table[c.RESTE_DU] > 0)]
        groupes = entamees.groupby([*piece, c.REGLE], dropna=False)
        # le même total, à la même échéance : ses règlements sont à additionner, ou redits ; l'export ne le dit pas
        memes = entamees.duplicated([*piece, c.DATE_ECHEANCE], keep=False)
        return entamees.index[(groupes[c.DATE_ECHEANCE].transform("nunique") > 1) | memes]
    return entamees.index[groupes[c.DATE_ECHEANCE].transform("nunique") > 1]


def _memes_dettes(table: pd.DataFrame, champs: list[str]) -> tuple[pd.Index, pd.Series]:
    """Une ligne par règlement, sous des colonnes reconnues : même échéance, même montant, même reste entamé."""
    entamees = table[(table[c.RESTE_DU] > 0) & (table[c.RESTE_DU] < table[c.MONTANT]).fillna(False)]
    deja = entamees.duplicated(champs)
    rangs = pd.Series(entamees.index, entamees.index).groupby([entamees[champ] for champ in champs], dropna=False).transform("first")
    return entamees.index[deja], rangs[deja]
