"""S'identifier auprès de Microsoft 365 sans mot de passe : par un code, une seule fois (RFC 8628).

Le jeton de renouvellement est au trousseau du système ; le jeton d'accès, qui dure une heure, ne quitte pas la mémoire.
L'application au nom de laquelle on demande (onglet « Messagerie ») est celle que l'administrateur a enregistrée.
"""

import ssl
import time
from collections.abc import Callable
from typing import Any

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.sorties.courriel.acces import lire_secret, ranger_secret
from relances_xl.sorties.courriel.remise import ConnexionRefusee

AUTORITE = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
DELAI = 60.0
"""Secondes d'attente d'une réponse."""

_MARGE = 300.0  # secondes : un jeton qui va expirer ne sert plus
_PORTEES = {
    ModeCourriel.ENVOI: "https://outlook.office.com/SMTP.Send",
    ModeCourriel.MICROSOFT_365: f"{GRAPH}/Mail.Send",
    ModeCourriel.MICROSOFT_365_BROUILLONS: f"{GRAPH}/Mail.ReadWrite",
}

_REMEDES = {
    "AADSTS7000218": "l'application n'est pas « publique » → l'administrateur y active « Autoriser les flux clients publics »",
    "AADSTS700016": "l'application est inconnue de ce locataire → vérifiez « Application (Microsoft) » et « Locataire (Microsoft) »",
    "AADSTS90002": "le locataire est inconnu → vérifiez « Locataire (Microsoft) »",
    "AADSTS65001": "l'administrateur n'a pas accordé l'autorisation à l'application → demandez-lui de la consentir",
    "AADSTS90094": "l'administrateur n'a pas accordé l'autorisation à l'application → demandez-lui de la consentir",
    "AADSTS53003": "l'accès conditionnel de votre organisation l'interdit depuis ce poste → voyez votre administrateur",
    "AADSTS50076": "votre organisation redemande une vérification → lancez « relances-xl verifier » et saisissez le nouveau code",
    "authorization_declined": "la connexion a été refusée à l'écran → recommencez",
    "access_denied": "la connexion a été refusée à l'écran → recommencez",
    "expired_token": "le code n'a pas été saisi à temps → recommencez",
    "code_expired": "le code n'a pas été saisi à temps → recommencez",
    "invalid_grant": "la connexion a expiré ou a été révoquée → lancez « relances-xl verifier » et saisissez le nouveau code",
}
"""Indice dans la réponse → ce qui ne va pas et le remède ; le premier trouvé compte, du plus précis au plus vague."""

Inviter = Callable[[str], None]


