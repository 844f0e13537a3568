"""Une colonne de dates : vraies dates, numéros de série d'Excel, textes ; l'ordre jour/mois se décide sur toute la colonne."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.dates import jour_de_serie
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.textes import cle
from relances_xl.entrees.conversion import Masque

Dates64 = NDArray[np.datetime64]

_HEURE = r"(?:[T ]\s*\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2}|[AaPp][Mm])?)?"
_PETIT = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})" + _HEURE)
_ISO = re.compile(r"(\d{4})([/.\-]?)(\d{2})\2(\d{2})" + _HEURE)
_LETTRES = re.compile(r"(\d{1,2})(?:er)?[ \-]([^\W\d]+)\.?[ \-](\d{4}|\d{2})" + _HEURE)
_ANGLAIS = re.compile(r"([^\W\d]+)\.? (\d{1,2}),? (\d{4})" + _HEURE)
_SERIE = range(20_000, 80_000)  # de 1954 à 2119
_COMPACT = range(1900_01_01, 2200_01_01)
_EPOQUE = date(1970, 1, 1).toordinal()
_NAT = np.datetime64("NaT", "s")

_NOMS_DE_MOIS = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "mar", "march"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
MOIS = {nom: numero for numero, noms in enumerate(_NOMS_DE_MOIS, 1) for nom in noms}


@dataclass(frozen=True, slots=True)
class ColonneDates:
    """Une colonne de dates lue.

    jours : datetime64[s], NaT si vide ou illisible ; indecidables : les illisibles dont seul l'ordre jour/mois manque ;
    mois_jour : la colonne s'est lue mois/jour ; melangee : de vraies dates y côtoient ces textes mois/jour.
    """

    jours: Dates64
    vides: Masque
    illisibles: Masque
    indecidables: Masque
    mois_jour: bool = False
    melangee: bool = False


@dataclass(frozen=True, slots=True)
class _Ambigu:
    """« 03/04/2026 » : deux lectures, avant que la colonne ait parlé."""

    jour_mois: date | None
    mois_jour: date | None


_Lu = date | _Ambigu | int | None  # int : numéro de série possible ; None : illisible


def dates(valeurs: Sequence[Valeur]) -> ColonneDates:
    """Lit une colonne de dates (contrat §3).

    Jour/mois, sauf si une valeur prouve mois/jour et aucune le contraire ; des preuves contraires laissent illisibles
    les dates que rien ne départage. Un nombre n'est un numéro de série que si la colonne est surtout faite de dates.
    """
    genres = set(map(type, valeurs))
    if bool in genres:  # un booléen n'est pas une date, et `True` se confondrait avec 1 dans un dictionnaire
        valeurs = [str(valeur) if type(valeur) is bool else valeur for valeur in valeurs]
    aucun = np.zeros(len(valeurs), dtype=np.bool_)
    if genres <= {type(None)}:
        return ColonneDates(np.full(len(valeurs), _NAT), ~aucun, aucun, aucun)
    lus = {valeur: _lire(valeur) for valeur in set(valeurs)}
    vides = _masque(valeurs, {valeur for valeur in lus if est_vide(valeur)})
    mois_jour, contradictoire = _ordre(lus.values())
    series = any(isinstance(lu, int) for lu in lus.values()) and _surtout_des_dates(valeurs, lus, vides)
    tranches = {valeur: _trancher(lu, mois_jour, contradictoire, series) for valeur, lu in lus.items()}
    illisibles = _masque(valeurs, {valeur for valeur, jour in tranches.items() if jour is None}) & ~vides
    indecises = {valeur for valeur, lu in lus.items() if contradictoire and _deux_lectures(lu)}
    ordinaux = {valeur: (jour.toordinal() if jour else _EPOQUE) - _EPOQUE for valeur, jour in tranches.items()}
    jours = np.fromiter(map(ordinaux.__getitem__, valeurs), dtype=np.int64, count=len(valeurs))
    return ColonneDates(
        np.where(vides | illisibles, _NAT, jours.astype("datetime64[D]").astype("datetime64[s]")),
        vides,
        illisibles,
        _masque(valeurs, indecises),
        mois_jour and not contradictoire,
        mois_jour and bool(genres & {date, datetime}),
    )


def _surtout_des_dates(valeurs: Sequence[Valeur], lus: Mapping[Valeur, _Lu], vides: Masque) -> bool:
    """Plus de la moitié des cellules remplies peuvent être des dates : un nombre y est un numéro de série."""
    lisibles = _masque(valeurs, {valeur for valeur, lu in lus.items() if lu is not None})
    return int(lisibles.sum()) * 2 > int((~vides).sum())


def _masque(valeurs: Sequence[Valeur], choisies: Collection[Valeur]) -> Masque:
    """Vrai là où la cellule est l'une de celles choisies."""
    if not choisies:
        return np.zeros(len(valeurs), dtype=np.bool_)
    return np.fromiter((valeur in choisies for valeur in valeurs), dtype=np.bool_, count=len(valeurs))


