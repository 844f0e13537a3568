"""Ce que les documents d'un dossier contentieux disent : des faits déjà décidés et chiffrés, rien d'inventé."""

from dataclasses import dataclass
from datetime import date

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.parametres import Emetteur


@dataclass(frozen=True, slots=True)
class Creance:
    """Une échéance réclamée. principal : montant de la pièce (à défaut, reste dû) ; credits : ce qui en est déjà déduit."""

    piece: str
    date_piece: date | None
    echeance: date | None
    principal: Montant
    credits: Montant
    reste: Montant
    interets: Montant
    indemnite: Montant


@dataclass(frozen=True, slots=True)
class PeriodeInterets:
    """Les intérêts d'une échéance pendant un semestre. taux : « 12,15 % »."""

    piece: str
    semestre: str
    du: date
    au: date
    jours: int
    taux: str
    interets: Montant


@dataclass(frozen=True, slots=True)
class RelanceFaite:
    """Une relance sortie, telle que le journal la connaît."""

    date: date
    libelle: str
    sortie: str
    statut: str
    relance: str


@dataclass(frozen=True, slots=True)
class PieceDuBordereau:
    """Une pièce du bordereau. fichier : son nom dans le dossier, vide si elle manque."""

    intitule: str
    fichier: str = ""


@dataclass(frozen=True, slots=True)
class Affaire:
    """Le dossier d'un client dans une devise, à une date."""

    emetteur: Emetteur
    code: str
    raison_sociale: str
    adresse: tuple[str, ...]
    siren: str
    type_client: str
    au: date
    creances: tuple[Creance, ...]
    periodes: tuple[PeriodeInterets, ...]
    relances: tuple[RelanceFaite, ...]
    pieces: tuple[PieceDuBordereau, ...]

    def total(self, nom: str) -> Montant:
        """La somme d'un montant des créances : « principal », « reste », « interets »…"""
        montants = [getattr(creance, nom) for creance in self.creances]
        return Montant(sum(montant.unites for montant in montants), montants[0].devise)

    @property
    def reclame(self) -> Montant:
        """Reste dû, intérêts et indemnités."""
        totaux = [self.total(nom) for nom in ("reste", "interets", "indemnite")]
        return Montant(sum(total.unites for total in totaux), totaux[0].devise)
