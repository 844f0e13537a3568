"""Les onglets du classeur de revue : chaque colonne déclarée une fois, pour l'écrire et pour la relire (contrat §6)."""

from dataclasses import dataclass
from enum import StrEnum

from relances_xl.domaine import tables as c


class GenreDeColonne(StrEnum):
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
class ColonneDeRevue:
    """Une colonne d'onglet.

    champ : colonne de la table reçue ; aide : message montré quand on entre dans la cellule ; largeur : en caractères,
    la plus grande pour un texte (au-delà il est coupé, ou va à la ligne), sans effet sur un montant, toujours montré entier.
    """

    libelle: str
    champ: str
    genre: GenreDeColonne
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

COLONNES_LISTE: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Approuver", APPROUVER, GenreDeColonne.CASE, 11, True, "Cochez (ou x, oui, vrai) pour que cette lettre parte."),
    ColonneDeRevue("Relance", c.RELANCE, GenreDeColonne.CODE, 22),
    ColonneDeRevue("Code client", c.CODE_CLIENT, GenreDeColonne.CODE, 18),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, GenreDeColonne.LONG, 26),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 8),
    ColonneDeRevue("Niveau", c.NIVEAU, GenreDeColonne.NIVEAU, 8, True, "Vaut pour toutes les échéances de la lettre."),
    ColonneDeRevue("Échéances", c.NB_ECHEANCES, GenreDeColonne.ENTIER, 11),
    ColonneDeRevue("Retard", c.RETARD, GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Crédits", c.CREDITS, GenreDeColonne.MONTANT, 12),
    ColonneDeRevue("Net", c.NET, GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Pénalités", c.PENALITES, GenreDeColonne.MONTANT, 11),
    ColonneDeRevue("Indemnité", c.INDEMNITE, GenreDeColonne.MONTANT, 11),
    ColonneDeRevue("Total réclamé", c.TOTAL_RECLAME, GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Plus ancienne échéance", c.PLUS_ANCIENNE, GenreDeColonne.DATE, 11.5),
    ColonneDeRevue("Jours de retard", c.JOURS_RETARD, GenreDeColonne.JOURS, 8),
    ColonneDeRevue("Dernière relance", c.DERNIERE_RELANCE, GenreDeColonne.DATE, 11),
    ColonneDeRevue("Dernier niveau", c.DERNIER_NIVEAU, GenreDeColonne.NIVEAU, 9),
    ColonneDeRevue("Sortie", c.SORTIE, GenreDeColonne.TEXTE, 12, True, "Word, PDF, Imprimante ou Email."),
    ColonneDeRevue("Email", c.EMAIL, GenreDeColonne.LONG, 26),
    ColonneDeRevue("Alerte", c.ALERTE, GenreDeColonne.LONG, 32),
    ColonneDeRevue("Message", c.MESSAGE, GenreDeColonne.LONG, 30, True, "Texte libre, repris dans la lettre (champ « message »)."),
)

COLONNES_DETAIL: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Retenir", RETENIR, GenreDeColonne.CASE, 10, True, "Décochez pour laisser cette ligne hors de la lettre."),
    ColonneDeRevue("Relance", c.RELANCE, GenreDeColonne.CODE, 22),
    ColonneDeRevue("Ligne", c.LIGNE, GenreDeColonne.ENTIER, 8),
    ColonneDeRevue("Code client", c.CODE_CLIENT, GenreDeColonne.CODE, 18),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, GenreDeColonne.LONG, 40),
    ColonneDeRevue("Pièce", c.PIECE, GenreDeColonne.CODE, 30),
    ColonneDeRevue("Date pièce", c.DATE_PIECE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Échéance", c.DATE_ECHEANCE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Jours de retard", c.JOURS_RETARD, GenreDeColonne.JOURS, 10),
    ColonneDeRevue("Mode de paiement", c.MODE_PAIEMENT, GenreDeColonne.LONG, 16),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 8),
    ColonneDeRevue("Montant", c.MONTANT, GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Reste dû", c.RESTE_DU, GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Dernier niveau", c.DERNIER_NIVEAU, GenreDeColonne.NIVEAU, 10),
    ColonneDeRevue("Dernière relance", c.DERNIERE_RELANCE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Niveau proposé", c.NIVEAU_PROPOSE, GenreDeColonne.NIVEAU, 10),
    ColonneDeRevue("Pénalités", c.PENALITES, GenreDeColonne.MONTANT, 11),
    ColonneDeRevue("Référence", c.REFERENCE, GenreDeColonne.LONG, 24),
    ColonneDeRevue("Prescription", c.PRESCRIPTION, GenreDeColonne.DATE, 12),
)

