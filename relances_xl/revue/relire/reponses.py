"""Relire l'onglet « À appeler » : ce que les clients ont répondu, pour l'onglet « Suivi » (contrat §6)."""

from collections.abc import Iterable

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.feuilles import FeuilleAuFil
from relances_xl.domaine.parametres import NatureSuivi
from relances_xl.revue import schema as o
from relances_xl.revue.relire.tableau_relu import retrouver

_SAISIES = (o.REPONSE, c.JUSQUAU, c.MONTANT, c.COMMENTAIRE)
_DATEES = (NatureSuivi.PROMESSE.value, NatureSuivi.ECHEANCIER.value)
COLONNES = [c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.NATURE_SUIVI, c.JUSQUAU, c.MONTANT, c.COMMENTAIRE]


def relire_reponses(feuilles: Iterable[FeuilleAuFil], fichier: str) -> pd.DataFrame:
    """Les réponses notées, une ligne par réponse, dans l'ordre de l'onglet : COLONNES.

    nature : une `NatureSuivi` ; jusquau : date, NaT si vide ; montant : Int64 en unités minimales, NA si vide.
    Une revue sans onglet « À appeler » (0.1.0) n'en a aucune. Lève une `ErreurUtilisateur` avec toutes les fautes : code
    manquant, réponse inconnue, date ou montant illisibles, promesse ou versement sans date, saisie sans réponse.
    """
    feuille = next((f for f in feuilles if cle(f.nom) == cle(o.A_APPELER)), None)
    if feuille is None:
        return _declarer(pd.DataFrame(columns=COLONNES))
    tableau = retrouver((feuille,), fichier, o.A_APPELER, o.COLONNES_A_APPELER, ())
    if isinstance(tableau, list):
        raise ErreurUtilisateur(tableau)
    table, fautes = tableau.table, list[Faute]()
    for champ in _SAISIES:
        fautes += [tableau.faute(i, champ, f.message, f.remede) for i, f in tableau.illisibles[champ].items()]
    illisibles = {i for champ in _SAISIES for i in tableau.illisibles[champ]}
    saisies = table[(table[[o.REPONSE, c.COMMENTAIRE]] != "").any(axis=1) | table[c.JUSQUAU].notna() | (table[c.MONTANT] != 0)]
    for i in saisies.index:
        if not table.loc[i, c.CODE_CLIENT]:
            fautes.append(tableau.faute(i, c.CODE_CLIENT, "le code du client manque", "remettez le code du client qui a répondu"))
        if not table.loc[i, o.REPONSE] and i not in illisibles:
            fautes.append(tableau.faute(i, o.REPONSE, "la réponse manque", "choisissez " + ", ".join(o.REPONSES)))
        if table.loc[i, o.REPONSE] in _DATEES and pd.isna(table.loc[i, c.JUSQUAU]) and i not in illisibles:
            fautes.append(tableau.faute(i, c.JUSQUAU, f"{table.loc[i, o.REPONSE]} sans date", "écrivez le jour promis, JJ/MM/AAAA"))
    refuser_si(fautes)
    return _declarer(saisies.rename(columns={o.REPONSE: c.NATURE_SUIVI}))


def _declarer(table: pd.DataFrame) -> pd.DataFrame:
    textes = dict.fromkeys((c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.NATURE_SUIVI, c.COMMENTAIRE), "str")
    declaree = table[COLONNES].astype({**textes, c.JUSQUAU: "datetime64[s]", c.MONTANT: "Int64"})
    declaree[c.DEVISE] = declaree[c.DEVISE].mask(declaree[c.DEVISE] == "", "EUR")
    declaree[c.MONTANT] = declaree[c.MONTANT].mask(declaree[c.MONTANT] == 0)
    return declaree.reset_index(drop=True)
