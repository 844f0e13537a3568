"""Le document Word qu'est un modèle : ses parties, sa langue, et ce qu'il faut en ôter."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.lettres.paquet.dehors import dehors, oter_des_reglages
from relances_xl.lettres.paquet.zip_docx import (
    CONTENUS,
    RELATIONS_OFFICE,
    TYPE_DOCUMENT,
    declarer_types,
    lire_parties,
    lire_relations,
    nom_des_relations,
    relations_xml,
)
from relances_xl.lettres.word.ooxml import lire_xml, serialiser, w

_LIEUX = {"header": "en-tête", "footer": "pied de page", "footnotes": "note", "endnotes": "note de fin"}


class Document:
    """Les parties d'un .docx, et le nom de la principale (d'ordinaire `word/document.xml`).

    constats : ce qui en a été ôté ou s'en refuse, (clé de `compile.refus`, détail).
    """

    def __init__(self, parties: dict[str, bytes], principale: str) -> None:
        self.parties = parties
        self.principale = principale
        self.constats: list[tuple[str, str]] = []

    def liees(self, genre: str) -> list[str]:
        """Les parties que la principale désigne par une relation de ce genre (`header`, `settings`…)."""
        relations = lire_relations(self.parties, self.principale)
        return [lien.cible for lien in relations if lien.type == RELATIONS_OFFICE + genre and lien.cible in self.parties]

    def parties_de_texte(self) -> dict[str, str]:
        """Les parties où un champ peut se trouver, et leur lieu en clair."""
        return {self.principale: "corps"} | {nom: lieu for genre, lieu in _LIEUX.items() for nom in self.liees(genre)}


def lire_document(chemin: Path, parties: dict[str, bytes]) -> Document:
    """Le document d'un modèle, débarrassé de sa source de publipostage et de ses macros. Lève `ErreurUtilisateur`.

    parties : celles du fichier ; elles y sont changées.
    """
    if any(b"<!DOCTYPE" in octets[:4096] for nom, octets in parties.items() if nom.endswith((".xml", ".rels"))):
        raise _abime(chemin)  # interdit (ECMA-376, partie 2)
    try:
        principale = next((lien.cible for lien in lire_relations(parties, "") if lien.type.endswith("/officeDocument")), "")
        if CONTENUS not in parties or principale not in parties:
            raise _faute(chemin, "ce n'est pas un document Word", "ouvrez-le dans Word et enregistrez-le en .docx")
        if lire_xml(parties[principale]).tag != w("document"):
            raise _faute(
                chemin, "ce n'est pas un document Word ordinaire", "enregistrez-le en « Document Word (.docx) », pas en « Strict Open XML »"
            )
        document = Document(parties, principale)
        annexes = [nom for genre in ("settings", "styles", "numbering") for nom in document.liees(genre)]
        for nom in (*document.parties_de_texte(), *annexes):
            lire_xml(parties[nom])
        document.constats += dict.fromkeys(dehors(document.parties))
        _oter_la_source(document)
        _oter_les_commentaires(document)
        _en_document_simple(document)
    except etree.XMLSyntaxError as erreur:
        if erreur.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from erreur
        raise _abime(chemin) from erreur
    return document


def parties_lisibles(chemin: Path) -> Iterator[tuple[str, bytes]]:
    """Dans l'enfant (`fichiers.enfant`) : nom et octets de chaque partie, dont le XML se lit. Lève `ErreurUtilisateur`."""
    parties = lire_parties(chemin)
    lire_document(chemin, dict(parties))
    yield from parties.items()


def _faute(chemin: Path, message: str, remede: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(Faute(message, remede, chemin.name))


def _abime(chemin: Path) -> ErreurUtilisateur:
    return _faute(chemin, "document Word abîmé", "ouvrez-le dans Word, réparez-le et enregistrez-le")


def _oter_la_source(document: Document) -> None:
    """Ôte des réglages ce qui mène dehors : une source de publipostage, par exemple, où Word irait lancer une requête."""
    for reglages in document.liees("settings"):
        attaches, retirees = oter_des_reglages(document.parties, reglages)
        document.constats += [("modèle attaché", cible) for cible in attaches]
        for cible in retirees:
            document.parties.pop(cible, None)
        if retirees:
            _oublier_les_types(document)


def _oter_les_commentaires(document: Document) -> None:
    """Retire les parties de commentaires : le texte n'y renvoie plus."""
    relations = lire_relations(document.parties, document.principale)
    retirees = [lien for lien in relations if re.search(r"/(comments\w*|people)$", lien.type)]
    if retirees:
        for lien in retirees:
            document.parties.pop(lien.cible, None)
            document.parties.pop(nom_des_relations(lien.cible), None)
        document.parties[nom_des_relations(document.principale)] = relations_xml(lien for lien in relations if lien not in retirees)
        _oublier_les_types(document)


def _en_document_simple(document: Document) -> None:
    """Un modèle (.dotx) ou un document à macros (.docm) donne des lettres .docx, sans macros."""
    contenus = document.parties[CONTENUS]
    if TYPE_DOCUMENT.encode() not in contenus:
        document.parties[CONTENUS] = declarer_types(contenus, {}, {document.principale: TYPE_DOCUMENT})
    relations = lire_relations(document.parties, document.principale)
    macros = [lien for lien in relations if lien.type.endswith("/vbaProject")]
    if macros:
        document.constats.append(("macros", ""))
        for lien in macros:
            for cible in (lien.cible, nom_des_relations(lien.cible), *(a.cible for a in lire_relations(document.parties, lien.cible))):
                document.parties.pop(cible, None)
        gardees = [lien for lien in relations if lien not in macros]
        document.parties[nom_des_relations(document.principale)] = relations_xml(gardees)
        _oublier_les_types(document)


def _oublier_les_types(document: Document) -> None:
    """Retire de `[Content_Types].xml` les parties qui n'existent plus."""
    racine = lire_xml(document.parties[CONTENUS])
    for noeud in list(racine):
        nom = noeud.get("PartName")
        if nom is not None and nom.lstrip("/") not in document.parties:
            racine.remove(noeud)
    document.parties[CONTENUS] = serialiser(racine)


def enregistre_par_libreoffice(document: Document) -> bool:
    return b"<Application>LibreOffice" in document.parties.get("docProps/app.xml", b"")


def langue_de(nom: str, document: Document) -> str:
    """Langue du modèle : le suffixe du nom (`relance-1.en.docx`), sinon celle des styles, sinon le français.

    « en-US » n'est pas un choix : c'est ce qu'écrivent les logiciels qui n'en ont pas fait.
    """
    suffixe = re.search(r"\.([a-z]{2})\.\w+$", nom.casefold())
    if suffixe and _est_une_langue(suffixe[1]):
        return suffixe[1]
    for styles in document.liees("styles"):
        langue = lire_xml(document.parties[styles]).find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('lang')}")
        ecrite = langue.get(w("val"), "") if langue is not None else ""
        if ecrite != "en-US" and _est_une_langue(ecrite[:2].casefold()):
            return ecrite[:2].casefold()
    return "fr"


def _est_une_langue(code: str) -> bool:
    if code in ("fr", "en"):
        return True
    from babel.localedata import exists  # presque aucun modèle n'en a besoin

    return bool(exists(code))
