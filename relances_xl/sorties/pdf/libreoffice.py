"""LibreOffice, sans fenêtre et sans toucher au profil de l'utilisateur, qui peut rester ouvert."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from relances_xl.fichiers.processus import DelaiDepasse, Execution, executer
from relances_xl.sorties.pdf.conversion import ErreurConversion, derniere_ligne, est_un_pdf, par_fichiers

_REGLAGES: dict[tuple[str, str], str] = {
    # Sans lui, pas de destinations nommées, donc pas de découpe.
    ("Office.Common/Filter/PDF/Export", "ExportBookmarksToPDFDestination"): "true",
    # Les balises : une lettre se lit aussi à voix haute.
    ("Office.Common/Filter/PDF/Export", "UseTaggedPDF"): "true",
    # Un modèle ou un export ne fait rien chercher au dehors ni rien exécuter : liens jamais suivis, macros jamais lancées, et
    # pour tout ce qui voudrait quand même le réseau, un mandataire où personne ne répond.
    ("Office.Writer/Content/Update", "Link"): "0",
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks"): "true",
    ("Office.Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("Office.Common/Security/Scripting", "MacroSecurityLevel"): "3",
    ("Inet/Settings", "ooInetProxyType"): "2",
    ("Inet/Settings", "ooInetNoProxy"): "",
    **{("Inet/Settings", f"ooInet{genre}ProxyName"): "127.0.0.1" for genre in ("HTTP", "HTTPS", "FTP")},
    **{("Inet/Settings", f"ooInet{genre}ProxyPort"): "9" for genre in ("HTTP", "HTTPS", "FTP")},
}
"""Réglages du profil. Écrits là plutôt que passés au filtre : avant 7.4, LibreOffice ne lit pas ses options sur la ligne de commande."""

_PDFA = {("Office.Common/Filter/PDF/Export", "SelectPdfVersion"): "2"}
"""PDF/A-2b."""

_PROFIL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{}
</oor:items>
"""


class LibreOffice:
    """Un LibreOffice installé, dans des profils à nous : sur un profil partagé, il échoue au hasard.

    Un profil sert à une conversion à la fois, et ressert : le premier démarrage est le plus long. Au-delà de deux cents
    lettres par document, chacune coûte plus cher.
    """

    lot = 200
    fils = 2
    complet = True

    def __init__(self, soffice: Path, delai: float = 90.0, *, pdfa: bool = False) -> None:
        self.nom = f"LibreOffice ({soffice}){', PDF/A-2b' if pdfa else ''}"
        self._soffice = soffice
        self._reglages = _REGLAGES | _PDFA if pdfa else _REGLAGES
        self._pdfa = pdfa
        self._delai = delai
        self.equations = a_ses_equations(soffice)
        self._profils = tempfile.TemporaryDirectory(prefix="relances_xl_profils_", ignore_cleanup_errors=True)
        self._libres: list[Path] = []

    def __reduce__(self) -> "tuple[Callable[[Path, float, bool], LibreOffice], tuple[Path, float, bool]]":
        """Chez un autre processus, il a ses propres profils, gardés d'un paquet de lettres à l'autre."""
        return _le_meme, (self._soffice, self._delai, self._pdfa)

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        if not self._soffice.is_file():  # `unshare` le dirait à sa place, comme d'une lettre ratée
            raise ErreurConversion(
                f"{self.nom} ne se lance pas → réinstallez-le, ou choisissez un autre « Convertisseur PDF »", generale=True
            )
        profil = self._libres.pop() if self._libres else self._nouveau_profil()

        def commande(entree: Path, sortie: Path) -> list[str]:
            return self._commande(profil, sortie.parent, entree)

        # Il rend 0 même quand il n'a rien écrit : seul le PDF fait foi. Un profil qui a vu un échec n'est pas repris.
        pdf = par_fichiers(self.nom, docx, commande, self._delai + 0.5 * lettres, _expliquer)
        self._libres.append(profil)
        return pdf

    def convertir_dossier(self, documents: Sequence[bytes]) -> list[bytes | None]:
        """Le PDF de chaque document, en un seul démarrage ; None s'il manque : `convertir` dira pourquoi."""
        profil = self._libres.pop() if self._libres else self._nouveau_profil()
        with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as dossier:
            docx = [Path(dossier) / f"lettre{numero:05d}.docx" for numero in range(len(documents))]
            for chemin, document in zip(docx, documents, strict=True):
                chemin.write_bytes(document)
            with suppress(DelaiDepasse, OSError):
                executer(self._commande(profil, Path(dossier), *docx), self._delai + 5.0 * len(documents))
            pdf = [chemin.with_suffix(".pdf") for chemin in docx]
            rendus = [chemin.read_bytes() if est_un_pdf(chemin) else None for chemin in pdf]
        if all(rendus):
            self._libres.append(profil)
        return rendus

    def _commande(self, profil: Path, sortie: Path, *entrees: Path) -> list[str]:
        return [
            *_sans_reseau(), str(self._soffice), f"-env:UserInstallation={profil.as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(sortie), *map(str, entrees),
        ]  # fmt: skip

    def _nouveau_profil(self) -> Path:
        profil = Path(tempfile.mkdtemp(dir=self._profils.name))
        (profil / "user").mkdir()
        elements = (
            f'<item oor:path="/org.openoffice.{noeud}"><prop oor:name="{nom}" oor:op="fuse"><value>{valeur}</value></prop></item>'
            for (noeud, nom), valeur in self._reglages.items()
        )
        (profil / "user" / "registrymodifications.xcu").write_text(_PROFIL.format("\n".join(elements)), encoding="utf-8")
        return profil


