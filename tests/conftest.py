"""Réglages communs : en intégration continue (RELANCES_XL_TOUT_EXIGER), rien n'est sauté faute d'outil."""

import os
from collections.abc import Generator

import pytest
from cups_prive import cups as cups

SANS_OBJET = "sans objet : "
"""Début de la raison d'un test qui n'a pas de sens sur cette machine, outil ou pas."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    rapport = yield
    if rapport.skipped and os.environ.get("RELANCES_XL_TOUT_EXIGER") and isinstance(rapport.longrepr, tuple):
        raison = rapport.longrepr[2].removeprefix("Skipped: ")
        if not raison.startswith(SANS_OBJET):
            rapport.outcome = "failed"
            rapport.longrepr = f"sauté, alors qu'ici rien ne doit manquer : {raison}"
    return rapport
