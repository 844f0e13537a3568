"""Un classeur que l'on complète : ses onglets ouverts une fois, et un classeur neuf où prendre ce qui lui manque."""

import re
import tempfile
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from openpyxl.utils import column_index_from_string, get_column_letter

from relances_xl.criteres.creation import creer_criteres
from relances_xl.criteres.tenir.styles_greffes import StylesGreffes, ecrire_element
from relances_xl.fichiers.office.archive import ArchiveClasseur
from relances_xl.fichiers.office.feuille_xml import CelluleXml, FeuilleXml, RangeeXml

_TABLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_FEUILLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_LIENS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class TableauExcel:
    """Le tableau Excel d'un onglet : sa plage, que l'on étend vers le bas ou la droite."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        plage = re.search(rb'<(?:\w+:)?table\b[^>]*?\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', xml)
        if plage is None:
            raise ValueError("tableau sans plage")
        self.premiere, self.derniere = (column_index_from_string(plage[rang].decode()) for rang in (1, 3))
        self.en_tete, self.fin = int(plage[2]), int(plage[4])

    @property
    def a_un_total(self) -> bool:
        return re.search(rb"totalsRowCount\s*=\s*[\"'][1-9]", self.xml) is not None

    def etendre(self, derniere: int, fin: int) -> None:
        """Porte le tableau et son filtre jusqu'à cette colonne et cette rangée."""
        plage = f"{get_column_letter(self.premiere)}{self.en_tete}:{get_column_letter(derniere)}{fin}".encode()
        self.xml = re.sub(rb'(<(?:\w+:)?(?:table|autoFilter)\b[^>]*?\sref=")[^"]*', lambda t: t[1] + plage, self.xml)
        self.derniere, self.fin = derniere, fin

    def ajouter_colonne(self, titre: str) -> None:
        self.etendre(self.derniere + 1, self.fin)
        numeros = [int(n) for n in re.findall(rb'<(?:\w+:)?tableColumn\b[^>]*?\sid="(\d+)"', self.xml)]
        prefixe = re.search(rb"<(\w+:)?tableColumns\b", self.xml)
        p = (prefixe[1] or b"").decode() if prefixe else ""
        colonne = f'<{p}tableColumn id="{max(numeros, default=0) + 1}" name={quoteattr(titre)}/></{p}tableColumns>'.encode()
        self.xml = self.xml.replace(f"</{p}tableColumns>".encode(), colonne, 1)
        nombre = str(len(numeros) + 1).encode()
        self.xml = re.sub(rb'(<(?:\w+:)?tableColumns\b[^>]*?\scount=")\d+', lambda t: t[1] + nombre, self.xml)


