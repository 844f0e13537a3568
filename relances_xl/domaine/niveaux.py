"""Plans de relance : des niveaux numérotés de 1 à n sans trou, et une prévenance facultative (onglet « Niveaux »)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from relances_xl.domaine.ecrits.textes import cle

STANDARD = "Standard"
"""Le plan des niveaux dont la colonne « Plan » est vide, et des clients qui n'en nomment pas."""

PREVENANCE = 0


class Envoi(StrEnum):
    LETTRE = "Lettre"
    RECOMMANDE = "Recommandé"


@dataclass(frozen=True, slots=True)
class Niveau:
    """Un degré de relance.

    delai : jours depuis l'échéance (niveau 1) ou depuis la relance précédente (suivants) ; négatif au niveau 0, la
    prévenance : jours avant l'échéance. modele : nom du .docx dans `modeles/` ; objet : texte, champs `{{ }}` permis.
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
    """Les niveaux d'un plan, dans l'ordre, de 1 à n ; prevenance : son niveau 0, s'il en a un."""

    liste: tuple[Niveau, ...]
    prevenance: Niveau | None = None
    plan: str = STANDARD

    @property
    def plus_haut(self) -> int:
        return len(self.liste)

    @property
    def delais(self) -> dict[int, int]:
        """Numéro → délai en jours, de 1 à n."""
        return {niveau.numero: niveau.delai for niveau in self.liste}

    @property
    def avec_penalites(self) -> frozenset[int]:
        return frozenset(n.numero for n in self.liste if n.penalites)

    @property
    def avec_indemnite(self) -> frozenset[int]:
        return frozenset(n.numero for n in self.liste if n.indemnite)

    def __getitem__(self, numero: int) -> Niveau:
        """Le niveau de ce numéro ; 0 : la prévenance. Lève `KeyError` s'il n'existe pas."""
        trouve = self.prevenance if numero == PREVENANCE else next((n for n in self.liste if n.numero == numero), None)
        if trouve is None:
            raise KeyError(f"{self.plan} : niveau {numero}")
        return trouve

    def __iter__(self) -> Iterator[Niveau]:
        """Les niveaux de relance, sans la prévenance."""
        return iter(self.liste)

    @property
    def tous(self) -> tuple[Niveau, ...]:
        """La prévenance, s'il y en a une, puis les niveaux de relance."""
        return (self.prevenance, *self.liste) if self.prevenance else self.liste


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


@dataclass(frozen=True, slots=True)
class Plans:
    """Les plans du dossier ; « Standard » est toujours le premier.

    >>> Plans()["standard"].plus_haut, Plans().nomme("Grands comptes")
    (3, '')
    """

    liste: tuple[Niveaux, ...] = (LIVRES,)

    @property
    def noms(self) -> tuple[str, ...]:
        return tuple(niveaux.plan for niveaux in self.liste)

    @property
    def standard(self) -> Niveaux:
        return self.liste[0]

    @property
    def plus_haut(self) -> int:
        """Le plus haut niveau, tous plans confondus."""
        return max(niveaux.plus_haut for niveaux in self.liste)

    @property
    def plus_bas(self) -> int:
        """0 si un plan a une prévenance, sinon 1."""
        return PREVENANCE if any(niveaux.prevenance for niveaux in self.liste) else 1

    @property
    def niveaux(self) -> tuple[Niveau, ...]:
        """Les niveaux de tous les plans, chaque couple (numéro, libellé) une fois ; ceux de Standard d'abord."""
        return tuple({(n.numero, cle(n.libelle)): n for niveaux in reversed(self.liste) for n in reversed(niveaux.tous)}.values())[::-1]

    def nomme(self, nom: str) -> str:
        """Le plan que désigne un texte, sans casse ni accents ; vide : « Standard » ; inconnu : ""."""
        if not cle(nom):
            return self.standard.plan
        return next((plan for plan in self.noms if cle(plan) == cle(nom)), "")

    def libelle(self, numero: int) -> str:
        """Le nom d'un niveau, celui de Standard d'abord ; vide si aucun plan ne l'a."""
        return next((niveau.libelle for niveau in self.niveaux if niveau.numero == numero), "")

    def __getitem__(self, nom: str) -> Niveaux:
        """Les niveaux d'un plan. Lève `KeyError` s'il est inconnu."""
        plan = self.nomme(nom)
        if not plan:
            raise KeyError(nom)
        return self.liste[self.noms.index(plan)]

    def __iter__(self) -> Iterator[Niveaux]:
        return iter(self.liste)


PLANS_LIVRES = Plans()
