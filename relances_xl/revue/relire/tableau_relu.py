"""Retrouver un onglet-tableau par ses libellés, quoi que l'utilisateur ait déplacé, inséré ou trié autour, et le relire."""

import string
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from types import NoneType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.cellule import Illisible
from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import FeuilleAuFil, Valeur, lettres_de_colonne
from relances_xl.revue import lecteurs
from relances_xl.revue.schema import ColonneDeRevue

_BLOC = 2_000  # lignes
_JAMAIS_UN_TOTAL = frozenset(string.digits + "ABCDEFGHIJKLMNOPQRUVWXYZ")  # le mot « total » ne commence pas ainsi
_QUI_REVIENNENT = frozenset((c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE))
_LIGNES_EXPLOREES = 50  # où chercher les en-têtes, si l'on a inséré des lignes au-dessus


@dataclass(frozen=True, slots=True)
class TableauRelu:
    """Un onglet relu par ses colonnes déclarées.

    table : une ligne par ligne de données, une colonne par `champ` relu, au type de son lecteur (vide si la colonne manque) ;
    illisibles : champ → rang → pourquoi ; numeros : ligne de chaque rang dans le fichier (à partir de 1) ;
    rangs : champ → colonne, de celles qui sont là.
    """

    onglet: str
    fichier: str
    table: pd.DataFrame
    illisibles: dict[str, dict[int, Illisible]]
    numeros: Sequence[int]
    rangs: dict[str, int]

    def __contains__(self, champ: str) -> bool:
        """Vrai si la colonne est dans le fichier."""
        return champ in self.rangs

    def faute(self, i: int, champ: str, message: str, remede: str) -> Faute:
        """Une faute à la cellule de ce champ, rang i."""
        return Faute(message, remede, self.fichier, self.onglet, self.adresse(i, champ))

    def adresse(self, i: int, champ: str) -> str:
        return f"{lettres_de_colonne(self.rangs[champ] + 1)}{self.numeros[i]}"


def retrouver(
    feuilles: Iterable[FeuilleAuFil],
    fichier: str,
    onglet: str,
    colonnes: Sequence[ColonneDeRevue],
    cles: Sequence[str],
    inutiles: tuple[str, Callable[[Valeur], bool]] | None = None,
    connus: dict[str, str] | None = None,
) -> TableauRelu | list[Faute]:
    """L'onglet relu, ou ce qui manque pour le lire.

    colonnes : celles de l'onglet, dont celles qui ont un lecteur sont relues. Les en-têtes sont sur la première ligne qui en
    porte le plus. `cles` : champs sans lesquels une ligne n'est pas une donnée (ligne vide, total, sous-total) ;
    `inutiles` : un champ, et à quelles cellules de ce champ se reconnaissent les lignes qu'il ne sert à rien de lire ;
    `connus` : les textes des onglets relus avant celui-ci : un code, un nom qui revient n'est gardé qu'une fois.
    """
    feuille = next((f for f in feuilles if cle(f.nom) == cle(onglet)), None)
    if feuille is None:
        return [onglet_absent(onglet, fichier)]
    lignes = iter(feuille.lignes)
    tete = list(islice(lignes, _LIGNES_EXPLOREES))
    relues = {colonne.champ: colonne.lecteur for colonne in colonnes if colonne.lecteur}
    champs = {cle(colonne.libelle): colonne.champ for colonne in colonnes if colonne.lecteur}
    haut, rangs = _entetes(tete, champs)
    manquantes = [colonne.libelle for colonne in colonnes if colonne.lecteur and not colonne.facultative and colonne.champ not in rangs]
    if manquantes:
        connues = {cle(colonne.libelle) for colonne in colonnes}
        vues = [str(v) for v in tete[haut] if v is not None and cle(str(v)) not in connues] if tete else []
        return [_manquante(libelle, vues, fichier, onglet) for libelle in manquantes]
    numeros, illisibles, debut = array("L"), {champ: dict[int, Illisible]() for champ in relues}, haut + 2
    accumulees = _Colonnes({champ: lecteur.type for champ, lecteur in relues.items()}, {} if connus is None else connus)
    for bloc in _par_blocs(chain(tete[haut + 1 :], lignes)):
        lu = _lire_un_bloc(relues, bloc, rangs, cles, inutiles)
        accumulees.allonger(lu.valeurs)
        for champ, fautes in lu.illisibles.items():
            illisibles[champ].update((len(numeros) + i, faute) for i, faute in fautes.items())
        numeros.extend(debut + i for i in lu.gardees)
        debut += len(bloc)
    return TableauRelu(onglet, fichier, accumulees.table(), illisibles, numeros, rangs)


