"""Le même travail comme on l'écrirait un après-midi : pandas, openpyxl, docxtpl, LibreOffice. Honnête et sans malice.

    python tests/bench/naif.py lister DOSSIER       la liste, en quatre onglets
    python tests/bench/naif.py soigne DOSSIER       la même, présentée : en-têtes figés, largeurs, filtres, formats des dates et des montants
    python tests/bench/naif.py produire DOSSIER     une lettre Word par client de la liste
    python tests/bench/naif.py pdf DOSSIER          et leurs PDF, un seul appel de LibreOffice

Il ne fait ni niveaux, ni crédits, ni pénalités, ni revérification, ni journal : seulement ce qu'il faut pour comparer des temps.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

JOUR = pd.Timestamp("2026-03-31")


def lire(dossier: Path) -> pd.DataFrame:
    chemin = next((dossier / "exports").glob("echeances.*"))
    textes = {"Code client": str, "N° pièce": str}
    if chemin.suffix == ".csv":
        lignes = pd.read_csv(chemin, sep=";", decimal=",", dtype=textes, parse_dates=["Date pièce", "Date d'échéance"], dayfirst=True)
    else:
        lignes = pd.read_excel(chemin, dtype=textes, engine="openpyxl")
    clients = pd.read_excel(dossier / "exports" / "clients.xlsx", dtype=str, engine="openpyxl")
    return lignes.merge(clients.drop(columns="Raison sociale"), on="Code client", how="left")


def lister(dossier: Path, soigne: bool = False) -> None:
    lignes = lire(dossier)
    lignes["Jours de retard"] = (JOUR - lignes["Date d'échéance"]).dt.days
    retard = lignes[(lignes["Jours de retard"] > 0) & (lignes["Reste dû"] > 0)]
    exclues = lignes.drop(retard.index).assign(Motif="non échue")
    liste = retard.groupby(["Code client", "Raison sociale"], as_index=False).agg(
        **{
            "Échéances": ("N° pièce", "size"),
            "Retard": ("Reste dû", "sum"),
            "Jours de retard": ("Jours de retard", "max"),
            "Plus ancienne échéance": ("Date d'échéance", "min"),
        }
    )
    liste.insert(0, "Approuver", True)
    controle = pd.DataFrame({"Rubrique": ["Export", "Retenues", "Exclues"], "Lignes": [len(lignes), len(retard), len(exclues)]})
    with pd.ExcelWriter(dossier / "naif-revue.xlsx", engine="openpyxl") as classeur:
        for nom, table in (("Liste clients", liste), ("Détail", retard), ("Exclusions", exclues), ("Contrôle", controle)):
            table.to_excel(classeur, sheet_name=nom, index=False)
            if soigne:
                presenter(classeur.sheets[nom], table)


def presenter(feuille: Any, table: pd.DataFrame) -> None:
    feuille.freeze_panes = "A2"
    feuille.auto_filter.ref = feuille.dimensions
    for rang, titre in enumerate(table.columns, start=1):
        (colonne,) = feuille.iter_cols(rang, rang, 2)
        feuille.column_dimensions[colonne[0].column_letter].width = 2 + max(
            len(titre), *(len(str(valeur)) for valeur in table[titre].head(200))
        )
        format_ = "dd/mm/yyyy" if "Date" in titre or "échéance" in titre else "#,##0.00 €" if table[titre].dtype == float else ""
        if format_:
            for cellule in colonne:
                cellule.number_format = format_


def produire(dossier: Path) -> None:
    from docxtpl import DocxTemplate

    liste = pd.read_excel(dossier / "naif-revue.xlsx", sheet_name="Liste clients", dtype={"Code client": str}, engine="openpyxl")
    approuvees = set(liste.loc[liste["Approuver"], "Code client"])
    lignes = lire(dossier)
    retard = lignes[(lignes["Date d'échéance"] < JOUR) & (lignes["Reste dû"] > 0) & lignes["Code client"].isin(approuvees)]
    sortie = dossier / "naif-lettres"
    sortie.mkdir(exist_ok=True)
    for code, pieces in retard.groupby("Code client"):
        client = pieces.iloc[0]
        lettre = DocxTemplate(dossier / "naif.docx")
        lettre.render(
            {
                "client": {"raison_sociale": client["Raison sociale"], "adresse1": client["Adresse 1"], "code_postal": client["Code postal"],
                           "ville": client["Ville"], "contact": ""},
                "emetteur": {"raison_sociale": "Atelier Moreau", "adresse_1": "8 quai", "ville": "Nantes", "signataire": "C. Moreau"},
                "date_lettre": f"{JOUR:%d/%m/%Y}",
                "total_du": f"{pieces['Reste dû'].sum():.2f} €",
                "echeances": [
                    {
                        "piece": piece["N° pièce"],
                        "date_piece": f"{piece['Date pièce']:%d/%m/%Y}",
                        "date_echeance": piece["Date d'échéance"].strftime("%d/%m/%Y"),
                        "jours_retard": (JOUR - piece["Date d'échéance"]).days,
                        "montant": f"{piece['Montant']:.2f} €",
                        "reste_du": f"{piece['Reste dû']:.2f} €",
                    }
                    for _, piece in pieces.iterrows()
                ],
            },
            autoescape=True,
        )  # fmt: skip
        lettre.save(sortie / f"{code}.docx")


def pdf(dossier: Path) -> None:
    lettres = sorted((dossier / "naif-lettres").glob("*.docx"))
    with tempfile.TemporaryDirectory() as profil:
        commande = [shutil.which("soffice") or "soffice", f"-env:UserInstallation={Path(profil).as_uri()}", "--headless"]
        commande += ["--convert-to", "pdf", "--outdir", str(dossier / "naif-pdf"), *map(str, lettres)]
        subprocess.run(commande, check=True, capture_output=True)


if __name__ == "__main__":
    travaux: dict[str, Callable[[Path], None]] = {
        "lister": lister, "soigne": partial(lister, soigne=True), "produire": produire, "pdf": pdf,
    }  # fmt: skip
    travaux[sys.argv[1]](Path(sys.argv[2]))
