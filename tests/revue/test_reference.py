"""La revue de référence : ce qu'on en voit ne change que si on l'a voulu (`python tests/outils/revue_de_reference.py`)."""

import revue_de_reference


def test_la_revue_est_celle_de_reference() -> None:
    attendue = revue_de_reference.REFERENCE.read_text(encoding="utf-8").splitlines()
    assert revue_de_reference.decrire().splitlines() == attendue, "voulu ? python tests/outils/revue_de_reference.py"
