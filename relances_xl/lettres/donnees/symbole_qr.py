"""Le symbole d'un QR code, niveau M, masque 2, versions 1 à 13 : le même que segno, au dixième de son temps.

Ce qui ne dépend que de la version (motifs, ordre des modules, masque, polynômes) est préparé une fois ; un code n'est plus
que des tables à lire. Les motifs fixes viennent de segno, qui reste la référence des tests. Source : ISO/IEC 18004.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MASQUE = 2  # fixe : chercher le meilleur des huit masques coûte six fois plus, et tous se lisent
_BLOCS = (  # version → codes correcteurs par bloc, puis (nombre de blocs, octets de données de chacun)
    (10, ((1, 16),)), (16, ((1, 28),)), (26, ((1, 44),)), (18, ((2, 32),)), (24, ((2, 43),)), (16, ((4, 27),)), (18, ((4, 31),)),
    (22, ((2, 38), (2, 39))), (22, ((3, 36), (2, 37))), (26, ((4, 43), (1, 44))), (30, ((1, 50), (4, 51))), (22, ((6, 36), (2, 37))),
    (22, ((8, 37), (1, 38))),
)  # fmt: skip
_ALIGNEMENTS = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46), (28, 50), (30, 54), (32, 58), (34, 62))
_COURTES = 9  # jusqu'à cette version, la longueur tient en 8 bits

Octets = NDArray[np.uint8]


def symbole(contenu: bytes) -> Octets:
    """Les modules du symbole, 1 = noir, en carré. Lève `ValueError` au-delà de 331 octets."""
    version = next((v for v in range(1, len(_BLOCS) + 1) if len(contenu) <= _capacite(v)), 0)
    if not version:
        raise ValueError("contenu trop long pour un QR code de virement")
    patron = _patron(version)
    donnees = np.frombuffer(_remplir(contenu, version, patron.total), dtype=np.uint8)
    blocs = donnees[patron.blocs]  # un bloc par ligne, complété à gauche par des zéros, sans effet
    exposants = _LOG[blocs][:, :, None] + patron.generateur[None, :, :]
    termes = np.where(blocs[:, :, None] == 0, 0, _EXP[exposants])
    correcteurs = np.bitwise_xor.reduce(termes, axis=1)
    message = np.concatenate((donnees[patron.entrelacement], correcteurs.T.ravel()))
    modules = patron.fixes.copy()
    modules[patron.places] = np.unpackbits(message)[: len(patron.places)] ^ patron.masque
    return modules.reshape(patron.cote, patron.cote)


class _Patron(NamedTuple):
    """Ce qui ne dépend que de la version.

    blocs : rang dans les données de chaque octet de chaque bloc ; entrelacement : ordre des octets de données dans le
    message ; places : module de chaque bit du message ; generateur : logarithmes du reste de x^(n+k) par le générateur.
    """

    cote: int
    total: int
    blocs: NDArray[np.intp]
    entrelacement: NDArray[np.intp]
    generateur: NDArray[np.intp]
    fixes: Octets
    places: NDArray[np.intp]
    masque: Octets


def _capacite(version: int) -> int:
    total = sum(nombre * taille for nombre, taille in _BLOCS[version - 1][1])
    return total - (2 if version <= _COURTES else 3)


def _remplir(contenu: bytes, version: int, total: int) -> bytes:
    """Mode, longueur, contenu, fin et remplissage : les octets de données, puis un octet nul."""
    bits = 8 if version <= _COURTES else 16
    entete = (0b0100 << bits) | len(contenu)
    nombre = (entete << 8 * len(contenu) | int.from_bytes(contenu, "big")) << 4  # 4 zéros : la fin
    octets = nombre.to_bytes((4 + bits + 8 * len(contenu) + 4) // 8, "big")
    # segno met un octet nul avant le remplissage, et nous aussi ; le dernier octet, hors des données, complète les blocs courts.
    return (octets + b"\0" + b"\xec\x11" * total)[:total] + b"\0"


def _tables() -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Puissances et logarithmes dans GF(256), polynôme 0x11D."""
    puissances = [1]
    for _ in range(254):
        suivant = puissances[-1] << 1
        puissances.append(suivant ^ 0x11D if suivant & 0x100 else suivant)
    logarithmes = [0] * 256
    for rang, valeur in enumerate(puissances):
        logarithmes[valeur] = rang
    return np.array(puissances * 3, dtype=np.uint8), np.array(logarithmes, dtype=np.intp)


