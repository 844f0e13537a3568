"""De petites tables canoniques, écrites en quelques mots : ce que `entrees` rendrait, sans fichier.

    lignes = echeances({"piece": "F1", "date_echeance": "31/01/2026", "reste_du": "1200,00"})

Chaque rang ne dit que ce qui compte ; le reste prend une valeur ordinaire (client C1, EUR, ligne suivante…).
Les dates s'écrivent « 31/01/2026 » (ou `date`), les montants en unités de la devise, en texte ou en entier.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, TypeClient
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.tables import CHAMPS_CLIENT, CHAMPS_ECHEANCE, Type

Rang = Mapping[str, object]

REFERENCE = date(2026, 3, 31)

JOURNAL = (c.RELANCE, c.LOT, c.DATE, c.CODE_CLIENT, c.DEVISE, c.NIVEAU, c.REEDITION, c.STATUT, c.PIECE, c.DATE_CLE, c.MONTANT)  # fmt: skip
SUIVI = (c.CODE_CLIENT, c.PIECE, c.DATE, c.NATURE_SUIVI, c.JUSQUAU, c.COMMENTAIRE)
_DATES = {champ.nom for champ in CHAMPS_ECHEANCE if champ.type is Type.DATE} | {c.DATE_CLE, c.DATE, c.JUSQUAU}
_MONTANTS = {champ.nom for champ in CHAMPS_ECHEANCE if champ.type is Type.MONTANT}
_TYPES = {
    c.LIGNE: "int64",
    c.RESTE_DU: "int64",
    c.MONTANT: "Int64",
    c.REGLE: "Int64",
    c.NIVEAU_RELANCE: "int64",
    c.NIVEAU: "int64",
    c.EXCLURE: "bool",
    c.LITIGE: "bool",
    c.PROCEDURE_COLLECTIVE: "bool",
    c.SANS_FRAIS: "bool",
    c.REEDITION: "bool",
    **dict.fromkeys(_DATES, "datetime64[s]"),
}


def jour(valeur: object) -> date | None:
    """« 31/01/2026 », une date, ou rien."""
    if not valeur:
        return None
    return valeur if isinstance(valeur, date) else datetime.strptime(str(valeur), "%d/%m/%Y").date()  # noqa: DTZ007


def unites(valeur: object, devise: str = "EUR") -> int:
    """« 1200,00 » ou 1200 → 120000 en EUR."""
    return en_unites(Decimal(str(valeur).replace(",", ".").replace(" ", "")), devise)


def _table(rangs: list[dict[str, object]], colonnes: list[str]) -> pd.DataFrame:
    series = {}
    for nom in colonnes:
        valeurs = [rang[nom] for rang in rangs]
        series[nom] = pd.Series(valeurs, dtype=_TYPES.get(nom, "str"))
    return pd.DataFrame(series)


def echeances(*rangs: Rang) -> pd.DataFrame:
    """La table `Lecture.lignes`. Sans `date_piece` : trente jours avant l'échéance ; sans `montant` : le reste dû."""
    colonnes = [c.LIGNE, *(champ.nom for champ in CHAMPS_ECHEANCE), c.DATE_CLE, c.CAUSE, c.EXPLICATION, c.ALERTE_LIGNE, c.SANS_FRAIS, c.MOTIF_EXCLURE, c.MOTIF_LITIGE]  # fmt: skip
    complets: list[dict[str, object]] = []
    for position, rang in enumerate(rangs):
        complet: dict[str, object] = dict.fromkeys(colonnes, "")
        complet |= {c.LIGNE: position + 2, c.CODE_CLIENT: "C1", c.PIECE: f"F{position + 1}", c.DEVISE: "EUR", c.NIVEAU_RELANCE: 0}
        complet |= {c.EXCLURE: False, c.LITIGE: False, c.SANS_FRAIS: False, c.RAISON_SOCIALE: "Client Un", c.RESTE_DU: 100, c.REGLE: None}
        complet |= rang
        for nom in (c.DATE_ECHEANCE, c.DATE_PIECE, c.PROMESSE, c.DATE_RELANCE, c.DATE_CLE):
            complet[nom] = jour(complet[nom])
        echeance = complet[c.DATE_ECHEANCE]
        if isinstance(echeance, date) and c.DATE_PIECE not in rang:
            complet[c.DATE_PIECE] = echeance - pd.Timedelta(days=30)
        complet[c.DATE_CLE] = complet[c.DATE_CLE] or echeance
        complet[c.MONTANT] = rang.get(c.MONTANT, complet[c.RESTE_DU])
        for nom in _MONTANTS:
            complet[nom] = None if complet[nom] is None else unites(complet[nom], str(complet[c.DEVISE]))
        complets.append(complet)
    return _table(complets, colonnes)


def clients(*rangs: Rang) -> pd.DataFrame:
    """La table `LectureClients.clients` ; un client ordinaire est un professionnel joignable par courrier."""
    colonnes = [champ.nom for champ in CHAMPS_CLIENT]
    ordinaire = {
        c.CODE_CLIENT: "C1",
        c.RAISON_SOCIALE: "Client Un",
        c.ADRESSE1: "1 rue du Port",
        c.CODE_POSTAL: "44000",
        c.VILLE: "Nantes",
        c.EMAIL: "compta@exemple.fr",
        c.TYPE_CLIENT: TypeClient.PROFESSIONNEL.value,
        c.ENVOI: "Courrier",
        c.EXCLURE: False,
        c.PROCEDURE_COLLECTIVE: False,
    }
    return _table([dict.fromkeys(colonnes, "") | ordinaire | dict(rang) for rang in rangs], colonnes)


def journal(*rangs: Rang) -> pd.DataFrame:
    """Le journal des relances comptées : relance « J-1 », niveau 1, de l'échéance désignée."""
    complets = []
    for position, rang in enumerate(rangs):
        complet: dict[str, object] = {
            c.RELANCE: f"J-{position + 1}", c.LOT: "J", c.CODE_CLIENT: "C1", c.DEVISE: "EUR", c.NIVEAU: 1,
            c.REEDITION: False, c.STATUT: "Émise", c.PIECE: "F1", c.MONTANT: 100,
        }  # fmt: skip
        complet |= rang
        complet |= {c.DATE: jour(complet[c.DATE]), c.DATE_CLE: jour(complet[c.DATE_CLE])}
        complet[c.MONTANT] = unites(complet[c.MONTANT], str(complet[c.DEVISE]))
        complets.append(complet)
    return _table(complets, list(JOURNAL))


def suivi(*rangs: Rang) -> pd.DataFrame:
    """L'onglet « Suivi »."""
    complets = []
    for rang in rangs:
        complet: dict[str, object] = {c.CODE_CLIENT: "C1", c.PIECE: "", c.DATE: "", c.JUSQUAU: "", c.COMMENTAIRE: ""}
        complet |= rang
        complet |= {c.DATE: jour(complet[c.DATE]), c.JUSQUAU: jour(complet[c.JUSQUAU])}
        complets.append(complet)
    return _table(complets, list(SUIVI))


def parametres(base: Parametres | None = None, **criteres: object) -> Parametres:
    """Des paramètres ordinaires au 31/03/2026, les critères nommés changés."""
    base = base or Parametres(Criteres(REFERENCE, REFERENCE))
    return replace(base, criteres=replace(base.criteres, **criteres))  # type: ignore[arg-type]
