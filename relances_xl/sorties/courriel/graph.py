"""Microsoft 365 par Graph : envoyer un courriel, ou le déposer en brouillon dans la boîte.

Comme pour SMTP, une réponse perdue laisse un doute : le message est peut-être parti, on ne le renvoie pas. Seul un refus
clair (4xx) ou une connexion qui ne s'est pas faite disent qu'il n'est sûrement pas parti.
"""

import time
from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.sorties.courriel import identite_microsoft
from relances_xl.sorties.courriel.identite_microsoft import DELAI, IdentiteMicrosoft, session_https
from relances_xl.sorties.courriel.remise import ConnexionRefusee, Issue, Sort

LIMITE = 3_000_000
"""Octets d'un message : Graph refuse une requête de plus de 4 Mo, et le message y est encore encodé."""

_ESSAIS = 3
_ATTENTE_MAX = 60.0  # secondes : au-delà, c'est pour une autre fois

_REFUS_DE_TOUT = {
    "ErrorAccessDenied": "l'application n'a pas l'autorisation → l'administrateur la lui ajoute et la consent",
    "ErrorSendAsDenied": "« Expéditeur » n'est pas une adresse de ce compte → corrigez-la, ou demandez le droit « Envoyer en tant que »",
    "MailboxNotEnabledForRESTAPI": "ce compte n'a pas de boîte aux lettres Exchange Online → choisissez un compte qui en a une",
    "ErrorExceededMessageLimit": "la limite d'envois du jour est atteinte → reprenez demain",
    "ErrorQuotaExceeded": "la boîte aux lettres est pleine → faites-y de la place",
}
"""Codes d'erreur de Graph qui valent pour tous les messages, et leur remède."""


class SessionGraph:
    """Une session Microsoft 365 : identité à l'entrée (`ConnexionRefusee`), un message à la fois, pause entre deux."""

    def __init__(self, messagerie: Messagerie, identite: IdentiteMicrosoft, attendre: Callable[[float], None] = time.sleep) -> None:
        self._messagerie = messagerie
        self._identite = identite
        self._attendre = attendre
        en_brouillon = messagerie.mode is ModeCourriel.MICROSOFT_365_BROUILLONS
        self._adresse = "/v1.0/me/messages" if en_brouillon else "/v1.0/me/sendMail"
        self._partis = 0

    def __enter__(self) -> Self:
        self._identite.jeton()
        return self

    def __exit__(self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None) -> None:
        """Rien à fermer : chaque message a sa connexion."""

    def envoyer(self, message: EmailMessage) -> Issue:
        """Remet le message à Microsoft 365 ; ce qui en est advenu. Lève `ConnexionRefusee`."""
        if self._partis and self._messagerie.pause:
            self._attendre(self._messagerie.pause)
        self._partis += 1
        contenu = message.as_bytes()
        if len(contenu) > LIMITE:
            return Issue(Sort.REFUSE, f"message trop lourd pour Microsoft 365 ({len(contenu) / 1e6:.1f} Mo, {LIMITE / 1e6:.0f} au plus)")
        corps = b64encode(contenu)
        jeton = self._identite.jeton()
        renouvele = False
        for essai in range(1, _ESSAIS + 1):
            reponse = self._poster(corps, jeton)
            if isinstance(reponse, Issue):
                return reponse
            if reponse.status_code == 401 and not renouvele:
                jeton, renouvele = self._identite.jeton(neuf=True), True
            elif (attente := _attente(reponse)) is not None and essai < _ESSAIS:
                self._attendre(attente)
            else:
                break
        return self._conclure(reponse)

    def _poster(self, corps: bytes, jeton: str) -> Any:
        """La réponse, ou l'issue s'il n'y en a pas eu. Une connexion par message : une connexion gardée peut être morte sans le
        dire, et l'on ne saurait pas si le message y est passé."""
        import requests
        from urllib3.exceptions import NewConnectionError

        try:
            with session_https() as http:
                return http.post(
                    f"{identite_microsoft.GRAPH}{self._adresse}",
                    data=corps,
                    headers={"Authorization": f"Bearer {jeton}", "Content-Type": "text/plain", "Connection": "close"},
                    timeout=DELAI,
                    allow_redirects=False,
                )
        except (requests.exceptions.SSLError, requests.exceptions.ConnectTimeout) as erreur:
            return _jamais_joint(erreur)
        except requests.RequestException as erreur:
            cause = erreur.args[0] if erreur.args else None
            if isinstance(getattr(cause, "reason", None), NewConnectionError):
                return _jamais_joint(erreur)
            return Issue(Sort.DOUTEUX, f"Microsoft 365 n'a pas confirmé la réception ({type(erreur).__name__})")

    def _conclure(self, reponse: Any) -> Issue:
        statut, (code, dit) = reponse.status_code, _erreur(reponse)
        if statut in (201, 202):
            return Issue(Sort.ACCEPTE)
        if statut == 401:
            raise ConnexionRefusee("Microsoft 365 ne reconnaît plus la connexion → lancez « relances-xl verifier » et saisissez le code")
        if (remede := _REFUS_DE_TOUT.get(code)) or statut == 403:
            raise ConnexionRefusee(f"Microsoft 365 refuse ({code}) : {remede or dit}")
        if _attente(reponse) is not None:
            return Issue(Sort.REFUSE, f"message refusé pour le moment, à retenter ({statut} {code})")
        if 400 <= statut < 500 and statut != 408:
            return Issue(Sort.REFUSE, f"message refusé définitivement ({statut} {code} {dit})")
        return Issue(Sort.DOUTEUX, f"Microsoft 365 n'a pas confirmé la réception ({statut} {code})")


def _jamais_joint(erreur: Exception) -> Issue:
    return Issue(Sort.REFUSE, f"Microsoft 365 n'a pas pu être joint ({type(erreur).__name__}), à retenter")


def _attente(reponse: Any) -> float | None:
    """Secondes que Microsoft demande d'attendre : la requête n'a pas été traitée ; None si ce n'est pas ce qu'il dit."""
    if reponse.status_code not in (429, 503) or not (dit := reponse.headers.get("Retry-After", "")).isdecimal():
        return None
    return min(float(dit), _ATTENTE_MAX)


def _erreur(reponse: Any) -> tuple[str, str]:
    """Le code et le texte d'une erreur de Graph, vides s'il n'en donne pas."""
    try:
        erreur = reponse.json()["error"]
        return str(erreur.get("code", "")), une_ligne(str(erreur.get("message", "")))[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
