"""Écrire une archive zip partie après partie, comprimée à mesure : ni fichier provisoire, ni texte entier en mémoire."""

from types import TracebackType
from typing import IO

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers.office import enregistrements as zip_


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
            self._flux.write(zip_.fin(nombre, taille, debut))

    def ouvrir(self, nom: str) -> "PartieDeZip":
        """Une partie de plus ; la précédente doit être fermée."""
        return PartieDeZip(self._flux, nom.encode("ascii"), self._repertoire)


class PartieDeZip:
    """Une partie en cours : ses octets, comprimés à mesure ; ses tailles ne sont connues, et écrites, qu'à la fermeture."""

    def __init__(self, flux: IO[bytes], nom: bytes, repertoire: list[bytes]) -> None:
        self._flux, self._nom, self._repertoire = flux, nom, repertoire
        self._debut = flux.tell()
        self._crc = self._taille = self._ecrits = 0
        self._compresseur = zip_.compresseur_rapide()
        flux.write(self._entete())

    def write(self, octets: bytes) -> None:
        self._crc = zip_.crc32(octets, self._crc)
        self._taille += len(octets)
        self._ecrits += self._flux.write(self._compresseur.compress(octets))

    def close(self) -> None:
        """Erreur (ErreurUtilisateur) : la partie passe les 4 Go d'un zip."""
        self._ecrits += self._flux.write(self._compresseur.flush())
        if self._taille > zip_.TAILLE_MAX or self._flux.tell() > zip_.TAILLE_MAX:
            raise ErreurUtilisateur(Faute("le classeur passerait les 4 Go", "partagez l'export en plusieurs dossiers de relance"))
        fin = self._flux.tell()
        self._flux.seek(self._debut)
        self._flux.write(self._entete())
        self._flux.seek(fin)
        self._repertoire.append(zip_.centrale(self._nom, self._crc, self._ecrits, self._taille, self._debut))

    def _entete(self) -> bytes:
        return zip_.locale(self._nom, self._crc, self._ecrits, self._taille)
