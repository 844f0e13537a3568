"""Écrire un fichier d'une seule pièce : ou il est tout entier à sa place, ou l'ancien y est resté."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from relances_xl.domaine.erreurs import ErreurUtilisateur, panne


@contextmanager
def ecriture(chemin: Path, *, vider: bool = True) -> Iterator[Path]:
    """Donne un fichier provisoire voisin, mis en place d'un coup à la fin : jamais de fichier à moitié écrit.

    vider : faux si l'appelant met lui-même le fichier à l'abri d'une coupure de courant, par paquets.
    """
    with ExitStack() as menage:
        try:
            chemin.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=chemin.parent, prefix="~", suffix=chemin.suffix, delete=False) as fichier:
                provisoire = Path(fichier.name)
            menage.callback(_oter, provisoire)
            yield provisoire
            if vider:
                with provisoire.open("rb+") as fichier_ecrit:
                    os.fsync(fichier_ecrit.fileno())
            if os.name == "posix":
                with suppress(OSError):  # une clé USB, un partage réseau n'ont pas toujours de droits à poser
                    provisoire.chmod(0o666 & ~_umask())
            provisoire.replace(chemin)
        except OSError as erreur:
            raise ErreurUtilisateur(panne(erreur, chemin)) from erreur


def _oter(provisoire: Path) -> None:
    with suppress(OSError):  # encore tenu par ce qui a échoué : la vraie panne est déjà dite
        provisoire.unlink(missing_ok=True)


def _umask() -> int:
    actuel = os.umask(0o022)
    os.umask(actuel)
    return actuel


def ecrire_octets(chemin: Path, contenu: bytes) -> None:
    """Met un fichier en place d'un coup, sans le vider sur disque : l'appelant le fait par paquets."""
    with ecriture(chemin, vider=False) as provisoire:
        provisoire.write_bytes(contenu)
