"""Écrire en français : dates et montants colonne par colonne, jours, pluriels, alertes jointes."""

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np

from relances_xl.decision.par_groupe import Masque, Valeurs
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import ecrire_tous

SEPARATEUR = " · "

Phrases = Sequence[str]
"""Une phrase par ligne, vide s'il n'y a rien à en dire."""

RIEN: Phrases = ()
"""Rien à dire d'aucune ligne."""


def si(condition: Masque, texte: str | Phrases) -> Phrases:
    """Le texte, ou celui de chaque ligne, là où la condition est vraie ; rien ailleurs."""
    if not condition.any():
        return RIEN
    dits = repeat(texte, len(condition)) if isinstance(texte, str) else texte
    return [dit if vraie else "" for vraie, dit in zip(condition.tolist(), dits, strict=True)]


def dates(jours: Valeurs) -> list[str]:
    """« 24/11/2026 », vide si absente ; chaque date distincte n'est écrite qu'une fois."""
    connus = jours.astype("datetime64[D]").tolist()
    ecrites = {jour: ecrire_date(jour) for jour in set(connus)}
    return [ecrites[jour] for jour in connus]


def montants(unites: Valeurs, devises: Valeurs) -> list[str]:
    """« 1 234,56 € », écrits devise par devise."""
    ecrits = np.empty(len(unites), dtype=object)
    for devise in set(devises.tolist()):
        siens = devises == devise
        ecrits[siens] = ecrire_tous(unites[siens].tolist(), devise)
    return ecrits.tolist()


def jours(nombre: int) -> str:
    """« 1 jour », « 6 jours »."""
    return f"{nombre} jour{'s' if abs(nombre) > 1 else ''}"


def pluriel(nombre: int, mot: str) -> str:
    """« 1 pièce », « 2 pièces »."""
    return f"{nombre} {mot}{'s' if nombre > 1 else ''}"


def si_present(avant: str, texte: str, apres: str = "") -> str:
    """Le texte entouré, ou vide s'il est vide."""
    return f"{avant}{texte}{apres}" if texte else ""


def assembler(cles: Iterable[object], textes: Iterable[str], lien: str = "\n") -> dict[object, str]:
    """Les textes de chaque clé, joints dans leur ordre : un par ligne."""
    groupes: dict[object, list[str]] = {}
    for cle, texte in zip(cles, textes, strict=True):
        groupes.setdefault(cle, []).append(texte)
    return {cle: lien.join(groupe) for cle, groupe in groupes.items()}


def joindre(nombre: int, textes: Iterable[Phrases]) -> list[str]:
    """Les phrases non vides de chacune des lignes, si nombreuses soient-elles, jointes par « · »."""
    dits = [colonne for colonne in textes if any(colonne)]
    return [SEPARATEUR.join(filter(None, phrases)) for phrases in zip(*dits, strict=True)] if dits else [""] * nombre