def onglet_absent(onglet: str, fichier: str) -> Faute:
    """Ce que l'on dit d'un onglet qui n'y est pas."""
    return Faute(f"l'onglet « {onglet} » manque", "relancez « lister » : la revue doit garder ses onglets", fichier)


def _par_blocs(lignes: Iterator[Sequence[Valeur]]) -> Iterator[list[Sequence[Valeur]]]:
    """Les lignes, quelques milliers à la fois, une fois au moins : d'un grand onglet, les cellules ne sont jamais toutes là."""
    bloc = list(islice(lignes, _BLOC))
    yield bloc
    while bloc := list(islice(lignes, _BLOC)):
        yield bloc


class _Colonnes:
    """Les colonnes d'un onglet, qui s'allongent à chaque bloc lu : des tables mises bout à bout y seraient, un instant, deux fois.

    types : champ → type de sa colonne ; connus : les textes qui reviennent d'une ligne ou d'un onglet à l'autre, gardés une fois.
    """

    def __init__(self, types: dict[str, str], connus: dict[str, str]) -> None:
        self._types, self._connus = types, connus
        self._valeurs: dict[str, Any] = {champ: array("q") if type_ == "int64" else [] for champ, type_ in types.items()}

    def allonger(self, bloc: dict[str, list[Any]]) -> None:
        for champ, lues in bloc.items():
            self._valeurs[champ].extend([self._connus.setdefault(lue, lue) for lue in lues] if champ in _QUI_REVIENNENT else lues)

    def table(self) -> pd.DataFrame:
        """La table ; chaque colonne cède la place à la sienne."""
        return pd.DataFrame({champ: _serie(self._valeurs.pop(champ), type_) for champ, type_ in self._types.items()}, copy=False)


def _serie(valeurs: Sequence[Any], type_: str) -> pd.Series:
    if isinstance(valeurs, array):
        return pd.Series(np.asarray(valeurs))
    return pd.Series(valeurs, dtype="object").astype(pd.api.types.pandas_dtype(type_))


class _BlocRelu(NamedTuple):
    """gardees : les lignes du bloc qui sont des données ; illisibles : champ → rang parmi elles → pourquoi."""

    gardees: list[int]
    valeurs: dict[str, list[Any]]
    illisibles: dict[str, dict[int, Illisible]]


def _lire_un_bloc(
    relues: dict[str, lecteurs.LecteurDeColonne],
    lignes: list[Sequence[Valeur]],
    rangs: dict[str, int],
    cles: Sequence[str],
    inutiles: tuple[str, Callable[[Valeur], bool]] | None,
) -> _BlocRelu:
    """Les données d'un bloc, chaque colonne par son lecteur."""
    presentes, gardees = list(zip_longest(*lignes)), list(range(len(lignes)))
    rien: Sequence[Valeur] = (None,) * len(lignes)
    cellules = {champ: presentes[j] if j < len(presentes) else rien for champ, j in rangs.items()}
    for champ in cles:
        connues = {cellule: _est_une_cle(cellule) for cellule in dict.fromkeys(cellules[champ])}
        gardees = [i for i in gardees if connues[cellules[champ][i]]]
    if inutiles:
        champ, inutile = inutiles
        gardees = [i for i in gardees if not inutile(cellules[champ][i])]
    if len(gardees) < len(lignes):
        cellules = {champ: [colonne[i] for i in gardees] for champ, colonne in cellules.items()}
        rien = rien[: len(gardees)]
    devises = [lue or "EUR" for lue in _lire_la_colonne(lecteurs.TEXTE, cellules.get(c.DEVISE, rien), ())[0]]
    valeurs: dict[str, list[Any]] = {}
    illisibles: dict[str, dict[int, Illisible]] = {}
    for champ, lecteur in relues.items():
        valeurs[champ], illisibles[champ] = _lire_la_colonne(lecteur, cellules.get(champ, rien), devises)
    return _BlocRelu(gardees, valeurs, illisibles)


