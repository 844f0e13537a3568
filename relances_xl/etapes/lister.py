"""Lister : qui relancer, à quel niveau, dans un classeur de revue. N'écrit rien au journal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.decision.decider import Decision, decider
from relances_xl.decision.encaisser.couvrir import avec_la_banque
from relances_xl.decision.lignes import noms_des_clients
from relances_xl.decision.montrer.a_appeler import a_appeler
from relances_xl.decision.montrer.bilan import bilan
from relances_xl.decision.montrer.complement import complement
from relances_xl.decision.montrer.contentieux import contentieux
from relances_xl.decision.montrer.controle import controle
from relances_xl.decision.montrer.effet import suite_des_relances
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeEtat
from relances_xl.domaine.ecrits.textes import argument
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.parametres import Parametres
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.communs.dialogue import Avance, immobile
from relances_xl.etapes.communs.donnees import Donnees, charger
from relances_xl.etapes.communs.passe import Passe, passe_utile
from relances_xl.etapes.communs.reponses_notees import reponses_oubliees
from relances_xl.etapes.reprise import EnAttente, reporter, revue_en_attente
from relances_xl.fichiers.ecriture_sure import ecriture
from relances_xl.fichiers.verrous import verrou_de
from relances_xl.historique import Historique
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_liste_clients, ecrire_revue
from relances_xl.revue.ecrire.contenu import Contenu

ETAPES = 4  # lire les critères, lire les exports, décider, écrire


class Liste(NamedTuple):
    """Ce que `lister` a fait : le document écrit, la décision, et ce qu'il faut savoir ; code : 1 si l'état n'a pu sortir."""

    chemin: Path
    lot: Lot
    parametres: Parametres
    decision: Decision
    avertissements: tuple[Faute, ...]
    messages: tuple[str, ...] = ()
    code: int = 0


def lister(
    dossier: Dossier,
    aujourdhui: date,
    revue: Path | None = None,
    *,
    reprendre: bool | Callable[[EnAttente], bool] = False,
    tout_approuver: bool = False,
    avancer: Avance = immobile,
) -> Liste:
    """Lit le dossier, décide, écrit la revue (ou le document « Liste clients ») dans un nouveau lot.

    reprendre : garde coches, niveaux, sorties et messages de la plus récente revue non produite où quelqu'un a choisi
    quelque chose (une fonction : la question, posée si une telle revue attend) ; avancer : appelé à la fin de chacune
    des ETAPES.
    """
    dossier.exiger()
    dossier.balayer()
    parametres = lire_parametres(dossier.criteres, aujourdhui)
    avancer()
    donnees = charger(dossier, parametres)
    avancer()
    with Historique.consulter(dossier.historique) as historique:
        passe = passe_utile(historique, donnees.lignes)
    oubliees = reponses_oubliees(dossier, parametres.suivi)
    attente = revue_en_attente(dossier, passe.sortis, parametres.plans) if _fait_une_revue(parametres) else None
    reprise = attente is not None and (reprendre(attente) if callable(reprendre) else reprendre)
    with _lot_neuf(dossier, parametres.criteres.date_edition, passe.lots) as lot:
        decision = decider(donnees.lignes, donnees.clients, parametres, passe.journal, lot.nom)
        banque = donnees.banque()
        decision = replace(decision, relances=avec_la_banque(decision.relances, decision.lignes, banque))
        avertissements = (*parametres.avertissements, *donnees.avertissements, *decision.avertissements, *oubliees)
        messages = (*_ouverts(dossier), *donnees.colonnes_dites())
        code = 0
        if attente is not None and reprise:
            decision, repris = reporter(decision, attente)
            messages += repris
        elif reprendre is True:
            messages += ("Aucune revue en attente n'a de choix à reprendre.",)
        elif attente is not None:
            messages += (f"{attente} ; « relances-xl lister {argument(dossier.racine)} --reprendre » en garde les choix.",)
        if tout_approuver:
            decision = replace(decision, relances=decision.relances.assign(**{c.APPROUVER: True}))
        contenu = _contenu(decision, donnees, parametres, passe, banque)
        avancer()
        if _fait_une_revue(parametres):
            chemin = revue or lot.revue
            messages += _mettre_de_cote(chemin)
            with ecriture(chemin) as provisoire:
                ecrire_revue(provisoire, contenu)
            lot.noter_la_liste(chemin, sans_choix=not reprise and not decision.relances[c.APPROUVER].any())
        else:
            chemin = lot.liste_clients
            phrases, code = _ecrire_la_liste(dossier, lot, contenu, decision, donnees, parametres, aujourdhui)
            messages += phrases
        avancer()
    return Liste(chemin, lot, parametres, decision, avertissements, messages, code)


