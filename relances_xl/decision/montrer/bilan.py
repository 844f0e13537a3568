"""Le « Tableau de bord » en tables : balance âgée, retard par niveau et par commercial, débiteurs, effet des relances."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.decider import Decision
from relances_xl.decision.lignes import COMPTE, FichesTrouvees, ou, textes
from relances_xl.decision.montrer.age import BALANCE, balance_agee
from relances_xl.decision.montrer.delais_de_paiement import delai_comptable, delai_de_reglement, delai_par_epuisement
from relances_xl.decision.montrer.effet import DERNIERE, DU, SOLDEE
from relances_xl.decision.montrer.previsions import encaissements_attendus, retards_passes
from relances_xl.decision.par_groupe import Entiers, Groupement, grouper
from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import PREVENANCE
from relances_xl.domaine.parametres import Parametres

PREMIERS_DEBITEURS = 10
DERNIERES_CAMPAGNES = 8
HABITUDES_MIN = 10  # pièces réglées, pour oser prévoir
SANS_COMMERCIAL = "(aucun)"

_LUES = [
    *COMPTE, c.RAISON_SOCIALE, c.PIECE, c.CAUSE, c.DATE_CLE, c.DATE_PIECE, c.DATE_ECHEANCE, c.DATE_REGLEMENT, c.MONTANT, c.RESTE_DU,
    c.JOURS_RETARD, c.COMMERCIAL,
]  # fmt: skip


def bilan(decision: Decision, clients: pd.DataFrame, journal: pd.DataFrame, parametres: Parametres) -> dict[str, pd.DataFrame]:
    """Les tables du tableau de bord, par nom ; montants en unités minimales. journal : celui des dernières campagnes, et sa suite (`suite_des_relances`).

    balance : Devise, Non échu, 0-30 j, 31-60 j, 61-90 j, > 90 j, Encours — toutes les devises, la principale d'abord.
    Les autres, dans la devise principale : niveaux (Niveau, Relances, Échéances, Retard) ; commerciaux (Commercial, Clients,
    Échéances, Retard) ; debiteurs (Code client, Raison sociale, Retard, > 90 j) ; effet (Niveau, Relances, Échéances,
    Soldées, Montant relancé, Montant réglé) ; campagnes (Campagne, Relances, Montant relancé, Réglé depuis).
    """
    lignes, reference = decision.lignes, parametres.criteres.date_reference
    lisibles = lignes[_LUES].take(np.flatnonzero(lignes[c.CAUSE].to_numpy() == ""))
    devises = grouper(lisibles[c.DEVISE].to_numpy())
    principale = _devise_principale(lisibles, devises)
    des_lignes = lisibles if len(devises) == 1 else lisibles[lisibles[c.DEVISE].to_numpy() == principale]
    en_retard = des_lignes.take(np.flatnonzero((des_lignes[c.JOURS_RETARD].to_numpy() > 0) & (des_lignes[c.RESTE_DU].to_numpy() > 0)))
    passe = journal[journal[c.DEVISE].to_numpy() == principale]
    relances = decision.relances[decision.relances[c.DEVISE].to_numpy() == principale]
    tables = {
        "niveaux": _niveaux(relances),
        "commerciaux": _commerciaux(en_retard, clients),
        "debiteurs": _debiteurs(en_retard, clients),
        "effet": _effet(passe),
        "campagnes": _campagnes(passe),
        "encaissements": _attendus(des_lignes, pd.Timestamp(reference)),
        "delais": _delais(des_lignes, pd.Timestamp(reference)),
    }
    return {
        "balance": _balance(lisibles, reference, devises, principale),
        **{nom: _table(colonnes, principale, place=1 if nom in ("encaissements", "delais") else 0) for nom, colonnes in tables.items()},
    }


def _table(colonnes: dict[str, Any], devise: str, place: int) -> pd.DataFrame:
    """La table de ces colonnes, la devise à sa place : les textes sont des listes, les nombres et les montants des tableaux d'entiers."""
    typees = [(nom, textes(valeurs) if isinstance(valeurs, list) else valeurs) for nom, valeurs in colonnes.items()]
    typees.insert(place, ("Devise", textes([devise] * len(typees[0][1]))))
    return pd.DataFrame(dict(typees))


