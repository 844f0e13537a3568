"""La décision, de haut en bas : qui relancer, à quel niveau, sur quelle lettre (contrat §4 et §5)."""

from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pandas as pd

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.juger.exclusions import exclure
from relances_xl.decision.juger.niveau_propose import avec_dernier_niveau, plus_hauts, proposer
from relances_xl.decision.juger.prescription import prescriptions
from relances_xl.decision.juger.prevenance import prevenir
from relances_xl.decision.juger.regroupement import regrouper
from relances_xl.decision.juger.seuils import appliquer_seuils
from relances_xl.decision.lignes import preparer, textes, types_des_clients
from relances_xl.decision.signaler import avertissements
from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import CLIENTS, JOURNAL, LIGNES_DECIDEES, LIGNES_LUES


@dataclass(frozen=True)
class Decision:
    """Ce qui est décidé : chaque ligne de l'export avec son sort, les relances, et ce qu'il faut savoir.

    restent_a_leur_niveau : en réédition, les relances dont une échéance refait son niveau au lieu d'en changer.
    """

    lignes: pd.DataFrame
    relances: pd.DataFrame
    avertissements: tuple[Faute, ...] = ()
    restent_a_leur_niveau: int = 0


def decider(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, journal: pd.DataFrame, prefixe: str) -> Decision:
    """Décide chaque ligne et chiffre chaque relance, nommée « prefixe-0001 »… dans l'ordre de la revue.

    lignes : LIGNES_LUES ; clients : CLIENTS, peut être vide ; journal : JOURNAL. Rend LIGNES_DECIDEES et RELANCES.
    """
    decidees, relances = composer(trancher(lignes, clients, parametres, journal), clients, parametres)
    decidees, relances = _nommer(decidees, relances, prefixe)
    restent = decidees[c.REEDITION].to_numpy() & (decidees[c.DERNIER_NIVEAU].to_numpy() < plus_hauts(decidees, parametres.plans))
    return Decision(
        LIGNES_DECIDEES.admettre(decidees),
        relances,
        avertissements(lignes, clients, parametres, journal),
        len(set(decidees[c.RELANCE].to_numpy()[restent])),
    )


def trancher(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, journal: pd.DataFrame) -> pd.DataFrame:
    """Le sort de chaque ligne : retenue sur une relance (RELANCE provisoire), écartée avec son motif, ou en anomalie.

    Mêmes tables que `decider` ; rien n'est chiffré.
    """
    criteres, plans = parametres.criteres, parametres.plans
    clients = CLIENTS.admettre(clients)
    decidees = preparer(LIGNES_LUES.admettre(lignes), clients, parametres)
    decidees = avec_dernier_niveau(decidees, JOURNAL.admettre(journal), plans)
    decidees[c.PRESCRIPTION] = prescriptions(decidees, types_des_clients(decidees[c.CODE_CLIENT], clients, criteres))
    decidees = exclure(decidees, clients, parametres)
    decidees = proposer(decidees, criteres, plans)
    decidees = appliquer_seuils(decidees, criteres.montant_minimum)
    decidees = regrouper(decidees, criteres.regroupement)
    decidees = prevenir(decidees, criteres, plans)
    return _oublier_les_niveaux_ecartes(decidees)


def _oublier_les_niveaux_ecartes(lignes: pd.DataFrame) -> pd.DataFrame:
    """Une échéance finalement écartée (seuil, pièce créditrice) n'a plus de niveau proposé."""
    return lignes.assign(**{c.NIVEAU_PROPOSE: np.where(lignes[c.RELANCE].to_numpy() != "", lignes[c.NIVEAU_PROPOSE].to_numpy(), 0)})


def _nommer(lignes: pd.DataFrame, relances: pd.DataFrame, prefixe: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Les identifiants définitifs, dans l'ordre de la liste."""
    noms = {provisoire: f"{prefixe}-{rang:04d}" for rang, provisoire in enumerate(relances[c.RELANCE].tolist(), start=1)}
    lignes, relances = (
        table.assign(**{c.RELANCE: textes(list(map(noms.get, table[c.RELANCE].tolist(), repeat(""))))}) for table in (lignes, relances)
    )
    return lignes, relances
