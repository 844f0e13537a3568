"""Le journal : ajouts seulement, l'état d'une relance se déduit, rien ne compte qui n'est pas sorti."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import COMPTENT, Statut
from relances_xl.historique import EcheanceRelancee, Historique, Intention

LOT = "2026-03-31_1"
RELANCE = Intention(
    relance=f"{LOT}-0001",
    lot=LOT,
    date=date(2026, 3, 31),
    code_client="C001",
    raison_sociale="Épicerie & Cie",
    devise="EUR",
    niveau=2,
    reedition=False,
    sortie="PDF",
    sans_reprise=False,
    montant=12345,
    fichier="relances/2026-03-31_1/pdf/C001_n2_EUR.pdf",
    echeances=(
        EcheanceRelancee("FA1", date(2026, 1, 31), 2, False, 10000),
        EcheanceRelancee("FA2", date(2026, 2, 28), 1, False, 2345),
    ),
)


@pytest.fixture
def chemin(tmp_path: Path) -> Path:
    return tmp_path / "historique.db"


@pytest.fixture
def historique(chemin: Path) -> Iterator[Historique]:
    with Historique.ouvrir(chemin) as ouvert:
        yield ouvert


def sortir(historique: Historique, statut: Statut, **changements: object) -> int:
    intention = historique.annoncer(replace(RELANCE, **changements))  # type: ignore[arg-type]
    historique.conclure(intention, statut)
    return intention


def test_chaque_echeance_est_journalisee_a_son_niveau(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    journal = historique.journal()
    assert list(zip(journal[c.PIECE], journal[c.NIVEAU], journal[c.MONTANT], strict=True)) == [("FA1", 2, 10000), ("FA2", 1, 2345)]
    assert journal[c.DATE].unique().tolist() == [pd.Timestamp(2026, 3, 31)]
    assert str(journal[c.DATE_CLE].dtype) == "datetime64[s]"


@pytest.mark.parametrize("statut", [s for s in Statut if s not in (Statut.ANNULEE, Statut.DEJA_FAITE)])
def test_seul_ce_qui_est_sorti_compte(historique: Historique, statut: Statut) -> None:
    sortir(historique, statut)
    assert (len(historique.journal()) > 0) == (statut in COMPTENT)


def test_une_intention_sans_issue_n_est_rien_pour_un_fichier(historique: Historique) -> None:
    historique.annoncer(RELANCE)
    assert historique.etats()[RELANCE.relance].statut is None
    assert historique.journal().empty and historique.releve().empty


def test_une_intention_sans_issue_est_douteuse_pour_un_envoi(historique: Historique) -> None:
    historique.annoncer(replace(RELANCE, sortie="Email", sans_reprise=True))
    assert historique.etats()[RELANCE.relance].statut is Statut.DOUTEUSE
    assert len(historique.journal()) == 2


def test_une_douteuse_reglee_garde_sa_trace(historique: Historique) -> None:
    intention = historique.annoncer(replace(RELANCE, sortie="Email", sans_reprise=True))
    historique.conclure(intention, Statut.ENVOYEE, "tenue pour envoyée")
    etat = historique.etats()[RELANCE.relance]
    assert (etat.statut, etat.motif) == (Statut.ENVOYEE, "tenue pour envoyée")


def test_annuler_est_une_ligne_et_remet_les_echeances_a_leur_niveau_precedent(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    historique.annuler([RELANCE.relance])
    assert historique.etats()[RELANCE.relance].statut is Statut.ANNULEE
    assert historique.journal().empty
    assert historique.releve()[c.STATUT].tolist() == ["Annulée"]


def test_une_relance_annulee_puis_refaite_compte_une_fois(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    historique.annuler([RELANCE.relance])
    sortir(historique, Statut.EMISE)
    assert len(historique.journal()) == 2
    assert historique.releve()[c.STATUT].tolist() == ["Émise"]


def test_on_peut_ecarter_du_journal_les_relances_qu_on_refait(historique: Historique) -> None:
    sortir(historique, Statut.DOUTEUSE, sans_reprise=True)
    assert historique.journal(sauf=[RELANCE.relance]).empty


@pytest.mark.parametrize("ordre", ["UPDATE issue SET statut = 'x'", "DELETE FROM intention_echeance", "DELETE FROM intention"])
def test_rien_ne_se_modifie_ni_ne_s_efface(historique: Historique, chemin: Path, ordre: str) -> None:
    sortir(historique, Statut.EMISE)
    with sqlite3.connect(chemin) as base, pytest.raises(sqlite3.IntegrityError, match="ajouts"):
        base.execute(ordre)


def test_un_ensemble_coupe_ne_laisse_rien(historique: Historique) -> None:
    with pytest.raises(KeyboardInterrupt), historique.ensemble():
        historique.annoncer(RELANCE)
        raise KeyboardInterrupt
    assert historique.etats() == {}


def test_consulter_un_journal_absent_ne_le_cree_pas(chemin: Path) -> None:
    with Historique.consulter(chemin) as historique:
        assert historique.journal().empty and historique.lots() == []
    assert not chemin.exists()


def test_consulter_ne_change_pas_un_octet(chemin: Path) -> None:
    with Historique.ouvrir(chemin) as historique:
        sortir(historique, Statut.EMISE)
    avant = chemin.read_bytes()
    with Historique.consulter(chemin) as historique:
        historique.releve()
        historique.journal()
    assert chemin.read_bytes() == avant


def test_pas_de_wal_sur_un_partage_reseau(historique: Historique, chemin: Path) -> None:
    sortir(historique, Statut.EMISE)
    assert sqlite3.connect(chemin).execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_un_fichier_qui_n_est_pas_un_journal_est_refuse(chemin: Path) -> None:
    chemin.write_bytes(b"ceci n'est pas une base" * 100)
    with pytest.raises(ErreurUtilisateur, match=r"historique\.db.*sauvegarde"), Historique.consulter(chemin) as historique:
        historique.etats()


def test_la_base_d_un_autre_programme_est_refusee(chemin: Path) -> None:
    with sqlite3.connect(chemin) as base:
        base.execute("CREATE TABLE autre (x)")
    with pytest.raises(ErreurUtilisateur, match="autre version"), Historique.ouvrir(chemin):
        pass
