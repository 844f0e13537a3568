"""Niveaux de relance : numérotés de 1 à n sans trou (onglet « Niveaux »)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Envoi(StrEnum):
    LETTRE = "Lettre"
    RECOMMANDE = "Recommandé"


@dataclass(frozen=True, slots=True)
class Niveau:
    """Un degré de relance.

    delai : jours depuis l'échéance (niveau 1) ou depuis la relance précédente (suivants) ;
    modele : nom du .docx dans `modeles/` ; objet : texte, champs `{{ }}` permis.
    """

    numero: int
    libelle: str
    delai: int
    modele: str
    penalites: bool = False
    indemnite: bool = False
    objet: str = ""
    envoi: Envoi = Envoi.LETTRE


@dataclass(frozen=True, slots=True)
class Niveaux:
    """Les niveaux dans l'ordre."""

    liste: tuple[Niveau, ...]

    @property
    def plus_haut(self) -> int:
        return len(self.liste)

    @property
    def delais(self) -> dict[int, int]:
        """Numéro → délai en jours."""
        return {niveau.numero: niveau.delai for niveau in self.liste}

    @property
    def avec_penalites(self) -> frozenset[int]:
        return frozenset(n.numero for n in self.liste if n.penalites)

    @property
    def avec_indemnite(self) -> frozenset[int]:
        return frozenset(n.numero for n in self.liste if n.indemnite)

    def __getitem__(self, numero: int) -> Niveau:
        return self.liste[numero - 1]

    def __iter__(self) -> Iterator[Niveau]:
        return iter(self.liste)


LIVRES = Niveaux(
    (
        Niveau(1, "Première relance", 1, "relance-1.docx", objet="Rappel : factures échues – {{ client.raison_sociale }}"),
        Niveau(2, "Deuxième relance", 15, "relance-2.docx", objet="Deuxième relance – {{ client.raison_sociale }}"),
        Niveau(
            3,
            "Troisième relance, mise en demeure",
            15,
            "relance-3.docx",
            penalites=True,
            indemnite=True,
            objet="Mise en demeure de payer – {{ client.raison_sociale }}",
            envoi=Envoi.RECOMMANDE,
        ),
    )
)
