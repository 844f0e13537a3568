"""Ce que calamine ne lit pas d'un .ods : erreurs, devises et zéros de tête, XML indenté, archive sans `mimetype`.

Source du format : OpenDocument 1.3, partie 3, 9.1 (tables), 19.385 (`office:currency`) et 16.29 (styles de nombre).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from xml.parsers import expat

from relances_xl.domaine.feuilles import CelluleErreur
from relances_xl.entrees.classeurs.nombres_affiches import Affichage
from relances_xl.entrees.classeurs.paquet_tableur import remplacer
from relances_xl.entrees.classeurs.reprises import COLONNES_MAX, LIGNES_MAX, Prepare, Reprise, abime, limiter, protege

_CONTENU, _MIMETYPE, _MANIFESTE = "content.xml", "mimetype", "META-INF/manifest.xml"
_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_MORCEAU = 1 << 20
_CELLULES = ("table:table-cell", "table:covered-table-cell")
# des blancs entre deux balises de tableau ne sont que de la mise en page ; calamine ne les attend pas
_INDENTE = re.compile(rb">\s++(?=</?table:)")
_PARLANT = re.compile(rb'value-type="error"|office:currency="(?!EUR")|min-integer-digits="(?:[2-9]|1\d)"')


def preparer(octets: bytes, prudent: bool) -> Prepare:
    """Voir `Prepare`."""
    archive = zipfile.ZipFile(io.BytesIO(octets))
    noms = archive.namelist()
    changees: dict[str, bytes] = {}
    if _CONTENU in noms:
        _analyser(archive, expat.ParserCreate())  # mal fermé, calamine le lirait sans fin
    if _CONTENU in noms and _indente(archive):
        changees[_CONTENU] = _INDENTE.sub(b">", archive.read(_CONTENU))
    if changees or noms[0] != _MIMETYPE:
        changees[_MIMETYPE] = _TYPE
        octets = remplacer(archive, changees, en_tete=_MIMETYPE)
        archive = zipfile.ZipFile(io.BytesIO(octets))
    return Prepare(octets, partial(_reprises, archive))


def _indente(archive: zipfile.ZipFile) -> bool:
    return any(_INDENTE.search(morceau) for morceau in _morceaux(archive))


def _morceaux(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """Le contenu, par morceaux qui se recouvrent un peu : ce que l'on y cherche est court."""
    reste = b""
    with archive.open(_CONTENU) as flux:
        while bloc := flux.read(_MORCEAU):
            yield reste + bloc
            reste = bloc[-64:]


def _reprises(archive: zipfile.ZipFile, rang: int, nom: str) -> list[Reprise]:
    """Les cellules en erreur ou au format parlant d'un onglet ; le fichier n'est analysé que s'il peut en contenir."""
    if _CONTENU not in archive.namelist() or not any(_PARLANT.search(morceau) for morceau in _morceaux(archive)):
        return []
    parcours = _Parcours(nom)
    analyseur = expat.ParserCreate()
    analyseur.StartElementHandler = parcours.ouvrir
    analyseur.EndElementHandler = parcours.fermer
    analyseur.CharacterDataHandler = parcours.ecrire
    _analyser(archive, analyseur)
    return parcours.trouvees


def _analyser(archive: zipfile.ZipFile, analyseur: expat.XMLParserType) -> None:
    try:
        with archive.open(_CONTENU) as flux:
            analyseur.ParseFile(flux)
    except expat.ExpatError as erreur:
        if any(nom == _MANIFESTE and b"encryption-data" in archive.read(nom) for nom in archive.namelist()):
            raise protege() from erreur
        raise abime() from erreur


class _Parcours:
    """Suit la position, lignes et colonnes répétées comprises."""

    def __init__(self, onglet: str) -> None:
        self.onglet = onglet
        self.dedans = False
        self.ligne = self.colonne = 0
        self.lignes_repetees = self.colonnes_repetees = 1
        self.lire: Callable[[str], CelluleErreur | Affichage | str | None] | None = None
        self.texte = ""
        self.trouvees: list[Reprise] = []
        self.de_la_ligne: list[tuple[int, CelluleErreur | Affichage | str]] = []

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "table:table":
            self.dedans = attributs.get("table:name") == self.onglet
            self.ligne = 0
        elif nom == "table:table-row":
            self.colonne, self.de_la_ligne = 0, []
            self.lignes_repetees = _repetitions(attributs, "table:number-rows-repeated")
        elif nom in _CELLULES:
            self.colonnes_repetees = _repetitions(attributs, "table:number-columns-repeated")
            self.lire = _lecteur(attributs) if self.dedans else None
            self.texte = ""

    def ecrire(self, texte: str) -> None:
        if self.lire:
            self.texte += texte

    def fermer(self, nom: str) -> None:
        if nom in _CELLULES:
            if self.lire and (cellule := self.lire(self.texte.strip())):
                fin = min(self.colonne + self.colonnes_repetees, COLONNES_MAX)
                self.de_la_ligne += [(colonne, cellule) for colonne in range(self.colonne, fin)]
            self.lire = None
            self.colonne += self.colonnes_repetees
        elif nom == "table:table-row":
            if self.dedans and self.de_la_ligne:
                fin = min(self.ligne + self.lignes_repetees, LIGNES_MAX)
                limiter(fin - self.ligne, len(self.de_la_ligne), self.onglet)
                self.trouvees += [(ligne, colonne, cellule) for ligne in range(self.ligne, fin) for colonne, cellule in self.de_la_ligne]
            self.ligne += self.lignes_repetees


def _repetitions(attributs: dict[str, str], nom: str) -> int:
    dit = attributs.get(nom, "1")
    return int(dit) if dit.isdecimal() and len(dit) < 10 else 1


def _lecteur(attributs: dict[str, str]) -> Callable[[str], CelluleErreur | Affichage | str | None] | None:
    """Comment reprendre une cellule d'après le texte qu'elle montre ; None s'il n'y a rien à y reprendre."""
    if attributs.get("calcext:value-type") == "error":
        return lambda texte: CelluleErreur(texte or "#ERREUR")
    genre, valeur = attributs.get("office:value-type"), attributs.get("office:value", "")
    if genre == "currency" and attributs.get("office:currency"):
        return lambda texte: Affichage(devise=attributs["office:currency"].upper())
    if genre == "float":
        return lambda texte: texte if _zeros_de_tete(texte, valeur) else None
    return None


def _zeros_de_tete(texte: str, valeur: str) -> bool:
    """« 000123 » pour 123, « 06 12 34 56 78 » pour 612345678 : le texte montré a les mêmes chiffres, et des zéros devant."""
    chiffres = "".join(filter(str.isdecimal, texte))
    return valeur.isdecimal() and texte[:1] == "0" and chiffres != valeur and chiffres.lstrip("0") == valeur.lstrip("0")
