"""Ce que la fusion répète ou retire : lignes de tableau à champs de ligne, paragraphes dont tous les champs sont vides."""

import re
from functools import lru_cache

from relances_xl.domaine.erreurs import Faute
from relances_xl.lettres.compile.contexte import Atelier
from relances_xl.lettres.word.jetons import JETON_TEXTE
from relances_xl.lettres.word.ooxml import CONTENEURS, Noeud, ancetre, est_element, w

_VISIBLE = re.compile(r"<w:t(?:\s[^>]*)?>\s*[^<\s]|<w:drawing|<w:pict")
_SANS_CONTENU = frozenset(
    map(
        w,
        ("pPr", "rPr", "r", "t", "tab", "br", "proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak",
         "hyperlink", "ins", "sdt", "sdtPr", "sdtContent", "smartTag"),
    )
)  # fmt: skip


def repeter_lignes(atelier: Atelier) -> None:
    """Entoure d'une boucle chaque ligne de tableau qui porte un champ de ligne ; ailleurs qu'en tableau : une faute."""
    lignes: dict[Noeud, str] = {}
    fautes = atelier.contexte.fautes
    for portee, ligne, place in atelier.portees:
        if portee in atelier.variables:  # le modèle parcourt lui-même la liste, sous ce nom
            continue
        if ligne is None:
            message, remede = f"un champ « {portee} » est hors d'un tableau", "placez-le dans une ligne de tableau, qui se répétera"
            fautes.append(Faute(message, remede, atelier.contexte.fichier, cellule=place))
        elif lignes.setdefault(ligne, portee) != portee:
            message = f"la même ligne porte des champs « {lignes[ligne]} » et « {portee} »"
            fautes.append(Faute(message, "faites-en deux lignes", atelier.contexte.fichier, cellule=place))
    for ligne, portee in lignes.items():
        suivante = next(ligne.itersiblings(w("tr")), None)
        ligne.addprevious(atelier.jetons.noeud(f"{{% for {portee} in rx_valeurs|elements('{portee}') %}}"))
        if suivante is not None and lignes.get(suivante) != portee:
            _garder_avec_la_suivante(atelier, ligne)
            ligne.addprevious(atelier.jetons.noeud("{% set rx_fin = loop.revindex <= 2 %}"))
        ligne.addnext(atelier.jetons.noeud("{% endfor %}"))
    for tableau in {ancetre(ligne, "tbl") for ligne in lignes}:
        if tableau is not None and all(ligne in lignes for ligne in tableau.iterchildren(w("tr"))):
            tableau.addprevious(atelier.jetons.noeud("{% filter tableau %}"))
            tableau.addnext(atelier.jetons.noeud("{% endfilter %}"))


def _garder_avec_la_suivante(atelier: Atelier, ligne: Noeud) -> None:
    """Retient les deux derniers exemplaires d'une ligne sur la page de la ligne de total : elle n'y sera jamais seule."""
    for paragraphe in ligne.iter(w("p")):
        proprietes = paragraphe.find(w("pPr"))
        if proprietes is None:
            proprietes = paragraphe.makeelement(w("pPr"))
            paragraphe.insert(0, proprietes)
        if proprietes.find(w("keepNext")) is None:
            style = proprietes.find(w("pStyle"))
            rang = 0 if style is None else proprietes.index(style) + 1
            proprietes.insert(rang, atelier.jetons.noeud("{% if rx_fin %}<w:keepNext/>{% endif %}"))


def retirer_vides(atelier: Atelier, racine: Noeud) -> None:
    """Entoure du filtre `paragraphe` ceux qui n'ont d'autre contenu que des champs, sauf le dernier d'un conteneur."""
    for paragraphe in list(racine.iter(w("p"))):
        if _est_dernier(paragraphe) or not _n_a_que_des_champs(atelier, paragraphe):
            continue
        paragraphe.addprevious(atelier.jetons.noeud("{% filter paragraphe %}"))
        paragraphe.addnext(atelier.jetons.noeud("{% endfilter %}"))


@lru_cache(maxsize=256)
def si_visible(xml: str) -> str:
    """Le paragraphe s'il montre quelque chose, vide sinon. Ceux de l'émetteur reviennent à chaque lettre."""
    return xml if _VISIBLE.search(xml) else ""


def si_lignes(xml: str) -> str:
    """Le tableau s'il lui reste une ligne, vide sinon."""
    return xml if "<w:tr>" in xml or "<w:tr " in xml else ""


def avec_paragraphe(xml: str) -> str:
    """Le contenu d'une cellule, fini par un paragraphe comme Word l'exige."""
    return xml if xml.rstrip().endswith(("</w:p>", "<w:p/>")) else f"{xml}<w:p/>"


FILTRES = {"paragraphe": si_visible, "tableau": si_lignes, "conteneur": avec_paragraphe}


def _est_dernier(paragraphe: Noeud) -> bool:
    """Vrai si le paragraphe doit rester : dernier de son conteneur, avant un tableau final, ou fin de section."""
    parent = paragraphe.getparent()
    if parent is None or parent.tag not in CONTENEURS or paragraphe.find(f"{w('pPr')}/{w('sectPr')}") is not None:
        return True
    suivants = (s.tag for s in paragraphe.itersiblings() if est_element(s) and s.tag != w("sectPr"))
    suivant = next(suivants, None)
    precedent = next((p.tag for p in paragraphe.itersiblings(preceding=True) if est_element(p)), None)
    return precedent == suivant == w("tbl") or (suivant != w("p") and w("p") not in suivants)


def _n_a_que_des_champs(atelier: Atelier, paragraphe: Noeud) -> bool:
    """Vrai si tout le texte du paragraphe vient de champs, ou de blocs `{% if %}` fermés dans le paragraphe."""
    profondeur = 0
    dynamique = False
    mise_en_page = paragraphe.find(w("pPr"))
    for noeud in paragraphe.iterdescendants():
        code = atelier.jetons.code(noeud)
        if noeud.getparent() is mise_en_page:
            continue
        if code:
            dynamique = True
            profondeur += code.startswith(("{% if", "{% for")) - code.startswith(("{% endif", "{% endfor"))
            if profondeur < 0:
                return False
        elif est_element(noeud) and _est_autre_contenu(noeud):
            return False
        elif noeud.tag == w("t") and profondeur == 0 and (noeud.text or "").strip():
            if JETON_TEXTE.sub("", noeud.text or "").strip():
                return False
            dynamique = True
    return dynamique and profondeur == 0


def _est_autre_contenu(noeud: Noeud) -> bool:
    parent = noeud.getparent()
    while parent is not None and parent.tag != w("p"):
        if parent.tag in (w("pPr"), w("rPr"), w("sdtPr")):
            return False
        parent = parent.getparent()
    return noeud.tag not in _SANS_CONTENU or (noeud.tag == w("br") and noeud.get(w("type")) == "page")
