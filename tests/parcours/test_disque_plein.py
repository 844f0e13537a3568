"""Le disque se remplit : une phrase en français, rien de perdu, et la même commande reprend une fois la place faite."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from atelier import Atelier, executer, lignes_de, modifier, valeurs_de

JOUR = date(2026, 3, 31)
CLIENTS = [f"C{rang:03d}" for rang in range(8)]


@pytest.fixture
def petit_disque(tmp_path: Path) -> Iterator[Path]:
    disque = tmp_path / "petit & plein"
    disque.mkdir()
    montage = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disque)]
    if sys.platform != "linux" or subprocess.run(montage, capture_output=True, check=False).returncode:
        pytest.skip("sans objet : monter un petit disque veut Linux et les droits de root")
    try:
        yield disque
    finally:
        subprocess.run(["umount", "--lazy", str(disque)], check=True)


class Bourre:
    """Un fichier qui ne laisse que tant de kilo-octets sur le disque."""

    def __init__(self, disque: Path) -> None:
        self._fichier = disque / "bourre"

    def laisser(self, kilo_octets: int) -> None:
        self.oter()
        libre = os.statvfs(self._fichier.parent)
        self._fichier.write_bytes(bytes(max(0, libre.f_bavail * libre.f_frsize - kilo_octets * 1024)))

    def oter(self) -> None:
        self._fichier.unlink(missing_ok=True)


def preparer(disque: Path) -> Atelier:
    atelier = Atelier(disque / "relances d'été", sortie="PDF")
    atelier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR, "Convertisseur PDF": "Intégré"})
    atelier.clients([(code, f"Société {code}", "1 rue X", "01000", "Ville", "", "Professionnel") for code in CLIENTS])
    atelier.echeances([(code, "", f"F{code}", date(2026, 1, 1), date(2026, 1, 31), 100, 100) for code in CLIENTS])
    return atelier


def refuse(*commande: str | Path) -> int:
    """Le code de sortie, après avoir vérifié que le manque de place est dit, et rien d'autre."""
    essai = executer(*commande)
    *_, derniere = essai.stderr.strip().splitlines()
    assert "plus de place sur le disque" in derniere, essai.stderr
    assert "Traceback" not in essai.stderr and "ignored" not in essai.stderr
    return essai.returncode


def test_ni_lister_ni_actualiser_n_abiment_rien(petit_disque: Path) -> None:
    atelier, bourre = preparer(petit_disque), Bourre(petit_disque)
    avant = atelier.dossier.criteres.read_bytes()
    bourre.laisser(8)
    assert [refuse(commande, atelier.racine) for commande in ("lister", "actualiser")] == [2, 2]
    assert atelier.dossier.criteres.read_bytes() == avant
    assert not list(atelier.racine.glob("relances/*")) and not list(atelier.racine.rglob("~*"))
    bourre.oter()
    assert executer("lister", atelier.racine).returncode == 0


def test_produire_reprend_ou_le_disque_l_a_arrete(petit_disque: Path) -> None:
    atelier, bourre = preparer(petit_disque), Bourre(petit_disque)
    revue = Path(executer("lister", atelier.racine).stdout.strip())
    with modifier(revue) as classeur:
        for ligne in lignes_de(classeur["Liste clients"]):
            ligne["Approuver"].value = True
    for place in (4, 64, 120):  # le journal, les lettres, toutes.pdf
        bourre.laisser(place)
        assert refuse("produire", atelier.racine) == 1
    bourre.oter()
    assert executer("produire", atelier.racine).returncode == 0
    lot = revue.parent
    assert sorted(r["Code client"] for r in valeurs_de(lot / "compte-rendu.xlsx", "Relances")) == CLIENTS
    assert [len(list((lot / sous).iterdir())) for sous in ("lettres", "pdf")] == [len(CLIENTS), len(CLIENTS) + 1]
    assert [statut for _, _, statut in atelier.journal()] == ["Émise"] * len(CLIENTS)
