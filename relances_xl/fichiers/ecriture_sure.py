"""Écrire un fichier d'une seule pièce : ou il est tout entier à sa place, ou l'ancien y est resté."""

import errno
import os
import re
import shutil
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

from relances_xl.domaine.ecrits.textes import sans_accents
from relances_xl.domaine.erreurs import ErreurUtilisateur, panne

_PROVISOIRE = re.compile(r"~relances-(?P<poste>\w*)-(?P<processus>\d+)-\d+(?:\..*)?")
_DROITS = 0o660  # ce que l'outil écrit dit qui doit quoi : ni lisible ni modifiable par « les autres »
_rangs = count()


@contextmanager
def ecriture(chemin: Path) -> Iterator[Path]:
    """Donne un fichier provisoire voisin, mis en place d'un coup à la fin : jamais de fichier à moitié écrit."""
    with ExitStack() as menage:
        try:
            chemin.parent.mkdir(parents=True, exist_ok=True)
            provisoire = _provisoire(chemin)
            menage.callback(_oter, provisoire)
            os.close(os.open(provisoire, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _droits(chemin)))
            yield provisoire
            with provisoire.open("rb+") as fichier_ecrit:
                os.fsync(fichier_ecrit.fileno())
            provisoire.replace(chemin)
        except OSError as erreur:
            raise ErreurUtilisateur(panne(erreur, chemin)) from erreur


def ecrire_octets(chemin: Path, contenu: bytes) -> None:
    """Met un fichier en place d'un coup, sans le vider sur disque : l'appelant le fait par paquets.

    Le moins d'appels au système possible (cinq) : un lot en écrit des dizaines de milliers.
    """
    provisoire = _provisoire(chemin)
    try:
        try:
            _creer(provisoire, contenu)
        except FileNotFoundError:
            chemin.parent.mkdir(parents=True, exist_ok=True)
            _creer(provisoire, contenu)
        os.replace(provisoire, chemin)  # noqa: PTH105 -- des dizaines de milliers de fois, sans objet de plus
    except OSError as erreur:
        _oter(provisoire)
        raise ErreurUtilisateur(panne(erreur, chemin)) from erreur


def copier(source: Path, cible: Path) -> None:
    """Copie un fichier d'un coup, vidé sur disque."""
    with ecriture(cible) as provisoire:
        shutil.copyfile(source, provisoire)


def balayer(dossiers: Iterable[Path]) -> list[Path]:
    """Ôte les fichiers provisoires qu'une commande coupée a laissés dans ces dossiers ; rend ce qui a été ôté.

    Ceux d'un processus encore en vie, ou d'un autre poste, restent : il les finit peut-être.
    """
    otes = []
    for dossier in dossiers:
        with suppress(OSError):
            for entree in os.scandir(dossier):
                trouve = _PROVISOIRE.fullmatch(entree.name)
                if trouve and trouve["poste"] == _poste() and not _vit(int(trouve["processus"])):
                    Path(entree.path).unlink()
                    otes.append(Path(entree.path))
    return otes


def _creer(chemin: Path, contenu: bytes) -> None:
    descripteur = os.open(chemin, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), _DROITS)
    try:
        ecrits = 0
        while ecrits < len(contenu):
            ecrits += os.write(descripteur, memoryview(contenu)[ecrits:])
    finally:
        os.close(descripteur)


def _provisoire(chemin: Path) -> Path:
    """Un voisin dont le nom dit qui l'écrit : le même dossier, pour être mis en place d'un coup."""
    return chemin.parent / f"~relances-{_poste()}-{os.getpid()}-{next(_rangs)}{chemin.suffix}"


def _droits(chemin: Path) -> int:
    """Ceux du fichier remplacé, que son propriétaire a pu choisir ; sinon ceux d'un fichier neuf."""
    with suppress(OSError):
        return chemin.stat().st_mode & 0o777
    return _DROITS


def _oter(provisoire: Path) -> None:
    with suppress(OSError):  # encore tenu par ce qui a échoué : la vraie panne est déjà dite
        provisoire.unlink(missing_ok=True)


@cache
def _poste() -> str:
    return re.sub(r"\W", "_", sans_accents(socket.gethostname()))


def _vit(processus: int) -> bool:
    """Ce processus tourne-t-il encore ? Sous Windows, où le demander sans risque veut d'autres appels, on n'en juge pas."""
    if os.name != "posix":
        return processus == os.getpid()
    try:
        os.kill(processus, 0)
    except OSError as erreur:
        return erreur.errno != errno.ESRCH
    return True
