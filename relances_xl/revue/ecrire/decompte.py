"""`decompte.xlsx` : le décompte d'un client pour le contentieux, au même habit que la revue (contrat §8)."""

from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.tableau import ecrire_tableau, nouveau_classeur
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

COLONNES_DECOMPTE = (
    ColonneDeRevue("Pièce", c.PIECE, GenreDeColonne.CODE, 20),
    ColonneDeRevue("Date pièce", c.DATE_PIECE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Échéance", c.DATE_ECHEANCE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Principal", c.RESTE_DU, GenreDeColonne.MONTANT, 15),
    ColonneDeRevue("Crédits imputés", c.CREDITS, GenreDeColonne.MONTANT, 15),
    ColonneDeRevue("Reste", c.NET_PENALISABLE, GenreDeColonne.MONTANT, 15),
    ColonneDeRevue("Intérêts", c.PENALITES, GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Indemnité", c.INDEMNITE, GenreDeColonne.MONTANT, 12),
    ColonneDeRevue("Total", c.TOTAL_RECLAME, GenreDeColonne.MONTANT, 15),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 9),
)
COLONNES_INTERETS = (
    ColonneDeRevue("Pièce", c.PIECE, GenreDeColonne.CODE, 20),
    ColonneDeRevue("Semestre", c.SEMESTRE, GenreDeColonne.TEXTE, 12),
    ColonneDeRevue("Du", c.DU, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Au", c.AU, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Jours", c.JOURS, GenreDeColonne.ENTIER, 9),
    ColonneDeRevue("Taux annuel", c.TAUX, GenreDeColonne.TEXTE, 13),
    ColonneDeRevue("Intérêts", c.PENALITES, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 9),
)


def ecrire_decompte(chemin: Path, creances: pd.DataFrame, periodes: pd.DataFrame) -> None:
    """Écrit « Décompte » (une ligne par échéance, et leur total) et « Intérêts » (une par semestre)."""
    total = creances[c.NET_PENALISABLE] + creances[c.PENALITES].fillna(0) + creances[c.INDEMNITE]
    table = creances.assign(**{c.TOTAL_RECLAME: total.astype("int64")})
    sommes = {nom: table[nom].sum() for nom in (c.RESTE_DU, c.CREDITS, c.NET_PENALISABLE, c.PENALITES, c.INDEMNITE, c.TOTAL_RECLAME)}
    dernier = pd.DataFrame([{c.PIECE: "Total", c.DEVISE: table[c.DEVISE].iloc[0], **sommes}]).reindex(columns=table.columns)
    avec_total = pd.concat([table, dernier.astype({nom: table[nom].dtype for nom in (*sommes, c.DATE_PIECE, c.DATE_ECHEANCE)})])
    with nouveau_classeur(chemin) as classeur:
        styles = Styles(classeur)
        ecrire_tableau(classeur, styles, "Décompte", "Decompte", COLONNES_DECOMPTE, avec_total.reset_index(drop=True), figees=1)
        ecrire_tableau(classeur, styles, "Intérêts", "Interets", COLONNES_INTERETS, periodes, figees=1)
