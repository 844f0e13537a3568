"""Les commandes entières, mesurées comme on les attend : un processus chacune, à côté du même travail fait simplement.

    python tests/bench/parcours.py                                 1 000 et 10 000 lignes, 500 et 2 000 lettres
    python tests/bench/parcours.py lister 1000 100000 1000000      des tailles de liste (au-delà de 100 000, l'export est en .csv)
    python tests/bench/parcours.py passe 100000 1000000            lister 100 000 lignes, un million de relances au journal
    python tests/bench/parcours.py produire 500 5000 20000         des nombres de lettres (dix lignes par client)
    python tests/bench/parcours.py pdf 500                         des lettres jusqu'au PDF
    python tests/bench/parcours.py aide                            ce que coûtent les commandes qui ne font presque rien
    options : --tours N (médiane de N passages entrelacés, 3) ; --sans-naif ; --dossier CHEMIN (garder les données)

Chaque passage lance l'un après l'autre l'outil, le script simple (`naif.py`) et le plancher (la lecture brute du fichier et
l'écriture la plus rapide des mêmes cellules), pour que le bruit de la machine soit le même pour tous. Temps de processeur
(utilisateur et système, enfants compris), temps d'horloge, mémoire au plus haut.
"""

import atexit
import contextlib
import ctypes
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

RACINE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(RACINE), str(RACINE / "tests" / "outils"), str(RACINE / "tests" / "bench")]

JOUR = date(2026, 3, 31)
PAR_CLIENT = 10
ENTETES = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Reste dû")
FICHE = ("Code client", "Raison sociale", "Adresse 1", "Code postal", "Ville", "Email", "Type client")
LIGNES_DU_XLSX = 100_000
COMPILES = Path(tempfile.gettempdir()) / "relances_xl-bancs-compiles"


@dataclass(frozen=True)
class Mesure:
    """Ce qu'un processus a coûté : secondes de processeur et d'horloge, mégaoctets au plus haut."""

    processeur: float
    horloge: float
    memoire: float


def lignes(nombre: int) -> Iterator[tuple[str, str, str, date, date, float, float]]:
    """Six lignes sur dix en retard, le reste à venir ; dix par client."""
    for rang in range(nombre):
        client = rang // PAR_CLIENT
        echeance = JOUR - timedelta(days=5 + rang % 80) if rang % PAR_CLIENT < 6 else JOUR + timedelta(days=1 + rang % 60)
        montant = 100 + (rang * 37 % 90000) / 100
        yield f"C{client:06d}", f"Société n° {client} & fils", f"FA{rang:08d}", echeance - timedelta(days=30), echeance, montant, montant


