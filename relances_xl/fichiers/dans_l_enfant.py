"""Le côté de l'enfant (`fichiers.enfant`) : poser ses bornes, lire ce qui est demandé, en rendre les morceaux.

Lancé par `-m`, avec un fil (un descripteur), c'est la souche, qui se dédouble à chaque demande ; sans fil, c'est un enfant d'une seule
lecture. Chaque commande paie ce qui se charge ici : rien de ce qui ne sert qu'au parent n'y entre.
"""

import gc
import importlib
import os
import pickle
import signal
import socket
import struct
import sys
from contextlib import suppress
from typing import IO

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers.limites_du_processus import borner

SANS_MEMOIRE = 90
"""Code de sortie de l'enfant à qui la mémoire a manqué."""
QUOTA_WINDOWS = 1816
"""ERROR_NOT_ENOUGH_QUOTA : Windows arrête ainsi qui a épuisé son temps."""
ENTETE, ENTIER = struct.Struct("<I"), struct.Struct("<i")
"""La taille d'une demande, un numéro de processus ou un code de sortie, tels qu'ils passent par le fil de la souche."""

Demande = tuple[str, int, int, tuple[object, ...]]
"""(« module:nom » du générateur, mémoire en Mo, calcul en secondes, arguments)."""


def recevoir(fil: socket.socket, taille: int) -> bytes:
    """Ces octets du fil ; moins s'il se ferme avant."""
    octets = bytearray()
    while len(octets) < taille and (morceau := fil.recv(taille - len(octets))):
        octets += morceau
    return bytes(octets)


def _servir(fil: socket.socket) -> None:
    """Dédouble la souche à chaque demande, jusqu'à ce que le parent parte. Ce qui se charge une fois l'est avant de dédoubler."""
    gc.disable()  # elle ne fait que charger et se dédoubler
    while True:
        entete, descripteurs, *_ = socket.recv_fds(fil, ENTETE.size, 2)
        if len(entete) < ENTETE.size or len(descripteurs) < 2:
            return
        demande: Demande = pickle.loads(recevoir(fil, ENTETE.unpack(entete)[0]))  # écrit par le processus parent
        importlib.import_module(demande[0].partition(":")[0])
        gc.freeze()  # ses enfants ne parcourent, donc ne recopient, rien de ce qu'elle a chargé
        enfant = os.fork()
        if not enfant:
            gc.enable()
            sortie, erreurs = descripteurs
            fil.close()
            os.dup2(erreurs, 1)  # ce qu'une bibliothèque écrirait ne se mêle pas aux morceaux
            os.dup2(erreurs, 2)
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            _lire(demande, sortie)
            os._exit(0)
        for descripteur in descripteurs:
            os.close(descripteur)
        with suppress(BrokenPipeError):
            fil.sendall(ENTIER.pack(enfant))
            _, etat = os.waitpid(enfant, 0)
            fil.sendall(ENTIER.pack(os.waitstatus_to_exitcode(etat)))


def _repondre() -> None:
    """Un Python neuf : lit la demande, y répond sur sa sortie."""
    sortie = os.dup(1)
    os.dup2(2, 1)  # ce qu'une bibliothèque écrirait ne se mêle pas aux morceaux
    _lire(pickle.load(sys.stdin.buffer), sortie)  # écrit par le processus parent


def _lire(demande: Demande, descripteur: int) -> None:
    """Pose les bornes, lit ce qui est demandé, rend les morceaux."""
    fonction, memoire, delai, arguments = demande
    sortie = os.fdopen(descripteur, "wb")
    borner(memoire, delai, SANS_MEMOIRE, QUOTA_WINDOWS)
    module, _, nom = fonction.partition(":")
    try:
        for morceau in getattr(importlib.import_module(module), nom)(*arguments):
            _rendre(sortie, (), morceau)
    except ErreurUtilisateur as refus:
        _rendre(sortie, refus.fautes, None)
    except MemoryError:
        os._exit(SANS_MEMOIRE)
    except BrokenPipeError:  # le parent n'écoute plus : il a ce qu'il voulait
        os._exit(0)
    except BaseException as erreur:  # une trace, que le parent résumera d'une phrase
        sys.excepthook(type(erreur), erreur, erreur.__traceback__)
        sys.stderr.flush()
        os._exit(1)


def _rendre(sortie: IO[bytes], fautes: tuple[Faute, ...], morceau: object) -> None:
    octets = pickle.dumps((fautes, morceau), 5)
    sortie.write(len(octets).to_bytes(8, "little") + octets)
    sortie.flush()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _servir(socket.socket(fileno=int(sys.argv[1])))
        os._exit(0)  # rien à ranger
    _repondre()
