"""Le code Jinja posé dans un arbre XML, sous forme de jetons que la sérialisation laisse intacts.

Dans un texte ou un attribut, le jeton est un numéro entre deux non-caractères Unicode ; entre des éléments, une
instruction de traitement. Une fois l'arbre sérialisé, chaque jeton cède la place à son code.
"""

import re

from lxml import etree

from relances_xl.lettres.word.ooxml import Noeud

_DEBUT, _FIN, _CIBLE = "\ufdd0", "\ufdd1", "rx"
_JETON = re.compile(rf"<\?{_CIBLE} (\d+)\?>|{_DEBUT}(\d+){_FIN}")
JETON_TEXTE = re.compile(rf"{_DEBUT}(\d+){_FIN}")
_ACCOLADE = re.compile(r"\{(?=[{%#]|$)")


class Jetons:
    """Les codes posés dans une partie ; leur numéro est leur rang."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    def _numero(self, code: str) -> int:
        self.codes.append(code)
        return len(self.codes) - 1

    def texte(self, code: str) -> str:
        """Un jeton pour l'intérieur d'un texte ou d'un attribut."""
        return f"{_DEBUT}{self._numero(code)}{_FIN}"

    def noeud(self, code: str) -> Noeud:
        """Un jeton à placer entre des éléments."""
        return etree.ProcessingInstruction(_CIBLE, str(self._numero(code)))

    def code(self, noeud: Noeud) -> str:
        """Le code d'un jeton placé entre des éléments ; vide si ce n'en est pas un."""
        if isinstance(noeud, etree._ProcessingInstruction) and noeud.target == _CIBLE:
            return self.codes[int(noeud.text or "0")]
        return ""

    def source(self, xml: str) -> str:
        """Le gabarit Jinja du XML sérialisé : jetons remplacés, accolades du texte fixe neutralisées."""
        morceaux = _JETON.split(xml)
        sortie = [_ACCOLADE.sub("&#123;", morceaux[0])]
        for rang in range(1, len(morceaux), 3):
            sortie.append(self.codes[int(morceaux[rang] or morceaux[rang + 1])])
            sortie.append(_ACCOLADE.sub("&#123;", morceaux[rang + 2]))
        return "".join(sortie)


def sans_jetons(texte: str, remplacement: str = "…") -> str:
    """Le texte lisible d'un paragraphe compilé, pour un message."""
    return JETON_TEXTE.sub(remplacement, texte)
