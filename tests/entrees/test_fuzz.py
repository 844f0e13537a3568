"""Un échantillon des essais au hasard de `fuzz_lecteurs.py`, à graine fixe."""

import fuzz_lecteurs as fuzz
import pytest


@pytest.mark.skipif(not fuzz.POSIX, reason="sans objet : les essais se bornent par `resource`, que Windows n'a pas")
def test_des_octets_au_hasard_ne_font_jamais_de_trace() -> None:
    issues, plus_long, echecs = fuzz.lancer(200, 11)
    assert echecs == []
    assert sum(issues.values()) == 200
    assert issues["lu"] and issues["refusé"]
    assert plus_long < 20
