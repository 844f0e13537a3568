"""Les cellules en erreur d'un .xlsb, que calamine rend vides.

Source du format : [MS-XLSB] 2.1.4 (enregistrements), 2.4.317 (`BrtCellError`), 2.4.673 (`BrtFmlaError`).
"""

import struct
from collections.abc import Iterator

from relances_xl.domaine.feuilles import CelluleErreur
from relances_xl.entrees.classeurs.xls import CODES, Examen

_LIGNE = 0
_CELLULES = range(1, 12)
_ERREURS = (3, 11)


def examiner(flux: bytes) -> Examen:
    """Une feuille, d'après sa partie binaire ; à faire avant calamine, qui réserverait la place d'une cellule égarée."""
    examen = Examen()
    ligne = 0
    for genre, corps in enregistrements(flux):
        if genre == _LIGNE and len(corps) >= 4:
            ligne = struct.unpack_from("<I", corps)[0]
        elif genre in _CELLULES and len(corps) >= 8:
            colonne = struct.unpack_from("<I", corps)[0]
            examen.lignes = max(examen.lignes, ligne + 1)
            examen.colonnes = max(examen.colonnes, colonne + 1)
            if genre in _ERREURS and len(corps) >= 9:
                examen.speciales.append((ligne, colonne, CelluleErreur(CODES.get(corps[8], "#ERREUR"))))
    return examen


def enregistrements(flux: bytes) -> Iterator[tuple[int, bytes]]:
    """(genre, corps) de chaque enregistrement ; s'arrête à ce qui ne se comprend plus."""
    position = 0
    while position < len(flux):
        genre, position = _variable(flux, position, 2)
        taille, position = _variable(flux, position, 4)
        yield genre, flux[position : position + taille]
        position += taille


def _variable(flux: bytes, position: int, octets: int) -> tuple[int, int]:
    """Un entier de 7 bits par octet, et la position qui suit."""
    valeur = 0
    for rang, octet in enumerate(flux[position : position + octets]):
        valeur |= (octet & 0x7F) << (7 * rang)
        if octet < 0x80:
            return valeur, position + rang + 1
    return valeur, position + octets
