"""Outlook, imité : ce que le brouillon porte, et ce que l'on dit s'il ne se fait pas."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.sorties.courriel.message import PieceJointe, composer
from relances_xl.sorties.courriel.messageries import ouvrir
from relances_xl.sorties.courriel.remise import ConnexionRefusee, Sort

MESSAGERIE = Messagerie(
    mode=ModeCourriel.OUTLOOK, expediteur="Compta <compta@demo.fr>", repondre_a="a@demo.fr; b@demo.fr", copie="dg@demo.fr"
)


class ErreurCom(Exception):
    """pythoncom.com_error."""


class Courriel:
    def __init__(self, echec: str) -> None:
        self.echec = echec
        self.enregistre = False
        self.pieces: list[tuple[str, bytes]] = []
        self.reponses: list[str] = []
        self.Attachments, self.ReplyRecipients = self, _Liste(self.reponses)

    def Add(self, fichier: str) -> None:
        if self.echec == "joindre":
            raise ErreurCom("refusé")
        self.pieces.append((Path(fichier).name, Path(fichier).read_bytes()))

    def Save(self) -> None:
        if self.echec == "enregistrer":
            raise ErreurCom("le serveur est occupé")
        self.enregistre = True


class _Liste:
    def __init__(self, liste: list[str]) -> None:
        self.Add = liste.append


class Outlook:
    """L'application Outlook.Application, réduite à ce dont on se sert."""

    def __init__(self, comptes: tuple[str, ...] = (), echec: str = "") -> None:
        self.echec = echec
        self.courriels: list[Courriel] = []
        self.Session = ModuleType("session")
        self.Session.Accounts = [type("Compte", (), {"SmtpAddress": compte})() for compte in comptes]  # type: ignore[attr-defined]

    def GetNamespace(self, nom: str) -> Any:
        return type("Espace", (), {"Logon": lambda *_: None})()

    def CreateItem(self, genre: int) -> Courriel:
        self.courriels.append(Courriel(self.echec))
        return self.courriels[-1]


@pytest.fixture
def outlook(monkeypatch: pytest.MonkeyPatch) -> Any:
    def installer(application: Outlook | None) -> Outlook | None:
        def demarrer(nom: str) -> Outlook:
            if application is None:
                raise ErreurCom("Classe non enregistrée")
            return application

        com, client, paquet = ModuleType("pythoncom"), ModuleType("win32com.client"), ModuleType("win32com")
        com.com_error, com.CoInitialize = ErreurCom, lambda: None  # type: ignore[attr-defined]
        client.Dispatch, paquet.client = demarrer, client  # type: ignore[attr-defined]
        for nom, module in (("pythoncom", com), ("win32com", paquet), ("win32com.client", client)):
            monkeypatch.setitem(sys.modules, nom, module)
        return application

    return installer


def deposer(messagerie: Messagerie = MESSAGERIE) -> Any:
    message = composer(
        messagerie, relance="2026-03-31_1-0001", identite="essai", instant=datetime(2026, 3, 31, tzinfo=UTC),
        destinataires="c@exemple.fr; d@exemple.fr", objet="Rappel : café", texte="Bonjour <b>,\n\n1 234,56 €",
        pieces=[PieceJointe("Relance.pdf", b"%PDF un"), PieceJointe("Relance.pdf", b"%PDF deux")],
    )  # fmt: skip
    with ouvrir(messagerie) as envoi:
        return envoi.envoyer(message)


def test_le_brouillon_porte_tout_ce_que_la_messagerie_demande(outlook: Any) -> None:
    application = outlook(Outlook(comptes=("autre@demo.fr", "Compta@demo.fr")))
    assert deposer().sort is Sort.ACCEPTE
    (courriel,) = application.courriels
    assert (courriel.To, courriel.CC, courriel.Subject) == ("c@exemple.fr; d@exemple.fr", "dg@demo.fr", "Rappel : café")
    assert "Bonjour &lt;b&gt;" in courriel.HTMLBody and "1 234,56 €" in courriel.HTMLBody
    assert courriel.reponses == ["a@demo.fr", "b@demo.fr"]
    assert courriel.pieces == [("Relance.pdf", b"%PDF un"), ("Relance.pdf", b"%PDF deux")]
    assert courriel.SendUsingAccount.SmtpAddress == "Compta@demo.fr"
    assert courriel.enregistre


def test_un_expediteur_qui_n_est_pas_un_compte_est_mis_au_nom_de(outlook: Any) -> None:
    application = outlook(Outlook())
    deposer()
    assert application.courriels[0].SentOnBehalfOfName == "compta@demo.fr"
    application = outlook(Outlook())
    deposer(replace(MESSAGERIE, expediteur=""))
    assert not hasattr(application.courriels[0], "SentOnBehalfOfName")


@pytest.mark.parametrize(("echec", "sort"), [("joindre", Sort.REFUSE), ("enregistrer", Sort.DOUTEUX)])
def test_un_brouillon_qui_echoue_n_est_dit_sans_suite_que_si_c_est_sur(outlook: Any, echec: str, sort: Sort) -> None:
    outlook(Outlook(echec=echec))
    issue = deposer()
    assert (issue.sort, "Outlook n'a pas fait le brouillon" in issue.motif) == (sort, True)


def test_sans_outlook_classique_on_dit_par_quoi_le_remplacer(outlook: Any) -> None:
    outlook(None)
    with pytest.raises(ConnexionRefusee, match=r"Outlook ne répond pas .* choisissez alors « Brouillons »"):
        deposer()


@pytest.mark.skipif(sys.platform == "win32", reason="sans objet : Outlook peut être là")
def test_ailleurs_que_sous_windows_le_mode_outlook_est_refuse() -> None:
    with pytest.raises(ConnexionRefusee, match="demande Windows"):
        deposer()