def _lire(valeur: Valeur) -> _Lu:
    if isinstance(valeur, datetime):
        return valeur.date()
    if isinstance(valeur, date):
        return valeur
    if isinstance(valeur, bool):
        return None
    if isinstance(valeur, int | float):
        return _nombre(valeur)
    return _texte(" ".join(valeur.split())) if isinstance(valeur, str) else None


def _nombre(nombre: int | float) -> _Lu:
    entier = int(nombre)
    if entier in _COMPACT and entier == nombre:
        return _jour(entier // 10_000, entier // 100 % 100, entier % 100)
    return entier if entier in _SERIE else None


def _texte(texte: str) -> _Lu:
    if petit := _PETIT.fullmatch(texte):
        premier, second, annee = int(petit[1]), int(petit[3]), _annee(petit[4])
        return _Ambigu(_jour(annee, second, premier), _jour(annee, premier, second))
    if iso := _ISO.fullmatch(texte):
        return _jour(int(iso[1]), int(iso[3]), int(iso[4]))
    if lettres := _LETTRES.fullmatch(texte):
        return _jour(_annee(lettres[3]), MOIS.get(cle(lettres[2]), 0), int(lettres[1]))
    if anglais := _ANGLAIS.fullmatch(texte):
        return _jour(int(anglais[3]), MOIS.get(cle(anglais[1]), 0), int(anglais[2]))
    nombre = re.fullmatch(r"(\d{5})(?:[.,]\d+)?", texte)
    return _nombre(int(nombre[1])) if nombre else None


def _annee(texte: str) -> int:
    """« 26 » est 2026, « 98 » est 1998 : le pivot de 1969 est celui de POSIX."""
    annee = int(texte)
    return annee if len(texte) == 4 else annee + (2000 if annee < 69 else 1900)


def _jour(annee: int, mois: int, jour: int) -> date | None:
    try:
        return date(annee, mois, jour) if annee >= 1900 else None
    except ValueError:
        return None


def _deux_lectures(lu: _Lu) -> bool:
    return isinstance(lu, _Ambigu) and lu.jour_mois != lu.mois_jour and None not in (lu.jour_mois, lu.mois_jour)


def _ordre(lus: Iterable[_Lu]) -> tuple[bool, bool]:
    """(la colonne est mois/jour, ses preuves se contredisent)."""
    ambigus = [lu for lu in lus if isinstance(lu, _Ambigu)]
    prouve_jour_mois = any(lu.jour_mois and not lu.mois_jour for lu in ambigus)
    prouve_mois_jour = any(lu.mois_jour and not lu.jour_mois for lu in ambigus)
    return prouve_mois_jour and not prouve_jour_mois, prouve_mois_jour and prouve_jour_mois


def _trancher(lu: _Lu, mois_jour: bool, contradictoire: bool, series: bool) -> date | None:
    if isinstance(lu, _Ambigu):
        if contradictoire and _deux_lectures(lu):
            return None
        preferee, autre = (lu.mois_jour, lu.jour_mois) if mois_jour else (lu.jour_mois, lu.mois_jour)
        return preferee or (autre if contradictoire else None)
    if isinstance(lu, int):
        return jour_de_serie(lu) if series else None
    return lu
