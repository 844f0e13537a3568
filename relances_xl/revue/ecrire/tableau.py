"""Un onglet-tableau : en-têtes en ligne 1, données d'un bloc, tableau Excel filtrable, volets figés."""

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.revue.ecrire.mise_en_forme import RETRAITS, Styles, mettre_en_page
from relances_xl.revue.ecrire.rapide import feuille_rapide as fr
from relances_xl.revue.ecrire.rapide.classeur_rapide import ClasseurRapide
from relances_xl.revue.ecrire.rapide.feuille_rapide import HAUTEUR_LIGNE, MARGE_LIGNE, FeuilleRapide, Fins
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne, Presence

LIGNES_MAX = 1_048_576  # celles d'un onglet d'Excel, en-tête comprise
STYLE_TABLEAU = "Table Style Light 1"
_LIGNES_ENTETE = 3
_PAR_UNITE = 1.12  # lettres courantes par unité de largeur, qui est celle d'un chiffre
_ETROIT = 0.5  # la largeur d'une espace ou d'une ponctuation, en chiffres
_PONCTUATION = re.compile(r"[\W_]")
_RETRAIT = 1.5  # unités perdues en marges
_MONTANT_MIN = 9.0  # unités
_PIXEL = 1 / 7  # unité
_BOUTON = 2.2  # et sous le bouton du filtre
_TEXTES = (GenreDeColonne.TEXTE, GenreDeColonne.LONG, GenreDeColonne.CODE)
_MONTANTS = (GenreDeColonne.MONTANT, GenreDeColonne.MONTANT_NU, GenreDeColonne.SOLDE)
_EVIDENTES = {"Devise": "EUR"}
"""Les colonnes qui ne disent rien quand elles ne disent que cela."""


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
    feuille: FeuilleRapide = classeur.add_worksheet(onglet, FeuilleRapide)
    devises = table[devise] if devise in table else pd.Series("", table.index, dtype="str")
    colonnes = [replace(colonne, largeur=_largeur(colonne, table, devises)) for colonne in colonnes]
    lignes = {colonne.libelle: _lignes_de_texte(colonne, table, lignes_max) for colonne in colonnes}
    hauteur = min(lignes_max, max(lignes.values()))
    feuille.poser_bloc(
        [
            _fins(styles, col, table[col.champ], devises, lien=col.libelle in liens, en_haut=fiches or lignes[col.libelle] > hauteur)
            for col in colonnes
        ],
        _hauteurs(colonnes, table, hauteur) if fiches else hauteur,
    )
    feuille.set_row(0, HAUTEUR_LIGNE * _lignes_des_entetes([col for col in colonnes if not est_masquee(col, table)]) + MARGE_LIGNE)
    _poser_largeurs(feuille, colonnes, [est_masquee(colonne, table) for colonne in colonnes])
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


def _poser_largeurs(feuille: Worksheet, colonnes: Sequence[ColonneDeRevue], masquees: Sequence[bool]) -> None:
    """Largeur et masquage de chaque colonne ; les colonnes repliées ont leur bouton [+] sur la suivante.

    Deux voisines pareilles s'écriraient en une plage, dont openpyxl ne garde que la première colonne : l'autre, masquée,
    reparaîtrait chez qui réenregistre par lui. Un pixel les distingue.
    """
    precedente, repliee = (0.0, False), False
    for j, (colonne, masquee) in enumerate(zip(colonnes, masquees, strict=True)):
        posee = (colonne.largeur + _PIXEL, masquee) if (colonne.largeur, masquee) == precedente else (colonne.largeur, masquee)
        bouton, repliee = repliee, colonne.presence is Presence.REPLIEE
        feuille.set_column(j, j, posee[0], None, {"hidden": masquee, "level": int(repliee), "collapsed": bouton and not repliee})
        precedente = posee
    if repliee:
        feuille.set_column(len(colonnes), len(colonnes), None, None, {"collapsed": True})


def est_masquee(colonne: ColonneDeRevue, table: pd.DataFrame) -> bool:
    """Vrai pour une colonne de la machine, repliée, ou dont aucune cellule n'apprend rien : vide, nulle, ou la devise tout en euros."""
    if colonne.presence is not Presence.SI_UTILE or colonne.modifiable or table.empty:
        return colonne.presence in (Presence.JAMAIS, Presence.REPLIEE)
    muettes = {"", 0, _EVIDENTES.get(colonne.libelle, "")}
    valeurs = table[colonne.champ]
    if pd.notna(valeurs.iloc[0]) and valeurs.iloc[0] not in muettes:
        return False
    return not set(valeurs.dropna().unique()) - muettes


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


def _largeur(colonne: ColonneDeRevue, table: pd.DataFrame, devises: pd.Series) -> float:
    """La largeur de la colonne, en unités d'Excel : celle de son plus long contenu, ou de son en-tête.

    L'écran et la page, où vingt colonnes tiennent en large, y gagnent ; un montant n'est jamais rendu par des « ### ».
    """
    plancher = _largeur_entete(colonne)
    if colonne.genre in _MONTANTS:
        dites = pd.Series("EUR", devises.index) if colonne.genre is GenreDeColonne.MONTANT_NU else devises
        return max(plancher, largeur_des_montants(table[colonne.champ], dites), colonne.largeur if colonne.modifiable else _MONTANT_MIN)
    if colonne.modifiable or colonne.genre not in _TEXTES:
        return max(plancher, colonne.largeur)
    plus_long: str = max("\n".join(table[colonne.champ].tolist()).split("\n"), key=len)
    minuscules = sum(lettre.islower() for lettre in plus_long)  # plus étroites que les chiffres et les capitales
    return max(plancher, min(colonne.largeur, 0.97 * len(plus_long) - 0.1 * minuscules + _RETRAIT + 1))


