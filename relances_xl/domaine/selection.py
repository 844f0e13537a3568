"""Le critère « Codes clients » : codes, jokers `*` et `?`, plages `C001..C050` (contrat §2)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

_PLAGE = re.compile(r"\s*(?:\.{2,}|…)\s*")  # un traitement de texte change volontiers « ... » en « … »
_JOKERS = re.compile(r"[*?]")
_SEPARATEUR = "\0"

CleNaturelle = tuple[tuple[int, int, str], ...]


def normaliser(code: str) -> str:
    """Le code tel qu'on le compare : sans casse ni blancs autour."""
    return unicodedata.normalize("NFC", code).strip().casefold()


def cle_de_code(code: str) -> str:
    """Ce qui fait d'un code le même d'un export à l'autre : sans casse, espaces ni zéros de tête (contrat §4.3).

    >>> [cle_de_code(code) for code in ("00411 001", "411001", "c01", "C01", "000")]
    ['411001', '411001', 'c01', 'c01', '0']
    """
    return _sans_zeros(_reduire(code))


def cles_de_codes(codes: Sequence[str]) -> list[str]:
    """`cle_de_code` de chacun, en une passe sur tous : un export en a des dizaines de milliers.

    >>> cles_de_codes(["00411 001", "C01"]), cles_de_codes([])
    (['411001', 'c01'], [])
    """
    ensemble = _reduire(_SEPARATEUR.join(codes))
    reduits = ensemble.split(_SEPARATEUR)
    if len(reduits) != len(codes):  # aucun code, ou le séparateur dans l'un d'eux
        return list(map(cle_de_code, codes))
    if ensemble[:1] == "0" or f"{_SEPARATEUR}0" in ensemble:
        return list(map(_sans_zeros, reduits))
    return reduits


def _reduire(texte: str) -> str:
    return "".join(unicodedata.normalize("NFC", texte).casefold().split())


def _sans_zeros(code: str) -> str:
    return code.lstrip("0") or code[:1]


@lru_cache(maxsize=65536)
def ordre_naturel(code: str) -> CleNaturelle:
    """Clé de tri où les chiffres se comparent comme des nombres, et viennent avant les lettres.

    >>> sorted(["C10", "c2", "C1", "411002"], key=ordre_naturel)
    ['411002', 'C1', 'c2', 'C10']
    """
    morceaux = re.findall(r"\d+|\D+", normaliser(code))
    return tuple((0, int(m), "") if m.isdecimal() else (1, 0, m) for m in morceaux)


def faute_de_syntaxe(motif: str) -> str:
    """Ce qui ne va pas dans un code, un joker ou une plage ; vide si tout va bien.

    >>> faute_de_syntaxe("C050..C001")
    'la plage « C050..C001 » est inversée'
    """
    bornes = _PLAGE.split(motif.strip())
    if len(bornes) == 1:
        return ""
    if len(bornes) > 2 or not all(bornes):
        return f"la plage « {motif} » n'a pas deux bornes"
    if any(_JOKERS.search(borne) for borne in bornes):
        return f"la plage « {motif} » porte un joker"
    if ordre_naturel(bornes[0]) > ordre_naturel(bornes[1]):
        return f"la plage « {motif} » est inversée"
    return ""


@dataclass(frozen=True)
class Selection:
    """Les clients que désignent des codes, jokers et plages, sans tenir compte de la casse.

    Une sélection vide ne désigne personne : à l'appelant d'en faire « tous les clients » (contrat §2).
    """

    motifs: tuple[str, ...] = ()

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(normaliser(m) for m in self.motifs if not _PLAGE.search(m) and not _JOKERS.search(m))

    @cached_property
    def _plages(self) -> tuple[tuple[CleNaturelle, CleNaturelle], ...]:
        bornes = (_PLAGE.split(m.strip()) for m in self.motifs if _PLAGE.search(m))
        return tuple((ordre_naturel(debut), ordre_naturel(fin)) for debut, fin in bornes)

    @cached_property
    def _jokers(self) -> tuple[re.Pattern[str], ...]:
        motifs = (normaliser(m) for m in self.motifs if _JOKERS.search(m) and not _PLAGE.search(m))
        return tuple(re.compile(re.escape(m).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL) for m in motifs)

    def __bool__(self) -> bool:
        return bool(self.motifs)

    def contient(self, code: str) -> bool:
        """Ce client est-il désigné ? Les bornes d'une plage en font partie.

        >>> [Selection(("C2..C10", "A*")).contient(c) for c in ("C2", "c9", "C10", "C11", "abc")]
        [True, True, True, False, True]
        """
        compare = normaliser(code)
        if compare in self._codes or any(joker.fullmatch(compare) for joker in self._jokers):
            return True
        place = ordre_naturel(code)
        return any(debut <= place <= fin for debut, fin in self._plages)

    def inconnus(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Les motifs qui ne désignent aucun de ces clients, tels qu'écrits.

        >>> Selection(("C1", "Z*")).inconnus(["C1", "C2"])
        ('Z*',)
        """
        connus = tuple(codes)
        return tuple(m for m in self.motifs if not any(map(Selection((m,)).contient, connus)))
