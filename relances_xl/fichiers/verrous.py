"""Qui tient quoi : le verrou d'un dossier de relance, et les classeurs ouverts dans Excel ou LibreOffice."""

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers.ecriture_sure import ecrire_octets

if TYPE_CHECKING:
    from filelock import BaseFileLock

VERROUS = ("~${nom}", ".~lock.{nom}#")  # ceux d'Excel et de LibreOffice
VERROU = ".verrou"
_QUI = ".verrou-qui"


@contextmanager
def verrouiller(racine: Path) -> Iterator[None]:
    """Un seul `produire` ou `annuler` à la fois dans le dossier ; à qui trouve porte close, il dit qui, et depuis quand.

    Un verrou du système, qu'une coupure lève d'elle-même ; sur un partage qui n'en a pas, un fichier, qu'il faut alors ôter.
    """
    verrou, tenu_par_un_fichier = _prendre(racine)
    qui = racine / _QUI
    try:
        with suppress(ErreurUtilisateur):  # le dire n'est qu'une politesse
            ecrire_octets(qui, f"{_utilisateur()} sur {socket.gethostname()}".encode())
        yield
    finally:
        with suppress(OSError):
            qui.unlink(missing_ok=True)
        verrou.release()
        if tenu_par_un_fichier:
            with suppress(OSError):
                (racine / VERROU).unlink(missing_ok=True)


def _prendre(racine: Path) -> "tuple[BaseFileLock, bool]":
    from filelock import FileLock, SoftFileLock, Timeout  # bien des commandes ne font que regarder

    for genre in (FileLock, SoftFileLock):
        verrou = genre(racine / VERROU, timeout=0)
        try:
            verrou.acquire()
        except Timeout:
            raise ErreurUtilisateur(_occupe(racine, par_un_fichier=genre is SoftFileLock)) from None
        except NotImplementedError:  # le partage ne connaît pas les verrous du système
            continue
        return verrou, genre is SoftFileLock
    raise AssertionError("un fichier se crée toujours, ou lève sa panne")


def _occupe(racine: Path, *, par_un_fichier: bool) -> Faute:
    qui = racine / _QUI
    par = ""
    with suppress(OSError, UnicodeDecodeError):
        depuis = datetime.fromtimestamp(qui.stat().st_mtime, UTC).astimezone().strftime("%d/%m/%Y à %H:%M")
        par = f", lancée par {qui.read_text(encoding='utf-8')} le {depuis}"
    remede = "attendez qu'elle finisse, puis relancez la commande"
    if par_un_fichier:
        remede += f" ; si elle a été coupée net (poste éteint), supprimez d'abord le fichier {VERROU} du dossier"
    return Faute(f"une autre production est en cours dans ce dossier{par}", remede, str(racine))


def _utilisateur() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # un service, un conteneur sans nom d'utilisateur
        return "quelqu'un"


def refuser_si_ouvert(chemin: Path) -> None:
    """Refuse un classeur qu'Excel ou LibreOffice tient ouvert : ce qu'on y écrirait serait perdu à son enregistrement."""
    if verrou := verrou_de(chemin):
        raise ouvert_ailleurs(
            chemin, "le classeur est ouvert dans Excel ou LibreOffice", f" ; si personne ne l'a ouvert, supprimez {verrou.name}"
        )


def verrou_de(chemin: Path) -> Path | None:
    """Le fichier qu'Excel ou LibreOffice pose à côté d'un classeur ouvert, s'il y est."""
    verrous = (chemin.with_name(modele.format(nom=chemin.name)) for modele in VERROUS)
    return next((verrou for verrou in verrous if verrou.exists()), None)


def ouvert_ailleurs(chemin: Path, message: str, complement: str = "") -> ErreurUtilisateur:
    return ErreurUtilisateur(Faute(message, f"fermez-le et recommencez{complement}", chemin.name))
