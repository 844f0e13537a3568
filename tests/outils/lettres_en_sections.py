"""Des documents de plusieurs lettres, comme ceux que les modèles assemblent : une section et un signet par lettre."""

import io
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import segno
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm


def signet(rang: int) -> str:
    """Le signet d'une lettre ; le « _ » est celui que LibreOffice réécrit."""
    return f"lettre_{rang}"


def assembleur(lignes: Callable[[int], int] = lambda rang: 3, *, image: bool = False) -> Callable[[Sequence[int], int], bytes]:
    """De quoi assembler des lettres : `lignes(rang)` factures dans chacune (une soixantaine font deux pages).

    En-tête « Société n », pied « page x / nombre », et si `image` un QR code propre à chaque lettre.
    """

    def assembler(rangs: Sequence[int], pages: int) -> bytes:
        document = Document()
        for place, rang in enumerate(rangs):
            section = document.add_section(WD_SECTION.NEW_PAGE) if place else document.sections[0]
            _recommencer_a_un(section)
            _entete_et_pied(section, rang, pages)
            titre = document.add_paragraph(f"Lettre numéro {rang}, réf. É&<{rang}>")
            _poser_signet(titre, place, signet(rang))
            document.add_paragraph("Sauf erreur de notre part, ces factures restent impayées à ce jour. " * 3)
            if image:
                document.add_picture(io.BytesIO(_qr(rang)), width=Cm(3))
            table = document.add_table(rows=lignes(rang), cols=3)
            for numero, ligne in enumerate(table._tbl.tr_lst):
                for case, texte in zip(ligne.tc_lst, (f"FA{rang}-{numero}", "31/01/2026", "1 234,56 €"), strict=True):
                    case.p_lst[0].append(_jet(texte))
            document.add_paragraph(f"Fin de la lettre {rang}")
        tampon = io.BytesIO()
        document.save(tampon)
        return tampon.getvalue()

    return assembler


def texte_du_pdf(pdf: bytes | Path) -> str:
    """Le texte d'un PDF, pages séparées par \\f ; passe le test sans `pdftotext`."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler) est absent : le texte des PDF ne peut pas être lu")
    entree = pdf if isinstance(pdf, bytes) else pdf.read_bytes()
    fait = subprocess.run(["pdftotext", "-layout", "-", "-"], input=entree, capture_output=True, check=True)
    return fait.stdout.decode("utf-8")


def _qr(rang: int) -> bytes:
    tampon = io.BytesIO()
    segno.make(f"lettre {rang} " * 20).save(tampon, kind="png", scale=8)
    return tampon.getvalue()


def _recommencer_a_un(section: Any) -> None:
    for ancien in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(ancien)
    numerotation = OxmlElement("w:pgNumType")
    numerotation.set(qn("w:start"), "1")
    section._sectPr.append(numerotation)


def _entete_et_pied(section: Any, rang: int, pages: int) -> None:
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    section.header.paragraphs[0].text = f"Société {rang}"
    pied = section.footer.paragraphs[0]
    pied.text = "page "
    champ = OxmlElement("w:fldSimple")
    champ.set(qn("w:instr"), "PAGE")
    champ.append(_jet("1"))
    pied._p.append(champ)
    pied.add_run(f" / {pages}")


def _poser_signet(paragraphe: Any, numero: int, nom: str) -> None:
    debut, fin = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    debut.set(qn("w:id"), str(numero))
    debut.set(qn("w:name"), nom)
    fin.set(qn("w:id"), str(numero))
    paragraphe._p.insert(0, debut)
    paragraphe._p.append(fin)


def _jet(texte: str) -> Any:
    jet, mots = OxmlElement("w:r"), OxmlElement("w:t")
    mots.text = texte
    jet.append(mots)
    return jet
