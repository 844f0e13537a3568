"""Lettres par seconde, du modèle au .docx sur le disque, à côté de docxtpl et docx-mailmerge2.

Même lettre (une page, six factures, en-tête et pied, sans image), mêmes données, un seul passage. Chaque moteur reçoit
le modèle dans sa propre écriture ; docxtpl et docx-mailmerge2 reçoivent montants et dates déjà écrits en français.

    python tests/bench/fusion.py [lettres]            les trois moteurs (2 000 lettres pour nous, 1/40 pour les autres)
    python tests/bench/fusion.py --memoire            la mémoire de 1 000 à 20 000 lettres

Une fusion coûte moins que l'ouverture d'un fichier sur un disque occupé : sur une machine partagée, lire plutôt le temps
de processeur, ou écrire en mémoire (TMPDIR=/dev/shm).
"""

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler

FACTURES = 6
CHAMPS_DE_LIGNE = ("piece", "date_piece", "date_echeance", "jours_retard", "montant", "reste_du")
TEXTE = (
    "Sauf erreur ou omission de notre part, nous constatons que votre compte présente à ce jour un solde débiteur, "
    "correspondant aux factures suivantes dont l'échéance est dépassée. Nous vous remercions de bien vouloir nous en "
    "adresser le règlement par retour, ou de nous faire part de toute difficulté. "
)


def construire(chemin: Path, poser: Callable[[Paragraph, str], None], boucle: bool) -> Path:
    """La lettre, ses champs écrits par `poser` ; `boucle` : la ligne répétée est entourée de `{%tr for %}`."""
    document = docx.Document()
    for nom in ("raison_sociale", "adresse_1", "ville"):
        poser(document.sections[0].header.add_paragraph(), f"emetteur.{nom}")
    poser(document.sections[0].footer.paragraphs[0], "emetteur.mentions_legales")
    for nom in ("client.raison_sociale", "client.contact", "client.adresse1", "client.code_postal", "client.ville", "date_lettre"):
        poser(document.add_paragraph(), nom)
    document.add_paragraph(TEXTE)
    _tableau(document, poser, boucle)
    poser(document.add_paragraph("Total à régler : "), "total_du")
    document.add_paragraph(TEXTE * 2)
    poser(document.add_paragraph(), "emetteur.signataire")
    document.save(str(chemin))
    return chemin


def _tableau(document: Document, poser: Callable[[Paragraph, str], None], boucle: bool) -> None:
    table = document.add_table(rows=1, cols=len(CHAMPS_DE_LIGNE))
    for cellule, nom in zip(table.rows[0].cells, CHAMPS_DE_LIGNE, strict=True):
        cellule.text = nom
    if boucle:
        table.add_row().cells[0].text = "{%tr for echeance in echeances %}"
    for cellule, nom in zip(table.add_row().cells, CHAMPS_DE_LIGNE, strict=True):
        poser(cellule.paragraphs[0], f"echeance.{nom}")
    if boucle:
        table.add_row().cells[0].text = "{%tr endfor %}"


def poser_champ(paragraphe: Paragraph, nom: str) -> None:
    """Un champ de fusion natif."""
    for genre in ("begin", "", "separate", "resultat", "end"):
        run: Any = paragraphe.add_run("«champ»" if genre == "resultat" else "")._r
        if genre in ("begin", "separate", "end"):
            borne = OxmlElement("w:fldChar")
            borne.set(qn("w:fldCharType"), genre)
            run.append(borne)
        elif not genre:
            instruction = OxmlElement("w:instrText")
            instruction.text = f" MERGEFIELD {nom.replace('.', '_')} "
            run.append(instruction)


def poser_balise(paragraphe: Paragraph, nom: str) -> None:
    paragraphe.add_run(f"{{{{ {nom} }}}}")


def donnees(nombre: int) -> Iterator[dict[str, Any]]:
    """Les valeurs de chaque lettre, toutes différentes."""
    for rang in range(nombre):
        jour = date(2026, 1, 1) + timedelta(days=rang % 90)
        ligne = {"date_piece": jour, "date_echeance": jour + timedelta(days=30), "jours_retard": rang % 60 + 1}
        echeances = [
            {
                "piece": f"FA{rang:05}-{i}",
                **ligne,
                "montant": Montant(120000 + rang * 7 + i, "EUR"),
                "reste_du": Montant(100000 + rang, "EUR"),
            }
            for i in range(FACTURES)
        ]
        yield {
            "emetteur": {"raison_sociale": "Atelier Moreau", "adresse_1": "8 quai", "ville": "Nantes", "mentions_legales": "SARL", "signataire": "C. Moreau"},
            "client": {"raison_sociale": f"Lefèvre & Fils n° {rang}", "contact": "Anne", "adresse1": "12 rue", "code_postal": "69003", "ville": "Lyon"},
            "date_lettre": date(2026, 3, 31), "total_du": Montant(600000 + rang * 6, "EUR"),
            "echeances": echeances, "credits": [],
        }  # fmt: skip


def en_textes(valeur: Any) -> Any:
    """Les mêmes valeurs, déjà écrites : ni docxtpl ni docx-mailmerge2 ne savent les formats français."""
    if isinstance(valeur, dict):
        return {nom: en_textes(v) for nom, v in valeur.items()}
    if isinstance(valeur, list):
        return [en_textes(v) for v in valeur]
    return ecrire_date(valeur) if isinstance(valeur, date) else str(valeur)


