"""Relire les dépôts en recommandé notés dans un compte rendu : le numéro et le jour, en face de chaque relance."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import FeuilleAuFil
from relances_xl.revue import schema as o
from relances_xl.revue.relire.tableau_relu import TableauRelu, retrouver

COLONNES = [c.RELANCE, c.NUMERO_DE_DEPOT, c.DATE_DE_DEPOT]


def relire_depots(feuilles: Iterable[FeuilleAuFil], fichier: str, aujourdhui: date) -> tuple[pd.DataFrame, list[Faute]]:
    """(une ligne par dépôt noté : COLONNES ; ce qui s'y lit mal, avec sa cellule). Un compte rendu sans ces colonnes n'en a aucun.

    Une saisie incomplète (date NaT, numéro vide) est rendue telle quelle : à l'appelant de ne pas la tenir pour un dépôt.
    """
    tableau = retrouver(feuilles, fichier, o.RELANCES, o.COLONNES_DES_RELANCES, (c.RELANCE,))
    if isinstance(tableau, list):
        return pd.DataFrame(columns=COLONNES), tableau
    table = tableau.table[COLONNES]
    illisibles = {i for champ in (c.NUMERO_DE_DEPOT, c.DATE_DE_DEPOT) for i in tableau.illisibles[champ]}
    notes = table[(table[c.NUMERO_DE_DEPOT] != "") | table[c.DATE_DE_DEPOT].notna() | table.index.isin(illisibles)]
    fautes = [faute for i in notes.index for faute in _fautes(tableau, int(i), aujourdhui)]
    return notes.reset_index(drop=True), fautes


def _fautes(tableau: TableauRelu, i: int, aujourdhui: date) -> Iterable[Faute]:
    numero, jour = str(tableau.table[c.NUMERO_DE_DEPOT].iloc[i]), tableau.table[c.DATE_DE_DEPOT].iloc[i]
    illisibles = [(champ, dits[i]) for champ in (c.NUMERO_DE_DEPOT, c.DATE_DE_DEPOT) if i in (dits := tableau.illisibles[champ])]
    if illisibles:
        yield from (tableau.faute(i, champ, illisible.message, illisible.remede) for champ, illisible in illisibles)
        return
    if pd.isna(jour):
        yield tableau.faute(i, c.NUMERO_DE_DEPOT, "ce dépôt n'a pas de date", "écrivez le jour du dépôt, JJ/MM/AAAA, à côté")
    elif jour.date() > aujourdhui:
        yield tableau.faute(
            i, c.DATE_DE_DEPOT, f"le {ecrire_date(jour.date())} n'est pas encore passé", "écrivez le jour où la lettre a été déposée"
        )
    if not numero:
        yield tableau.faute(i, c.DATE_DE_DEPOT, "ce dépôt n'a pas de numéro", "écrivez le numéro du recommandé à côté")
