"""Compter par groupe : les mêmes nombres qu'à la main, entiers exacts, dates absentes sautées."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from strategies_decision import BREF

from relances_xl.decision.juger.prescription import prescriptions
from relances_xl.decision.par_groupe import Valeurs, designer, grouper, lire
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.ecrits.montants import ecrire, ecrire_tous

DATES = [None, date(2024, 2, 29), date(2026, 3, 31), date(1999, 12, 31)]
rangs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(DATES), st.integers(-(2**50), 2**50)), max_size=12)


def colonnes(lignes: list[tuple[str, date | None, int]]) -> tuple[Valeurs, Valeurs, Valeurs]:
    codes, jours, montants = ([ligne[rang] for ligne in lignes] for rang in range(3))
    return np.array(codes, dtype=object), np.array(jours, dtype="datetime64[s]"), np.array(montants, dtype=np.int64)


@BREF
@given(rangs)
def test_sommes_extremes_et_cumuls_sont_ceux_que_l_on_compte_a_la_main(lignes: list[tuple[str, date | None, int]]) -> None:
    codes, jours, montants = colonnes(lignes)
    groupes = grouper(codes)
    siens = {code: [ligne for ligne in lignes if ligne[0] == code] for code in dict.fromkeys(code for code, _, _ in lignes)}
    assert [str(code) for code in codes[groupes.premieres]] == list(siens)
    assert groupes.nombres.tolist() == [len(lignes) for lignes in siens.values()]
    assert groupes.somme(montants).tolist() == [sum(du for *_, du in lignes) for lignes in siens.values()]
    assert groupes.plus_grand(montants).tolist() == [max(du for *_, du in lignes) for lignes in siens.values()]
    connus = [[jour for _, jour, _ in lignes if jour] for lignes in siens.values()]
    assert groupes.derniere(jours).astype("datetime64[D]").tolist() == [max(dates, default=None) for dates in connus]
    assert groupes.premiere(jours).astype("datetime64[D]").tolist() == [min(dates, default=None) for dates in connus]
    cumuls = [sum(du for code, _, du in lignes[: rang + 1] if code == lignes[rang][0]) for rang in range(len(lignes))]
    assert groupes.cumul(montants).tolist() == cumuls


@BREF
@given(rangs, rangs)
def test_une_ligne_designe_le_groupe_de_memes_cles_ou_aucun(
    cherchees: list[tuple[str, date | None, int]], connues: list[tuple[str, date | None, int]]
) -> None:
    places, groupes = designer(colonnes(cherchees)[:2], colonnes(connues)[:2])
    sommes = lire(groupes.somme(colonnes(connues)[2]), places, 0)
    assert sommes.tolist() == [sum(du for *cle, du in connues if cle == [code, jour]) for code, jour, _ in cherchees]
    assert (places >= 0).tolist() == [any(cle == [code, jour] for *cle, _ in connues) for code, jour, _ in cherchees]


@given(st.lists(st.integers(-(10**15), 10**15)), st.sampled_from(["EUR", "USD", "JPY", "TND"]))
def test_une_colonne_de_montants_s_ecrit_comme_chacun(montants: list[int], devise: str) -> None:
    assert ecrire_tous(montants, devise) == [ecrire(montant, devise) for montant in montants]


@BREF
@given(st.lists(st.dates(date(1950, 1, 1), date(2090, 12, 31)), min_size=1), st.sampled_from(["", "Professionnel"]))
def test_la_prescription_tombe_le_meme_jour_tant_d_annees_apres(jours: list[date], genre: str) -> None:
    dates = pd.Series(jours, dtype="datetime64[s]")
    lignes = pd.DataFrame({c.DATE_PIECE: dates, c.DATE_ECHEANCE: dates, c.CAUSE: "", c.CREDIT: False})
    annees = 5 if genre == TypeClient.PROFESSIONNEL.value else 2
    attendues = (dates + pd.DateOffset(years=annees)).dt.date.tolist()
    assert prescriptions(lignes, np.full(len(lignes), genre, dtype=object)).astype("datetime64[D]").tolist() == attendues
