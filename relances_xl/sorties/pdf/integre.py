"""Le convertisseur intégré : dxpdf (Rust, Skia). Rien à installer, ni programme ni police."""

import sys
from importlib.util import find_spec
from pathlib import Path

from relances_xl.fichiers.processus import Execution
from relances_xl.sorties.pdf.conversion import ErreurConversion, derniere_ligne, par_fichiers
from relances_xl.sorties.pdf.polices import reglage
from relances_xl.sorties.pdf.retouches import retoucher

AUTRE = "installez LibreOffice ou Word et mettez « Auto » au critère « Convertisseur PDF », ou simplifiez le modèle"
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
    complet = equations = False

    def __init__(self, delai: float = 60.0) -> None:
        self._delai = delai

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        def commande(entree: Path, sortie: Path) -> list[str]:
            polices = reglage(entree.parent)
            return [sys.executable, "-c", PROGRAMME, str(entree), str(sortie), *([str(polices)] if polices else [])]

        return par_fichiers(self.nom, retoucher(docx), commande, self._delai + 0.2 * lettres, _expliquer, MEMOIRE)


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
    return ErreurConversion(f"le convertisseur intégré n'a pas pu lire ce document ({derniere_ligne(execution)}) → {AUTRE}")
