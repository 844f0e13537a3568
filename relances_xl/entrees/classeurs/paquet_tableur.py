"""Le paquet d'un .xlsx ou d'un .xlsb : où est la partie de chaque onglet (ECMA-376, partie 2 ; [MS-XLSB] 2.4.304).

Un onglet très haut d'un .xlsx s'y coupe en tranches de lignes, chacune dans un petit paquet qui se lit comme un classeur.
"""

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

from relances_xl.fichiers.office.liens import lire_liens, partie_des_liens

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_BUNDLE_SH = 156  # [MS-XLSB] : un onglet du classeur

_TRANCHE = 1 << 20  # octets
_SANS_COUPE = 32  # fois la tranche : au-delà, on renonce à trouver où couper
_DEBUT_DES_LIGNES = rb"<((?:\w++:)?+)sheetData(?:\s[^<>]*+)?+>(?<!/>)"
_SANS_FUSION = b"<mergeCells/>"  # calamine, qui cherche les cellules fusionnées, ne parcourt pas les lignes une seconde fois


class Indecoupable(Exception):
    """La partie de l'onglet n'a pas la forme qu'on sait couper sans y rien changer : elle est à lire d'un coup."""


class PaquetTableur(NamedTuple):
    """onglets : nom d'onglet → partie de l'archive ; styles, chaines : leurs parties, "" si elles manquent."""

    onglets: dict[str, str]
    styles: str = ""
    chaines: str = ""


def lire_paquet(archive: zipfile.ZipFile) -> PaquetTableur:
    """Les parties utiles d'un classeur ; aucune si le paquet ne se comprend pas."""
    # des logiciels écrivent « XL\\Workbook.xml » : les noms se comparent sans casse
    vrais = {_normal(nom): nom for nom in archive.namelist()}

    def contenu(partie: str) -> bytes:
        nom = vrais.get(_normal(partie))
        return archive.read(nom) if nom else b""

    def liens(partie: str) -> dict[str, tuple[str, str]]:
        lus = contenu(partie_des_liens(partie))
        return {lien.identifiant: (lien.genre, lien.cible) for lien in lire_liens(lus, partie)} if lus else {}

    classeur = next((cible for genre, cible in liens("").values() if genre == "officeDocument"), "xl/workbook.xml")
    visees = liens(classeur)
    des_onglets = _onglets_binaires if classeur.casefold().endswith(".bin") else _onglets
    trouvees = {nom: _normal(visees.get(lien, ("", ""))[1]) for nom, lien in des_onglets(contenu(classeur))}
    par_genre = {genre: vrais.get(_normal(cible), "") for genre, cible in visees.values()}
    return PaquetTableur(
        {onglet: vrais[partie] for onglet, partie in trouvees.items() if partie in vrais},
        par_genre.get("styles", ""),
        par_genre.get("sharedStrings", ""),
    )


def remplacer(archive: zipfile.ZipFile, parties: Mapping[str, bytes], en_tete: str = "") -> bytes:
    """L'archive, ces parties changées ou ajoutées ; non compressée : elle ne sert qu'à être relue. en_tete : la première."""
    noms = dict.fromkeys([en_tete] if en_tete else []) | dict.fromkeys(archive.namelist()) | dict.fromkeys(parties)
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as copie:
        for nom in noms:
            if not nom.endswith("/"):
                copie.writestr(nom, parties[nom] if nom in parties else archive.read(nom))
    return tampon.getvalue()


def en_tranches(archive: zipfile.ZipFile, paquet: PaquetTableur, onglet: str) -> Iterator[io.BytesIO]:
    """Des paquets qui portent chacun une tranche des lignes d'un onglet, dans l'ordre, et aucun autre onglet.

    Lève `Indecoupable`, quelquefois après des tranches.
    """
    partie = paquet.onglets[onglet]
    communes = [nom for nom in archive.namelist() if _est_commune(nom, paquet)]
    with archive.open(partie) as flux:
        for feuille in _couper(flux, _TRANCHE):
            tampon = io.BytesIO()
            with zipfile.ZipFile(tampon, "w") as copie:
                for nom in communes:
                    copie.writestr(nom, archive.read(nom))
                copie.writestr(partie, feuille)
            tampon.seek(0)
            yield tampon


def _est_commune(nom: str, paquet: PaquetTableur) -> bool:
    """Cette partie sert-elle à lire chaque onglet ?"""
    fin = _normal(nom).rpartition("/")[2]
    return nom in (paquet.styles, paquet.chaines) or fin in ("[content_types].xml", ".rels", "workbook.xml", "workbook.xml.rels")


