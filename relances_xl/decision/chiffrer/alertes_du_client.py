"""Ce que le compte d'un client dit de travers et qui change peut-être ce qu'il doit (contrat §3)."""

import re
from collections import Counter

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.lignes import COMPTE, FichesTrouvees
from relances_xl.decision.par_groupe import Valeurs, grouper
from relances_xl.decision.phrases import RIEN, Phrases
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.selection import cles_de_codes

_FORME = re.compile(
    r"(?<!\w)(s\.?a\.?r\.?l|s\.?a\.?s\.?u?|s\.?a|e\.?u\.?r\.?l|s\.?c\.?i|s\.?n\.?c|e\.?i\.?r\.?l|ltd|gmbh|inc)\.?(?!\w)", re.IGNORECASE
)


def alertes_du_client(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, criteres: Criteres) -> list[Phrases]:
    """Par relance : ses lignes en anomalie, un autre code de la même entreprise en crédit, un règlement arrivé entre-temps."""
    return [_anomalies(relances, lignes), _autres_codes(relances, lignes, clients), _reglements(relances, lignes, criteres)]


def _anomalies(relances: pd.DataFrame, lignes: pd.DataFrame) -> Phrases:
    """« 2 lignes en anomalie : 340,00 € », de toutes devises : celle d'une ligne en anomalie est parfois fausse ; sans montant, le nombre.

    Une ligne sans code est du client dont elle porte le nom, s'il est seul à le porter.
    """
    fautives = np.flatnonzero(lignes[c.CAUSE].to_numpy() != "")
    if not len(fautives):
        return RIEN
    code, devise, reste = (lignes[nom].to_numpy()[fautives] for nom in (*COMPTE, c.RESTE_DU))
    if (code == "").any():
        porteurs, noms = _seuls_de_leur_nom(lignes), lignes[c.RAISON_SOCIALE].to_numpy()[fautives]
        code = np.array([sien or porteurs.get(cle(nom), "") for sien, nom in zip(code, noms, strict=True)], dtype=object)
    nombre, comptes = Counter(code.tolist()), grouper(code, devise)
    ecrits = phrases.montants(comptes.somme(reste), devise[comptes.premieres])
    sommes = sorted(zip(code[comptes.premieres], devise[comptes.premieres], ecrits, comptes.somme(reste), strict=True))
    enumeres = phrases.assembler([code for code, *_, du in sommes if du], [ecrit for *_, ecrit, du in sommes if du], ", ")
    return [
        f"{phrases.pluriel(nombre[code], 'ligne')} en anomalie" + phrases.si_present(" : ", enumeres.get(code, "")) if nombre[code] else ""
        for code in relances[c.CODE_CLIENT].tolist()
    ]


def _seuls_de_leur_nom(lignes: pd.DataFrame) -> dict[str, str]:
    """Nom → le code du seul client qui le porte."""
    porteurs: dict[str, set[str]] = {}
    for code, nom in set(zip(lignes[c.CODE_CLIENT].tolist(), lignes[c.RAISON_SOCIALE].tolist(), strict=True)):
        if code and nom:
            porteurs.setdefault(cle(nom), set()).add(code)
    return {nom: next(iter(codes)) for nom, codes in porteurs.items() if len(codes) == 1}


