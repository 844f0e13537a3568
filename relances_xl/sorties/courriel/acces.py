"""L'accès à la messagerie : ni mot de passe ni jeton dans un classeur ou un fichier (contrat §2, « Messagerie »)."""

import os

from relances_xl.domaine.parametres import Messagerie

VARIABLE_MOT_DE_PASSE = "RELANCES_XL_SMTP_MOT_DE_PASSE"
VARIABLE_JETON = "RELANCES_XL_SMTP_JETON"
SERVICE_TROUSSEAU = "relances_xl"

_MORCEAU = 1200
"""Caractères par entrée : le trousseau de Windows refuse un secret de plus de 2 560 octets, et un jeton les dépasse."""


def mot_de_passe(messagerie: Messagerie) -> str:
    """Le mot de passe : variable d'environnement, sinon trousseau du système, sinon vide."""
    if valeur := os.environ.get(VARIABLE_MOT_DE_PASSE):
        return valeur
    return _lire(messagerie.identifiant) if messagerie.identifiant else ""


def ranger_mot_de_passe(messagerie: Messagerie, secret: str) -> bool:
    """Range le mot de passe au trousseau du système ; Faux s'il n'y en a pas."""
    try:
        import keyring

        keyring.set_password(SERVICE_TROUSSEAU, messagerie.identifiant, secret)
    except Exception:
        return False
    return True


def jeton() -> str:
    """Le jeton OAuth 2 donné à la main au lieu du mot de passe ; vide s'il n'y en a pas."""
    return os.environ.get(VARIABLE_JETON, "").strip()


def lire_secret(nom: str) -> str:
    """Un secret rangé par `ranger_secret` ; vide s'il n'y est pas, ou si la machine n'a pas de trousseau."""
    morceaux: list[str] = []
    while morceau := _lire(f"{nom} {len(morceaux) + 1}"):
        morceaux.append(morceau)
    return "".join(morceaux)


def ranger_secret(nom: str, secret: str) -> bool:
    """Range un secret, en plusieurs entrées s'il est long, à la place du précédent ; Faux si la machine n'a pas de trousseau."""
    import keyring

    morceaux = [secret[debut : debut + _MORCEAU] for debut in range(0, len(secret), _MORCEAU)]
    try:
        for rang, morceau in enumerate(morceaux, 1):
            keyring.set_password(SERVICE_TROUSSEAU, f"{nom} {rang}", morceau)
        rang = len(morceaux) + 1
        while _lire(f"{nom} {rang}"):
            keyring.delete_password(SERVICE_TROUSSEAU, f"{nom} {rang}")
            rang += 1
    except Exception:
        return False
    return True


def _lire(nom: str) -> str:
    try:
        import keyring

        return keyring.get_password(SERVICE_TROUSSEAU, nom) or ""
    except Exception:
        # Pas de trousseau (serveur sans session), ou verrouillé : c'est une absence, pas une panne.
        return ""
