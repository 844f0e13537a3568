"""Consulter et exporter le journal. Rien de lourd ne se charge avant qu'il y ait quelque chose à montrer."""

from pathlib import Path
from typing import TYPE_CHECKING

from relances_xl.dossier import Dossier

if TYPE_CHECKING:
    import pandas as pd


def est_neuf(dossier: Dossier) -> bool:
    """Rien n'a jamais été noté au journal : il n'y a rien à relever, ni à charger pour cela."""
    dossier.exiger()
    journal = dossier.historique
    return not journal.is_file() or not journal.stat().st_size


def relever(dossier: Dossier, client: str | None) -> "pd.DataFrame":
    """Le journal, une ligne par relance (colonnes de `Historique.releve`) ; d'un client, à la casse près, ou entier."""
    from relances_xl.domaine import tables as c
    from relances_xl.domaine.selection import normaliser
    from relances_xl.historique import Historique

    dossier.exiger()
    with Historique.consulter(dossier.historique) as historique:
        table = historique.releve()
    if client is None:
        return table
    return table[table[c.CODE_CLIENT].map(normaliser) == normaliser(client)].reset_index(drop=True)


def exporter(table: "pd.DataFrame", chemin: Path) -> None:
    """Écrit le journal dans un classeur."""
    from relances_xl.fichiers.ecriture_sure import ecriture
    from relances_xl.revue.ecrire.autres_classeurs import ecrire_journal

    with ecriture(chemin) as provisoire:
        ecrire_journal(provisoire, table)
