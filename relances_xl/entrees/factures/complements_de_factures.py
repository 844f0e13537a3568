"""Où sont les factures électroniques qui complètent un export, et ce qu'elles y ont ajouté. Sans elles, rien d'autre ne se charge."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from relances_xl.domaine.erreurs import Faute

ELECTRONIQUES = (".pdf", ".xml")


class LieuDesFactures(NamedTuple):
    """Où chercher : le dossier de relance, d'où un export peut désigner un fichier, et celui où l'on dépose les factures."""

    racine: Path
    depot: Path


@dataclass(slots=True)
class Complements:
    """Ce que les factures ont ajouté. lignes, alertes : numéro de ligne de l'export → SIREN de l'acheteur, phrase à montrer ;
    dit : un résumé ; fautes : les factures illisibles, ou d'une autre devise que leur ligne."""

    sirens: dict[int, str] = field(default_factory=dict)
    alertes: dict[int, str] = field(default_factory=dict)
    dit: str = ""
    fautes: list[Faute] = field(default_factory=list)


def fichiers_de(dossier: Path) -> list[Path]:
    """Les PDF et XML du dossier et de ses sous-dossiers."""
    return sorted(f for f in dossier.rglob("*") if f.suffix.casefold() in ELECTRONIQUES and f.is_file())
