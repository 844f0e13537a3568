"""Ce que les relances passées ont donné : leurs échéances sont-elles encore dues ?"""

import pandas as pd

from relances_xl.decision.juger.niveau_propose import cles
from relances_xl.decision.lignes import chercher, comparables
from relances_xl.domaine import tables as c

DU = "du"  # int64 : reste dû à présent de l'échéance relancée
SOLDEE = "soldee"  # bool
DERNIERE = "derniere"  # bool : sa dernière relance


def suite_des_relances(journal: pd.DataFrame, lignes: pd.DataFrame) -> pd.DataFrame:
    """Le journal avec, par échéance relancée : DU, SOLDEE (plus due à l'export), DERNIERE (relance la plus récente).

    Une échéance absente de l'export est soldée : l'export n'en garde que les ouvertes.
    """
    designees = cles(journal)
    relances = comparables(lignes[c.CODE_CLIENT]).isin(designees[0])
    dues = lignes[relances & (lignes[c.CAUSE] == "") & (lignes[c.RESTE_DU] > 0)]
    ouvertes = dues.groupby(cles(dues))[c.RESTE_DU].sum()
    du = chercher(ouvertes, *designees, defaut=0)
    derniere = journal[c.DATE] == journal.groupby(designees)[c.DATE].transform("max")
    suite: dict[str, pd.Series] = {DU: du, SOLDEE: du == 0, DERNIERE: derniere}
    return journal.assign(**suite)
