"""Les champs de fusion, à l'écran ou dans un classeur que Word prend comme source de publipostage."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from relances_xl.fichiers.ecriture_sure import balayer, ecriture
from relances_xl.lettres.catalogue import CATALOGUE, lignes_source
from relances_xl.revue.ecrire.autres_classeurs import ecrire_tableaux


def lignes() -> Iterator[str]:
    """Chaque champ : son écriture, son MERGEFIELD, ce qu'il dit, un exemple."""
    for champ in CATALOGUE.values():
        exemple = champ.exemple.replace("\n", " / ")
        yield f"{{{{ {champ.nom} }}}}  MERGEFIELD {champ.mergefield}  — {champ.aide} (ex. : {exemple})"


def exporter(chemin: Path) -> None:
    """Écrit `chemin` : un onglet, une colonne par champ, une ligne d'exemples."""
    entetes, *exemples = lignes_source()
    balayer([chemin.parent])
    with ecriture(chemin) as provisoire:
        ecrire_tableaux(provisoire, {"Champs": pd.DataFrame(exemples, columns=entetes)})
