"""Relister sans perdre son travail : les choix de la revue précédente non produite passent dans la nouvelle (contrat §1)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from relances_xl.decision.decider import Decision
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.fichiers.verrous import verrou_de
from relances_xl.revue.relire.relecture import APPROUVEE, NIVEAU_MODIFIE, ONGLETS, Approbation, relire

_ECHEANCE = [c.CODE_CLIENT, c.PIECE, c.DATE_ECHEANCE, c.DEVISE]
_ANCIENNE = "ancienne"


REVUES_RELUES = 20  # revues non produites que l'on regarde au plus, de la plus récente à la plus ancienne


class EnAttente(NamedTuple):
    """Une revue non produite où quelqu'un a choisi quelque chose. approbation : None si elle ne se relit pas, et `faute` dit pourquoi."""

    chemin: Path
    approbation: Approbation | None
    faute: ErreurUtilisateur | None = None

    def __str__(self) -> str:
        ouverte = _ouverte(self.chemin)
        if self.approbation is None:
            return f"La revue {self.chemin.name} attend{ouverte}, mais elle ne se relit pas"
        cochees, nombre = int(self.approbation.relances[APPROUVEE].sum()), len(self.approbation.relances)
        return accorder(cochees, f"La revue {self.chemin.name} attend{ouverte} : {cochees} cochée(s) sur {nombre}")


def _ouverte(revue: Path) -> str:
    return " (ouverte dans Excel ou LibreOffice : seul ce qui y est enregistré compte)" if verrou_de(revue) else ""


def revue_en_attente(dossier: Dossier, sortis: frozenset[str], plans: Plans) -> EnAttente | None:
    """La plus récente revue non produite où quelqu'un a coché, décoché, écrit ou changé un niveau ou une sortie.

    Celle que personne n'a réenregistrée depuis `lister` n'est pas rouverte.
    """
    for lot, chemin in islice(_non_produites(dossier, sortis), REVUES_RELUES):
        try:
            if lot.intacte(chemin):
                continue
            ancienne = lire_classeur(chemin, ONGLETS, partial(relire, fichier=chemin.name, plans=plans))
        except ErreurUtilisateur as erreur:
            return EnAttente(chemin, None, erreur)
        if _a_des_choix(ancienne):
            return EnAttente(chemin, ancienne)
    return None


def _non_produites(dossier: Dossier, sortis: frozenset[str]) -> Iterator[tuple[Lot, Path]]:
    for lot in reversed(dossier.lots()):
        if lot.nom not in sortis and (revue := lot.revue_ecrite) is not None and revue.is_file():
            yield lot, revue


def _a_des_choix(ancienne: Approbation) -> bool:
    relances, lignes = ancienne.relances, ancienne.lignes
    sorties_offertes = {Sortie.EMAIL.value, Sortie.PDF.value}  # celles que « Email » et « Selon le client » proposent d'elles-mêmes
    sorties = set(relances[c.SORTIE]) - {""}
    return bool(
        relances[APPROUVEE].any()
        or relances[NIVEAU_MODIFIE].any()
        or (relances[c.MESSAGE] != "").any()
        or not lignes[c.RETENIR].all()
        or (len(sorties) > 1 and not sorties <= sorties_offertes)
    )


