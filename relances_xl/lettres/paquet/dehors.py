"""Ce qu'un modèle va chercher dehors ou emporte avec lui : rien de tel ne part chez un client (ECMA-376 partie 2, §9).

Chaque cas est nommé par sa clé dans `compile.refus` : ôté ici, ou laissé pour être refusé.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from relances_xl.lettres.paquet.zip_docx import Relation, lire_relations, nom_des_relations, relations_xml
from relances_xl.lettres.word.ooxml import Noeud, lire_xml, r, retirer, serialiser, w

_SCHEMAS_PERMIS = frozenset({"http", "https", "mailto", "tel"})
_REFUSES = {
    "aFChunk": "altChunk",
    "subDocument": "sous-document",
    "image": "image liée",
    "oleObject": "objet lié",
    "frame": "cadre",
}
"""Fin du type d'une relation vers l'extérieur → clé de `compile.refus`. Un `aFChunk` est refusé même interne."""

_OTES = ("attachedTemplate", "mailMergeSource", "mailMergeHeaderSource", "recipientData", "transform")


def dehors(parties: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """(clé, cible) de chaque relation qui se refuse, d'où qu'elle vienne dans le paquet."""
    for nom in [nom for nom in parties if nom.endswith(".rels")]:
        for lien in lire_relations(parties, _partie_de(nom)):
            genre = lien.type.rpartition("/")[2]
            if genre == "aFChunk" or (lien.externe and genre != "hyperlink" and genre not in _OTES):
                yield _REFUSES.get(genre, "partie externe"), lien.cible


def oter_les_chemins(parties: dict[str, bytes], nom: str, racine: Noeud) -> list[str]:
    """Délie de la partie les liens vers un fichier ou un dossier de la maison ; rend leurs cibles. Le texte reste."""
    liens = lire_relations(parties, nom)
    chemins = {lien.identifiant: lien.cible for lien in liens if _est_un_chemin(lien)}
    if not chemins:
        return []
    for lien in list(racine.iter(w("hyperlink"))):
        if lien.get(r("id")) in chemins:
            for enfant in list(lien):
                lien.addprevious(enfant)
            retirer(lien)
    parties[nom_des_relations(nom)] = relations_xml(lien for lien in liens if lien.identifiant not in chemins)
    return sorted(set(chemins.values()))


def oter_des_reglages(parties: dict[str, bytes], reglages: str) -> tuple[list[str], list[str]]:
    """Ôte des réglages la source de publipostage, le modèle attaché et le suivi ; rend (clés à signaler, parties retirées)."""
    racine = lire_xml(parties[reglages])
    elements = [
        e for nom in ("mailMerge", "attachedTemplate", "linkStyles", "saveThroughXslt", "trackRevisions") for e in racine.iter(w(nom))
    ]
    for element in elements:
        retirer(element)
    if elements:
        parties[reglages] = serialiser(racine)
    relations = lire_relations(parties, reglages)
    gardees = [lien for lien in relations if not lien.type.endswith(_OTES)]
    if len(gardees) < len(relations):
        parties[nom_des_relations(reglages)] = relations_xml(gardees)
    cles = [lien.cible for lien in relations if lien.type.endswith("/attachedTemplate")]
    return cles, [lien.cible for lien in relations if lien not in gardees and not lien.externe]


def _est_un_chemin(lien: Relation) -> bool:
    if not lien.externe or not lien.type.endswith("/hyperlink") or lien.cible.startswith("#"):
        return False
    return urlsplit(lien.cible).scheme.casefold() not in _SCHEMAS_PERMIS


def _partie_de(relations: str) -> str:
    """La partie dont ces relations sont celles : `word/_rels/document.xml.rels` → `word/document.xml`."""
    dossier, _, nom = relations.rpartition("_rels/")
    return dossier + nom.removesuffix(".rels")
