"""L'onglet « À appeler » : qui joindre avant d'écrire encore, et pourquoi (contrat §6)."""

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.chiffrer.sortie import ENVOI_EMAIL
from relances_xl.decision.decider import Decision
from relances_xl.decision.juger.niveau_propose import plus_hauts
from relances_xl.decision.juger.suivi import JAMAIS
from relances_xl.decision.lignes import FichesTrouvees, au_millieme, ou, textes
from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs, grouper, parmi
from relances_xl.decision.phrases import Phrases
from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import DE_NIVEAU
from relances_xl.domaine.parametres import Parametres

POURQUOI = "pourquoi"
PREMIERS = 10
"""Les plus gros retards s'appellent toujours."""

_LUES = [
    c.CODE_CLIENT, c.DEVISE, c.RAISON_SOCIALE, c.RESTE_DU, c.PROMESSE_NON_TENUE, c.ECHEANCIER_ROMPU, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE,
]  # fmt: skip
COLONNES = [c.CODE_CLIENT, c.RAISON_SOCIALE, c.CONTACT, c.TELEPHONE, POURQUOI, c.RETARD, c.DEVISE]


def a_appeler(decision: Decision, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """COLONNES, une ligne par client et devise à joindre ; retard en unités minimales.

    Les promesses et les échéanciers rompus d'abord, puis les derniers niveaux faits en vain, les clients sans adresse, et les dix plus gros
    retards ; dans chaque groupe, les plus gros d'abord. Une échéance que l'on ne relancerait pas (litige, pause…) n'y compte pas.
    """
    souffrent = np.flatnonzero(en_souffrance(decision.lignes))
    lignes = {nom: decision.lignes[nom].to_numpy()[souffrent] for nom in _LUES}
    comptes = grouper(lignes[c.CODE_CLIENT], lignes[c.DEVISE])
    codes, devises, noms = (lignes[nom][comptes.premieres] for nom in (c.CODE_CLIENT, c.DEVISE, c.RAISON_SOCIALE))
    retards, fiches = comptes.somme(lignes[c.RESTE_DU]), FichesTrouvees(codes, clients)
    au_dernier = lignes[c.DERNIER_NIVEAU] >= plus_hauts(decision.lignes, parametres.plans)[souffrent]
    rompue = comptes.derniere(lignes[c.PROMESSE_NON_TENUE])
    derniere = comptes.derniere(np.where(au_dernier, lignes[c.DERNIERE_RELANCE], JAMAIS))
    sans_date = comptes.somme(au_dernier & np.isnat(lignes[c.DERNIERE_RELANCE])) > 0
    ordre = _les_plus_gros_d_abord(codes, devises, retards)
    premier = np.zeros(len(comptes), dtype=bool)
    premier[ordre[:PREMIERS]] = True
    raisons: list[tuple[Masque, str | Phrases]] = [
        (~np.isnat(rompue), [f"promesse du {jour} non tenue" for jour in phrases.dates(rompue)]),
        (comptes.somme(lignes[c.ECHEANCIER_ROMPU]) > 0, "échéancier rompu"),
        (~np.isnat(derniere), [f"dernier niveau fait le {jour}, toujours impayé" for jour in phrases.dates(derniere)]),
        (sans_date & np.isnat(derniere), "dernier niveau déjà fait, toujours impayé"),
        (_sans_adresse(fiches) & (len(clients) > 0), "sans adresse"),
        (premier, f"parmi les {PREMIERS} plus gros retards"),
    ]
    rang = np.argmax([*(condition for condition, _ in raisons), np.ones(len(comptes), dtype=bool)], axis=0)
    appeles = ordre[np.argsort(rang[ordre], kind="stable")]
    appeles = appeles[rang[appeles] < len(raisons)]
    pourquoi = np.array(phrases.joindre(len(comptes), (phrases.si(*raison) for raison in raisons)), dtype=object)
    colonnes = {
        c.CODE_CLIENT: codes,
        c.RAISON_SOCIALE: ou(fiches[c.RAISON_SOCIALE], noms),
        c.CONTACT: fiches[c.CONTACT],
        c.TELEPHONE: fiches[c.TELEPHONE],
        POURQUOI: pourquoi,
        c.DEVISE: devises,
    }
    table = pd.DataFrame({nom: textes(valeurs[appeles]) for nom, valeurs in colonnes.items()} | {c.RETARD: retards[appeles]})
    return table[COLONNES]


def en_souffrance(lignes: pd.DataFrame) -> Masque:
    """Les échéances en retard que rien ne retient : relancées cette fois, ou qui ne l'attendent que pour une question de niveau."""
    lisible = (lignes[c.CAUSE].to_numpy() == "") & ~lignes[c.CREDIT].to_numpy()
    en_retard = (lignes[c.JOURS_RETARD].to_numpy() > 0) & (lignes[c.RESTE_DU].to_numpy() > 0)
    en_souffrance: Masque = lisible & en_retard & parmi(lignes[c.MOTIF].to_numpy(), ["", *(motif.value for motif in DE_NIVEAU)])
    return en_souffrance


def _sans_adresse(fiches: FichesTrouvees) -> Masque:
    """Vrai si la fiche n'a pas d'adresse postale, et que le client n'est pas de ceux qu'on relance par courriel."""
    email = ((fiches[c.EMAIL] != "") | (fiches[c.EMAIL_RELANCE] != "")) & (fiches[c.ENVOI] == ENVOI_EMAIL)
    joignables: Masque = fiches.adresses() | email
    return ~joignables


def _les_plus_gros_d_abord(codes: Valeurs, devises: Valeurs, retards: Entiers) -> Entiers:
    """Les places des comptes, par retard décroissant, EUR, JPY et TND comparés dans une même unité, puis par code et devise."""
    cles = list(zip((-au_millieme(retards, devises)).tolist(), codes.tolist(), devises.tolist(), strict=True))
    return np.array(sorted(range(len(cles)), key=cles.__getitem__), dtype=np.int64)