@lru_cache(maxsize=4)
def _le_meme(soffice: Path, delai: float, pdfa: bool) -> LibreOffice:
    return LibreOffice(soffice, delai, pdfa=pdfa)


@cache
def _sans_reseau() -> tuple[str, ...]:
    """De quoi lancer un programme privé de réseau par le système lui-même, là où Linux le permet ; sinon rien."""
    commande = ("unshare", "--map-root-user", "--net", "--")
    if sys.platform != "linux" or not shutil.which("unshare"):
        return ()
    try:
        permis = executer([*commande, "true"], 10.0).code == 0
    except (DelaiDepasse, OSError):
        return ()
    return commande if permis else ()


def trouver(*, pdfa: bool = False) -> LibreOffice | None:
    """Le LibreOffice de la machine, s'il y en a un ; pdfa : il écrira du PDF/A-2b."""
    chemin = next((c for c in _lieux() if c.is_file()), None)
    return LibreOffice(chemin, pdfa=pdfa) if chemin else None


def a_ses_equations(soffice: Path) -> bool:
    """Faux si ce LibreOffice est installé sans son module de formules, paquet à part sous Linux : il omettrait les équations."""
    programme = soffice.resolve().parent
    return not (programme / "libswlo.so").is_file() or (programme / "libsmlo.so").is_file()


def _lieux() -> Iterator[Path]:
    """Le PATH, puis les lieux d'installation habituels.

    Sous Windows, `soffice.com` : `soffice.exe` peut rendre la main avant d'avoir fini.
    """
    for nom in ("soffice.com", "soffice", "libreoffice"):
        if trouve := shutil.which(nom):
            yield Path(trouve)
    if sys.platform == "win32":
        for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"):
            if racine := os.environ.get(variable):
                yield Path(racine) / "LibreOffice" / "program" / "soffice.com"
    elif sys.platform == "darwin":
        for lieu in (Path("/Applications"), Path.home() / "Applications"):
            yield lieu / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
    else:
        yield from sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)


def _expliquer(execution: Execution) -> ErreurConversion:
    return ErreurConversion(f"LibreOffice n'a pas produit de PDF ({derniere_ligne(execution)})")
