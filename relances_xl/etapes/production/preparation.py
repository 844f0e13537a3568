"""Préparer une production : relire la revue, revérifier sur des exports frais, compiler les modèles (contrat §6).

Rien n'est écrit ici : toute faute de l'utilisateur arrête tout avant la première lettre.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from relances_xl.criteres.lecture import lire_criteres, lire_parametres
from relances_xl.decision.encaisser.couvrir import du_neuf
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import DU_DOSSIER
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.motifs import EN_MOTS
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.domaine.statuts import Statut
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot, lot_de
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.etapes.communs.donnees import charger
from relances_xl.etapes.production.fabrique import Matiere, fabriquer
from relances_xl.etapes.production.hors_sortie import (
    AUCUNE_ECHEANCE,
    INCONNUE,
    deja_sue,
    ecartees_avant,
    niveaux_hors_du_plan,
    resultat,
    taux_manquants,
)
from relances_xl.etapes.production.plan import Plan, Resultat
from relances_xl.etapes.production.revoir import Clientele, revoir, rien_a_revoir
from relances_xl.fichiers.verrous import verrou_de
from relances_xl.historique import Etat, Historique
from relances_xl.revue.relire.relecture import APPROUVEE, ONGLETS, Approbation, relire


def preparer(dossier: Dossier, maintenant: datetime, revue: Path, renvoyer: str | None, historique: Historique) -> Plan:
    """Le plan de production d'une revue ; lève `ErreurUtilisateur` avec toutes les fautes avant que rien ne sorte."""
    du_dossier = lire_parametres(dossier.criteres, maintenant.date())
    relue = _relire(dossier, du_dossier, revue, renvoyer, historique)
    approbation, tri, parametres = relue.clientele.approbation, relue.tri, relue.parametres
    if len(tri.a_faire):
        exports = _lire_les_exports(dossier, parametres, relue.clientele, revue.name)
        vues = revoir(relue.clientele, exports.clients, exports.banque, parametres, historique)
    else:
        exports, vues = _Exports(CLIENTS.vide(), {}, None), rien_a_revoir()
    sans_taux = vues.relances[vues.relances[c.SEMESTRES_MANQUANTS] != ""]
    partent = vues.relances.drop(sans_taux.index)
    fabrication = fabriquer(
        Matiere(dossier, tri.lot, parametres, partent, vues.tranches, vues.lignes, exports.clients, tri.etats, vues.demandees)
    )
    refuser_si(fabrication.fautes)
    noms = _noms_des_clients(tri) | exports.noms
    avant, oubli = ecartees_avant(tri.lot, approbation.relances, tri.a_faire[c.RELANCE])
    return Plan(
        dossier=dossier,
        lot=tri.lot,
        parametres=parametres,
        maintenant=maintenant,
        cochees=int(approbation.relances[APPROUVEE].sum()),
        ordre=tuple(approbation.relances[c.RELANCE]),
        lettres=fabrication.lettres,
        hors_sortie=tuple(
            resultat._replace(raison_sociale=resultat.raison_sociale or noms.get(resultat.code_client, ""))
            for resultat in (*tri.deja_sues, *_relances_ecartees(tri, vues.relances_ecartees), *taux_manquants(sans_taux))
        ),
        ecartees=_avec_noms(vues.ecartees, noms),
        ecartees_avant=avant,
        alertes=(
            *oubli,
            *_non_enregistres(revue, dossier.criteres),
            *_plus_ancienne(dossier, tri.lot),
            *map(str, (*du_dossier.avertissements, *approbation.avertissements)),
            *fabrication.avertissements,
        ),
        outil=fabrication.outil,
    )


class _Relue(NamedTuple):
    """Une revue relue : les critères de décision, les relances approuvées, et la clientèle de celles qui restent à faire."""

    parametres: Parametres
    tri: "_Repartition"
    clientele: Clientele


