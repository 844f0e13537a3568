"""Où sont les choses : la racine du projet, et les données que personne ici n'a écrites (elles peuvent manquer)."""

from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
PARTAGE = next((dossier / "shared" for dossier in RACINE.parents if (dossier / "shared").is_dir()), RACINE.parent / "shared")
DONNEES = PARTAGE / "donnees"
