"""Montants : entiers dans l'unité minimale de la devise, jamais de flottant (ISO 4217)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, total_ordering

ESPACE = "\u00a0"

_DECIMALES = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def decimales(devise: str) -> int:
    """Nombre de décimales de la devise : EUR 2, JPY 0, TND 3 (ISO 4217)."""
    return _DECIMALES.get(devise, 2)


def arrondir(montant: Decimal, nb_decimales: int) -> int:
    """Montant → unités de sa dernière décimale, demi vers le haut (en valeur absolue).

    >>> arrondir(Decimal("12.345"), 2), arrondir(Decimal("-12.345"), 2)
    (1235, -1235)
    """
    return int(montant.scaleb(nb_decimales).quantize(Decimal(1), ROUND_HALF_UP))


def en_unites(montant: Decimal, devise: str) -> int:
    """Montant → unités minimales de sa devise."""
    return arrondir(montant, decimales(devise))


def en_decimal(unites: int, devise: str) -> Decimal:
    """Unités minimales → montant exact."""
    return Decimal(int(unites)).scaleb(-decimales(devise))


def ecrire_nombre(valeur: Decimal, nb_decimales: int, langue: str = "fr") -> str:
    """« 1 234,56 » en français (espace U+00A0), « 1,234.56 » en anglais.

    >>> ecrire_nombre(Decimal("-1234.5"), 2).replace(ESPACE, " ")
    '-1 234,50'
    """
    anglais = f"{valeur.quantize(Decimal(1).scaleb(-nb_decimales), ROUND_HALF_UP):,}"
    return anglais if langue == "en" else anglais.replace(",", ESPACE).replace(".", ",")


def _ecrire_unites(unites: int, nb_decimales: int) -> str:
    """`ecrire_nombre`, en anglais, d'un montant déjà en unités : des entiers seulement, dix fois plus vite."""
    entier, fraction = divmod(abs(unites), 10**nb_decimales)
    return f"{'-' if unites < 0 else ''}{entier:,}" + (f".{fraction:0{nb_decimales}}" if nb_decimales else "")


def ecrire(unites: int, devise: str, langue: str = "fr") -> str:
    """Montant lisible : « 1 234,56 € », « 1 234,56 USD » (contrat §6) ; « €1,234.56 » en anglais.

    >>> ecrire(123456, "EUR").replace(ESPACE, " "), ecrire(1500, "JPY").replace(ESPACE, " ")
    ('1 234,56 €', '1 500 JPY')
    """
    if langue != "en":
        return ecrire_tous((int(unites),), devise)[0]
    nombre = _ecrire_unites(int(unites), decimales(devise))
    return (
        nombre.replace("-", "-€") if devise == "EUR" and unites < 0 else (f"€{nombre}" if devise == "EUR" else f"{devise}{ESPACE}{nombre}")
    )


def ecrire_tous(unites: Iterable[int], devise: str) -> list[str]:
    """Ce qu'`ecrire` dit, en français, de chacun de ces montants d'une même devise.

    >>> [montant.replace(ESPACE, " ") for montant in ecrire_tous([123456, -5], "EUR")]
    ['1 234,56 €', '-0,05 €']
    """
    echelle, fins = 10 ** decimales(devise), _fins(devise)
    return [
        (f"{montant // echelle:,}" if montant >= 0 else f"-{-montant // echelle:,}").replace(",", ESPACE) + fins[abs(montant) % echelle]
        for montant in unites
    ]


@lru_cache(maxsize=32)
def _fins(devise: str) -> tuple[str, ...]:
    """Toutes les fins d'un montant de cette devise : « ,00 € », « ,01 € »…"""
    nombre, symbole = decimales(devise), "€" if devise == "EUR" else devise
    return tuple((f",{fraction:0{nombre}}" if nombre else "") + ESPACE + symbole for fraction in range(10**nombre))


@total_ordering
@dataclass(frozen=True, slots=True)
class Montant:
    """Un montant et sa devise, tel qu'un champ de lettre le reçoit ; se compare à un nombre (`total_du > 1000`)."""

    unites: int
    devise: str

    @property
    def decimal(self) -> Decimal:
        return en_decimal(self.unites, self.devise)

    def __str__(self) -> str:
        return ecrire(self.unites, self.devise)

    def __bool__(self) -> bool:
        return self.unites != 0

    def __eq__(self, autre: object) -> bool:
        if isinstance(autre, Montant):
            return (self.unites, self.devise) == (autre.unites, autre.devise)
        return self.decimal == autre if isinstance(autre, int | Decimal) else NotImplemented

    def __lt__(self, autre: object) -> bool:
        nombre = autre.decimal if isinstance(autre, Montant) else autre
        return self.decimal < nombre if isinstance(nombre, int | float | Decimal) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.decimal)
