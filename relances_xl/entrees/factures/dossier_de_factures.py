"""Un dossier de factures Factur-X (PDF) ou CII (XML) : le lire comme un export d'échéances, une ligne par facture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.factures import cycle_de_vie
from relances_xl.entrees.factures.cii import FactureElectronique
from relances_xl.entrees.factures.fichier_de_facture import FACTURE, ILLISIBLE, STATUTS
from relances_xl.fichiers.enfant import lire_a_part

_LECTEUR = "relances_xl.entrees.factures.fichier_de_facture:lire_fichiers"
_LOT = 200  # fichiers lus par un même processus à part

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
        for numero in self.lues:
            cellules = self.cellules(numero)
            yield [cellules[champ] for champ in COLONNES]

    def cellules(self, numero: str) -> dict[str, Valeur]:
        """Ce que dit une facture, champ par champ, comme un export l'écrirait ; vide ou None là où elle se tait."""
        facture, fichier = self.lues[numero]
        statut = self.statuts.get(numero, "")
        reste = facture.reste if facture.reste is not None else facture.montant
        return {
            c.CODE_CLIENT: facture.code_acheteur or facture.siren or facture.acheteur,
            c.RAISON_SOCIALE: facture.acheteur,
            c.PIECE: numero,
            c.DATE_PIECE: facture.date_piece,
            c.DATE_ECHEANCE: _echeance(facture),
            c.MONTANT: _nombre(facture.montant),
            c.RESTE_DU: 0 if statut == cycle_de_vie.ENCAISSEE else _nombre(reste),
            c.DEVISE: facture.devise,
            c.NATURE: facture.nature,
            c.REFERENCE: facture.reference,
            c.LITIGE: cycle_de_vie.STATUTS[statut] if statut in cycle_de_vie.EN_LITIGE else "",
            c.STATUT: "",
            c.FICHIER_PIECE: str(fichier.resolve()),
        }


def lire_factures(fichiers: Sequence[Path]) -> Factures:
    """Les factures de ces fichiers ; une facture illisible, hostile ou sans numéro est dite."""
    factures = Factures()
    for fichier, genre, contenu in _lire_a_part(fichiers):
        if genre == FACTURE:
            _ranger(factures, _facture(contenu), fichier)
        elif genre == STATUTS:
            factures.statuts |= contenu
        elif genre == ILLISIBLE:
            factures.fautes.append(_illisible(fichier, contenu))
    return factures


def _lire_a_part(fichiers: Sequence[Path]) -> Iterator[tuple[Path, str, Any]]:
    """(fichier, genre, contenu) ; un fichier qui fait tomber le processus est illisible, et la lecture reprend après lui."""
    rang = 0
    while rang < len(fichiers):
        lot = fichiers[rang : rang + _LOT]
        try:
            for genre, contenu in lire_a_part(_LECTEUR, *lot):
                yield fichiers[rang], genre, contenu
                rang += 1
        except ErreurUtilisateur as refus:
            yield fichiers[rang], ILLISIBLE, refus.fautes[0].message
            rang += 1


def _ranger(factures: Factures, facture: FactureElectronique, fichier: Path) -> None:
    if not facture.numero:
        factures.fautes.append(_illisible(fichier, "elle n'a pas de numéro"))
    elif (connue := factures.lues.get(facture.numero)) is None:
        factures.lues[facture.numero] = facture, fichier
    elif connue[0] != facture:
        factures.fautes.append(
            _illisible(fichier, f"{connue[1].name} porte le même numéro {facture.numero}, et dit autre chose")._replace(
                remede="gardez la bonne"
            )
        )


def _illisible(fichier: Path, pourquoi: str) -> Faute:
    return Faute(f"cette facture ne se lit pas ({pourquoi})", "redemandez-la, ou ôtez-la du dossier", fichier.name)


def _facture(champs: Sequence[Any]) -> FactureElectronique:
    *textes, montant, reste = champs
    return FactureElectronique(*textes, *(somme if somme is None else Decimal(somme) for somme in (montant, reste)))


def _echeance(facture: FactureElectronique) -> Valeur:
    """BT-9 ; à défaut, ce que donnent les conditions de paiement (BT-20), si elles se comprennent."""
    if facture.echeance is None and facture.date_piece and (delai := DelaiPaiement.lire(facture.conditions)):
        return delai.echeance(facture.date_piece)
    return facture.echeance


def _nombre(montant: Decimal | None) -> Valeur:
    """Un montant écrit comme un texte : « 1200,00 », lu exactement par la colonne."""
    return "" if montant is None else f"{montant:f}".replace(".", ",")
