"""Le dernier niveau d'une échéance (contrat §4.3) et le niveau proposé (§4.4), d'après le plan de son client."""

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.exclusions import Explication, Regle, ecarter
from relances_xl.decision.lignes import chercher, comparables, libres
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.motifs import DE_NIVEAU, Motif
from relances_xl.domaine.niveaux import PREVENANCE, Plans

SANS_DATE = 10**6
"""Jours d'attente d'un niveau repris sans date : son délai est tenu pour écoulé (§3)."""


def cles(table: pd.DataFrame) -> list[pd.Series]:
    """Ce qui désigne une échéance d'une liste à l'autre : client et pièce comparables, date de la clé."""
    return [comparables(table[c.CODE_CLIENT]), comparables(table[c.PIECE]), table[c.DATE_CLE]]


def avec_dernier_niveau(lignes: pd.DataFrame, journal: pd.DataFrame, plans: Plans) -> pd.DataFrame:
    """Les lignes avec DERNIER_NIVEAU et DERNIERE_RELANCE : le journal, à défaut l'export, à défaut 0.

    journal : une ligne par relance comptée × échéance. Un crédit n'a pas de niveau. Tant que le journal n'a que des
    rééditions d'une échéance, son niveau reste au moins celui de l'export : une réédition n'abaisse rien. Avec aussi
    ECRITE_LE, ECHEANCE_JOURNAL (la date que le journal connaît, quand elle a changé) et PREVENUE (niveau 0 au journal).
    """
    repris = lignes[c.NIVEAU_RELANCE]
    echeance = (lignes[c.CAUSE] == "") & ~lignes[c.CREDIT]
    cle = cles(lignes) if len(journal) else [lignes[c.CODE_CLIENT], lignes[c.PIECE], lignes[c.DATE_CLE]]
    ancienne = _echeances_changees(lignes, journal, cle, echeance)
    code, piece, jour_cle = cle
    cle = [code, piece, ancienne.fillna(jour_cle)]
    relances, prevenances = journal[journal[c.NIVEAU] != PREVENANCE], journal[journal[c.NIVEAU] == PREVENANCE]
    faites = relances.groupby(cles(relances)).agg(niveau=(c.NIVEAU, "max"), jour=(c.DATE, "max"), refaite=(c.REEDITION, "all"))
    niveau_fait, ecrite = chercher(faites["niveau"], *cle), chercher(faites["jour"], *cle)
    au_journal = niveau_fait.notna()
    plancher = repris.where(chercher(faites["refaite"], *cle).eq(True), 0)
    niveau = repris.mask(au_journal, niveau_fait.clip(lower=plancher))
    jour = lignes[c.DATE_RELANCE].where(repris > 0).mask(au_journal, ecrite)
    faits = prevenances.groupby(cles(prevenances)).size()
    derniers: dict[str, pd.Series] = {
        c.DERNIER_NIVEAU: niveau.where(echeance, 0).clip(lower=0, upper=plus_hauts(lignes, plans)).astype("int64"),
        c.DERNIERE_RELANCE: jour.where(echeance).astype("datetime64[s]"),
        c.ECRITE_LE: ecrite.where(echeance).astype("datetime64[s]"),
        c.ECHEANCE_JOURNAL: ancienne.astype("datetime64[s]"),
        c.PREVENUE: echeance & (chercher(faits, *cle, defaut=0) > 0),
    }
    return lignes.assign(**derniers)


def _echeances_changees(lignes: pd.DataFrame, journal: pd.DataFrame, cle: list[pd.Series], echeance: pd.Series) -> pd.Series:
    """La date du journal d'une pièce qui n'a qu'une échéance dans l'export et qu'une au journal, si ce n'est plus la même."""
    code, piece, jour = cle
    du_journal = cles(journal)
    dates = du_journal[2].groupby(du_journal[:2])
    seule = dates.min()[dates.nunique() == 1]
    au_journal = chercher(seule, code, piece)
    visibles = jour.where(echeance)
    unique = visibles.groupby([code, piece]).transform("nunique") == 1
    return au_journal.where(echeance & unique & (au_journal != jour)).astype("datetime64[s]")


def plus_hauts(lignes: pd.DataFrame, plans: Plans) -> pd.Series:
    """Le plus haut niveau du plan de chaque ligne."""
    if len(plans.noms) == 1:
        return pd.Series(plans.standard.plus_haut, lignes.index, dtype="int64")
    return lignes[c.PLAN].map({niveaux.plan: niveaux.plus_haut for niveaux in plans}).astype("int64")


