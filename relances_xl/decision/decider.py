"""La décision, de haut en bas : qui relancer, à quel niveau, sur quelle lettre (contrat §4 et §5)."""

from dataclasses import dataclass

import pandas as pd

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.juger.exclusions import exclure
from relances_xl.decision.juger.niveau_propose import avec_dernier_niveau, proposer
from relances_xl.decision.juger.regroupement import regrouper
from relances_xl.decision.juger.seuils import appliquer_seuils
from relances_xl.decision.lignes import preparer
from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import Selection, normaliser


@dataclass(frozen=True)
class Decision:
    """Ce qui est décidé : chaque ligne de l'export avec son sort, les relances, et ce qu'il faut savoir."""

    lignes: pd.DataFrame
    relances: pd.DataFrame
    avertissements: tuple[Faute, ...] = ()


def decider(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, journal: pd.DataFrame, prefixe: str) -> Decision:
    """Décide chaque ligne : retenue sur une relance, écartée avec son motif, ou laissée en anomalie.

    lignes : la lecture de l'export ; clients : une ligne par code, peut être vide ; journal : une ligne par relance
    comptée × échéance. Les relances sont nommées « prefixe-0001 »… dans l'ordre de la revue.
    """
    criteres, niveaux = parametres.criteres, parametres.niveaux
    decidees = preparer(lignes, clients, criteres)
    decidees = avec_dernier_niveau(decidees, journal, niveaux)
    decidees = exclure(decidees, clients, parametres)
    decidees = proposer(decidees, criteres, niveaux)
    decidees = appliquer_seuils(decidees, criteres.montant_minimum)
    decidees = regrouper(decidees, criteres.regroupement)
    decidees = _oublier_les_niveaux_ecartes(decidees)
    decidees, relances = composer(decidees, clients, parametres)
    decidees, relances = _nommer(decidees, relances, prefixe)
    return Decision(decidees, relances, avertissements(lignes, clients, parametres))


def avertissements(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> tuple[Faute, ...]:
    """Les codes clients demandés (critère, onglets « Clients » et « Suivi ») que ni l'export ni le fichier clients ne connaissent."""
    connus = {*lignes[c.CODE_CLIENT].unique(), *clients[c.CODE_CLIENT]} - {""}
    normalises = {normaliser(code) for code in connus}
    suivis = parametres.suivi[c.CODE_CLIENT].unique() if len(parametres.suivi) else ()
    demandes = (
        ("Critères", Selection(parametres.criteres.codes_clients).inconnus(connus)),
        ("Clients", [code for code in parametres.clients_coches if normaliser(code) not in normalises]),
        ("Suivi", [code for code in suivis if normaliser(code) not in normalises]),
    )
    return tuple(
        Faute(f"aucun client ne répond à « {code} »", "vérifiez ce code ; il est ignoré", "criteres.xlsx", onglet)
        for onglet, codes in demandes
        for code in codes
    )


def _oublier_les_niveaux_ecartes(lignes: pd.DataFrame) -> pd.DataFrame:
    """Une échéance finalement écartée (seuil, pièce créditrice) n'a plus de niveau proposé."""
    return lignes.assign(**{c.NIVEAU_PROPOSE: lignes[c.NIVEAU_PROPOSE].where(lignes[c.RELANCE] != "", 0)})


def _nommer(lignes: pd.DataFrame, relances: pd.DataFrame, prefixe: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Les identifiants définitifs, dans l'ordre de la liste."""
    noms = {provisoire: f"{prefixe}-{rang:04d}" for rang, provisoire in enumerate(relances[c.RELANCE], start=1)}
    lignes = lignes.assign(**{c.RELANCE: lignes[c.RELANCE].map(noms).astype("str").fillna("")})
    return lignes, relances.assign(**{c.RELANCE: relances[c.RELANCE].map(noms).astype("str")})
