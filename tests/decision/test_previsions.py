"""Les encaissements attendus : mieux que « échéance + retard moyen » sur un passé que la prévision n'a pas vu."""

import csv
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from lieux import DONNEES

from relances_xl.decision.montrer.delais_de_paiement import delai_comptable, delai_de_reglement, delai_par_epuisement
from relances_xl.decision.montrer.previsions import encaissements_attendus, retards_passes
from relances_xl.domaine import tables as c

IBM = DONNEES / "creances" / "encaissements_ibm.csv"
JOUR = pd.Timestamp("2026-03-31")


def table(*rangs: tuple[str, str, int, str | None]) -> pd.DataFrame:
    """code, échéance, reste dû, règlement."""
    lignes = pd.DataFrame(rangs, columns=[c.CODE_CLIENT, c.DATE_ECHEANCE, c.RESTE_DU, c.DATE_REGLEMENT])
    dates = {nom: pd.to_datetime(lignes[nom]) for nom in (c.DATE_ECHEANCE, c.DATE_REGLEMENT)}
    return lignes.assign(**dates, **{c.DEVISE: "EUR"})


def test_un_client_paie_comme_il_a_toujours_paye() -> None:
    passe = [("C1", f"2026-0{mois}-01", 0, f"2026-0{mois}-11") for mois in (1, 2, 3)] * 40
    attendu = encaissements_attendus(table(("C1", "2026-03-25", 1000, None)), retards_passes(table(*passe)), JOUR)
    assert attendu.set_index(c.SEMAINE)[c.MONTANT].to_dict()[1] == 1000
    assert attendu[c.MONTANT].sum() == 1000


def test_qui_n_a_pas_paye_a_trente_jours_ne_paiera_plus_a_dix() -> None:
    passe = [("C1", "2026-01-01", 0, "2026-01-11")] * 9 + [("C1", "2026-01-01", 0, "2026-02-20")]
    attendu = encaissements_attendus(table(("C1", "2026-03-01", 1000, None)), retards_passes(table(*passe)), JOUR)
    assert attendu.set_index(c.SEMAINE)[c.MONTANT].to_dict()[3] == 1000


def test_sans_aucun_passe_tout_est_reparti_sans_rien_perdre() -> None:
    attendu = encaissements_attendus(table(("C1", "2026-03-01", 1000, None)), retards_passes(table()), JOUR)
    assert attendu[c.MONTANT].sum() == 1000


def ibm() -> pd.DataFrame:
    with IBM.open(encoding="utf-8") as flux:
        lues = list(csv.DictReader(flux))

    def jour(texte: str) -> datetime:
        return datetime.strptime(texte, "%m/%d/%Y")  # noqa: DTZ007

    return pd.DataFrame(
        {
            c.CODE_CLIENT: [ligne["customerID"] for ligne in lues],
            c.DEVISE: "EUR",
            c.MONTANT: [round(float(ligne["InvoiceAmount"]) * 100) for ligne in lues],
            c.DATE_PIECE: pd.to_datetime([jour(ligne["InvoiceDate"]) for ligne in lues]),
            c.DATE_ECHEANCE: pd.to_datetime([jour(ligne["DueDate"]) for ligne in lues]),
            c.DATE_REGLEMENT: pd.to_datetime([jour(ligne["SettledDate"]) for ligne in lues]),
        }
    )


def regle_naive(ouvertes: pd.DataFrame, moyens: Mapping[Any, float], moyenne: float, reference: pd.Timestamp) -> pd.Series:
    """« Échéance + retard moyen du client », jamais avant demain : la règle à battre."""
    retard = ouvertes[c.CODE_CLIENT].map(dict(moyens)).fillna(moyenne).round()
    jour = ouvertes[c.DATE_ECHEANCE] + pd.to_timedelta(retard, unit="D")
    bornee: pd.Series = cast(Any, jour).clip(lower=reference + pd.Timedelta(days=1))
    return bornee


def erreurs(lignes: pd.DataFrame, coupe: pd.Timestamp, semaines: int = 8) -> tuple[float, float]:
    """(erreur de la prévision, erreur de la règle naïve) : écart des sommes par semaine, rapporté à ce qui est rentré."""
    passe = lignes[lignes[c.DATE_REGLEMENT] <= coupe].assign(**{c.RESTE_DU: 0})
    ouvertes = lignes[(lignes[c.DATE_PIECE] <= coupe) & (lignes[c.DATE_REGLEMENT] > coupe)]
    ouvertes = ouvertes.assign(**{c.RESTE_DU: ouvertes[c.MONTANT]})

    def par_semaine(jours: pd.Series) -> np.ndarray:
        rangs = np.minimum(((jours - coupe).dt.days.to_numpy() - 1) // 7, semaines)
        return np.bincount(rangs, weights=ouvertes[c.MONTANT], minlength=semaines + 1)[:semaines]

    reel = par_semaine(ouvertes[c.DATE_REGLEMENT])
    retards = retards_passes(passe)
    naive = par_semaine(regle_naive(ouvertes, retards.groupby(c.CODE_CLIENT)[c.RETARD].mean().to_dict(), retards[c.RETARD].mean(), coupe))
    prevu = encaissements_attendus(ouvertes, retards, coupe, semaines)[c.MONTANT].to_numpy()[:semaines]
    return float(np.abs(prevu - reel).sum() / reel.sum()), float(np.abs(naive - reel).sum() / reel.sum())


def test_la_prevision_bat_la_regle_naive_sur_un_passe_jamais_vu() -> None:
    if not IBM.is_file():
        pytest.skip("sans les données partagées (creances/encaissements_ibm.csv)")
    lignes = ibm()
    par_coupe = [erreurs(lignes, coupe) for coupe in pd.date_range("2012-06-30", "2013-10-31", freq="ME")]
    prevision, naive = (float(np.mean(colonne)) for colonne in zip(*par_coupe, strict=True))
    assert prevision < naive
    assert sum(p < n for p, n in par_coupe) >= 2 / 3 * len(par_coupe)


def test_les_delais_de_paiement_d_un_export_qui_porte_les_pieces_reglees() -> None:
    reglees = [
        {
            c.DATE_PIECE: JOUR - pd.Timedelta(days=30 * n),
            c.DATE_REGLEMENT: JOUR - pd.Timedelta(days=30 * n - 20),
            c.MONTANT: 1000,
            c.RESTE_DU: 0,
        }
        for n in range(1, 13)
    ]
    ouverte = {c.DATE_PIECE: JOUR - pd.Timedelta(days=10), c.DATE_REGLEMENT: pd.NaT, c.MONTANT: 1500, c.RESTE_DU: 1500}
    lignes = pd.DataFrame([*reglees, ouverte])
    assert delai_de_reglement(lignes) == 20
    assert delai_comptable(lignes, JOUR) == round(1500 * 365 / 13_500)
    assert delai_par_epuisement(lignes, JOUR) == 10, "1 500 vendus depuis dix jours couvrent l'encours"
    assert delai_comptable(lignes.tail(1), JOUR) is None, "un export des seules pièces ouvertes ne dit rien des ventes"
