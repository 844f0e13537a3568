"""Les crédits : quand ils se déduisent (contrat §4.2), ce qu'ils désignent, sur quoi ils s'imputent (§5)."""

import pandas as pd

from relances_xl.decision.lignes import chercher
from relances_xl.domaine import tables as c

_ANCIENNETE = [c.DATE_ECHEANCE, c.PIECE, c.DATE_PIECE, c.RESTE_DU]


def plus_ancienne_d_abord(lignes: pd.DataFrame) -> pd.DataFrame:
    """Les échéances dans l'ordre d'imputation : jamais celui du fichier, que l'utilisateur peut trier.

    Entre deux échéances que seuls leurs niveaux distinguent, le plus haut d'abord : celle qui porte des frais est celle que
    le débiteur a le plus intérêt à éteindre (C. civ. 1342-10).
    """
    return lignes.sort_values([c.SANS_FRAIS, c.NIVEAU_PROPOSE], ascending=[True, False]).sort_values(_ANCIENNETE, kind="stable")


def date_de_credit(lignes: pd.DataFrame) -> pd.Series:
    """La date qui rend un crédit déductible : sa date de pièce, à défaut d'échéance."""
    return lignes[c.DATE_PIECE].fillna(lignes[c.DATE_ECHEANCE])


def niveau_de_la_piece_designee(lignes: pd.DataFrame, compte: pd.Series) -> pd.Series:
    """Pour chaque crédit, le plus haut niveau proposé de la pièce que sa `reference` désigne ; absent s'il n'en désigne aucune.

    lignes : les seules lignes retenues ; compte : leur compte.
    """
    echeances = ~lignes[c.CREDIT]
    niveaux = lignes[c.NIVEAU_PROPOSE][echeances].groupby([compte[echeances], lignes[c.PIECE][echeances]]).max()
    return chercher(niveaux, compte, lignes[c.REFERENCE]).where(lignes[c.CREDIT])


def imputer(lignes: pd.DataFrame) -> pd.Series:
    """Reste de chaque échéance, crédits de sa lettre imputés : d'abord sur la pièce désignée, puis sur la plus ancienne.

    Unités minimales, 0 hors lettre. C'est NET_PENALISABLE, la base des pénalités (contrat §5).
    """
    portees = lignes[c.RELANCE] != ""
    credits = lignes[portees & lignes[c.CREDIT]]
    dues = lignes[c.RESTE_DU].where(portees & ~lignes[c.CREDIT], 0)
    reduites = lignes[portees & ~lignes[c.CREDIT] & lignes[c.RELANCE].isin(credits[c.RELANCE])]
    if reduites.empty:
        return dues
    echeances = plus_ancienne_d_abord(reduites)

    fonds = -credits.groupby([c.RELANCE, c.REFERENCE])[c.RESTE_DU].sum()
    net = _consommer(echeances[c.RESTE_DU], fonds, echeances[c.RELANCE], echeances[c.PIECE])

    impute = (echeances[c.RESTE_DU] - net).groupby(echeances[c.RELANCE]).sum()
    solde = -credits.groupby(c.RELANCE)[c.RESTE_DU].sum().reindex(impute.index, fill_value=0) - impute
    net = _consommer(net, solde, echeances[c.RELANCE])
    return net.reindex(lignes.index).fillna(dues).astype("int64")


def _consommer(restes: pd.Series, fonds: pd.Series, *groupe: pd.Series) -> pd.Series:
    """Ce qui reste dû quand chaque groupe puise dans son fonds, ligne après ligne."""
    deja_servi = restes.groupby(list(groupe)).cumsum() - restes
    disponible = chercher(fonds, *groupe, defaut=0) - deja_servi
    return restes - disponible.clip(lower=0).clip(upper=restes)
