"""Par où sort une relance : la sortie demandée, résolue d'après le client et le niveau (contrat §6, étape 3)."""

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import Envoi, Niveaux
from relances_xl.domaine.statuts import Sortie

ENVOI_EMAIL = "Email"
"""Valeur du champ client `envoi` de qui veut ses relances par courriel."""


def resoudre(relances: pd.DataFrame, demandees: pd.Series, envoi: pd.Series, niveaux: Niveaux) -> pd.Series:
    """La sortie réelle de chaque relance : Word, PDF, Imprimante ou Email.

    relances : avec NIVEAU et EMAIL ; demandees : Sortie voulue ; envoi : champ du client. « Selon le client » : Email s'il
    le demande et a une adresse, jamais pour un recommandé, sinon PDF. « Email » sans adresse : PDF.
    """
    joignable = relances[c.EMAIL] != ""
    selon = demandees == Sortie.SELON_CLIENT.value
    par_email = selon & (envoi == ENVOI_EMAIL) & ~recommandees(relances, niveaux)
    voulue = demandees.mask(selon, Sortie.PDF.value).mask(par_email, Sortie.EMAIL.value)
    return voulue.mask((voulue == Sortie.EMAIL.value) & ~joignable, Sortie.PDF.value)


def recommandees(relances: pd.DataFrame, niveaux: Niveaux) -> pd.Series:
    """Les relances dont le niveau s'envoie en recommandé."""
    return relances[c.NIVEAU].isin([niveau.numero for niveau in niveaux if niveau.envoi is Envoi.RECOMMANDE])
