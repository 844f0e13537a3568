"""Un bloc de lignes passe d'un processus à l'autre sans que rien n'y change, ni valeur, ni type, ni ordre."""

import pickle
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur
from relances_xl.entrees.classeurs.bloc_serre import desserrer, serrer

_CELLULES = st.one_of(
    st.text(), st.sampled_from(["", "\0", "a\0b", "Dupont"]), st.floats(allow_nan=False), st.integers(), st.booleans(), st.none(), st.dates(),
    st.datetimes(), st.just(CelluleErreur("#N/A")), st.just(Formule("=A1")),
)  # fmt: skip
_COLONNES = st.sampled_from(
    [st.text(), st.floats(allow_nan=False), st.dates(), st.datetimes(), st.sampled_from([date(2026, 3, 31), date(2026, 4, 30)]), _CELLULES]
)


@st.composite
def _blocs(tirer: st.DrawFn) -> list[list[Valeur]]:
    """Des lignes dont chaque colonne est d'un genre, ou de plusieurs ; quelquefois une ligne plus courte."""
    genres = tirer(st.lists(_COLONNES, max_size=4))
    lignes = [[tirer(genre) for genre in genres] for _ in range(tirer(st.integers(0, 6)))]
    courte: bool = tirer(st.booleans())
    if lignes and courte:
        lignes[-1] = lignes[-1][:-1]
    return lignes


@given(_blocs())
def test_un_bloc_serre_redonne_ses_lignes(lignes: list[list[Valeur]]) -> None:
    rendues = [[*ligne] for ligne in desserrer(pickle.loads(pickle.dumps(serrer(lignes))))]
    assert rendues == lignes
    assert [[*map(type, ligne)] for ligne in rendues] == [[*map(type, ligne)] for ligne in lignes]
