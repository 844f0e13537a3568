"""« À appeler » relu : ce que les clients ont répondu, pour le « Suivi »."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import fabrique_revue
import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue
from relances_xl.revue.relire.reponses import COLONNES, relire_reponses

REPONSE, JUSQU_AU, MONTANT, COMMENTAIRE = "G", "H", "I", "J"


@pytest.fixture
def noter(tmp_path: Path) -> Callable[[dict[str, object]], pd.DataFrame]:
    """Une revue de trois appels (EUR, EUR, EUR), remplie puis relue."""
    chemin = tmp_path / "revue.xlsx"
    ecrire_revue(chemin, fabrique_revue.contenu(nb_clients=6))

    def remplir(cellules: dict[str, Any]) -> pd.DataFrame:
        classeur = openpyxl.load_workbook(chemin)
        onglet = classeur["À appeler"]
        assert isinstance(onglet, Worksheet) and onglet.max_row == 4
        for adresse, valeur in cellules.items():
            onglet[adresse] = valeur
        classeur.save(chemin)
        return lire_classeur(chemin, None, partial(relire_reponses, fichier=chemin.name))

    return remplir


def fautes(noter: Callable[[dict[str, object]], pd.DataFrame], cellules: dict[str, object]) -> list[str]:
    with pytest.raises(ErreurUtilisateur) as erreur:
        noter(cellules)
    return [str(faute) for faute in erreur.value.fautes]


def test_une_ligne_par_reponse_notee_dans_l_ordre_et_rien_des_autres(noter: Callable[[dict[str, object]], pd.DataFrame]) -> None:
    lues = noter(
        {
            "G2": "promesse", "H2": date(2026, 4, 15), "J2": "=viré vendredi",
            "G4": "ÉCHÉANCIER", "H4": "30/04/2026", "I4": "1 234,56 €",
        }
    )  # fmt: skip
    assert list(lues.columns) == COLONNES
    assert lues[[c.NATURE_SUIVI, c.JUSQUAU, c.COMMENTAIRE]].to_numpy().tolist() == [
        ["Promesse", pd.Timestamp("2026-04-15"), "=viré vendredi"],
        ["Échéancier", pd.Timestamp("2026-04-30"), ""],
    ]
    assert pd.isna(lues[c.MONTANT][0]) and lues[c.MONTANT][1] == 123_456
    assert list(lues[c.CODE_CLIENT]) == ["00411000", "00411004"]


def test_sans_reponse_la_table_est_vide_mais_declaree(noter: Callable[[dict[str, object]], pd.DataFrame]) -> None:
    lues = noter({})
    assert lues.empty and list(lues.columns) == COLONNES and str(lues.dtypes[c.JUSQUAU]) == "datetime64[s]"


@pytest.mark.parametrize(
    ("cellules", "attendu"),
    [
        ({"G2": "Peut-être"}, "cellule G2 : valeur « Peut-être » inconnue"),
        ({"G2": "Promesse"}, "cellule H2 : Promesse sans date"),
        ({"G3": "Promesse", "H3": "bientôt"}, "cellule H3 : « bientôt » n'est pas une date"),
        ({"G2": "Note", "I2": "beaucoup"}, "cellule I2 : « beaucoup » n'est pas un nombre"),
        ({"J4": "rappeler"}, "cellule G4 : la réponse manque"),
        ({"A2": None, "G2": "Appel"}, "cellule A2 : le code du client manque"),
    ],
)
def test_une_saisie_fausse_est_dite_une_fois_avec_sa_cellule(
    noter: Callable[[dict[str, object]], pd.DataFrame], cellules: dict[str, object], attendu: str
) -> None:
    (faute,) = fautes(noter, cellules)
    assert faute.startswith(f"revue.xlsx, onglet « À appeler », {attendu}")


def test_une_revue_sans_cet_onglet_n_a_aucune_reponse(tmp_path: Path) -> None:
    assert relire_reponses([], "revue.xlsx").empty
