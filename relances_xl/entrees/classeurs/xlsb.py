"""Ce que calamine ne lit pas d'un .xlsb : erreurs, nombres au format parlant, cellules courtes.

Source : [MS-XLSB] 2.1.4 (enregistrements), 2.4.317 (`BrtCellError`), 2.4.673 (`BrtFmlaError`), 2.4.697 et suivants
(`BrtFmt`, `BrtXF`), 2.5.12 (cellules courtes, dont la colonne suit la précédente, et que SheetJS écrit).
"""

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from relances_xl.domaine.feuilles import CelluleErreur
from relances_xl.entrees.classeurs.nombres_affiches import Affichage, affichages
from relances_xl.entrees.classeurs.paquet_tableur import enregistrements, lire_paquet, remplacer, texte_large
from relances_xl.entrees.classeurs.reprises import ERREURS, Prepare, Reprise, limiter, limiter_onglets

_LIGNE, _VIDE, _FORMAT, _STYLE, _DEBUT_STYLES, _FIN_STYLES = 0, 1, 44, 47, 617, 618
_CELLULES = range(1, 12)
_COURTES = {12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6, 18: 7}  # cellule courte → la même, avec sa colonne
_ERREURS = (3, 11)


@dataclass(slots=True)
class _PartieBinaire:
    """La partie binaire d'une feuille, ses cellules à reprendre, et s'il a fallu la récrire."""

    flux: bytes
    reprises: list[Reprise] = field(default_factory=list)
    recrite: bool = False


def preparer(octets: bytes, prudent: bool) -> Prepare:
    """Voir `Prepare`. Les étendues sont mesurées avant calamine, qui réserverait la place d'une cellule égarée."""
    archive = zipfile.ZipFile(io.BytesIO(octets))
    paquet = lire_paquet(archive)
    limiter_onglets(len(paquet.onglets))
    vus = affichages(_formats(archive.read(paquet.styles) if paquet.styles else b""))
    feuilles = {nom: _examiner(archive.read(partie), nom, vus) for nom, partie in paquet.onglets.items()}
    recrites = {paquet.onglets[nom]: feuille.flux for nom, feuille in feuilles.items() if feuille.recrite}
    reprises = {nom: feuille.reprises for nom, feuille in feuilles.items()}
    return Prepare(remplacer(archive, recrites) if recrites else octets, lambda rang, nom: reprises.get(nom, []))


def _examiner(flux: bytes, onglet: str, vus: Mapping[int, Affichage], recrite: bool = False) -> _PartieBinaire:
    feuille = _PartieBinaire(flux, recrite=recrite)
    ligne = hauteur = largeur = 0
    for genre, corps in enregistrements(flux):
        if genre in _COURTES and len(corps) >= 4 and not recrite:
            return _examiner(_allonger(flux), onglet, vus, recrite=True)
        if genre == _LIGNE and len(corps) >= 4:
            ligne = struct.unpack_from("<I", corps)[0]
        if genre not in _CELLULES or len(corps) < 8:
            continue
        colonne, style = struct.unpack_from("<II", corps)
        if genre != _VIDE:
            hauteur, largeur = max(hauteur, ligne + 1), max(largeur, colonne + 1)
        if genre in _ERREURS and len(corps) >= 9:
            feuille.reprises.append((ligne, colonne, CelluleErreur(ERREURS.get(corps[8], "#ERREUR"))))
        elif vu := vus.get(style & 0xFFFFFF):
            feuille.reprises.append((ligne, colonne, vu))
    limiter(hauteur, largeur, onglet)
    return feuille


def _allonger(flux: bytes) -> bytes:
    """La feuille, ses cellules courtes récrites avec leur colonne : celle qui suit la cellule d'avant."""
    recrits: list[bytes] = []
    colonne = -1
    for genre, corps in enregistrements(flux):
        if genre in _COURTES:
            genre, corps = _COURTES[genre], struct.pack("<I", colonne + 1) + corps
        if genre == _LIGNE:
            colonne = -1
        elif genre in _CELLULES and len(corps) >= 4:
            colonne = struct.unpack_from("<I", corps)[0]
        recrits.append(_enregistrement(genre, corps))
    return b"".join(recrits)


def _enregistrement(genre: int, corps: bytes) -> bytes:
    tete = bytes([genre]) if genre < 0x80 else bytes([genre & 0x7F | 0x80, genre >> 7])
    taille, reste = b"", len(corps)
    while reste >= 0x80:
        taille += bytes([reste & 0x7F | 0x80])
        reste >>= 7
    return tete + taille + bytes([reste]) + corps


def _formats(flux: bytes) -> dict[int, str]:
    """Style de cellule → son format de nombre, quand le classeur l'écrit."""
    codes: dict[int, str] = {}
    numeros: list[int] = []
    dans_les_styles = False
    for genre, corps in enregistrements(flux):
        if genre == _FORMAT and len(corps) >= 6:
            codes[struct.unpack_from("<H", corps)[0]] = texte_large(corps, 2)[0]
        elif genre in (_DEBUT_STYLES, _FIN_STYLES):
            dans_les_styles = genre == _DEBUT_STYLES
        elif genre == _STYLE and dans_les_styles and len(corps) >= 4:
            numeros.append(struct.unpack_from("<H", corps, 2)[0])
    return {rang: codes[numero] for rang, numero in enumerate(numeros) if numero in codes}
