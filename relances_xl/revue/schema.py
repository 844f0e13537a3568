"""Les onglets du classeur de revue : chaque colonne déclarée une fois, pour l'écrire et, avec son lecteur, pour la relire (contrat §6)."""

from enum import StrEnum
from typing import NamedTuple

from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import NatureSuivi
from relances_xl.revue import lecteurs as lire
from relances_xl.revue.lecteurs import LecteurDeColonne


class GenreDeColonne(StrEnum):
    """Comment une colonne s'écrit et se présente."""

    CASE = "case à cocher"
    TEXTE = "texte"
    LONG = "texte long, à la ligne"
    CODE = "code"
    DATE = "date"
    MONTANT = "montant, tiret si nul"
    MONTANT_NU = "montant, sans sa devise : une colonne voisine la dit"
    SOLDE = "montant, zéro compris"
    ENTIER = "entier"
    NIVEAU = "niveau, tiret si aucun"
    JOURS = "jours"
    TAUX = "pourcentage"


class Presence(StrEnum):
    """Quand une colonne se voit. Masquée, elle reste dans le classeur : l'utilisateur peut l'afficher, `produire` la relire."""

    TOUJOURS = "toujours"
    SI_UTILE = "masquée si elle est vide, ou ne dit que l'évidence"
    REPLIEE = "repliée : le bouton [+] au-dessus de l'onglet la montre"
    JAMAIS = "masquée : pour la machine"


class ColonneDeRevue(NamedTuple):
    """Une colonne d'onglet.

    champ : colonne de la table écrite, et de la table relue ; aide : message montré quand on entre dans la cellule ;
    largeur : en caractères, la plus grande pour un texte (au-delà il est coupé, ou va à la ligne), sans effet sur un
    montant, toujours montré entier ; lecteur : comment `produire` la relit, None si elle n'est qu'à lire à l'écran ;
    facultative : elle peut manquer à la relecture (revue d'une version antérieure, colonne ôtée).
    """

    libelle: str
    champ: str
    genre: GenreDeColonne
    largeur: float
    modifiable: bool = False
    aide: str = ""
    lecteur: LecteurDeColonne | None = None
    facultative: bool = False
    presence: Presence = Presence.SI_UTILE


LISTE = "Liste clients"
DETAIL = "Détail"
A_APPELER = "À appeler"
COMPLEMENT = "Complément"
CONTENTIEUX = "Contentieux"
TABLEAU_DE_BORD = "Tableau de bord"
BANQUE = "Banque"
EXCLUSIONS = "Exclusions"
ANOMALIES = "Anomalies"
CONTROLE = "Contrôle"
CRITERES = "Critères"
ONGLETS = (
    LISTE, DETAIL, A_APPELER, COMPLEMENT, CONTENTIEUX, TABLEAU_DE_BORD, BANQUE, EXCLUSIONS, ANOMALIES, CONTROLE, CRITERES,
)  # fmt: skip
"""Dans l'ordre ; « Banque » seulement s'il y a des relevés."""

REPONSE = "reponse"
POURQUOI = "pourquoi"

SORTIES = ("Word", "PDF", "Imprimante", "Email")
REPONSES = tuple(str(nature) for nature in NatureSuivi if nature is not NatureSuivi.PAUSE)

_G = GenreDeColonne
_VUE, _CACHEE, _REPLIEE = Presence.TOUJOURS, Presence.JAMAIS, Presence.REPLIEE

_COCHER = (
    "Espace coche ou décoche (Excel 365) ; ailleurs, écrivez x ou oui.\nTout cocher : sélectionnez les cases (Maj+clic sur la dernière), "
    "puis Espace ; ailleurs, écrivez x dans la première et recopiez vers le bas."
)

