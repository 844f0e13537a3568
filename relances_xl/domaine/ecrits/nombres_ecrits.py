"""Un montant tel qu'on l'écrit : « 1 234,56 € », « (12,00) », « 12,00 CR » ; décomposé, sans trancher ce qui est douteux.

Le seul lecteur de montants en texte du projet : une colonne d'export tranche « 1.234 » d'après ses autres cellules, une
cellule saisie à la main le refuse.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from relances_xl.domaine.ecrits.codes_de_devise import devises as devises_connues
from relances_xl.domaine.feuilles import Valeur

SYMBOLES = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "US$": "USD", "$US": "USD", "DOLLAR": "USD",
    "DOLLARS": "USD", "£": "GBP", "LIVRE": "GBP", "LIVRES": "GBP", "¥": "JPY", "YEN": "JPY", "YENS": "JPY",
    "FR": "CHF", "SFR": "CHF", "FS": "CHF", "DT": "TND", "DH": "MAD", "DHS": "MAD", "FCFA": "XOF", "CFA": "XOF",
    "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "LEI": "RON", "₹": "INR", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₽": "RUB", "₴": "UAH", "฿": "THB",
    "₫": "VND", "₦": "NGN", "R$": "BRL",
}  # fmt: skip

_LONGUEUR_MAX = 100
"""Caractères : au-delà, ce n'est pas un montant, et Python refuserait d'en faire un entier."""

# un mot est une devise, ou un sens (« 12,00 CR »)
_MOT = r"[^\d\s.,()+'\-]{1,7}"
_ECRIT = re.compile(
    rf"(?P<ouvre>\()?(?P<signe1>[-+])?(?P<mot1>{_MOT})?(?P<signe2>[-+])?(?P<nombre>\d[\d.,']*|[.,]\d+)"
    rf"(?P<mot2>{_MOT})?(?P<signe3>[-+])?(?P<ferme>\))?(?P<mot3>{_MOT})?"
)
_SENS = {
    **dict.fromkeys(("D", "DB", "DR", "DEB", "DT", "DÉBIT", "DEBIT", "S", "SOLL"), 1),
    **dict.fromkeys(("C", "CR", "CRED", "CT", "CRÉDIT", "CREDIT", "H", "HABEN"), -1),
}


class Ecrit(NamedTuple):
    """Un texte décomposé : signe × entier[,fraction].

    decimal, milliers : les séparateurs employés ; deux_lectures : « 1.234 », où `decimal` peut n'être que de milliers.
    """

    signe: int
    entier: str
    fraction: str = ""
    decimal: str = ""
    milliers: str = ""
    deux_lectures: bool = False
    devise: str = ""


def decomposer(valeur: Valeur) -> Ecrit | None:
    """Le texte décomposé, ou None si ce n'est pas l'écriture d'un montant.

    >>> decomposer("(1 234,50 €)")
    Ecrit(signe=-1, entier='1234', fraction='50', decimal=',', milliers="'", deux_lectures=False, devise='EUR')
    """
    if not isinstance(valeur, str) or len(valeur) > _LONGUEUR_MAX:
        return None
    texte = valeur.strip().replace("\u2212", "-").replace("\u2019", "'")
    # une espace entre chiffres ne peut que séparer des milliers ; les autres ne disent rien
    groupe = re.sub(r"(?<=\d)\s(?=\d{3}(?!\d))", "'", texte)
    trouve = None if re.search(r"\d\s+[\d.,]", groupe) else _ECRIT.fullmatch(re.sub(r"\s", "", groupe))
    signe = _signe(trouve) if trouve else None
    nombre = _separer(trouve["nombre"]) if trouve else None
    if trouve is None or signe is None or nombre is None:
        return None
    mots = [trouve[nom].upper().rstrip(".") for nom in ("mot1", "mot2", "mot3") if trouve[nom]]
    if trouve["mot1"] and mots[0] in _SENS and mots[0] not in SYMBOLES and len(mots[0]) == 1:
        return None  # « C1 » est un code
    devises = [code for mot in mots if (code := _code_devise(mot))]
    sens = [_SENS[mot] for mot in mots if mot in _SENS]
    if len(devises) > 1 or len(sens) > 1 or len(devises) + len(sens) < len(mots) or (sens and signe < 0):
        return None
    return nombre._replace(signe=signe * (sens[0] if sens else 1), devise=devises[0] if devises else "")


def _code_devise(mot: str) -> str:
    return SYMBOLES.get(mot) or (mot if mot in devises_connues() else "")


def _signe(trouve: re.Match[str]) -> int | None:
    """−1, 1, ou None si les signes se cumulent ou si la parenthèse n'est pas fermée."""
    if bool(trouve["ouvre"]) != bool(trouve["ferme"]):
        return None
    signes = [trouve[nom] for nom in ("ouvre", "signe1", "signe2", "signe3") if trouve[nom]]
    if len(signes) > 1:
        return None
    return -1 if signes and signes[0] != "+" else 1


def _separer(nombre: str) -> Ecrit | None:
    """Les parties d'un nombre écrit, sans signe ; None si ses séparateurs se contredisent."""
    signes = [caractere for caractere in nombre if caractere in ".,'"]
    if not signes:
        return Ecrit(1, nombre)
    dernier, autres = signes[-1], set(signes[:-1])
    if dernier == "'" or signes.count(dernier) > 1:
        groupe = autres <= {dernier} and _bien_groupe(nombre, dernier)
        return Ecrit(1, nombre.replace(dernier, ""), milliers=dernier) if groupe else None
    entier, fraction = nombre.split(dernier)
    if not autres:
        deux_lectures = len(fraction) == 3 and re.fullmatch(r"[1-9]\d{0,2}", entier) is not None
        return Ecrit(1, entier, fraction, dernier, deux_lectures=deux_lectures)
    milliers = autres.pop()
    if autres or not _bien_groupe(entier, milliers):
        return None
    return Ecrit(1, entier.replace(milliers, ""), fraction, dernier, milliers)


def _bien_groupe(entier: str, milliers: str) -> bool:
    # une espace ou une apostrophe ne sont jamais décimales : « 1000'000 », que des langues impriment, est sans équivoque
    premier = r"\d+" if milliers == "'" else r"\d{1,3}"
    return re.fullmatch(rf"{premier}(?:{re.escape(milliers)}\d{{3}})+", entier) is not None


def vraisemblable(montant: Decimal) -> bool:
    """Le montant d'une pièce ou d'un virement : un nombre, et moins de mille milliards ; au-delà, des octets abîmés.

    >>> [vraisemblable(Decimal(ecrit)) for ecrit in ("-5", "1E+12", "1E+999999", "NaN", "Infinity")]
    [True, False, False, False, False]
    """
    return montant.is_finite() and montant.adjusted() < 12
