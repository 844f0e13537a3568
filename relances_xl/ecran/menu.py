"""Le menu : chaque étape a son numéro ; ce qui s'écrit s'ouvre (contrat §1)."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.dossier import Dossier
from relances_xl.ecran.conseils import LANCEUR
from relances_xl.ecran.terminal import Ecran

_LOT = re.compile(r"\d{4}-\d\d-\d\d_\d+")
_RELANCE = re.compile(r"\d{4}-\d\d-\d\d_\d+-\d+")
Lancer = Callable[[Sequence[str]], Any]


@dataclass(frozen=True, slots=True)
class Choix:
    """Une ligne du menu : son nom, ce qu'elle fait, la commande qu'elle lance (le dossier s'y ajoute)."""

    nom: str
    effet: str
    commande: str
    options: tuple[str, ...] = ()


CHOIX = (
    Choix("actualiser", "relire les exports, rafraîchir les listes de criteres.xlsx", "actualiser", ("--ouvrir",)),
    Choix("lister", "qui relancer : une nouvelle revue", "lister", ("--ouvrir",)),
    Choix("reprendre", "relister en gardant les choix de la revue en attente", "lister", ("--reprendre", "--ouvrir")),
    Choix("produire", "sortir les lettres cochées dans la dernière revue", "produire", ("--ouvrir",)),
    Choix("annuler", "revenir sur des relances sorties, ou sur tout un lot", "annuler"),
    Choix("vérifier", "contrôler le dossier : critères, colonnes, modèles, taux", "verifier"),
    Choix("historique", "ce qui est parti, et quand", "historique"),
)
EN_PLUS = (Choix("contentieux", "le dossier d'un client à remettre à l'huissier ou au tribunal", "contentieux", ("--ouvrir",)),)
_TOUS = (*CHOIX, *EN_PLUS)


def derouler(dossier: Dossier, ecran: Ecran, lancer: Lancer) -> None:
    """Montre le menu, lance ce qu'on choisit, et recommence jusqu'à « 0 » ou la fin de la saisie."""
    dossier.exiger()
    os.environ[LANCEUR] = "menu"
    while True:
        ecran.dire("")
        for numero, choix in enumerate(_TOUS, start=1):
            ecran.dire(f"  {numero}  {choix.nom:<12} {choix.effet}")
        ecran.dire("  0  quitter")
        try:
            reponse = _demander("Votre choix").casefold()
        except click.Abort:
            return
        if reponse in ("0", "q", "quitter"):
            return
        retenu = _choisi(reponse)
        if retenu is None:
            ecran.dire(f"« {reponse} » n'est pas au menu : tapez un numéro de 0 à {len(_TOUS)}.")
            continue
        try:
            complements = _complements(retenu, dossier, ecran)
        except click.Abort:
            continue
        except ErreurUtilisateur as erreur:
            ecran.dire(f"Erreur : {erreur}", fg="red")
            continue
        if complements is not None:
            _executer(lancer, [retenu.commande, str(dossier.racine), *retenu.options, *complements])


def _choisi(reponse: str) -> Choix | None:
    par_reponse = {str(numero): choix for numero, choix in enumerate(_TOUS, start=1)} | {choix.nom: choix for choix in _TOUS}
    return par_reponse.get(reponse)


def _complements(retenu: Choix, dossier: Dossier, ecran: Ecran) -> list[str] | None:
    """Ce qu'une commande demande en plus ; None si l'on renonce."""
    if retenu.commande == "contentieux":
        code = _demander("Code du client (Entrée : aucun)")
        return [code] if code else None
    return _a_annuler(dossier, ecran) if retenu.commande == "annuler" else []


def _a_annuler(dossier: Dossier, ecran: Ecran) -> list[str] | None:
    """Les relances nommées (2026-03-31_1-0005), un lot (2026-03-31_1), ou des clients : leurs relances du dernier lot où ils sont."""
    from relances_xl.etapes.annuler import dernieres_relances

    noms = _demander("À annuler : code du client, relances, ou nom d'un lot (Entrée : rien)").split()
    lots = [nom for nom in noms if _LOT.fullmatch(nom)]
    relances = [nom for nom in noms if _RELANCE.fullmatch(nom)]
    for code in noms:
        if code not in lots and code not in relances:
            trouvees = dernieres_relances(dossier, code)
            if not trouvees:
                ecran.dire(f"« {code} » n'est ni une relance, ni un lot, ni un client qui a une relance à annuler.")
                return None
            relances += trouvees
    if len(lots) > 1 or not noms:
        return None
    return [*relances, *(argument for lot in lots for argument in ("--lot", lot))]


def _demander(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, prompt_suffix=" : ", err=True)).strip()


def _executer(lancer: Lancer, arguments: Sequence[str]) -> None:
    """Lance une commande ; sa faute est déjà dite, et le menu revient."""
    try:
        lancer(arguments)
    except SystemExit:
        return
    except click.ClickException as erreur:
        erreur.show()
    except click.Abort:
        click.echo("Interrompu.", err=True)