def _relire(dossier: Dossier, du_dossier: Parametres, revue: Path, renvoyer: str | None, historique: Historique) -> _Relue:
    approbation = lire_classeur(revue, ONGLETS, partial(relire, fichier=revue.name, plans=du_dossier.plans))
    parametres = _aux_criteres_de_la_revue(dossier, du_dossier, approbation, revue)
    tri = _trier(approbation, _lot_de_la_revue(dossier, approbation, revue), historique, renvoyer, parametres)
    return _Relue(parametres, tri, Clientele(approbation, tri.a_faire))


class _Exports(NamedTuple):
    """Des exports frais, ce qui sert à toutes les lettres ; banque : rapprochée, s'il y est arrivé quelque chose depuis la liste."""

    clients: pd.DataFrame
    noms: dict[str, str]
    banque: pd.DataFrame | None


def _lire_les_exports(dossier: Dossier, parametres: Parametres, clientele: Clientele, revue: str) -> _Exports:
    """Lit les exports, dont la clientèle range les lignes."""
    donnees = charger(dossier, parametres)
    refuser_si(niveaux_hors_du_plan(clientele.a_faire, donnees.clients, parametres.plans, revue))
    clientele.recevoir(donnees.lignes)
    arrive = du_neuf(donnees.encaissements, clientele.approbation.encaissements)
    return _Exports(donnees.clients, donnees.noms(), donnees.banque() if arrive else None)


def _non_enregistres(revue: Path, criteres: Path) -> Iterator[str]:
    """Une revue ou des critères encore ouverts ne portent peut-être pas les dernières saisies."""
    for classeur, ouvert in ((revue, "ouverte"), (criteres, "ouvert")):
        if verrou_de(classeur):
            yield f"{classeur.name} est {ouvert} dans Excel ou LibreOffice : seul ce qui y est enregistré compte"


def _plus_ancienne(dossier: Dossier, lot: Lot) -> tuple[str, ...]:
    """Une liste plus récente attend peut-être : le dire, sans l'empêcher."""
    suivants = [autre for autre in dossier.lots() if autre.revue.is_file()]
    if not suivants or suivants[-1] == lot:
        return ()
    return (f"cette revue est celle du lot {lot.nom} ; une liste plus récente existe : {suivants[-1].nom}",)


class _Repartition(NamedTuple):
    """Les relances approuvées : celles à faire, et celles dont le sort est déjà su ; etats : ce que le journal en sait."""

    lot: Lot
    a_faire: pd.DataFrame
    deja_sues: tuple[Resultat, ...]
    etats: dict[str, Etat]


def _aux_criteres_de_la_revue(dossier: Dossier, du_dossier: Parametres, approbation: Approbation, revue: Path) -> Parametres:
    """Les critères de décision sont ceux de la revue ; l'imprimante, le convertisseur et les fichiers, ceux du dossier.

    La sélection a fait son œuvre à la liste : elle ne compte plus.
    """
    jour = du_dossier.criteres.date_reference
    criteres, fautes = lire_criteres(approbation.feuille_criteres, revue.name, jour, du_dossier.plans)
    refuser_si(fautes)
    assert criteres is not None
    propres = {champ: getattr(du_dossier.criteres, champ) for champ in DU_DOSSIER}
    logo = du_dossier.emetteur.logo and str(dossier.chemin(du_dossier.emetteur.logo))
    return replace(
        du_dossier,
        criteres=replace(criteres, codes_clients=(), **propres),
        clients_coches=(),
        emetteur=replace(du_dossier.emetteur, logo=logo),
    )


def _lot_de_la_revue(dossier: Dossier, approbation: Approbation, revue: Path) -> Lot:
    """Le lot que nomment le plus de ses lignes ; refuse la revue d'un autre dossier."""
    nommees = pd.concat([approbation.lignes[c.RELANCE], approbation.relances[c.RELANCE]])
    lots = nommees.map({relance: lot_de(relance) for relance in nommees.unique().tolist()})
    lot = dossier.lot(str(lots.mode().iloc[0]) if len(lots) else "")
    if approbation.relances[APPROUVEE].any() and (not lot.nom or not lot.chemin.is_dir()):
        raise ErreurUtilisateur(
            Faute(
                f"cette revue est celle du lot « {lot.nom} », que ce dossier n'a pas",
                "produisez-la dans le dossier où elle a été établie, ou relancez « lister » ici",
                fichier=str(revue),
            )
        )
    return lot


