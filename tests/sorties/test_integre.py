"""Le convertisseur intégré dessine les tableaux comme Word, là où dxpdf seul se trompe."""

import io
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from relances_xl.sorties.pdf.conversion import ErreurConversion
from relances_xl.sorties.pdf.integre import Integre


def _mots(docx: bytes) -> dict[str, tuple[float, float]]:
    """Chaque mot du PDF : (position de son bord gauche, largeur), en points."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler) est absent : la place des mots ne peut pas être lue")
    pdf = Integre().convertir(docx)
    sortie = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    trouves = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<', sortie)
    return {mot: (float(gauche), float(droite) - float(gauche)) for gauche, droite, mot in trouves}


def _octets(document: object) -> bytes:
    tampon = io.BytesIO()
    document.save(tampon)  # type: ignore[attr-defined]
    return tampon.getvalue()


def test_dans_un_tableau_le_style_du_paragraphe_donne_la_taille_et_la_marge_nulle_est_nulle() -> None:
    document = Document()
    style = document.styles.add_style("Titre émetteur", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.font.size = Pt(20)
    document.add_paragraph("MMMM1", style)
    table = document.add_table(rows=1, cols=1)
    table._tbl.tblPr.append(
        parse_xml(f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>')
    )
    table.cell(0, 0).paragraphs[0].text = "MMMM2"
    table.cell(0, 0).paragraphs[0].style = style
    table.cell(0, 0).add_paragraph("MMMM3")
    document.add_paragraph("MMMM4")
    mots = _mots(_octets(document))
    assert mots["MMMM2"] == pytest.approx(mots["MMMM1"], abs=0.6)
    assert mots["MMMM3"] == pytest.approx(mots["MMMM4"], abs=0.6)
    assert mots["MMMM1"][1] > 1.5 * mots["MMMM4"][1]


def test_une_taille_de_style_de_tableau_est_laissee_telle_quelle() -> None:
    document = Document()
    style = document.styles.add_style("Petit tableau", WD_STYLE_TYPE.TABLE)
    style.font.size = Pt(6)
    table = document.add_table(rows=1, cols=1, style=style)
    table.cell(0, 0).paragraphs[0].text = "MMMM2"
    document.add_paragraph("MMMM4")
    mots = _mots(_octets(document))
    assert mots["MMMM2"][1] < 0.7 * mots["MMMM4"][1]


@pytest.mark.parametrize("styles", [None, b"<pas du xml", b"<w:styles xmlns:w='x'/>"])
def test_un_document_abime_est_une_erreur_en_francais_jamais_un_plantage(styles: bytes | None) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("word/document.xml", b"<rien/>")
        if styles is not None:
            archive.writestr("word/styles.xml", styles)
    with pytest.raises(ErreurConversion, match="n'a pas pu lire ce document"):
        Integre().convertir(tampon.getvalue())
