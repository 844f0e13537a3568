"""Les colonnes des tables qui passent d'une pièce à l'autre, déclarées une fois.

Types : texte = dtype `str`, jamais NaN (absent = "") ; date = `datetime64[s]` (absent = NaT) ;
montant = `int64` en unités minimales de la devise (facultatif : `Int64`) ; oui/non = `bool`.
Quelles colonnes fait quelle table : `domaine.schemas`.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import pandas as pd


class Type(StrEnum):
    CODE = "code"
    TEXTE = "texte"
    DATE = "date"
    MONTANT = "montant"
    ENTIER = "entier"
    OUI_NON = "oui/non"
    MOTIF = "oui/non, ou un motif en toutes lettres"


class Champ(NamedTuple):
    """Un champ d'un export (contrat §3), que les en-têtes désignent."""

    nom: str
    type: Type
    aide: str
    indispensable: bool = False


# Champs d'une échéance
LIGNE = "ligne"  # int64 : numéro de ligne dans le fichier
CODE_CLIENT = "code_client"
PIECE = "piece"
DATE_ECHEANCE = "date_echeance"
RESTE_DU = "reste_du"  # int64 signé : un crédit est négatif ; 0 si MONTANT_ILLISIBLE
RAISON_SOCIALE = "raison_sociale"
DATE_PIECE = "date_piece"
MONTANT = "montant"  # Int64
REGLE = "regle"  # Int64
DEVISE = "devise"
MODE_PAIEMENT = "mode_paiement"
MODULE = "module"
EXCLURE = "exclure"
NATURE = "nature"
LITIGE = "litige"
SENS = "sens"  # D / C
STATUT = "statut"  # celui de la pièce, dans un export ; celui de la relance, au journal
TIERS_PAYEUR = "tiers_payeur"
CEDEE = "cedee"
PROMESSE = "promesse"
NIVEAU_RELANCE = "niveau_relance"  # int64, 0 = jamais
DATE_RELANCE = "date_relance"
DATE_REGLEMENT = "date_reglement"  # jour du règlement d'une pièce payée
REFERENCE = "reference"
COMMERCIAL = "commercial"
FICHIER_PIECE = "fichier_piece"

# Ajoutées à la lecture
DATE_CLE = "date_cle"  # date : échéance, ou date de pièce si l'échéance est calculée (§4.3)
CAUSE = "cause"  # domaine.motifs.Cause, "" si la ligne est lisible
ALERTE_LIGNE = "alerte_ligne"  # texte repris dans « Alerte »
NON_COMPTABILISEE = "non_comptabilisee"  # bool : brouillon, proforma, annulée…
RETENUE_GARANTIE = "retenue_garantie"  # bool : compte 4117
CLIENT_LIVRE = "client_livre"  # le client d'origine, quand un tiers payeur est le débiteur ; "" sinon
SANS_FRAIS = "sans_frais"  # bool : à-nouveau de FEC, ni pénalités ni indemnité
MOTIF_EXCLURE = "motif_exclure"  # le texte de `exclure` quand ce n'est ni oui ni non
MOTIF_LITIGE = "motif_litige"

# Ajoutées par la décision
MOTIF = "motif"  # domaine.motifs.Motif, "" si retenue (ou en anomalie)
EXPLICATION = "explication"  # en clair, pour « Exclusions » et « Anomalies »
CODE_DU_MOTIF = "code_du_motif"  # le code d'un motif écrit en mots, en colonne masquée
CREDIT = "credit"  # bool : reste dû négatif
JOURS_RETARD = "jours_retard"  # int64
DERNIER_NIVEAU = "dernier_niveau"  # int64, 0 = jamais relancée
DERNIERE_RELANCE = "derniere_relance"
NIVEAU_PROPOSE = "niveau_propose"  # int64, 0 = rien (crédits compris)
RELANCE = "relance"  # identifiant, "" si la ligne n'est sur aucune
AUTRE = "autre"  # bool : échue, écartée pour DELAI ou NIVEAU_MAX, montrée pour information
NET_PENALISABLE = "net_penalisable"  # int64 : reste après imputation des crédits de la lettre
PENALITES = "penalites"  # Int64, NA si un taux manque
INDEMNITE = "indemnite"  # int64
PRESCRIPTION = "prescription"  # date indicative
PLAN = "plan"  # plan de relance du client (onglet « Niveaux »)
PLUS_HAUT = "plus_haut"  # plus haut niveau de ce plan
PREVENUE = "prevenue"  # bool : le journal lui connaît déjà une prévenance (niveau 0)
EXIGEE = "exigee"  # bool : sur une lettre, au niveau de la lettre ; ce qu'elle réclame ne porte que sur elle
JOINTE = "jointe"  # bool : sur une lettre, à un niveau inférieur : « également échue »
ECHEANCIER_ROMPU = "echeancier_rompu"  # bool : son reste dû dépasse les versements à venir
ECHEANCE_JOURNAL = "echeance_journal"  # date : celle que le journal lui connaît, si elle a changé depuis
ECRITE_LE = "ecrite_le"  # date : dernière relance au journal (interrompt la prescription d'un client public)
PROMESSE_NON_TENUE = "promesse_non_tenue"  # date : le jour promis, passé sans paiement