class Chantier:
    """`criteres.xlsx` ouvert pour être complété : rien n'est écrit avant `parties_changees`."""

    def __init__(self, chemin: Path) -> None:
        self.archive = ArchiveClasseur(chemin)
        self.chaines = self.archive.chaines()
        self._feuilles: dict[str, FeuilleXml] = {}
        self._tableaux: dict[str, TableauExcel] = {}
        self._touches: set[str] = set()
        self._nouvelles: dict[str, bytes] = {}
        with tempfile.TemporaryDirectory(prefix="relances_xl_") as tampon:
            neuf = Path(tampon) / "neuf.xlsx"
            creer_criteres(neuf, exemple=False)
            self._neuf = ArchiveClasseur(neuf)
        self._chaines_neuves = self._neuf.chaines()
        self._styles = StylesGreffes(
            self.archive.parties[self._partie_des_styles(self.archive)], self._neuf.parties[self._partie_des_styles(self._neuf)]
        )

    @staticmethod
    def _partie_des_styles(archive: ArchiveClasseur) -> str:
        return next(partie for genre, partie in archive.liens(archive.classeur).values() if genre == "styles")

    def feuille(self, nom: str) -> FeuilleXml | None:
        """L'onglet de ce nom ; None s'il manque."""
        partie = self.archive.onglet(nom)
        if partie is None:
            return None
        if partie not in self._feuilles:
            self._feuilles[partie] = FeuilleXml(self.archive.parties[partie], self.chaines)
        return self._feuilles[partie]

    def tableau(self, nom: str) -> TableauExcel | None:
        """Le tableau Excel de l'onglet ; None s'il n'en a pas."""
        partie = self.archive.onglet(nom)
        genres = self.archive.liens(partie).values() if partie else ()
        visee = next((p for genre, p in genres if genre == "table"), None)
        if visee is None:
            return None
        return self._tableaux.setdefault(visee, TableauExcel(self.archive.parties[visee]))

    def toucher(self, nom: str) -> None:
        """L'onglet a changé : il sera écrit."""
        if partie := self.archive.onglet(nom):
            self._touches.add(partie)

    def modele(self, nom: str) -> FeuilleXml:
        """L'onglet d'un classeur neuf, où prendre cellules, styles et validations."""
        partie = self._neuf.onglet(nom)
        assert partie is not None, f"un classeur neuf a l'onglet « {nom} »"
        return FeuilleXml(self._neuf.parties[partie], self._chaines_neuves)

    def greffer(self, feuille: FeuilleXml, cellule: CelluleXml) -> CelluleXml:
        """Une cellule du classeur neuf, telle que cet onglet la porte : son style est ajouté au classeur."""
        style = self._styles.cellule(cellule.style)
        if cellule.texte and b't="s"' in cellule.brut:
            return feuille.cellule_texte(cellule.texte, style)
        brut = re.sub(rb'(<c\b[^>]*?\ss=")\d+', lambda t: t[1] + style.encode(), cellule.brut, count=1)
        if feuille.prefixe:
            brut = re.sub(rb"<(/?)(?=\w)", lambda t: b"<" + t[1] + feuille.prefixe.encode(), brut)
        return CelluleXml(brut, cellule.texte, style, cellule.formule)

    def validations(self, feuille: FeuilleXml, modele: FeuilleXml, ancienne: str, nouvelle: str) -> list[str]:
        """Les validations qui, dans l'onglet neuf, couvrent la cellule `ancienne` ; ici, elles couvrent `nouvelle`."""
        racine = ElementTree.fromstring(modele.avant + modele.apres)
        return [
            ecrire_element(validation, feuille.prefixe, sqref=nouvelle)
            for validation in racine.findall(".//{*}dataValidation")
            if ancienne in re.split(r"[ :]", validation.get("sqref", ""))
        ]

    def ajouter_onglet(self, nom: str) -> None:
        """Ajoute, à la fin, un onglet du classeur neuf : ses cellules, ses styles, son tableau."""
        partie = self._neuf.onglet(nom)
        assert partie is not None
        modele = self.modele(nom)
        for rangee in modele.rangees.values():
            rangee.cellules = {colonne: self.greffer(modele, cellule) for colonne, cellule in rangee.cellules.items()}
        modele.avant = re.sub(rb'(<col\b[^>]*?\sstyle=")(\d+)', lambda t: t[1] + self._styles.cellule(t[2].decode()).encode(), modele.avant)
        modele.avant = modele.avant.replace(b' tabSelected="1"', b"")
        modele.apres = re.sub(rb'(\sdxfId=")(\d+)', lambda t: t[1] + self._styles.differentiel(t[2].decode()).encode(), modele.apres)
        numero = 1 + max(
            int(n) for n in re.findall(r"/sheet(\d+)\.xml", " ".join([*self.archive.parties, *self._nouvelles, "/sheet0.xml"]))
        )
        nouvelle = f"xl/worksheets/sheet{numero}.xml"
        self._nouvelles[nouvelle] = modele.rendre()
        types = [(f"/{nouvelle}", _FEUILLE)]
        for identifiant, (genre, visee) in self._neuf.liens(partie).items():
            if genre != "table":
                continue
            rang = 1 + max(
                int(n) for n in re.findall(r"/table(\d+)\.xml", " ".join([*self.archive.parties, *self._nouvelles, "/table0.xml"]))
            )
            numerote = b"\\g<1>" + str(1000 + rang).encode()
            self._nouvelles[f"xl/tables/table{rang}.xml"] = re.sub(rb'(<table\b[^>]*?\sid=")\d+', numerote, self._neuf.parties[visee])
            self._nouvelles[f"xl/worksheets/_rels/sheet{numero}.xml.rels"] = (
                f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="{identifiant}" Type="{_LIENS}/table" Target="../tables/table{rang}.xml"/></Relationships>'
            ).encode()
            types.append((f"/xl/tables/table{rang}.xml", _TABLE))
        self._declarer(nom, nouvelle, types)

    def _declarer(self, nom: str, partie: str, types: list[tuple[str, str]]) -> None:
        """Nomme le nouvel onglet dans le classeur, ses liens et ses types."""
        classeur = self._partie(self.archive.classeur)
        liens = re.sub(r"([^/]+)$", r"_rels/\1.rels", self.archive.classeur)
        texte_liens, texte, contenus = self._partie(liens), classeur, self._partie("[Content_Types].xml")
        identifiant = f"rIdOnglet{len(self._nouvelles)}"
        numero = 1 + max(int(n) for n in re.findall(r'\ssheetId="(\d+)"', texte))
        trouve = re.search(r"<(\w+:)?sheet\b", texte)
        p = (trouve[1] or "") if trouve else ""
        onglet = f'<{p}sheet xmlns:r="{_LIENS}" name={quoteattr(nom)} sheetId="{numero}" r:id="{identifiant}"/>'
        self._nouvelles[self.archive.classeur] = texte.replace(f"</{p}sheets>", f"{onglet}</{p}sheets>", 1).encode()
        lien = f'<Relationship Id="{identifiant}" Type="{_LIENS}/worksheet" Target="/{partie}"/>'
        self._nouvelles[liens] = texte_liens.replace("</Relationships>", f"{lien}</Relationships>", 1).encode()
        declares = "".join(f'<Override PartName="{chemin}" ContentType="{genre}"/>' for chemin, genre in types)
        self._nouvelles["[Content_Types].xml"] = contenus.replace("</Types>", f"{declares}</Types>", 1).encode()

    def _partie(self, nom: str) -> str:
        return (self._nouvelles.get(nom) or self.archive.parties[nom]).decode("utf-8")

    def parties_changees(self) -> dict[str, bytes]:
        """Ce qui est à écrire : les onglets touchés, les tableaux étendus, les styles et les onglets ajoutés."""
        changees = dict(self._nouvelles)
        changees |= {partie: self._feuilles[partie].rendre() for partie in self._touches}
        changees |= {partie: tableau.xml for partie, tableau in self._tableaux.items() if tableau.xml != self.archive.parties[partie]}
        if self._styles.changes:
            changees[self._partie_des_styles(self.archive)] = self._styles.rendre()
        return changees


def rangee_comme(feuille: FeuilleXml, modele: RangeeXml) -> RangeeXml:
    """Une rangée vide de la hauteur du modèle."""
    hauteur = re.search(rb'\sht="[^"]*"', modele.balise)
    attributs = (hauteur[0] + b' customHeight="1"') if hauteur else b""
    return RangeeXml(f"<{feuille.prefixe}row".encode() + attributs + b">")
