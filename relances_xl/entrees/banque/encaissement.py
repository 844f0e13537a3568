"""Un encaissement tel qu'un relevé le porte : ce que chaque format rend, une ligne après l'autre."""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Encaissement(NamedTuple):
    """Une somme arrivée en banque. montant : positif, dans sa devise ; ligne : rang dans le fichier (1 = le premier)."""

    ligne: int
    date: date
    libelle: str
    montant: Decimal
    devise: str


class Operation(NamedTuple):
    """Une opération qui ne se lit pas : son rang, et pourquoi."""

    ligne: int
    pourquoi: str


Lue = Encaissement | Operation


def en_une_ligne(*morceaux: str | None) -> str:
    """Les morceaux d'un libellé, dans l'ordre, sans vides ni répétitions."""
    nets = (re.sub(r"\s+", " ", morceau).strip() for morceau in morceaux if morceau)
    return " ".join(dict.fromkeys(net for net in nets if net and net != "NOTPROVIDED"))
