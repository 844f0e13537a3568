"""Le même document, dit autrement là où dxpdf 0.8 se trompe, perd du texte ou renonce.

Chaque retouche est éprouvée par un petit document (`tests/sorties/test_retouches.py`) ; ce qu'aucune ne sauve est une
réserve du modèle (`lettres.paquet.reserves`), et le texte de chaque PDF est comparé à celui de sa lettre (`texte_rendu`).
"""

import re
import zipfile
from collections.abc import Callable, Collection
from io import BytesIO

from lxml import etree

from relances_xl.sorties.pdf.symboles import en_unicode

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_XML = "http://www.w3.org/XML/1998/namespace"
STYLES = "word/styles.xml"

_A_RETOUCHER = re.compile(
    rb":(sdt|sym|AlternateContent|bdo|dir|ruby|txbx)[ >]|arcsize|m(aj|in)orAscii|w:instr[^>]*>\s*(XE|TC|TA|RD)\b"
    rb"|(Wingdings|Webdings|Symbol)\""
)
_MARGES = re.compile(rb"<w:(tblCellMar|tcMar)>.*?</w:\1>", re.DOTALL)
_STYLE_DE_TABLEAU = re.compile(rb'<w:tblStyle w:val="([^"]+)"')
_ANALYSEUR = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def w(nom: str) -> str:
    return f"{{{W}}}{nom}"


def retoucher(docx: bytes) -> bytes:
    """Le document retouché ; le même s'il est illisible (dxpdf dira lui-même ce qui ne va pas)."""
    sortie = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(docx)) as source, zipfile.ZipFile(sortie, "w") as cible:
            de_tableau: set[str] = set()
            for nom in source.namelist():
                contenu = source.read(nom)
                if nom.startswith("word/") and nom.endswith(".xml") and nom != STYLES:
                    de_tableau.update(style.decode() for style in _STYLE_DE_TABLEAU.findall(contenu))
                    contenu = retoucher_partie(contenu)
                if nom != STYLES:
                    cible.writestr(nom, contenu)
            if STYLES in source.namelist():
                cible.writestr(STYLES, styles_retouches(source.read(STYLES), de_tableau))
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, etree.XMLSyntaxError):
        return docx
    return sortie.getvalue()


def retoucher_partie(xml: bytes) -> bytes:
    """Une partie : les marges de cellule nulles, qu'il croit non dites, deviennent d'un vingtième de point ; et le reste."""
    xml = _MARGES.sub(lambda marges: marges[0].replace(b'w:w="0"', b'w:w="1"'), xml)
    if not _A_RETOUCHER.search(xml):
        return xml
    racine = etree.fromstring(xml, _ANALYSEUR)
    for retouche in _RETOUCHES:
        retouche(racine)
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True)


def _alternatives(racine: etree._Element) -> None:
    """Ne garde que le choix moderne, qu'il sait lire ; le repli, à l'ancien format, l'arrête parfois."""
    for noeud in list(racine.iter(f"{{{_MC}}}AlternateContent")):
        choix = noeud.find(f"{{{_MC}}}Choice")
        garde = choix if choix is not None else noeud.find(f"{{{_MC}}}Fallback")
        _remplacer(noeud, list(garde) if garde is not None else [])


def _enveloppes(racine: etree._Element) -> None:
    """Défait les contrôles de contenu en ligne et les sens d'écriture, dont il saute le contenu."""
    for noeud in list(racine.iter(w("sdt"))):
        contenu = noeud.find(w("sdtContent"))
        _remplacer(noeud, list(contenu) if contenu is not None else [])
    for noeud in list(racine.iter(w("bdo"), w("dir"))):
        _remplacer(noeud, list(noeud))


def _annotations(racine: etree._Element) -> None:
    """Un texte annoté (`ruby`) devient le texte, puis son annotation entre parenthèses."""
    for noeud in list(racine.iter(w("ruby"))):
        base, dessus = ("".join(t.text or "" for lieu in noeud.iter(w(nom)) for t in lieu.iter(w("t"))) for nom in ("rubyBase", "rt"))
        _remplacer(noeud, [_texte(f"{base} ({dessus})" if dessus else base)])


def _symboles(racine: etree._Element) -> None:
    """Les signes de Wingdings et de ses semblables, en caractères que toute police de secours possède."""
    for noeud in list(racine.iter(w("sym"))):
        signe = en_unicode(noeud.get(w("font"), ""), chr(int(noeud.get(w("char"), "20"), 16)))
        _sans_police(noeud)
        _remplacer(noeud, [_texte(signe)])
    for police in list(racine.iter(w("rFonts"))):
        nom = police.get(w("ascii")) or police.get(w("hAnsi")) or ""
        proprietes = police.getparent()
        run = proprietes.getparent() if proprietes is not None else None
        if run is None or run.tag != w("r") or not nom.startswith(("Wingdings", "Webdings", "Symbol")):
            continue
        for texte in run.iter(w("t")):
            texte.text = "".join(en_unicode(nom, signe) for signe in texte.text or "")
        _sans_police(next(iter(run)))


def _sans_police(dans_le_run: etree._Element) -> None:
    run = dans_le_run.getparent()
    for police in list(run.iterfind(f"{w('rPr')}/{w('rFonts')}")) if run is not None else []:
        police.getparent().remove(police)  # type: ignore[union-attr]


