"""Le fichier de facture qu'un export désigne (`fichier_piece`) : dans le dossier de relance, d'un type de facture, jamais à l'outil.

Un export ne doit pas pouvoir faire lire, copier ou partir n'importe quel fichier du poste.
"""

import os
from pathlib import Path

TYPES_DE_FACTURE = frozenset({".pdf", ".xml", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})
_DOSSIERS_DE_L_OUTIL = frozenset({"relances", "modeles", "contentieux"})


def facture_designee(dossier: Path, texte: str) -> tuple[Path | None, str]:
    """(le fichier, "") ; ou (None, pourquoi ce n'en est pas un que l'on prendra : « n'est pas dans le dossier… », « introuvable »)."""
    chemin = _sous(dossier, texte.strip().replace("\\", "/"))
    if chemin is None:
        return None, "n'est pas dans le dossier de relance"
    if refus := _pas_une_facture(chemin.relative_to(dossier.resolve())):
        return None, refus
    return (chemin, "") if chemin.is_file() else (None, "est introuvable")


def _sous(dossier: Path, texte: str) -> Path | None:
    """Le fichier désigné, s'il est sous le dossier.

    D'abord par son écriture seule : suivre `//serveur/partage`, sous Windows, c'est déjà s'y identifier.
    """
    racine, ici = dossier.resolve(), dossier.absolute()
    ecrit = Path(os.path.normpath(ici / texte))
    if not (ecrit.is_relative_to(ici) or ecrit.is_relative_to(racine)):
        return None
    try:
        chemin = ecrit.resolve()
    except (OSError, ValueError):
        return None
    return chemin if chemin.is_relative_to(racine) else None


def _pas_une_facture(chemin: Path) -> str:
    """Pourquoi un fichier du dossier (son chemin, vu de lui) ne peut pas être une facture ; vide s'il le peut."""
    if chemin.suffix.casefold() not in TYPES_DE_FACTURE:
        return f"n'est pas d'un type de facture ({', '.join(sorted(TYPES_DE_FACTURE))})"
    if chemin.parts[0].casefold() in _DOSSIERS_DE_L_OUTIL or any(partie.startswith((".", "~")) for partie in chemin.parts):
        return "est un fichier de l'outil"
    return ""
