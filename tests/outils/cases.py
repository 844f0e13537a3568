"""Où est chaque critère dans l'onglet « Critères » livré."""

import tempfile
from functools import lru_cache
from pathlib import Path

import openpyxl

from relances_xl.criteres.creation import creer_criteres
from relances_xl.domaine.criteres import CRITERES


@lru_cache(maxsize=1)
def _rangs() -> dict[str, int]:
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "criteres.xlsx"
        creer_criteres(chemin, exemple=False)
        feuille = openpyxl.load_workbook(chemin)["Critères"]
        rangs = {str(ligne[0].value): rangee for rangee, ligne in enumerate(feuille.iter_rows(min_row=2, max_col=1), start=2)}
    return {critere.champ: rangs[critere.libelle] for critere in CRITERES} | {
        critere.libelle: rangs[critere.libelle] for critere in CRITERES
    }


def rang(critere: str) -> int:
    """La rangée d'un critère, par son champ ou son libellé."""
    return _rangs()[critere]


def case(critere: str) -> str:
    """La cellule de sa valeur : « B10 »."""
    return f"B{rang(critere)}"


def derniere() -> int:
    """La dernière rangée de l'onglet."""
    return max(_rangs().values())
