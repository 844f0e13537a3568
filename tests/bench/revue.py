"""Banc : écrire 100 000 lignes de détail avec tout l'habit, contre les cellules nues d'openpyxl (mode write_only).

    python tests/bench/revue.py [lignes] [--rust]

Les deux écrivent les mêmes cellules des mêmes onglets, dans le même passage, après les mêmes préparatifs. `--rust` ajoute,
pour comparaison, les deux écrivains en Rust (s'ils sont installés) sur les cellules du seul onglet « Détail ».
Secondes de processeur (celles qu'une machine occupée ne fausse pas), puis d'horloge ; les rapports sont sur les premières.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "outils"))

import fabrique_revue
import openpyxl
import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits import montants as m
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import onglets_relances as onglets
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.schema import ColonneDeRevue, GenreDeColonne

LIGNES_PAR_CLIENT = 10


def main() -> None:
    nombres = [int(mot) for mot in sys.argv[1:] if mot.isdigit()]
    lignes = nombres[0] if nombres else 100_000
    contenu = fabrique_revue.contenu(lignes // LIGNES_PAR_CLIENT, LIGNES_PAR_CLIENT)
    onglets_nus = cellules_nues(contenu)
    with tempfile.TemporaryDirectory() as dossier:
        revue, nu = Path(dossier, "revue.xlsx"), Path(dossier, "nu.xlsx")
        print(f"{lignes} lignes de détail, {len(contenu.relances)} relances")
        secondes = chronometrer("revue, tout l'habit", lambda: ecrire_revue(revue, contenu))
        secondes_openpyxl = chronometrer("openpyxl, cellules nues", lambda: ecrire_nu(nu, onglets_nus))
        print(f"rapport {secondes_openpyxl / secondes:.2f} ; {revue.stat().st_size / 1e6:.1f} et {nu.stat().st_size / 1e6:.1f} Mo")
        if "--rust" in sys.argv:
            comparer_rust(onglets_nus[o.DETAIL], Path(dossier))


def chronometrer(nom: str, action: Callable[[], None]) -> float:
    """Secondes de processeur ; les affiche, avec celles de l'horloge."""
    debut, debut_horloge = time.process_time(), time.perf_counter()
    action()
    secondes = time.process_time() - debut
    print(f"{nom:<26}{secondes:6.2f} s  (horloge {time.perf_counter() - debut_horloge:5.2f} s)")
    return secondes


def cellules_nues(contenu: Contenu) -> dict[str, list[list[object]]]:
    """Les valeurs des grands onglets, colonne par colonne, prêtes à écrire."""
    exclues = contenu.lignes[contenu.lignes[c.MOTIF] != ""].assign(**{c.CODE_DU_MOTIF: ""})
    relances, detail = onglets.relances_et_detail(contenu)
    tables: list[tuple[str, tuple[ColonneDeRevue, ...], pd.DataFrame]] = [
        (o.LISTE, o.COLONNES_LISTE, relances),
        (o.DETAIL, o.COLONNES_DETAIL, detail),
        (o.COMPLEMENT, o.COLONNES_COMPLEMENT, contenu.complement),
        (o.CONTENTIEUX, o.COLONNES_CONTENTIEUX, contenu.contentieux),
        (o.EXCLUSIONS, o.COLONNES_EXCLUSIONS, exclues),
    ]
    return {
        nom: [[colonne.libelle, *_valeurs(colonne, table)] for colonne in colonnes if colonne.champ in table]
        for nom, colonnes, table in tables
    }


def _valeurs(colonne: ColonneDeRevue, table: pd.DataFrame) -> list[object]:
    valeurs = table[colonne.champ]
    if colonne.genre in (GenreDeColonne.MONTANT, GenreDeColonne.MONTANT_NU):
        devises = table[c.DEVISE if c.DEVISE in table else "Devise"]
        return [None if pd.isna(v) else v / 10 ** m.decimales(d) for v, d in zip(valeurs, devises, strict=True)]
    if colonne.genre is GenreDeColonne.DATE:
        return [None if pd.isna(v) else v.to_pydatetime() for v in valeurs]
    return list(valeurs.tolist())


def ecrire_nu(chemin: Path, tables: dict[str, list[list[object]]]) -> None:
    classeur = openpyxl.Workbook(write_only=True)
    for nom, colonnes in tables.items():
        feuille = classeur.create_sheet(nom)
        for ligne in zip(*colonnes, strict=True):
            feuille.append(ligne)
    classeur.save(chemin)


def comparer_rust(detail: list[list[object]], dossier: Path) -> None:
    """Les mêmes cellules de « Détail », dates en numéros de série, par colonnes : au mieux de chacun."""
    import rvgsrust_xlsxwriter
    import xlsxturbo

    def par_rvgsrust() -> None:
        classeur = rvgsrust_xlsxwriter.Workbook()
        feuille = classeur.add_worksheet("D")
        feuille.write_rows(0, 0, [list(ligne) for ligne in zip(*detail, strict=True)])
        feuille.add_table(0, 0, len(detail[0]) - 1, len(detail) - 1, rvgsrust_xlsxwriter.Table())
        classeur.close(str(dossier / "rvgs.xlsx"))

    def par_xlsxturbo() -> None:
        table = pd.DataFrame({colonne[0]: colonne[1:] for colonne in detail})
        xlsxturbo.df_to_xlsx(table, str(dossier / "turbo.xlsx"), table_style="Light1", freeze_panes=True)

    chronometrer("openpyxl, « Détail » nu", lambda: ecrire_nu(dossier / "d.xlsx", {"D": detail}))
    chronometrer("rvgsrust, tableau seul", par_rvgsrust)
    chronometrer("xlsxturbo, tableau seul", par_xlsxturbo)


if __name__ == "__main__":
    main()
