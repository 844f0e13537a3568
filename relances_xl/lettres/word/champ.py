"""Un champ de fusion placé dans un modèle : de la valeur au texte, du texte au XML de Word."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import Montant, ecrire
from relances_xl.lettres.word.images_date import compiler_image_date, ecrire_image_date
from relances_xl.lettres.word.images_nombre import ImageNombre, compiler_image_nombre
from relances_xl.lettres.word.instruction import Instruction

SAUT = '</w:t><w:br/><w:t xml:space="preserve">'
TABULATION = '</w:t><w:tab/><w:t xml:space="preserve">'

# Ce qu'un w:t ne reçoit pas tel quel : balises, sauts, et les caractères que XML 1.0 interdit (ou déconseille : C1).
_A_TRAITER = re.compile("[&<>\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]")
_FIN_DE_LIGNE = re.compile("\\r\\n|[\\n\\r\\x0b\\x0c\\x85\\u2028\\u2029]")
_REMPLACEMENTS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": SAUT, "\t": TABULATION}
_NOMBRE = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


_RENDUS_GARDES = 256
"""Valeurs distinctes qu'un champ garde écrites : de quoi servir un lot, sans que la mémoire grandisse avec lui."""


class Xml(str):
    """Du XML de la maison, à recopier tel quel ; tout autre texte est échappé en sortant du gabarit."""

    __slots__ = ()


class Ensemble(dict[str, object]):
    """Un groupe de champs (un client, une ligne) : un modèle en imprime les champs, jamais l'ensemble."""

    __slots__ = ()

    def __str__(self) -> str:
        raise ValueError("un ensemble de champs n'est pas une valeur : nommez un de ses champs")

    __repr__ = object.__repr__


def en_xml(texte: str) -> str:
    """Le texte pour l'intérieur d'un `w:t` : rien n'y est interprété, un retour à la ligne y est un saut de ligne."""
    if not _A_TRAITER.search(texte):
        return texte
    return _A_TRAITER.sub(lambda trouve: _REMPLACEMENTS.get(trouve.group(), ""), _FIN_DE_LIGNE.sub("\n", texte))


@lru_cache(maxsize=4096)
def _ecrire_montant(unites: int, devise: str, langue: str) -> str:
    return ecrire(unites, devise, langue)


@lru_cache(maxsize=4096)
def _montant_en_xml(unites: int, devise: str, langue: str) -> Xml:
    return Xml(en_xml(ecrire(unites, devise, langue)))


def en_texte(valeur: object, langue: str) -> str:
    """Une valeur sans commutateur : montant, date, nombre, texte, ou lignes ; vide si absente ou si c'est une image."""
    if isinstance(valeur, str):
        return valeur
    if valeur is None or isinstance(valeur, bytes):
        return ""
    if isinstance(valeur, Montant):
        return _ecrire_montant(valeur.unites, valeur.devise, langue)
    if isinstance(valeur, date):
        return ecrire_date(valeur)
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(valeur, Decimal | float):
        return str(valeur) if langue == "en" else str(valeur).replace(".", ",")
    if isinstance(valeur, list | tuple):
        return "\n".join(en_texte(ligne, langue) for ligne in valeur)
    return str(valeur)


def en_nombre(valeur: object) -> tuple[Decimal, str] | None:
    """Le nombre et sa devise (vide si ce n'est pas un montant) ; None si la valeur n'est pas un nombre."""
    if isinstance(valeur, Montant):
        return valeur.decimal, valeur.devise
    if isinstance(valeur, bool) or valeur is None:
        return None
    texte = re.sub(r"\s|[€%]$", "", str(valeur))
    if not _NOMBRE.fullmatch(texte):
        return None
    try:
        return Decimal(texte.replace(",", ".")), ""
    except InvalidOperation:
        return None


_REPETEES = frozenset({str, date, int})
"""Les genres de valeurs à n'écrire qu'une fois : parmi eux, aucune n'est égale à une valeur d'un autre genre."""


