"""Dans le processus enfant (`fichiers.enfant`) : les onglets de `criteres.xlsx`, en `Feuille`.

Les cellules sont lues dans le XML même : openpyxl, qui garde tout du classeur pour le récrire, prenait à chaque commande six fois
plus de temps, et calamine ne dit ni les pourcentages ni les formules sans résultat. Rien n'y mène à pandas.
Source : ECMA-376, 18.3.1.4 (`c`), 18.18.11 (`ST_CellType`), 18.8.30 (`numFmt`), 22.9.2.19 (`ST_Xstring`).
"""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from relances_xl.criteres.ouverture import COMMENCER, abime, refuse
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, Feuille, Formule, Valeur, lettres_de_colonne, numero_de_colonne
from relances_xl.fichiers.office.archive import ArchiveClasseur

CELLULES_MAX = 2_000_000  # par onglet, celles d'entre elles qui sont vides comprises : cent mille clients en font quatre cent mille

_DATES, _POURCENTS, _DUREES = {*range(14, 23), 45, 47}, {9, 10}, {46}  # numéros des formats d'Excel qu'un classeur n'écrit pas
_ORNEMENT = re.compile(r'"[^"]*"|[\\_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)  # ce qui, dans un format, ne formate rien
_DUREE = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ECHAPPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]+)(\d+)")


class _Reperes(NamedTuple):
    """Ce qu'il faut du classeur pour lire une cellule. formes : style → comment son nombre se montre ; jour_0 : le jour de série 0."""

    chaines: list[str]
    formes: list[str]
    jour_0: datetime


def onglets(chemin: Path) -> Iterator[Feuille]:
    """Voir `ouverture.lire_onglets`."""
    try:
        archive = ArchiveClasseur(chemin)
        classeur = ElementTree.fromstring(archive.parties[archive.classeur])
        liens = archive.liens(archive.classeur)
        proprietes = classeur.find("{*}workbookPr")
        depuis_1904 = proprietes is not None and proprietes.get("date1904", "0") in ("1", "true")
        styles = next((archive.parties.get(partie) for genre, partie in liens.values() if genre == "styles"), None)
        reperes = _Reperes(archive.chaines(), _formes(styles), datetime(1904, 1, 1) if depuis_1904 else datetime(1899, 12, 30))  # noqa: DTZ001
        for feuille in classeur.iterfind("{*}sheets/{*}sheet"):
            nom, etat = feuille.get("name", ""), feuille.get("state", "visible")
            genre, partie = next(liens[valeur] for attribut, valeur in feuille.items() if attribut.endswith("}id"))
            if genre == "worksheet" and cle(nom) != cle(COMMENCER):
                yield Feuille(nom, _lignes(chemin, nom, archive.parties.pop(partie), reperes), etat == "visible")
    except PermissionError as erreur:
        raise refuse(chemin, "l'accès est refusé", "fermez le classeur s'il est ouvert dans Excel") from erreur
    except (ErreurUtilisateur, MemoryError, GeneratorExit):
        raise
    except Exception as erreur:  # une archive et un XML abîmés lèvent de tout
        raise abime(chemin) from erreur


def _formes(styles: bytes | None) -> list[str]:
    """La forme de chaque style de cellule (ECMA-376, 18.8.45 `xf`)."""
    if styles is None:
        return []
    racine = ElementTree.fromstring(styles)
    ecrits = {format_.get("numFmtId", ""): format_.get("formatCode", "") for format_ in racine.iterfind("{*}numFmts/{*}numFmt")}
    numeros = [style.get("numFmtId", "0") for style in racine.iterfind("{*}cellXfs/{*}xf")]
    return [_forme(ecrits[numero]) if numero in ecrits else _forme_d_office(int(numero)) for numero in numeros]


def _forme_d_office(numero: int) -> str:
    return "date" if numero in _DATES else "pourcentage" if numero in _POURCENTS else "durée" if numero in _DUREES else "nombre"


def _forme(format_: str) -> str:
    """Comment un format montre un nombre. Un % entre guillemets ou échappé n'est qu'un ornement, de même un j ou un m."""
    nu = _ORNEMENT.sub("", format_)
    if _DUREE.search(nu.split(";")[0]):
        return "durée"
    if re.search("[dmhys]", nu, re.IGNORECASE):
        return "date"
    return "pourcentage" if "%" in nu else "nombre"


