"""L'onglet « Contrôle » : retenues + motifs + causes = export, par devise, à l'unité minimale (contrat §6)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from relances_xl.decision.lignes import textes
from relances_xl.decision.par_groupe import grouper
from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import EN_MOTS, Cause, Motif

COLONNES = ["Devise", "Rubrique", "Lignes", "Montant", "Code du motif"]

_RETENUES = "Retenues"
_SORTS = [*(motif.value for motif in Motif), *(cause.value for cause in Cause)]


def controle(lignes: pd.DataFrame, hors_tableau: int) -> pd.DataFrame:
    """COLONNES, montants Int64 en unités minimales : par devise l'export, les retenues, chaque motif et chaque cause présents.

    « Hors tableau » n'a que des lignes. « Écart » est toujours nul, ou une ligne s'est perdue. Un export sans ligne a lui
    aussi son contrôle, en EUR.
    """
    cause, motif, relance = (lignes[nom].to_numpy() for nom in (c.CAUSE, c.MOTIF, c.RELANCE))
    sort = np.where(relance != "", _RETENUES, np.where(cause != "", cause, motif))
    devise = lignes[c.DEVISE].to_numpy()
    groupes = grouper(devise, sort)
    totaux: dict[str, dict[str, tuple[int, int]]] = {}
    for premiere, nombre, montant in zip(
        groupes.premieres, groupes.nombres.tolist(), groupes.somme(lignes[c.RESTE_DU].to_numpy()).tolist(), strict=True
    ):
        totaux.setdefault(devise[premiere], {})[sort[premiere]] = nombre, montant
    rangs = [rang for nom in sorted(totaux) or ["EUR"] for rang in _bloc(nom, totaux.get(nom, {}))]
    devises, rubriques, nombres, montants, codes = zip(*rangs, ("", "Hors tableau", hors_tableau, None, ""), strict=True)
    return pd.DataFrame(
        {
            "Devise": textes(list(devises)),
            "Rubrique": textes(list(rubriques)),
            "Lignes": np.array(nombres, dtype=np.int64),
            "Montant": pd.array(montants, dtype="Int64"),
            "Code du motif": textes(list(codes)),
        }
    )


def _bloc(devise: str, par_sort: dict[str, tuple[int, int]]) -> Iterator[tuple[str, str, int, int, str]]:
    """Les rubriques d'une devise : l'export, le sort de ses lignes, et ce qui manquerait."""
    nombre, montant = (sum(valeurs) for valeurs in zip((0, 0), *par_sort.values(), strict=True))
    yield devise, "Export", nombre, montant, ""
    for code in (_RETENUES, *(code for code in _SORTS if code in par_sort)):
        lignes, somme = par_sort.get(code, (0, 0))
        yield devise, EN_MOTS.get(code, code), lignes, somme, "" if code == _RETENUES else code
        nombre, montant = nombre - lignes, montant - somme
    yield devise, "Écart", nombre, montant, ""
