"""Montants, dates, codes et Oui/Non d'une colonne : lus exactement, ou refusés."""

# ruff: noqa: DTZ001 — une cellule d'Excel n'a pas de fuseau

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import assume, given
from hypothesis import strategies as st

from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur
from relances_xl.entrees.valeurs import colonne_montants
from relances_xl.entrees.valeurs.colonne_dates import dates
from relances_xl.entrees.valeurs.colonne_montants import PLAFOND, ColonneMontants, montants
from relances_xl.entrees.valeurs.colonne_textes import citer, entiers, oui_non, textes


def lire(*valeurs: Valeur, decimales: int = 2) -> ColonneMontants:
    return montants(valeurs, np.full(len(valeurs), decimales))


def unites(*valeurs: Valeur, decimales: int = 2) -> list[int | None]:
    """Les montants lus, None s'ils sont illisibles."""
    lus = lire(*valeurs, decimales=decimales)
    return [None if illisible else int(u) for u, illisible in zip(lus.unites, lus.illisibles, strict=True)]


# --- montants ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecrit", "centimes"),
    [
        ("1 234,56 €", 123456),
        ("1\u00a0234,56\u00a0€", 123456),
        ("1\u202f234,56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1'234.56", 123456),
        ("1’234.56", 123456),
        ("12 345 678,9", 1234567890),
        ("1.234.567", 123456700),
        ("1 234.567", 123457),
        ("(12,00)", -1200),
        ("(1 234,50 €)", -123450),
        ("12,00-", -1200),
        ("- 12,00", -1200),
        ("−12,00", -1200),
        ("+12,00", 1200),
        ("-5 €", -500),
        ("€ -3", -300),
        ("$12.50", 1250),
        ("EUR 12", 1200),
        ("12,00 CR", -1200),
        ("12,00 D", 1200),
        ("0,125", 13),
        ("12345.678", 1234568),
        (",5", 50),
        ("007", 700),
        ("  12  ", 1200),
    ],
)
def test_montant_ecrit_lu_en_centimes(ecrit: str, centimes: int) -> None:
    assert unites(ecrit) == [centimes]


@pytest.mark.parametrize(
    "ecrit",
    ["abc", "12 34", "1 2345", "1,2,3", "1.23.456", "--3", "(3", "3)", "(-3)", "-3-", "1e5", "12%", "12 €HT", "12 EUR USD",
     "-12 CR", "n.c.", "-", "1.234", "1,234", "12/03/2026", "1..2", "1 234 ,5 6", "9999999999999999"],
)  # fmt: skip
def test_montant_douteux_reste_illisible(ecrit: str) -> None:
    assert unites(ecrit) == [None]


@pytest.mark.parametrize("valeur", [CelluleErreur("#N/A"), Formule("=A1"), True, date(2026, 1, 1), float("nan"), 1e300])
def test_ce_qui_n_est_pas_un_nombre_n_est_pas_un_montant(valeur: Valeur) -> None:
    assert unites(valeur, 1.0) == [None, 100]


def test_le_reste_de_la_colonne_tranche_le_point_et_la_virgule() -> None:
    assert unites("1.234", "12,50") == [123400, 1250]
    assert unites("1.234", "12.50") == [123, 1250]
    assert unites("1,234", "1.5") == [123400, 150]
    assert unites("1.234", "2.345.678") == [123400, 234567800]
    assert unites("1.234", "5 000") == [None, 500000]
    assert unites("1.234", "12,50", "12.50") == [None, 1250, 1250]
    assert "milliers" in lire("1.234").raisons[0]


def test_vide_n_est_ni_zero_ni_illisible() -> None:
    lus = lire(None, "", "  ", "\u00a0", 0.0, "0")
    assert lus.vides.tolist() == [True, True, True, True, False, False]
    assert not lus.illisibles.any()


def test_la_devise_ecrite_dans_la_cellule_est_rendue() -> None:
    assert lire("12 €", "12 $", "12", "GBP 3").devises == {0: "EUR", 1: "USD", 3: "GBP"}


def test_unite_minimale_de_chaque_devise() -> None:
    assert montants(["1 500", "1,234", "12,5", 0.5], np.array([0, 3, 2, 0])).unites.tolist() == [1500, 1234, 1250, 1]


def test_un_flottant_trop_precis_s_arrondit_demi_vers_le_haut_sur_son_ecriture() -> None:
    assert unites(1.005, 2.675, -1.005, 0.125, 0.1 + 0.2, 1e-9) == [101, 268, -101, 13, 30, 0]


@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1))
def test_un_flottant_a_deux_decimales_est_exact(attendus: list[Decimal]) -> None:
    assert unites(*(float(montant) for montant in attendus)) == [int(montant * 100) for montant in attendus]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.sampled_from([0, 2, 3]))
