"""Ce que calamine ne distingue pas dans un .xlsx : cellules en erreur, formules sans résultat, feuilles démesurées.

La partie XML de la feuille est parcourue en octets, par morceaux : quelques recherches suffisent presque toujours à
savoir qu'il n'y a rien à reprendre. Source du format : ECMA-376, 18.3.1.4 (`c`), 18.18.11 (`ST_CellType`).
"""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator

from relances_xl.domaine.feuilles import CelluleErreur, Formule

Speciale = tuple[int, int, CelluleErreur | Formule]
"""(ligne, colonne, cellule), à partir de 0."""

_MORCEAU = 8 << 20
_PETITE = 2 << 20  # une feuille de cette taille est mesurée en entier ; au-delà, on croit sa balise `dimension`

_ERREUR = re.compile(rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])([^>]*)>(.*?)</(?:\w+:)?c>""", re.S)
_SANS_RESULTAT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\b[^>]*/>|<(?:\w+:)?v\b[^>]*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_VALEUR = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_CALCUL_TEXTE = re.compile(rb"""\bt=["']str["']""")
_ADRESSE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_LIGNE = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,9})["']""")
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\b[^>]*\bref=["'](?:[A-Z]+\d+:)?([A-Z]{1,3})(\d{1,9})["']""")


def etendue(archive: zipfile.ZipFile, partie: str) -> tuple[int, int]:
    """(lignes, colonnes) qu'occupe une feuille, d'après ses cellules ou, si elle est grande, sa balise `dimension`."""
    with archive.open(partie) as flux:
        debut = flux.read(_PETITE)
    annoncee = _DIMENSION.search(debut[:8192])
    lignes = [int(annoncee[2])] if annoncee else []
    colonnes = [_rang(annoncee[1])] if annoncee else []
    if len(debut) < _PETITE:
        lignes += [int(numero) for numero in _LIGNE.findall(debut)]
        adresses = set(_ADRESSE.findall(debut))
        colonnes += [_rang(lettres) for lettres, _ in adresses]
        lignes += [int(numero) for _, numero in adresses]
    return max(lignes, default=0), max(colonnes, default=-1) + 1


def speciales(archive: zipfile.ZipFile, partie: str) -> list[Speciale]:
    """Les cellules en erreur et les formules sans résultat d'une feuille."""
    trouvees: list[Speciale] = []
    formules = False
    for morceau in _morceaux(archive, partie):
        if b't="e"' in morceau or b"t='e'" in morceau:
            trouvees += _reperer((m[1], CelluleErreur(_decoder(_VALEUR.search(m[2])))) for m in _ERREUR.finditer(morceau))
        # une formule partagée `<f si="0"/>` n'a pas de fin de balise, mais son modèle, plus haut, en a une
        formules = formules or b"f>" in morceau
        if formules:
            trouvees += _reperer(
                (m[1], Formule(f"={html.unescape((m[2] or b'').decode('utf-8', 'replace'))}"))
                for m in _SANS_RESULTAT.finditer(morceau)
                if not _CALCUL_TEXTE.search(m[1])  # un texte vide est un résultat
            )
    return trouvees


def _morceaux(archive: zipfile.ZipFile, partie: str) -> Iterator[bytes]:
    """La partie, coupée entre deux lignes de la feuille."""
    reste = b""
    with archive.open(partie) as flux:
        while bloc := flux.read(_MORCEAU):
            tampon = reste + bloc
            coupe = max(tampon.rfind(b"<row "), tampon.rfind(b":row "))
            if coupe <= 0:
                reste = tampon
                continue
            yield tampon[:coupe]
            reste = tampon[coupe:]
    yield reste


def _reperer(cellules: Iterable[tuple[bytes, CelluleErreur | Formule]]) -> Iterator[Speciale]:
    for attributs, cellule in cellules:
        adresse = _ADRESSE.search(attributs)
        if adresse:
            yield int(adresse[2]) - 1, _rang(adresse[1]), cellule


def _decoder(trouve: re.Match[bytes] | None) -> str:
    return trouve[1].decode("utf-8", "replace").strip() if trouve else "#ERREUR"


def _rang(lettres: bytes) -> int:
    """« A » → 0, « AA » → 26."""
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + lettre - 64
    return rang - 1
