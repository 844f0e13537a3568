"""Les fichiers livrés avec l'outil : modèles et exemples."""

from importlib.resources import files
from pathlib import Path


def ressources(nom: str) -> Path:
    """Le dossier `modeles` ou `exemples` livré : dans la roue, ou à côté du paquet quand on développe."""
    installe = Path(str(files("relances_xl"))) / nom
    return installe if installe.is_dir() else Path(__file__).resolve().parents[2] / nom
