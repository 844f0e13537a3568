"""L'âge des restes dus : non échu, 0-30, 31-60, 61-90, plus de 90 jours."""

from datetime import date

import numpy as np
import pandas as pd

from relances_xl.decision.lignes import jours_depuis
from relances_xl.decision.par_groupe import Entiers, Groupement
from relances_xl.domaine import tables as c

ENCOURS = "Encours"
NON_ECHU = "Non échu"
TRANCHES_D_AGE = {"0-30 j": (1, 30), "31-60 j": (31, 60), "61-90 j": (61, 90), "> 90 j": (91, 10**6)}
"""Jours de retard, bornes comprises."""

BALANCE = [NON_ECHU, *TRANCHES_D_AGE, ENCOURS]

_SANS_AGE = 10**9


def balance_agee(lignes: pd.DataFrame, reference: date, groupes: Groupement) -> dict[str, Entiers]:
    """Le reste dû de chaque groupe de lignes, par âge, en unités minimales ; un crédit est à l'âge de sa propre échéance.

    lignes : lisibles. La somme des âges est toujours l'encours, crédits compris.
    """
    retard, reste = jours_depuis(lignes[c.DATE_ECHEANCE].to_numpy(), reference, sans_date=_SANS_AGE), lignes[c.RESTE_DU].to_numpy()
    balance = {NON_ECHU: groupes.somme(np.where(retard <= 0, reste, 0))}
    for libelle, (debut, fin) in TRANCHES_D_AGE.items():
        balance[libelle] = groupes.somme(np.where((retard >= debut) & (retard <= fin), reste, 0))
    return balance | {ENCOURS: groupes.somme(reste)}
