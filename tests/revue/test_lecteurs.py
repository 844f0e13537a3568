"""Les lecteurs des colonnes : lire d'un coup, ou vite, donne ce que donnerait la lecture cellule par cellule."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relances_xl.domaine.cellule import Illisible, lire_montant
from relances_xl.domaine.feuilles import Valeur
from relances_xl.revue import lecteurs
from relances_xl.revue.relire.tableau_relu import _lire_la_colonne

DEVISES = ("EUR", "JPY", "TND")
FLOTTANTS = st.floats(-(10.0**15), 10.0**15) | st.decimals(-(10**12), 10**12, places=3).map(float)
CELLULES = st.none() | st.text(" a1,é\n", max_size=4) | st.booleans() | st.integers(-3, 10**16) | FLOTTANTS | st.dates()
GENRES: dict[type, st.SearchStrategy[Any]] = {str: st.text(" a1,é\n", max_size=4), bool: st.booleans()}


@given(FLOTTANTS, st.sampled_from(DEVISES))
def test_un_montant_est_celui_que_ses_quinze_chiffres_disent(valeur: float, devise: str) -> None:
    assert lecteurs.montant(valeur, devise) == lire_montant(valeur, devise)


@pytest.mark.parametrize("lecteur", [lecteurs.TEXTE, lecteurs.CASE], ids=lambda lecteur: lecteur.nature)
@given(donnees=st.data())
def test_une_colonne_tout_d_un_genre_se_lit_comme_ses_cellules(lecteur: lecteurs.LecteurDeColonne, donnees: st.DataObject) -> None:
    for genre, d_un_coup in lecteur.d_un_coup.items():
        cellules = donnees.draw(st.lists(GENRES[genre]))
        assert d_un_coup(cellules) == [lecteurs.lire(lecteur, cellule, "EUR") for cellule in cellules]


@pytest.mark.parametrize(
    "lecteur",
    [lecteurs.TEXTE, lecteurs.CASE, lecteurs.ENTIER, lecteurs.MONTANT, lecteurs.JOUR, lecteurs.MONTANT_D_AILLEURS],
    ids=lambda lecteur: lecteur.nature,
)
@given(cellules=st.lists(st.tuples(CELLULES, st.sampled_from(DEVISES))))
def test_une_colonne_melee_se_lit_cellule_par_cellule(lecteur: lecteurs.LecteurDeColonne, cellules: list[tuple[Valeur, str]]) -> None:
    lues, illisibles = _lire_la_colonne(lecteur, [cellule for cellule, _ in cellules], [devise for _, devise in cellules])
    for i, (cellule, devise) in enumerate(cellules):
        try:
            attendue = lecteurs.lire(lecteur, cellule, devise)
        except Illisible as illisible:
            assert (lues[i], str(illisibles[i])) == (lecteur.vide, str(illisible))
        else:
            assert (lues[i], type(lues[i])) == (attendue, type(attendue)) and i not in illisibles


@pytest.mark.parametrize("valeur", [1e26, -1e17, 10**40, "9" * 30])
def test_un_nombre_que_la_table_ne_peut_porter_est_illisible(valeur: Valeur) -> None:
    for lecteur in (lecteurs.MONTANT, lecteurs.ENTIER):
        if lecteur is lecteurs.MONTANT or valeur != -1e17:
            lues, illisibles = _lire_la_colonne(lecteur, [valeur, 1], ["EUR", "EUR"])
            assert (lues[0], "démesuré" in str(illisibles[0])) == (0, True)


def test_un_jour_et_un_booleen_ne_se_confondent_pas_avec_un_nombre() -> None:
    lues, illisibles = _lire_la_colonne(lecteurs.ENTIER, [1, True, 1.0, None, date(2026, 1, 1)], [])
    assert (lues, sorted(illisibles)) == ([1, 0, 1, 0, 0], [1, 4])
