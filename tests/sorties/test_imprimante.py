"""L'imprimante, par un vrai CUPS à nous (`cups_prive.py`)."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from cups_prive import attendre, dire

from relances_xl.sorties.papier import imprimante
from relances_xl.sorties.papier.imprimante import (
    DouteImpression,
    ErreurImpression,
    defaut,
    imprimantes,
    imprimer,
)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    chemin = tmp_path / "-toutes é.pdf"  # un tiret en tête : ce n'est pas une option
    chemin.write_bytes(b"%PDF-1.4\n% relances " + os.urandom(8).hex().encode() + b"\n%%EOF\n")
    return chemin


def travaux(lesquels: str) -> set[str]:
    """Les travaux que la file dit finis (« completed ») ou en attente (« not-completed »)."""
    return {ligne.split()[0] for ligne in dire("lpstat", "-W", lesquels, "-o").splitlines() if ligne.strip()}


def test_les_imprimantes_et_celle_par_defaut(cups: Path) -> None:
    assert imprimantes() == ["Bureau", "Hall"]
    assert defaut() == "Bureau"


@pytest.mark.parametrize(("nom", "dossier"), [("", "Bureau"), ("Hall", "Hall")])
def test_le_pdf_arrive_tel_quel_a_l_imprimante(cups: Path, pdf: Path, nom: str, dossier: str) -> None:
    travail = imprimer(pdf, nom, "Relances 2026-03-31_1\nde la « Société »")
    sorti = cups / dossier / f"{travail.rpartition('-')[2]}.pdf"
    assert attendre(sorti.exists)
    assert sorti.read_bytes() == pdf.read_bytes()
    assert sorti.with_suffix(".titre").read_text(encoding="utf-8") == "Relances 2026-03-31_1 de la « Société »"
    assert attendre(lambda: travail in travaux("completed"))


def test_une_imprimante_eteinte_garde_le_travail_en_attente(cups: Path, pdf: Path) -> None:
    dire("cupsdisable", "Hall")
    try:
        travail = imprimer(pdf, "Hall", "Relances")
        assert travail in travaux("not-completed")
    finally:
        dire("cancel", "-a", "Hall")
        dire("cupsenable", "Hall")


def test_une_imprimante_inconnue_est_un_refus_qui_nomme_les_presentes(cups: Path, pdf: Path) -> None:
    with pytest.raises(ErreurImpression, match=r"« Grenier » introuvable .*\(présentes : Bureau, Hall\)"):
        imprimer(pdf, "Grenier", "Relances")


def test_une_imprimante_qui_refuse_les_travaux_est_un_refus(cups: Path, pdf: Path) -> None:
    dire("cupsreject", "Hall")
    try:
        with pytest.raises(ErreurImpression, match="« Hall » refuse les travaux"):
            imprimer(pdf, "Hall", "Relances")
    finally:
        dire("cupsaccept", "Hall")


def test_sans_imprimante_par_defaut_on_dit_de_la_nommer(cups: Path, pdf: Path) -> None:
    dire("lpadmin", "-x", "Bureau")
    try:
        assert defaut() is None
        with pytest.raises(ErreurImpression, match="pas d'imprimante par défaut → nommez-la au critère « Imprimante »"):
            imprimer(pdf, "", "Relances")
    finally:
        dire("lpadmin", "-p", "Bureau", "-E", "-v", f"dossier:{cups / 'Bureau'}", "-m", "raw")
        dire("lpadmin", "-d", "Bureau")


@pytest.mark.skipif(sys.platform == "win32", reason="sans objet : CUPS n'est pas la file de Windows")
def test_sans_service_d_impression_rien_n_est_parti(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("lp"):
        pytest.skip("CUPS est absent (paquet cups-client)")
    monkeypatch.setenv("CUPS_SERVER", "/tmp/aucun-cups.sock")
    assert imprimantes() == []
    with pytest.raises(ErreurImpression):
        imprimer(pdf, "Bureau", "Relances")


@pytest.mark.skipif(sys.platform == "win32", reason="sans objet : CUPS n'est pas la file de Windows")
@pytest.mark.parametrize(
    ("script", "motif"),
    [
        ("sleep 30", "n'a pas répondu"),
        ("exit 0", "réponse inattendue"),
        ("echo '???' >&2; exit 1", "réponse inattendue"),
    ],
)
def test_un_lp_muet_ou_incompris_laisse_un_doute(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, motif: str
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "lp").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (tmp_path / "bin" / "lp").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(imprimante, "DELAI", 0.5)
    with pytest.raises(DouteImpression, match=motif):
        imprimer(pdf, "", "Relances")


def test_un_fichier_absent_n_est_pas_imprime(tmp_path: Path) -> None:
    with pytest.raises(ErreurImpression, match=r"n'existe pas : toutes\.pdf"):
        imprimer(tmp_path / "toutes.pdf", "", "Relances")
