"""Produire : relire la revue, vérifier, montrer, valider, sortir, journaliser (contrat §6)."""

from collections import Counter
from concurrent.futures import Executor
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.ecrits.textes import accorder, argument, une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, ProductionInterrompue, panne
from relances_xl.domaine.motifs import EN_MOTS, Ecart, Motif
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.dossier import Dossier, Lot, lot_de
from relances_xl.etapes.communs.dialogue import Dialogue
from relances_xl.etapes.communs.recommandes import depots_a_porter, depots_notes, porter_les_depots
from relances_xl.etapes.production.compte_rendu import ecrire_compte_rendu, reunir_les_pdf
from relances_xl.etapes.production.hors_sortie import AUCUNE_ECHEANCE, INCONNUE
from relances_xl.etapes.production.plan import Plan, Resultat, code_de_sortie
from relances_xl.etapes.production.preparation import preparer
from relances_xl.etapes.production.sortir import sortir
from relances_xl.historique import Etat, Historique
from relances_xl.historique.garde import sauvegarder

NOM_MONTRE = 60  # caractères d'une raison sociale au récapitulatif
LETTRES_MONTREES = 20  # au récapitulatif ; au-delà, des nombres suffisent pour valider

_SORTS = {
    EN_MOTS[Ecart.SOLDEE_DEPUIS]: "soldée(s) ou disparue(s)",
    EN_MOTS[Ecart.MODIFIEE_DEPUIS]: "changée(s)",
    EN_MOTS[Ecart.RELANCEE_DEPUIS]: "déjà relancée(s)",
    EN_MOTS[Ecart.EXCLUE_DEPUIS]: "exclue(s)",
    EN_MOTS[Ecart.PAYEE_DEPUIS]: "payée(s) en banque",
    EN_MOTS[Ecart.CREDIT_DEPUIS]: "à relister pour un crédit",
    EN_MOTS[Motif.CREDITEUR]: "au net créditeur",
    AUCUNE_ECHEANCE: "sans échéance retenue",
    INCONNUE: "inconnue(s) de cette liste",
}
"""Au récapitulatif, une cause en un mot."""


class Demande(NamedTuple):
    """Ce que la ligne de commande demande à `produire`."""

    revue: Path | None = None
    oui: bool = False
    a_blanc: bool = False
    renvoyer: str | None = None


class Bilan(NamedTuple):
    """Ce qui est sorti, ce qui ne l'est pas, et où le trouver."""

    lot: Lot
    resultats: tuple[Resultat, ...]
    ecartees: pd.DataFrame
    alertes: tuple[str, ...]
    chemins: tuple[Path, ...]
    code: int
    a_blanc: bool = False
    abandon: bool = False


def produire(dossier: Dossier, maintenant: datetime, demande: Demande, dialogue: Dialogue, executeur: Executor | None = None) -> Bilan:
    """Sort les relances approuvées d'une revue, une fois chacune, et rend le bilan.

    executeur : à qui confier fusions et conversions (processus, Dask…) ; sans lui, elles se font ici. Voir
    docs/grande-echelle.md.
    """
    dossier.exiger()
    revue = _revue_nommee(demande.revue) if demande.revue else _revue_du_dossier(dossier, demande.renvoyer)
    with dossier.verrou():
        dossier.balayer()
        with Historique.consulter(dossier.historique) as historique:
            plan = preparer(dossier, maintenant, revue, demande.renvoyer, historique)
        _montrer(plan, dialogue, a_blanc=demande.a_blanc)
        resultats = plan.dans_l_ordre()
        if demande.a_blanc:
            return Bilan(plan.lot, resultats, plan.ecartees, plan.alertes, (), 0, a_blanc=True)
        if len(plan.lettres):
            if not _valider(plan, demande, dialogue):
                return Bilan(plan.lot, (), plan.ecartees, plan.alertes, (), 0, abandon=True)
            resultats = _sortir(plan, dialogue, executeur)
        chemins = _documents(plan, resultats, dialogue)
    traites = [r for r in resultats if demande.renvoyer in (None, r.relance)]
    return Bilan(plan.lot, resultats, plan.ecartees, plan.alertes, chemins, code_de_sortie(traites, plan.ecartees))


def _sortir(plan: Plan, dialogue: Dialogue, executeur: Executor | None) -> tuple[Resultat, ...]:
    """Sort les lettres ; une panne en route se dit pour ce qu'elle est : le journal sait ce qui est sorti."""
    sauvegarder(plan.dossier.historique)
    try:
        with Historique.ouvrir(plan.dossier.historique, controle=False) as historique:
            return sortir(plan, historique, dialogue, executeur)
    except ErreurUtilisateur as erreur:
        raise ProductionInterrompue(str(erreur)) from erreur
    except OSError as erreur:
        raise ProductionInterrompue(str(panne(erreur))) from erreur


