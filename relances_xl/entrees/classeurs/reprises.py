"""Ce qu'un format reprend à calamine : les octets à lui donner, et les cellules qu'il rend vides ou incomplètes."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, NamedTuple

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, Formule
from relances_xl.entrees.classeurs.nombres_affiches import Affichage

CELLULES_MAX = 20_000_000
"""Au-delà, la feuille ne tiendrait pas en mémoire : elle est refusée avant d'être lue."""
ONGLETS_MAX = 5_000
LIGNES_MAX, COLONNES_MAX = 1_048_576, 16_384
"""Les dernières d'Excel : une cellule au-delà n'existe pas."""

ERREURS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
"""Les erreurs des formats binaires ([MS-XLS] 2.5.10, `BErr`)."""

Reprise = tuple[int, int, CelluleErreur | Formule | Affichage | str]
"""(ligne, colonne, cellule), à partir de 0 ; un `Affichage` complète le nombre qu'a lu calamine."""


class Prepare(NamedTuple):
    """Un classeur prêt pour calamine.

    octets : le fichier, retouché s'il le faut ; reprises : (rang, nom) d'un onglet → ses cellules à reprendre ;
    tranches : nom de chaque onglet si haut qu'il se lit par tranches → leurs paquets, dans l'ordre.
    """

    octets: bytes
    reprises: Callable[[int, str], list[Reprise]]
    tranches: Mapping[str, Callable[[], Iterator[IO[bytes]]]] = {}


class ClasseurRefuse(Exception):
    """Le classeur ne se lira pas, pour une raison que l'on sait dire."""

    def __init__(self, message: str, remede: str, onglet: str = "", cellule: str = "") -> None:
        super().__init__(message)
        self.message, self.remede, self.onglet, self.cellule = message, remede, onglet, cellule

    def pour(self, fichier: str) -> ErreurUtilisateur:
        return ErreurUtilisateur(Faute(self.message, self.remede, fichier, self.onglet, self.cellule))


def protege(precision: str = "") -> ClasseurRefuse:
    """Le refus d'un classeur chiffré."""
    return ClasseurRefuse(
        f"le classeur est protégé par un mot de passe{precision}",
        "ouvrez-le, retirez le mot de passe (Fichier, Informations) et enregistrez-le",
    )


def abime() -> ClasseurRefuse:
    """Le refus d'un classeur dont le contenu ne se lit pas."""
    return ClasseurRefuse(
        "le classeur est abîmé ou incomplet", "ouvrez-le dans Excel ou LibreOffice et réenregistrez-le, ou refaites l'export"
    )


def limiter(lignes: int, colonnes: int, onglet: str = "") -> None:
    """Refuse une feuille qui ne tiendrait pas en mémoire."""
    if lignes * colonnes > CELLULES_MAX:
        raise ClasseurRefuse(
            f"la feuille s'étend sur {lignes} lignes et {colonnes} colonnes : c'est trop pour être lu"
            f" (au plus {CELLULES_MAX // 10**6} millions de cellules)",
            "supprimez les lignes et colonnes inutiles, ou exportez en CSV",
            onglet,
        )


def limiter_onglets(nombre: int) -> None:
    if nombre > ONGLETS_MAX:
        raise ClasseurRefuse(f"le classeur a {nombre} onglets : on en lit {ONGLETS_MAX} au plus", "gardez celui de l'export")
