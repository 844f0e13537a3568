"""Remettre un courriel, par quelque moyen que ce soit : ce qu'on en attend, et ce qu'il en advient."""

from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol


class ConnexionRefusee(Exception):
    """La messagerie ne veut pas de nous (adresse, chiffrement, identifiant, autorisation) : rien n'est parti, inutile d'insister."""


CAPACITE = 25_000_000
"""Octets qu'un message peut faire chez la plupart des messageries."""


class SecretRefuse(ConnexionRefusee):
    """Le mot de passe manque, ou n'est pas le bon : un autre suffirait."""


class Sort(StrEnum):
    ACCEPTE = "accepté"
    REFUSE = "refusé"
    DOUTEUX = "douteux"


@dataclass(frozen=True, slots=True)
class Issue:
    """Ce qu'il est advenu d'un message.

    motif : pourquoi il est refusé ou douteux ; ecartes : adresses refusées d'un message accepté pour les autres.
    """

    sort: Sort
    motif: str = ""
    ecartes: tuple[str, ...] = ()


class Remise(Protocol):
    """Une session ouverte sur une messagerie (`ConnexionRefusee` à l'ouverture si elle ne veut pas de nous).

    capacite : octets que peut faire un message, pièces encodées comprises, autant que l'on sache.
    """

    @property
    def capacite(self) -> int: ...

    def envoyer(self, message: EmailMessage) -> Issue:
        """Remet le message : envoyé, ou déposé en brouillon là où c'est ce qu'on a demandé. Lève `ConnexionRefusee`."""