def tenir_pour_sortie(dossier: Dossier, relance: str, aujourdhui: date) -> Statut:
    """Règle une relance douteuse sans la refaire : envoyée, mise en brouillon, ou imprimée, selon ce qu'on en attendait.

    aujourdhui : la date par défaut des critères, dont la messagerie dit si un courriel part ou reste un brouillon.
    """
    dossier.exiger()
    with dossier.verrou():
        with Historique.consulter(dossier.historique) as historique:
            etat = _exiger_douteuse(historique.etat(relance), relance)
        envoyee = Statut.ENVOYEE if lire_parametres(dossier.criteres, aujourdhui).messagerie.mode.expedie else Statut.BROUILLON
        statut = Statut.IMPRIMEE if etat.sortie == Sortie.IMPRIMANTE else envoyee
        with Historique.ouvrir(dossier.historique) as historique:
            historique.conclure(etat.intention, statut, "tenue pour sortie par l'utilisateur")
    return statut


def _exiger_douteuse(etat: Etat | None, relance: str) -> Etat:
    """L'état d'une relance douteuse ; refuse toute autre."""
    if etat is not None and etat.statut is Statut.DOUTEUSE:
        return etat
    constat = "est inconnue du journal" if etat is None or etat.statut is None else f"est « {etat.statut} »"
    raise ErreurUtilisateur(
        Faute(
            f"la relance « {relance} » {constat}, non « {Statut.DOUTEUSE} »",
            "nommez une relance douteuse : « relances-xl historique » les montre",
        )
    )


def _revue_nommee(revue: Path) -> Path:
    if not revue.is_file():
        raise ErreurUtilisateur(Faute("cette revue n'existe pas", "vérifiez le chemin donné à --revue", fichier=str(revue)))
    return revue


def _revue_du_dossier(dossier: Dossier, renvoyer: str | None) -> Path:
    """La revue du lot de la relance à renvoyer, sinon celle du dernier lot de relance.

    Un lot sans revue est celui d'une liste coupée avant la fin : il ne compte pas.
    """
    lots = [lot for lot in dossier.lots() if not lot.liste_clients.exists()]
    if renvoyer:
        lots = [lot for lot in lots if lot.nom == lot_de(renvoyer)]
    listes = [(lot, revue) for lot in lots if (revue := lot.revue_ecrite) is not None]
    if not listes:
        lister = f"lancez d'abord « relances-xl lister {argument(dossier.racine)} »"
        cause, remede = "aucune liste n'a été établie", lister
        if renvoyer:
            cause, remede = f"le lot de la relance « {renvoyer} » est introuvable", "vérifiez son identifiant"
        elif dossier.lots():
            cause, remede = "un état « Liste clients » ne se produit pas", f"mettez « Type d'état » à Relance, puis {lister}"
        raise ErreurUtilisateur(Faute(cause, remede, fichier=str(dossier.relances)))
    lot, revue = listes[-1]
    if revue != lot.revue:
        raise ErreurUtilisateur(
            Faute(
                "le dernier lot n'a pas sa revue : elle a été écrite ailleurs, déplacée ou supprimée",
                f"indiquez-la par --revue {argument(revue)}",
                fichier=str(lot.revue),
            )
        )
    return revue


def _montrer(plan: Plan, dialogue: Dialogue, *, a_blanc: bool) -> None:
    """Le récapitulatif : quoi, combien, par où, à qui, et ce qui ne sortira pas."""
    for alerte in plan.alertes:
        dialogue.dire(f"Attention : {alerte}")
    if plan.cochees:
        dialogue.dire(_en_une_phrase(plan))
    if not len(plan.lettres):
        dialogue.dire("Rien à produire.")
        return
    for sortie, nombre in sorted(plan.lettres.par_sortie.items(), key=lambda compte: list(Sortie).index(compte[0])):
        dialogue.dire(f"  {_libelle(plan, sortie)} : {nombre}")
    if plan.outil is not None:
        dialogue.dire(f"  Convertisseur PDF : {plan.outil.nom}")
    montrees = len(plan.lettres) if a_blanc else min(LETTRES_MONTREES, len(plan.lettres))
    for relance in plan.lettres.apercu(montrees):
        vers = f" → {relance[c.EMAIL]}" if relance[c.SORTIE] == Sortie.EMAIL.value else ""
        dialogue.dire(
            f"    {relance[c.RELANCE]}  niveau {relance[c.NIVEAU]}  {relance[c.CODE_CLIENT]}  "
            f"{une_ligne(str(relance[c.RAISON_SOCIALE]))[:NOM_MONTRE]}  "
            f"{ecrire(int(str(relance[c.TOTAL_RECLAME])), str(relance[c.DEVISE]))}  {relance[c.SORTIE]}{vers}"
        )
    if montrees < len(plan.lettres):
        autres = len(plan.lettres) - montrees
        dialogue.dire(accorder(autres, f"    … et {autres} autre(s), dans la revue (ou par --a-blanc)"))


