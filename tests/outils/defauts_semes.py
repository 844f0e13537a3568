"""Les défauts que l'on sème pour éprouver la machine à états : chacun doit la faire échouer.

    python tests/outils/defauts_semes.py [NOM…]

Un défaut remplace une fonction du produit par une version fausse ; on joue alors les mêmes histoires que `parcours/test_machine.py`.
"""

import importlib
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relances_xl.domaine import tables as c
from relances_xl.etapes import lister
from relances_xl.etapes.production import preparation
from relances_xl.historique import Historique

sys.path.append(str(Path(__file__).resolve().parents[1] / "parcours"))
machine: Any = importlib.import_module("test_machine")

HISTOIRES = 20  # celles que joue l'intégration continue

Semer = Callable[[pytest.MonkeyPatch], None]


def reprendre_coche_tout(semer: pytest.MonkeyPatch) -> None:
    vrai: Any = vars(lister)["reporter"]

    def faux(*arguments: Any) -> Any:
        decision, phrases = vrai(*arguments)
        return replace(decision, relances=decision.relances.assign(**{c.APPROUVER: True})), phrases

    semer.setattr(lister, "reporter", faux)


def annuler_ne_redescend_pas(semer: pytest.MonkeyPatch) -> None:
    semer.setattr(Historique, "annuler", lambda self, relances: None)


def un_virement_arrive_depuis_ne_compte_pas(semer: pytest.MonkeyPatch) -> None:
    semer.setattr(preparation, "du_neuf", lambda *_: False)


def une_relance_faite_se_refait(semer: pytest.MonkeyPatch) -> None:
    """Le journal oublié : `produire` croit que rien n'est sorti."""
    semer.setattr(Historique, "etats", lambda self, lot=None, relances=None: {})


DEFAUTS: tuple[Semer, ...] = (
    reprendre_coche_tout, annuler_ne_redescend_pas, un_virement_arrive_depuis_ne_compte_pas, une_relance_faite_se_refait,
)  # fmt: skip


def trouve(defaut: Semer) -> str:
    """Ce que la machine dit du défaut ; vide si elle ne le voit pas."""
    with pytest.MonkeyPatch.context() as semer:
        defaut(semer)
        try:
            machine.jouer(semer, HISTOIRES)
        except AssertionError as echec:  # un défaut qui fait tomber le produit n'éprouverait pas la machine
            return f"{type(echec).__name__} {str(echec).splitlines()[0] if str(echec) else ''}"
    return ""


if __name__ == "__main__":
    manques = 0
    for defaut in (d for d in DEFAUTS if not sys.argv[1:] or d.__name__ in sys.argv[1:]):
        depart = time.process_time()
        dit = trouve(defaut)
        manques += not dit
        print(f"{defaut.__name__} : {'trouvé — ' + dit[:120] if dit else 'NON TROUVÉ'} ({time.process_time() - depart:.0f} s)", flush=True)
    sys.exit(bool(manques))
