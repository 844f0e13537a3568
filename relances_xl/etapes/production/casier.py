"""Des tables mises de côté, comprimées, et reprises une à une : de cent mille lettres, la mémoire n'en tient que quelques-unes."""

import pickle
import zlib
from collections import defaultdict

import pandas as pd


class Casier:
    """Des tables de mêmes colonnes, rangées sous un numéro. La dernière attend telle quelle : un petit lot n'en a pas d'autre.

    >>> casier = Casier()
    >>> for fiche in ({"piece": ["F1", "F2"]}, {"piece": ["F3"]}):
    ...     casier.ranger(7, pd.DataFrame(fiche))
    >>> casier[7]["piece"].tolist()
    ['F1', 'F2', 'F3']
    """

    def __init__(self) -> None:
        self._tables: dict[int, list[bytes]] = defaultdict(list)
        self._derniere: tuple[int, pd.DataFrame] | None = None

    def ranger(self, numero: int, table: pd.DataFrame) -> None:
        """Met de côté la table, à la suite de celles du même numéro."""
        self._comprimer()
        self._derniere = numero, table

    def __getitem__(self, numero: int) -> pd.DataFrame:
        """La table de ce numéro, telle qu'elle fut rangée, lignes numérotées de 0."""
        if self._derniere and self._derniere[0] == numero and numero not in self._tables:
            return self._derniere[1].reset_index(drop=True)
        self._comprimer()
        tables: list[pd.DataFrame] = [pickle.loads(zlib.decompress(octets)) for octets in self._tables[numero]]
        return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0].reset_index(drop=True)

    def _comprimer(self) -> None:
        if self._derniere:
            numero, table = self._derniere
            self._tables[numero].append(zlib.compress(pickle.dumps(table, pickle.HIGHEST_PROTOCOL), 1))
            self._derniere = None
