"""Un échantillon des essais au hasard de `fuzz_lecteurs.py`, à graine fixe."""

import fuzz_lecteurs as fuzz
import pytest

pytestmark = pytest.mark.skipif(not fuzz.POSIX, reason="sans objet : les essais se bornent par `resource`, que Windows n'a pas")


def test_des_octets_au_hasard_ne_font_jamais_de_trace() -> None:
    bilan = fuzz.lancer(2000, 11)
    assert bilan.echecs == []
    assert bilan.essais == 2000
    lus = {cle.split()[0] for cle, compte in bilan.comptes.items() if compte.lus}
    refuses = {cle.split()[0] for cle, compte in bilan.comptes.items() if compte.refuses}
    assert lus == refuses == set(fuzz.GENRES)
    assert max(compte.plus_long for compte in bilan.comptes.values()) < 20
