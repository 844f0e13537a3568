"""Des noms de fichiers sûrs : ce que Windows, macOS et Linux acceptent tous."""

import re
import unicodedata

from pathvalidate import sanitize_filename
from pathvalidate.handler import ReservedNameHandler

_SIMPLE = re.compile(r"[A-Za-z0-9_-]+")  # rien à y changer ; et aucun nom que Windows se réserve n'a de « _ »


def nom_sur(texte: str, longueur: int) -> str:
    """Un morceau de nom de fichier : rien que Windows, macOS ou Linux refuse, ni caractère de mise en forme invisible.

    Composé (NFC) : macOS confond « é » écrit en un ou en deux caractères.
    """
    if _SIMPLE.fullmatch(texte):
        return texte[:longueur]
    visible = "".join(lettre for lettre in unicodedata.normalize("NFC", texte) if unicodedata.category(lettre) != "Cf")
    propre = sanitize_filename(
        visible, replacement_text="-", platform="universal", max_len=longueur * 4, reserved_name_handler=ReservedNameHandler.as_is
    )
    return propre[:longueur].strip(" .") or "sans-nom"


def fichier_sur(nom: str) -> str:
    """Un nom de fichier entier ; « nul.txt » serait encore le périphérique NUL."""
    return nom if "_" in nom and _SIMPLE.fullmatch(nom) else sanitize_filename(nom, platform="universal")
