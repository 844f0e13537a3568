"""Choisir le convertisseur, et ce qu'on dit quand il manque, se bloque ou ne rend rien."""

import os
import shutil
import stat
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fabrique_word import modele_word, parties_de
from lettres_en_sections import assembleur

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.fichiers.processus import Execution, executer
from relances_xl.sorties.pdf import par_word
from relances_xl.sorties.pdf.conversion import ErreurConversion
from relances_xl.sorties.pdf.convertisseurs import choisir
from relances_xl.sorties.pdf.integre import Integre
from relances_xl.sorties.pdf.libreoffice import LibreOffice
from relances_xl.sorties.pdf.par_word import Word

sous_unix = pytest.mark.skipif(sys.platform == "win32", reason="sans objet : les faux programmes sont des scripts sh")

FAUX_DOCX2PDF = """
import os, pathlib
JOURNAL = pathlib.Path(__file__).with_name("journal.txt")

def convert(entree, sortie, keep_active=False):
    entree, sortie = pathlib.Path(entree), pathlib.Path(sortie)
    with JOURNAL.open("a") as journal:
        journal.write(f"{'dossier' if entree.is_dir() else 'fichier'} keep_active={keep_active}\\n")
    seul = not entree.is_dir()
    for docx in ([entree] if seul else sorted(entree.glob("*.docx"))):
        contenu = docx.read_bytes()
        if contenu == b"toujours mauvais" or (contenu == b"mauvais en lot" and not seul):
            raise RuntimeError("(-2147352567, 'Une exception s\\u2019est produite.')")
        (sortie if seul else sortie / f"{docx.stem}.pdf").write_bytes(b"%PDF-1.7 " + contenu + b" %%EOF")
"""


@pytest.fixture
def programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Pose un faux `soffice` en tête du PATH."""

    def poser(script: str) -> Path:
        dossier = tmp_path / "bin"
        dossier.mkdir()
        chemin = dossier / "soffice"
        chemin.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        chemin.chmod(chemin.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{dossier}{os.pathsep}{os.environ['PATH']}")
        return chemin

    return poser


@pytest.fixture
def journal_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Met à la place de docx2pdf un module qui fait ce que fait la version 0.1.8, sans Word."""
    (tmp_path / "docx2pdf.py").write_text(FAUX_DOCX2PDF, encoding="utf-8")

    def executer_ici(commande: list[str], delai: float) -> Execution:
        python, option, programme, *suite = commande
        return executer([python, option, f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {programme}", *suite], delai)

    monkeypatch.setattr(par_word, "executer", executer_ici)  # non PYTHONPATH, que le Python de l'installeur ignore
    return tmp_path / "journal.txt"


@sous_unix
def test_auto_prend_libreoffice_avant_l_integre_et_le_dit(programme: Callable[[str], Path]) -> None:
    chemin = programme("exit 0")
    assert choisir(Convertisseur.AUTO).nom == f"LibreOffice ({chemin})"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="sans objet : Word peut être là")
def test_auto_prend_l_integre_quand_il_n_y_a_rien_d_autre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if list(Path("/opt").glob("libreoffice*/program/soffice")):
        pytest.skip("sans objet : un LibreOffice est installé dans /opt")
    assert choisir(Convertisseur.AUTO).nom == "convertisseur intégré"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="sans objet : Word peut être là")
def test_un_convertisseur_nomme_mais_absent_est_une_faute_de_critere() -> None:
    with pytest.raises(ErreurUtilisateur, match=r"« Word » introuvable .*« Auto » au critère « Convertisseur PDF »"):
        choisir(Convertisseur.WORD)


@sous_unix
def test_un_convertisseur_qui_se_bloque_est_arrete_avec_ses_enfants(programme: Callable[[str], Path], tmp_path: Path) -> None:
    enfant = tmp_path / "enfant"
    soffice = programme(f"sleep 60 & echo $! > {enfant}; wait")
    with pytest.raises(ErreurConversion, match="pas de réponse en 1 s, conversion abandonnée"):
        LibreOffice(soffice, delai=0.5).convertir(b"")
    assert _est_mort(int(enfant.read_text(encoding="utf-8")))


