"""Les tables mises de côté pendant une production : ce qu'on y reprend est ce qu'on y a rangé, comprimé ou non."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from relances_xl.etapes.production.casier import Casier


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.text(max_size=3), max_size=3)), min_size=1, max_size=8), st.data())
def test_une_table_se_reprend_telle_qu_elle_fut_rangee_dans_n_importe_quel_ordre(
    rangees: list[tuple[int, list[str]]], choix: st.DataObject
) -> None:
    casier, attendues = Casier(), dict[int, list[str]]()
    for numero, pieces in rangees:
        casier.ranger(numero, pd.Series(pieces, index=range(7, 7 + len(pieces)), dtype="str").to_frame("piece"))
        attendues.setdefault(numero, []).extend(pieces)
        repris = choix.draw(st.sampled_from(sorted(attendues)))
        for _ in range(2):
            table = casier[repris]
            assert table["piece"].tolist() == attendues[repris]
            assert table.index.tolist() == list(range(len(table)))
