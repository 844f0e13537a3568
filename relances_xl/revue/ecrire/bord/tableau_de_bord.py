"""L'onglet « Tableau de bord » : un titre, les totaux, les graphiques en un écran, puis les tables dont ils viennent."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits import montants as m
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.bord.graphiques import HAUTEUR, Graphique, inserer
from relances_xl.revue.ecrire.bord.totaux import COLONNES_TOTAUX, ecrire_totaux
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.mesures import largeur_des_montants
from relances_xl.revue.ecrire.mise_en_forme import ENCRE, Styles, mettre_en_page
from relances_xl.revue.ecrire.rapide.cellules import entiers
from relances_xl.revue.ecrire.tableau import declarer_tableau
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

_HAUT_TOTAUX = 2  # sous le titre et ce qu'il date
_GRAPHIQUES_MAX = 6
_LIGNE = 20  # pixels
_LIGNES_PAR_GRAPHIQUE = HAUTEUR // _LIGNE + 1
_LARGEUR = 1764  # pixels : une rangée de graphiques, à l'écran à 100 %
_MARGE = 8  # pixels entre deux graphiques
_PAGE = 0.62  # la hauteur d'une page imprimée, en largeurs


class Bloc(NamedTuple):
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
        "debiteurs",
        "Premiers débiteurs",
        (_texte("Raison sociale"), ColonneDeRevue("Code client", "Code client", GenreDeColonne.CODE, 12), _DEVISE, _montant("Retard"), _montant("> 90 j")),
        Graphique("bar", "Premiers débiteurs, en retard", "Raison sociale", ("Retard",)),
    ),
    Bloc(
        "niveaux",
        "Retard à relancer, par niveau",
        (_texte("Niveau"), _DEVISE, _nombre("Relances"), _nombre("Échéances"), _montant("Retard")),
        Graphique("column", "Retard à relancer, par niveau", "Niveau", ("Retard",)),
    ),
    Bloc(
        "campagnes",
        "Évolution : les dernières campagnes, et ce qui s'en est réglé depuis",
        (_texte("Campagne"), _DEVISE, _nombre("Relances"), _montant("Montant relancé"), _montant("Réglé depuis")),
        Graphique("column", "Campagnes : relancé, et réglé depuis", "Campagne", ("Montant relancé", "Réglé depuis")),
    ),
    Bloc(
        "encaissements",
        "Encaissements attendus, par semaine",
        (_texte("Semaine"), _DEVISE, _montant("Attendu")),
        Graphique("column", "Encaissements attendus, par semaine", "Semaine", ("Attendu",)),
    ),
    Bloc(
        "effet",
        "Effet des relances passées (réglé sans attendre la suivante)",
        (_texte("Niveau"), _DEVISE, *map(_nombre, ("Relances", "Échéances", "Soldées")), *map(_montant, ("Montant relancé", "Montant réglé"))),
        Graphique("column", "Effet des relances", "Niveau", ("Montant relancé", "Montant réglé")),
    ),
    Bloc(
        "commerciaux",
        "Retard par commercial",
        (_texte("Commercial"), _DEVISE, _nombre("Clients"), _nombre("Échéances"), _montant("Retard")),
        Graphique("bar", "Retard par commercial", "Commercial", ("Retard",)),
    ),
    Bloc("delais", "Délai moyen de paiement", (_texte("Mesure"), _DEVISE, _nombre("Jours"))),
)  # fmt: skip
"""Dans l'ordre des graphiques : les six premiers qui ont une table se dessinent."""


