"""Parcourir une table ligne à ligne, là où une ligne devient une lettre ou une phrase."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def enregistrements(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Chaque ligne en dictionnaire, nom de colonne → valeur."""
    for ligne in table.to_dict("records"):
        yield {str(nom): valeur for nom, valeur in ligne.items()}
