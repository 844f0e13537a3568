"""Le fichier clients : une ligne par code, des valeurs normalisées, rapprochées des échéances (contrat §3)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import accorder, cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.entrees.classeurs.classeur import premier_onglet
from relances_xl.entrees.colonnes.lignes_du_tableau import lire_tableau
from relances_xl.entrees.colonnes.synonymes import A_RELANCER
from relances_xl.entrees.tiers import normalisation as n
from relances_xl.entrees.tiers.noms import enumerer, noms_differents, separer_code_nom
from relances_xl.entrees.valeurs.colonne_textes import a_exclure, en_texte, oui_non, par_valeur, textes

_Fiches = dict[str, list[Any]]
"""Champ → ses valeurs, une par ligne : du texte (None s'il ne se lit pas), ou un oui/non."""

_AUCUNE_PROCEDURE = frozenset({"", "neant", "aucun", "aucune", "rien", "sans", "inbonis", "sansobjet"})  # des `cle`


@dataclass(frozen=True, slots=True)
class LectureClients:
    """Le fichier clients lu.

    clients : une ligne par code_client, schéma CLIENTS (exclure et procedure_collective : bool, le reste du
    texte, "" si absent) ; appariement : champ → en-tête de l'export ; non_lues : les en-têtes dont rien n'est lu.
    """

    clients: pd.DataFrame
    avertissements: tuple[Faute, ...] = ()
    appariement: dict[str, str] = field(default_factory=dict)
    non_lues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        CLIENTS.admettre(self.clients)


def lire_clients(chemin: Path, colonnes: Mapping[tuple[str, str], str]) -> LectureClients:
    """Lit l'export du fichier clients.

    colonnes : l'onglet « Colonnes », {(fichier, champ): en-tête}. Aucune valeur n'est refusée : ce qui ne se lit pas
    est vide, et dit. Erreurs (ErreurUtilisateur) : fichier illisible, code client introuvable, colonnes ambiguës.
    """
    onglet = premier_onglet(chemin)
    tableau = lire_tableau(onglet.lignes, "Clients", colonnes)
    if tableau is None:
        raise ErreurUtilisateur(Faute("le fichier ne contient aucun tableau", "vérifiez que c'est le bon fichier", chemin.name))
    appariement = tableau.entete.appariement
    refuser_si(faute._replace(fichier=faute.fichier or chemin.name, onglet=faute.onglet or onglet.nom) for faute in appariement.fautes)
    clients, avertissements = normaliser(
        {champ: tableau.cellules(champ) for champ in tableau.colonnes}, tableau.numeros.tolist(), chemin.name
    )
    return LectureClients(clients, tuple(avertissements), appariement.libelles, appariement.non_lues)


def normaliser(cellules: Mapping[str, Sequence[Valeur]], numeros: Sequence[int], fichier: str) -> tuple[pd.DataFrame, list[Faute]]:
    """Les cellules d'un fichier clients → la table des clients, un par code, et ce qu'il faut savoir.

    cellules : champ → sa colonne ; numeros : le numéro de chaque ligne dans le fichier.
    """
    if c.PROCEDURE_COLLECTIVE in cellules:
        cellules = {**cellules, c.PROCEDURE_COLLECTIVE: par_valeur(cellules[c.PROCEDURE_COLLECTIVE], _dite)}
    fiches: _Fiches = {champ.nom: _colonne(champ.nom, cellules) for champ in c.CHAMPS_CLIENT if champ.nom in cellules}
    if A_RELANCER in cellules:
        fiches[c.EXCLURE] = a_exclure(cellules.get(c.EXCLURE, [None] * len(numeros)), cellules[A_RELANCER])[0].tolist()
    vides = [""] * len(numeros)
    codes, noms = fiches.get(c.CODE_CLIENT, vides), fiches.get(c.RAISON_SOCIALE, vides)
    if separes := separer_code_nom(codes):
        codes = separes[0]
        noms = noms if c.RAISON_SOCIALE in cellules else separes[1]
    if c.PROCEDURE_COLLECTIVE in cellules:
        fiches[c.NOTE] = _noter_procedure(fiches.get(c.NOTE, vides), cellules[c.PROCEDURE_COLLECTIVE])
    avertissements = [*_illisibles(fiches, codes, cellules, fichier)]
    codes = _codes_par_le_nom(codes, noms)
    avertissements += _sans_code(codes, numeros, fichier)
    avertissements += noms_differents(zip(codes, noms, strict=True), fichier)
    premieres, doubles = _un_par_code(fiches | {c.CODE_CLIENT: codes, c.RAISON_SOCIALE: noms}, fichier)
    return CLIENTS.par_colonnes(premieres, len(premieres[c.CODE_CLIENT])), [*avertissements, *doubles]


def _colonne(champ: str, cellules: Mapping[str, Sequence[Valeur]]) -> list[Any]:
    """La colonne d'un champ, lue ; None où elle ne se lit pas."""
    valeurs = cellules[champ]
    if champ in n.EN_BOOLEEN:
        return [*oui_non(valeurs)[0].tolist()]
    if champ in n.SELON_PAYS:
        lecteur = n.SELON_PAYS[champ]
        if c.PAYS in cellules:
            return list(map(lecteur, valeurs, cellules[c.PAYS]))
        return par_valeur(valeurs, lambda valeur: lecteur(valeur, None))
    return par_valeur(valeurs, n.LECTEURS[champ]) if champ in n.LECTEURS else textes(valeurs)


def _dite(procedure: Valeur) -> Valeur:
    """« Néant », « In bonis », un tiret : le client n'est pas en procédure collective."""
    return None if isinstance(procedure, str) and cle(procedure) in _AUCUNE_PROCEDURE else procedure


def _noter_procedure(notes: Sequence[str], valeurs: Sequence[Valeur]) -> list[str]:
    """« RJ du 12/03/2026 » dans la colonne procédure collective : un oui, dont le texte mérite d'être gardé."""
    return [" ; ".join(filter(None, paire)) for paire in zip(notes, oui_non(valeurs)[1], strict=True)]


def _illisibles(fiches: _Fiches, codes: Sequence[str], cellules: Mapping[str, Sequence[Valeur]], fichier: str) -> Iterable[Faute]:
    for champ, valeurs in fiches.items():
        if None not in valeurs:
            continue
        rangs = [rang for rang, valeur in enumerate(valeurs) if valeur is None]
        brutes = [en_texte(cellules[champ][rang]) for rang in rangs]
        dit = accorder(len(rangs), f"{champ} : {len(rangs)} valeur(s) incomprise(s), tenue(s) pour vide(s)")
        yield Faute(
            f"{dit} : {enumerer(f'« {valeur} »' for valeur in brutes)} (code client {enumerer(codes[rang] for rang in rangs)})",
            "corrigez le fichier clients",
            fichier,
        )


def _codes_par_le_nom(codes: list[str], noms: Sequence[str]) -> list[str]:
    """Un client sans code se retrouve par sa raison sociale : elle lui tient lieu de code, si elle est unique."""
    if all(codes):
        return codes
    cles = [cle(nom) for nom in noms]
    fois = Counter(cles)
    return [code or (nom if fois[nu] == 1 else "") for code, nom, nu in zip(codes, noms, cles, strict=True)]


def _sans_code(codes: Sequence[str], numeros: Sequence[int], fichier: str) -> Iterable[Faute]:
    lignes = [str(numero) for numero, code in zip(numeros, codes, strict=True) if not code]
    if lignes:
        dit = accorder(len(lignes), f"{len(lignes)} client(s) sans code ni nom à lui seul, ignoré(s) : ligne(s) {enumerer(lignes)}")
        yield Faute(dit, "donnez-leur un code dans le fichier clients", fichier)


def _un_par_code(fiches: _Fiches, fichier: str) -> tuple[_Fiches, list[Faute]]:
    """La première ligne de chaque code, entière : mêler deux lignes ferait une adresse qui n'existe pas.

    Un Oui (exclure, procédure collective) de l'une quelconque des lignes vaut pour le client. Sans code, une ligne n'est à personne.
    """
    codes: list[str] = fiches[c.CODE_CLIENT]
    premieres: dict[str, int] = {}
    redits: list[str] = []
    for rang, code in enumerate(codes):
        if code and premieres.setdefault(code, rang) != rang:
            redits.append(code)
    if len(premieres) == len(codes):
        return fiches, []
    for champ in n.EN_BOOLEEN & fiches.keys():
        oui = {code for code, dit in zip(codes, fiches[champ], strict=True) if dit}
        fiches[champ] = [code in oui for code in codes]
    gardees = {champ: [valeurs[rang] for rang in premieres.values()] for champ, valeurs in fiches.items()}
    if not redits:
        return gardees, []
    nombre = len(set(redits))
    dit = accorder(nombre, f"{nombre} code(s) client sur plusieurs lignes")
    return gardees, [Faute(f"{dit}, la première est gardée : {enumerer(redits)}", fichier=fichier)]
