"""Les totaux qui suivent le filtre : calculés au « Tableau de bord », rappelés en haut de « Liste clients » et de « Détail ».

Ni ligne de total sous un tableau (le tri et la relecture la prendraient pour une donnée), ni cellule au-dessus (les
en-têtes sont en ligne 1) : un cadre posé sur l'en-tête figé montre le texte d'une cellule du tableau de bord.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits import montants as m
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.mise_en_forme import ENCRE, Styles
from relances_xl.revue.ecrire.tableau import declarer_tableau, lettre
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

_DETAIL_MAX = 20_000  # lignes : au-delà, recalculer chaque devise à chaque filtre ralentirait la saisie
_NBVAL, _SOMME = 103, 109  # fonctions de SOUS.TOTAL qui ignorent les lignes masquées

_LARGEUR_CADRE, HAUTEUR_CADRE = 480, 20  # pixels

COLONNES_TOTAUX: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Devise", "Devise", GenreDeColonne.CODE, 42),
    ColonneDeRevue("Relances", c.RELANCE, GenreDeColonne.ENTIER, 12),
    ColonneDeRevue("Retard", c.RETARD, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Crédits", c.CREDITS, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Net", c.NET, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Pénalités", c.PENALITES, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Indemnité", c.INDEMNITE, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Total réclamé", c.TOTAL_RECLAME, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Approuvées", o.APPROUVER, GenreDeColonne.ENTIER, 12),
    ColonneDeRevue("Réclamé approuvé", o.APPROUVER, GenreDeColonne.MONTANT, 16),
)


@dataclass(frozen=True, slots=True)
class Zone:
    """Les cellules d'un onglet dont on totalise ce qui est affiché."""

    onglet: str
    colonnes: Sequence[ColonneDeRevue]
    hauteur: int

    def plage(self, libelle: str) -> str:
        rang = lettre(self.colonnes, libelle)
        return f"'{self.onglet}'!${rang}$2:${rang}${max(self.hauteur, 1) + 1}"

    def affiche(self, fonction: int, libelle: str, devise: str, seule: bool) -> str:
        """Formule, sans « = », du total des lignes affichées ; par devise s'il y en a plusieurs."""
        plage = self.plage(libelle)
        if seule:
            return f"SUBTOTAL({fonction},{plage})"
        par_ligne = f"SUBTOTAL({fonction},OFFSET({plage.split(':')[0]},ROW({plage})-2,0))"
        return f'SUMPRODUCT({par_ligne}*({self.plage("Devise")}="{devise}"))'


def adresses_des_resumes(relances: pd.DataFrame) -> tuple[str, str]:
    """Où le tableau de bord écrit le résumé de « Liste clients » et celui de « Détail »."""
    ligne = len(_devises(relances)) + 1
    return tuple(f"='{o.TABLEAU_DE_BORD}'!$A${ligne + i}" for i in (1, 2))  # type: ignore[return-value]


def ecrire_totaux(feuille: Worksheet, styles: Styles, relances: pd.DataFrame, detail: pd.DataFrame) -> int:
    """Écrit, à partir de A1, une ligne par devise puis les deux résumés ; rend le numéro (de 0) de la dernière ligne.

    relances, detail : ce que montrent les deux onglets, dans l'ordre.
    """
    devises = _devises(relances)
    liste = Zone(o.LISTE, o.COLONNES_LISTE, len(relances))
    for i, devise in enumerate(devises, start=1):
        decimales = m.decimales(devise)
        miennes = relances[relances[c.DEVISE] == devise]
        feuille.write_string(i, 0, devise, styles.cellule(COLONNES_TOTAUX[0]))
        for j, colonne in enumerate(COLONNES_TOTAUX[1:], start=1):
            formule = _formule(colonne.libelle, liste, devise, seule=len(devises) == 1)
            feuille.write_formula(i, j, f"={formule}", styles.cellule(colonne, decimales), _valeur(colonne, miennes, decimales))
    declarer_tableau(feuille, styles, "Totaux", COLONNES_TOTAUX, 0, len(devises))
    ligne = len(devises) + 1
    feuille.write_formula(ligne, 0, _resume_liste(devises), styles.note(), texte_de_la_liste(relances))
    feuille.write_formula(ligne + 1, 0, _resume_detail(detail), styles.note(), texte_du_detail(detail))
    return ligne + 1


