"""Les autres classeurs de l'outil : des tables telles quelles, au même habit que la revue (compte rendu, journal, champs)."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from relances_xl.domaine import colonnes as c
from relances_xl.revue.colonnes import Colonne, Genre
from relances_xl.revue.mise_en_forme import Styles
from relances_xl.revue.tableau import ecrire_tableau, nouveau_classeur

_LARGEUR_MAX = 60

COLONNES_JOURNAL: tuple[Colonne, ...] = (
    Colonne("Relance", c.RELANCE, Genre.CODE, 18),
    Colonne("Lot", c.LOT, Genre.CODE, 14),
    Colonne("Date", c.DATE, Genre.DATE, 12),
    Colonne("Code client", c.CODE_CLIENT, Genre.CODE, 14),
    Colonne("Devise", c.DEVISE, Genre.CODE, 9),
    Colonne("Niveau", c.NIVEAU, Genre.NIVEAU, 9),
    Colonne("Réédition", c.REEDITION, Genre.TEXTE, 11),
    Colonne("Sortie", c.SORTIE, Genre.TEXTE, 14),
    Colonne("Statut", c.STATUT, Genre.TEXTE, 14),
    Colonne("Montant", c.MONTANT, Genre.MONTANT, 15),
    Colonne("Échéances", c.NB_ECHEANCES, Genre.ENTIER, 11),
    Colonne("Fichier", "fichier", Genre.LONG, 44),
)


def ecrire_journal(chemin: Path, journal: pd.DataFrame) -> None:
    """Écrit l'export du journal, onglet « Historique », une ligne par relance (contrat §7).

    journal : les `champ` de COLONNES_JOURNAL ; montant en unités minimales, reedition booléenne.
    """
    table = journal.assign(**{c.REEDITION: journal[c.REEDITION].map({True: "Oui", False: "Non"}).astype("str")})
    with nouveau_classeur(chemin) as classeur:
        ecrire_tableau(classeur, Styles(classeur), "Historique", "Historique", COLONNES_JOURNAL, table, figees=1)


def ecrire_tableaux(chemin: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Écrit un onglet par table, en-têtes tels quels : textes, entiers et dates d'après le type des colonnes."""
    with nouveau_classeur(chemin) as classeur:
        styles = Styles(classeur)
        for rang, (onglet, table) in enumerate(tables.items(), start=1):
            colonnes = [_colonne(str(nom), table[nom]) for nom in table]
            ecrire_tableau(classeur, styles, onglet, f"Tableau{rang}", colonnes, table, figees=1)


def _colonne(nom: str, valeurs: pd.Series) -> Colonne:
    if pd.api.types.is_datetime64_any_dtype(valeurs):
        return Colonne(nom, nom, Genre.DATE, 12)
    if pd.api.types.is_integer_dtype(valeurs):
        return Colonne(nom, nom, Genre.ENTIER, max(10, len(nom) + 4))
    return Colonne(nom, nom, Genre.LONG, _LARGEUR_MAX)
