"""Les paiements rejetés d'un FEC : dus à leur date, ou à l'échéance de la pièce qu'ils rouvrent (contrat §3, « FEC »)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, sans_accents

_JOURNAL = re.compile(r"(bq|bnq|bqe|bque|banq|bank|bk|ca$|cai|caisse|cs$|ccp|tr$|treso|rg$|rgl|regl|enc)")
_LIBELLE = re.compile(r"\b(banques?|banc\w*|tresorerie|caisses?|ccp|bank|cash|encaissements?|reglements?)\b")
_IMPAYE = re.compile(r"\b(impayee?s?|rejet\w*|represent\w*)\b")
_TRESORERIE = ("512", "514", "515", "516", "517", "53")  # plan comptable général
_VENTES = "70"
_PART = 0.1  # des écritures d'un journal au compte de trésorerie, pour qu'il soit de banque
_FRAIS = re.compile(r"\b(frais|commissions?|agios|penalites?|interets?|fees?|charges?)\b")
_MOT = re.compile(r"[^\s,;()]+")


@dataclass(frozen=True, slots=True)
class Journaux:
    """Les codes des journaux que leurs comptes disent de banque, et de ceux où l'on vend."""

    banques: frozenset[str]
    ventes: frozenset[str]


def roles_des_journaux(codes: Sequence[str], comptes: Sequence[str]) -> Journaux:
    """Ce que les comptes mouvementés disent de chaque journal ; une ligne du FEC par code et par compte."""
    tresorerie, ventes, lignes = Counter[str](), set[str](), Counter[str]()
    for (code, compte), nombre in Counter(zip(codes, comptes, strict=True)).items():
        lignes[code] += nombre
        if compte.startswith(_TRESORERIE):
            tresorerie[code] += nombre
        elif compte.startswith(_VENTES):
            ventes.add(code)
    banques = {code for code, nombre in tresorerie.items() if nombre >= _PART * lignes[code]} - ventes
    return Journaux(frozenset(banques), frozenset(ventes))


def est_de_banque(journal: pd.Series, nom: pd.Series, libelle: pd.Series, journaux: Journaux) -> pd.Series:
    """Les écritures d'un journal de banque ou de trésorerie (son code, son nom ou ses comptes le disent), ou dites impayées."""
    paires = pd.Series(list(zip(journal, nom, strict=True)), index=journal.index, dtype="object")
    connues = {(code, dit): code in journaux.banques or _banque(code, dit) for code, dit in set(paires)}
    impayes = {texte for texte in set(libelle) if _IMPAYE.search(sans_accents(texte).casefold())}
    return paires.map(connues).astype("bool") | (libelle.isin(impayes) & ~journal.isin(journaux.ventes))


def _banque(code: str, nom: str) -> bool:
    nu = sans_accents(nom).casefold()
    return _LIBELLE.search(nu) is not None or (_JOURNAL.match(cle(code)) is not None and not re.search(r"\b(achat|vente)", nu))


def rattacher_les_impayes(table: pd.DataFrame, banque: pd.Series, libelle: pd.Series) -> pd.DataFrame:
    """Un débit de banque dont le libellé nomme une pièce du client prend sa pièce, son échéance et sa clé.

    banque : les débits de banque ; les frais de rejet gardent leur pièce et leur date. Ne regarde que les lignes ouvertes.
    """
    ouverts = table.index[banque & (table[c.RESTE_DU] > 0) & ~_dit_des_frais(libelle)]
    if ouverts.empty:
        return table
    factures = table[~banque & (table[c.MONTANT] > 0).fillna(False) & table[c.CODE_CLIENT].isin(table.loc[ouverts, c.CODE_CLIENT])]
    connues = {(code, cle(piece)): i for i, code, piece in zip(factures.index, factures[c.CODE_CLIENT], factures[c.PIECE], strict=True)}
    rattaches = {}
    for i in ouverts:
        code = table.at[i, c.CODE_CLIENT]
        nommees = {connues[code, mot] for mot in map(cle, _MOT.findall(libelle[i])) if mot and (code, mot) in connues}
        if len(nommees) == 1:
            rattaches[i] = nommees.pop()
    if not rattaches:
        return table
    table = table.copy()
    for champ in (c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.DATE_CLE):
        table.loc[list(rattaches), champ] = table.loc[list(rattaches.values()), champ].to_numpy()
    return table


def _dit_des_frais(libelle: pd.Series) -> pd.Series:
    return libelle.map({texte: _FRAIS.search(sans_accents(texte).casefold()) is not None for texte in libelle.unique()}).astype("bool")
