"""Ce que les relances passées ont donné, contre une lecture lente du journal et de l'export."""

from hypothesis import HealthCheck, given, settings
from mondes import Monde, mondes, rangs, tables
from oracle import Rang

from relances_xl.decision.decider import decider
from relances_xl.decision.montrer.effet import DERNIERE, DU, SOLDEE, suite_des_relances
from relances_xl.domaine import tables as c
from relances_xl.domaine.selection import cle_de_code


def _echeance(rang: Rang) -> tuple[object, ...]:
    return cle_de_code(rang[c.CODE_CLIENT]), cle_de_code(rang[c.PIECE]), rang[c.DATE_CLE], rang[c.DEVISE]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mondes)
def test_le_du_d_une_echeance_relancee_est_ce_que_l_export_en_porte_encore(monde: Monde) -> None:
    export, fiches, parametres, journal = tables(monde)
    suite = suite_des_relances(journal, decider(export, fiches, parametres, journal, "L").lignes)
    lignes, relances = rangs(export), rangs(journal)
    for relance, dite in zip(relances, rangs(suite), strict=True):
        siennes = [ligne for ligne in lignes if _echeance(ligne) == _echeance(relance) and ligne[c.CAUSE] == ""]
        du = sum(max(0, ligne[c.RESTE_DU]) for ligne in siennes)
        derniere = max(autre[c.DATE] for autre in relances if _echeance(autre) == _echeance(relance))
        assert (dite[DU], dite[SOLDEE], dite[DERNIERE]) == (du, du == 0, relance[c.DATE] == derniere)
