"""Le signe d'un montant, quand une marque D ou C le dit à côté de lui (contrat §3, « Signe ailleurs »)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.entrees.colonnes.marques import lire_marque
from relances_xl.entrees.valeurs.colonne_montants import ColonneMontants, Entiers
from relances_xl.entrees.valeurs.colonne_textes import Masque, par_valeur


class Signes(NamedTuple):
    """sens : 1 au débit, −1 au crédit ; douteux : le montant n'est pas nul, et son signe manque ou se contredit."""

    sens: Entiers
    douteux: Masque


def lire_signes(marques: Sequence[Valeur], montants: ColonneMontants) -> Signes:
    """Le signe de chaque montant.

    Là où seuls les crédits sont marqués, l'absence de marque vaut débit. Un montant déjà négatif sous une marque de
    crédit n'est qu'un crédit dit deux fois, sauf si d'autres crédits de la colonne sont positifs : il se contredit.
    """
    sens = np.array(par_valeur(marques, lire_marque), dtype=np.int64)
    vides = np.array([est_vide(valeur) for valeur in marques], dtype=np.bool_)
    if not (sens > 0).any():
        sens = np.where(vides, 1, sens)
    negatifs, positifs = montants.unites < 0, montants.unites > 0
    contredits = negatifs & (sens < 0) & bool((positifs & (sens < 0)).any())
    return Signes(sens, ((sens == 0) & (montants.unites != 0)) | contredits)
