"""L'onglet « À appeler » : qui joindre avant d'écrire encore, et pourquoi (contrat §6)."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.chiffrer.sortie import ENVOI_EMAIL
from relances_xl.decision.decider import Decision
from relances_xl.decision.juger.niveau_propose import plus_hauts
from relances_xl.decision.lignes import COMPTE, chercher, fiche
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.motifs import DE_NIVEAU
from relances_xl.domaine.parametres import Parametres

POURQUOI = "pourquoi"
PREMIERS = 10
"""Les plus gros retards s'appellent toujours."""

COLONNES = [c.CODE_CLIENT, c.RAISON_SOCIALE, c.CONTACT, c.TELEPHONE, POURQUOI, c.RETARD, c.DEVISE]


def a_appeler(decision: Decision, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """COLONNES, une ligne par client et devise à joindre ; retard en unités minimales.

    Les promesses et les échéanciers rompus d'abord, puis les derniers niveaux faits en vain, les clients sans adresse, et les dix plus gros
    retards ; dans chaque groupe, les plus gros d'abord. Une échéance que l'on ne relancerait pas (litige, pause…) n'y compte pas.
    """
    lignes = en_souffrance(decision.lignes)
    au_dernier = lignes[c.DERNIER_NIVEAU] >= plus_hauts(lignes, parametres.plans)
    dernier = lignes[c.DERNIERE_RELANCE].where(au_dernier)
    comptes = (
        lignes.assign(_dernier=dernier, _sans_date=au_dernier & dernier.isna())
        .groupby(COMPTE)
        .agg(
            **{c.RETARD: (c.RESTE_DU, "sum"), c.RAISON_SOCIALE: (c.RAISON_SOCIALE, "first")},
            _rompue=(c.PROMESSE_NON_TENUE, "max"), _echeancier=(c.ECHEANCIER_ROMPU, "any"), _dernier=("_dernier", "max"), _sans_date=("_sans_date", "any"),
        )
        .reset_index()
    )  # fmt: skip
    codes, premier = comptes[c.CODE_CLIENT], _parmi_les_premiers(comptes)
    raisons = [
        phrases.si_present("promesse du ", phrases.dates(comptes["_rompue"]), " non tenue"),
        phrases.si(comptes["_echeancier"], "échéancier rompu"),
        phrases.si_present("dernier niveau fait le ", phrases.dates(comptes["_dernier"]), ", toujours impayé"),
        phrases.si(comptes["_sans_date"] & comptes["_dernier"].isna(), "dernier niveau déjà fait, toujours impayé"),
        phrases.si(_sans_adresse(codes, clients), "sans adresse"),
        phrases.si(premier, f"parmi les {PREMIERS} plus gros retards"),
    ]
    rang = pd.concat([raison != "" for raison in raisons], axis=1).to_numpy().argmax(axis=1) if len(comptes) else []
    nom = fiche(codes, clients, c.RAISON_SOCIALE)
    table = comptes.assign(
        **{
            c.RAISON_SOCIALE: nom.where(nom != "", comptes[c.RAISON_SOCIALE]).astype("str"),
            c.CONTACT: fiche(codes, clients, c.CONTACT),
            c.TELEPHONE: fiche(codes, clients, c.TELEPHONE),
            POURQUOI: phrases.joindre(raisons),
        },
        _rang=rang,
        _poids=-_au_millieme(comptes),
    )
    table = table[table[POURQUOI] != ""].sort_values(["_rang", "_poids", c.CODE_CLIENT], kind="stable")
    return table[COLONNES].reset_index(drop=True)


def en_souffrance(lignes: pd.DataFrame) -> pd.DataFrame:
    """Les échéances en retard que rien ne retient : relancées cette fois, ou qui ne l'attendent que pour une question de niveau."""
    lisible = (lignes[c.CAUSE] == "") & ~lignes[c.CREDIT] & (lignes[c.JOURS_RETARD] > 0) & (lignes[c.RESTE_DU] > 0)
    return lignes[lisible & lignes[c.MOTIF].isin(["", *(motif.value for motif in DE_NIVEAU)])]


def _sans_adresse(codes: pd.Series, clients: pd.DataFrame) -> pd.Series:
    """Vrai si la fiche n'a pas d'adresse postale, et que le client n'est pas de ceux qu'on relance par courriel."""
    if clients.empty:
        return pd.Series(False, codes.index)
    rue = (clients[[c.ADRESSE1, c.ADRESSE2, c.ADRESSE3]] != "").any(axis=1) & (clients[c.VILLE] != "")
    email = (clients[[c.EMAIL, c.EMAIL_RELANCE]] != "").any(axis=1) & (clients[c.ENVOI] == ENVOI_EMAIL)
    joignable = chercher((rue | email).set_axis(clients[c.CODE_CLIENT]), codes)
    return ~joignable.eq(True)


def _au_millieme(comptes: pd.DataFrame) -> pd.Series:
    """Les retards dans une même unité, pour comparer EUR, JPY et TND."""
    exposant = 3 - comptes[c.DEVISE].map(decimales).astype("int64")
    return comptes[c.RETARD] * 10**exposant


def _parmi_les_premiers(comptes: pd.DataFrame) -> pd.Series:
    return _au_millieme(comptes).rank(ascending=False, method="first") <= PREMIERS
