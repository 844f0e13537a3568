"""La souche : un processus neuf, qui se dédouble pour chaque fichier à lire à part, là où le système sait dédoubler.

Un Python neuf par fichier coûterait à chaque fois son démarrage et ses imports. La souche les paie une fois : elle importe le
module demandé, qui est à nous, puis l'enfant qu'elle détache pose ses bornes et lit, seul, le fichier du dehors. Une lecture à la fois
par souche ; deux lectures entrelacées en prennent deux.
"""

import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

DISPONIBLE = hasattr(os, "fork") and hasattr(socket, "send_fds")

_ENTETE = struct.Struct("<I")
_ENTIER = struct.Struct("<i")


class Souche:
    """Le côté parent d'une souche : lui demander une lecture, en connaître le numéro, puis la fin."""

    def __init__(self, module: str) -> None:
        self._fil, bout = socket.socketpair()
        with bout:
            self._processus = subprocess.Popen(
                [sys.executable, "-m", module, str(bout.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                pass_fds=[bout.fileno()],
            )

    def demander(self, demande: bytes, sortie: int, erreurs: int) -> int:
        """Détache un enfant qui écrira sur ces descripteurs ; rend son numéro. Lève `OSError` si la souche est morte."""
        socket.send_fds(self._fil, [_ENTETE.pack(len(demande))], [sortie, erreurs])
        self._fil.sendall(demande)
        return self._entier()

    def fin(self) -> int:
        """Attend la fin de l'enfant ; rend son code de sortie, négatif si un signal l'a arrêté."""
        return self._entier()

    def fermer(self) -> None:
        """Sans fil, la souche s'arrête d'elle-même."""
        self._fil.close()
        self._processus.wait()

    def _entier(self) -> int:
        octets = _recevoir(self._fil, _ENTIER.size)
        if len(octets) < _ENTIER.size:
            raise OSError("la souche est morte")
        return int(_ENTIER.unpack(octets)[0])


_libres: list[Souche] = []
_de = os.getpid()


def prendre(module: str) -> Souche:
    """Une souche libre, ou une neuve. Un processus dédoublé n'emploie pas celles de son parent."""
    global _de
    if _de != os.getpid():
        _libres.clear()
        _de = os.getpid()
    return _libres.pop() if _libres else Souche(module)


def rendre(souche: Souche) -> None:
    _libres.append(souche)


# --- dans la souche -----------------------------------------------------------------------------------------------


def servir(fil: socket.socket, preparer: Callable[[Any], None], lire: Callable[[Any, int], None]) -> None:
    """Dédouble la souche à chaque demande, jusqu'à ce que le parent parte.

    preparer(demande) : ce qui se charge une fois, avant de dédoubler ; lire(demande, sortie) : le travail de l'enfant.
    """
    while True:
        entete, descripteurs, *_ = socket.recv_fds(fil, _ENTETE.size, 2)
        if len(entete) < _ENTETE.size or len(descripteurs) < 2:
            return
        demande = pickle.loads(_recevoir(fil, _ENTETE.unpack(entete)[0]))  # écrit par le processus parent
        preparer(demande)
        enfant = os.fork()
        if not enfant:
            sortie, erreurs = descripteurs
            fil.close()
            os.dup2(erreurs, 1)  # ce qu'une bibliothèque écrirait ne se mêle pas aux morceaux
            os.dup2(erreurs, 2)
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            lire(demande, sortie)
            os._exit(0)
        for descripteur in descripteurs:
            os.close(descripteur)
        with suppress(BrokenPipeError):
            fil.sendall(_ENTIER.pack(enfant))
            _, etat = os.waitpid(enfant, 0)
            fil.sendall(_ENTIER.pack(os.waitstatus_to_exitcode(etat)))


def _recevoir(fil: socket.socket, taille: int) -> bytes:
    octets = bytearray()
    while len(octets) < taille and (morceau := fil.recv(taille - len(octets))):
        octets += morceau
    return bytes(octets)
