"""Par où sort une relance : la sortie demandée, résolue d'après le client et le niveau (contrat §6, étape 3)."""

import numpy as np
import pandas as pd

from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs, parmi
from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import Envoi, Plans
from relances_xl.domaine.statuts import Sortie

ENVOI_EMAIL = "Email"
"""Valeur du champ client `envoi` de qui veut ses relances par courriel."""


def resoudre(relances: pd.DataFrame, plans: Plans) -> Valeurs:
    """La sortie réelle de chaque relance : Word, PDF, Imprimante ou Email.

    relances : avec PLAN, NIVEAU, EMAIL, SORTIE_DEMANDEE et ENVOI_VOULU. « Selon le client » : Email s'il le demande et a une
    adresse, jamais pour un recommandé, sinon PDF. « Email » sans adresse : PDF.
    """
    demandees = relances[c.SORTIE_DEMANDEE].to_numpy()
    selon = demandees == Sortie.SELON_CLIENT.value
    par_email = selon & (relances[c.ENVOI_VOULU].to_numpy() == ENVOI_EMAIL) & ~recommandees(relances, plans)
    voulues = np.where(par_email, Sortie.EMAIL.value, np.where(selon, Sortie.PDF.value, demandees))
    sans_adresse = (voulues == Sortie.EMAIL.value) & (relances[c.EMAIL].to_numpy() == "")
    return np.where(sans_adresse, Sortie.PDF.value, voulues)


def recommandees(relances: pd.DataFrame, plans: Plans) -> Masque:
    """Les relances dont le niveau s'envoie en recommandé, dans le plan de leur client."""
    niveaux = {(n.plan, niveau.numero) for n in plans for niveau in n.tous if niveau.envoi is Envoi.RECOMMANDE}
    return au_niveau(relances[c.PLAN].to_numpy(), relances[c.NIVEAU].to_numpy(), niveaux)


def au_niveau(plan: Valeurs, niveau: Entiers, niveaux: set[tuple[str, int]]) -> Masque:
    """Les lignes dont le couple (plan, niveau) est l'un de ceux-là."""
    trouvees = np.zeros(len(plan), dtype=bool)
    for nom in {nom for nom, _ in niveaux}:
        trouvees |= (plan == nom) & parmi(niveau, [numero for du_plan, numero in niveaux if du_plan == nom])
    return trouvees
