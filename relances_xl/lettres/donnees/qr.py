"""Le QR code de virement, EPC069-12 v2 : le client le scanne, son application bancaire remplit le virement."""

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.ecrits.textes import sans_accents, une_ligne
from relances_xl.domaine.parametres import Emetteur
from relances_xl.lettres.donnees.symbole_qr import symbole

TEXTE_MAX = 140
NOM_MAX = 70
_MINIMUM, _MAXIMUM = Decimal("0.01"), Decimal("999999999.99")
_MARGE = 4  # modules blancs autour, exigés par la norme du QR code
_ECHELLE = 4  # pixels par module : 28 mm imprimés à 200 points par pouce environ, ce que dxpdf prend sans le réduire


def qr_paiement(emetteur: Emetteur, montant: Montant, texte: str) -> bytes | None:
    """L'image PNG du QR code d'un virement SEPA, ou None s'il n'en faut pas.

    None : autre devise que l'euro, IBAN absent ou faux, montant hors de 0,01 à 999 999 999,99.
    texte : le motif du virement (`motif_virement`), 140 caractères au plus.
    """
    if montant.devise != "EUR" or not recoit_des_virements(emetteur) or not _MINIMUM <= montant.decimal <= _MAXIMUM:
        return None
    contenu = "\n".join(
        ("BCD", "002", "1", "SCT", _bic(emetteur.bic), _nom(emetteur), _iban(emetteur.iban), f"EUR{montant.decimal:.2f}", "", "", texte)
    )
    return _png(symbole(contenu.encode()).tolist())


def recoit_des_virements(emetteur: Emetteur) -> bool:
    """Son nom et un IBAN valable sont connus : ses lettres peuvent porter un QR code."""
    return bool(_iban(emetteur.iban) and _nom(emetteur))


def motif_virement(code_client: str, pieces: Iterable[str]) -> str:
    """Le code client et les pièces, coupés proprement à 140 caractères.

    >>> motif_virement("C001", ["FA-1", "FA-2", "FA-2"])
    'C001 FA-1 FA-2'
    >>> motif_virement("C001", [f"FACTURE-{n:05d}" for n in range(60)])[-17:]
    'FACTURE-00008 +51'
    """
    motif = en_sepa(code_client)[:TEXTE_MAX]
    restent = list(dict.fromkeys(en_sepa(piece) for piece in pieces))
    while restent:
        suite = f" +{len(restent) - 1}" if len(restent) > 1 else ""
        if len(motif) + 1 + len(restent[0]) + len(suite) > TEXTE_MAX:
            return f"{motif} +{len(restent)}"[:TEXTE_MAX]
        motif = f"{motif} {restent.pop(0)}"
    return motif


def _png(modules: Sequence[Sequence[int]]) -> bytes:
    """L'image PNG des modules, un bit par pixel, entourée de la marge blanche de quatre modules.

    Écrite ici : une écriture générale prend plus de temps que tout le codage. PNG : ISO/IEC 15948.
    """
    cote = (len(modules) + 2 * _MARGE) * _ECHELLE
    bord = "1" * (_MARGE * _ECHELLE)
    blanches = ["1" * cote] * _MARGE
    noir_ou_blanc = ("1" * _ECHELLE, "0" * _ECHELLE)  # un module à 1 est noir, un pixel à 1 est blanc
    dessin = [bord + "".join([noir_ou_blanc[module] for module in rangee]) + bord for rangee in modules]
    octets = (cote + 7) // 8
    rangees = [b"\0" + int(ligne.ljust(octets * 8, "0"), 2).to_bytes(octets, "big") for ligne in (*blanches, *dessin, *blanches)]
    pixels = b"".join(rangee * _ECHELLE for rangee in rangees)
    blocs = (
        (b"IHDR", struct.pack(">IIBBBBB", cote, cote, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels, 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu)) for nom, contenu in blocs
    )


@lru_cache(maxsize=65536)
def en_sepa(texte: str) -> str:
    """Le texte en caractères que toutes les banques acceptent (EPC217-08) : « Lefèvre & Fils » → « Lefevre + Fils »."""
    remplace = sans_accents(texte.replace("&", "+").replace("_", "-").replace("’", "'"))
    return une_ligne(re.sub(r"[^A-Za-z0-9/?:().,'+ -]", " ", remplace))


def _nom(emetteur: Emetteur) -> str:
    return en_sepa(emetteur.raison_sociale)[:NOM_MAX].strip()


@lru_cache(maxsize=16)
def _iban(saisi: str) -> str:
    if not saisi:
        return ""
    from stdnum import iban as stdnum_iban

    compact = stdnum_iban.compact(saisi)
    return compact if stdnum_iban.is_valid(compact, check_country=False) else ""


@lru_cache(maxsize=16)
def _bic(saisi: str) -> str:
    """Le BIC, facultatif en version 002 : un BIC douteux est tu plutôt que de fausser le virement."""
    from stdnum import bic as stdnum_bic

    compact = stdnum_bic.compact(saisi)
    return compact if stdnum_bic.is_valid(compact) else ""
