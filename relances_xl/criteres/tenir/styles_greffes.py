"""Les styles d'un classeur portés dans un autre, un à un, sans toucher à ceux qu'il a (ECMA-376, 18.8)."""

import re
from collections.abc import Callable
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

_SECTIONS = {"numFmts": "numFmt", "fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf", "dxfs": "dxf"}
_PREMIER_FORMAT = 164  # les numéros d'avant sont ceux des formats livrés avec Excel


def ecrire_element(element: ElementTree.Element, prefixe: str, **attributs: str) -> str:
    """L'élément et ses enfants, sous le préfixe du classeur qui le reçoit, ces attributs changés."""
    nom = prefixe + element.tag.rpartition("}")[2]
    tous = {cle: valeur for cle, valeur in element.items() if "}" not in cle} | attributs
    ecrits = "".join(f" {cle}={quoteattr(valeur)}" for cle, valeur in tous.items())
    dedans = escape(element.text or "") + "".join(ecrire_element(enfant, prefixe) for enfant in element)
    return f"<{nom}{ecrits}>{dedans}</{nom}>" if dedans else f"<{nom}{ecrits}/>"


class StylesGreffes:
    """La feuille de styles d'un classeur, que ceux d'un autre viennent compléter à la demande."""

    def __init__(self, cible: bytes, source: bytes) -> None:
        self._cible = cible
        self._source = ElementTree.fromstring(source)
        racine = ElementTree.fromstring(cible)
        prefixe = re.search(rb"<(\w+:)?styleSheet\b", cible)
        self._prefixe = (prefixe[1] or b"").decode() if prefixe else ""
        self._nombres = {section: len(racine.findall(f"{{*}}{section}/*")) for section in _SECTIONS}
        formats = (int(f.get("numFmtId", "0")) for f in racine.findall("{*}numFmts/*"))
        self._format_libre = max([_PREMIER_FORMAT - 1, *formats]) + 1
        self._ajouts: dict[str, list[str]] = {section: [] for section in _SECTIONS}
        self._portes: dict[tuple[str, str], str] = {}

    @property
    def changes(self) -> bool:
        return any(self._ajouts.values())

    def cellule(self, numero: str) -> str:
        """Le numéro, ici, du style de cellule `numero` de la source."""
        return self._porter("cellXfs", numero or "0", self._style)

    def differentiel(self, numero: str) -> str:
        """Le numéro, ici, d'un style de mise en forme conditionnelle."""
        return self._porter("dxfs", numero, lambda element: ecrire_element(element, self._prefixe))

    def _porter(self, section: str, numero: str, ecrire: Callable[[ElementTree.Element], str]) -> str:
        if (section, numero) not in self._portes:
            element = self._source.findall(f"{{*}}{section}/*")[int(numero)]
            self._ajouts[section].append(ecrire(element))
            self._portes[section, numero] = str(self._nombres[section] + len(self._ajouts[section]) - 1)
        return self._portes[section, numero]

    def _style(self, xf: ElementTree.Element) -> str:
        def porter(section: str, attribut: str) -> str:
            return self._porter(section, xf.get(attribut, "0"), lambda element: ecrire_element(element, self._prefixe))

        return ecrire_element(
            xf,
            self._prefixe,
            numFmtId=self._format(xf.get("numFmtId", "0")),
            fontId=porter("fonts", "fontId"),
            fillId=porter("fills", "fillId"),
            borderId=porter("borders", "borderId"),
            xfId="0",
        )

    def _format(self, numero: str) -> str:
        """Un format de nombre propre au classeur prend ici un numéro libre ; ceux d'Excel gardent le leur."""
        propre = next((f for f in self._source.findall("{*}numFmts/*") if f.get("numFmtId") == numero), None)
        if propre is None:
            return numero
        if ("numFmts", numero) not in self._portes:
            self._portes["numFmts", numero] = str(self._format_libre)
            self._ajouts["numFmts"].append(ecrire_element(propre, self._prefixe, numFmtId=str(self._format_libre)))
            self._format_libre += 1
        return self._portes["numFmts", numero]

    def rendre(self) -> bytes:
        """La feuille de styles complétée : ce qu'elle avait est recopié octet pour octet."""
        texte = self._cible.decode("utf-8")
        for section, ajouts in self._ajouts.items():
            if ajouts:
                texte = self._completer(texte, section, "".join(ajouts), self._nombres[section] + len(ajouts))
        return texte.encode()

    def _completer(self, texte: str, section: str, ajouts: str, nombre: int) -> str:
        p = self._prefixe
        entiere = f'<{p}{section} count="{nombre}">{ajouts}</{p}{section}>'
        if re.search(rf"<{p}{section}\b[^>]*/>", texte):
            return re.sub(rf"<{p}{section}\b[^>]*/>", lambda _: entiere, texte, count=1)
        if f"</{p}{section}>" in texte:
            texte = re.sub(rf'(<{p}{section}\b[^>]*?\bcount=")\d+', rf"\g<1>{nombre}", texte, count=1)
            return texte.replace(f"</{p}{section}>", f"{ajouts}</{p}{section}>", 1)
        if section == "numFmts":
            return re.sub(rf"(<{p}styleSheet\b[^>]*>)", lambda trouve: trouve[1] + entiere, texte, count=1)
        apres = f"</{p}cellStyles>" if f"</{p}cellStyles>" in texte else f"</{p}cellXfs>"
        return texte.replace(apres, apres + entiere, 1)