def _lire_la_colonne(
    lecteur: lecteurs.LecteurDeColonne, cellules: Sequence[Valeur], devises: Sequence[str]
) -> tuple[list[Any], dict[int, Illisible]]:
    """Les valeurs d'une colonne, et ce qui ne s'y lit pas ; chaque cellule distincte se lit une fois : une revue en répète beaucoup."""
    devises = devises if lecteur.par_devise else ("",) * len(cellules)
    connues: dict[Any, Any]
    genres = set(map(type, cellules))
    if len(genres) == 1 and (d_un_coup := lecteur.d_un_coup.get(*genres)):
        return d_un_coup(cellules), {}
    if len(genres - {NoneType}) <= 1 and len(set(devises)) <= 1:
        clefs: Sequence[Any] = cellules
        connues = {cellule: _lire(lecteur, cellule, devises[0]) for cellule in dict.fromkeys(cellules)}
    else:  # 1, 1.0 et True sont égaux pour Python, pas pour un lecteur : leur type les distingue
        clefs = list(zip(cellules, map(type, cellules), devises, strict=True))
        connues = {clef: _lire(lecteur, clef[0], clef[2]) for clef in dict.fromkeys(clefs)}
    lues = list(map(connues.__getitem__, clefs))
    if not any(isinstance(lue, Illisible) for lue in connues.values()):
        return lues, {}
    fautes = {i: lue for i, lue in enumerate(lues) if isinstance(lue, Illisible)}
    for i in fautes:
        lues[i] = lecteur.vide
    return lues, fautes


def _lire(lecteur: lecteurs.LecteurDeColonne, cellule: Valeur, devise: str) -> object:
    """La valeur de la cellule, ou pourquoi elle ne se lit pas."""
    try:
        return lecteurs.lire(lecteur, cellule, devise)
    except Illisible as illisible:
        return illisible


def _entetes(lignes: Sequence[Sequence[Valeur]], attendus: dict[str, str]) -> tuple[int, dict[str, int]]:
    """La ligne d'en-tête (à partir de 0) et la colonne de chaque champ ; un libellé en double garde sa première colonne.

    attendus : libellé, en forme de comparaison → champ.
    """
    meilleur: tuple[int, dict[str, int]] = (0, {})
    for i, ligne in enumerate(lignes):
        rangs: dict[str, int] = {}
        for j, valeur in enumerate(ligne):
            if isinstance(valeur, str) and (champ := attendus.get(cle(valeur))):
                rangs.setdefault(champ, j)
        if len(rangs) > len(meilleur[1]):
            meilleur = (i, rangs)
    return meilleur


def _est_une_cle(cellule: Valeur) -> bool:
    """Ni vide, ni total, ni sous-total (Excel les écrit « Total C001 » dans la colonne regroupée)."""
    texte = "" if cellule is None else str(cellule).strip()
    return bool(texte) and (texte[0] in _JAMAIS_UN_TOTAL or not cle(texte).startswith(("total", "soustotal")))


def _manquante(libelle: str, vus: Sequence[str], fichier: str, onglet: str) -> Faute:
    proche = plus_proche(libelle, vus)
    remede = f"renommez « {proche} » en « {libelle} »" if proche else f"remettez l'en-tête « {libelle} », ou relancez « lister »"
    return Faute(f"la colonne « {libelle} » est introuvable", remede, fichier, onglet, "ligne d'en-tête")
