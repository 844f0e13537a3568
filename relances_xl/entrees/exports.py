"""Lire l'export des échéances : un tableau de n'importe quel logiciel, ou un FEC (contrat §3)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.schemas import LIGNES_LUES
from relances_xl.entrees.classeurs.classeur import Onglet, premier_onglet
from relances_xl.entrees.classeurs.formats import Format
from relances_xl.entrees.colonnes.balance import est_une_balance
from relances_xl.entrees.colonnes.entete import PROFONDEUR
from relances_xl.entrees.colonnes.hors_tableau import Ligne
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau, lire_tableau
from relances_xl.entrees.colonnes.reconnaissance import REMEDE
from relances_xl.entrees.colonnes.synonymes import LETTRAGE, MONTANT_DEBIT, STATUT_PAIEMENT
from relances_xl.entrees.echeances import lire as lecture
from relances_xl.entrees.factures.complements_de_factures import Complements, LieuDesFactures, fichiers_de
from relances_xl.entrees.fec.entete_fec import est_fec
from relances_xl.entrees.valeurs.alertes_de_ligne import ajouter_les_alertes
from relances_xl.entrees.valeurs.colonne_textes import en_texte

CHAMPS_FEC = {
    c.CODE_CLIENT: "CompAuxNum",
    c.RAISON_SOCIALE: "CompAuxLib",
    c.PIECE: "PieceRef",
    c.DATE_PIECE: "PieceDate",
    c.RESTE_DU: "Debit − Credit, lettrage déduit",
}

_SOLDEE_LE = r"(?i)^settled|^clear(ed|ing)|(r[ée]gl[ée]e?|pay[ée]e?|sold[ée]e?|lettr[ée]e?|acquitt[ée]e?) le$|effective$"
_PAIEMENT = r"(?i)pa(ie|ye|y)ment|pay[ée]|r[èe]gle|r[ée]gl[ée]|sold[ée]|encaiss|lettr|statut|status|[ée]tat\b|paid"


@dataclass(frozen=True, slots=True)
class Lecture:
    """Un export lu.

    lignes : une ligne par ligne de l'export, anomalies comprises (schéma LIGNES_LUES) ; hors_tableau :
    lignes de titre, de total ou vides ; appariement : champ → en-tête ; format : « xlsx », « csv », « FEC »… ;
    non_lues : les en-têtes des colonnes dont rien n'est lu ; complements : ce que des factures électroniques ont ajouté.
    """

    lignes: pd.DataFrame
    hors_tableau: int
    avertissements: tuple[Faute, ...]
    appariement: dict[str, str]
    format: str
    non_lues: tuple[str, ...] = ()
    complements: Complements = field(default_factory=Complements)

    def __post_init__(self) -> None:
        LIGNES_LUES.admettre(self.lignes)


def lire_echeances(
    chemin: Path,
    colonnes: Mapping[tuple[str, str], str],
    delai: DelaiPaiement,
    clients: pd.DataFrame | None,
    date_reference: date,
    factures: LieuDesFactures | None = None,
) -> Lecture:
    """Lit l'export des échéances.

    colonnes : l'onglet « Colonnes », {(fichier, champ): en-tête} ; delai : le délai de paiement par défaut ; clients :
    table code_client, delai_paiement, pour les échéances à calculer ; factures : où sont celles qui complètent l'export.
    Erreurs (ErreurUtilisateur) : fichier illisible, colonne indispensable introuvable, deux colonnes candidates.
    """
    illisibles: tuple[Faute, ...] = ()
    sirens: dict[int, str] = {}
    if chemin.is_dir():
        from relances_xl.entrees.factures.dossier_de_factures import lire_factures

        deposees = lire_factures(fichiers_de(chemin))
        if not deposees.lues and not deposees.fautes:
            remede = "nommez l'export lui-même, par exemple exports/echeances.xlsx"
            raise ErreurUtilisateur(Faute("c'est un dossier, et aucune facture électronique (Factur-X, CII) n'y est", remede, chemin.name))
        illisibles, factures = tuple(deposees.fautes), None
        sirens = {rang: facture.siren for rang, (facture, _) in enumerate(deposees.lues.values(), 2) if facture.siren}
        onglet = Onglet("", Format("factures"), deposees.lignes())
    else:
        onglet = premier_onglet(chemin)
    debut: list[Ligne] = list(islice(onglet.lignes, PROFONDEUR))
    rang_fec = next((i for i, ligne in enumerate(debut) if est_fec([en_texte(v) for v in ligne])), None)
    if rang_fec is not None:
        fec = _lire_fec(chemin, debut, onglet.lignes, rang_fec, delai, clients, date_reference)
        lignes, complements = _completer_fec(fec.lignes, factures)
        return replace(fec, lignes=lignes, complements=complements, avertissements=(*complements.fautes, *fec.avertissements))
    tableau, complements = _tableau(chemin, onglet, chain(debut, onglet.lignes), colonnes, factures)
    soldees_au = date_reference if _soldees_par_leur_date(tableau, colonnes) else None
    lues = lecture.lire(tableau, delai, clients, chemin.name, onglet.nom, soldees_au)
    appariement = tableau.entete.appariement
    libelles = appariement.libelles | ({c.CODE_CLIENT: f"écrit {tableau.groupe}"} if tableau.groupe else {})
    hors_tableau = tableau.hors_tableau + lues.totaux_sans_libelle
    complements.sirens |= sirens
    avertissements = (*illisibles, *complements.fautes, *lues.avertissements)
    lignes = ajouter_les_alertes(lues.lignes, c.LIGNE, complements.alertes)
    return Lecture(lignes, hors_tableau, avertissements, libelles, onglet.format.nom, appariement.non_lues, complements)


def _tableau(
    chemin: Path, onglet: Onglet, lignes: Iterator[Ligne], colonnes: Mapping[tuple[str, str], str], factures: LieuDesFactures | None
) -> tuple[Tableau, Complements]:
    """Le tableau des échéances, ses colonnes indispensables reconnues, complété par les factures électroniques."""
    tableau = lire_tableau(lignes, "Échéances", colonnes, texte=onglet.format.forme is not None)
    if tableau is None:
        raise ErreurUtilisateur(Faute("le fichier ne contient aucun tableau", "vérifiez que c'est le bon fichier", chemin.name))
    if est_une_balance(tableau.entete.appariement):
        raise ErreurUtilisateur(
            Faute(
                "c'est une balance âgée, un client par ligne : elle ne dit ni les pièces ni leurs échéances",
                "exportez les échéances, pièce par pièce (échéancier, factures impayées ou grand livre auxiliaire)",
                chemin.name,
                onglet.nom,
            )
        )
    tableau, complements = _completer(tableau, factures)
    connus = [champ for champ in (c.PIECE, c.DATE_ECHEANCE) if champ in tableau.colonnes] + ([c.CODE_CLIENT] if tableau.groupe else [])
    fautes = [
        *tableau.entete.appariement.fautes_sachant(connus),
        *tableau.fautes,
        *_reste_du_absent(tableau, colonnes),
    ]
    refuser_si(faute._replace(fichier=faute.fichier or chemin.name, onglet=faute.onglet or onglet.nom) for faute in fautes)
    return tableau, complements


def _completer(tableau: Tableau, factures: LieuDesFactures | None) -> tuple[Tableau, Complements]:
    if factures is None or not (c.FICHIER_PIECE in tableau.colonnes or fichiers_de(factures.depot)):
        return tableau, Complements()
    from relances_xl.entrees.factures.completer import completer

    return completer(tableau, factures)


def _completer_fec(lignes: pd.DataFrame, factures: LieuDesFactures | None) -> tuple[pd.DataFrame, Complements]:
    if factures is None or not fichiers_de(factures.depot):
        return lignes, Complements()
    from relances_xl.entrees.factures.completer import completer_fec

    return completer_fec(lignes, factures)


def _soldees_par_leur_date(tableau: Tableau, colonnes: Mapping[tuple[str, str], str]) -> bool:
    """Vrai si seule la date où chaque pièce fut soldée dit ce qui reste dû : « Settled date », « Réglée le », ou celle que nomme « Colonnes ».

    « Date de paiement » peut être celle d'un acompte, ou d'un paiement prévu : elle ne suffit pas.
    """
    champs = tableau.champs
    if c.DATE_REGLEMENT not in champs or c.MONTANT not in champs or not {c.RESTE_DU, c.REGLE, MONTANT_DEBIT}.isdisjoint(champs):
        return False
    nommee = ("Échéances", c.DATE_REGLEMENT) in colonnes
    return nommee or re.search(_SOLDEE_LE, tableau.entete.textes[champs[c.DATE_REGLEMENT]]) is not None


def _reste_du_absent(tableau: Tableau, colonnes: Mapping[tuple[str, str], str]) -> Iterator[Faute]:
    """Le montant de la pièce n'est pas son reste dû : ce qu'il faut exporter de plus, selon ce que l'export dit déjà.

    Un montant que son sens (D, C) accompagne est celui d'un mouvement : il vaut les colonnes débit et crédit d'un grand livre.
    """
    champs, appariement = tableau.champs, tableau.entete.appariement
    suffisants = {c.RESTE_DU, c.REGLE, MONTANT_DEBIT, LETTRAGE}
    if c.MONTANT not in champs or not suffisants.isdisjoint({*champs, *appariement.ambigus}) or _soldees_par_leur_date(tableau, colonnes):
        return
    entete = tableau.entete.textes[champs[c.MONTANT]]
    dit = f"aucune colonne ne dit le reste dû : « {entete} » est le montant de la pièce, sans ce qui en est réglé"
    etats = [tableau.entete.textes[champs[champ]] for champ in (c.STATUT, STATUT_PAIEMENT, c.DATE_REGLEMENT) if champ in champs]
    paiements = [titre for titre in appariement.non_lues if re.search(_PAIEMENT, titre)]
    if etats or paiements:
        vues = ", ".join(f"« {titre} »" for titre in (etats + paiements)[:3])
        yield Faute(
            f"{dit} ; or {vues} dit que des pièces sont payées, en tout ou partie",
            f"ajoutez à l'export le reste dû (ou le montant réglé) de chaque pièce, puis, si son titre n'est pas reconnu, {REMEDE}{_ou_la_date(tableau)}",
        )
    elif c.MONTANT not in tableau.signes:
        yield Faute(dit, f"{REMEDE} ; si « {entete} » est bien le reste dû, donnez-la pour le champ reste_du")


def _ou_la_date(tableau: Tableau) -> str:
    if c.DATE_REGLEMENT not in tableau.champs:
        return ""
    titre = tableau.entete.textes[tableau.champs[c.DATE_REGLEMENT]]
    return f" ; ou, si « {titre} » est le jour où chaque pièce fut soldée tout entière, donnez-la pour le champ {c.DATE_REGLEMENT}"


def _lire_fec(
    chemin: Path,
    debut: list[Ligne],
    suite: Iterator[Ligne],
    rang: int,
    delai: DelaiPaiement,
    clients: pd.DataFrame | None,
    date_reference: date,
) -> Lecture:
    from relances_xl.entrees.fec.fec import lire_fec

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
    avertissements = [faute._replace(fichier=faute.fichier or chemin.name) for faute in avertissements]
    return Lecture(lignes, vides, tuple(avertissements), dict(CHAMPS_FEC), "FEC")
