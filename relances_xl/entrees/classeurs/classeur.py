"""Lire un classeur, quel qu'en soit le format, en cellules sûres : ce que le fichier contient, ou un refus clair.

python-calamine lit les valeurs ; ce qu'il ne distingue pas (erreurs, formules sans résultat) est repris par le module
`cellules_*` du format. Le format se reconnaît au contenu : un .csv nommé .xls se lit comme du texte.
"""

import gc
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import python_calamine as calamine

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import Feuille, Valeur
from relances_xl.entrees.classeurs import csv as texte
from relances_xl.entrees.classeurs import ods as cellules_ods
from relances_xl.entrees.classeurs import xls as cellules_xls
from relances_xl.entrees.classeurs import xlsb as cellules_xlsb
from relances_xl.entrees.classeurs import xlsx as cellules_xlsx
from relances_xl.entrees.classeurs.formats import Format, reconnaitre
from relances_xl.entrees.classeurs.paquet_tableur import parties_des_onglets
from relances_xl.entrees.classeurs.xls import Examen

CELLULES_MAX = 20_000_000
"""Au-delà, la feuille ne tiendrait pas en mémoire : elle est refusée avant d'être lue."""


@dataclass(frozen=True, slots=True)
class Onglet:
    """Un onglet que l'on va lire une fois. lignes : cellules brutes (nombres en flottants, vide = "" ou None)."""

    nom: str
    format: Format
    lignes: Iterator[Sequence[Valeur]]


def lire_classeur(chemin: Path, garder: Callable[[str], bool] = lambda nom: True) -> list[Feuille]:
    """Tous les onglets d'un classeur (ou ceux que `garder` retient), dans l'ordre ; un CSV est un seul onglet de textes.

    Erreurs (ErreurUtilisateur) : fichier absent, vide, protégé par un mot de passe, abîmé, d'un format non lu,
    démesuré.
    """
    format = reconnaitre(chemin)
    if format.forme:
        return [Feuille(chemin.stem, [[*ligne] for ligne in texte.lire_lignes(chemin, format.forme)])]
    with _Classeur(chemin, format) as classeur:
        return [Feuille(meta.name, _typer(classeur.cellules(meta.name)), _visible(meta)) for meta in classeur.onglets if garder(meta.name)]


def premier_onglet(chemin: Path) -> Onglet:
    """Le premier onglet visible et non vide : celui d'un export (contrat §3)."""
    format = reconnaitre(chemin)
    if format.forme:
        return Onglet("", format, texte.lire_lignes(chemin, format.forme))
    with _Classeur(chemin, format) as classeur:
        for meta in classeur.onglets:
            if not _visible(meta):
                continue
            lignes = classeur.cellules(meta.name)
            if any(valeur not in ("", None) for ligne in lignes for valeur in ligne):
                return Onglet(meta.name, format, iter(lignes))
    raise ErreurUtilisateur(Faute("aucun onglet visible ne contient de données", "vérifiez que c'est le bon fichier", chemin.name))


def _visible(meta: calamine.SheetMetadata) -> bool:
    return meta.visible == calamine.SheetVisibleEnum.Visible


