"""La place que prend une colonne : compter d'un coup dit la même chose que compter texte par texte ; un montant s'écrit au plus court."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.format import Format

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.revue.ecrire.mesures import ColonneMesuree, lignes_des_fiches, nombre_de_lignes, plus_de_lignes
from relances_xl.revue.ecrire.rapide import cellules
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

TEXTES = st.lists(st.text("aÉ. _-\n\u00a0🙂1", max_size=60), min_size=1, max_size=20)
LARGEURS = st.floats(8, 60)


@given(TEXTES, LARGEURS)
def test_le_plus_haut_texte_est_celui_que_l_on_compterait_un_a_un(textes: list[str], largeur: float) -> None:
    assert plus_de_lignes(textes, largeur) == max(nombre_de_lignes(texte, largeur) for texte in textes)


@given(TEXTES, LARGEURS, st.integers(1, 6))
def test_la_hauteur_d_une_fiche_compte_la_ponctuation_pour_moitie(textes: list[str], largeur: float, plafond: int) -> None:
    place = largeur - 1.5
    attendues = [
        min(
            plafond,
            max(
                2,
                sum(
                    1 if len(partie) <= place else math.ceil((len(partie) - 0.5 * len(re.findall(r"[\W_]", partie))) / place)
                    for partie in texte.split("\n")
                ),
            ),
        )
        for texte in textes
    ]
    colonne = ColonneDeRevue("Note", c.COMMENTAIRE, GenreDeColonne.LONG, largeur)
    assert lignes_des_fiches([ColonneMesuree(colonne, textes, largeur, 1, masquee=False)], len(textes), plafond) == attendues


@pytest.mark.parametrize("devise", ["EUR", "JPY", "TND"])
@given(unites=st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1))
def test_un_montant_s_ecrit_comme_le_flottant_le_plus_proche(devise: str, unites: list[int]) -> None:
    par = 10 ** decimales(devise)
    attendus = [repr(unite / par if par > 1 else unite) for unite in unites]
    styles = {dite: Format({"bold": dite == "USD"}, {}, {}) for dite in (devise, "USD")}
    for devises in ([devise] * len(unites), [*[devise] * (len(unites) - 1), "USD"]):
        colonne = cellules.montants(cellules.Nombres(np.array(unites)), devises, styles.__getitem__)
        ecrits = [re.findall("<v>(.*)</v>", fin.decode())[0] for fin in colonne.fins("")]
        assert ecrits[: devises.count(devise)] == attendus[: devises.count(devise)]


def test_un_montant_qui_manque_laisse_la_cellule_vide() -> None:
    style = Format({}, {}, {})
    for devises in (["EUR", "EUR"], ["EUR", "JPY"]):
        colonne = cellules.montants(cellules.entiers(pd.Series([None, 150], dtype="Int64")), devises, lambda _: style)
        vide, pleine = colonne.fins("")
        assert b"<v>" not in vide and b"<v>" in pleine
