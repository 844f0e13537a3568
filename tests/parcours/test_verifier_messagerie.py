"""`verifier` ouvre la session de la messagerie pour de bon, et dit ce qui manque ; `produire` n'est jamais muet sur un mode."""

import socket
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import keyring
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from atelier import Atelier
from certificats import TrousseauEnMemoire
from keyring.backends.fail import Keyring as SansTrousseau

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.etapes.verifier import Constat, Gravite, verifier
from relances_xl.sorties.courriel.acces import VARIABLE_MOT_DE_PASSE

JOUR = date(2026, 3, 31)


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        numero = int(libre.getsockname()[1])
    serveur = Controller(object(), hostname="127.0.0.1", port=numero)
    serveur.start()
    yield numero
    serveur.stop()


@pytest.fixture
def port_garde(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Un serveur qui n'ouvre qu'à « le bon »."""
    monkeypatch.delenv(VARIABLE_MOT_DE_PASSE, raising=False)

    def reconnaitre(server: Any, session: Any, envelope: Any, mecanisme: str, donnees: Any) -> AuthResult:
        return AuthResult(success=isinstance(donnees, LoginPassword) and donnees.password == b"le bon", handled=False)

    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        numero = int(libre.getsockname()[1])
    serveur = Controller(object(), hostname="127.0.0.1", port=numero, authenticator=reconnaitre, auth_required=True, auth_require_tls=False)
    serveur.start()
    ancien = keyring.get_keyring()
    yield numero
    keyring.set_keyring(ancien)
    serveur.stop()


def messagerie(atelier: Atelier, **reglages: Any) -> Constat:
    atelier.criteres("Messagerie", **reglages)
    (constat,) = (constat for constat in verifier(atelier.dossier, JOUR) if constat.sujet == "Messagerie")
    return constat


def smtp(port: int) -> dict[str, Any]:
    return {"Mode": "Envoi", "Serveur SMTP": "127.0.0.1", "Port": port, "Sécurité": "Aucune", "Expéditeur": "compta@ici.example"}


def test_une_session_qui_s_ouvre_est_dite_avec_son_chiffrement(tmp_path: Path, port: int) -> None:
    constat = messagerie(Atelier(tmp_path / "r"), **smtp(port))
    assert (constat.gravite, constat.message) == (Gravite.CORRECT, "session ouverte, en clair ; courriels envoyés par 127.0.0.1")


def test_une_session_qui_ne_s_ouvre_pas_est_une_erreur_avec_son_remede(tmp_path: Path) -> None:
    constat = messagerie(Atelier(tmp_path / "r"), **smtp(9))
    assert constat.gravite is Gravite.ERREUR and "connexion à 127.0.0.1:9 impossible" in constat.message
    assert "« Serveur SMTP »" in constat.remede


SANS_OUTLOOK = "Outlook ne répond pas" if sys.platform == "win32" else "demande Windows"


@pytest.mark.parametrize(
    ("mode", "dit"),
    [
        ("Microsoft 365", "« Identifiant », « Application (Microsoft) »"),
        ("Brouillons Microsoft 365", "« Identifiant »"),
        ("Outlook", SANS_OUTLOOK),
    ],
)
def test_un_mode_incomplet_n_est_jamais_muet(tmp_path: Path, mode: str, dit: str) -> None:
    atelier = Atelier(tmp_path / "r", sortie="Email")
    constat = messagerie(atelier, Mode=mode)
    assert (constat.gravite, dit in constat.message) == (Gravite.ERREUR, True)
    atelier.echeances([("C001", "Garage Pérez & Fils", "F1", date(2026, 1, 1), date(2026, 1, 31), 100.0, 100.0)])
    atelier.approuver(atelier.lister(JOUR))
    try:
        bilan = atelier.produire(JOUR)
    except ErreurUtilisateur as erreur:
        assert "est vide, et des relances partent par courriel" in str(erreur)
    else:
        assert [(str(r.statut), SANS_OUTLOOK in r.motif) for r in bilan.resultats] == [("Échec", True)]
        assert bilan.code == 1


def test_le_mot_de_passe_se_demande_une_fois_et_se_range_s_il_est_le_bon(tmp_path: Path, port_garde: int) -> None:
    """Ni l'installeur ni pipx ne donnent la commande `keyring` : c'est `verifier` qui range le mot de passe."""
    trousseau = TrousseauEnMemoire()
    keyring.set_keyring(trousseau)
    atelier = Atelier(tmp_path / "r")
    atelier.criteres("Messagerie", **smtp(port_garde), Identifiant="compta@ici.example")
    questions: list[str] = []

    def essayer(*reponses: str) -> list[Gravite]:
        suite = iter(reponses)

        def demander(question: str) -> str:
            questions.append(question)
            return next(suite)

        return [constat.gravite for constat in verifier(atelier.dossier, JOUR, None, demander) if constat.sujet == "Messagerie"]

    assert essayer("") == [Gravite.ERREUR] and essayer("faux") == [Gravite.ERREUR]
    assert trousseau.secrets == {}, "un mot de passe refusé n'est pas rangé"
    assert essayer("le bon") == [Gravite.CORRECT] and essayer() == [Gravite.CORRECT]
    assert len(questions) == 3 and all(question.startswith("Pas de mot de passe pour « compta@ici.example »") for question in questions)
    keyring.set_password("relances_xl", "compta@ici.example", "périmé")
    assert essayer("le bon") == [Gravite.CORRECT] and "refuse l'identifiant" in questions[-1]
    assert keyring.get_password("relances_xl", "compta@ici.example") == "le bon"


def test_sans_personne_devant_l_ecran_ou_sans_trousseau_c_est_dit(tmp_path: Path, port_garde: int) -> None:
    keyring.set_keyring(SansTrousseau())  # type: ignore[no-untyped-call]
    atelier = Atelier(tmp_path / "r")
    constat = messagerie(atelier, **smtp(port_garde), Identifiant="compta@ici.example")
    assert constat.gravite is Gravite.ERREUR and "lancez « relances-xl verifier » à l'écran" in constat.remede
    constats = [c for c in verifier(atelier.dossier, JOUR, None, lambda _: "le bon") if c.sujet == "Messagerie"]
    assert [c.gravite for c in constats] == [Gravite.CORRECT, Gravite.ATTENTION]
    assert "pas de trousseau" in constats[1].message and VARIABLE_MOT_DE_PASSE in constats[1].remede
