"""L'imprimante, par un vrai CUPS à nous : son socket, ses files et son dossier, sans toucher au système.

L'imprimante virtuelle est un « backend » qui range chaque travail dans un dossier ; le fichier `panne` l'arrête.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from relances_xl.sorties import imprimante
from relances_xl.sorties.imprimante import (
    DouteImpression,
    ErreurImpression,
    EtatTravail,
    defaut,
    etat_travail,
    imprimantes,
    imprimer,
)

BACKEND = """#!/bin/sh
[ $# -eq 0 ] && { echo 'direct dossier "Inconnue" "Dossier"'; exit 0; }
dossier=${DEVICE_URI#dossier:}
[ -e "$dossier/panne" ] && exit 4
printf '%s' "$3" > "$dossier/$1.titre"
cat "${6:--}" > "$dossier/$1.pdf.tmp" && mv "$dossier/$1.pdf.tmp" "$dossier/$1.pdf"
"""
CUPSD_CONF = """Listen {racine}/cups.sock
Browsing No
DefaultAuthType None
WebInterface No
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FICHIERS_CONF = """ServerRoot {racine}/etc
ServerBin {racine}/bin
RequestRoot {racine}/spool
TempDir {racine}/spool/tmp
StateDir {racine}/etat
CacheDir {racine}/cache
ErrorLog {racine}/erreurs
AccessLog {racine}/acces
PageLog {racine}/pages
"""


@pytest.fixture(scope="module")
def cups() -> Iterator[Path]:
    """Un CUPS privé et ses imprimantes « Bureau » (par défaut) et « Hall » ; rend le dossier de sortie de « Bureau »."""
    cupsd = shutil.which("cupsd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    systeme = next((lieu for lieu in (Path("/usr/lib/cups"), Path("/usr/libexec/cups")) if lieu.is_dir()), None)
    if not cupsd or not systeme or not shutil.which("lp"):
        pytest.skip("CUPS est absent (paquets cups et cups-client)")
    racine = Path(mkdtemp(prefix="cups_", dir="/tmp"))  # court : un chemin de socket a 104 caractères au plus
    racine.chmod(0o755)
    for nom in ("etc", "spool/tmp", "etat", "cache", "bin/backend", "Bureau", "Hall"):
        (racine / nom).mkdir(parents=True)
    for nom in ("Bureau", "Hall"):
        (racine / nom).chmod(0o777)
    for lien in systeme.iterdir():
        if lien.name != "backend":
            (racine / "bin" / lien.name).symlink_to(lien)
    (racine / "bin/backend/dossier").write_text(BACKEND, encoding="utf-8")
    (racine / "bin/backend/dossier").chmod(0o755)
    (racine / "etc/cupsd.conf").write_text(CUPSD_CONF.format(racine=racine), encoding="utf-8")
    (racine / "etc/cups-files.conf").write_text(FICHIERS_CONF.format(racine=racine), encoding="utf-8")
    commande = [cupsd, "-f", "-c", str(racine / "etc/cupsd.conf"), "-s", str(racine / "etc/cups-files.conf")]
    serveur = subprocess.Popen(commande, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("CUPS_SERVER", str(racine / "cups.sock"))
        try:
            if not _attendre(lambda: "is running" in _dire("lpstat", "-r")):
                pytest.skip("cupsd ne démarre pas ici (il lui faut sans doute les droits de root)")
            for nom in ("Bureau", "Hall"):
                _dire("lpadmin", "-p", nom, "-E", "-v", f"dossier:{racine / nom}", "-m", "raw")
            _dire("lpadmin", "-d", "Bureau")
            yield racine
        finally:
            serveur.terminate()
            serveur.wait(10)
            shutil.rmtree(racine, ignore_errors=True)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    chemin = tmp_path / "-toutes é.pdf"  # un tiret en tête : ce n'est pas une option
    chemin.write_bytes(b"%PDF-1.4\n% relances " + os.urandom(8).hex().encode() + b"\n%%EOF\n")
    return chemin


def test_les_imprimantes_et_celle_par_defaut(cups: Path) -> None:
    assert imprimantes() == ["Bureau", "Hall"]
    assert defaut() == "Bureau"


@pytest.mark.parametrize(("nom", "dossier"), [("", "Bureau"), ("Hall", "Hall")])
def test_le_pdf_arrive_tel_quel_a_l_imprimante(cups: Path, pdf: Path, nom: str, dossier: str) -> None:
    travail = imprimer(pdf, nom, "Relances 2026-03-31_1\nde la « Société »")
    sorti = cups / dossier / f"{travail.rpartition('-')[2]}.pdf"
    assert _attendre(sorti.exists)
    assert sorti.read_bytes() == pdf.read_bytes()
    assert sorti.with_suffix(".titre").read_text(encoding="utf-8") == "Relances 2026-03-31_1 de la « Société »"
    assert _attendre(lambda: etat_travail(travail) is EtatTravail.SORTI)


def test_une_imprimante_eteinte_garde_le_travail_en_attente(cups: Path, pdf: Path) -> None:
    _dire("cupsdisable", "Hall")
    try:
        travail = imprimer(pdf, "Hall", "Relances")
        assert etat_travail(travail) is EtatTravail.EN_ATTENTE
    finally:
        _dire("cancel", "-a", "Hall")
        _dire("cupsenable", "Hall")


def test_un_travail_que_la_file_ne_connait_pas_est_d_etat_inconnu(cups: Path) -> None:
    assert etat_travail("Bureau-99999") is EtatTravail.INCONNU
    assert etat_travail("") is EtatTravail.INCONNU


def test_une_imprimante_inconnue_est_un_refus_qui_nomme_les_presentes(cups: Path, pdf: Path) -> None:
    with pytest.raises(ErreurImpression, match=r"« Grenier » introuvable .*\(présentes : Bureau, Hall\)"):
        imprimer(pdf, "Grenier", "Relances")


def test_une_imprimante_qui_refuse_les_travaux_est_un_refus(cups: Path, pdf: Path) -> None:
    _dire("cupsreject", "Hall")
    try:
        with pytest.raises(ErreurImpression, match="« Hall » refuse les travaux"):
            imprimer(pdf, "Hall", "Relances")
    finally:
        _dire("cupsaccept", "Hall")


def test_sans_imprimante_par_defaut_on_dit_de_la_nommer(cups: Path, pdf: Path) -> None:
    _dire("lpadmin", "-x", "Bureau")
    try:
        assert defaut() is None
        with pytest.raises(ErreurImpression, match="pas d'imprimante par défaut → nommez-la au critère « Imprimante »"):
            imprimer(pdf, "", "Relances")
    finally:
        _dire("lpadmin", "-p", "Bureau", "-E", "-v", f"dossier:{cups / 'Bureau'}", "-m", "raw")
        _dire("lpadmin", "-d", "Bureau")


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


def _dire(*commande: str) -> str:
    """Une commande de CUPS, en anglais ; ce qu'elle écrit."""
    environnement = {**os.environ, "LC_ALL": "C.UTF-8"}
    chemin = shutil.which(commande[0], path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") or commande[0]
    fait = subprocess.run(
        [chemin, *commande[1:]], capture_output=True, text=True, timeout=20, env=environnement, check=False
    )
    return fait.stdout


def _attendre(vrai: Callable[[], bool], secondes: float = 10.0) -> bool:
    fin = time.monotonic() + secondes
    while time.monotonic() < fin:
        if vrai():
            return True
        time.sleep(0.05)
    return False
