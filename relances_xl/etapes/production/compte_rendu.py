"""Ce qui récapitule un lot : le compte rendu, et toutes les lettres en un PDF."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.production.plan import Plan
from relances_xl.fichiers.ecriture_sure import ecriture
from relances_xl.historique import Historique
from relances_xl.revue.ecrire.autres_classeurs import ecrire_tableaux
from relances_xl.sorties.pdf.lot_en_pdf import reunir

_EXPLIQUEES = 5  # échéances écartées expliquées par relance : une cellule reste lisible


def ecrire_compte_rendu(plan: Plan) -> None:
    """Écrit `compte-rendu.xlsx` du lot."""
    with ecriture(plan.lot.compte_rendu) as provisoire:
        ecrire_tableaux(provisoire, {"Relances": _relances(plan), "Écartées": _ecartees(plan.ecartees)})


def _relances(plan: Plan) -> pd.DataFrame:
    ecartees: dict[str, list[tuple[str, str]]] = {}
    for ligne in enregistrements(plan.ecartees):
        ecartees.setdefault(ligne[c.RELANCE], []).append((ligne[c.PIECE], ligne[c.EXPLICATION]))
    return pd.DataFrame(
        [
            (r.relance, r.code_client, r.niveau, str(r.statut), r.fichier, _motif(r.motif, ecartees.get(r.relance, [])))
            for r in plan.resultats
        ],
        columns=["Relance", "Code client", "Niveau", "Statut", "Fichier", "Motif"],
    )


def _motif(motif: str, ecartees: list[tuple[str, str]]) -> str:
    """Le motif de la relance, puis pourquoi des échéances lui manquent, s'il ne le dit déjà."""
    phrases = [f"{piece} écartée ({explication})" for piece, explication in ecartees if explication not in motif]
    suite = [f"et {len(phrases) - _EXPLIQUEES} autres"] if len(phrases) > _EXPLIQUEES else []
    return " · ".join(filter(None, (motif, *phrases[:_EXPLIQUEES], *suite)))


def _ecartees(ecartees: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par échéance, le motif en code (contrat §6)."""
    colonnes = {c.RELANCE: "Relance", c.PIECE: "Pièce", c.DATE_ECHEANCE: "Échéance", c.MOTIF: "Motif"}
    return ecartees[list(colonnes)].rename(columns=colonnes)


def reunir_les_pdf(plan: Plan) -> None:
    """Écrit `pdf/toutes.pdf` : les PDF du lot dans l'ordre de la liste, ceux d'une production précédente compris.

    Rien à faire s'il est déjà plus récent qu'eux ; une production coupée avant lui le retrouve à la reprise.
    """
    chemins = _pdf_sortis(plan.dossier, plan.lot, plan.ordre)
    toutes = plan.lot.toutes
    if toutes.is_file() and chemins and toutes.stat().st_mtime_ns >= max(chemin.stat().st_mtime_ns for chemin in chemins):
        return
    _reunir(chemins, toutes)


def refaire_toutes(dossier: Dossier, lot: Lot, ordre: Sequence[str]) -> None:
    """Refait `pdf/toutes.pdf` de ce qui reste sorti, dans cet ordre ; s'il ne reste rien, il disparaît."""
    chemins = _pdf_sortis(dossier, lot, ordre)
    if chemins:
        _reunir(chemins, lot.toutes)
    else:
        lot.toutes.unlink(missing_ok=True)


def _pdf_sortis(dossier: Dossier, lot: Lot, ordre: Sequence[str]) -> list[Path]:
    with Historique.consulter(dossier.historique) as historique:
        etats = historique.etats(lot.nom)
    sortis = [etats[relance] for relance in ordre if relance in etats and etats[relance].sortie == Sortie.PDF]
    chemins = [dossier.racine / etat.fichier for etat in sortis if etat.comptee]
    return [chemin for chemin in chemins if chemin.is_file()]


def _reunir(chemins: Sequence[Path], toutes: Path) -> None:
    if chemins:
        with ecriture(toutes) as provisoire:
            reunir(chemins, [chemin.stem for chemin in chemins], provisoire)