def _devise_principale(lisibles: pd.DataFrame, devises: Groupement) -> str:
    """La devise du plus grand nombre de lignes ; EUR sans aucune ligne."""
    noms = lisibles[c.DEVISE].to_numpy()[devises.premieres]
    return min(zip((-devises.nombres).tolist(), noms, strict=True), default=(0, "EUR"))[1]


def _attendus(des_lignes: pd.DataFrame, reference: pd.Timestamp) -> dict[str, Any]:
    """Semaine, Attendu ; vide si l'on ne connaît les habitudes de personne."""
    retards = retards_passes(des_lignes)
    ouvertes = (des_lignes[c.RESTE_DU].to_numpy() > 0) & ~np.isnat(des_lignes[c.DATE_ECHEANCE].to_numpy())
    if len(retards) < HABITUDES_MIN or not ouvertes.any():
        return {"Semaine": [], "Attendu": np.zeros(0, dtype=np.int64)}
    attendus = encaissements_attendus(des_lignes[ouvertes], retards, reference)
    jours = zip(phrases.dates(attendus[c.DATE].to_numpy()), attendus[c.SEMAINE], strict=True)
    return {"Semaine": [f"du {jour[:5]}" if semaine else "au-delà" for jour, semaine in jours], "Attendu": attendus[c.MONTANT].to_numpy()}


def _delais(des_lignes: pd.DataFrame, reference: pd.Timestamp) -> dict[str, Any]:
    """Mesure, Jours : ce que mettent les clients à payer ; vide si l'export ne porte pas les pièces déjà réglées."""
    mesures = {
        "Pièces réglées, de la pièce au règlement": delai_de_reglement(des_lignes),
        "Délai comptable (encours / ventes de l'année)": delai_comptable(des_lignes, reference),
        "Délai par épuisement des ventes": delai_par_epuisement(des_lignes, reference),
    }
    connues = {nom: jours for nom, jours in mesures.items() if jours is not None}
    return {"Mesure": list(connues), "Jours": np.array(list(connues.values()), dtype=np.int64)}


def _balance(lisibles: pd.DataFrame, reference: date, devises: Groupement, principale: str) -> pd.DataFrame:
    noms = lisibles[c.DEVISE].to_numpy()[devises.premieres]
    ordre = sorted(range(len(noms)), key=lambda place: (noms[place] != principale, noms[place]))
    ages = balance_agee(lisibles, reference, devises)
    return pd.DataFrame({"Devise": textes(noms[ordre]), **{age: ages[age][ordre] for age in BALANCE}})


def _niveaux(relances: pd.DataFrame) -> dict[str, Any]:
    """Sans les prévenances : ce qu'elles portent n'est pas en retard."""
    relances = relances[relances[c.NIVEAU].to_numpy() != PREVENANCE]
    groupes, ordre, noms = _par_niveau(relances)
    return {
        "Niveau": noms,
        "Relances": groupes.nombres[ordre],
        "Échéances": groupes.somme(relances[c.NB_ECHEANCES].to_numpy())[ordre],
        "Retard": groupes.somme(relances[c.RETARD].to_numpy())[ordre],
    }


def _commerciaux(en_retard: pd.DataFrame, clients: pd.DataFrame) -> dict[str, Any]:
    """Le commercial de la ligne, sinon celui de la fiche ; les plus gros retards d'abord."""
    codes = en_retard[c.CODE_CLIENT].to_numpy()
    commercial = ou(ou(en_retard[c.COMMERCIAL].to_numpy(), FichesTrouvees(codes, clients)[c.COMMERCIAL]), SANS_COMMERCIAL)
    groupes = grouper(commercial)
    noms = commercial[groupes.premieres]
    retards, siens = groupes.somme(en_retard[c.RESTE_DU].to_numpy()), groupes.numeros[grouper(groupes.numeros, codes).premieres]
    ordre = sorted(range(len(groupes)), key=lambda place: (-retards[place], noms[place]))
    return {
        "Commercial": noms[ordre].tolist(),
        "Clients": np.bincount(siens, minlength=len(groupes))[ordre],
        "Échéances": groupes.nombres[ordre],
        "Retard": retards[ordre],
    }


