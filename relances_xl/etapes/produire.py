"""Produire : relire la revue, vérifier, montrer, valider, sortir, journaliser (contrat §6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from relances_xl.domaine.ecrits.textes import accorder, argument, une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, ProductionInterrompue, panne
from relances_xl.domaine.parametres import ModeCourriel
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.dossier import Dossier, Lot, lot_de
from relances_xl.etapes.communs.dialogue import Dialogue
from relances_xl.etapes.production.compte_rendu import ecrire_compte_rendu, reunir_les_pdf
from relances_xl.etapes.production.plan import Plan, Resultat, code_de_sortie
from relances_xl.etapes.production.preparation import preparer
from relances_xl.etapes.production.sortir import sortir
from relances_xl.historique import Etat, Historique

NOM_MONTRE = 60  # caractères d'une raison sociale au récapitulatif
LETTRES_MONTREES = 20  # au récapitulatif ; au-delà, des nombres suffisent pour valider


@dataclass(frozen=True, slots=True)
class Demande:
    """Ce que la ligne de commande demande à `produire`."""

    revue: Path | None = None
    oui: bool = False
    a_blanc: bool = False
    renvoyer: str | None = None


@dataclass(frozen=True, slots=True)
class Bilan:
    """Ce qui est sorti, ce qui ne l'est pas, et où le trouver."""

    lot: Lot
    resultats: tuple[Resultat, ...]
    ecartees: pd.DataFrame
    alertes: tuple[str, ...]
    chemins: tuple[Path, ...]
    code: int
    a_blanc: bool = False
    abandon: bool = False


def produire(dossier: Dossier, maintenant: datetime, demande: Demande, dialogue: Dialogue) -> Bilan:
    """Sort les relances approuvées d'une revue, une fois chacune, et rend le bilan."""
    dossier.exiger()
    revue = _revue_nommee(demande.revue) if demande.revue else _revue_du_dossier(dossier, demande.renvoyer)
    with dossier.verrou():
        with Historique.consulter(dossier.historique) as historique:
            plan = preparer(dossier, maintenant, revue, demande.renvoyer, historique)
        _montrer(plan, dialogue, a_blanc=demande.a_blanc)
        if demande.a_blanc:
            return Bilan(plan.lot, plan.resultats, plan.ecartees, plan.alertes, (), 0, a_blanc=True)
        if plan.lettres and not _valider(plan, demande, dialogue):
            return Bilan(plan.lot, (), plan.ecartees, plan.alertes, (), 0, abandon=True)
        if plan.lettres:
            plan = replace(plan, resultats=_sortir(plan, dialogue))
        chemins = _documents(plan, dialogue)
    traites = [r for r in plan.resultats if demande.renvoyer in (None, r.relance)]
    code = code_de_sortie(traites, plan.ecartees)
    return Bilan(plan.lot, plan.resultats, plan.ecartees, plan.alertes, chemins, code)


def _sortir(plan: Plan, dialogue: Dialogue) -> tuple[Resultat, ...]:
    """Sort les lettres ; une panne en route se dit pour ce qu'elle est : le journal sait ce qui est sorti."""
    try:
        with Historique.ouvrir(plan.dossier.historique) as historique:
            return sortir(plan, historique, dialogue)
    except ErreurUtilisateur as erreur:
        raise ProductionInterrompue(str(erreur)) from erreur
    except OSError as erreur:
        raise ProductionInterrompue(str(panne(erreur))) from erreur


def tenir_pour_sortie(dossier: Dossier, relance: str) -> Statut:
    """Règle une relance douteuse sans la refaire : envoyée, ou imprimée si elle allait à l'imprimante."""
    dossier.exiger()
    with dossier.verrou():
        with Historique.consulter(dossier.historique) as historique:
            etat = _exiger_douteuse(historique.etats().get(relance), relance)
        statut = Statut.IMPRIMEE if etat.sortie == Sortie.IMPRIMANTE else Statut.ENVOYEE
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
    """La revue du lot de la relance à renvoyer, sinon celle du dernier lot de relance créé."""
    lots = [lot for lot in dossier.lots() if not lot.liste_clients.exists()]
    if renvoyer:
        lots = [lot for lot in lots if lot.nom == lot_de(renvoyer)]
    if not lots:
        cause = f"le lot de la relance « {renvoyer} » est introuvable" if renvoyer else "aucune liste n'a été établie"
        remede = "vérifiez son identifiant" if renvoyer else f"lancez d'abord « relances-xl lister {argument(dossier.racine)} »"
        raise ErreurUtilisateur(Faute(cause, remede, fichier=str(dossier.relances)))
    revue = lots[-1].revue
    if not revue.is_file():
        raise ErreurUtilisateur(
            Faute(
                "le dernier lot n'a pas sa revue : elle a été écrite ailleurs, déplacée ou supprimée",
                "indiquez-la par --revue FICHIER",
                fichier=str(revue),
            )
        )
    return revue


