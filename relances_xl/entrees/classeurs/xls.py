"""Les cellules en erreur d'un .xls (Excel 95 à 2003), que calamine rend vides.

Sources des formats : [MS-CFB] pour le conteneur, [MS-XLS] 2.4.24 (`BoolErr`), 2.4.127 (`Formula`), 2.4.28
(`BoundSheet8`).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from relances_xl.domaine.feuilles import CelluleErreur
from relances_xl.entrees.classeurs.xlsx import Speciale

CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

_FORMULE, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS, _BOOLERR = 0x0006, 0x000A, 0x002F, 0x0085, 0x0200, 0x0205
_SUITES = frozenset({0x00BD, 0x00BE})  # MulRk, MulBlank : plusieurs colonnes, la dernière à la fin
_CELLULES = _SUITES | {_FORMULE, _BOOLERR, 0x0201, 0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E}
_FIN_DE_CHAINE = 0xFFFFFFFA  # les valeurs au-delà ne sont pas des secteurs


@dataclass(slots=True)
class Examen:
    """Un onglet vu de près : ce que calamine n'en dit pas, et la place que ses cellules occupent."""

    speciales: list[Speciale] = field(default_factory=list)
    lignes: int = 0
    colonnes: int = 0


def examiner(octets: bytes) -> list[Examen]:
    """Les onglets d'un .xls, dans l'ordre ; vide si le conteneur ne se comprend pas.

    À faire avant que calamine n'ouvre le fichier : il réserverait, sans limite, la place d'une cellule égarée.
    """
    flux = _flux_du_classeur(octets)
    globaux = list(_enregistrements(flux, 0))
    if any(genre == _FILEPASS for genre, _ in globaux):
        return []  # chiffré : calamine le dira
    debuts = [struct.unpack_from("<I", corps)[0] for genre, corps in globaux if genre == _BOUNDSHEET and len(corps) >= 4]
    return [_examiner_onglet(flux, debut) for debut in debuts]


def _examiner_onglet(flux: bytes, debut: int) -> Examen:
    examen = Examen()
    for genre, corps in _enregistrements(flux, debut):
        if genre == _DIMENSIONS and len(corps) >= 10:
            premiere, fin, gauche, droite = struct.unpack_from("<IIHH" if len(corps) >= 12 else "<4H", corps)
            # bornes inversées : calamine soustrait sans signe, et réserverait des milliards de lignes
            examen.lignes, examen.colonnes = (fin - premiere) % 2**32, (droite - gauche) % 2**16
        if genre not in _CELLULES or len(corps) < 6:
            continue
        ligne, colonne = struct.unpack_from("<HH", corps)
        derniere = struct.unpack_from("<H", corps, len(corps) - 2)[0] if genre in _SUITES else colonne
        examen.lignes = max(examen.lignes, ligne + 1)
        examen.colonnes = max(examen.colonnes, derniere + 1, colonne + 1)
        code = _code_erreur(genre, corps)
        if code is not None:
            examen.speciales.append((ligne, colonne, CelluleErreur(CODES.get(code, "#ERREUR"))))
    return examen


def _code_erreur(genre: int, corps: bytes) -> int | None:
    if genre == _BOOLERR and len(corps) >= 8 and corps[7] == 1:
        return corps[6]
    if genre == _FORMULE and len(corps) >= 14 and corps[12:14] == b"\xff\xff" and corps[6] == 2:
        return corps[8]
    return None


def _enregistrements(flux: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Les enregistrements d'une sous-partie (classeur, feuille), jusqu'à sa fin."""
    while position + 4 <= len(flux):
        genre, taille = struct.unpack_from("<HH", flux, position)
        yield genre, flux[position + 4 : position + 4 + taille]
        if genre == _EOF:
            return
        position += 4 + taille


def _flux_du_classeur(octets: bytes) -> bytes:
    """Le flux « Workbook » (ou « Book ») du conteneur OLE ; vide si le conteneur ne se comprend pas."""
    try:
        return _lire_flux(octets)
    except (struct.error, LookupError, ValueError):
        return b""


def _lire_flux(octets: bytes) -> bytes:
    taille = 1 << min(struct.unpack_from("<H", octets, 30)[0], 16)
    premier_repertoire, seuil, premiere_mini = struct.unpack_from("<I4xII", octets, 48)

    def secteur(numero: int) -> bytes:
        return octets[(numero + 1) * taille : (numero + 2) * taille]

    def entiers(contenu: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(contenu) // 4}I", contenu)

    difat = list(entiers(octets[76:512]))
    suivant = struct.unpack_from("<I", octets, 68)[0]
    while suivant < _FIN_DE_CHAINE and len(difat) * taille < len(octets):
        *tables, suivant = entiers(secteur(suivant))
        difat += tables
    fat = [entree for table in difat if table < _FIN_DE_CHAINE for entree in entiers(secteur(table))]

    def chaine(numero: int, table: list[int] | tuple[int, ...]) -> Iterator[int]:
        for _ in range(len(table)):
            if numero >= _FIN_DE_CHAINE:
                return
            yield numero
            numero = table[numero]

    repertoire = b"".join(map(secteur, chaine(premier_repertoire, fat)))
    entrees = {}
    for position in range(0, len(repertoire), 128):
        longueur = struct.unpack_from("<H", repertoire, position + 64)[0]
        nom = repertoire[position : position + max(longueur - 2, 0)].decode("utf-16-le", "replace").casefold()
        entrees[nom] = struct.unpack_from("<II", repertoire, position + 116)
    debut, longueur = entrees.get("workbook") or entrees.get("book") or (_FIN_DE_CHAINE, 0)
    if longueur >= seuil:
        return b"".join(map(secteur, chaine(debut, fat)))[:longueur]
    racine = b"".join(map(secteur, chaine(entrees["root entry"][0], fat)))
    mini_fat = entiers(b"".join(map(secteur, chaine(premiere_mini, fat))))
    return b"".join(racine[n * 64 : (n + 1) * 64] for n in chaine(debut, mini_fat))[:longueur]
