"""Pourquoi une ligne n'est pas relancée (motifs, §4.1) ou n'a pas pu être lue (causes, §3)."""

from enum import StrEnum


class Cause(StrEnum):
    """Causes d'anomalie, dans l'ordre : la première qui s'applique l'emporte."""

    CLIENT_MANQUANT = "CLIENT_MANQUANT"
    PIECE_MANQUANTE = "PIECE_MANQUANTE"
    MONTANT_ILLISIBLE = "MONTANT_ILLISIBLE"
    DATE_ILLISIBLE = "DATE_ILLISIBLE"
    DEVISE_INCONNUE = "DEVISE_INCONNUE"
    DOUBLON = "DOUBLON"


class Motif(StrEnum):
    """Motifs d'exclusion, dans l'ordre : le premier qui s'applique l'emporte."""

    SOLDEE = "SOLDEE"
    COMPTOIR = "COMPTOIR"
    EXCLUE = "EXCLUE"
    CLIENT_EXCLU = "CLIENT_EXCLU"
    PROCEDURE_COLLECTIVE = "PROCEDURE_COLLECTIVE"
    LITIGE = "LITIGE"
    PROMESSE = "PROMESSE"
    CLIENT_NON_SELECTIONNE = "CLIENT_NON_SELECTIONNE"
    MODE_PAIEMENT = "MODE_PAIEMENT"
    NON_ECHUE = "NON_ECHUE"
    AVANT_PERIODE = "AVANT_PERIODE"
    DELAI = "DELAI"
    NIVEAU_DEJA_EFFECTUE = "NIVEAU_DEJA_EFFECTUE"
    NIVEAU_PRECEDENT_MANQUANT = "NIVEAU_PRECEDENT_MANQUANT"
    NIVEAU_MAX = "NIVEAU_MAX"
    CREDITEUR = "CREDITEUR"
    SOUS_SEUIL = "SOUS_SEUIL"


class Ecart(StrEnum):
    """Pourquoi, à la production, une échéance approuvée ou sa relance est écartée (§6)."""

    SOLDEE_DEPUIS = "SOLDEE_DEPUIS"
    MODIFIEE_DEPUIS = "MODIFIEE_DEPUIS"
    RELANCEE_DEPUIS = "RELANCEE_DEPUIS"
    EXCLUE_DEPUIS = "EXCLUE_DEPUIS"
    CREDIT_DEPUIS = "CREDIT_DEPUIS"
    TAUX_MANQUANT = "TAUX_MANQUANT"


DE_NIVEAU = (Motif.DELAI, Motif.NIVEAU_DEJA_EFFECTUE, Motif.NIVEAU_PRECEDENT_MANQUANT, Motif.NIVEAU_MAX)
"""Motifs qui laissent l'échéance dans le « retard net » du client (§4.5)."""