def _montrer(plan: Plan, dialogue: Dialogue, *, a_blanc: bool) -> None:
    """Le récapitulatif : quoi, combien, par où, à qui."""
    for alerte in plan.alertes:
        dialogue.dire(f"Attention : {alerte}")
    if not plan.lettres:
        dialogue.dire("Rien à produire.")
        return
    dialogue.dire(accorder(len(plan.lettres), f"Lot {plan.lot.nom} — {len(plan.lettres)} relance(s) à sortir :"))
    for sortie in Sortie:
        lettres = plan.par_sortie(sortie)
        if lettres:
            dialogue.dire(f"  {_libelle(plan, sortie)} : {len(lettres)}")
    if plan.outil is not None:
        dialogue.dire(f"  Convertisseur PDF : {plan.outil.nom}")
    montrees = plan.lettres if a_blanc else plan.lettres[:LETTRES_MONTREES]
    for lettre in montrees:
        intention = lettre.intention
        vers = f" → {lettre.destinataires}" if lettre.sortie is Sortie.EMAIL else ""
        dialogue.dire(
            f"    {intention.relance}  niveau {intention.niveau}  {intention.code_client}  "
            f"{une_ligne(intention.raison_sociale)[:NOM_MONTRE]}  {lettre.document.valeurs['total_reclame']}  {lettre.sortie}{vers}"
        )
    if len(montrees) < len(plan.lettres):
        dialogue.dire(f"    … et {len(plan.lettres) - len(montrees)} autres (--a-blanc les montre toutes)")


def _libelle(plan: Plan, sortie: Sortie) -> str:
    if sortie is Sortie.EMAIL:
        messagerie = plan.parametres.messagerie
        if messagerie.mode is ModeCourriel.BROUILLONS:
            return "Courriels, en brouillons"
        essai = f", tous à l'adresse d'essai {messagerie.adresse_essai}" if messagerie.adresse_essai else ""
        return f"Courriels, envoyés par {messagerie.serveur}{essai}"
    if sortie is Sortie.IMPRIMANTE:
        return f"Imprimante {plan.parametres.criteres.imprimante or 'par défaut'}"
    return str(sortie)


def _valider(plan: Plan, demande: Demande, dialogue: Dialogue) -> bool:
    """Demande de valider ; sans terminal, exige `--oui` pour ce qui ne se rattrape pas."""
    if demande.oui:
        return True
    if dialogue.interactif:
        return dialogue.confirmer("Produire ces relances ?")
    if any(lettre.intention.sans_reprise for lettre in plan.lettres):
        raise ErreurUtilisateur(Faute("l'impression et l'envoi de courriels se confirment", "relancez la commande avec --oui"))
    return True


def _documents(plan: Plan, dialogue: Dialogue) -> tuple[Path, ...]:
    """Le compte rendu et toutes les lettres en un PDF, écrits ; et les documents du lot, à ouvrir."""
    if not plan.resultats and not len(plan.ecartees):
        return ()
    lot = plan.lot
    for ecrire in (reunir_les_pdf, ecrire_compte_rendu):
        try:
            ecrire(plan)
        except (ErreurUtilisateur, OSError) as erreur:
            dialogue.dire(f"Attention : les lettres sont sorties, mais un récapitulatif n'a pas pu être écrit : {erreur}")
    candidats = (lot.compte_rendu, lot.toutes, lot.pdf, lot.courriels, lot.lettres)
    return tuple(chemin for chemin in candidats if chemin.exists())