_EXP, _LOG = _tables()


@lru_cache(maxsize=len(_BLOCS))
def _patron(version: int) -> _Patron:
    import segno  # charge de quoi parler au réseau : seulement s'il y a un symbole à faire

    correcteurs, groupes = _BLOCS[version - 1]
    tailles = [taille for nombre, taille in groupes for _ in range(nombre)]
    debuts = np.cumsum([0, *tailles[:-1]])
    plus_longue = max(tailles)
    # Un bloc plus court commence par un octet de plus, pris à un zéro ajouté en fin des données.
    total = sum(tailles)
    blocs = np.array([[total] * (plus_longue - t) + list(range(d, d + t)) for d, t in zip(debuts, tailles, strict=True)], dtype=np.intp)
    entrelacement = np.array([d + i for i in range(plus_longue) for d, t in zip(debuts, tailles, strict=True) if i < t], dtype=np.intp)
    modele = np.array(
        [list(rangee) for rangee in segno.make("x", version=version, error="m", mask=MASQUE, boost_error=False).matrix], dtype=np.uint8
    )
    cote = len(modele)
    libres = _libres(version, cote)
    places = np.array([y * cote + x for x, y in _parcours(cote) if libres[y, x]], dtype=np.intp)
    bits = 8 * (total + correcteurs * len(tailles))
    fixes = modele.copy()
    fixes[libres] = 0
    reste = places[bits:]  # modules sans donnée : leur bit est 0, masqué
    masque = (places % cote % 3 == 0).astype(np.uint8)
    fixes.ravel()[reste] = masque[bits:]
    return _Patron(cote, total, blocs, entrelacement, _generateur(correcteurs, plus_longue), fixes.ravel(), places[:bits], masque[:bits])


def _generateur(correcteurs: int, taille: int) -> NDArray[np.intp]:
    """Pour chaque octet d'un bloc, les logarithmes de sa part dans chaque code correcteur."""
    polynome = [1]
    for rang in range(correcteurs):
        polynome = [(a if a else 0) ^ (int(_EXP[_LOG[b] + rang]) if b else 0) for a, b in zip([*polynome, 0], [0, *polynome], strict=True)]
    reste = np.array(polynome[1:], dtype=np.uint8)
    lignes = []
    for _ in range(taille):  # x^k, x^(k+1), … modulo le générateur
        lignes.append(reste.copy())
        tete, reste = reste[0], np.append(reste[1:], np.uint8(0))
        if tete:
            reste = reste ^ _EXP[_LOG[tete] + _LOG[np.array(polynome[1:])]]
    return _LOG[np.array(lignes[::-1])]


def _libres(version: int, cote: int) -> NDArray[np.bool_]:
    """Les modules que ni un motif ni une information de format ou de version n'occupe."""
    libres = np.ones((cote, cote), dtype=bool)
    libres[:9, :9] = libres[:9, -8:] = libres[-8:, :9] = False
    libres[6, :] = libres[:, 6] = False
    centres = (6, *_ALIGNEMENTS[version - 1]) if version > 1 else ()
    for y in centres:
        for x in centres:
            if (y, x) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                libres[y - 2 : y + 3, x - 2 : x + 3] = False
    if version >= 7:
        libres[:6, -11:-8] = libres[-11:-8, :6] = False
    return libres


def _parcours(cote: int) -> list[tuple[int, int]]:
    """Les modules dans l'ordre des bits : deux colonnes à la fois, de droite à gauche, en montant puis en descendant."""
    ordre = []
    for rang, droite in enumerate((*range(cote - 1, 6, -2), 5, 3, 1)):
        lignes = range(cote - 1, -1, -1) if rang % 2 == 0 else range(cote)
        ordre += [(x, y) for y in lignes for x in (droite, droite - 1)]
    return ordre
