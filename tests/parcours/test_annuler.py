"""Annuler : montrer, demander, renommer les fichiers, refaire la réunion des PDF."""

from datetime import date
from pathlib import Path

import pikepdf
import pytest
from atelier import Atelier, Muet, executer, valeurs_de

from relances_xl.etapes.annuler import annuler

JOUR = date(2026, 3, 31)
FACTURES = [(f"C00{n}", f"Client {n}", f"FA{n}", date(2026, 1, 1), date(2026, 1, 31), 100.0 * n, 100.0 * n) for n in (1, 2, 3)]
LOT = "2026-03-31_1"


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances", sortie="PDF")
    dossier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})
    dossier.echeances(FACTURES)
    dossier.relancer(JOUR)
    return dossier


def noms(dossier: Path) -> set[str]:
    return {chemin.name for chemin in dossier.iterdir()}


def pages(chemin: Path) -> int:
    with pikepdf.open(chemin) as pdf:
        return len(pdf.pages)


def test_les_fichiers_sont_renommes_et_toutes_refait_sans_eux(atelier: Atelier) -> None:
    lot = atelier.dossier.lot(LOT)
    assert pages(lot.toutes) == 3
    fin = executer("annuler", atelier.racine, f"{LOT}-0002", "--oui")
    assert fin.returncode == 0 and "Client 2" in fin.stderr and fin.stdout.strip() == f"{LOT}-0002"
    assert noms(lot.pdf) == {"C001_n1_EUR.pdf", "ANNULEE_C002_n1_EUR.pdf", "C003_n1_EUR.pdf", "toutes.pdf"}
    assert "ANNULEE_C002_n1_EUR.docx" in noms(lot.lettres) and pages(lot.toutes) == 2


def test_refaite_puis_annulee_encore_rien_ne_s_ecrase(atelier: Atelier) -> None:
    lot = atelier.dossier.lot(LOT)
    for _ in range(2):
        atelier.annuler(f"{LOT}-0001")
        atelier.produire(JOUR)
    assert {"C003_n1_EUR.pdf", "ANNULEE_C003_n1_EUR.pdf", "ANNULEE_C003_n1_EUR_2.pdf"} <= noms(lot.pdf)
    assert pages(lot.toutes) == 3


def test_tout_un_lot_annule_n_a_plus_de_reunion(atelier: Atelier) -> None:
    atelier.annuler(lot=LOT)
    assert not atelier.dossier.lot(LOT).toutes.exists()


def test_au_terminal_on_montre_et_l_on_demande(atelier: Atelier) -> None:
    refus = Muet(interactif=True, reponse=False)
    assert annuler(atelier.dossier, [], LOT, oui=False, dialogue=refus).relances == ()
    assert "3 relances à annuler :" in refus.dits[0] and "Client 3" in "".join(refus.dits) and "Annuler ces relances ?" in refus.dits[-1]
    assert [statut for *_, statut in atelier.journal()] == ["Émise"] * 3
    accord = Muet(interactif=True, reponse=True)
    assert len(annuler(atelier.dossier, [], LOT, oui=False, dialogue=accord).relances) == 3


def cochees(atelier: Atelier) -> dict[str, bool]:
    return {v["Code client"]: v["Approuver"] for v in valeurs_de(atelier.dossier.lot(LOT).revue, "Liste clients") if v["Relance"]}


def test_au_terminal_la_seconde_question_decoche_et_produire_ne_refait_rien(atelier: Atelier) -> None:
    accord = Muet(interactif=True, reponse=True)
    faite = annuler(atelier.dossier, [f"{LOT}-0002"], oui=False, dialogue=accord)
    assert "Les décocher aussi dans la revue ?" in accord.dits[-1] and (faite.decochees, faite.a_refaire) == (1, False)
    assert cochees(atelier) == {"C001": True, "C002": False, "C003": True}
    atelier.produire(JOUR)
    assert sorted(statut for *_, statut in atelier.journal()) == ["Annulée", "Émise", "Émise"]


def test_sans_decocher_la_meme_revue_la_refait(atelier: Atelier) -> None:
    fin = executer("annuler", atelier.racine, f"{LOT}-0002", "--oui")
    assert fin.returncode == 0 and "Encore cochée dans sa revue" in fin.stderr and all(cochees(atelier).values())
    atelier.produire(JOUR)
    assert [statut for *_, statut in atelier.journal()] == ["Émise"] * 3


def test_decocher_se_demande_aussi_sans_terminal(atelier: Atelier) -> None:
    fin = executer("annuler", atelier.racine, "--lot", LOT, "--oui", "--decocher")
    assert fin.returncode == 0 and "3 cases décochées dans la revue" in fin.stderr and "Encore cochée" not in fin.stderr
    assert not any(cochees(atelier).values())


def test_revue_ouverte_l_annulation_tient_et_l_on_dit_ce_qui_reste(atelier: Atelier) -> None:
    revue = atelier.dossier.lot(LOT).revue
    revue.with_name(f".~lock.{revue.name}#").touch()
    fin = executer("annuler", atelier.racine, f"{LOT}-0002", "--decocher")
    assert fin.returncode == 1 and "annulées, mais pas décochées" in fin.stderr and "ouverte dans Excel ou LibreOffice" in fin.stderr
    assert all(cochees(atelier).values()) and sorted(statut for *_, statut in atelier.journal()) == ["Annulée", "Émise", "Émise"]


def test_un_lot_entier_ne_s_annule_pas_sans_que_quelqu_un_le_dise(atelier: Atelier) -> None:
    refus = executer("annuler", atelier.racine, "--lot", LOT)
    assert refus.returncode == 2 and "--oui" in refus.stderr and "3 relances à annuler" in refus.stderr
    assert [statut for *_, statut in atelier.journal()] == ["Émise"] * 3


@pytest.mark.parametrize("demande", [["2026-03-31_1-0009"], ["--lot", "2020-01-01_1"], []])
def test_inconnue_ou_rien_de_nomme_code_2(atelier: Atelier, demande: list[str]) -> None:
    refus = executer("annuler", atelier.racine, *demande, "--oui")
    assert refus.returncode == 2 and [statut for *_, statut in atelier.journal()] == ["Émise"] * 3
