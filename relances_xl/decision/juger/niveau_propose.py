"""Le dernier niveau d'une échéance (contrat §4.3) et le niveau proposé (§4.4)."""

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.exclusions import Explication, Regle, ecarter
from relances_xl.decision.lignes import chercher, libres
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.motifs import DE_NIVEAU, Motif
from relances_xl.domaine.niveaux import Niveaux

CLE = [c.CODE_CLIENT, c.PIECE, c.DATE_CLE]
"""Ce qui désigne une échéance d'une liste à l'autre."""

SANS_DATE = 10**6
"""Jours d'attente d'un niveau repris sans date : son délai est tenu pour écoulé (§3)."""


def avec_dernier_niveau(lignes: pd.DataFrame, journal: pd.DataFrame, niveaux: Niveaux) -> pd.DataFrame:
    """Les lignes avec DERNIER_NIVEAU et DERNIERE_RELANCE : le journal, à défaut l'export, à défaut 0.

    journal : une ligne par relance comptée × échéance. Un crédit n'a pas de niveau. Tant que le journal n'a que des
    rééditions d'une échéance, son niveau reste au moins celui de l'export : une réédition n'abaisse rien.
    """
    repris = lignes[c.NIVEAU_RELANCE]
    niveau: pd.Series = repris
    jour: pd.Series = lignes[c.DATE_RELANCE].where(repris > 0)
    if len(journal):
        faites = journal.groupby(CLE).agg(niveau=(c.NIVEAU, "max"), jour=(c.DATE, "max"), refaite=(c.REEDITION, "all"))
        cles = [lignes[nom] for nom in CLE]
        niveau_fait = chercher(faites["niveau"], *cles)
        au_journal = niveau_fait.notna()
        plancher = repris.where(chercher(faites["refaite"], *cles).eq(True), 0)
        niveau = niveau.mask(au_journal, niveau_fait.clip(lower=plancher))
        jour = jour.mask(au_journal, chercher(faites["jour"], *cles))
    echeance = (lignes[c.CAUSE] == "") & ~lignes[c.CREDIT]
    derniers: dict[str, pd.Series] = {
        c.DERNIER_NIVEAU: niveau.where(echeance, 0).clip(0, niveaux.plus_haut).astype("int64"),
        c.DERNIERE_RELANCE: jour.where(echeance).astype("datetime64[s]"),
    }
    return lignes.assign(**derniers)


def proposer(lignes: pd.DataFrame, criteres: Criteres, niveaux: Niveaux) -> pd.DataFrame:
    """Les échéances encore libres reçoivent leur NIVEAU_PROPOSE, ou le motif qui les retient ; les crédits passent."""
    dernier = lignes[c.DERNIER_NIVEAU]
    attente = (pd.Timestamp(criteres.date_reference) - lignes[c.DERNIERE_RELANCE]).dt.days.fillna(SANS_DATE)
    ecoules = lignes[c.JOURS_RETARD].where(dernier == 0, attente).astype("int64")
    niveau, motif = niveau_propose(dernier, ecoules, criteres, niveaux)
    soumises = libres(lignes) & ~lignes[c.CREDIT]
    lignes = lignes.assign(**{c.NIVEAU_PROPOSE: niveau.where(soumises, 0)})
    explications = _explications(ecoules, criteres, niveaux)
    for refus in DE_NIVEAU:
        lignes = ecarter(lignes, Regle(refus, soumises & (motif == refus.value), explications[refus]))
    return lignes.assign(**{c.AUTRE: lignes[c.MOTIF].isin([Motif.DELAI, Motif.NIVEAU_MAX])})


def niveau_propose(dernier: pd.Series, ecoules: pd.Series, criteres: Criteres, niveaux: Niveaux) -> tuple[pd.Series, pd.Series]:
    """La table §4.4 : le niveau proposé (0 = aucun) et, s'il n'y en a pas, le motif.

    dernier : dernier niveau fait (0 = jamais relancée) ; ecoules : jours depuis l'échéance si jamais relancée,
    sinon depuis la dernière relance.
    """
    if criteres.automatique:
        niveau = niveau_automatique(dernier, ecoules, niveaux)
        refus = np.where(dernier == niveaux.plus_haut, Motif.NIVEAU_MAX.value, Motif.DELAI.value)
        deja_fait = dernier > 0
    else:
        demande = criteres.niveau
        niveau = (dernier + 1).where(dernier + 1 == demande, 0)
        refus = np.where(dernier >= demande, Motif.NIVEAU_DEJA_EFFECTUE.value, Motif.NIVEAU_PRECEDENT_MANQUANT.value)
        deja_fait = dernier == demande
    if criteres.reedition:
        niveau = niveau.mask(deja_fait, dernier)
    return niveau, pd.Series(refus, dernier.index, dtype="str").where(niveau == 0, "")


def niveau_automatique(dernier: pd.Series, ecoules: pd.Series, niveaux: Niveaux) -> pd.Series:
    """Le niveau suivant, 0 si son délai n'est pas écoulé ou s'il n'y en a plus (contrat §4.4, « automatique »)."""
    suivant = dernier + 1
    delai_ecoule = ecoules >= suivant.map(niveaux.delais)  # sans délai au-delà du plus haut : comparaison fausse
    return suivant.where(delai_ecoule, 0)


def _explications(ecoules: pd.Series, criteres: Criteres, niveaux: Niveaux) -> dict[Motif, Explication]:
    demande = f"niveau {criteres.niveau} demandé"

    def delai(lignes: pd.DataFrame) -> pd.Series:
        attendu = (lignes[c.DERNIER_NIVEAU] + 1).map(niveaux.delais)
        relance = "la relance du " + phrases.dates(lignes[c.DERNIERE_RELANCE])
        depuis = relance.where(lignes[c.DERNIER_NIVEAU] > 0, "l'échéance")
        reste = phrases.jours(attendu - ecoules.loc[lignes.index])
        return "délai de " + phrases.jours(attendu) + " depuis " + depuis + " non écoulé : reste " + reste

    def deja_effectue(lignes: pd.DataFrame) -> pd.Series:
        return demande + ", niveau " + lignes[c.DERNIER_NIVEAU].astype("str") + " déjà fait" + _le(lignes)

    def precedent_manquant(lignes: pd.DataFrame) -> pd.Series:
        fait = "dernier niveau fait : " + lignes[c.DERNIER_NIVEAU].astype("str")
        return demande + ", " + fait.where(lignes[c.DERNIER_NIVEAU] > 0, "jamais relancée")

    def niveau_max(lignes: pd.DataFrame) -> pd.Series:
        return f"plus haut niveau ({niveaux.plus_haut}) déjà fait" + _le(lignes)

    return {
        Motif.DELAI: delai,
        Motif.NIVEAU_DEJA_EFFECTUE: deja_effectue,
        Motif.NIVEAU_PRECEDENT_MANQUANT: precedent_manquant,
        Motif.NIVEAU_MAX: niveau_max,
    }


def _le(lignes: pd.DataFrame) -> pd.Series:
    return phrases.si_present(" le ", phrases.dates(lignes[c.DERNIERE_RELANCE]))
