"""Décocher en place : ces cases-là, et pas un octet de plus, d'où que revienne la revue."""

import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import fabrique_revue
import openpyxl
import pytest
from libreoffice import soffice

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.niveaux import PLANS_LIVRES
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.revue.decocher import decocher
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue
from relances_xl.revue.relire.relecture import ONGLETS, relire


@pytest.fixture
def revue(tmp_path: Path) -> Path:
    """Telle que `lister` l'écrit, toute cochée, avec ses cases d'Excel 365."""
    chemin = tmp_path / "revue.xlsx"
    contenu = fabrique_revue.contenu(nb_clients=6)
    contenu.relances["approuver"] = True
    ecrire_revue(chemin, contenu)
    return chemin


def cochees(chemin: Path) -> dict[str, bool]:
    relances = lire_classeur(chemin, ONGLETS, partial(relire, fichier=chemin.name, plans=PLANS_LIVRES)).relances
    return dict(zip(relances["relance"], relances["approuvee"], strict=True))


def parties(chemin: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(chemin) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def par_openpyxl(revue: Path, _dossier: Path) -> Path:
    """Une colonne insérée, des coches écrites autrement."""
    classeur = openpyxl.load_workbook(revue)
    liste = classeur["Liste clients"]
    liste["A2"], liste["A3"], liste["A4"] = "x", "=TRUE()", 1
    liste.insert_cols(1)
    classeur.save(revue)
    return revue


def par_libreoffice(revue: Path, dossier: Path) -> Path:
    return soffice(revue, "xlsx:Calc MS Excel 2007 XML", dossier)


def telle_quelle(revue: Path, _dossier: Path) -> Path:
    return revue


@pytest.mark.parametrize("venue", [telle_quelle, par_openpyxl, par_libreoffice])
def test_seules_ces_cases_changent(revue: Path, tmp_path: Path, venue: Callable[[Path, Path], Path]) -> None:
    noms = list(cochees(revue))
    rendue = venue(revue, tmp_path)
    avant = parties(rendue)
    assert decocher(rendue, set(noms[:3])) == 3
    assert cochees(rendue) == dict.fromkeys(noms[:3], False) | dict.fromkeys(noms[3:], True)
    apres = parties(rendue)
    assert list(apres) == list(avant) and [nom for nom in avant if avant[nom] != apres[nom]] == ["xl/worksheets/sheet1.xml"]
    assert not list(rendue.parent.glob("*.bak"))


def test_deja_decochee_rien_ne_s_ecrit(revue: Path) -> None:
    nom = next(iter(cochees(revue)))
    assert decocher(revue, {nom}) == 1
    avant = revue.read_bytes()
    assert decocher(revue, {nom, "2020-01-01_1-0001"}) == 0 and revue.read_bytes() == avant


def test_ouverte_absente_ou_abimee_elle_est_refusee_d_une_phrase(revue: Path) -> None:
    verrou = revue.with_name(f"~${revue.name}")
    verrou.touch()
    with pytest.raises(ErreurUtilisateur, match=r"ouverte dans Excel ou LibreOffice.*décochez-les-y vous-même"):
        decocher(revue, {"R"})
    verrou.unlink()
    classeur = openpyxl.load_workbook(revue)
    del classeur["Liste clients"]
    classeur.save(revue)
    with pytest.raises(ErreurUtilisateur, match="l'onglet « Liste clients » manque"):
        decocher(revue, {"R"})
    revue.write_bytes(b"PK\x03\x04 plus un classeur")
    with pytest.raises(ErreurUtilisateur, match="ne se relit pas"):
        decocher(revue, {"R"})
    revue.unlink()
    with pytest.raises(ErreurUtilisateur, match="la revue n'est plus là"):
        decocher(revue, {"R"})
