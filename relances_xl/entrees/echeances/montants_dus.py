"""Le reste dû de chaque ligne d'un export, signé, en unités minimales de sa devise."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.codes_de_devise import devises
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.ecrits.nombres_ecrits import SYMBOLES
from relances_xl.domaine.schemas import partout
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau
from relances_xl.entrees.colonnes.synonymes import (
    COTE_CREDIT,
    COTE_DEBIT,
    CREDIT_DEVISE,
    DEBIT_DEVISE,
    MONTANT_CREDIT,
    MONTANT_DEBIT,
    RESTE_DEVISE,
    SOLDE,
)
from relances_xl.entrees.echeances.signes import Signes, lire_signes
from relances_xl.entrees.valeurs.colonne_montants import ColonneMontants, Entiers, montants
from relances_xl.entrees.valeurs.colonne_textes import Masque, selon

DEVISE_PAR_DEFAUT = "EUR"
"""Celle de qui n'en dit aucune, et la monnaie de tenue."""

_CHAMPS = (
    c.RESTE_DU, c.MONTANT, c.REGLE, MONTANT_DEBIT, MONTANT_CREDIT, SOLDE, RESTE_DEVISE, DEBIT_DEVISE, CREDIT_DEVISE, COTE_DEBIT, COTE_CREDIT,
)  # fmt: skip
_DEVISE_D_UN_TITRE = r"(?:(?i:devise|monnaie|currency)s?\s*:?|(?i:montants?|amounts?)(?:\s\w+)?\s(?i:en|in))\s*\(?([A-Z]{3}\b|[$£¥])"
_UNE_SEULE_DEVISE = 10  # lignes d'un grand livre tout entier dans une devise : c'est la monnaie de tenue


@dataclass(slots=True)
class MontantsDus:
    """Les montants d'un export, une valeur par ligne.

    devise : code, connu ou non ; reste : signé, 0 si illisible ; source : les champs dont vient le reste dû ;
    lues : champ → sa colonne ; autre_devise : la cellule porte une autre devise que sa ligne ; incertaines : le reste dû
    est en monnaie de tenue, la ligne dans une autre devise ; signes : champ → son signe, s'il est écrit à côté ;
    signe_douteux : le signe écrit à côté manque, ne se lit pas, ou contredit celui du montant ; tenue_supposee : la devise
    d'un grand livre tout entier, prise pour sa monnaie de tenue ; credits_negatifs : la colonne crédit est écrite en négatif.
    """

    devise: NDArray[np.object_]
    reste: Entiers
    illisibles: Masque
    source: tuple[str, ...]
    lues: dict[str, ColonneMontants]
    autre_devise: Masque
    incertaines: Masque
    signes: dict[str, Signes] = field(default_factory=dict)
    signe_douteux: Masque = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    tenue_supposee: str = ""
    credits_negatifs: bool = False


def montants_dus(tableau: Tableau, credit: Masque, payee: Masque) -> MontantsDus:
    """Reste dû de chaque ligne : sa colonne, sinon débit − crédit, sinon montant − réglé.

    credit : de nature créditrice, négatif si aucun signe n'est écrit à côté ; payee : nul si l'export n'en dit pas le reste dû.
    """
    ecrites = _devises(tableau)
    du_titre = np.array(_devise_du_titre(tableau), dtype=object)  # un objet, et non un texte de numpy, qui en ferait un par ligne
    devise = np.where(ecrites == "", du_titre, ecrites)
    lues = _colonnes_montants(tableau, devise)
    dans_cellule = {rang: code for colonne in lues.values() for rang, code in colonne.devises.items()}
    manquent = [rang for rang, code in dans_cellule.items() if not ecrites[rang] and code != DEVISE_PAR_DEFAUT]
    if manquent:
        devise[manquent] = [dans_cellule[rang] for rang in manquent]
        lues = _colonnes_montants(tableau, devise)
    credits_negatifs = _redresser_les_credits(lues)
    credit = _avec_ceux_au_credit(credit, lues)
    signes = {champ: lire_signes(marques, lues[champ]) for champ, marques in tableau.signes.items() if champ in lues}
    reste, illisibles, source = _reste(lues, signes, credit, payee)
    etrangere = _etrangeres(tableau, devise, source)
    etrangere[[rang for champ in source for rang in lues[champ].devises]] = False  # la cellule même dit sa devise
    reste, incertaines = _en_devise(lues, reste, etrangere, signes, credit)
    douteux = np.zeros(len(devise), dtype=np.bool_)
    for champ in set(source) & set(signes):
        douteux |= signes[champ].douteux
    autre = np.zeros(len(devise), dtype=bool)
    for champ in source:
        contraires = [rang for rang, code in lues[champ].devises.items() if code != devise[rang]]
        autre[contraires] = True
    illisibles |= autre | douteux
    supposee = str(devise[0]) if MONTANT_DEBIT in source and _livre_en_devise(devise) else ""
    return MontantsDus(
        devise, np.where(illisibles, 0, reste), illisibles, source, lues, autre, incertaines & ~illisibles, signes, douteux, supposee, credits_negatifs
    )  # fmt: skip


