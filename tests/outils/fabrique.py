"""De petites tables canoniques, écrites en quelques mots : ce que `entrees` rendrait, sans fichier.

    lignes = echeances({"piece": "F1", "date_echeance": "31/01/2026", "reste_du": "1200,00"})

Chaque rang ne dit que ce qui compte ; le reste prend une valeur ordinaire (client C1, EUR, ligne suivante…).
Les dates s'écrivent « 31/01/2026 » (ou `date`), les montants en unités de la devise, en texte ou en entier.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, TypeClient
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import CLIENTS, JOURNAL, LIGNES_LUES, SUIVI

Rang = Mapping[str, object]

REFERENCE = date(2026, 3, 31)


def jour(valeur: object) -> date | None:
    """« 31/01/2026 », une date, ou rien."""
    if not valeur:
        return None
    return valeur if isinstance(valeur, date) else datetime.strptime(str(valeur), "%d/%m/%Y").date()  # noqa: DTZ007


def unites(valeur: object, devise: str = "EUR") -> int:
    """« 1200,00 » ou 1200 → 120000 en EUR."""
    return en_unites(Decimal(str(valeur).replace(",", ".").replace(" ", "")), devise)


def echeances(*rangs: Rang) -> pd.DataFrame:
    """La table LIGNES_LUES. Sans `date_piece` : trente jours avant l'échéance ; sans `montant` : le reste dû."""
    complets: list[dict[str, object]] = []
    for position, rang in enumerate(rangs):
        complet: dict[str, object] = {c.LIGNE: position + 2, c.CODE_CLIENT: "C1", c.PIECE: f"F{position + 1}", c.DEVISE: "EUR"}
        complet |= {c.RAISON_SOCIALE: "Client Un", c.RESTE_DU: 100} | dict(rang)
        for nom in (c.DATE_ECHEANCE, c.DATE_PIECE, c.PROMESSE, c.DATE_RELANCE, c.DATE_CLE):
            complet[nom] = jour(complet.get(nom))
        echeance = complet[c.DATE_ECHEANCE]
        if isinstance(echeance, date) and c.DATE_PIECE not in rang:
            complet[c.DATE_PIECE] = echeance - pd.Timedelta(days=30)
        complet[c.DATE_CLE] = complet[c.DATE_CLE] or echeance
        complet[c.MONTANT] = rang.get(c.MONTANT, complet[c.RESTE_DU])
        for nom in (c.RESTE_DU, c.MONTANT, c.REGLE):
            if complet.get(nom) is not None:
                complet[nom] = unites(complet[nom], str(complet[c.DEVISE]))
        complets.append(complet)
    return LIGNES_LUES.table(*complets)


def clients(*rangs: Rang) -> pd.DataFrame:
    """La table CLIENTS ; un client ordinaire est un professionnel joignable par courrier."""
    ordinaire = {
        c.CODE_CLIENT: "C1",
        c.RAISON_SOCIALE: "Client Un",
        c.ADRESSE1: "1 rue du Port",
        c.CODE_POSTAL: "44000",
        c.VILLE: "Nantes",
        c.EMAIL: "compta@exemple.fr",
        c.TYPE_CLIENT: TypeClient.PROFESSIONNEL.value,
        c.ENVOI: "Courrier",
    }
    return CLIENTS.table(*(ordinaire | dict(rang) for rang in rangs))


def journal(*rangs: Rang) -> pd.DataFrame:
    """Le journal des relances comptées : relance « J-1 », niveau 1, de l'échéance désignée."""
    complets = []
    for position, rang in enumerate(rangs):
        complet: dict[str, object] = {
            c.RELANCE: f"J-{position + 1}", c.LOT: "J", c.CODE_CLIENT: "C1", c.DEVISE: "EUR", c.NIVEAU: 1,
            c.STATUT: "Émise", c.PIECE: "F1", c.MONTANT: 100,
        }  # fmt: skip
        complet |= rang
        complet |= {c.DATE: jour(complet[c.DATE]), c.DATE_CLE: jour(complet[c.DATE_CLE])}
        complet[c.MONTANT] = unites(complet[c.MONTANT], str(complet[c.DEVISE]))
        complets.append(complet)
    return JOURNAL.table(*complets)


def suivi(*rangs: Rang) -> pd.DataFrame:
    """L'onglet « Suivi », à partir de sa ligne 2 ; `versement` en texte : « 1200,00 »."""
    complets = []
    for position, rang in enumerate(rangs, start=2):
        complet: dict[str, object] = {c.CODE_CLIENT: "C1", c.PLACE: f"A{position}", c.PLACE_PIECE: f"B{position}"} | dict(rang)
        complet |= {nom: jour(complet.get(nom)) for nom in (c.DATE, c.JUSQUAU)}
        if complet.get(c.VERSEMENT) is not None:
            complet[c.VERSEMENT] = Decimal(str(complet[c.VERSEMENT]).replace(",", "."))
        complets.append(complet)
    return SUIVI.table(*complets)


def parametres(base: Parametres | None = None, /, **criteres: Any) -> Parametres:
    """Des paramètres ordinaires au 31/03/2026, les critères nommés changés."""
    base = base or Parametres(Criteres(REFERENCE, REFERENCE))
    return replace(base, criteres=replace(base.criteres, **criteres))
