"""Ce que valent les tests passés sous Wine : `bilan.py RESULTATS EXCEPTIONS FICHIERS…`.

95 % au moins des tests passent, et chaque échec est de ceux qu'EXCEPTIONS nomme (« motif de nom<tabulation>raison ») ; FICHIERS : ceux
qui devaient passer, et dont chacun doit avoir donné quelque chose.
"""

import sys
from fnmatch import fnmatch
from pathlib import Path

PART = 0.95


def main(resultats: str, exceptions: str, *fichiers: str) -> int:
    lignes = [ligne.split("\t") for ligne in Path(resultats).read_text(encoding="utf-8").splitlines()]
    raisons = [
        ligne.split("\t") for ligne in Path(exceptions).read_text(encoding="utf-8").splitlines() if ligne.strip() and ligne[0] != "#"
    ]
    compte = {issue: sum(ligne[0] == issue for ligne in lignes) for issue in ("passé", "échoué", "sauté")}
    part = compte["passé"] / max(1, compte["passé"] + compte["échoué"])
    inattendus = []
    donnes = {ligne[1].partition("::")[0] for ligne in lignes}
    muets = [(fichier, "n'a rien donné") for fichier in fichiers if fichier not in donnes]
    for nom, dit in [(ligne[1], ligne[2]) for ligne in lignes if ligne[0] == "échoué"] + muets:
        raison = next((raison for motif, raison in raisons if fnmatch(nom, motif)), None)
        print(f"   {nom} : {raison or f'INATTENDU, {dit[:300]}'}")
        inattendus += [nom] if raison is None else []
    print(
        f"   {compte['passé']} passés, {compte['échoué']} échoués, {compte['sauté']} sautés : {part:.1%} (il en faut {PART:.0%}) ; {len(inattendus)} inattendus"
    )
    return 1 if inattendus or part < PART else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
