"""La revérification avant de produire : ce qui a changé depuis la liste est écarté, et dit (contrat §6, étape 1)."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.niveau_propose import avec_dernier_niveau
from relances_xl.decision.reverifier.appariement import COLONNES_APPARIEES, apparier
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
    d_ici = journal[c.RELANCE].isin(relances[c.RELANCE]) | journal[c.RELANCE].isin(detail[c.RELANCE])
    fraiches = fraiches.reset_index(drop=True)
    if d_ici.any():
        fraiches = avec_dernier_niveau(fraiches, journal[~d_ici], plans)
    detail = detail.reset_index(drop=True)
    approuvees = detail[c.RELANCE].isin(a_produire) & detail[c.RETENIR].astype(bool)
    echeance = detail[c.RESTE_DU] > 0

    exigibles = fraiches.loc[(fraiches[c.CAUSE] == "") & ~fraiches[c.CREDIT], COLONNES_APPARIEES]
    place = apparier(detail.loc[echeance, COLONNES_APPARIEES], exigibles, fraiches.loc[exigibles.index, c.MOTIF].isin(EXCLUANTS))
    ecarts = _ecarts(detail[approuvees & echeance], place, fraiches)
    credits, place_des_credits = relances_aux_credits_changes(relances, detail, exclusions, a_produire, fraiches)

    bonnes = ecarts.index[ecarts[c.MOTIF] == ""]
    deduits = detail.index[approuvees & ~echeance]
    partent = detail.loc[bonnes.append(deduits)]
    annulees = _relances_ecartees(a_produire, partent, ecarts, credits)
    ecarts = _repercuter(ecarts, annulees)

    partent = partent[~partent[c.RELANCE].isin(annulees[c.RELANCE])]
    places = pd.concat([place, place_des_credits]).loc[partent.index].astype("int64")
    niveau = _niveaux_de_la_revue(partent, relances)
    lignes = _marquer(fraiches, places, partent[c.RELANCE], niveau)
    ecartees = ecarts[ecarts[c.MOTIF] != ""].reset_index(drop=True)
    return Confrontation(lignes, ECARTEES.admettre(ecartees)[ECARTEES.noms], annulees)


def _ecarts(approuvees: pd.DataFrame, place: pd.Series, fraiches: pd.DataFrame) -> pd.DataFrame:
    """Les échéances approuvées avec MOTIF (Ecart, vide si rien n'a changé) et EXPLICATION ; le premier écart l'emporte."""
    a_present = _a_present(approuvees, place, fraiches)
    disparue = a_present[c.RESTE_DU].isna()
    solde = disparue | (a_present[c.RESTE_DU] == 0).fillna(False)
    modifie = (a_present[c.RESTE_DU] != approuvees[c.RESTE_DU]).fillna(False)
    meme_niveau = (a_present[c.DERNIER_NIVEAU] == approuvees[c.DERNIER_NIVEAU]).fillna(True)
    meme_date = a_present[c.DERNIERE_RELANCE] == approuvees[c.DERNIERE_RELANCE]
    sans_date = a_present[c.DERNIERE_RELANCE].isna() & approuvees[c.DERNIERE_RELANCE].isna()
    prevenance = approuvees[c.NIVEAU_PROPOSE] == PREVENANCE
    relance = ~(meme_niveau & (meme_date | sans_date)) | (prevenance & a_present[c.PREVENUE].eq(True))
    exclu = a_present[c.MOTIF].isin(EXCLUANTS) & ~(prevenance & (a_present[c.MOTIF] == Motif.NON_ECHUE.value))

    motif = pd.Series("", approuvees.index, dtype="str")
    explication = motif
    for ecart, touche, pourquoi in (
        (Ecart.SOLDEE_DEPUIS, solde, _pourquoi_soldee),
        (Ecart.MODIFIEE_DEPUIS, modifie, _pourquoi_modifiee),
        (Ecart.RELANCEE_DEPUIS, relance, _pourquoi_relancee),
        (Ecart.EXCLUE_DEPUIS, exclu, _pourquoi_exclue),
    ):
        nouvelle = (touche & (motif == "")).astype(bool)
        if nouvelle.any():
            explication = explication.mask(
                nouvelle, pd.Series(pourquoi(approuvees[nouvelle], a_present[nouvelle]), explication.index[nouvelle])
            )
            motif = motif.mask(nouvelle, ecart.value)
    return approuvees.assign(**{c.MOTIF: motif, c.EXPLICATION: explication})


def _a_present(approuvees: pd.DataFrame, place: pd.Series, fraiches: pd.DataFrame) -> pd.DataFrame:
    """La ligne fraîche de chaque échéance approuvée, montants et niveaux en entiers (Int64), NA si elle a disparu."""
    colonnes = [c.RESTE_DU, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE, c.PREVENUE, c.MOTIF, c.EXPLICATION]
    entiers = fraiches[colonnes].astype({c.RESTE_DU: "Int64", c.DERNIER_NIVEAU: "Int64"})
    places = place.loc[approuvees.index].fillna(-1).astype("int64")
    return entiers.reindex(places).set_axis(approuvees.index)


def _pourquoi_soldee(approuvees: pd.DataFrame, a_present: pd.DataFrame) -> list[str]:
    return ["ne figure plus à l'export" if disparue else "soldée depuis la liste" for disparue in a_present[c.RESTE_DU].isna()]


def _pourquoi_exclue(approuvees: pd.DataFrame, a_present: pd.DataFrame) -> list[str]:
    return a_present[c.EXPLICATION].tolist()


def _pourquoi_modifiee(approuvees: pd.DataFrame, a_present: pd.DataFrame) -> list[str]:
    devises = approuvees[c.DEVISE].to_numpy()
    avant = phrases.montants(approuvees[c.RESTE_DU].to_numpy(), devises)
    apres = phrases.montants(a_present[c.RESTE_DU].fillna(0).to_numpy(dtype="int64"), devises)
    return [f"reste dû {ancien} à la liste, {nouveau} à présent" for ancien, nouveau in zip(avant, apres, strict=True)]


def _pourquoi_relancee(approuvees: pd.DataFrame, a_present: pd.DataFrame) -> list[str]:
    niveaux = zip(a_present[c.DERNIER_NIVEAU].fillna(0), approuvees[c.DERNIER_NIVEAU], strict=True)
    return [
        "sa relance précédente a été annulée depuis la liste"
        if niveau < ancien
        else f"relancée au niveau {niveau}" + phrases.si_present(" le ", jour)
        for (niveau, ancien), jour in zip(niveaux, phrases.dates(a_present[c.DERNIERE_RELANCE].to_numpy()), strict=True)
    ]


def _relances_ecartees(a_produire: Collection[str], partent: pd.DataFrame, ecarts: pd.DataFrame, credits: pd.Series) -> pd.DataFrame:
    """Les relances qui ne partent plus du tout : plus d'échéance, crédits changés, ou net ≤ 0."""
    reste = partent.groupby(c.RELANCE)[c.RESTE_DU].sum()
    avec_echeances = set(partent.loc[partent[c.RESTE_DU] > 0, c.RELANCE].unique())
    premier_ecart = ecarts[ecarts[c.MOTIF] != ""].drop_duplicates(c.RELANCE).set_index(c.RELANCE)[c.MOTIF]
    rangs = []
    for relance in a_produire:
        if relance not in avec_echeances:
            motif = premier_ecart.get(relance, "")
            rangs.append((relance, motif, "toutes ses échéances sont écartées" if motif else "aucune échéance retenue"))
        elif relance in credits.index:
            rangs.append((relance, Ecart.CREDIT_DEPUIS.value, credits[relance]))
        elif reste[relance] <= 0:
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


def _niveaux_de_la_revue(partent: pd.DataFrame, relances: pd.DataFrame) -> pd.Series:
    """Le niveau de chaque ligne : celui que l'utilisateur a changé pour toute la relance, sinon le niveau proposé ; crédit : 0."""
    imposes = relances[relances[c.NIVEAU_MODIFIE].astype(bool)].set_index(c.RELANCE)[c.NIVEAU]
    niveau = partent[c.NIVEAU_PROPOSE]
    if len(imposes):
        niveau = partent[c.RELANCE].map(imposes).fillna(niveau)
    return niveau.where(partent[c.RESTE_DU] > 0, 0).astype("int64")


def _marquer(fraiches: pd.DataFrame, places: pd.Series, relance: pd.Series, niveau: pd.Series) -> pd.DataFrame:
    """Les lignes fraîches avec RELANCE et NIVEAU_PROPOSE aux places de ce qui part ; ce qui part n'a ni motif ni `autre`."""
    relances = pd.Series(relance.to_numpy(), places.to_numpy(), dtype="str").reindex(fraiches.index, fill_value="")
    niveaux = pd.Series(niveau.to_numpy(), places.to_numpy(), dtype="int64").reindex(fraiches.index, fill_value=0)
    part = relances != ""
    return fraiches.assign(
        **{
            c.RELANCE: relances.astype("str"),
            c.NIVEAU_PROPOSE: niveaux,
            c.MOTIF: fraiches[c.MOTIF].mask(part, ""),
            c.EXPLICATION: fraiches[c.EXPLICATION].mask(part, ""),
            c.AUTRE: fraiches[c.AUTRE] & ~part,
        }
    )
