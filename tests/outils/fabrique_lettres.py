"""Ce que la décision rend, écrit en quelques mots, pour essayer les lettres sans elle."""

from datetime import date

import fabrique
import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import STANDARD
from relances_xl.domaine.parametres import Emetteur

EMETTEUR = Emetteur(
    raison_sociale="Atelier Moreau",
    adresse_1="8 quai des Tanneurs",
    code_postal="44000",
    ville="Nantes",
    telephone="02 40 00 00 00",
    email="compta@atelier-moreau.example",
    siren="443 061 841",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    signataire="Claire Moreau",
    fonction="Responsable comptable",
    mentions_legales="SARL au capital de 50 000 € – RCS Nantes 443 061 841",
)

_TYPES = {c.RELANCE: "str", c.AUTRE: "bool", c.PENALITES: "Int64", c.DERNIERE_RELANCE: "datetime64[s]"}


def lignes_decidees(*rangs: fabrique.Rang) -> pd.DataFrame:
    """Des lignes telles que la décision les rend ; un rang dit « relance », « autre », « penalites »…"""
    decision: dict[str, object] = {
        c.RELANCE: "", c.AUTRE: False, c.PENALITES: 0, c.INDEMNITE: 0, c.NIVEAU_PROPOSE: 0, c.DERNIER_NIVEAU: 0,
        c.NET_PENALISABLE: None, c.DERNIERE_RELANCE: None,
    }  # fmt: skip
    lignes = fabrique.echeances(*({nom: v for nom, v in rang.items() if nom not in decision} for rang in rangs))
    for nom, defaut in decision.items():
        valeurs = [rang.get(nom, defaut) for rang in rangs]
        if nom == c.NET_PENALISABLE:  # sauf mention, sans crédit imputé
            valeurs = [reste if valeur is None else valeur for valeur, reste in zip(valeurs, lignes[c.RESTE_DU], strict=True)]
        lignes[nom] = pd.Series(valeurs, dtype=_TYPES.get(nom, "int64"))
    lignes[c.CREDIT] = lignes[c.RESTE_DU] < 0
    jours = pd.Timestamp(fabrique.REFERENCE) - lignes[c.DATE_ECHEANCE]
    lignes[c.JOURS_RETARD] = jours.dt.days.fillna(0).astype("int64")
    return lignes


def relances_decidees(*rangs: fabrique.Rang) -> pd.DataFrame:
    """La table des relances, une ligne ordinaire par rang."""
    ordinaire: dict[str, object] = {
        c.CODE_CLIENT: "C1", c.RAISON_SOCIALE: "Client Un", c.DEVISE: "EUR", c.NIVEAU: 3, c.NB_ECHEANCES: 2, c.RETARD: 150000,
        c.CREDITS: 5000, c.NET: 145000, c.PENALITES: 1198, c.INDEMNITE: 8000, c.TOTAL_RECLAME: 154198,
        c.PLUS_ANCIENNE: date(2026, 1, 31), c.JOURS_RETARD: 59, c.DERNIERE_RELANCE: None, c.MESSAGE: "", c.TAUX: "12,15 %",
        c.PLAN: STANDARD,
    }  # fmt: skip
    types = {c.PENALITES: "Int64", c.TOTAL_RECLAME: "Int64", c.PLUS_ANCIENNE: "datetime64[s]", c.DERNIERE_RELANCE: "datetime64[s]"}
    complets = [{c.RELANCE: f"R-{n:04d}", **ordinaire, **rang} for n, rang in enumerate(rangs, 1)]
    return pd.DataFrame({nom: pd.Series([rang[nom] for rang in complets], dtype=types.get(nom)) for nom in complets[0]}).astype(
        dict.fromkeys((c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.MESSAGE, c.TAUX, c.PLAN), "str")
    )
