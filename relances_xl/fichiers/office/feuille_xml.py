"""Retoucher le XML d'un onglet sans toucher au reste : hors des cellules changées, chaque octet reste le sien.

openpyxl perd ce qu'il ne connaît pas (cases à cocher, extensions d'Excel…) : on découpe donc l'onglet à l'endroit exact
de ses rangées et de ses cellules (ECMA-376, 18.3.1), qu'il vienne d'Excel, de LibreOffice ou d'openpyxl.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import escape
from xml.parsers import expat

from relances_xl.domaine.cellule import montrer
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.feuilles import lettres_de_colonne, numero_de_colonne

_BALISE = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_APRES_VALIDATIONS = re.compile(
    r"<(?:\w+:)?(?:hyperlinks|printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches"
    r"|ignoredErrors|AlternateContent|smartTags|drawing\w*|legacyDrawing\w*|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b"
    r"|</(?:\w+:)?worksheet\s*>"
)
JOUR_ZERO = date(1899, 12, 30)  # le jour 0 d'Excel
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CelluleXml:
    """Une cellule : son élément tel quel, et ce qu'il dit."""

    brut: bytes
    texte: str
    style: str
    formule: bool


@dataclass(slots=True)
class RangeeXml:
    """Une rangée : sa balise ouvrante telle quelle, et ses cellules par numéro de colonne (depuis 1)."""

    balise: bytes
    cellules: dict[int, CelluleXml] = field(default_factory=dict)

    def texte(self, colonne: int) -> str:
        return self.cellules[colonne].texte if colonne in self.cellules else ""

    def style(self, colonne: int) -> str:
        return self.cellules[colonne].style if colonne in self.cellules else ""


