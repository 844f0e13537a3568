"""Ce qui ne sortira pas : le sort de chaque relance déjà faite ou écartée, et ce qu'une production précédente avait écarté."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from relances_xl.decision.lignes import plans_des_clients
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.motifs import Ecart
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.schemas import ECARTEES
from relances_xl.domaine.statuts import Statut
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Lot
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.etapes.production.plan import Resultat
from relances_xl.historique import Etat
from relances_xl.revue import schema as o
from relances_xl.revue.relire.ecartees_relues import relire_ecartees
from relances_xl.revue.relire.relecture import PLACE_DU_NIVEAU

AUCUNE_ECHEANCE = "aucune échéance retenue"
INCONNUE = "relance inconnue"


def resultat(relance: Mapping[str, Any], statut: Statut, motif: str) -> Resultat:
    """Le sort d'une relance qui ne sort pas : une ligne de la revue, ou de la table des relances."""
    return Resultat(
        relance[c.RELANCE], relance[c.CODE_CLIENT], "", int(relance[c.NIVEAU]), relance[c.SORTIE], statut, relance[c.DEVISE], motif=motif
    )  # fmt: skip


def deja_sue(etat: Etat) -> Resultat:
    """Ce qui était fait garde son statut ; douteux, il attend d'être réglé (contrat §6)."""
    assert etat.statut is not None
    faite = "" if etat.statut is Statut.DOUTEUSE else f"déjà faite le {ecrire_date(etat.date)}"
    return Resultat(
        relance=etat.relance,
        code_client=etat.code_client,
        raison_sociale=etat.raison_sociale,
        niveau=etat.niveau,
        sortie=etat.sortie,
        statut=etat.statut,
        devise=etat.devise,
        total_reclame=etat.total_reclame,
        fichier=etat.fichier,
        motif=" · ".join(filter(None, (faite, etat.motif))),
    )


def taux_manquants(relances: pd.DataFrame) -> Iterator[Resultat]:
    """Sans le taux d'un semestre, les pénalités ne se calculent pas : la lettre ne part pas (contrat §5)."""
    for relance in enregistrements(relances):
        semestres = relance[c.SEMESTRES_MANQUANTS]
        motif = f"{Ecart.TAUX_MANQUANT} : saisissez le taux de {semestres} dans l'onglet « Taux » de criteres.xlsx"
        yield resultat(relance, Statut.ECHEC, motif)._replace(raison_sociale=relance[c.RAISON_SOCIALE])


def ecartees_avant(lot: Lot, relances: pd.DataFrame, a_faire: pd.Series) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Ce qu'une production précédente du lot avait écarté de relances que celle-ci ne revoit pas ; et ce qu'on n'a pas pu en relire."""
    compte_rendu = lot.compte_rendu
    if not lot.nom or not compte_rendu.is_file():
        return ECARTEES.vide(), ()
    restantes = relances[~relances[c.RELANCE].isin(a_faire)]
    devises = dict(zip(restantes[c.RELANCE], restantes[c.DEVISE], strict=True))
    try:
        return lire_classeur(compte_rendu, (o.ECARTEES,), partial(relire_ecartees, fichier=compte_rendu.name, devises=devises)), ()
    except ErreurUtilisateur as erreur:
        return ECARTEES.vide(), (f"les échéances écartées du compte rendu précédent ne sont pas reprises : {erreur}",)


def niveaux_hors_du_plan(a_faire: pd.DataFrame, clients: pd.DataFrame, plans: Plans, revue: str) -> Iterator[Faute]:
    """Un niveau que le plan du client n'a pas : choisi dans la revue, ou plan changé depuis."""
    for relance, plan in zip(enregistrements(a_faire), plans_des_clients(a_faire[c.CODE_CLIENT], clients, plans), strict=True):
        plus_haut = plans[plan].plus_haut
        if relance[c.NIVEAU] > plus_haut:
            constat = f"le plan « {plan} » de {relance[c.CODE_CLIENT]} n'a pas de niveau {relance[c.NIVEAU]}"
            yield Faute(
                constat,
                f"choisissez un niveau de 1 à {plus_haut}" if plus_haut > 1 else "remettez 1, son seul niveau",
                revue,
                o.LISTE,
                relance[PLACE_DU_NIVEAU],
            )
