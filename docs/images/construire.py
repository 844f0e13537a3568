"""Fait les images du guide : de vrais onglets de la revue et de vraies lettres, sur l'exemple livré.

`python docs/images/construire.py [DOSSIER]` déroule l'exemple dans un dossier temporaire (nouveau, lister, approuver,
produire), puis le recommence avec ce qui entoure la lettre (banque, suivi, prévenance, factures électroniques, dépôts,
contentieux), et écrit les PNG dans DOSSIER, par défaut ici. Il faut LibreOffice, poppler (`pdftoppm`) et Pillow (l'extra `docs`).
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    Image("liste-clients.png", "", "Liste clients", (0.023, 0.045, 0.588, 0.46), 1200),
    Image("alertes.png", "", "Liste clients", (0.4095, 0.045, 0.978, 0.46), 1200),
    Image("complement.png", "", "Complément", (0.02, 0.04, 0.98, 0.52), 1300),
    Image("tableau-de-bord.png", "", "Tableau de bord", (0.02, 0.04, 0.98, 0.555), 1200),
    Image("lettre-1.png", "C007_n1_EUR.pdf", "", (0.0, 0.0, 1.0, 1.0), 620),
    Image("lettre-3.png", "C019_n3_EUR.pdf", "", (0.0, 0.0, 1.0, 1.0), 620),
)
AUTOUR = (
    Image("banque.png", "", "Banque", (0.015, 0.04, 0.985, 0.26), 1200),
    Image("a-appeler.png", "", "À appeler", (0.015, 0.04, 0.985, 0.5), 1200),
    Image("encaissements.png", "", "Tableau de bord", (0.02, 0.352, 0.338, 0.556), 800),
    Image("factures.png", "", "Détail", (0.015, 0.03, 0.985, 0.3), 1200),
    Image("niveaux.png", "criteres.pdf", "Niveaux", (0.02, 0.1, 0.98, 0.28), 1200),
    Image("suivi.png", "criteres.pdf", "Suivi", (0.03, 0.07, 0.97, 0.47), 1000),
    Image("prevenance.png", "prevenance", "", (0.0, 0.0, 1.0, 1.0), 620),
    Image("depots.png", "compte-rendu.pdf", "", (0.01, 0.01, 1.0, 0.22), 1200),
    Image("requete.png", "requete.pdf", "", (0.0, 0.0, 1.0, 1.0), 620),
)
_JOUR = date(2026, 3, 31)  # celui de l'exemple
_OPERATION = "<STMTTRN><DTPOSTED>{:%Y%m%d}<TRNAMT>{}<NAME>{}<MEMO>{}</STMTTRN>"
_CII = """<x:CrossIndustryInvoice xmlns:x="urn:x"><x:ExchangedDocument><x:ID>{piece}</x:ID><x:TypeCode>380</x:TypeCode></x:ExchangedDocument>
<x:SupplyChainTradeTransaction><x:ApplicableHeaderTradeSettlement><x:InvoiceCurrencyCode>EUR</x:InvoiceCurrencyCode><x:SpecifiedTradePaymentTerms>
<x:DueDateDateTime><x:DateTimeString>{echeance:%Y%m%d}</x:DateTimeString></x:DueDateDateTime></x:SpecifiedTradePaymentTerms>
</x:ApplicableHeaderTradeSettlement></x:SupplyChainTradeTransaction></x:CrossIndustryInvoice>"""


def main() -> None:
    cible = Path(sys.argv[1]) if len(sys.argv) > 1 else ICI
    cible.mkdir(parents=True, exist_ok=True)
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
        autour = autour_de_la_lettre(travail)
        for image in AUTOUR:
            dessiner(image, autour[image.pdf], cible / image.nom, travail)


def autour_de_la_lettre(travail: Path) -> dict[str, Path]:
    """L'exemple, tenu jusqu'au bout ; les pages à dessiner, par `Image.pdf`."""
    dossier = travail / "autour"
    relances_xl("nouveau", dossier, "--exemple")
    saisir(
        dossier / "criteres.xlsx", "Niveaux", (0, "Prévenance", -5, "prevenance.docx", "Non", "Non", "Bientôt à échéance", "Lettre", None)
    )
    saisir(dossier / "criteres.xlsx", "Niveaux", (1, "Rappel courtois", 10, "relance-1.docx", "Non", "Non", "Rappel", "Lettre", "Public"))
    trois_rivieres = "Communauté de communes des Trois Rivières"
    arcades = (_JOUR - timedelta(20), "Promesse", _JOUR - timedelta(6), None, "M. Haddad : virement le 25.", "Brasserie des Arcades")
    for note in (
        ("C003", "FA2025-0041", *arcades),
        ("C035", None, _JOUR - timedelta(40), "Échéancier", _JOUR - timedelta(11), 5000, "Trois versements.", trois_rivieres),
        ("C035", None, _JOUR - timedelta(40), "Échéancier", _JOUR + timedelta(20), 5000, None, trois_rivieres),
        ("C035", None, _JOUR - timedelta(40), "Échéancier", _JOUR + timedelta(50), 5000, None, trois_rivieres),
        ("C009", None, _JOUR - timedelta(3), "Pause", _JOUR + timedelta(12), None, "Inventaire.", "SCI Les Terrasses"),
    ):
        saisir(dossier / "criteres.xlsx", "Suivi", note)
    virements = (
        (_JOUR - timedelta(3), "5047.30", "CC TROIS RIVIERES", "FACT FA2025-0038"),
        (_JOUR - timedelta(2), "3121.68", "BRASSERIE ARCADES", "fact 78 et 94"),
        (_JOUR - timedelta(1), "2140.62", "MAIRIE ST AUBIN", "MANDAT 118 FA2025-0034"),
        (_JOUR, "812.00", "REMISE CHEQUES 0041", ""),
    )
    (dossier / "exports" / "banque").mkdir()
    operations = "".join(_OPERATION.format(*virement) for virement in virements)
    (dossier / "exports" / "banque" / "mars.ofx").write_text(f"OFXHEADER:100\n\n<OFX><CURDEF>EUR{operations}</OFX>", encoding="utf-8")
    sans_echeance(dossier)
    revue = Path(relances_xl("lister", dossier).strip())
    cocher(revue, {"C003", "C019", *prevenus(revue)})
    relances_xl("produire", dossier, "--oui")
    deposer(revue.parent / "compte-rendu.xlsx", "C019")
    relances_xl("actualiser", dossier)
    contentieux = Path(relances_xl("contentieux", dossier, "C019", "--au", f"{_JOUR:%d/%m/%Y}").strip())
    pdf = revue.parent / "pdf"
    for classeur in (revue, dossier / "criteres.xlsx", revue.parent / "compte-rendu.xlsx", contentieux / "requete.docx"):
        convertir(classeur, pdf, travail)
    return {
        "": pdf / f"{revue.stem}.pdf",
        "prevenance": next(pdf.glob("*_n0_*.pdf")),
        **{f"{nom}.pdf": pdf / f"{nom}.pdf" for nom in ("criteres", "compte-rendu", "requete")},
    }


def saisir(classeur: Path, onglet: str, valeurs: Sequence[object]) -> None:
    """Une ligne de plus, comme on la taperait : la première libre."""
    cahier = openpyxl.load_workbook(classeur)
    feuille = cahier[onglet]
    libre = next(rang for rang in range(2, feuille.max_row + 2) if all(cellule.value is None for cellule in feuille[rang][:5]))
    for rang, valeur in enumerate(valeurs, start=1):
        feuille.cell(libre, rang).value = valeur
        feuille.cell(libre, rang)._style = copy(feuille.cell(libre - 1, rang)._style)  # comme Excel, sous un tableau
    cahier.save(classeur)


def sans_echeance(dossier: Path) -> None:
    """L'export ne dit plus l'échéance de deux pièces, que leurs factures disent ; et dit quand les pièces soldées l'ont été."""
    chemin = dossier / "exports" / "echeances.xlsx"
    cahier = openpyxl.load_workbook(chemin)
    feuille = cahier.active
    entetes = {cellule.value: cellule.column for cellule in feuille[1]}
    feuille.cell(1, len(entetes) + 1).value = "Réglée le"
    (dossier / "exports" / "factures").mkdir()
    for rang in range(2, feuille.max_row + 1):
        piece, echeance, reste = (feuille.cell(rang, entetes[nom]) for nom in ("N° pièce", "Date d'échéance", "Reste dû"))
        if piece.value in ("FA2026-0055", "FA2026-0209"):
            xml = _CII.format(piece=piece.value, echeance=echeance.value)
            (dossier / "exports" / "factures" / f"{piece.value}.xml").write_text(xml, encoding="utf-8")
            echeance.value = None
        elif reste.value == 0 and isinstance(echeance.value, datetime) and echeance.value.date() < _JOUR - timedelta(15):
            feuille.cell(rang, len(entetes) + 1).value = echeance.value + timedelta(days=rang % 15)
    cahier.save(chemin)


def prevenus(revue: Path) -> list[str]:
    """Les premiers clients à qui la liste propose une prévenance."""
    entetes, *lignes = openpyxl.load_workbook(revue, read_only=True)["Liste clients"].values
    niveau, code = entetes.index("Niveau"), entetes.index("Code client")
    return [str(ligne[code]) for ligne in lignes if ligne[niveau] == 0][:1]


def deposer(compte_rendu: Path, code: str) -> None:
    """Note le dépôt de la lettre recommandée de ce client."""
    cahier = openpyxl.load_workbook(compte_rendu)
    feuille = cahier["Relances"]
    entetes = {cellule.value: cellule.column for cellule in feuille[1]}
    rang = next(rang for rang in range(2, feuille.max_row + 1) if feuille.cell(rang, entetes["Code client"]).value == code)
    feuille.cell(rang, entetes["N° de dépôt"]).value = "1A 204 117 3358 2"
    feuille.cell(rang, entetes["Déposée le"]).value = _JOUR
    cahier.save(compte_rendu)


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
    (profil / "user").mkdir(parents=True, exist_ok=True)
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