def poser_resume(feuille: Worksheet, texte: str, adresse: str) -> None:
    """Pose sur l'en-tête le cadre qui montre le résumé ; `texte` est ce qu'en voit un tableur qui ne suit pas le lien."""
    feuille.insert_textbox(
        0, 0, texte,
        {
            "textlink": adresse, "width": _LARGEUR_CADRE, "height": HAUTEUR_CADRE, "x_offset": 3, "y_offset": 2, "object_position": 3,
            "fill": {"color": "#FFFFFF"}, "line": {"color": ENCRE, "width": 0.75},
            "font": {"size": 9, "bold": True, "color": ENCRE}, "align": {"vertical": "middle", "horizontal": "left"},
            "description": "Totaux des lignes affichées",
        },
    )  # fmt: skip


def texte_de_la_liste(relances: pd.DataFrame) -> str:
    """Le résumé de toute la liste."""
    montants = " ; ".join(m.ecrire(int(relances.loc[relances[c.DEVISE] == devise, c.NET].sum()), devise) for devise in _devises(relances))
    return f"Liste entière : {len(relances)} relances · net {montants}"


def texte_du_detail(detail: pd.DataFrame) -> str:
    """Le résumé de tout le détail."""
    montants = " ; ".join(m.ecrire(int(detail.loc[detail[c.DEVISE] == devise, c.RESTE_DU].sum()), devise) for devise in _devises(detail))
    return f"Détail entier : {len(detail)} lignes · reste dû {montants}"


def _devises(table: pd.DataFrame) -> list[str]:
    return list(table[c.DEVISE].unique()) or ["EUR"]


def _formule(libelle: str, liste: Zone, devise: str, seule: bool) -> str:
    approuvees = f'{liste.plage("Approuver")},TRUE,{liste.plage("Devise")},"{devise}"'
    if libelle == "Approuvées":
        return f"COUNTIFS({approuvees})"
    if libelle == "Réclamé approuvé":
        return f"SUMIFS({liste.plage('Total réclamé')},{approuvees})"
    if libelle == "Relances":
        return liste.affiche(_NBVAL, "Relance", devise, seule)
    return liste.affiche(_SOMME, libelle, devise, seule)


def _valeur(colonne: ColonneDeRevue, miennes: pd.DataFrame, decimales: int) -> float:
    """La valeur à l'ouverture : rien n'est filtré."""
    if colonne.champ == o.APPROUVER:
        approuvees = miennes[miennes[o.APPROUVER]]
        return len(approuvees) if colonne.genre is GenreDeColonne.ENTIER else int(approuvees[c.TOTAL_RECLAME].sum()) / 10**decimales
    return len(miennes) if colonne.genre is GenreDeColonne.ENTIER else int(miennes[colonne.champ].sum()) / 10**decimales


def _resume_liste(devises: Sequence[str]) -> str:
    """« Affiché : 12 relances · net 3 450,00 EUR · 2 approuvées (680,00 EUR) », d'après les lignes de la table."""
    case = {colonne.libelle: j for j, colonne in enumerate(COLONNES_TOTAUX)}

    def somme(libelle: str) -> str:
        return f"SUM({xl_rowcol_to_cell(1, case[libelle])}:{xl_rowcol_to_cell(len(devises), case[libelle])})"

    def montants(libelle: str) -> str:
        return '&" ; "&'.join(
            f'FIXED({xl_rowcol_to_cell(i, case[libelle])},{m.decimales(devise)})&" {devise}"' for i, devise in enumerate(devises, start=1)
        )

    return (
        f'="Affiché : "&{somme("Relances")}&" relances · net "&{montants("Net")}'
        f'&" · approuvées : "&{somme("Approuvées")}&" ("&{montants("Réclamé approuvé")}&")"'
    )


def _resume_detail(detail: pd.DataFrame) -> str:
    zone, devises = Zone(o.DETAIL, o.COLONNES_DETAIL, len(detail)), _devises(detail)
    compte = f'="Affiché : "&SUBTOTAL({_NBVAL},{zone.plage("Relance")})&" lignes"'
    if len(devises) > 1 and len(detail) > _DETAIL_MAX:
        return compte
    montants = '&" ; "&'.join(
        f'FIXED({zone.affiche(_SOMME, "Reste dû", devise, len(devises) == 1)},{m.decimales(devise)})&" {devise}"' for devise in devises
    )
    return f'{compte}&" · reste dû "&{montants}'