# fmt: off
# Une colonne par ligne : la table se lit comme l'onglet.
COLONNES_LISTE: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Approuver", c.APPROUVER, _G.CASE, 10, True, _COCHER, lire.CASE),
    ColonneDeRevue("Relance", c.RELANCE, _G.CODE, 18, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 14, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.LONG, 25, lecteur=lire.TEXTE, facultative=True, presence=_VUE),
    ColonneDeRevue("Alerte", c.ALERTE, _G.LONG, 42),
    ColonneDeRevue("Niveau", c.NIVEAU, _G.NIVEAU, 9, True, "Vaut pour toutes les échéances de la lettre.", lire.TEXTE),
    ColonneDeRevue("Échéances", c.NB_ECHEANCES, _G.ENTIER, 8, lecteur=lire.ENTIER, facultative=True, presence=_VUE),
    ColonneDeRevue("Retard", c.RETARD, _G.MONTANT, 10),
    ColonneDeRevue("Crédits", c.CREDITS, _G.MONTANT, 9, lecteur=lire.MONTANT),
    ColonneDeRevue("Net", c.NET, _G.MONTANT, 10),
    ColonneDeRevue("Pénalités", c.PENALITES, _G.MONTANT, 10),
    ColonneDeRevue("Indemnité", c.INDEMNITE, _G.MONTANT, 10),
    ColonneDeRevue("Total réclamé", c.TOTAL_RECLAME, _G.MONTANT, 10),
    ColonneDeRevue("Jours de retard", c.JOURS_RETARD, _G.JOURS, 8),
    ColonneDeRevue("Plus ancienne échéance", c.PLUS_ANCIENNE, _G.DATE, 12),
    ColonneDeRevue("Dernière relance", c.DERNIERE_RELANCE, _G.DATE, 11),
    ColonneDeRevue("Dernier niveau", c.DERNIER_NIVEAU, _G.NIVEAU, 9, lecteur=lire.ENTIER, facultative=True),
    ColonneDeRevue("Sortie", c.SORTIE, _G.TEXTE, 11, True, "Word, PDF, Imprimante ou Email.", lire.SORTIE),
    ColonneDeRevue("Message", c.MESSAGE, _G.LONG, 26, True, "Texte libre, repris dans la lettre (champ « message »).", lire.TEXTE, True),
    ColonneDeRevue("Email", c.EMAIL, _G.TEXTE, 42),
    ColonneDeRevue("Devise", c.DEVISE, _G.CODE, 8, lecteur=lire.TEXTE),
    ColonneDeRevue("Niveau proposé", c.NIVEAU_PROPOSE, _G.NIVEAU, 9, lecteur=lire.NIVEAU_DE_LA_LISTE, facultative=True, presence=_CACHEE),
)

PLUS_HAUT = ColonneDeRevue("Plus haut niveau", c.PLUS_HAUT, _G.NIVEAU, 9, presence=_CACHEE)
"""En plus, dans la liste et le détail, s'il y a plusieurs plans : où le niveau passe au rouge."""

CLIENT_LIVRE = ColonneDeRevue("Client livré", c.CLIENT_LIVRE, _G.CODE, 18)
"""En plus, dans le détail, si un tiers payeur est le débiteur d'une ligne : le client d'origine."""

COLONNES_DETAIL: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Retenir", c.RETENIR, _G.CASE, 10, True, "Décochez pour laisser cette ligne hors de la lettre.", lire.CASE),
    ColonneDeRevue("Relance", c.RELANCE, _G.CODE, 18, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Ligne", c.LIGNE, _G.ENTIER, 8, lecteur=lire.ENTIER, facultative=True),
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 18, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.TEXTE, 40, lecteur=lire.TEXTE, facultative=True, presence=_VUE),
    ColonneDeRevue("Pièce", c.PIECE, _G.CODE, 24, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Date pièce", c.DATE_PIECE, _G.DATE, 11, lecteur=lire.JOUR),
    ColonneDeRevue("Échéance", c.DATE_ECHEANCE, _G.DATE, 11, lecteur=lire.JOUR),
    ColonneDeRevue("Jours de retard", c.JOURS_RETARD, _G.JOURS, 9),
    ColonneDeRevue("Mode de paiement", c.MODE_PAIEMENT, _G.TEXTE, 18),
    ColonneDeRevue("Devise", c.DEVISE, _G.CODE, 8, lecteur=lire.TEXTE),
    ColonneDeRevue("Montant", c.MONTANT, _G.MONTANT, 12),
    ColonneDeRevue("Reste dû", c.RESTE_DU, _G.MONTANT, 12, lecteur=lire.MONTANT, presence=_VUE),
    ColonneDeRevue("Dernier niveau", c.DERNIER_NIVEAU, _G.NIVEAU, 9, lecteur=lire.ENTIER),
    ColonneDeRevue("Dernière relance", c.DERNIERE_RELANCE, _G.DATE, 11, lecteur=lire.JOUR),
    ColonneDeRevue("Niveau proposé", c.NIVEAU_PROPOSE, _G.NIVEAU, 9, lecteur=lire.ENTIER, presence=_VUE),
    ColonneDeRevue("Pénalités", c.PENALITES, _G.MONTANT, 11),
    ColonneDeRevue("Référence", c.REFERENCE, _G.TEXTE, 24),
    ColonneDeRevue("Prescription", c.PRESCRIPTION, _G.DATE, 13),
)

