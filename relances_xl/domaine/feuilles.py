"""Les cellules d'un classeur telles que lues, avant toute interprétation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class CelluleErreur:
    """Une erreur d'Excel : `#N/A`, `#DIV/0!`…"""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Formule:
    """Une formule dont le classeur ne garde pas le résultat : `=TRUE()`."""

    texte: str

    def __str__(self) -> str:
        return self.texte


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


@dataclass(frozen=True, slots=True)
class Feuille:
    """Un onglet : `lignes[i][j]` est la cellule de la ligne i+1, colonne j+1 du fichier (les lignes vides comptent).

    Un nombre entier est un `int` ; une date sans heure une `date` ; un nombre dont le format montre des zéros de tête ou
    une autre devise que l'euro est un texte, tel que l'œil le lit (« 000123 », « 12,5 USD »).
    """

    nom: str
    lignes: Sequence[Sequence[Valeur]] = field(repr=False)
    visible: bool = True