def _devises(tableau: Tableau) -> NDArray[np.object_]:
    """Le code de la devise de chaque ligne : « EUR », « € » et « Euro » sont EUR ; "" si rien n'est écrit."""
    textes = tableau.textes(c.DEVISE)
    return selon(textes, {texte: SYMBOLES.get(texte.upper().rstrip("."), texte.upper()) for texte in set(textes)})


def _devise_du_titre(tableau: Tableau) -> str:
    """La devise de qui n'en dit aucune : celle que porte le titre de son montant (« Solde $ »), ou de l'état ; l'euro sinon."""
    source = next((champ for champ in (c.RESTE_DU, MONTANT_DEBIT, c.MONTANT) if champ in tableau.champs), "")
    titre = tableau.entete.textes[tableau.champs[source]] if source else ""
    dite = next((SYMBOLES[signe] for signe in titre if signe != "€" and not signe.isalnum() and signe in SYMBOLES), "")
    return dite or (devise_de_l_etat(tableau.titres) if c.DEVISE not in tableau.champs else "") or DEVISE_PAR_DEFAUT


def devise_de_l_etat(titres: Sequence[str]) -> str:
    """La seule devise que nomme le titre d'un état, "" s'il n'en nomme aucune, ou plusieurs.

    >>> devise_de_l_etat(["Échéancier", "Devise : USD"]), devise_de_l_etat(["Montants exprimés en CHF"]), devise_de_l_etat(["Ventes en SUD"])
    ('USD', 'CHF', '')
    """
    mots = {mot for titre in titres for mot in re.findall(_DEVISE_D_UN_TITRE, titre)}
    codes = {SYMBOLES.get(mot) or (mot if mot in devises() else "") for mot in mots} - {"", "ALL"}  # « Currency: ALL » : toutes
    return codes.pop() if len(codes) == 1 else ""


def _colonnes_montants(tableau: Tableau, devise: NDArray[np.object_]) -> dict[str, ColonneMontants]:
    codes = devise.tolist()
    par_devise = {code: decimales(code) for code in set(codes)}
    precision = np.fromiter(map(par_devise.__getitem__, codes), dtype=np.int64, count=len(codes))
    return {champ: montants(tableau.cellules(champ), precision) for champ in _CHAMPS if champ in tableau.colonnes}


def _avec_ceux_au_credit(credit: Masque, lues: Mapping[str, ColonneMontants]) -> Masque:
    """Les crédits, et les lignes au reste dû sans signe dont le montant en dit un : écrites au crédit, ou d'un montant négatif."""
    if c.RESTE_DU in lues and COTE_CREDIT in lues:
        credit = credit | ((lues[COTE_CREDIT].unites != 0) & (lues[COTE_DEBIT].unites == 0))
    if c.RESTE_DU in lues and c.MONTANT in lues:
        credit = credit | (lues[c.MONTANT].unites < 0)
    return credit


def _reste(
    lues: Mapping[str, ColonneMontants], signes: Mapping[str, Signes], credit: Masque, payee: Masque
) -> tuple[Entiers, Masque, tuple[str, ...]]:
    """(reste dû signé, illisibles ou vides, champs dont il vient)."""
    if c.RESTE_DU in lues:
        lu = lues[c.RESTE_DU]
        return signer(lu.unites, signes.get(c.RESTE_DU), credit), lu.illisibles | (lu.vides & ~payee), (c.RESTE_DU,)
    if MONTANT_DEBIT in lues:
        debit, rembourse = lues[MONTANT_DEBIT], lues[MONTANT_CREDIT]
        illisibles = debit.illisibles | rembourse.illisibles | (debit.vides & rembourse.vides)
        return signer(debit.unites - rembourse.unites, None, credit), illisibles, (MONTANT_DEBIT, MONTANT_CREDIT)
    montant, regle = lues[c.MONTANT], lues.get(c.REGLE, _rien(len(credit)))
    # un avoir et ce qui en est déjà utilisé s'écrivent avec ou sans signe : ce sont les grandeurs qui se retranchent
    grandeur = np.abs(montant.unites) - np.abs(regle.unites)
    difference = np.where(credit, -grandeur, montant.unites - regle.unites)
    signe = signes.get(c.MONTANT)
    if signe is not None:
        difference = np.where(signer(montant.unites, signe, credit) < 0, -grandeur, grandeur)
    soldee = payee & regle.vides
    source = tuple(champ for champ in (c.MONTANT, c.REGLE) if champ in lues)
    return np.where(soldee, 0, difference), montant.illisibles | (montant.vides & ~payee) | regle.illisibles, source


