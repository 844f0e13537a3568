"""Pénalités de retard et indemnité forfaitaire (contrat §5 ; C. com. L441-10 II et D441-5, CCP R2192-31 et D2192-35)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from relances_xl.decision.chiffrer.sortie import au_niveau
from relances_xl.decision.juger.credits import plus_ancienne_d_abord
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


@dataclass(frozen=True, slots=True)
class Tranche:
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


class Frais(NamedTuple):
    """Ce que coûtent les retards, ligne à ligne (unités minimales)."""

    penalites: pd.Series  # Int64 ; 0 si la ligne n'en porte pas, NA si un taux manque
    indemnites: pd.Series  # int64
    tranches: pd.Series  # tuple[Tranche, …], des seules lignes qui portent des pénalités


def frais(lignes: pd.DataFrame, types: pd.Series, criteres: Criteres, plans: Plans, taux: Taux) -> Frais:
    """Pénalités et indemnités de chaque ligne de lettre dont le niveau les réclame.

    lignes : avec RELANCE, NIVEAU_PROPOSE et NET_PENALISABLE ; types : type de client de chaque ligne.
    """
    porte = types.isin(CHARGEABLES) & ~lignes[c.SANS_FRAIS] & (lignes[c.NET_PENALISABLE] > 0)
    penalises = {(niveaux.plan, numero) for niveaux in plans for numero in niveaux.avec_penalites}
    indemnises = {(niveaux.plan, numero) for niveaux in plans for numero in niveaux.avec_indemnite}
    penalisees = lignes[porte & au_niveau(lignes, lignes[c.NIVEAU_PROPOSE], penalises)]
    decoupes = _tranches_par_ligne(penalisees, types.loc[penalisees.index], criteres, taux)
    penalites = _penalites(penalisees[c.NET_PENALISABLE], decoupes).reindex(lignes.index, fill_value=0)
    indemnites = _indemnites(lignes, porte & au_niveau(lignes, lignes[c.NIVEAU_PROPOSE], indemnises))
    return Frais(penalites, indemnites, decoupes)


def _jours_par_semestre(debut: date, fin: date) -> dict[str, int]:
    """Les jours de [début ; fin], par semestre civil, dans l'ordre."""
    jours = {}
    while debut <= fin:
        suivant = date(debut.year, 7, 1) if debut.month <= 6 else date(debut.year + 1, 1, 1)
        jours[semestre(debut)] = (min(suivant, fin + timedelta(days=1)) - debut).days
        debut = suivant
    return jours


def _tranches_par_ligne(lignes: pd.DataFrame, types: pd.Series, criteres: Criteres, taux: Taux) -> pd.Series:
    """Les tranches de chaque ligne ; chaque couple (échéance, type de client) n'est découpé qu'une fois."""
    couples = pd.MultiIndex.from_arrays([lignes[c.DATE_ECHEANCE], types])
    decoupes = {couple: tranches(couple[0].date(), couple[1], criteres, taux) for couple in couples.unique()}
    return pd.Series([decoupes[couple] for couple in couples], index=lignes.index, dtype="object")


def _penalites(nets: pd.Series, decoupes: pd.Series) -> pd.Series:
    """net × Σ taux × jours / 365, exact, arrondi une fois à l'unité minimale, demi vers le haut."""
    poids = {decoupe: _points_jours(decoupe) for decoupe in decoupes.unique()}
    points = decoupes.map(poids)
    connus = points.notna()
    # des entiers de Python : le produit dépasse 64 bits pour un gros montant
    doubles: pd.Series = 2 * nets[connus].astype("object") * points[connus] + _DENOMINATEUR
    penalites: pd.Series = (doubles // (2 * _DENOMINATEUR)).astype("Int64")
    return penalites.reindex(nets.index)


def _points_jours(decoupe: tuple[Tranche, ...]) -> int | None:
    """Σ taux × jours, en points-jours × 10^8 ; None si un taux manque."""
    total = Decimal(0)
    for tranche in decoupe:
        if tranche.taux is None:
            return None
        total += tranche.taux * tranche.jours
    return int(total.scaleb(_ECHELLE))


def _indemnites(lignes: pd.DataFrame, indemnisee: pd.Series) -> pd.Series:
    """40 € par pièce, une fois : sur sa plus haute lettre, à sa plus ancienne échéance qui la réclame. En EUR seulement."""
    candidates = lignes[indemnisee & (lignes[c.DEVISE] == "EUR")]
    if candidates.empty:
        return pd.Series(0, lignes.index)
    niveau = lignes.groupby(c.RELANCE)[c.NIVEAU_PROPOSE].transform("max").loc[candidates.index]
    ordonnees = plus_ancienne_d_abord(candidates.assign(**{c.NIVEAU: niveau})).sort_values(c.NIVEAU, ascending=False, kind="stable")
    premieres = ordonnees.drop_duplicates([c.CODE_CLIENT, c.PIECE]).index
    return pd.Series(0, lignes.index).mask(lignes.index.isin(premieres), INDEMNITE_FORFAITAIRE)
