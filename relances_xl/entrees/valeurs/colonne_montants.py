"""Une colonne de montants vers des entiers en unités minimales, exactement ; ce qui est douteux reste illisible (contrat §3).

Un nombre d'Excel vaut son écriture décimale la plus courte (`12.345` vaut 12,345 et non sa valeur binaire). Un texte
vaut ce que sa colonne permet : « 1.234 » ne se lit que si une autre cellule dit ce qu'y est le point.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.ecrits.montants import arrondir
from relances_xl.domaine.ecrits.nombres_ecrits import Ecrit, decomposer
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.entrees.valeurs.colonne_textes import Masque

Entiers = NDArray[np.int64]

PLAFOND = 10**15
"""Au-delà, en unités minimales, un montant est une erreur de saisie (et un flottant n'est plus exact)."""

_TRANCHE = 10_000  # cellules
_ECHELLES = np.power(10.0, np.arange(10))
# la forme de presque tous les montants, reconnue d'abord : « -1 234,56 », « 12.5 »
_COURANT = re.compile(r"-?(?:\d{1,18}|\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,6})(?:[.,]\d{1,2})?")
_POINT = str.maketrans(",", ".", " \u00a0\u202f")


class ColonneMontants(NamedTuple):
    """Une colonne de montants lue.

    unites : int64, 0 si vide ou illisible ; raisons : rang → pourquoi la cellule est illisible, quand il y a mieux à
    dire que son contenu ; devises : rang → code de la devise écrite dans la cellule même.
    """

    unites: Entiers
    vides: Masque
    illisibles: Masque
    raisons: Mapping[int, str] = {}
    devises: Mapping[int, str] = {}


def montants(valeurs: Sequence[Valeur], decimales: Entiers) -> ColonneMontants:
    """Lit une colonne de montants.

    decimales : nombre de décimales de la devise de chaque ligne (EUR 2, JPY 0, TND 3). Arrondi demi vers le haut (en
    valeur absolue) au-delà.
    """
    genres = set(map(type, valeurs))
    if genres <= {float, int}:
        unites = _depuis_flottants(np.array(valeurs, dtype=float), decimales)
        return _resultat(unites, np.zeros(len(valeurs), dtype=bool))
    vides = np.fromiter(map(est_vide, valeurs), dtype=np.bool_, count=len(valeurs))
    if genres == {str}:
        nombres = np.full(len(valeurs), np.nan)
    else:
        nombres = np.array([valeur if type(valeur) in (float, int) else np.nan for valeur in valeurs], dtype=float)
    unites = _depuis_flottants(nombres, decimales)
    if genres <= {float, int, type(None)} or not (np.isnan(nombres) & ~vides).any():
        return _resultat(unites, vides)
    return _ajouter_textes(valeurs, decimales, unites, vides, np.isnan(nombres) & ~vides)


_HORS = np.iinfo(np.int64).min
"""Valeur interne : pas un montant."""


def _resultat(unites: Entiers, vides: Masque) -> ColonneMontants:
    illisibles = (unites == _HORS) & ~vides
    return ColonneMontants(np.where(unites == _HORS, 0, unites), vides, illisibles)


def _depuis_flottants(nombres: NDArray[np.float64], decimales: Entiers) -> Entiers:
    """Unités minimales de flottants, `_HORS` pour NaN et les démesurés.

    Quand l'arrondi redonne le même flottant, l'écriture courte n'a pas plus de décimales : c'est exact. Les autres,
    rares, passent par `Decimal(repr(x))`.
    """
    echelle = _ECHELLES[decimales]
    with np.errstate(over="ignore"):  # un démesuré devient infini, et sera refusé
        arrondis = np.rint(nombres * echelle)
    possibles = np.abs(arrondis) < PLAFOND  # faux pour NaN
    unites = np.where(possibles, arrondis, _HORS).astype(np.int64)
    for rang in np.flatnonzero(possibles & (arrondis / echelle != nombres)):
        unites[rang] = arrondir(Decimal(repr(float(nombres[rang]))), int(decimales[rang]))
    return unites


def _ajouter_textes(valeurs: Sequence[Valeur], decimales: Entiers, unites: Entiers, vides: Masque, autres: Masque) -> ColonneMontants:
    """Complète les nombres par les textes de la colonne."""
    rares, decimaux_vus = _lire_courants(valeurs, decimales, unites, autres)
    ecrits = {valeur: decomposer(valeur) for valeur in {valeurs[rang] for rang in rares}}
    decimaux = _separateurs(ecrits.values(), decimaux_vus)
    douteux = [ecrit for ecrit in ecrits.values() if ecrit and ecrit.deux_lectures]
    if douteux:
        lisibles = unites[unites != _HORS] / _ECHELLES[decimales[unites != _HORS]]
        decimaux = _zeros_de_trop(douteux, float(np.abs(lisibles).max(initial=0))) | decimaux
    raisons: dict[int, str] = {}
    devises: dict[int, str] = {}
    for rang in rares:
        ecrit = ecrits[valeurs[rang]]
        unites[rang] = _unites(ecrit, decimaux, int(decimales[rang]))
        if ecrit and ecrit.devise:
            devises[rang] = ecrit.devise
        if ecrit and ecrit.deux_lectures and unites[rang] == _HORS:
            raisons[rang] = f"le « {ecrit.decimal} » y sépare-t-il les milliers ou les décimales ? la colonne ne le dit pas"
    lu = _resultat(unites, vides)
    return ColonneMontants(lu.unites, vides, lu.illisibles, raisons, devises)


def _lire_courants(valeurs: Sequence[Valeur], decimales: Entiers, unites: Entiers, autres: Masque) -> tuple[list[int], set[str]]:
    """Lit sur place les écritures courantes ; rend les rangs des autres, et les séparateurs décimaux rencontrés.

    Une écriture courante a au plus deux décimales : d'une devise qui en a moins (JPY), elle est laissée aux autres. Lues quelques
    milliers à la fois, elles ne tiennent jamais toutes en double dans la mémoire.
    """
    rares: list[int] = []
    separateurs: set[str] = set()
    assez_fines = decimales >= 2
    for debut in range(0, len(valeurs), _TRANCHE):
        courants: list[int] = []
        rangs = np.flatnonzero(autres[debut : debut + _TRANCHE]) + debut
        for rang, assez_fine in zip(rangs.tolist(), assez_fines[rangs].tolist(), strict=True):
            valeur = valeurs[rang]
            courante = assez_fine and isinstance(valeur, str) and _COURANT.fullmatch(valeur)
            (courants if courante else rares).append(rang)
        if courants:
            ecrits = "\n".join([str(valeurs[rang]) for rang in courants])
            nombres = np.fromiter(map(float, ecrits.translate(_POINT).split("\n")), dtype=float, count=len(courants))
            unites[courants] = _depuis_flottants(nombres, decimales[courants])
            separateurs |= {separateur for separateur in ",." if separateur in ecrits}
    return rares, separateurs


def _separateurs(ecrits: Iterable[Ecrit | None], decimaux_vus: Iterable[str]) -> dict[str, bool]:
    """Séparateur → vrai s'il est décimal dans la colonne, faux s'il y sépare les milliers ; absent : on ne sait pas."""
    surs = [ecrit for ecrit in ecrits if ecrit and not ecrit.deux_lectures]
    decimaux = {ecrit.decimal for ecrit in surs if ecrit.decimal}.union(decimaux_vus)
    milliers = {ecrit.milliers for ecrit in surs if ecrit.milliers in (".", ",")}
    dits = {}
    for separateur, autre in ((".", ","), (",", ".")):
        decimal = separateur in decimaux or autre in milliers
        if decimal != (separateur in milliers or autre in decimaux):
            dits[separateur] = decimal
    return dits


def _zeros_de_trop(douteux: Sequence[Ecrit], plus_grand: float) -> dict[str, bool]:
    """« 100.000 » parmi des nombres dont aucun ne passe 10 000 : trois décimales, dont la dernière est un zéro.

    Lus comme des milliers, tous dépasseraient dix fois le plus grand des nombres de la colonne.
    """
    if not plus_grand or not all(
        ecrit.fraction.endswith("0") and int(ecrit.entier + ecrit.fraction) > 10 * plus_grand for ecrit in douteux
    ):
        return {}
    return {ecrit.decimal: True for ecrit in douteux}


def _unites(ecrit: Ecrit | None, decimaux: Mapping[str, bool], decimales: int) -> int:
    """Le montant en unités minimales, `_HORS` s'il ne se lit pas."""
    if ecrit is None or (ecrit.deux_lectures and ecrit.decimal not in decimaux):
        return _HORS
    entier, fraction = ecrit.entier, ecrit.fraction
    if ecrit.deux_lectures and not decimaux[ecrit.decimal]:
        entier, fraction = entier + fraction, ""
    if len(fraction) <= decimales:
        unites = int(f"{entier}{fraction:0<{decimales}}")
    else:
        unites = arrondir(Decimal(f"{entier or 0}.{fraction}"), decimales)
    return ecrit.signe * unites if unites < PLAFOND else _HORS
