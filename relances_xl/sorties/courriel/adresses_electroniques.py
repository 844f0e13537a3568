"""Adresses électroniques : lues prudemment, refusées plutôt que devinées (RFC 5321, RFC 5322)."""

import re

from relances_xl.domaine.ecrits.textes import une_ligne

_PARTIE_LOCALE = re.compile(r"\w(?:[\w.+'&=/#~^?-]*[\w+&=/#~^?-])?", re.ASCII)
"""Ce que nous acceptons avant l'arobase : moins que la norme, qui permet ce qu'un programme de messagerie prendrait pour une
option (`-oQ/tmp`), une commande (`|sh`, `` `id` ``), une citation (`'`) ou un relais (`a%b`, `a!b`)."""


_DOMAINE = re.compile(r"\.[a-z][a-z0-9-]*\Z|\Alocalhost\Z")  # ni nom nu, ni adresse IP


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
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

    SPECIAL_USE_DOMAIN_NAMES.clear()  # « .local » d'un réseau d'entreprise, « .test » : au serveur d'en juger
    adresse = une_ligne(_entre_crochets(texte))
    try:
        lue = validate_email(adresse, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False, strict=True)
    except EmailNotValidError:
        raise _incorrecte(texte) from None
    if not (_PARTIE_LOCALE.fullmatch(lue.local_part) and _DOMAINE.search(lue.ascii_domain)):
        raise _incorrecte(texte)
    return adresse if adresse.isascii() else str(lue.ascii_email)


def _entre_crochets(texte: str) -> str:
    """L'adresse entre crochets, s'il y en a : c'est elle qui compte, quoi que dise le nom devant (RFC 5322, 3.4)."""
    crochets = re.fullmatch(r"[^<>]*<([^<>]*)>\s*", texte)
    return crochets[1] if crochets else texte


def _incorrecte(texte: str) -> AdresseIncorrecte:
    return AdresseIncorrecte(
        f"« {une_ligne(texte)} » n'est pas une adresse électronique → corrigez-la dans le fichier clients, ou l'onglet « Messagerie »"
    )
