"""Une page sobre pour des documents de procédure : titres, paragraphes, tableaux aux montants alignés."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as TypeDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table

POLICE = "Arial"
UTILE = 170  # mm


class Papier:
    """Un document Word de procédure en cours d'écriture."""

    def __init__(self, titre: str) -> None:
        self.document: TypeDocument = Document()
        self.document.core_properties.title = titre
        self.document.core_properties.author = ""
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(20)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = POLICE, Pt(10)
        normal.paragraph_format.space_after = Pt(6)
        for niveau, taille in ((1, 15), (2, 11.5)):
            style = self.document.styles[f"Heading {niveau}"]
            style.font.name, style.font.size, style.font.bold = POLICE, Pt(taille), True
            style.font.color.rgb = None
            polices = style.element.get_or_add_rPr().get_or_add_rFonts()
            for nom in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                polices.attrib.pop(qn(nom), None)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(14), Pt(5)
        self.document.add_heading(titre, 1)

    def intertitre(self, texte: str) -> None:
        self.document.add_heading(texte, 2)

    def paragraphe(self, texte: str, *, gras: bool = False) -> None:
        """Un paragraphe ; un retour à la ligne y reste un retour à la ligne."""
        self.document.add_paragraph().add_run(texte).bold = gras

    def liste(self, textes: Iterable[str]) -> None:
        for texte in textes:
            self.document.add_paragraph(texte, style="List Bullet")

    def tableau(self, entetes: Sequence[str], rangees: Sequence[Sequence[str]], largeurs: Sequence[float], a_droite: Sequence[int]) -> None:
        """Un tableau ; largeurs : en part de la page ; a_droite : rangs des colonnes de montants. Dernière ligne « Total » en gras."""
        tableau = self.document.add_table(rows=1, cols=len(entetes))
        tableau.style = "Table Grid"
        tableau.alignment = WD_TABLE_ALIGNMENT.CENTER
        tableau.autofit = False
        self._rangee(tableau, 0, entetes, a_droite, gras=True)
        repete = OxmlElement("w:tblHeader")
        tableau.rows[0]._tr.get_or_add_trPr().append(repete)
        for rangee in rangees:
            tableau.add_row()
            self._rangee(tableau, len(tableau.rows) - 1, rangee, a_droite, gras=rangee[0].startswith("Total"))
        total = sum(largeurs)
        for colonne, largeur in zip(tableau.columns, largeurs, strict=True):
            colonne.width = Mm(UTILE * largeur / total)  # la grille, que LibreOffice suit
            for cellule in colonne.cells:
                cellule.width = Mm(UTILE * largeur / total)
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def _rangee(self, tableau: Table, rang: int, textes: Sequence[str], a_droite: Sequence[int], *, gras: bool) -> None:
        for place, (cellule, texte) in enumerate(zip(tableau.rows[rang].cells, textes, strict=True)):
            paragraphe = cellule.paragraphs[0]
            run = paragraphe.add_run(texte)
            run.bold, run.font.size = gras, Pt(8.5)
            paragraphe.paragraph_format.space_before = paragraphe.paragraph_format.space_after = Pt(2)
            if place in a_droite:
                paragraphe.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def enregistrer(self, chemin: Path) -> None:
        self.document.save(str(chemin))
