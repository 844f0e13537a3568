"""`verifier` ouvre la session de la messagerie pour de bon, et dit ce qui manque ; `produire` n'est jamais muet sur un mode."""

import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from atelier import Atelier

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.etapes.verifier import Constat, Gravite, verifier

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


@pytest.mark.parametrize(
    ("mode", "dit"),
    [
        ("Microsoft 365", "« Identifiant », « Application (Microsoft) »"),
        ("Brouillons Microsoft 365", "« Identifiant »"),
        ("Outlook", "demande Windows"),
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
        assert [(str(r.statut), "demande Windows" in r.motif) for r in bilan.resultats] == [("Échec", True)]
        assert bilan.code == 1
