"""Des lignes réparties en lettres aux relances chiffrées : imputation, pénalités, totaux, sortie, alertes.

Sert à la liste comme à la production : composer deux fois revient à composer une fois.
"""

from collections.abc import Mapping

import pandas as pd

from relances_xl.decision.chiffrer.alertes import alertes
from relances_xl.decision.chiffrer.penalites import frais
from relances_xl.decision.chiffrer.sortie import resoudre
from relances_xl.decision.chiffrer.taux_appliques import (
    semestres_manquants,
    sous_le_plancher,
    taux_par_relance,
    texte_des_taux,
)
from relances_xl.decision.juger.credits import imputer
from relances_xl.decision.lignes import fiche, types_des_clients
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.parametres import Parametres

COLONNES = [
    c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.NIVEAU, c.NB_ECHEANCES, c.RETARD, c.CREDITS, c.NET,
    c.PENALITES, c.INDEMNITE, c.TOTAL_RECLAME, c.PLUS_ANCIENNE, c.JOURS_RETARD, c.DERNIERE_RELANCE, c.DERNIER_NIVEAU,
    c.SORTIE, c.EMAIL, c.ALERTE, c.MESSAGE, c.PIECE, c.REEDITION, c.TAUX, c.SEMESTRES_MANQUANTS,
]  # fmt: skip
"""Les colonnes de la table des relances, dans l'ordre."""


def composer(
    lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, sorties: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Les lignes complétées (NET_PENALISABLE, PENALITES, INDEMNITE, REEDITION) et leurs relances, dans l'ordre de la revue.

    lignes : avec RELANCE, CREDIT, NIVEAU_PROPOSE (celui de la liste, ou celui que la revue impose) ; celles dont RELANCE
    est vide ne servent qu'aux alertes. sorties : RELANCE → sortie voulue, à défaut « Sortie sur ».
    """
    criteres = parametres.criteres
    dernier, propose = lignes[c.DERNIER_NIVEAU], lignes[c.NIVEAU_PROPOSE]
    lignes = lignes.assign(
        **{c.NET_PENALISABLE: imputer(lignes), c.REEDITION: (lignes[c.RELANCE] != "") & (propose > 0) & (propose <= dernier)}
    )
    types = types_des_clients(lignes[c.CODE_CLIENT], clients, criteres)
    couts = frais(lignes, types, criteres, parametres.niveaux, parametres.taux)
    lignes = lignes.assign(**{c.PENALITES: couts.penalites, c.INDEMNITE: couts.indemnites})

    relances = totaliser(lignes)
    if criteres.regroupement is not Regroupement.FACTURE:
        relances[c.PIECE] = pd.Series("", relances.index, dtype="str")
    relances = _avec_client(relances, clients)
    types = types_des_clients(relances[c.CODE_CLIENT], clients, criteres)
    appliques = taux_par_relance(lignes, couts.tranches, relances[c.RELANCE])
    relances[c.TAUX] = texte_des_taux(appliques, types, criteres, parametres.taux)
    relances[c.SEMESTRES_MANQUANTS] = semestres_manquants(appliques)

    demandees = relances[c.RELANCE].map(sorties or {}).astype("str").fillna(criteres.sortie.value)
    envoi = fiche(relances[c.CODE_CLIENT], clients, c.ENVOI)
    relances[c.SORTIE] = resoudre(relances, demandees, envoi, parametres.niveaux)
    relances[c.ALERTE] = alertes(
        relances, lignes, clients, parametres, types=types, demandees=demandees, envoi=envoi,
        plancher=sous_le_plancher(appliques, types, criteres, parametres.taux),
    )  # fmt: skip
    relances[c.MESSAGE] = pd.Series("", relances.index, dtype="str")
    return lignes, dans_l_ordre(relances)[COLONNES]


def totaliser(lignes: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par RELANCE : niveau, nombres, montants et dates. PENALITES et TOTAL_RECLAME sont NA si un taux manque."""
    portees = lignes[lignes[c.RELANCE] != ""]
    echeances = portees[~portees[c.CREDIT]]
    relances = echeances.groupby(c.RELANCE).agg(
        **{
            c.CODE_CLIENT: (c.CODE_CLIENT, "first"),
            c.DEVISE: (c.DEVISE, "first"),
            c.PIECE: (c.PIECE, "first"),
            c.NIVEAU: (c.NIVEAU_PROPOSE, "max"),
            c.NB_ECHEANCES: (c.RESTE_DU, "size"),
            c.RETARD: (c.RESTE_DU, "sum"),
            c.INDEMNITE: (c.INDEMNITE, "sum"),
            c.PLUS_ANCIENNE: (c.DATE_ECHEANCE, "min"),
            c.JOURS_RETARD: (c.JOURS_RETARD, "max"),
            c.DERNIERE_RELANCE: (c.DERNIERE_RELANCE, "max"),
            c.DERNIER_NIVEAU: (c.DERNIER_NIVEAU, "max"),
            c.REEDITION: (c.REEDITION, "any"),
        }
    )
    relances[c.RAISON_SOCIALE] = _noms(echeances)
    deduits = -portees[portees[c.CREDIT]].groupby(c.RELANCE)[c.RESTE_DU].sum()
    relances[c.CREDITS] = deduits.reindex(relances.index, fill_value=0)
    relances[c.NET] = relances[c.RETARD] - relances[c.CREDITS]
    par_relance = echeances.groupby(c.RELANCE)[c.PENALITES]
    relances[c.PENALITES] = par_relance.sum().mask(par_relance.count() < relances[c.NB_ECHEANCES])
    relances[c.TOTAL_RECLAME] = relances[c.NET] + relances[c.PENALITES] + relances[c.INDEMNITE]
    return relances.reset_index()


def _noms(echeances: pd.DataFrame) -> pd.Series:
    """RELANCE → raison sociale de l'export ; entre deux noms, jamais selon l'ordre du fichier."""
    noms = echeances[[c.RELANCE, c.RAISON_SOCIALE]].drop_duplicates().sort_values([c.RELANCE, c.RAISON_SOCIALE])
    return noms.drop_duplicates(c.RELANCE, keep="last").set_index(c.RELANCE)[c.RAISON_SOCIALE]


def dans_l_ordre(relances: pd.DataFrame) -> pd.DataFrame:
    """L'ordre de la revue : les plus hauts niveaux, puis les plus gros totaux, puis le code client."""
    exposant = 3 - relances[c.DEVISE].map(decimales).astype("int64")  # au millième, pour comparer EUR, JPY et TND
    total = relances[c.TOTAL_RECLAME].fillna(relances[c.NET]).astype("int64") * 10**exposant
    cles = relances.assign(**{c.NIVEAU: -relances[c.NIVEAU], c.TOTAL_RECLAME: -total})
    ordre = cles.sort_values([c.NIVEAU, c.TOTAL_RECLAME, c.CODE_CLIENT, c.DEVISE, c.PIECE]).index
    return relances.loc[ordre].reset_index(drop=True)


def _avec_client(relances: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """RAISON_SOCIALE de la fiche, sinon de l'export ; EMAIL : celui des relances, sinon l'ordinaire."""
    codes = relances[c.CODE_CLIENT]
    nom, email = fiche(codes, clients, c.RAISON_SOCIALE), fiche(codes, clients, c.EMAIL_RELANCE)
    return relances.assign(
        **{
            c.RAISON_SOCIALE: nom.where(nom != "", relances[c.RAISON_SOCIALE]),
            c.EMAIL: email.where(email != "", fiche(codes, clients, c.EMAIL)),
        }
    )
