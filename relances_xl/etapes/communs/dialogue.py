"""Ce que les parcours attendent de l'écran : ils n'en savent pas plus."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Avance(Protocol):
    """Fait avancer une progression de `pas` éléments."""

    def __call__(self, pas: int = 1) -> None: ...


def immobile(pas: int = 1) -> None:
    """L'avance de qui ne regarde pas."""


class Dialogue(Protocol):
    """L'utilisateur, vu des parcours."""

    @property
    def interactif(self) -> bool:
        """Peut-on poser une question ?"""

    def dire(self, message: str) -> None:
        """Un message en cours de route."""

    def confirmer(self, question: str, defaut: bool = False) -> bool:
        """Oui ou non, au terminal ; `defaut` si l'on ne répond que par Entrée."""

    def suivre(self, libelle: str, total: int) -> AbstractContextManager[Avance]:
        """Une progression, montrée si elle dure."""


class SansEcran:
    """Le dialogue d'un programme : personne à qui parler, rien à demander."""

    interactif = False

    def dire(self, message: str) -> None: ...

    def confirmer(self, question: str, defaut: bool = False) -> bool:
        return defaut

    def suivre(self, libelle: str, total: int) -> AbstractContextManager[Avance]:
        return nullcontext(immobile)
