"""Les listes numérotées d'un modèle : dans un document de plusieurs lettres, chacune les recommence (ECMA-376, §17.9)."""

from copy import deepcopy
from typing import NamedTuple

from lxml import etree

from relances_xl.lettres.paquet.document import Document
from relances_xl.lettres.word.jetons import Jetons
from relances_xl.lettres.word.ooxml import ENTETE_XML, Noeud, ancetre, lire_xml, w

_SANS_NUMERO = frozenset({"bullet", "none"})
_AVANT_NUMPR = frozenset(map(w, ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")))


class Numerotation(NamedTuple):
    """Les listes que chaque lettre, à partir de la deuxième, possède en propre.

    tete, fin : le XML de la partie `nom`, de part et d'autre de ce qu'on y ajoute ; modeles : le XML d'une liste, son
    numéro laissé à remplir ; base : numéro de la première liste ajoutée.
    """

    nom: str
    tete: str
    fin: str
    modeles: tuple[str, ...]
    base: int

    def xml(self, lettres: int) -> bytes:
        """La partie, pour un document de tant de lettres."""
        ajouts = (
            modele.replace(_NUMERO, str(self.base + rang + len(self.modeles) * lettre))
            for lettre in range(lettres - 1)
            for rang, modele in enumerate(self.modeles)
        )
        return "".join((ENTETE_XML, self.tete, *ajouts, self.fin)).encode()


_NUMERO = "\ufdd2"


def recommencer_listes(jetons: Jetons, corps: Noeud, document: Document) -> Numerotation | None:
    """Donne à chaque paragraphe numéroté du corps une liste propre à la lettre ; None si le corps n'en a pas."""
    for nom in document.liees("numbering"):
        racine = lire_xml(document.parties[nom])
        listes = {num.get(w("numId"), ""): num for num in racine.iter(w("num")) if _est_numerotee(racine, num)}
        _numeroter_d_apres_les_styles(jetons, corps, document, listes)
        places = [place for place in corps.iter(w("numId")) if place.get(w("val")) in listes and ancetre(place, "pPr") is not None]
        employees = sorted({place.get(w("val"), "") for place in places}, key=int)
        if not employees:
            return None
        base = max(int(num.get(w("numId"), "0")) for num in racine.iter(w("num"))) + 1
        for place in places:
            numero = place.get(w("val"), "")
            premier = base + employees.index(numero) - len(employees)
            place.set(w("val"), jetons.texte(f"{{{{ {premier} + {len(employees)} * rx_lettre if rx_lettre else {numero} }}}}"))
        return _numerotation(nom, racine, [listes[numero] for numero in employees], base)
    return None


def _est_numerotee(racine: Noeud, num: Noeud) -> bool:
    abstraite = _abstraite(racine, num)
    formats = (niveau.get(w("val")) for niveau in abstraite.iter(w("numFmt"))) if abstraite is not None else ()
    return any(ecriture not in _SANS_NUMERO for ecriture in formats)


def _abstraite(racine: Noeud, num: Noeud) -> Noeud | None:
    reference = num.find(w("abstractNumId"))
    numero = reference.get(w("val")) if reference is not None else None
    return next((a for a in racine.iter(w("abstractNum")) if a.get(w("abstractNumId")) == numero), None)


def _numerotation(nom: str, racine: Noeud, listes: list[Noeud], base: int) -> Numerotation:
    modeles = tuple(_modele(racine, num) for num in listes)
    derniere = list(racine.iter(w("num")))[-1]
    derniere.addnext(etree.ProcessingInstruction("rx-listes", "ici"))
    tete, _, fin = etree.tostring(racine, encoding="unicode").partition("<?rx-listes ici?>")
    return Numerotation(nom, tete, fin, modeles, base)


def _modele(racine: Noeud, num: Noeud) -> str:
    """Une copie de la liste dont chaque niveau repart de son début."""
    copie = deepcopy(num)
    copie.tail = None
    copie.set(w("numId"), _NUMERO)
    abstraite = _abstraite(racine, num)
    niveaux = {n.get(w("ilvl"), "0"): n for n in abstraite.iter(w("lvl"))} if abstraite is not None else {}
    remplaces = {o.get(w("ilvl"), "0"): o for o in copie.iter(w("lvlOverride"))}
    for rang, niveau in niveaux.items():
        remplace = remplaces.get(rang)
        if remplace is None:
            remplace = etree.SubElement(copie, w("lvlOverride"), {w("ilvl"): rang})
        if remplace.find(w("startOverride")) is None:
            debut = niveau.find(w("start"))
            depart = etree.Element(w("startOverride"), {w("val"): debut.get(w("val"), "1") if debut is not None else "1"})
            remplace.insert(0, depart)
    return etree.tostring(copie, encoding="unicode")


def _numeroter_d_apres_les_styles(jetons: Jetons, corps: Noeud, document: Document, listes: dict[str, Noeud]) -> None:
    """Écrit dans le paragraphe la liste que son style lui donne, pour les lettres qui ont la leur."""
    des_styles = {nom: numpr for nom, numpr in _numpr_des_styles(document).items() if _numero(numpr) in listes}
    for style in list(corps.iter(w("pStyle"))):
        proprietes = style.getparent()
        if proprietes is None or style.get(w("val")) not in des_styles or proprietes.find(w("numPr")) is not None:
            continue
        place = max(rang + 1 for rang, enfant in enumerate(proprietes) if enfant.tag in _AVANT_NUMPR)
        ajout = [jetons.noeud("{% if rx_lettre %}"), deepcopy(des_styles[style.get(w("val"), "")]), jetons.noeud("{% endif %}")]
        for noeud in reversed(ajout):
            proprietes.insert(place, noeud)


def _numpr_des_styles(document: Document) -> dict[str, Noeud]:
    """Style de paragraphe → sa numérotation, propre ou héritée du style dont il dérive."""
    trouves: dict[str, Noeud] = {}
    for nom in document.liees("styles"):
        styles = {style.get(w("styleId"), ""): style for style in lire_xml(document.parties[nom]).iter(w("style"))}
        for identifiant in styles:
            numpr = _herite(styles, identifiant)
            if numpr is not None:
                trouves[identifiant] = numpr
    return trouves


def _herite(styles: dict[str, Noeud], identifiant: str) -> Noeud | None:
    vus: set[str] = set()
    while identifiant in styles and identifiant not in vus:
        vus.add(identifiant)
        numpr = styles[identifiant].find(f"{w('pPr')}/{w('numPr')}")
        if numpr is not None:
            return numpr
        parent = styles[identifiant].find(w("basedOn"))
        identifiant = parent.get(w("val"), "") if parent is not None else ""
    return None


def _numero(numpr: Noeud) -> str:
    numero = numpr.find(w("numId"))
    return numero.get(w("val"), "") if numero is not None else ""
