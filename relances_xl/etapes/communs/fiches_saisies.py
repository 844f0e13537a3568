"""Ce que l'onglet « Clients » dit d'un client prime sur l'export (contrat §2)."""

from collections.abc import Mapping

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.domaine.selection import normaliser
from relances_xl.domaine.tables import enregistrements

_TEXTES = (c.TYPE_CLIENT, c.ENVOI, c.EMAIL_RELANCE, c.PLAN_RELANCE)


def avec_les_saisies(clients: pd.DataFrame, fiches: pd.DataFrame, lignes: pd.DataFrame) -> pd.DataFrame:
    """Les clients, complétés et corrigés par FICHES_SAISIES ; codes comparés sans casse ni blancs.

    Un client que seul l'export des échéances connaît a ainsi sa fiche.
    """
    if fiches.empty:
        return clients
    saisies = fiches.assign(cle=fiches[c.CODE_CLIENT].map(normaliser)).drop_duplicates("cle", keep="last").set_index("cle")
    clients = _avec_une_fiche(clients, lignes, saisies.index)
    cles = clients[c.CODE_CLIENT].map(normaliser)
    dits = {champ: cles.map(saisies[champ]).fillna("").astype("str") for champ in (*_TEXTES, c.EXCLURE)}
    return clients.assign(
        **{champ: clients[champ].where(dits[champ] == "", dits[champ]) for champ in _TEXTES},
        **{c.EXCLURE: clients[c.EXCLURE].where(dits[c.EXCLURE] == "", dits[c.EXCLURE] == "Oui").astype("bool")},
    )


def avec_les_siren(clients: pd.DataFrame, lignes: pd.DataFrame, sirens: Mapping[int, str]) -> pd.DataFrame:
    """Les clients, le SIREN que leurs factures disent là où leur fiche n'en a pas ; sirens : numéro de ligne de l'export → SIREN.

    Un client dont les factures disent deux SIREN n'en reçoit aucun.
    """
    if not sirens:
        return clients
    dits = lignes[[c.CODE_CLIENT]].assign(**{c.SIREN: lignes[c.LIGNE].map(dict(sirens))}).dropna().drop_duplicates()
    dits = dits[(dits[c.CODE_CLIENT] != "") & ~dits[c.CODE_CLIENT].duplicated(keep=False)]
    if dits.empty:
        return clients
    par_cle = dits.set_index(dits[c.CODE_CLIENT].map(normaliser))[c.SIREN]
    clients = _avec_une_fiche(clients, lignes, par_cle.index)
    trouves = clients[c.CODE_CLIENT].map(normaliser).map(par_cle).fillna("").astype("str")
    return clients.assign(**{c.SIREN: clients[c.SIREN].where(clients[c.SIREN] != "", trouves)})


def _avec_une_fiche(clients: pd.DataFrame, lignes: pd.DataFrame, voulus: pd.Index) -> pd.DataFrame:
    """Les clients, et ceux que seul l'export des échéances connaît parmi ces codes normalisés."""
    connus = pd.Index(clients[c.CODE_CLIENT].map(normaliser))
    sans_fiche = lignes.loc[lignes[c.CODE_CLIENT] != "", [c.CODE_CLIENT, c.RAISON_SOCIALE]]
    sans_fiche = sans_fiche[sans_fiche[c.CODE_CLIENT].map(normaliser).isin(voulus.difference(connus))]
    if sans_fiche.empty:
        return clients
    return pd.concat([clients, CLIENTS.table(*enregistrements(sans_fiche.drop_duplicates(c.CODE_CLIENT)))], ignore_index=True)


def sans_type(clients: pd.DataFrame, lignes: pd.DataFrame, criteres: Criteres) -> tuple[Faute, ...]:
    """Un avertissement, en une ligne, quand la plupart des clients de l'export n'ont pas de type et qu'aucun n'est donné par défaut."""
    if criteres.type_client_defaut is not None:
        return ()
    codes = set(lignes[c.CODE_CLIENT].unique()) - {""}
    types = set(clients.loc[clients[c.TYPE_CLIENT] != "", c.CODE_CLIENT]) & codes
    if 2 * len(types) >= len(codes):
        return ()
    sans = len(codes) - len(types)
    message = accorder(sans, f"{sans} client(s) sur {len(codes)} n'ont pas de type : leurs lettres ne réclament ni pénalités ni indemnité")
    return (Faute(message, "choisissez « Type de client par défaut », ou remplissez « Type » dans l'onglet « Clients »"),)
