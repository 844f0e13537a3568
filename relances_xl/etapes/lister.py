"""Lister : qui relancer, à quel niveau, dans un classeur de revue. N'écrit rien au journal."""

from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from relances_xl.decision.bilan import bilan
from relances_xl.decision.complement import complement
from relances_xl.decision.controle import controle
from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine.criteres import TypeEtat
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.parametres import Parametres
from relances_xl.dossier import Dossier, Lot, ecriture
from relances_xl.entrees.criteres import lire_parametres
from relances_xl.etapes.donnees import Donnees, charger
from relances_xl.historique import Historique
from relances_xl.revue.contenu import Contenu
from relances_xl.revue.ecriture import ecrire_liste_clients, ecrire_revue


@dataclass(frozen=True, slots=True)
class Liste:
    """Ce que `lister` a fait : le document écrit, la décision, et ce qu'il faut savoir."""

    chemin: Path
    lot: Lot
    parametres: Parametres
    decision: Decision
    avertissements: tuple[Faute, ...]


def lister(
    dossier: Dossier,
    aujourdhui: date,
    revue: Path | None = None,
    *,
    reprendre: bool = False,
    tout_approuver: bool = False,
) -> Liste:
    """Lit le dossier, décide, écrit la revue (ou le document « Liste clients ») dans un nouveau lot.

    reprendre : garde coches, niveaux, sorties et messages de la dernière revue non produite.
    """
    dossier.exiger()
    parametres = lire_parametres(dossier.criteres, aujourdhui)
    donnees = charger(dossier, parametres)
    with Historique.consulter(dossier.historique) as historique:
        journal, lots = historique.journal(), historique.lots()
    with lot_neuf(dossier, parametres.criteres.date_edition, lots) as lot:
        decision = decider(donnees.lignes, donnees.clients, parametres, journal, lot.nom)
        contenu = composer_contenu(decision, donnees, parametres, journal)
        if parametres.criteres.type_etat is TypeEtat.RELANCE:
            chemin = revue or lot.revue
            with ecriture(chemin) as provisoire:
                ecrire_revue(provisoire, contenu)
        else:
            chemin = lot.liste_clients
            with ecriture(chemin) as provisoire:
                ecrire_liste_clients(provisoire, contenu, parametres.criteres.detaille)
    return Liste(chemin, lot, parametres, decision, (*donnees.avertissements, *decision.avertissements))


@contextmanager
def lot_neuf(dossier: Dossier, edition: date, connus: list[str]) -> Iterator[Lot]:
    """Un lot réservé, rendu si rien n'y a été écrit."""
    lot = dossier.creer_lot(edition, connus)
    try:
        yield lot
    except BaseException:
        if not any(lot.chemin.iterdir()):
            lot.chemin.rmdir()
        raise
