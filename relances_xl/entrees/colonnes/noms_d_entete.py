"""Ce qu'un en-tête dit : la clé de son nom, l'unité qu'il porte, la monnaie, la lettre de sa colonne."""

import re
from functools import lru_cache

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.tables import FICHIERS, Fichier
from relances_xl.entrees.colonnes.synonymes import PAR_FICHIER, RESTE_TENUE, TOTAL_TENUE

_EUROS = re.compile(r"(?:€|(?<![^\W_])(?:eur|euros?))\s*[)\]]?\s*$", re.IGNORECASE)
_PLUS_OU_MOINS = frozenset({"+/-", "+ / -", "±", "-/+"})
_UNITE = re.compile(r"[(\[]\s*(?:(?:en )?(?:€|eur|euros?)|ttc|jours?|j)\s*[)\]]\s*$", re.IGNORECASE)
_EN_EUROS = re.compile(r"\s(?:en\s)?(?:€|eur|euros?)\s*$", re.IGNORECASE)


def noms_connus(fichier: Fichier) -> frozenset[str]:
    """Les clés (`domaine.textes.cle`) de tous les noms de colonne connus : de quoi trouver la ligne d'en-têtes."""
    return frozenset().union(*(cles for par_champ in noms_par_rang(fichier) for cles in par_champ.values()))


@lru_cache(maxsize=2)
def noms_par_rang(fichier: Fichier) -> list[dict[str, set[str]]]:
    """Un dictionnaire par rang : champ → clés de ses noms. Le nom du champ lui-même est de rang 1."""
    rangs: list[dict[str, set[str]]] = [{} for _ in range(max(groupe.rang for groupe in PAR_FICHIER[fichier]))]
    for champ in FICHIERS[fichier]:
        rangs[0][champ.nom] = {cle(champ.nom)}
    for groupe in PAR_FICHIER[fichier]:
        rangs[groupe.rang - 1].setdefault(groupe.champ, set()).update(*map(_cles, groupe.noms))
    return rangs


def _cles(nom: str) -> set[str]:
    """Les clés d'un nom ; « N° x » s'écrit de plusieurs façons."""
    if not nom.startswith("N° "):
        return {cle(nom)}
    numeros = ("N°", "No", "Num", "Numéro")
    avant = {cle(f"{numero} {mot} {nom[3:]}") for numero in numeros for mot in ("", "de", "du", "de la")}
    return avant | {cle(f"{nom[3:]} {numero}") for numero in numeros}


def cle_entete(entete: str) -> str:
    """La clé d'un en-tête, sans l'unité qu'il porte : « Solde (EUR) » est « Solde »."""
    if entete.strip() in _PLUS_OU_MOINS:
        return c.SENS
    if (nue := cle(_EN_EUROS.sub("", entete))) in _noms_de(c.RESTE_DU) and cle(entete) not in _noms_de(RESTE_TENUE):
        return nue
    return cle(_UNITE.sub("", entete))


@lru_cache(maxsize=4)
def _noms_de(champ: str) -> frozenset[str]:
    """Les clés des noms d'un champ d'échéance."""
    return frozenset(cle(nom) for groupe in PAR_FICHIER["Échéances"] if groupe.champ == champ for nom in groupe.noms)


def est_en_tenue(entete: str) -> bool:
    """L'en-tête dit la monnaie des livres : « Solde (EUR) », « Montant dû signé »."""
    return _EUROS.search(entete) is not None or cle_entete(entete) in _noms_de(RESTE_TENUE) | set(map(cle, TOTAL_TENUE))


def lettre(colonne: int) -> str:
    """Le nom d'une colonne dans Excel : 0 → A, 26 → AA.

    >>> lettre(0), lettre(26)
    ('A', 'AA')
    """
    nom = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        nom = chr(65 + reste) + nom
    return nom
