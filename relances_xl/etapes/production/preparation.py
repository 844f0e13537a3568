"""Préparer une production : relire la revue, revérifier sur des exports frais, compiler les modèles (contrat §6).

Rien n'est écrit ici : toute faute de l'utilisateur arrête tout avant la première lettre.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from relances_xl.criteres.lecture import lire_criteres, lire_parametres
from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.chiffrer.sortie import recommandees
from relances_xl.decision.decider import decider
from relances_xl.decision.reverifier.confrontation import Confrontation, confronter
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import DU_DOSSIER
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.motifs import Ecart
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, lot_de
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.etapes.communs.donnees import Donnees, charger
from relances_xl.etapes.production.fabrique import Fabrique
from relances_xl.etapes.production.plan import Plan, Resultat
from relances_xl.fichiers.verrous import verrou_de
from relances_xl.historique import Etat, Historique
from relances_xl.revue.relire.relecture import APPROUVEE, NIVEAU_MODIFIE, Approbation, relire


def preparer(dossier: Dossier, maintenant: datetime, revue: Path, renvoyer: str | None, historique: Historique) -> Plan:
    """Le plan de production d'une revue ; lève `ErreurUtilisateur` avec toutes les fautes avant que rien ne sorte."""
    du_dossier = lire_parametres(dossier.criteres, maintenant.date())
    approbation = relire(lire_classeur(revue), revue.name, du_dossier.niveaux)
    parametres = _aux_criteres_de_la_revue(dossier, du_dossier, approbation, revue)
    etats = historique.etats()
    tri = _trier(approbation, etats, renvoyer)
    plan = Plan(
        dossier=dossier,
        lot=dossier.lot(tri.lot),
        parametres=parametres,
        maintenant=maintenant,
        ordre=tri.ordre,
        lettres=(),
        resultats=tri.resultats,
        ecartees=_aucune_ecartee(),
        alertes=(*_non_enregistree(revue), *map(str, (*du_dossier.avertissements, *approbation.avertissements))),
    )
    if tri.a_faire.empty:
        return plan
    donnees = charger(dossier, parametres)
    confrontation = _reverifier(approbation, tri, donnees, parametres, historique)
    sorties = _sorties(tri.a_faire, parametres)
    lignes, relances = composer(confrontation.lignes, donnees.clients, parametres, sorties)
    messages = dict(zip(tri.a_faire[c.RELANCE], tri.a_faire[c.MESSAGE], strict=True))
    relances[c.MESSAGE] = relances[c.RELANCE].map(messages).astype("str")
    relances = _dans_l_ordre(relances, tri.ordre)
    sans_taux = relances[relances[c.SEMESTRES_MANQUANTS] != ""]
    relances = relances.drop(sans_taux.index)
    fabrique = Fabrique(dossier, parametres, donnees.clients, etats, sorties)
    lettres = fabrique.lettres(plan.lot, relances, lignes)
    refuser_si(fabrique.fautes)
    return replace(
        plan,
        lettres=lettres,
        resultats=(*tri.resultats, *_relances_ecartees(tri, confrontation), *_sans_taux(sans_taux)),
        ecartees=confrontation.ecartees,
        alertes=(*plan.alertes, *fabrique.avertissements),
        outil=fabrique.outil,
    )


def _non_enregistree(revue: Path) -> tuple[str, ...]:
    """Une revue encore ouverte ne porte peut-être pas les dernières coches."""
    if not verrou_de(revue):
        return ()
    return (f"{revue.name} est ouverte dans Excel ou LibreOffice : seul ce qui y est enregistré compte",)


@dataclass(frozen=True, slots=True)
class _Repartition:
    """Les relances approuvées : celles à faire, et celles dont le sort est déjà connu ; ordre : toutes, dans la liste."""

    lot: str
    ordre: tuple[str, ...]
    a_faire: pd.DataFrame
    resultats: tuple[Resultat, ...]


def _aux_criteres_de_la_revue(dossier: Dossier, du_dossier: Parametres, approbation: Approbation, revue: Path) -> Parametres:
    """Les critères de décision sont ceux de la revue ; l'imprimante, le convertisseur et les fichiers, ceux du dossier.

    La sélection a fait son œuvre à la liste : elle ne compte plus.
    """
    jour = du_dossier.criteres.date_reference
    criteres, fautes = lire_criteres(approbation.feuille_criteres, revue.name, jour, du_dossier.niveaux.plus_haut)
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


