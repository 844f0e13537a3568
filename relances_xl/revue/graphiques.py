"""Les graphiques natifs du tableau de bord, lisibles à l'écran comme imprimés en noir et blanc."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.revue import colonnes as o
from relances_xl.revue.colonnes import Colonne
from relances_xl.revue.mise_en_forme import ENCRE, FILET, format_montant

_LARGEUR, _HAUTEUR = 560, 300  # pixels
_BARRES_MAX = 10


@dataclass(frozen=True, slots=True)
class Graphique:
    """Un histogramme : une colonne de valeurs par catégorie, ou les cellules d'une ligne (`en_ligne` : première, dernière)."""

    genre: str
    titre: str
    categories: str = ""
    valeurs: str = ""
    en_ligne: tuple[str, str] | None = None


def inserer(
    classeur: Workbook, feuille: Worksheet, graphique: Graphique, colonnes: Sequence[Colonne], table: pd.DataFrame, haut: int, gauche: int
) -> None:
    """Place le graphique à droite de sa table (en-tête en ligne `haut`), pour la première devise de la table."""
    rangs = {colonne.libelle: j for j, colonne in enumerate(colonnes)}
    devise = str(table["Devise"].iloc[0])
    hauteur = min(int((table["Devise"] == devise).sum()), _BARRES_MAX)
    if graphique.en_ligne:
        debut, fin = (rangs[libelle] for libelle in graphique.en_ligne)
        categories = [o.TABLEAU_DE_BORD, haut, debut, haut, fin]
        valeurs = [o.TABLEAU_DE_BORD, haut + 1, debut, haut + 1, fin]
    else:
        categories = [o.TABLEAU_DE_BORD, haut + 1, rangs[graphique.categories], haut + hauteur, rangs[graphique.categories]]
        valeurs = [o.TABLEAU_DE_BORD, haut + 1, rangs[graphique.valeurs], haut + hauteur, rangs[graphique.valeurs]]
    titre = f"{graphique.titre} ({devise})"
    dessin = classeur.add_chart({"type": graphique.genre})
    nombre = format_montant(0).split(";")[0]
    dessin.add_series(
        {
            "name": titre,
            "categories": categories,
            "values": valeurs,
            "fill": {"color": ENCRE},
            "gap": 60,
            "data_labels": {"value": True, "num_format": nombre, "font": {"size": 9, "color": "#333333"}},
        }
    )
    dessin.set_title({"name": titre, "name_font": {"size": 12, "bold": True, "color": ENCRE}, "overlay": False})
    dessin.set_legend({"none": True})
    axe_valeurs = {"num_format": nombre, "major_gridlines": {"visible": True, "line": {"color": FILET}}, "line": {"none": True}}
    horizontal = graphique.genre == "bar"
    # Barres horizontales : la première de la table en haut
    dessin.set_y_axis({"reverse": True} if horizontal else axe_valeurs)
    dessin.set_x_axis(axe_valeurs if horizontal else {})
    dessin.set_size({"width": _LARGEUR, "height": _HAUTEUR})
    feuille.insert_chart(haut, gauche, dessin, {"object_position": 2, "description": titre})
