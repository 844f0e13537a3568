"""Taux d'intérêt par semestre (onglet « Taux ») : BCE et légal des professionnels, en points de pourcentage."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


class TauxSemestre(NamedTuple):
    """Un semestre : taux BCE et taux légal (pour cent par an), None tant qu'ils ne sont pas saisis."""

    semestre: str
    bce: Decimal | None
    legal: Decimal | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Taux:
    """Les semestres connus, par nom (« 2026-S1 »)."""

    semestres: dict[str, TauxSemestre] = field(default_factory=dict)

    def bce(self, semestre: str) -> Decimal | None:
        trouve = self.semestres.get(semestre)
        return trouve.bce if trouve else None

    def legal(self, semestre: str) -> Decimal | None:
        trouve = self.semestres.get(semestre)
        return trouve.legal if trouve else None


def _d(points: str) -> Decimal | None:
    return Decimal(points.replace(",", ".")) if points else None


LIVRES = Taux(
    {
        semestre: TauxSemestre(semestre, _d(bce), _d(legal), source)
        for semestre, bce, legal, source in (
            ("2021-S1", "0,00", "0,79", "BCE : 0,00 depuis 2016 ; légal : dandrel-avocats.fr"),
            ("2021-S2", "0,00", "0,76", "BCE : 0,00 depuis 2016 ; légal : dandrel-avocats.fr"),
            ("2022-S1", "0,00", "0,76", "BCE : table Banque de France ; légal : arrêté ECOT2138139A du 26/12/2021"),
            ("2022-S2", "0,00", "0,77", "BCE : table Banque de France (0,50 seulement depuis le 27/07/2022) ; légal : arrêté ECOT2218806A du 27/06/2022"),
            ("2023-S1", "2,50", "2,06", "BCE : depuis le 21/12/2022 ; légal : arrêté du 26/12/2022"),
            ("2023-S2", "4,00", "4,22", "BCE : depuis le 21/06/2023 ; légal : arrêté ECOT2317028A, JO du 30/06/2023"),
            ("2024-S1", "4,50", "5,07", "BCE : depuis le 20/09/2023 ; légal : arrêté du 21/12/2023"),
            ("2024-S2", "4,25", "4,92", "BCE : depuis le 12/06/2024 ; légal : arrêté du 26/06/2024"),
            ("2025-S1", "3,15", "3,71", "BCE : depuis le 18/12/2024 ; légal : arrêté du 17/12/2024"),
            ("2025-S2", "2,15", "2,76", "BCE : depuis juin 2025 ; légal : arrêté ECOT2516925A du 19/06/2025, JO du 24"),
            ("2026-S1", "2,15", "2,62", "BCE : inchangé au 18/12/2025 ; légal : arrêté du 15/12/2025, JO du 26/12/2025"),
            ("2026-S2", "2,40", "2,75", "BCE : 2,40 depuis le 17/06/2026 (décision du 11/06/2026) ; légal : arrêté du 26/06/2026, JO du 30/06/2026"),
            ("2027-S1", "", "", "à saisir le 1er janvier 2027"),
        )
    }
)  # fmt: skip
