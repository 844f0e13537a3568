"""Les fautes sont des valeurs : on les collecte, puis on les montre toutes ensemble."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faute:
    """Une chose à corriger ou à savoir, avec l'endroit exact et le remède."""

    message: str
    remede: str = ""
    fichier: str = ""
    onglet: str = ""
    cellule: str = ""

    def __str__(self) -> str:
        lieu = ", ".join(
            partie
            for partie in (
                self.fichier,
                f"onglet « {self.onglet} »" if self.onglet else "",
                self.cellule and (self.cellule if " " in self.cellule else f"cellule {self.cellule}"),
            )
            if partie
        )
        phrase = f"{lieu} : {self.message}" if lieu else self.message
        return f"{phrase} → {self.remede}" if self.remede else phrase


class ErreurUtilisateur(Exception):
    """Rien n'a été fait : une ou plusieurs fautes à corriger (code de sortie 2)."""

    def __init__(self, fautes: Faute | Iterable[Faute]) -> None:
        self.fautes: tuple[Faute, ...] = (fautes,) if isinstance(fautes, Faute) else tuple(fautes)
        super().__init__("\n".join(str(faute) for faute in self.fautes))


class ProductionInterrompue(Exception):
    """Une panne en cours de production (code de sortie 1) : ce qui est sorti est au journal, le reste se reprend."""


def refuser_si(fautes: Iterable[Faute]) -> None:
    """Lève une seule `ErreurUtilisateur` portant toutes les fautes, s'il y en a."""
    fautes = tuple(fautes)
    if fautes:
        raise ErreurUtilisateur(fautes)
