"""Fait les images du guide : de vrais onglets de la revue et de vraies lettres, sur l'exemple livré.

`python docs/images/construire.py [DOSSIER]` déroule l'exemple dans un dossier temporaire (nouveau, lister, approuver,
produire) et écrit les PNG dans DOSSIER, par défaut ici. Il faut LibreOffice, poppler (`pdftoppm`) et Pillow (l'extra `docs`).
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import openpyxl

ICI = Path(__file__).parent
COULEURS = 128  # par image : les teintes des alertes survivent, pour peu d'octets
_LISTE_CLIENTS = "xl/worksheets/sheet1.xml"
_CASE = re.compile(r'(<c r="A(\d+)"[^>]* t="b"[^>]*><v>)[01]')

_PROFIL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True)
class Image:
    """Un morceau de page. pdf : vide pour la revue ; cadre : gauche, haut, droite, bas, en fractions de la page ; largeur : de l'image, en pixels."""

    nom: str
    pdf: str
    texte: str  # ce qui désigne la page : le titre de l'onglet en pied, ou rien pour la première
    cadre: tuple[float, float, float, float]
    largeur: int


IMAGES = (
    Image("liste-clients.png", "", "Liste clients", (0.023, 0.045, 0.611, 0.46), 1200),
    Image("alertes.png", "", "Liste clients", (0.39, 0.045, 0.978, 0.46), 1200),
    Image("complement.png", "", "Complément", (0.02, 0.04, 0.98, 0.52), 1300),
    Image("tableau-de-bord.png", "", "Tableau de bord", (0.03, 0.04, 0.95, 0.56), 1200),
    Image("lettre-1.png", "C007_n1_EUR.pdf", "", (0.0, 0.0, 1.0, 1.0), 620),
    Image("lettre-3.png", "C019_n3_EUR.pdf", "", (0.0, 0.0, 1.0, 1.0), 620),
)


def main() -> None:
    cible = Path(sys.argv[1]) if len(sys.argv) > 1 else ICI
    with tempfile.TemporaryDirectory() as temporaire:
        travail = Path(temporaire)
        relances_xl("nouveau", travail / "essai", "--exemple")
        revue = Path(relances_xl("lister", travail / "essai").strip())
        cocher(revue, {"C003", "C005", "C007", "C008", "C019", "C035"})
        relances_xl("produire", travail / "essai", "--oui")
        pdf = revue.parent / "pdf"
        convertir(revue, pdf, travail)
        for image in IMAGES:
            dessiner(image, pdf / (image.pdf or f"{revue.stem}.pdf"), cible / image.nom, travail)


def relances_xl(*arguments: str | Path) -> str:
    """Lance la commande comme un utilisateur ; rend ce qu'elle a écrit."""
    commande = [sys.executable, "-m", "relances_xl", *map(str, arguments)]
    return subprocess.run(commande, check=True, capture_output=True, text=True, encoding="utf-8", timeout=300).stdout


def cocher(revue: Path, codes: Collection[str]) -> None:
    """Coche « Approuver » pour ces clients, comme on le ferait dans Excel : seules ces cellules changent."""
    entetes, *lignes = openpyxl.load_workbook(revue, read_only=True)["Liste clients"].values
    code = entetes.index("Code client")
    rangs = {str(rang) for rang, ligne in enumerate(lignes, start=2) if ligne[code] in codes}
    with zipfile.ZipFile(revue) as archive:
        parties = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(revue, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, contenu in parties.items():
            if info.filename == _LISTE_CLIENTS:
                contenu = _CASE.sub(lambda case: f"{case[1]}{int(case[2] in rangs)}", contenu.decode()).encode()
            archive.writestr(info, contenu)


def convertir(classeur: Path, dossier: Path, travail: Path) -> None:
    """Le classeur en PDF, tel que LibreOffice l'imprime en français, ses formules recalculées."""
    profil = travail / "profil"
    (profil / "user").mkdir(parents=True)
    (profil / "user" / "registrymodifications.xcu").write_text(_PROFIL, encoding="utf-8")
    options = [
        f"-env:UserInstallation={profil.as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(dossier),
    ]
    subprocess.run(["soffice", *options, classeur], check=True, capture_output=True, timeout=180)


def dessiner(image: Image, pdf: Path, cible: Path, travail: Path) -> None:
    """La page en PNG : recadrée, réduite, en peu de couleurs."""
    from PIL import Image as Pil

    page = page_de(pdf, image.texte) if image.texte else 1
    gauche, _, droite, _ = image.cadre
    grande = travail / "page"
    echelle = round(2 * image.largeur / (droite - gauche))  # deux fois trop grand, puis réduit : le texte est plus net
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", "-f", str(page), "-l", str(page), "-scale-to-x", str(echelle), "-scale-to-y", "-1", pdf, grande],
        check=True, timeout=120,
    )  # fmt: skip
    with Pil.open(grande.with_suffix(".png")) as toute:
        largeur, hauteur = toute.size
        g, h, d, b = image.cadre
        morceau = toute.convert("RGB").crop((int(g * largeur), int(h * hauteur), int(d * largeur), int(b * hauteur)))
        taille = (image.largeur, round(image.largeur * morceau.height / morceau.width))
        reduite = morceau.resize(taille, Pil.Resampling.LANCZOS)
        reduite.quantize(COULEURS, Pil.Quantize.MAXCOVERAGE, dither=Pil.Dither.NONE).save(cible, optimize=True)


def page_de(pdf: Path, texte: str) -> int:
    """Le numéro de la première page dont le pied porte ce texte."""
    pages = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True, encoding="utf-8", timeout=60
    ).stdout.split("\f")
    return next(numero for numero, page in enumerate(pages, start=1) if texte in page.rstrip().splitlines()[-1])


if __name__ == "__main__":
    main()
