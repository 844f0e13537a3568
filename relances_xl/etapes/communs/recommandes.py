"""Porter au journal les dépôts en recommandé que l'on a notés dans les comptes rendus."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import NamedTuple

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.historique import Etat, Historique
from relances_xl.revue import schema as o
from relances_xl.revue.relire.depots import COLONNES, relire_depots

LOTS_RELUS = 12  # un dépôt se note dans les jours qui suivent


def reporter_les_depots(dossier: Dossier, aujourdhui: date) -> tuple[str, list[Faute]]:
    """Ce que les derniers comptes rendus en disent, au journal, sous verrou ; une phrase (vide s'il n'y en a pas), et ce qui ne s'y lit pas."""
    notes = [depots_notes(lot, aujourdhui) for lot in dossier.lots()[-LOTS_RELUS:]]
    depots, refus = depots_a_porter(dossier, [table for table, _ in notes], aujourdhui)
    fautes = [*(faute for _, dites in notes for faute in dites), *refus]
    if not depots:
        return "", fautes
    with dossier.verrou(), Historique.ouvrir(dossier.historique) as historique:
        porter_les_depots(historique, depots)
    return accorder(len(depots), f"{len(depots)} dépôt(s) en recommandé porté(s) au journal"), fautes


class Depot(NamedTuple):
    """Le dépôt d'une lettre recommandée, tel qu'on l'a noté."""

    relance: str
    numero: str
    jour: date


def depots_a_porter(dossier: Dossier, tables: Iterable[pd.DataFrame], aujourdhui: date) -> tuple[list[Depot], list[Faute]]:
    """Les dépôts notés (`depots_notes`) que le journal ne connaît pas, ou pas ainsi ; et ceux qu'il refuse."""
    notes = []
    for table in tables:
        complets = (table[c.NUMERO_DE_DEPOT] != "") & (table[c.DATE_DE_DEPOT] <= pd.Timestamp(aujourdhui))
        notes += [Depot(d[c.RELANCE], d[c.NUMERO_DE_DEPOT], d[c.DATE_DE_DEPOT].date()) for d in enregistrements(table[complets])]
    if not notes:
        return [], []
    with Historique.consulter(dossier.historique) as historique:
        connus, etats = historique.depots(), historique.etats(relances=[depot.relance for depot in notes])
    neufs = [depot for depot in notes if connus.get(depot.relance) != (depot.numero, depot.jour)]
    refus = {depot: _refus(depot, etats.get(depot.relance)) for depot in neufs}
    return [depot for depot in neufs if refus[depot] is None], [faute for faute in refus.values() if faute]


def porter_les_depots(historique: Historique, depots: Iterable[Depot]) -> None:
    """Les note au journal, tous ou aucun."""
    with historique.ensemble():
        for depot in depots:
            historique.noter_depot(depot.relance, depot.numero, depot.jour)


def depots_notes(lot: Lot, aujourdhui: date) -> tuple[pd.DataFrame, list[Faute]]:
    """Ce que le compte rendu d'un lot porte de dépôts (`revue.relire.depots`), et ce qui s'y lit mal."""
    rien = pd.DataFrame(columns=COLONNES)
    if not lot.compte_rendu.is_file():
        return rien, []
    ou = f"{lot.nom}/{lot.compte_rendu.name}"
    try:
        return lire_classeur(lot.compte_rendu, (o.RELANCES,), partial(relire_depots, fichier=ou, aujourdhui=aujourdhui))
    except ErreurUtilisateur as erreur:
        return rien, list(erreur.fautes)


def _refus(depot: Depot, etat: Etat | None) -> Faute | None:
    ou, remede = f"un dépôt est noté pour la relance {depot.relance}", "effacez-le du compte rendu"
    if etat is None or not etat.comptee:
        return Faute(f"{ou}, qui n'est pas sortie", remede)
    if etat.sortie == Sortie.EMAIL:
        return Faute(f"{ou}, partie par courriel : un dépôt à la poste n'est pas le sien", remede)
    if depot.jour < etat.date:
        return Faute(f"{ou} le {ecrire_date(depot.jour)}, avant sa date ({ecrire_date(etat.date)})", "corrigez ce jour")
    return None