# Table des relances (une ligne par lettre)
NIVEAU = "niveau"  # 0 : prévenance
NB_ECHEANCES = "nb_echeances"
RETARD = "retard"
CREDITS = "credits"  # positif
NET = "net"
TOTAL_RECLAME = "total_reclame"  # Int64
PLUS_ANCIENNE = "plus_ancienne"
REEDITION = "reedition"  # bool
SORTIE = "sortie"
EMAIL = "email"  # email_relance, sinon email
ALERTE = "alerte"
MESSAGE = "message"
TAUX = "taux"  # texte pour la lettre : « 12,15 % »
SEMESTRES_MANQUANTS = "semestres_manquants"
TOTAL_EXIGE = "total_exige"  # int64 : le net des échéances au niveau de la lettre, crédits imputés
TOTAL_JOINT = "total_joint"  # int64 : celui des autres ; TOTAL_EXIGE + TOTAL_JOINT = NET
SOUS_PLANCHER = "sous_plancher"  # texte : le taux contractuel sous le plancher légal
TYPE_RETENU = "type_retenu"  # type du client, ou le type par défaut des critères, "" si aucun
ENVOI_VOULU = "envoi_voulu"  # champ client `envoi`
SORTIE_DEMANDEE = "sortie_demandee"  # « Sortie sur », ou celle que la revue demande, avant d'être résolue

# Ce que la revue fait choisir
APPROUVER = "approuver"  # bool, sur une relance
RETENIR = "retenir"  # bool, sur une ligne
NIVEAU_MODIFIE = "niveau_modifie"  # bool : « Niveau » n'est plus celui de la liste

# Champs d'un client
CIVILITE = "civilite"
CONTACT = "contact"
ADRESSE1 = "adresse1"
ADRESSE2 = "adresse2"
ADRESSE3 = "adresse3"
CODE_POSTAL = "code_postal"
VILLE = "ville"
PAYS = "pays"
EMAIL_RELANCE = "email_relance"
TELEPHONE = "telephone"
LANGUE = "langue"
TYPE_CLIENT = "type_client"
ENVOI = "envoi"
DELAI_PAIEMENT = "delai_paiement"
SIREN = "siren"
PROCEDURE_COLLECTIVE = "procedure_collective"
NOTE = "note"
PLAN_RELANCE = "plan_relance"

# Journal (une ligne par relance comptée × échéance)
LOT = "lot"
DATE = "date"
NB_RELANCES = "nb_relances"  # int64 : combien un client en a reçu
FICHIER = "fichier"  # la lettre, le PDF ou le brouillon, vus du dossier
NUMERO_DE_DEPOT = "numero_de_depot"  # celui d'une lettre recommandée, "" si l'on n'en sait rien
DATE_DE_DEPOT = "date_de_depot"  # NaT si l'on n'en sait rien

# Contentieux (une ligne par client et devise)
JOURS_DEPUIS = "jours_depuis"  # int64 : depuis la dernière relance

LIBELLE = "libelle"
PIECES = "pieces"  # celles qu'il règle : « F1; F2 »
RAPPROCHEMENT = "rapprochement"  # certain, probable, à voir, déjà dans l'export
SEMESTRE = "semestre"  # « 2026-S1 »
DU, AU = "du", "au"  # premier et dernier jour d'une période
JOURS = "jours"
SEMAINE = "semaine"  # 1… ; 0 : au-delà

# Suivi
NATURE_SUIVI = "nature"
JUSQUAU = "jusquau"
COMMENTAIRE = "commentaire"
VERSEMENT = "versement"  # Decimal en unités de la devise, None si vide : la note ne dit pas la devise
PLACE = "place"  # « A5 » : la cellule du code client
PLACE_PIECE = "place_piece"  # « B5 »

