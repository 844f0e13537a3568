"""Pourquoi une ligne n'est pas relancée (motifs, §4.1) ou n'a pas pu être lue (causes, §3)."""

from enum import StrEnum


class Cause(StrEnum):
    """Causes d'anomalie, dans l'ordre : la première qui s'applique l'emporte."""

    LIGNE_DECALEE = "LIGNE_DECALEE"
    CLIENT_MANQUANT = "CLIENT_MANQUANT"
    PIECE_MANQUANTE = "PIECE_MANQUANTE"
    MONTANT_ILLISIBLE = "MONTANT_ILLISIBLE"
    DATE_ILLISIBLE = "DATE_ILLISIBLE"
    DEVISE_INCONNUE = "DEVISE_INCONNUE"
    DEVISE_INCERTAINE = "DEVISE_INCERTAINE"
    DOUBLON = "DOUBLON"
    PIECE_REPETEE = "PIECE_REPETEE"


class Motif(StrEnum):
    """Motifs d'exclusion, dans l'ordre : le premier qui s'applique l'emporte."""

    SOLDEE = "SOLDEE"
    NON_COMPTABILISEE = "NON_COMPTABILISEE"
    COMPTOIR = "COMPTOIR"
    EXCLUE = "EXCLUE"
    CLIENT_EXCLU = "CLIENT_EXCLU"
    PROCEDURE_COLLECTIVE = "PROCEDURE_COLLECTIVE"
    CEDEE = "CEDEE"
    RETENUE_GARANTIE = "RETENUE_GARANTIE"
    LITIGE = "LITIGE"
    PROMESSE = "PROMESSE"
    ECHEANCIER = "ECHEANCIER"
    PAUSE = "PAUSE"
    CLIENT_NON_SELECTIONNE = "CLIENT_NON_SELECTIONNE"
    MODE_PAIEMENT = "MODE_PAIEMENT"
    NON_ECHUE = "NON_ECHUE"
    AVANT_PERIODE = "AVANT_PERIODE"
    DELAI = "DELAI"
    NIVEAU_DEJA_EFFECTUE = "NIVEAU_DEJA_EFFECTUE"
    NIVEAU_MAX = "NIVEAU_MAX"
    CREDITEUR = "CREDITEUR"
    SOUS_SEUIL = "SOUS_SEUIL"


class Ecart(StrEnum):
    """Pourquoi, à la production, une échéance approuvée ou sa relance est écartée (§6)."""

    SOLDEE_DEPUIS = "SOLDEE_DEPUIS"
    MODIFIEE_DEPUIS = "MODIFIEE_DEPUIS"
    RELANCEE_DEPUIS = "RELANCEE_DEPUIS"
    EXCLUE_DEPUIS = "EXCLUE_DEPUIS"
    PAYEE_DEPUIS = "PAYEE_DEPUIS"
    CREDIT_DEPUIS = "CREDIT_DEPUIS"
    TAUX_MANQUANT = "TAUX_MANQUANT"


DE_NIVEAU = (Motif.DELAI, Motif.NIVEAU_DEJA_EFFECTUE, Motif.NIVEAU_MAX)
"""Motifs qui laissent l'échéance dans le « retard net » du client (§4.5)."""

EN_MOTS: dict[str, str] = {
    Cause.LIGNE_DECALEE: "ligne décalée",
    Cause.CLIENT_MANQUANT: "client manquant",
    Cause.PIECE_MANQUANTE: "pièce manquante",
    Cause.MONTANT_ILLISIBLE: "montant illisible",
    Cause.DATE_ILLISIBLE: "date illisible",
    Cause.DEVISE_INCONNUE: "devise inconnue",
    Cause.DEVISE_INCERTAINE: "devise incertaine",
    Cause.DOUBLON: "doublon",
    Cause.PIECE_REPETEE: "pièce répétée",
    Motif.SOLDEE: "soldée",
    Motif.NON_COMPTABILISEE: "non comptabilisée",
    Motif.COMPTOIR: "vente au comptoir",
    Motif.EXCLUE: "exclue des relances",
    Motif.CLIENT_EXCLU: "client exclu",
    Motif.PROCEDURE_COLLECTIVE: "procédure collective",
    Motif.CEDEE: "cédée à un factor",
    Motif.RETENUE_GARANTIE: "retenue de garantie",
    Motif.LITIGE: "litige",
    Motif.PROMESSE: "promesse de règlement",
    Motif.ECHEANCIER: "échéancier en cours",
    Motif.PAUSE: "pause",
    Motif.CLIENT_NON_SELECTIONNE: "client non sélectionné",
    Motif.MODE_PAIEMENT: "mode de paiement non retenu",
    Motif.NON_ECHUE: "non échue",
    Motif.AVANT_PERIODE: "antérieure à la période",
    Motif.DELAI: "délai non écoulé",
    Motif.NIVEAU_DEJA_EFFECTUE: "niveau déjà effectué",
    Motif.NIVEAU_MAX: "dernier niveau déjà fait",
    Motif.CREDITEUR: "client créditeur",
    Motif.SOUS_SEUIL: "sous le montant minimum",
    Ecart.SOLDEE_DEPUIS: "soldée ou disparue depuis",
    Ecart.MODIFIEE_DEPUIS: "montant changé depuis",
    Ecart.RELANCEE_DEPUIS: "relancée depuis",
    Ecart.EXCLUE_DEPUIS: "exclue depuis",
    Ecart.PAYEE_DEPUIS: "virement arrivé depuis",
    Ecart.CREDIT_DEPUIS: "crédit arrivé ou changé depuis : à relister",
    Ecart.TAUX_MANQUANT: "taux de pénalités absent",
}
"""Ce que l'œil lit à la place d'un code (contrat §6) ; les codes restent en colonne masquée « Code du motif »."""
