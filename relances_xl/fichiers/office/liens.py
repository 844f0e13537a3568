"""Les liens d'un paquet Office : ce que chaque partie vise (ECMA-376, partie 2, 9.3)."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree


class Lien(NamedTuple):
    """identifiant ; genre : le dernier mot de son type (« worksheet ») ; cible : partie visée, depuis la racine du paquet."""

    identifiant: str
    genre: str
    cible: str


def partie_des_liens(partie: str) -> str:
    """Où sont les liens d'une partie ("" : ceux du paquet entier)."""
    dossier, nom = posixpath.split(partie)
    return posixpath.join(dossier, "_rels", f"{nom}.rels")


def lire_liens(contenu: bytes, partie: str) -> Iterator[Lien]:
    """Les liens que porte `contenu`, ceux de cette partie. `ElementTree.ParseError` s'il ne se lit pas."""
    dossier = posixpath.dirname(partie)
    for lien in ElementTree.fromstring(contenu).iterfind("{*}Relationship"):
        cible = posixpath.join("/", dossier, lien.get("Target", "").replace("\\", "/"))
        yield Lien(lien.get("Id", ""), lien.get("Type", "").rpartition("/")[2], posixpath.normpath(cible).lstrip("/"))
