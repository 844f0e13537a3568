"""Un bloc de lignes, serré par colonnes, pour passer d'un processus à l'autre.

Une colonne de nombres devient des octets, une colonne de textes un seul texte, des textes ou des dates qui se répètent leurs
valeurs distinctes et des rangs : des dizaines de milliers d'objets de moins à écrire puis à refaire, et aucun n'y change.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, cast, overload

from relances_xl.domaine.feuilles import Valeur

Bloc = list[Any]
"""Vrai, puis une colonne serrée par élément ; ou Faux, et les lignes."""

_SEPARATEUR = "\0"
_ESSAI = 200  # cellules qui disent si une colonne se répète


def serrer(lignes: Sequence[Sequence[Valeur]]) -> Bloc:
    """Le bloc par colonnes ; par lignes, telles quelles, si elles n'ont pas toutes la même largeur, ou rien."""
    largeurs = {*map(len, lignes)}
    if len(largeurs) != 1 or 0 in largeurs:
        return [False, lignes]
    return [True, *map(_serrer_colonne, zip(*lignes, strict=True))]


def desserrer(bloc: Bloc) -> Iterator[Sequence[Valeur]]:
    """Les lignes du bloc, comme avant d'être serrées."""
    par_colonnes, *contenu = bloc
    return zip(*map(_desserrer_colonne, contenu), strict=True) if par_colonnes else iter(contenu[0])


class ColonneSerree(Sequence[Valeur]):
    """Une colonne accumulée bloc après bloc et gardée serrée : parcourue, seul le bloc en cours est fait d'objets."""

    def __init__(self) -> None:
        self._blocs: list[Any] = []
        self._debuts = [0]
        self._ouvert: tuple[int, Sequence[Valeur]] = (-1, ())

    def ajouter(self, cellules: Sequence[Valeur]) -> None:
        if cellules:
            self._blocs.append(_serrer_colonne(cellules))
            self._debuts.append(len(self) + len(cellules))

    def __len__(self) -> int:
        return self._debuts[-1]

    def __iter__(self) -> Iterator[Valeur]:
        return chain.from_iterable(map(_desserrer_colonne, self._blocs))

    @overload
    def __getitem__(self, place: int) -> Valeur: ...
    @overload
    def __getitem__(self, place: slice) -> list[Valeur]: ...
    def __getitem__(self, place: int | slice) -> Valeur | list[Valeur]:
        if isinstance(place, slice):
            return [*self][place]
        rang = range(len(self))[place]
        bloc = bisect_right(self._debuts, rang) - 1
        if self._ouvert[0] != bloc:
            self._ouvert = bloc, _desserrer_colonne(self._blocs[bloc])
        return self._ouvert[1][rang - self._debuts[bloc]]


def _serrer_colonne(cellules: Sequence[Valeur]) -> Any:
    genres = {*map(type, cellules)}
    if genres == {float}:
        return array("d", cast(Sequence[float], cellules)).tobytes()
    if len(genres) == 1 and genres <= {str, date, datetime} and _se_repetent(cellules):
        distinctes = {valeur: rang for rang, valeur in enumerate(dict.fromkeys(cellules))}
        return [*distinctes], array("I", map(distinctes.__getitem__, cellules)).tobytes()
    if genres == {str}:
        texte = _SEPARATEUR.join(cast(Sequence[str], cellules))
        return texte if texte.count(_SEPARATEUR) == len(cellules) - 1 else list(cellules)
    return list(cellules)


def _se_repetent(cellules: Sequence[Valeur]) -> bool:
    """À en croire les premières, la moitié au moins redit une autre."""
    essai = cellules[:_ESSAI]
    return len({*essai}) * 2 <= len(essai)


def _desserrer_colonne(serree: Any) -> Sequence[Valeur]:
    if isinstance(serree, bytes):
        return _lire_octets("d", serree)
    if isinstance(serree, str):
        return serree.split(_SEPARATEUR)
    if isinstance(serree, tuple):
        distinctes, rangs = serree
        return list(map(distinctes.__getitem__, _lire_octets("I", rangs)))
    return serree  # type: ignore[no-any-return]


def _lire_octets(genre: str, octets: bytes) -> list[Any]:
    lu = array(genre)
    lu.frombytes(octets)
    return lu.tolist()
