"""Le journal, le compte rendu et la liste des champs : des tables telles quelles, sûres et lisibles."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from relances_xl.revue.ecrire.autres_classeurs import ecrire_journal, ecrire_tableaux
from relances_xl.revue.ecrire.classeur_de_production import ecrire_bilan


def test_le_journal_aux_libelles_du_contrat(tmp_path: Path) -> None:
    journal = pd.DataFrame(
        {
            "relance": ["2026-03-31_1-0001", "2026-03-31_1-0002"],
            "lot": ["2026-03-31_1"] * 2,
            "date": pd.Series([date(2026, 3, 31)] * 2, dtype="datetime64[s]"),
            "code_client": ["00123", "=1+1"],
            "raison_sociale": ["Un", "Deux"],
            "devise": ["EUR", "JPY"],
            "niveau": [1, 3],
            "reedition": [False, True],
            "sortie": ["PDF", "Email"],
            "statut": ["Émise", "Annulée"],
            "montant": [123_456, 1_500],
            "nb_echeances": [2, 1],
            "fichier": ["lettres/00123_n1_EUR.docx", ""],
            "numero_de_depot": ["", ""],
            "date_de_depot": pd.Series([None, None], dtype="datetime64[s]"),
        }
    )
    ecrire_journal(tmp_path / "j.xlsx", journal)
    entetes, premiere, deuxieme = openpyxl.load_workbook(tmp_path / "j.xlsx")["Historique"].iter_rows(values_only=True)
    assert entetes == (
        "Relance", "Lot", "Date", "Code client", "Raison sociale", "Devise", "Niveau", "Réédition", "Sortie", "Statut", "Montant", "Échéances", "Fichier",
    )  # fmt: skip
    assert premiere[2:11] == (datetime(2026, 3, 31), "00123", "Un", "EUR", 1, "Non", "PDF", "Émise", 1234.56)  # noqa: DTZ001
    assert deuxieme[3:11] == ("=1+1", "Deux", "JPY", 3, "Oui", "Email", "Annulée", 1500)


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


def test_le_compte_rendu_se_classe_liens_totaux_et_titre(tmp_path: Path) -> None:
    relances = pd.DataFrame(
        {
            "relance": ["L-0001", "L-0002", "L-0003"],
            "code_client": ["C1", "C2", "C3"],
            "raison_sociale": ["=Un & Cie", "Deux", "Trois"],
            "niveau": [3, 3, 1],
            "sortie": ["PDF", "PDF", "Email"],
            "statut": ["Émise", "Émise", "Écartée"],
            "devise": ["EUR", "EUR", "USD"],
            "total_reclame": pd.Series([120_050, 100, None], dtype="Int64"),
            "fichier": ["relances/L/pdf/C1.pdf", "relances/L/pdf/C2.pdf", ""],
            "motif": ["déjà faite le 31/03/2026", "", "soldée ou disparue depuis"],
        }
    )
    ecartees = pd.DataFrame(
        {
            "relance": ["L-0003"], "code_client": ["C3"], "raison_sociale": ["Trois"], "piece": ["F3"],
            "date_echeance": pd.Series(["2026-01-31"], dtype="datetime64[s]"), "reste_du": [5000], "devise": ["USD"],
            "motif": ["soldée ou disparue depuis : ne figure plus à l'export"], "code_du_motif": ["SOLDEE_DEPUIS"],
        }
    )  # fmt: skip
    ecrire_bilan(tmp_path / "c.xlsx", relances, ["pdf/C1.pdf", "pdf/C2.pdf", ""], ecartees, "Nous & Cie – Compte rendu", depots=False)
    classeur = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert classeur.sheetnames == ["Relances", "Écartées", "Totaux"]
    onglet: Any = classeur["Relances"]
    assert [cellule.value for cellule in onglet[2]] == [
        "L-0001", "C1", "=Un & Cie", 3, "PDF", "Émise", 1200.5, "relances/L/pdf/C1.pdf", "déjà faite le 31/03/2026",
    ]  # fmt: skip
    assert onglet["C2"].data_type != "f" and onglet["H2"].hyperlink.target == "pdf/C1.pdf" and onglet["H4"].hyperlink is None
    assert "Nous & Cie – Compte rendu" in str(onglet.oddHeader.left.text).replace("&&", "&")
    assert classeur["Écartées"].column_dimensions["H"].hidden and classeur["Écartées"]["F2"].number_format.startswith('#,##0.00" USD"')
    assert [tuple(cellule.value for cellule in ligne) for ligne in classeur["Totaux"].iter_rows()] == [
        ("Niveau", "Sortie", "Statut", "Devise", "Relances", "Total réclamé"),
        (3, "PDF", "Émise", "EUR", 2, 1201.5),
        (1, "Email", "Écartée", "USD", 1, 0),
        (None,) * 6,
        (None, "Total sorti", None, "EUR", 2, 1201.5),
    ]
