"""Ce que calamine ne distingue pas dans un .xls (Excel 95 à 2003) : erreurs, nombres au format parlant, fichiers piégés.

Sources des formats : [MS-CFB] pour le conteneur, [MS-XLS] 2.4.24 (`BoolErr`), 2.4.127 (`Formula`), 2.4.28
(`BoundSheet8`), 2.4.117 (`FilePass`), 2.4.126 (`Format`), 2.4.353 (`XF`).
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from relances_xl.domaine.feuilles import CelluleErreur
from relances_xl.entrees.classeurs.nombres_affiches import Affichage, affichages
from relances_xl.entrees.classeurs.reprises import ERREURS, Prepare, Reprise, abime, limiter, limiter_onglets, protege
from relances_xl.fichiers.office.enveloppe import CHIFFRE

_FORMULE, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS, _BOOLERR = 0x0006, 0x000A, 0x002F, 0x0085, 0x0200, 0x0205
_FORMAT, _FORMAT_95, _STYLE, _NOMBRE, _RK, _RKS, _BLANCS = 0x041E, 0x001E, 0x00E0, 0x0203, 0x027E, 0x00BD, 0x00BE
_SUITES = frozenset({_RKS, _BLANCS})  # plusieurs colonnes, la dernière à la fin
_REMPLIES = frozenset({_RKS, _FORMULE, _BOOLERR, _NOMBRE, 0x0204, 0x00D6, 0x00FD, _RK})
_BIFF8 = 0x0600
_FIN_DE_CHAINE = 0xFFFFFFFA  # les valeurs au-delà ne sont pas des secteurs
_LIGNES_MAX, _COLONNES_MAX = 65_536, 256


@dataclass(slots=True)
class _Examen:
    """Un onglet vu de près : ses cellules à reprendre, et la place qu'elles occupent."""

    reprises: list[Reprise] = field(default_factory=list)
    lignes: int = 0
    colonnes: int = 0


class _Boucle(Exception):
    """Une chaîne de secteurs revient sur elle-même : la suivre n'aurait pas de fin."""


def preparer(octets: bytes, prudent: bool) -> Prepare:
    """Voir `Prepare`. À faire avant calamine : il réserverait, sans limite, la place d'une cellule égarée, ou suivrait
    sans fin une chaîne qui boucle."""
    if CHIFFRE in octets:
        raise protege()
    examens = _examiner(octets)
    for examen in examens:
        limiter(examen.lignes, examen.colonnes)
    return Prepare(octets, lambda rang, nom: examens[rang].reprises if rang < len(examens) else [])


def _examiner(octets: bytes) -> list[_Examen]:
    """Les onglets d'un .xls, dans l'ordre ; vide si le conteneur ne se comprend pas."""
    flux = _flux_du_classeur(octets)
    globaux = list(_enregistrements(flux, 0))
    chiffre = next((corps for genre, corps in globaux if genre == _FILEPASS), None)
    if chiffre is not None:
        biff8 = globaux[0][1][:2] == struct.pack("<H", _BIFF8)
        raise protege(" (chiffrement « XOR » des anciens Excel)" if not biff8 or chiffre[:2] == b"\0\0" else "")
    debuts = [struct.unpack_from("<I", corps)[0] for genre, corps in globaux if genre == _BOUNDSHEET and len(corps) >= 4]
    limiter_onglets(len(debuts))
    vus = affichages(_formats(globaux))
    return [_examiner_onglet(flux, debut, vus) for debut in debuts]


def _examiner_onglet(flux: bytes, debut: int, vus: Mapping[int, Affichage]) -> _Examen:
    examen = _Examen()
    for genre, corps in _enregistrements(flux, debut):
        if genre == _DIMENSIONS and len(corps) >= 10:
            examen.lignes, examen.colonnes = _etendue_folle(corps)
        if genre not in _REMPLIES or len(corps) < 6:
            continue
        ligne, colonne, style = struct.unpack_from("<HHH", corps)
        derniere = struct.unpack_from("<H", corps, len(corps) - 2)[0] if genre in _SUITES else colonne
        examen.lignes = max(examen.lignes, ligne + 1)
        examen.colonnes = max(examen.colonnes, derniere + 1, colonne + 1)
        code = _code_erreur(genre, corps)
        if code is not None:
            examen.reprises.append((ligne, colonne, CelluleErreur(ERREURS.get(code, "#ERREUR"))))
        elif genre == _RKS and vus:
            styles = struct.unpack_from(f"<{'H4x' * ((len(corps) - 6) // 6)}", corps, 4)
            examen.reprises += [(ligne, colonne + i, vus[style]) for i, style in enumerate(styles) if style in vus]
        elif style in vus:
            examen.reprises.append((ligne, colonne, vus[style]))
    return examen


