"""Ce qu'un client a répondu : de l'onglet « À appeler » d'une revue à une ligne de « Suivi » (contrat §1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.selection import normaliser

CleDeReponse = tuple[str, str, date | None, Decimal | None, str]


@dataclass(frozen=True, slots=True)
class Reponse:
    """Ce qu'un client a répondu : une ligne de « Suivi » ; nature : une `NatureSuivi`."""

    code_client: str
    nature: str
    jusquau: date | None = None
    montant: Decimal | None = None
    commentaire: str = ""


def cle_de_reponse(reponse: Reponse) -> CleDeReponse:
    """Ce qui fait de deux réponses la même."""
    return (
        normaliser(reponse.code_client),
        cle(reponse.nature),
        reponse.jusquau,
        reponse.montant and reponse.montant.normalize(),
        cle(reponse.commentaire),
    )
