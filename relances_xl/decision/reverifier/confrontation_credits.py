"""Les crédits apparus ou changés depuis la liste : toute la relance est à relister (contrat §6, `CREDIT_DEPUIS`)."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.lignes import COMPTE
from relances_xl.decision.par_groupe import Entiers, lire, parmi
from relances_xl.decision.reverifier.appariement import apparier_exactement
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.motifs import Motif

DEDUCTIBLES = ["", Motif.CREDITEUR.value, Motif.SOUS_SEUIL.value]
"""Les motifs d'un crédit qui viendrait en déduction de son client s'il avait une échéance retenue."""


def relances_aux_credits_changes(
    relances: pd.DataFrame, detail: pd.DataFrame, exclusions: pd.DataFrame, a_produire: Collection[str], fraiches: pd.DataFrame
) -> tuple[dict[str, str], Entiers]:
    """(RELANCE → pourquoi ses crédits ont changé, place de la ligne fraîche de chaque crédit de « Détail », -1 ailleurs).

    Change une relance : un crédit qu'elle déduit, disparu ou modifié ; un crédit déductible du compte, inconnu de la revue.
    Décoché, un crédit reste connu. Supprimé de « Détail », il se devine : les crédits inconnus font alors exactement ce qui
    manque au total « Crédits » des relances du compte.
    """
    place = np.full(len(detail), -1, dtype=np.int64)
    du_detail = np.flatnonzero(detail[c.RESTE_DU].to_numpy() < 0)
    deductibles = fraiches[c.CREDIT].to_numpy() & parmi(fraiches[c.MOTIF].to_numpy(), DEDUCTIBLES)
    frais = np.flatnonzero(deductibles)
    if not len(du_detail) and not len(frais):
        return {}, place
    listes = detail.take(du_detail)
    place[du_detail] = lire(frais, apparier_exactement(listes, fraiches.take(frais)), -1)
    perdus = listes[(place[du_detail] < 0) & listes[c.RETENIR].to_numpy(dtype=bool)]
    pourquoi = {
        relance: f"le crédit {piece} ({montant}) a disparu ou changé depuis la liste"
        for relance, piece, montant in zip(
            perdus[c.RELANCE], perdus[c.PIECE], phrases.montants(perdus[c.RESTE_DU].to_numpy(), perdus[c.DEVISE].to_numpy()), strict=True
        )
    }
    inconnus = fraiches.take(frais[~np.isin(frais, place)])
    connus = exclusions[exclusions[c.MOTIF].to_numpy() == Motif.CREDITEUR.value]
    inconnus = inconnus[~np.isin(np.arange(len(inconnus)), apparier_exactement(connus, inconnus))]
    apparus = _comptes_aux_credits_apparus(relances, listes, inconnus)
    for relance, *compte in zip(relances[c.RELANCE], *(relances[nom] for nom in COMPTE), strict=True):
        if apparu := apparus.get(tuple(compte)):
            pourquoi.setdefault(relance, apparu)
    return {relance: pourquoi[relance] for relance in a_produire if relance in pourquoi}, place


def _comptes_aux_credits_apparus(relances: pd.DataFrame, du_detail: pd.DataFrame, inconnus: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Compte → phrase, pour les comptes dont les crédits inconnus ne sont pas ceux que l'utilisateur a supprimés."""
    if inconnus.empty:
        return {}
    apparus = -inconnus.groupby(COMPTE)[c.RESTE_DU].sum()
    listes = relances.groupby(COMPTE)[c.CREDITS].sum()
    presents = -du_detail[du_detail[c.RELANCE].isin(relances[c.RELANCE])].groupby(COMPTE)[c.RESTE_DU].sum()
    supprimes = listes.reindex(apparus.index, fill_value=0) - presents.reindex(apparus.index, fill_value=0)
    changes = apparus[apparus != supprimes]
    return {
        (code, devise): f"un crédit de {ecrire(montant, devise)} est apparu ou a changé depuis la liste"
        for (code, devise), montant in zip(changes.index.to_flat_index(), changes, strict=True)
    }
