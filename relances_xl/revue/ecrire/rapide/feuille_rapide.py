"""Un onglet XlsxWriter dont les lignes de données s'écrivent d'un bloc.

XlsxWriter garde chaque cellule dans un dictionnaire, puis l'écrit attribut par attribut : 19 cellules sur
100 000 lignes y coûtent cinq fois le reste. Ici chaque colonne devient une liste de « fins de cellule »
(` s="3"><v>12.5</v></c>`), et un gabarit par ligne les assemble. Tout le reste (styles, tableaux, validations,
graphiques, impression) demeure celui de XlsxWriter ; les seuls rouages internes dont on dépend sont dans ce
module et dans `classeur_rapide`, et `tests/revue/test_feuille_rapide.py` les éprouve. Format : ECMA-376, partie 1, §18.3.1.4 (`c`), §18.3.1.73 (`row`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine.ecrits.dates import JOUR_0
from relances_xl.domaine.ecrits.montants import decimales

TEXTE_MAX = 32_767  # caractères par cellule (spécifications d'Excel)
HAUTEUR_LIGNE = 15  # points, en Calibri 11
MARGE_LIGNE = 3  # points, qu'une ligne ne touche pas sa voisine
LIENS_MAX = 65_530  # liens par onglet (idem)
_INTERDITS = re.compile(r"[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)")
_LIEN_INTERNE, _LIEN_EXTERNE = Url("internal:'A'!A1"), Url("mailto:a@b.fr")
_MARS_1900 = 61  # numéro de série du 01/03/1900
_TRANCHE = 10_000  # lignes assemblées à la fois
_ESSAI = 1_000  # cellules qui disent si une colonne se répète
_NUL = "\0"


@dataclass(frozen=True, slots=True)
class Fins:
    """Une colonne : la fin de chaque cellule, du style à `</c>`. rangs : celle de chaque ligne ; None : une par ligne, dans l'ordre."""

    fins: list[str]
    rangs: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return len(self.fins if self.rangs is None else self.rangs)

    def tranches(self, suite: str) -> Iterator[list[str]]:
        """Par tranches, la fin de chaque cellule, précédée du guillemet de son adresse et suivie du début de la cellule d'après."""
        if self.rangs is None:
            for debut in range(0, len(self.fins), _TRANCHE):
                yield [f'"{fin}{suite}' for fin in self.fins[debut : debut + _TRANCHE]]
            return
        entourees = [f'"{fin}{suite}' for fin in self.fins]
        for debut in range(0, len(self.rangs), _TRANCHE):
            yield list(map(entourees.__getitem__, self.rangs[debut : debut + _TRANCHE].tolist()))


class FeuilleRapide(Worksheet):  # type: ignore[misc]
    """Onglet dont un bloc de lignes, à partir de la ligne 2, est écrit d'un coup."""

    def __init__(self) -> None:
        super().__init__()
        self._bloc: list[Fins] = []
        self._attributs: Sequence[str] = ()

    def poser_bloc(self, colonnes: Sequence[Fins], lignes_de_texte: int | Sequence[int]) -> None:
        """Pose les colonnes à partir de A2 ; lignes_de_texte : combien en montre chaque ligne, qui en a la hauteur (un nombre : toutes).

        Dite « personnalisée » : ni Excel ni LibreOffice ne la changent à l'ouverture, ou quand on écrit dans la ligne.
        """
        self._bloc = list(colonnes)
        nombres = [lignes_de_texte] if isinstance(lignes_de_texte, int) else lignes_de_texte
        attributs = [f' ht="{nombre * HAUTEUR_LIGNE + MARGE_LIGNE:g}" customHeight="1"' for nombre in nombres]
        self._attributs = attributs * self._hauteur if isinstance(lignes_de_texte, int) else attributs
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

    def poser_lien(self, ligne: int, colonne: int, adresse: str, bulle: str) -> bool:
        """Rend cliquable une cellule du bloc, sans toucher à sa valeur ; Faux si Excel n'en admet plus (65 530).

        adresse : `internal:'Détail'!B12`, `mailto:…`, `external:pdf/C1.pdf` (un fichier, vu du classeur) ou `tel:…` (que
        XlsxWriter ne connaît pas : il passe pour un courriel).
        """
        if self.hlink_count >= LIENS_MAX:
            return False
        if adresse.startswith("internal:"):
            url = _copie(_LIEN_INTERNE)  # l'analyser chaque fois prendrait le dixième de l'écriture
            url._link = adresse.removeprefix("internal:")
            url._relationship_link = f"#{url._link}"
        elif adresse.startswith(("tel:", "external:")):
            url = _copie(_LIEN_EXTERNE)
            # « / » partout, que XlsxWriter changerait en « \\ » : le lien d'un fichier voisin vaut aussi hors de Windows
            url._link = url._relationship_link = quote(adresse.removeprefix("external:"), safe="/:+")
        else:
            url = Url(adresse)
        url._tip = bulle
        self.hlink_count += 1
        self.hyperlinks[ligne][colonne] = url
        return True

    @property
    def _hauteur(self) -> int:
        return len(self._bloc[0]) if self._bloc else 0

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
        tranches = zip(*(fins.tranches(suite) for fins, suite in zip(self._bloc, suites, strict=True)), strict=True)
        for debut, colonnes in zip(range(0, self._hauteur, _TRANCHE), tranches, strict=True):
            ouvrantes = [f'"{attributs}><c r="A' for attributs in self._attributs[debut : debut + _TRANCHE]]
            lignes = zip(['<row r="'] * len(ouvrantes), ouvrantes, *colonnes, strict=True)
            self.fh.write("".join(map(str.join, map(str, count(debut + 2)), lignes)))
            self.fh.vider()

    def _write_hyperlink_internal(self, row: int, col: int, url: Url) -> None:
        """Comme XlsxWriter, trois fois plus vite."""
        lien, bulle, texte = map(self._escape_attributes, (url._link, url._tip, url._text))
        dite = f' tooltip="{bulle}"' if bulle else ""
        self.fh.write(f'<hyperlink ref="{xl_col_to_name(col)}{row + 1}" location="{lien}"{dite} display="{texte}"/>')


