"""L'instruction d'un champ Word : son nom, ses arguments, ses commutateurs (ECMA-376 partie 1, §17.16)."""

import re
from typing import NamedTuple

_JETON = re.compile(r"""(?P<commutateur>\\[^\s"“”])|["“”](?P<cite>(?:\\.|[^"“”\\])*)["“”]?|(?P<mot>(?:[^\s\\"“”]|\\(?=["“”]))+)""")
_GUILLEMETS = re.compile(r"\\(.)")

ALIAS = {"CHAMPFUSION": "MERGEFIELD", "SI": "IF"}
"""Noms que d'anciens Word français écrivaient."""


class Instruction(NamedTuple):
    """Une instruction lue : `MERGEFIELD nom \\# "0,00" \\* Upper`.

    nom : en majuscules, « » si l'instruction est vide ; commutateurs : (lettre en minuscule, texte) dans l'ordre.
    """

    nom: str
    arguments: tuple[str, ...]
    commutateurs: tuple[tuple[str, str], ...]

    @property
    def sujet(self) -> str:
        """Les arguments d'un trait : un nom de champ peut contenir des espaces."""
        return " ".join(self.arguments)

    def commutateur(self, lettre: str) -> str | None:
        """Le texte du dernier commutateur de cette lettre, None s'il n'y est pas."""
        return next((texte for nom, texte in reversed(self.commutateurs) if nom == lettre), None)

    @property
    def formats(self) -> tuple[str, ...]:
        """Les mots des commutateurs `\\*`, en minuscules."""
        return tuple(texte.casefold() for nom, texte in self.commutateurs if nom == "*")


def lire_instruction(texte: str) -> Instruction:
    """Lit une instruction, guillemets droits ou courbes ; une image sans guillemets va jusqu'au commutateur suivant.

    >>> lire_instruction('MERGEFIELD "Nom du client" \\\\* Upper').sujet
    'Nom du client'
    """
    arguments: list[str] = []
    commutateurs: list[tuple[str, list[str]]] = []
    for trouve in _JETON.finditer(texte):
        if trouve["commutateur"]:
            commutateurs.append((trouve["commutateur"][1].casefold(), []))
            continue
        cite = trouve["cite"]
        valeur = trouve["mot"] if cite is None else _GUILLEMETS.sub(r"\1", cite)
        (commutateurs[-1][1] if commutateurs else arguments).append(valeur)
    nom = arguments[0].upper() if arguments else ""
    return Instruction(
        ALIAS.get(nom, nom),
        tuple(arguments[1:]),
        tuple((lettre, " ".join(valeurs)) for lettre, valeurs in commutateurs),
    )
