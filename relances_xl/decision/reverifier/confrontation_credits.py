"""Les crédits apparus ou changés depuis la liste : toute la relance est à relister (contrat §6, `CREDIT_DEPUIS`)."""

from collections.abc import Collection

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.lignes import COMPTE
from relances_xl.decision.reverifier.appariement import apparier_exactement
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.motifs import Motif

DEDUCTIBLES = ["", Motif.CREDITEUR.value, Motif.SOUS_SEUIL.value]
"""Les motifs d'un crédit qui viendrait en déduction de son client s'il avait une échéance retenue."""


def relances_aux_credits_changes(
    relances: pd.DataFrame, detail: pd.DataFrame, exclusions: pd.DataFrame, a_produire: Collection[str], fraiches: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """(RELANCE → pourquoi ses crédits ont changé, index de la ligne fraîche de chaque crédit de « Détail »).

    Change une relance : un crédit qu'elle déduit, disparu ou modifié ; un crédit déductible du compte, inconnu de la revue.
    Décoché, un crédit reste connu. Supprimé de « Détail », il se devine : les crédits inconnus font alors exactement ce qui
    manque au total « Crédits » des relances du compte.
    """
    frais = fraiches[fraiches[c.CREDIT] & fraiches[c.MOTIF].isin(DEDUCTIBLES)]
    du_detail = detail[detail[c.RESTE_DU] < 0]
    place = apparier_exactement(du_detail, frais)
    perdus = du_detail[place.isna() & du_detail[c.RETENIR].astype(bool)]
    pourquoi = {
        relance: f"le crédit {piece} ({montant}) a disparu ou changé depuis la liste"
        for relance, piece, montant in zip(perdus[c.RELANCE], perdus[c.PIECE], _ecrits(perdus), strict=True)
    }
    inconnus = frais[~frais.index.isin(place.dropna())]
    connus = exclusions[exclusions[c.MOTIF] == Motif.CREDITEUR.value]
    inconnus = inconnus[~inconnus.index.isin(apparier_exactement(connus, inconnus).dropna())]
    apparus = _comptes_aux_credits_apparus(relances, du_detail, inconnus)
    for relance, *compte in zip(relances[c.RELANCE], *(relances[nom] for nom in COMPTE), strict=True):
        if apparu := apparus.get(tuple(compte)):
            pourquoi.setdefault(relance, apparu)
    return pd.Series({relance: pourquoi[relance] for relance in a_produire if relance in pourquoi}, dtype="str"), place


def _ecrits(credits: pd.DataFrame) -> list[str]:
    return phrases.montants(credits[c.RESTE_DU].to_numpy(), credits[c.DEVISE].to_numpy())


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
