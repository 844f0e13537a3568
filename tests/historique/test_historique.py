"""Le journal : ajouts seulement, l'état d'une relance se déduit, rien ne compte qui n'est pas sorti."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import COMPTENT, Statut
from relances_xl.historique import EcheanceRelancee, Historique, Intention
from relances_xl.historique.garde import copie_de, sauvegarder
from relances_xl.historique.registre import COLONNES_DU_RELEVE

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


def sortir(historique: Historique, statut: Statut, **changements: Any) -> int:
    intention = historique.annoncer(RELANCE._replace(**changements))
    historique.conclure(intention, statut)
    return intention


def test_chaque_echeance_est_journalisee_a_son_niveau(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    journal = historique.journal()
    assert list(zip(journal[c.PIECE], journal[c.NIVEAU], journal[c.MONTANT], strict=True)) == [("FA1", 2, 10000), ("FA2", 1, 2345)]
    assert journal[c.DATE].unique().tolist() == [pd.Timestamp(2026, 3, 31)]
    assert str(journal[c.DATE_CLE].dtype) == "datetime64[s]"


@pytest.mark.parametrize("statut", [s for s in Statut if s is not Statut.ANNULEE])
def test_seul_ce_qui_est_sorti_compte(historique: Historique, statut: Statut) -> None:
    sortir(historique, statut)
    assert (len(historique.journal()) > 0) == (statut in COMPTENT)


def test_une_intention_sans_issue_n_est_rien_pour_un_fichier(historique: Historique) -> None:
    historique.annoncer(RELANCE)
    assert historique.etats()[RELANCE.relance].statut is None
    assert historique.journal().empty and historique.releve().empty


def test_une_intention_sans_issue_est_douteuse_pour_un_envoi(historique: Historique) -> None:
    historique.annoncer(RELANCE._replace(sortie="Email", sans_reprise=True))
    assert historique.etats()[RELANCE.relance].statut is Statut.DOUTEUSE
    assert len(historique.journal()) == 2


def test_une_douteuse_reglee_garde_sa_trace(historique: Historique) -> None:
    intention = historique.annoncer(RELANCE._replace(sortie="Email", sans_reprise=True))
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


def test_une_creation_coupee_net_se_lit_comme_un_journal_neuf(tmp_path: Path) -> None:
    chemin = tmp_path / "historique.db"
    coupee = (
        "import os, sqlite3, sys; base = sqlite3.connect(sys.argv[1], isolation_level=None); base.execute('PRAGMA cache_size=1');"
        "base.execute('BEGIN IMMEDIATE');"
        "[base.execute(f'CREATE TABLE t{i} (x)') for i in range(200)]; os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", coupee, str(chemin)], check=False).returncode == 9
    assert chemin.stat().st_size and chemin.with_name("historique.db-journal").exists()
    with Historique.consulter(chemin) as historique:
        assert historique.etats() == {}
    with Historique.ouvrir(chemin):
        pass


def test_un_ensemble_coupe_ne_laisse_rien(historique: Historique) -> None:
    with pytest.raises(KeyboardInterrupt), historique.ensemble():
        historique.annoncer(RELANCE)
        raise KeyboardInterrupt
    assert historique.etats() == {}


def test_consulter_un_journal_absent_ne_le_cree_pas(chemin: Path) -> None:
    with Historique.consulter(chemin) as historique:
        assert historique.journal().empty and historique.lots() == {}
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


def test_la_derniere_issue_l_emporte(historique: Historique, chemin: Path) -> None:
    intention = sortir(historique, Statut.ECHEC)
    historique.conclure(intention, Statut.ENVOYEE, "tenue pour envoyée")
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and (etat.statut, etat.motif) == (Statut.ENVOYEE, "tenue pour envoyée")
    assert historique.verifier(chemin) == [], "la situation tenue par déclencheurs est celle que les faits donnent"
    historique.conclure(intention, Statut.ECHEC, "refusée")
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and (etat.statut, etat.motif, etat.comptee) == (Statut.ECHEC, "refusée", False)


def test_l_issue_d_une_intention_depassee_ne_change_rien(historique: Historique) -> None:
    premiere = sortir(historique, Statut.ECHEC)
    sortir(historique, Statut.EMISE)
    historique.conclure(premiere, Statut.ECHEC, "trop tard")
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and (etat.statut, etat.motif) == (Statut.EMISE, "")


def test_une_issue_apres_l_annulation_ne_la_defait_pas(historique: Historique, chemin: Path) -> None:
    intention = sortir(historique, Statut.EMISE)
    historique.annuler([RELANCE.relance])
    historique.conclure(intention, Statut.EMISE)
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and etat.statut is Statut.ANNULEE
    assert historique.verifier(chemin) == []


def test_la_reedition_se_note_echeance_par_echeance(historique: Historique) -> None:
    premiere, seconde = RELANCE.echeances
    historique.conclure(historique.annoncer(RELANCE._replace(echeances=(premiere._replace(reedition=True), seconde))), Statut.EMISE)
    assert historique.journal()[c.REEDITION].tolist() == [True, False]
    assert historique.releve()[c.REEDITION].tolist() == [False]


def test_un_essai_ne_compte_pas(historique: Historique, chemin: Path) -> None:
    sortir(historique, Statut.ENVOYEE, sortie="Email", sans_reprise=True, essai=True)
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and etat.sortie_faite and not etat.comptee and etat.prochaine_tentative == 2
    assert historique.journal().empty and historique.verifier(chemin) == []
    assert historique.releve()[c.STATUT].tolist() == ["Envoyée"]


def test_une_tentative_de_plus_apres_une_annulation_pas_apres_un_doute(historique: Historique) -> None:
    sortir(historique, Statut.DOUTEUSE)
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and etat.prochaine_tentative == 1
    historique.annuler([RELANCE.relance])
    etat = historique.etat(RELANCE.relance)
    assert etat is not None and etat.prochaine_tentative == 2


def test_le_releve_porte_les_colonnes_du_contrat(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    assert list(historique.releve()) == list(COLONNES_DU_RELEVE)
    assert historique.releve().iloc[0].tolist() == [
        RELANCE.relance, LOT, pd.Timestamp(2026, 3, 31), "C001", "Épicerie & Cie", "EUR", 2, False, "PDF", "Émise", 12345, 2, RELANCE.fichier, "", pd.NaT,
    ]  # fmt: skip


def test_le_passe_d_une_piece_se_trouve_sans_lire_le_reste(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    sortir(historique, Statut.EMISE, relance=f"{LOT}-0002", code_client="C002")
    demandes: list[str] = []
    historique._base.set_trace_callback(demandes.append)
    assert historique.journal_des_pieces(["c001", "C002"], ["FA1", "FA9"])[c.RELANCE].tolist() == [RELANCE.relance]
    assert historique.journal_des_lots([LOT])[c.RELANCE].tolist() == [RELANCE.relance, RELANCE.relance, f"{LOT}-0002", f"{LOT}-0002"]
    assert historique.lots() == {LOT: True}
    historique._base.set_trace_callback(None)
    etapes = [etape[-1] for demande in dict.fromkeys(demandes) for etape in historique._base.execute(f"EXPLAIN QUERY PLAN {demande}")]
    assert any("USING COVERING INDEX intention_echeance_piece" in etape for etape in etapes)
    parcours = {"SCAN s", "SCAN i", "SCAN l", "SCAN p", "SCAN situation", "USE TEMP B-TREE FOR ORDER BY"}
    assert not parcours & {etape.partition(" USING")[0] for etape in etapes}


def test_un_numero_de_piece_commun_a_plusieurs_clients_ne_les_confond_pas(historique: Historique) -> None:
    for rang, code in enumerate(("C1", "C2", "C3")):
        sortir(historique, Statut.EMISE, relance=f"L-{rang}", code_client=code)
    passe = historique.journal_des_pieces(["c 3", "C1", "C2"], ["fa1", "0FA1", "autre"])
    assert list(zip(passe[c.CODE_CLIENT], passe[c.PIECE], strict=True)) == [("C1", "FA1"), ("C3", "FA1")]
    assert list(passe.dtypes) == list(historique.journal().dtypes) == list(historique.journal_des_pieces([], []).dtypes)


def test_le_passe_d_une_piece_se_demande_sans_certaines_relances_ni_certains_lots(historique: Historique) -> None:
    for rang, lot in enumerate(("2026-01-05_1", "2026-02-05_1", "2026-03-05_1")):
        sortir(historique, Statut.EMISE, relance=f"L-{rang}", lot=lot)
    passe = historique.journal_des_pieces(["C001"], ["FA1"], sauf=["L-0"], sauf_lots=["2026-02-05_1"])
    assert passe[c.RELANCE].tolist() == ["L-2"]


def test_les_lots_se_disent_du_plus_ancien_au_plus_recent_et_s_ils_comptent(historique: Historique) -> None:
    for rang, lot in enumerate(("2026-03-31_10", "2026-03-31_9", "2026-01-05_1")):
        sortir(historique, Statut.ECHEC if rang == 1 else Statut.EMISE, relance=f"L-{rang}", lot=lot)
    assert list(historique.lots().items()) == [("2026-01-05_1", True), ("2026-03-31_9", False), ("2026-03-31_10", True)]


def test_les_comptes_demandes_disent_combien_de_relances_et_la_derniere(historique: Historique) -> None:
    sortir(historique, Statut.EMISE, relance="L-1", code_client="0c 7", date=date(2026, 1, 5))
    sortir(historique, Statut.EMISE, relance="L-2", code_client="C7", date=date(2026, 2, 5))
    sortir(historique, Statut.EMISE, relance="L-3", code_client="C7", devise="USD")
    sortir(historique, Statut.ECHEC, relance="L-4", code_client="C8")
    comptes = historique.comptes(["c7", "C7", "C8", "C9", "L'été"], ["EUR", "EUR", "EUR", "EUR", "EUR"])
    assert comptes.to_numpy().tolist() == [["c7", "EUR", 2, pd.Timestamp(2026, 2, 5)]]
    assert historique.comptes([], []).empty


def test_un_depot_en_recommande_se_note_et_se_corrige(historique: Historique) -> None:
    sortir(historique, Statut.EMISE)
    historique.noter_depot(RELANCE.relance, "1A 123", date(2026, 4, 1))
    historique.noter_depot(RELANCE.relance, "1A 124", date(2026, 4, 2))
    assert historique.depots() == {RELANCE.relance: ("1A 124", date(2026, 4, 2))}
    assert historique.releve()[[c.NUMERO_DE_DEPOT, c.DATE_DE_DEPOT]].to_numpy().tolist() == [["1A 124", pd.Timestamp(2026, 4, 2)]]


def test_purger_efface_l_ancien_et_garde_ce_dont_un_niveau_depend(historique: Historique, chemin: Path) -> None:
    ancienne = date(2019, 1, 1)
    premiere, seconde = RELANCE.echeances
    sortir(historique, Statut.EMISE, relance="A-1", date=ancienne, code_client="VIEUX", echeances=(premiere,))
    sortir(historique, Statut.EMISE, relance="A-2", date=ancienne, echeances=(seconde,))
    sortir(historique, Statut.EMISE, relance="B-1", echeances=(seconde,))
    assert historique.purger(date(2025, 1, 1)) == 1
    assert historique.releve()[c.RELANCE].tolist() == ["A-2", "B-1"]
    assert historique.verifier(chemin) == [] and b"VIEUX" not in chemin.read_bytes()
    with pytest.raises(sqlite3.IntegrityError, match="ajouts"):
        historique._base.execute("DELETE FROM intention")


def test_une_situation_retouchee_hors_de_l_outil_se_voit(historique: Historique, chemin: Path) -> None:
    sortir(historique, Statut.EMISE)
    with sqlite3.connect(chemin) as base:
        base.execute("UPDATE situation SET comptee = 0")
    assert historique.verifier(chemin) == [RELANCE.relance]


def test_un_journal_abime_est_refuse_et_sa_copie_nommee(chemin: Path) -> None:
    with Historique.ouvrir(chemin) as historique, historique.ensemble():
        for rang in range(300):
            historique.annoncer(RELANCE._replace(relance=f"{LOT}-{rang}"))
    sauvegarder(chemin)
    octets = bytearray(chemin.read_bytes())
    octets[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    chemin.write_bytes(octets)
    with pytest.raises(ErreurUtilisateur, match=r"abîmé.*historique\.db\.bak"), Historique.ouvrir(chemin):
        pass
    with pytest.raises(ErreurUtilisateur, match="abîmé"):
        sauvegarder(chemin)
    with Historique.consulter(copie_de(chemin)) as copie:
        assert len(copie.etats()) == 300


@pytest.mark.skipif(os.name != "posix", reason="sans objet : pas de droits à la façon d'Unix")
def test_le_journal_n_est_pas_lisible_par_les_autres(chemin: Path) -> None:
    with Historique.ouvrir(chemin):
        assert chemin.stat().st_mode & 0o007 == 0
