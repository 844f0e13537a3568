"""Les taux d'une lettre, en clair : ceux qu'elle applique, ceux qui manquent, ceux qui sont sous le plancher légal."""

from decimal import Decimal
from functools import cache

import pandas as pd

from relances_xl.decision.chiffrer.penalites import CHARGEABLES, PLANCHER_LEGAL, Decoupes, taux_applicable
from relances_xl.decision.par_groupe import Valeurs
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, TypeClient
from relances_xl.domaine.ecrits.dates import semestre
from relances_xl.domaine.ecrits.montants import ESPACE, ecrire_nombre
from relances_xl.domaine.taux import Taux

Appliques = tuple[tuple[str, Decimal | None], ...]
"""Les (semestre, taux) d'une relance, dans l'ordre."""

TAUX_ENUMERES = 3  # au-delà, une lettre n'en dit que les extrêmes


def pourcentage(taux: Decimal) -> str:
    """« 12,15 % », espace insécable."""
    return f"{ecrire_nombre(taux, 2)}{ESPACE}%"


def taux_par_relance(lignes: pd.DataFrame, decoupes: Decoupes, relances: Valeurs) -> list[Appliques]:
    """Les taux de chaque relance : ses (semestre, taux), chacun une fois, dans l'ordre ; () sans pénalités.

    lignes : avec RELANCE ; decoupes : celles des lignes qui portent des pénalités.
    """
    reunis: dict[str, set[tuple[str, Decimal | None]]] = {}
    for relance, numero in set(zip(lignes[c.RELANCE].to_numpy()[decoupes.rangs].tolist(), decoupes.numeros.tolist(), strict=True)):
        reunis.setdefault(relance, set()).update((tranche.semestre, tranche.taux) for tranche in decoupes.tranches[numero])
    return [tuple(sorted(reunis.get(relance, ()), key=_semestre)) for relance in relances.tolist()]


def texte_des_taux(appliques: list[Appliques], types: Valeurs, criteres: Criteres, taux: Taux) -> list[str]:
    """TAUX : « 13,15 % puis 12,15 % », ou « 13,15 % et 12,15 % selon l'échéance » quand chacune garde le sien.

    Une lettre sans pénalités dit le taux du jour de référence, s'il est connu et si le client peut en devoir.
    appliques et types : par relance.
    """
    du_jour = {genre: _ecrit(taux_applicable(semestre(criteres.date_reference), genre, criteres, taux)) for genre in CHARGEABLES}

    @cache
    def dire(applique: Appliques, genre: str) -> str:
        if not applique:
            return du_jour.get(genre, "")
        if genre == TypeClient.PUBLIC or criteres.figer_taux:
            return _enumerer(applique, " et ", " selon l'échéance", "selon l'échéance")
        return _enumerer(applique, " puis ", "", "selon le semestre")

    return list(map(dire, appliques, types.tolist()))


def semestres_manquants(appliques: list[Appliques]) -> list[str]:
    """SEMESTRES_MANQUANTS : « 2026-S2, 2027-S1 », vide si tous les taux sont connus."""
    return [", ".join(nom for nom, taux in applique if taux is None) for applique in appliques]


def sous_le_plancher(appliques: list[Appliques], types: Valeurs, criteres: Criteres, taux: Taux) -> list[str]:
    """L'alerte du taux contractuel d'un professionnel, inférieur à 3 × le taux légal ; vide si tout va bien.

    Comparé à chaque semestre où il s'applique ; pour une lettre sans pénalités, à celui de la date de référence.
    """
    contractuel = criteres.taux_contractuel
    if contractuel is None:
        return [""] * len(appliques)
    du_jour = ((semestre(criteres.date_reference), contractuel),)

    @cache
    def dire(applique: Appliques, genre: str) -> str:
        semestres = [nom for nom, _ in applique or du_jour]
        planchers = {nom: PLANCHER_LEGAL * legal for nom in semestres if (legal := taux.legal(nom)) is not None}
        depasses = [f"{pourcentage(plancher)} en {nom}" for nom, plancher in planchers.items() if contractuel < plancher]
        if not depasses or genre != TypeClient.PROFESSIONNEL:
            return ""
        return f"taux contractuel {pourcentage(contractuel)} inférieur à 3 × le taux légal ({', '.join(depasses)})"

    return list(map(dire, appliques, types.tolist()))


def _semestre(applique: tuple[str, Decimal | None]) -> str:
    return applique[0]


def _enumerer(applique: Appliques, liaison: str, suite: str, intervalle: str) -> str:
    """« 12,15 % », « 13,15 % puis 12,15 % », et au-delà de trois taux « 10,00 % à 14,50 % selon le semestre »."""
    distincts = list(dict.fromkeys(taux for _, taux in applique if taux is not None))
    if len(distincts) > TAUX_ENUMERES:
        return f"{pourcentage(min(distincts))} à {pourcentage(max(distincts))} {intervalle}"
    return liaison.join(map(pourcentage, distincts)) + (suite if len(distincts) > 1 else "")


def _ecrit(taux: Decimal | None) -> str:
    return "" if taux is None else pourcentage(taux)
