"""Ce que la revue approuvait, revu sur des exports frais : ce qui part encore, et ce qui ne part plus (contrat §6, étape 1).

Un client ne dépend d'aucun autre : ils se revoient quelques milliers à la fois, et la mémoire ne tient que ce que les
lettres diront d'eux.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.chiffrer.sortie import recommandees
from relances_xl.decision.decider import trancher
from relances_xl.decision.encaisser.couvrir import du_neuf, ecarter_les_payees, payees_depuis
from relances_xl.decision.lignes import plans_des_clients
from relances_xl.decision.par_groupe import Masque
from relances_xl.decision.reverifier.confrontation import Confrontation, confronter
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import ECARTEES, LIGNES_DECIDEES, RELANCES, RELANCES_ECARTEES
from relances_xl.domaine.statuts import Sortie
from relances_xl.etapes.communs.donnees import Donnees
from relances_xl.etapes.communs.passe import passe_des_pieces
from relances_xl.historique import Historique
from relances_xl.lettres.donnees.rangees import DE_LIGNE
from relances_xl.revue.relire.relecture import NIVEAU_MODIFIE, Approbation

CLIENTS = 4_000
"""Revus ensemble : assez pour que les tables travaillent bien, assez peu pour que la mémoire ne dépende pas de leur nombre."""

_POUR_LES_LETTRES = list(dict.fromkeys((
    *DE_LIGNE, c.RELANCE, c.DEVISE, c.CREDIT, c.AUTRE, c.CAUSE, c.NIVEAU_PROPOSE, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE, c.REEDITION,
    c.NET_PENALISABLE, c.INDEMNITE, c.DATE_CLE, c.FICHIER_PIECE,
)))  # fmt: skip
"""Des lignes décidées, ce que les lettres, les relevés et le journal emploient."""


class Revision(NamedTuple):
    """relances : celles qui partent, chiffrées, dans l'ordre de la revue ; lignes : ce que leurs lettres en montrent.

    ecartees : `ECARTEES` ; relances_ecartees : `RELANCES_ECARTEES` ; demandees : relance → sortie voulue dans la revue.
    """

    relances: pd.DataFrame
    lignes: pd.DataFrame
    ecartees: pd.DataFrame
    relances_ecartees: pd.DataFrame
    demandees: Mapping[str, str]


RIEN_A_REVOIR = Revision(RELANCES.vide(), LIGNES_DECIDEES.vide(), ECARTEES.vide(), RELANCES_ECARTEES.vide(), {})


def revoir(approbation: Approbation, a_faire: pd.DataFrame, donnees: Donnees, parametres: Parametres, historique: Historique) -> Revision:
    """Décide à neuf pour les clients des relances à faire, confronte à ce que la revue approuvait, et chiffre ce qui part."""
    demandees = _sorties(a_faire, donnees.clients, parametres)
    banque = donnees.banque() if du_neuf(donnees.encaissements, approbation.encaissements) else None
    morceaux = []
    for morceau in _par_clients(approbation, a_faire, donnees.lignes, historique):
        confrontation = _confronter(morceau, donnees.clients, parametres)
        if banque is not None and (payees := payees_depuis(confrontation.lignes, banque, approbation.encaissements)):
            confrontation = _sans_les_payees(confrontation, payees)
        lignes = confrontation.lignes
        if not parametres.criteres.joindre_releve:  # un relevé montre toutes les pièces ; une lettre, les siennes et les autres échues
            lignes = lignes[(lignes[c.RELANCE] != "") | lignes[c.AUTRE]]
        lignes, relances = composer(lignes, donnees.clients, parametres, demandees, avec_alertes=False)
        morceaux.append((relances, lignes[_POUR_LES_LETTRES], confrontation.ecartees, confrontation.relances_ecartees))
    relances, lignes, ecartees, relances_ecartees = (
        pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0] for tables in zip(*morceaux, strict=True)
    )
    messages = dict(zip(a_faire[c.RELANCE], a_faire[c.MESSAGE], strict=True))
    relances = relances.assign(**{c.MESSAGE: relances[c.RELANCE].map(messages).astype("str")})
    relances, ecartees = (_dans_l_ordre(table, approbation.relances[c.RELANCE]) for table in (relances, ecartees))
    return Revision(relances, lignes, ecartees, relances_ecartees, demandees)


class _Morceau(NamedTuple):
    """Des clients : ce que la revue en dit, leurs relances à faire, leurs lignes d'export, et leur passé."""

    approbation: Approbation
    a_faire: list[str]
    lignes: pd.DataFrame
    journal: pd.DataFrame