def _lignes(chemin: Path, onglet: str, partie: bytes, reperes: _Reperes) -> list[list[Valeur]]:
    """Les cellules, de A1 à la dernière ligne et à la dernière colonne remplies."""
    remplies = dict(_cellules(partie, reperes))
    hauteur, largeur = max((i for i, _ in remplies), default=0), max((j for _, j in remplies), default=0)
    if hauteur * largeur > CELLULES_MAX:
        ligne, colonne = max(remplies, key=lambda place: place[0] * place[1])
        loin = f"{lettres_de_colonne(colonne)}{ligne}"
        raise ErreurUtilisateur(Faute("cette cellule est bien loin des autres", "effacez-la et enregistrez", chemin.name, onglet, loin))
    lignes: list[list[Valeur]] = [[None] * largeur for _ in range(hauteur)]
    for (ligne, colonne), valeur in remplies.items():
        lignes[ligne - 1][colonne - 1] = valeur
    return lignes


def _cellules(partie: bytes, reperes: _Reperes) -> Iterator[tuple[tuple[int, int], Valeur]]:
    """((ligne, colonne), valeur) de chaque cellule remplie, à partir de 1. Sans adresse, une cellule suit la précédente."""
    rang = 0
    for _, ligne in ElementTree.iterparse(BytesIO(partie)):
        if not ligne.tag.endswith("}row"):
            continue
        rang, colonne = int(ligne.get("r", rang + 1)), 0
        for cellule in ligne:
            place = _PLACE.fullmatch(cellule.get("r", ""))
            colonne = numero_de_colonne(place[1]) if place else colonne + 1
            if (valeur := _valeur(cellule, reperes)) is not None:
                yield (int(place[2]) if place else rang, colonne), valeur
        ligne.clear()


def _valeur(cellule: ElementTree.Element, reperes: _Reperes) -> Valeur:
    valeur, formule, textes = None, None, list[str]()
    for noeud in cellule:
        nom = noeud.tag.rpartition("}")[2]
        if nom == "v":
            valeur = noeud.text or ""
        elif nom == "f":
            formule = noeud.text or ""
        elif nom == "is":
            textes = [t.text or "" for morceau in noeud for t in (morceau, *morceau) if t.tag.endswith("}t")]
    genre = cellule.get("t", "n")
    if genre == "inlineStr":
        return _texte("".join(textes))
    if formule is not None and not valeur and (valeur is None or genre != "str"):
        return Formule(f"={formule}")
    if not valeur:
        return None
    if genre == "s":
        return _texte(reperes.chaines[int(valeur)])
    if genre == "n":
        return _nombre(valeur, reperes, int(cellule.get("s", "0")))
    if genre == "b":
        return valeur.strip() in ("1", "true")
    if genre == "d":
        return time.fromisoformat(valeur) if valeur[2:3] == ":" else _jour(datetime.fromisoformat(valeur))
    return CelluleErreur(valeur) if genre == "e" else _texte(valeur)


def _texte(texte: str) -> str | None:
    return _ECHAPPE.sub(lambda echappe: chr(int(echappe[1], 16)), texte) or None


def _nombre(ecrit: str, reperes: _Reperes, style: int) -> Valeur:
    forme = reperes.formes[style] if style < len(reperes.formes) else "nombre"
    nombre = float(ecrit)
    if forme == "pourcentage":
        points = Decimal(f"{nombre:.15g}") * 100
        return f"{points.normalize():f} %".replace(".", ",")
    if forme in ("date", "durée"):
        try:
            return _jour_de_serie(nombre, reperes.jour_0) if forme == "date" else str(timedelta(nombre))
        except OverflowError:
            return CelluleErreur("#VALUE!")
    return int(nombre) if nombre.is_integer() else nombre


def _jour_de_serie(serie: float, jour_0: datetime) -> Valeur:
    """Le jour, le jour et l'heure, ou l'heure seule, à la milliseconde. Excel croit à un 29/02/1900 : avant, un jour de plus."""
    jours, fraction = divmod(serie, 1)
    instant = timedelta(milliseconds=round(fraction * 86_400_000))
    if not jours and instant.days == 0:
        return (jour_0 + instant).time()
    return _jour(jour_0 + timedelta(jours + (jour_0.year == 1899 and 0 < serie < 60)) + instant)


def _jour(instant: datetime) -> Valeur:
    return instant.date() if instant.time() == time() else instant
