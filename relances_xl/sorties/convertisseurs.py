"""De Word à PDF : Word lui-même, LibreOffice, ou le convertisseur intégré (contrat §6).

Chacun travaille dans un processus à part : un plantage ou un blocage n'emporte pas la production.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.sorties.processus import DelaiDepasse, Execution, executer


class ErreurConversion(Exception):
    """Une lettre n'a pas pu devenir un PDF ; le .docx reste. Le texte est pour l'utilisateur.

    generale : le convertisseur lui-même est en cause, inutile d'essayer les autres lettres.
    """

    def __init__(self, message: str, *, generale: bool = False) -> None:
        super().__init__(message)
        self.generale = generale


class Outil(Protocol):
    """Un convertisseur.

    lot : lettres par document assemblé ; 1 s'il ne sait pas nommer les pages d'un document de plusieurs lettres.
    fils : conversions à mener de front.
    """

    @property
    def nom(self) -> str: ...
    @property
    def lot(self) -> int: ...
    @property
    def fils(self) -> int: ...

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        """Le PDF d'un document de `lettres` lettres ; lève `ErreurConversion`."""


class Integre:
    """dxpdf (Rust, Skia) : rien à installer, mais il lui faut au moins une police sur la machine."""

    nom = "convertisseur intégré"
    lot = 400
    fils = 2

    def __init__(self, delai: float = 60.0) -> None:
        self._delai = delai

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        programme = "import sys, dxpdf; dxpdf.convert_file(sys.argv[1], sys.argv[2])"

        def commande(entree: Path, sortie: Path) -> list[str]:
            return [sys.executable, "-c", programme, str(entree), str(sortie)]

        return _par_fichiers(self.nom, docx, commande, self._delai + 0.2 * lettres, _explication_integre)


def _explication_integre(execution: Execution) -> ErreurConversion:
    if "no fonts available" in execution.erreurs:
        return ErreurConversion(
            "aucune police de caractères n'est installée sur cette machine : le convertisseur intégré ne peut rien "
            "écrire → installez une police (Arial, Calibri, ou les paquets fonts-liberation et "
            "fonts-crosextra-carlito sous Linux), ou LibreOffice",
            generale=True,
        )
    return ErreurConversion(f"le convertisseur intégré n'a pas pu lire ce document ({_derniere_ligne(execution)})")


class LibreOffice:
    """LibreOffice sans fenêtre, dans un profil à nous : celui de l'utilisateur peut rester ouvert.

    Le réglage ExportBookmarksToPDFDestination est écrit dans le profil plutôt que passé au filtre : les versions
    antérieures à 7.4 ne lisent pas les options du filtre sur la ligne de commande.
    """

    lot = 400
    fils = 1

    def __init__(self, soffice: Path, delai: float = 90.0) -> None:
        self.nom = f"LibreOffice ({soffice})"
        self._soffice = soffice
        self._delai = delai
        self._profil = tempfile.TemporaryDirectory(prefix="relances_xl_profil_", ignore_cleanup_errors=True)
        reglages = Path(self._profil.name) / "user" / "registrymodifications.xcu"
        reglages.parent.mkdir()
        reglages.write_text(_REGLAGES_LIBREOFFICE, encoding="utf-8")

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        profil = Path(self._profil.name).as_uri()

        def commande(entree: Path, sortie: Path) -> list[str]:
            return [
                str(self._soffice), f"-env:UserInstallation={profil}", "--headless", "--norestore", "--nolockcheck",
                "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(sortie.parent), str(entree),
            ]  # fmt: skip

        # Il rend 0 même quand il n'a rien écrit : seul le PDF fait foi.
        return _par_fichiers(self.nom, docx, commande, self._delai + 0.5 * lettres, _explication_libreoffice)


_REGLAGES_LIBREOFFICE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Filter/PDF/Export"><prop oor:name="ExportBookmarksToPDFDestination" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def _explication_libreoffice(execution: Execution) -> ErreurConversion:
    return ErreurConversion(f"LibreOffice n'a pas produit de PDF ({_derniere_ligne(execution)})")


