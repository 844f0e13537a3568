"""Un bloc de lignes passe d'un processus à l'autre sans que rien n'y change, ni valeur, ni type, ni ordre."""

import pickle
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur
from relances_xl.entrees.classeurs.bloc_serre import ColonneSerree, desserrer, serrer

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


@given(st.lists(_COLONNES.flatmap(lambda genre: st.lists(genre, max_size=5)), max_size=4))
def test_une_colonne_serree_est_la_suite_de_ses_blocs(blocs: list[list[Valeur]]) -> None:
    colonne = ColonneSerree()
    for bloc in blocs:
        colonne.ajouter(bloc)
    cellules = [cellule for bloc in blocs for cellule in bloc]
    assert [*colonne] == cellules
    assert [*map(type, colonne)] == [*map(type, cellules)]
    assert [colonne[rang] for rang in range(len(colonne))] == cellules
    assert (len(colonne), colonne[-1:], colonne[1:3]) == (len(cellules), cellules[-1:], cellules[1:3])


def test_un_texte_qui_se_repete_n_est_garde_qu_une_fois_par_bloc() -> None:
    colonne = ColonneSerree()
    colonne.ajouter([f"Client {rang // 10}" for rang in range(1_000)])
    assert len({id(cellule) for cellule in [*colonne]}) == 100
