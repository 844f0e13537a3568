"""L'onglet « Contrôle » : retenues + motifs + causes = export, par devise, à l'unité minimale (contrat §6)."""

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import EN_MOTS, Cause, Motif

COLONNES = ["Devise", "Rubrique", "Lignes", "Montant", "Code du motif"]

_SORTS = [*(motif.value for motif in Motif), *(cause.value for cause in Cause)]


def controle(lignes: pd.DataFrame, hors_tableau: int) -> pd.DataFrame:
    """COLONNES, montants Int64 en unités minimales : par devise l'export, les retenues, chaque motif et chaque cause présents.

    « Hors tableau » n'a que des lignes. « Écart » est toujours nul, ou une ligne s'est perdue. Un export sans ligne a lui
    aussi son contrôle, en EUR.
    """
    sort = lignes[c.CAUSE].where(lignes[c.CAUSE] != "", lignes[c.MOTIF]).where(lignes[c.RELANCE] == "", "Retenues")
    par_devise = list(lignes.groupby(c.DEVISE)[c.RESTE_DU]) or [("EUR", lignes[c.RESTE_DU])]
    blocs = [_bloc(str(devise), siennes, sort) for devise, siennes in par_devise]
    hors = pd.DataFrame([("", "Hors tableau", hors_tableau, None, "")], columns=COLONNES)
    return pd.concat([*blocs, hors], ignore_index=True).astype({"Lignes": "int64", "Montant": "Int64", "Code du motif": "str"})


def _bloc(devise: str, restes: pd.Series, sort: pd.Series) -> pd.DataFrame:
    """Les rubriques d'une devise : l'export, le sort de ses lignes, et ce qui manquerait."""
    par_sort = restes.groupby(sort).agg(["size", "sum"])
    sorts = par_sort.reindex(["Retenues", *(code for code in _SORTS if code in par_sort.index)], fill_value=0)
    export = pd.DataFrame({"size": [len(restes)], "sum": [restes.sum()]}, ["Export"])
    ecart = (export - sorts.sum()).set_axis(["Écart"])
    bloc = pd.concat([export, sorts, ecart])
    codes = pd.Series(bloc.index, dtype="str")
    rubriques = codes.map({code: EN_MOTS.get(code, code) for code in codes})
    return pd.DataFrame(
        {
            "Devise": devise,
            "Rubrique": rubriques.astype("str"),
            "Lignes": bloc["size"].to_numpy(),
            "Montant": bloc["sum"].to_numpy(),
            "Code du motif": codes.where(codes.isin(_SORTS), ""),
        }
    )