COLONNES_A_APPELER: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 14, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.LONG, 28, lecteur=lire.TEXTE, facultative=True, presence=_VUE),
    ColonneDeRevue("Contact", c.CONTACT, _G.LONG, 22),
    ColonneDeRevue("Téléphone", c.TELEPHONE, _G.CODE, 18, presence=_VUE),
    ColonneDeRevue("Pourquoi", POURQUOI, _G.LONG, 52, presence=_VUE),
    ColonneDeRevue("Retard", c.RETARD, _G.MONTANT, 12),
    ColonneDeRevue("Réponse", REPONSE, _G.TEXTE, 14, True, "Ce qu'il a répondu. « actualiser » le reporte dans l'onglet « Suivi » de criteres.xlsx.", lire.REPONSE),
    ColonneDeRevue("Jusqu'au", c.JUSQUAU, _G.DATE, 12, True, "Promesse : le jour promis. Échéancier : celui du versement (une ligne par versement). Litige : sa fin, si elle est connue.", lire.DATE_SAISIE),
    ColonneDeRevue("Montant", c.MONTANT, _G.MONTANT, 12, True, "Le montant promis ou celui du versement ; vide : tout.", lire.MONTANT),
    ColonneDeRevue("Commentaire", c.COMMENTAIRE, _G.LONG, 40, True, "Libre : qui vous avez eu, ce qui a été dit.", lire.TEXTE),
    ColonneDeRevue("Devise", c.DEVISE, _G.CODE, 8, lecteur=lire.TEXTE, facultative=True),
)

COLONNES_COMPLEMENT: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Code client", "Code client", _G.CODE, 12, presence=_VUE),
    ColonneDeRevue("Raison sociale", "Raison sociale", _G.LONG, 19, presence=_VUE),
    ColonneDeRevue("Contact", "Contact", _G.LONG, 12),
    ColonneDeRevue("Téléphone", "Téléphone", _G.CODE, 17),
    ColonneDeRevue("Note", "Note", _G.LONG, 25, presence=_VUE),
    ColonneDeRevue("Relances passées", "Relances passées", _G.LONG, 29, presence=_VUE),
    ColonneDeRevue("Pièces ouvertes", "Pièces ouvertes", _G.LONG, 41, presence=_VUE),
    ColonneDeRevue("Encours", "Encours", _G.MONTANT, 10, presence=_VUE),
    ColonneDeRevue("Non échu", "Non échu", _G.MONTANT_NU, 9),
    ColonneDeRevue("0-30 j", "0-30 j", _G.MONTANT_NU, 9),
    ColonneDeRevue("31-60 j", "31-60 j", _G.MONTANT_NU, 9),
    ColonneDeRevue("61-90 j", "61-90 j", _G.MONTANT_NU, 9),
    ColonneDeRevue("> 90 j", "> 90 j", _G.MONTANT_NU, 9),
    ColonneDeRevue("Relances", "Relances", _G.ENTIER, 9, presence=_REPLIEE),
    ColonneDeRevue("Dernière relance", "Dernière relance", _G.DATE, 11, presence=_REPLIEE),
    ColonneDeRevue("Dernier niveau", "Dernier niveau", _G.NIVEAU, 9, presence=_REPLIEE),
    ColonneDeRevue("Email", "Email", _G.TEXTE, 40, presence=_REPLIEE),
    ColonneDeRevue("Devise", "Devise", _G.CODE, 8, presence=_REPLIEE),
    ColonneDeRevue("Délai de paiement", "Délai de paiement", _G.TEXTE, 20, presence=_REPLIEE),
    ColonneDeRevue("Retard moyen (j)", "Retard moyen (j)", _G.JOURS, 11, presence=_REPLIEE),
    ColonneDeRevue("Plus gros impayé", "Plus gros impayé", _G.MONTANT, 11, presence=_REPLIEE),
)
"""Celles du contrat, et cinq de plus. Une rangée est la fiche d'un client : ce qu'on lit au téléphone tient à l'écran, le reste est replié."""

COLONNES_CONTENTIEUX: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 16, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.TEXTE, 38, presence=_VUE),
    ColonneDeRevue("Devise", c.DEVISE, _G.CODE, 9),
    ColonneDeRevue("Échéances", c.NB_ECHEANCES, _G.ENTIER, 12, presence=_VUE),
    ColonneDeRevue("Retard", c.RETARD, _G.MONTANT, 14, presence=_VUE),
    ColonneDeRevue("Pénalités", c.PENALITES, _G.MONTANT, 13),
    ColonneDeRevue("Indemnité", c.INDEMNITE, _G.MONTANT, 12),
    ColonneDeRevue("Dernière relance", c.DERNIERE_RELANCE, _G.DATE, 12),
    ColonneDeRevue("Jours depuis", c.JOURS_DEPUIS, _G.JOURS, 14),
    ColonneDeRevue("Prescription", c.PRESCRIPTION, _G.DATE, 14),
)

