"""Dans le processus enfant (`fichiers.enfant`) : les onglets de `criteres.xlsx`, lus par openpyxl, en `Feuille`.

Rien n'y mène à pandas : l'enfant, qui l'importerait à chaque commande, lit en moitié moins de temps.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.criteres.ouverture import COMMENCER, abime, refuse
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, Feuille, Formule, Valeur

CELLULES_MAX = 2_000_000  # par onglet, celles d'entre elles qui sont vides comprises : cent mille clients en font quatre cent mille


def onglets(chemin: Path) -> Iterator[Feuille]:
    """Voir `ouverture.lire_onglets`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ce qu'openpyxl ne sait pas garder ne nous manque pas : on ne fait que lire
            formules = load_workbook(chemin)
            lus = [onglet for onglet in formules.worksheets if cle(onglet.title) != cle(COMMENCER)]
            resultats = load_workbook(chemin, data_only=True) if _a_des_formules(lus) else formules
    except PermissionError as erreur:
        raise refuse(chemin, "l'accès est refusé", "fermez le classeur s'il est ouvert dans Excel") from erreur
    except MemoryError:
        raise
    except Exception as erreur:  # openpyxl lève de tout devant un classeur abîmé
        raise abime(chemin) from erreur
    for formule in lus:
        yield Feuille(formule.title, _lignes(chemin, formule, resultats[formule.title]), formule.sheet_state == "visible")


def _a_des_formules(onglets: Iterable[Worksheet]) -> bool:
    return any(cellule.data_type == "f" for onglet in onglets for cellule in _remplies(onglet))


def _remplies(onglet: Worksheet) -> Iterator[Cell]:
    """Les cellules qui portent quelque chose. `iter_rows`, lui, créerait toutes celles d'avant la dernière mise en forme."""
    return (cellule for cellule in onglet._cells.values() if cellule.value is not None)


def _lignes(chemin: Path, formules: Worksheet, resultats: Worksheet) -> list[list[Valeur]]:
    """Les cellules, de A1 à la dernière ligne et à la dernière colonne remplies."""
    remplies = list(_remplies(formules))
    if not remplies:
        return []
    hauteur, largeur = max(cellule.row for cellule in remplies), max(cellule.column for cellule in remplies)
    if hauteur * largeur > CELLULES_MAX:
        loin = max(remplies, key=lambda cellule: cellule.row * cellule.column).coordinate
        raise ErreurUtilisateur(
            Faute("cette cellule est bien loin des autres", "effacez-la et enregistrez", chemin.name, formules.title, loin)
        )
    return [
        [_valeur(f, r) for f, r in zip(rangee, resultat, strict=True)]  # type: ignore[arg-type]
        for rangee, resultat in zip(
            formules.iter_rows(max_row=hauteur, max_col=largeur),
            resultats.iter_rows(max_row=hauteur, max_col=largeur),
            strict=True,
        )
    ]


def _valeur(formule: Cell, resultat: Cell) -> Valeur:
    valeur = resultat.value
    if formule.data_type == "f" and valeur is None:
        return Formule(str(getattr(formule.value, "text", formule.value)))
    if resultat.data_type == "e":
        return CelluleErreur(str(valeur))
    if isinstance(valeur, datetime) and valeur.time() == time():
        return valeur.date()
    if isinstance(valeur, bool | date | time):
        return valeur
    if isinstance(valeur, int | float):
        if _en_pourcentage(resultat.number_format):
            points = Decimal(f"{valeur:.15g}") * 100
            return f"{points.normalize():f} %".replace(".", ",")
        return int(valeur) if float(valeur).is_integer() else valeur
    return None if valeur is None else str(valeur)


def _en_pourcentage(format_nombre: str) -> bool:
    """Le format multiplie-t-il par cent ? Un % entre guillemets ou échappé n'est qu'un ornement."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", format_nombre)
