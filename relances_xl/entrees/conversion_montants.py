"""Une colonne de montants vers des entiers en unités minimales, exactement ; ce qui est douteux reste illisible (contrat §3).

Un nombre d'Excel vaut son écriture décimale la plus courte (`12.345` vaut 12,345 et non sa valeur binaire). Un texte
vaut ce que sa colonne permet : « 1.234 » ne se lit que si une autre cellule dit ce qu'y est le point.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur
from relances_xl.domaine.montants import devises as devises_connues
from relances_xl.entrees.conversion import Masque, est_vide, par_valeur

Entiers = NDArray[np.int64]

PLAFOND = 10**15
"""Au-delà, en unités minimales, un montant est une erreur de saisie (et un flottant n'est plus exact)."""

SYMBOLES = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "US$": "USD", "$US": "USD", "DOLLAR": "USD",
    "DOLLARS": "USD", "£": "GBP", "LIVRE": "GBP", "LIVRES": "GBP", "¥": "JPY", "YEN": "JPY", "YENS": "JPY",
    "FR": "CHF", "SFR": "CHF", "FS": "CHF", "DT": "TND", "DH": "MAD", "DHS": "MAD", "FCFA": "XOF", "CFA": "XOF",
}  # fmt: skip

_ECRIT = re.compile(
    r"(?P<ouvre>\()?(?P<moins>[-+])?(?P<avant>[^\d\s.,()+'\-]{1,6})?(?P<moins2>-)?(?P<nombre>\d[\d.,']*|[.,]\d+)"
    r"(?P<apres>(?:[^\d\s.,()+'\-]{1,6}))?(?P<moins3>[-+])?(?P<ferme>\))?(?P<apres2>[^\d\s.,()+'\-]{1,6})?"
)
_SENS = {"D": 1, "DB": 1, "DR": 1, "DEB": 1, "C": -1, "CR": -1, "CRED": -1}


@dataclass(frozen=True, slots=True)
class ColonneMontants:
    """Une colonne de montants lue.

    unites : int64, 0 si vide ou illisible ; raisons : rang → pourquoi la cellule est illisible, quand il y a mieux à
    dire que son contenu ; devises : rang → code de la devise écrite dans la cellule même.
    """

    unites: Entiers
    vides: Masque
    illisibles: Masque
    raisons: dict[int, str] = field(default_factory=dict)
    devises: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ecrit:
    """Un texte décomposé : signe × entiers[,décimales] ; deux_lectures : « 1.234 », le séparateur étant `separateur`."""

    signe: int
    entier: str
    decimales: str
    separateur: str = ""  # le séparateur décimal employé, ou le séparateur en question si deux_lectures
    milliers: str = ""
    deux_lectures: bool = False
    devise: str = ""


def montants(valeurs: Sequence[Valeur], decimales: Entiers) -> ColonneMontants:
    """Lit une colonne de montants.

    decimales : nombre de décimales de la devise de chaque ligne (EUR 2, JPY 0, TND 3). Arrondi demi vers le haut (en
    valeur absolue) au-delà.
    """
    genres = set(map(type, valeurs))
    if genres <= {float, int}:
        unites = _depuis_flottants(np.array(valeurs, dtype=float), decimales)
        return _resultat(unites, np.zeros(len(valeurs), dtype=bool))
    vides = np.array(par_valeur(valeurs, est_vide), dtype=bool)
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
    echelle = np.power(10.0, decimales)
    arrondis = np.rint(nombres * echelle)
    possibles = np.abs(arrondis) < PLAFOND  # faux pour NaN
    unites = np.where(possibles, arrondis, _HORS).astype(np.int64)
    for rang in np.flatnonzero(possibles & (arrondis / echelle != nombres)):
        unites[rang] = _arrondi(Decimal(repr(float(nombres[rang]))), int(decimales[rang]))
    return unites


def _arrondi(montant: Decimal, decimales: int) -> int:
    return int(montant.scaleb(decimales).quantize(Decimal(1), ROUND_HALF_UP))


def _ajouter_textes(
    valeurs: Sequence[Valeur], decimales: Entiers, unites: Entiers, vides: Masque, autres: Masque
) -> ColonneMontants:
    """Complète les nombres par les textes de la colonne."""
    distincts = {valeur: _decomposer(valeur) for valeur in {valeurs[i] for i in np.flatnonzero(autres)}}
    roles = _roles(distincts.values())
    raisons: dict[int, str] = {}
    devises: dict[int, str] = {}
    connus: dict[tuple[Valeur, int], int] = {}
    for rang in np.flatnonzero(autres).tolist():
        valeur, precision = valeurs[rang], int(decimales[rang])
        ecrit = distincts[valeur]
        if ecrit is None:
            if isinstance(valeur, CelluleErreur):
                raisons[rang] = "la cellule est en erreur"
            elif isinstance(valeur, Formule):
                raisons[rang] = (
                    "la formule n'a pas de résultat enregistré : ouvrez et enregistrez le classeur dans Excel"
                )
            continue
        if (valeur, precision) not in connus:
            connus[valeur, precision] = _unites(ecrit, roles, precision)
        unites[rang] = connus[valeur, precision]
        if unites[rang] == _HORS and ecrit.deux_lectures:
            raisons[rang] = (
                f"le « {ecrit.separateur} » peut y séparer les milliers ou les décimales, rien dans la colonne ne le dit"
            )
        if ecrit.devise:
            devises[rang] = ecrit.devise
    lu = _resultat(unites, vides)
    return ColonneMontants(lu.unites, vides, lu.illisibles, raisons, devises)