def _par_clients(approbation: Approbation, a_faire: pd.DataFrame, lignes: pd.DataFrame, historique: Historique) -> Iterator[_Morceau]:
    """Les clients concernés, par morceaux.

    D'un seul tenant si une ligne de « Détail » ne porte pas le client de sa relance : la confrontation en jugera.
    """
    codes, nommees = pd.Index(a_faire[c.CODE_CLIENT].unique()), a_faire[c.RELANCE]
    tables = (lignes, approbation.relances, approbation.lignes, approbation.exclusions, a_faire)
    if len(codes) <= CLIENTS or not _chaque_ligne_a_son_client(approbation):
        concernees = _prendre(lignes, codes.get_indexer(lignes[c.CODE_CLIENT]) >= 0)
        yield _Morceau(approbation, nommees.tolist(), concernees, passe_des_pieces(historique, concernees, nommees))
        return
    morceaux = [codes.get_indexer(table[c.CODE_CLIENT]) // CLIENTS for table in tables]
    for numero in range(-(-len(codes) // CLIENTS)):
        siennes, relances, detail, exclusions, faites = (
            _prendre(table, morceau == numero) for table, morceau in zip(tables, morceaux, strict=True)
        )
        vue = replace(approbation, relances=relances, lignes=detail, exclusions=exclusions)
        yield _Morceau(vue, faites[c.RELANCE].tolist(), siennes, passe_des_pieces(historique, siennes, nommees, en_entier=False))


def _chaque_ligne_a_son_client(approbation: Approbation) -> bool:
    relances, detail = approbation.relances, approbation.lignes
    clients = dict(zip(relances[c.RELANCE].tolist(), relances[c.CODE_CLIENT].tolist(), strict=True))
    codes = detail[c.CODE_CLIENT].tolist()
    return list(map(clients.get, detail[c.RELANCE].tolist(), codes)) == codes


def _prendre(table: pd.DataFrame, choix: Masque) -> pd.DataFrame:
    return table if choix.all() else table.take(np.flatnonzero(choix)).reset_index(drop=True)


def _confronter(morceau: _Morceau, clients: pd.DataFrame, parametres: Parametres) -> Confrontation:
    """Ces clients décidés à neuf, et confrontés à ce que la revue en approuvait."""
    vue = morceau.approbation
    fraiches = trancher(morceau.lignes, clients, parametres, morceau.journal)
    return confronter(vue.relances, vue.lignes, vue.exclusions, morceau.a_faire, fraiches, morceau.journal, parametres.plans)


def _sans_les_payees(confrontation: Confrontation, payees: set[str]) -> Confrontation:
    """Une relance qu'un encaissement arrivé depuis la liste couvre ne part pas (`PAYEE_DEPUIS`)."""
    lignes, ecartees, relances = ecarter_les_payees(confrontation.lignes, payees)
    return Confrontation(
        lignes,
        pd.concat([confrontation.ecartees, ecartees], ignore_index=True),
        pd.concat([confrontation.relances_ecartees, relances], ignore_index=True),
    )


def _sorties(a_faire: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> dict[str, str]:
    """La sortie voulue de chaque relance : celle de la revue.

    « Selon le client » l'avait résolue au niveau de la liste : relevée à un niveau recommandé, elle se résout à nouveau,
    et ne part plus par courriel sans que personne l'ait voulu.
    """
    a_faire = a_faire.assign(**{c.PLAN: plans_des_clients(a_faire[c.CODE_CLIENT], clients, parametres.plans)})
    relevees = a_faire[NIVEAU_MODIFIE] & recommandees(a_faire, parametres.plans) & (a_faire[c.SORTIE] == Sortie.EMAIL.value)
    voulues = a_faire[c.SORTIE]
    if parametres.criteres.sortie is Sortie.SELON_CLIENT:
        voulues = voulues.mask(relevees, Sortie.SELON_CLIENT.value)
    return dict(zip(a_faire[c.RELANCE], voulues, strict=True))


def _dans_l_ordre(table: pd.DataFrame, ordre: "pd.Series[str]") -> pd.DataFrame:
    """Dans l'ordre où la revue montre les relances : celui des lettres, de l'impression, des envois et du compte rendu."""
    places = {relance: place for place, relance in enumerate(ordre)}
    return table.sort_values(c.RELANCE, key=lambda noms: noms.map(places), kind="stable").reset_index(drop=True)
