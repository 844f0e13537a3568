"""Rapprocher les encaissements : ce qui est certain, probable, à voir, ou déjà dans l'export."""

from datetime import date
from decimal import Decimal
from typing import Any

import fabrique as f
import pandas as pd
import pytest
from banque_semee import mesurer

from relances_xl.decision.encaisser.couvrir import payees_depuis
from relances_xl.decision.encaisser.rapprocher import rapprocher_banque
from relances_xl.domaine import tables as c
from relances_xl.domaine.schemas import ENCAISSEMENTS

ECHUE = date(2026, 2, 28)
NOMS = {"C1": "SARL Dupont et Fils", "C2": "Établissements Martin", "C3": "Martin Conseil"}


def encaissements(*rangs: tuple[str, int]) -> pd.DataFrame:
    """(libellé, montant en centimes), le 24/03/2026."""
    jour = date(2026, 3, 24)
    return ENCAISSEMENTS.table(
        *(
            {c.FICHIER: "r.ofx", c.LIGNE: n, c.DATE: jour, c.LIBELLE: libelle, c.MONTANT: montant, c.DEVISE: "EUR"}
            for n, (libelle, montant) in enumerate(rangs, 1)
        )
    )


def piece(code: str, numero: str, euros: object, echeance: date = ECHUE) -> dict[str, object]:
    return {c.CODE_CLIENT: code, c.PIECE: numero, c.RESTE_DU: Decimal(str(euros)), c.DATE_ECHEANCE: echeance, c.RAISON_SOCIALE: NOMS[code]}


LIGNES = (
    piece("C1", "FA-2026-0101", 1200),
    piece("C1", "FA-2026-0102", 300),
    piece("C2", "FA-2026-0200", 650),
    piece("C3", "FA-2026-0300", 650),
)


def avis(libelle: str, centimes: int, *lignes: dict[str, object]) -> tuple[str, str, str]:
    rendu = rapprocher_banque(encaissements((libelle, centimes)), f.echeances(*(lignes or LIGNES)), NOMS).iloc[0]
    return rendu[c.RAPPROCHEMENT], rendu[c.CODE_CLIENT], rendu[c.PIECES]


@pytest.mark.parametrize("reference", ["FA-2026-0101", "FA20260101", "FA 2026 0101", "fa.2026.0101"])
def test_une_reference_et_son_montant_sont_certains(reference: str) -> None:
    assert avis(f"VIR SEPA {reference}", 120_000) == ("certain", "C1", "FA-2026-0101")


def test_un_virement_de_deux_factures_nommees_ou_d_une_seule_des_deux() -> None:
    assert avis("VIR FA20260101 FA20260102", 150_000) == ("certain", "C1", "FA-2026-0101; FA-2026-0102")
    assert avis("VIR FA20260101", 150_000) == ("certain", "C1", "FA-2026-0101; FA-2026-0102")


def test_des_frais_ou_un_acompte_laissent_un_doute() -> None:
    assert avis("VIR FA20260101", 118_500)[0] == "probable"
    assert avis("VIR FA20260101", 60_000)[0] == "probable"


def test_le_nom_et_le_montant_sont_probables_meme_mal_ecrits() -> None:
    assert avis("VIR RECU DUPOND ET FILS", 120_000) == ("probable", "C1", "FA-2026-0101")
    assert avis("VIR RECU DUPONT", 150_000)[:2] == ("probable", "C1")


def test_un_montant_sans_nom_ni_reference_reste_a_voir() -> None:
    assert avis("REMISE CHEQUE 12", 120_000) == ("à voir", "", "")


def test_deux_clients_du_meme_nom_et_du_meme_montant_restent_a_voir() -> None:
    assert avis("VIR MARTIN", 65_000)[0] == "à voir"


def test_un_reglement_deja_dans_l_export_ne_compte_pas_deux_fois() -> None:
    reglement = piece("C1", "", -1200) | {c.DATE_PIECE: date(2026, 3, 26)}
    assert avis("VIR FA20260101", 120_000, *LIGNES, reglement)[0] == "déjà dans l'export"
    loin = reglement | {c.DATE_PIECE: date(2026, 3, 10)}
    assert avis("VIR FA20260101", 120_000, *LIGNES, loin)[0] == "certain"


def test_deux_virements_ne_paient_pas_la_meme_piece() -> None:
    rendu = rapprocher_banque(encaissements(("VIR FA20260101", 120_000), ("VIR FA20260101 BIS", 120_000)), f.echeances(*LIGNES), NOMS)
    assert sorted(rendu[c.RAPPROCHEMENT]) == ["certain", "à voir"]


def test_une_relance_n_est_ecartee_que_par_un_virement_que_la_liste_ne_montrait_pas() -> None:
    decidees: dict[str, Any] = {c.RELANCE: ["R1", "R1", "R2", "R3"], c.CREDIT: False}
    lignes = f.echeances(*LIGNES).assign(**decidees)
    recus = encaissements(("VIR FA20260101", 120_000), ("VIR FA20260200", 65_000))
    banque = rapprocher_banque(recus, lignes, NOMS)
    assert payees_depuis(lignes, banque, recus.iloc[:0]) == {"R1", "R2"}
    assert payees_depuis(lignes, banque, recus.iloc[:1]) == {"R2"}


def test_mille_virements_semes_precision_et_rappel() -> None:
    precision, rappel = mesurer(4)
    assert precision >= 0.99 and rappel >= 0.80
