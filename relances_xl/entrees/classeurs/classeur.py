"""Lire un classeur, quel qu'en soit le format, en cellules sûres : ce que le fichier contient, ou un refus clair.

Le format se reconnaît au contenu : un .csv nommé .xls se lit comme du texte. Un classeur est ouvert dans un processus
à part, borné (`fichiers.enfant`) ; un texte est lu ici, au fil de l'eau.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeVar

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import FeuilleAuFil, Valeur
from relances_xl.entrees.classeurs import csv as texte
from relances_xl.entrees.classeurs.bloc_serre import Bloc, desserrer
from relances_xl.entrees.classeurs.formats import Format, reconnaitre
from relances_xl.fichiers.enfant import LectureManquee, lire_a_part

T = TypeVar("T")
_LECTEUR = "relances_xl.entrees.classeurs.lecteur"


class Onglet(NamedTuple):
    """Un onglet que l'on va lire une fois. lignes : cellules brutes (nombres en flottants, vide = "" ou None)."""

    nom: str
    format: Format
    lignes: Iterator[Sequence[Valeur]]


def lire_classeur(chemin: Path, onglets: Collection[str] | None, relire: Callable[[Iterator[FeuilleAuFil]], T]) -> T:
    """Ce que `relire` tire des onglets d'un classeur, donnés dans l'ordre, au fil de leur lecture ; un CSV est un seul onglet de textes.

    onglets : ceux qu'on veut, reconnus sans casse, accents ni espaces ; None : tous. relire : recommence du début si la lecture
    est manquée ; ce qu'elle ne parcourt pas d'un onglet avant le suivant est perdu.

    Erreurs (ErreurUtilisateur) : fichier absent, vide, protégé par un mot de passe, abîmé, d'un format non lu,
    démesuré.
    """
    format = reconnaitre(chemin)
    if format.forme:
        return relire(iter([FeuilleAuFil(chemin.stem, texte.lire_lignes(chemin, format.forme))]))
    voulus = None if onglets is None else frozenset(map(cle, onglets))
    return _avec_prudence(lambda prudent: relire(_feuilles(chemin, voulus, prudent)))


def premier_onglet(chemin: Path) -> Onglet:
    """Le premier onglet visible et non vide : celui d'un export (contrat §3)."""
    format = reconnaitre(chemin)
    if format.forme:
        return Onglet("", format, texte.lire_lignes(chemin, format.forme))
    tete, blocs = _avec_prudence(partial(_premier, chemin))
    if tete is None:
        raise ErreurUtilisateur(Faute("aucun onglet visible ne contient de données", "vérifiez que c'est le bon fichier", chemin.name))
    return Onglet(tete[1], Format(tete[0]), chain.from_iterable(map(desserrer, blocs)))


def _premier(chemin: Path, prudent: bool) -> tuple[tuple[str, str] | None, Iterator[Bloc]]:
    """((format, nom) de l'onglet, ses blocs de lignes) ; None s'il n'y en a pas."""
    morceaux = lire_a_part(f"{_LECTEUR}:premier", chemin, prudent)
    return next(morceaux, None), morceaux


def _feuilles(chemin: Path, voulus: frozenset[str] | None, prudent: bool) -> Iterator[FeuilleAuFil]:
    morceaux = lire_a_part(f"{_LECTEUR}:tous", chemin, prudent, voulus)
    for nom in morceaux:
        blocs: Iterator[Bloc] = iter(morceaux.__next__, None)
        yield FeuilleAuFil(nom, chain.from_iterable(map(desserrer, blocs)))
        for _ in blocs:  # ce que l'on n'en a pas parcouru
            pass


def _avec_prudence(lire: Callable[[bool], T]) -> T:
    """Lit une première fois ; si c'est manqué, une seconde en cherchant les cellules égarées, ce qui est plus lent."""
    try:
        return lire(False)
    except LectureManquee:
        return lire(True)
