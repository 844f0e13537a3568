"""Un onglet-tableau : en-têtes en ligne 1, données d'un bloc, tableau Excel filtrable, volets figés."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.revue.ecrire.mesures import MONTANTS, ColonneMesuree, lignes_de_l_entete, lignes_des_fiches, mesurer
from relances_xl.revue.ecrire.mise_en_forme import RETRAITS, Styles, mettre_en_page
from relances_xl.revue.ecrire.rapide import cellules
from relances_xl.revue.ecrire.rapide.cellules import ColonneXml, Nombres
from relances_xl.revue.ecrire.rapide.classeur_rapide import ClasseurRapide
from relances_xl.revue.ecrire.rapide.feuille_rapide import HAUTEUR_LIGNE, MARGE_LIGNE, FeuilleRapide
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne, Presence

LIGNES_MAX = 1_048_576  # celles d'un onglet d'Excel, en-tête comprise
STYLE_TABLEAU = "Table Style Light 1"
_PIXEL = 1 / 7  # unité


@contextmanager
def nouveau_classeur(chemin: Path) -> Iterator[Workbook]:
    """Un classeur, composé en mémoire et écrit en fin de bloc. Lève `OSError` (disque plein, droits).

    Écrit par XlsxWriter lui-même, un disque plein laisserait à l'écran une trace Python de `zipfile`.
    """
    tampon = BytesIO()
    try:
        with ClasseurRapide(tampon) as classeur:
            yield classeur
    except FileCreateError as erreur:  # l'`OSError` d'origine est dedans
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
    lignes_max: int = 3,
    fiches: bool = False,
    liens: Sequence[str] = (),
    paysage: bool = True,
) -> FeuilleRapide:
    """Écrit la table dans un nouvel onglet, en lignes d'une même hauteur (sauf `fiches`), celle du plus long texte.

    nom : nom du tableau Excel ; figees : colonnes qui restent à l'écran ; devise : la colonne de `table` qui donne le format
    des montants ; lignes_max : lignes de texte qu'une cellule montre au plus, le reste se lisant en cliquant dessus ; fiches : chaque ligne a sa hauteur, et ses textes partent du haut ;
    liens : libellés des colonnes dont les cellules sont des liens. Erreur (ErreurUtilisateur) : plus de lignes que n'en a un onglet d'Excel.
    """
    _refuser_si_trop_haut(onglet, len(table))
    feuille: FeuilleRapide = classeur.add_worksheet(onglet)
    devises = table[devise].tolist() if devise in table else [""] * len(table)
    hors_euros = np.array([dite != "EUR" for dite in devises], dtype=bool)
    mesurees = [mesurer(colonne, table[colonne.champ], hors_euros) for colonne in colonnes]
    hauteur = min(lignes_max, max(colonne.lignes for colonne in mesurees))
    feuille.poser_bloc(
        [
            _en_xml(styles, colonne, devises, lien=colonne.declaree.libelle in liens, en_haut=fiches or colonne.lignes > hauteur)
            for colonne in mesurees
        ],
        lignes_des_fiches(mesurees, len(table), hauteur) if fiches else hauteur,
    )
    entetes = [lignes_de_l_entete(colonne.declaree.libelle, colonne.largeur) for colonne in mesurees if not colonne.masquee]
    feuille.set_row(0, HAUTEUR_LIGNE * max([2, *entetes]) + MARGE_LIGNE)
    _poser_largeurs(feuille, mesurees)
    feuille.poser_tableau(nom, STYLE_TABLEAU, _entetes(styles, colonnes))
    feuille.ignore_errors({"number_stored_as_text": xl_range(0, 0, len(table), len(colonnes) - 1)})
    mettre_en_page(feuille, figees, paysage)
    return feuille


def _refuser_si_trop_haut(onglet: str, hauteur: int) -> None:
    """Au-delà de sa dernière ligne, Excel couperait l'onglet, ou ne l'ouvrirait pas."""
    if hauteur >= LIGNES_MAX:
        raise ErreurUtilisateur(
            Faute(
                f"l'onglet « {onglet} » aurait {hauteur} lignes : Excel en montre {LIGNES_MAX - 1} au plus, sous l'en-tête",
                "partagez l'export en plusieurs dossiers de relance (par société, par période), ou n'exportez que les pièces ouvertes",
                onglet=onglet,
            )
        )


def _poser_largeurs(feuille: Worksheet, colonnes: Sequence[ColonneMesuree]) -> None:
    """Largeur et masquage de chaque colonne ; les colonnes repliées ont leur bouton [+] sur la suivante.

    Deux voisines pareilles s'écriraient en une plage, dont openpyxl ne garde que la première colonne : l'autre, masquée,
    reparaîtrait chez qui réenregistre par lui. Un pixel les distingue.
    """
    precedente, repliee = (0.0, False), False
    for j, colonne in enumerate(colonnes):
        largeur, masquee = colonne.largeur, colonne.masquee
        posee = (largeur + _PIXEL, masquee) if (largeur, masquee) == precedente else (largeur, masquee)
        bouton, repliee = repliee, colonne.declaree.presence is Presence.REPLIEE
        feuille.set_column(j, j, posee[0], None, {"hidden": masquee, "level": int(repliee), "collapsed": bouton and not repliee})
        precedente = posee
    if repliee:
        feuille.set_column(len(colonnes), len(colonnes), None, None, {"collapsed": True})


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


def position(colonnes: Sequence[ColonneDeRevue], libelle: str) -> int:
    """Rang de la colonne, à partir de 0."""
    return [colonne.libelle for colonne in colonnes].index(libelle)


def lettre(colonnes: Sequence[ColonneDeRevue], libelle: str) -> str:
    """Lettre de la colonne dans l'onglet."""
    return str(xl_col_to_name(position(colonnes, libelle)))


def _en_xml(styles: Styles, colonne: ColonneMesuree, devises: Sequence[str], *, lien: bool, en_haut: bool) -> ColonneXml:
    """Les cellules de la colonne ; en_haut : alignées en haut, qu'un texte trop long montre son début."""
    declaree, valeurs = colonne.declaree, colonne.valeurs
    plus: dict[str, Any] = ({"font_color": "#1F5FA8", "underline": 1} if lien else {}) | (
        {"valign": "top", **({"align": "left"} if declaree.genre in RETRAITS else {})} if en_haut else {}
    )
    if not isinstance(valeurs, Nombres):
        if declaree.genre is GenreDeColonne.CASE:
            return cellules.cases(valeurs, styles.cellule(declaree, **plus))
        return cellules.textes(valeurs, styles.cellule(declaree, **plus), colonne.distinctes)
    if declaree.genre in MONTANTS:
        return cellules.montants(valeurs, devises, lambda devise: styles.cellule(declaree, devise, **plus))
    return cellules.nombres(valeurs, styles.cellule(declaree, **plus))
