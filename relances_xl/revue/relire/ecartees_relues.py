"""Relire l'onglet « Écartées » d'un compte rendu : une production de plus le récrit, sans oublier ce que les précédentes ont écarté."""

from collections.abc import Iterable, Mapping

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.cellule import Illisible, lire_montant
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import FeuilleAuFil
from relances_xl.domaine.schemas import ECARTEES
from relances_xl.revue import schema as o
from relances_xl.revue.relire.tableau_relu import retrouver


def relire_ecartees(feuilles: Iterable[FeuilleAuFil], fichier: str, devises: Mapping[str, str]) -> pd.DataFrame:
    """Les échéances écartées (ECARTEES), dans l'ordre de l'onglet ; devises : RELANCE → devise, que l'onglet ne dit pas.

    Une relance sans devise connue n'est pas de cette liste. Lève `ErreurUtilisateur` si l'onglet n'y est plus.
    """
    tableau = retrouver(feuilles, fichier, o.ECARTEES, o.COLONNES_ECARTEES, (c.RELANCE,))
    if isinstance(tableau, list):
        raise ErreurUtilisateur(tableau)
    table = tableau.table[tableau.table[c.RELANCE].isin(devises)].reset_index(drop=True)
    if table.empty:
        return ECARTEES.vide()
    devise = table[c.RELANCE].map(dict(devises)).astype("str")
    try:
        unites = [lire_montant(cellule, code) for cellule, code in zip(table[c.RESTE_DU], devise, strict=True)]
    except Illisible as illisible:
        raise ErreurUtilisateur(Faute(illisible.message, "", fichier, o.ECARTEES)) from illisible
    mots = [motif.partition(" : ") for motif in table[c.MOTIF]]
    des_mots = pd.Series([mot for mot, _, _ in mots], table.index, dtype="str")
    relue = table.drop(columns=c.CODE_DU_MOTIF)
    relue[c.DEVISE], relue[c.RESTE_DU] = devise, pd.Series(unites, table.index, dtype="int64")
    relue[c.MOTIF] = table[c.CODE_DU_MOTIF].where(table[c.CODE_DU_MOTIF] != "", des_mots)
    relue[c.EXPLICATION] = pd.Series([explication for _, _, explication in mots], table.index, dtype="str")
    return ECARTEES.admettre(relue)[ECARTEES.noms]
