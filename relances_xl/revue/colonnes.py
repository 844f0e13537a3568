"""Les onglets du classeur de revue : chaque colonne déclarée une fois, pour l'écrire et pour la relire (contrat §6)."""

from dataclasses import dataclass
from enum import StrEnum

from relances_xl.domaine import colonnes as c


class Genre(StrEnum):
    """Comment une colonne s'écrit et se présente."""

    CASE = "case à cocher"
    TEXTE = "texte"
    LONG = "texte long, à la ligne"
    CODE = "code"
    DATE = "date"
    MONTANT = "montant, tiret si nul"
    SOLDE = "montant, zéro compris"
    ENTIER = "entier"
    NIVEAU = "niveau, tiret si aucun"
    JOURS = "jours"
    TAUX = "pourcentage"


@dataclass(frozen=True, slots=True)
class Colonne:
    """Une colonne d'onglet.

    champ : colonne de la table reçue ; aide : message montré quand on entre dans la cellule ; largeur : en caractères,
    la plus grande pour un texte (au-delà il est coupé, ou va à la ligne), sans effet sur un montant, toujours montré entier.
    """

    libelle: str
    champ: str
    genre: Genre
    largeur: float
    modifiable: bool = False
    aide: str = ""


LISTE = "Liste clients"
DETAIL = "Détail"
COMPLEMENT = "Complément"
TABLEAU_DE_BORD = "Tableau de bord"
EXCLUSIONS = "Exclusions"
ANOMALIES = "Anomalies"
CONTROLE = "Contrôle"
CRITERES = "Critères"
ONGLETS = (LISTE, DETAIL, COMPLEMENT, TABLEAU_DE_BORD, EXCLUSIONS, ANOMALIES, CONTROLE, CRITERES)

APPROUVER = "approuver"
RETENIR = "retenir"

SORTIES = ("Word", "PDF", "Imprimante", "Email")

COLONNES_LISTE: tuple[Colonne, ...] = (
    Colonne("Approuver", APPROUVER, Genre.CASE, 11, True, "Cochez (ou x, oui, vrai) pour que cette lettre parte."),
    Colonne("Relance", c.RELANCE, Genre.CODE, 22),
    Colonne("Code client", c.CODE_CLIENT, Genre.CODE, 18),
    Colonne("Raison sociale", c.RAISON_SOCIALE, Genre.LONG, 26),
    Colonne("Devise", c.DEVISE, Genre.CODE, 8),
    Colonne("Niveau", c.NIVEAU, Genre.NIVEAU, 8, True, "Vaut pour toutes les échéances de la lettre."),
    Colonne("Échéances", c.NB_ECHEANCES, Genre.ENTIER, 11),
    Colonne("Retard", c.RETARD, Genre.MONTANT, 13),
    Colonne("Crédits", c.CREDITS, Genre.MONTANT, 12),
    Colonne("Net", c.NET, Genre.MONTANT, 13),
    Colonne("Pénalités", c.PENALITES, Genre.MONTANT, 11),
    Colonne("Indemnité", c.INDEMNITE, Genre.MONTANT, 11),
    Colonne("Total réclamé", c.TOTAL_RECLAME, Genre.MONTANT, 13),
    Colonne("Plus ancienne échéance", c.PLUS_ANCIENNE, Genre.DATE, 11.5),
    Colonne("Jours de retard", c.JOURS_RETARD, Genre.JOURS, 8),
    Colonne("Dernière relance", c.DERNIERE_RELANCE, Genre.DATE, 11),
    Colonne("Dernier niveau", c.DERNIER_NIVEAU, Genre.NIVEAU, 9),
    Colonne("Sortie", c.SORTIE, Genre.TEXTE, 12, True, "Word, PDF, Imprimante ou Email."),
    Colonne("Email", c.EMAIL, Genre.LONG, 26),
    Colonne("Alerte", c.ALERTE, Genre.LONG, 32),
    Colonne("Message", c.MESSAGE, Genre.LONG, 30, True, "Texte libre, repris dans la lettre (champ « message »)."),
)

