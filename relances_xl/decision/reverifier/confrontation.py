"""La revérification avant de produire : ce qui a changé depuis la liste est écarté, et dit (contrat §6, étape 1)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.niveau_propose import avec_dernier_niveau
from relances_xl.decision.juger.suivi import JAMAIS
from relances_xl.decision.lignes import textes
from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs, lire
from relances_xl.decision.reverifier.appariement import apparier
from relances_xl.decision.reverifier.confrontation_credits import relances_aux_credits_changes
from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import Ecart, Motif
from relances_xl.domaine.niveaux import PREVENANCE, Plans
from relances_xl.domaine.schemas import ECARTEES, RELANCES_ECARTEES

EXCLUANTS = [
    Motif.NON_COMPTABILISEE, Motif.COMPTOIR, Motif.EXCLUE, Motif.CLIENT_EXCLU, Motif.PROCEDURE_COLLECTIVE, Motif.CEDEE,
    Motif.RETENUE_GARANTIE, Motif.LITIGE, Motif.PROMESSE, Motif.ECHEANCIER, Motif.PAUSE, Motif.MODE_PAIEMENT, Motif.NON_ECHUE,
    Motif.AVANT_PERIODE, Motif.SOUS_SEUIL,
]  # fmt: skip
"""Ce qui, apparu depuis la liste, écarte une échéance approuvée.