class IdentiteMicrosoft:
    """Qui nous sommes pour Microsoft 365, et de quoi le prouver.

    inviter : montre à l'utilisateur le code à saisir ; None s'il n'y a personne devant l'écran, et alors une connexion jamais
    faite, ou expirée, est un refus.
    """

    def __init__(self, messagerie: Messagerie, inviter: Inviter | None = None) -> None:
        self._messagerie = messagerie
        self._inviter = inviter
        self._portee = _PORTEES[messagerie.mode]
        self._nom = f"{messagerie.identifiant.casefold()} (Microsoft, {self._portee.rpartition('/')[2]})"
        self._accordees: frozenset[str] = frozenset()
        self._jeton = ""
        self._fin = 0.0

    def jeton(self, *, neuf: bool = False) -> str:
        """Un jeton d'accès valable, renouvelé s'il le faut (neuf : même si celui qu'on a paraît bon). Lève `ConnexionRefusee`."""
        if neuf or not self._jeton or time.monotonic() >= self._fin:
            self._recevoir(self._obtenir())
        return self._jeton

    def permet(self, autorisation: str) -> bool:
        """L'autorisation (« Mail.ReadWrite ») est accordée à l'application, qu'on l'ait demandée ou non."""
        return autorisation.casefold() in self._accordees

    def _obtenir(self) -> dict[str, Any]:
        """La réponse de Microsoft, par le jeton garde, sinon par un code."""
        for libelle, valeur in (("Identifiant", self._messagerie.identifiant), ("Application (Microsoft)", self._messagerie.application)):
            if not valeur:
                raise ConnexionRefusee(f"« {libelle} » est vide dans l'onglet « Messagerie » → voyez la page « Courriel » du guide")
        import requests

        try:
            application = self._application()
            if garde := lire_secret(self._nom):
                reponse: dict[str, Any] = application.acquire_token_by_refresh_token(garde, [self._portee])
                if "access_token" in reponse:
                    return reponse
                if self._inviter is None:
                    raise ConnexionRefusee(_expliquer(reponse))
            if self._inviter is None:
                raise ConnexionRefusee(
                    f"pas encore connecté à Microsoft 365 comme « {self._messagerie.identifiant} » "
                    "→ lancez « relances-xl verifier » à l'écran et saisissez le code qu'il donne"
                )
            return self._par_code(application, self._inviter)
        except (requests.RequestException, OSError, ValueError) as erreur:
            raise ConnexionRefusee(f"Microsoft 365 est injoignable ({une_ligne(str(erreur))[:200]}) → vérifiez votre réseau") from None

    def _par_code(self, application: Any, inviter: Inviter) -> dict[str, Any]:
        flux = application.initiate_device_flow([self._portee])
        if "user_code" not in flux:
            raise ConnexionRefusee(_expliquer(flux))
        inviter(f"Connexion à Microsoft 365 : ouvrez {flux['verification_uri']} et saisissez le code {flux['user_code']}")
        reponse: dict[str, Any] = application.acquire_token_by_device_flow(flux)
        if "access_token" not in reponse:
            raise ConnexionRefusee(_expliquer(reponse))
        if not ranger_secret(self._nom, reponse.get("refresh_token", "")):
            inviter("Pas de trousseau sur cette machine : le code sera redemandé à chaque fois.")
        return reponse

    def _recevoir(self, reponse: dict[str, Any]) -> None:
        """Garde le jeton, s'il est du bon compte et permet ce qu'on veut faire."""
        compte = str((reponse.get("id_token_claims") or {}).get("preferred_username", ""))
        voulu = self._messagerie.identifiant
        if compte and compte.casefold() != voulu.casefold():
            raise ConnexionRefusee(f"connecté comme « {compte} », et « Identifiant » dit « {voulu} » → corrigez l'un ou l'autre")
        self._accordees = frozenset(portee.rpartition("/")[2].casefold() for portee in str(reponse.get("scope", "")).split())
        if not self.permet(autorisation := self._portee.rpartition("/")[2]):
            raise ConnexionRefusee(
                f"l'autorisation « {autorisation} » manque à l'application → l'administrateur la lui ajoute et la consent"
            )
        if suivant := reponse.get("refresh_token"):
            ranger_secret(self._nom, suivant)
        self._jeton = str(reponse["access_token"])
        self._fin = time.monotonic() + float(reponse.get("expires_in", 0)) - _MARGE

    def _application(self) -> Any:
        import msal

        return msal.PublicClientApplication(
            self._messagerie.application,
            authority=f"{AUTORITE}/{self._messagerie.locataire or 'organizations'}",
            http_client=session_https(),
            instance_discovery=False,
            timeout=DELAI,
        )


def session_https() -> Any:
    """Une session `requests` qui croit les autorités du système, comme le navigateur, et non sa propre liste."""
    import requests
    from requests.adapters import HTTPAdapter

    class ParLeSysteme(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **reglages: Any) -> Any:
            return super().init_poolmanager(*arguments, **reglages, ssl_context=ssl.create_default_context())

    session = requests.Session()
    session.mount("https://", ParLeSysteme())
    return session


def _expliquer(reponse: dict[str, Any]) -> str:
    """La phrase qui dit ce que Microsoft reproche, sans le jargon quand on le connaît."""
    dit = une_ligne(f"{reponse.get('error', '')} {reponse.get('error_description', '')}")
    remede = next((remede for indice, remede in _REMEDES.items() if indice in dit), "")
    return f"Microsoft 365 refuse la connexion : {remede or dit[:300]}"
