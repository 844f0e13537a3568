"""Le fichier .docx, un zip de parties : le lire, et en écrire à grande vitesse (ECMA-376 partie 2 ; APPNOTE 6.3).

Les parties qui ne changent pas sont compressées une fois et recopiées ; les dates sont fixes, si bien que les mêmes
données donnent les mêmes octets.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers.office import enregistrements as zip_
from relances_xl.fichiers.office.enveloppe import CHIFFRE, OLE
from relances_xl.lettres.word.ooxml import REL, TYPES, Noeud, lire_xml, serialiser

RELATIONS_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
TYPES_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
TYPE_DOCUMENT = f"{TYPES_WORD}document.main+xml"
CONTENUS = "[Content_Types].xml"
_TAILLE_MAXIMALE = 200_000_000  # octets décompressés : au-delà, ce n'est pas un modèle de lettre

_TEXTE_MAXIMAL = 20_000_000  # octets d'une partie XML, dont l'arbre en prend vingt fois plus en mémoire

_RELATIONS_MAXIMALES = 1_000_000


class Relation(NamedTuple):
    """Une relation d'une partie vers une autre ; `cible` est le nom de la partie, ou une adresse si `externe`."""

    identifiant: str
    type: str
    cible: str
    externe: bool


def lire_parties(chemin: Path) -> dict[str, bytes]:
    """Nom → octets de chaque partie, dans l'ordre du fichier. Lève `ErreurUtilisateur` s'il est illisible."""
    try:
        contenu = chemin.read_bytes()
    except FileNotFoundError:
        raise _faute(chemin, "modèle introuvable", "vérifiez son nom et le dossier « modeles »") from None
    except OSError as erreur:
        raise _faute(chemin, f"modèle illisible ({erreur.strerror})", "fermez-le dans Word, vérifiez vos droits") from erreur
    if contenu.startswith(OLE):
        if CHIFFRE in contenu:
            raise _faute(chemin, "modèle protégé par un mot de passe", "retirez le mot de passe (Fichier, Informations)")
        raise _faute(chemin, "ancien format Word (.doc)", "enregistrez-le au format .docx")
    try:
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            infos = [info for info in archive.infolist() if info.filename and not info.is_dir()]
            if sum(info.file_size for info in infos) > _TAILLE_MAXIMALE:
                raise _faute(chemin, "modèle démesuré", "allégez ses images")
            if any(info.file_size > _limite(info.filename) for info in infos):
                raise _faute(chemin, "modèle démesuré", "allégez son texte")
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as erreur:
        raise _faute(chemin, "ce n'est pas un document Word lisible", "ouvrez-le dans Word et enregistrez-le en .docx") from erreur