COLONNES_BANQUE: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Date", c.DATE, _G.DATE, 12, lecteur=lire.JOUR, presence=_VUE),
    ColonneDeRevue("Libellé", c.LIBELLE, _G.LONG, 60, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Montant", c.MONTANT, _G.MONTANT, 14, lecteur=lire.MONTANT, presence=_VUE),
    ColonneDeRevue("Devise", c.DEVISE, _G.CODE, 9, lecteur=lire.TEXTE),
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 16),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.TEXTE, 38),
    ColonneDeRevue("Pièces", c.PIECES, _G.LONG, 36),
    ColonneDeRevue("Rapprochement", c.RAPPROCHEMENT, _G.TEXTE, 18, presence=_VUE),
    ColonneDeRevue("Explication", c.EXPLICATION, _G.LONG, 48),
)

COLONNES_EXCLUSIONS: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Ligne", c.LIGNE, _G.ENTIER, 8),
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 16, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.TEXTE, 34, presence=_VUE),
    ColonneDeRevue("Pièce", c.PIECE, _G.CODE, 24, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Échéance", c.DATE_ECHEANCE, _G.DATE, 12, lecteur=lire.JOUR),
    ColonneDeRevue("Reste dû", c.RESTE_DU, _G.MONTANT, 14, lecteur=lire.MONTANT, presence=_VUE),
    ColonneDeRevue("Devise", c.DEVISE, _G.CODE, 9, lecteur=lire.TEXTE),
    ColonneDeRevue("Motif", c.MOTIF, _G.TEXTE, 32, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Explication", c.EXPLICATION, _G.LONG, 74),
    ColonneDeRevue("Code du motif", c.CODE_DU_MOTIF, _G.CODE, 28, lecteur=lire.TEXTE, facultative=True, presence=_CACHEE),
)
COLONNES_ANOMALIES = COLONNES_EXCLUSIONS
"""« Anomalies » est fait comme « Exclusions » : le motif y est une cause (contrat §3)."""

RELANCES = "Relances"
COLONNES_DU_DEPOT: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("N° de dépôt", c.NUMERO_DE_DEPOT, _G.CODE, 22, True, "Le numéro du recommandé. « actualiser » le reporte au journal.", lire.NUMERO, facultative=True),
    ColonneDeRevue("Déposée le", c.DATE_DE_DEPOT, _G.DATE, 12, True, "Le jour du dépôt à la poste.", lire.DATE_SAISIE, facultative=True),
)
COLONNES_DES_RELANCES: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Relance", c.RELANCE, _G.CODE, 18, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 14, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.LONG, 46, presence=_VUE),
    ColonneDeRevue("Niveau", c.NIVEAU, _G.NIVEAU, 9, presence=_VUE),
    ColonneDeRevue("Sortie", c.SORTIE, _G.TEXTE, 13, presence=_VUE),
    ColonneDeRevue("Statut", c.STATUT, _G.TEXTE, 13, presence=_VUE),
    ColonneDeRevue("Total réclamé", c.TOTAL_RECLAME, _G.MONTANT, 15, presence=_VUE),
    ColonneDeRevue("Fichier", c.FICHIER, _G.TEXTE, 60),
    ColonneDeRevue("Motif", c.MOTIF, _G.LONG, 60),
    *COLONNES_DU_DEPOT,
)
"""Le compte rendu d'une production : ce qu'il est advenu de chaque relance, et, en recommandé, son dépôt à noter."""

COLONNES_CONTROLE: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Devise", "Devise", _G.CODE, 10),
    ColonneDeRevue("Rubrique", "Rubrique", _G.TEXTE, 40, presence=_VUE),
    ColonneDeRevue("Lignes", "Lignes", _G.ENTIER, 12, presence=_VUE),
    ColonneDeRevue("Montant", "Montant", _G.SOLDE, 18, presence=_VUE),
    ColonneDeRevue("Code du motif", "Code du motif", _G.CODE, 28, presence=_CACHEE),
)
# fmt: on

ECART = "Écart"

ECARTEES = "Écartées"
COLONNES_ECARTEES: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Relance", c.RELANCE, _G.CODE, 18, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Code client", c.CODE_CLIENT, _G.CODE, 14, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Raison sociale", c.RAISON_SOCIALE, _G.LONG, 46, lecteur=lire.TEXTE, facultative=True, presence=_VUE),
    ColonneDeRevue("Pièce", c.PIECE, _G.CODE, 22, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Échéance", c.DATE_ECHEANCE, _G.DATE, 12, lecteur=lire.JOUR, presence=_VUE),
    ColonneDeRevue("Reste dû", c.RESTE_DU, _G.MONTANT, 14, lecteur=lire.MONTANT_D_AILLEURS, presence=_VUE),
    ColonneDeRevue("Motif", c.MOTIF, _G.LONG, 74, lecteur=lire.TEXTE, presence=_VUE),
    ColonneDeRevue("Code du motif", c.CODE_DU_MOTIF, _G.CODE, 24, lecteur=lire.TEXTE, facultative=True, presence=_CACHEE),
)
"""L'onglet du compte rendu, qu'une production de plus relit avant de le récrire."""