def test_un_flottant_quelconque_s_arrondit_comme_son_ecriture_decimale(nombres: list[float], decimales: int) -> None:
    pas = Decimal(1).scaleb(-decimales)
    attendus = [Decimal(repr(x)).quantize(pas, ROUND_HALF_UP).scaleb(decimales) for x in nombres]
    assert unites(*nombres, decimales=decimales) == [int(attendu) for attendu in attendus]


LOCALES = ("fr_FR", "fr_CH", "fr_CA", "en_US", "en_GB", "de_DE")


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8), st.sampled_from(LOCALES))
def test_ce_qu_une_langue_imprime_est_relu_exactement(attendus: list[Decimal], langue: str) -> None:
    ecrits = [format_decimal(montant, "#,##0.00", locale=langue) for montant in attendus]
    assert unites(*ecrits) == [int(montant * 100) for montant in attendus]
    avec_devise = [format_currency(montant, "EUR", locale=langue) for montant in attendus]
    assert unites(*avec_devise) == [int(montant * 100) for montant in attendus]


@given(st.lists(st.decimals(-(10**7), 10**7, places=3), min_size=1, max_size=8), st.sampled_from(LOCALES))
def test_un_nombre_de_decimales_variable_est_relu_exactement_ou_refuse(attendus: list[Decimal], langue: str) -> None:
    ecrits = [format_decimal(montant, "#,##0.###", locale=langue) for montant in attendus]
    for lu, attendu in zip(unites(*ecrits, decimales=3), attendus, strict=True):
        assert lu in (None, int(attendu * 1000))


@given(st.lists(st.sampled_from(["12,50", "1.234", "1,234", "1.234,5", "-3", "12 USD", "", "12,3x"]), min_size=4, max_size=12))
def test_une_colonne_se_lit_de_meme_par_tranches_ou_d_un_coup(ecrits: list[str]) -> None:
    entiere = lire(*ecrits)
    with pytest.MonkeyPatch.context() as pose:
        pose.setattr(colonne_montants, "_TRANCHE", 3)
        par_tranches = lire(*ecrits)
    for champ in ("unites", "vides", "illisibles"):
        assert getattr(par_tranches, champ).tolist() == getattr(entiere, champ).tolist()
    assert (par_tranches.raisons, par_tranches.devises) == (entiere.raisons, entiere.devises)


@given(st.text(max_size=12))
def test_un_texte_quelconque_ne_fait_jamais_planter(texte: str) -> None:
    (lu,) = unites(texte)
    assert lu is None or abs(lu) < PLAFOND


# --- dates ------------------------------------------------------------------------------------------------------


def jours(*valeurs: Valeur) -> list[date | None]:
    """Les dates lues, None si vides ou illisibles."""
    return [jour.item().date() if jour == jour else None for jour in dates(valeurs).jours]


@pytest.mark.parametrize(
    "ecrite",
    ["31/03/2026", "31-03-2026", "31.03.2026", "31/03/26", "2026-03-31", "20260331", "31/3/2026", "31/03/2026 00:00",
     "2026-03-31T10:20:30", "2026-03-31 00:00:00.000", " 31/03/2026 ", "31 mars 2026", "31-mars-26", "31 Mar 2026",
     "March 31, 2026", date(2026, 3, 31), datetime(2026, 3, 31, 23, 59), 46112, 46112.0, 20260331, "46112"],
)  # fmt: skip
def test_date_lue(ecrite: Valeur) -> None:
    assert jours(ecrite) == [date(2026, 3, 31)]


@pytest.mark.parametrize(
    "ecrite",
    ["31/02/2026", "31/31/2026", "2026", "mars", "0/1/2026", "31/03-2026", "32/01/2026", "20261331", "à réception", 12, -1,
     True, CelluleErreur("#N/A"), Formule("=A1+30"), "00/00/0000", "1/1/1"],
)  # fmt: skip
def test_date_douteuse_reste_illisible(ecrite: Valeur) -> None:
    lue = dates([ecrite, date(2026, 1, 1)])
    assert lue.illisibles.tolist() == [True, False]


def test_une_colonne_se_lit_jour_mois_sauf_preuve_du_contraire() -> None:
    assert jours("03/04/2026") == [date(2026, 4, 3)]
    assert jours("03/04/2026", "12/31/2026") == [date(2026, 3, 4), date(2026, 12, 31)]
    assert dates(["03/04/2026", "12/31/2026"]).mois_jour
    assert jours("03/04/2026", "31/12/2026") == [date(2026, 4, 3), date(2026, 12, 31)]


