"""De petits mondes au hasard : un export, un fichier clients, un journal, un suivi et des critères, serrés exprès pour que tout se croise."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import fabrique as f
import pandas as pd
from hypothesis import strategies as st
from oracle import Rang

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import ModesDePaiement, Regroupement, TypeClient
from relances_xl.domaine.niveaux import LIVRES, Niveau, Niveaux, Plans
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.taux import LIVRES as TAUX
from relances_xl.domaine.taux import Taux

Monde = dict[str, Any]

CLIENTS = ("C1", "C2", "C3")
FREQUENTS = ("C1", "C1", "C1", "C2", "C2", "C3")  # assez de lignes par client pour que seuils, crédits et lettres se croisent
PIECES = ("F1", "F2", "F3")


def avant(jours: int) -> date:
    return f.REFERENCE - timedelta(days=jours)


# Peu de dates, dont celles des bornes : la veille, le jour, le lendemain, les délais 1 et 15, un changement de semestre.
DATES = [avant(n) for n in (-20, -1, 0, 1, 2, 14, 15, 16, 30, 89, 90, 91, 200, 275, 400, 700)]
dates = st.sampled_from(DATES)
peut_etre = st.one_of(st.just(""), st.just(""), dates)
dus = st.integers(1, 3000)
rarement = st.sampled_from([False] * 40 + [True])

lignes = st.fixed_dictionaries(
    {
        "code_client": st.sampled_from(FREQUENTS),
        "piece": st.sampled_from(PIECES),
        "date_echeance": st.sampled_from(DATES[1:] + DATES[3:] * 2 + [avant(-5), avant(-6)]),
        "reste_du": st.one_of(
            dus, dus, dus, dus, dus, st.sampled_from([100, 250]), st.sampled_from([100, 0, -100, -250]), st.integers(-400, -1)
        ),
        "devise": st.sampled_from(["EUR"] * 9 + ["USD", "JPY", "TND"]),
        "niveau_relance": st.sampled_from([0, 0, 0, 1, 2, 3, 7]),
        "date_relance": peut_etre,
        "reference": st.sampled_from(["", *PIECES]),
        "litige": rarement,
        "exclure": rarement,
        "sans_frais": rarement,
        "non_comptabilisee": rarement,
        "cedee": rarement,
        "retenue_garantie": rarement,
        "promesse": st.sampled_from([""] * 30 + DATES[:4]),
        "module": st.sampled_from([""] * 20 + ["Ventes", "comptoir"]),
        "mode_paiement": st.sampled_from(["", "Virement", "virement", "VIREMENT", "Cheque"]),
        "cause": st.sampled_from([""] * 12 + ["DOUBLON", "MONTANT_ILLISIBLE"]),
    },
    optional={"date_piece": st.one_of(st.just(""), dates), "date_cle": st.sampled_from([avant(45), avant(120)])},
)
fiches = st.fixed_dictionaries(
    {
        "type_client": st.sampled_from(["", *["Professionnel"] * 4, "Public", "Public", "Particulier"]),
        "exclure": rarement,
        "procedure_collective": rarement,
        "plan_relance": st.sampled_from(["", "", "standard", "Doux", "DOUX", "Inconnu"]),
    }
)
relances_faites = st.fixed_dictionaries(
    {
        "rang": st.integers(0, 11),
        "niveau": st.sampled_from([0, 1, 1, 1, 2, 2, 3]),
        "date": dates,
        "reedition": rarement,
        "date_cle": st.sampled_from([None] * 5 + [avant(100)]),
        "code": st.sampled_from([str, str, str.lower, lambda code: "0" + code, lambda code: f" {code} "]),
    }
)
notes = st.fixed_dictionaries(
    {
        "code_client": st.sampled_from(CLIENTS),
        "piece": st.sampled_from(["", *PIECES]),
        "nature": st.sampled_from(["Promesse", "Promesse", "Litige", "Appel", "Note", "Pause", "Échéancier", "Échéancier", "Échéancier"]),
        "jusquau": peut_etre,
        "date": peut_etre,
        "versement": st.sampled_from(["0", "5", "12,50", "100"]),
        "a_tous": rarement,
    }
)
choix = st.fixed_dictionaries(
    {
        "automatique": st.sampled_from([True, True, False]),
        "reedition": st.booleans(),
        "niveau": st.integers(0, 3),
        "regroupement": st.sampled_from(Regroupement),
        "montant_minimum": st.sampled_from([Decimal(n) for n in ("0", "0", "0", "100", "0.005", "250.50", "2000")]),
        "type_client_defaut": st.sampled_from([None, *TypeClient]),
        "figer_taux": st.booleans(),
        "taux_contractuel": st.sampled_from([None, None, None, Decimal("12.15"), Decimal("3.333")]),
    },
    optional={
        "codes_clients": st.sampled_from([()] * 12 + [("C1",), ("C*",), ("C2..C3",), ("C?", "Z9"), ("Z9",)]),
        "modes_paiement": st.sampled_from(
            [ModesDePaiement()] * 4
            + [ModesDePaiement(("Virement",), sauf) for sauf in (True, False)]
            + [ModesDePaiement(("Chèque", "Virement"), False)]
        ),
        "ignorer_avant": st.sampled_from([None, None, None, avant(690), avant(90), avant(15)]),
        "modules_exclus": st.just(()),
    },
)
TOUS_FRAIS = Niveaux(tuple(replace(niveau, penalites=True, indemnite=True) for niveau in LIVRES))
BAREMES = (
    LIVRES,
    TOUS_FRAIS,
    TOUS_FRAIS,
    Niveaux((Niveau(1, "Un", 0, "m", penalites=True), Niveau(2, "Deux", 30, "m", indemnite=True), Niveau(3, "Trois", 7, "m", True))),
    Niveaux((Niveau(1, "Seul", 1, "m", True, True),)),
)
PREVENANCE = Niveau(0, "Prévenance", -5, "p.docx")
DOUX = Niveaux((Niveau(1, "Rappel", 10, "d"), Niveau(2, "Insistance", 30, "d", indemnite=True)), replace(PREVENANCE, delai=-20), "Doux")
plans_possibles = st.tuples(st.sampled_from(BAREMES), st.booleans(), st.booleans()).map(
    lambda choix: Plans(((replace(choix[0], prevenance=PREVENANCE) if choix[1] else choix[0]), *((DOUX,) if choix[2] else ())))
)
mondes = st.fixed_dictionaries(
    {
        "lignes": st.one_of(st.lists(lignes, min_size=1, max_size=12), st.lists(lignes, min_size=6, max_size=12)),
        "clients": st.dictionaries(st.sampled_from(CLIENTS), fiches, min_size=1, max_size=3),
        "journal": st.lists(relances_faites, max_size=6),
        "suivi": st.one_of(st.just([]), st.lists(notes, max_size=4)),
        "coches": st.sampled_from([()] * 9 + [("C1",), ("C1", "C3")]),
        "choix": choix,
        "plans": plans_possibles,
        "semestre_oublie": st.sampled_from(["", "", "", "2026-S1", "2025-S1"]),
    }
)


def tables(monde: Monde) -> tuple[pd.DataFrame, pd.DataFrame, Parametres, pd.DataFrame]:
    """Le monde, en tables canoniques et en paramètres."""
    echeances = f.echeances(*monde["lignes"])
    fiches = f.clients(*({"code_client": code, **fiche} for code, fiche in monde["clients"].items()))
    relances = []
    for relance in monde["journal"]:
        visee = echeances.iloc[relance["rang"] % len(echeances)]
        du_journal = {nom: relance[nom] for nom in ("niveau", "date", "reedition")}
        cle = relance["date_cle"] or visee[c.DATE_CLE].date()
        code = relance["code"](visee[c.CODE_CLIENT])
        relances.append(du_journal | {"code_client": code, "piece": visee[c.PIECE], "date_cle": cle})
    semestres = {nom: taux for nom, taux in TAUX.semestres.items() if nom != monde["semestre_oublie"]}
    notes = []
    for saisie in monde["suivi"]:
        note = {nom: valeur for nom, valeur in saisie.items() if nom != "a_tous"}
        if note["nature"] in ("Promesse", "Échéancier", "Pause") and not note["jusquau"]:
            note["jusquau"] = f.REFERENCE
        if note["nature"] == "Pause" and saisie["a_tous"]:
            note["code_client"] = ""
        notes.append(note)
    base = replace(f.parametres(), clients_coches=monde["coches"], plans=monde["plans"], suivi=f.suivi(*notes), taux=Taux(semestres))
    choix = monde["choix"] | {"niveau": min(max(monde["choix"]["niveau"], monde["plans"].plus_bas), monde["plans"].plus_haut)}
    return echeances, fiches, f.parametres(base, **choix), f.journal(*relances)


def rangs(table: pd.DataFrame) -> list[Rang]:
    """Les lignes d'une table, en dictionnaires : dates ordinaires, absences à None."""
    return [{str(nom): simple(valeur) for nom, valeur in rang.items()} for rang in table.to_dict("records")]


def simple(valeur: Any) -> Any:
    if pd.isna(valeur):
        return None
    return valeur.date() if isinstance(valeur, datetime) else valeur
