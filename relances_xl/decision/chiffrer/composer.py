"""Des lignes réparties en lettres aux relances chiffrées : imputation, pénalités, totaux, sortie, alertes.

Sert à la liste comme à la production, une fois chacune.
"""

from collections.abc import Mapping

import numpy as np
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
from relances_xl.decision.lignes import FichesTrouvees, au_millieme, ou, textes, types_des_clients
from relances_xl.decision.par_groupe import Valeurs, designer, grouper, lire
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import CLIENTS, RELANCES

_TOTALISEES = [
    c.RELANCE, c.CODE_CLIENT, c.DEVISE, c.PIECE, c.PLAN, c.NIVEAU_PROPOSE, c.RESTE_DU, c.INDEMNITE, c.NET_PENALISABLE, c.EXIGEE, c.JOINTE,
    c.DATE_ECHEANCE, c.JOURS_RETARD, c.DERNIERE_RELANCE, c.DERNIER_NIVEAU, c.REEDITION, c.PROMESSE_NON_TENUE,
]  # fmt: skip


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
    criteres, plans = parametres.criteres, parametres.plans
    clients = CLIENTS.admettre(clients)
    lignes = lignes.assign(**{c.NET_PENALISABLE: imputer(lignes)})
    types = types_des_clients(lignes[c.CODE_CLIENT], clients, criteres)
    couts = frais(lignes, types, criteres, plans, parametres.taux)
    lignes = lignes.assign(**{c.PENALITES: couts.penalites, c.INDEMNITE: couts.indemnites, **_places_sur_la_lettre(lignes)})

    relances = totaliser(lignes)
    if criteres.regroupement is not Regroupement.FACTURE:
        relances[c.PIECE] = textes([""] * len(relances))
    fiches = FichesTrouvees(relances[c.CODE_CLIENT], clients)
    genres = fiches.types(criteres)
    appliques = taux_par_relance(lignes, couts.decoupes, relances[c.RELANCE].to_numpy())
    demandees = [(sorties or {}).get(relance, criteres.sortie.value) for relance in relances[c.RELANCE].tolist()]
    relances = relances.assign(
        **{
            c.RAISON_SOCIALE: textes(_noms(lignes, relances[c.RELANCE].to_numpy(), fiches[c.RAISON_SOCIALE])),
            c.EMAIL: textes(ou(fiches[c.EMAIL_RELANCE], fiches[c.EMAIL])),
            c.TYPE_RETENU: textes(genres),
            c.ENVOI_VOULU: textes(fiches[c.ENVOI]),
            c.TAUX: textes(texte_des_taux(appliques, genres, criteres, parametres.taux)),
            c.SEMESTRES_MANQUANTS: textes(semestres_manquants(appliques)),
            c.SOUS_PLANCHER: textes(sous_le_plancher(appliques, genres, criteres, parametres.taux)),
            c.SORTIE_DEMANDEE: textes(demandees),
        }
    )
    relances[c.SORTIE] = textes(resoudre(relances, plans))
    dites = alertes(relances, lignes, clients, parametres) if avec_alertes else [""] * len(relances)
    approuver = np.array([not dite and criteres.approuver_avance for dite in dites], dtype=bool)
    relances = relances.assign(**{c.ALERTE: textes(dites), c.APPROUVER: approuver})
    return lignes, RELANCES.admettre(dans_l_ordre(relances))[RELANCES.noms]


def _places_sur_la_lettre(lignes: pd.DataFrame) -> dict[str, Valeurs]:
    """REEDITION, EXIGEE (échéance au niveau de sa lettre) et JOINTE (à un niveau inférieur) de chaque ligne."""
    relance, dernier, propose = (lignes[nom].to_numpy() for nom in (c.RELANCE, c.DERNIER_NIVEAU, c.NIVEAU_PROPOSE))
    echeance = (relance != "") & ~lignes[c.CREDIT].to_numpy()
    lettres = grouper(relance)
    de_la_lettre = lettres.plus_grand(np.where(echeance, propose, 0))[lettres.numeros]
    return {
        c.REEDITION: echeance & (propose > 0) & (propose <= dernier),
        c.EXIGEE: echeance & (propose == de_la_lettre),
        c.JOINTE: echeance & (propose < de_la_lettre),
    }


