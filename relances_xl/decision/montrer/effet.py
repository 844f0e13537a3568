"""Ce que les relances passées ont donné : leurs échéances sont-elles encore dues ?"""

import numpy as np
import pandas as pd

from relances_xl.decision.juger.niveau_propose import cles
from relances_xl.decision.lignes import COMPTE
from relances_xl.decision.par_groupe import Valeurs, designer, grouper, lire
from relances_xl.domaine import tables as c

DU = "du"  # int64 : reste dû à présent de l'échéance relancée
SOLDEE = "soldee"  # bool
DERNIERE = "derniere"  # bool : sa dernière relance


def suite_des_relances(journal: pd.DataFrame, lignes: pd.DataFrame) -> pd.DataFrame:
    """Le journal avec, par échéance relancée : DU, SOLDEE (plus due à l'export), DERNIERE (relance la plus récente).

    lignes : LIGNES_DECIDEES d'après ce journal, ou un plus long. Une échéance absente de l'export est soldée : l'export n'en garde que
    les ouvertes.
    """
    if journal.empty:
        return journal.assign(**{DU: 0, SOLDEE: False, DERNIERE: False})
    designees, jours = _echeances(journal), journal[c.DATE].to_numpy()
    connues = ~np.isnat(lignes[c.ECRITE_LE].to_numpy()) | lignes[c.PREVENUE].to_numpy()
    ouvertes = np.flatnonzero(connues & (lignes[c.CAUSE].to_numpy() == "") & (lignes[c.RESTE_DU].to_numpy() > 0))
    dues = lignes[[*COMPTE, c.PIECE, c.DATE_CLE, c.RESTE_DU]].take(ouvertes)
    places, siennes = designer(designees, _echeances(dues))
    du = np.where(np.isnat(designees[2]), 0, lire(siennes.somme(dues[c.RESTE_DU].to_numpy()), places, 0))
    echeances = grouper(*designees)
    derniere = ~np.isnat(designees[2]) & (jours == echeances.derniere(jours)[echeances.numeros])
    return journal.assign(**{DU: du, SOLDEE: du == 0, DERNIERE: derniere})


def _echeances(table: pd.DataFrame) -> list[Valeurs]:
    return [*cles(table), table[c.DEVISE].to_numpy()]
