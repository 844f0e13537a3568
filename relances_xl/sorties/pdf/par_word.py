"""Microsoft Word, par docx2pdf (Windows, macOS)."""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from relances_xl.fichiers.processus import DelaiDepasse, executer
from relances_xl.sorties.pdf.conversion import ErreurConversion, derniere_ligne, est_un_pdf


class Word:
    """Le Word de l'utilisateur, jamais fermé.

    docx2pdf prend tous les .docx d'un dossier, fichiers de verrou « ~$ » compris, et ferme Word sauf `keep_active` :
    d'où un dossier à nous et `keep_active=True`. Word ne nomme pas les pages d'un PDF : une lettre par document, tout un
    dossier par appel.
    """

    nom = "Word"
    lot = 1
    fils = 1
    complet = equations = True

    def __init__(self, delai: float = 120.0) -> None:
        self._delai = delai

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        resultat = self.convertir_dossier([docx])[0]
        if isinstance(resultat, ErreurConversion):
            raise resultat
        return resultat

    def convertir_dossier(self, documents: Sequence[bytes]) -> list[bytes | ErreurConversion]:
        """Le PDF de chaque document, ou son erreur ; ce qui manque au premier appel est repris seul, une fois."""
        with tempfile.TemporaryDirectory(prefix="relances_xl_word_", ignore_cleanup_errors=True) as racine:
            docx, pdf = Path(racine) / "docx", Path(racine) / "pdf"
            docx.mkdir()
            pdf.mkdir()
            noms = [f"lettre{numero:05d}" for numero in range(len(documents))]
            for nom, document in zip(noms, documents, strict=True):
                (docx / f"{nom}.docx").write_bytes(document)
            self._docx2pdf(docx, pdf, self._delai + 10.0 * len(documents))
            return [self._recuperer(docx / f"{nom}.docx", pdf / f"{nom}.pdf") for nom in noms]

    def _recuperer(self, docx: Path, pdf: Path) -> bytes | ErreurConversion:
        erreur = "" if est_un_pdf(pdf) else self._docx2pdf(docx, pdf, self._delai)
        return pdf.read_bytes() if est_un_pdf(pdf) else ErreurConversion(erreur)

    def _docx2pdf(self, entree: Path, sortie: Path, delai: float) -> str:
        """Lance docx2pdf sur un fichier ou un dossier ; rend ce qu'il faudra dire si le PDF manque."""
        programme = "import sys, docx2pdf; docx2pdf.convert(sys.argv[1], sys.argv[2], keep_active=True)"
        try:
            execution = executer([sys.executable, "-c", programme, str(entree), str(sortie)], delai)
        except DelaiDepasse:
            return "Word n'a pas répondu à temps → fermez les boîtes de dialogue ouvertes dans Word, puis recommencez"
        return f"Word n'a pas produit de PDF ({derniere_ligne(execution)})"


def trouver() -> Word | None:
    """Word, s'il est installé et que docx2pdf l'est."""
    return Word() if _installe() and find_spec("docx2pdf") else None


def _installe() -> bool:
    if sys.platform == "win32":
        import winreg

        with suppress(OSError):
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Word.Application\CLSID"))
            return True
        return False
    applications = (Path("/Applications"), Path.home() / "Applications")
    return sys.platform == "darwin" and any((lieu / "Microsoft Word.app").exists() for lieu in applications)