def _autres_codes(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame) -> Phrases:
    """« 500,00 € de crédit sous C2 (même SIREN) » : un autre compte de la même entreprise, au solde créditeur."""
    if not lignes[c.CREDIT].to_numpy().any():
        return RIEN
    lisibles = lignes[c.CAUSE].to_numpy() == ""
    code, devise, reste = (lignes[nom].to_numpy()[lisibles] for nom in (*COMPTE, c.RESTE_DU))
    comptes = grouper(code, devise)
    soldes = comptes.somme(reste)
    crediteurs = comptes.premieres[soldes < 0]
    if not len(crediteurs):
        return RIEN
    montants = phrases.montants(-soldes[soldes < 0], devise[crediteurs])
    premiers = lignes.drop_duplicates(c.CODE_CLIENT)
    noms = dict(zip(premiers[c.CODE_CLIENT], premiers[c.RAISON_SOCIALE], strict=True))
    demandeurs = relances[c.CODE_CLIENT].to_numpy()
    dits: list[dict[str, str]] = [{} for _ in demandeurs]
    for identite, raison in (
        (_siren, "même SIREN"),
        (_nom_et_code_postal, "même nom et code postal"),
        (_code, "même code, autrement écrit"),
    ):
        credits_: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for qui, autre, sa_devise, montant in zip(
            identite(code[crediteurs], clients, noms), code[crediteurs], devise[crediteurs], montants, strict=True
        ):
            if qui:
                credits_.setdefault((sa_devise, qui), []).append((autre, f"{montant} de crédit sous {autre} ({raison})"))
        for deja, sa_devise, qui, sien in zip(dits, relances[c.DEVISE], identite(demandeurs, clients, noms), demandeurs, strict=True):
            for autre, dit in sorted(credits_.get((sa_devise, qui), ())):
                if autre != sien:
                    deja.setdefault(autre, dit)
    return [phrases.SEPARATEUR.join(deja.values()) for deja in dits]


def _siren(codes: Valeurs, clients: pd.DataFrame, noms: dict[str, str]) -> list[str]:
    """Neuf chiffres : le SIREN, ou le début du SIRET."""
    return [re.sub(r"\D", "", siren)[:9] for siren in FichesTrouvees(codes, clients)[c.SIREN]]


def _code(codes: Valeurs, clients: pd.DataFrame, noms: dict[str, str]) -> list[str]:
    """« 0411 » et « 411 », « dup » et « DUP » : deux clients, peut-être, ou un seul."""
    return cles_de_codes(codes.tolist())


def _nom_et_code_postal(codes: Valeurs, clients: pd.DataFrame, noms: dict[str, str]) -> list[str]:
    fiches = FichesTrouvees(codes, clients)
    propres = [nom or noms.get(code, "") for nom, code in zip(fiches[c.RAISON_SOCIALE], codes, strict=True)]
    return [f"{_entreprise(nom)}/{postal}" if nom and postal else "" for nom, postal in zip(propres, fiches[c.CODE_POSTAL], strict=True)]


def _entreprise(nom: str) -> str:
    """Le nom sans sa forme juridique ni son service : « DUPON S.A.R.L. » et « Dupon SARL, Service Compta » sont la même.

    >>> _entreprise("DUPON S.A.R.L."), _entreprise("Dupon SARL, Service Compta")
    ('dupon', 'dupon')
    """
    return cle(_FORME.sub(" ", nom.split(",")[0])) or cle(nom)


def _reglements(relances: pd.DataFrame, lignes: pd.DataFrame, criteres: Criteres) -> Phrases:
    """« règlement de 300,00 € du 02/04/2026, après la date de référence » : daté au plus tard de la date d'édition."""
    jour = date_de_credit(lignes)
    apres = (jour > np.datetime64(criteres.date_reference)) & (jour <= np.datetime64(criteres.date_edition)) & lignes[c.CREDIT].to_numpy()
    if not apres.any():
        return RIEN
    recents = lignes[apres].sort_values([c.DATE_PIECE, c.PIECE])
    montants = phrases.montants(-recents[c.RESTE_DU].to_numpy(), recents[c.DEVISE].to_numpy())
    jours = phrases.dates(date_de_credit(recents))
    dits = [f"règlement de {montant} du {le}, après la date de référence" for montant, le in zip(montants, jours, strict=True)]
    par_compte = phrases.assembler(zip(*(recents[nom] for nom in COMPTE), strict=True), dits, phrases.SEPARATEUR)
    return [par_compte.get(compte, "") for compte in zip(*(relances[nom] for nom in COMPTE), strict=True)]
