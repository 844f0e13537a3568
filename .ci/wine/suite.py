"""Les tests, par le Python que l'installeur a posé sous Wine : `suite.py OUTILS RESULTATS LIMITE TAMPON FICHIERS…`.

OUTILS : où sont pytest et ce qu'il lui faut (le Python installé est isolé : PYTHONPATH n'y fait rien) ; RESULTATS : un fichier où
chaque test ajoute sa ligne, « issue, nom », dès qu'il est fini, et dont les tests ne sont pas refaits ; LIMITE : les secondes qu'a un
test, au bout desquelles tout s'arrête, code 124. Relancé, l'essai reprend après le test qui l'a arrêté, à l'heure dite ou autrement.

Sous Wine, un Python neuf coûte des secondes, et le produit en prend un par fichier lu. SUR_PLACE (variable d'environnement) fait
ces lectures dans le processus du test.
"""

import importlib
import os
import pickle
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

outils, resultats, limite, tampon, *fichiers = sys.argv[1:]
sys.path.insert(0, outils)

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from relances_xl.fichiers import enfant  # noqa: E402

EXEMPLES = 10
RELEVE, EN_COURS = Path(resultats), Path(f"{tampon}.txt")


class Releve:
    """Note chaque test ; ce qui échoue avant ou après le test lui-même est un échec."""

    def __init__(self) -> None:
        lignes = RELEVE.read_text(encoding="utf-8").splitlines() if RELEVE.exists() else []
        self._faits = {ligne.split("\t")[1] for ligne in lignes}
        self._echoues: set[str] = set()
        interrompu = EN_COURS.read_text(encoding="utf-8") if EN_COURS.exists() else ""
        if interrompu and interrompu not in self._faits:
            self._noter("échoué", interrompu, "a arrêté Python")
            self._faits.add(interrompu)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid not in self._faits]
        for item in items:  # Wine est lent : quelques exemples disent si la propriété tient aussi sous Windows
            essai = getattr(item, "obj", None)
            if reglages := getattr(essai, "_hypothesis_internal_use_settings", None):
                essai._hypothesis_internal_use_settings = settings(
                    reglages, max_examples=min(reglages.max_examples, EXEMPLES), deadline=None
                )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        garde = threading.Timer(float(limite), self._couper, [item.nodeid])
        garde.start()
        EN_COURS.write_text(item.nodeid, encoding="utf-8")
        try:
            return (yield)
        finally:
            garde.cancel()
            EN_COURS.unlink()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self._echoues:
            self._echoues.add(report.nodeid)
            self._noter("échoué", report.nodeid, _raison(report.longrepr))
        elif report.skipped:
            self._noter("sauté", report.nodeid, str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "")
        elif report.when == "call" and report.passed:
            self._noter("passé", report.nodeid, f"{report.duration:.1f} s")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._noter("échoué", report.nodeid, _raison(report.longrepr))

    def _couper(self, nom: str) -> None:
        self._noter("échoué", nom, f"coupé après {limite} s")
        os._exit(124)

    def _noter(self, *colonnes: str) -> None:
        with RELEVE.open("a", encoding="utf-8") as releve:
            releve.write("\t".join(colonne.replace("\t", " ").replace("\n", " ") for colonne in colonnes) + "\n")


def _lire_sur_place(fonction: str, *arguments: object) -> Iterator[Any]:
    module, _, nom = fonction.partition(":")
    for morceau in getattr(importlib.import_module(module), nom)(*arguments):
        yield pickle.loads(pickle.dumps(morceau))


def _raison(echec: object) -> str:
    """Le message de l'exception, sinon la dernière ligne."""
    lieu = getattr(echec, "reprcrash", None)
    return f"{Path(lieu.path).name}:{lieu.lineno} {lieu.message}" if lieu else str(echec).strip().rpartition("\n")[2]


if __name__ == "__main__":  # sous Windows, un processus qu'un test lance relit ce module
    if os.environ.get("SUR_PLACE"):
        enfant.lire_a_part = _lire_sur_place
    options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys", "--basetemp", tampon]
    sys.exit(pytest.main([*options, *fichiers], plugins=[Releve()]))
