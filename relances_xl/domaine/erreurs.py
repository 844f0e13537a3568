"""Les fautes sont des valeurs : on les collecte, puis on les montre toutes ensemble."""

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Faute(NamedTuple):
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


_REFUS = ("l'accès est refusé", "fermez-le s'il est ouvert dans Excel ou Word, vérifiez vos droits")
_PLEIN = ("il n'y a plus de place sur le disque", "faites-en")
_LONG = ("ce chemin est trop long", "rapprochez le dossier de relance de la racine du disque")
_OCCUPE = ("un fichier est à la place d'un dossier", "déplacez-le")
_PANNES = {
    errno.EACCES: _REFUS,
    errno.EPERM: _REFUS,
    errno.EROFS: _REFUS,
    errno.ENOSPC: _PLEIN,
    errno.EDQUOT: _PLEIN,
    errno.ENAMETOOLONG: _LONG,
    errno.EEXIST: _OCCUPE,
    errno.ENOTDIR: _OCCUPE,
}


def panne(erreur: OSError, chemin: Path | None = None) -> Faute:
    """Ce qu'un fichier, un dossier ou un disque a refusé, en clair ; `chemin` : à défaut, celui que nomme l'erreur."""
    message, remede = _PANNES.get(erreur.errno or 0, (erreur.strerror or str(erreur), "vérifiez que le disque et le dossier sont là"))
    return Faute(message, f"{remede}, puis relancez la commande", str(chemin or erreur.filename or ""))