COLONNES_DETAIL: tuple[Colonne, ...] = (
    Colonne("Retenir", RETENIR, Genre.CASE, 10, True, "Décochez pour laisser cette ligne hors de la lettre."),
    Colonne("Relance", c.RELANCE, Genre.CODE, 22),
    Colonne("Ligne", c.LIGNE, Genre.ENTIER, 8),
    Colonne("Code client", c.CODE_CLIENT, Genre.CODE, 18),
    Colonne("Raison sociale", c.RAISON_SOCIALE, Genre.LONG, 40),
    Colonne("Pièce", c.PIECE, Genre.CODE, 30),
    Colonne("Date pièce", c.DATE_PIECE, Genre.DATE, 12),
    Colonne("Échéance", c.DATE_ECHEANCE, Genre.DATE, 12),
    Colonne("Jours de retard", c.JOURS_RETARD, Genre.JOURS, 10),
    Colonne("Mode de paiement", c.MODE_PAIEMENT, Genre.LONG, 16),
    Colonne("Devise", c.DEVISE, Genre.CODE, 8),
    Colonne("Montant", c.MONTANT, Genre.MONTANT, 13),
    Colonne("Reste dû", c.RESTE_DU, Genre.MONTANT, 13),
    Colonne("Dernier niveau", c.DERNIER_NIVEAU, Genre.NIVEAU, 10),
    Colonne("Dernière relance", c.DERNIERE_RELANCE, Genre.DATE, 12),
    Colonne("Niveau proposé", c.NIVEAU_PROPOSE, Genre.NIVEAU, 10),
    Colonne("Pénalités", c.PENALITES, Genre.MONTANT, 11),
    Colonne("Référence", c.REFERENCE, Genre.LONG, 24),
    Colonne("Prescription", c.PRESCRIPTION, Genre.DATE, 12),
)

COLONNES_COMPLEMENT: tuple[Colonne, ...] = (
    Colonne("Code client", "Code client", Genre.CODE, 18),
    Colonne("Raison sociale", "Raison sociale", Genre.LONG, 30),
    Colonne("Contact", "Contact", Genre.LONG, 22),
    Colonne("Téléphone", "Téléphone", Genre.CODE, 20),
    Colonne("Email", "Email", Genre.TEXTE, 46),
    Colonne("Devise", "Devise", Genre.CODE, 8),
    Colonne("Encours", "Encours", Genre.MONTANT, 14),
    Colonne("Non échu", "Non échu", Genre.MONTANT, 13),
    Colonne("0-30 j", "0-30 j", Genre.MONTANT, 13),
    Colonne("31-60 j", "31-60 j", Genre.MONTANT, 13),
    Colonne("61-90 j", "61-90 j", Genre.MONTANT, 13),
    Colonne("> 90 j", "> 90 j", Genre.MONTANT, 13),
    Colonne("Relances", "Relances", Genre.ENTIER, 10),
    Colonne("Dernière relance", "Dernière relance", Genre.DATE, 12),
    Colonne("Dernier niveau", "Dernier niveau", Genre.NIVEAU, 10),
    Colonne("Note", "Note", Genre.LONG, 36),
)

_EXPORT: tuple[Colonne, ...] = (
    Colonne("Ligne", c.LIGNE, Genre.ENTIER, 8),
    Colonne("Code client", c.CODE_CLIENT, Genre.CODE, 18),
    Colonne("Pièce", c.PIECE, Genre.CODE, 30),
    Colonne("Échéance", c.DATE_ECHEANCE, Genre.DATE, 12),
    Colonne("Reste dû", c.RESTE_DU, Genre.MONTANT, 14),
    Colonne("Devise", c.DEVISE, Genre.CODE, 8),
)
_EXPLICATION = Colonne("Explication", c.EXPLICATION, Genre.LONG, 70)

COLONNES_EXCLUSIONS = (*_EXPORT, Colonne("Motif", c.MOTIF, Genre.CODE, 30), _EXPLICATION)
COLONNES_ANOMALIES = (*_EXPORT, Colonne("Motif", c.CAUSE, Genre.CODE, 30), _EXPLICATION)

COLONNES_CONTROLE: tuple[Colonne, ...] = (
    Colonne("Devise", "Devise", Genre.CODE, 10),
    Colonne("Rubrique", "Rubrique", Genre.TEXTE, 32),
    Colonne("Lignes", "Lignes", Genre.ENTIER, 12),
    Colonne("Montant", "Montant", Genre.SOLDE, 18),
)

ECART = "Écart"

COMPLEMENT_SUITE: tuple[Colonne, ...] = (
    Colonne("Délai de paiement", "Délai de paiement", Genre.TEXTE, 20),
    Colonne("Retard moyen (j)", "Retard moyen (j)", Genre.JOURS, 10),
    Colonne("Plus gros impayé", "Plus gros impayé", Genre.MONTANT, 13),
    Colonne("Relances passées", "Relances passées", Genre.LONG, 36),
)
"""Ce que « Complément » ajoute après « Note », quand la table le porte."""
