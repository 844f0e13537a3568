"""Par où sort une relance : la sortie demandée, résolue d'après le client et le niveau (contrat §6, étape 3)."""

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import Envoi, Plans
from relances_xl.domaine.statuts import Sortie

ENVOI_EMAIL = "Email"
"""Valeur du champ client `envoi` de qui veut ses relances par courriel."""


def resoudre(relances: pd.DataFrame, plans: Plans) -> pd.Series:
    """La sortie réelle de chaque relance : Word, PDF, Imprimante ou Email.

    relances : avec PLAN, NIVEAU, EMAIL, SORTIE_DEMANDEE et ENVOI_VOULU. « Selon le client » : Email s'il le demande et a une
    adresse, jamais pour un recommandé, sinon PDF. « Email » sans adresse : PDF.
    """
    demandees = relances[c.SORTIE_DEMANDEE]
    selon = demandees == Sortie.SELON_CLIENT.value
    par_email = selon & (relances[c.ENVOI_VOULU] == ENVOI_EMAIL) & ~recommandees(relances, plans)
    voulue = demandees.mask(selon, Sortie.PDF.value).mask(par_email, Sortie.EMAIL.value)
    return voulue.mask((voulue == Sortie.EMAIL.value) & (relances[c.EMAIL] == ""), Sortie.PDF.value)


def recommandees(relances: pd.DataFrame, plans: Plans) -> pd.Series:
    """Les relances dont le niveau s'envoie en recommandé, dans le plan de leur client."""
    niveaux = {(n.plan, niveau.numero) for n in plans for niveau in n.tous if niveau.envoi is Envoi.RECOMMANDE}
    return au_niveau(relances, relances[c.NIVEAU], niveaux)


def au_niveau(table: pd.DataFrame, niveau: pd.Series, niveaux: set[tuple[str, int]]) -> pd.Series:
    """Les lignes dont le couple (PLAN, niveau) est l'un de ceux-là."""
    return pd.Series(pd.MultiIndex.from_arrays([table[c.PLAN], niveau]).isin(list(niveaux) or [("", -1)]), table.index, dtype="bool")