def _faute(chemin: Path, message: str, remede: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(Faute(message, remede, chemin.name))


def _limite(nom: str) -> int:
    return _RELATIONS_MAXIMALES if nom.endswith(".rels") else _TEXTE_MAXIMAL if nom.endswith(".xml") else _TAILLE_MAXIMALE


def nom_des_relations(partie: str) -> str:
    """Nom de la partie qui porte les relations de celle-ci (« » = le paquet)."""
    dossier, nom = posixpath.split(partie)
    return posixpath.join(dossier, "_rels", f"{nom}.rels")


def lire_relations(parties: Mapping[str, bytes], partie: str) -> list[Relation]:
    """Les relations d'une partie ; aucune si elle n'en a pas."""
    contenu = parties.get(nom_des_relations(partie))
    return list(_relations(lire_xml(contenu), posixpath.dirname(partie))) if contenu else []


def _relations(racine: Noeud, dossier: str) -> Iterator[Relation]:
    for noeud in racine.iter(f"{{{REL}}}Relationship"):
        externe = noeud.get("TargetMode") == "External"
        cible = noeud.get("Target", "")
        if not externe:
            cible = posixpath.normpath(posixpath.join("/", dossier, cible)).lstrip("/")
        yield Relation(noeud.get("Id", ""), noeud.get("Type", ""), cible, externe)


def relations_xml(relations: Iterable[Relation]) -> bytes:
    """Le XML de relations, cibles données depuis la racine du paquet."""
    racine = etree.Element(f"{{{REL}}}Relationships", nsmap={None: REL})
    for relation in relations:
        cible = relation.cible if relation.externe else f"/{relation.cible}"
        noeud = etree.SubElement(racine, f"{{{REL}}}Relationship", Id=relation.identifiant, Type=relation.type, Target=cible)
        if relation.externe:
            noeud.set("TargetMode", "External")
    return serialiser(racine)


def declarer_types(contenus: bytes, extensions: dict[str, str], parties: dict[str, str]) -> bytes:
    """Le `[Content_Types].xml` complété : type par extension, type par partie (qui remplace celui qu'elle avait)."""
    racine = lire_xml(contenus)
    par_extension = {noeud.get("Extension", "").casefold() for noeud in racine.iter(f"{{{TYPES}}}Default")}
    par_partie = {noeud.get("PartName", ""): noeud for noeud in racine.iter(f"{{{TYPES}}}Override")}
    for extension, type_mime in extensions.items():
        if extension not in par_extension:
            racine.insert(0, racine.makeelement(f"{{{TYPES}}}Default", {"Extension": extension, "ContentType": type_mime}))
    for nom, type_mime in parties.items():
        if f"/{nom}" in par_partie:
            par_partie[f"/{nom}"].set("ContentType", type_mime)
        else:
            etree.SubElement(racine, f"{{{TYPES}}}Override", PartName=f"/{nom}", ContentType=type_mime)
    return serialiser(racine)


class Entree(NamedTuple):
    """Une partie prête pour le zip. methode : 8 = deflate, 0 = telle quelle."""

    nom: bytes
    crc: int
    taille: int
    corps: bytes
    methode: int

    def locale(self) -> bytes:
        return zip_.locale(self.nom, self.crc, len(self.corps), self.taille, self.methode)

    def centrale(self, position: int) -> bytes:
        return zip_.centrale(self.nom, self.crc, len(self.corps), self.taille, position, self.methode)


def comprimer(nom: str, contenu: bytes, niveau: int = 6) -> Entree:
    """Comprime une partie ; niveau 0 : telle quelle (une image l'est déjà) ; 1 : par ISA-L, cinq fois plus vite, pour ce qui change à chaque lettre."""
    crc = zip_.crc32(contenu)
    if niveau == 0:
        return Entree(nom.encode(), crc, len(contenu), contenu, zip_.BRUTE)
    compresseur = zip_.compresseur_rapide() if niveau == zip_.RAPIDE else zlib.compressobj(niveau, zlib.DEFLATED, zip_.BITS)
    corps = compresseur.compress(contenu) + compresseur.flush()
    return Entree(nom.encode(), crc, len(contenu), corps, zip_.DEFLATE)


class ZipPrepare:
    """Un zip dont le début est fixe : parties et répertoire y sont préparés une fois."""

    def __init__(self, fixes: Iterable[Entree]) -> None:
        parties: list[bytes] = []
        repertoire: list[bytes] = []
        position = 0
        for entree in fixes:
            repertoire.append(entree.centrale(position))
            parties += (entree.locale(), entree.corps)
            position += len(parties[-2]) + len(parties[-1])
        self._parties = b"".join(parties)
        self._repertoire = b"".join(repertoire)
        self._nombre = len(repertoire)

    def avec(self, variables: Iterable[Entree]) -> bytes:
        """Le fichier complet : les parties fixes, puis celles-ci."""
        parties = [self._parties]
        repertoire = [self._repertoire]
        position = len(self._parties)
        for entree in variables:
            repertoire.append(entree.centrale(position))
            parties += (entree.locale(), entree.corps)
            position += len(parties[-2]) + len(parties[-1])
        nombre = self._nombre + len(repertoire) - 1
        taille = sum(map(len, repertoire))
        return b"".join((*parties, *repertoire, zip_.fin(nombre, taille, position)))
