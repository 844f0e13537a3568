"""Pénalités de retard et indemnité forfaitaire (contrat §5 ; C. com. L441-10 II et D441-5, CCP R2192-31 et D2192-35)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from relances_xl.decision.chiffrer.sortie import au_niveau
from relances_xl.decision.juger.credits import plus_ancienne_d_abord
from relances_xl.decision.par_groupe import Entiers, Valeurs, grouper, parmi
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, TypeClient
from relances_xl.domaine.ecrits.dates import semestre
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.taux import Taux

POINTS_PROFESSIONNEL = 10
POINTS_PUBLIC = 8
PLANCHER_LEGAL = 3  # le taux contractuel d'un professionnel ne descend pas sous 3 × le taux légal (L441-10 II)
INDEMNITE_FORFAITAIRE = en_unites(Decimal(40), "EUR")

CHARGEABLES = (TypeClient.PROFESSIONNEL.value, TypeClient.PUBLIC.value)
"""Un particulier, ou un client sans type, ne doit ni pénalités ni indemnité (CPCE L111-8)."""

_ECHELLE = 8  # décimales gardées d'un taux : le calcul reste en entiers
_DENOMINATEUR = 365 * 100 * 10**_ECHELLE


class Tranche(NamedTuple):
    """Des jours de retard à un même taux annuel (en points de pourcentage ; None : absent de l'onglet « Taux »)."""

    semestre: str
    jours: int
    taux: Decimal | None


def tranches(echeance: date, type_client: str, criteres: Criteres, taux: Taux) -> tuple[Tranche, ...]:
    """Le retard d'une échéance, ]échéance ; date de référence], découpé au taux de chaque semestre, ou figé au premier."""
    debut = echeance + timedelta(days=1)
    decoupe = _jours_par_semestre(debut, criteres.date_reference)
    if decoupe and (criteres.figer_taux or type_client == TypeClient.PUBLIC):
        decoupe = {semestre(debut): sum(decoupe.values())}
    return tuple(Tranche(nom, jours, taux_applicable(nom, type_client, criteres, taux)) for nom, jours in decoupe.items())


def taux_applicable(nom: str, type_client: str, criteres: Criteres, taux: Taux) -> Decimal | None:
    """Le taux d'un semestre : Public BCE + 8 ; Professionnel le taux contractuel, sinon BCE + 10 ; None si BCE absent."""
    bce = taux.bce(nom)
    if type_client == TypeClient.PUBLIC:
        return None if bce is None else bce + POINTS_PUBLIC
    if criteres.taux_contractuel is not None:
        return criteres.taux_contractuel
    return None if bce is None else bce + POINTS_PROFESSIONNEL


class Decoupes(NamedTuple):
    """Les lignes qui portent des pénalités : leurs rangs, et les tranches de chacune ; deux lignes pareilles ont la même découpe."""

    rangs: Entiers
    numeros: Entiers
    tranches: list[tuple[Tranche, ...]]


class Frais(NamedTuple):
    """Ce que coûtent les retards, ligne à ligne (unités minimales)."""

    penalites: Any  # Int64 ; 0 si la ligne n'en porte pas, NA si un taux manque
    indemnites: Entiers
    decoupes: Decoupes


def frais(lignes: pd.DataFrame, types: Valeurs, criteres: Criteres, plans: Plans, taux: Taux) -> Frais:
    """Pénalités et indemnités de chaque ligne de lettre dont le niveau les réclame.

    lignes : avec RELANCE, NIVEAU_PROPOSE et NET_PENALISABLE ; types : type de client de chaque ligne.
    """
    nets = lignes[c.NET_PENALISABLE].to_numpy()
    portent = np.flatnonzero((nets > 0) & ~lignes[c.SANS_FRAIS].to_numpy() & parmi(types, CHARGEABLES))
    plan, niveau = (lignes[nom].to_numpy()[portent] for nom in (c.PLAN, c.NIVEAU_PROPOSE))
    penalises = {(niveaux.plan, numero) for niveaux in plans for numero in niveaux.avec_penalites}
    indemnises = {(niveaux.plan, numero) for niveaux in plans for numero in niveaux.avec_indemnite}
    decoupes = _decouper(lignes, portent[au_niveau(plan, niveau, penalises)], types, criteres, taux)
    indemnites = np.zeros(len(lignes), dtype=np.int64)
    indemnites[_a_indemniser(lignes, portent[au_niveau(plan, niveau, indemnises)])] = INDEMNITE_FORFAITAIRE
    return Frais(_penalites(nets, decoupes), indemnites, decoupes)


def _jours_par_semestre(debut: date, fin: date) -> dict[str, int]:
    """Les jours de [début ; fin], par semestre civil, dans l'ordre."""
    jours = {}
    while debut <= fin:
        suivant = date(debut.year, 7, 1) if debut.month <= 6 else date(debut.year + 1, 1, 1)
        jours[semestre(debut)] = (min(suivant, fin + timedelta(days=1)) - debut).days
        debut = suivant
    return jours


def _decouper(lignes: pd.DataFrame, rangs: Entiers, types: Valeurs, criteres: Criteres, taux: Taux) -> Decoupes:
    """Les tranches des lignes de ces rangs ; chaque couple (échéance, type de client) n'est découpé qu'une fois."""
    echeances, genres = lignes[c.DATE_ECHEANCE].to_numpy()[rangs].astype("datetime64[D]"), types[rangs]
    couples = grouper(echeances, genres)
    premiers = zip(echeances[couples.premieres].tolist(), genres[couples.premieres].tolist(), strict=True)
    return Decoupes(rangs, couples.numeros, [tranches(echeance, genre, criteres, taux) for echeance, genre in premiers])


def _penalites(nets: Entiers, decoupes: Decoupes) -> Any:
    """net × Σ taux × jours / 365, exact, arrondi une fois à l'unité minimale, demi vers le haut."""
    points = [_points_jours(decoupe) for decoupe in decoupes.tranches]
    des_lignes = [points[numero] for numero in decoupes.numeros.tolist()]
    dues, inconnues = np.zeros(len(nets), dtype=np.int64), np.zeros(len(nets), dtype=bool)
    inconnues[decoupes.rangs] = [point is None for point in des_lignes]
    dues[decoupes.rangs] = [  # des entiers de Python : le produit dépasse 64 bits pour un gros montant
        (2 * net * (point or 0) + _DENOMINATEUR) // (2 * _DENOMINATEUR)
        for net, point in zip(nets[decoupes.rangs].tolist(), des_lignes, strict=True)
    ]
    return pd.arrays.IntegerArray(dues, inconnues)


def _points_jours(decoupe: tuple[Tranche, ...]) -> int | None:
    """Σ taux × jours, en points-jours × 10^8 ; None si un taux manque."""
    total = Decimal(0)
    for tranche in decoupe:
        if tranche.taux is None:
            return None
        total += tranche.taux * tranche.jours
    return int(total.scaleb(_ECHELLE))


def _a_indemniser(lignes: pd.DataFrame, indemnisees: Entiers) -> Entiers:
    """40 € par pièce, une fois : le rang de sa plus ancienne échéance qui la réclame, sur sa plus haute lettre. En EUR seulement."""
    code, piece, relance, devise = (lignes[nom].to_numpy() for nom in (c.CODE_CLIENT, c.PIECE, c.RELANCE, c.DEVISE))
    candidates: Entiers = indemnisees[devise[indemnisees] == "EUR"]
    pieces = grouper(code[candidates], piece[candidates])
    if len(pieces) == len(candidates):
        return candidates
    lettres = grouper(relance)
    niveau = lettres.plus_grand(lignes[c.NIVEAU_PROPOSE].to_numpy())[lettres.numeros]
    ordonnees = plus_ancienne_d_abord(lignes, candidates)
    ordonnees = ordonnees[np.argsort(-niveau[ordonnees], kind="stable")]
    premieres: Entiers = ordonnees[grouper(code[ordonnees], piece[ordonnees]).premieres]
    return premieres