class _Classeur:
    """Un classeur ouvert : calamine pour les valeurs, l'archive pour ce qu'il ne voit pas."""

    def __init__(self, chemin: Path, format: Format) -> None:
        self.chemin, self.format = chemin, format

    def __enter__(self) -> "_Classeur":
        self.octets = self.chemin.read_bytes()
        self.examens = cellules_xls.examiner(self.octets) if self.format.nom == "xls" else []
        for examen in self.examens:
            self._limiter("", examen.lignes, examen.colonnes)
        self.classeur: calamine.CalamineWorkbook = self._appeler(self._ouvrir)
        self.archive = zipfile.ZipFile(io.BytesIO(self.octets)) if self.format.nom != "xls" else None
        self.parties: dict[str, str] = {}
        if self.archive and self.format.nom != "ods":
            self.parties = self._appeler(partial(parties_des_onglets, self.archive))
        feuilles = (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.MacroSheet)
        self.onglets = [meta for meta in self.classeur.sheets_metadata if meta.typ in feuilles]
        return self

    def _ouvrir(self) -> calamine.CalamineWorkbook:
        """Le format se devine au contenu ; si tout échoue, l'ouverture par le nom dit mieux ce qui ne va pas."""
        if "EncryptedPackage".encode("utf-16-le") in self.octets:
            raise calamine.PasswordError
        try:
            return calamine.load_workbook(io.BytesIO(self.octets))
        except calamine.CalamineError:
            return calamine.load_workbook(str(self.chemin))

    def __exit__(self, *erreur: object) -> None:
        self.classeur.close()

    def cellules(self, nom: str) -> list[list[Valeur]]:
        """Les cellules brutes d'un onglet, première ligne et première colonne du fichier comprises."""
        if self.archive and self.format.nom == "xlsb":
            return self._cellules_xlsb(self.archive, nom)
        if self.archive and nom in self.parties:
            self._limiter(nom, *self._appeler(partial(cellules_xlsx.etendue, self.archive, self.parties[nom])))
        # calamine travaille sans verrou Python : les deux lectures se recouvrent
        with ThreadPoolExecutor(1) as fil:
            a_reprendre = fil.submit(self._speciales, nom)
            lignes = self._valeurs(nom)
            _poser(lignes, self._appeler(a_reprendre.result))
        return lignes

    def _cellules_xlsb(self, archive: zipfile.ZipFile, nom: str) -> list[list[Valeur]]:
        examen = Examen()
        if nom in self.parties:
            examen = cellules_xlsb.examiner(self._appeler(partial(archive.read, self.parties[nom])))
        self._limiter(nom, examen.lignes, examen.colonnes)
        lignes = self._valeurs(nom)
        _poser(lignes, examen.speciales)
        return lignes

    def _speciales(self, nom: str) -> list[cellules_xlsx.Speciale]:
        """Les cellules que calamine rend vides ou fausses : erreurs, formules sans résultat."""
        if self.format.nom == "xls":
            rang = self.classeur.sheet_names.index(nom)
            return self.examens[rang].speciales if rang < len(self.examens) else []
        if self.archive and self.format.nom == "ods":
            return cellules_ods.speciales(self.archive, nom)
        if self.archive and nom in self.parties:
            return cellules_xlsx.speciales(self.archive, self.parties[nom])
        return []

    def _valeurs(self, nom: str) -> list[list[Valeur]]:
        feuille = self._appeler(lambda: self.classeur.get_sheet_by_name(nom))
        self._limiter(nom, feuille.total_height, feuille.total_width)
        with _sans_ramasse_miettes():
            lignes: list[list[Valeur]] = self._appeler(lambda: feuille.to_python(skip_empty_area=False))
        return lignes

    def _limiter(self, nom: str, lignes: int, colonnes: int) -> None:
        if lignes * colonnes > CELLULES_MAX:
            raise ErreurUtilisateur(
                Faute(
                    f"la feuille s'étend sur {lignes} lignes et {colonnes} colonnes : c'est trop pour être lu",
                    "supprimez les lignes et colonnes inutiles, ou exportez en CSV",
                    self.chemin.name,
                    nom,
                )
            )

    def _appeler(self, action: Callable[[], Any]) -> Any:
        """Traduit en français ce que calamine refuse ; ses paniques Rust n'héritent pas d'Exception."""
        try:
            with _sans_bruit():
                return action()
        except (KeyboardInterrupt, SystemExit):
            raise
        except calamine.PasswordError as erreur:
            raise ErreurUtilisateur(
                Faute(
                    "le classeur est protégé par un mot de passe",
                    "ouvrez-le, retirez le mot de passe (Fichier, Informations) et enregistrez-le",
                    self.chemin.name,
                )
            ) from erreur
        except BaseException as erreur:
            demesure = "limit" in str(erreur).casefold() or isinstance(erreur, MemoryError)
            raise ErreurUtilisateur(
                Faute(
                    "la feuille est démesurée : elle ne peut pas être lue",
                    "supprimez les lignes et colonnes inutiles",
                    self.chemin.name,
                )
                if demesure
                else Faute(
                    "le classeur est abîmé ou incomplet",
                    "ouvrez-le dans Excel ou LibreOffice et réenregistrez-le, ou refaites l'export",
                    self.chemin.name,
                )
            ) from erreur


@contextmanager
def _sans_ramasse_miettes() -> Iterator[None]:
    """Des centaines de milliers de listes naissent, aucune n'est à reprendre : les chercher doublerait la durée."""
    actif = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if actif:
            gc.enable()


@contextmanager
def _sans_bruit() -> Iterator[None]:
    """Tait la sortie d'erreur du processus : Rust y écrit ses paniques avant que Python ne les voie."""
    try:
        vraie, muette = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # pas de sortie d'erreur : rien à taire
        yield
        return
    try:
        os.dup2(muette, 2)
        yield
    finally:
        os.dup2(vraie, 2)
        os.close(vraie)
        os.close(muette)


def _poser(lignes: list[list[Valeur]], speciales: list[cellules_xlsx.Speciale]) -> None:
    """Place les cellules reprises, agrandissant la grille là où calamine l'a coupée, n'y voyant que du vide."""
    hauteur = max((ligne + 1 for ligne, _, _ in speciales), default=0)
    largeur = max((colonne + 1 for _, colonne, _ in speciales), default=0)
    if lignes and largeur > len(lignes[0]):
        for rangee in lignes:
            rangee.extend([""] * (largeur - len(rangee)))
    largeur = max(largeur, len(lignes[0]) if lignes else 0)
    lignes.extend([""] * largeur for _ in range(hauteur - len(lignes)))
    for ligne, colonne, valeur in speciales:
        lignes[ligne][colonne] = valeur


def _typer(lignes: list[list[Any]]) -> list[list[Valeur]]:
    """Vide = None, un nombre entier = `int`, une durée = texte."""
    return [
        [
            int(valeur)
            if type(valeur) is float and valeur.is_integer()
            else None
            if valeur == ""
            else str(valeur)
            if type(valeur) is timedelta
            else valeur
            for valeur in ligne
        ]
        for ligne in lignes
    ]
