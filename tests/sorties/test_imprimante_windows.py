"""L'imprimante sous Windows, imitée : « Imprimée » seulement si la file d'impression le dit."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from relances_xl.sorties.papier import imprimante
from relances_xl.sorties.papier.imprimante import DouteImpression, ErreurImpression


class Spouleur:
    """La file d'une imprimante ; verbe : ce que fait le lecteur de PDF quand on lui demande d'imprimer."""

    def __init__(self, verbe: Callable[["Spouleur", str], None]) -> None:
        self.verbe = verbe
        self.travaux = [{"JobId": 4, "pDocument": "impression.pdf"}]  # d'avant : ce n'est pas le nôtre
        self.demandes: list[tuple[str, str]] = []

    def imprimer(self, parent: int, verbe: str, fichier: str, parametres: str, dossier: str, montrer: int) -> None:
        self.demandes.append((verbe, parametres))
        self.verbe(self, Path(fichier).name)


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Spouleur, Path]]:
    def poser(verbe: Callable[[Spouleur, str], None]) -> tuple[Spouleur, Path]:
        spouleur = Spouleur(verbe)
        file, api = ModuleType("win32print"), ModuleType("win32api")
        reglages: dict[str, Any] = {
            "PRINTER_ENUM_LOCAL": 2, "PRINTER_ENUM_CONNECTIONS": 4, "EnumPrinters": lambda _: [(0, "", "Bureau", ""), (0, "", "Hall", "")],
            "GetDefaultPrinter": lambda: "Bureau", "OpenPrinter": lambda nom: nom, "ClosePrinter": lambda _: None,
            "EnumJobs": lambda *_: list(spouleur.travaux),
        }  # fmt: skip
        for nom, valeur in reglages.items():
            setattr(file, nom, valeur)
        api.ShellExecute = spouleur.imprimer  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "win32print", file)
        monkeypatch.setitem(sys.modules, "win32api", api)
        monkeypatch.setattr(imprimante, "_sumatra", lambda: None)
        monkeypatch.setattr(imprimante, "DELAI", 0.4)
        monkeypatch.setattr(imprimante, "_GUET", 0.01)
        (tmp_path / "impression.pdf").write_bytes(b"%PDF-1.7 %%EOF")
        return spouleur, tmp_path / "impression.pdf"

    return poser


def test_un_travail_vu_dans_la_file_est_imprime(windows: Callable[..., tuple[Spouleur, Path]]) -> None:
    spouleur, pdf = windows(
        lambda file, nom: file.travaux.append({"JobId": len(file.travaux) + 4, "pDocument": f"Acrobat - {nom.upper()}"})
    )
    assert imprimante._imprimer_windows(pdf, "") == "Bureau-5"
    assert imprimante._imprimer_windows(pdf, "Hall").startswith("Hall-")
    assert spouleur.demandes == [("print", ""), ("printto", '"Hall"')]


@pytest.mark.parametrize(
    "verbe",
    [lambda file, nom: None, lambda file, nom: file.travaux.append({"JobId": 9, "pDocument": "Facture d'un autre"})],
    ids=["rien dans la file", "le travail d'un autre"],
)
def test_un_lecteur_lance_sans_travail_dans_la_file_laisse_un_doute(windows: Callable[..., tuple[Spouleur, Path]], verbe: Any) -> None:
    _, pdf = windows(verbe)
    with pytest.raises(DouteImpression, match="n'a rien mis dans la file de « Bureau »"):
        imprimante._imprimer_windows(pdf, "")


def test_sans_lecteur_qui_imprime_rien_n_est_parti(windows: Callable[..., tuple[Spouleur, Path]]) -> None:
    def refuser(file: Spouleur, nom: str) -> None:
        raise OSError("aucune application associée")

    _, pdf = windows(refuser)
    with pytest.raises(ErreurImpression, match="aucun lecteur de PDF ne sait imprimer"):
        imprimante._imprimer_windows(pdf, "")
    with pytest.raises(ErreurImpression, match=r"« Grenier » introuvable .*\(présentes : Bureau, Hall\)"):
        imprimante._imprimer_windows(pdf, "Grenier")
