"""Une colonne d'une seule valeur : des mêmes valeurs et du même type qu'une autre, sans en tenir la place."""

import numpy as np
import pandas as pd
import pytest

from relances_xl.domaine.schemas import LIGNES_DECIDEES, LIGNES_LUES, SUIVI, Colonne, Schema, partout

COLONNES = [colonne for schema in (LIGNES_DECIDEES, SUIVI) for colonne in schema.colonnes]


@pytest.mark.parametrize("colonne", COLONNES, ids=[colonne.nom for colonne in COLONNES])
def test_une_colonne_absente_vaut_son_defaut_a_chaque_ligne_et_du_type_declare(colonne: Colonne) -> None:
    faite = pd.Series(colonne.faite(None, 4), copy=False)
    attendue = pd.Series([colonne.defaut] * 4, dtype=colonne.dtype)
    pd.testing.assert_series_equal(faite, attendue)


def test_elle_ne_tient_pas_plus_de_place_a_cent_mille_lignes() -> None:
    vide = LIGNES_LUES.par_colonnes({}, 100_000)
    assert all(_pas(vide[nom]) == 0 for nom in vide), [nom for nom in vide if _pas(vide[nom])]


def _pas(colonne: pd.Series) -> int:
    """Les octets d'une ligne à la suivante."""
    valeurs = colonne.array
    return int(getattr(valeurs, "_data" if isinstance(valeurs, pd.arrays.IntegerArray) else "_ndarray").strides[0])


def test_une_table_completee_se_trie_se_filtre_et_se_reunit_comme_une_autre() -> None:
    schema = Schema("essai", LIGNES_LUES.colonnes)
    table = schema.par_colonnes({"ligne": [3, 1, 2]}, 3)
    reunie = pd.concat([table.sort_values("ligne"), table[table["ligne"] > 1]], ignore_index=True)
    assert reunie["ligne"].tolist() == [1, 2, 3, 3, 2]
    assert reunie["piece"].tolist() == [""] * 5
    assert reunie.dtypes.to_dict() == table.dtypes.to_dict()
    reunie.loc[0, "piece"] = "F1"
    assert reunie["piece"].tolist() == ["F1", "", "", "", ""] and table["piece"].tolist() == [""] * 3


def test_elle_se_lit_sans_pouvoir_etre_ecrite() -> None:
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(partout(0, "int64", 3))[0] = 1
