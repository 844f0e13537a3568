"""Réglages communs : en intégration continue (RELANCES_XL_TOUT_EXIGER), rien n'est sauté faute d'outil."""

import os
import re
from collections.abc import Generator

import pytest
from cups_prive import cups as cups
from lieux import PARTAGE

SANS_OBJET = "sans objet : "
"""Début de la raison d'un test qui n'a pas de sens sur cette machine, outil ou pas."""

SANS_PARTAGE = re.compile(r"\b(données|documents|classeurs|exports)\b.*\babsente?s\b")
"""Raison d'un test qui lit les données partagées : elle n'excuse que là où elles manquent tout entières."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    rapport = yield
    if rapport.skipped and os.environ.get("RELANCES_XL_TOUT_EXIGER") and isinstance(rapport.longrepr, tuple):
        raison = rapport.longrepr[2].removeprefix("Skipped: ")
        if not raison.startswith(SANS_OBJET) and not (not PARTAGE.is_dir() and SANS_PARTAGE.search(raison)):
            rapport.outcome = "failed"
            rapport.longrepr = f"sauté, alors qu'ici rien ne doit manquer : {raison}"
    return rapport
