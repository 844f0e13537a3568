"""Colonnes de textes, de codes, de Oui/Non et d'entiers : des cellules lues vers des valeurs sûres (contrat §3).

Les montants et les dates, qui se décident sur toute la colonne, ont leurs modules : `conversion_montants`,
`conversion_dates`. Partout, une cellule en erreur ou une formule sans résultat n'est jamais une valeur.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.textes import lire_oui_non
from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur

Masque = NDArray[np.bool_]
T = TypeVar("T")

_RIEN: frozenset[Valeur] = frozenset({None, ""})
_PERDUS = 1e15
"""Un classeur ne garde que quinze chiffres : un plus grand nombre a perdu les siens, et s'écrit comme l'œil le voit."""

_CONTROLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def en_texte(valeur: Valeur) -> str:
    """Le texte d'une cellule, blancs de bord ôtés ; un nombre entier sans « .0 », une erreur comme vide.

    >>> en_texte(411001.0), en_texte(" 0102 "), en_texte(CelluleErreur("#N/A")), en_texte(1234567890123456789.0)
    ('411001', '0102', '', '1.23456789012346E+18')
    """
    if isinstance(valeur, str):
        texte = valeur.strip()
        return texte if texte.isprintable() else _CONTROLES.sub("", texte.replace("\r\n", "\n"))
    if valeur is None or isinstance(valeur, CelluleErreur | Formule):
        return ""
    if isinstance(valeur, bool):
        return "VRAI" if valeur else "FAUX"
    if isinstance(valeur, float):
        if abs(valeur) >= _PERDUS:
            return f"{valeur:.14E}"
        return str(int(valeur)) if valeur.is_integer() else repr(valeur)
    if isinstance(valeur, datetime):
        return ecrire_date(valeur) if valeur.time() == time() else f"{valeur:%d/%m/%Y %H:%M:%S}"
    return ecrire_date(valeur) if isinstance(valeur, date) else str(valeur)


def citer(valeur: Valeur) -> str:
    """La cellule telle qu'un message la cite : « 12,3x », #N/A, =A1+B1, vide."""
    if isinstance(valeur, CelluleErreur | Formule):
        return str(valeur)
    if isinstance(valeur, float) and not valeur.is_integer():
        return repr(valeur).replace(".", ",")
    texte = en_texte(valeur)
    court = texte if len(texte) <= 60 else f"{texte[:57]}…"
    return f"« {court} »" if court else "vide"


def par_valeur(valeurs: Sequence[Valeur], lire: Callable[[Valeur], T]) -> list[T]:
    """Applique `lire` à une colonne, une seule fois par valeur distincte.

    `True` et `1` sont une même clé de dictionnaire : les booléens sont lus à part.
    """
    if bool in set(map(type, valeurs)):
        lus = {valeur: lire(valeur) for valeur in {valeur for valeur in valeurs if type(valeur) is not bool}}
        return [lire(valeur) if type(valeur) is bool else lus[valeur] for valeur in valeurs]
    lus = {valeur: lire(valeur) for valeur in set(valeurs)}
    return [lus[valeur] for valeur in valeurs]


def selon(textes: Sequence[str], sens: Mapping[str, str]) -> NDArray[np.object_]:
    """Ce que veut dire chaque texte d'une colonne ; presque toujours, ils veulent tous dire la même chose."""
    if len(sens) == 1:
        (unique,) = sens.values()
        return np.broadcast_to(np.array(unique, dtype=object), len(textes))
    return np.array([*map(sens.__getitem__, textes)], dtype=object)


def textes(valeurs: Sequence[Valeur]) -> list[str]:
    """Une colonne de textes ou de codes : `411001.0` devient `411001`, un texte garde ses zéros de tête."""
    if {*map(type, valeurs)} == {str}:
        nets = list(map(str.strip, cast(Sequence[str], valeurs)))
        if "".join(nets).isprintable():
            return nets
    return par_valeur(valeurs, en_texte)


def oui_non(valeurs: Sequence[Valeur]) -> tuple[Masque, list[str]]:
    """Une colonne Oui/Non : (vrai ou faux, motif). Un texte qui n'est ni un oui ni un non vaut Oui, et c'est le motif.

    Une cellule en erreur vaut Oui elle aussi : ce que l'on ne sait pas lire ne se relance pas.
    """
    if not any(valeurs):  # rien, ou des Non : presque toujours
        return np.zeros(len(valeurs), dtype=np.bool_), [""] * len(valeurs)
    couples = par_valeur(valeurs, _un_oui_non)
    return np.array([oui for oui, _ in couples], dtype=bool), [motif for _, motif in couples]


def a_exclure(exclure: Sequence[Valeur], a_relancer: Sequence[Valeur]) -> tuple[Masque, list[str]]:
    """Une colonne « Exclure » et son contraire, « À relancer », où seul un Non exclut : (vrai ou faux, motif)."""
    exclus, motifs = oui_non(exclure)
    if {*a_relancer} <= _RIEN:
        return exclus, motifs
    refuses = par_valeur(a_relancer, lambda valeur: bool(en_texte(valeur)) and lire_oui_non(en_texte(valeur)) is False)
    return exclus | np.array(refuses, dtype=bool), motifs


def _un_oui_non(valeur: Valeur) -> tuple[bool, str]:
    if isinstance(valeur, CelluleErreur | Formule) and lire_oui_non(str(valeur)) is None:
        return True, str(valeur)
    lu = lire_oui_non(str(valeur) if isinstance(valeur, Formule) else valeur)
    return (True, en_texte(valeur)) if lu is None else (lu, "")


def entiers(valeurs: Sequence[Valeur]) -> tuple[NDArray[np.int64], Masque]:
    """Une colonne d'entiers (« 2 », « Niveau 2 », 2.0) : (valeurs, illisibles). Vide : 0."""
    if {*valeurs} <= _RIEN:
        return np.broadcast_to(np.int64(0), len(valeurs)), np.zeros(len(valeurs), dtype=np.bool_)
    lus = par_valeur(valeurs, _un_entier)
    return (
        np.array([nombre or 0 for nombre in lus], dtype=np.int64),
        np.array([nombre is None for nombre in lus], dtype=bool),
    )


def _un_entier(valeur: Valeur) -> int | None:
    texte = en_texte(valeur)
    if not texte:
        return None if isinstance(valeur, CelluleErreur | Formule) else 0
    trouve = re.fullmatch(r"\D*(\d{1,4})\D*", texte)
    return int(trouve[1]) if trouve and "-" not in texte and "." not in texte else None
