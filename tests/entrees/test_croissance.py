"""Doubler une entrée ne fait guère plus que doubler le travail : aucun motif ne revient sur ses pas sur du texte du dehors."""

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from xml.parsers.expat import ExpatError

import hostiles
import pytest

from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.classeurs import csv as texte
from relances_xl.entrees.classeurs import ods, xls, xlsb, xlsx
from relances_xl.entrees.classeurs.nombres_affiches import affichage
from relances_xl.entrees.classeurs.reprises import ClasseurRefuse
from relances_xl.entrees.exports import lire_echeances

RAPPORT_MAX = 3.0
"""Du double au simple : 2 si le coût est linéaire, 4 s'il est quadratique."""


def calcul(action: Callable[[], object]) -> float:
    """Secondes de calcul, la meilleure de trois."""
    durees = []
    for _ in range(3):
        debut = time.process_time()
        with suppress(ErreurUtilisateur, ClasseurRefuse, MemoryError):
            action()
        durees.append(time.process_time() - debut)
    return min(durees)


def croit_droit(preparer: Callable[[int], Callable[[], object]]) -> None:
    """Agrandit l'entrée jusqu'à ce qu'elle coûte assez pour être mesurée, puis la double."""
    taille = 2_000
    while calcul(preparer(taille)) < 0.02 and taille < 2_000_000:
        taille *= 4
    # une machine occupée fausse une mesure, pas trois de suite
    assert any(calcul(preparer(2 * taille)) <= RAPPORT_MAX * calcul(preparer(taille)) + 0.02 for _ in range(3))


REPETES = {
    "cellules en erreur jamais fermées": '<c t="e" ',
    "erreurs sans valeur": '<c t="e" r="A1">',
    "erreurs à formule ouverte": '<c t="e" r="A1"><f>',
    "formules jamais fermées": '<c r="A1"><f>',
    "formules vides": '<c r="A1"><f/>',
    "valeurs jamais fermées": '<c r="A1"><f>1</f><v>',
    "styles répétés": ' s="1"',
    "préfixes sans fin": "<aaaa",
    "espaces": "  \n ",
    "lignes": "<row r=",
    "chevrons": "<",
    "chaînes jamais fermées": '<c r="A1" t="inlineStr"><is><t>',
    "cellules saines": '<c r="A1" s="1"><f>1</f><v>2</v></c>',
}


@pytest.mark.parametrize("prudent", [False, True])
@pytest.mark.parametrize("nom", REPETES)
def test_une_feuille_de_xlsx(tmp_path: Path, nom: str, prudent: bool) -> None:
    def preparer(taille: int) -> Callable[[], object]:
        xml = '<row r="1"><c t="e" s="1" r="A1"><f>1</f>' + REPETES[nom] * taille
        octets = hostiles.xlsx(tmp_path / "c.xlsx", xml, formats=["000000"]).read_bytes()
        return lambda: xlsx.preparer(octets, prudent).reprises(0, "O1")

    croit_droit(preparer)


@pytest.mark.parametrize("motif", [">\n   ", "<table:table-cell>", '<a office:currency="EUR"/>', "<table:table-row> "])
def test_un_ods(motif: str) -> None:
    def preparer(taille: int) -> Callable[[], object]:
        tampon = io.BytesIO()
        with zipfile.ZipFile(tampon, "w") as archive:
            archive.writestr("content.xml", '<x office:currency="USD">' + motif * taille)
        octets = tampon.getvalue()

        def lire() -> None:
            with suppress(ExpatError):
                ods.preparer(octets, False).reprises(0, "O1")

        return lire

    croit_droit(preparer)


@pytest.mark.parametrize("motif", ['\t"a""', '"', '\t"', '\t"""', "a;", '="a"\t', "\r", "é\t", "'"])
def test_un_texte(tmp_path: Path, motif: str) -> None:
    def preparer(taille: int) -> Callable[[], object]:
        chemin = tmp_path / "c.txt"
        chemin.write_text("a\tb\n" + motif * taille + "\n1\t2\n", encoding="utf-8")

        def lire() -> None:
            forme = texte.reconnaitre(chemin)
            for _ in texte.lire_lignes(chemin, forme) if forme else ():
                pass

        return lire

    croit_droit(preparer)


@pytest.mark.parametrize("cellule", ["9", "1 ", "1.", "-", "(", "a", "1/", "E+", "€"])
def test_une_cellule_de_texte_demesuree(tmp_path: Path, cellule: str) -> None:
    """Une même cellule, dans chacune des colonnes d'un export."""

    def preparer(taille: int) -> Callable[[], object]:
        longue = cellule * min(taille, 60_000)
        chemin = tmp_path / "c.csv"
        ligne = ";".join([longue] * 5)
        chemin.write_text(f"Code client;N° pièce;Date pièce;Échéance;Reste dû\nC1;F1;01/01/2026;31/01/2026;5\n{ligne}\n", encoding="utf-8")
        return lambda: lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31))

    croit_droit(preparer)


@pytest.mark.parametrize("motif", ['"', "\\", "[", "0", "[$", "a", '"a"', "_", "* "])
def test_un_format_de_nombre_est_lu_ou_laisse(motif: str) -> None:
    affichage(motif * 10_000)


def test_un_xls_et_un_xlsb(tmp_path: Path) -> None:
    croit_droit(lambda taille: lambda: xlsb._examiner(b"\x05\x08" * taille, "O", {}))
    croit_droit(lambda taille: lambda: xls._examiner(hostiles.ole(b"\x03\x02\x02\x00aa" * taille)))
