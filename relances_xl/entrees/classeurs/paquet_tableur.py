"""Le paquet d'un .xlsx ou d'un .xlsb : où est la partie de chaque onglet (ECMA-376, partie 2 ; [MS-XLSB] 2.4.304)."""

import io
import posixpath
import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree

from relances_xl.fichiers.office.liens import lire_liens, partie_des_liens

_BUNDLE_SH = 156  # [MS-XLSB] : un onglet du classeur


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
