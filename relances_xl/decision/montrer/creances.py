"""Le décompte d'un client pour le contentieux : chaque échéance, ses crédits, ses intérêts semestre par semestre (contrat §8)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from relances_xl.decision.chiffrer.penalites import Tranche, tranches
from relances_xl.decision.chiffrer.taux_appliques import pourcentage
from relances_xl.decision.decider import Decision, decider
from relances_xl.decision.lignes import types_des_clients
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import ModesDePaiement, Regroupement
from relances_xl.domaine.parametres import Parametres

CREANCES = [
    c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.DEVISE, c.RESTE_DU, c.CREDITS, c.NET_PENALISABLE, c.PENALITES, c.INDEMNITE, c.FICHIER_PIECE,
]  # fmt: skip
PERIODES = [c.PIECE, c.SEMESTRE, c.DU, c.AU, c.JOURS, c.TAUX, c.PENALITES, c.DEVISE]


def decider_au(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, journal: pd.DataFrame, code: str, au: date) -> Decision:
    """La décision de ce client à cette date, chaque échéance au niveau qu'elle a déjà : celle de sa dernière lettre, refaite.

    Les critères qui trient (sélection, modes, seuil, période) ne comptent plus : le contentieux réclame tout.
    """
    criteres = replace(
        parametres.criteres,
        date_reference=au,
        codes_clients=(code,),
        modes_paiement=ModesDePaiement(),
        ignorer_avant=None,
        montant_minimum=Decimal(0),
        reedition=True,
        automatique=True,
        regroupement=Regroupement.CLIENT,
    )
    return decider(lignes, clients, replace(parametres, criteres=criteres, clients_coches=()), journal, "contentieux")


def creances(lignes: pd.DataFrame) -> pd.DataFrame:
    """CREANCES des échéances d'une lettre qui sont à son niveau, de la plus ancienne à la plus récente ; montants en unités.

    lignes : celles de la décision sur une même relance. CREDITS : positif, ce que les crédits du client en déduisent ;
    PENALITES : NA si un taux manque.
    """
    exigees = lignes[lignes[c.EXIGEE]].sort_values([c.DATE_ECHEANCE, c.PIECE], kind="stable")
    deduits = exigees[c.RESTE_DU] - exigees[c.NET_PENALISABLE]
    return exigees.assign(**{c.CREDITS: deduits})[CREANCES].reset_index(drop=True)


def periodes(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, au: date) -> pd.DataFrame:
    """PERIODES : les intérêts de chaque échéance qui en porte, semestre par semestre ; leur somme est ses PENALITES, au centime."""
    criteres = replace(parametres.criteres, date_reference=au)
    exigees = lignes[lignes[c.EXIGEE] & (lignes[c.PENALITES].fillna(0) > 0)].sort_values([c.DATE_ECHEANCE, c.PIECE], kind="stable")
    types = types_des_clients(exigees[c.CODE_CLIENT], clients, criteres)
    rangs = [
        (piece, *periode, devise)
        for piece, echeance, net, devise, genre in zip(
            exigees[c.PIECE], exigees[c.DATE_ECHEANCE], exigees[c.NET_PENALISABLE], exigees[c.DEVISE], types, strict=True
        )
        for periode in _par_semestre(echeance.date(), int(net), tranches(echeance.date(), genre, criteres, parametres.taux))
    ]
    return pd.DataFrame(rangs, columns=PERIODES).astype(
        {c.DU: "datetime64[s]", c.AU: "datetime64[s]", c.JOURS: "int64", c.PENALITES: "int64"}
    )


def _par_semestre(echeance: date, net: int, decoupe: tuple[Tranche, ...]) -> Iterator[tuple[str, date, date, int, str, int]]:
    """L'arrondi ne se fait qu'une fois : chaque semestre porte ce qui manque au cumul arrondi."""
    cumul, arrondi, fin = Decimal(0), 0, echeance
    for tranche in decoupe:
        assert tranche.taux is not None
        debut, fin = fin + timedelta(days=1), fin + timedelta(days=tranche.jours)
        cumul += net * tranche.taux * tranche.jours / Decimal(36_500)
        nouveau = int(cumul.quantize(Decimal(1), ROUND_HALF_UP))
        yield tranche.semestre, debut, fin, tranche.jours, pourcentage(tranche.taux), nouveau - arrondi
        arrondi = nouveau