COLONNES_COMPLEMENT: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Code client", "Code client", GenreDeColonne.CODE, 18),
    ColonneDeRevue("Raison sociale", "Raison sociale", GenreDeColonne.LONG, 30),
    ColonneDeRevue("Contact", "Contact", GenreDeColonne.LONG, 22),
    ColonneDeRevue("Téléphone", "Téléphone", GenreDeColonne.CODE, 20),
    ColonneDeRevue("Email", "Email", GenreDeColonne.TEXTE, 46),
    ColonneDeRevue("Devise", "Devise", GenreDeColonne.CODE, 8),
    ColonneDeRevue("Encours", "Encours", GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Non échu", "Non échu", GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("0-30 j", "0-30 j", GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("31-60 j", "31-60 j", GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("61-90 j", "61-90 j", GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("> 90 j", "> 90 j", GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Relances", "Relances", GenreDeColonne.ENTIER, 10),
    ColonneDeRevue("Dernière relance", "Dernière relance", GenreDeColonne.DATE, 12),
    ColonneDeRevue("Dernier niveau", "Dernier niveau", GenreDeColonne.NIVEAU, 10),
    ColonneDeRevue("Note", "Note", GenreDeColonne.LONG, 36),
)

_EXPORT: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Ligne", c.LIGNE, GenreDeColonne.ENTIER, 8),
    ColonneDeRevue("Code client", c.CODE_CLIENT, GenreDeColonne.CODE, 18),
    ColonneDeRevue("Pièce", c.PIECE, GenreDeColonne.CODE, 30),
    ColonneDeRevue("Échéance", c.DATE_ECHEANCE, GenreDeColonne.DATE, 12),
    ColonneDeRevue("Reste dû", c.RESTE_DU, GenreDeColonne.MONTANT, 14),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 8),
)
_EXPLICATION = ColonneDeRevue("Explication", c.EXPLICATION, GenreDeColonne.LONG, 70)

COLONNES_EXCLUSIONS = (*_EXPORT, ColonneDeRevue("Motif", c.MOTIF, GenreDeColonne.CODE, 30), _EXPLICATION)
COLONNES_ANOMALIES = (*_EXPORT, ColonneDeRevue("Motif", c.CAUSE, GenreDeColonne.CODE, 30), _EXPLICATION)

COLONNES_CONTROLE: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Devise", "Devise", GenreDeColonne.CODE, 10),
    ColonneDeRevue("Rubrique", "Rubrique", GenreDeColonne.TEXTE, 32),
    ColonneDeRevue("Lignes", "Lignes", GenreDeColonne.ENTIER, 12),
    ColonneDeRevue("Montant", "Montant", GenreDeColonne.SOLDE, 18),
)

ECART = "Écart"

COMPLEMENT_SUITE: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Délai de paiement", "Délai de paiement", GenreDeColonne.TEXTE, 20),
    ColonneDeRevue("Retard moyen (j)", "Retard moyen (j)", GenreDeColonne.JOURS, 10),
    ColonneDeRevue("Plus gros impayé", "Plus gros impayé", GenreDeColonne.MONTANT, 13),
    ColonneDeRevue("Relances passées", "Relances passées", GenreDeColonne.LONG, 36),
)
"""Ce que « Complément » ajoute après « Note », quand la table le porte."""