def _trier(approbation: Approbation, etats: dict[str, Etat], renvoyer: str | None) -> _Repartition:
    """Sépare ce qui reste à faire de ce qui est déjà sorti, douteux ou inconnu."""
    approuvees = approbation.relances[approbation.relances[APPROUVEE]]
    lot = _lot(approbation)
    if renvoyer:
        _exiger_renvoyable(renvoyer, etats.get(renvoyer), approuvee=renvoyer in set(approuvees[c.RELANCE]))
    detaillees = set(approbation.lignes[c.RELANCE])
    resultats, a_faire = [], []
    for relance in enregistrements(approuvees):
        identifiant = relance[c.RELANCE]
        etat = etats.get(identifiant)
        if identifiant == renvoyer:
            a_faire.append(identifiant)
        elif etat is not None and etat.comptee:
            statut = Statut.DOUTEUSE if etat.statut is Statut.DOUTEUSE else Statut.DEJA_FAITE
            resultats.append(_resultat(relance, statut, etat.motif, etat.fichier))
        elif renvoyer:
            continue
        elif identifiant in detaillees:
            a_faire.append(identifiant)
        else:
            connue = lot_de(identifiant) == lot
            motif = "aucune échéance retenue" if connue else "relance inconnue : elle n'est pas de cette liste"
            resultats.append(_resultat(relance, Statut.ECARTEE, motif))
    return _Repartition(
        lot,
        tuple(approbation.relances[c.RELANCE]),
        approuvees[approuvees[c.RELANCE].isin(a_faire)],
        tuple(resultats),
    )


def _lot(approbation: Approbation) -> str:
    """Le lot de la revue : celui que nomment le plus de ses lignes."""
    lots = pd.concat([approbation.lignes[c.RELANCE], approbation.relances[c.RELANCE]]).map(lot_de)
    return str(lots.mode().iloc[0]) if len(lots) else ""


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


def _reverifier(
    approbation: Approbation, tri: _Repartition, donnees: Donnees, parametres: Parametres, historique: Historique
) -> Confrontation:
    """Décide à neuf pour les clients concernés, et confronte à ce que la revue approuvait."""
    concernes = donnees.lignes[c.CODE_CLIENT].isin(set(tri.a_faire[c.CODE_CLIENT]))
    journal = historique.journal(sauf=tri.a_faire[c.RELANCE])
    fraiche = decider(donnees.lignes[concernes], donnees.clients, parametres, journal, "x")
    return confronter(
        approbation.relances,
        approbation.lignes,
        approbation.exclusions,
        list(tri.a_faire[c.RELANCE]),
        fraiche.lignes,
        journal,
        parametres.niveaux,
    )


def _sorties(a_faire: pd.DataFrame, parametres: Parametres) -> dict[str, str]:
    """La sortie voulue de chaque relance : celle de la revue.

    « Selon le client » l'avait résolue au niveau de la liste : relevée à un niveau recommandé, elle se résout à nouveau,
    et ne part plus par courriel sans que personne l'ait voulu.
    """
    relevees = a_faire[NIVEAU_MODIFIE] & recommandees(a_faire, parametres.niveaux) & (a_faire[c.SORTIE] == Sortie.EMAIL.value)
    voulues = a_faire[c.SORTIE]
    if parametres.criteres.sortie is Sortie.SELON_CLIENT:
        voulues = voulues.mask(relevees, Sortie.SELON_CLIENT.value)
    return dict(zip(a_faire[c.RELANCE], voulues, strict=True))


def _dans_l_ordre(relances: pd.DataFrame, ordre: Sequence[str]) -> pd.DataFrame:
    """Les relances dans l'ordre où la revue les montre : celui des lettres, de l'impression et des envois."""
    return relances.set_index(c.RELANCE).loc[[r for r in ordre if r in set(relances[c.RELANCE])]].reset_index()


def _aucune_ecartee() -> pd.DataFrame:
    return pd.DataFrame(columns=[c.RELANCE, c.PIECE, c.DATE_ECHEANCE, c.MOTIF, c.EXPLICATION])


def _relances_ecartees(tri: _Repartition, confrontation: Confrontation) -> Iterator[Resultat]:
    ecartees = tri.a_faire.merge(confrontation.relances_ecartees, on=c.RELANCE)
    for relance in enregistrements(ecartees):
        motif = " : ".join(filter(None, (relance[c.MOTIF], relance[c.EXPLICATION])))
        yield _resultat(relance, Statut.ECARTEE, motif)


def _sans_taux(relances: pd.DataFrame) -> Iterator[Resultat]:
    """Sans le taux d'un semestre, les pénalités ne se calculent pas : la lettre ne part pas (contrat §5)."""
    for relance in enregistrements(relances):
        semestres = relance[c.SEMESTRES_MANQUANTS]
        motif = f"{Ecart.TAUX_MANQUANT} : saisissez le taux de {semestres} dans l'onglet « Taux » de criteres.xlsx"
        yield _resultat(relance, Statut.ECHEC, motif)


def _resultat(relance: Mapping[str, Any], statut: Statut, motif: str, fichier: str = "") -> Resultat:
    return Resultat(relance[c.RELANCE], relance[c.CODE_CLIENT], int(relance[c.NIVEAU]), statut, fichier, motif)
