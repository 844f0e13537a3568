"""Consulter et exporter le journal."""

from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.selection import normaliser
from relances_xl.dossier import Dossier
from relances_xl.fichiers.ecriture_sure import ecriture
from relances_xl.historique import Historique
from relances_xl.revue.ecrire.autres_classeurs import ecrire_journal


def relever(dossier: Dossier, client: str | None) -> pd.DataFrame:
    """Le journal, une ligne par relance (colonnes de `Historique.releve`) ; d'un client, à la casse près, ou entier."""
    dossier.exiger()
    with Historique.consulter(dossier.historique) as historique:
        table = historique.releve()
    if client is None:
        return table
    return table[table[c.CODE_CLIENT].map(normaliser) == normaliser(client)].reset_index(drop=True)


def exporter(table: pd.DataFrame, chemin: Path) -> None:
    """Écrit le journal dans un classeur."""
    with ecriture(chemin) as provisoire:
        ecrire_journal(provisoire, table)
