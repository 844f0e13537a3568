"""Le paquet d'un .xlsx ou d'un .xlsb : où est la partie de chaque onglet (ECMA-376, partie 2 ; [MS-XLSB] 2.4.304)."""

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from relances_xl.entrees.classeurs.xlsb import enregistrements

_BUNDLE_SH = 156  # [MS-XLSB] : un onglet du classeur


def parties_des_onglets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Nom d'onglet → partie de l'archive ; vide si le paquet ne se comprend pas."""
    # des logiciels écrivent « XL\\Workbook.xml » : les noms se comparent sans casse
    vrais = {_normal(nom): nom for nom in archive.namelist()}
    racine = _liens(archive, vrais, "_rels/.rels")
    classeur = next((cible for genre, cible in racine.values() if genre == "officeDocument"), "xl/workbook.xml")
    dossier, nom = posixpath.split(classeur)
    liens = _liens(archive, vrais, posixpath.join(dossier, "_rels", f"{nom}.rels"), dossier)
    contenu = archive.read(vrais[_normal(classeur)]) if _normal(classeur) in vrais else b""
    onglets = _onglets_binaires(contenu) if classeur.casefold().endswith(".bin") else _onglets(contenu)
    trouvees = {onglet: _normal(liens.get(lien, ("", ""))[1]) for onglet, lien in onglets}
    return {onglet: vrais[partie] for onglet, partie in trouvees.items() if partie in vrais}


def _normal(chemin: str) -> str:
    return posixpath.normpath("/" + chemin.replace("\\", "/")).lstrip("/").casefold()


def _liens(archive: zipfile.ZipFile, vrais: dict[str, str], partie: str, dossier: str = "") -> dict[str, tuple[str, str]]:
    """Identifiant → (genre, partie visée)."""
    if _normal(partie) not in vrais:
        return {}
    return {
        lien.get("Id", ""): (
            lien.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", dossier, lien.get("Target", "").replace("\\", "/"))).lstrip("/"),
        )
        for lien in ElementTree.fromstring(archive.read(vrais[_normal(partie)])).iterfind("{*}Relationship")
    }


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
            lien, suite = _texte(corps, 8)
            yield _texte(corps, suite)[0], lien


def _texte(corps: bytes, position: int) -> tuple[str, int]:
    """Un texte précédé de sa longueur, et la position qui suit."""
    longueur = struct.unpack_from("<I", corps, position)[0]
    fin = position + 4 + 2 * longueur
    return corps[position + 4 : fin].decode("utf-16-le"), fin
