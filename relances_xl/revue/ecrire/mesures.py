"""Ce que porte une colonne et la place qu'elle prend : sa largeur, en unités d'Excel, et les lignes de texte de ses cellules."""

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.revue.ecrire.mise_en_forme import RETRAITS
from relances_xl.revue.ecrire.rapide.cellules import Nombres, dates, entiers
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne, Presence

MONTANTS = (GenreDeColonne.MONTANT, GenreDeColonne.MONTANT_NU, GenreDeColonne.SOLDE)
_NOMBRES = (*MONTANTS, GenreDeColonne.ENTIER, GenreDeColonne.JOURS, GenreDeColonne.NIVEAU)
_TEXTES = (GenreDeColonne.TEXTE, GenreDeColonne.LONG, GenreDeColonne.CODE)
_LIGNES_ENTETE = 3
_PAR_UNITE = 1.12  # lettres courantes par unité de largeur, qui est celle d'un chiffre
_ETROIT = 0.5  # la largeur d'une espace ou d'une ponctuation, en chiffres
_PONCTUATION = re.compile(r"[\W_]")
_RETRAIT = 1.5  # unités perdues en marges
_MONTANT_MIN = 9.0  # unités
_BOUTON = 2.2  # et sous le bouton du filtre
_EVIDENTES = {"Devise": "EUR"}
"""Les colonnes qui ne disent rien quand elles ne disent que cela."""


class ColonneMesuree(NamedTuple):
    """Une colonne, lue de la table une fois.

    valeurs : textes ou cases, en liste ; nombres, dont les montants en unités minimales et les dates en numéros de série ;
    distinctes : les textes ou cases, sans leurs répétitions ; largeur : en unités d'Excel ; lignes : celles qu'occupe son plus long texte, 1 si elle ne va pas à la ligne ; masquee : elle ne se voit pas.
    """

    declaree: ColonneDeRevue
    valeurs: list[Any] | Nombres
    largeur: float
    lignes: int
    masquee: bool
    distinctes: list[Any] | None = None


def mesurer(colonne: ColonneDeRevue, serie: pd.Series, hors_euros: NDArray[np.bool_]) -> ColonneMesuree:
    """Lit et mesure une colonne ; hors_euros : vrai pour les lignes dont la devise n'est pas l'euro."""
    if colonne.genre in _NOMBRES or colonne.genre is GenreDeColonne.DATE:
        nombres = dates(serie) if colonne.genre is GenreDeColonne.DATE else entiers(serie)
        return ColonneMesuree(colonne, nombres, _largeur_des_nombres(colonne, nombres, hors_euros), 1, _est_masquee(colonne, nombres))
    valeurs = serie.tolist()
    distinctes = list(dict.fromkeys(valeurs))
    largeur = _largeur_des_textes(colonne, distinctes)
    lignes = plus_de_lignes(distinctes, largeur) if colonne.genre is GenreDeColonne.LONG else 1
    return ColonneMesuree(colonne, valeurs, largeur, lignes, _est_masquee(colonne, distinctes), distinctes)


def _est_masquee(colonne: ColonneDeRevue, valeurs: list[Any] | Nombres) -> bool:
    """Vrai pour une colonne de la machine, repliée, ou dont aucune cellule n'apprend rien : vide, nulle, ou la devise tout en euros."""
    hauteur = len(valeurs.valeurs if isinstance(valeurs, Nombres) else valeurs)
    if colonne.presence is not Presence.SI_UTILE or colonne.modifiable or not hauteur:
        return colonne.presence in (Presence.JAMAIS, Presence.REPLIEE)
    if not isinstance(valeurs, Nombres):
        return all(valeur in ("", False, _EVIDENTES.get(colonne.libelle, "")) for valeur in valeurs)
    if colonne.genre is GenreDeColonne.DATE:
        return valeurs.absents is not None and bool(valeurs.absents.all())
    return not valeurs.valeurs.any()


def _largeur_des_nombres(colonne: ColonneDeRevue, nombres: Nombres, hors_euros: NDArray[np.bool_]) -> float:
    """Celle qu'il faut aux montants, qu'Excel rendrait sinon par des « ### » ; celle déclarée, pour les autres nombres."""
    entete = _largeur_de_l_entete(colonne)
    if colonne.genre not in MONTANTS:
        return max(entete, colonne.largeur)
    dites = hors_euros & (colonne.genre is not GenreDeColonne.MONTANT_NU)
    return max(entete, largeur_des_montants(nombres.valeurs, dites), colonne.largeur if colonne.modifiable else _MONTANT_MIN)


def _largeur_des_textes(colonne: ColonneDeRevue, textes: Sequence[str]) -> float:
    """Celle de la plus longue ligne, jusqu'à celle déclarée : l'écran et la page, où vingt colonnes tiennent en large, y gagnent."""
    entete = _largeur_de_l_entete(colonne)
    if colonne.modifiable or colonne.genre not in _TEXTES:
        return max(entete, colonne.largeur)
    plus_longue = max("\n".join(textes).split("\n"), key=len)
    minuscules = sum(lettre.islower() for lettre in plus_longue)  # plus étroites que les chiffres et les capitales
    return max(entete, min(colonne.largeur, 0.97 * len(plus_longue) - 0.1 * minuscules + _RETRAIT + 1))


