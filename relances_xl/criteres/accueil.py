"""L'onglet « Commencer ici » : ce qui manque encore avant la première liste, en formules, et qui passe au vert (contrat §2)."""

from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.criteres import apparence
from relances_xl.criteres import onglets as o
from relances_xl.criteres.ouverture import COMMENCER
from relances_xl.domaine.parametres import LIBELLES_EMETTEUR

_LARGEURS = (34, 40, 112)
_PREMIERE = 4  # rangée de la première étape
_FAIT = "Fait"


@dataclass(frozen=True, slots=True)
class Etape:
    """Une chose à faire : son nom, l'onglet où elle se fait ("" : hors du classeur), la formule qui dit où elle en est, l'aide."""

    nom: str
    onglet: str
    formule: str
    aide: str


def ecrire_accueil(feuille: Worksheet) -> None:
    """Écrit l'onglet : un titre, ce qui reste, une ligne par étape."""
    etapes = _etapes()
    derniere = _PREMIERE + len(etapes) - 1
    for colonne, largeur in zip("ABC", _LARGEURS, strict=True):
        feuille.column_dimensions[colonne].width = largeur
    feuille["A1"] = COMMENCER
    feuille["A1"].font = Font(name=apparence.POLICE, bold=True, size=18, color=apparence.BLEU)
    feuille.row_dimensions[1].height = 32
    reste = f'COUNTA($A{_PREMIERE}:$A{derniere})-COUNTIF($B{_PREMIERE}:$B{derniere},"{_FAIT}*")'
    feuille["A2"] = f'=IF({reste}=0,"Tout est prêt : double-cliquez « 2-lister ».","Il reste à faire : "&({reste}))'
    feuille["A2"].font = Font(name=apparence.POLICE, bold=True, size=12)
    feuille.row_dimensions[2].height = 24
    for rang in (1, 2):
        feuille.cell(rang, 1).alignment = Alignment(horizontal="left", vertical="center", indent=1)
    for numero, titre in enumerate(("Étape", "Où vous en êtes", "Comment faire"), start=1):
        cellule = feuille.cell(_PREMIERE - 1, numero, titre)
        cellule.font = Font(name=apparence.POLICE, bold=True, color="FFFFFF")
        cellule.fill = PatternFill("solid", start_color=apparence.BLEU)
        cellule.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    feuille.row_dimensions[_PREMIERE - 1].height = 24
    for rang, etape in enumerate(etapes, start=_PREMIERE):
        apparence.libelle(feuille.cell(rang, 1, etape.nom))
        apparence.fixe(feuille.cell(rang, 2, etape.formule), "General")
        apparence.aide(feuille.cell(rang, 3, etape.aide))
        if etape.onglet:
            feuille.cell(rang, 1).hyperlink = Hyperlink(ref=f"A{rang}", location=f"'{etape.onglet}'!A1")
            feuille.cell(rang, 1).font = Font(name=apparence.POLICE, bold=True, color=apparence.BLEU, underline="single")
        feuille.row_dimensions[rang].height = 36
    etats = f"B{_PREMIERE}:B{derniere}"
    feuille.conditional_formatting.add(etats, _teinte(f'LEFT(B{_PREMIERE},{len(_FAIT)})="{_FAIT}"', apparence.VERT))
    feuille.conditional_formatting.add(etats, _teinte(f'LEFT(B{_PREMIERE},{len(_FAIT)})<>"{_FAIT}"', apparence.ROUGE))
    feuille.conditional_formatting.add("A2:C2", _teinte(f"({reste})=0", apparence.VERT))
    feuille.sheet_view.showGridLines = False
    feuille.sheet_properties.tabColor = "70AD47"


def _teinte(formule: str, couleur: str) -> Rule:
    """Un fond de cette couleur quand la formule est vraie."""
    return Rule(type="expression", formula=[formule], dxf=DifferentialStyle(fill=PatternFill("solid", bgColor=couleur)))


def _etapes() -> list[Etape]:
    semestre = 'YEAR(TODAY())&"-S"&IF(MONTH(TODAY())<7,1,2)'
    clients = f"COUNTA({o.CLIENTS}!B2:B100000)"
    return [
        Etape(
            "1. Votre entreprise", o.EMETTEUR, _rempli(*(LIBELLES_EMETTEUR[c] for c in ("raison_sociale", "adresse_1", "code_postal", "ville"))),
            "Onglet « Émetteur » : raison sociale et adresse, en tête de vos lettres.",
        ),
        Etape(
            "2. Votre compte bancaire", o.EMETTEUR, _rempli(LIBELLES_EMETTEUR["iban"]),
            "Onglet « Émetteur » : l'IBAN, pour que vos clients sachent où payer (texte et QR code).",
        ),
        Etape(
            "3. Vos exports", "", f'=IF({clients}>0,"{_FAIT} : "&{clients}&" clients lus","À faire")',
            "Déposez-les dans « exports » (echeances.xlsx, clients.xlsx), fermez ce classeur, puis double-cliquez « 1-actualiser ».",
        ),
        Etape(
            "4. Le taux du semestre", o.TAUX,
            f'=IF(SUMPRODUCT(({o.TAUX}!A2:A200={semestre})*({o.TAUX}!B2:B200<>""))>0,"{_FAIT}","À saisir")',
            "Onglet « Taux » : le taux de la BCE du semestre en cours. « 1-actualiser » remplit ceux que l'outil connaît.",
        ),
    ]  # fmt: skip


def _rempli(*libelles: str) -> str:
    """« Fait » si toutes ces lignes d'« Émetteur » ont leur valeur."""
    return f'=IF(AND({",".join(_saisi(o.EMETTEUR, libelle) for libelle in libelles)}),"{_FAIT}","À remplir")'


def _saisi(onglet: str, libelle: str) -> str:
    """Vrai si la valeur en face du libellé est remplie, où que soit sa ligne."""
    return f'IFERROR(VLOOKUP("{libelle}",\'{onglet}\'!A1:B200,2,FALSE)&"","")<>""'
