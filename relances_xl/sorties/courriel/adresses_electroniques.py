"""Adresses électroniques : lues prudemment, refusées plutôt que devinées (RFC 5321, RFC 5322)."""

import re
from email.utils import parseaddr

from relances_xl.domaine.ecrits.textes import une_ligne

_LOCALE = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAINE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADRESSE = re.compile(rf"{_LOCALE}@(?:{_DOMAINE}|localhost)")


class AdresseIncorrecte(ValueError):
    """Le texte n'est pas une adresse électronique. Le message est pour l'utilisateur."""


def lire_adresses(texte: str) -> list[str]:
    """Les adresses d'une cellule, séparées par « ; », « , » ou un retour à la ligne, sans répétition.

    Un nom autour (« Compta <compta@exemple.fr> ») est laissé de côté ; un nom de domaine accentué est traduit (IDNA).
    Lève `AdresseIncorrecte` à la première qui n'en est pas une.

    >>> lire_adresses("Compta <compta@exemple.fr>; dg@exemple.fr")
    ['compta@exemple.fr', 'dg@exemple.fr']
    """
    sans_noms = re.sub(r'"[^"\n]*"\s*(?=<)', "", texte)  # un nom entre guillemets peut porter une virgule
    return list(dict.fromkeys(_lire(morceau) for morceau in re.split(r"[;,\n]", sans_noms) if morceau.strip()))


def _lire(texte: str) -> str:
    adresse = une_ligne(parseaddr(texte.strip())[1] if "<" in texte else texte)
    locale, arobase, domaine = adresse.rpartition("@")
    try:
        lisible = f"{locale}{arobase}{domaine.encode('idna').decode('ascii')}" if arobase else adresse
    except UnicodeError:
        lisible = adresse
    if not _ADRESSE.fullmatch(lisible) or len(locale) > 64 or len(lisible) > 254:
        raise AdresseIncorrecte(
            f"« {une_ligne(texte)} » n'est pas une adresse électronique → corrigez-la dans le fichier clients, ou l'onglet « Messagerie »"
        )
    return lisible