class Word:
    """Microsoft Word, par docx2pdf (Windows, macOS).

    docx2pdf prend tous les .docx d'un dossier, fichiers de verrou « ~$ » compris, et ferme le Word de l'utilisateur
    sauf `keep_active` : d'où un dossier à nous et `keep_active=True`. Word ne nomme pas les pages d'un PDF : une
    lettre par document, tout un dossier par appel.
    """

    nom = "Word"
    lot = 1
    fils = 1

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
            dossiers = Path(racine) / "docx", Path(racine) / "pdf"
            for dossier in dossiers:
                dossier.mkdir()
            noms = [f"lettre{numero:05d}" for numero in range(len(documents))]
            for nom, document in zip(noms, documents, strict=True):
                (dossiers[0] / f"{nom}.docx").write_bytes(document)
            resultats: list[bytes | ErreurConversion] = []
            erreur = self._docx2pdf(*dossiers, self._delai + 10.0 * len(documents))
            for nom in noms:
                pdf = dossiers[1] / f"{nom}.pdf"
                if not _est_un_pdf(pdf):
                    erreur = self._docx2pdf(dossiers[0] / f"{nom}.docx", pdf, self._delai)
                resultats.append(pdf.read_bytes() if _est_un_pdf(pdf) else ErreurConversion(erreur))
            return resultats

    def _docx2pdf(self, entree: Path, sortie: Path, delai: float) -> str:
        programme = "import sys, docx2pdf; docx2pdf.convert(sys.argv[1], sys.argv[2], keep_active=True)"
        try:
            execution = executer([sys.executable, "-c", programme, str(entree), str(sortie)], delai)
        except DelaiDepasse:
            return "Word n'a pas répondu à temps → fermez les boîtes de dialogue ouvertes dans Word, puis recommencez"
        return f"Word n'a pas produit de PDF ({_derniere_ligne(execution)})"


def choisir(convertisseur: Convertisseur) -> Outil:
    """L'outil demandé ; « Auto » : Word, sinon LibreOffice, sinon l'intégré. Un outil nommé mais absent est une faute."""
    candidats = [convertisseur] if convertisseur != Convertisseur.AUTO else list(_TROUVER)
    for candidat in candidats:
        outil = _TROUVER[candidat]()
        if outil is not None:
            return outil
    raise ErreurUtilisateur(
        Faute(
            f"convertisseur PDF « {convertisseur} » introuvable sur cette machine",
            "installez-le, ou mettez « Auto » au critère « Convertisseur PDF »",
            onglet="Critères",
            cellule="Convertisseur PDF",
        )
    )


def _trouver_word() -> Word | None:
    return Word() if _word_present() and find_spec("docx2pdf") else None


def _word_present() -> bool:
    if sys.platform == "win32":
        import winreg

        with suppress(OSError):
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Word.Application\CLSID"))
            return True
        return False
    applications = (Path("/Applications"), Path.home() / "Applications")
    return sys.platform == "darwin" and any((lieu / "Microsoft Word.app").exists() for lieu in applications)


def _trouver_libreoffice() -> LibreOffice | None:
    chemin = next((c for c in _lieux_libreoffice() if c.is_file()), None)
    return LibreOffice(chemin) if chemin else None


def _lieux_libreoffice() -> Iterable[Path]:
    """Où chercher LibreOffice : le PATH, puis les lieux d'installation habituels.

    Sous Windows, `soffice.com` : `soffice.exe` peut rendre la main avant d'avoir fini.
    """
    for nom in ("soffice.com", "soffice", "libreoffice"):
        if trouve := shutil.which(nom):
            yield Path(trouve)
    if sys.platform == "win32":
        import os

        for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"):
            if racine := os.environ.get(variable):
                yield Path(racine) / "LibreOffice" / "program" / "soffice.com"
    elif sys.platform == "darwin":
        for lieu in (Path("/Applications"), Path.home() / "Applications"):
            yield lieu / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
    else:
        yield from sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)


def _trouver_integre() -> Integre | None:
    return Integre() if find_spec("dxpdf") else None


_TROUVER: Mapping[Convertisseur, Callable[[], Outil | None]] = {
    Convertisseur.WORD: _trouver_word,
    Convertisseur.LIBREOFFICE: _trouver_libreoffice,
    Convertisseur.INTEGRE: _trouver_integre,
}


def _par_fichiers(
    nom: str,
    docx: bytes,
    commande: Callable[[Path, Path], list[str]],
    delai: float,
    expliquer: Callable[[Execution], ErreurConversion],
) -> bytes:
    """Convertit dans un dossier temporaire neuf (le PDF ne peut qu'être celui-ci) et vérifie ce qui en sort."""
    with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as dossier:
        entree, sortie = Path(dossier) / "lettres.docx", Path(dossier) / "lettres.pdf"
        entree.write_bytes(docx)
        try:
            execution = executer(commande(entree, sortie), delai)
        except DelaiDepasse:
            raise ErreurConversion(f"{nom} : pas de réponse en {delai:.0f} s, conversion abandonnée") from None
        except OSError as erreur:
            raise ErreurConversion(f"{nom} ne se lance pas ({erreur})", generale=True) from None
        if not _est_un_pdf(sortie):
            raise expliquer(execution)
        return sortie.read_bytes()


def _est_un_pdf(chemin: Path) -> bool:
    """Un PDF entier : son début et sa fin y sont."""
    if not chemin.is_file():
        return False
    contenu = chemin.read_bytes()
    return contenu.startswith(b"%PDF-") and b"%%EOF" in contenu[-1024:]


def _derniere_ligne(execution: Execution) -> str:
    """Ce que le programme a dit en dernier : pour le support, entre parenthèses."""
    lignes = [ligne.strip() for ligne in (execution.erreurs or execution.sortie).splitlines() if ligne.strip()]
    return lignes[-1][:200] if lignes else f"code {execution.code}, sans message"
