"""Lire à part ce qui vient du dehors : un processus enfant, borné en mémoire et en temps de calcul.

Un fichier piégé peut faire avorter la bibliothèque qui l'ouvre, ou lui faire réserver toute la machine : ici, il ne
fait tomber que l'enfant, et devient une phrase. L'enfant se dédouble d'une souche, ou, sous Windows, est un Python
neuf ; ce qu'il lit revient morceau par morceau, pendant qu'il lit la suite.
"""

import io
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers import souche
from relances_xl.fichiers.dans_l_enfant import QUOTA_WINDOWS, SANS_MEMOIRE

VARIABLE_MEMOIRE, VARIABLE_DELAI = "RELANCES_XL_MEMOIRE_MO", "RELANCES_XL_DELAI_S"
MEMOIRE_MO, DELAI_S = 2048, 60

_PATIENCE = 10  # fois le délai de calcul, à la montre : un enfant qui ne calcule plus, ou que son système ne borne pas
_RENDUS = {
    ("builtins", "bool"), ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"),
    ("relances_xl.domaine.feuilles", "CelluleErreur"), ("relances_xl.domaine.feuilles", "Formule"),
    ("relances_xl.domaine.feuilles", "Feuille"), ("relances_xl.domaine.erreurs", "Faute"),
}  # fmt: skip
"""Les seuls objets que l'enfant, s'il était détourné, pourrait faire naître ici."""


class LectureManquee(ErreurUtilisateur):
    """La mémoire a manqué à l'enfant, ou il a avorté : une lecture plus prudente réussira peut-être."""


def lire_a_part(fonction: str, chemin: Path, *arguments: object) -> Iterator[Any]:
    """Ce que donne, un à un, le générateur `module:nom` appelé sur ce fichier dans un processus enfant.

    Erreurs (ErreurUtilisateur) : celles du générateur ; `LectureManquee` ; trop de temps.
    """
    memoire, delai = _reglage(VARIABLE_MEMOIRE, MEMOIRE_MO), _reglage(VARIABLE_DELAI, DELAI_S)
    with tempfile.TemporaryFile() as erreurs:
        enfant = _detacher((fonction, memoire, delai, (chemin, *arguments)), erreurs)
        trop_long = threading.Event()
        garde = threading.Timer(_PATIENCE * delai, _arreter, (enfant, trop_long))
        garde.daemon = True
        garde.start()
        try:
            yield from _ecouter(enfant.sortie)
            code = enfant.attendre()
        finally:
            garde.cancel()
            enfant.arreter()
            enfant.attendre()
            enfant.sortie.close()
        if trop_long.is_set():
            raise _trop_long(chemin, delai)
        if code:
            erreurs.seek(0)
            raise _echec(code, erreurs.read(65536), chemin, memoire, delai)


