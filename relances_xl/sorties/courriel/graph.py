"""Microsoft 365 par Graph : envoyer un courriel, ou le déposer en brouillon dans la boîte.

Un message trop lourd pour une requête est d'abord un brouillon, à qui ses pièces viennent une à une ; ce n'est qu'ensuite, s'il doit
partir, qu'on demande son envoi. Comme pour SMTP, une réponse perdue laisse un doute : le message est peut-être parti, on ne le renvoie pas. Seul un refus
clair (4xx), une connexion qui ne s'est pas faite, ou un envoi pas encore demandé disent qu'il n'est sûrement pas parti.
"""

import copy
import json
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
from relances_xl.sorties.courriel.remise import CAPACITE, ConnexionRefusee, Issue, Sort

LIMITE = 3_000_000
"""Octets d'un message, ou d'une pièce, qui tient en une requête : Graph en refuse de plus de 4 Mo, et il y est encore encodé."""

_MORCEAU = 12 * 320 * 1024
"""Octets d'une pièce envoyés à la fois : un multiple de 320 Kio, sous les 4 Mo."""

_ECRIRE = "Mail.ReadWrite"

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
        self._en_brouillon = messagerie.mode is ModeCourriel.MICROSOFT_365_BROUILLONS
        self._partis = 0

    @property
    def capacite(self) -> int:
        return CAPACITE if self._identite.permet(_ECRIRE) else LIMITE

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
            return self._par_morceaux(message, len(contenu))
        adresse = "/v1.0/me/messages" if self._en_brouillon else "/v1.0/me/sendMail"
        return self._conclure(self._insister("POST", adresse, b64encode(contenu), "text/plain"))

    def _par_morceaux(self, message: EmailMessage, octets: int) -> Issue:
        if octets > self.capacite:
            remede = (
                f" ; {CAPACITE / 1e6:.0f} si l'administrateur accorde aussi « {_ECRIRE} » à l'application"
                if self.capacite == LIMITE
                else ""
            )
            return Issue(Sort.REFUSE, f"message trop lourd ({octets / 1e6:.1f} Mo, {self.capacite / 1e6:.0f} au plus{remede})")
        nu, pieces = _sans_pieces(message)
        try:
            brouillon = "/v1.0/me/messages/" + str(self._obtenir("POST", "/v1.0/me/messages", b64encode(nu.as_bytes()), "text/plain")["id"])
        except _NonFait as echec:
            return Issue(Sort.REFUSE, f"dépôt du message interrompu ({echec}), à retenter")
        try:
            for nom, genre, piece in pieces:
                self._joindre(brouillon, nom, genre, piece)
        except _NonFait as echec:
            return Issue(Sort.REFUSE, f"dépôt des pièces jointes interrompu ({echec}), à retenter{self._effacer(brouillon)}")
        if self._en_brouillon:
            return Issue(Sort.ACCEPTE)
        try:
            issue = self._conclure(self._insister("POST", f"{brouillon}/send", b"", "application/json"))
        except ConnexionRefusee:
            self._effacer(brouillon)
            raise
        return Issue(issue.sort, issue.motif + self._effacer(brouillon)) if issue.sort is Sort.REFUSE else issue

    def _joindre(self, brouillon: str, nom: str, genre: str, piece: bytes) -> None:
        if len(piece) <= LIMITE:
            fiche = {
                "@odata.type": "#microsoft.graph.fileAttachment",
                "name": nom,
                "contentType": genre,
                "contentBytes": b64encode(piece).decode(),
            }
            self._obtenir("POST", f"{brouillon}/attachments", json.dumps(fiche).encode(), "application/json")
            return
        demande = json.dumps({"AttachmentItem": {"attachmentType": "file", "name": nom, "size": len(piece)}}).encode()
        depot = str(self._obtenir("POST", f"{brouillon}/attachments/createUploadSession", demande, "application/json")["uploadUrl"])
        for debut in range(0, len(piece), _MORCEAU):
            morceau = piece[debut : debut + _MORCEAU]
            plage = f"bytes {debut}-{debut + len(morceau) - 1}/{len(piece)}"
            self._obtenir("PUT", depot, morceau, "application/octet-stream", plage)

    def _effacer(self, brouillon: str) -> str:
        """Efface un brouillon qui ne servira pas ; ce qu'il faut en dire si c'est impossible."""
        try:
            self._obtenir("DELETE", brouillon, b"", "application/json")
        except (_NonFait, ConnexionRefusee):
            return " ; un brouillon incomplet est resté dans la boîte : effacez-le"
        return ""

    def _obtenir(self, methode: str, adresse: str, corps: bytes, genre: str, plage: str = "") -> dict[str, Any]:
        """Ce que répond une étape qui n'envoie rien ; lève `_NonFait` si elle ne s'est pas faite."""
        reponse = self._insister(methode, adresse, corps, genre, plage)
        if isinstance(reponse, Issue):
            raise _NonFait(reponse.motif)
        if reponse.status_code // 100 != 2:
            raise _NonFait(" ".join(filter(None, (str(reponse.status_code), *_erreur(reponse)))))
        try:
            return dict(reponse.json())
        except ValueError:
            return {}

    def _insister(self, methode: str, adresse: str, corps: bytes, genre: str, plage: str = "") -> Any:
        """La réponse, après avoir renouvelé le jeton ou attendu s'il le fallait ; ou l'issue, s'il n'y en a pas eu."""
        jeton = self._identite.jeton()
        renouvele = False
        for essai in range(1, _ESSAIS + 1):
            entetes = {"Content-Type": genre, "Connection": "close"}
            if adresse.startswith("/"):  # l'adresse d'un dépôt porte elle-même son autorisation
                entetes["Authorization"] = f"Bearer {jeton}"
            if plage:
                entetes["Content-Range"] = plage
            reponse = self._demander(methode, adresse, corps, entetes)
            if isinstance(reponse, Issue):
                return reponse
            if reponse.status_code == 401 and not renouvele:
                jeton, renouvele = self._identite.jeton(neuf=True), True
            elif (attente := _attente(reponse)) is not None and essai < _ESSAIS:
                self._attendre(attente)
            else:
                break
        return reponse

    def _demander(self, methode: str, adresse: str, corps: bytes, entetes: dict[str, str]) -> Any:
        """La réponse, ou l'issue s'il n'y en a pas eu. Une connexion par demande : une connexion gardée peut être morte sans le
        dire, et l'on ne saurait pas si le message y est passé."""
        import requests
        from urllib3.exceptions import NewConnectionError

        lieu = f"{identite_microsoft.GRAPH}{adresse}" if adresse.startswith("/") else adresse
        try:
            with session_https() as http:
                return http.request(methode, lieu, data=corps, headers=entetes, timeout=DELAI, allow_redirects=False)
        except (requests.exceptions.SSLError, requests.exceptions.ConnectTimeout) as erreur:
            return _jamais_joint(erreur)
        except requests.RequestException as erreur:
            cause = erreur.args[0] if erreur.args else None
            if isinstance(getattr(cause, "reason", None), NewConnectionError):
                return _jamais_joint(erreur)
            return Issue(Sort.DOUTEUX, f"Microsoft 365 n'a pas confirmé la réception ({type(erreur).__name__})")

    def _conclure(self, reponse: Any) -> Issue:
        if isinstance(reponse, Issue):
            return reponse
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


class _NonFait(Exception):
    """Une étape avant l'envoi ne s'est pas faite : rien n'est parti."""


def _sans_pieces(message: EmailMessage) -> tuple[EmailMessage, list[tuple[str, str, bytes]]]:
    """Le message sans ses pièces jointes, et elles : nom, type, contenu."""
    pieces = [
        (piece.get_filename() or "piece", piece.get_content_type(), bytes(piece.get_payload(decode=True) or b""))
        for piece in message.iter_attachments()
    ]
    nu = copy.deepcopy(message)
    nu.set_payload([partie for partie in nu.iter_parts() if not partie.is_attachment()])
    return nu, pieces


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
