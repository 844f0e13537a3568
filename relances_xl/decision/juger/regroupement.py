"""Une relance = une lettre (contrat §4.6) : par client, par client et niveau, ou par facture."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import niveau_de_la_piece_designee
from relances_xl.decision.juger.exclusions import Regle, ecarter
from relances_xl.decision.lignes import libres, numero_de_compte
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement
from relances_xl.domaine.motifs import Motif


def regrouper(lignes: pd.DataFrame, mode: Regroupement) -> pd.DataFrame:
    """Les lignes retenues reçoivent RELANCE, un identifiant provisoire de leur lettre ; §4.6 peut encore en écarter."""
    if mode is Regroupement.FACTURE:
        return _par_facture(lignes)
    retenues = lignes[libres(lignes)]
    compte = numero_de_compte(retenues)
    if mode is Regroupement.CLIENT_ET_NIVEAU:
        return _numeroter(lignes, [compte, _paliers(retenues, compte)])
    return _numeroter(lignes, [compte])


def _paliers(retenues: pd.DataFrame, compte: pd.Series) -> pd.Series:
    """Le niveau de la lettre de chaque ligne. Un crédit va sur la lettre de la pièce désignée, sinon sur la plus haute.

    Si une lettre en devient ≤ 0, tout son compte est regroupé à son plus haut niveau.
    """
    niveau = retenues[c.NIVEAU_PROPOSE]
    plus_haut = niveau.groupby(compte).transform("max")
    designe = niveau_de_la_piece_designee(retenues, compte).fillna(plus_haut).astype("int64")
    palier = niveau.mask(retenues[c.CREDIT], designe)
    net = retenues[c.RESTE_DU].groupby([compte, palier]).transform("sum")
    a_fondre = (net <= 0).groupby(compte).transform("any")
    return palier.mask(a_fondre, plus_haut)


def _par_facture(lignes: pd.DataFrame) -> pd.DataFrame:
    """Une lettre par pièce, avec les crédits qui la désignent ; les autres crédits et les pièces devenues ≤ 0 sont écartés."""
    retenues = lignes[libres(lignes)]
    compte = numero_de_compte(retenues)
    orphelins = retenues[c.CREDIT] & niveau_de_la_piece_designee(retenues, compte).isna()
    piece = retenues[c.PIECE].mask(retenues[c.CREDIT], retenues[c.REFERENCE])
    net = retenues[c.RESTE_DU].groupby([compte, piece]).transform("sum")

    def net_de_la_piece(touchees: pd.DataFrame) -> pd.Series:
        index = touchees.index
        return "pièce " + piece.loc[index] + " ramenée à " + phrases.montants(net.loc[index], touchees[c.DEVISE]) + " par ses crédits"

    for regle in (
        Regle(
            Motif.CREDITEUR,
            orphelins.reindex(lignes.index, fill_value=False),
            lambda _: "crédit qui ne désigne aucune pièce relancée (Regroupement : Facture)",
        ),
        Regle(Motif.CREDITEUR, (net <= 0).reindex(lignes.index, fill_value=False), net_de_la_piece),
    ):
        lignes = ecarter(lignes, regle)
    gardees = libres(lignes).loc[retenues.index]
    return _numeroter(lignes, [compte[gardees], piece[gardees]])


def _numeroter(lignes: pd.DataFrame, cles: list[pd.Series]) -> pd.DataFrame:
    """RELANCE : un numéro par groupe de lignes retenues, vide ailleurs."""
    numeros = cles[0].groupby(cles, sort=False).ngroup().astype("str")
    return lignes.assign(**{c.RELANCE: numeros.reindex(lignes.index, fill_value="").astype("str")})