def a_plat(valeurs: dict[str, Any], prefixe: str = "") -> dict[str, str]:
    """`client.ville` → `client_ville`, sans les listes."""
    plat: dict[str, str] = {}
    for nom, valeur in valeurs.items():
        if isinstance(valeur, dict):
            plat |= a_plat(valeur, f"{nom}_")
        elif not isinstance(valeur, list):
            plat[prefixe + nom] = valeur
    return plat


def nous(modele: Path, sortie: Path, lettres: list[dict[str, Any]]) -> None:
    compile_ = compiler(modele, CATALOGUE)
    for rang, valeurs in enumerate(lettres):
        (sortie / f"nous-{rang}.docx").write_bytes(compile_.fusionner(valeurs))


def par_docxtpl(modele: Path, sortie: Path, lettres: list[dict[str, Any]]) -> None:
    from docxtpl import DocxTemplate

    for rang, valeurs in enumerate(lettres):
        document = DocxTemplate(modele)
        document.render(valeurs, autoescape=True)
        document.save(sortie / f"docxtpl-{rang}.docx")


def par_mailmerge(modele: Path, sortie: Path, lettres: list[dict[str, Any]]) -> None:
    from mailmerge import MailMerge

    for rang, valeurs in enumerate(lettres):
        with MailMerge(str(modele)) as document:
            document.merge(**a_plat(valeurs))
            document.merge_rows("echeance_piece", [a_plat({"echeance": echeance}) for echeance in valeurs["echeances"]])
            document.write(str(sortie / f"mailmerge-{rang}.docx"))


def mesurer(
    moteur: Callable[[Path, Path, list[dict[str, Any]]], None], modele: Path, sortie: Path, lettres: list[dict[str, Any]]
) -> tuple[float, float]:
    """Secondes par lettre, ouverture et compilation du modèle comprises : à l'horloge, et de processeur."""
    debut, processeur = time.perf_counter(), time.process_time()
    moteur(modele, sortie, lettres)
    return (time.perf_counter() - debut) / len(lettres), (time.process_time() - processeur) / len(lettres)


def comparer(nombre: int) -> None:
    """Les trois moteurs sur les mêmes lettres."""
    with tempfile.TemporaryDirectory() as dossier:
        sortie = Path(dossier)
        natif = construire(sortie / "natif.docx", poser_champ, boucle=False)
        balises = construire(sortie / "balises.docx", poser_balise, boucle=True)
        lettres = list(donnees(nombre))
        quelques = [en_textes(valeurs) for valeurs in lettres[: max(nombre // 40, 10)]]
        gc.freeze()  # les données préparées d'avance ne sont pas le travail du ramasse-miettes
        with tempfile.TemporaryDirectory() as essai:
            mesurer(nous, natif, Path(essai), lettres[:50])  # premier accès au disque, imports
        notre = mesurer(nous, natif, sortie, lettres)
        tpl = mesurer(par_docxtpl, balises, sortie, quelques)
        merge = mesurer(par_mailmerge, natif, sortie, quelques)
        _verifier_egalite(sortie)
    print(f"{'moteur':<18}{'ms par lettre':>14}{'lettres/s':>12}{'rapport':>10}{'ms de processeur':>20}{'rapport':>10}")
    for nom, (horloge, processeur) in (("relances_xl", notre), ("docxtpl", tpl), ("docx-mailmerge2", merge)):
        print(
            f"{nom:<18}{horloge * 1000:>14.2f}{1 / horloge:>12.0f}{horloge / notre[0]:>9.1f} ×"
            f"{processeur * 1000:>20.2f}{processeur / notre[1]:>9.1f} ×"
        )


def _verifier_egalite(sortie: Path) -> None:
    """Les trois lettres disent la même chose, sinon la comparaison ne vaut rien."""
    textes = {moteur: _texte(sortie / f"{moteur}-3.docx") for moteur in ("nous", "docxtpl", "mailmerge")}
    for moteur, texte in textes.items():
        assert texte == textes["nous"], f"{moteur} ne rend pas la même lettre"


def _texte(chemin: Path) -> list[str]:
    document = docx.Document(str(chemin))
    paragraphes = [*document.sections[0].header.paragraphs, *document.paragraphs, *document.sections[0].footer.paragraphs]
    cellules = [cellule.text for ligne in document.tables[0].rows for cellule in ligne.cells]
    return [paragraphe.text for paragraphe in paragraphes if paragraphe.text] + cellules


def memoire() -> None:
    """Le maximum de mémoire du processus après 1 000, 5 000 et 20 000 lettres (Linux et macOS)."""
    import resource

    with tempfile.TemporaryDirectory() as dossier:
        modele = compiler(construire(Path(dossier) / "natif.docx", poser_champ, boucle=False), CATALOGUE)
        faites = 0
        for palier in (1_000, 5_000, 20_000):
            for rang, valeurs in enumerate(donnees(palier - faites)):
                (Path(dossier) / f"{rang % 200}.docx").write_bytes(modele.fusionner(valeurs))
            faites = palier
            print(f"{palier:>6} lettres : {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f} Mo au plus")


if __name__ == "__main__":
    if "--memoire" in sys.argv:
        memoire()
    else:
        comparer(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
