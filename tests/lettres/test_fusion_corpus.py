"""Les documents de publipostage réels : chacun se compile, se fusionne sans rien casser, et s'ouvre."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from fabrique_word import catalogue_de, parties_de
from lieux import DONNEES
from lxml import etree

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.modele import Modele, compiler

DOSSIER = DONNEES / "modeles_word"
DOCUMENTS = sorted(DOSSIER.glob("*.docx"))
pytestmark = pytest.mark.skipif(not DOCUMENTS, reason=f"les documents réels ({DOSSIER.name}) sont absents")
MARQUE = "Valeur"


def compiler_seul(chemin: Path) -> tuple[Modele, dict[str, str]]:
    """Le document, compilé contre le catalogue de ses propres champs, et des valeurs pour eux."""
    try:
        return compiler(chemin, {}), {}
    except ErreurUtilisateur as erreur:
        noms = [trouve[1] for faute in erreur.fautes if (trouve := re.search("champ « (.+) » inconnu", faute.message))]
        assert len(noms) == len(erreur.fautes)
        return compiler(chemin, catalogue_de(*noms)), {nom: f"{MARQUE} {nom} <é&>" for nom in noms}


@pytest.mark.parametrize("chemin", DOCUMENTS, ids=lambda chemin: chemin.stem)
def test_un_document_reel_se_fusionne_sans_rien_casser(chemin: Path) -> None:
    modele, valeurs = compiler_seul(chemin)
    lettre = modele.fusionner(valeurs)
    docx.Document(io.BytesIO(lettre))
    avant, apres = parties_de(chemin.read_bytes()), parties_de(lettre)
    texte = ""
    for nom, octets in apres.items():
        if octets != avant.get(nom):
            assert (
                nom.startswith(("word/document", "word/header", "word/footer", "word/footnotes"))
                or "settings" in nom
                or nom == "[Content_Types].xml"
            )
            texte += "".join(etree.fromstring(octets).itertext())
    assert not re.search("MERGEFIELD|«", texte)
    for nom in modele.champs:
        assert f"{MARQUE} {nom} <é&>" in texte
    if b"mailMerge" not in avant["word/settings.xml"]:
        assert apres["word/settings.xml"] == avant["word/settings.xml"]
        assert set(apres) == set(avant)


@pytest.mark.parametrize("chemin", DOCUMENTS, ids=lambda chemin: chemin.stem)
def test_un_document_reel_s_assemble(chemin: Path) -> None:
    modele, valeurs = compiler_seul(chemin)
    sections = len(docx.Document(str(chemin)).sections)
    assert len(docx.Document(io.BytesIO(modele.assembler([valeurs, valeurs], ["a", "b"]))).sections) == 2 * sections


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice est absent : l'ouverture n'y est pas vérifiée")
def test_tous_s_ouvrent_dans_libreoffice(tmp_path: Path) -> None:
    for chemin in DOCUMENTS:
        modele, valeurs = compiler_seul(chemin)
        (tmp_path / chemin.name).write_bytes(modele.fusionner(valeurs))
    profil = (tmp_path / "profil").as_uri()
    noms = [str(tmp_path / chemin.name) for chemin in DOCUMENTS]
    commande = [
        "soffice",
        f"-env:UserInstallation={profil}",
        "--headless",
        "--convert-to",
        "txt:Text (encoded):UTF8",
        "--outdir",
        str(tmp_path),
        *noms,
    ]
    subprocess.run(commande, check=True, capture_output=True, timeout=240)
    for chemin in DOCUMENTS:
        texte = (tmp_path / f"{chemin.stem}.txt").read_text(encoding="utf-8-sig")
        assert not re.search(r"MERGEFIELD|«|\{", texte), chemin.name
        assert MARQUE in texte or not compiler_seul(chemin)[1]