@sous_unix
def test_un_code_zero_sans_pdf_n_est_pas_une_reussite(programme: Callable[[str], Path]) -> None:
    soffice = programme("echo 'source file could not be loaded' >&2; exit 0")
    with pytest.raises(ErreurConversion, match=r"LibreOffice n'a pas produit de PDF \(source file could not"):
        LibreOffice(soffice).convertir(b"")


@sous_unix
def test_un_pdf_tronque_n_est_pas_un_pdf(programme: Callable[[str], Path]) -> None:
    soffice = programme('while [ "$1" != --outdir ]; do shift; done; printf "%%PDF-1.7 debut" > "$2/lettres.pdf"')
    with pytest.raises(ErreurConversion, match="n'a pas produit de PDF"):
        LibreOffice(soffice).convertir(b"")


def test_un_programme_disparu_est_une_panne_de_l_outil(tmp_path: Path) -> None:
    with pytest.raises(ErreurConversion, match="ne se lance pas") as erreur:
        LibreOffice(tmp_path / "soffice").convertir(b"")
    assert erreur.value.generale


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sans objet : Windows et macOS ont leurs polices")
def test_sans_aucune_police_l_integre_ecrit_avec_la_sienne(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vide = tmp_path / "vide.conf"
    vide.write_text("<?xml version='1.0'?><fontconfig></fontconfig>", encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(vide))
    with pikepdf.open(BytesIO(Integre().convertir(assembleur()([0], 1)))) as pdf:
        polices = {str(police.BaseFont) for police in pdf.pages[0].resources.Font.values()}
    assert polices and all("SourceSansPro" in police for police in polices)


def test_word_convertit_tout_un_dossier_sans_fermer_celui_de_l_utilisateur(journal_word: Path) -> None:
    assert Word().convertir_dossier([b"un", b"deux"]) == [b"%PDF-1.7 un %%EOF", b"%PDF-1.7 deux %%EOF"]
    assert journal_word.read_text(encoding="utf-8") == "dossier keep_active=True\n"


def test_ce_que_word_a_manque_est_repris_seul_une_fois(journal_word: Path) -> None:
    pdf = Word().convertir_dossier([b"un", b"mauvais en lot", b"toujours mauvais", b"quatre"])
    assert [isinstance(fait, bytes) for fait in pdf] == [True, True, False, True]
    assert "Word n'a pas produit de PDF (RuntimeError: (-2147352567" in str(pdf[2])
    assert journal_word.read_text(encoding="utf-8").splitlines().count("fichier keep_active=True") == 3


def _est_mort(pid: int) -> bool:
    """Le processus n'est plus (ou n'attend que d'être enterré par init)."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        etat = Path(f"/proc/{pid}/stat")
        if etat.exists() and etat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) est absent")
def test_libreoffice_ne_va_rien_chercher_sur_le_reseau(tmp_path: Path) -> None:
    """Une image liée à un serveur de la machine : il n'est jamais appelé (le modèle, lui, serait refusé)."""
    appels: list[str] = []

    class Ecoute(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            appels.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    serveur = HTTPServer(("127.0.0.1", 0), Ecoute)
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    image = f"http://127.0.0.1:{serveur.server_port}/pixel.png"
    corps = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="i"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="i"/><pic:cNvPicPr/>'
        '</pic:nvPicPr><pic:blipFill><a:blip r:link="rIdX"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off '
        'x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    vierge = parties_de(modele_word(tmp_path / "m.docx", corps).read_bytes())
    nom = "word/_rels/document.xml.rels"
    lien = (
        f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="{image}" '
        'TargetMode="External"/></Relationships>'
    )
    liees = {nom: vierge[nom].replace(b"</Relationships>", lien.encode())}
    docx = modele_word(tmp_path / "m.docx", corps, paquet=liees).read_bytes()
    try:
        assert choisir(Convertisseur.LIBREOFFICE).convertir(docx).startswith(b"%PDF")
    finally:
        serveur.shutdown()
    assert appels == []
