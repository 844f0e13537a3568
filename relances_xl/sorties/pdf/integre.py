"""Le convertisseur intégré : dxpdf (Rust, Skia). Rien à installer, ni programme ni police."""

import re
import sys
import zipfile
from collections.abc import Collection
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from relances_xl.fichiers.processus import Execution
from relances_xl.sorties.pdf.conversion import ErreurConversion, derniere_ligne, par_fichiers
from relances_xl.sorties.pdf.polices import reglage

STYLES = "word/styles.xml"
PROGRAMME = """
import os, sys
if len(sys.argv) > 3:
    os.environ["FONTCONFIG_FILE"] = sys.argv[3]
import dxpdf
dxpdf.convert_file(sys.argv[1], sys.argv[2])
"""

MEMOIRE = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=65535:glibc.malloc.tcache_max=65536"}
"""Un quart du temps de dxpdf passait à rendre et reprendre de petits blocs à la glibc (sans effet ailleurs)."""


class Integre:
    """dxpdf, dans un processus à part : un plantage ou un blocage n'emporte pas la production.

    Deux à la fois : chercher les polices lui prend une demi-seconde par document, quel qu'il soit.
    """

    nom = "convertisseur intégré"
    lot = 400
    fils = 2

    def __init__(self, delai: float = 60.0) -> None:
        self._delai = delai

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        def commande(entree: Path, sortie: Path) -> list[str]:
            polices = reglage(entree.parent)
            return [sys.executable, "-c", PROGRAMME, str(entree), str(sortie), *([str(polices)] if polices else [])]

        return par_fichiers(self.nom, _retoucher(docx), commande, self._delai + 0.2 * lettres, _expliquer, MEMOIRE)


def trouver() -> Integre | None:
    """L'intégré : toujours là, sauf installation incomplète."""
    return Integre() if find_spec("dxpdf") else None


def _expliquer(execution: Execution) -> ErreurConversion:
    if "no fonts available" in execution.erreurs:
        return ErreurConversion(
            "aucune police de caractères n'est installée sur cette machine : le convertisseur intégré ne peut rien "
            "écrire → installez une police (Arial, Calibri, ou les paquets fonts-liberation et "
            "fonts-crosextra-carlito sous Linux), ou LibreOffice",
            generale=True,
        )
    return ErreurConversion(f"le convertisseur intégré n'a pas pu lire ce document ({derniere_ligne(execution)})")


def _retoucher(docx: bytes) -> bytes:
    """Le même document, dit autrement là où dxpdf 0.8 se trompe.

    Dans une cellule, il fait passer la taille de caractères de `w:docDefaults` avant celle du style du paragraphe (un
    titre de 15 points sortait en 11) : elle va dans les styles. Il prend une marge de cellule nulle pour une marge non
    dite : elle devient d'un vingtième de point.
    """
    sortie = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(docx)) as source, zipfile.ZipFile(sortie, "w") as cible:
            de_tableau: set[str] = set()
            for nom in source.namelist():
                contenu = source.read(nom)
                if nom.startswith("word/") and nom.endswith(".xml") and nom != STYLES:
                    de_tableau.update(style.decode() for style in _STYLE_DE_TABLEAU.findall(contenu))
                    contenu = _MARGES.sub(lambda marges: marges[0].replace(b'w:w="0"', b'w:w="1"'), contenu)
                if nom != STYLES:
                    cible.writestr(nom, contenu)
            styles = source.read(STYLES)
            cible.writestr(STYLES, _styles_retouches(styles, de_tableau) or styles)
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, ExpatError):
        return docx  # dxpdf dira lui-même ce qui ne va pas
    return sortie.getvalue()


_STYLE_DE_TABLEAU = re.compile(rb'<w:tblStyle w:val="([^"]+)"')
_MARGES = re.compile(rb"<w:(tblCellMar|tcMar)>.*?</w:\1>", re.DOTALL)


def _styles_retouches(xml: bytes, de_tableau: Collection[str]) -> bytes | None:
    """Les styles sans taille par défaut ; None s'il n'y en a pas, ou si un style de tableau employé porte une taille.

    de_tableau : identifiants des styles de tableau du document. Leur taille passe après celle du style de paragraphe
    mais avant celle par défaut : déplacer celle-ci changerait ce que Word dessine.
    """
    document = minidom.parseString(xml)
    styles = document.getElementsByTagName("w:style")
    tailles = [t for defauts in document.getElementsByTagName("w:docDefaults") for t in defauts.getElementsByTagName("w:sz")]
    if not tailles or any(_taille_de_tableau(style, de_tableau) for style in styles):
        return None
    (taille, *_) = tailles
    for style in styles:
        racine = style.getAttribute("w:type") == "paragraph" and not style.getElementsByTagName("w:basedOn")
        if racine and not style.getElementsByTagName("w:sz"):
            _poser_taille(document, style, taille.getAttribute("w:val"))
    assert taille.parentNode is not None
    taille.parentNode.removeChild(taille)
    return document.toxml(encoding="UTF-8")


def _taille_de_tableau(style: minidom.Element, employes: Collection[str]) -> bool:
    """Ce style de tableau est employé, et dit une taille (lui ou, par prudence, celui dont il dérive)."""
    employe = style.getAttribute("w:styleId") in employes or style.hasAttribute("w:default")
    derive = any(base.getAttribute("w:val") != "TableNormal" for base in style.getElementsByTagName("w:basedOn"))
    dit = bool(style.getElementsByTagName("w:sz"))
    return style.getAttribute("w:type") == "table" and employe and (dit or derive)


def _poser_taille(document: minidom.Document, style: minidom.Element, valeur: str) -> None:
    proprietes = next((noeud for noeud in style.childNodes if noeud.nodeName == "w:rPr"), None)
    if proprietes is None:
        proprietes = style.appendChild(document.createElement("w:rPr"))
    taille = document.createElement("w:sz")
    taille.setAttribute("w:val", valeur)
    proprietes.appendChild(taille)
