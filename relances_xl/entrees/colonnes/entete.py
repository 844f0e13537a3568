"""Trouver le tableau dans une feuille : la ligne d'en-têtes, les lignes de données, ce qui est autour (« Hors tableau »).

Ce qui sépare une ligne de données d'un titre ou d'un total est dans `hors_tableau`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat, zip_longest
from operator import contains

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.tables import Fichier
from relances_xl.entrees.colonnes.hors_tableau import Ligne, Tri, colonne
from relances_xl.entrees.colonnes.reconnaissance import Appariement, apparier, noms_connus
from relances_xl.entrees.valeurs.colonne_textes import en_texte, textes

PROFONDEUR = 60
"""Nombre de lignes parmi lesquelles on cherche l'en-tête."""

_BLOC = 50_000
_ESSAI = 1_000  # cellules qui disent si une colonne se répète


@dataclass(frozen=True, slots=True)
class Entete:
    """La ligne d'en-têtes trouvée : rang dans la feuille (0 = première ligne), hauteur 1 ou 2, colonnes reconnues."""

    rang: int
    hauteur: int
    textes: tuple[str, ...]
    appariement: Appariement


@dataclass(frozen=True, slots=True)
class Tableau:
    """Les lignes de données d'un export, en colonnes.

    colonnes : champ → cellules ; numeros : int64, numéro de chaque ligne dans le fichier (1 = la première) ;
    empreintes : int64, égales si toutes les cellules de deux lignes le sont ; hors_tableau : lignes laissées autour.
    """

    entete: Entete
    colonnes: dict[str, list[Valeur]] = field(repr=False)
    numeros: NDArray[np.int64] = field(repr=False)
    empreintes: NDArray[np.int64] = field(repr=False)
    hors_tableau: int

    def cellules(self, champ: str) -> list[Valeur]:
        """La colonne d'un champ ; vide si l'export ne l'a pas."""
        return self.colonnes.get(champ) or [None] * len(self.numeros)

    def textes(self, champ: str) -> list[str]:
        """La colonne d'un champ, comme textes ; vides si l'export ne l'a pas."""
        return textes(self.colonnes[champ]) if champ in self.colonnes else [""] * len(self.numeros)

    @property
    def champs(self) -> dict[str, int]:
        """Champ → rang de sa colonne dans le fichier (0 = A)."""
        return self.entete.appariement.champs


def trouver_entete(debut: Sequence[Ligne], fichier: Fichier, colonnes: Mapping[tuple[str, str], str]) -> Entete | None:
    """La ligne d'en-têtes parmi les premières de la feuille : celle qui nomme le plus de champs, la plus haute à égalité.

    Un en-tête sur deux lignes (« Date » au-dessus de « échéance ») l'emporte s'il nomme plus de champs que chacune.
    Si aucune ligne ne nomme deux champs, c'est celle qui a le plus de textes : l'appelant dira ce qui y manque.
    None si la feuille est vide.
    """
    connus = noms_connus(fichier) | {cle(voulu) for (pour, _), voulu in colonnes.items() if pour == fichier}
    lignes = [tuple(en_texte(valeur) if isinstance(valeur, str) else "" for valeur in ligne) for ligne in debut[:PROFONDEUR]]
    candidats = [
        (rang, hauteur, textes)
        for rang in range(len(lignes))
        for hauteur, textes in _formes(lignes, debut, rang)
        if sum(cle(texte) in connus for texte in textes if texte) >= 2
    ]
    if candidats:
        notes = [
            (
                len(appariement.champs) + len(appariement.ambigus),
                -hauteur,
                -rang,
                Entete(rang, hauteur, textes, appariement),
            )
            for rang, hauteur, textes in candidats
            for appariement in (apparier(textes, fichier, colonnes),)
        ]
        return max(notes, key=lambda note: note[:3])[3]
    remplies = [(sum(map(bool, ligne)), -rang) for rang, ligne in enumerate(lignes)]
    if not remplies or max(remplies)[0] == 0:
        return None
    rang = -max(remplies)[1]
    return Entete(rang, 1, lignes[rang], apparier(lignes[rang], fichier, colonnes))


