"""Les formats de cellule et la mise en page, communs à tous les onglets."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine.ecrits import montants as m
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

ENCRE = "#1F3A5F"  # en-têtes, titres, liens
FILET = "#D4DAE3"
SAISIE = "#FFF6D9"  # fond des cellules à remplir
BORD_SAISIE = "#E3C878"
ENTETE_SAISIE = "#9A6B00"
GRIS = "#7A8694"

# Chaque signal se lit aussi sans les couleurs : un fond clair et un fond foncé, le gras, ou un mot
VERT = {"bg_color": "#E2F1DF", "bold": True}
VERT_FRANC = {"bg_color": "#C9E7C4", "font_color": "#1E5B1A", "bold": True}
ORANGE = {"bg_color": "#FCE6CC", "font_color": "#7A3E00"}
ROUGE = {"bg_color": "#9B1C12", "font_color": "#FFFFFF", "bold": True}
ROUGE_TEXTE = {"font_color": "#9B1C12", "bold": True}
ORANGE_TEXTE = {"font_color": "#8A4A00", "underline": 1}
REEDITION = {"bg_color": "#E9DDF5", "font_color": "#5B2A86", "bold": True, "num_format": '"rééd. "0'}
BARRE = {"font_color": "#9AA3AD", "font_strikeout": True}
GRAS = {"bold": True}

_NOMBRES: dict[GenreDeColonne, str] = {
    # Excel ignore ce format et montre sa case, ou VRAI et FAUX ; LibreOffice l'applique
    GenreDeColonne.CASE: '"☑";"☑";"☐"',
    GenreDeColonne.TEXTE: "@",
    GenreDeColonne.LONG: "@",
    GenreDeColonne.CODE: "@",
    GenreDeColonne.DATE: "dd/mm/yyyy",
    GenreDeColonne.ENTIER: "#,##0",
    GenreDeColonne.JOURS: "#,##0",
    GenreDeColonne.NIVEAU: '0;-0;"–"',
    GenreDeColonne.TAUX: "0.00%",
}
_CENTRES = (GenreDeColonne.CASE, GenreDeColonne.DATE, GenreDeColonne.NIVEAU)
_ECARTES = (GenreDeColonne.ENTIER, GenreDeColonne.JOURS)  # qu'un nombre ne touche pas la date d'à côté
RETRAITS = (GenreDeColonne.TEXTE, GenreDeColonne.LONG, GenreDeColonne.CODE)  # qu'un texte ne touche pas le nombre d'à côté


def format_montant(devise: str, zero: str = '"–"', *, nu: bool = False) -> str:
    """Format d'un montant ; un crédit en rouge, zéro d'un tiret. Hors euros, la devise suit : sa colonne est parfois loin."""
    decimales = m.decimales(devise)
    code_iso = len(devise) == 3 and devise.isascii() and devise.isalpha() and devise.isupper()  # autre chose n'entre pas dans un format
    suffixe = f'" {devise}"' if code_iso and not nu and devise != "EUR" else ""
    nombre = "#,##0" + ("." + "0" * decimales if decimales else "") + suffixe
    return f"{nombre};[Red]-{nombre};{zero or nombre}"


class Styles:
    """Les formats du classeur, créés une fois chacun."""

    def __init__(self, classeur: Workbook) -> None:
        self._classeur = classeur
        self._connus: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **proprietes: Any) -> Format:
        cle = tuple(sorted(proprietes.items()))
        if cle not in self._connus:
            self._connus[cle] = self._classeur.add_format(proprietes)
        return self._connus[cle]

    def entete(self, modifiable: bool = False, texte: bool = True) -> Format:
        """L'en-tête d'une colonne de texte, au-dessus de lui, ou d'une autre, centré."""
        fond = ENTETE_SAISIE if modifiable else ENCRE
        return self.format(
            bold=True, font_color="#FFFFFF", bg_color=fond, text_wrap=True, valign="bottom",
            **({"align": "left", "indent": 1} if texte else {"align": "center"}), border=1, border_color="#FFFFFF",
        )  # fmt: skip

    def cellule(self, colonne: ColonneDeRevue, devise: str = "", **plus: Any) -> Format:
        """Le format d'une colonne ; `plus` le complète (lien, gras…)."""
        genre = colonne.genre
        proprietes: dict[str, Any] = {"valign": "vcenter", "bottom": 1, "bottom_color": FILET}
        if colonne.modifiable:
            proprietes |= {"bg_color": SAISIE, "border": 1, "border_color": BORD_SAISIE}
        if genre in (GenreDeColonne.MONTANT, GenreDeColonne.MONTANT_NU):
            proprietes["num_format"] = format_montant(devise, nu=genre is GenreDeColonne.MONTANT_NU)
        elif genre is GenreDeColonne.SOLDE:
            proprietes["num_format"] = format_montant(devise, zero="")
        elif genre in _NOMBRES:
            proprietes["num_format"] = _NOMBRES[genre]
        if genre in _CENTRES:
            proprietes["align"] = "center"
        elif genre in _ECARTES:
            proprietes |= {"align": "right", "indent": 1}
        elif genre in RETRAITS:
            proprietes["indent"] = 1
        if genre is GenreDeColonne.LONG:
            proprietes["text_wrap"] = True
        if genre is GenreDeColonne.CASE:
            proprietes["checkbox"] = True
        return self.format(**proprietes | plus)

    def titre(self) -> Format:
        return self.format(bold=True, font_size=13, font_color=ENCRE, indent=1)

    def note(self) -> Format:
        return self.format(italic=True, font_color=GRIS, indent=1)


def mettre_en_page(feuille: Worksheet, colonnes_figees: int = 0, paysage: bool = True, *, figees: bool = True) -> None:
    """A4, une page de large, « Page x / y » ; figees : l'en-tête de la ligne 1 répété sur chaque page, et le volet dessous."""
    feuille.center_horizontally()
    if paysage:
        feuille.set_landscape()
    feuille.set_paper(9)
    feuille.set_margins(left=0.2, right=0.2, top=0.4, bottom=0.55)
    feuille.fit_to_pages(1, 0)
    feuille.set_footer("&L&8&F&C&8&A&R&8Page &P / &N")
    feuille.hide_gridlines(2)
    if figees:
        feuille.repeat_rows(0)
        feuille.freeze_panes(1, colonnes_figees)
