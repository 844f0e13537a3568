"""L'accès à la messagerie : le mot de passe n'est jamais dans un classeur (contrat §2, « Messagerie »)."""

import os

from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.parametres import Messagerie, Securite

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


def avertir_sans_chiffrement(messagerie: Messagerie) -> Faute | None:
    """L'avertissement à donner si les courriels partiraient en clair ailleurs que sur cette machine."""
    serveur = messagerie.serveur.casefold()
    locale = serveur in {"localhost", "::1"} or serveur.startswith("127.")
    if messagerie.securite != Securite.AUCUNE or locale:
        return None
    return Faute(
        f"les courriels et le mot de passe iront en clair jusqu'à {messagerie.serveur}",
        "mettez « Sécurité » à STARTTLS (port 587) ou SSL (port 465)",
        onglet="Messagerie",
        cellule="Sécurité",
    )
