"""États d'une relance et façons de la sortir."""

from enum import StrEnum


class Statut(StrEnum):
    EMISE = "Émise"
    IMPRIMEE = "Imprimée"
    ENVOYEE = "Envoyée"
    BROUILLON = "Brouillon"
    ECHEC = "Échec"
    DOUTEUSE = "Douteuse"
    ECARTEE = "Écartée"
    ANNULEE = "Annulée"


COMPTENT = frozenset({Statut.EMISE, Statut.IMPRIMEE, Statut.ENVOYEE, Statut.BROUILLON, Statut.DOUTEUSE})
"""Statuts qui font monter le niveau d'une échéance (contrat §4.3)."""


class Sortie(StrEnum):
    WORD = "Word"
    PDF = "PDF"
    IMPRIMANTE = "Imprimante"
    EMAIL = "Email"
    SELON_CLIENT = "Selon le client"
