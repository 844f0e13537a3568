"""Dans le processus enfant (`fichiers.enfant`) : ouvrir des fichiers Factur-X (PDF), CII ou CDAR (XML), un par un.

Un PDF ou un XML vient du dehors, parfois d'un client : ce qu'il ferait faire à qui l'ouvre ne sort pas d'ici.
"""

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from relances_xl.entrees.factures import cii, cycle_de_vie

EMBARQUES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
TAILLE_MAX = 50 * 2**20  # octets d'un fichier
XML_MAX = 20 * 2**20  # octets de son XML, déplié
FACTURE, STATUTS, ILLISIBLE, AUTRE = "facture", "statuts", "illisible", ""

_FAUTES = (ElementTree.ParseError, OSError, ValueError, LookupError, RecursionError)


def lire_fichiers(premier: Path, *suivants: Path) -> Iterator[tuple[str, Any]]:
    """Un couple par fichier, dans l'ordre : (FACTURE, champs de `FactureElectronique`, montants en texte), (STATUTS, numéro → code),
    (ILLISIBLE, pourquoi), ou (AUTRE, None) : ce n'est qu'un PDF, ou un autre XML."""
    for fichier in (premier, *suivants):
        try:
            yield _lire(fichier)
        except _FAUTES as erreur:
            yield ILLISIBLE, " ".join(str(erreur).replace(str(fichier.parent), "").split())


def _lire(fichier: Path) -> tuple[str, Any]:
    if fichier.stat().st_size > TAILLE_MAX:
        raise ValueError(f"dépasse {TAILLE_MAX // 2**20} Mo")
    xml = _embarque(fichier) if fichier.suffix.casefold() == ".pdf" else fichier.read_bytes()
    if xml is None:
        return AUTRE, None
    racine = ElementTree.fromstring(xml)
    genre = racine.tag.rpartition("}")[2]
    if genre == cii.RACINE:
        *textes, montant, reste = astuple(cii.lire_cii(racine))
        return FACTURE, (*textes, *(somme if somme is None else str(somme) for somme in (montant, reste)))
    return (STATUTS, cycle_de_vie.lire_statuts(racine)) if genre == cycle_de_vie.RACINE else (AUTRE, None)


def _embarque(fichier: Path) -> bytes | None:
    """Le XML qu'un PDF Factur-X embarque ; None s'il n'en a pas."""
    import pikepdf  # ici seulement : le processus de l'outil, qui connaît ce module, n'ouvre aucune facture

    try:
        with pikepdf.open(fichier) as pdf:
            for nom, piece in pdf.attachments.items():
                if nom.casefold() in EMBARQUES:
                    contenu = piece.get_file().read_bytes()
                    if len(contenu) > XML_MAX:
                        raise ValueError(f"son XML dépasse {XML_MAX // 2**20} Mo")
                    return contenu
    except pikepdf.PdfError as abime:
        raise ValueError(str(abime)) from abime
    return None
