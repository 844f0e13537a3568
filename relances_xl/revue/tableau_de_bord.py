"""L'onglet « Tableau de bord » : totaux qui suivent le filtre, tables du bilan, et leurs graphiques natifs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import colonnes as c
from relances_xl.domaine import montants as m
from relances_xl.revue import colonnes as o
from relances_xl.revue.colonnes import Colonne, Genre
from relances_xl.revue.contenu import Contenu
from relances_xl.revue.graphiques import Graphique, inserer
from relances_xl.revue.mise_en_forme import Styles, mettre_en_page

_MAX_PAR_DEVISE = 20_000  # lignes : au-delà, recalculer par devise à chaque filtre ralentirait la saisie
_HAUTEUR_GRAPHIQUE = 17  # lignes réservées à côté d'un graphique
_COLONNE_GRAPHIQUE = 8


@dataclass(frozen=True, slots=True)
class Bloc:
    """Une table du bilan : son nom dans `Contenu.bilan`, son titre, ses colonnes, son graphique."""

    nom: str
    titre: str
    colonnes: tuple[Colonne, ...]
    graphique: Graphique | None = None


_DEVISE = Colonne("Devise", "Devise", Genre.CODE, 11)


def _montant(libelle: str) -> Colonne:
    return Colonne(libelle, libelle, Genre.MONTANT, 14)


def _nombre(libelle: str) -> Colonne:
    return Colonne(libelle, libelle, Genre.ENTIER, 12)


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
        (_DEVISE, Colonne("Niveau", "Niveau", Genre.TEXTE, 14), _nombre("Relances"), _nombre("Échéances"), _montant("Retard")),
        Graphique("column", "Retard par niveau", categories="Niveau", valeurs="Retard"),
    ),
    Bloc(
        "commerciaux",
        "Retard par commercial",
        (_DEVISE, Colonne("Commercial", "Commercial", Genre.TEXTE, 22), _nombre("Clients"), _nombre("Échéances"), _montant("Retard")),
        Graphique("bar", "Retard par commercial", categories="Commercial", valeurs="Retard"),
    ),
    Bloc(
        "debiteurs",
        "Premiers débiteurs",
        (
            _DEVISE,
            Colonne("Code client", "Code client", Genre.CODE, 14),
            Colonne("Raison sociale", "Raison sociale", Genre.TEXTE, 30),
            _montant("Retard"),
            _montant("> 90 j"),
        ),
        Graphique("bar", "Premiers débiteurs", categories="Raison sociale", valeurs="Retard"),
    ),
)


def ecrire_tableau_de_bord(classeur: Workbook, styles: Styles, contenu: Contenu, detail: pd.DataFrame) -> Worksheet:
    """Écrit l'onglet : les totaux en tête, puis chaque table du bilan qui n'est pas vide, son graphique à côté."""
    feuille = classeur.add_worksheet(o.TABLEAU_DE_BORD)
    ligne = _ecrire_totaux(feuille, styles, contenu.relances, detail) + 2
    for bloc in BLOCS:
        table = contenu.bilan.get(bloc.nom)
        if table is None or table.empty:
            continue
        feuille.write_string(ligne, 0, bloc.titre, styles.titre())
        _ecrire_bloc(feuille, styles, bloc, table.reset_index(drop=True), ligne + 1)
        if bloc.graphique:
            inserer(classeur, feuille, bloc.graphique, bloc.colonnes, table, ligne + 1, _COLONNE_GRAPHIQUE)
        ligne += max(len(table) + 4, _HAUTEUR_GRAPHIQUE)
    for j in range(10):
        feuille.set_column(j, j, 15 if j != 2 else 30)
    mettre_en_page(feuille, 0)
    return feuille


def _ecrire_bloc(feuille: Worksheet, styles: Styles, bloc: Bloc, table: pd.DataFrame, haut: int) -> None:
    for i, rang in enumerate(table.to_dict("records"), start=haut + 1):
        decimales = m.decimales(rang.get("Devise", ""))
        for j, colonne in enumerate(bloc.colonnes):
            valeur, format_ = rang[colonne.champ], styles.cellule(colonne, decimales)
            if pd.isna(valeur):
                feuille.write_blank(i, j, None, format_)
            elif colonne.genre is Genre.MONTANT:
                feuille.write_number(i, j, valeur / 10**decimales, format_)
            elif colonne.genre in (Genre.ENTIER, Genre.TAUX):
                feuille.write_number(i, j, valeur, format_)
            else:
                feuille.write_string(i, j, str(valeur), format_)
    _declarer_tableau(feuille, styles, bloc.nom.capitalize(), bloc.colonnes, haut, len(table))


def _declarer_tableau(
    feuille: Worksheet, styles: Styles, nom: str, colonnes: Sequence[Colonne], haut: int, hauteur: int
) -> None:
    feuille.add_table(
        haut, 0, haut + max(hauteur, 1), len(colonnes) - 1,
        {
            "name": nom,
            "style": "Table Style Light 1",
            "columns": [{"header": col.libelle, "header_format": styles.entete()} for col in colonnes],
        },
    )  # fmt: skip


_TOTAUX: tuple[Colonne, ...] = (
    _DEVISE,
    _nombre("Relances"),
    *map(_montant, ("Retard", "Crédits", "Net", "Pénalités", "Indemnité", "Total réclamé")),
    _nombre("Approuvées"),
    _montant("Réclamé approuvé"),
)


def _ecrire_totaux(feuille: Worksheet, styles: Styles, relances: pd.DataFrame, detail: pd.DataFrame) -> int:
    """Par devise, ce que « Liste clients » affiche (filtre compris) et ce qui y est approuvé ; rend la dernière ligne."""
    devises = list(dict.fromkeys(relances[c.DEVISE])) or ["EUR"]
    for i, devise in enumerate(devises, start=1):
        d = m.decimales(devise)
        feuille.write_string(i, 0, devise, styles.cellule(_DEVISE))
        miennes = relances[relances[c.DEVISE] == devise]
        for j, colonne in enumerate(_TOTAUX[1:], start=1):
            formule, valeur = _total(colonne.libelle, devise, miennes, len(relances), len(devises))
            feuille.write_formula(i, j, formule, styles.cellule(colonne, d), valeur)
    _declarer_tableau(feuille, styles, "Totaux", _TOTAUX, 0, len(devises))
    feuille.write_string(
        len(devises) + 1, 0,
        "Totaux de ce que « Liste clients » affiche : ils suivent son filtre. « Approuvées » suit ses coches.", styles.note(),
    )  # fmt: skip
    return len(devises) + 1


def _total(libelle: str, devise: str, miennes: pd.DataFrame, hauteur: int, nb_devises: int) -> tuple[str, float]:
    """La formule d'un total, et sa valeur à l'ouverture."""
    derniere = max(hauteur, 1) + 1
    if libelle == "Approuvées":
        return f'=COUNTIFS({_plage("Approuver", derniere)},TRUE,{_plage("Devise", derniere)},"{devise}")', 0
    if libelle == "Réclamé approuvé":
        return (
            f'=SUMIFS({_plage("Total réclamé", derniere)},{_plage("Approuver", derniere)},TRUE,{_plage("Devise", derniere)},"{devise}")',
            0,
        )
    compte = libelle == "Relances"
    source = _plage("Relance" if compte else libelle, derniere)
    champ = next(col.champ for col in o.COLONNES_LISTE if col.libelle == ("Relance" if compte else libelle))
    valeur = len(miennes) if compte else int(miennes[champ].sum()) / 10 ** m.decimales(devise)
    fonction = 103 if compte else 109  # NBVAL et SOMME des lignes que le filtre laisse
    if nb_devises == 1:
        return f"=SUBTOTAL({fonction},{source})", valeur
    if hauteur > _MAX_PAR_DEVISE:
        return f'=COUNTIF({_plage("Devise", derniere)},"{devise}")' if compte else f'=SUMIF({_plage("Devise", derniere)},"{devise}",{source})', valeur
    premiere = source.split(":")[0]
    par_ligne = f"SUBTOTAL({fonction},OFFSET({premiere},ROW({source})-2,0))"
    return f'=SUMPRODUCT({par_ligne}*({_plage("Devise", derniere)}="{devise}"))', valeur


def _plage(libelle: str, derniere: int) -> str:
    j = [colonne.libelle for colonne in o.COLONNES_LISTE].index(libelle)
    return f"'{o.LISTE}'!${xl_col_to_name(j)}$2:${xl_col_to_name(j)}${derniere}"
