"""Trouver l'en-tête d'une feuille : la ligne qui nomme le plus de champs, seule ou jointe à la suivante.

Les lignes de données sont lues par `lignes_du_tableau`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.tables import Fichier
from relances_xl.entrees.colonnes.hors_tableau import Ligne
from relances_xl.entrees.colonnes.noms_d_entete import noms_connus
from relances_xl.entrees.colonnes.reconnaissance import Appariement, apparier
from relances_xl.entrees.valeurs.colonne_textes import en_texte

PROFONDEUR = 60
"""Nombre de lignes parmi lesquelles on cherche l'en-tête."""


class Entete(NamedTuple):
    """La ligne d'en-têtes trouvée : rang dans la feuille (0 = première ligne), hauteur 1 ou 2, colonnes reconnues."""

    rang: int
    hauteur: int
    textes: tuple[str, ...]
    appariement: Appariement


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
