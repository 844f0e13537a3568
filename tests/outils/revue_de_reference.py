"""La revue de référence : tout ce qu'on en voit, en texte, pour lire d'un coup d'œil ce qu'un changement déplace.

    python tests/outils/revue_de_reference.py

la renouvelle ; relisez sa différence avant de la garder.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import fabrique_revue
import openpyxl

from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue

REFERENCE = Path(__file__).parents[1] / "revue" / "revue-de-reference.txt"


def decrire() -> str:
    """Six relances en deux devises, tous les onglets."""
    contenu = fabrique_revue.contenu(nb_clients=6, devises=("EUR", "USD"), exclues=6)
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "revue.xlsx"
        ecrire_revue(chemin, replace(contenu, banque=fabrique_revue.banque(contenu.relances)))
        classeur = openpyxl.load_workbook(chemin)
        return "\n".join(ligne for feuille in classeur for ligne in _onglet(feuille)) + "\n"


def _onglet(feuille: Any) -> Iterator[str]:
    yield f"=== {feuille.title}"
    yield f"volets {feuille.freeze_panes} ; imprimé {feuille.print_area or 'tout'} ; graphiques {len(feuille._charts)}"
    for tableau in feuille.tables.values():
        yield f"tableau {tableau.displayName} {tableau.ref}"
    for validation in feuille.data_validations.dataValidation:
        choix = str(validation.formula1 or "libre")
        yield f"saisie {validation.sqref} {choix} | {str(validation.prompt).splitlines()[0]}"
    for zone, regles in feuille.conditional_formatting._cf_rules.items():
        yield f"couleurs {zone.sqref} {' ; '.join(str(regle.formula[0]) for regle in regles)}"
    colonnes = [feuille.column_dimensions[cellule.column_letter] for cellule in feuille[1]]
    yield "largeurs " + " ".join(f"{colonne.width:.0f}{'(masquée)' if colonne.hidden else ''}" for colonne in colonnes)
    for ligne in feuille.iter_rows():
        yield " | ".join(_ecrire(cellule.value) for cellule in ligne)


def _ecrire(valeur: object) -> str:
    if isinstance(valeur, datetime):
        return f"{valeur:%d/%m/%Y}"
    return "" if valeur is None else str(valeur).replace("\n", " ⏎ ")


if __name__ == "__main__":
    REFERENCE.write_text(decrire(), encoding="utf-8")
    print(f"{REFERENCE} renouvelée")