def fabriquer(dossier: Path, nombre: int) -> None:
    """Un dossier de relance de `nombre` lignes, et le modèle du script simple."""
    from fusion import construire, poser_balise

    lancer(["-m", "relances_xl", "nouveau", str(dossier), "--silencieux"])
    classeur = openpyxl.load_workbook(dossier / "criteres.xlsx")
    choix: dict[Any, Any] = {"Date de référence": JOUR, "Date d'édition": JOUR, "Sortie sur": "Word"}
    choix |= {"Fichier échéances": "exports/echeances.csv"} if nombre > LIGNES_DU_XLSX else {}
    for libelle, valeur, *_ in classeur["Critères"].iter_rows(min_row=2):
        if libelle.value in choix:
            valeur.value = choix[libelle.value]
    classeur.save(dossier / "criteres.xlsx")
    codes = range(-(-nombre // PAR_CLIENT))
    fiches = (
        (f"C{n:06d}", f"Société n° {n} & fils", f"{n} rue de l'Église", "69003", "Lyon", f"c{n}@client.example", "Professionnel")
        for n in codes
    )
    ecrire_xlsx(dossier / "exports" / "clients.xlsx", FICHE, fiches)
    if nombre > LIGNES_DU_XLSX:
        ecrire_csv(dossier / "exports" / "echeances.csv", lignes(nombre))
    else:
        ecrire_xlsx(dossier / "exports" / "echeances.xlsx", ENTETES, lignes(nombre))
    construire(dossier / "naif.docx", poser_balise, boucle=True)


def ecrire_xlsx(chemin: Path, entetes: Sequence[str], rangees: Iterator[tuple[object, ...]]) -> None:
    with xlsxwriter.Workbook(chemin, {"constant_memory": True}) as classeur:
        feuille, jour = classeur.add_worksheet(), classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille.write_row(0, 0, entetes)
        for i, rangee in enumerate(rangees, start=1):
            for j, valeur in enumerate(rangee):
                if isinstance(valeur, date):
                    feuille.write_datetime(i, j, datetime.combine(valeur, datetime.min.time()), jour)
                else:
                    feuille.write(i, j, valeur)


def ecrire_csv(chemin: Path, rangees: Iterator[tuple[object, ...]]) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with chemin.open("w", encoding="utf-8-sig", newline="\r\n") as fichier:
        fichier.write(";".join(ENTETES) + "\n")
        for rangee in rangees:
            textes = (
                f"{v:%d/%m/%Y}" if isinstance(v, date) else f"{v:.2f}".replace(".", ",") if isinstance(v, float) else str(v) for v in rangee
            )
            fichier.write(";".join(textes) + "\n")


def peupler_le_journal(dossier: Path, relances: int, clients: int) -> None:
    """Des relances passées, soldées depuis, réparties sur tous les clients : deux pièces chacune, et comme un journal les reçoit, jour après jour."""
    from relances_xl.domaine.statuts import Statut
    from relances_xl.historique import EcheanceRelancee, Historique, Intention

    with Historique.ouvrir(dossier / "historique.db") as historique, historique.ensemble():
        for rang in range(relances):
            jour, code = JOUR - timedelta(days=1600 - rang * 1500 // relances), f"C{rang % clients:06d}"
            lot = f"{jour.isoformat()}_1"
            echeances = [EcheanceRelancee(f"V{rang:08d}-{n}", jour - timedelta(days=20), 1 + rang % 3, False, 12_000) for n in range(2)]
            intention = Intention(f"{lot}-{rang:07d}", lot, jour, code, f"Société n° {code}", "EUR", 1 + rang % 3, False, "PDF", False, 24_000, f"relances/{lot}/pdf/{code}.pdf", echeances)  # fmt: skip
            historique.conclure(historique.annoncer(intention), Statut.EMISE)


def lancer(arguments: Sequence[str]) -> Mesure:
    """Lance un Python et mesure ce qu'il coûte, enfants compris."""
    import time

    # comme une fois installé, nos modules sont déjà compilés (le premier lancement s'en charge)
    environnement = {**os.environ, "PYTHONPATH": str(RACINE), "PYTHONUTF8": "1", "PYTHONPYCACHEPREFIX": str(COMPILES)}
    environnement.pop("PYTHONDONTWRITEBYTECODE", None)
    debut = time.perf_counter()
    with Path(os.devnull).open("w") as rien:
        processus = os.posix_spawn(
            sys.executable, [sys.executable, *arguments], environnement, file_actions=[(os.POSIX_SPAWN_DUP2, rien.fileno(), 1)]
        )
        _, etat, usage = os.wait4(processus, 0)
    horloge = time.perf_counter() - debut
    usages = [usage]
    with contextlib.suppress(ChildProcessError):  # ce qui lui survit un instant (le processus qui lit les classeurs) a travaillé pour lui
        while True:
            usages.append(os.wait4(-1, 0)[2])
    if code := os.waitstatus_to_exitcode(etat):
        raise SystemExit(f"{arguments} a rendu {code}")
    return Mesure(sum(u.ru_utime + u.ru_stime for u in usages), horloge, max(u.ru_maxrss for u in usages) / 1024)


def adopter_les_orphelins() -> None:
    """Ce qu'une commande laisse derrière elle nous revient à sa mort, et se compte (Linux : PR_SET_CHILD_SUBREAPER)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def approuver(dossier: Path) -> None:
    """Une liste toute cochée, préparée hors mesure."""
    programme = (
        "import sys; from datetime import date; from pathlib import Path; from relances_xl.dossier import Dossier;"
        "from relances_xl.etapes.lister import lister; lister(Dossier(Path(sys.argv[1])), date(2026, 3, 31), tout_approuver=True)"
    )
    lancer(["-c", programme, str(dossier)])


def neuf(dossier: Path, *noms: str) -> None:
    """Met de côté, jusqu'à la fin des bancs, ce qu'un passage a fait.

    L'effacer chargerait le passage suivant : pendant cinq minutes, ext4 repasse à chaque création sur les fichiers que l'on vient d'effacer.
    """
    for nom in noms:
        with contextlib.suppress(FileNotFoundError):
            (dossier / nom).rename(Path(tempfile.mkdtemp(dir=_mis_de_cote(dossier.parent))) / "ancien")


@cache
def _mis_de_cote(dossiers: Path) -> Path:
    lieu = Path(tempfile.mkdtemp(prefix="mis-de-cote-", dir=dossiers))
    atexit.register(shutil.rmtree, lieu, ignore_errors=True)
    return lieu


Essai = Callable[[], Mesure]


def comparer(titre: str, essais: dict[str, Essai], tours: int) -> None:
    """Les médianes de passages entrelacés, et les rapports au premier."""
    mesures: dict[str, list[Mesure]] = {nom: [] for nom in essais}
    for _ in range(tours):
        for nom, essai in essais.items():
            mesures[nom].append(essai())
    medianes = {
        nom: Mesure(*(statistics.median(getattr(m, champ) for m in liste) for champ in ("processeur", "horloge", "memoire")))
        for nom, liste in mesures.items()
    }
    notre = next(iter(medianes.values()))
    for rang, (nom, mesure) in enumerate(medianes.items()):
        rapport = "" if rang == 0 else f"{mesure.processeur / notre.processeur:.2f} ×"
        print(
            f"| {titre if rang == 0 else ''} | {nom} | {mesure.processeur:.2f} | {mesure.horloge:.2f} | {mesure.memoire:.0f} | {rapport} |",
            flush=True,
        )


def plancher_de_lister(dossier: Path) -> Essai:
    """La lecture brute de l'export, et l'écriture sans mise en forme d'autant de cellules que la revue en porte."""
    programme = """
import sys, glob, zipfile, xlsxwriter
from pathlib import Path
chemin = next(Path(sys.argv[1], "exports").glob("echeances.*"))
if chemin.suffix == ".csv":
    rangees = [ligne.split(";") for ligne in chemin.read_text("utf-8-sig").splitlines()]
else:
    from python_calamine import CalamineWorkbook
    rangees = CalamineWorkbook.from_path(chemin).get_sheet_by_index(0).to_python()
from xml.sax.saxutils import escape
import zlib
tampon = zlib.compressobj(1, zlib.DEFLATED, -15)
octets = 0
for rangee in rangees:
    cellules = "".join(f'<c t="inlineStr"><is><t>{escape(str(v))}</t></is></c>' if isinstance(v, str) else f"<c><v>{v}</v></c>" for v in rangee * 3)
    octets += len(tampon.compress(f"<row>{cellules}</row>".encode()))
"""
    return lambda: lancer(["-c", programme, str(dossier)])


def banc_lister(dossiers: Path, tailles: Sequence[int], tours: int, naif: bool) -> None:
    for nombre in tailles:
        dossier = dossiers / f"l{nombre}"
        fabriquer(dossier, nombre)

        def nous(dossier: Path = dossier) -> Mesure:
            neuf(dossier, "relances")
            return lancer(["-m", "relances_xl", "lister", str(dossier), "--silencieux"])

        essais: dict[str, Essai] = {"relances_xl": nous}
        if naif:
            essais["script simple"] = partial(lancer, ["tests/bench/naif.py", "lister", str(dossier)])
            essais["le même, présenté"] = partial(lancer, ["tests/bench/naif.py", "soigne", str(dossier)])
        essais["plancher"] = plancher_de_lister(dossier)
        comparer(f"`lister`, {nombre} lignes", essais, tours)


def banc_passe(dossiers: Path, tailles: Sequence[int], tours: int, _: bool) -> None:
    nombre, *passes = tailles
    for passe in passes:
        sans, avec = dossiers / f"sans{nombre}", dossiers / f"avec{passe}"
        for dossier in (sans, avec):
            fabriquer(dossier, nombre)
        peupler_le_journal(avec, passe, nombre // PAR_CLIENT)

        def nous(dossier: Path) -> Mesure:
            neuf(dossier, "relances")
            return lancer(["-m", "relances_xl", "lister", str(dossier), "--silencieux"])

        essais: dict[str, Essai] = {"sans passé": partial(nous, sans), "avec": partial(nous, avec)}
        comparer(f"`lister`, {nombre} lignes, {passe} relances passées", essais, tours)
        commande = ["-m", "relances_xl", "historique", str(avec), "--client", "C000007"]
        comparer(f"`historique`, {passe} relances", {"un client": partial(lancer, commande)}, tours)


def banc_produire(dossiers: Path, tailles: Sequence[int], tours: int, naif: bool, *, en_pdf: bool = False) -> None:
    for nombre in tailles:
        dossier = dossiers / f"p{nombre}"
        fabriquer(dossier, nombre * PAR_CLIENT)
        if en_pdf:
            classeur = openpyxl.load_workbook(dossier / "criteres.xlsx")
            for libelle, valeur, *_ in classeur["Critères"].iter_rows(min_row=2):
                if libelle.value in ("Sortie sur", "Convertisseur PDF"):
                    valeur.value = "PDF" if libelle.value == "Sortie sur" else "LibreOffice"
            classeur.save(dossier / "criteres.xlsx")
        approuver(dossier)
        (lot,) = (dossier / "relances").iterdir()

        def nous(dossier: Path = dossier, lot: Path = lot) -> Mesure:
            neuf(dossier, "historique.db", *(f"relances/{lot.name}/{nom}" for nom in ("lettres", "pdf", "compte-rendu.xlsx")))
            return lancer(["-m", "relances_xl", "produire", str(dossier), "--oui", "--silencieux"])

        essais: dict[str, Essai] = {"relances_xl": nous}
        if naif:
            quelques = min(nombre, 500)  # il lui faut 50 ms par lettre : au-delà, on compte à la lettre
            petit = dossiers / f"naif{quelques}"
            if not petit.exists():
                fabriquer(petit, quelques * PAR_CLIENT)
                lancer(["tests/bench/naif.py", "lister", str(petit)])

            def simple(petit: Path = petit, en_pdf: bool = en_pdf) -> Mesure:
                lettres = lancer(["tests/bench/naif.py", "produire", str(petit)])
                if not en_pdf:
                    return lettres
                pdf = lancer(["tests/bench/naif.py", "pdf", str(petit)])
                return Mesure(lettres.processeur + pdf.processeur, lettres.horloge + pdf.horloge, max(lettres.memoire, pdf.memoire))

            essais[f"script simple ({quelques} lettres)"] = simple
        comparer(f"`produire` {'PDF' if en_pdf else 'Word'}, {nombre} lettres", essais, tours)


def banc_aide(dossiers: Path, _: Sequence[int], tours: int, __: bool) -> None:
    dossier = dossiers / "vide"
    lancer(["-m", "relances_xl", "nouveau", str(dossier), "--silencieux"])
    comparer("Python seul", {"relances_xl": lambda: lancer(["-c", "pass"])}, tours)
    for arguments in (["--help"], ["--version"], ["historique", str(dossier)]):
        comparer(f"`{arguments[0]}`", {"relances_xl": partial(lancer, ["-m", "relances_xl", *arguments])}, tours)


BANCS = {
    "lister": (banc_lister, [1_000, 10_000]),
    "passe": (banc_passe, [10_000, 100_000]),
    "produire": (banc_produire, [500, 2_000]),
    "pdf": (lambda *arguments: banc_produire(*arguments, en_pdf=True), [500]),
    "aide": (banc_aide, []),
}


def principal(arguments: list[str]) -> None:
    naif = "--sans-naif" not in arguments
    tours = int(arguments[arguments.index("--tours") + 1]) if "--tours" in arguments else 3
    garde = Path(arguments[arguments.index("--dossier") + 1]) if "--dossier" in arguments else None
    noms = [nom for nom in arguments if nom in BANCS] or ["aide", "lister", "produire"]
    tailles = [int(mot) for rang, mot in enumerate(arguments) if mot.isdigit() and arguments[rang - 1] not in ("--tours", "--dossier")]
    os.chdir(RACINE)
    adopter_les_orphelins()
    print("| commande | qui | processeur (s) | horloge (s) | mémoire (Mo) | rapport (processeur) |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as provisoire:
        for nom in noms:
            banc, defaut = BANCS[nom]
            banc(garde or Path(provisoire), tailles or defaut, tours, naif)


if __name__ == "__main__":
    principal(sys.argv[1:])
