"""Remettre un courriel à un serveur SMTP, et savoir sûrement s'il l'a pris.

Le moment critique est entre la fin des données et la réponse du serveur (RFC 5321, 4.2.5 et 6.1) : si la ligne tombe
là, nul ne sait, et le message est douteux. Avant, il n'est sûrement pas parti ; après, le serveur a dit oui ou non.
"""

import smtplib
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import getaddresses
from types import TracebackType
from typing import Self

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.parametres import Messagerie, Securite
from relances_xl.sorties.courriel.acces import VARIABLE_MOT_DE_PASSE
from relances_xl.sorties.courriel.remise import CAPACITE, ConnexionRefusee, Issue, SecretRefuse, Sort

DELAI = 60.0
"""Secondes d'attente d'une réponse du serveur."""


_REMEDES = {
    "5.7.139": (
        "l'envoi SMTP est désactivé pour cette boîte ou votre organisation (même par jeton) : l'administrateur peut le rétablir "
        "(« SMTP authentifié » de la boîte), ou mettez « Mode » à « Microsoft 365 »"
    ),
    "5.7.30": "Microsoft n'accepte plus de mot de passe pour l'envoi SMTP : mettez « Mode » à « Microsoft 365 »",
    "5.7.57": "Microsoft veut un identifiant : remplissez « Identifiant », ou mettez « Mode » à « Microsoft 365 »",
    "5.7.9": "Google veut un « mot de passe d'application » (compte Google, Sécurité, validation en deux étapes) : rangez-le au trousseau",
    "5.7.8": "le mot de passe n'est pas le bon ; chez Google, il faut un « mot de passe d'application », non celui du compte",
}
"""Code de refus (RFC 3463) → ce qu'il veut dire chez Microsoft ou Google, et quoi faire."""


