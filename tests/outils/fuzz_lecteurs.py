"""Des octets au hasard contre chaque lecteur : tout fichier est lu ou refusé d'une phrase, jamais une trace.

    python tests/outils/fuzz_lecteurs.py --essais 20000 --graine 7 [--journal essais.log]

Chaque essai abîme un petit fichier vrai (`graines_de_fuzz`) et le fait lire, à l'une de deux profondeurs : « octets », le lecteur du
format seul, des octets aux cellules, aux opérations, aux factures ou au modèle compilé, là où naissent avortements, boucles, mémoire et
traces ; « entier », une fois sur cent, jusqu'aux échéances, aux clients, aux critères ou aux choix relus.

Les essais passent dans un long processus borné ; s'il avorte, on reprend après l'essai en cause : c'est à `fichiers.enfant` de le
contenir, et on le compte. Avec un journal, la même commande reprend où elle en était. `--rejouer NUMÉRO` refait un seul essai.
"""

import argparse
import gc
import importlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

from fabrique_word import catalogue_de
from feuilles_lues import garder
from graines_de_fuzz import Graine, graines

from relances_xl.criteres import lecture, ouverture
from relances_xl.criteres.tenir.rafraichir import rafraichir
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur, refuser_si
from relances_xl.domaine.niveaux import PLANS_LIVRES
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.entrees.banque import releves
from relances_xl.entrees.classeurs import classeur, lecteur
from relances_xl.entrees.clients import lire_clients
from relances_xl.entrees.exports import lire_echeances
from relances_xl.entrees.factures import dossier_de_factures
from relances_xl.fichiers import enfant
from relances_xl.fichiers.enfant import LectureManquee
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler
from relances_xl.revue.relire.relecture import ONGLETS, relire

POSIX = os.name == "posix"
EN_ENTIER = 100
"""Un essai sur tant va jusqu'au bout."""
_LOT = 50_000
_CALCUL_MAX = 60  # secondes de calcul d'un essai, celles d'une lecture à part
_ECART = 16  # Mo : oublier le sommet coûte plus que bien des lectures
_LONG = 10  # secondes : au-delà, un échec
_MEMOIRE = 3 << 30
_CHAMPS = CATALOGUE | catalogue_de(
    "first", "second", "third", "foo", "bar", "field", "fieldname", "testfield", "student_name", "study_name"
)
_JOUR = date(2026, 3, 31)


@dataclass(frozen=True, slots=True)
class Genre:
    """poids : combien de fois il est tiré ; suffixe : le nom du fichier ; octets, entier : ses deux lectures."""

    poids: int
    suffixe: str
    octets: Callable[[Path], object]
    entier: Callable[[Path], object]


def _premier(chemin: Path) -> None:
    for _ in classeur.premier_onglet(chemin).lignes:
        pass


def _echeances(chemin: Path) -> None:
    lire_echeances(chemin, {}, DelaiPaiement(), None, _JOUR)


def _operations(chemin: Path) -> None:
    for _ in releves._lire(chemin):
        pass


def _factures(chemin: Path) -> None:
    refuser_si(dossier_de_factures.lire_factures([chemin]).fautes)


def _modele(chemin: Path) -> None:
    compiler(chemin, _CHAMPS)


def _rafraichir(chemin: Path) -> None:
    rafraichir(chemin, CLIENTS.vide(), ["Chèque"], ["EUR"])


_TABLEUR = (_premier, _echeances)
_BANQUE = (_operations, releves.lire_releves)
GENRES = {
    "xlsx": Genre(16, ".xlsx", *_TABLEUR),
    "xls": Genre(20, ".xls", *_TABLEUR),
    "xlsb": Genre(5, ".xlsb", *_TABLEUR),
    "ods": Genre(8, ".ods", *_TABLEUR),
    "csv": Genre(20, ".csv", *_TABLEUR),
    "txt": Genre(10, ".txt", *_TABLEUR),
    "clients": Genre(4, ".xlsx", _premier, lambda chemin: lire_clients(chemin, {})),
    "criteres": Genre(1, ".xlsx", ouverture.lire_onglets, lambda chemin: lecture.lire_parametres(chemin, _JOUR)),
    "actualiser": Genre(1, ".xlsx", _rafraichir, _rafraichir),
    "revue": Genre(2, ".xlsx", lambda chemin: classeur.lire_classeur(chemin, ONGLETS, garder),
                   lambda chemin: classeur.lire_classeur(chemin, ONGLETS, partial(relire, fichier=chemin.name, plans=PLANS_LIVRES))),
    "releve": Genre(4, ".csv", *_BANQUE),
    "ofx": Genre(10, ".ofx", *_BANQUE),
    "camt": Genre(10, ".xml", *_BANQUE),
    "cfonb": Genre(10, ".txt", *_BANQUE),
    "xml": Genre(10, ".xml", _factures, _factures),
    "pdf": Genre(6, ".pdf", _factures, _factures),
    "docx": Genre(3, ".docx", _modele, _modele),
}  # fmt: skip


