"""Le menu et les lanceurs : tout se lance d'un chiffre, ce qui s'écrit s'ouvre, et les conseils parlent de lanceurs."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from atelier import Atelier, executer

from relances_xl.ecran import terminal
from relances_xl.ecran.menu import CHOIX

JOUR = date(2026, 3, 31)
FACTURE = ("C001", "Garage Pérez & Fils", "FA1", date(2026, 1, 1), date(2026, 1, 31), 1200.00, 1200.00)

pytestmark = pytest.mark.skipif(
    os.name != "posix" or sys.platform == "darwin", reason="sans objet : le faux xdg-open est un script de Linux"
)


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances")
    dossier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})
    dossier.echeances([FACTURE])
    return dossier


@pytest.fixture
def ouverts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Le journal d'un faux `xdg-open` : ce qu'on lui a demandé d'ouvrir."""
    journal, programmes = tmp_path / "ouverts.txt", tmp_path / "programmes"
    programmes.mkdir()
    faux = programmes / "xdg-open"
    faux.write_text(f'#!/bin/sh\necho "$1" >> "{journal}"\n', encoding="utf-8")
    faux.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programmes}{os.pathsep}{os.environ['PATH']}")
    return journal


def attendus(journal: Path, nombre: int) -> list[str]:
    """Les noms ouverts : le programme est lancé sans qu'on l'attende."""
    for _ in range(200):
        lignes = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
        if len(lignes) >= nombre:
            break
        subprocess.run(["sleep", "0.05"], check=True)
    return [Path(ligne).name for ligne in lignes]


def menu(atelier: Atelier, *reponses: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "relances_xl", "menu", str(atelier.racine)],
        input="\n".join(reponses) + "\n", capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_le_menu_mene_toute_une_campagne_et_ouvre_ce_qu_il_ecrit(atelier: Atelier, ouverts: Path) -> None:
    listee = menu(atelier, "1", "2", "0")
    assert listee.returncode == 0 and "Niveau 1 (Première relance) : 1 relance" in listee.stderr
    assert attendus(ouverts, 2) == ["criteres.xlsx", "revue-2026-03-31_1.xlsx"]
    assert "cochez « Approuver », enregistrez, puis lancez « 3-produire »" in listee.stderr and "relances-xl produire" not in listee.stderr
    liste = atelier.racine / "relances" / "2026-03-31_1" / "revue-2026-03-31_1.xlsx"
    from openpyxl import load_workbook

    classeur = load_workbook(liste)
    classeur["Liste clients"]["A2"] = "x"
    classeur.save(liste)
    sortie = menu(atelier, "4", "7", "5", "2026-03-31_1", "5", "2026-03-31_1-0001", "6", "0")
    assert "--oui" in sortie.stderr  # un lot entier se confirme : sans terminal, il est refusé
    assert sortie.returncode == 0 and "Émise" in sortie.stdout and "Verdict : " in sortie.stdout
    assert "compte-rendu.xlsx" in attendus(ouverts, 3)
    assert [statut for *_, statut in atelier.journal()] == ["Annulée"]


def test_le_menu_survit_a_une_faute_et_a_une_reponse_de_travers(atelier: Atelier, ouverts: Path) -> None:
    (atelier.dossier.exports / "echeances.xlsx").unlink()
    suite = menu(atelier, "2", "neuf", "7")
    assert suite.returncode == 0 and "introuvable" in suite.stderr and "« neuf » n'est pas au menu" in suite.stderr
    assert "Le journal est vide." in suite.stderr and "Traceback" not in suite.stderr


def test_le_menu_numerote_les_sept_etapes_du_contrat(atelier: Atelier) -> None:
    assert [choix.nom for choix in CHOIX] == ["actualiser", "lister", "reprendre", "produire", "annuler", "vérifier", "historique"]
    refus = executer("menu", atelier.racine.parent)
    assert refus.returncode == 2 and "criteres.xlsx" in refus.stderr


def test_le_menu_annule_par_code_de_client_et_mene_au_contentieux(atelier: Atelier, ouverts: Path) -> None:
    atelier.relancer(JOUR)
    suite = menu(atelier, "5", "C999", "5", "c001", "8", "c001", "8", "", "0")
    assert suite.returncode == 0 and "« C999 » n'est ni une relance, ni un lot, ni un client" in suite.stderr
    assert [statut for *_, statut in atelier.journal()] == ["Annulée"]
    assert (atelier.racine / "contentieux").is_dir() and "Réclamé : " in suite.stderr
    assert attendus(ouverts, 1)[0].startswith("C001_")


def test_une_question_parle_de_lanceurs_et_ne_s_ecrit_pas_au_bout_d_une_barre(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RELANCES_XL_LANCEUR", "1")
    monkeypatch.setattr(terminal, "_SECONDES_AVANT_PROGRESSION", -1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr("click.prompt", lambda question, **_: print(question, file=sys.stderr))
    ecran = terminal.Ecran()
    with ecran.suivre("Liste", 4) as avancer:
        avancer()
        ecran.confirmer("Le prochain « relances-xl produire » les refera.")
    lignes = capsys.readouterr().err.splitlines()
    assert "Le prochain « 3-produire » les refera. [o/N]" in lignes


def test_ouvrir_dit_ce_que_rien_n_ouvre(atelier: Atelier) -> None:
    liste = executer("lister", atelier.racine, "--ouvrir", env={"PATH": ""})
    assert liste.returncode == 0 and "À ouvrir : " in liste.stderr