class FeuilleXml:
    """Le XML d'un onglet : ce qui précède ses données, ses rangées par numéro, ce qui les suit."""

    def __init__(self, xml: bytes, chaines: Sequence[str]) -> None:
        decoupe = _Decoupe(xml, chaines)
        self.rangees = decoupe.rangees
        self.prefixe = decoupe.prefixe
        self.avant, self.apres = decoupe.avant, decoupe.apres

    def rangee(self, numero: int) -> RangeeXml:
        """La rangée de ce numéro, créée au besoin."""
        return self.rangees.setdefault(numero, RangeeXml(f"<{self.prefixe}row>".encode()))

    def cellule_texte(self, texte: str, style: str) -> CelluleXml:
        """Une cellule de texte en ligne : les chaînes partagées du classeur n'ont pas à changer."""
        propre = _INTERDITS.sub("", texte)
        p = self.prefixe
        espace = ' xml:space="preserve"' if propre != propre.strip() else ""
        attributs = f' s="{style}"' if style else ""
        if not propre:
            return CelluleXml(f"<{p}c{attributs}/>".encode(), "", style, False)
        brut = f'<{p}c{attributs} t="inlineStr"><{p}is><{p}t{espace}>{escape(propre, quote=False)}</{p}t></{p}is></{p}c>'
        return CelluleXml(brut.encode(), propre, style, False)

    def cellule_nombre(self, nombre: int | Decimal | date, style: str) -> CelluleXml:
        """Un nombre, ou une date en numéro de série : le format de la cellule en fait ce qu'on lit."""
        valeur = str((nombre - JOUR_ZERO).days) if isinstance(nombre, date) else f"{nombre:f}"
        p = self.prefixe
        attributs = f' s="{style}"' if style else ""
        return CelluleXml(f"<{p}c{attributs}><{p}v>{valeur}</{p}v></{p}c>".encode(), valeur, style, False)

    def cellule_coche(self, cochee: bool, style: str) -> CelluleXml:
        """Une case, Vrai ou Faux."""
        p = self.prefixe
        attributs = f' s="{style}"' if style else ""
        brut = f'<{p}c{attributs} t="b"><{p}v>{cochee:d}</{p}v></{p}c>'
        return CelluleXml(brut.encode(), "VRAI" if cochee else "FAUX", style, False)

    def titres(self, attendus: set[str]) -> tuple[int, dict[str, int]]:
        """La rangée d'en-tête (celle qui porte le plus des titres attendus) et ses colonnes, par titre comparable ; 0 sans en-tête."""
        meilleure: tuple[int, dict[str, int]] = (0, {})
        for numero, rangee in sorted(self.rangees.items()):
            titres = {cle(cellule.texte): colonne for colonne, cellule in rangee.cellules.items() if cellule.texte}
            if len(titres.keys() & attendus) > len(meilleure[1].keys() & attendus):
                meilleure = (numero, titres)
        return meilleure

    def ajouter_validations(self, elements: Sequence[str]) -> None:
        """Ajoute des `dataValidation`, à leur place dans l'onglet (ECMA-376, 18.3.1.99)."""
        if not elements:
            return
        p, ajoutes = self.prefixe, "".join(elements)
        apres = self.apres.decode("utf-8")
        if f"</{p}dataValidations>" in apres:
            apres = re.sub(rf'(<{p}dataValidations\b[^>]*?\bcount=")(\d+)', lambda t: f"{t[1]}{int(t[2]) + len(elements)}", apres, count=1)
            apres = apres.replace(f"</{p}dataValidations>", f"{ajoutes}</{p}dataValidations>", 1)
        else:
            suite = _APRES_VALIDATIONS.search(apres)
            assert suite is not None, "un onglet se ferme"
            bloc = f'<{p}dataValidations count="{len(elements)}">{ajoutes}</{p}dataValidations>'
            apres = apres[: suite.start()] + bloc + apres[suite.start() :]
        self.apres = apres.encode()

    def allonger_la_liste(self, case: str, choix: Sequence[str]) -> bool:
        """La liste fermée qui commence à cette case admet aussi les valeurs venues depuis ; celle que l'utilisateur a faite sienne reste."""

        def allonger(trouvee: re.Match[str]) -> str:
            element = trouvee[0]
            plage = re.search(r'\ssqref="([^"]*)"', element)
            liste = re.search(r"formula1>(?:&quot;|\")([^<]*?)(?:&quot;|\")<", element)
            if plage is None or liste is None or case not in re.split("[ :]", plage[1]):
                return element
            connues = liste[1].split(",")
            if not set(connues) < set(choix):
                return element
            return element.replace(liste[1], escape(",".join(choix), quote=False)).replace(
                ", ".join(connues), escape(", ".join(choix), quote=False)
            )

        avant = self.apres.decode("utf-8")
        apres = re.sub(r"<(?:\w+:)?dataValidation\s[^>]*[^/>]>.*?</(?:\w+:)?dataValidation>", allonger, avant, flags=re.DOTALL)
        self.apres = apres.encode()
        return apres != avant

    def rendre(self) -> bytes:
        """L'onglet entier, ses rangées dans l'ordre de leurs numéros."""
        fermante = f"</{self.prefixe}row>".encode()
        morceaux = [self.avant]
        for numero, rangee in sorted(self.rangees.items()):
            # `spans` n'est qu'une indication, que l'on ne tient pas à jour
            morceaux.append(_avec_attribut(sans_attribut(rangee.balise, b"spans"), b"r", str(numero)))
            for colonne, cellule in sorted(rangee.cellules.items()):
                morceaux.append(_avec_attribut(cellule.brut, b"r", f"{lettres_de_colonne(colonne)}{numero}"))
            morceaux.append(fermante)
        return b"".join([*morceaux, self.apres])


def _balise(xml: bytes, place: int = 0) -> bytes:
    trouvee = _BALISE.match(xml, place)
    if trouvee is None:
        raise ValueError("balise XML attendue")
    return trouvee[0]


def _ouvrante(balise: bytes) -> bytes:
    return re.sub(rb"\s*/>$", b">", balise)


def _avec_attribut(element: bytes, nom: bytes, valeur: str) -> bytes:
    """L'élément, l'attribut de sa balise ouvrante mis à cette valeur."""
    balise = _balise(element)
    neuve, changes = re.subn(rb"(\s" + nom + rb"\s*=\s*)(?:\"[^\"]*\"|'[^']*')", rb'\1"' + valeur.encode() + b'"', balise, count=1)
    if not changes:
        neuve = re.sub(rb"^<[^\s/>]+", lambda m: m[0] + b" " + nom + b'="' + valeur.encode() + b'"', balise)
    return neuve + element[len(balise) :]


