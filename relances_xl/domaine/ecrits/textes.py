"""Les textes : rapprocher des libellés saisis par des humains (sans casse, accents ni ponctuation), écrire pour un écran."""

import os
import re
import shlex
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_OUI = frozenset({"oui", "o", "x", "✓", "✔", "☑", "vrai", "true", "1", "yes", "y"})
_NON = frozenset({"non", "n", "faux", "false", "0", "", "no", "☐"})
_HORS_MOTS = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def cle(libelle: str) -> str:
    """Forme de comparaison d'un libellé : minuscules, sans accents, ni espaces, ni ponctuation.

    >>> cle("N° de Pièce ") == cle("n de piece")
    True
    """
    return _HORS_MOTS.sub("", sans_accents(libelle).casefold())


def sans_accents(texte: str) -> str:
    """Le texte sans ses accents, ligatures et caractères composés défaits.

    >>> sans_accents("Cœur d’Église")
    'Coeur d’Eglise'
    """
    if texte.isascii():  # presque tout ce qu'un export contient
        return texte
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE"))
    return "".join([lettre for lettre in decompose if lettre < "\x80" or not unicodedata.combining(lettre)])


def lire_oui_non(valeur: object) -> bool | None:
    """Vrai, Faux, ou None si le texte n'est ni un oui ni un non (contrat §3).

    >>> [lire_oui_non(v) for v in ("Oui", "x", "=VRAI()", 0, None, "litige en cours")]
    [True, True, True, False, False, None]
    """
    if valeur is None:
        return False
    if isinstance(valeur, bool):
        return valeur
    if isinstance(valeur, int | float):
        return bool(valeur) if valeur in (0, 1) else None
    texte = str(valeur).strip().casefold().removeprefix("=").removesuffix("()")
    return True if texte in _OUI else False if texte in _NON else None


def plus_proche(cherche: str, connus: Iterable[str]) -> str:
    """Le libellé connu qui ressemble le plus à celui qu'on cherche ; vide si aucun ne ressemble.

    >>> plus_proche("Date echaence", ["Date d'échéance", "Montant"])
    "Date d'échéance"
    """
    import difflib

    par_cle = {cle(libelle): libelle for libelle in connus}
    proches = difflib.get_close_matches(cle(cherche), par_cle, n=1, cutoff=0.5)
    return par_cle[proches[0]] if proches else ""


def une_ligne(texte: str) -> str:
    """Le texte sur une ligne, blancs repliés : pour un nom, un objet de courriel, un message."""
    return " ".join(texte.split())


_COMMANDES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLES = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # dont ceux qui retournent le sens de lecture


def pour_ecran(texte: str) -> str:
    """Le texte tel qu'un terminal peut le montrer : ce qu'un export contient ne doit ni le piloter ni y imiter une ligne.

    >>> pour_ecran("Dupont\\x1b[2J\\r\\nEnvoyée")
    'Dupont [2J  Envoyée'
    """
    return _INVISIBLES.sub("", _COMMANDES.sub(" ", texte))


def argument(chemin: Path) -> str:
    """Le chemin tel qu'il se recopie dans une commande, protégé s'il le faut (espace, « & », « $ »…).

    >>> argument(Path("été_2"))
    'été_2'
    """
    texte = str(chemin)
    if re.fullmatch(r"[\w./\\:+-]+", texte):
        return texte
    return f'"{texte}"' if os.name == "nt" else shlex.quote(texte)


def accorder(nombre: int, phrase: str) -> str:
    """La phrase au singulier ou au pluriel : ce qui est entre parenthèses ne s'écrit qu'à partir de deux.

    >>> accorder(1, "1 client(s) absent(s)"), accorder(2, "2 clients absent(s)")
    ('1 client absent', '2 clients absents')
    """
    return re.sub(r"\((\w+)\)", r"\1" if nombre > 1 else "", phrase)