def _trier(approbation: Approbation, lot: Lot, historique: Historique, renvoyer: str | None, parametres: Parametres) -> _Repartition:
    """Sépare ce qui reste à faire de ce qui est déjà sorti, douteux ou inconnu.

    Ce qui n'est allé qu'à l'« Adresse d'essai » est fait tant qu'on essaie, et à faire ensuite (contrat §4.3).
    """
    approuvees = approbation.relances[approbation.relances[APPROUVEE]]
    etats = historique.etats(relances=approuvees[c.RELANCE])
    if renvoyer:
        _exiger_renvoyable(renvoyer, etats.get(renvoyer), approuvee=renvoyer in set(approuvees[c.RELANCE]))
    en_essai = bool(parametres.messagerie.adresse_essai)
    detaillees = set(approbation.lignes[c.RELANCE].unique())
    resultats, a_faire = [], []
    for relance in enregistrements(approuvees[[c.RELANCE, c.CODE_CLIENT, c.NIVEAU, c.SORTIE, c.DEVISE]]):
        identifiant = relance[c.RELANCE]
        etat = etats.get(identifiant)
        if identifiant == renvoyer:
            a_faire.append(identifiant)
        elif etat is not None and (etat.comptee or (etat.sortie_faite and en_essai)):
            resultats.append(deja_sue(etat))
        elif renvoyer:
            continue
        elif lot_de(identifiant) != lot.nom:
            resultats.append(resultat(relance, Statut.ECARTEE, f"{INCONNUE} : elle n'est pas de cette liste"))
        elif identifiant in detaillees:
            a_faire.append(identifiant)
        else:
            resultats.append(resultat(relance, Statut.ECARTEE, AUCUNE_ECHEANCE))
    return _Repartition(lot, approuvees[approuvees[c.RELANCE].isin(a_faire)], tuple(resultats), etats)


def _exiger_renvoyable(relance: str, etat: Etat | None, *, approuvee: bool) -> None:
    """Ne se renvoie que ce qui est douteux ou en échec, et approuvé dans cette revue."""
    if not approuvee:
        raise ErreurUtilisateur(
            Faute(
                f"la relance « {relance} » n'est pas approuvée dans cette revue",
                "vérifiez son identifiant, ou indiquez sa revue par --revue",
            )
        )
    if etat is None or etat.statut not in (Statut.DOUTEUSE, Statut.ECHEC):
        constat = f"est « {etat.statut} »" if etat and etat.statut else "n'est pas sortie"
        raise ErreurUtilisateur(
            Faute(f"la relance « {relance} » {constat} : rien à renvoyer", "seule une relance douteuse ou en échec se renvoie")
        )


def _noms_des_clients(tri: _Repartition) -> dict[str, str]:
    """Code client → raison sociale : celle de la revue, sinon du journal ; les exports, quand on les lit, en savent plus."""
    noms = {etat.code_client: etat.raison_sociale for etat in tri.etats.values()}
    return noms | dict(zip(tri.a_faire[c.CODE_CLIENT], tri.a_faire[c.RAISON_SOCIALE], strict=True))


def _avec_noms(ecartees: pd.DataFrame, noms: dict[str, str]) -> pd.DataFrame:
    """Les échéances écartées, la raison sociale de leur client en plus."""
    return ecartees.assign(**{c.RAISON_SOCIALE: ecartees[c.CODE_CLIENT].map(noms).astype("str").fillna("")})


def _relances_ecartees(tri: _Repartition, ecartees: pd.DataFrame) -> Iterator[Resultat]:
    for relance in enregistrements(tri.a_faire.merge(ecartees, on=c.RELANCE)):
        motif = EN_MOTS.get(relance[c.MOTIF], relance[c.MOTIF])
        yield resultat(relance, Statut.ECARTEE, " : ".join(filter(None, (motif, relance[c.EXPLICATION]))))
