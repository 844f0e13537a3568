"""Des lignes réparties en lettres aux relances chiffrées : imputation, pénalités, totaux, sortie, alertes.

Sert à la liste comme à la production, une fois chacune.
"""

from collections.abc import Mapping

import pandas as pd

from relances_xl.decision import phrases
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
from relances_xl.domaine.criteres import Criteres, Regroupement
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import CLIENTS, RELANCES


def composer(
    lignes: pd.DataFrame,
    clients: pd.DataFrame,
    parametres: Parametres,
    sorties: Mapping[str, str] | None = None,
    *,
    avec_alertes: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Les lignes complétées (NET_PENALISABLE, PENALITES, INDEMNITE, REEDITION, EXIGEE, JOINTE) et leurs RELANCES, dans l'ordre.

    lignes : avec RELANCE, CREDIT, NIVEAU_PROPOSE (celui de la liste, ou celui que la revue impose) ; celles dont RELANCE
    est vide ne servent qu'aux alertes. sorties : RELANCE → sortie voulue, à défaut « Sortie sur ». avec_alertes : faux pour qui
    ne les montre pas, la revue les ayant dites.
    """
    criteres = parametres.criteres
    clients = CLIENTS.admettre(clients)
    lignes = lignes.assign(**{c.NET_PENALISABLE: imputer(lignes), **_places_sur_la_lettre(lignes)})
    types = types_des_clients(lignes[c.CODE_CLIENT], clients, criteres)
    couts = frais(lignes, types, criteres, parametres.plans, parametres.taux)
    lignes = lignes.assign(**{c.PENALITES: couts.penalites, c.INDEMNITE: couts.indemnites})

    relances = totaliser(lignes)
    if criteres.regroupement is not Regroupement.FACTURE:
        relances[c.PIECE] = pd.Series("", relances.index, dtype="str")
    relances = _avec_client(relances, clients, criteres)
    appliques = taux_par_relance(lignes, couts.tranches, relances[c.RELANCE])
    relances[c.TAUX] = texte_des_taux(appliques, relances[c.TYPE_RETENU], criteres, parametres.taux)
    relances[c.SEMESTRES_MANQUANTS] = semestres_manquants(appliques)
    relances[c.SOUS_PLANCHER] = sous_le_plancher(appliques, relances[c.TYPE_RETENU], criteres, parametres.taux)
    relances[c.SORTIE_DEMANDEE] = relances[c.RELANCE].map(sorties or {}).astype("str").fillna(criteres.sortie.value)
    relances[c.SORTIE] = resoudre(relances, parametres.plans)
    relances[c.ALERTE] = alertes(relances, lignes, clients, parametres) if avec_alertes else phrases.vides(relances)
    relances[c.APPROUVER] = (relances[c.ALERTE] == "") & criteres.approuver_avance
    return lignes, RELANCES.admettre(dans_l_ordre(relances))[RELANCES.noms]


def _places_sur_la_lettre(lignes: pd.DataFrame) -> dict[str, pd.Series]:
    """REEDITION, EXIGEE (échéance au niveau de sa lettre) et JOINTE (à un niveau inférieur) de chaque ligne."""
    dernier, propose = lignes[c.DERNIER_NIVEAU], lignes[c.NIVEAU_PROPOSE]
    echeance = (lignes[c.RELANCE] != "") & ~lignes[c.CREDIT]
    de_la_lettre = propose.where(echeance, 0).groupby(lignes[c.RELANCE]).transform("max")
    return {
        c.REEDITION: echeance & (propose > 0) & (propose <= dernier),
        c.EXIGEE: echeance & (propose == de_la_lettre),
        c.JOINTE: echeance & (propose < de_la_lettre),
    }


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
            c.PLAN: (c.PLAN, "first"),
            c.PROMESSE_NON_TENUE: (c.PROMESSE_NON_TENUE, "max"),
        }
    )
    for total, places in ((c.TOTAL_EXIGE, c.EXIGEE), (c.TOTAL_JOINT, c.JOINTE)):
        nets = echeances[c.NET_PENALISABLE].where(echeances[places], 0)
        relances[total] = nets.groupby(echeances[c.RELANCE]).sum()
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


def _avec_client(relances: pd.DataFrame, clients: pd.DataFrame, criteres: Criteres) -> pd.DataFrame:
    """RAISON_SOCIALE de la fiche, sinon de l'export ; EMAIL : celui des relances, sinon l'ordinaire ; TYPE_RETENU, ENVOI_VOULU."""
    codes = relances[c.CODE_CLIENT]
    nom, email = fiche(codes, clients, c.RAISON_SOCIALE), fiche(codes, clients, c.EMAIL_RELANCE)
    return relances.assign(
        **{
            c.RAISON_SOCIALE: nom.where(nom != "", relances[c.RAISON_SOCIALE]),
            c.EMAIL: email.where(email != "", fiche(codes, clients, c.EMAIL)),
            c.TYPE_RETENU: types_des_clients(codes, clients, criteres),
            c.ENVOI_VOULU: fiche(codes, clients, c.ENVOI),
        }
    )