def _en_une_phrase(plan: Plan) -> str:
    """« Lot 2026-03-31_1 : 22 cochées, 10 à sortir pour 31 204,50 €, 12 écartées depuis la liste : 9 soldées ou disparues, 3 changées »."""
    total = " et ".join(ecrire(unites, devise) for devise, unites in plan.lettres.totaux.items())
    phrases = [accorder(plan.cochees, f"{plan.cochees} cochée(s)"), f"{len(plan.lettres)} à sortir" + (f" pour {total}" if total else "")]
    faites = sum(resultat.motif.startswith("déjà faite") for resultat in plan.hors_sortie)
    if faites:
        phrases.append(accorder(faites, f"{faites} déjà faite(s)"))
    ecartees = [resultat for resultat in plan.hors_sortie if resultat.statut is Statut.ECARTEE]
    if ecartees:
        causes = Counter(resultat.motif.partition(" : ")[0] for resultat in ecartees)
        detail = ", ".join(accorder(nombre, f"{nombre} {_SORTS.get(cause, cause)}") for cause, nombre in causes.most_common())
        phrases.append(accorder(len(ecartees), f"{len(ecartees)} écartée(s) depuis la liste : {detail}"))
    if len(plan.ecartees):
        motifs = Counter(EN_MOTS.get(motif, motif) for motif in plan.ecartees[c.MOTIF])
        detail = ", ".join(accorder(nombre, f"{nombre} {_SORTS.get(motif, motif)}") for motif, nombre in motifs.most_common())
        phrases.append(accorder(len(plan.ecartees), f"{len(plan.ecartees)} échéance(s) écartée(s) : {detail}"))
    return f"Lot {plan.lot.nom} — {', '.join(phrases)}"


def _libelle(plan: Plan, sortie: Sortie) -> str:
    if sortie is Sortie.EMAIL:
        messagerie = plan.parametres.messagerie
        essai = f", tous à l'adresse d'essai {messagerie.adresse_essai}" if messagerie.adresse_essai else ""
        return f"Courriels, {messagerie.ou}{essai}"
    if sortie is Sortie.IMPRIMANTE:
        return f"Imprimante {plan.parametres.criteres.imprimante or 'par défaut'}"
    return str(sortie)


def _valider(plan: Plan, demande: Demande, dialogue: Dialogue) -> bool:
    """Demande de valider ; sans terminal, exige `--oui` pour ce qui ne se rattrape pas."""
    if demande.oui:
        return True
    if dialogue.interactif:
        return dialogue.confirmer("Produire ces relances ?")
    if plan.lettres.sans_reprise:
        raise ErreurUtilisateur(Faute("l'impression et l'envoi de courriels se confirment", "relancez la commande avec --oui"))
    return True


def _documents(plan: Plan, resultats: tuple[Resultat, ...], dialogue: Dialogue) -> tuple[Path, ...]:
    """Le compte rendu et toutes les lettres en un PDF, écrits ; et les documents du lot, à ouvrir."""
    if not resultats and not len(plan.ecartees):
        return ()
    lot = plan.lot
    for recapituler in (partial(reunir_les_pdf, plan), partial(_compte_rendu, plan, resultats, dialogue)):
        try:
            recapituler()
        except (ErreurUtilisateur, OSError) as erreur:
            dialogue.dire(f"Attention : les lettres sont sorties, mais un récapitulatif n'a pas pu être écrit : {erreur}")
    candidats = (lot.compte_rendu, lot.toutes, lot.pdf, lot.courriels, lot.lettres)
    return tuple(chemin for chemin in candidats if chemin.exists())


def _compte_rendu(plan: Plan, resultats: tuple[Resultat, ...], dialogue: Dialogue) -> None:
    """Le compte rendu, refait sans perdre les dépôts que l'on y avait notés."""
    aujourdhui = plan.maintenant.date()
    notes, fautes = depots_notes(plan.lot, aujourdhui)
    depots, refus = depots_a_porter(plan.dossier, [notes], aujourdhui)
    for faute in (*fautes, *refus):
        dialogue.dire(f"Attention : {faute}")
    if depots:
        with Historique.ouvrir(plan.dossier.historique) as historique:
            porter_les_depots(historique, depots)
    ecrire_compte_rendu(plan, resultats, notes)
