"""Outlook classique, sous Windows : chaque relance devient un brouillon de la boîte, à relire et à envoyer."""

import tempfile
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.sorties.courriel.remise import CAPACITE, ConnexionRefusee, Issue, Sort

_COURRIEL = 0  # olMailItem
_HTML = 2  # olFormatHTML


class SessionOutlook:
    """Outlook, ouvert ou démarré pour l'occasion ; jamais refermé : il est à l'utilisateur."""

    capacite = CAPACITE

    def __init__(self) -> None:
        self._outlook: Any = None

    def __enter__(self) -> Self:
        try:
            import pythoncom
            import win32com.client
        except ImportError:
            raise ConnexionRefusee("le mode Outlook demande Windows → choisissez « Brouillons » ou « Microsoft 365 »") from None

        pythoncom.CoInitialize()
        try:
            self._outlook = win32com.client.Dispatch("Outlook.Application")
            self._outlook.GetNamespace("MAPI").Logon()
        except pythoncom.com_error as erreur:
            raise ConnexionRefusee(
                f"Outlook ne répond pas ({une_ligne(str(erreur))[:120]}) → il faut Outlook classique, installé et réglé sur ce poste ; "
                "le nouvel Outlook ne se pilote pas : choisissez alors « Brouillons » ou « Microsoft 365 »"
            ) from None
        return self

    def __exit__(self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None) -> None:
        self._outlook = None

    def envoyer(self, message: EmailMessage) -> Issue:
        """Dépose le message dans « Brouillons ». L'enregistrement est le dernier geste : avant lui, rien n'existe."""
        import pythoncom

        enregistre = False
        try:
            with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as tampon:
                courriel = self._outlook.CreateItem(_COURRIEL)
                courriel.BodyFormat = _HTML
                courriel.HTMLBody = _corps(message)
                courriel.Subject = str(message["Subject"])
                courriel.To = _adresses(message, "To")
                courriel.CC = _adresses(message, "Cc")
                for adresse in _adresses(message, "Reply-To").split("; "):
                    if adresse:
                        courriel.ReplyRecipients.Add(adresse)
                self._compte(courriel, _adresses(message, "From"))
                for rang, piece in enumerate(message.iter_attachments()):
                    dossier = Path(tampon, str(rang))  # deux pièces peuvent porter le même nom
                    dossier.mkdir()
                    fichier = dossier / (piece.get_filename() or "piece")
                    fichier.write_bytes(piece.get_content())
                    courriel.Attachments.Add(str(fichier))
                enregistre = True
                courriel.Save()
        except pythoncom.com_error as erreur:
            return Issue(Sort.DOUTEUX if enregistre else Sort.REFUSE, f"Outlook n'a pas fait le brouillon ({une_ligne(str(erreur))[:120]})")
        return Issue(Sort.ACCEPTE)

    def _compte(self, courriel: Any, expediteur: str) -> None:
        """L'expéditeur : un des comptes d'Outlook, sinon « au nom de » ; vide : le compte par défaut."""
        if not expediteur:
            return
        for compte in self._outlook.Session.Accounts:
            if str(compte.SmtpAddress).casefold() == expediteur.casefold():
                courriel.SendUsingAccount = compte
                return
        courriel.SentOnBehalfOfName = expediteur


def _adresses(message: EmailMessage, rubrique: str) -> str:
    return "; ".join(adresse for _, adresse in getaddresses([str(message.get(rubrique, ""))]) if adresse)


def _corps(message: EmailMessage) -> str:
    partie = message.get_body(("html",))
    return str(partie.get_content()) if partie else ""
