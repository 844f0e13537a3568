"""Ce que valent les tests passés sous Wine : `bilan.py RESULTATS EXCEPTIONS COUPES…`.

95 % au moins des tests passent, et chaque échec est de ceux qu'EXCEPTIONS nomme (« motif de nom<tabulation>raison ») ; COUPES : les
dossiers arrêtés avant la fin, à nommer aussi.
"""

import sys
from fnmatch import fnmatch
from pathlib import Path

PART = 0.95


def main(resultats: str, exceptions: str, *coupes: str) -> int:
    lignes = [ligne.split("\t") for ligne in Path(resultats).read_text(encoding="utf-8").splitlines()]
    raisons = [
        ligne.split("\t") for ligne in Path(exceptions).read_text(encoding="utf-8").splitlines() if ligne.strip() and ligne[0] != "#"
    ]
    compte = {issue: sum(ligne[0] == issue for ligne in lignes) for issue in ("passé", "échoué", "sauté")}
    part = compte["passé"] / max(1, compte["passé"] + compte["échoué"])
    inattendus = []
    for nom, dit in [(ligne[1], ligne[2]) for ligne in lignes if ligne[0] == "échoué"] + [
        (coupe, "coupé à l'heure dite") for coupe in coupes
    ]:
        raison = next((raison for motif, raison in raisons if fnmatch(nom, motif)), None)
        print(f"   {nom} : {raison or f'INATTENDU, {dit[:300]}'}")
        inattendus += [nom] if raison is None else []
    print(
        f"   {compte['passé']} passés, {compte['échoué']} échoués, {compte['sauté']} sautés : {part:.1%} (il en faut {PART:.0%}) ; {len(inattendus)} inattendus"
    )
    return 1 if inattendus or part < PART else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