def largeur_des_montants(valeurs: pd.Series, devises: pd.Series) -> float:
    """De quoi montrer en entier des montants, en unités minimales : chiffres, séparateurs, signe, devise et marges."""
    largeurs = [1.0]
    for hors_euros, siens in valeurs.abs().groupby(devises != "EUR"):
        chiffres = len(str(siens.max())) if siens.notna().any() else 1
        largeurs.append(chiffres + chiffres // 3 * 0.5 + (4.7 if hors_euros else 0))
    return max(largeurs) + 2.2


def _largeur_entete(colonne: ColonneDeRevue) -> float:
    """De quoi lire chaque mot de l'en-tête, le dernier à côté du bouton du filtre."""
    *mots, dernier = colonne.libelle.split()
    return float(max([*map(len, mots), len(dernier) + _BOUTON])) + (1 if colonne.genre in RETRAITS else 0)


def _lignes_des_entetes(colonnes: Sequence[ColonneDeRevue]) -> int:
    """Les lignes du plus haut en-tête, mot après mot, le bouton du filtre à côté du dernier."""
    return max(2, *(_lignes_de_l_entete(colonne) for colonne in colonnes))


def _lignes_de_l_entete(colonne: ColonneDeRevue) -> int:
    lignes, occupe = 1, 0.0
    mots = colonne.libelle.split()
    for i, mot in enumerate(mots):
        large = len(mot) + (_BOUTON if i == len(mots) - 1 else 0)
        if occupe and occupe + 1 + large > 1.12 * colonne.largeur:
            lignes, occupe = lignes + 1, 0.0
        occupe += large + (1 if occupe else 0)
    return min(lignes, _LIGNES_ENTETE)


def _lignes_de_texte(colonne: ColonneDeRevue, table: pd.DataFrame, plafond: int) -> int:
    """Lignes qu'occupe le plus long texte de la colonne, 1 si elle ne va pas à la ligne ; compté jusqu'à passer le plafond."""
    if colonne.genre is not GenreDeColonne.LONG:
        return 1
    textes = table[colonne.champ].tolist()
    lignes = nombre_de_lignes(max((texte for texte in textes if "\n" not in texte), key=len, default=""), colonne.largeur)
    for texte in textes:
        if lignes > plafond:
            break
        if "\n" in texte:
            lignes = max(lignes, nombre_de_lignes(texte, colonne.largeur))
    return lignes


def _hauteurs(colonnes: Sequence[ColonneDeRevue], table: pd.DataFrame, plafond: int) -> list[int]:
    """Lignes qu'occupe le plus long texte de chaque rangée, deux au moins."""
    hauteurs = [min(2, plafond)] * len(table)
    for colonne in colonnes:
        if colonne.genre is GenreDeColonne.LONG:
            for i, texte in enumerate(table[colonne.champ].tolist()):
                if texte and hauteurs[i] < plafond:
                    hauteurs[i] = max(hauteurs[i], _lignes_de_chiffres(texte, colonne.largeur, plafond))
    return hauteurs


def _lignes_de_chiffres(texte: str, largeur: float, plafond: int) -> int:
    """Comme `nombre_de_lignes`, pour un texte où chiffres et ponctuation sont plus nombreux que les lettres ; au plus le plafond."""
    place, parties = largeur - _RETRAIT, texte.split("\n")
    if len(parties) >= plafond or max(map(len, parties)) <= place:
        return min(plafond, len(parties))
    lignes = sum(
        1 if len(partie) <= place else math.ceil((len(partie) - (1 - _ETROIT) * len(_PONCTUATION.findall(partie))) / place)
        for partie in parties
    )
    return min(plafond, lignes)


def nombre_de_lignes(texte: str, largeur: float) -> int:
    """Lignes qu'occupe un texte dans une colonne de cette largeur."""
    return sum(max(1, math.ceil(len(partie) / (_PAR_UNITE * (largeur - _RETRAIT)))) for partie in texte.split("\n"))


def position(colonnes: Sequence[ColonneDeRevue], libelle: str) -> int:
    """Rang de la colonne, à partir de 0."""
    return [colonne.libelle for colonne in colonnes].index(libelle)


def lettre(colonnes: Sequence[ColonneDeRevue], libelle: str) -> str:
    """Lettre de la colonne dans l'onglet."""
    return str(xl_col_to_name(position(colonnes, libelle)))


def _fins(styles: Styles, colonne: ColonneDeRevue, valeurs: pd.Series, devises: pd.Series, *, lien: bool, en_haut: bool) -> Fins:
    """Les cellules de la colonne ; en_haut : alignées en haut, qu'un texte trop long montre son début."""
    plus: dict[str, Any] = ({"font_color": "#1F5FA8", "underline": 1} if lien else {}) | (
        {"valign": "top", **({"align": "left"} if colonne.genre in RETRAITS else {})} if en_haut else {}
    )
    if colonne.genre in _MONTANTS:
        return fr.montants(valeurs, devises, lambda devise: styles.cellule(colonne, devise, **plus))
    format_ = styles.cellule(colonne, **plus)
    if colonne.genre is GenreDeColonne.CASE:
        return fr.cases(valeurs, format_)
    if colonne.genre is GenreDeColonne.DATE:
        return fr.dates(valeurs, format_)
    if colonne.genre in (GenreDeColonne.ENTIER, GenreDeColonne.JOURS, GenreDeColonne.NIVEAU):
        return fr.entiers(valeurs, format_)
    return fr.textes(valeurs, format_)
