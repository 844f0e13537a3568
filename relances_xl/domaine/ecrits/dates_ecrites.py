"""Une date telle qu'on l'écrit : vraie date, numéro de série d'Excel, texte ; toutes ses lectures, sans en choisir une.

Le seul lecteur de dates du projet : une colonne d'export choisit d'après ses autres cellules, une cellule saisie à la
main se lit jour/mois.
"""

import re
from datetime import date, datetime
from typing import NamedTuple

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.feuilles import Valeur

_HEURE = r"(?:[T ]\s*\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2}|[AaPp][Mm])?)?"
_PETIT = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})" + _HEURE)
_ISO = re.compile(r"(\d{4})([/.\-]?)(\d{2})\2(\d{2})" + _HEURE)
_LETTRES = re.compile(r"(\d{1,2})(?:er)?[ \-]([^\W\d]+)\.?[ \-](\d{4}|\d{2})" + _HEURE)
_ANGLAIS = re.compile(r"([^\W\d]+)\.? (\d{1,2}),? (\d{4})" + _HEURE)
_SERIE = range(20_000, 80_000)  # de 1954 à 2119
_COMPACT = range(1900_01_01, 2200_01_01)

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


class Ambigu(NamedTuple):
    """« 03/04/2026 » : deux lectures, avant que la colonne ait parlé."""

    jour_mois: date | None
    mois_jour: date | None


Lu = date | Ambigu | int | None  # int : numéro de série possible ; None : illisible


def lectures(valeur: Valeur) -> Lu:
    """Ce que la cellule peut vouloir dire : une date, deux (`Ambigu`), un numéro de série possible (int), rien (None)."""
    if isinstance(valeur, datetime):
        return valeur.date()
    if isinstance(valeur, date):
        return valeur
    if isinstance(valeur, bool):
        return None
    if isinstance(valeur, int | float):
        return _nombre(valeur)
    return _texte(" ".join(valeur.split())) if isinstance(valeur, str) else None


def _nombre(nombre: int | float) -> Lu:
    entier = int(nombre)
    if entier in _COMPACT and entier == nombre:
        return _jour(entier // 10_000, entier // 100 % 100, entier % 100)
    return entier if entier in _SERIE else None


def _texte(texte: str) -> Lu:
    if petit := _PETIT.fullmatch(texte):
        premier, second, annee = int(petit[1]), int(petit[3]), _annee(petit[4])
        return Ambigu(_jour(annee, second, premier), _jour(annee, premier, second))
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
