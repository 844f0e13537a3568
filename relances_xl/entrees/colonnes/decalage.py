"""Les lignes plus larges que l'en-tête : leurs cellules ne sont plus sous leur titre (contrat §3, « Ligne décalée »)."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.feuilles import est_vide
from relances_xl.entrees.colonnes.hors_tableau import Ligne


class Decalage:
    """Une cellule remplie au-delà du dernier titre ou, dans un texte, un champ de plus que l'en-tête.

    titres : ceux de l'en-tête ; champs : dans un texte, le nombre de champs de l'en-tête.
    """

    def __init__(self, titres: Sequence[str], champs: int | None) -> None:
        self.largeur = max((rang + 1 for rang, titre in enumerate(titres) if titre), default=0)
        self.champs = champs
        self.au_dela: dict[int, tuple[int, ...]] = {}  # rang de ligne → rangs des cellules remplies au-delà
        self.de_trop: dict[int, int] = {}  # rang de ligne → champs de trop, tous vides

    def voir(self, lignes: Sequence[Ligne], premier: int) -> None:
        """premier : le rang de la première de ces lignes parmi les données."""
        largeurs = list(map(len, lignes))
        if not largeurs or max(largeurs) <= self.largeur:
            return
        for i, large in enumerate(largeurs):
            if large <= self.largeur:
                continue
            ligne = lignes[i]
            if remplies := tuple(r for r in range(self.largeur, large) if not est_vide(ligne[r])):
                self.au_dela[premier + i] = remplies
            elif self.champs is not None and large > self.champs:
                self.de_trop[premier + i] = large - self.champs

    def masque(self, nombre: int, marques: Iterable[int] = ()) -> NDArray[np.bool_]:
        """Les lignes décalées ; une colonne de marques sans titre et un séparateur final commun ne décalent rien."""
        permises = frozenset(marques)
        rangs = [i for i, remplies in self.au_dela.items() if not permises.issuperset(remplies)]
        commun = set(self.de_trop.values()) == {1} and len(self.de_trop) + len(self.au_dela) == nombre
        masque = np.zeros(nombre, dtype=np.bool_)
        masque[[*rangs, *(() if commun else self.de_trop)]] = True
        return masque