def _rien(lignes: int) -> ColonneMontants:
    """Une colonne absente : vide à chaque ligne."""
    return ColonneMontants(np.zeros(lignes, dtype=np.int64), np.ones(lignes, dtype=np.bool_), np.zeros(lignes, dtype=np.bool_))


def _etrangeres(tableau: Tableau, devise: NDArray[np.object_], source: tuple[str, ...]) -> Masque:
    """Les lignes d'une devise autre que celle où leur reste dû est tenu."""
    appariement = tableau.entete.appariement
    if not any(appariement.en_monnaie_de_tenue(champ) for champ in source if champ in appariement.champs):
        return np.zeros(len(devise), dtype=np.bool_)
    if MONTANT_DEBIT in source and _livre_en_devise(devise):
        return np.zeros(len(devise), dtype=np.bool_)
    masque: Masque = devise != DEVISE_PAR_DEFAUT
    return masque


def _livre_en_devise(devise: NDArray[np.object_]) -> bool:
    """Un grand livre assez long, tout entier dans une devise qui n'est pas l'euro : c'est sa monnaie de tenue."""
    return len(devise) >= _UNE_SEULE_DEVISE and set(devise) != {DEVISE_PAR_DEFAUT} and len(set(devise)) == 1


def _redresser_les_credits(lues: dict[str, ColonneMontants]) -> bool:
    """Une colonne crédit qui n'a que des montants négatifs est écrite avec son signe : ce sont bien des crédits."""
    credit = lues.get(MONTANT_CREDIT)
    if credit is None or not (credit.unites < 0).any() or (credit.unites > 0).any():
        return False
    lues[MONTANT_CREDIT] = credit._replace(unites=np.abs(credit.unites))
    return True


def _en_devise(
    lues: Mapping[str, ColonneMontants], reste: Entiers, etrangere: Masque, signes: Mapping[str, Signes], credit: Masque
) -> tuple[Entiers, Masque]:
    """Le reste dû des lignes en devise pris dans la colonne en devise ; incertain si aucune ne le dit."""
    if not etrangere.any():
        return reste, etrangere
    if RESTE_DEVISE in lues:
        lu = lues[RESTE_DEVISE]
        en_devise, connu = np.abs(lu.unites) * np.where(reste < 0, -1, 1), ~(lu.vides | lu.illisibles)
    elif DEBIT_DEVISE in lues and CREDIT_DEVISE in lues:
        debit, rembourse = lues[DEBIT_DEVISE], lues[CREDIT_DEVISE]
        en_devise = signer(debit.unites - rembourse.unites, None, credit)
        connu = ~(debit.illisibles | rembourse.illisibles | (debit.vides & rembourse.vides))
    else:
        return np.where(etrangere, 0, reste), etrangere & (reste != 0)
    return np.where(etrangere, np.where(connu, en_devise, 0), reste), etrangere & ~connu & (reste != 0)


def signer(unites: Entiers, signe: Signes | None, credit: Masque) -> Entiers:
    """Le montant signé : par la marque écrite à côté, sinon par sa nature, un crédit étant négatif."""
    if signe is not None:
        return np.where((signe.sens < 0) & (unites > 0), -unites, unites)
    return np.where(credit & (unites > 0), -unites, unites)


def facultatif(champ: str, dus: MontantsDus, credit: Masque) -> pd.Series:
    """Montant ou réglé : Int64, NA si absent ou illisible."""
    lu = dus.lues.get(champ)
    if lu is None:
        return pd.Series(partout(pd.NA, "Int64", len(credit)), copy=False)
    signe = dus.signes.get(champ)
    return pd.Series(pd.arrays.IntegerArray(signer(lu.unites, signe, credit), lu.vides | lu.illisibles))
