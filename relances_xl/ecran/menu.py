"""Le menu : chaque étape a son numéro ; ce qui s'écrit s'ouvre (contrat §1)."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from relances_xl.dossier import Dossier
from relances_xl.ecran.conseils import LANCEUR
from relances_xl.ecran.terminal import Ecran

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


def derouler(dossier: Dossier, ecran: Ecran, lancer: Lancer) -> None:
    """Montre le menu, lance ce qu'on choisit, et recommence jusqu'à « 0 » ou la fin de la saisie."""
    dossier.exiger()
    os.environ[LANCEUR] = "menu"
    while True:
        ecran.dire("")
        for numero, choix in enumerate(CHOIX, start=1):
            ecran.dire(f"  {numero}  {choix.nom:<11} {choix.effet}")
        ecran.dire("  0  quitter")
        try:
            reponse = _demander("Votre choix")
        except click.Abort:
            return
        if reponse in ("0", "q", "quitter"):
            return
        retenu = _choisi(reponse)
        if retenu is None:
            ecran.dire(f"« {reponse} » n'est pas au menu : tapez un numéro de 0 à {len(CHOIX)}.")
            continue
        complements = _a_annuler() if retenu.commande == "annuler" else []
        if complements is not None:
            _executer(lancer, [retenu.commande, str(dossier.racine), *retenu.options, *complements])


def _choisi(reponse: str) -> Choix | None:
    par_reponse = {str(numero): choix for numero, choix in enumerate(CHOIX, start=1)} | {choix.nom: choix for choix in CHOIX}
    return par_reponse.get(reponse)


def _a_annuler() -> list[str] | None:
    """Les relances nommées, ou le lot : une relance a un numéro de plus que son lot (2026-03-31_1-0005)."""
    try:
        noms = _demander("Relances à annuler, ou nom d'un lot (Entrée : aucune)").split()
    except click.Abort:
        return None
    lots = [nom for nom in noms if nom.count("-") < 3]
    if len(lots) > 1 or not noms:
        return None
    return [*(nom for nom in noms if nom not in lots), *(argument for lot in lots for argument in ("--lot", lot))]


def _demander(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, prompt_suffix=" : ", err=True)).strip().casefold()


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
