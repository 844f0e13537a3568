"""Un onglet-tableau : en-têtes en ligne 1, données d'un bloc, tableau Excel filtrable, volets figés."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits import montants as m
from relances_xl.revue.ecrire import feuille_rapide as fr
from relances_xl.revue.ecrire.feuille_rapide import FeuilleRapide, Fins
from relances_xl.revue.ecrire.mise_en_forme import RETRAITS, Styles, mettre_en_page
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

# Les textes viennent des exports : jamais une formule, un lien ni un nombre
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

STYLE_TABLEAU = "Table Style Light 1"
_HAUTEUR_ENTETE = 32
_LIGNES_MAX = 8
_PAR_UNITE = 1.15  # lettres courantes par unité de largeur, qui est celle d'un chiffre
_RETRAIT = 1.5  # unités perdues en marges
_BOUTON = 2.0  # et sous le bouton du filtre
_AJUSTEES = (GenreDeColonne.TEXTE, GenreDeColonne.LONG, GenreDeColonne.CODE, GenreDeColonne.MONTANT, GenreDeColonne.SOLDE)


@contextmanager
def nouveau_classeur(chemin: Path) -> Iterator[Workbook]:
    """Un classeur, composé en mémoire et écrit en fin de bloc. Lève `OSError` (disque plein, droits).

    Écrit par XlsxWriter lui-même, un disque plein laisserait à l'écran une trace Python de `zipfile`.
    """
    tampon = BytesIO()
    try:
        with Workbook(tampon, _OPTIONS) as classeur:
            yield classeur
    except FileCreateError as erreur:  # ses fichiers temporaires : l'`OSError` d'origine est dedans
        raise erreur.args[0] from None
    chemin.write_bytes(tampon.getbuffer())


def ecrire_tableau(
    classeur: Workbook,
    styles: Styles,
    onglet: str,
    nom: str,
    colonnes: Sequence[ColonneDeRevue],
    table: pd.DataFrame,
    *,
    figees: int = 0,
    devise: str = c.DEVISE,
    marge: int = 0,
    liens: Sequence[str] = (),
    paysage: bool = True,
) -> FeuilleRapide:
    """Écrit la table dans un nouvel onglet.

    nom : nom du tableau Excel ; figees : colonnes qui restent à l'écran ; devise : la colonne de `table` d'où vient
    le nombre de décimales des montants ; marge : points de plus dans la hauteur de l'en-tête ;
    liens : libellés des colonnes dont les cellules sont des liens.
    """
    feuille: FeuilleRapide = classeur.add_worksheet(onglet, FeuilleRapide)
    colonnes = [replace(colonne, largeur=_largeur(colonne, table)) for colonne in colonnes]
    decimales = (
        table[devise].map({nom: m.decimales(nom) for nom in table[devise].unique()}).astype("int64")
        if devise in table
        else pd.Series(2, table.index)
    )
    feuille.poser_bloc(
        [_fins(styles, col, table[col.champ], decimales, col.libelle in liens) for col in colonnes],
        _lignes_de_texte(colonnes, table),
    )
    feuille.set_row(0, _HAUTEUR_ENTETE + marge)
    for j, colonne in enumerate(colonnes):
        feuille.set_column(j, j, colonne.largeur)
    feuille.poser_tableau(nom, STYLE_TABLEAU, _entetes(styles, colonnes))
    feuille.ignore_errors({"number_stored_as_text": xl_range(0, 0, len(table), len(colonnes) - 1)})
    mettre_en_page(feuille, figees, paysage)
    return feuille


def declarer_tableau(feuille: Worksheet, styles: Styles, nom: str, colonnes: Sequence[ColonneDeRevue], haut: int, hauteur: int) -> None:
    """Fait un tableau Excel filtrable de quelques lignes déjà écrites sous la ligne `haut` (à partir de 0)."""
    feuille.add_table(
        haut, 0, haut + max(hauteur, 1), len(colonnes) - 1,
        {"name": nom, "style": STYLE_TABLEAU, "columns": _entetes(styles, colonnes)},
    )  # fmt: skip


def _entetes(styles: Styles, colonnes: Sequence[ColonneDeRevue]) -> list[dict[str, Any]]:
    return [
        {"header": colonne.libelle, "header_format": styles.entete(colonne.modifiable, texte=colonne.genre in RETRAITS)}
        for colonne in colonnes
    ]


def _largeur(colonne: ColonneDeRevue, table: pd.DataFrame) -> float:
    """La largeur de la colonne, en unités d'Excel : celle de son plus long contenu, ou de son en-tête.

    L'écran et la page, où vingt colonnes tiennent en large, y gagnent ; un montant n'est jamais rendu par des « ### ».
    """
    if colonne.modifiable or colonne.genre not in _AJUSTEES:
        return colonne.largeur
    valeurs = table[colonne.champ]
    if colonne.genre in (GenreDeColonne.MONTANT, GenreDeColonne.SOLDE):
        return max(_largeur_entete(colonne), largeur_des_montants(valeurs))
    plus_long: str = max((partie for texte in valeurs.unique() for partie in texte.split("\n")), key=len, default="")
    minuscules = sum(lettre.islower() for lettre in plus_long)  # plus étroites que les chiffres et les capitales
    return max(_largeur_entete(colonne), min(colonne.largeur, 0.97 * len(plus_long) - 0.1 * minuscules + _RETRAIT + 1))


def largeur_des_montants(valeurs: pd.Series) -> float:
    """De quoi montrer en entier des montants, en unités minimales : chiffres, séparateurs, signe et marges."""
    chiffres = len(str(valeurs.abs().max())) if valeurs.notna().any() else 1
    return chiffres + chiffres // 3 * 0.5 + 2.5


def _largeur_entete(colonne: ColonneDeRevue) -> float:
    """De quoi lire chaque mot de l'en-tête, le dernier à côté du bouton du filtre."""
    *mots, dernier = colonne.libelle.split()
    return float(max([*map(len, mots), len(dernier) + _BOUTON])) + (1 if colonne.genre in RETRAITS else 0)


