"""Le reste dû de chaque ligne d'un export, en unités minimales de sa devise."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.ecrits.nombres_ecrits import SYMBOLES
from relances_xl.entrees.colonnes.entete import Tableau
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, MONTANT_DEBIT
from relances_xl.entrees.valeurs.colonne_montants import ColonneMontants, Entiers, montants
from relances_xl.entrees.valeurs.colonne_textes import Masque

DEVISE_PAR_DEFAUT = "EUR"
_CHAMPS = (c.RESTE_DU, c.MONTANT, c.REGLE, MONTANT_DEBIT, MONTANT_CREDIT)


@dataclass(slots=True)
class MontantsDus:
    """Les montants d'un export, une valeur par ligne.

    devise : code, connu ou non ; reste : signé, 0 si illisible ; source : les champs dont vient le reste dû ;
    lues : champ → sa colonne ; autre_devise : la cellule porte une autre devise que sa ligne.
    """

    devise: NDArray[np.object_]
    reste: Entiers
    illisibles: Masque
    source: tuple[str, ...]
    lues: dict[str, ColonneMontants]
    autre_devise: Masque


def montants_dus(tableau: Tableau, credit: Masque) -> MontantsDus:
    """Reste dû de chaque ligne : sa colonne, sinon débit − crédit, sinon montant − réglé ; un crédit est négatif."""
    ecrites = _devises(tableau)
    devise = np.where(ecrites == "", DEVISE_PAR_DEFAUT, ecrites)
    lues = _colonnes_montants(tableau, devise)
    dans_cellule = {rang: code for colonne in lues.values() for rang, code in colonne.devises.items()}
    manquent = [rang for rang, code in dans_cellule.items() if not ecrites[rang] and code != DEVISE_PAR_DEFAUT]
    if manquent:
        devise[manquent] = [dans_cellule[rang] for rang in manquent]
        lues = _colonnes_montants(tableau, devise)
    reste, illisibles, source = _reste(lues, credit)
    autre = np.zeros(len(devise), dtype=bool)
    for champ in source:
        contraires = [rang for rang, code in lues[champ].devises.items() if code != devise[rang]]
        autre[contraires] = True
    illisibles |= autre
    return MontantsDus(devise, np.where(illisibles, 0, reste), illisibles, source, lues, autre)


def _devises(tableau: Tableau) -> NDArray[np.object_]:
    """Le code de la devise de chaque ligne : « EUR », « € » et « Euro » sont EUR ; "" si rien n'est écrit."""
    textes = tableau.textes(c.DEVISE)
    codes = {texte: SYMBOLES.get(texte.upper().rstrip("."), texte.upper()) for texte in set(textes)}
    return np.array([codes[texte] for texte in textes], dtype=object)


def _colonnes_montants(tableau: Tableau, devise: NDArray[np.object_]) -> dict[str, ColonneMontants]:
    par_devise = {code: decimales(code) for code in set(devise)}
    precision = np.array([par_devise[code] for code in devise], dtype=np.int64)
    return {champ: montants(tableau.colonnes[champ], precision) for champ in _CHAMPS if champ in tableau.colonnes}


def _reste(lues: Mapping[str, ColonneMontants], credit: Masque) -> tuple[Entiers, Masque, tuple[str, ...]]:
    """(reste dû signé, illisibles ou vides, champs dont il vient)."""
    if c.RESTE_DU in lues:
        lu = lues[c.RESTE_DU]
        return _signer(lu.unites, credit), lu.illisibles | lu.vides, (c.RESTE_DU,)
    if MONTANT_DEBIT in lues:
        debit, rembourse = lues[MONTANT_DEBIT], lues[MONTANT_CREDIT]
        illisibles = debit.illisibles | rembourse.illisibles | (debit.vides & rembourse.vides)
        return _signer(debit.unites - rembourse.unites, credit), illisibles, (MONTANT_DEBIT, MONTANT_CREDIT)
    montant, regle = lues[c.MONTANT], lues[c.REGLE]
    # un avoir et ce qui en est déjà utilisé s'écrivent avec ou sans signe : ce sont les grandeurs qui se retranchent
    difference = np.where(credit, -(np.abs(montant.unites) - np.abs(regle.unites)), montant.unites - regle.unites)
    return difference, montant.illisibles | montant.vides | regle.illisibles, (c.MONTANT, c.REGLE)


def _signer(unites: Entiers, credit: Masque) -> Entiers:
    return np.where(credit & (unites > 0), -unites, unites)


def facultatif(lu: ColonneMontants | None, credit: Masque) -> pd.Series:
    """Montant ou réglé : Int64, NA si absent ou illisible."""
    if lu is None:
        return pd.Series(pd.NA, index=range(len(credit)), dtype="Int64")
    return pd.Series(pd.arrays.IntegerArray(_signer(lu.unites, credit), lu.vides | lu.illisibles))
