"""L'apparence de `criteres.xlsx` : ce qui se saisit se voit, le reste s'efface."""

from collections.abc import Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

POLICE = "Calibri"
HAUTEUR = 20  # points : de l'air autour de onze points
BLEU = "1F4E79"
CREME = "FFF8E1"
CIEL = "DCE6F1"
VERT = "E2EFDA"
ROUGE = "FCE4D6"
GRIS = "A6A6A6"
_TRAIT = Side(style="thin", color="D9D9D9")
_CADRE = Border(left=_TRAIT, right=_TRAIT, top=_TRAIT, bottom=_TRAIT)


def en_tete(feuille: Worksheet, titres: Sequence[str], largeurs: Sequence[int]) -> None:
    """La ligne 1 : titres blancs sur bleu, figée ; et la largeur des colonnes."""
    for numero, (titre, largeur) in enumerate(zip(titres, largeurs, strict=True), start=1):
        cellule = feuille.cell(1, numero, titre)
        cellule.font = Font(name=POLICE, bold=True, color="FFFFFF")
        cellule.fill = PatternFill("solid", start_color=BLEU)
        cellule.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
        feuille.column_dimensions[get_column_letter(numero)].width = largeur
    feuille.row_dimensions[1].height = 34
    feuille.freeze_panes = "A2"


def libelle(cellule: Cell) -> None:
    cellule.font = Font(name=POLICE, bold=True, color=BLEU)
    cellule.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    cellule.border = _CADRE


def saisie(cellule: Cell, format_nombre: str) -> None:
    """Une cellule que l'utilisateur remplit : fond crème, alignée à gauche pour se lire près de son libellé."""
    cellule.fill = PatternFill("solid", start_color=CREME)
    cellule.number_format = format_nombre
    cellule.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    cellule.border = _CADRE


def fixe(cellule: Cell, format_nombre: str) -> None:
    """Une cellule que l'outil remplit."""
    cellule.number_format = format_nombre
    cellule.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    cellule.border = _CADRE


def aide(cellule: Cell) -> None:
    cellule.font = Font(name=POLICE, italic=True, size=10, color="595959")
    cellule.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    cellule.border = _CADRE


def section(feuille: Worksheet, rang: int, titre: str, largeur: int) -> None:
    """Une bande de titre sur toute la largeur des colonnes."""
    feuille.cell(rang, 1, titre)
    for numero in range(1, largeur + 1):
        cellule = feuille.cell(rang, numero)
        cellule.font = Font(name=POLICE, bold=True, size=12, color=BLEU)
        cellule.fill = PatternFill("solid", start_color=CIEL)
        cellule.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    feuille.row_dimensions[rang].height = 24


def hauteur(feuille: Worksheet, rang: int, lignes: int = 1) -> None:
    """La hauteur d'une rangée de tant de lignes de texte : ni Excel ni LibreOffice ne l'ajustent à l'ouverture."""
    feuille.row_dimensions[rang].height = HAUTEUR + 14 * (lignes - 1)


def imprimer_en_paysage(feuille: Worksheet) -> None:
    """A4 paysage, une page de large, en-tête répété, nom du classeur et de l'onglet en pied."""
    feuille.page_setup.orientation = "landscape"
    feuille.page_setup.paperSize = 9
    feuille.page_setup.fitToWidth, feuille.page_setup.fitToHeight = 1, 0
    feuille.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    feuille.print_title_rows = "1:1"
    feuille.page_margins.left = feuille.page_margins.right = 0.5
    feuille.HeaderFooter.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&F – &A"), right=_HeaderFooterPart("Page &P / &N"))
