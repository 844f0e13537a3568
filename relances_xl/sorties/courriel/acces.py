"""L'accès à la messagerie : le mot de passe n'est jamais dans un classeur (contrat §2, « Messagerie »)."""

import os

from relances_xl.domaine.parametres import Messagerie

VARIABLE_MOT_DE_PASSE = "RELANCES_XL_SMTP_MOT_DE_PASSE"
VARIABLE_JETON = "RELANCES_XL_SMTP_JETON"
SERVICE_TROUSSEAU = "relances_xl"


def mot_de_passe(messagerie: Messagerie) -> str:
    """Le mot de passe : variable d'environnement, sinon trousseau du système, sinon vide."""
    if valeur := os.environ.get(VARIABLE_MOT_DE_PASSE):
        return valeur
    if not messagerie.identifiant:
        return ""
    try:
        import keyring

        return keyring.get_password(SERVICE_TROUSSEAU, messagerie.identifiant) or ""
    except Exception:
        # Pas de trousseau (serveur sans session), ou verrouillé : c'est une absence, pas une panne.
        return ""


def jeton() -> str:
    """Le jeton OAuth 2 à présenter au lieu du mot de passe (Microsoft 365, Google) ; vide s'il n'y en a pas."""
    return os.environ.get(VARIABLE_JETON, "").strip()