@dataclass(slots=True)
class Compte:
    """Ce que les essais d'un genre, à une profondeur, ont donné. plus_long : secondes de calcul ; memoire : Mo du processus."""

    lus: int = 0
    refuses: int = 0
    avortes: int = 0
    echecs: int = 0
    plus_long: float = 0
    memoire: int = 0

    @property
    def essais(self) -> int:
        return self.lus + self.refuses + self.avortes + self.echecs


# --- dans le processus borné --------------------------------------------------------------------------------------


def tirer(numero: int, graine: int, sources: dict[str, list[Graine]]) -> tuple[str, str, bytes]:
    """(genre, profondeur, octets) de cet essai : les mêmes chaque fois."""
    hasard = random.Random(graine * 1_000_003 + numero)
    (genre,) = hasard.choices(list(GENRES), [g.poids for g in GENRES.values()])
    profondeur = "octets" if hasard.randrange(EN_ENTIER) else "entier"
    return genre, profondeur, hasard.choice(sources[genre]).abimer(hasard)


def _essayer(genre: str, profondeur: str, octets: bytes, dossier: Path) -> str:
    chemin = dossier / f"essai{GENRES[genre].suffixe}"
    chemin.write_bytes(octets)
    try:
        getattr(GENRES[genre], profondeur)(chemin)
    except ErreurUtilisateur as refus:
        return "refuses" if all(map(str, refus.fautes)) else "echecs"
    except Exception:
        traceback.print_exc()
        return "echecs"
    return "lus"


def _sur_place(fonction: str, chemin: Path, *arguments: object) -> Iterator[object]:
    """À la place de `lire_a_part` : sans processus enfant, mille fois plus vite."""
    module, _, nom = fonction.partition(":")
    try:
        yield from getattr(importlib.import_module(module), nom)(chemin, *arguments)
    except MemoryError as erreur:
        raise LectureManquee(()) from erreur


class _Aussitot:
    """À la place du fil qui, dans l'enfant, recouvre deux lectures : démarrer un fil coûte plus que lire ces petits fichiers."""

    def __init__(self, _: int) -> None:
        pass

    def __enter__(self) -> "_Aussitot":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, fonction: Callable[..., object], *arguments: object) -> "Future[object]":
        futur: Future[object] = Future()
        try:
            futur.set_result(fonction(*arguments))
        except BaseException as erreur:
            futur.set_exception(erreur)
        return futur


def un_lot(premier: int, combien: int, graine: int) -> None:
    """Une ligne avant chaque essai, « numéro genre profondeur », et une après, « issue secondes mémoire »."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMOIRE, _MEMOIRE))
    for module in (classeur, releves, dossier_de_factures, enfant):
        vars(module)["lire_a_part"] = _sur_place
    vars(lecteur)["ThreadPoolExecutor"] = _Aussitot
    sources = graines()
    gc.collect()
    gc.freeze()
    repos, constat = _sommet(), ""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as dossier:
        for numero in range(premier, premier + combien):
            genre, profondeur, octets = tirer(numero, graine, sources)
            print(f"{constat}{numero} {genre} {profondeur}", flush=True)
            debut = time.process_time()
            resource.setrlimit(resource.RLIMIT_CPU, (int(debut) + _CALCUL_MAX, resource.RLIM_INFINITY))
            issue = _essayer(genre, profondeur, octets, Path(dossier))
            duree, memoire = time.process_time() - debut, _sommet()
            gc.enable()  # le lecteur des classeurs, qui d'ordinaire est seul dans son processus, s'en passe
            if memoire > repos + _ECART:
                _oublier_le_sommet()
            constat = f"{issue} {duree:.3f} {memoire}\n"
    print(constat, end="", flush=True)


def _oublier_le_sommet() -> None:
    """Le plus de mémoire prise recommence à ce qui l'est maintenant. Source : proc(5), clear_refs."""
    Path("/proc/self/clear_refs").write_text("5")


def _sommet() -> int:
    """Mo : le plus pris depuis."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# --- le meneur ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Bilan:
    """Où l'on en est. comptes : « genre profondeur » → compte ; echecs : une phrase chacun."""

    suivant: int
    comptes: dict[str, Compte]
    echecs: list[str]

    def noter(self, cle: str, issue: str, duree: float, memoire: int) -> None:
        compte = self.comptes.setdefault(cle, Compte())
        setattr(compte, issue, getattr(compte, issue) + 1)
        compte.plus_long, compte.memoire = max(compte.plus_long, duree), max(compte.memoire, memoire)

    @property
    def essais(self) -> int:
        return sum(compte.essais for compte in self.comptes.values())

    def __str__(self) -> str:
        lignes = [f"{'genre':18}{'essais':>9}{'refusés':>9}{'lus':>9}{'avortés':>9}{'échecs':>8}{'le plus long':>14}{'mémoire':>10}"]
        for cle, compte in sorted(self.comptes.items()):
            lignes.append(f"{cle:18}{compte.essais:>9}{compte.refuses:>9}{compte.lus:>9}{compte.avortes:>9}{compte.echecs:>8}"
                          f"{compte.plus_long:>12.2f} s{compte.memoire:>7} Mo")  # fmt: skip
        return "\n".join([*lignes, f"en tout : {self.essais} essais, {len(self.echecs)} échec(s)", *self.echecs])


