"""Les taux d'une lettre, en clair : ceux qu'elle applique, ceux qui manquent, ceux qui sont sous le plancher légal."""

from collections.abc import Callable
from decimal import Decimal

import pandas as pd

from relances_xl.decision.chiffrer.penalites import CHARGEABLES, PLANCHER_LEGAL, taux_applicable
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


def taux_par_relance(lignes: pd.DataFrame, tranches: pd.Series, relances: pd.Series) -> pd.Series:
    """Les taux de chaque relance : ses (semestre, taux), chacun une fois, dans l'ordre ; () sans pénalités.

    lignes : avec RELANCE ; tranches : celles des lignes qui portent des pénalités.
    """
    paires = pd.DataFrame({c.RELANCE: lignes[c.RELANCE].loc[tranches.index], "tranches": tranches}).drop_duplicates()
    reunis: dict[str, set[tuple[str, Decimal | None]]] = {}
    for relance, decoupe in zip(paires[c.RELANCE], paires["tranches"], strict=True):
        reunis.setdefault(relance, set()).update((tranche.semestre, tranche.taux) for tranche in decoupe)
    appliques = [tuple(sorted(reunis.get(relance, ()), key=_semestre)) for relance in relances]
    return pd.Series(appliques, relances.index, dtype="object")


def texte_des_taux(appliques: pd.Series, types: pd.Series, criteres: Criteres, taux: Taux) -> pd.Series:
    """TAUX : « 13,15 % puis 12,15 % », ou « 13,15 % et 12,15 % selon l'échéance » quand chacune garde le sien.

    Une lettre sans pénalités dit le taux du jour de référence, s'il est connu et si le client peut en devoir.
    appliques et types : par relance (même index).
    """
    courant = {
        type_client: _ecrit(taux_applicable(semestre(criteres.date_reference), type_client, criteres, taux)) for type_client in CHARGEABLES
    }
    sans_penalites = types.map(courant).astype("str").fillna("")
    fige = (types == TypeClient.PUBLIC.value) | criteres.figer_taux
    par_semestre = _dire(appliques, lambda applique: _enumerer(applique, " puis ", "", "selon le semestre"))
    par_echeance = _dire(appliques, lambda applique: _enumerer(applique, " et ", " selon l'échéance", "selon l'échéance"))
    return par_semestre.mask(fige, par_echeance).where(appliques.map(len) > 0, sans_penalites)


def semestres_manquants(appliques: pd.Series) -> pd.Series:
    """SEMESTRES_MANQUANTS : « 2026-S2, 2027-S1 », vide si tous les taux sont connus."""
    return _dire(appliques, lambda applique: ", ".join(nom for nom, taux in applique if taux is None))


def sous_le_plancher(appliques: pd.Series, types: pd.Series, criteres: Criteres, taux: Taux) -> pd.Series:
    """L'alerte du taux contractuel d'un professionnel, inférieur à 3 × le taux légal ; vide si tout va bien.

    Comparé à chaque semestre où il s'applique ; pour une lettre sans pénalités, à celui de la date de référence.
    """
    contractuel = criteres.taux_contractuel
    if contractuel is None:
        return pd.Series("", appliques.index, dtype="str")
    du_jour = ((semestre(criteres.date_reference), contractuel),)

    def dire(applique: Appliques) -> str:
        semestres = [nom for nom, _ in applique or du_jour]
        planchers = {nom: PLANCHER_LEGAL * legal for nom in semestres if (legal := taux.legal(nom)) is not None}
        depasses = [f"{pourcentage(plancher)} en {nom}" for nom, plancher in planchers.items() if contractuel < plancher]
        if not depasses:
            return ""
        return f"taux contractuel {pourcentage(contractuel)} inférieur à 3 × le taux légal ({', '.join(depasses)})"

    return _dire(appliques, dire).where(types == TypeClient.PROFESSIONNEL.value, "")


def _semestre(applique: tuple[str, Decimal | None]) -> str:
    return applique[0]


def _dire(appliques: pd.Series, dire: Callable[[Appliques], str]) -> pd.Series:
    """La phrase de chaque relance ; des taux identiques ne sont dits qu'une fois."""
    phrases = {applique: dire(applique) for applique in appliques.unique()}
    return appliques.map(phrases).astype("str")


def _enumerer(applique: Appliques, liaison: str, suite: str, intervalle: str) -> str:
    """« 12,15 % », « 13,15 % puis 12,15 % », et au-delà de trois taux « 10,00 % à 14,50 % selon le semestre »."""
    distincts = list(dict.fromkeys(taux for _, taux in applique if taux is not None))
    if len(distincts) > TAUX_ENUMERES:
        return f"{pourcentage(min(distincts))} à {pourcentage(max(distincts))} {intervalle}"
    return liaison.join(map(pourcentage, distincts)) + (suite if len(distincts) > 1 else "")


def _ecrit(taux: Decimal | None) -> str:
    return "" if taux is None else pourcentage(taux)
