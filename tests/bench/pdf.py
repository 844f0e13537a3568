"""PDF par seconde pour des lettres d'une page : nos deux chemins contre `soffice --convert-to pdf` sur les mêmes lettres.

    python tests/bench/pdf.py                   400 lettres, les trois côte à côte
    python tests/bench/pdf.py --lettres 5000 --sans-temoin --convertisseur Intégré      mémoire de 5 000 lettres

But : intégré au moins 20 × plus vite que le témoin, LibreOffice au moins 3 ×, et autant de pages. Sur une machine
occupée, le temps de processeur (le nôtre et celui des programmes lancés) dit mieux ce que chacun coûte.
Le témoin reçoit ce qu'on peut lui donner de mieux : 50 fichiers par appel, un profil déjà fait.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "outils"))

from lettres_livrees import MODELES, Valeurs, lettres

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import Modele, compiler
from relances_xl.sorties.pdf.lot_en_pdf import ErreurConversion, choisir, convertir_lettres, nombre_de_pages, reunir

PAR_APPEL = 50


class Mesure(NamedTuple):
    """Secondes d'horloge, secondes de processeur, pages."""

    horloge: float
    processeur: float
    pages: int


def instant() -> tuple[float, float]:
    """L'horloge, et le temps de processeur de ce processus et de ceux qu'il a lancés."""
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return time.perf_counter(), sum(usage.ru_utime + usage.ru_stime for usage in usages)


def notre_chemin(convertisseur: Convertisseur, modele: Modele, valeurs: Valeurs, dossier: Path) -> Mesure:
    """Assembler, convertir, découper, un fichier par lettre ; toutes.pdf, que le témoin ne fait pas, est à part."""
    debut = instant()
    signets = [f"lettre{rang}" for rang in range(len(valeurs))]

    def assembler(rangs: Sequence[int], pages: int) -> bytes:
        return modele.assembler([valeurs[rang] for rang in rangs], [signets[rang] for rang in rangs], pages)

    fichiers = []
    for rang, pdf in convertir_lettres(assembler, signets, choisir(convertisseur)):
        if isinstance(pdf, ErreurConversion):
            raise pdf
        fichiers.append(dossier / f"{rang}.pdf")
        fichiers[-1].write_bytes(pdf)
    fin = instant()
    reunir(fichiers, signets, dossier / "toutes.pdf")
    print(f"{convertisseur} : toutes.pdf, {1000 * (time.perf_counter() - fin[0]) / len(fichiers):.1f} ms par lettre en plus")
    assert pages([dossier / "toutes.pdf"]) == pages(fichiers)
    return Mesure(fin[0] - debut[0], fin[1] - debut[1], pages(fichiers))


def temoin(modele: Modele, valeurs: Valeurs, dossier: Path) -> Mesure:
    """`soffice --convert-to pdf`, un fichier par lettre, 50 fichiers par appel."""
    fichiers = [dossier / f"{rang}.docx" for rang in range(len(valeurs))]
    for fichier, siennes in zip(fichiers, valeurs, strict=True):
        fichier.write_bytes(modele.fusionner(siennes))
    commande = ["soffice", f"-env:UserInstallation={(dossier / 'profil').as_uri()}", "--headless", "--norestore"]
    subprocess.run([*commande, "--terminate_after_init"], capture_output=True, timeout=120, check=False)
    debut = instant()
    for premier in range(0, len(fichiers), PAR_APPEL):
        lot = [str(fichier) for fichier in fichiers[premier : premier + PAR_APPEL]]
        subprocess.run(
            [*commande, "--convert-to", "pdf", "--outdir", str(dossier), *lot],
            capture_output=True, timeout=600, check=True,
        )  # fmt: skip
    fin = instant()
    return Mesure(fin[0] - debut[0], fin[1] - debut[1], pages(fichier.with_suffix(".pdf") for fichier in fichiers))


def pages(fichiers: Iterable[Path]) -> int:
    return sum(nombre_de_pages(fichier.read_bytes()) for fichier in fichiers)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lettres", type=int, default=400)
    options.add_argument("--longues", type=int, default=0, help="une lettre de deux pages toutes les N")
    options.add_argument("--modele", default="relance-1.docx")
    options.add_argument("--sans-temoin", action="store_true")
    options.add_argument("--convertisseur", choices=[Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE], action="append")
    choix = options.parse_args()
    choisis = [Convertisseur(nom) for nom in choix.convertisseur or (Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE)]
    if not shutil.which("soffice"):
        sys.exit("soffice est absent : rien à comparer")

    modele = compiler(MODELES / choix.modele, CATALOGUE)
    valeurs = lettres(choix.lettres, choix.longues)
    mesures = {}
    for convertisseur in choisis:
        with tempfile.TemporaryDirectory() as dossier:
            mesures[str(convertisseur)] = notre_chemin(convertisseur, modele, valeurs, Path(dossier))
    if not choix.sans_temoin:
        with tempfile.TemporaryDirectory() as dossier:
            mesures["témoin"] = temoin(modele, valeurs, Path(dossier))
    reference = mesures.get("témoin")
    for nom, mesure in mesures.items():
        par_lettre = [f"{1000 * secondes / choix.lettres:6.1f} ms" for secondes in mesure[:2]]
        rapports = [f"{autre / sien:5.1f} ×" for autre, sien in zip(reference[:2], mesure[:2], strict=True)] if reference else []
        print(f"{nom:12} {mesure.pages:6} pages   par lettre : horloge {' '.join(par_lettre[:1] + rapports[:1])},"
              f" processeur {' '.join(par_lettre[1:] + rapports[1:])}")  # fmt: skip
    print(f"mémoire de ce processus au plus haut : {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} Mo")


if __name__ == "__main__":
    main()
