"""Ce que le classeur de revue montre : des tables déjà décidées, et les critères qui les ont produites."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.niveaux import Plans
from relances_xl.revue.schema import COLONNES_A_APPELER, COLONNES_CONTENTIEUX, ColonneDeRevue, GenreDeColonne


@dataclass(frozen=True, slots=True)
class Contenu:
    """La matière d'un classeur de revue.

    lignes, relances : celles de la décision (domaine.tables) ; `approuver` dans relances et `retenir` dans lignes (bool) sont
    facultatifs : Faux et Vrai à défaut. a_appeler, contentieux, banque :
    les `champ` des colonnes de leur onglet (revue.schema), montants en unités minimales ; banque : None sans relevés.
    complement, controle : les colonnes de leur onglet, par libellé. bilan : les tables du « Tableau de bord », par nom (voir
    tableau_de_bord.py).
    """

    criteres: Criteres
    lignes: pd.DataFrame
    relances: pd.DataFrame
    complement: pd.DataFrame
    controle: pd.DataFrame
    a_appeler: pd.DataFrame = field(default_factory=lambda: _vide(COLONNES_A_APPELER))
    contentieux: pd.DataFrame = field(default_factory=lambda: _vide(COLONNES_CONTENTIEUX))
    banque: pd.DataFrame | None = None
    bilan: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    plans: Plans = field(default_factory=Plans)
    emetteur: str = ""


_TYPES = {
    GenreDeColonne.DATE: "datetime64[s]",
    GenreDeColonne.MONTANT: "Int64",
    GenreDeColonne.ENTIER: "int64",
    GenreDeColonne.JOURS: "int64",
}


def _vide(colonnes: tuple[ColonneDeRevue, ...]) -> pd.DataFrame:
    return pd.DataFrame({colonne.champ: pd.Series(dtype=_TYPES.get(colonne.genre, "str")) for colonne in colonnes})
