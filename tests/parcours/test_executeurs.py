"""Fusionner et convertir ailleurs : mêmes octets, et un ouvrier tué ne perd ni ne double rien."""

import os
import pickle
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import pytest
from atelier import Atelier, Muet

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import Statut
from relances_xl.dossier import Dossier
from relances_xl.etapes.production import rendu
from relances_xl.etapes.production.executeurs import executeur
from relances_xl.etapes.produire import Demande, produire
from relances_xl.historique import Historique
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler

JOUR = date(2026, 3, 31)
CLIENTS = [f"C{rang:03d}" for rang in range(9)]


@pytest.fixture
def atelier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Atelier:
    """Neuf clients, et des paquets de deux lettres."""
    monkeypatch.setattr(rendu, "PAQUET", 2)
    dossier = Atelier(tmp_path / "relances")
    dossier.clients([(code, f"Société {code}", "1 rue X", "01000", "Ville", "", "Professionnel") for code in CLIENTS])
    dossier.echeances([(code, "", f"F{code}", date(2026, 1, 1), date(2026, 1, 31), 100.0, 100.0) for code in CLIENTS])
    dossier.approuver(dossier.lister(JOUR))
    return dossier


def lettres(atelier: Atelier, executeur: Executor | None) -> dict[str, bytes]:
    """La même revue produite par cet exécuteur, dans une copie du dossier : nom → octets de chaque lettre."""
    copie = Dossier(atelier.racine.with_name(f"copie-{len(list(atelier.racine.parent.iterdir()))}"))
    shutil.copytree(atelier.racine, copie.racine)
    bilan = produire(copie, datetime.combine(JOUR, time(9), UTC), Demande(oui=True), Muet(), executeur)
    assert [r.statut for r in bilan.resultats] == [Statut.EMISE] * len(CLIENTS)
    with Historique.consulter(copie.historique) as historique:
        assert historique.journal()[c.PIECE].tolist() == [f"F{code}" for code in CLIENTS]
    return {chemin.name: chemin.read_bytes() for chemin in bilan.lot.lettres.iterdir()}


@pytest.fixture(scope="module")
def ouvriers() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, get_context("spawn")) as processus:
        yield processus


def test_un_modele_compile_se_transporte(atelier: Atelier) -> None:
    modele = compiler(atelier.dossier.modeles / "relance-3.docx", CATALOGUE)
    assert pickle.loads(pickle.dumps(modele)).document.parties == modele.document.parties


def test_des_processus_rendent_les_memes_octets(atelier: Atelier, ouvriers: ProcessPoolExecutor) -> None:
    ici = lettres(atelier, None)
    assert len(ici) == len(CLIENTS)
    assert lettres(atelier, ouvriers) == ici


class Mourant(Executor):
    """Un exécuteur dont l'ouvrier est tué au deuxième paquet."""

    def __init__(self, vrai: ProcessPoolExecutor) -> None:
        self._vrai = vrai
        self.confies = 0

    def submit(self, fn, /, *args, **kwargs) -> Future[object]:  # type: ignore[no-untyped-def, override]
        self.confies += 1
        if self.confies == 2:
            return self._vrai.submit(os._exit, 9)  # l'ouvrier meurt en plein travail : tout ce qui lui était confié est perdu
        return self._vrai.submit(fn, *args, **kwargs)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="sans objet : SIGKILL n'existe pas sous Windows")
def test_un_ouvrier_tue_au_milieu_ne_perd_ni_ne_double_rien(atelier: Atelier) -> None:
    ici = lettres(atelier, None)
    with ProcessPoolExecutor(2, get_context("spawn")) as processus:
        mourant = Mourant(processus)
        assert lettres(atelier, mourant) == ici
    assert mourant.confies >= 2


@pytest.mark.skipif(not find_spec("distributed"), reason='sans objet : Dask veut pip install "relances-xl[dask]"')
def test_dask_rend_les_memes_octets_et_survit_a_un_ouvrier_tue(atelier: Atelier) -> None:
    from distributed import Client, LocalCluster

    ici = lettres(atelier, None)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as grappe, Client(grappe) as client:
        assert lettres(atelier, client.get_executor(pure=False)) == ici
        ouvrier = next(iter(grappe.workers.values()))
        os.kill(ouvrier.pid, signal.SIGKILL)
        assert lettres(atelier, client.get_executor(pure=False)) == ici


def test_un_executeur_inconnu_est_refuse_avec_les_choix() -> None:
    with pytest.raises(ErreurUtilisateur, match=r"processus:4.*dask:tcp"), executeur("grappe"):
        pass
    with executeur(None) as rien:
        assert rien is None
