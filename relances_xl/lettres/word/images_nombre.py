"""L'image d'un nombre, commutateur `\\#` d'un champ Word : `# ##0,00 €`, `#,##0.00`, `0;(0);nul`.

L'image décide de ses séparateurs : à la française ou à l'anglaise, on écrit ce qu'elle montre. Les espaces sont
rendues insécables (U+00A0). Source : ECMA-376 partie 1, §17.16.4.2.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from relances_xl.domaine.ecrits.montants import ESPACE

_BLANCS = " \u00a0\u202f\u2009"
_SECTION = re.compile(r"((?:'[^']*'|[^;'])*)(?:;|$)")
_SYMBOLES = {"€": "EUR", "$": "USD", "£": "GBP"}


class Section(NamedTuple):
    """Une des trois parties d'une image (positif ; négatif ; nul).

    positions : les positions de chiffres d'une image non décimale (« 00 00 00 »), vide autrement.
    """

    avant: str
    apres: str
    chiffres: bool = True
    entiers: int = 1
    decimales_min: int = 0
    decimales_max: int = 0
    groupe: str = ""
    virgule: str = ","
    positions: str = ""
    plus: bool = False

    def ecrire(self, valeur: Decimal, signe: bool) -> str:
        """Le nombre ; `signe` : écrire le signe moins d'un négatif."""
        if not self.chiffres:
            return self.avant
        arrondi = abs(valeur).quantize(Decimal(1).scaleb(-self.decimales_max), ROUND_HALF_UP)
        moins = "-" if signe and valeur < 0 and arrondi else "+" if self.plus and valeur >= 0 else ""
        return f"{moins}{self.avant}{self._corps(arrondi)}{self.apres}"

    def _corps(self, arrondi: Decimal) -> str:
        entier, _, decimales = f"{arrondi:f}".partition(".")
        if self.positions:
            return _remplir(self.positions, entier)
        entier = entier.zfill(self.entiers)
        if self.groupe:
            entier = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", self.groupe, entier)
        while len(decimales) > self.decimales_min and decimales.endswith("0"):
            decimales = decimales[:-1]
        return f"{entier}{self.virgule}{decimales}" if decimales else entier


class ImageNombre(NamedTuple):
    """Une image compilée."""

    positif: Section
    negatif: Section | None = None
    nul: Section | None = None

    def arrondir(self, valeur: Decimal) -> Decimal:
        """Le nombre arrondi comme l'image le montre."""
        section = self.negatif if valeur < 0 and self.negatif else self.positif
        return valeur.quantize(Decimal(1).scaleb(-section.decimales_max), ROUND_HALF_UP) if section.chiffres else valeur

    def ecrire(self, valeur: Decimal, devise: str = "") -> str:
        """Le nombre selon l'image. Un symbole monétaire qui n'est pas celui de la devise est remplacé par le sien."""
        if not valeur and self.nul:
            ecrit = self.nul.ecrire(valeur, signe=False)
        elif valeur < 0 and self.negatif:
            ecrit = self.negatif.ecrire(valeur, signe=False)
        else:
            ecrit = self.positif.ecrire(valeur, signe=True)
        return _dans_la_devise(ecrit, devise) if devise else ecrit


def compiler_image_nombre(image: str, langue: str = "fr") -> ImageNombre:
    """Compile l'image d'un nombre ; `langue` tranche « 0,000 » (décimales en français, milliers en anglais).

    >>> compiler_image_nombre("# ##0,00 €").ecrire(Decimal("1234.5")).replace(ESPACE, " ")
    '1 234,50 €'
    >>> compiler_image_nombre("#,##0.00;(#,##0.00)").ecrire(Decimal("-1234.5"))
    '(1,234.50)'
    """
    sections = [_section(partie, langue) for partie in _SECTION.findall(image)[:3]]
    remplies = [section if section.chiffres or section.avant else None for section in sections]
    positif = remplies[0] or Section("", "")
    return ImageNombre(positif, *(remplies[1:3]))


def _section(partie: str, langue: str) -> Section:
    chiffres = list(re.finditer(r"'[^']*'|[#0x]", partie))
    places = [trouve for trouve in chiffres if trouve.group() in "#0x"]
    if not places:
        return Section(_litteral(partie.strip()), "", chiffres=False)
    debut, fin = places[0].start(), places[-1].end()
    avant, corps, apres = partie[:debut], partie[debut:fin].replace("x", "#"), partie[fin:]
    plus = "+" in avant
    avant = _litteral(avant.replace("+", "", 1) if plus else avant.replace("-", "", 1)).lstrip(ESPACE)
    apres = _litteral(apres).rstrip(ESPACE)
    entiers, virgule, decimales = _couper(corps, langue)
    groupes = re.split(r"[^#0]+", entiers)
    separateur = next((c for c in entiers if c not in "#0"), "")
    if separateur and any(len(groupe) != 3 for groupe in groupes[1:]):
        return Section(avant, apres, positions=_litteral(entiers), plus=plus)
    return Section(
        avant,
        apres,
        entiers=max(1, entiers.count("0")),
        decimales_min=decimales.count("0"),
        decimales_max=sum(decimales.count(c) for c in "#0"),
        groupe=ESPACE if separateur in _BLANCS and separateur else separateur,
        virgule=virgule or ",",
        plus=plus,
    )


def _couper(corps: str, langue: str) -> tuple[str, str, str]:
    """Partie entière, séparateur décimal, décimales de l'image ; sans décimales : (corps, "", "")."""
    derniere = max(corps.rfind(","), corps.rfind("."))
    if derniere < 0:
        return corps, "", ""
    signe, entiers, decimales = corps[derniere], corps[:derniere], corps[derniere + 1 :]
    seul_en_son_genre = not re.search(r"[,.]", entiers)
    blancs = any(c in _BLANCS for c in entiers)
    de_milliers = corps.count(signe) > 1 or (
        seul_en_son_genre
        and not blancs
        and re.fullmatch(r"[#0]{3}", decimales)
        and (entiers.startswith("#") or (signe == "," and langue == "en"))
    )
    return (corps, "", "") if de_milliers else (entiers, signe, decimales)


def _remplir(positions: str, entier: str) -> str:
    """Les chiffres posés de droite à gauche sur les positions de l'image : « 00 00 00 »."""
    reste = list(entier)
    sortie: list[str] = []
    for position in reversed(positions):
        if position not in "#0":
            sortie.append(position if reste or "0" in positions else "")
        elif reste:
            sortie.append(reste.pop())
        elif position == "0":
            sortie.append("0")
    return ("".join(reste) + "".join(reversed(sortie))).strip(ESPACE)


def _litteral(texte: str) -> str:
    """Le texte à recopier : apostrophes d'encadrement ôtées, espaces insécables."""
    return re.sub(f"[{_BLANCS}]", ESPACE, texte.replace("'", ""))


def _dans_la_devise(ecrit: str, devise: str) -> str:
    for signe, code in _SYMBOLES.items():
        if code != devise:
            ecrit = ecrit.replace(signe, "€" if devise == "EUR" else devise)
    return ecrit if devise == "EUR" else re.sub(r"\bEUR\b", devise, ecrit)
