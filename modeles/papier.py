"""Le papier à lettres : page, styles, champs de fusion, tableaux. Ce que les modèles ont en commun, sans leurs mots.

La fenêtre d'une enveloppe DL (110 × 220 mm) mesure 45 × 100 mm, à 20 mm des bords droit et bas. Une A4 pliée en trois y
joue de 10 mm en largeur et de 11 mm en hauteur : le rectangle de 100 à 190 mm du bord gauche et de 45 à 79 mm du haut
de la page est visible quoi qu'il arrive, et l'adresse y est, calée à 105 mm et 50 mm ; rien d'autre n'est imprimé dans
celui de 90 à 200 mm et de 34 à 90 mm, qui peut l'être.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as TypeDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

POLICE = "Arial"  # partout sous Windows et macOS ; ailleurs Liberation Sans, de mêmes chasses, la remplace
ENCRE = RGBColor(0x1F, 0x2A, 0x37)
ACCENT = RGBColor(0x1F, 0x4E, 0x79)
GRIS = RGBColor(0x5B, 0x67, 0x70)
FILET, FOND = "B8C4CE", "EEF2F6"

MARGE, HAUT, BAS = 20, 15, 18  # mm : bords gauche et droit, haut, bas
FENETRE_GAUCHE, FENETRE_HAUT = 105, 50  # mm, depuis le coin de la page
FENETRE_LARGEUR, FENETRE_HAUTEUR = 85, 40  # mm, marge d'air comprise
UTILE = 210 - 2 * MARGE
MARGE_PAYSAGE = 15


@dataclass(frozen=True, slots=True)
class Style:
    """Un style de paragraphe ; tailles et espaces en points, interligne 0 = simple."""

    nom: str
    taille: float
    gras: bool = False
    couleur: RGBColor = ENCRE
    avant: float = 0
    apres: float = 0
    interligne: float = 0
    alignement: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    solidaire: bool = False  # reste avec le paragraphe suivant
    retrait_droit: float = 0


DROITE, CENTRE, JUSTIFIE = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY

STYLES = (
    Style("Émetteur nom", 14, True, ACCENT, apres=2, interligne=17),
    Style("Émetteur", 8.5, couleur=GRIS, interligne=11.5),
    Style("Logo", 8.5, alignement=DROITE),
    Style("Adresse", 9.5, interligne=11.5),
    Style("Références", 8.5, interligne=12),
    Style("Mention postale", 9, True, ACCENT, apres=6, interligne=11.5, retrait_droit=12),
    Style("Lieu et date", 9.5, avant=6, interligne=13),
    Style("Objet", 10.5, True, ACCENT, apres=9, solidaire=True),
    Style("Corps", 9.5, avant=6, interligne=13, alignement=JUSTIFIE),
    Style("Message", 9.5, avant=8, apres=2, interligne=13),
    Style("Intertitre", 9.5, True, ACCENT, avant=12, apres=5, solidaire=True),
    Style("Tableau titre", 8.5, True, ACCENT, 3, 3, solidaire=True),
    Style("Tableau titre nombre", 8.5, True, ACCENT, 3, 3, alignement=DROITE, solidaire=True),
    Style("Tableau texte", 8.5, avant=2, apres=2),
    Style("Tableau nombre", 8.5, avant=2, apres=2, alignement=DROITE),
    Style("Tableau nombre serré", 7.5, avant=2, apres=2, alignement=DROITE),
    Style("Tableau part", 8.5, True, GRIS, 4, 2, solidaire=True),
    Style("Total part", 8.5, couleur=GRIS, avant=0.5, apres=0.5, alignement=DROITE),
    Style("Total", 9, avant=2.5, apres=2.5, alignement=DROITE),
    Style("Total fort", 10, True, ACCENT, 4, 4, alignement=DROITE),
    Style("Paiement", 8.5, interligne=12.5),
    Style("Paiement titre", 9.5, True, ACCENT, avant=3, apres=3, solidaire=True),
    Style("QR", 7, couleur=GRIS, avant=1, apres=1, alignement=CENTRE),
    Style("Signature", 9.5, interligne=13, alignement=CENTRE),
    Style("Suite", 8, couleur=GRIS, apres=10),
    Style("Pied", 7, couleur=GRIS, alignement=CENTRE),
    Style("Vide", 1, interligne=1),
)


def nouveau_document(langue: str, titre: str, *, paysage: bool = False) -> TypeDocument:
    """Une page A4 vierge, ses marges, ses styles et sa langue (« fr-FR », « en-GB »)."""
    document = Document()
    section = document.sections[0]
    largeur, hauteur = (297, 210) if paysage else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if paysage else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(largeur), Mm(hauteur)
    section.left_margin = section.right_margin = Mm(MARGE_PAYSAGE if paysage else MARGE)
    section.top_margin, section.bottom_margin = Mm(HAUT), Mm(BAS)
    section.header_distance, section.footer_distance = Mm(9), Mm(8)
    _alleger(document)
    _poser_styles(document, langue)
    proprietes = document.core_properties
    proprietes.title, proprietes.language = titre, langue
    proprietes.author, proprietes.comments = "relances_xl", ""
    return document


def _alleger(document: TypeDocument) -> None:
    """Ôte ce que le document de départ de python-docx apporte et qui encombrerait le volet des styles de Word."""
    gardes = {"Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal", "NoList", "HeaderChar", "FooterChar"}
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in gardes:
            styles.remove(style)
    defauts = styles.find(qn("w:docDefaults"))
    for nom in ("w:sz", "w:szCs", "w:spacing"):  # le style « Normal » dit tout : dxpdf ferait passer ceux-ci d'abord
        for element in list(defauts.iter(qn(nom))):
            element.getparent().remove(element)
    compatibilite = document.settings.element.find(qn("w:compat"))
    for reglage in list(compatibilite):
        if reglage.get(qn("w:name")) == "compatibilityMode":
            reglage.set(qn("w:val"), "15")  # Word 2013 et suivants : pas de « mode de compatibilité »
        elif reglage.tag == qn("w:useFELayout"):
            compatibilite.remove(reglage)
    inutiles = ("/thumbnail", "/customXml", "/stylesWithEffects", "/numbering")
    for liens in (document.part.package.rels, document.part.rels):
        for cle in [cle for cle, lien in liens.items() if lien.reltype.endswith(inutiles)]:
            del liens[cle]


def _poser_styles(document: TypeDocument, langue: str) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = POLICE, Pt(9.5)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    normal.paragraph_format.widow_control = True
    polices = normal.element.rPr.rFonts
    for attribut in ("w:cs", "w:eastAsia"):
        polices.set(qn(attribut), POLICE)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), langue)
    for modele in STYLES:
        style = document.styles.add_style(modele.nom, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = normal, True
        style.font.size, style.font.bold, style.font.color.rgb = Pt(modele.taille), modele.gras, modele.couleur
        mise_en_page = style.paragraph_format
        mise_en_page.space_before, mise_en_page.space_after = Pt(modele.avant), Pt(modele.apres)
        mise_en_page.alignment, mise_en_page.keep_with_next = modele.alignement, modele.solidaire
        if modele.retrait_droit:
            mise_en_page.right_indent = Pt(modele.retrait_droit)
        if modele.interligne:
            mise_en_page.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            mise_en_page.line_spacing = Pt(modele.interligne)


_CHAMP = re.compile(r"\[\[(.+?)\]\]|\*\*(.+?)\*\*|(\t)")


def ecrire(paragraphe: Paragraph, texte: str) -> Paragraph:
    """Le texte dans le paragraphe : `[[nom \\b "avant"]]` y devient un MERGEFIELD, `**mot**` du gras."""
    position = 0
    for trouve in _CHAMP.finditer(texte):
        if trouve.start() > position:
            paragraphe.add_run(texte[position : trouve.start()])
        champ, gras, tabulation = trouve.groups()
        if champ:
            mergefield(paragraphe, champ)
        elif gras:
            ecrire_gras(paragraphe, gras)
        elif tabulation:
            paragraphe.add_run().add_tab()
        position = trouve.end()
    if texte[position:]:
        paragraphe.add_run(texte[position:])
    return paragraphe


def ecrire_gras(paragraphe: Paragraph, texte: str) -> None:
    debut = len(paragraphe.runs)
    ecrire(paragraphe, texte)
    for run in paragraphe.runs[debut:]:
        run.bold = True


def mergefield(paragraphe: Paragraph, instruction: str) -> None:
    """Un champ de fusion tel que Word l'insère ; « nom » en est le texte tant que rien n'est fusionné."""
    nom = instruction.split()[0]
    champ_word(paragraphe, f" MERGEFIELD {instruction} ", f"«{nom}»")


def champ_word(paragraphe: Paragraph, instruction: str, resultat: str) -> None:
    """Un champ Word complexe : début, instruction, séparateur, résultat, fin."""
    for contenu in ("begin", instruction, "separate", resultat, "end"):
        run = paragraphe.add_run()
        if contenu == resultat:
            run.text = resultat
        elif contenu == instruction:
            texte = OxmlElement("w:instrText")
            texte.set(qn("xml:space"), "preserve")
            texte.text = instruction
            run._r.append(texte)
        else:
            marque = OxmlElement("w:fldChar")
            marque.set(qn("w:fldCharType"), contenu)
            run._r.append(marque)


def tableau(document: TypeDocument, largeurs: Sequence[float], lignes: int = 1) -> Table:
    """Un tableau sans bordure, aux largeurs fixes (mm), calé sur la marge de gauche."""
    table = document.add_table(lignes, len(largeurs))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    proprietes = table._tbl.tblPr
    largeur = proprietes.find(qn("w:tblW"))
    largeur.set(qn("w:type"), "dxa")
    largeur.set(qn("w:w"), str(Mm(sum(largeurs)).twips))
    retrait = OxmlElement("w:tblInd")
    retrait.set(qn("w:w"), "0")
    retrait.set(qn("w:type"), "dxa")
    proprietes.find(qn("w:tblLayout")).addprevious(retrait)
    marges = OxmlElement("w:tblCellMar")
    for cote in ("left", "right"):
        marge = OxmlElement(f"w:{cote}")
        marge.set(qn("w:w"), "0")
        marge.set(qn("w:type"), "dxa")
        marges.append(marge)
    proprietes.find(qn("w:tblLayout")).addnext(marges)
    for colonne, millimetres in zip(table.columns, largeurs, strict=True):
        colonne.width = Mm(millimetres)
        for cellule in colonne.cells:
            cellule.width = Mm(millimetres)
    for rangee in table.rows:
        insecable(rangee)
    return table


def insecable(rangee: _Row) -> None:
    """Une rangée ne se coupe pas entre deux pages."""
    rangee._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def titre_repete(rangee: _Row) -> None:
    """La rangée se répète en tête de chaque page."""
    rangee._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def hauteur_exacte(rangee: _Row, millimetres: float) -> None:
    rangee.height, rangee.height_rule = Mm(millimetres), WD_ROW_HEIGHT_RULE.EXACTLY


def remplir(cellule: _Cell, *paragraphes: tuple[str, str]) -> None:
    """Les paragraphes (style, texte) d'une cellule."""
    for rang, (style, texte) in enumerate(paragraphes):
        paragraphe = cellule.paragraphs[0] if rang == 0 else cellule.add_paragraph()
        paragraphe.style = style
        ecrire(paragraphe, texte)


