"""Les autres classeurs de l'outil : des tables telles quelles, au même habit que la revue (journal, champs)."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.tableau import ecrire_tableau, nouveau_classeur
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

_LARGEUR_MAX = 60

COLONNES_JOURNAL: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Relance", c.RELANCE, GenreDeColonne.CODE, 18),
    ColonneDeRevue("Lot", c.LOT, GenreDeColonne.CODE, 14),
    ColonneDeRevue("Date", c.DATE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Code client", c.CODE_CLIENT, GenreDeColonne.CODE, 14),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, GenreDeColonne.LONG, 30),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 9),
    ColonneDeRevue("Niveau", c.NIVEAU, GenreDeColonne.NIVEAU, 9),
    ColonneDeRevue("Réédition", c.REEDITION, GenreDeColonne.TEXTE, 11),
    ColonneDeRevue("Sortie", c.SORTIE, GenreDeColonne.TEXTE, 14),
    ColonneDeRevue("Statut", c.STATUT, GenreDeColonne.TEXTE, 14),
    ColonneDeRevue("Montant", c.MONTANT, GenreDeColonne.MONTANT, 15),
    ColonneDeRevue("Échéances", c.NB_ECHEANCES, GenreDeColonne.ENTIER, 11),
    ColonneDeRevue("Fichier", c.FICHIER, GenreDeColonne.LONG, 44),
)
_DEPOTS = (
    ColonneDeRevue("N° de dépôt", c.NUMERO_DE_DEPOT, GenreDeColonne.CODE, 22),
    ColonneDeRevue("Déposée le", c.DATE_DE_DEPOT, GenreDeColonne.DATE, 12),
)
"""Ajoutées dès qu'une relance a été déposée en recommandé."""


def ecrire_journal(chemin: Path, journal: pd.DataFrame) -> None:
    """Écrit l'export du journal, onglet « Historique », une ligne par relance (contrat §7).

    journal : les `champ` de COLONNES_JOURNAL et du dépôt ; montant en unités minimales, reedition booléenne.
    """
    table = journal.assign(**{c.REEDITION: journal[c.REEDITION].map({True: "Oui", False: "Non"}).astype("str")})
    colonnes = (*COLONNES_JOURNAL, *(_DEPOTS if (journal[c.NUMERO_DE_DEPOT] != "").any() else ()))
    with nouveau_classeur(chemin) as classeur:
        ecrire_tableau(classeur, Styles(classeur), "Historique", "Historique", colonnes, table, figees=1)


def ecrire_tableaux(chemin: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Écrit un onglet par table, en-têtes tels quels : textes, entiers et dates d'après le type des colonnes."""
    with nouveau_classeur(chemin) as classeur:
        styles = Styles(classeur)
        for rang, (onglet, table) in enumerate(tables.items(), start=1):
            colonnes = [_colonne(str(nom), table[nom]) for nom in table]
            ecrire_tableau(classeur, styles, onglet, f"Tableau{rang}", colonnes, table, figees=1)


def _colonne(nom: str, valeurs: pd.Series) -> ColonneDeRevue:
    if pd.api.types.is_datetime64_any_dtype(valeurs):
        return ColonneDeRevue(nom, nom, GenreDeColonne.DATE, 12)
    if pd.api.types.is_integer_dtype(valeurs):
        return ColonneDeRevue(nom, nom, GenreDeColonne.ENTIER, max(10, len(nom) + 4))
    return ColonneDeRevue(nom, nom, GenreDeColonne.LONG, _LARGEUR_MAX)