def totaliser(lignes: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par RELANCE : client, niveau, nombres, montants et dates. PENALITES et TOTAL_RECLAME sont NA si un taux manque."""
    portee, credit = lignes[c.RELANCE].to_numpy() != "", lignes[c.CREDIT].to_numpy()
    echeances, credits = np.flatnonzero(portee & ~credit), np.flatnonzero(portee & credit)
    des_echeances = {nom: lignes[nom].to_numpy()[echeances] for nom in _TOTALISEES}
    lettres = grouper(des_echeances[c.RELANCE])
    premieres = {nom: des_echeances[nom][lettres.premieres] for nom in (c.RELANCE, c.CODE_CLIENT, c.DEVISE, c.PIECE, c.PLAN)}
    deduites, deductions = designer([premieres[c.RELANCE]], [lignes[c.RELANCE].to_numpy()[credits]])
    deduits = lire(deductions.somme(-lignes[c.RESTE_DU].to_numpy()[credits]), deduites, 0)
    penalites = lignes[c.PENALITES].array[echeances]
    inconnues = lettres.somme(penalites.isna()) > 0
    dues = lettres.somme(penalites.to_numpy(np.int64, na_value=0))
    retard, indemnite = lettres.somme(des_echeances[c.RESTE_DU]), lettres.somme(des_echeances[c.INDEMNITE])
    nets = des_echeances[c.NET_PENALISABLE]
    return pd.DataFrame(
        {
            **{nom: textes(valeurs) for nom, valeurs in premieres.items()},
            c.NIVEAU: lettres.plus_grand(des_echeances[c.NIVEAU_PROPOSE]),
            c.NB_ECHEANCES: lettres.nombres,
            c.RETARD: retard,
            c.CREDITS: deduits,
            c.NET: retard - deduits,
            c.PENALITES: pd.arrays.IntegerArray(dues, inconnues),
            c.INDEMNITE: indemnite,
            c.TOTAL_RECLAME: pd.arrays.IntegerArray(retard - deduits + dues + indemnite, inconnues.copy()),
            c.TOTAL_EXIGE: lettres.somme(np.where(des_echeances[c.EXIGEE], nets, 0)),
            c.TOTAL_JOINT: lettres.somme(np.where(des_echeances[c.JOINTE], nets, 0)),
            c.PLUS_ANCIENNE: lettres.premiere(des_echeances[c.DATE_ECHEANCE]),
            **{nom: lettres.plus_grand(des_echeances[nom]) for nom in (c.JOURS_RETARD, c.DERNIER_NIVEAU)},
            **{nom: lettres.derniere(des_echeances[nom]) for nom in (c.DERNIERE_RELANCE, c.PROMESSE_NON_TENUE)},
            c.REEDITION: lettres.somme(des_echeances[c.REEDITION]) > 0,
        }
    )


def _noms(lignes: pd.DataFrame, relances: Valeurs, des_fiches: Valeurs) -> Valeurs:
    """La raison sociale de la fiche, sinon de l'export ; entre deux noms, jamais selon l'ordre du fichier."""
    sans = np.flatnonzero(des_fiches == "")
    if len(sans):
        echeances = lignes[lignes[c.RELANCE].isin(relances[sans]) & ~lignes[c.CREDIT]]
        de_l_export = dict(sorted(zip(echeances[c.RELANCE], echeances[c.RAISON_SOCIALE], strict=True)))
        des_fiches[sans] = [de_l_export[relance] for relance in relances[sans]]
    return des_fiches


def dans_l_ordre(relances: pd.DataFrame) -> pd.DataFrame:
    """L'ordre de la revue : les plus hauts niveaux, puis les plus gros totaux, puis le code client."""
    totaux = relances[c.TOTAL_RECLAME].fillna(relances[c.NET]).to_numpy(dtype=np.int64)
    identites = (relances[nom].tolist() for nom in (c.CODE_CLIENT, c.DEVISE, c.PIECE, c.RELANCE))
    opposes = (-relances[c.NIVEAU].to_numpy(), -au_millieme(totaux, relances[c.DEVISE].to_numpy()))
    cles = list(zip(*(valeurs.tolist() for valeurs in opposes), *identites, strict=True))
    return relances.take(sorted(range(len(cles)), key=cles.__getitem__)).reset_index(drop=True)