class ChampPlace(NamedTuple):
    """Un champ et ses commutateurs, tel qu'il est placé dans un modèle.

    chemin : clés successives dans les valeurs (`client`, `raison_sociale`), ou dans l'élément pour un champ de ligne ;
    portee : préfixe du champ de ligne (`echeance`…), vide pour un champ de la lettre ; avant, apres : textes ajoutés
    quand la valeur n'est pas vide (`\\b`, `\\f`) ; casses : mots des commutateurs `\\*`.
    """

    nom: str
    chemin: tuple[str, ...]
    portee: str = ""
    langue: str = "fr"
    nombre: ImageNombre | None = None
    motif_date: str = ""
    casses: tuple[str, ...] = ()
    avant: str = ""
    apres: str = ""
    dans_instruction: bool = False

    def valeur(self, source: Mapping[str, object]) -> object:
        """La valeur du champ. Une donnée absente de la lettre est une `KeyError` ; d'une ligne, elle est vide."""
        if self.portee:
            return source.get(self.chemin[0], "")
        valeur: Any = source
        try:
            for cle in self.chemin:
                valeur = valeur[cle]
        except (KeyError, TypeError):
            raise KeyError(self.nom) from None
        return valeur

    def comparable(self, source: Mapping[str, object]) -> object:
        """La valeur à comparer dans un IF : le nombre tel que son image l'arrondit, quelle que soit sa devise ; sinon le texte."""
        valeur = self.valeur(source)
        if self.avant or self.apres or self.casses or self.motif_date:
            return self.texte(source)
        if self.nombre and (nombre := en_nombre(valeur)):
            return self.nombre.arrondir(nombre[0])
        return valeur

    def texte(self, source: Mapping[str, object]) -> str:
        """Le texte du champ, commutateurs appliqués."""
        return self._ecrire(self.valeur(source))

    def _ecrire(self, valeur: object) -> str:
        texte = self._mettre_en_forme(valeur)
        if not texte:
            return ""
        for casse in self.casses:
            texte = _CASSES[casse](texte)
        return f"{self.avant}{texte}{self.apres}"

    def ecrivain(self) -> Callable[[Mapping[str, object]], Xml]:
        """De quoi écrire le champ, de lettre en lettre, en XML : pour l'intérieur d'un `w:t` ou, dans l'instruction d'un autre champ, d'un `w:instrText`.

        Une fermeture, et rien d'écrit deux fois : une lettre appelle celles de ses champs des dizaines de fois.
        """
        nu = not (self.nombre or self.motif_date or self.casses or self.avant or self.apres or self.dans_instruction)
        de_ligne, cle, langue = bool(self.portee), self.chemin[0], self.langue
        rendus: dict[object, Xml] = {}  # l'émetteur, les dates et bien des mots reviennent

        def ecrire(source: Mapping[str, object]) -> Xml:
            valeur = source.get(cle, "") if de_ligne else self.valeur(source)
            genre = type(valeur)
            if genre not in _REPETEES:
                return _montant_en_xml(valeur.unites, valeur.devise, langue) if nu and genre is Montant else self._en_xml(valeur)  # type: ignore[attr-defined]
            rendu = rendus.get(valeur)
            if rendu is None:
                if len(rendus) >= _RENDUS_GARDES:
                    rendus.clear()
                rendu = rendus[valeur] = Xml(en_xml(valeur)) if nu and genre is str else self._en_xml(valeur)  # type: ignore[arg-type]
            return rendu

        return ecrire

    def _en_xml(self, valeur: object) -> Xml:
        texte = self._ecrire(valeur)
        if self.dans_instruction:
            texte = re.sub(r"\s+", " ", texte.replace("\\", "\\\\").replace('"', '\\"'))
        return Xml(en_xml(texte))

    def _mettre_en_forme(self, valeur: object) -> str:
        if self.nombre and (nombre := en_nombre(valeur)):
            return self.nombre.ecrire(*nombre)
        if self.motif_date and isinstance(valeur, date):
            jour = valeur.date() if isinstance(valeur, datetime) else valeur
            return ecrire_image_date(jour, self.motif_date, self.langue)
        return en_texte(valeur, self.langue)


def champ_de(
    nom: str, chemin: tuple[str, ...], portee: str, instruction: Instruction, langue: str, dans_instruction: bool = False
) -> ChampPlace:
    """Le champ que décrit une instruction MERGEFIELD ; `\\m`, `\\v` et les formats inconnus sont sans effet."""
    image = instruction.commutateur("#")
    return ChampPlace(
        nom,
        chemin,
        portee,
        langue,
        compiler_image_nombre(image, langue) if image else None,
        compiler_image_date(instruction.commutateur("@") or ""),
        tuple(mot for mot in instruction.formats if mot in _CASSES),
        instruction.commutateur("b") or "",
        instruction.commutateur("f") or "",
        dans_instruction,
    )


def _premiere_lettre(texte: str) -> str:
    return re.sub(r"\w", lambda lettre: lettre.group().upper(), texte, count=1)


def _chaque_mot(texte: str) -> str:
    return re.sub(r"(?:(?<=[\s\-])|^)\w", lambda lettre: lettre.group().upper(), texte)


_CASSES = {"upper": str.upper, "lower": str.lower, "firstcap": _premiere_lettre, "caps": _chaque_mot}
