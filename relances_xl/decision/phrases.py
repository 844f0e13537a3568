"""Écrire en français, colonne par colonne : dates, montants, jours, alertes jointes."""

from collections.abc import Sequence

import pandas as pd

from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import ecrire

SEPARATEUR = " · "


def vides(lignes: pd.Series | pd.DataFrame) -> pd.Series:
    """Rien à dire d'aucune ligne."""
    return pd.Series("", lignes.index, dtype="str")


def si(condition: pd.Series, texte: str) -> pd.Series:
    """Le texte là où la condition est vraie, rien ailleurs."""
    return vides(condition).mask(condition, texte) if condition.any() else vides(condition)


def dates(serie: pd.Series) -> pd.Series:
    """« 24/11/2026 », vide si absente ; chaque date distincte n'est écrite qu'une fois."""
    if not serie.notna().any():
        return vides(serie)
    ecrites = {jour: ecrire_date(jour) for jour in serie.dropna().unique()}
    return serie.map(ecrites).astype("str").fillna("")


def montants(unites: pd.Series, devises: pd.Series) -> pd.Series:
    """« 1 234,56 € » ; chaque couple distinct n'est écrit qu'une fois."""
    couples = list(zip(unites.tolist(), devises.tolist(), strict=True))
    ecrits = {couple: ecrire(*couple) for couple in set(couples)}
    return pd.Series([ecrits[couple] for couple in couples], unites.index, dtype="str")


def jours(nombres: pd.Series) -> pd.Series:
    """« 1 jour », « 6 jours »."""
    return nombres.astype("str") + pd.Series(" jours", nombres.index).where(nombres.abs() > 1, " jour")


def pluriel(nombres: pd.Series, mot: str) -> pd.Series:
    """« 1 pièce », « 2 pièces »."""
    return nombres.astype("str") + pd.Series(f" {mot}s", nombres.index).where(nombres > 1, f" {mot}")


def si_present(avant: str, texte: pd.Series, apres: str = "") -> pd.Series:
    """Le texte entouré, ou vide s'il est vide."""
    if not (texte != "").any():
        return texte
    return (avant + texte + apres).where(texte != "", "")


def assembler(textes: pd.Series, *cles: pd.Series, lien: str = "\n") -> pd.Series:
    """Les textes de chaque clé, joints dans leur ordre : un par ligne."""
    groupes: dict[object, list[str]] = {}
    designations = zip(*(cle.tolist() for cle in cles), strict=True) if len(cles) > 1 else cles[0].tolist()
    for designation, texte in zip(designations, textes.tolist(), strict=True):
        groupes.setdefault(designation, []).append(texte)
    valeurs = zip(*groupes, strict=True) if len(cles) > 1 else [groupes]
    index = pd.MultiIndex.from_arrays([list(valeur) for valeur in valeurs] or [[] for _ in cles], names=[cle.name for cle in cles])
    return pd.Series([lien.join(groupe) for groupe in groupes.values()], index if len(cles) > 1 else index.get_level_values(0), dtype="str")


def joindre(textes: Sequence[pd.Series]) -> pd.Series:
    """Les phrases non vides de chaque ligne, jointes par « · »."""
    resultat, *suivants = [texte for texte in textes if (texte != "").any()] or textes[:1]
    for texte in suivants:
        resultat = resultat + si_present(SEPARATEUR, texte).where(resultat != "", texte)
    return resultat