La sélection a fait son œuvre à la liste ; les niveaux sont ce que l'utilisateur approuve ; un net ≤ 0 se juge sur ce qui part.
"""


_ABSENTES: dict[str, Any] = {
    c.RESTE_DU: 0, c.DERNIER_NIVEAU: 0, c.DERNIERE_RELANCE: JAMAIS, c.PREVENUE: False, c.MOTIF: "", c.EXPLICATION: "",
}  # fmt: skip
"""Les colonnes de `_APresent`, et ce qu'elles valent d'une ligne disparue."""


class _APresent(NamedTuple):
    """Ce que dit aujourd'hui l'export de chaque échéance approuvée."""

    reste: Entiers
    niveau: Entiers
    relancee: Valeurs
    prevenue: Masque
    motif: Valeurs
    explication: Valeurs


@dataclass(frozen=True)
class Confrontation:
    """Ce qui part, et ce qui ne part plus.

    lignes : toutes les lignes fraîches ; RELANCE et NIVEAU_PROPOSE sont ceux de la revue pour ce qui part, vides et 0
    ailleurs : prêtes pour `composer`. ecartees : ECARTEES ; relances_ecartees : RELANCES_ECARTEES, MOTIF vide si tout était
    décoché.
    """

    lignes: pd.DataFrame
    ecartees: pd.DataFrame
    relances_ecartees: pd.DataFrame


def confronter(
    relances: pd.DataFrame,
    detail: pd.DataFrame,
    exclusions: pd.DataFrame,
    a_produire: Collection[str],
    fraiches: pd.DataFrame,
    journal: pd.DataFrame,
    plans: Plans,
) -> Confrontation:
    """Confronte la revue aux exports frais.

    relances : celles de « Liste clients » (RELANCE, CODE_CLIENT, DEVISE, NIVEAU, niveau_modifie, CREDITS) ; detail : toutes
    les lignes de « Détail » (avec `retenir`) ; exclusions : les crédits d'« Exclusions » ; a_produire : les relances
    approuvées qui restent à faire ; fraiches : les lignes tranchées aujourd'hui d'après ce journal, sans
    sélection de clients ; journal : les relances comptées.
    """
    # ce que la liste elle-même a déjà produit n'est pas une relance « depuis » la liste
    d_ici = (journal[c.RELANCE].isin(relances[c.RELANCE]) | journal[c.RELANCE].isin(detail[c.RELANCE])).to_numpy()
    fraiches = fraiches.reset_index(drop=True)
    if d_ici.any():
        fraiches = avec_dernier_niveau(fraiches, journal[~d_ici], plans)
    echeance = detail[c.RESTE_DU].to_numpy() > 0
    approuvees = detail[c.RELANCE].isin(a_produire).to_numpy() & detail[c.RETENIR].to_numpy(dtype=bool)

    credits, place = relances_aux_credits_changes(relances, detail, exclusions, a_produire, fraiches)
    exigibles = np.flatnonzero((fraiches[c.CAUSE].to_numpy() == "") & ~fraiches[c.CREDIT].to_numpy())
    exclues = fraiches[c.MOTIF].isin(EXCLUANTS).to_numpy()[exigibles]
    place[echeance] = lire(exigibles, apparier(detail[echeance], fraiches.take(exigibles), exclues), -1)

    examinees = np.flatnonzero(approuvees & echeance)
    ecarts = _ecarts(detail.take(examinees), place[examinees], fraiches)
    bonnes = examinees[ecarts[c.MOTIF].to_numpy() == ""]
    rangs = np.concatenate([bonnes, np.flatnonzero(approuvees & ~echeance)])
    annulees = _relances_ecartees(a_produire, detail.take(rangs), ecarts, credits)
    ecarts = _repercuter(ecarts, annulees)

    rangs = rangs[~detail[c.RELANCE].isin(annulees[c.RELANCE]).to_numpy()[rangs]]
    partent = detail.take(rangs)
    assert (place[rangs] >= 0).all(), "une ligne qui part n'est pas à l'export"
    lignes = _marquer(fraiches, place[rangs], partent[c.RELANCE].to_numpy(), _niveaux_de_la_revue(partent, relances))
    ecartees = ecarts[ecarts[c.MOTIF].to_numpy() != ""].reset_index(drop=True)
    return Confrontation(lignes, ECARTEES.admettre(ecartees)[ECARTEES.noms], annulees)


def _ecarts(approuvees: pd.DataFrame, place: Entiers, fraiches: pd.DataFrame) -> pd.DataFrame:
    """Les échéances approuvées avec MOTIF (Ecart, vide si rien n'a changé) et EXPLICATION ; le premier écart l'emporte.

    place : celle de leur ligne fraîche, -1 si elle a disparu.
    """
    reste, niveau, relancee, propose = (
        approuvees[nom].to_numpy() for nom in (c.RESTE_DU, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE, c.NIVEAU_PROPOSE)
    )
    a_present = _APresent(*(lire(fraiches[nom].to_numpy(), place, absent) for nom, absent in _ABSENTES.items()))
    disparue, prevenance = place < 0, propose == PREVENANCE
    meme_date = (a_present.relancee == relancee) | (np.isnat(a_present.relancee) & np.isnat(relancee))
    meme_histoire = ((a_present.niveau == niveau) & meme_date) | disparue
    exclue = pd.Series(a_present.motif).isin(EXCLUANTS).to_numpy() & ~(prevenance & (a_present.motif == Motif.NON_ECHUE.value))

    def soldee(rangs: Entiers) -> list[str]:
        return ["ne figure plus à l'export" if absente else "soldée depuis la liste" for absente in disparue[rangs]]

    def modifiee(rangs: Entiers) -> list[str]:
        devises = approuvees[c.DEVISE].to_numpy()[rangs]
        couples = zip(phrases.montants(reste[rangs], devises), phrases.montants(a_present.reste[rangs], devises), strict=True)
        return [f"reste dû {avant} à la liste, {apres} à présent" for avant, apres in couples]

    def refaite(rangs: Entiers) -> list[str]:
        jours = phrases.dates(a_present.relancee[rangs])
        return [
            "sa relance précédente a été annulée depuis la liste"
            if fait < ancien
            else f"relancée au niveau {fait}" + phrases.si_present(" le ", jour)
            for fait, ancien, jour in zip(a_present.niveau[rangs], niveau[rangs], jours, strict=True)
        ]

    motif, explication = np.full(len(place), "", dtype=object), np.full(len(place), "", dtype=object)
    for ecart, touche, pourquoi in (
        (Ecart.SOLDEE_DEPUIS, disparue | (a_present.reste == 0), soldee),
        (Ecart.MODIFIEE_DEPUIS, a_present.reste != reste, modifiee),
        (Ecart.RELANCEE_DEPUIS, ~meme_histoire | (prevenance & a_present.prevenue), refaite),
        (Ecart.EXCLUE_DEPUIS, exclue, lambda rangs: a_present.explication[rangs]),
    ):
        rangs = np.flatnonzero(touche & (motif == ""))
        if len(rangs):
            motif[rangs], explication[rangs] = ecart.value, pourquoi(rangs)
    return approuvees.assign(**{c.MOTIF: textes(motif), c.EXPLICATION: textes(explication)})


def _relances_ecartees(a_produire: Collection[str], partent: pd.DataFrame, ecarts: pd.DataFrame, credits: dict[str, str]) -> pd.DataFrame:
    """Les relances qui ne partent plus du tout : plus d'échéance, crédits changés, ou net ≤ 0."""
    restes: Counter[str] = Counter()
    avec_echeances = set()
    for relance, reste in zip(partent[c.RELANCE].tolist(), partent[c.RESTE_DU].tolist(), strict=True):
        restes[relance] += reste
        if reste > 0:
            avec_echeances.add(relance)
    premier_ecart = {relance: motif for relance, motif in reversed(list(zip(ecarts[c.RELANCE], ecarts[c.MOTIF], strict=True))) if motif}
    rangs = []
    for relance in a_produire:
        if relance not in avec_echeances:
            motif = premier_ecart.get(relance, "")
            rangs.append((relance, motif, "toutes ses échéances sont écartées" if motif else "aucune échéance retenue"))
        elif relance in credits:
            rangs.append((relance, Ecart.CREDIT_DEPUIS.value, credits[relance]))
        elif restes[relance] <= 0:
            rangs.append((relance, Motif.CREDITEUR.value, "les crédits couvrent ce qui reste à relancer"))
    return RELANCES_ECARTEES.table(*(dict(zip(RELANCES_ECARTEES.noms, rang, strict=True)) for rang in rangs))


def _repercuter(ecarts: pd.DataFrame, annulees: pd.DataFrame) -> pd.DataFrame:
    """Les échéances encore bonnes d'une relance qui ne part plus prennent son motif."""
    if annulees.empty:
        return ecarts
    par_relance = annulees.set_index(c.RELANCE)
    atteintes = (ecarts[c.MOTIF] == "") & ecarts[c.RELANCE].isin(annulees[c.RELANCE])
    return ecarts.assign(
        **{champ: ecarts[champ].mask(atteintes, ecarts[c.RELANCE].map(par_relance[champ])) for champ in (c.MOTIF, c.EXPLICATION)}
    )


def _niveaux_de_la_revue(partent: pd.DataFrame, relances: pd.DataFrame) -> Entiers:
    """Le niveau de chaque ligne : celui que l'utilisateur a changé pour toute la relance, sinon le niveau proposé ; crédit : 0."""
    modifiees = relances[relances[c.NIVEAU_MODIFIE].to_numpy(dtype=bool)]
    imposes = dict(zip(modifiees[c.RELANCE].tolist(), modifiees[c.NIVEAU].tolist(), strict=True))
    couples = zip(partent[c.RELANCE].tolist(), partent[c.NIVEAU_PROPOSE].tolist(), strict=True)
    niveaux = np.array([imposes.get(relance, propose) for relance, propose in couples], dtype=np.int64)
    return np.where(partent[c.RESTE_DU].to_numpy() > 0, niveaux, 0)


def _marquer(fraiches: pd.DataFrame, places: Entiers, relance: Valeurs, niveau: Entiers) -> pd.DataFrame:
    """Les lignes fraîches avec RELANCE et NIVEAU_PROPOSE aux places de ce qui part ; ce qui part n'a ni motif ni `autre`."""
    relances, niveaux = np.full(len(fraiches), "", dtype=object), np.zeros(len(fraiches), dtype=np.int64)
    motifs, explications, autres = (fraiches[nom].to_numpy().copy() for nom in (c.MOTIF, c.EXPLICATION, c.AUTRE))
    relances[places], niveaux[places], motifs[places], explications[places], autres[places] = relance, niveau, "", "", False
    return fraiches.assign(
        **{
            c.RELANCE: textes(relances),
            c.NIVEAU_PROPOSE: niveaux,
            c.MOTIF: textes(motifs),
            c.EXPLICATION: textes(explications),
            c.AUTRE: autres,
        }
    )
