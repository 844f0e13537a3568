"""Le journal, le compte rendu et la liste des champs : des tables telles quelles, sûres et lisibles."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd

from relances_xl.revue.ecrire.autres_classeurs import ecrire_journal, ecrire_tableaux


def test_le_journal_aux_libelles_du_contrat(tmp_path: Path) -> None:
    journal = pd.DataFrame(
        {
            "relance": ["2026-03-31_1-0001", "2026-03-31_1-0002"],
            "lot": ["2026-03-31_1"] * 2,
            "date": pd.Series([date(2026, 3, 31)] * 2, dtype="datetime64[s]"),
            "code_client": ["00123", "=1+1"],
            "devise": ["EUR", "JPY"],
            "niveau": [1, 3],
            "reedition": [False, True],
            "sortie": ["PDF", "Email"],
            "statut": ["Émise", "Annulée"],
            "montant": [123_456, 1_500],
            "nb_echeances": [2, 1],
            "fichier": ["lettres/00123_n1_EUR.docx", ""],
        }
    )
    ecrire_journal(tmp_path / "j.xlsx", journal)
    entetes, premiere, deuxieme = openpyxl.load_workbook(tmp_path / "j.xlsx")["Historique"].iter_rows(values_only=True)
    assert entetes == (
        "Relance", "Lot", "Date", "Code client", "Devise", "Niveau", "Réédition", "Sortie", "Statut", "Montant", "Échéances", "Fichier",
    )  # fmt: skip
    assert premiere[2:10] == (datetime(2026, 3, 31), "00123", "EUR", 1, "Non", "PDF", "Émise", 1234.56)  # noqa: DTZ001
    assert deuxieme[3:10] == ("=1+1", "JPY", 3, "Oui", "Email", "Annulée", 1500)


def test_un_onglet_par_table_meme_vide(tmp_path: Path) -> None:
    tables = {
        "Relances": pd.DataFrame({"Relance": ["a"], "Niveau": [2], "Motif": ["=SOMME(A1)"]}),
        "Écartées": pd.DataFrame({"Relance": pd.Series([], dtype="str"), "Échéance": pd.Series([], dtype="datetime64[s]")}),
    }
    ecrire_tableaux(tmp_path / "t.xlsx", tables)
    classeur = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert classeur.sheetnames == ["Relances", "Écartées"]
    assert [cellule.value for cellule in classeur["Relances"][2]] == ["a", 2, "=SOMME(A1)"]
    assert classeur["Relances"]["C2"].data_type != "f"
    assert [cellule.value for cellule in classeur["Écartées"][1]] == ["Relance", "Échéance"]
