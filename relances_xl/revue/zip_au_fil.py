"""Écrire une archive zip partie après partie, comprimée à mesure : ni fichier provisoire, ni texte entier en mémoire.

La compression est celle d'ISA-L, qui prend le dixième du temps de zlib pour un fichier d'un tiers plus gros. Les dates
sont fixes : les mêmes parties donnent les mêmes octets. Format : APPNOTE 6.3, et ECMA-376 partie 2 pour les classeurs.
"""

import struct
from types import TracebackType
from typing import IO

from isal import isal_zlib

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute

_LOCALE = struct.Struct("<4s5H3L2H")
_CENTRALE = struct.Struct("<4s6H3L5H2L")
_FIN = struct.Struct("<4s4H2LH")
_DEFLATE = 8
_VERSION = 20  # celle d'un zip sans zip64
_DATE = (1 << 5) | 1  # 1er janvier 1980, première date d'un zip
_NIVEAU = 1
_BITS = -15  # deflate nu, sans enveloppe
_TAILLE_MAX = 2**32 - 1


class ZipAuFil:
    """Une archive en cours d'écriture dans un flux où l'on peut revenir en arrière. En fin de bloc, son répertoire."""

    def __init__(self, flux: IO[bytes]) -> None:
        self._flux = flux
        self._repertoire: list[bytes] = []

    def __enter__(self) -> "ZipAuFil":
        return self

    def __exit__(self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None) -> None:
        if erreur is None:
            debut, nombre = self._flux.tell(), len(self._repertoire)
            taille = self._flux.write(b"".join(self._repertoire))
            self._flux.write(_FIN.pack(b"PK\x05\x06", 0, 0, nombre, nombre, taille, debut, 0))

    def ouvrir(self, nom: str) -> "PartieDeZip":
        """Une partie de plus ; la précédente doit être fermée."""
        return PartieDeZip(self._flux, nom.encode("ascii"), self._repertoire)


class PartieDeZip:
    """Une partie en cours : ses octets, comprimés à mesure ; ses tailles ne sont connues, et écrites, qu'à la fermeture."""

    def __init__(self, flux: IO[bytes], nom: bytes, repertoire: list[bytes]) -> None:
        self._flux, self._nom, self._repertoire = flux, nom, repertoire
        self._debut = flux.tell()
        self._crc = self._taille = self._ecrits = 0
        self._compresseur = isal_zlib.compressobj(_NIVEAU, isal_zlib.DEFLATED, _BITS)
        flux.write(self._entete())

    def write(self, octets: bytes) -> None:
        self._crc = isal_zlib.crc32(octets, self._crc)
        self._taille += len(octets)
        self._ecrits += self._flux.write(self._compresseur.compress(octets))

    def close(self) -> None:
        """Erreur (ErreurUtilisateur) : la partie passe les 4 Go d'un zip."""
        self._ecrits += self._flux.write(self._compresseur.flush())
        if self._taille > _TAILLE_MAX or self._flux.tell() > _TAILLE_MAX:
            raise ErreurUtilisateur(Faute("le classeur passerait les 4 Go", "partagez l'export en plusieurs dossiers de relance"))
        fin = self._flux.tell()
        self._flux.seek(self._debut)
        self._flux.write(self._entete())
        self._flux.seek(fin)
        tailles = (self._crc, self._ecrits, self._taille)
        self._repertoire.append(
            _CENTRALE.pack(b"PK\x01\x02", _VERSION, _VERSION, 0, _DEFLATE, 0, _DATE, *tailles, len(self._nom), 0, 0, 0, 0, 0, self._debut)
            + self._nom
        )

    def _entete(self) -> bytes:
        tailles = (self._crc, self._ecrits, self._taille)
        return _LOCALE.pack(b"PK\x03\x04", _VERSION, 0, _DEFLATE, 0, _DATE, *tailles, len(self._nom), 0) + self._nom
