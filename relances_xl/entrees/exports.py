"""Lire l'export des échéances : un tableau de n'importe quel logiciel, ou un FEC (contrat §3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.entrees.classeurs.classeur import Onglet, premier_onglet
from relances_xl.entrees.colonnes.entete import PROFONDEUR, Tableau, lire_tableau
from relances_xl.entrees.colonnes.hors_tableau import Ligne
from relances_xl.entrees.colonnes.reconnaissance import REMEDE
from relances_xl.entrees.colonnes.synonymes import MONTANT_DEBIT
from relances_xl.entrees.echeances import lire as lecture
from relances_xl.entrees.echeances.fec import est_fec, lire_fec
from relances_xl.entrees.valeurs.colonne_textes import en_texte

CHAMPS_FEC = {
    c.CODE_CLIENT: "CompAuxNum",
    c.RAISON_SOCIALE: "CompAuxLib",
    c.PIECE: "PieceRef",
    c.DATE_PIECE: "PieceDate",
    c.RESTE_DU: "Debit − Credit, lettrage déduit",
}


@dataclass(frozen=True, slots=True)
class Lecture:
    """Un export lu.

    lignes : une ligne par ligne de l'export, anomalies comprises (colonnes : voir `echeances.lire`) ; hors_tableau :
    lignes de titre, de total ou vides ; appariement : champ → en-tête ; format : « xlsx », « csv », « FEC »…
    """

    lignes: pd.DataFrame
    hors_tableau: int
    avertissements: tuple[Faute, ...]
    appariement: dict[str, str]
    format: str


def lire_echeances(
    chemin: Path,
    colonnes: Mapping[tuple[str, str], str],
    delai: DelaiPaiement,
    clients: pd.DataFrame | None,
    date_reference: date,
) -> Lecture:
    """Lit l'export des échéances.

    colonnes : l'onglet « Colonnes », {(fichier, champ): en-tête} ; delai : le délai de paiement par défaut ; clients :
    table code_client, delai_paiement, pour les échéances à calculer.
    Erreurs (ErreurUtilisateur) : fichier illisible, colonne indispensable introuvable, deux colonnes candidates.
    """
    onglet = premier_onglet(chemin)
    debut: list[Ligne] = list(islice(onglet.lignes, PROFONDEUR))
    rang_fec = next((i for i, ligne in enumerate(debut) if est_fec([en_texte(v) for v in ligne])), None)
    if rang_fec is not None:
        return _lire_fec(chemin, debut, onglet.lignes, rang_fec, delai, clients, date_reference)
    tableau = _tableau(chemin, onglet, chain(debut, onglet.lignes), colonnes)
    lignes, avertissements = lecture.lire(tableau, delai, clients, chemin.name, onglet.nom)
    return Lecture(lignes, tableau.hors_tableau, tuple(avertissements), tableau.entete.appariement.libelles, onglet.format.nom)


def _tableau(chemin: Path, onglet: Onglet, lignes: Iterator[Ligne], colonnes: Mapping[tuple[str, str], str]) -> Tableau:
    """Le tableau des échéances, ses colonnes indispensables reconnues."""
    tableau = lire_tableau(lignes, "Échéances", colonnes)
    if tableau is None:
        raise ErreurUtilisateur(Faute("le fichier ne contient aucun tableau", "vérifiez que c'est le bon fichier", chemin.name))
    champs = tableau.champs
    fautes = list(tableau.entete.appariement.fautes)
    suffisants = {c.RESTE_DU, c.REGLE, MONTANT_DEBIT}
    if c.MONTANT in champs and suffisants.isdisjoint({*champs, *tableau.entete.appariement.ambigus}):
        entete = tableau.entete.textes[champs[c.MONTANT]]
        fautes.append(
            Faute(
                f"aucune colonne ne dit le reste dû : « {entete} » est le montant de la pièce, sans ce qui en est réglé",
                f"{REMEDE} ; si « {entete} » est bien le reste dû, donnez-la pour le champ reste_du",
            )
        )
    refuser_si(replace(faute, fichier=faute.fichier or chemin.name, onglet=faute.onglet or onglet.nom) for faute in fautes)
    return tableau


def _lire_fec(
    chemin: Path,
    debut: list[Ligne],
    suite: Iterator[Ligne],
    rang: int,
    delai: DelaiPaiement,
    clients: pd.DataFrame | None,
    date_reference: date,
) -> Lecture:
    entetes = [en_texte(valeur) for valeur in debut[rang]]
    numerotees = enumerate(chain(debut[rang + 1 :], suite), rang + 2)
    pleines, vides = [], rang
    for numero, ligne in numerotees:
        if any(map(en_texte, ligne)):
            pleines.append((numero, ligne))
        else:
            vides += 1
    lignes, avertissements = lire_fec(
        entetes, [ligne for _, ligne in pleines], [numero for numero, _ in pleines], delai, clients, date_reference
    )
    avertissements = [replace(faute, fichier=faute.fichier or chemin.name) for faute in avertissements]
    return Lecture(lignes, vides, tuple(avertissements), dict(CHAMPS_FEC), "FEC")
