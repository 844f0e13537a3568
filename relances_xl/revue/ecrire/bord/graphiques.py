"""Les graphiques natifs du tableau de bord, lisibles à l'écran comme imprimés en noir et blanc."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.mise_en_forme import ENCRE, FILET
from relances_xl.revue.schema import ColonneDeRevue

HAUTEUR = 276  # pixels : deux rangées tiennent à l'écran, à 100 %
_BARRES_MAX = 10
_COULEURS = (ENCRE, "#B9CCE2")  # un foncé, un clair : distincts en noir et blanc
_NOMBRE = "#,##0"


class Graphique(NamedTuple):
    """Un histogramme : des colonnes de valeurs par catégorie, ou les cellules d'une ligne (`en_ligne` : première, dernière)."""

    genre: str
    titre: str
    categories: str = ""
    valeurs: tuple[str, ...] = ()
    en_ligne: tuple[str, str] | None = None


def inserer(
    classeur: Workbook,
    feuille: Worksheet,
    graphique: Graphique,
    colonnes: Sequence[ColonneDeRevue],
    table: pd.DataFrame,
    haut: int,
    place: tuple[int, int],
    largeur: int,
) -> None:
    """Dessine la première devise d'une table dont l'en-tête est en ligne `haut`.

    place : ligne du coin, et décalage en pixels depuis la première colonne ; largeur : en pixels.
    """
    devise = str(table["Devise"].iloc[0])
    titre = f"{graphique.titre} ({devise})"
    dessin = classeur.add_chart({"type": graphique.genre})
    for couleur, (nom, categories, valeurs) in zip(_COULEURS, _series(graphique, colonnes, table, haut), strict=False):
        dessin.add_series(
            {
                "name": nom,
                "categories": categories,
                "values": valeurs,
                "fill": {"color": couleur},
                "border": {"color": ENCRE, "width": 0.75},
                "gap": 50,
                "overlap": 0,
                "data_labels": {"value": True, "num_format": _NOMBRE, "font": {"size": 9, "color": "#222222"}},
            }
        )
    dessin.set_title({"name": titre, "name_font": {"size": 12, "bold": True, "color": ENCRE}, "overlay": False})
    dessin.set_legend({"position": "bottom", "font": {"size": 9}} if len(graphique.valeurs) > 1 else {"none": True})
    dessin.set_chartarea({"border": {"color": FILET}})
    # Chaque barre porte sa valeur : l'échelle gênerait
    muet = {"visible": False, "major_gridlines": {"visible": False}}
    if graphique.genre == "bar":
        dessin.set_y_axis({"reverse": True, "num_font": {"size": 9}, "major_gridlines": {"visible": False}})
        dessin.set_x_axis(muet)
    else:
        dessin.set_x_axis({"num_font": {"size": 9}})
        dessin.set_y_axis(muet)
    dessin.set_size({"width": largeur, "height": HAUTEUR})
    ligne, decalage = place
    feuille.insert_chart(ligne, 0, dessin, {"object_position": 2, "description": titre, "x_offset": decalage, "y_offset": 2})


def _series(
    graphique: Graphique, colonnes: Sequence[ColonneDeRevue], table: pd.DataFrame, haut: int
) -> Iterator[tuple[str, list[object], list[object]]]:
    """Nom, cellules des catégories et cellules des valeurs de chaque série."""
    rangs = {colonne.libelle: j for j, colonne in enumerate(colonnes)}
    devise = table["Devise"].iloc[0]
    if graphique.en_ligne:
        debut, fin = (rangs[libelle] for libelle in graphique.en_ligne)
        yield graphique.titre, [o.TABLEAU_DE_BORD, haut, debut, haut, fin], [o.TABLEAU_DE_BORD, haut + 1, debut, haut + 1, fin]
        return
    bas = haut + min(int((table["Devise"] == devise).sum()), _BARRES_MAX)
    for libelle in graphique.valeurs:
        yield (
            libelle,
            [o.TABLEAU_DE_BORD, haut + 1, rangs[graphique.categories], bas, rangs[graphique.categories]],
            [o.TABLEAU_DE_BORD, haut + 1, rangs[libelle], bas, rangs[libelle]],
        )