def _champs_invisibles(racine: etree._Element) -> None:
    """Ôte les champs qui ne montrent rien (XE, TC…) : il perd le texte qui les suit."""
    ouverts: list[list[etree._Element]] = []
    montres: list[bool] = []
    for run in list(racine.iter(w("r"))):
        for borne in [e for e in run if e.tag in (w("fldChar"), w("instrText"))]:
            genre = borne.get(w("fldCharType"))
            if genre == "begin":
                ouverts.append([])
                montres.append(False)
            if ouverts:
                ouverts[-1].append(borne)
            if genre == "separate" and montres:
                montres[-1] = True
            if genre == "end" and ouverts:
                noeuds, montre = ouverts.pop(), montres.pop()
                for noeud in [] if montre else noeuds:
                    noeud.getparent().remove(noeud)  # type: ignore[union-attr]


def _formes(racine: etree._Element) -> None:
    """Une forme qui porte du texte devient un rectangle ; un coin arrondi écrit en fractions, un nombre."""
    for boite in racine.iter(f"{{{_WPS}}}wsp"):
        if next(boite.iter(w("txbxContent")), None) is not None:
            for geometrie in boite.iter(f"{{{_A}}}prstGeom"):
                geometrie.set("prst", "rect")
    for forme in racine.iter("{*}roundrect"):
        arc = forme.get("arcsize", "")
        if re.fullmatch(r"\d+f", arc):
            forme.set("arcsize", f"{int(arc[:-1]) / 65536:.4f}")


def _zones_en_ligne(racine: etree._Element) -> None:
    """Une zone de texte « en ligne avec le texte », qu'il saute, devient flottante au même endroit, le texte passant dessous.

    Ordre des éléments d'une ancre : ECMA-376, partie 1, §20.4.2.3 (`anchor`).
    """
    for ligne in list(racine.iter(f"{{{_WP}}}inline")):
        if next(ligne.iter(f"{{{_WPS}}}txbx"), None) is None:
            continue
        ancre = etree.fromstring(_ANCRE, _ANALYSEUR)
        habillage = ancre[-1]
        for enfant in list(ligne):
            if etree.QName(enfant).localname in ("extent", "effectExtent"):
                habillage.addprevious(enfant)
            else:
                ancre.append(enfant)
        _remplacer(ligne, [ancre])


def _themes(racine: etree._Element) -> None:
    """`majorAscii` et `minorAscii`, permis mais inconnus de lui, valent `majorHAnsi` et `minorHAnsi`."""
    for police in racine.iter(w("rFonts")):
        for nom, valeur in police.attrib.items():
            if str(valeur).endswith("orAscii"):
                police.set(nom, str(valeur).replace("Ascii", "HAnsi"))


_ANCRE = f"""<wp:anchor xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0"
 locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset>
</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:wrapTopAndBottom/></wp:anchor>"""

_RETOUCHES: tuple[Callable[[etree._Element], None], ...] = (
    _alternatives, _enveloppes, _annotations, _champs_invisibles, _symboles, _formes, _zones_en_ligne, _themes,
)  # fmt: skip


def _remplacer(noeud: etree._Element, contenu: list[etree._Element]) -> None:
    parent = noeud.getparent()
    if parent is None:
        return
    for enfant in contenu:
        noeud.addprevious(enfant)
    parent.remove(noeud)


def _texte(texte: str) -> etree._Element:
    noeud = etree.Element(w("t"))
    noeud.text = texte
    noeud.set(f"{{{_XML}}}space", "preserve")
    return noeud


def styles_retouches(xml: bytes, de_tableau: Collection[str]) -> bytes:
    """Les styles sans taille par défaut : dans une cellule, il la fait passer avant celle du style du paragraphe.

    de_tableau : les styles de tableau du document. Leur taille passe après celle du style de paragraphe mais avant celle
    par défaut : s'il s'en trouve une, déplacer celle-ci changerait ce que Word dessine, et rien ne bouge.
    """
    racine = etree.fromstring(xml, _ANALYSEUR)
    _themes(racine)
    styles = list(racine.iter(w("style")))
    taille = next((t for defauts in racine.iter(w("docDefaults")) for t in defauts.iter(w("sz"))), None)
    if taille is not None and not any(_taille_de_tableau(style, de_tableau) for style in styles):
        for style in styles:
            de_base = style.get(w("type")) == "paragraph" and style.find(w("basedOn")) is None
            if de_base and next(style.iter(w("sz")), None) is None:
                _poser_taille(style, taille.get(w("val"), ""))
        taille.getparent().remove(taille)  # type: ignore[union-attr]
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True)


def _taille_de_tableau(style: etree._Element, employes: Collection[str]) -> bool:
    """Ce style de tableau est employé, et dit une taille (lui ou, par prudence, celui dont il dérive)."""
    employe = style.get(w("styleId")) in employes or style.get(w("default")) is not None
    base = style.find(w("basedOn"))
    derive = base is not None and base.get(w("val")) != "TableNormal"
    dit = next(style.iter(w("sz")), None) is not None
    return style.get(w("type")) == "table" and employe and (dit or derive)


def _poser_taille(style: etree._Element, valeur: str) -> None:
    proprietes = style.find(w("rPr"))
    if proprietes is None:
        proprietes = etree.SubElement(style, w("rPr"))
    etree.SubElement(proprietes, w("sz")).set(w("val"), valeur)
