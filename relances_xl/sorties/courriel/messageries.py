"""La messagerie que l'onglet « Messagerie » désigne : l'ouvrir pour y remettre des courriels, ou pour la contrôler."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.sorties.courriel.acces import VARIABLE_MOT_DE_PASSE, jeton, mot_de_passe, ranger_mot_de_passe
from relances_xl.sorties.courriel.graph import SessionGraph
from relances_xl.sorties.courriel.identite_microsoft import IdentiteMicrosoft, Inviter
from relances_xl.sorties.courriel.outlook import SessionOutlook
from relances_xl.sorties.courriel.remise import Remise, SecretRefuse
from relances_xl.sorties.courriel.smtp import SessionEnvoi


def ouvrir(messagerie: Messagerie, inviter: Inviter | None = None, saisi: str = "") -> AbstractContextManager[Remise]:
    """La session à ouvrir par `with` (`ConnexionRefusee` si elle ne s'ouvre pas) ; « Brouillons » n'en a pas, ce sont des fichiers.

    inviter : montre à l'utilisateur le code de connexion de Microsoft 365 ; None s'il n'y a personne devant l'écran ; saisi :
    le mot de passe qu'il vient de donner, avant tout autre.
    """
    match messagerie.mode:
        case ModeCourriel.MICROSOFT_365 | ModeCourriel.MICROSOFT_365_BROUILLONS:
            return SessionGraph(messagerie, IdentiteMicrosoft(messagerie, inviter))
        case ModeCourriel.OUTLOOK:
            return SessionOutlook()
        case ModeCourriel.ENVOI:
            secret = saisi or mot_de_passe(messagerie)
            if donne := jeton():
                return SessionEnvoi(messagerie, secret, jeton=lambda: donne)
            if messagerie.application and not secret:
                return SessionEnvoi(messagerie, jeton=IdentiteMicrosoft(messagerie, inviter).jeton)
            return SessionEnvoi(messagerie, secret)
        case _:
            raise ValueError(f"« {messagerie.mode} » n'ouvre pas de session")


def eprouver(messagerie: Messagerie, inviter: Inviter | None = None, demander: Callable[[str], str] | None = None) -> bool:
    """Ouvre la session et la referme (`ConnexionRefusee`) ; un mot de passe manquant ou refusé se demande, et se range s'il est le bon.

    demander : pose une question à qui est devant l'écran, et rend sa réponse sans la montrer ; None s'il n'y a personne.
    Faux si le mot de passe donné est le bon mais que cette machine n'a pas de trousseau où le ranger.
    """
    try:
        with ouvrir(messagerie, inviter):
            return True
    except SecretRefuse as refus:
        if demander is None or os.environ.get(VARIABLE_MOT_DE_PASSE):
            raise
        quoi = str(refus).partition(" → ")[0]
        saisi = demander(f"{quoi[:1].upper()}{quoi[1:]}. Mot de passe (il ne s'affiche pas ; Entrée : passer)")
        if not saisi:
            raise
    with ouvrir(messagerie, inviter, saisi):
        return ranger_mot_de_passe(messagerie, saisi)
