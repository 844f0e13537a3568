"""Le dernier niveau d'une échéance (contrat §4.3) et le niveau proposé (§4.4), d'après le plan de son client."""

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.exclusions import Regle, ecarter
from relances_xl.decision.juger.suivi import JAMAIS, Explication
from relances_xl.decision.lignes import comparables, jours_depuis, libres, pieces_comparables
from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs, designer, lire
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.motifs import DE_NIVEAU, Motif
from relances_xl.domaine.niveaux import PREVENANCE, Plans

SANS_DATE = 10**6
"""Jours d'attente d'un niveau repris sans date : son délai est tenu pour écoulé (§3)."""


def cles(table: pd.DataFrame, pieces: list[str] | None = None) -> list[Valeurs]:
    """Ce qui désigne une échéance d'une liste à l'autre : client et pièce comparables, date de la clé ; pièces : déjà lues."""
    lues = np.array(pieces_comparables(table[c.PIECE]) if pieces is None else pieces, dtype=object)
    return [comparables(table[c.CODE_CLIENT]), lues, table[c.DATE_CLE].to_numpy()]


def avec_dernier_niveau(lignes: pd.DataFrame, journal: pd.DataFrame, plans: Plans) -> pd.DataFrame:
    """Les lignes avec DERNIER_NIVEAU et DERNIERE_RELANCE : le journal, à défaut l'export, à défaut 0.

    journal : une ligne par relance comptée × échéance. Un crédit n'a pas de niveau. Tant que le journal n'a que des
    rééditions d'une échéance, son niveau reste au moins celui de l'export : une réédition n'abaisse rien. Avec aussi
    ECRITE_LE, ECHEANCE_JOURNAL (la date que le journal connaît, quand elle a changé) et PREVENUE (niveau 0 au journal).
    """
    echeance = (lignes[c.CAUSE].to_numpy() == "") & ~lignes[c.CREDIT].to_numpy()
    niveau = lignes[c.NIVEAU_RELANCE].to_numpy()
    jour = np.where(niveau > 0, lignes[c.DATE_RELANCE].to_numpy(), JAMAIS)
    ancienne = ecrite = np.full(len(lignes), JAMAIS)
    prevenue = np.zeros(len(lignes), dtype=bool)
    if len(journal):
        pieces, relancees = pieces_comparables(lignes[c.PIECE]), pieces_comparables(journal[c.PIECE])
        connues = set(relancees).intersection(pieces)
        journal = journal[[piece in connues for piece in relancees]]  # le passé d'autres pièces n'y fait rien
    if len(journal):
        cle, du_journal = cles(lignes, pieces), cles(journal, [piece for piece in relancees if piece in connues])
        ancienne = _echeances_changees(cle, du_journal, echeance)
        cle[2] = np.where(np.isnat(ancienne), cle[2], ancienne)
        prevenances = journal[c.NIVEAU].to_numpy() == PREVENANCE
        faites = ~prevenances & ~np.isnat(du_journal[2])
        places, groupes = designer(cle, [siennes[faites] for siennes in du_journal])
        niveaux, jours, refaites = (journal[nom].to_numpy()[faites] for nom in (c.NIVEAU, c.DATE, c.REEDITION))
        ecrite = lire(groupes.derniere(jours), places, JAMAIS)
        plancher = np.where(lire(groupes.somme(~refaites) == 0, places, False), niveau, 0)
        niveau = np.where(places >= 0, np.maximum(lire(groupes.plus_grand(niveaux), places, 0), plancher), niveau)
        jour = np.where(places >= 0, ecrite, jour)
        prevenue = designer(cle, [siennes[prevenances & ~np.isnat(du_journal[2])] for siennes in du_journal])[0] >= 0
    return lignes.assign(
        **{
            c.DERNIER_NIVEAU: np.where(echeance, niveau, 0).clip(0, plus_hauts(lignes, plans)),
            c.DERNIERE_RELANCE: np.where(echeance, jour, JAMAIS),
            c.ECRITE_LE: np.where(echeance, ecrite, JAMAIS),
            c.ECHEANCE_JOURNAL: ancienne,
            c.PREVENUE: echeance & prevenue,
        }
    )


def _echeances_changees(cle: list[Valeurs], du_journal: list[Valeurs], echeance: Masque) -> Valeurs:
    """La date du journal d'une pièce qui n'a qu'une échéance dans l'export et qu'une au journal, si ce n'est plus la même."""
    places, au_journal = designer(cle[:2], du_journal[:2])
    premiere, derniere = au_journal.premiere(du_journal[2]), au_journal.derniere(du_journal[2])
    connue = lire(np.where(premiere == derniere, premiere, JAMAIS), places, JAMAIS)

    siennes, a_l_export = designer(cle[:2], [cle[0][echeance], cle[1][echeance]])
    jours = cle[2][echeance]
    unique = lire(a_l_export.premiere(jours) == a_l_export.derniere(jours), siennes, False)
    return np.where(echeance & unique & (connue != cle[2]), connue, JAMAIS)


def plus_hauts(lignes: pd.DataFrame, plans: Plans) -> Entiers:
    """Le plus haut niveau du plan de chaque ligne."""
    if len(plans.noms) == 1:
        return np.full(len(lignes), plans.standard.plus_haut, dtype=np.int64)
    return lignes[c.PLAN].map({niveaux.plan: niveaux.plus_haut for niveaux in plans}).to_numpy().astype(np.int64)