def reprendre(journal: Path | None, graine: int) -> Bilan:
    """Le dernier bilan de cette graine, ou un neuf."""
    lignes = journal.read_text("utf-8").splitlines() if journal and journal.exists() else []
    for ligne in reversed(lignes):
        dit = json.loads(ligne)
        if dit["graine"] == graine:
            return Bilan(dit["suivant"], {cle: Compte(**compte) for cle, compte in dit["comptes"].items()}, dit["echecs"])
    return Bilan(0, {}, [])


def lancer(essais: int, graine: int, dire: Callable[[Bilan], object] = str) -> Bilan:
    """Fait les essais de cette graine ; dire : l'avancement, tous les mille et à chaque échec."""
    return poursuivre(Bilan(0, {}, []), essais, graine, dire)


def poursuivre(bilan: Bilan, essais: int, graine: int, dire: Callable[[Bilan], object] = str) -> Bilan:
    while bilan.suivant < essais:
        combien = min(_LOT, essais - bilan.suivant)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as erreurs:
            lot = subprocess.Popen([sys.executable, __file__, "--lot", str(bilan.suivant), str(combien), str(graine)], text=True,
                                   stdout=subprocess.PIPE, stderr=erreurs, env={**os.environ, "RUST_BACKTRACE": "0"})  # fmt: skip
            assert lot.stdout
            numero, cle = bilan.suivant - 1, ""
            for annonce in lot.stdout:
                ecrit, _, cle = annonce.strip().partition(" ")
                numero = int(ecrit)
                issue, *mesures = lot.stdout.readline().split() or [""]
                if not mesures:
                    break
                duree, memoire = float(mesures[0]), int(mesures[1])
                bilan.suivant = numero + 1
                bilan.noter(cle, issue, duree, memoire)
                if issue == "echecs" or duree > _LONG:
                    bilan.echecs.append(f"essai {numero}, graine {graine} ({cle}) : {issue}, {duree:.1f} s")
                if issue == "echecs" or not bilan.suivant % 1000:
                    dire(bilan)
            code = lot.wait()
            erreurs.seek(0)
            _constater(bilan, numero, graine, cle, code, erreurs.read())
        dire(bilan)
    return bilan


def _constater(bilan: Bilan, numero: int, graine: int, cle: str, code: int, erreurs: str) -> None:
    """Le processus s'est arrêté : au bout de son lot, ou pendant un essai, que l'on compte et que l'on passe."""
    if not code:
        return
    if bilan.suivant > numero:  # hors d'un essai : c'est l'outil qui est faux
        raise RuntimeError(erreurs[-3000:])
    bilan.suivant = numero + 1
    bilan.noter(cle, "avortes", 0, 0)
    if code == -24 or not ("memory allocation" in erreurs or code < 0):  # SIGXCPU
        bilan.echecs.append(f"essai {numero}, graine {graine} ({cle}) : arrêté ({code}) {erreurs.strip().splitlines()[-1:]}")


def _rejouer(numero: int, graine: int, garder: Path | None) -> None:
    genre, profondeur, octets = tirer(numero, graine, graines())
    if garder:
        garder.write_bytes(octets)
    un_lot(numero, 1, graine)
    print(genre, profondeur, len(octets), "octets")


def _executer() -> int:
    analyseur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    analyseur.add_argument("--essais", type=int, default=1000)
    analyseur.add_argument("--graine", type=int, default=1)
    analyseur.add_argument("--journal", type=Path)
    analyseur.add_argument("--lot", type=int, nargs=3)
    analyseur.add_argument("--rejouer", type=int)
    analyseur.add_argument("--garder", type=Path, help="avec --rejouer : où écrire le fichier abîmé")
    options = analyseur.parse_args()
    if options.lot:
        un_lot(*options.lot)
        return 0
    if options.rejouer is not None:
        _rejouer(options.rejouer, options.graine, options.garder)
        return 0

    def noter(bilan: Bilan) -> None:
        if options.journal:
            with options.journal.open("a", encoding="utf-8") as flux:
                flux.write(json.dumps({"graine": options.graine, **asdict(bilan)}, ensure_ascii=False) + "\n")

    bilan = poursuivre(reprendre(options.journal, options.graine), options.essais, options.graine, noter)
    print(bilan)
    return bool(bilan.echecs)


if __name__ == "__main__":
    sys.exit(_executer())
