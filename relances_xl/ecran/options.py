"""Ce que plusieurs commandes partagent : leurs options, leurs sortes d'arguments, l'heure."""

from datetime import date, datetime
from pathlib import Path

import click

from relances_xl.ecran.francais import parler_francais

parler_francais()  # avant les décorateurs : click traduit certaines phrases dès la déclaration

DOSSIER = click.Path(file_okay=False, path_type=Path)
FICHIER = click.Path(dir_okay=False, path_type=Path)

dossier_ici = click.argument("dossier", type=DOSSIER, default=".", metavar="[DOSSIER]", help="Le dossier de relance (celui-ci par défaut).")
silencieux = click.option("--silencieux", is_flag=True, help="Ne montre que les résultats et les erreurs.")
ouvrir = click.option("--ouvrir", is_flag=True, help="Ouvre le résultat, comme le ferait un double-clic.")
json = click.option("--json", "en_json", is_flag=True, help="Écrit le résultat en JSON sur la sortie standard.")


def maintenant() -> datetime:
    """La seule horloge du programme."""
    return datetime.now().astimezone()


def aujourdhui() -> date:
    return maintenant().date()
