"""Les tests, par le Python que l'installeur a posé sous Wine : `suite.py OUTILS RESULTATS DOSSIER`.

OUTILS : où sont pytest et ce qu'il lui faut (le Python installé est isolé : PYTHONPATH n'y fait rien) ; RESULTATS : un fichier où
chaque test ajoute sa ligne, « issue, nom », dès qu'il est fini.
"""

import sys
from pathlib import Path

outils, resultats, dossier = sys.argv[1:]
sys.path.insert(0, outils)

import pytest  # noqa: E402


class Releve:
    """Note chaque test ; ce qui échoue avant ou après le test lui-même est un échec."""

    def __init__(self) -> None:
        self._echoues: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self._echoues:
            self._echoues.add(report.nodeid)
            self._noter("échoué", report.nodeid, str(report.longrepr).strip().rpartition("\n")[2])
        elif report.skipped:
            self._noter("sauté", report.nodeid)
        elif report.when == "call" and report.passed:
            self._noter("passé", report.nodeid)

    def _noter(self, *colonnes: str) -> None:
        with Path(resultats).open("a", encoding="utf-8") as releve:
            releve.write("\t".join(colonne.replace("\t", " ").replace("\n", " ") for colonne in colonnes) + "\n")


sys.exit(pytest.main(["-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys", dossier], plugins=[Releve()]))
