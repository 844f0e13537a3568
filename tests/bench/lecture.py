"""Banc de lecture : un export de 100 000 lignes × 12 colonnes, et un CSV de 1 000 000 de lignes.

    python tests/bench/lecture.py [lignes xlsx] [lignes csv]

Le même fichier est lu par `lire_echeances` (typé, contrôlé, anomalies nommées) et par
`pandas.read_excel(engine="openpyxl")` (cellules brutes), dans le même passage. Sur une machine occupée, le temps de
processeur (de tous les fils) est la mesure qui vaut. Mémoire : crête d'un processus à part.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

ENTETE = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant TTC", "Réglé",
          "Reste dû", "Devise", "Mode de règlement", "Module", "Exclure des relances")  # fmt: skip
SOMMAIRE = "import sys; sys.path.insert(0, {ici!r}); import lecture; lecture.memoire({chemin!r})"


def lignes(nombre: int) -> list[tuple[object, ...]]:
    """Des échéances tirées au sort, toujours les mêmes ; une sur mille a un montant illisible."""
    hasard = Random(20260331)
    tirees: list[tuple[object, ...]] = []
    for i in range(nombre):
        client, montant = hasard.randrange(3000), hasard.randrange(1000, 1000000) / 100
        piece = date(2025, 1, 1) + timedelta(hasard.randrange(400))
        regle = round(montant * hasard.choice((0, 0, 0, 0.3)), 2)
        reste = round(montant - regle, 2) if i % 1000 else "à voir"
        tirees.append(
            (f"C{client:05d}", f"Société {client} & Cie", f"FA{i:07d}", piece, piece + timedelta(30), montant, regle, reste,
             "EUR", hasard.choice(("Virement", "Chèque", "LCR")), hasard.choice(("Vente", "Comptoir")),
             hasard.choice(("", "", "Oui")))
        )  # fmt: skip
    return tirees


def ecrire_xlsx(chemin: Path, nombre: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(chemin, {"constant_memory": True}) as classeur:
        feuille = classeur.add_worksheet("Échéances")
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille.write_row(0, 0, ENTETE)
        for i, ligne in enumerate(lignes(nombre), 1):
            for j, valeur in enumerate(ligne):
                if isinstance(valeur, date):
                    feuille.write_datetime(i, j, valeur, jour)
                else:
                    feuille.write(i, j, valeur)


def ecrire_csv(chemin: Path, nombre: int) -> None:
    with chemin.open("w", encoding="cp1252", newline="") as flux:
        flux.write(";".join(ENTETE) + "\r\n")
        for debut in range(0, nombre, 100_000):
            for i, ligne in enumerate(lignes(min(100_000, nombre - debut)), debut):
                textes = [_francais(valeur) for valeur in ligne]
                textes[2] = f"FA{i:07d}"
                flux.write(";".join(textes) + "\r\n")


def _francais(valeur: object) -> str:
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    return f"{valeur:_.2f}".replace("_", " ").replace(".", ",") if isinstance(valeur, float) else str(valeur)


def chronometrer(action: Callable[[], object]) -> tuple[float, float]:
    """(secondes, secondes de processeur)."""
    mur, processeur = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - mur, time.process_time() - processeur


def lire(chemin: Path) -> tuple[int, int]:
    """(lignes, anomalies)."""
    from relances_xl.domaine.ecrits.dates import DelaiPaiement
    from relances_xl.entrees.exports import lire_echeances

    lecture = lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31))
    return len(lecture.lignes), int((lecture.lignes["cause"] != "").sum())


def memoire(chemin: str) -> None:
    """Lit un fichier dans ce processus et en dit la crête de mémoire."""
    import pandas as pd  # noqa: F401 — ce que pèsent les bibliothèques ne dépend pas du fichier

    avant = _crete()
    debut = time.perf_counter()
    nombre, anomalies = lire(Path(chemin))
    duree = time.perf_counter() - debut
    print(
        f"{Path(chemin).name} ({Path(chemin).stat().st_size >> 20} Mo) : {nombre} lignes, {anomalies} anomalies, "
        f"{duree:.1f} s, crête {_crete()} Mo (dont {avant} avant de lire)"
    )


def _crete() -> int:
    """Mo. Sous Linux, `VmHWM` : `ru_maxrss` y hérite de la crête du processus parent."""
    statut = Path("/proc/self/status")
    if statut.exists():
        ligne = next(ligne for ligne in statut.read_text(encoding="ascii").splitlines() if ligne.startswith("VmHWM"))
        return int(ligne.split()[1]) >> 10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)


def main(lignes_xlsx: int, lignes_csv: int) -> None:
    import pandas as pd

    with tempfile.TemporaryDirectory() as dossier:
        classeur, texte = Path(dossier) / "export.xlsx", Path(dossier) / "export.csv"
        ecrire_xlsx(classeur, lignes_xlsx)
        nombre, anomalies = lire(classeur)  # ce premier passage paie les imports
        notre = chronometrer(lambda: lire(classeur))
        temoin = chronometrer(lambda: pd.read_excel(classeur, engine="openpyxl"))
        print(f"{nombre} lignes × {len(ENTETE)} colonnes, {anomalies} anomalies nommées")
        print("                               écoulé   processeur")
        print(f"  lire_echeances              {notre[0]:7.2f} s  {notre[1]:7.2f} s")
        print(f"  pandas.read_excel(openpyxl) {temoin[0]:7.2f} s  {temoin[1]:7.2f} s")
        print(f"  rapport                     {temoin[0] / notre[0]:7.1f}    {temoin[1] / notre[1]:7.1f}")
        ecrire_csv(texte, lignes_csv)
        for chemin in (classeur, texte):
            commande = SOMMAIRE.format(ici=str(Path(__file__).parent), chemin=str(chemin))
            subprocess.run([sys.executable, "-c", commande], check=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], "100000", "1000000"][:2]))