def _copie(lien: Url) -> Url:
    """Ce que ferait `copy.copy`, cinq fois plus vite."""
    copie = object.__new__(Url)
    copie.__dict__.update(lien.__dict__)
    return copie


def textes(valeurs: pd.Series, format_: Format) -> Fins:
    """Des textes, jamais interprétés : ni formule, ni lien, ni nombre. Écrits dans la cellule même (`inlineStr`).

    Un caractère que le XML interdit s'écrit `_x0007_` (ECMA-376, partie 1, §22.9.2.19, ST_Xstring), et un texte qui
    ressemblait déjà à cela reste ce qu'il était.
    """
    style = _style(format_)
    vide, ouvrante = f"{style}/>", f'{style} t="inlineStr"><is><t xml:space="preserve">'

    def fins(textes: list[str]) -> list[str]:
        return [f"{ouvrante}{texte}</t></is></c>" if texte else vide for texte in _echappes(textes)]

    return _par_valeur(valeurs, fins, vide)


def _echappes(textes: list[str]) -> list[str]:
    """Les textes en XML : tous d'un coup, sauf si l'un d'eux porte un caractère interdit."""
    textes = [texte[:TEXTE_MAX] for texte in textes]
    ensemble = _NUL.join(textes)
    if ensemble.count(_NUL) == len(textes) - 1 and not _INTERDITS.search(ensemble.replace(_NUL, "\n")):
        return escape(ensemble, quote=False).split(_NUL)
    return [escape(_INTERDITS.sub(_echapper, texte), quote=False) for texte in textes]


def _echapper(trouve: re.Match[str]) -> str:
    return "_x005F_x" if trouve[0] == "_x" else f"_x{ord(trouve[0]):04X}_"


def cases(valeurs: pd.Series, format_: Format) -> Fins:
    """Des booléens."""
    style = _style(format_)
    return _par_valeur(valeurs, lambda coches: [f'{style} t="b"><v>{int(coche)}</v></c>' for coche in coches])


def entiers(valeurs: pd.Series, format_: Format) -> Fins:
    """Des entiers ; NA laisse la cellule vide."""
    style = _style(format_)
    return _par_valeur(valeurs, lambda nombres: [f"{style}><v>{int(nombre)}</v></c>" for nombre in nombres], f"{style}/>")


def dates(valeurs: pd.Series, format_: Format) -> Fins:
    """Des dates, en numéros de série ; NaT laisse la cellule vide.

    Jours depuis le 30/12/1899, un de moins avant le 01/03/1900 : Excel croit à un 29/02/1900.
    """
    jours = (valeurs - pd.Timestamp(JOUR_0)).dt.days
    jours -= jours < _MARS_1900
    return entiers(jours, format_)


def montants(valeurs: pd.Series, devises: pd.Series, formats: Callable[[str], Format]) -> Fins:
    """Des montants, d'après leurs unités minimales et leur devise, au format de celle-ci ; NA : cellule vide.

    Diviser deux entiers exacts donne le flottant le plus proche, celui qu'Excel lit dans « 1234.56 ».
    """
    unites, absents = valeurs.fillna(0).to_numpy("int64"), valeurs.isna().to_numpy()
    fins = np.full(len(valeurs), "", dtype=object)
    for devise in devises.unique():
        style, siens, nombre = _style(formats(devise)), (devises == devise).to_numpy(), decimales(devise)
        quotients = (unites[siens] / 10**nombre if nombre else unites[siens]).tolist()
        fins[siens] = [f"{style}><v>{quotient!r}</v></c>" for quotient in quotients]
        fins[siens & absents] = f"{style}/>"
    return Fins(fins.tolist())


def _style(format_: Format) -> str:
    return f' s="{format_._get_xf_index()}"'


def _par_valeur(valeurs: pd.Series, fins: Callable[[list[Any]], list[str]], vide: str = "") -> Fins:
    """Les fins de cellule, calculées une fois par valeur distincte ; une à une si presque toutes le sont."""
    essai = valeurs.iloc[:_ESSAI].tolist()
    if len(essai) == _ESSAI and len(set(essai)) * 2 > _ESSAI and not valeurs.hasnans:
        return Fins(fins(valeurs.tolist()))
    rangs, distinctes = pd.factorize(valeurs)
    return Fins([*fins(distinctes.tolist()), vide], rangs)
