"""« Suivi » : la raison sociale de chaque code, remplie par `actualiser`, sans rien déranger d'autre."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from relances_xl.criteres import onglets as o
from relances_xl.criteres.creation import creer_criteres
from relances_xl.criteres.lecture import lire_parametres
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.criteres.tenir.reponse_de_client import Reponse
from relances_xl.fichiers.office.feuille_xml import FeuilleXml

JOUR = date(2026, 3, 31)
FORMULE = '=UPPER("moi")'


def actualiser(chemin: Path, *reponses: Reponse, **noms: str) -> str:
    clients = pd.DataFrame({"code_client": [*noms], "raison_sociale": [*noms.values()]}, dtype="str")
    return rafraichir(chemin, clients, [], [], reponses, JOUR)


def noms(chemin: Path) -> list[tuple[object, object]]:
    """Code et raison sociale de chaque ligne notée."""
    rangees = list(openpyxl.load_workbook(chemin)[o.SUIVI].iter_rows(values_only=True))
    code, nom = (rangees[0].index(colonne.titre) for colonne in (o.SUIVI_CODE, o.SUIVI_NOM))
    return [(rangee[code], rangee[nom]) for rangee in rangees[1:] if any(rangee)]


def cellules(chemin: Path) -> dict[tuple[int, int], bytes]:
    """Les cellules de « Suivi », à l'octet."""
    with zipfile.ZipFile(chemin) as archive:
        feuille = FeuilleXml(archive.read("xl/worksheets/sheet4.xml"), [""] * 10_000)
    return {(rang, place): cellule.brut for rang, rangee in feuille.rangees.items() for place, cellule in rangee.cellules.items()}


@pytest.fixture
def criteres(tmp_path: Path) -> Path:
    """Trois lignes notées : sans nom, au nom périmé, au nom tiré d'une formule ; puis un code inconnu et une pause pour tous."""
    chemin = tmp_path / "criteres.xlsx"
    creer_criteres(chemin, exemple=False)
    classeur = openpyxl.load_workbook(chemin)
    jour = datetime(2026, 3, 1)  # noqa: DTZ001
    for rang, (code, nom, nature) in enumerate(
        (("C1", None, "Appel"), ("c2", "Ancien nom", "Note"), ("C3", FORMULE, "Note"), ("ZZ", "Inconnu", "Note"), (None, None, "Pause")), 2
    ):
        for place, valeur in ((1, code), (3, jour), (4, nature), (5, jour), (7, "à moi"), (8, nom)):
            classeur[o.SUIVI].cell(rang, place).value = valeur
    classeur.save(chemin)
    return chemin


def test_actualiser_ecrit_les_noms_des_codes_connus_et_rien_d_autre(criteres: Path) -> None:
    actualiser(criteres, C1="à renommer", C2="x", C3="x")
    avant = cellules(criteres)
    assert "2 raisons sociales écrites" in actualiser(criteres, C1="Dupont & <Fils>", C2='=HYPERLINK("x")', C3="Durand")
    assert noms(criteres) == [("C1", "Dupont & <Fils>"), ("c2", '=HYPERLINK("x")'), ("C3", FORMULE), ("ZZ", "Inconnu"), (None, None)]
    apres = cellules(criteres)
    assert {place for place in apres if apres[place] != avant.get(place)} == {(2, 8), (3, 8)} and avant.keys() == apres.keys()
    assert b"<f" not in apres[3, 8], "un nom qui commence par « = » reste du texte"


def test_une_seconde_fois_il_n_y_a_rien_a_changer(criteres: Path) -> None:
    actualiser(criteres, C1="Un", C2="Deux")
    ecrit = criteres.read_bytes()
    assert "déjà à jour" in actualiser(criteres, C1="Un", C2="Deux") and criteres.read_bytes() == ecrit


def test_une_reponse_reportee_a_son_nom(criteres: Path) -> None:
    actualiser(criteres, Reponse("C2", "Appel"), C1="Un", C2="Deux")
    assert noms(criteres)[-1] == ("C2", "Deux")
    lu = lire_parametres(criteres, JOUR).suivi
    assert lu["code_client"].tolist() == ["C1", "c2", "C3", "ZZ", "", "C2"]


def test_un_classeur_sans_la_colonne_la_recoit_a_droite_remplie(criteres: Path) -> None:
    classeur = openpyxl.load_workbook(criteres)
    feuille = classeur[o.SUIVI]
    del feuille.tables["T_Suivi"]
    feuille.delete_cols(8)
    feuille["H1"], feuille["H2"] = "Mon avis", "bon payeur"
    classeur.save(criteres)
    assert lire_parametres(criteres, JOUR).suivi["piece"].tolist() == [""] * 5, "il se lit sans elle"
    dit = actualiser(criteres, C1="Un", C2="Deux")
    assert "« Suivi » : Raison sociale en plus" in dit and "2 raisons sociales écrites" in dit
    relu = openpyxl.load_workbook(criteres)[o.SUIVI]
    assert [cellule.value for cellule in relu[1]] == [
        "Code client", "Pièce", "Date", "Nature", "Jusqu'au", "Montant", "Commentaire", "Mon avis", "Raison sociale",
    ]  # fmt: skip
    assert [cellule.value for cellule in relu[2]][-3:] == ["à moi", "bon payeur", "Un"]
    assert lire_parametres(criteres, JOUR).suivi["commentaire"].tolist() == ["à moi"] * 5


def test_les_noms_de_l_exemple_sont_ceux_de_son_fichier_clients(tmp_path: Path) -> None:
    creer_criteres(tmp_path / "criteres.xlsx", exemple=True)
    fiches = openpyxl.load_workbook(Path(__file__).parents[2] / "exemples" / "clients.xlsx").worksheets[0]
    attendus: dict[object, object] = {code: nom for code, nom, *_ in fiches.iter_rows(values_only=True)}
    ecrits = noms(tmp_path / "criteres.xlsx")
    assert len(ecrits) == 4 and all(attendus[code] == nom for code, nom in ecrits)