def ecrire_tableau_de_bord(classeur: Workbook, styles: Styles, contenu: Contenu, relances: pd.DataFrame) -> Worksheet:
    """Écrit l'onglet ; une table du bilan absente ou vide n'y paraît pas, ni un seul commercial « (aucun) ».

    relances : celles de « Liste clients », dans l'ordre.
    """
    feuille = classeur.add_worksheet(o.TABLEAU_DE_BORD)
    criteres = contenu.criteres
    qui = f"{contenu.emetteur} · " if contenu.emetteur else ""
    feuille.set_row(0, 27)
    feuille.write_string(
        0, 0, "Tableau de bord des relances", styles.format(bold=True, font_size=18, font_color=ENCRE, valign="vcenter", indent=1)
    )
    sous_titre = f"{qui}liste du {ecrire_date(criteres.date_edition)} · retards au {ecrire_date(criteres.date_reference)}"
    feuille.write_string(1, 0, sous_titre, styles.note())
    haut = ecrire_totaux(feuille, styles, relances, _HAUT_TOTAUX) + 2
    largeurs = [colonne.largeur for colonne in COLONNES_TOTAUX]
    montants = [colonne.champ for colonne in COLONNES_TOTAUX if colonne.genre is GenreDeColonne.MONTANT and colonne.champ in relances]
    _elargir(largeurs, COLONNES_TOTAUX, relances.groupby(c.DEVISE)[montants].sum())
    presents = [(bloc, table) for bloc in BLOCS if _a_dire(bloc, table := contenu.bilan.get(bloc.nom)) and table is not None]
    dessines = [bloc.nom for bloc, _ in presents if bloc.graphique][:_GRAPHIQUES_MAX]
    par_rangee = 2 if len(dessines) in (2, 4) else 3
    pas = _LARGEUR // par_rangee
    ligne = haut + -(-len(dessines) // par_rangee) * _LIGNES_PAR_GRAPHIQUE + 1
    sauts = [0]
    for bloc, table in presents:
        if (ligne + len(table) + 2 - sauts[-1]) * _LIGNE > _PAGE * _LARGEUR:  # jamais un titre d'un côté, sa table de l'autre
            sauts.append(ligne)
        feuille.write_string(ligne, 0, bloc.titre, styles.titre())
        _ecrire_bloc(feuille, styles, bloc, table, ligne + 1)
        _elargir(largeurs, bloc.colonnes, table)
        if bloc.graphique and bloc.nom in dessines:
            rangee, colonne = divmod(dessines.index(bloc.nom), par_rangee)
            place = (haut + rangee * _LIGNES_PAR_GRAPHIQUE, colonne * pas)
            inserer(classeur, feuille, bloc.graphique, bloc.colonnes, table, ligne + 1, place, pas - _MARGE)
        ligne += len(table) + 3
    for j, largeur in enumerate(largeurs):
        feuille.set_column(j, j, largeur)
    mettre_en_page(feuille, figees=False)
    feuille.set_h_pagebreaks(sauts[1:])
    return feuille


def _a_dire(bloc: Bloc, table: pd.DataFrame | None) -> bool:
    return table is not None and len(table) > (1 if bloc.nom == "commerciaux" else 0)


def _elargir(largeurs: list[float], colonnes: Sequence[ColonneDeRevue], table: pd.DataFrame) -> None:
    """Élargit ce qu'il faut pour que chaque montant de la table se lise en entier."""
    devises = table.get("Devise", table.index)
    hors_euros = np.array([devise != "EUR" for devise in devises.tolist()], dtype=bool)
    for j, colonne in enumerate(colonnes):
        if colonne.genre is GenreDeColonne.MONTANT and colonne.champ in table and len(table):
            largeurs[j] = max(largeurs[j], largeur_des_montants(entiers(table[colonne.champ]).valeurs, hors_euros))


def _ecrire_bloc(feuille: Worksheet, styles: Styles, bloc: Bloc, table: pd.DataFrame, haut: int) -> None:
    rangees = zip(table["Devise"].tolist(), *(table[colonne.champ].tolist() for colonne in bloc.colonnes), strict=True)
    for i, (devise, *rangee) in enumerate(rangees, start=haut + 1):
        for j, (colonne, valeur) in enumerate(zip(bloc.colonnes, rangee, strict=True)):
            format_ = styles.cellule(colonne, devise)
            if colonne.genre is GenreDeColonne.MONTANT:
                feuille.write_number(i, j, valeur / 10 ** m.decimales(devise), format_)
            elif colonne.genre is GenreDeColonne.ENTIER:
                feuille.write_number(i, j, valeur, format_)
            else:
                feuille.write_string(i, j, str(valeur), format_)
    declarer_tableau(feuille, styles, bloc.nom.capitalize(), bloc.colonnes, haut, len(table))
