"""Les totaux de la liste, en tête du « Tableau de bord » : ils suivent le filtre et les coches de « Liste clients »."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits import montants as m
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide.cellules import entiers
from relances_xl.revue.ecrire.tableau import declarer_tableau, lettre
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

_NBVAL, _SOMME = 103, 109  # fonctions de SOUS.TOTAL qui ignorent les lignes masquées

COLONNES_TOTAUX: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Devise", "Devise", GenreDeColonne.CODE, 38),
    ColonneDeRevue("Relances", c.RELANCE, GenreDeColonne.ENTIER, 12),
    ColonneDeRevue("Retard", c.RETARD, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Crédits", c.CREDITS, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Net", c.NET, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Pénalités", c.PENALITES, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Indemnité", c.INDEMNITE, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Total réclamé", c.TOTAL_RECLAME, GenreDeColonne.MONTANT, 15),
    ColonneDeRevue("Approuvées", c.APPROUVER, GenreDeColonne.ENTIER, 13),
    ColonneDeRevue("Réclamé approuvé", c.APPROUVER, GenreDeColonne.MONTANT, 19),
)


def ecrire_totaux(feuille: Worksheet, styles: Styles, relances: pd.DataFrame, haut: int) -> int:
    """Écrit une ligne par devise sous l'en-tête, en ligne `haut` (à partir de 0) ; rend la dernière ligne écrite.

    relances : celles de « Liste clients », dans l'ordre.
    """
    devises = list(relances[c.DEVISE].unique()) or ["EUR"]
    for i, devise in enumerate(devises, start=haut + 1):
        miennes = (relances[c.DEVISE] == devise).to_numpy()
        feuille.write_string(i, 0, devise, styles.cellule(COLONNES_TOTAUX[0]))
        for j, colonne in enumerate(COLONNES_TOTAUX[1:], start=1):
            formule = _formule(colonne.libelle, len(relances), devise, seule=len(devises) == 1)
            feuille.write_formula(i, j, f"={formule}", styles.cellule(colonne, devise), _valeur(colonne, relances, miennes, devise))
    declarer_tableau(feuille, styles, "Totaux", COLONNES_TOTAUX, haut, len(devises))
    return haut + len(devises)


def _plage(libelle: str, hauteur: int) -> str:
    rang = lettre(o.COLONNES_LISTE, libelle)
    return f"'{o.LISTE}'!${rang}$2:${rang}${max(hauteur, 1) + 1}"


def _formule(libelle: str, hauteur: int, devise: str, *, seule: bool) -> str:
    """La formule, sans « = » : des lignes affichées, ou des lignes cochées."""
    approuvees = f'{_plage("Approuver", hauteur)},TRUE,{_plage("Devise", hauteur)},"{devise}"'
    if libelle == "Approuvées":
        return f"COUNTIFS({approuvees})"
    if libelle == "Réclamé approuvé":
        return f"SUMIFS({_plage('Total réclamé', hauteur)},{approuvees})"
    fonction, plage = (_NBVAL, _plage("Relance", hauteur)) if libelle == "Relances" else (_SOMME, _plage(libelle, hauteur))
    if seule:
        return f"SUBTOTAL({fonction},{plage})"
    par_ligne = f"SUBTOTAL({fonction},OFFSET({plage.split(':')[0]},ROW({plage})-2,0))"
    return f'SUMPRODUCT({par_ligne}*({_plage("Devise", hauteur)}="{devise}"))'


def _valeur(colonne: ColonneDeRevue, relances: pd.DataFrame, miennes: NDArray[np.bool_], devise: str) -> float:
    """La valeur à l'ouverture : rien n'est filtré. miennes : les relances de la devise."""
    champ = colonne.champ
    if champ == c.APPROUVER:
        miennes, champ = miennes & relances[c.APPROUVER].to_numpy(), c.TOTAL_RECLAME
    if colonne.genre is GenreDeColonne.ENTIER:
        return int(miennes.sum())
    return float(entiers(relances[champ]).valeurs[miennes].sum() / 10 ** m.decimales(devise))
