"""Relister sans perdre son travail : les choix de la revue précédente non produite passent dans la nouvelle (contrat §1)."""

from dataclasses import replace

import pandas as pd

from relances_xl.decision.decider import Decision
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.niveaux import Niveaux
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.historique import Etat
from relances_xl.revue.relire.relecture import APPROUVEE, NIVEAU_MODIFIE, Approbation, relire
from relances_xl.revue.schema import APPROUVER, RETENIR

_ECHEANCE = [c.CODE_CLIENT, c.PIECE, c.DATE_ECHEANCE, c.DEVISE]
_ANCIENNE = "ancienne"


def revue_a_reprendre(dossier: Dossier, etats: dict[str, Etat]) -> Lot | None:
    """Le dernier lot dont la revue existe et n'a rien sorti."""
    sortis = {etat.lot for etat in etats.values() if etat.comptee}
    candidats = [lot for lot in dossier.lots() if lot.revue.is_file()]
    return candidats[-1] if candidats and candidats[-1].nom not in sortis else None


def reporter(decision: Decision, lot: Lot, niveaux: Niveaux) -> tuple[Decision, tuple[str, ...]]:
    """La décision avec les coches, niveaux, sorties et messages de la revue de `lot`, et ce qui a changé depuis, en phrases.

    Les relances se retrouvent par les échéances que les deux listes ont en commun.
    """
    ancienne = relire(lire_classeur(lot.revue), lot.revue.name, niveaux)
    paires = _rapprocher(decision.lignes, ancienne)
    choix = ancienne.relances.set_index(c.RELANCE).reindex(paires.reindex(decision.relances[c.RELANCE]))
    connue = choix[APPROUVEE].notna().to_numpy()
    impose = (choix[NIVEAU_MODIFIE].to_numpy() == True) & connue  # noqa: E712 -- colonne objet : NaN n'est pas True
    nouvelles = decision.relances
    nouvelles = nouvelles.assign(
        **{
            APPROUVER: (choix[APPROUVEE].to_numpy() == True) & connue,  # noqa: E712
            c.NIVEAU: nouvelles[c.NIVEAU].mask(impose, choix[c.NIVEAU].to_numpy()).astype("int64"),
            c.SORTIE: nouvelles[c.SORTIE].mask(connue, choix[c.SORTIE].to_numpy()).astype("str"),
            c.MESSAGE: nouvelles[c.MESSAGE].mask(connue, choix[c.MESSAGE].to_numpy()).astype("str"),
        }
    )
    lignes = decision.lignes.assign(**{RETENIR: ~_decochees(decision.lignes, ancienne)})
    return replace(decision, relances=nouvelles, lignes=lignes), tuple(_differences(decision, ancienne, paires, lot))


def _rapprocher(lignes: pd.DataFrame, ancienne: Approbation) -> "pd.Series[str]":
    """Nouvelle relance → celle de l'ancienne revue avec qui elle partage le plus d'échéances."""
    nouvelles = lignes.loc[(lignes[c.RELANCE] != "") & ~lignes[c.CREDIT], [*_ECHEANCE, c.RELANCE]]
    anciennes = ancienne.lignes[[*_ECHEANCE, c.RELANCE]].rename(columns={c.RELANCE: _ANCIENNE})
    communes = nouvelles.merge(anciennes, on=_ECHEANCE).groupby([c.RELANCE, _ANCIENNE]).size().rename("nombre").reset_index()
    meilleures = communes.sort_values("nombre", ascending=False, kind="stable").drop_duplicates(c.RELANCE)
    return meilleures.set_index(c.RELANCE)[_ANCIENNE]


def _decochees(lignes: pd.DataFrame, ancienne: Approbation) -> pd.Series:
    """Les lignes que l'utilisateur avait décochées dans « Détail »."""
    decochees = ancienne.lignes.loc[~ancienne.lignes[RETENIR], _ECHEANCE]
    return pd.Series(pd.MultiIndex.from_frame(lignes[_ECHEANCE]).isin(pd.MultiIndex.from_frame(decochees)), lignes.index)


def _differences(decision: Decision, ancienne: Approbation, paires: "pd.Series[str]", lot: Lot) -> list[str]:
    """Relances nouvelles, disparues, ou de montant changé."""
    avant = ancienne.lignes.groupby(c.RELANCE)[c.RESTE_DU].sum()
    phrases = [f"Choix repris de la revue {lot.nom}."]
    trouvees = paires.to_dict()
    for relance in enregistrements(decision.relances):
        nom, devise = f"{relance[c.CODE_CLIENT]} {relance[c.RAISON_SOCIALE]}", relance[c.DEVISE]
        if relance[c.RELANCE] not in trouvees:
            phrases.append(f"  nouvelle : {nom}, {ecrire(relance[c.NET], devise)}")
        elif (montant := int(avant[trouvees[relance[c.RELANCE]]])) != relance[c.NET]:
            phrases.append(f"  changée : {nom}, {ecrire(montant, devise)} → {ecrire(relance[c.NET], devise)}")
    disparues = ancienne.relances[~ancienne.relances[c.RELANCE].isin(set(trouvees.values()))]
    phrases += [f"  disparue : {r[c.CODE_CLIENT]}, niveau {r[c.NIVEAU]}" for r in enregistrements(disparues)]
    return phrases
