"""Des octets au hasard contre chaque lecteur : tout fichier est lu ou refusé d'une phrase, jamais une trace.

    python tests/outils/fuzz_lecteurs.py --essais 20000 --graine 7

Chaque essai abîme un classeur ou un texte réel (octets changés, ôtés, ajoutés, bornes folles, parties d'archive
récrites) et le fait lire comme un export. Les essais passent par lots dans un processus borné ; si un lot avorte,
chacun de ses essais est rejoué seul : c'est à `fichiers.enfant` de le contenir, et on le compte.
"""

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import hostiles
from lieux import DONNEES, PARTAGE

from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.classeurs import classeur, lecteur
from relances_xl.entrees.exports import lire_echeances
from relances_xl.fichiers.enfant import LectureManquee

POSIX = os.name == "posix"
_LOT = 100
_TAILLE_MAX = 200_000
_FOLIES = [b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"4294967296", b"XFD1048576", b"<", b">", b"&", b'"', b"'", b"=", b";", b"\t",
           b"\r", b"\n", b"\x1a", b"\xd8\x00", b"9" * 5000, b"E+99", b"NaN", b"-", b"1/0/0", b"\xc3", b"\xef\xbb\xbf"]  # fmt: skip
_TEXTE = (
    "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Montant;Réglé;Reste dû\n"
    'C1;Élevage;F1;01/01/2026;31/01/2026;1 234,56;0;1234,56\n="007";"A ""b""";F2;2026-01-02;28.02.26;12,00 C;;(5)\n'
)


def graines() -> list[tuple[str, bytes]]:
    """(suffixe, octets) de fichiers vrais, petits, de tous les formats."""
    trouvees = [(chemin.suffix, chemin.read_bytes()) for dossier in (DONNEES / "classeurs", PARTAGE / "cas") for chemin in
                sorted(dossier.rglob("*.*")) if chemin.suffix in (".xls", ".xlsx", ".xlsb", ".ods", ".csv", ".txt")]  # fmt: skip
    with tempfile.TemporaryDirectory() as dossier:
        faits = [hostiles.xlsx(Path(dossier) / "a.xlsx", hostiles.EXPORT, formats=["000000", "[$$-409]0.00"]),
                 hostiles.xls(Path(dossier) / "a.xls", [hostiles.etiquette(0, 0, "Code client"), hostiles.nombre(1, 0, 5, 1)], formats=["000"])]  # fmt: skip
        trouvees += [(chemin.suffix, chemin.read_bytes()) for chemin in faits]
    trouvees += [(".csv", _TEXTE.encode(page)) for page in ("utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16")]
    return [(suffixe, octets) for suffixe, octets in trouvees if len(octets) <= _TAILLE_MAX]


def abimer(hasard: random.Random, octets: bytes) -> bytes:
    """Quelques octets changés ; dans une archive, le plus souvent, ceux d'une de ses parties."""
    if octets[:2] == b"PK" and hasard.random() < 0.8:
        try:
            return _abimer_une_partie(hasard, octets)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            pass
    tampon = bytearray(octets)
    for _ in range(hasard.choice((1, 1, 2, 5, 20))):
        place = hasard.randrange(len(tampon) + 1)
        geste = hasard.randrange(5)
        if geste == 0:
            tampon[place : place + 4] = hasard.randbytes(hasard.randrange(1, 5))
        elif geste == 1:
            del tampon[place : place + hasard.choice((1, 2, 16, 512))]
        elif geste == 2:
            tampon[place:place] = hasard.choice(_FOLIES)
        elif geste == 3:
            folie = hasard.choice(_FOLIES)
            tampon[place : place + len(folie)] = folie
        else:
            source = hasard.randrange(len(tampon) + 1)
            tampon[place:place] = tampon[source : source + hasard.choice((8, 64, 1024))]
    return bytes(tampon)


def _abimer_une_partie(hasard: random.Random, octets: bytes) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(tampon, "w") as cible:
        noms = source.namelist()
        choisie = hasard.choice(noms)
        for nom in noms:
            contenu = source.read(nom)
            cible.writestr(nom, abimer(hasard, contenu) if nom == choisie and contenu[:2] != b"PK" else contenu)
    return tampon.getvalue()


def essayer(numero: int, graine: int, sources: list[tuple[str, bytes]], dossier: Path) -> str:
    """« lu » ou « refusé » ; toute autre exception remonte. Le lecteur des classeurs est appelé ici, sans autre enfant."""
    hasard = random.Random(graine * 1_000_003 + numero)
    suffixe, octets = hasard.choice(sources)
    chemin = dossier / f"essai{suffixe}"
    chemin.write_bytes(abimer(hasard, octets))
    try:
        lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31))
    except ErreurUtilisateur as refus:
        assert all(str(faute) for faute in refus.fautes)
        return "refusé"
    return "lu"


def _sur_place(fonction: str, chemin: Path, prudent: bool) -> Iterator[object]:
    """À la place de `lire_a_part` : sans processus enfant, mille fois plus vite."""
    try:
        yield from getattr(lecteur, fonction.partition(":")[2])(chemin, prudent)
    except MemoryError as erreur:
        raise LectureManquee(()) from erreur


def un_lot(premier: int, combien: int, graine: int) -> None:
    """Dans le processus borné : une ligne par essai, « numéro issue secondes »."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (120, 121))
    vars(classeur)["lire_a_part"] = _sur_place
    sources = graines()
    with tempfile.TemporaryDirectory() as dossier:
        for numero in range(premier, premier + combien):
            debut = time.process_time()
            issue = essayer(numero, graine, sources, Path(dossier))
            print(numero, issue, f"{time.process_time() - debut:.2f}", flush=True)


def lancer(essais: int, graine: int) -> tuple[Counter[str], float, list[str]]:
    """(issues, le plus long essai en secondes de calcul, les échecs)."""
    issues: Counter[str] = Counter()
    plus_long, echecs = 0.0, []
    for premier in range(0, essais, _LOT):
        combien = min(_LOT, essais - premier)
        suivant = premier
        while suivant < premier + combien:
            lot = subprocess.run([sys.executable, __file__, "--lot", str(suivant), str(premier + combien - suivant), str(graine)],
                                 capture_output=True, text=True, check=False)  # fmt: skip
            for ligne in lot.stdout.splitlines():
                numero, issue, duree = ligne.split()
                issues[issue] += 1
                plus_long = max(plus_long, float(duree))
                suivant = int(numero) + 1
            if lot.returncode == 0:
                break
            if "Traceback" in lot.stderr and "memory allocation" not in lot.stderr:
                echecs.append(f"essai {suivant}, graine {graine} : {lot.stderr.strip().splitlines()[-1]}")
            else:
                issues["avorté"] += 1
            suivant += 1
    return issues, plus_long, echecs


if __name__ == "__main__":
    analyseur = argparse.ArgumentParser(description=__doc__)
    analyseur.add_argument("--essais", type=int, default=1000)
    analyseur.add_argument("--graine", type=int, default=1)
    analyseur.add_argument("--lot", type=int, nargs=3)
    options = analyseur.parse_args()
    if options.lot:
        un_lot(*options.lot)
    else:
        issues, plus_long, echecs = lancer(options.essais, options.graine)
        print(dict(issues), f"le plus long : {plus_long:.2f} s")
        print("\n".join(echecs) or "aucun échec")
        sys.exit(bool(echecs))
