"""La souche : un processus neuf, qui se dédouble pour chaque fichier à lire à part, là où le système sait dédoubler.

Un Python neuf par fichier coûterait à chaque fois son démarrage et ses imports. La souche les paie une fois : elle importe le
module demandé, qui est à nous, puis l'enfant qu'elle détache pose ses bornes et lit, seul, le fichier du dehors. Une lecture à la fois
par souche ; deux lectures entrelacées en prennent deux.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

from relances_xl.fichiers.dans_l_enfant import ENTETE, ENTIER, recevoir

MODULE = "relances_xl.fichiers.dans_l_enfant"
DISPONIBLE = hasattr(os, "fork") and hasattr(socket, "send_fds")
_RACINE = str(Path(__file__).parents[2])  # où se trouve le paquet, quand un crochet d'installation le trouve seul


def environnement() -> dict[str, str]:
    """Celui d'un Python qui trouve les mêmes modules que celui-ci, d'où qu'ils viennent."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, _RACINE]))}


class Souche:
    """Le côté parent d'une souche : lui demander une lecture, en connaître le numéro, puis la fin."""

    def __init__(self) -> None:
        self._fil, bout = socket.socketpair()
        with bout:
            self._processus = subprocess.Popen(
                # ni « site », dont les chemins sont déjà connus, ni le dossier courant, où un fichier prendrait la place d'un module
                [sys.executable, "-S", "-P", "-m", MODULE, str(bout.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environnement(),
                pass_fds=[bout.fileno()],
            )

    def demander(self, demande: bytes, sortie: int, erreurs: int) -> int:
        """Détache un enfant qui écrira sur ces descripteurs ; rend son numéro. Lève `OSError` si la souche est morte."""
        socket.send_fds(self._fil, [ENTETE.pack(len(demande))], [sortie, erreurs])
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
        octets = recevoir(self._fil, ENTIER.size)
        if len(octets) < ENTIER.size:
            raise OSError("la souche est morte")
        return int(ENTIER.unpack(octets)[0])


_libres: list[Souche] = []
_de = os.getpid()


def prendre() -> Souche:
    """Une souche libre, ou une neuve. Un processus dédoublé n'emploie pas celles de son parent."""
    global _de
    if _de != os.getpid():
        _libres.clear()
        _de = os.getpid()
    return _libres.pop() if _libres else Souche()


def rendre(souche: Souche) -> None:
    _libres.append(souche)
