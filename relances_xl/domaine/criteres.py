"""Les critères de relance : déclarés une fois, lus, écrits, documentés et validés d'après cette table (contrat §2)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, cast

from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.statuts import Sortie


class TypeEtat(StrEnum):
    RELANCE = "Relance"
    LISTE_CLIENTS = "Liste clients"


class Regroupement(StrEnum):
    CLIENT = "Client"
    CLIENT_ET_NIVEAU = "Client et niveau"
    FACTURE = "Facture"


class TypeClient(StrEnum):
    PROFESSIONNEL = "Professionnel"
    PARTICULIER = "Particulier"
    PUBLIC = "Public"


class Convertisseur(StrEnum):
    AUTO = "Auto"
    WORD = "Word"
    LIBREOFFICE = "LibreOffice"
    INTEGRE = "Intégré"


@dataclass(frozen=True, slots=True)
class ModesDePaiement:
    """Les modes retenus : ceux nommés, ou tous sauf eux. « Tout », c'est tous sauf aucun.

    >>> [ModesDePaiement(("Traite",), sauf).retient(mode) for sauf in (False, True) for mode in ("TRAITE", "Chèque", "")]
    [True, False, False, False, True, True]
    """

    nommes: tuple[str, ...] = ()
    sauf: bool = True

    def retient(self, mode: str) -> bool:
        """Sans casse ni accents ; une échéance sans mode n'en est aucun de nommé."""
        return (bool(cle(mode)) and cle(mode) in map(cle, self.nommes)) is not self.sauf

    def __str__(self) -> str:
        """Tel qu'il s'écrit dans la cellule."""
        if not self.sauf:
            return "; ".join(self.nommes)
        return f"Tout sauf {'; '.join(self.nommes)}" if self.nommes else "Tout"


@dataclass(frozen=True, slots=True)
class Criteres:
    """Ce que l'utilisateur demande, validé. Les dates vides sont déjà remplacées par le jour même.

    codes_clients : codes, jokers ou plages « A..B », tels qu'écrits ; vide = tous. modules_exclus : tels qu'écrits.
    montant_minimum : en unités de chaque devise (60 = 60 € pour un client en EUR, 60 $ en USD).
    taux_contractuel : en pourcentage annuel (12.15), None = BCE + 10 points.
    """

    date_reference: date
    date_edition: date
    codes_clients: tuple[str, ...] = ()
    modes_paiement: ModesDePaiement = ModesDePaiement()
    ignorer_avant: date | None = None
    montant_minimum: Decimal = Decimal(0)
    reedition: bool = False
    automatique: bool = True
    niveau: int = 1
    approuver_avance: bool = False
    type_etat: TypeEtat = TypeEtat.RELANCE
    detaille: bool = False
    sortie: Sortie = Sortie.PDF
    imprimante: str = ""
    regroupement: Regroupement = Regroupement.CLIENT
    modules_exclus: tuple[str, ...] = ("Comptoir",)
    type_client_defaut: TypeClient | None = None
    joindre_releve: bool = False
    delai_paiement: DelaiPaiement = DelaiPaiement()
    fichier_echeances: str = "exports/echeances.xlsx"
    fichier_clients: str = "exports/clients.xlsx"
    releves_bancaires: str = "exports/banque"
    taux_contractuel: Decimal | None = None
    figer_taux: bool = False
    convertisseur: Convertisseur = Convertisseur.AUTO
    pdfa: bool = False


class Genre(StrEnum):
    """Comment la valeur d'un critère se lit et se présente."""

    TEXTE = "texte"
    LISTE = "liste de textes"
    MODES = "« Tout », « Tout sauf » une liste, ou une liste de textes"
    DATE = "date"
    MONTANT = "montant"
    OUI_NON = "Oui / Non"
    CHOIX = "choix"
    NIVEAU = "niveau"
    DELAI = "délai de paiement"
    POURCENTAGE = "pourcentage"


class Critere(NamedTuple):
    """Une ligne de l'onglet « Critères ».

    choix : les valeurs fermées ; defaut : texte de la cellule livrée ; facultatif : la cellule peut rester vide ;
    anciens : les libellés des versions antérieures, toujours lus.
    """

    champ: str
    libelle: str
    genre: Genre
    defaut: str
    aide: str
    choix: tuple[str, ...] = ()
    facultatif: bool = False
    anciens: tuple[str, ...] = ()


def _choix(*valeurs: str) -> tuple[str, ...]:
    return tuple(str(valeur) for valeur in valeurs)


OUI_NON = ("Oui", "Non")