def habiller(cellule: _Cell, *, filets: str = "", fond: str = "", marge: float = 1.5) -> None:
    """Filets (« haut bas »), couleur de fond et marges latérales (mm) d'une cellule."""
    proprietes = cellule._tc.get_or_add_tcPr()
    if filets:
        bordures = OxmlElement("w:tcBorders")
        for nom, cote in (("haut", "top"), ("bas", "bottom")):
            if nom in filets.split():
                bordure = OxmlElement(f"w:{cote}")
                for attribut, valeur in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", FILET)):
                    bordure.set(qn(f"w:{attribut}"), valeur)
                bordures.append(bordure)
        proprietes.append(bordures)
    if fond:
        ombre = OxmlElement("w:shd")
        for attribut, valeur in (("val", "clear"), ("color", "auto"), ("fill", fond)):
            ombre.set(qn(f"w:{attribut}"), valeur)
        proprietes.append(ombre)
    marges = OxmlElement("w:tcMar")
    for cote in ("left", "right"):
        element = OxmlElement(f"w:{cote}")
        element.set(qn("w:w"), str(Mm(marge).twips))
        element.set(qn("w:type"), "dxa")
        marges.append(element)
    proprietes.append(marges)


def taquet_droit(paragraphe: Paragraph, millimetres: float) -> None:
    paragraphe.paragraph_format.tab_stops.add_tab_stop(Mm(millimetres), WD_TAB_ALIGNMENT.RIGHT)