def delais(lignes: pd.DataFrame, niveau: pd.Series, plans: Plans) -> pd.Series:
    """Le délai d'un niveau, dans le plan de chaque ligne ; absent au-delà du plus haut."""
    if len(plans.noms) == 1:
        return chercher(pd.Series({n.numero: n.delai for n in plans.standard}, dtype="float64"), niveau)
    connus = {(niveaux.plan, n.numero): n.delai for niveaux in plans for n in niveaux}
    return chercher(pd.Series(connus.values(), pd.MultiIndex.from_tuples(connus), dtype="float64"), lignes[c.PLAN], niveau)


def proposer(lignes: pd.DataFrame, criteres: Criteres, plans: Plans) -> pd.DataFrame:
    """Les échéances encore libres reçoivent leur NIVEAU_PROPOSE, ou le motif qui les retient ; les crédits passent."""
    ecoules = jours_ecoules(lignes, criteres)
    niveau, motif = niveau_propose(lignes, ecoules, criteres, plans)
    soumises = libres(lignes) & ~lignes[c.CREDIT]
    lignes = lignes.assign(**{c.NIVEAU_PROPOSE: niveau.where(soumises, 0)})
    explications = _explications(ecoules, criteres, plans)
    for refus in DE_NIVEAU:
        lignes = ecarter(lignes, Regle(refus, soumises & (motif == refus.value), explications[refus]))
    return lignes.assign(**{c.AUTRE: lignes[c.MOTIF].isin([Motif.DELAI, Motif.NIVEAU_MAX])})


def jours_ecoules(lignes: pd.DataFrame, criteres: Criteres) -> pd.Series:
    """Jours à comparer au délai : depuis l'échéance si elle n'a jamais été relancée, sinon depuis la dernière relance."""
    attente = (pd.Timestamp(criteres.date_reference) - lignes[c.DERNIERE_RELANCE]).dt.days.fillna(SANS_DATE)
    return lignes[c.JOURS_RETARD].where(lignes[c.DERNIER_NIVEAU] == 0, attente).astype("int64")


def niveau_propose(lignes: pd.DataFrame, ecoules: pd.Series, criteres: Criteres, plans: Plans) -> tuple[pd.Series, pd.Series]:
    """La table §4.4 : le niveau proposé (0 = aucun) et, s'il n'y en a pas, le motif.

    lignes : avec DERNIER_NIVEAU et PLAN ; ecoules : jours écoulés depuis ce dont le délai compte.
    """
    dernier, plus_haut = lignes[c.DERNIER_NIVEAU], plus_hauts(lignes, plans)
    if criteres.automatique:
        niveau = (dernier + 1).where(ecoules >= delais(lignes, dernier + 1, plans), 0)  # au-delà du plus haut : jamais
        if criteres.reedition:
            niveau = niveau.mask(dernier > 0, dernier)
        refus = np.where(dernier == plus_haut, Motif.NIVEAU_MAX.value, Motif.DELAI.value)
    else:
        demande = plus_haut.clip(upper=criteres.niveau)
        permis = dernier <= demande if criteres.reedition else dernier < demande
        niveau = demande.where(permis, 0)
        refus = np.full(len(lignes), Motif.NIVEAU_DEJA_EFFECTUE.value)
    return niveau, pd.Series(refus, lignes.index, dtype="str").where(niveau == 0, "")


def _explications(ecoules: pd.Series, criteres: Criteres, plans: Plans) -> dict[Motif, Explication]:
    demande = f"niveau {criteres.niveau} demandé" if criteres.niveau else "seules les prévenances sont demandées"

    def delai(lignes: pd.DataFrame) -> pd.Series:
        attendu = delais(lignes, lignes[c.DERNIER_NIVEAU] + 1, plans).astype("int64")
        relance = "la relance du " + phrases.dates(lignes[c.DERNIERE_RELANCE])
        depuis = relance.where(lignes[c.DERNIER_NIVEAU] > 0, "l'échéance")
        reste = phrases.jours(attendu - ecoules.loc[lignes.index])
        return "délai de " + phrases.jours(attendu) + " depuis " + depuis + " non écoulé : reste " + reste

    def deja_effectue(lignes: pd.DataFrame) -> pd.Series:
        fait = ", niveau " + lignes[c.DERNIER_NIVEAU].astype("str") + " déjà fait" + _le(lignes)
        return demande + fait.where(lignes[c.DERNIER_NIVEAU] > 0, "")

    def niveau_max(lignes: pd.DataFrame) -> pd.Series:
        return "plus haut niveau (" + plus_hauts(lignes, plans).astype("str") + ") déjà fait" + _le(lignes)

    return {Motif.DELAI: delai, Motif.NIVEAU_DEJA_EFFECTUE: deja_effectue, Motif.NIVEAU_MAX: niveau_max}


def _le(lignes: pd.DataFrame) -> pd.Series:
    return phrases.si_present(" le ", phrases.dates(lignes[c.DERNIERE_RELANCE]))
