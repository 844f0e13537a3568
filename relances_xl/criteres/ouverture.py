"""Ouvrir `criteres.xlsx` : ses onglets en `Feuille`, ou une seule phrase qui dit pourquoi c'est impossible."""

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.criteres.onglets import COMMENCER
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, Feuille, Formule, Valeur
from relances_xl.fichiers.enveloppe import OLE, demesuree

_ODS = "mimetype"
CELLULES_MAX = 2_000_000  # par onglet, celles d'entre elles qui sont vides comprises : cent mille clients en font quatre cent mille


def lire_onglets(chemin: Path) -> list[Feuille]:
    """Les onglets du classeur, dans l'ordre, sauf « Commencer ici », qui ne dit rien que les autres ne disent.

    Un nombre au format % devient un texte (« 12,15 % »), pour que la `Feuille` dise tout ; une formule rend son
    résultat enregistré, ou une `Formule` si le classeur n'en garde pas. Classeur inutilisable : `ErreurUtilisateur`.
    """
    verifier(chemin)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ce qu'openpyxl ne sait pas garder ne nous manque pas : on ne fait que lire
            formules = load_workbook(chemin)
            lus = [onglet for onglet in formules.worksheets if cle(onglet.title) != cle(COMMENCER)]
            resultats = load_workbook(chemin, data_only=True) if _a_des_formules(lus) else formules
    except PermissionError as refus:
        raise _refus(chemin, "l'accès est refusé", "fermez le classeur s'il est ouvert dans Excel") from refus
    except Exception as erreur:  # openpyxl lève de tout devant un classeur abîmé
        raise abime(chemin) from erreur
    return [Feuille(formule.title, _lignes(chemin, formule, resultats[formule.title]), formule.sheet_state == "visible") for formule in lus]


def verifier(chemin: Path) -> None:
    """Refuse un chemin qui ne mène pas à un classeur .xlsx : absent, vide, chiffré, d'un autre format."""
    if not chemin.is_file():
        remede = "c'est un dossier" if chemin.is_dir() else "créez le dossier de relance par « relances-xl nouveau »"
        raise _refus(chemin, "le classeur de critères est introuvable", remede)
    try:
        with chemin.open("rb") as fichier:
            debut = fichier.read(8)
    except PermissionError as refus:
        raise _refus(chemin, "l'accès est refusé", "fermez le classeur s'il est ouvert dans Excel") from refus
    if not debut:
        raise _refus(chemin, "le fichier est vide", "reprenez la copie criteres.xlsx.bak, ou recréez-le par « relances-xl nouveau »")
    if debut == OLE:
        raise _refus(
            chemin,
            "le classeur est protégé par un mot de passe, ou à l'ancien format .xls",
            "ôtez le mot de passe (Fichier, Informations), et enregistrez-le au format .xlsx",
        )
    if not zipfile.is_zipfile(chemin):
        raise abime(chemin)
    with zipfile.ZipFile(chemin) as archive:
        noms = archive.namelist()
        if demesuree(archive):
            raise _refus(chemin, "une fois décompressé, le classeur est démesuré", "reprenez la copie criteres.xlsx.bak")
    if _ODS in noms or "[Content_Types].xml" not in noms:
        raise _refus(chemin, "ce n'est pas un classeur Excel", "enregistrez-le au format .xlsx")


def _refus(chemin: Path, message: str, remede: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(Faute(message, remede, chemin.name))


def abime(chemin: Path) -> ErreurUtilisateur:
    """L'erreur d'un classeur dont le contenu ne se lit pas."""
    return _refus(
        chemin, "le classeur est illisible ou abîmé", "ouvrez-le dans Excel pour le réparer, ou reprenez la copie criteres.xlsx.bak"
    )


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
