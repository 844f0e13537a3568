"""Les lignes de l'export, prêtes à être décidées : crédit ou échéance, retard, plan ; et leurs fiches clients."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from relances_xl.decision.par_groupe import Entiers, Groupement, Masque, Valeurs, grouper, lire
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import cles_de_codes

COMPTE = [c.CODE_CLIENT, c.DEVISE]
"""Un compte : un client dans une devise."""


def preparer(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """Les lignes, numérotées de 0, avec CREDIT, JOURS_RETARD, PLAN et les colonnes de décision encore neutres."""
    lignes = lignes.reset_index(drop=True)
    lisible = lignes[c.CAUSE].to_numpy() == ""
    credit = lisible & (lignes[c.RESTE_DU].to_numpy() < 0)
    ecoules = jours_depuis(lignes[c.DATE_ECHEANCE].to_numpy(), parametres.criteres.date_reference, sans_date=0)
    vide = textes([""] * len(lignes))
    return lignes.assign(
        **{
            c.MOTIF: vide,
            c.CREDIT: credit,
            c.JOURS_RETARD: np.where(lisible & ~credit, ecoules, 0).clip(min=0),
            c.PLAN: textes(plans_des_clients(lignes[c.CODE_CLIENT], clients, parametres.plans)),
            c.NIVEAU_PROPOSE: 0,
            c.RELANCE: vide,
            c.AUTRE: False,
        }
    )


def textes(valeurs: Valeurs | list[str]) -> Any:
    """Une colonne de texte de ces valeurs."""
    return pd.array(valeurs, dtype="str")


def jours_depuis(dates: Valeurs, reference: date, sans_date: int) -> Entiers:
    """Les jours écoulés de chaque date à la date de référence, négatifs si elle est à venir."""
    jours = np.datetime64(reference, "D") - dates.astype("datetime64[D]")
    return np.where(np.isnat(jours), sans_date, jours.astype(np.int64))


def libres(lignes: pd.DataFrame) -> Masque:
    """Les lignes lisibles que rien n'écarte encore."""
    libres: Masque = (lignes[c.CAUSE].to_numpy() == "") & (lignes[c.MOTIF].to_numpy() == "")
    return libres


def par_compte(lignes: pd.DataFrame) -> Groupement:
    """Les lignes groupées par client et devise."""
    return grouper(*(lignes[nom].to_numpy() for nom in COMPTE))


def comparables(codes: pd.Series) -> Valeurs:
    """Les codes tels qu'on les compare d'une liste à l'autre ; chaque code distinct n'est lu qu'une fois."""
    places, distincts = pd.factorize(codes.to_numpy())
    comparees = np.empty(len(distincts), dtype=object)
    comparees[:] = cles_de_codes(distincts.tolist())
    return comparees[places]


def pieces_comparables(pieces: pd.Series) -> list[str]:
    """Les numéros de pièces tels qu'on les compare ; presque tous distincts, ils sont lus un à un."""
    return cles_de_codes(pieces.tolist())


class FichesTrouvees:
    """Les fiches de ces clients, cherchées une fois ; places : leurs places au fichier, -1 pour un client qui n'y est pas.

    `fiches[c.VILLE]` : la ville de chacun, vide pour un client absent du fichier.
    """

    def __init__(self, codes: pd.Series | Valeurs, clients: pd.DataFrame) -> None:
        self.places: Entiers = pd.Index(clients[c.CODE_CLIENT]).get_indexer(pd.Index(codes))
        self._clients = clients

    def __getitem__(self, champ: str) -> Valeurs:
        return lire(self._clients[champ].to_numpy(), self.places, "")

    def adresses(self) -> Masque:
        """Les clients dont la fiche porte une adresse postale."""
        rue = (self[c.ADRESSE1] != "") | (self[c.ADRESSE2] != "") | (self[c.ADRESSE3] != "")
        adresses: Masque = rue & (self[c.VILLE] != "")
        return adresses

    def types(self, criteres: Criteres) -> Valeurs:
        """Professionnel, Public, Particulier, ou vide : la fiche, sinon le critère « Type de client par défaut »."""
        return ou(self[c.TYPE_CLIENT], criteres.type_client_defaut.value if criteres.type_client_defaut else "")


def noms_des_clients(lignes: pd.DataFrame, clients: pd.DataFrame) -> pd.Series:
    """La raison sociale de chaque ligne : celle de la fiche, sinon de la ligne, sinon d'une autre ligne du même client."""
    codes, propres = lignes[c.CODE_CLIENT], lignes[c.RAISON_SOCIALE].to_numpy()
    noms = ou(FichesTrouvees(codes, clients)[c.RAISON_SOCIALE], propres)
    sans_nom = np.flatnonzero(noms == "")
    if len(sans_nom):
        du_code = codes.to_numpy()
        ailleurs = dict(sorted({(code, nom) for code, nom in zip(du_code.tolist(), propres.tolist(), strict=True) if nom}, reverse=True))
        noms[sans_nom] = [ailleurs.get(code, "") for code in du_code[sans_nom]]
    return pd.Series(noms, lignes.index, dtype="str")


def au_millieme(montants: Entiers, devises: Valeurs) -> Entiers:
    """Les montants dans une même unité, pour comparer EUR, JPY et TND."""
    echelles = {devise: 10 ** (3 - decimales(devise)) for devise in set(devises.tolist())}
    return montants * np.array([echelles[devise] for devise in devises.tolist()], dtype=np.int64)


def ou(textes: Valeurs, sinon: Valeurs | str) -> Valeurs:
    """Le texte de chaque ligne, ou l'autre s'il est vide."""
    return np.where(textes != "", textes, sinon)


def types_des_clients(codes: pd.Series, clients: pd.DataFrame, criteres: Criteres) -> Valeurs:
    """Professionnel, Public, Particulier, ou vide : la fiche, sinon le critère « Type de client par défaut »."""
    return FichesTrouvees(codes, clients).types(criteres)


def plans_des_clients(codes: pd.Series, clients: pd.DataFrame, plans: Plans) -> Valeurs:
    """Le plan de relance de chaque client ; « Standard » si sa fiche n'en nomme pas, ou un que le dossier n'a pas."""
    places, demandes = pd.factorize(FichesTrouvees(codes, clients)[c.PLAN_RELANCE])
    connus = np.array([plans.nomme(nom) or plans.standard.plan for nom in demandes.tolist()], dtype=object)
    return connus[places]
