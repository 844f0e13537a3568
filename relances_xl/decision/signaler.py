"""Ce que l'utilisateur a saisi et que ses exports ne connaissent pas : dit une fois, à sa cellule, sans rien empêcher."""

from collections.abc import Iterator

import pandas as pd

from relances_xl.decision.lignes import comparables
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import Selection, cle_de_code, normaliser
from relances_xl.domaine.tables import enregistrements

FICHIER = "criteres.xlsx"
_CITES = 8


def avertissements(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, journal: pd.DataFrame) -> tuple[Faute, ...]:
    """Les codes clients et les modes de paiement demandés, ce que dit le « Suivi », les plans du fichier clients que rien ne connaît."""
    return (
        *_codes_demandes(lignes, clients, parametres),
        *_modes_demandes(lignes, parametres),
        *_du_suivi(lignes, clients, parametres, journal),
        *_plans(clients, parametres),
    )


def _codes_demandes(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> Iterator[Faute]:
    if not parametres.criteres.codes_clients and not parametres.clients_coches:
        return
    connus = {*lignes[c.CODE_CLIENT].unique(), *clients[c.CODE_CLIENT]} - {""}
    normalises = {normaliser(code) for code in connus}
    demandes = (
        ("Critères", Selection(parametres.criteres.codes_clients).inconnus(connus)),
        ("Clients", [code for code in parametres.clients_coches if normaliser(code) not in normalises]),
    )
    for onglet, codes in demandes:
        for code in codes:
            yield Faute(f"aucun client ne répond à « {code} »", "vérifiez ce code ; il est ignoré", FICHIER, onglet)


def _modes_demandes(lignes: pd.DataFrame, parametres: Parametres) -> Iterator[Faute]:
    """Un mode mal écrit ne retient rien, ou n'écarte rien : « Tout sauf Prelevements » relance les prélèvements."""
    modes = parametres.criteres.modes_paiement
    if not modes.nommes:
        return
    connus = sorted(set(lignes[c.MODE_PAIEMENT].unique()) - {""})
    cles = set(map(cle, connus))
    for mode in modes.nommes:
        if cle(mode) not in cles:
            effet = "il n'écarte rien" if modes.sauf else "il ne retient rien"
            ecrits = ", ".join(f"« {connu} »" for connu in connus[:_CITES]) + (" …" if len(connus) > _CITES else "")
            yield Faute(
                f"« Mode de paiement » : aucune échéance n'est réglée par « {mode} », {effet}",
                f"écrivez-le comme l'export : {ecrits}" if ecrits else "l'export ne dit aucun mode de paiement",
                FICHIER,
                "Critères",
            )


def _du_suivi(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, journal: pd.DataFrame) -> Iterator[Faute]:
    """Une pièce que le journal connaît n'est pas inconnue : elle a été payée."""
    if parametres.suivi.empty:
        return
    codes = set().union(*(comparables(table[c.CODE_CLIENT]) for table in (lignes, clients, journal))) - {""}
    pieces = set().union(*(zip(comparables(table[c.CODE_CLIENT]), comparables(table[c.PIECE]), strict=True) for table in (lignes, journal)))
    toutes = {piece for _, piece in pieces}
    for note in enregistrements(parametres.suivi):
        code, piece = cle_de_code(note[c.CODE_CLIENT]), cle_de_code(note[c.PIECE])
        if code and code not in codes:
            message, place = f"aucun client ne répond à « {note[c.CODE_CLIENT]} »", note[c.PLACE]
            yield Faute(message, "vérifiez ce code ; la ligne est sans effet", FICHIER, "Suivi", place)
        elif piece and not ((code, piece) in pieces if code else piece in toutes):
            message = f"le client « {note[c.CODE_CLIENT]} » n'a pas de pièce « {note[c.PIECE]} »"
            yield Faute(message, "vérifiez ce numéro ; la ligne est sans effet", FICHIER, "Suivi", note[c.PLACE_PIECE])


def _plans(clients: pd.DataFrame, parametres: Parametres) -> Iterator[Faute]:
    if c.PLAN_RELANCE not in clients:
        return
    plans = parametres.plans
    for nom in clients[c.PLAN_RELANCE].unique():
        if not plans.nomme(nom):
            siens = clients.loc[clients[c.PLAN_RELANCE] == nom, c.CODE_CLIENT]
            lesquels = ", ".join(siens.head(3)) + (f" et {len(siens) - 3} de plus" if len(siens) > 3 else "")
            yield Faute(
                f"plan de relance « {nom} » inconnu (clients {lesquels}) : ils suivent le plan {plans.standard.plan}",
                f"plans de l'onglet « Niveaux » : {', '.join(plans.noms)}",
                parametres.criteres.fichier_clients,
            )
