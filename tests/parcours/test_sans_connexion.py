"""L'outil ne parle à personne : aucune commande n'ouvre de connexion, hors la messagerie que l'on a réglée."""

import socket
from pathlib import Path
from typing import Any

import pytest
from atelier import lignes_de, modifier
from click.testing import CliRunner

from relances_xl.dossier import Dossier
from relances_xl.ecran.cli import principal


def test_aucune_commande_n_ouvre_de_connexion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demandees: list[Any] = []

    def refuser(*arguments: Any, **_: Any) -> Any:
        demandees.append(arguments[-1])
        raise OSError("une connexion a été demandée")

    for ou, nom in ((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo"), (socket, "create_connection")):
        monkeypatch.setattr(ou, nom, refuser)
    dossier = Dossier(tmp_path / "essai")

    def lancer(*arguments: str | Path) -> None:
        fait = CliRunner().invoke(principal, [str(argument) for argument in arguments])
        assert fait.exit_code in (0, 1), fait.output

    lancer("nouveau", dossier.racine, "--exemple")
    with modifier(dossier.criteres) as cahier:
        for ligne in cahier["Critères"].iter_rows(max_col=2):
            if ligne[0].value == "Convertisseur PDF":
                ligne[1].value = "Intégré"
    lancer("actualiser", dossier.racine)
    lancer("lister", dossier.racine)
    with modifier(dossier.lots()[-1].revue) as cahier:
        for cellules in lignes_de(cahier["Liste clients"])[:3]:
            cellules["Approuver"].value = True
    lancer("produire", dossier.racine, "--oui")
    lancer("contentieux", dossier.racine, "C003", "--au", "31/03/2026")
    lancer("historique", dossier.racine, "--xlsx", tmp_path / "journal.xlsx")
    lancer("verifier", dossier.racine)
    lancer("champs", "--xlsx", tmp_path / "champs.xlsx")
    lancer("annuler", dossier.racine, "--lot", dossier.lots()[-1].nom, "--oui")
    assert demandees == []