def _fait_une_revue(parametres: Parametres) -> bool:
    return parametres.criteres.type_etat is TypeEtat.RELANCE


def _ouverts(dossier: Dossier) -> tuple[str, ...]:
    """Des critères encore ouverts ne portent peut-être pas la dernière saisie."""
    if not verrou_de(dossier.criteres):
        return ()
    return (f"{dossier.criteres.name} est ouvert dans Excel ou LibreOffice : seul ce qui y est enregistré compte.",)


def _contenu(decision: Decision, donnees: Donnees, parametres: Parametres, passe: Passe, banque: pd.DataFrame) -> Contenu:
    """Ce que le classeur montrera : la décision, et ce qui aide à la relire."""
    suivies = suite_des_relances(passe.recent, decision.lignes)
    return Contenu(
        criteres=parametres.criteres,
        lignes=decision.lignes.assign(**{c.RAISON_SOCIALE: noms_des_clients(decision.lignes, donnees.clients)}),
        relances=decision.relances,
        complement=complement(decision, donnees.clients, suivies, parametres, passe.comptes),
        a_appeler=a_appeler(decision, donnees.clients, parametres),
        contentieux=contentieux(decision, donnees.clients, parametres),
        controle=controle(decision.lignes, donnees.lecture.hors_tableau),
        banque=banque if len(banque) else None,
        bilan=bilan(decision, donnees.clients, suivies, parametres),
        plans=parametres.plans,
        emetteur=parametres.emetteur.raison_sociale,
    )


def _ecrire_la_liste(
    dossier: Dossier, lot: Lot, contenu: Contenu, decision: Decision, donnees: Donnees, parametres: Parametres, jour: date
) -> tuple[tuple[str, ...], int]:
    """Le document « Liste clients », puis son PDF, son impression ou ses courriels ; ce qui a été fait, et le code de sortie."""
    from relances_xl.etapes.liste_clients import preparer_la_liste, sortir_la_liste  # Word, PDF et courriels : une revue s'en passe

    sortie = preparer_la_liste(dossier, decision, donnees, parametres)
    with ecriture(lot.liste_clients) as provisoire:
        ecrire_liste_clients(provisoire, contenu, parametres.criteres.detaille)
    return sortir_la_liste(sortie, lot, datetime.combine(jour, time(12), UTC)) if sortie else ((), 0)


@contextmanager
def _lot_neuf(dossier: Dossier, edition: date, connus: list[str]) -> Iterator[Lot]:
    """Un lot réservé, rendu si rien n'y a été écrit."""
    lot = dossier.creer_lot(edition, connus)
    try:
        yield lot
    except BaseException:
        if not any(lot.chemin.iterdir()):
            lot.chemin.rmdir()
        raise


def _mettre_de_cote(revue: Path) -> tuple[str, ...]:
    """Une revue déjà à cet endroit garde ses coches sous un autre nom : rien ne se perd."""
    if not revue.exists():
        return ()
    garde = next(chemin for n in count(1) if not (chemin := revue.with_name(f"{revue.stem} (précédente {n}){revue.suffix}")).exists())
    revue.replace(garde)
    return (f"La revue déjà présente est gardée sous le nom « {garde.name} ».",)