class SessionEnvoi:
    """Une session d'envoi : connexion à l'entrée (`ConnexionRefusee`), un message à la fois, pause entre deux.

    jeton : donne un jeton OAuth 2 valable (XOAUTH2), redemandé à chaque connexion, au lieu du mot de passe ; contexte : réglages TLS, par
    défaut ceux du système, certificat vérifié.
    """

    def __init__(
        self,
        messagerie: Messagerie,
        mot_de_passe: str = "",
        *,
        jeton: Callable[[], str] | None = None,
        contexte: ssl.SSLContext | None = None,
        delai: float = DELAI,
        attendre: Callable[[float], None] = time.sleep,
    ) -> None:
        self._messagerie = messagerie
        self._mot_de_passe = mot_de_passe
        self._jeton = jeton
        self._contexte = contexte
        self._delai = delai
        self._attendre = attendre
        self._serveur: smtplib.SMTP | None = None
        self._partis = 0

    @property
    def capacite(self) -> int:
        """Ce que le serveur annonce (RFC 1870), s'il l'annonce."""
        annoncee = self._serveur.esmtp_features.get("size", "") if self._serveur is not None else ""
        return min(CAPACITE, int(annoncee)) if annoncee.isdecimal() and int(annoncee) else CAPACITE

    def __enter__(self) -> Self:
        self._serveur = self._connecter()
        return self

    def __exit__(self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None) -> None:
        if self._serveur is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._serveur.quit()
            self._serveur.close()
            self._serveur = None

    def envoyer(self, message: EmailMessage) -> Issue:
        """Remet le message au serveur ; ce qui en est advenu.

        Un refus provisoire (4xx) est un refus : il sera tenté à la prochaine production. Si une partie seulement des
        destinataires est refusée, le message part aux autres et l'issue nomme les écartés. Si la ligne est tombée
        entre deux messages, on se reconnecte une fois. Lève `ConnexionRefusee`.
        """
        if self._partis and self._messagerie.pause:
            self._attendre(self._messagerie.pause)
        self._partis += 1
        octets = message.as_bytes()
        for dernier_essai in (False, True):
            if self._serveur is None:
                self._serveur = self._connecter()
            try:
                ecartes = self._enveloppe(self._serveur, message)
                reponse = self._serveur.docmd("DATA")
                if reponse[0] != 354:
                    raise _Refus(reponse)
                self._serveur.send(_contenu(octets))
            except _Refus as refus:
                return self._refuser(refus)
            except (smtplib.SMTPServerDisconnected, OSError) as erreur:
                # Le point final n'est pas parti : le message n'est sûrement pas pris.
                self._abandonner()
                if dernier_essai:
                    return Issue(Sort.REFUSE, f"la connexion au serveur est tombée avant l'envoi ({_texte(erreur)})")
                continue
            return self._conclure(ecartes)
        raise AssertionError  # la boucle rend toujours une issue

    def _enveloppe(self, serveur: smtplib.SMTP, message: EmailMessage) -> tuple[str, ...]:
        """MAIL FROM et RCPT TO ; les adresses écartées. Lève `_Refus` si aucun destinataire principal n'est pris."""
        expediteur = getaddresses([str(message["From"])])[0][1]
        self._exiger(serveur.mail(expediteur))
        ecartes: dict[str, tuple[int, bytes]] = {}
        for rubrique in ("To", "Cc"):
            adresses = [adresse for _, adresse in getaddresses([str(message.get(rubrique, ""))]) if adresse]
            for adresse in adresses:
                reponse = serveur.rcpt(adresse)
                if reponse[0] not in (250, 251):
                    ecartes[adresse] = reponse
            if rubrique == "To" and set(adresses) <= ecartes.keys():
                raise _Refus(ecartes[adresses[0]], f"destinataire refusé ({', '.join(adresses)})")
        return tuple(f"{adresse} ({_texte_reponse(reponse)})" for adresse, reponse in ecartes.items())

    def _exiger(self, reponse: tuple[int, bytes]) -> None:
        """Réponse à MAIL FROM : un refus de principe arrête l'envoi, un autre ne touche que ce message."""
        code, dit = reponse[0], _texte_reponse(reponse)
        if code in (530, 534, 535, 538) or "5.7.30" in dit:
            self._abandonner()
            remede = _remede(dit) or "corrigez « Sécurité » et « Identifiant » dans l'onglet « Messagerie »"
            raise ConnexionRefusee(f"le serveur exige un chiffrement ou un identifiant ({dit}) → {remede}")
        if code == 421:
            raise smtplib.SMTPServerDisconnected(_texte_reponse(reponse))
        if code != 250:
            raise _Refus(reponse, "expéditeur refusé")

    def _conclure(self, ecartes: tuple[str, ...]) -> Issue:
        """Le point final et la réponse : à partir d'ici, pas de réponse veut dire « on ne sait pas »."""
        assert self._serveur is not None
        try:
            self._serveur.send(b".\r\n")
            code, dit = self._serveur.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as erreur:
            self._abandonner()
            return Issue(Sort.DOUTEUX, f"le serveur n'a pas confirmé la réception ({_texte(erreur)})")
        if code // 100 == 2:
            return Issue(Sort.ACCEPTE, ecartes=ecartes)
        return self._refuser(_Refus((code, dit)))

    def _refuser(self, refus: "_Refus") -> Issue:
        """Remet la session au propre pour le message suivant."""
        if refus.code == 421:
            self._abandonner()
        elif self._serveur is not None:
            try:
                self._serveur.rset()
            except (smtplib.SMTPException, OSError):
                self._abandonner()
        return Issue(Sort.REFUSE, str(refus))

    def _abandonner(self) -> None:
        if self._serveur is not None:
            self._serveur.close()
            self._serveur = None

    def _connecter(self) -> smtplib.SMTP:
        lieu = f"{self._messagerie.serveur}:{self._messagerie.port}"
        if self._messagerie.identifiant and not (self._mot_de_passe or self._jeton):
            raise SecretRefuse(
                f"pas de mot de passe pour « {self._messagerie.identifiant} » → lancez « relances-xl verifier » à l'écran, il le demande "
                f"et le range au trousseau du système ; sur un serveur, donnez-le par la variable {VARIABLE_MOT_DE_PASSE}"
            )
        if self._mot_de_passe and self._messagerie.securite == Securite.AUCUNE and not self._messagerie.sur_cette_machine:
            raise ConnexionRefusee(f"« Sécurité » = Aucune : le mot de passe partirait en clair vers {lieu} → choisissez STARTTLS ou SSL")
        try:
            serveur = self._ouvrir()
        except ssl.SSLCertVerificationError as erreur:
            raise ConnexionRefusee(
                f"le certificat de {lieu} n'est pas reconnu ({erreur.verify_message}) → vérifiez « Serveur SMTP »"
            ) from None
        except ssl.SSLError as erreur:
            raise ConnexionRefusee(
                f"pas de chiffrement possible avec {lieu} ({_texte(erreur)}) → vérifiez « Port » et « Sécurité »"
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise ConnexionRefusee(f"{lieu} ne propose pas STARTTLS → vérifiez « Port » et « Sécurité »") from None
        except (smtplib.SMTPException, OSError) as erreur:
            raise ConnexionRefusee(
                f"connexion à {lieu} impossible ({_texte(erreur)}) → vérifiez « Serveur SMTP », « Port » et votre réseau"
            ) from None
        try:
            self._s_identifier(serveur)
        except (smtplib.SMTPException, OSError) as erreur:
            serveur.close()
            dit = _texte(erreur)
            remede = (
                _remede(dit) or f"vérifiez le mot de passe : « relances-xl verifier » le redemande (ou variable {VARIABLE_MOT_DE_PASSE})"
            )
            genre = SecretRefuse if self._mot_de_passe and isinstance(erreur, smtplib.SMTPAuthenticationError) else ConnexionRefusee
            raise genre(f"{lieu} refuse l'identifiant « {self._messagerie.identifiant} » ({dit}) → {remede}") from None
        except ConnexionRefusee:  # le jeton n'a pas pu être renouvelé
            serveur.close()
            raise
        return serveur

    def _ouvrir(self) -> smtplib.SMTP:
        reglage = self._messagerie
        contexte = self._contexte or ssl.create_default_context()
        if reglage.securite == Securite.SSL:
            serveur: smtplib.SMTP = smtplib.SMTP_SSL(reglage.serveur, reglage.port, _nom_du_poste(), timeout=self._delai, context=contexte)
        else:
            serveur = smtplib.SMTP(reglage.serveur, reglage.port, _nom_du_poste(), timeout=self._delai)
        try:
            serveur.ehlo_or_helo_if_needed()
            if reglage.securite == Securite.STARTTLS:
                serveur.starttls(context=contexte)
                serveur.ehlo()
        except BaseException:
            serveur.close()
            raise
        return serveur

    def _s_identifier(self, serveur: smtplib.SMTP) -> None:
        """AUTH en UTF-8 (RFC 4616) : smtplib ne sait pas envoyer un mot de passe accentué."""
        identifiant = self._messagerie.identifiant
        if not identifiant:
            return
        offerts = serveur.esmtp_features.get("auth", "").upper().split()
        if self._jeton is not None:
            jeton = f"user={identifiant}\x01auth=Bearer {self._jeton()}\x01\x01"
            echanges = [f"XOAUTH2 {_base64(jeton)}", ""]
        elif "PLAIN" in offerts:
            echanges = ["PLAIN " + _base64("\0".join(("", identifiant, self._mot_de_passe)))]
        elif "LOGIN" in offerts:
            echanges = [f"LOGIN {_base64(identifiant)}", _base64(self._mot_de_passe)]
        else:
            serveur.login(identifiant, self._mot_de_passe)  # CRAM-MD5, ou l'erreur qui dit que rien n'est proposé
            return
        reponse = serveur.docmd("AUTH", echanges[0])
        if reponse[0] == 334 and len(echanges) > 1:
            reponse = serveur.docmd(echanges[1])
        if reponse[0] != 235:
            raise smtplib.SMTPAuthenticationError(*reponse)


class _Refus(Exception):
    """Le serveur a dit non, et on sait que rien n'est parti."""

    def __init__(self, reponse: tuple[int, bytes], quoi: str = "message refusé") -> None:
        self.code = reponse[0]
        genre = "pour le moment, à retenter" if 400 <= self.code < 500 else "définitivement"
        super().__init__(f"{quoi} {genre} ({_texte_reponse(reponse)})")


def _remede(dit: str) -> str:
    """Le remède d'un refus d'identité que l'on reconnaît, vide sinon."""
    return next((remede for indice, remede in _REMEDES.items() if indice in dit), "")


def _nom_du_poste() -> str | None:
    """Ce que EHLO annonce (RFC 5321, 4.1.3) : None laisse smtplib dire le nom du poste, sauf s'il porte des accents."""
    return None if socket.getfqdn().isascii() else "[127.0.0.1]"


def _base64(texte: str) -> str:
    return b64encode(texte.encode()).decode("ascii")


def _contenu(octets: bytes) -> bytes:
    """Les données sans leur point final : lignes en CRLF, points de tête doublés (RFC 5321, 4.5.2)."""
    lignes = octets.replace(b"\r\n", b"\n").split(b"\n")
    if not lignes[-1]:
        lignes.pop()
    return b"".join((b"." + ligne if ligne.startswith(b".") else ligne) + b"\r\n" for ligne in lignes)


def _texte_reponse(reponse: tuple[int, bytes]) -> str:
    return une_ligne(f"{reponse[0]} {reponse[1].decode('utf-8', 'replace')}")


def _texte(erreur: Exception) -> str:
    if isinstance(erreur, smtplib.SMTPResponseException):
        dit = erreur.smtp_error
        return une_ligne(f"{erreur.smtp_code} {dit.decode('utf-8', 'replace') if isinstance(dit, bytes) else dit}")
    return une_ligne(str(erreur)) or type(erreur).__name__
