"""Le XML de Word : espaces de noms, paragraphes, runs (ECMA-376, parties 1 et 4)."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
V = "urn:schemas-microsoft-com:vml"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
ENTETE_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Noeud = etree._Element


def w(nom: str) -> str:
    """Le nom qualifié d'un élément ou d'un attribut de WordprocessingML."""
    return f"{{{W}}}{nom}"


def r(nom: str) -> str:
    """Le nom qualifié d'un attribut de relation."""
    return f"{{{R}}}{nom}"


CONTENEURS = frozenset(w(nom) for nom in ("body", "tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "sdtContent"))
"""Éléments qui contiennent des paragraphes."""

SUPPRIMES = frozenset((w("del"), w("moveFrom")))
"""Texte qu'une modification suivie a retiré : ni champ ni balise n'y compte."""

_analyseur = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def lire_xml(contenu: bytes) -> Noeud:
    """L'arbre d'une partie, sans résolution d'entités. Lève `etree.XMLSyntaxError`."""
    return etree.fromstring(contenu, _analyseur)


def serialiser(racine: Noeud) -> bytes:
    """La partie, telle qu'un paquet la porte."""
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True)


def est_element(noeud: Noeud) -> bool:
    """Faux pour une instruction de traitement ou un commentaire."""
    return isinstance(noeud.tag, str)


def ancetre(noeud: Noeud, nom: str) -> Noeud | None:
    """Le plus proche ancêtre de ce nom (sans préfixe)."""
    return next(noeud.iterancestors(w(nom)), None)


def est_supprime(noeud: Noeud) -> bool:
    return any(parent.tag in SUPPRIMES for parent in noeud.iterancestors())


def textes_du_paragraphe(paragraphe: Noeud) -> list[Noeud]:
    """Les `w:t` propres au paragraphe, dans l'ordre : ni ceux d'une zone de texte qu'il ancre, ni le texte supprimé."""
    return [t for t in paragraphe.iter(w("t")) if ancetre(t, "p") is paragraphe and not est_supprime(t)]


def proprietes(run: Noeud | None) -> Noeud | None:
    """Une copie de la mise en forme (`w:rPr`) d'un run."""
    trouve = run.find(w("rPr")) if run is not None else None
    return deepcopy(trouve) if trouve is not None else None


def nouveau_run(mise_en_forme: Noeud | None, *contenu: Noeud) -> Noeud:
    """Un run de cette mise en forme, qui porte ce contenu."""
    run = etree.Element(w("r"))
    if mise_en_forme is not None:
        run.append(deepcopy(mise_en_forme))
    run.extend(contenu)
    return run


def nouveau_texte(texte: str, nom: str = "t") -> Noeud:
    """Un `w:t` (ou `w:instrText`) aux espaces conservées."""
    element = etree.Element(w(nom))
    element.text = texte
    garder_espaces(element)
    return element


def garder_espaces(texte: Noeud) -> None:
    texte.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def contenu_du_run(run: Noeud) -> list[Noeud]:
    """Les enfants d'un run, mise en forme exceptée."""
    return [enfant for enfant in run if enfant.tag != w("rPr")]


def isoler_contenus(run: Noeud) -> list[Noeud]:
    """Découpe un run en runs d'un seul enfant, de même mise en forme ; rend ces runs."""
    contenus = contenu_du_run(run)
    if len(contenus) < 2:
        return [run]
    mise_en_forme = proprietes(run)
    runs = [run]
    for enfant in contenus[1:]:
        runs.append(nouveau_run(mise_en_forme, enfant))
        runs[-2].addnext(runs[-1])
    return runs


def retirer(noeud: Noeud) -> None:
    parent = noeud.getparent()
    if parent is not None:
        parent.remove(noeud)


def elements(parent: Noeud) -> Iterator[Noeud]:
    """Les enfants qui sont des éléments."""
    return (enfant for enfant in parent if est_element(enfant))