def _formes(lignes: list[tuple[str, ...]], debut: Sequence[Ligne], rang: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """La ligne seule, puis jointe à la suivante si celle-ci n'a que du texte."""
    yield 1, lignes[rang]
    if rang + 1 >= len(lignes) or any(not isinstance(valeur, str) and valeur is not None for valeur in debut[rang + 1]):
        return
    dessus, dessous = lignes[rang], lignes[rang + 1]
    if not any(dessus) or not any(dessous):
        return
    yield 2, tuple(f"{haut} {bas}".strip() for haut, bas in zip_longest(dessus, dessous, fillvalue=""))
    # cellules fusionnées : « Échéance » au-dessus de « Date » et « Montant » ne s'écrit que dans la première
    etendu, dernier = [], ""
    for haut, bas in zip_longest(dessus, dessous, fillvalue=""):
        dernier = haut or (dernier if bas else "")
        etendu.append(f"{dernier} {bas}".strip())
    yield 2, tuple(etendu)


def lire_tableau(lignes: Iterable[Ligne], fichier: Fichier, colonnes: Mapping[tuple[str, str], str]) -> Tableau | None:
    """Lit le tableau d'une feuille, sa première ligne étant la ligne 1. None si la feuille est vide.

    Les fautes de reconnaissance sont dans `entete.appariement.fautes`, à lever par l'appelant : les colonnes
    reconnues sont lues quand même.
    """
    suite = iter(lignes)
    debut = list(islice(suite, PROFONDEUR))
    entete = trouver_entete(debut, fichier, colonnes)
    return None if entete is None else couper(entete, debut, suite)


def couper(entete: Entete, debut: Sequence[Ligne], suite: Iterator[Ligne]) -> Tableau:
    """Sépare les lignes de données de ce qui est hors tableau, par blocs : la mémoire ne tient que les colonnes utiles."""
    premiere = entete.rang + entete.hauteur
    tri = Tri(entete.textes, entete.appariement.champs, debut[: entete.rang])
    hors_tableau = entete.rang
    champs = entete.appariement.champs
    gardees: dict[str, list[Valeur]] = {champ: [] for champ in champs}
    partages: dict[str, dict[Valeur, Valeur]] = {champ: {} for champ in champs}
    numeros: list[NDArray[np.int64]] = []
    empreintes: list[NDArray[np.int64]] = []
    numero = premiere + 1
    for bloc in _blocs(debut[premiere:], suite):
        retirees = tri.hors_tableau(bloc)
        hors_tableau += len(retirees)
        donnees = [ligne for i, ligne in enumerate(bloc) if i not in retirees] if retirees else bloc
        au_fil_de_l_eau = bool(donnees) and {*map(type, donnees[0])} == {str}
        rangs = np.arange(numero, numero + len(bloc), dtype=np.int64)
        numeros.append(np.delete(rangs, sorted(retirees)) if retirees else rangs)
        empreintes.append(_empreintes(donnees))
        for champ, rang in champs.items():
            cellules = colonne(donnees, rang)
            gardees[champ].extend(_partager(cellules, partages[champ]) if au_fil_de_l_eau else cellules)
        numero += len(bloc)
    vide = np.empty(0, dtype=np.int64)
    return Tableau(entete, gardees, np.concatenate([vide, *numeros]), np.concatenate([vide, *empreintes]), hors_tableau)


def _empreintes(lignes: Sequence[Ligne]) -> NDArray[np.int64]:
    """Un entier par contenu. Python donne à -1 le `hash` de -2 : un avoir de 1 se distingue d'un avoir de 2 par sa place."""
    avec_moins_un = any(map(contains, lignes, repeat(-1)))
    calcul = map(_empreinte, lignes) if avec_moins_un else map(hash, map(tuple, lignes))
    return np.fromiter(calcul, dtype=np.int64, count=len(lignes))


def _empreinte(ligne: Ligne) -> int:
    places = tuple(rang for rang, valeur in enumerate(ligne) if valeur == -1)
    return hash((tuple(ligne), places)) if places else hash(tuple(ligne))


def _blocs(debut: Sequence[Ligne], suite: Iterator[Ligne]) -> Iterator[list[Ligne]]:
    bloc = [*debut, *islice(suite, _BLOC)]
    while bloc:
        yield bloc
        bloc = list(islice(suite, _BLOC))


def _partager(valeurs: list[Valeur], connues: dict[Valeur, Valeur]) -> list[Valeur]:
    """Les cellules d'un CSV, lu au fil de l'eau : un texte qui revient souvent n'est gardé qu'une fois en mémoire."""
    essai = valeurs[:_ESSAI]
    if len(set(essai)) * 2 > len(essai):
        return valeurs
    unique = connues.setdefault
    return [unique(valeur, valeur) for valeur in valeurs]
