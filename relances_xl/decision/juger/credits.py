"""Les crédits : quand ils se déduisent (contrat §4.2), ce qu'ils désignent, sur quoi ils s'imputent (§5)."""

import numpy as np
import pandas as pd

from relances_xl.decision.par_groupe import Entiers, Groupement, Valeurs, designer, grouper, lire
from relances_xl.domaine import tables as c


def plus_ancienne_d_abord(lignes: pd.DataFrame, rangs: Entiers) -> Entiers:
    """Les rangs de ces échéances dans l'ordre d'imputation : jamais celui du fichier, que l'utilisateur peut trier.

    Entre deux échéances que seuls leurs niveaux distinguent, le plus haut d'abord : celle qui porte des frais est celle que
    le débiteur a le plus intérêt à éteindre (C. civ. 1342-10).
    """
    if len(rangs) < 2:
        return rangs
    cles = [lignes[nom].to_numpy()[rangs] for nom in (c.DATE_ECHEANCE, c.DATE_PIECE, c.RESTE_DU, c.SANS_FRAIS, c.NIVEAU_PROPOSE)]
    echeance, date_piece, reste, sans_frais, niveau = cles
    piece = pd.factorize(lignes[c.PIECE].to_numpy()[rangs], sort=True)[0]
    return rangs[np.lexsort((-niveau, sans_frais, reste, date_piece, piece, echeance))]


def date_de_credit(lignes: pd.DataFrame) -> Valeurs:
    """La date qui rend un crédit déductible : sa date de pièce, à défaut d'échéance."""
    de_la_piece = lignes[c.DATE_PIECE].to_numpy()
    return np.where(np.isnat(de_la_piece), lignes[c.DATE_ECHEANCE].to_numpy(), de_la_piece)


def niveau_de_la_piece_designee(lignes: pd.DataFrame, compte: Entiers) -> Entiers:
    """Pour chaque crédit, le plus haut niveau proposé de la pièce que sa `reference` désigne ; -1 s'il n'en désigne aucune.

    lignes : les seules lignes retenues ; compte : le numéro de leur compte.
    """
    credit, piece = lignes[c.CREDIT].to_numpy(), lignes[c.PIECE].to_numpy()
    pieces, echeances = designer([compte, lignes[c.REFERENCE].to_numpy()], [compte[~credit], piece[~credit]])
    niveaux = lire(echeances.plus_grand(lignes[c.NIVEAU_PROPOSE].to_numpy()[~credit]), pieces, -1)
    return np.where(credit, niveaux, -1)


def imputer(lignes: pd.DataFrame) -> Entiers:
    """Reste de chaque échéance, crédits de sa lettre imputés : d'abord sur la pièce désignée, puis sur la plus ancienne.

    Unités minimales, 0 hors lettre. C'est NET_PENALISABLE, la base des pénalités (contrat §5).
    """
    relance, credit, reste = (lignes[nom].to_numpy() for nom in (c.RELANCE, c.CREDIT, c.RESTE_DU))
    portees = relance != ""
    dues = np.where(portees & ~credit, reste, 0)
    credits = np.flatnonzero(portees & credit)
    if not len(credits):
        return dues
    lettres, reduites = designer([relance], [relance[credits]])
    echeances = plus_ancienne_d_abord(lignes, np.flatnonzero(portees & ~credit & (lettres >= 0)))
    lettre, piece = lettres[echeances], lignes[c.PIECE].to_numpy()[echeances]

    pieces, designees = designer([lettre, piece], [lettres[credits], lignes[c.REFERENCE].to_numpy()[credits]])
    fonds = lire(designees.somme(-reste[credits]), pieces, 0)
    net = _consommer(reste[echeances], fonds, grouper(lettre, piece))

    soldes = reduites.somme(-reste[credits])
    np.subtract.at(soldes, lettre, reste[echeances] - net)
    dues[echeances] = _consommer(net, soldes[lettre], grouper(lettre))
    return dues


def _consommer(restes: Entiers, fonds: Entiers, groupes: Groupement) -> Entiers:
    """Ce qui reste dû quand chaque groupe puise dans son fonds, ligne après ligne."""
    disponible = fonds - (groupes.cumul(restes) - restes)
    net: Entiers = restes - np.minimum(disponible.clip(min=0), restes)
    return net
