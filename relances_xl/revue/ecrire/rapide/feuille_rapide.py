"""Un onglet XlsxWriter dont les lignes de données et les liens s'écrivent d'un bloc.

XlsxWriter garde chaque cellule dans un dictionnaire, puis l'écrit attribut par attribut : 19 cellules sur
100 000 lignes y coûtent dix fois le reste. Ici chaque colonne devient une suite de « fins de cellule »
(` s="3"><v>12.5</v></c>`), et le numéro de la ligne les assemble. Tout le reste (styles, tableaux, validations,
graphiques, impression) demeure celui de XlsxWriter ; les seuls rouages internes dont on dépend sont dans cette
pièce, et `tests/revue/test_feuille_rapide.py` les éprouve. Format : ECMA-376, partie 1, §18.3.1.47 (`hyperlink`), §18.3.1.73 (`row`).
"""

from collections.abc import Iterable, Sequence
from itertools import count, islice, repeat
from typing import Any, NamedTuple
from urllib.parse import quote

from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from relances_xl.revue.ecrire.rapide.cellules import TRANCHE, ColonneXml

HAUTEUR_LIGNE = 15  # points, en Calibri 11
MARGE_LIGNE = 3  # points, qu'une ligne ne touche pas sa voisine
LIENS_MAX = 65_530  # liens par onglet (spécifications d'Excel)
_AFFICHE = "'A'!A1"  # ce que le lien d'une cellule vide y afficherait : les nôtres ont une valeur
_NUL = "\0"


class Liens(NamedTuple):
    """Les liens d'une colonne du bloc.

    adresses : celle de chaque ligne, vide s'il n'y en a pas ; internes, une cellule (`'Détail'!B12`) ; externes, `mailto:…`, `tel:…`
    ou un fichier, vu du classeur (`pdf/C1.pdf`) ; bulle : ce qu'en dit le survol.
    """

    colonne: int
    adresses: Sequence[str]
    bulle: str
    internes: bool = True


