"""Ce que l'installeur embarque, dit : les textes de licence de chaque composant, et la nomenclature CycloneDX."""

import json
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path

_TEXTE = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Composant:
    """Une bibliothèque embarquée ; empreinte : sha256 de la roue (ou des sources) d'où elle vient."""

    nom: str
    version: str
    licence: str
    empreinte: str = ""


def composants(bibliotheques: Path, empreintes: dict[str, str]) -> list[Composant]:
    """Les bibliothèques installées dans un dossier, par ordre alphabétique ; empreintes : nom normalisé → sha256."""
    return sorted(
        (
            Composant(d.name, d.version, licence(d), empreintes.get(normaliser(d.name), ""))
            for d in map(PathDistribution, bibliotheques.glob("*.dist-info"))
        ),
        key=lambda composant: composant.nom.casefold(),
    )


def licence(distribution: Distribution) -> str:
    """La licence qu'une bibliothèque déclare : expression SPDX, sinon champ libre, sinon classifieur ; vide si aucune."""
    champs = distribution.metadata
    libre = (champs.get("License") or "").strip().partition("\n")[0]
    classes = [valeur.rpartition(" :: ")[2] for valeur in champs.get_all("Classifier") or [] if valeur.startswith("License ::")]
    return champs.get("License-Expression") or libre or ", ".join(classes)


def normaliser(nom: str) -> str:
    """Le nom d'une bibliothèque, comme le registre le compare (PEP 503)."""
    return re.sub(r"[-_.]+", "-", nom).casefold()


def deposer_les_licences(bibliotheques: Path, licences: Path) -> list[str]:
    """Copie les textes de licence, un dossier par bibliothèque ; rend les bibliothèques qui n'en portent aucun."""
    sans = []
    for infos in sorted(bibliotheques.glob("*.dist-info")):
        nom = infos.name.removesuffix(".dist-info")
        textes = list(_textes(infos))
        if not textes:
            sans.append(nom)
        for texte in textes:
            cible = licences / nom / texte.relative_to(infos)
            cible.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(texte, cible)
    return sans


def outils(noms: Iterable[str], licences: Path) -> list[Composant]:
    """Les bibliothèques d'ici qui laissent quelque chose d'elles dans l'installeur, leurs textes de licence copiés ; lève `LookupError`."""
    laisses = []
    for nom in noms:
        try:
            d = distribution(nom)
        except PackageNotFoundError:
            raise LookupError(f"« {nom} » n'est pas installé ici → extras « docs » et « installeur »") from None
        textes = [f for f in d.files or () if f.parts[0].endswith(".dist-info") and (_TEXTE.search(f.name) or "licenses" in f.parts)]
        if not textes:
            raise LookupError(f"« {nom} » est sans texte de licence")
        for texte in textes:
            cible = licences / f"{nom}-{d.version}" / Path(*texte.parts[1:])
            cible.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(texte.locate())), cible)
        laisses.append(Composant(d.name, d.version, licence(d)))
    return laisses


def _textes(infos: Path) -> Iterator[Path]:
    """Les textes rangés à leur place, puis ceux que la bibliothèque laisse à côté de son code (pywin32)."""
    for chemin in sorted(infos.rglob("*")):
        if chemin.is_file() and (_TEXTE.search(chemin.name) or "licenses" in chemin.relative_to(infos).parts):
            yield chemin


def nomenclature(produit: Composant, composants: list[Composant], horodatage: str) -> str:
    """La nomenclature au format CycloneDX 1.6 (JSON), identique d'une fois à l'autre pour les mêmes composants."""
    contenu = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr((produit, composants)))}",
        "version": 1,
        "metadata": {"timestamp": horodatage, "component": _composant(produit, "application")},
        "components": [_composant(composant, "library") for composant in composants],
    }
    return json.dumps(contenu, ensure_ascii=False, indent=2) + "\n"


def _composant(composant: Composant, genre: str) -> dict[str, object]:
    reference = f"pkg:pypi/{normaliser(composant.nom)}@{composant.version}"
    dit: dict[str, object] = {"type": genre, "bom-ref": reference, "name": composant.nom, "version": composant.version, "purl": reference}
    if composant.licence:
        dit["licenses"] = [{"license": {"name": composant.licence}}]
    if composant.empreinte:
        dit["hashes"] = [{"alg": "SHA-256", "content": composant.empreinte}]
    return dit
