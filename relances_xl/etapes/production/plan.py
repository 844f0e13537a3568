"""Ce qui va partir : les lettres prêtes à fusionner, et ce qui ne partira pas, avec son motif."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.statuts import Sortie, Statut
from relances_xl.dossier import Dossier, Lot
from relances_xl.historique import Intention
from relances_xl.lettres.modele import Modele
from relances_xl.sorties.pdf.lot_en_pdf import Outil


@dataclass(frozen=True, slots=True)
class DocumentAFusionner:
    """Un modèle et les valeurs de ses champs."""

    modele: Modele
    valeurs: Mapping[str, object]

    def fusionner(self) -> bytes:
        return self.modele.fusionner(self.valeurs)


@dataclass(frozen=True, slots=True)
class Lettre:
    """Une relance prête à sortir.

    nom : nom de fichier sans extension ; releve : le relevé de compte qui la suit, s'il en faut un ;
    objet, corps : du courriel ; destinataires, pieces : adresses et factures à joindre (chemins de l'export) ;
    alerte : ce que le compte rendu doit en dire même si elle sort.
    """

    nom: str
    intention: Intention
    sortie: Sortie
    document: DocumentAFusionner
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


@dataclass(frozen=True, slots=True)
class Resultat:
    """Ce qu'il est advenu d'une relance approuvée : une ligne de l'onglet « Relances » du compte rendu."""

    relance: str
    code_client: str
    niveau: int
    statut: Statut
    fichier: str = ""
    motif: str = ""


A_SIGNALER = frozenset({Statut.ECHEC, Statut.ECARTEE, Statut.DOUTEUSE})
"""Statuts qui valent le code de sortie 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Une production préparée : rien n'est encore sorti.

    ordre : les relances de la revue, dans l'ordre de la liste ; resultats : celles qui ne sortiront pas (déjà faites,
    écartées…) ; outil : le convertisseur, si une sortie veut un PDF ;
    ecartees : relance, piece, date_echeance, motif (`Ecart`), explication — une ligne par échéance écartée.
    """

    dossier: Dossier
    lot: Lot
    parametres: Parametres
    maintenant: datetime
    ordre: tuple[str, ...]
    lettres: tuple[Lettre, ...]
    resultats: tuple[Resultat, ...]
    ecartees: pd.DataFrame
    alertes: tuple[str, ...] = ()
    outil: Outil | None = None

    def completer(self, sortis: Mapping[str, Resultat]) -> tuple[Resultat, ...]:
        """Les résultats de toutes les relances approuvées, dans l'ordre de la liste."""
        tous = {resultat.relance: resultat for resultat in self.resultats} | dict(sortis)
        return tuple(tous[relance] for relance in self.ordre if relance in tous)

    def par_sortie(self, *sorties: Sortie) -> list[Lettre]:
        return [lettre for lettre in self.lettres if lettre.sortie in sorties]


def code_de_sortie(resultats: Iterable[Resultat], ecartees: pd.DataFrame) -> int:
    """0 tout est fait ; 1 des relances ou des échéances approuvées ont échoué ou ont été écartées (contrat §1)."""
    return 1 if len(ecartees) or any(resultat.statut in A_SIGNALER for resultat in resultats) else 0
