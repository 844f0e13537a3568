"""Une relance = une lettre (contrat §4.6) : par client, par client et niveau, ou par facture."""

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import niveau_de_la_piece_designee
from relances_xl.decision.juger.exclusions import Regle, ecarter
from relances_xl.decision.lignes import libres, par_compte, textes
from relances_xl.decision.par_groupe import Entiers, Groupement, grouper
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement
from relances_xl.domaine.motifs import Motif

_LUES = [c.CODE_CLIENT, c.DEVISE, c.PIECE, c.REFERENCE, c.CREDIT, c.NIVEAU_PROPOSE, c.RESTE_DU]


def regrouper(lignes: pd.DataFrame, mode: Regroupement) -> pd.DataFrame:
    """Les lignes retenues reçoivent RELANCE, un identifiant provisoire de leur lettre ; §4.6 peut encore en écarter."""
    if mode is Regroupement.FACTURE:
        return _par_facture(lignes)
    places = np.flatnonzero(libres(lignes))
    retenues = lignes[_LUES].take(places)
    comptes = par_compte(retenues)
    if mode is Regroupement.CLIENT_ET_NIVEAU:
        comptes = grouper(comptes.numeros, _paliers(retenues, comptes))
    return _numeroter(lignes, places, comptes)


def _paliers(retenues: pd.DataFrame, comptes: Groupement) -> Entiers:
    """Le niveau de la lettre de chaque ligne. Un crédit va sur la lettre de la pièce désignée, sinon sur la plus haute.

    Si une lettre en devient ≤ 0, tout son compte est regroupé à son plus haut niveau.
    """
    niveau, compte = retenues[c.NIVEAU_PROPOSE].to_numpy(), comptes.numeros
    plus_haut = comptes.plus_grand(niveau)[compte]
    designe = niveau_de_la_piece_designee(retenues, compte)
    palier = np.where(retenues[c.CREDIT].to_numpy(), np.where(designe < 0, plus_haut, designe), niveau)
    lettres = grouper(compte, palier)
    net = lettres.somme(retenues[c.RESTE_DU].to_numpy())[lettres.numeros]
    a_fondre = comptes.somme(net <= 0)[compte] > 0
    return np.where(a_fondre, plus_haut, palier)


def _par_facture(lignes: pd.DataFrame) -> pd.DataFrame:
    """Une lettre par pièce, avec les crédits qui la désignent ; les autres crédits et les pièces devenues ≤ 0 sont écartés."""
    places = np.flatnonzero(libres(lignes))
    retenues = lignes[_LUES].take(places)
    credit, compte = retenues[c.CREDIT].to_numpy(), par_compte(retenues).numeros
    piece = np.where(credit, retenues[c.REFERENCE].to_numpy(), retenues[c.PIECE].to_numpy())
    pieces = grouper(compte, piece)
    orphelins, creditrices = np.zeros(len(lignes), dtype=bool), np.zeros(len(lignes), dtype=bool)
    net = np.zeros(len(lignes), dtype=np.int64)
    net[places] = pieces.somme(retenues[c.RESTE_DU].to_numpy())[pieces.numeros]
    orphelins[places] = credit & (niveau_de_la_piece_designee(retenues, compte) < 0)
    creditrices[places] = net[places] <= 0

    def net_de_la_piece(rangs: Entiers) -> list[str]:
        nommees = piece[np.searchsorted(places, rangs)]
        nets = phrases.montants(net[rangs], lignes[c.DEVISE].to_numpy()[rangs])
        return [f"pièce {nommee} ramenée à {montant} par ses crédits" for nommee, montant in zip(nommees, nets, strict=True)]

    lignes = ecarter(
        lignes,
        (
            Regle(Motif.CREDITEUR, orphelins, lambda _: "crédit qui ne désigne aucune pièce relancée (Regroupement : Facture)"),
            Regle(Motif.CREDITEUR, creditrices, net_de_la_piece),
        ),
    )
    gardees = libres(lignes)[places]
    return _numeroter(lignes, places[gardees], grouper(pieces.numeros[gardees]))


def _numeroter(lignes: pd.DataFrame, places: Entiers, lettres: Groupement) -> pd.DataFrame:
    """RELANCE : un numéro par lettre de ces lignes, vide ailleurs."""
    relances = np.full(len(lignes), "", dtype=object)
    relances[places] = np.array([str(numero) for numero in range(len(lettres))], dtype=object)[lettres.numeros]
    return lignes.assign(**{c.RELANCE: textes(relances)})
