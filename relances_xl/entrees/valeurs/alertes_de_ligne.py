"""Ce qu'il faut voir sur une ligne d'un export : une alerte de plus, à la suite de celles qu'elle porte déjà."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from relances_xl.domaine import tables as c


def ajouter_les_alertes(lignes: pd.DataFrame, champ: str, alertes: Mapping[Any, str]) -> pd.DataFrame:
    """Les lignes, ALERTE_LIGNE disant aussi celle de leur code client ou de leur numéro. alertes : valeur du champ → ce qu'il faut en dire."""
    if not alertes:
        return lignes
    couples = zip(lignes[c.ALERTE_LIGNE].tolist(), lignes[champ].tolist(), strict=True)
    dites = [" ; ".join(filter(None, (deja, alertes.get(valeur, "")))) for deja, valeur in couples]
    return lignes.assign(**{c.ALERTE_LIGNE: pd.Series(dites, lignes.index, dtype="str")})