def reporter(decision: Decision, attente: EnAttente) -> tuple[Decision, tuple[str, ...]]:
    """La décision avec les coches, niveaux, sorties et messages de la revue qui attend, et ce qui a changé depuis, en phrases.

    Les relances se retrouvent par les échéances que les deux listes ont en commun. Une revue qui ne se relit pas : sa faute.
    """
    if attente.approbation is None:
        assert attente.faute is not None
        raise attente.faute
    ancienne = attente.approbation
    paires = _rapprocher(decision.lignes, ancienne)
    choix = ancienne.relances.set_index(c.RELANCE).reindex(paires.reindex(decision.relances[c.RELANCE]))
    connue = choix[APPROUVEE].notna().to_numpy()
    impose = (choix[NIVEAU_MODIFIE].to_numpy() == True) & connue  # noqa: E712 -- colonne objet : NaN n'est pas True
    nouvelles = decision.relances
    nouvelles = nouvelles.assign(
        **{
            c.APPROUVER: (choix[APPROUVEE].to_numpy() == True) & connue,  # noqa: E712
            c.NIVEAU: nouvelles[c.NIVEAU].mask(impose, choix[c.NIVEAU].to_numpy()).astype("int64"),
            c.SORTIE: nouvelles[c.SORTIE].mask(connue, choix[c.SORTIE].to_numpy()).astype("str"),
            c.MESSAGE: nouvelles[c.MESSAGE].mask(connue, choix[c.MESSAGE].to_numpy()).astype("str"),
        }
    )
    lignes = decision.lignes.assign(**{c.RETENIR: ~_decochees(decision.lignes, ancienne)})
    return replace(decision, relances=nouvelles, lignes=lignes), tuple(_differences(decision, attente, ancienne, paires))


def _rapprocher(lignes: pd.DataFrame, ancienne: Approbation) -> "pd.Series[str]":
    """Nouvelle relance → celle de l'ancienne revue avec qui elle partage le plus d'échéances."""
    nouvelles = lignes.loc[(lignes[c.RELANCE] != "") & ~lignes[c.CREDIT], [*_ECHEANCE, c.RELANCE]]
    anciennes = ancienne.lignes[[*_ECHEANCE, c.RELANCE]].rename(columns={c.RELANCE: _ANCIENNE})
    communes = nouvelles.merge(anciennes, on=_ECHEANCE).groupby([c.RELANCE, _ANCIENNE]).size().rename("nombre").reset_index()
    meilleures = communes.sort_values("nombre", ascending=False, kind="stable").drop_duplicates(c.RELANCE)
    return meilleures.set_index(c.RELANCE)[_ANCIENNE]


def _decochees(lignes: pd.DataFrame, ancienne: Approbation) -> pd.Series:
    """Les lignes que l'utilisateur avait décochées dans « Détail »."""
    decochees = ancienne.lignes.loc[~ancienne.lignes[c.RETENIR], _ECHEANCE]
    return pd.Series(pd.MultiIndex.from_frame(lignes[_ECHEANCE]).isin(pd.MultiIndex.from_frame(decochees)), lignes.index)


def _differences(decision: Decision, attente: EnAttente, ancienne: Approbation, paires: "pd.Series[str]") -> list[str]:
    """Relances nouvelles, disparues, ou de montant changé."""
    avant = ancienne.lignes.groupby(c.RELANCE)[c.RESTE_DU].sum()
    phrases = [f"Choix repris de {attente.chemin.name}{_ouverte(attente.chemin)}."]
    trouvees = paires.to_dict()
    for relance in enregistrements(decision.relances):
        nom, devise = f"{relance[c.CODE_CLIENT]} {relance[c.RAISON_SOCIALE]}", relance[c.DEVISE]
        if relance[c.RELANCE] not in trouvees:
            phrases.append(f"  nouvelle : {nom}, {ecrire(relance[c.NET], devise)}")
        elif (montant := int(avant[trouvees[relance[c.RELANCE]]])) != relance[c.NET]:
            phrases.append(f"  changée : {nom}, {ecrire(montant, devise)} → {ecrire(relance[c.NET], devise)}")
    disparues = ancienne.relances[~ancienne.relances[c.RELANCE].isin(set(trouvees.values()))]
    noms = dict(zip(decision.lignes[c.CODE_CLIENT], decision.lignes[c.RAISON_SOCIALE], strict=True))
    phrases += [
        f"  disparue : {r[c.CODE_CLIENT]} {noms.get(r[c.CODE_CLIENT], '')}, niveau {r[c.NIVEAU]}".replace(" ,", ",")
        for r in enregistrements(disparues)
    ]
    return phrases
