"""Les cellules en erreur d'un .ods, que calamine rend vides. Source du format : OpenDocument 1.3, partie 3, 9.1."""

import zipfile
from xml.parsers import expat

from relances_xl.domaine.feuilles import CelluleErreur
from relances_xl.entrees.classeurs.xlsx import Speciale

_CONTENU = "content.xml"
_MORCEAU = 1 << 20
_CELLULES = ("table:table-cell", "table:covered-table-cell")


def speciales(archive: zipfile.ZipFile, onglet: str) -> list[Speciale]:
    """Les cellules en erreur d'un onglet ; le fichier n'est analysé que s'il en contient."""
    if _CONTENU not in archive.namelist() or not _contient_erreur(archive):
        return []
    parcours = _Parcours(onglet)
    analyseur = expat.ParserCreate()
    analyseur.StartElementHandler = parcours.ouvrir
    analyseur.EndElementHandler = parcours.fermer
    analyseur.CharacterDataHandler = parcours.ecrire
    with archive.open(_CONTENU) as flux:
        analyseur.ParseFile(flux)
    return parcours.trouvees


def _contient_erreur(archive: zipfile.ZipFile) -> bool:
    reste = b""
    with archive.open(_CONTENU) as flux:
        while bloc := flux.read(_MORCEAU):
            if b'value-type="error"' in reste + bloc:
                return True
            reste = bloc[-32:]
    return False


class _Parcours:
    """Suit la position, lignes et colonnes répétées comprises."""

    def __init__(self, onglet: str) -> None:
        self.onglet = onglet
        self.dedans = False
        self.ligne = self.colonne = 0
        self.lignes_repetees = self.colonnes_repetees = 1
        self.erreur = False
        self.texte = ""
        self.trouvees: list[Speciale] = []
        self.de_la_ligne: list[tuple[int, CelluleErreur]] = []

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "table:table":
            self.dedans = attributs.get("table:name") == self.onglet
            self.ligne = 0
        elif nom == "table:table-row":
            self.colonne, self.de_la_ligne = 0, []
            self.lignes_repetees = int(attributs.get("table:number-rows-repeated", 1))
        elif nom in _CELLULES:
            self.colonnes_repetees = int(attributs.get("table:number-columns-repeated", 1))
            self.erreur = attributs.get("calcext:value-type") == "error"
            self.texte = ""

    def ecrire(self, texte: str) -> None:
        if self.erreur:
            self.texte += texte

    def fermer(self, nom: str) -> None:
        if nom in _CELLULES:
            if self.erreur:
                erreur = CelluleErreur(self.texte.strip() or "#ERREUR")
                self.de_la_ligne += [(self.colonne + i, erreur) for i in range(self.colonnes_repetees)]
            self.erreur = False
            self.colonne += self.colonnes_repetees
        elif nom == "table:table-row":
            if self.dedans and self.de_la_ligne:
                self.trouvees += [
                    (self.ligne + i, colonne, erreur) for i in range(self.lignes_repetees) for colonne, erreur in self.de_la_ligne
                ]
            self.ligne += self.lignes_repetees