class _Neuf:
    """Un enfant qui est un Python neuf."""

    def __init__(self, demande: object, erreurs: IO[bytes]) -> None:
        self._processus = subprocess.Popen(
            [sys.executable, "-m", souche.MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=erreurs,
            env=souche.environnement(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # n'existe que sous Windows
        )
        assert self._processus.stdin and self._processus.stdout
        self.sortie: IO[bytes] = self._processus.stdout
        with suppress(BrokenPipeError):  # mort avant d'avoir écouté : son code de sortie dira pourquoi
            pickle.dump(demande, self._processus.stdin)
            self._processus.stdin.close()

    def attendre(self) -> int:
        return self._processus.wait()

    def arreter(self) -> None:
        self._processus.kill()


class _Dedouble:
    """Un enfant dédoublé d'une souche."""

    def __init__(self, demande: object, erreurs: IO[bytes]) -> None:
        lecture, ecriture = os.pipe()
        try:
            octets = pickle.dumps(demande)
            self._souche = souche.prendre()
            try:
                self._numero = self._souche.demander(octets, ecriture, erreurs.fileno())
            except OSError:  # tuée du dehors : une neuve
                self._souche = souche.Souche()
                self._numero = self._souche.demander(octets, ecriture, erreurs.fileno())
        finally:
            os.close(ecriture)
        self.sortie: IO[bytes] = os.fdopen(lecture, "rb")
        self._code: int | None = None

    def attendre(self) -> int:
        if self._code is None:
            try:
                self._code = self._souche.fin()
            except OSError:
                self._code = -signal.SIGKILL
            else:
                souche.rendre(self._souche)
        return self._code

    def arreter(self) -> None:
        if self._code is None:  # pas encore attendu : ce numéro est bien le sien
            with suppress(ProcessLookupError):
                os.kill(self._numero, signal.SIGKILL)


_Enfant = _Neuf | _Dedouble


def _detacher(demande: object, erreurs: IO[bytes]) -> _Enfant:
    if souche.DISPONIBLE:
        with suppress(OSError):  # deux souches mortes de suite : sur ce poste, elles ne savent pas partir
            return _Dedouble(demande, erreurs)
    return _Neuf(demande, erreurs)


def _arreter(enfant: _Enfant, trop_long: threading.Event) -> None:
    trop_long.set()
    enfant.arreter()


def _reglage(variable: str, defaut: int) -> int:
    """Une limite : celle de la variable d'environnement, si c'est un nombre entier d'au moins 1."""
    dit = os.environ.get(variable, "").strip()
    if not dit:
        return defaut
    if not (dit.isascii() and dit.isdigit() and int(dit[:9]) > 0 and len(dit) < 9):
        raise ErreurUtilisateur(Faute(f"la variable {variable} vaut « {dit} »", f"donnez-lui un nombre entier, par exemple {2 * defaut}"))
    return int(dit)


class _Lecteur(pickle.Unpickler):
    def find_class(self, module: str, nom: str) -> Any:
        if (module, nom) not in _RENDUS:
            raise pickle.UnpicklingError(f"{module}.{nom}")
        return super().find_class(module, nom)


def _ecouter(flux: IO[bytes]) -> Iterator[Any]:
    """Ce que l'enfant a rendu ; ses fautes sont levées ici. Un morceau inachevé (il est mort) n'est pas rendu."""
    while tete := flux.read(8):
        octets = flux.read(int.from_bytes(tete, "little"))
        if len(octets) < int.from_bytes(tete, "little"):
            return
        fautes, morceau = _Lecteur(io.BytesIO(octets)).load()
        if fautes:
            raise ErreurUtilisateur(fautes)
        yield morceau


def _echec(code: int, erreurs: bytes, chemin: Path, memoire: int, delai: int) -> ErreurUtilisateur:
    if code in (-getattr(signal, "SIGXCPU", 0), QUOTA_WINDOWS):
        return _trop_long(chemin, delai)
    if code in (SANS_MEMOIRE, -getattr(signal, "SIGKILL", 0)) or b"memory allocation" in erreurs or b"MemoryError" in erreurs:
        return LectureManquee(
            Faute(
                f"le lire demande plus de {memoire} Mo de mémoire : il est démesuré, ou piégé",
                f"{_alleger(chemin)} ; la limite se change par la variable {VARIABLE_MEMOIRE}",
                chemin.name,
            )
        )
    return LectureManquee(
        Faute(
            "sa lecture s'est arrêtée net : il est abîmé, ou piégé",
            f"ouvrez-le dans {'Word' if _est_un_texte(chemin) else 'Excel'} ou LibreOffice et réenregistrez-le, ou refaites-le",
            chemin.name,
        )
    )


def _alleger(chemin: Path) -> str:
    return (
        "allégez son texte et ses images, ou refaites-le"
        if _est_un_texte(chemin)
        else "supprimez ses lignes et colonnes inutiles, ou refaites-le"
    )


def _est_un_texte(chemin: Path) -> bool:
    return chemin.suffix.casefold() in (".docx", ".docm", ".dotx")


def _trop_long(chemin: Path, delai: int) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        Faute(
            f"le lire demande plus de {delai} s de calcul : il est démesuré, ou piégé",
            f"{_alleger(chemin)} ; la limite se change par la variable {VARIABLE_DELAI}",
            chemin.name,
        )
    )