class FeuilleRapide(Worksheet):  # type: ignore[misc]
    """Onglet dont un bloc de lignes, à partir de la ligne 2, est écrit d'un coup."""

    def __init__(self) -> None:
        super().__init__()
        self._bloc: list[ColonneXml] = []
        self._lignes_de_texte: int | Sequence[int] = 1
        self._liens: list[tuple[int, int, str, str]] = []  # ligne d'Excel, colonne, fin de l'élément, cible hors du classeur

    def poser_bloc(self, colonnes: Sequence[ColonneXml], lignes_de_texte: int | Sequence[int]) -> None:
        """Pose les colonnes à partir de A2 ; lignes_de_texte : combien en montre chaque ligne, qui en a la hauteur (un nombre : toutes).

        Dite « personnalisée » : ni Excel ni LibreOffice ne la changent à l'ouverture, ou quand on écrit dans la ligne.
        """
        self._bloc, self._lignes_de_texte = list(colonnes), lignes_de_texte
        if self._hauteur:
            self._check_dimensions(1, 0)
            self._check_dimensions(self._hauteur, len(self._bloc) - 1)

    def poser_tableau(self, nom: str, style: str, colonnes: Sequence[dict[str, Any]]) -> None:
        """Déclare le bloc tableau Excel filtrable ; un tableau sans donnée garde une ligne vide.

        XlsxWriter note chaque cellule couverte pour déceler les chevauchements : on lui déclare donc deux lignes,
        puis on étend le tableau à tout le bloc.
        """
        self.add_table(0, 0, 1, len(colonnes) - 1, {"name": nom, "style": style, "columns": list(colonnes)})
        etendue = xl_range(0, 0, max(self._hauteur, 1), len(colonnes) - 1)
        self.tables[-1].update(range=etendue, a_range=etendue, autofilter=etendue)

    def poser_liens(self, *colonnes: Liens) -> None:
        """Rend cliquables des cellules du bloc, sans toucher à leur valeur : ligne après ligne, tant qu'Excel admet des liens."""
        if not colonnes[0].adresses:
            return
        par_colonne = [zip(repeat(liens.colonne), *self._fins_de_liens(liens)) for liens in colonnes]
        rangees = enumerate(zip(*par_colonne, strict=True), start=2)
        poses = [(ligne, *lien) for ligne, rangee in rangees for lien in rangee if lien[1]]
        self._liens += poses[: LIENS_MAX - len(self._liens)]

    def _fins_de_liens(self, liens: Liens) -> tuple[list[str], Iterable[str]]:
        """Par ligne, la fin de l'élément, vide s'il n'y a pas de lien, et la cible, vide s'il est interne."""
        bulle = f' tooltip="{self._escape_attributes(liens.bulle)}"' if liens.bulle else ""
        if not liens.internes:
            return [f"{bulle}/>" if adresse else "" for adresse in liens.adresses], _cibles(liens.adresses)
        echappees = self._escape_attributes(_NUL.join(liens.adresses)).split(_NUL)
        return [f' location="{lieu}"{bulle} display="{_AFFICHE}"/>' if lieu else "" for lieu in echappees], repeat("")

    @property
    def _hauteur(self) -> int:
        return len(self._bloc[0].valeurs) if self._bloc else 0

    def _write_rows(self) -> None:
        """L'en-tête par XlsxWriter, le bloc par gabarit, puis ce qui se trouve dessous par XlsxWriter."""
        if not self._hauteur:
            super()._write_rows()
            return
        derniere = self.dim_rowmax  # type: ignore[has-type]
        self.dim_rowmin, self.dim_rowmax = 0, 0
        super()._write_rows()
        self._ecrire_bloc()
        self.dim_rowmin, self.dim_rowmax = self._hauteur + 1, derniere
        super()._write_rows()

    def _ecrire_bloc(self) -> None:
        """Une ligne est son numéro, répété entre des morceaux qui n'en dépendent pas : `<row r="`, 2, `" …><c r="A`, 2…"""
        suites = [f'<c r="{xl_col_to_name(j)}' for j in range(1, len(self._bloc))] + ["</row>"]
        colonnes = [colonne.fins(suite) for colonne, suite in zip(self._bloc, suites, strict=True)]
        lignes = zip(repeat(b'<row r="', self._hauteur), self._ouvrantes(), *colonnes, strict=True)
        numeros = map(b"%d".__mod__, count(2))
        for _ in range(0, self._hauteur, TRANCHE):
            self.fh.ecrire(b"".join(map(bytes.join, islice(numeros, TRANCHE), islice(lignes, TRANCHE))))

    def _ouvrantes(self) -> Iterable[bytes]:
        """De chaque ligne, ce qui va de son numéro à celui de sa première cellule."""
        nombres = self._lignes_de_texte
        if isinstance(nombres, int):
            return repeat(_ouvrante(nombres), self._hauteur)
        par_nombre = {nombre: _ouvrante(nombre) for nombre in set(nombres)}
        return map(par_nombre.__getitem__, nombres)

    def _write_hyperlinks(self) -> None:
        """Comme XlsxWriter, qui les garde et les écrit un par un."""
        if not self._liens:
            super()._write_hyperlinks()
            return
        self._liens.sort()
        lettres = {colonne: xl_col_to_name(colonne) for colonne in {colonne for _, colonne, _, _ in self._liens}}
        externes = [cible for *_, cible in self._liens if cible]
        self.external_hyper_links = [["/hyperlink", cible, "External"] for cible in externes]
        numeros = count(self.rel_count + 1)
        self.rel_count += len(externes)
        elements = [
            f'<hyperlink ref="{lettres[colonne]}{ligne}"' + (f' r:id="rId{next(numeros)}"{fin}' if cible else fin)
            for ligne, colonne, fin, cible in self._liens
        ]
        self.fh.write(f"<hyperlinks>{''.join(elements)}</hyperlinks>")

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Comme XlsxWriter, sans les cent vingt fonctions nouvelles qu'il y cherche : nos formules n'emploient que celles d'Excel 2007."""
        return formula.removeprefix("=")


def _ouvrante(lignes_de_texte: int) -> bytes:
    return f'" ht="{lignes_de_texte * HAUTEUR_LIGNE + MARGE_LIGNE:g}" customHeight="1"><c r="A'.encode()


def _cibles(adresses: Sequence[str]) -> list[str]:
    """Les adresses externes, telles qu'Excel les veut.

    D'un fichier, « / » partout, que XlsxWriter changerait en « \\ » : le lien d'un fichier voisin vaut aussi hors de Windows.
    """
    ensemble = _NUL.join(adresses)
    if not ensemble.lstrip(_NUL).startswith("mailto:"):
        return quote(ensemble, safe=f"/:+{_NUL}").split(_NUL)
    if "%" in ensemble:  # une adresse qui en porte est peut-être déjà échappée : chacune se juge
        return [Url._escape_url(adresse) for adresse in adresses]
    return str(Url._escape_url(ensemble)).split(_NUL)
