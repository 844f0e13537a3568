"""Un dossier de factures Factur-X (PDF) ou CII (XML) : le lire comme un export d'échéances, une ligne par facture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import pikepdf

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.factures import cii, cycle_de_vie
from relances_xl.entrees.factures.cii import FactureElectronique, lire_cii

EMBARQUES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
TAILLE_MAX = 50 * 2**20  # octets d'une facture
XML_MAX = 20 * 2**20  # octets de son XML, déplié

COLONNES = (
    c.CODE_CLIENT, c.RAISON_SOCIALE, c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.MONTANT, c.RESTE_DU, c.DEVISE, c.NATURE, c.REFERENCE,
    c.LITIGE, c.STATUT, c.FICHIER_PIECE,
)  # fmt: skip


@dataclass(slots=True)
class Factures:
    """Les factures d'un dossier : numéro → (facture, fichier) ; statuts : numéro → code de cycle de vie ; fautes : illisibles."""

    lues: dict[str, tuple[FactureElectronique, Path]] = field(default_factory=dict)
    statuts: dict[str, str] = field(default_factory=dict)
    fautes: list[Faute] = field(default_factory=list)

    def lignes(self) -> Iterator[Sequence[Valeur]]:
        """L'en-tête, puis une ligne par facture : ce qu'un export d'échéances porterait."""
        yield COLONNES
        for numero, (facture, fichier) in self.lues.items():
            statut = self.statuts.get(numero, "")
            echeance = facture.echeance
            if echeance is None and facture.date_piece and (delai := DelaiPaiement.lire(facture.conditions)):
                echeance = delai.echeance(facture.date_piece)
            reste = facture.reste if facture.reste is not None else facture.montant
            yield (
                facture.code_acheteur or facture.siren or facture.acheteur,
                facture.acheteur,
                numero,
                facture.date_piece,
                echeance,
                _nombre(facture.montant),
                0 if statut == cycle_de_vie.ENCAISSEE else _nombre(reste),
                facture.devise,
                facture.nature,
                facture.reference,
                cycle_de_vie.STATUTS[statut] if statut in cycle_de_vie.EN_LITIGE else "",
                "",
                str(fichier.resolve()),
            )


def lire_factures(dossier: Path) -> Factures:
    """Toutes les factures du dossier et de ses sous-dossiers ; une facture illisible, hostile ou sans XML est dite."""
    factures = Factures()
    for fichier in sorted(f for f in dossier.rglob("*") if f.suffix.casefold() in (".pdf", ".xml") and f.is_file()):
        try:
            if fichier.stat().st_size > TAILLE_MAX:
                raise ValueError(f"dépasse {TAILLE_MAX // 2**20} Mo")
            xml = _embarque(fichier) if fichier.suffix.casefold() == ".pdf" else fichier.read_bytes()
            racine = ElementTree.fromstring(xml) if xml is not None else None
        except (ElementTree.ParseError, pikepdf.PdfError, OSError, ValueError, LookupError, RecursionError) as erreur:
            factures.fautes.append(Faute(f"cette facture ne se lit pas ({erreur})", "redemandez-la, ou ôtez-la du dossier", fichier.name))
            continue
        if racine is None:
            continue
        genre = racine.tag.rpartition("}")[2]
        if genre == cii.RACINE:
            facture = lire_cii(racine)
            factures.lues.setdefault(facture.numero, (facture, fichier))
        elif genre == cycle_de_vie.RACINE:
            factures.statuts |= cycle_de_vie.lire_statuts(racine)
    return factures


def _embarque(fichier: Path) -> bytes | None:
    """Le XML qu'un PDF Factur-X embarque ; None s'il n'en a pas : ce n'est qu'un PDF."""
    with pikepdf.open(fichier) as pdf:
        for nom, piece in pdf.attachments.items():
            if nom.casefold() in EMBARQUES:
                contenu = piece.get_file().read_bytes()
                if len(contenu) > XML_MAX:
                    raise ValueError(f"son XML dépasse {XML_MAX // 2**20} Mo")
                return contenu
    return None


def _nombre(montant: object) -> Valeur:
    """Un montant écrit comme un texte : « 1200.00 », lu exactement par la colonne."""
    return "" if montant is None else f"{montant:f}".replace(".", ",")
