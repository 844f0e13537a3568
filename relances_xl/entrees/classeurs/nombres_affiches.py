"""Ce que le format d'un nombre montre et que sa valeur ne dit pas : des zéros de tête, une devise.

Source : ECMA-376, 18.8.30 (`numFmt`) et 18.8.31 (sections, littéraux, `[$symbole-langue]`).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from relances_xl.domaine.ecrits.codes_de_devise import devises
from relances_xl.domaine.ecrits.nombres_ecrits import SYMBOLES

# littéral entre guillemets ; échappé ; blanc de la largeur d'un caractère ; remplissage ; crochets ; exposant ; chiffres
_MORCEAU = re.compile(r'"([^"]*)"?|\\(.)|_.|\*.|\[([^\]]*)\]?|[Ee][+-]|([0#?])|(.)', re.S)
_AUTRE_QU_UN_ENTIER = re.compile(r"[.,/%@]|[Ee][+-]")

# le « $ », le « ¥ » et la « kr » de plusieurs pays : la langue du format dit lequel (MS-LCID)
_PAR_LANGUE = {
    "$": {"1009": "CAD", "C0C": "CAD", "EN-CA": "CAD", "FR-CA": "CAD", "C09": "AUD", "EN-AU": "AUD", "1409": "NZD", "EN-NZ": "NZD",
          "80A": "MXN", "ES-MX": "MXN", "2C0A": "ARS", "340A": "CLP", "240A": "COP", "C04": "HKD", "1004": "SGD", "4804": "SGD"},
    "¥": {"804": "CNY", "ZH-CN": "CNY"},
    "KR": {"41D": "SEK", "SV-SE": "SEK", "414": "NOK", "NB-NO": "NOK", "406": "DKK", "DA-DK": "DKK"},
}  # fmt: skip
_PAR_PAYS = {
    "1801": "MAD", "1401": "DZD", "1C01": "TND", "C01": "EGP", "3801": "AED", "401": "SAR", "100C": "CHF", "807": "CHF", "810": "CHF",
    "402": "BGN", "40E": "HUF", "418": "RON", "405": "CZK", "415": "PLN", "41F": "TRY",
}  # fmt: skip
"""La devise d'une langue, quand son signe ne se reconnaît pas : « [$د.م.-1801] » est le dirham."""
_SIGLES = {**SYMBOLES, "CA$": "CAD", "C$": "CAD", "$CA": "CAD", "A$": "AUD", "AU$": "AUD", "¥": "JPY", "￥": "JPY", "HK$": "HKD"}


class Affichage(NamedTuple):
    """Ce qu'un format ajoute à un nombre.

    devise : son code, "" si le format n'en dit pas ; gabarit : pour un entier aux zéros de tête ou au préfixe montrés,
    ses places de chiffres ("") et ses littéraux, de gauche à droite ; chiffres : le nombre de chiffres toujours écrits.
    """

    devise: str = ""
    gabarit: tuple[str, ...] = ()
    chiffres: int = 0

    def ecrire(self, nombre: float) -> str | float:
        """Le nombre tel que l'œil le lit : « 000123 », « 1234,56 USD » ; tel quel si le format n'y change rien."""
        if self.devise:
            return f"{_decimal(nombre)} {self.devise}"
        if not self.gabarit or nombre < 0 or not float(nombre).is_integer() or nombre >= 10**15:
            return nombre
        chiffres = list(str(int(nombre)).rjust(self.chiffres, "0"))
        ecrit: list[str] = []
        places = self.gabarit.count("")
        for morceau in reversed(self.gabarit):
            if morceau:
                ecrit.append(morceau)
                continue
            places -= 1
            pris = 1 if places else len(chiffres)  # la place la plus à gauche prend tous les chiffres qui restent
            ecrit.append("".join(chiffres[len(chiffres) - pris :]))
            del chiffres[max(len(chiffres) - pris, 0) :]
        return "".join(reversed(ecrit)).strip()


def _decimal(nombre: float) -> str:
    """L'écriture exacte et sans équivoque : jamais trois décimales, qui se liraient comme des milliers."""
    entier, _point, fraction = f"{Decimal(repr(float(nombre))):f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{entier},{fraction}{'0' * (len(fraction) == 3)}" if fraction else entier


