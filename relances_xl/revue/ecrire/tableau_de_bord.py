"""L'onglet « Tableau de bord » : les totaux en tête, les tables du bilan à gauche, leurs graphiques à droite."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits import montants as m
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.graphiques import Graphique, inserer
from relances_xl.revue.ecrire.mise_en_forme import Styles, mettre_en_page
from relances_xl.revue.ecrire.tableau import declarer_tableau, largeur_des_montants
from relances_xl.revue.ecrire.totaux import COLONNES_TOTAUX, ecrire_totaux
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

_LIGNES_PAR_GRAPHIQUE = 16
_GAUCHE = 8  # première colonne des graphiques


@dataclass(frozen=True, slots=True)
class Bloc:
    """Une table du bilan : son nom dans `Contenu.bilan`, son titre, ses colonnes, son graphique."""

    nom: str
    titre: str
    colonnes: tuple[ColonneDeRevue, ...]
    graphique: Graphique | None = None


def _texte(libelle: str) -> ColonneDeRevue:
    return ColonneDeRevue(libelle, libelle, GenreDeColonne.TEXTE, 30)


def _montant(libelle: str) -> ColonneDeRevue:
    return ColonneDeRevue(libelle, libelle, GenreDeColonne.MONTANT, 14)


def _nombre(libelle: str) -> ColonneDeRevue:
    return ColonneDeRevue(libelle, libelle, GenreDeColonne.ENTIER, 12)


_DEVISE = ColonneDeRevue("Devise", "Devise", GenreDeColonne.CODE, 12)

BLOCS: tuple[Bloc, ...] = (
    Bloc(
        "balance",
        "Balance âgée (reste dû, crédits compris)",
        (_DEVISE, *map(_montant, ("Non échu", "0-30 j", "31-60 j", "61-90 j", "> 90 j", "Encours"))),
        Graphique("column", "Balance âgée", en_ligne=("Non échu", "> 90 j")),
    ),
    Bloc(
        "niveaux",
        "Retard à relancer, par niveau",
        (_texte("Niveau"), _DEVISE, _nombre("Relances"), _nombre("Échéances"), _montant("Retard")),
        Graphique("column", "Retard par niveau", "Niveau", ("Retard",)),
    ),
    Bloc(
        "debiteurs",
        "Premiers débiteurs",
        (_texte("Raison sociale"), ColonneDeRevue("Code client", "Code client", GenreDeColonne.CODE, 12), _DEVISE, _montant("Retard"), _montant("> 90 j")),
        Graphique("bar", "Premiers débiteurs", "Raison sociale", ("Retard",)),
    ),
    Bloc(
        "commerciaux",
        "Retard par commercial",
        (_texte("Commercial"), _DEVISE, _nombre("Clients"), _nombre("Échéances"), _montant("Retard")),
        Graphique("bar", "Retard par commercial", "Commercial", ("Retard",)),
    ),
    Bloc(
        "effet",
        "Effet des relances passées (réglé sans attendre la suivante)",
        (_texte("Niveau"), _DEVISE, *map(_nombre, ("Relances", "Échéances", "Soldées")), *map(_montant, ("Montant relancé", "Montant réglé"))),
        Graphique("column", "Effet des relances", "Niveau", ("Montant relancé", "Montant réglé")),
    ),
)  # fmt: skip


def ecrire_tableau_de_bord(classeur: Workbook, styles: Styles, contenu: Contenu, relances: pd.DataFrame, detail: pd.DataFrame) -> Worksheet:
    """Écrit l'onglet ; une table du bilan absente ou vide n'y paraît pas, ni un seul commercial « (aucun) »."""
    feuille = classeur.add_worksheet(o.TABLEAU_DE_BORD)
    haut = ecrire_totaux(feuille, styles, relances, detail) + 2
    ligne, dessines = haut, 0
    largeurs = [colonne.largeur for colonne in COLONNES_TOTAUX]
    _elargir(largeurs, COLONNES_TOTAUX, relances.groupby(c.DEVISE).sum(numeric_only=True))
    for bloc in BLOCS:
        table = contenu.bilan.get(bloc.nom)
        if table is None or table.empty or (bloc.nom == "commerciaux" and len(table) < 2):
            continue
        feuille.write_string(ligne, 0, bloc.titre, styles.titre())
        _ecrire_bloc(feuille, styles, bloc, table, ligne + 1)
        _elargir(largeurs, bloc.colonnes, table)
        if bloc.graphique:
            place = (haut + dessines // 2 * _LIGNES_PAR_GRAPHIQUE, _GAUCHE, dessines % 2)
            inserer(classeur, feuille, bloc.graphique, bloc.colonnes, table, ligne + 1, place)
            dessines += 1
        ligne += len(table) + 3
    for j, largeur in enumerate(largeurs):
        feuille.set_column(j, j, largeur)
    mettre_en_page(feuille)
    return feuille


def _elargir(largeurs: list[float], colonnes: Sequence[ColonneDeRevue], table: pd.DataFrame) -> None:
    """Élargit ce qu'il faut pour que chaque montant de la table se lise en entier."""
    for j, colonne in enumerate(colonnes):
        if colonne.genre is GenreDeColonne.MONTANT and colonne.champ in table and len(table):
            largeurs[j] = max(largeurs[j], largeur_des_montants(table[colonne.champ]))


def _ecrire_bloc(feuille: Worksheet, styles: Styles, bloc: Bloc, table: pd.DataFrame, haut: int) -> None:
    for i, rang in enumerate(table.to_dict("records"), start=haut + 1):
        decimales = m.decimales(rang["Devise"])
        for j, colonne in enumerate(bloc.colonnes):
            valeur, format_ = rang[colonne.champ], styles.cellule(colonne, decimales)
            if colonne.genre is GenreDeColonne.MONTANT:
                feuille.write_number(i, j, valeur / 10**decimales, format_)
            elif colonne.genre is GenreDeColonne.ENTIER:
                feuille.write_number(i, j, valeur, format_)
            else:
                feuille.write_string(i, j, str(valeur), format_)
    declarer_tableau(feuille, styles, bloc.nom.capitalize(), bloc.colonnes, haut, len(table))
