"""Ce que la liste a besoin de savoir du journal : tout ce qui décide, et de quoi montrer, sans relire tout le passé."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.historique import Historique

CAMPAGNES = 12
"""Au-delà, seuls le passé des pièces que l'export porte encore et les douze dernières campagnes sont lus."""


class Passe(NamedTuple):
    """Le passé utile à une liste.

    journal : les relances comptées des pièces de l'export, toutes, et celles des dernières campagnes ; recent : ces
    campagnes seules, dont « Tableau de bord » montre l'effet ; comptes : combien de relances chaque compte a reçues, et
    quand la dernière (`Historique.comptes`) ; lots : tous ceux du journal ; sortis : ceux dont une relance compte.
    """

    journal: pd.DataFrame
    recent: pd.DataFrame
    comptes: pd.DataFrame
    lots: list[str]
    sortis: frozenset[str]


def passe_utile(historique: Historique, lignes: pd.DataFrame) -> Passe:
    """Le passé utile à la liste de ces lignes d'export."""
    lots = historique.lots()
    sortis = _sortis(lots)
    if len(sortis) <= CAMPAGNES:
        journal = recent = historique.journal()
    else:
        recents = sortis[-CAMPAGNES:]
        recent = historique.journal_des_lots(recents)
        ancien = historique.journal_des_pieces(*_ouvertes(lignes), sauf_lots=recents)
        journal = pd.concat([ancien, recent], ignore_index=True) if len(ancien) else recent
    relances = lignes if sortis else lignes[:0]
    comptes = historique.comptes(relances[c.CODE_CLIENT].tolist(), relances[c.DEVISE].tolist())
    return Passe(journal, recent, comptes, list(lots), frozenset(sortis))


def passe_des_pieces(historique: Historique, lignes: pd.DataFrame, sauf: Iterable[str], *, en_entier: bool = True) -> pd.DataFrame:
    """Les relances comptées dont dépend le sort de ces lignes d'export, sauf celles-ci.

    en_entier : tout le journal s'il est court ; faux pour qui le demande plusieurs fois.
    """
    if en_entier and len(_sortis(historique.lots())) <= CAMPAGNES:
        return historique.journal(sauf)
    return historique.journal_des_pieces(*_ouvertes(lignes), sauf)


def _sortis(lots: dict[str, bool]) -> list[str]:
    return [lot for lot, compte in lots.items() if compte]


def _ouvertes(lignes: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Code client et pièce de ce qui est encore dû."""
    ouvertes = lignes.loc[lignes[c.RESTE_DU] > 0, [c.CODE_CLIENT, c.PIECE]]
    return ouvertes[c.CODE_CLIENT].tolist(), ouvertes[c.PIECE].tolist()
