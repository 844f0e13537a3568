"""La messagerie que l'onglet « Messagerie » désigne : l'ouvrir pour y remettre des courriels, ou pour la contrôler."""

from contextlib import AbstractContextManager

from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.sorties.courriel.acces import jeton, mot_de_passe
from relances_xl.sorties.courriel.graph import SessionGraph
from relances_xl.sorties.courriel.identite_microsoft import IdentiteMicrosoft, Inviter
from relances_xl.sorties.courriel.outlook import SessionOutlook
from relances_xl.sorties.courriel.remise import Remise
from relances_xl.sorties.courriel.smtp import SessionEnvoi


def ouvrir(messagerie: Messagerie, inviter: Inviter | None = None) -> AbstractContextManager[Remise]:
    """La session à ouvrir par `with` (`ConnexionRefusee` si elle ne s'ouvre pas) ; « Brouillons » n'en a pas, ce sont des fichiers.

    inviter : montre à l'utilisateur le code de connexion de Microsoft 365 ; None s'il n'y a personne devant l'écran.
    """
    match messagerie.mode:
        case ModeCourriel.MICROSOFT_365 | ModeCourriel.MICROSOFT_365_BROUILLONS:
            return SessionGraph(messagerie, IdentiteMicrosoft(messagerie, inviter))
        case ModeCourriel.OUTLOOK:
            return SessionOutlook()
        case ModeCourriel.ENVOI:
            secret = mot_de_passe(messagerie)
            if donne := jeton():
                return SessionEnvoi(messagerie, secret, jeton=lambda: donne)
            if messagerie.application and not secret:
                return SessionEnvoi(messagerie, jeton=IdentiteMicrosoft(messagerie, inviter).jeton)
            return SessionEnvoi(messagerie, secret)
        case _:
            raise ValueError(f"« {messagerie.mode} » n'ouvre pas de session")
