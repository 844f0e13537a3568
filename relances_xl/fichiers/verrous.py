"""Qui tient quoi : le verrou d'un dossier de relance, et les classeurs ouverts dans Excel ou LibreOffice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute

VERROUS = ("~${nom}", ".~lock.{nom}#")  # ceux d'Excel et de LibreOffice


@contextmanager
def verrouiller(racine: Path) -> Iterator[None]:
    """Un seul `produire` ou `annuler` à la fois dans le dossier."""
    verrou = FileLock(racine / ".verrou", timeout=0)
    try:
        verrou.acquire()
    except Timeout:
        raise ErreurUtilisateur(
            Faute("une autre production est en cours dans ce dossier", "attendez qu'elle finisse, puis relancez la commande", str(racine))
        ) from None
    try:
        yield
    finally:
        verrou.release()


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
