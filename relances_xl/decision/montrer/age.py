"""L'âge des restes dus : non échu, 0-30, 31-60, 61-90, plus de 90 jours."""

import pandas as pd

from relances_xl.domaine import tables as c

ENCOURS = "Encours"
NON_ECHU = "Non échu"
TRANCHES_D_AGE = {"0-30 j": (1, 30), "31-60 j": (31, 60), "61-90 j": (61, 90), "> 90 j": (91, 10**6)}
"""Jours de retard, bornes comprises."""

BALANCE = [NON_ECHU, *TRANCHES_D_AGE, ENCOURS]


def balance_agee(lignes: pd.DataFrame, reference: pd.Timestamp, par: list[str]) -> pd.DataFrame:
    """Le reste dû de chaque groupe, par âge, en unités minimales ; un crédit est à l'âge de sa propre échéance.

    lignes : lisibles. La somme des âges est toujours l'encours, crédits compris.
    """
    retard = (reference - lignes[c.DATE_ECHEANCE]).dt.days
    montants = {NON_ECHU: lignes[c.RESTE_DU].where(retard <= 0, 0)}
    for libelle, (debut, fin) in TRANCHES_D_AGE.items():
        montants[libelle] = lignes[c.RESTE_DU].where(retard.between(debut, fin), 0)
    montants[ENCOURS] = lignes[c.RESTE_DU]
    return pd.DataFrame(montants).groupby([lignes[nom] for nom in par]).sum()
