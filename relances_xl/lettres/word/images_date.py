"""L'image d'une date, commutateur `\\@` d'un champ Word : `d MMMM yyyy`, `jj/MM/aaaa`, `dd/MM/yyyy`.

Les lettres françaises (j, a) valent les anglaises (d, y) ; faute d'heure, `mm` se lit comme le mois. Les noms des mois
et des jours sont ceux de Babel, qui ne se charge pas pour une date française sans jour de la semaine ni mois abrégé. Source : ECMA-376 partie 1, §17.16.4.1.
"""

import re
from datetime import date
from functools import lru_cache

from relances_xl.domaine.ecrits.montants import ESPACE

_MORCEAU = re.compile(r"'[^']*'|[dDjJ]+|[Mm]+|[yYaA]+|[^dDjJMmyYaA']+")
_FRANCAIS = re.compile(r"'[^']+'(?!')|d{1,2}(?!d)|M{1,2}(?!M)|MMMM(?!M)|yy(?!y)|yyyy(?!y)|[^A-Za-z']")
_MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
_JOURS = {1: "d", 2: "dd", 3: "EEE", 4: "EEEE"}


def compiler_image_date(image: str) -> str:
    """Le motif CLDR de l'image, que `ecrire_image_date` applique.

    >>> compiler_image_date("'le' jj MMMM aaaa")
    "'le' dd MMMM yyyy"
    """
    return "".join(_motif(trouve.group()) for trouve in _MORCEAU.finditer(image))


def demande_une_heure(image: str) -> bool:
    """Vrai si l'image a des heures, des minutes après elles, des secondes ou AM/PM : une date n'en a pas.

    >>> demande_une_heure("dd/MM/yyyy HH:mm"), demande_une_heure("'vers' d MMMM")
    (True, False)
    """
    nue = re.sub(r"'[^']*'", "", image)
    return bool(re.search(r"[hH]|\bs{1,2}\b|AM/PM", nue))


def _motif(morceau: str) -> str:
    initiale, nombre = morceau[0].casefold(), len(morceau)
    if initiale in "dj":
        return _JOURS[min(nombre, 4)]
    if initiale == "m":
        return "M" * min(nombre, 4)
    if initiale in "ya":
        return "yy" if nombre <= 2 else "yyyy"
    litteral = morceau.strip("'") if initiale == "'" else morceau
    return re.sub(r"[A-Za-zÀ-ÿ]+", lambda mots: f"'{mots.group()}'", litteral)


@lru_cache(maxsize=4096)
def ecrire_image_date(jour: date, motif: str, langue: str) -> str:
    """La date selon un motif CLDR, dans la langue.

    >>> ecrire_image_date(date(2026, 11, 24), "d MMMM yyyy", "fr")
    '24 novembre 2026'
    """
    if langue == "fr" and not _FRANCAIS.sub("", motif):
        return _FRANCAIS.sub(lambda morceau: _en_francais(jour, morceau.group()), motif).replace("\u202f", ESPACE)
    from babel.dates import format_date

    return format_date(jour, motif, locale=langue).replace("\u202f", ESPACE)


def _en_francais(jour: date, morceau: str) -> str:
    """Un morceau d'un motif CLDR : du texte, ou le jour, le mois, l'année."""
    ecrits = {"d": f"{jour.day}", "dd": f"{jour.day:02}", "M": f"{jour.month}", "MM": f"{jour.month:02}", "MMMM": _MOIS[jour.month - 1],
              "yy": f"{jour.year % 100:02}", "yyyy": f"{jour.year:04}"}  # fmt: skip
    return ecrits.get(morceau) or morceau.strip("'")