def affichage(format: str) -> Affichage | None:
    """Ce que montre un format de nombre ; None s'il ne montre rien de plus que la valeur.

    >>> affichage("[$$-409]#,##0.00").devise, affichage("000000").ecrire(123), affichage('0#" "##" "##').ecrire(12345)
    ('USD', '000123', '01 23 45')
    """
    section = _premiere_section(format[:255])
    morceaux = [_lire(trouve) for trouve in _MORCEAU.finditer(section)]
    if not any(genre == "chiffre" for genre, _ in morceaux):
        return None
    devise = _devise(morceaux)
    if devise:
        return Affichage(devise=devise)
    return _entier(section, morceaux)


def affichages(formats: Mapping[int, str]) -> dict[int, Affichage]:
    """Style de cellule → ce qu'il montre. Si l'euro est la seule devise dite, il ne l'est pas : c'est celle par défaut."""
    connus = {format: affichage(format) for format in set(formats.values())}
    tous = {style: vu for style, format in formats.items() if (vu := connus[format])}
    if {vu.devise for vu in tous.values()} <= {"", "EUR"}:
        return {style: vu for style, vu in tous.items() if not vu.devise}
    return tous


def _premiere_section(format: str) -> str:
    """La section des nombres positifs : jusqu'au premier « ; » qui n'est ni entre guillemets ni échappé."""
    for trouve in _MORCEAU.finditer(format):
        if trouve[0] == ";":
            return format[: trouve.start()]
    return format


def _lire(trouve: re.Match[str]) -> tuple[str, str]:
    """(genre, texte) d'un morceau de format : « chiffre », « littéral », « symbole » (« $-409 ») ou « autre »."""
    guillemets, echappe, crochets, chiffre, nu = trouve.groups()
    if chiffre:
        return "chiffre", chiffre
    if crochets is not None:
        return ("symbole", crochets[1:]) if crochets.startswith("$") else ("autre", "")
    if nu is not None and nu in ".,/%@":
        return "autre", nu
    litteral = guillemets if guillemets is not None else echappe or nu
    return ("littéral", litteral) if litteral is not None else ("autre", "")


def _devise(morceaux: list[tuple[str, str]]) -> str:
    """La devise que disent les littéraux et le symbole, "" s'il n'y en a pas, ou plus d'une."""
    dites = {_du_symbole(texte) for genre, texte in morceaux if genre == "symbole"}
    litteraux = "".join(texte if genre == "littéral" else " " for genre, texte in morceaux)
    dites |= {_code(mot) for mot in litteraux.replace("\u00a0", " ").replace("\u202f", " ").split()}
    dites.discard("")
    return dites.pop() if len(dites) == 1 else ""


def _du_symbole(texte: str) -> str:
    signe, _, langue = texte.partition("-")
    sigle = signe.strip().upper().rstrip(".")
    pays = langue.upper().lstrip("0")
    dite = _PAR_LANGUE.get(sigle, {}).get(pays, "") or _code(sigle)
    return dite or (_PAR_PAYS.get(pays, sigle) if sigle else "")  # un signe inconnu n'est pas l'euro : le montant sera illisible


def _code(mot: str) -> str:
    sigle = mot.strip("()-+").upper().rstrip(".")
    return _SIGLES.get(sigle, "") or (sigle if sigle in devises() else "")


def _entier(section: str, morceaux: list[tuple[str, str]]) -> Affichage | None:
    """Un entier montré avec des zéros de tête (« 000000 ») ou un préfixe (« "C"0 »)."""
    if _AUTRE_QU_UN_ENTIER.search(re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", section)):
        return None
    gabarit = tuple("" if genre == "chiffre" else texte for genre, texte in morceaux if genre == "chiffre" or texte)
    places = [texte for genre, texte in morceaux if genre == "chiffre"]
    chiffres = len(places) - places.index("0") if "0" in places else 0
    prefixe = "".join(gabarit[: gabarit.index("")])
    if chiffres >= 2 or (chiffres and re.fullmatch(r"[\w/-]*[^\W\d_][\w/-]*", prefixe)):
        return Affichage(gabarit=gabarit, chiffres=chiffres)
    return None