CHAMPS_ECHEANCE: tuple[Champ, ...] = (
    Champ(CODE_CLIENT, Type.CODE, "code du client", True),
    Champ(PIECE, Type.CODE, "numéro de la pièce", True),
    Champ(DATE_ECHEANCE, Type.DATE, "échéance ; à défaut date de pièce + délai de paiement", True),
    Champ(RESTE_DU, Type.MONTANT, "reste dû ; à défaut montant − réglé", True),
    Champ(RAISON_SOCIALE, Type.TEXTE, "nom du client"),
    Champ(DATE_PIECE, Type.DATE, "date de la pièce"),
    Champ(MONTANT, Type.MONTANT, "montant TTC de la pièce"),
    Champ(REGLE, Type.MONTANT, "déjà réglé"),
    Champ(DEVISE, Type.CODE, "devise (EUR)"),
    Champ(MODE_PAIEMENT, Type.TEXTE, "mode de paiement"),
    Champ(MODULE, Type.TEXTE, "module d'origine (Comptoir…)"),
    Champ(EXCLURE, Type.MOTIF, "exclure des relances"),
    Champ(NATURE, Type.TEXTE, "Facture, Avoir, Acompte ou Règlement"),
    Champ(SENS, Type.TEXTE, "sens du montant : D / C, Débit / Crédit, + / -"),
    Champ(STATUT, Type.TEXTE, "état de la pièce : Brouillon, Annulée, Payée…"),
    Champ(TIERS_PAYEUR, Type.CODE, "code de celui qui paie, s'il n'est pas le client"),
    Champ(CEDEE, Type.MOTIF, "cédée à un factor : jamais relancée"),
    Champ(LITIGE, Type.MOTIF, "litige"),
    Champ(PROMESSE, Type.DATE, "date promise"),
    Champ(NIVEAU_RELANCE, Type.ENTIER, "dernier niveau fait par l'ancien logiciel"),
    Champ(DATE_RELANCE, Type.DATE, "date de cette relance"),
    Champ(DATE_REGLEMENT, Type.DATE, "jour du règlement d'une pièce payée : sert aux prévisions"),
    Champ(REFERENCE, Type.TEXTE, "référence ; pour un avoir, la pièce qu'il désigne"),
    Champ(COMMERCIAL, Type.TEXTE, "commercial"),
    Champ(FICHIER_PIECE, Type.TEXTE, "chemin de la facture, à joindre aux courriels"),
)

CHAMPS_CLIENT: tuple[Champ, ...] = (
    Champ(CODE_CLIENT, Type.CODE, "code du client", True),
    Champ(RAISON_SOCIALE, Type.TEXTE, "nom du client"),
    Champ(CIVILITE, Type.TEXTE, "civilité"),
    Champ(CONTACT, Type.TEXTE, "interlocuteur"),
    Champ(ADRESSE1, Type.TEXTE, "adresse, 1re ligne"),
    Champ(ADRESSE2, Type.TEXTE, "adresse, 2e ligne"),
    Champ(ADRESSE3, Type.TEXTE, "adresse, 3e ligne"),
    Champ(CODE_POSTAL, Type.CODE, "code postal"),
    Champ(VILLE, Type.TEXTE, "ville"),
    Champ(PAYS, Type.TEXTE, "pays"),
    Champ(EMAIL, Type.TEXTE, "adresse électronique"),
    Champ(EMAIL_RELANCE, Type.TEXTE, "adresse électronique des relances"),
    Champ(TELEPHONE, Type.CODE, "téléphone"),
    Champ(LANGUE, Type.TEXTE, "langue des lettres (fr, en)"),
    Champ(TYPE_CLIENT, Type.TEXTE, "Professionnel, Particulier ou Public"),
    Champ(EXCLURE, Type.MOTIF, "client jamais relancé"),
    Champ(ENVOI, Type.TEXTE, "Courrier ou Email"),
    Champ(DELAI_PAIEMENT, Type.TEXTE, "délai de paiement du client"),
    Champ(COMMERCIAL, Type.TEXTE, "commercial"),
    Champ(SIREN, Type.CODE, "SIREN"),
    Champ(PROCEDURE_COLLECTIVE, Type.MOTIF, "procédure collective"),
    Champ(PLAN_RELANCE, Type.TEXTE, "plan de relance (onglet « Niveaux »)"),
    Champ(NOTE, Type.TEXTE, "note"),
)

Fichier = Literal["Échéances", "Clients"]
FICHIERS: dict[Fichier, tuple[Champ, ...]] = {"Échéances": CHAMPS_ECHEANCE, "Clients": CHAMPS_CLIENT}


def enregistrements(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Chaque ligne en dictionnaire, nom de colonne → valeur."""
    for ligne in table.to_dict("records"):
        yield {str(nom): valeur for nom, valeur in ligne.items()}