def sans_attribut(element: bytes, nom: bytes) -> bytes:
    """L'élément, sans cet attribut de sa balise ouvrante."""
    balise = _balise(element)
    return re.sub(rb"\s" + nom + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", balise, count=1) + element[len(balise) :]


class _Decoupe:
    """Un passage d'expat sur l'onglet : où commence et finit chaque rangée, chaque cellule, et le texte de celle-ci."""

    def __init__(self, xml: bytes, chaines: Sequence[str]) -> None:
        self.xml, self.chaines = xml, chaines
        self.rangees: dict[int, RangeeXml] = {}
        self.prefixe = ""
        self.avant, self.apres = xml, b""
        self._chemin: list[str] = []
        self._rangee = self._colonne = self._debut = 0
        self._attributs: dict[str, str] = {}
        self._textes: list[str] = []
        self._formule = self._sans_donnees = False
        self._analyseur = expat.ParserCreate()
        self._analyseur.buffer_text = True
        self._analyseur.StartElementHandler = self._ouvre
        self._analyseur.EndElementHandler = self._ferme
        self._analyseur.CharacterDataHandler = self._lit
        self._analyseur.Parse(xml, True)

    def _ouvre(self, nom: str, attributs: dict[str, str]) -> None:
        prefixe, _, local = nom.rpartition(":")
        self._chemin.append(local)
        place = self._analyseur.CurrentByteIndex
        match self._chemin[1:]:
            case ["sheetData"]:
                self.prefixe = f"{prefixe}:" if prefixe else ""
                balise = _balise(self.xml, place)
                self._sans_donnees = balise.endswith(b"/>")
                self.avant = self.xml[:place] + _ouvrante(balise)
            case ["sheetData", "row"]:
                self._rangee = int(attributs.get("r", self._rangee + 1))
                self._colonne = 0
                self.rangees[self._rangee] = RangeeXml(_ouvrante(_balise(self.xml, place)))
            case ["sheetData", "row", "c"]:
                lettres = re.match("[A-Z]+", attributs.get("r", ""))
                self._colonne = numero_de_colonne(lettres[0]) if lettres else self._colonne + 1
                self._debut, self._attributs, self._textes, self._formule = place, attributs, [], False
            case ["sheetData", "row", "c", "f"]:
                self._formule = True

    def _lit(self, texte: str) -> None:
        # le texte d'une cellule est dans <v>, ou dans les <t> de <is> (hors annotations phonétiques)
        if self._chemin[3:4] == ["c"] and self._chemin[-1] in ("v", "t") and "rPh" not in self._chemin:
            self._textes.append(texte)

    def _ferme(self, nom: str) -> None:
        place = self._analyseur.CurrentByteIndex
        match self._chemin[1:]:
            case ["sheetData", "row", "c"]:
                balise = _balise(self.xml, self._debut)
                # d'un élément vide, expat rend la place qui suit ; sinon celle de la balise fermante
                fin = place if balise.endswith(b"/>") else self.xml.index(b">", place) + 1
                self.rangees[self._rangee].cellules[self._colonne] = CelluleXml(
                    self.xml[self._debut : fin], self._texte_de_cellule(), self._attributs.get("s", ""), self._formule
                )
            case ["sheetData"]:
                fermante = f"</{self.prefixe}sheetData>".encode() if self._sans_donnees else b""
                self.apres = fermante + self.xml[place:]
        self._chemin.pop()

    def _texte_de_cellule(self) -> str:
        texte = "".join(self._textes)
        match self._attributs.get("t", "n"):
            case "s":
                return self.chaines[int(texte)] if texte else ""
            case "b":
                return {"1": "VRAI", "0": "FAUX"}.get(texte, "")
            case "n" if texte and not texte.isdecimal():
                return montrer(float(texte))
        return texte
