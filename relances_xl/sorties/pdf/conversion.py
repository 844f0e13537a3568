"""Ce que tous les convertisseurs ont en commun : leur forme, leurs erreurs, et la vérification du PDF rendu."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from relances_xl.fichiers.processus import DelaiDepasse, Execution, executer


class ErreurConversion(Exception):
    """Une lettre n'a pas pu devenir un PDF ; le .docx reste. Le texte est pour l'utilisateur.

    generale : le convertisseur lui-même est en cause, inutile d'essayer les autres lettres.
    """

    def __init__(self, message: str, *, generale: bool = False) -> None:
        super().__init__(message)
        self.generale = generale


class Outil(Protocol):
    """Un convertisseur.

    nom : pour l'utilisateur ; lot : lettres par document assemblé, 1 s'il ne sait pas nommer les pages d'un document de
    plusieurs lettres ; fils : conversions à mener de front ; complet : il rend tout ce qu'un document contient, sinon le
    texte de ses PDF est à comparer à celui des lettres ; equations : et les équations aussi.
    """

    @property
    def nom(self) -> str: ...
    @property
    def lot(self) -> int: ...
    @property
    def fils(self) -> int: ...
    @property
    def complet(self) -> bool: ...
    @property
    def equations(self) -> bool: ...

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        """Le PDF d'un document de `lettres` lettres ; lève `ErreurConversion`."""


def par_fichiers(
    nom: str,
    docx: bytes,
    commande: Callable[[Path, Path], list[str]],
    delai: float,
    expliquer: Callable[[Execution], ErreurConversion],
    environnement: Mapping[str, str] | None = None,
) -> bytes:
    """Convertit dans un dossier temporaire neuf (le PDF ne peut qu'être celui-ci) et vérifie ce qui en sort.

    commande(entrée, sortie) : le programme à lancer, qui a `delai` secondes ; expliquer : l'erreur à dire quand il n'a
    pas rendu de PDF ; environnement : variables à ajouter.
    """
    with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as dossier:
        entree, sortie = Path(dossier) / "lettres.docx", Path(dossier) / "lettres.pdf"
        entree.write_bytes(docx)
        try:
            execution = executer(commande(entree, sortie), delai, environnement)
        except DelaiDepasse:
            raise ErreurConversion(
                f"{nom} : pas de réponse en {delai:.0f} s, conversion abandonnée → recommencez, ou choisissez un autre « Convertisseur PDF »"
            ) from None
        except OSError as erreur:
            raise ErreurConversion(
                f"{nom} ne se lance pas ({erreur}) → réinstallez-le, ou choisissez un autre « Convertisseur PDF »", generale=True
            ) from None
        if not est_un_pdf(sortie):
            raise expliquer(execution)
        return sortie.read_bytes()


def est_un_pdf(chemin: Path) -> bool:
    """Un PDF entier : son début et sa fin y sont."""
    if not chemin.is_file():
        return False
    contenu = chemin.read_bytes()
    return contenu.startswith(b"%PDF-") and b"%%EOF" in contenu[-1024:]


def derniere_ligne(execution: Execution) -> str:
    """Ce que le programme a dit en dernier : pour le support, entre parenthèses."""
    lignes = [ligne.strip() for ligne in (execution.erreurs or execution.sortie).splitlines() if ligne.strip()]
    return lignes[-1][:200] if lignes else f"code {execution.code}, sans message"