def _debiteurs(en_retard: pd.DataFrame, clients: pd.DataFrame) -> dict[str, Any]:
    """Les dix comptes les plus en retard."""
    reste, codes = en_retard[c.RESTE_DU].to_numpy(), en_retard[c.CODE_CLIENT].to_numpy()
    comptes = grouper(codes)
    retards, codes = comptes.somme(reste), codes[comptes.premieres]
    tres_tard = comptes.somme(np.where(en_retard[c.JOURS_RETARD].to_numpy() > 90, reste, 0))
    ordre = sorted(range(len(comptes)), key=lambda place: (-retards[place], codes[place]))[:PREMIERS_DEBITEURS]
    noms = ou(FichesTrouvees(codes[ordre], clients)[c.RAISON_SOCIALE], en_retard[c.RAISON_SOCIALE].to_numpy()[comptes.premieres][ordre])
    return {
        "Code client": codes[ordre].tolist(),
        "Raison sociale": noms.tolist(),
        "Retard": retards[ordre],
        "> 90 j": tres_tard[ordre],
    }


def _effet(passe: pd.DataFrame) -> dict[str, Any]:
    """Par niveau : ce qui a été relancé, et ce qui s'est réglé sans attendre la relance suivante."""
    montant, derniere = passe[c.MONTANT].to_numpy(), passe[DERNIERE].to_numpy()
    regle = np.where(derniere, (montant - passe[DU].to_numpy()).clip(min=0), 0)
    groupes, ordre, noms = _par_niveau(passe)
    return {
        "Niveau": noms,
        "Relances": _relances_distinctes(groupes, passe)[ordre],
        "Échéances": groupes.nombres[ordre],
        "Soldées": groupes.somme(passe[SOLDEE].to_numpy() & derniere)[ordre],
        "Montant relancé": groupes.somme(montant)[ordre],
        "Montant réglé": groupes.somme(regle)[ordre],
    }


def _campagnes(passe: pd.DataFrame) -> dict[str, Any]:
    """Par date d'édition, de la plus ancienne à la plus récente : ce qui a été relancé, et ce qui s'en est réglé depuis."""
    montant, dates = passe[c.MONTANT].to_numpy(), passe[c.DATE].to_numpy()
    groupes = grouper(dates)
    jours = dates[groupes.premieres]
    ordre = np.argsort(jours)[-DERNIERES_CAMPAGNES:]
    return {
        "Relances": _relances_distinctes(groupes, passe)[ordre],
        "Montant relancé": groupes.somme(montant)[ordre],
        "Réglé depuis": groupes.somme((montant - passe[DU].to_numpy()).clip(min=0))[ordre],
        "Campagne": phrases.dates(jours[ordre]),
    }


def _relances_distinctes(groupes: Groupement, passe: pd.DataFrame) -> Entiers:
    """Combien de relances chaque groupe du journal compte."""
    return np.bincount(groupes.numeros[grouper(groupes.numeros, passe[c.RELANCE].to_numpy()).premieres], minlength=len(groupes))


def _par_niveau(table: pd.DataFrame) -> tuple[Groupement, Entiers, list[str]]:
    """Les lignes groupées par niveau, les groupes dans l'ordre des niveaux, et comment chacun s'appelle."""
    niveaux = table[c.NIVEAU].to_numpy()
    groupes = grouper(niveaux)
    numeros = niveaux[groupes.premieres]
    ordre = np.argsort(numeros)
    return groupes, ordre, ["Prévenance" if numero == PREVENANCE else f"Niveau {numero}" for numero in numeros[ordre].tolist()]