def test_des_preuves_contraires_laissent_illisible_ce_que_rien_ne_departage() -> None:
    lue = dates(["03/04/2026", "12/31/2026", "31/12/2026", "05/05/2026", "2026-04-03"])
    assert lue.illisibles.tolist() == [True, False, False, False, False]
    assert lue.indecidables.tolist() == [True, False, False, False, False]
    assert not lue.mois_jour


def test_un_nombre_n_est_une_date_que_dans_une_colonne_de_dates() -> None:
    assert jours(46112.0, date(2026, 1, 1), "01/02/2026", "x") == [
        date(2026, 3, 31),
        date(2026, 1, 1),
        date(2026, 2, 1),
        None,
    ]
    assert jours(46112.0, "Virement", "Chèque") == [None, None, None]


def test_annee_a_deux_chiffres() -> None:
    assert jours("01/01/68", "01/01/69") == [date(2068, 1, 1), date(1969, 1, 1)]


def test_date_vide_n_est_pas_illisible() -> None:
    lue = dates([None, "", " ", date(2026, 1, 1)])
    assert lue.vides.tolist() == [True, True, True, False]
    assert not lue.illisibles.any()


JOURS = st.lists(st.dates(date(1990, 1, 1), date(2060, 12, 31)), min_size=1, max_size=8)
FORMES_SURES = (
    ("fr_FR", "short"), ("fr_FR", "medium"), ("fr_FR", "long"), ("fr_FR", "dd/MM/yy"), ("fr_FR", "dd.MM.yyyy"),
    ("en_GB", "short"), ("en_GB", "medium"), ("en_GB", "long"), ("en_US", "medium"), ("en_US", "long"),
    ("en_US", "yyyy-MM-dd"), ("de_DE", "dd.MM.yyyy"),
)  # fmt: skip


@given(JOURS, st.sampled_from(FORMES_SURES))
def test_une_date_imprimee_est_relue_exactement(attendus: list[date], forme: tuple[str, str]) -> None:
    langue, modele = forme
    assert jours(*(format_date(jour, modele, locale=langue) for jour in attendus)) == attendus


@given(JOURS)
def test_une_colonne_americaine_qui_le_prouve_est_relue_exactement(attendus: list[date]) -> None:
    assume(any(jour.day > 12 for jour in attendus))
    assert jours(*(f"{jour:%m/%d/%Y}" for jour in attendus)) == attendus


@given(st.lists(st.text(max_size=12), max_size=4))
def test_des_textes_quelconques_ne_font_jamais_planter_les_dates(valeurs: list[str]) -> None:
    lue = dates(valeurs)
    assert (np.isnat(lue.jours) == (lue.vides | lue.illisibles)).all()


# --- codes, textes, Oui/Non, entiers ----------------------------------------------------------------------------


def test_un_code_garde_sa_forme() -> None:
    lus = textes([411001.0, 411001, "0102030405", " 007 ", "NA", None, "", 1.5, True, CelluleErreur("#N/A"), Formule("=A1")])
    assert lus == ["411001", "411001", "0102030405", "007", "NA", "", "", "1.5", "VRAI", "", ""]


def test_un_texte_perd_ses_caracteres_de_controle_et_rien_d_autre() -> None:
    assert textes(["a\x00b\x0bc", "Société\u00a0Générale", "l1\r\nl2", "« é » €"]) == [
        "abc", "Société\u00a0Générale", "l1\nl2", "« é » €",
    ]  # fmt: skip


def test_oui_non_et_motif() -> None:
    oui, motifs = oui_non(["Oui", "o", "X", "✓", "VRAI", 1.0, True, Formule("=TRUE()"), "Non", "", None, 0, False, "litige qualité"])
    assert oui.tolist() == [True] * 8 + [False] * 5 + [True]
    assert motifs == [""] * 13 + ["litige qualité"]


def test_une_erreur_dans_une_colonne_oui_non_vaut_oui() -> None:
    assert oui_non([CelluleErreur("#N/A")]) == (np.array([True]), ["#N/A"])


def test_entiers_et_niveaux() -> None:
    valeurs, illisibles = entiers(["2", "Niveau 3", None, "", 1.0, "deux", -1, 1.5, CelluleErreur("#N/A")])
    assert valeurs.tolist() == [2, 3, 0, 0, 1, 0, 0, 0, 0]
    assert illisibles.tolist() == [False, False, False, False, False, True, True, True, True]


def test_une_cellule_se_cite_telle_que_l_utilisateur_la_voit() -> None:
    assert [citer(v) for v in (12.5, "x", None, CelluleErreur("#N/A"), "a" * 99)] == [
        "12,5", "« x »", "vide", "#N/A", f"« {'a' * 57}… »",
    ]  # fmt: skip
