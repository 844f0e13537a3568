"""Un dossier tenu par 0.1.0 (fait par la version publiée) s'ouvre, se consulte, se produit : son journal migre seul, copie gardée."""

import sqlite3
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from atelier import Muet, valeurs_de
from lieux import RACINE

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import Statut
from relances_xl.dossier import Dossier
from relances_xl.etapes.lister import lister
from relances_xl.etapes.produire import Demande, produire
from relances_xl.historique import Historique
from relances_xl.historique.garde import copie_de_la_version_1

ARCHIVE = RACINE / "tests" / "historique" / "dossier-0.1.0.zip"
JOUR = date(2026, 3, 31)
ETATS = {
    "2026-02-01_1-0001": Statut.EMISE, "2026-02-01_1-0002": Statut.EMISE, "2026-02-01_1-0003": Statut.EMISE,
    "2026-02-20_1-0001": Statut.ANNULEE, "2026-02-20_1-0002": Statut.EMISE, "2026-02-20_1-0003": Statut.EMISE,
}  # fmt: skip


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    """Trois clients, deux relances chacun dont une annulée, et une revue cochée qui attend."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    return Dossier(tmp_path)


def etats(dossier: Dossier) -> dict[str, Statut | None]:
    with Historique.consulter(dossier.historique) as historique:
        return {relance: etat.statut for relance, etat in historique.etats().items()}


def test_consulter_un_journal_de_0_1_0_le_lit_sans_y_toucher(dossier: Dossier) -> None:
    avant = dossier.historique.read_bytes()
    assert etats(dossier) == ETATS
    assert dossier.historique.read_bytes() == avant


def test_ouvrir_un_journal_de_0_1_0_le_fait_migrer_et_en_garde_la_copie(dossier: Dossier) -> None:
    avant = dossier.historique.read_bytes()
    with Historique.consulter(dossier.historique) as historique:
        lu = historique.journal()
    with Historique.ouvrir(dossier.historique) as historique:
        assert historique.verifier(dossier.historique) == []
        assert historique.journal().equals(lu)
    assert copie_de_la_version_1(dossier.historique).read_bytes() == avant
    assert sqlite3.connect(dossier.historique).execute("PRAGMA user_version").fetchone() == (2,)
    assert etats(dossier) == ETATS


def test_une_migration_interrompue_laisse_le_journal_de_0_1_0(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrompre(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("relances_xl.historique.schema_du_journal.cle_de_code", interrompre)
    with pytest.raises(ErreurUtilisateur), Historique.ouvrir(dossier.historique):
        pass
    monkeypatch.undo()
    assert sqlite3.connect(dossier.historique).execute("PRAGMA user_version").fetchone() == (1,)
    assert etats(dossier) == ETATS


def test_la_revue_en_attente_se_produit_et_le_passe_compte(dossier: Dossier) -> None:
    bilan = produire(dossier, datetime(2026, 3, 31, 9, tzinfo=UTC), Demande(oui=True), Muet())
    assert bilan.code == 0 and [(r.code_client, r.niveau) for r in bilan.resultats] == [("C002", 3), ("C003", 3), ("C001", 2)]
    liste = lister(dossier, date(2026, 4, 20))
    (ligne,) = [v for v in valeurs_de(liste.chemin, "Liste clients") if v["Relance"]]
    assert (ligne["Code client"], ligne["Niveau"]) == ("C001", 3)


def test_les_codes_se_comparent_sans_casse_espaces_ni_zeros(dossier: Dossier) -> None:
    with Historique.ouvrir(dossier.historique) as historique:
        assert historique.releve(" c001 ")[c.RELANCE].tolist() == ["2026-02-01_1-0001", "2026-02-20_1-0001"]
        assert historique.journal_des_pieces(["c 002", "C003"], ["0fa2", "autre"])[c.NIVEAU].tolist() == [1, 2]
