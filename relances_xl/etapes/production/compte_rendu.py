"""Ce qui récapitule un lot : le compte rendu, et toutes les lettres en un PDF."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.motifs import EN_MOTS
from relances_xl.domaine.niveaux import Envoi
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.production.plan import Plan, Resultat
from relances_xl.fichiers.ecriture_sure import ecriture
from relances_xl.historique import Historique
from relances_xl.revue.ecrire.classeur_de_production import ecrire_bilan

_EXPLIQUEES = 5  # échéances écartées expliquées par relance : une cellule reste lisible


def ecrire_compte_rendu(plan: Plan, resultats: Sequence[Resultat], depots: pd.DataFrame) -> None:
    """Écrit `compte-rendu.xlsx` du lot : ce qu'il est advenu de chaque relance, et pourquoi des échéances sont écartées.

    depots : RELANCE, NUMERO_DE_DEPOT, DATE_DE_DEPOT, ce qu'on y avait déjà noté des recommandés.
    """
    lot = f"{plan.dossier.relatif(plan.lot.chemin)}/"  # le compte rendu y est : ses liens mènent aux fichiers où qu'on range le lot
    liens = [r.fichier.removeprefix(lot) for r in resultats]
    emetteur = plan.parametres.emetteur.raison_sociale
    titre = " – ".join(filter(None, (emetteur, f"Compte rendu des relances, lot {plan.lot.nom}")))
    toutes = _toutes_les_ecartees(plan)
    with ecriture(plan.lot.compte_rendu) as provisoire:
        ecrire_bilan(
            provisoire,
            _relances(toutes, resultats, depots),
            liens,
            _ecartees(toutes),
            titre,
            depots=_en_recommande(plan, resultats) or not depots.empty,
        )


def _toutes_les_ecartees(plan: Plan) -> pd.DataFrame:
    """Celles d'à présent et celles d'avant, dans l'ordre de la liste."""
    if plan.ecartees_avant.empty:
        return plan.ecartees
    places = {relance: place for place, relance in enumerate(plan.ordre)}
    toutes = pd.concat([plan.ecartees_avant, plan.ecartees], ignore_index=True)
    return toutes.sort_values(c.RELANCE, key=lambda relances: relances.map(places), kind="stable", ignore_index=True)


def _en_recommande(plan: Plan, resultats: Sequence[Resultat]) -> bool:
    """Une relance de ce lot est d'un niveau qui part en recommandé."""
    numeros = {niveau.numero for plan_ in plan.parametres.plans for niveau in plan_.tous if niveau.envoi is Envoi.RECOMMANDE}
    return any(resultat.niveau in numeros for resultat in resultats)


def _relances(ecartees_du_lot: pd.DataFrame, resultats: Sequence[Resultat], depots: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par relance."""
    ecartees: dict[str, list[tuple[str, str]]] = {}
    for ligne in enregistrements(ecartees_du_lot):
        ecartees.setdefault(ligne[c.RELANCE], []).append((ligne[c.PIECE], ligne[c.EXPLICATION]))
    table = pd.DataFrame(
        [
            (
                r.relance, r.code_client, r.raison_sociale, r.niveau, r.sortie, str(r.statut), r.devise, r.total_reclame,
                r.fichier, _motif(r.motif, ecartees.get(r.relance, [])),
            )
            for r in resultats
        ],
        columns=[
            c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.NIVEAU, c.SORTIE, c.STATUT, c.DEVISE, c.TOTAL_RECLAME, c.FICHIER, c.MOTIF,
        ],
    )  # fmt: skip
    notes = {depot[c.RELANCE]: (depot[c.NUMERO_DE_DEPOT], depot[c.DATE_DE_DEPOT]) for depot in enregistrements(depots)}
    numeros, jours = zip(*(notes.get(r.relance, ("", pd.NaT)) for r in resultats), strict=True) if resultats else ((), ())
    table[c.NUMERO_DE_DEPOT] = pd.Series(numeros, dtype="str")
    table[c.DATE_DE_DEPOT] = pd.Series(jours, dtype="datetime64[s]")
    return table.astype({c.TOTAL_RECLAME: "Int64", c.NIVEAU: "int64"})


def _motif(motif: str, ecartees: list[tuple[str, str]]) -> str:
    """Le motif de la relance, puis pourquoi des échéances lui manquent, s'il ne le dit déjà."""
    phrases = [f"{piece} écartée ({explication})" for piece, explication in ecartees if explication not in motif]
    autres = len(phrases) - _EXPLIQUEES
    suite = accorder(autres, f"et {autres} autre(s)") if autres > 0 else ""
    return " · ".join(filter(None, (motif, *phrases[:_EXPLIQUEES], suite)))


def _ecartees(ecartees: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par échéance : le motif en mots, avec ce qui l'explique ; son code à côté (contrat §6)."""
    mots = ecartees[c.MOTIF].map(lambda motif: EN_MOTS.get(motif, motif)).astype("str")
    return ecartees.assign(**{c.CODE_DU_MOTIF: ecartees[c.MOTIF], c.MOTIF: mots + " : " + ecartees[c.EXPLICATION].astype("str")})


def reunir_les_pdf(plan: Plan) -> None:
    """Écrit `pdf/toutes.pdf` : les PDF du lot dans l'ordre de la liste, ceux d'une production précédente compris.

    Rien à faire s'il est déjà plus récent qu'eux ; une production coupée avant lui le retrouve à la reprise.
    """
    if not plan.lot.pdf.is_dir():
        return
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
        from relances_xl.sorties.pdf.lot_en_pdf import reunir

        with ecriture(toutes) as provisoire:
            reunir(chemins, [chemin.stem for chemin in chemins], provisoire)
