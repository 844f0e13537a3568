"""Ce que le classeur de revue montre : des tables déjà décidées, et les critères qui les ont produites."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.niveaux import LIVRES, Niveaux


@dataclass(frozen=True, slots=True)
class Contenu:
    """La matière d'un classeur de revue.

    lignes, relances : celles de la décision (domaine.colonnes) ; `approuver` dans relances et `retenir` dans lignes
    (bool) sont facultatifs : Faux et Vrai à défaut. complement, controle : les colonnes de leur onglet, montants en
    unités minimales. bilan : les tables du « Tableau de bord », par nom (voir tableau_de_bord.py).
    """

    criteres: Criteres
    lignes: pd.DataFrame
    relances: pd.DataFrame
    complement: pd.DataFrame
    controle: pd.DataFrame
    bilan: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    niveaux: Niveaux = LIVRES
    emetteur: str = ""
