"""Ce qu'une partie porte de travail en cours — modifications suivies, commentaires, liaisons —, mené à son terme.

Une lettre part comme si l'on avait tout accepté : le texte supprimé n'y est plus, l'inséré y est, les commentaires sont
restés à la maison (ECMA-376 partie 1, §17.13). Et le préfixe des éléments de Word redevient « w ».
"""

from lxml import etree

from relances_xl.lettres.word.ooxml import Noeud, W, ancetre, est_element, retirer, w

_SUPPRESSIONS = (w("del"), w("moveFrom"), w("cellDel"))
_INSERTIONS = (w("ins"), w("moveTo"), w("cellIns"))
_AVANT_MODIFICATION = tuple(map(w, (
    "rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "tcPrChange", "trPrChange", "sectPrChange", "tblGridChange",
    "numberingChange", "cellMerge",
)))  # fmt: skip
_BORNES = tuple(map(w, (
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd",
    "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd",
    "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
)))  # fmt: skip
_COMMENTAIRES = tuple(map(w, ("commentRangeStart", "commentRangeEnd", "commentReference")))
_LIAISONS = (w("dataBinding"), "{http://schemas.microsoft.com/office/word/2012/wordml}dataBinding", w("showingPlcHdr"))


def mettre_au_net(racine: Noeud) -> Noeud:
    """L'arbre à compiler : modifications acceptées, commentaires et liaisons ôtés, préfixe « w »."""
    racine = _prefixer(racine)
    _accepter(racine)
    for noeud in list(racine.iter(*_COMMENTAIRES, *_LIAISONS)):
        parent = noeud.getparent()
        retirer(noeud)
        if parent is not None and parent.tag == w("r") and all(enfant.tag == w("rPr") for enfant in parent):
            retirer(parent)
    return racine


def _prefixer(racine: Noeud) -> Noeud:
    """La même racine, dont l'espace de noms de Word a pour seul préfixe « w », que les morceaux de XML de la maison emploient."""
    if racine.nsmap.get("w") == W and racine.prefix == "w":
        return racine
    autres = {prefixe: espace for prefixe, espace in racine.nsmap.items() if espace != W and prefixe != "w"}
    neuve = etree.Element(racine.tag, {str(nom): str(valeur) for nom, valeur in racine.attrib.items()}, {**autres, "w": W})
    neuve.text = racine.text
    neuve.extend(list(racine))
    return neuve


def _accepter(racine: Noeud) -> None:
    for noeud in list(racine.iter(*_AVANT_MODIFICATION, *_BORNES)):
        retirer(noeud)
    marques: list[Noeud] = []
    for noeud in list(racine.iter(*_SUPPRESSIONS)):
        parent = noeud.getparent()
        if parent is None:
            continue
        if parent.tag == w("trPr"):
            _retirer_avec_son_tableau(ancetre(noeud, "tr"))
        elif parent.tag == w("tcPr"):
            retirer(parent.getparent())  # type: ignore[arg-type]
        elif parent.tag == w("rPr"):
            marques.append(noeud)
        else:
            retirer(noeud)
    for noeud in list(racine.iter(*_INSERTIONS)):
        parent = noeud.getparent()
        if parent is not None and parent.tag not in (w("rPr"), w("trPr"), w("tcPr")):
            for enfant in list(noeud):
                noeud.addprevious(enfant)
        retirer(noeud)
    for marque in marques:
        _joindre_au_suivant(ancetre(marque, "p"), marque)


def _retirer_avec_son_tableau(ligne: Noeud | None) -> None:
    tableau = ligne.getparent() if ligne is not None else None
    if ligne is None or tableau is None:
        return
    tableau.remove(ligne)
    if tableau.find(w("tr")) is None:
        retirer(tableau)


def _joindre_au_suivant(paragraphe: Noeud | None, marque: Noeud) -> None:
    """Un paragraphe dont la marque est supprimée se fond dans celui qui le suit, et en prend la mise en forme."""
    retirer(marque)
    if paragraphe is None:
        return
    proprietes = paragraphe.find(w("pPr"))
    if proprietes is not None and proprietes.find(w("sectPr")) is not None:
        return
    suivant = next((voisin for voisin in paragraphe.itersiblings() if est_element(voisin)), None)
    if suivant is not None and suivant.tag == w("p"):
        _absorber(paragraphe, proprietes, suivant)
    elif suivant is not None and suivant.tag != w("sectPr") and all(enfant.tag == w("pPr") for enfant in paragraphe):
        retirer(paragraphe)


def _absorber(paragraphe: Noeud, proprietes: Noeud | None, suivant: Noeud) -> None:
    """Le paragraphe prend tout de son suivant, non l'inverse : mille qui se fondent d'affilée ne déplacent rien deux fois."""
    if proprietes is not None:
        paragraphe.remove(proprietes)
    paragraphe.attrib.clear()
    paragraphe.attrib.update(suivant.attrib)
    venus = list(suivant)
    if venus and venus[0].tag == w("pPr"):
        paragraphe.insert(0, venus.pop(0))
    paragraphe.extend(venus)
    retirer(suivant)