# fmt: off
# Un critère par ligne : la table se lit comme l'onglet.
CRITERES: tuple[Critere, ...] = (
    Critere("codes_clients", "Codes clients", Genre.LISTE, "", "Codes séparés par « ; ». Jokers * et ?, plage C001..C050. Vide : tous les clients (ou ceux cochés dans l'onglet « Clients »).", facultatif=True),
    Critere("modes_paiement", "Mode de paiement", Genre.MODES, "Tout", "« Tout », un ou plusieurs modes séparés par « ; », ou « Tout sauf » suivi des modes à écarter. Une échéance sans mode est retenue par « Tout » et « Tout sauf »."),
    Critere("date_reference", "Date de référence", Genre.DATE, "", "Une échéance strictement antérieure est en retard. Vide : aujourd'hui.", facultatif=True),
    Critere("date_edition", "Date d'édition", Genre.DATE, "", "Date portée sur les lettres et au journal, d'où comptent les délais. Vide : aujourd'hui.", facultatif=True),
    Critere("ignorer_avant", "Ignorer les échéances d'avant", Genre.DATE, "", "Ne relance aucune échéance strictement antérieure à cette date. Vide : toutes comptent.", facultatif=True, anciens=("Échéances depuis",)),
    Critere("montant_minimum", "Montant minimum", Genre.MONTANT, "0", "Ne relance pas un client qui doit moins, crédits déduits, dans chaque devise."),
    Critere("reedition", "Réédition de relance", Genre.OUI_NON, "Non", "Oui : refait aussi les relances déjà faites, au même niveau.", OUI_NON),
    Critere("automatique", "Relance automatique", Genre.OUI_NON, "Oui", "Oui : le niveau suit les relances déjà faites. Non : le niveau choisi ci-dessous.", OUI_NON),
    Critere("niveau", "Niveau de relance", Genre.NIVEAU, "1", "Le niveau à faire quand « Relance automatique » est à Non (numéro de l'onglet « Niveaux »). Un niveau sauté est permis, et signalé."),
    Critere("approuver_avance", "Approuver d'avance", Genre.OUI_NON, "Non", "Oui : la revue arrive cochée, sauf les relances qui portent une « Alerte ».", OUI_NON),
    Critere("type_etat", "Type d'état", Genre.CHOIX, "Relance", "Relance : les lettres. Liste clients : un document qui liste les clients en retard.", _choix(*TypeEtat)),
    Critere("detaille", "Détaillé", Genre.OUI_NON, "Non", "Liste clients : ajoute les échéances de chaque client.", OUI_NON),
    Critere("sortie", "Sortie sur", Genre.CHOIX, "PDF", "Où vont les lettres ; les documents Word sont toujours conservés. Se change ligne à ligne dans la revue.", _choix(*Sortie)),
    Critere("imprimante", "Imprimante", Genre.TEXTE, "", "Nom de l'imprimante. Vide : celle par défaut.", facultatif=True),
    Critere("regroupement", "Regroupement", Genre.CHOIX, "Client", "Une lettre par client, par client et niveau, ou par facture.", _choix(*Regroupement)),
    Critere("modules_exclus", "Modules exclus", Genre.LISTE, "Comptoir", "Modules jamais relancés, séparés par « ; ». Vide : aucun.", facultatif=True),
    Critere("type_client_defaut", "Type de client par défaut", Genre.CHOIX, "", "Pour les clients sans type. Vide : ni pénalités ni indemnité pour eux.", _choix(*TypeClient), facultatif=True),
    Critere("joindre_releve", "Joindre un relevé", Genre.OUI_NON, "Non", "Oui : un relevé de compte suit chaque lettre.", OUI_NON),
    Critere("delai_paiement", "Délai de paiement", Genre.DELAI, "30", "Quand l'export n'a pas d'échéance : 30 ; 45 fin de mois ; fin de mois 45 ; 30 fin de mois le 10."),
    Critere("fichier_echeances", "Fichier échéances", Genre.TEXTE, "exports/echeances.xlsx", "L'export des échéances, relatif à ce dossier."),
    Critere("fichier_clients", "Fichier clients", Genre.TEXTE, "exports/clients.xlsx", "L'export du fichier clients, relatif à ce dossier. Vide : aucun.", facultatif=True),
    Critere("releves_bancaires", "Relevés bancaires", Genre.TEXTE, "exports/banque", "Dossier ou fichier des relevés de votre banque, relatif à ce dossier. Vide ou absent : aucun rapprochement.", facultatif=True),
    Critere("taux_contractuel", "Taux de pénalités contractuel", Genre.POURCENTAGE, "", "Taux annuel de vos conditions de vente. Vide : taux BCE + 10 points.", facultatif=True),
    Critere("figer_taux", "Figer le taux", Genre.OUI_NON, "Non", "Oui : le taux du semestre où commence le retard. Non : semestre par semestre.", OUI_NON),
    Critere("convertisseur", "Convertisseur PDF", Genre.CHOIX, "Auto", "Auto : Word s'il est là, sinon LibreOffice, sinon intégré.", _choix(*Convertisseur)),
    Critere("pdfa", "PDF/A", Genre.OUI_NON, "Non", "Oui : les PDF sont des PDF/A-2b, faits pour l'archivage. Demande LibreOffice.", OUI_NON),
)
# fmt: on

PAR_CHAMP: dict[str, Critere] = {critere.champ: critere for critere in CRITERES}

DU_DOSSIER = frozenset({"imprimante", "convertisseur", "pdfa", "fichier_echeances", "fichier_clients", "releves_bancaires"})
"""Champs que `produire` prend dans le dossier ; les autres sont ceux de la revue (contrat §6)."""


def valeurs(criteres: Criteres) -> Iterator[tuple[Critere, object]]:
    """Chaque critère et sa valeur, dans l'ordre de l'onglet : pour l'écrire dans la revue ou le rappeler."""
    for critere in CRITERES:
        yield critere, getattr(criteres, critere.champ)


def ecrire_valeur(critere: Critere, valeur: Any) -> str | date | Decimal | int:
    """La valeur d'un critère telle qu'elle s'écrit dans une cellule, et s'y relit identique.

    Un pourcentage est un texte (« 12,15 % »), que le format de la cellule ne peut pas changer ; vide : "".
    """
    match critere.genre:
        case Genre.OUI_NON:
            return "Oui" if valeur else "Non"
        case Genre.LISTE:
            return "; ".join(valeur)
        case Genre.POURCENTAGE if valeur is not None:
            return f"{valeur:f} %".replace(".", ",")
        case Genre.DATE | Genre.MONTANT | Genre.NIVEAU if valeur is not None:
            return cast("date | Decimal | int", valeur)
    return "" if valeur is None else str(valeur)


assert {f.name for f in fields(Criteres)} == set(PAR_CHAMP), "la table CRITERES et la classe Criteres divergent"