def _decomposer(valeur: Valeur) -> _Ecrit | None:
    """Le texte décomposé, ou None si ce n'est pas l'écriture d'un montant."""
    if not isinstance(valeur, str):
        return None
    texte = valeur.strip().replace("\u2212", "-").replace("\u2019", "'")
    serre = re.sub(r"(?<=\d)\s(?=\d{3}(?!\d))", "'", texte)
    trouve = _ECRIT.fullmatch(re.sub(r"\s", "", serre) if not re.search(r"\d\s+\d", serre) else serre)
    if trouve is None:
        return None
    signe = _signe(trouve)
    mots = [trouve[nom].upper().rstrip(".") for nom in ("avant", "apres", "apres2") if trouve[nom]]
    devises = [code for mot in mots if (code := _code_devise(mot))]
    sens = [_SENS[mot] for mot in mots if mot in _SENS]
    if signe is None or len(devises) > 1 or len(sens) > 1 or len(devises) + len(sens) != len(mots):
        return None
    if sens and signe < 0:
        return None
    nombre = _separer(trouve["nombre"])
    if nombre is None:
        return None
    entier, fraction, separateur, milliers, deux = nombre
    return _Ecrit(
        signe * (sens[0] if sens else 1), entier, fraction, separateur, milliers, deux, devises[0] if devises else ""
    )


def _code_devise(mot: str) -> str:
    return SYMBOLES.get(mot) or (mot if mot in devises_connues() else "")


def _signe(trouve: re.Match[str]) -> int | None:
    """−1, 1, ou None si les signes se cumulent ou si la parenthèse n'est pas fermée."""
    if bool(trouve["ouvre"]) != bool(trouve["ferme"]):
        return None
    signes = [signe for signe in (trouve["moins"], trouve["moins2"], trouve["moins3"], trouve["ouvre"]) if signe]
    if len(signes) > 1:
        return None
    return -1 if signes and signes[0] != "+" else 1


def _separer(nombre: str) -> tuple[str, str, str, str, bool] | None:
    """(entier, décimales, séparateur décimal, séparateur de milliers, deux lectures possibles)."""
    signes = [caractere for caractere in nombre if caractere in ".,'"]
    if not signes:
        return nombre, "", "", "", False
    dernier = signes[-1]
    if dernier != "'" and signes.count(dernier) == 1:
        entier, fraction = nombre.split(dernier)
        autres = set(signes) - {dernier}
        if len(autres) > 1:
            return None
        if autres:
            milliers = autres.pop()
            return (
                (entier.replace(milliers, ""), fraction, dernier, milliers, False)
                if _bien_groupe(entier, milliers)
                else None
            )
        if len(fraction) == 3 and re.fullmatch(r"[1-9]\d{0,2}", entier):
            return entier, fraction, dernier, "", True
        return entier, fraction, dernier, "", False
    if set(signes) != {dernier} or not _bien_groupe(nombre, dernier):
        return None
    return nombre.replace(dernier, ""), "", "", dernier, False


def _bien_groupe(entier: str, milliers: str) -> bool:
    return re.fullmatch(rf"\d{{1,3}}(?:{re.escape(milliers)}\d{{3}})+", entier) is not None


def _roles(ecrits: Iterable[_Ecrit | None]) -> dict[str, bool | None]:
    """Séparateur → vrai s'il est décimal dans la colonne, faux s'il y sépare les milliers ; absent : on ne sait pas."""
    surs = [ecrit for ecrit in ecrits if ecrit and not ecrit.deux_lectures]
    decimaux = {ecrit.separateur for ecrit in surs if ecrit.separateur}
    milliers = {ecrit.milliers for ecrit in surs if ecrit.milliers in (".", ",")}
    roles: dict[str, bool | None] = {}
    for separateur, autre in ((".", ","), (",", ".")):
        decimal = separateur in decimaux or autre in milliers
        millier = separateur in milliers or autre in decimaux
        if decimal != millier:
            roles[separateur] = decimal
    return roles


def _unites(ecrit: _Ecrit, roles: dict[str, bool | None], decimales: int) -> int:
    entier, fraction = ecrit.entier, ecrit.decimales
    if ecrit.deux_lectures:
        if ecrit.separateur not in roles:
            return _HORS
        if not roles[ecrit.separateur]:
            entier, fraction = entier + fraction, ""
    unites = _arrondi(Decimal(f"{entier or 0}.{fraction or 0}"), decimales)
    return ecrit.signe * unites if unites < PLAFOND else _HORS
