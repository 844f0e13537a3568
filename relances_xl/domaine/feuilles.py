"""Les cellules d'un classeur telles que lues, avant toute interprétation."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import NamedTuple


class SansValeur:
    """Ce qu'une cellule montre à défaut d'une valeur. Deux sont égales si elles sont de même sorte et montrent le même texte."""

    __slots__ = ("texte",)

    def __init__(self, texte: str) -> None:
        self.texte = texte

    def __str__(self) -> str:
        return self.texte

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.texte!r})"

    def __eq__(self, autre: object) -> bool:
        return isinstance(autre, SansValeur) and type(autre) is type(self) and autre.texte == self.texte

    def __hash__(self) -> int:
        return hash((type(self), self.texte))


class CelluleErreur(SansValeur):
    """Une erreur d'Excel : `#N/A`, `#DIV/0!`…"""

    __slots__ = ()


class Formule(SansValeur):
    """Une formule dont le classeur ne garde pas le résultat : `=TRUE()`."""

    __slots__ = ()


Valeur = str | int | float | bool | date | datetime | time | CelluleErreur | Formule | None


def est_vide(valeur: Valeur) -> bool:
    """Cellule vide, ou faite de blancs."""
    return valeur is None or (isinstance(valeur, str) and not valeur.strip())


def lettres_de_colonne(numero: int) -> str:
    """Le nom d'une colonne, la première étant 1.

    >>> lettres_de_colonne(1), lettres_de_colonne(28), lettres_de_colonne(16384)
    ('A', 'AB', 'XFD')
    """
    lettres = ""
    while numero:
        numero, rang = divmod(numero - 1, 26)
        lettres = chr(ord("A") + rang) + lettres
    return lettres


def numero_de_colonne(lettres: str) -> int:
    """Le numéro d'une colonne, la première étant 1.

    >>> numero_de_colonne("A"), numero_de_colonne("AB"), numero_de_colonne("XFD")
    (1, 28, 16384)
    """
    numero = 0
    for lettre in lettres:
        numero = 26 * numero + ord(lettre) - ord("A") + 1
    return numero


class Feuille(NamedTuple):
    """Un onglet : `lignes[i][j]` est la cellule de la ligne i+1, colonne j+1 du fichier (les lignes vides comptent).

    Un nombre entier est un `int` ; une date sans heure une `date` ; un nombre dont le format montre des zéros de tête ou
    une autre devise que l'euro est un texte, tel que l'œil le lit (« 000123 », « 12,5 USD »).
    """

    nom: str
    lignes: Sequence[Sequence[Valeur]]
    visible: bool = True


class FeuilleAuFil(NamedTuple):
    """Un onglet que l'on parcourt une fois, de haut en bas, avant le suivant : mêmes lignes qu'une `Feuille`, jamais toutes en mémoire."""

    nom: str
    lignes: Iterable[Sequence[Valeur]]
