"""Ce que le journal retient d'une relance : son intention, ses échéances, et où elle en est."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from relances_xl.domaine.statuts import COMPTENT, Statut


class EcheanceRelancee(NamedTuple):
    """Une échéance d'une relance : montant en unités minimales, niveau de l'échéance (contrat §4.3)."""

    piece: str
    date_cle: date
    niveau: int
    reedition: bool
    montant: int


class Intention(NamedTuple):
    """Une relance sur le point de sortir.

    sans_reprise : la sortie ne peut pas être refaite sans risque de double (envoi SMTP, impression) ;
    montant : net à relancer, en unités minimales ; fichier : lettre, relative au dossier ;
    essai : elle va à l'« Adresse d'essai », et ne comptera pas ; tentative : combien de fois elle aura été voulue, une
    annulation ou un essai en appelant une autre (un courriel refait n'est pas le même message) ; total_reclame : net,
    pénalités et indemnité, que 0.1.0 ne notait pas.
    """

    relance: str
    lot: str
    date: date
    code_client: str
    raison_sociale: str
    devise: str
    niveau: int
    reedition: bool
    sortie: str
    sans_reprise: bool
    montant: int
    fichier: str
    echeances: Sequence[EcheanceRelancee]
    essai: bool = False
    tentative: int = 1
    total_reclame: int | None = None


class Etat(NamedTuple):
    """Où en est une relance : `statut` None si rien n'est sorti (interrompue avant) ; date : celle de la relance."""

    intention: int
    relance: str
    lot: str
    date: date
    statut: Statut | None
    sortie: str
    fichier: str
    motif: str
    code_client: str
    raison_sociale: str
    devise: str
    niveau: int
    montant: int
    total_reclame: int | None
    essai: bool
    tentative: int

    @property
    def sortie_faite(self) -> bool:
        """Elle est sortie, ne serait-ce que vers l'« Adresse d'essai »."""
        return self.statut in COMPTENT

    @property
    def comptee(self) -> bool:
        """Elle fait monter le niveau de ses échéances (contrat §4.3)."""
        return self.sortie_faite and not self.essai

    @property
    def prochaine_tentative(self) -> int:
        """Le numéro de la suivante : un renvoi reste la même tentative, ce qui fut annulé ou essayé en veut une autre."""
        return self.tentative + int(self.essai or self.statut is Statut.ANNULEE)
