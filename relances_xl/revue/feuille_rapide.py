"""Un onglet XlsxWriter dont les lignes de données s'écrivent d'un bloc.

XlsxWriter garde chaque cellule dans un dictionnaire, puis l'écrit attribut par attribut : 19 cellules sur
100 000 lignes y coûtent cinq fois le reste. Ici chaque colonne devient une liste de « fins de cellule »
(` s="3"><v>12.5</v></c>`), et un gabarit par ligne les assemble. Tout le reste (styles, tableaux, validations,
graphiques, impression) demeure celui de XlsxWriter ; les seuls rouages internes dont on dépend sont dans ce
module, et `tests/test_revue_feuille_rapide.py` les éprouve. Format : ECMA-376, partie 1, §18.3.1.4 (`c`), §18.3.1.73 (`row`).
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

Fins = Sequence[str]
"""Une colonne : la fin de chaque cellule, du style à `</c>`."""

TEXTE_MAX = 32_767  # caractères par cellule (spécifications d'Excel)
HAUTEUR_LIGNE = 15  # points, en Calibri 11
LIENS_MAX = 65_530  # liens par onglet (idem)
_TRANCHE = 10_000  # lignes assemblées à la fois


class FeuilleRapide(Worksheet):  # type: ignore[misc]
    """Onglet dont un bloc de lignes, à partir de la ligne 2, est écrit d'un coup."""

    def __init__(self) -> None:
        super().__init__()
        self._bloc: list[Fins] = []
        self._hauteurs: list[str] = []

    def poser_bloc(self, colonnes: Sequence[Fins], lignes_de_texte: Sequence[int]) -> None:
        """Pose les colonnes à partir de A2 ; `lignes_de_texte` : combien chaque ligne en montre, pour sa hauteur.

        La hauteur n'est pas dite « personnalisée » : Excel l'ajuste encore quand on écrit dans la ligne.
        """
        self._bloc = list(colonnes)
        self._hauteurs = [f' ht="{nombre * HAUTEUR_LIGNE:g}"' if nombre > 1 else "" for nombre in lignes_de_texte]
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

    def textes(self, valeurs: pd.Series, format_: Format) -> list[str]:
        """Des textes, jamais interprétés : ni formule, ni lien, ni nombre."""
        style = _style(format_)
        vide = f"{style}/>"
        indice = self.str_table._get_shared_string_index

        def fin(texte: str) -> str:
            return f'{style} t="s"><v>{indice(texte[:TEXTE_MAX])}</v></c>' if texte else vide

        return _par_valeur(valeurs, fin)

    def poser_lien(self, ligne: int, colonne: int, adresse: str, bulle: str) -> bool:
        """Rend cliquable une cellule du bloc, sans toucher à sa valeur ; Faux si Excel n'en admet plus (65 530).

        adresse : `internal:'Détail'!B12`, `mailto:…` ou `tel:…` (que XlsxWriter ne connaît pas : il passe pour un courriel).
        """
        if self.hlink_count >= LIENS_MAX:
            return False
        url = Url(adresse.replace("tel:", "mailto:", 1))
        if adresse.startswith("tel:"):
            url._link = url._relationship_link = adresse
        url.tip = bulle
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
        cellules = "".join(f'<c r="{xl_col_to_name(j)}%d"%s' for j in range(len(self._bloc)))
        gabarit = f'<row r="%d"%s>{cellules}</row>'
        for debut in range(0, self._hauteur, _TRANCHE):
            fin = min(debut + _TRANCHE, self._hauteur)
            numeros = range(debut + 2, fin + 2)
            arguments: list[Sequence[object]] = [numeros, self._hauteurs[debut:fin]]
            for colonne in self._bloc:
                arguments += [numeros, colonne[debut:fin]]
            self.fh.write("".join(map(gabarit.__mod__, zip(*arguments, strict=True))))


def cases(valeurs: pd.Series, format_: Format) -> list[str]:
    """Des booléens."""
    style = _style(format_)
    return _par_valeur(valeurs, lambda coche: f'{style} t="b"><v>{int(coche)}</v></c>')


def entiers(valeurs: pd.Series, format_: Format) -> list[str]:
    """Des entiers ; NA laisse la cellule vide."""
    style = _style(format_)
    return _par_valeur(valeurs, lambda nombre: f"{style}><v>{int(nombre)}</v></c>", f"{style}/>")


def dates(valeurs: pd.Series, format_: Format) -> list[str]:
    """Des dates, en numéros de série (jours depuis le 30/12/1899) ; NaT laisse la cellule vide."""
    style = _style(format_)
    jours = (valeurs - pd.Timestamp("1899-12-30")).dt.days
    return _par_valeur(jours, lambda jour: f"{style}><v>{int(jour)}</v></c>", f"{style}/>")


def montants(valeurs: pd.Series, decimales: pd.Series, formats: Callable[[int], Format]) -> list[str]:
    """Des montants, d'après leurs unités minimales et le nombre de décimales de leur devise ; NA : cellule vide.

    Diviser deux entiers exacts donne le flottant le plus proche, celui qu'Excel lit dans « 1234.56 ».
    """
    fins = np.full(len(valeurs), "", dtype=object)
    for nombre, lignes in decimales.reset_index(drop=True).groupby(decimales.to_numpy()).groups.items():
        assert isinstance(nombre, int | np.integer)
        style, diviseur = _style(formats(int(nombre))), 10 ** int(nombre)
        fins[lignes] = [
            f"{style}/>" if pd.isna(unites) else f"{style}><v>{repr(unites / diviseur).removesuffix('.0')}</v></c>"
            for unites in valeurs.iloc[lignes].tolist()
        ]
    return list(fins)


def _style(format_: Format) -> str:
    return f' s="{format_._get_xf_index()}"'


def _par_valeur(valeurs: pd.Series, fin: Callable[[Any], str], vide: str = "") -> list[str]:
    """La fin de cellule de chaque valeur, calculée une fois par valeur distincte."""
    codes, distinctes = pd.factorize(valeurs)
    fins: list[Hashable] = [*map(fin, distinctes.tolist()), vide]
    return list(np.array(fins, dtype=object)[codes])
