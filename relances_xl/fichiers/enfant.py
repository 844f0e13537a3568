"""Lire à part ce qui vient du dehors : un processus enfant, borné en mémoire et en temps de calcul.

Un fichier piégé peut faire avorter la bibliothèque qui l'ouvre, ou lui faire réserver toute la machine : ici, il ne
fait tomber que l'enfant, et devient une phrase. L'enfant est un Python neuf, qui n'importe que ce qu'il lui faut ; ce
qu'il lit revient morceau par morceau, pendant qu'il lit la suite.
"""

import importlib
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

VARIABLE_MEMOIRE, VARIABLE_DELAI = "RELANCES_XL_MEMOIRE_MO", "RELANCES_XL_DELAI_S"
MEMOIRE_MO, DELAI_S = 2048, 60

_PATIENCE = 10  # fois le délai de calcul, à la montre : un enfant qui ne calcule plus, ou que son système ne borne pas
_SANS_MEMOIRE = 90  # code de sortie de l'enfant à qui la mémoire a manqué
_QUOTA_WINDOWS = 1816  # ERROR_NOT_ENOUGH_QUOTA : Windows arrête ainsi qui a épuisé son temps
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
        enfant = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=erreurs,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # n'existe que sous Windows
        )
        assert enfant.stdin and enfant.stdout
        trop_long = threading.Event()
        garde = threading.Timer(_PATIENCE * delai, _arreter, (enfant, trop_long))
        garde.daemon = True
        garde.start()
        try:
            with suppress(BrokenPipeError):  # mort avant d'avoir écouté : son code de sortie dira pourquoi
                pickle.dump((fonction, memoire, delai, (chemin, *arguments)), enfant.stdin)
                enfant.stdin.close()
            yield from _ecouter(enfant.stdout)
            code = enfant.wait()
        finally:
            garde.cancel()
            enfant.kill()
            enfant.wait()
            enfant.stdout.close()
        if trop_long.is_set():
            raise _trop_long(chemin, delai)
        if code:
            erreurs.seek(0)
            raise _echec(code, erreurs.read(65536), chemin, memoire, delai)


def _arreter(enfant: "subprocess.Popen[bytes]", trop_long: threading.Event) -> None:
    trop_long.set()
    enfant.kill()


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
    if code in (-getattr(signal, "SIGXCPU", 0), _QUOTA_WINDOWS):
        return _trop_long(chemin, delai)
    if code in (_SANS_MEMOIRE, -getattr(signal, "SIGKILL", 0)) or b"memory allocation" in erreurs or b"MemoryError" in erreurs:
        return LectureManquee(
            Faute(
                f"le lire demande plus de {memoire} Mo de mémoire : il est démesuré, ou piégé",
                f"supprimez ses lignes et colonnes inutiles, ou refaites-le ; la limite se change par la variable {VARIABLE_MEMOIRE}",
                chemin.name,
            )
        )
    return LectureManquee(
        Faute(
            "sa lecture s'est arrêtée net : il est abîmé, ou piégé",
            "ouvrez-le dans Excel ou LibreOffice et réenregistrez-le, ou refaites-le",
            chemin.name,
        )
    )


def _trop_long(chemin: Path, delai: int) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        Faute(
            f"le lire demande plus de {delai} s de calcul : il est démesuré, ou piégé",
            f"supprimez ses lignes et colonnes inutiles, ou refaites-le ; la limite se change par la variable {VARIABLE_DELAI}",
            chemin.name,
        )
    )


# --- dans l'enfant ------------------------------------------------------------------------------------------------


def _repondre() -> None:
    """L'enfant : pose ses bornes, lit ce qu'on lui demande, rend les morceaux sur sa sortie."""
    sortie = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # ce qu'une bibliothèque écrirait ne se mêle pas aux morceaux
    fonction, memoire, delai, arguments = pickle.load(sys.stdin.buffer)  # écrit par le processus parent
    _borner(memoire, delai)
    module, _, nom = fonction.partition(":")
    try:
        for morceau in getattr(importlib.import_module(module), nom)(*arguments):
            _rendre(sortie, (), morceau)
    except ErreurUtilisateur as refus:
        _rendre(sortie, refus.fautes, None)
    except MemoryError:
        os._exit(_SANS_MEMOIRE)
    except BrokenPipeError:  # le parent n'écoute plus : il a ce qu'il voulait
        os._exit(0)


def _rendre(sortie: IO[bytes], fautes: tuple[Faute, ...], morceau: object) -> None:
    octets = pickle.dumps((fautes, morceau), 5)
    sortie.write(len(octets).to_bytes(8, "little") + octets)
    sortie.flush()


def _borner(memoire: int, delai: int) -> None:
    """Pose les limites de ce processus : mémoire en Mo, calcul en secondes."""
    if sys.platform == "win32":
        _borner_windows(memoire * 2**20, delai * 10**7)
        return
    import resource  # n'existe pas sous Windows

    bornes = {
        resource.RLIMIT_AS: (memoire * 2**20, memoire * 2**20),
        resource.RLIMIT_CPU: (delai, delai + 1),  # un signal qui se nomme, puis la fin
        resource.RLIMIT_CORE: (0, 0),
    }
    for limite, valeurs in bornes.items():
        with suppress(ValueError, OSError):  # le système en impose déjà de plus basses
            resource.setrlimit(limite, valeurs)
    if sys.platform == "darwin":  # qui ne tient pas RLIMIT_AS
        _surveiller(memoire * 2**20)


def _surveiller(octets: int) -> None:
    import resource
    import time

    def guet() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < octets:
            time.sleep(0.05)
        os._exit(_SANS_MEMOIRE)

    threading.Thread(target=guet, daemon=True).start()


def _borner_windows(octets: int, centaines_de_ns: int) -> None:
    """Un « job object » autour de ce seul processus. Source : JOBOBJECT_EXTENDED_LIMIT_INFORMATION, winnt.h."""
    import ctypes
    from ctypes import wintypes

    temps_du_processus, memoire_du_processus, limites_etendues = 0x2, 0x100, 9

    class Base(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64), ("PerJobUserTimeLimit", ctypes.c_int64), ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t), ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD), ("Affinity", ctypes.c_size_t), ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )  # fmt: skip

    class Etendues(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", Base), ("IoInfo", ctypes.c_uint64 * 6), ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t), ("PeakProcessMemoryUsed", ctypes.c_size_t), ("PeakJobMemoryUsed", ctypes.c_size_t),
        )  # fmt: skip

    noyau = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    noyau.CreateJobObjectW.restype = noyau.GetCurrentProcess.restype = wintypes.HANDLE
    noyau.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
    noyau.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
    noyau.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    limites = Etendues()
    limites.BasicLimitInformation.LimitFlags = temps_du_processus | memoire_du_processus
    limites.BasicLimitInformation.PerProcessUserTimeLimit = centaines_de_ns
    limites.ProcessMemoryLimit = octets
    travail = noyau.CreateJobObjectW(None, None)
    noyau.SetInformationJobObject(travail, limites_etendues, ctypes.byref(limites), ctypes.sizeof(limites))
    noyau.AssignProcessToJobObject(travail, noyau.GetCurrentProcess())


if __name__ == "__main__":
    _repondre()
