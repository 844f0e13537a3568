"""Ce que la revue approuvait, revu sur des exports frais : ce qui part encore, et ce qui ne part plus (contrat §6, étape 1).

Un client ne dépend d'aucun autre : ils se revoient quelques milliers à la fois, et ce que leurs lettres en diront attend dans un
casier. La mémoire ne dépend guère de leur nombre.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.chiffrer.sortie import recommandees
from relances_xl.decision.decider import trancher
from relances_xl.decision.encaisser.couvrir import ecarter_les_payees, payees_depuis
from relances_xl.decision.lignes import plans_des_clients
from relances_xl.decision.par_groupe import Entiers
from relances_xl.decision.reverifier.confrontation import Confrontation, confronter
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import ECARTEES, RELANCES, RELANCES_ECARTEES
from relances_xl.domaine.statuts import Sortie
from relances_xl.etapes.communs.passe import passe_des_pieces
from relances_xl.etapes.production.casier import Casier
from relances_xl.historique import Historique
from relances_xl.lettres.donnees.rangees import DE_LIGNE
from relances_xl.revue.relire.relecture import NIVEAU_MODIFIE, Approbation

CLIENTS = 2_000
"""Revus ensemble : assez pour que les tables travaillent bien, assez peu pour tenir en peu de place."""

TRANCHE = 1_000
"""Lettres rédigées ensemble : de leurs lignes seules sont faits des objets."""

_DES_LETTRES = list(dict.fromkeys((
    *DE_LIGNE, c.RELANCE, c.DEVISE, c.CREDIT, c.AUTRE, c.CAUSE, c.NIVEAU_PROPOSE, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE, c.REEDITION,
    c.NET_PENALISABLE, c.INDEMNITE, c.DATE_CLE, c.FICHIER_PIECE,
)))  # fmt: skip
"""Des lignes décidées, ce que les lettres, les relevés et le journal emploient."""


class Revision(NamedTuple):
    """relances : celles qui partent, chiffrées, dans l'ordre de la revue ; tranches : le numéro de celle de chaque relance.

    lignes : par tranche de lettres, celles de leurs clients qu'elles peuvent montrer ; ecartees : `ECARTEES` ;
    relances_ecartees : `RELANCES_ECARTEES` ; demandees : relance → sortie voulue dans la revue.
    """

    relances: pd.DataFrame
    tranches: Mapping[str, int]
    lignes: Casier
    ecartees: pd.DataFrame
    relances_ecartees: pd.DataFrame
    demandees: Mapping[str, str]


def rien_a_revoir() -> Revision:
    """Ce qu'il en est quand plus rien n'est à faire. (Des tables vides demandent des millisecondes : pas à chaque commande.)"""
    return Revision(RELANCES.vide(), {}, Casier(), ECARTEES.vide(), RELANCES_ECARTEES.vide(), {})


class Clientele:
    """Les clients des relances à faire, par morceaux : ce que la revue en dit, et leurs lignes d'export, chacun dans sa case.

    D'un seul tenant si une ligne de « Détail » ne porte pas le client de sa relance : la confrontation en jugera.
    """

    def __init__(self, approbation: Approbation, a_faire: pd.DataFrame) -> None:
        self.a_faire = a_faire
        # copiées : une vue, même vide, garderait toute la table
        self.approbation = replace(approbation, lignes=approbation.lignes.head(0).copy(), exclusions=approbation.exclusions.head(0).copy())
        self._codes = pd.Index(a_faire[c.CODE_CLIENT].unique())
        chacune = _chaque_ligne_a_son_client(approbation)
        self._taille = CLIENTS if chacune else max(1, len(self._codes))
        self._relances, self._detail, self._exclusions, self._lignes = (Casier() for _ in range(4))
        for casier, table in (
            (self._relances, approbation.relances),
            (self._detail, approbation.lignes),
            (self._exclusions, approbation.exclusions),
        ):
            self._ranger(casier, table, self._numeros(table) if chacune else np.zeros(len(table), dtype=np.int64))

    def recevoir(self, lignes: pd.DataFrame) -> None:
        """Range leurs lignes d'un export frais."""
        self._ranger(self._lignes, lignes, self._numeros(lignes))

    def morceaux(self, historique: Historique) -> Iterator["_Morceau"]:
        """Chaque morceau de la clientèle, et son passé."""
        nommees, numeros = self.a_faire[c.RELANCE], self._numeros(self.a_faire)
        seul = len(self._codes) <= self._taille
        for numero in range(-(-len(self._codes) // self._taille)):
            lignes = self._lignes[numero]
            vue = replace(
                self.approbation, relances=self._relances[numero], lignes=self._detail[numero], exclusions=self._exclusions[numero]
            )
            passe = passe_des_pieces(historique, lignes, nommees, en_entier=seul)
            yield _Morceau(vue, nommees[numeros == numero].tolist(), lignes, passe)

    def _numeros(self, table: pd.DataFrame) -> Entiers:
        """Le morceau du client de chaque ligne ; -1 : rien à faire pour lui."""
        numeros: Entiers = self._codes.get_indexer(pd.Index(table[c.CODE_CLIENT])) // self._taille
        return numeros

    def _ranger(self, casier: Casier, table: pd.DataFrame, numeros: Entiers) -> None:
        for numero in range(-(-len(self._codes) // self._taille)):
            casier.ranger(numero, table.take(np.flatnonzero(numeros == numero)))


class _Morceau(NamedTuple):
    """Des clients : ce que la revue en dit, leurs relances à faire, leurs lignes d'export, et leur passé."""

    approbation: Approbation
    a_faire: list[str]
    lignes: pd.DataFrame
    journal: pd.DataFrame


def _chaque_ligne_a_son_client(approbation: Approbation) -> bool:
    relances, detail = approbation.relances, approbation.lignes
    clients = dict(zip(relances[c.RELANCE].tolist(), relances[c.CODE_CLIENT].tolist(), strict=True))
    codes = detail[c.CODE_CLIENT].tolist()
    return list(map(clients.get, detail[c.RELANCE].tolist(), codes)) == codes


def revoir(
    clientele: Clientele, clients: pd.DataFrame, banque: pd.DataFrame | None, parametres: Parametres, historique: Historique
) -> Revision:
    """Décide à neuf pour les clients des relances à faire, confronte à ce que la revue approuvait, et chiffre ce qui part.

    clients : leurs fiches ; banque : les encaissements rapprochés, s'il en est arrivé depuis la liste.
    """
    a_faire, approbation = clientele.a_faire, clientele.approbation
    demandees = _sorties(a_faire, clients, parametres)
    ordre = {relance: place for place, relance in enumerate(approbation.relances[c.RELANCE].tolist())}
    des_lettres, morceaux = Casier(), []
    for morceau in clientele.morceaux(historique):
        confrontation = _confronter(morceau, clients, parametres)
        if banque is not None and (payees := payees_depuis(confrontation.lignes, banque, approbation.encaissements)):
            confrontation = _sans_les_payees(confrontation, payees)
        lignes = confrontation.lignes
        if not parametres.criteres.joindre_releve:  # un relevé montre toutes les pièces ; une lettre, les siennes et les autres échues
            lignes = lignes[(lignes[c.RELANCE] != "") | lignes[c.AUTRE]]
        lignes, relances = composer(lignes, clients, parametres, demandees, avec_alertes=False)
        _ranger_les_lignes(des_lettres, relances, lignes[_DES_LETTRES], ordre)
        morceaux.append((relances, confrontation.ecartees, confrontation.relances_ecartees))
    relances, ecartees, relances_ecartees = (
        pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0] for tables in zip(*morceaux, strict=True)
    )
    messages = dict(zip(a_faire[c.RELANCE], a_faire[c.MESSAGE], strict=True))
    relances = relances.assign(**{c.MESSAGE: relances[c.RELANCE].map(messages).astype("str")})
    relances, ecartees = (_dans_l_ordre(table, ordre) for table in (relances, ecartees))
    tranches = {relance: ordre[relance] // TRANCHE for relance in relances[c.RELANCE].tolist()}
    return Revision(relances, tranches, des_lettres, ecartees, relances_ecartees, demandees)


def _confronter(morceau: _Morceau, clients: pd.DataFrame, parametres: Parametres) -> Confrontation:
    """Ces clients décidés à neuf, et confrontés à ce que la revue en approuvait."""
    vue = morceau.approbation
    fraiches = trancher(morceau.lignes, clients, parametres, morceau.journal)
    return confronter(vue.relances, vue.lignes, vue.exclusions, morceau.a_faire, fraiches, morceau.journal, parametres.plans)


def _ranger_les_lignes(casier: Casier, relances: pd.DataFrame, lignes: pd.DataFrame, ordre: Mapping[str, int]) -> None:
    """Sous le numéro de chaque tranche de lettres, les lignes de leurs clients."""
    tranches = np.array([ordre[relance] // TRANCHE for relance in relances[c.RELANCE].tolist()], dtype=np.int64)
    clients, codes = relances[c.CODE_CLIENT].to_numpy(), lignes[c.CODE_CLIENT]
    for tranche in np.unique(tranches).tolist():
        casier.ranger(tranche, lignes[codes.isin(clients[tranches == tranche])])


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


def _dans_l_ordre(table: pd.DataFrame, ordre: Mapping[str, int]) -> pd.DataFrame:
    """Dans l'ordre où la revue montre les relances : celui des lettres, de l'impression, des envois et du compte rendu."""
    return table.sort_values(c.RELANCE, key=lambda noms: noms.map(ordre), kind="stable").reset_index(drop=True)
