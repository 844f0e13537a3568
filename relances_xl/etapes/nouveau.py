"""Créer un dossier de relance, ou compléter ce qui lui manque."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from relances_xl.criteres.creation import creer_criteres
from relances_xl.dossier import Dossier
from relances_xl.etapes.lanceurs import lanceurs
from relances_xl.fichiers.ecriture_sure import ecriture
from relances_xl.fichiers.ressources import ressources


@dataclass(frozen=True, slots=True)
class Creation:
    """Ce que `nouveau` a créé et ce qu'il a laissé tel quel, relatif au dossier."""

    crees: tuple[str, ...]
    gardes: tuple[str, ...]


def nouveau(dossier: Dossier, *, exemple: bool) -> Creation:
    """Crée le dossier, ses critères, ses modèles, ses lanceurs (et les exports d'exemple) sans rien écraser."""
    crees: list[str] = []
    gardes: list[str] = []

    def manque(chemin: Path) -> bool:
        existe = chemin.exists()
        (gardes if existe else crees).append(chemin.relative_to(dossier.racine).as_posix())
        return not existe

    dossier.racine.mkdir(parents=True, exist_ok=True)
    if manque(dossier.criteres):
        with ecriture(dossier.criteres) as provisoire:
            creer_criteres(provisoire, exemple)
    for modele in sorted(ressources("modeles").iterdir()):
        if modele.suffix in (".docx", ".txt") and manque(dossier.modeles / modele.name):
            _copier(modele, dossier.modeles / modele.name)
    dossier.exports.mkdir(exist_ok=True)
    if exemple:
        for export in sorted(ressources("exemples").iterdir()):
            if export.suffix in (".xlsx", ".csv") and manque(dossier.exports / export.name):
                _copier(export, dossier.exports / export.name)
        logo = ressources("exemples") / "logo.png"
        if logo.is_file() and manque(dossier.racine / logo.name):
            _copier(logo, dossier.racine / logo.name)
    for nom, (contenu, fin_de_ligne) in lanceurs().items():
        if manque(dossier.racine / nom):
            (dossier.racine / nom).write_text(contenu, encoding="utf-8", newline=fin_de_ligne)
            (dossier.racine / nom).chmod(0o755)
    return Creation(tuple(crees), tuple(gardes))


def _copier(source: Path, cible: Path) -> None:
    """Copie le contenu seul : un modèle livré en lecture seule doit rester modifiable dans le dossier."""
    with ecriture(cible) as provisoire:
        shutil.copyfile(source, provisoire)
