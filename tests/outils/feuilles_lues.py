"""Un classeur entier en mémoire, pour les essais qui en regardent les cellules."""

from collections.abc import Iterable
from pathlib import Path

from relances_xl.domaine.feuilles import Feuille, FeuilleAuFil
from relances_xl.entrees.classeurs.classeur import lire_classeur


def lire_feuilles(chemin: Path) -> list[Feuille]:
    """Tous les onglets, leurs lignes en listes."""
    return lire_classeur(chemin, None, garder)


def garder(feuilles: Iterable[FeuilleAuFil]) -> list[Feuille]:
    return [Feuille(feuille.nom, [[*ligne] for ligne in feuille.lignes]) for feuille in feuilles]
