"""Ce qui va partir : les lettres à sortir, et ce qui ne partira pas, avec son motif."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.dossier import Dossier, Lot
from relances_xl.historique import Intention
from relances_xl.lettres.modele import Modele
from relances_xl.sorties.pdf.conversion import Outil

if TYPE_CHECKING:
    from relances_xl.etapes.production.fabrique import Lettres


class DocumentAFusionner(NamedTuple):
    """Un modèle et les valeurs de ses champs."""

    modele: Modele
    valeurs: Mapping[str, object]

    def fusionner(self) -> bytes:
        return self.modele.fusionner(self.valeurs)


class Lettre(NamedTuple):
    """Une relance prête à sortir.

    nom : nom de fichier sans extension ; document : à fusionner, None une fois qu'il l'est (`sans_documents`) ;
    releve : le relevé de compte qui la suit, s'il en faut un ; objet, corps : du courriel ; destinataires, pieces :
    adresses et factures à joindre (chemins de l'export) ; alerte : ce que le compte rendu doit en dire même si elle sort.
    """

    nom: str
    intention: Intention
    sortie: Sortie
    document: DocumentAFusionner | None
    recommandee: bool
    releve: DocumentAFusionner | None = None
    objet: str = ""
    corps: str = ""
    destinataires: str = ""
    pieces: tuple[str, ...] = ()
    alerte: str = ""

    @property
    def relance(self) -> str:
        return self.intention.relance

    def sans_documents(self) -> "Lettre":
        """Ce qu'il en reste à retenir jusqu'à l'imprimante ou l'envoi : rien de ce qui pèse."""
        return self._replace(document=None, releve=None)


class Resultat(NamedTuple):
    """Ce qu'il est advenu d'une relance approuvée : une ligne de l'onglet « Relances » du compte rendu.

    total_reclame : en unités minimales de la devise ; None s'il n'est pas connu.
    """

    relance: str
    code_client: str
    raison_sociale: str
    niveau: int
    sortie: str
    statut: Statut
    devise: str
    total_reclame: int | None = None
    fichier: str = ""
    motif: str = ""


A_SIGNALER = frozenset({Statut.ECHEC, Statut.ECARTEE, Statut.DOUTEUSE})
"""Statuts qui valent le code de sortie 1."""


class Plan(NamedTuple):
    """Une production préparée : rien n'est encore sorti.

    cochees : combien de relances la revue approuve ; ordre : toutes celles de la revue, dans l'ordre de la liste ;
    lettres : celles qui vont sortir, rédigées à mesure ; hors_sortie : le sort des autres (déjà faites, écartées…) ;
    outil : le convertisseur, si une sortie veut un PDF ; ecartees : une ligne par échéance écartée, motif (`Ecart`) compris ;
    ecartees_avant : celles d'une production précédente du lot, dont la relance n'a pas été revue depuis.
    """

    dossier: Dossier
    lot: Lot
    parametres: Parametres
    maintenant: datetime
    cochees: int
    ordre: tuple[str, ...]
    lettres: "Lettres"
    hors_sortie: tuple[Resultat, ...]
    ecartees: pd.DataFrame
    ecartees_avant: pd.DataFrame
    alertes: tuple[str, ...] = ()
    outil: Outil | None = None

    def dans_l_ordre(self, sortis: Iterable[Resultat] = ()) -> tuple[Resultat, ...]:
        """Les résultats de toutes les relances approuvées, sorties ou non, dans l'ordre de la liste."""
        tous = {resultat.relance: resultat for resultat in (*self.hors_sortie, *sortis)}
        return tuple(tous[relance] for relance in self.ordre if relance in tous)


def code_de_sortie(resultats: Iterable[Resultat], ecartees: pd.DataFrame) -> int:
    """0 tout est fait ; 1 des relances ou des échéances approuvées ont échoué ou ont été écartées (contrat §1)."""
    return 1 if len(ecartees) or any(resultat.statut in A_SIGNALER for resultat in resultats) else 0