def largeur_des_montants(unites: NDArray[np.int64], hors_euros: NDArray[np.bool_]) -> float:
    """De quoi montrer en entier des montants, en unités minimales : chiffres, séparateurs, signe, devise (hors_euros) et marges."""
    largeurs = [1.0]
    for siens, suffixe in ((unites[~hors_euros], 0.0), (unites[hors_euros], 4.7)):
        if siens.size:
            chiffres = len(str(np.abs(siens).max()))
            largeurs.append(chiffres + chiffres // 3 * 0.5 + suffixe)
    return max(largeurs) + 2.2


def _largeur_de_l_entete(colonne: ColonneDeRevue) -> float:
    """De quoi lire chaque mot de l'en-tête, le dernier à côté du bouton du filtre."""
    *mots, dernier = colonne.libelle.split()
    return float(max([*map(len, mots), len(dernier) + _BOUTON])) + (1 if colonne.genre in RETRAITS else 0)


def lignes_de_l_entete(libelle: str, largeur: float) -> int:
    """Lignes qu'occupe un en-tête, mot après mot, le bouton du filtre à côté du dernier."""
    lignes, occupe = 1, 0.0
    mots = libelle.split()
    for i, mot in enumerate(mots):
        large = len(mot) + (_BOUTON if i == len(mots) - 1 else 0)
        if occupe and occupe + 1 + large > 1.12 * largeur:
            lignes, occupe = lignes + 1, 0.0
        occupe += large + (1 if occupe else 0)
    return min(lignes, _LIGNES_ENTETE)


def nombre_de_lignes(texte: str, largeur: float) -> int:
    """Lignes qu'occupe un texte dans une colonne de cette largeur."""
    return sum(max(1, math.ceil(len(partie) / (_PAR_UNITE * (largeur - _RETRAIT)))) for partie in texte.split("\n"))


def plus_de_lignes(textes: Sequence[str], largeur: float) -> int:
    """Lignes qu'occupe le plus haut de ces textes : le plus grand `nombre_de_lignes`, 1 s'il n'y en a pas."""
    if not textes:
        return 1
    _, longueurs, debuts = _parties(textes)
    lignes = np.maximum(1, np.ceil(longueurs / (_PAR_UNITE * (largeur - _RETRAIT))))
    return int(np.add.reduceat(lignes, debuts).max())


def lignes_des_fiches(colonnes: Sequence[ColonneMesuree], combien: int, plafond: int) -> list[int]:
    """Lignes qu'occupe le plus long texte de chacune des `combien` rangées, deux au moins, le plafond au plus."""
    hauteurs = np.full(combien, min(2, plafond))
    for colonne in colonnes:
        if combien and colonne.declaree.genre is GenreDeColonne.LONG and not isinstance(colonne.valeurs, Nombres):
            hauteurs = np.maximum(hauteurs, _lignes_de_chiffres(colonne.valeurs, colonne.largeur))
    return list(np.minimum(hauteurs, plafond).tolist())


def _lignes_de_chiffres(textes: Sequence[str], largeur: float) -> NDArray[np.int64]:
    """Comme `nombre_de_lignes`, de chaque texte, où chiffres et ponctuation sont plus nombreux que les lettres."""
    parties, longueurs, debuts = _parties(textes)
    place, lignes = largeur - _RETRAIT, np.ones(len(parties))
    longues = np.flatnonzero(longueurs > place)
    if len(longues):
        etroites = _ponctuations("".join(map(parties.__getitem__, longues.tolist())), longueurs[longues])
        lignes[longues] = np.ceil((longueurs[longues] - (1 - _ETROIT) * etroites) / place)
    return np.add.reduceat(lignes, debuts).astype("int64")


def _ponctuations(ensemble: str, longueurs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Espaces et ponctuations de chacun des morceaux, de ces longueurs, dont l'ensemble est fait."""
    codes = np.frombuffer(ensemble.encode("utf-32-le", "surrogatepass"), "uint32")
    presents = np.bincount(codes) > 0
    for code in np.flatnonzero(presents).tolist():
        presents[code] = _PONCTUATION.match(chr(code)) is not None
    return np.add.reduceat(presents[codes], np.cumsum(longueurs) - longueurs, dtype="int64")


def _parties(textes: Sequence[str]) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Les lignes écrites des textes, leurs longueurs, et le rang de la première de chaque texte."""
    parties = "\n".join(textes).split("\n")
    longueurs = np.fromiter(map(len, parties), "int64", len(parties))
    nombres = np.fromiter((texte.count("\n") for texte in textes), "int64", len(textes)) + 1
    return parties, longueurs, np.cumsum(nombres) - nombres