def _couper(flux: IO[bytes], taille: int) -> Iterator[bytes]:
    """La feuille en feuilles plus courtes, chacune commençant, la première exceptée, par une ligne qui dit son numéro."""
    lu = flux.read(taille)
    trouve = re.search(_DEBUT_DES_LIGNES, lu)
    if not trouve or b"sheetData" in lu[: trouve.start()] or _trompe(lu[5 : trouve.start()]):  # après « <?xml »
        raise Indecoupable
    prologue, prefixe, balise, lignes = lu[: trouve.start()], trouve[1], trouve[0], lu[trouve.end() :]
    fin = b"</%ssheetData></%sworksheet>" % (prefixe, prefixe)
    fin_de_ligne = b"</%srow>" % prefixe
    numerotee = re.compile(rb"""\s*+<%srow(?=[^<>]*?\sr=["']\d++["'])""" % prefixe)
    while bloc := flux.read(taille):
        lignes += bloc
        if coupe := _ou_couper(lignes, fin_de_ligne, numerotee):
            tranche, lignes = lignes[:coupe], lignes[coupe:]
            if b"sheetData" in tranche or _trompe(tranche):
                raise Indecoupable
            yield b"".join((prologue, _SANS_FUSION, balise, tranche, fin))
        elif len(lignes) > _SANS_COUPE * taille:
            raise Indecoupable
    yield b"".join((prologue, balise, lignes))


def _ou_couper(lignes: bytes, fin_de_ligne: bytes, numerotee: re.Pattern[bytes]) -> int:
    """La fin de la dernière ligne, ou de l'avant-dernière, que suit une ligne numérotée ; 0 s'il n'y en a pas."""
    fin = len(lignes)
    for _ in range(2):  # l'ouverture de la toute dernière peut n'être pas encore toute lue
        fin = lignes.rfind(fin_de_ligne, 0, fin)
        if fin > 0 and numerotee.match(lignes, coupe := fin + len(fin_de_ligne)):
            return coupe
    return 0


def _trompe(xml: bytes) -> bool:
    """Un commentaire, un texte brut ou une instruction, où ce qui ressemble à une balise n'en est pas une ?"""
    return any(signe in xml and b"<" + signe in xml for signe in (b"!", b"?"))  # un seul octet se cherche vingt fois plus vite


class FeuilleParTranches:
    """Un onglet lu tranche après tranche, qui se montre comme une feuille de calamine : même étendue, mêmes lignes.

    tranches : ses feuilles courtes, dans l'ordre ; parcourues une fois pour l'étendue, une fois pour les lignes.
    """

    def __init__(self, tranches: Callable[[], Iterator["CalamineSheet"]]) -> None:
        self._tranches = tranches
        coins = [(feuille.start, feuille.end) for feuille in tranches() if feuille.start and feuille.end]
        if any(suivante[0] <= fin[0] for (_, fin), (suivante, _) in pairwise(coins)):
            raise Indecoupable
        self.start: tuple[int, int] | None = None
        self.end: tuple[int, int] | None = None
        if coins:
            self.start = coins[0][0][0], min(debut[1] for debut, _ in coins)
            self.end = coins[-1][1][0], max(fin[1] for _, fin in coins)

    def iter_rows(self) -> Iterator[list[Any]]:
        """Les lignes depuis la première du fichier, de la largeur de l'étendue."""
        if not (self.start and self.end):
            return
        gauche, droite, rang = self.start[1], self.end[1], 0
        for feuille in self._tranches():
            if feuille.start and feuille.end:
                for _ in range(rang, feuille.start[0]):
                    yield [""] * (droite - gauche + 1)
                avant, apres = [""] * (feuille.start[1] - gauche), [""] * (droite - feuille.end[1])
                for ligne in feuille.to_python():
                    yield avant + ligne + apres if avant or apres else ligne
                rang = feuille.end[0] + 1


def enregistrements(flux: bytes) -> Iterator[tuple[int, bytes]]:
    """(genre, corps) de chaque enregistrement d'une partie binaire ([MS-XLSB] 2.1.4), tant qu'ils se comprennent."""
    position, fin = 0, len(flux)
    while position < fin:
        genre, position = _variable(flux, position, 2)
        taille, position = _variable(flux, position, 4)
        yield genre, flux[position : position + taille]
        position += taille


def texte_large(corps: bytes, position: int) -> tuple[str, int]:
    """Un texte précédé de sa longueur (`XLWideString`), et la position qui suit."""
    longueur = struct.unpack_from("<I", corps, position)[0]
    fin = position + 4 + 2 * longueur
    return corps[position + 4 : fin].decode("utf-16-le", "replace"), fin


def _variable(flux: bytes, position: int, octets: int) -> tuple[int, int]:
    """Un entier de 7 bits par octet, et la position qui suit."""
    valeur = 0
    for rang, octet in enumerate(flux[position : position + octets]):
        valeur |= (octet & 0x7F) << (7 * rang)
        if octet < 0x80:
            return valeur, position + rang + 1
    return valeur, position + octets


def _normal(chemin: str) -> str:
    return posixpath.normpath("/" + chemin.replace("\\", "/")).lstrip("/").casefold()


def _onglets(contenu: bytes) -> Iterator[tuple[str, str]]:
    """(nom, identifiant de lien) de chaque onglet d'un workbook.xml."""
    if not contenu:
        return
    for feuille in ElementTree.fromstring(contenu).iterfind(".//{*}sheet"):
        yield feuille.get("name", ""), next((v for nom, v in feuille.items() if nom.endswith("}id")), "")


def _onglets_binaires(contenu: bytes) -> Iterator[tuple[str, str]]:
    """Les mêmes, d'un workbook.bin."""
    for genre, corps in enregistrements(contenu):
        if genre == _BUNDLE_SH:
            lien, suite = texte_large(corps, 8)
            yield texte_large(corps, suite)[0], lien
