"""Ce qu'un encaissement change à la liste : une « Alerte », jamais une exclusion ; à la production, une relance écartée."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.encaisser.rapprocher import SURS
from relances_xl.decision.lignes import textes
from relances_xl.decision.phrases import RIEN, Phrases
from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import Ecart
from relances_xl.domaine.schemas import ECARTEES, RELANCES_ECARTEES

_IDENTITE = [c.DATE, c.LIBELLE, c.MONTANT, c.DEVISE]
_VIREMENTS = [c.RELANCE, *_IDENTITE, c.LIGNE, c.FICHIER]


def avec_la_banque(relances: pd.DataFrame, lignes: pd.DataFrame, banque: pd.DataFrame) -> pd.DataFrame:
    """Les relances, l'« Alerte » de celles qu'un encaissement couvre ; jamais cochées d'avance."""
    dites = alertes_de_banque(relances, lignes, banque)
    if not any(dites):
        return relances
    jointes = phrases.joindre(len(relances), [dites, relances[c.ALERTE].tolist()])
    libres = np.array(dites, dtype=object) == ""
    return relances.assign(**{c.ALERTE: textes(jointes), c.APPROUVER: relances[c.APPROUVER] & libres})


def alertes_de_banque(relances: pd.DataFrame, lignes: pd.DataFrame, banque: pd.DataFrame) -> Phrases:
    """« virement de 1 200,00 € du 24/11, sans doute payée », par relance.

    relances : code_client, devise, relance, net ; lignes : celles de la décision, avec RELANCE et PIECE ; banque : celle
    de `rapprocher_banque`. Un paiement qui n'en couvre qu'une partie le dit.
    """
    couvrants = virements_par_relance(lignes, banque)
    if couvrants.empty:
        return RIEN
    montants = phrases.montants(couvrants[c.MONTANT].to_numpy(), couvrants[c.DEVISE].to_numpy())
    jours = phrases.dates(couvrants[c.DATE].to_numpy())
    virements = [f"virement de {montant} du {jour[:5]}" for montant, jour in zip(montants, jours, strict=True)]
    dits = phrases.assembler(couvrants[c.RELANCE], virements, " et ")
    sommes = couvrants.groupby(c.RELANCE)[c.MONTANT].sum()
    return [
        f"{dits[relance]}, sans doute payée{'' if sommes[relance] >= net else ' en partie'}" if relance in dits else ""
        for relance, net in zip(relances[c.RELANCE], relances[c.NET], strict=True)
    ]


def virements_par_relance(lignes: pd.DataFrame, banque: pd.DataFrame) -> pd.DataFrame:
    """RELANCE, date, libelle, montant, devise : chaque encaissement certain ou probable, sur chaque relance qu'il couvre."""
    surs = banque[banque[c.RAPPROCHEMENT].isin(SURS)]
    if surs.empty:
        return surs.assign(**{c.RELANCE: ""})[_VIREMENTS]
    par_piece = surs.assign(**{c.PIECE: surs[c.PIECES].str.split("; ")}).explode(c.PIECE)
    portees = lignes.loc[(lignes[c.RELANCE] != "") & ~lignes[c.CREDIT], [c.RELANCE, c.CODE_CLIENT, c.DEVISE, c.PIECE]].drop_duplicates()
    trouves = portees.merge(par_piece, on=[c.CODE_CLIENT, c.DEVISE, c.PIECE])
    return trouves[_VIREMENTS].drop_duplicates().sort_values([c.RELANCE, c.DATE], kind="stable")


def ecarter_les_payees(lignes: pd.DataFrame, payees: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(lignes sans leurs relances payées, `ECARTEES`, `RELANCES_ECARTEES`) ; lignes : celles d'une confrontation."""
    parties = lignes[c.RELANCE].isin(payees)
    perdues = lignes[parties & (lignes[c.RESTE_DU] > 0)]
    pourquoi = "un encaissement arrivé depuis la liste la paie, sans doute : voyez l'onglet « Banque » d'une nouvelle liste"
    champs = [nom for nom in ECARTEES.noms if nom in perdues.columns]
    ecartees = perdues[champs].assign(**{c.MOTIF: str(Ecart.PAYEE_DEPUIS), c.EXPLICATION: pourquoi})
    relances = RELANCES_ECARTEES.table(
        *({c.RELANCE: relance, c.MOTIF: str(Ecart.PAYEE_DEPUIS), c.EXPLICATION: pourquoi} for relance in sorted(payees))
    )
    vides = {c.RELANCE: lignes[c.RELANCE].mask(parties, ""), c.NIVEAU_PROPOSE: lignes[c.NIVEAU_PROPOSE].mask(parties, 0)}
    return lignes.assign(**vides), ECARTEES.admettre(ecartees)[ECARTEES.noms], relances


def du_neuf(encaissements: pd.DataFrame, vus: pd.DataFrame) -> bool:
    """Un encaissement au moins est arrivé depuis la liste : sans cela, il n'y a rien à rapprocher de nouveau."""
    return not set(encaissements[_IDENTITE].itertuples(index=False, name=None)) <= set(vus[_IDENTITE].itertuples(index=False, name=None))


def payees_depuis(lignes: pd.DataFrame, banque: pd.DataFrame, vus: pd.DataFrame) -> set[str]:
    """Les relances qu'un encaissement certain ou probable arrivé depuis la liste couvre (`PAYEE_DEPUIS`).

    vus : les encaissements que la revue montrait (date, libelle, montant, devise) ; ceux-là, l'utilisateur a décidé malgré eux.
    """
    couvrants = virements_par_relance(lignes, banque)
    deja = set(vus[_IDENTITE].itertuples(index=False, name=None))
    nouveaux = [tuple(rang) not in deja for rang in couvrants[_IDENTITE].itertuples(index=False, name=None)]
    return set(couvrants.loc[nouveaux, c.RELANCE])