def delais(lignes: pd.DataFrame, niveau: Entiers, plans: Plans) -> Valeurs:
    """Le délai d'un niveau, dans le plan de chaque ligne ; infini au-delà du plus haut."""
    trouves = np.full(len(lignes), np.inf)
    for niveaux in plans:
        bareme = np.array([np.inf, *(n.delai for n in niveaux), np.inf])
        siens = bareme[niveau.clip(0, niveaux.plus_haut + 1)]
        trouves = siens if len(plans.noms) == 1 else np.where(lignes[c.PLAN].to_numpy() == niveaux.plan, siens, trouves)
    return trouves


def proposer(lignes: pd.DataFrame, criteres: Criteres, plans: Plans) -> pd.DataFrame:
    """Les échéances encore libres reçoivent leur NIVEAU_PROPOSE, ou le motif qui les retient ; les crédits passent."""
    ecoules = jours_ecoules(lignes, criteres)
    niveau, motif = niveau_propose(lignes, ecoules, criteres, plans)
    soumises = libres(lignes) & ~lignes[c.CREDIT].to_numpy()
    explications = _explications(lignes, ecoules, criteres, plans)
    lignes = ecarter(lignes, [Regle(refus, soumises & (motif == refus.value), explications[refus]) for refus in DE_NIVEAU])
    autre = soumises & ((motif == Motif.DELAI.value) | (motif == Motif.NIVEAU_MAX.value))
    return lignes.assign(**{c.NIVEAU_PROPOSE: np.where(soumises, niveau, 0), c.AUTRE: autre})


def jours_ecoules(lignes: pd.DataFrame, criteres: Criteres) -> Entiers:
    """Jours à comparer au délai : depuis l'échéance si elle n'a jamais été relancée, sinon depuis la dernière relance."""
    attente = jours_depuis(lignes[c.DERNIERE_RELANCE].to_numpy(), criteres.date_reference, sans_date=SANS_DATE)
    return np.where(lignes[c.DERNIER_NIVEAU].to_numpy() == 0, lignes[c.JOURS_RETARD].to_numpy(), attente)


def niveau_propose(lignes: pd.DataFrame, ecoules: Entiers, criteres: Criteres, plans: Plans) -> tuple[Entiers, Valeurs]:
    """La table §4.4 : le niveau proposé (0 = aucun) et, s'il n'y en a pas, le motif.

    lignes : avec DERNIER_NIVEAU et PLAN ; ecoules : jours écoulés depuis ce dont le délai compte.
    """
    dernier, plus_haut = lignes[c.DERNIER_NIVEAU].to_numpy(), plus_hauts(lignes, plans)
    if criteres.automatique:
        niveau = np.where(ecoules >= delais(lignes, dernier + 1, plans), dernier + 1, 0)  # au-delà du plus haut : jamais
        if criteres.reedition:
            niveau = np.where(dernier > 0, dernier, niveau)
        refus = np.where(dernier == plus_haut, Motif.NIVEAU_MAX.value, Motif.DELAI.value)
    else:
        demande = plus_haut.clip(max=criteres.niveau)
        permis = dernier <= demande if criteres.reedition else dernier < demande
        niveau = np.where(permis, demande, 0)
        refus = np.full(len(lignes), Motif.NIVEAU_DEJA_EFFECTUE.value)
    return niveau, np.where(niveau == 0, refus, "")


def _explications(lignes: pd.DataFrame, ecoules: Entiers, criteres: Criteres, plans: Plans) -> dict[Motif, Explication]:
    demande = f"niveau {criteres.niveau} demandé" if criteres.niveau else "seules les prévenances sont demandées"
    dernier = lignes[c.DERNIER_NIVEAU].to_numpy()

    def relances(rangs: Entiers) -> list[str]:
        return phrases.dates(lignes[c.DERNIERE_RELANCE].to_numpy()[rangs])

    def delai(rangs: Entiers) -> list[str]:
        attendus = delais(lignes, dernier + 1, plans)[rangs].astype(np.int64)
        departs = [
            f"la relance du {jour}" if niveau else "l'échéance" for niveau, jour in zip(dernier[rangs], relances(rangs), strict=True)
        ]
        return [
            f"délai de {phrases.jours(attendu)} depuis {depart} non écoulé : reste {phrases.jours(reste)}"
            for attendu, depart, reste in zip(attendus.tolist(), departs, (attendus - ecoules[rangs]).tolist(), strict=True)
        ]

    def deja_effectue(rangs: Entiers) -> list[str]:
        return [
            demande + (f", niveau {niveau} déjà fait{_le(jour)}" if niveau else "")
            for niveau, jour in zip(dernier[rangs], relances(rangs), strict=True)
        ]

    def niveau_max(rangs: Entiers) -> list[str]:
        plus_haut = plus_hauts(lignes, plans)[rangs]
        return [f"plus haut niveau ({niveau}) déjà fait{_le(jour)}" for niveau, jour in zip(plus_haut, relances(rangs), strict=True)]

    return {Motif.DELAI: delai, Motif.NIVEAU_DEJA_EFFECTUE: deja_effectue, Motif.NIVEAU_MAX: niveau_max}


def _le(jour: str) -> str:
    return phrases.si_present(" le ", jour)