def _lignes_de_texte(colonnes: Sequence[ColonneDeRevue], table: pd.DataFrame) -> list[int]:
    """Combien de lignes de texte montre chaque ligne du tableau : la plus longue de ses colonnes à la ligne."""
    nombres = np.ones(len(table), dtype="int64")
    for colonne in colonnes:
        if colonne.genre is GenreDeColonne.LONG:
            codes, textes = pd.factorize(table[colonne.champ])
            parmi = np.array([nombre_de_lignes(texte, colonne.largeur) for texte in textes], dtype="int64")
            nombres = np.maximum(nombres, parmi[codes] if len(parmi) else nombres)
    return nombres.tolist()


def nombre_de_lignes(texte: str, largeur: float) -> int:
    """Lignes qu'occupe un texte dans une colonne de cette largeur, plafonnées : au-delà on clique dans la cellule."""
    return min(_LIGNES_MAX, sum(max(1, math.ceil(len(partie) / (_PAR_UNITE * (largeur - _RETRAIT)))) for partie in texte.split("\n")))


def position(colonnes: Sequence[ColonneDeRevue], libelle: str) -> int:
    """Rang de la colonne, à partir de 0."""
    return [colonne.libelle for colonne in colonnes].index(libelle)


def lettre(colonnes: Sequence[ColonneDeRevue], libelle: str) -> str:
    """Lettre de la colonne dans l'onglet."""
    return str(xl_col_to_name(position(colonnes, libelle)))


def _fins(styles: Styles, colonne: ColonneDeRevue, valeurs: pd.Series, decimales: pd.Series, lien: bool) -> Fins:
    plus: dict[str, Any] = {"font_color": "#1F5FA8", "underline": 1} if lien else {}
    if colonne.genre in (GenreDeColonne.MONTANT, GenreDeColonne.SOLDE):
        return fr.montants(valeurs, decimales, lambda nombre: styles.cellule(colonne, nombre, **plus))
    format_ = styles.cellule(colonne, **plus)
    if colonne.genre is GenreDeColonne.CASE:
        return fr.cases(valeurs, format_)
    if colonne.genre is GenreDeColonne.DATE:
        return fr.dates(valeurs, format_)
    if colonne.genre in (GenreDeColonne.ENTIER, GenreDeColonne.JOURS, GenreDeColonne.NIVEAU):
        return fr.entiers(valeurs, format_)
    return fr.textes(valeurs, format_)