def _etendue_folle(corps: bytes) -> tuple[int, int]:
    """L'étendue annoncée, si elle ne tient pas dans une feuille : calamine la croirait, et réserverait des milliards de lignes.

    Bornes inversées : calamine soustrait sans signe. Une étendue possible n'est pas retenue : les cellules disent mieux.
    """
    premiere, fin, gauche, droite = struct.unpack_from("<IIHH" if len(corps) >= 12 else "<4H", corps)
    lignes, colonnes = (fin - premiere) % 2**32, (droite - gauche) % 2**16
    return (0, 0) if lignes <= _LIGNES_MAX and colonnes <= _COLONNES_MAX else (lignes, max(colonnes, 1))


def _code_erreur(genre: int, corps: bytes) -> int | None:
    if genre == _BOOLERR and len(corps) >= 8 and corps[7] == 1:
        return corps[6]
    if genre == _FORMULE and len(corps) >= 14 and corps[12:14] == b"\xff\xff" and corps[6] == 2:
        return corps[8]
    return None


def _formats(globaux: Sequence[tuple[int, bytes]]) -> dict[int, str]:
    """Style de cellule → son format de nombre, quand le classeur l'écrit."""
    codes = {
        struct.unpack_from("<H", corps)[0]: _texte_du_format(genre, corps)
        for genre, corps in globaux
        if genre in (_FORMAT, _FORMAT_95) and len(corps) >= 5
    }
    numeros = [struct.unpack_from("<H", corps, 2)[0] for genre, corps in globaux if genre == _STYLE and len(corps) >= 4]
    return {rang: codes[numero] for rang, numero in enumerate(numeros) if numero in codes}


def _texte_du_format(genre: int, corps: bytes) -> str:
    if len(corps) >= 5 and len(corps) - 5 == struct.unpack_from("<H", corps, 2)[0] * (1 + (corps[4] & 1)):
        return corps[5:].decode("utf-16-le" if corps[4] & 1 else "latin-1", "replace")
    return corps[3:].decode("cp1252", "replace")  # Excel 95 : une longueur d'un octet, un caractère par octet


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
    except _Boucle:
        raise abime() from None
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
    tours = 0
    while suivant < _FIN_DE_CHAINE:
        tours += 1
        if tours > len(octets) // taille:  # plus de secteurs que le fichier n'en a
            raise _Boucle
        *tables, suivant = entiers(secteur(suivant))
        difat += tables
    fat = [entree for table in difat if table < _FIN_DE_CHAINE for entree in entiers(secteur(table))]

    def chaine(numero: int, table: list[int] | tuple[int, ...]) -> Iterator[int]:
        vus = 0
        while numero < _FIN_DE_CHAINE:
            vus += 1
            if vus > len(table):
                raise _Boucle
            yield numero
            numero = table[numero]

    repertoire = b"".join(map(secteur, chaine(premier_repertoire, fat)))
    entrees = {}
    for position in range(0, len(repertoire), 128):
        longueur = struct.unpack_from("<H", repertoire, position + 64)[0]
        nom = repertoire[position : position + max(longueur - 2, 0)].decode("utf-16-le", "replace").casefold()
        entrees[nom] = struct.unpack_from("<II", repertoire, position + 116)
    mini_fat = entiers(b"".join(map(secteur, chaine(premiere_mini, fat))))
    racine = b"".join(map(secteur, chaine(entrees["root entry"][0], fat)))
    debut, longueur = entrees.get("workbook") or entrees.get("book") or (_FIN_DE_CHAINE, 0)
    if longueur >= seuil:
        return b"".join(map(secteur, chaine(debut, fat)))[:longueur]
    return b"".join(racine[n * 64 : (n + 1) * 64] for n in chaine(debut, mini_fat))[:longueur]
