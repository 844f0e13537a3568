"""Les cellules d'une colonne en XML, formées d'un bloc plutôt qu'une à une. Format : ECMA-376, partie 1, §18.3.1.4 (`c`).

Une colonne qui se répète forme chaque valeur une fois ; une autre joint ses contenus, et c'est le joint qui reçoit, en une passe,
ce qui entoure chacun.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from xlsxwriter.format import Format

from relances_xl.domaine.ecrits.dates import JOUR_0
from relances_xl.domaine.ecrits.montants import decimales

TEXTE_MAX = 32_767  # caractères par cellule (spécifications d'Excel)
TRANCHE = 1_000  # lignes formées à la fois : leur texte tient dans la mémoire proche du processeur
_MARS_1900 = 61  # numéro de série du 01/03/1900
_INTERDITS = r"[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)"
_CONTROLES = bytes(code for code in range(0x20) if chr(code) not in "\t\n")  # NUL compris
_SUSPECTS = (b"_x", b"\xed", b"\xef")  # en UTF-8, par quoi commencent les demi-codets et U+FFFE, entre autres
_NUL = "\0"
_FIN = "</v></c>"


class Nombres(NamedTuple):
    """Des entiers, un par ligne. absents : ceux qui manquent, et valent ici zéro ; None s'il n'en manque aucun."""

    valeurs: NDArray[np.int64]
    absents: NDArray[np.bool_] | None = None

    def en_liste(self) -> list[int | None]:
        """Un par ligne, None où il en manque."""
        if self.absents is None:
            return list(self.valeurs.tolist())
        return [None if absent else valeur for valeur, absent in zip(self.valeurs.tolist(), self.absents.tolist(), strict=True)]


def entiers(valeurs: pd.Series) -> Nombres:
    """Les entiers d'une colonne, NA compris."""
    if isinstance(valeurs.dtype, np.dtype) and valeurs.dtype.kind in "ib":
        return Nombres(valeurs.to_numpy("int64"))
    absents = valeurs.isna().to_numpy()
    return Nombres(valeurs.to_numpy("int64", na_value=0), absents if absents.any() else None)


def dates(valeurs: pd.Series) -> Nombres:
    """Les numéros de série d'une colonne de dates, NaT compris : jours depuis le 30/12/1899, un de moins avant le 01/03/1900 (Excel
    croit à un 29/02/1900)."""
    jours = valeurs.to_numpy().astype("datetime64[D]")
    absents = np.isnat(jours)
    series = (jours - np.datetime64(JOUR_0, "D")).astype("int64")
    series -= series < _MARS_1900
    return Nombres(np.where(absents, 0, series), absents if absents.any() else None)


class ColonneXml(NamedTuple):
    """Une colonne : ses valeurs, et de quoi est faite la fin de chaque cellule, du style à `</c>`.

    contenus : le XML de plusieurs valeurs, séparées de NUL, vide pour une cellule vide ; debut, fin : ce qui l'entoure ; vide : la fin
    d'une cellule vide ; distinctes : les valeurs sans leurs répétitions, si on les sait.
    """

    valeurs: Sequence[Any]
    contenus: Callable[[Sequence[Any]], bytes]
    debut: str
    fin: str
    vide: str
    distinctes: Sequence[Any] | None = None

    def fins(self, suite: str) -> Iterator[bytes]:
        """La fin de chaque cellule, précédée du guillemet de son adresse et suivie du début de la cellule d'après."""
        essai = self.valeurs if self.distinctes else self.valeurs[:TRANCHE]
        if len(essai) >= TRANCHE and len(self.distinctes or set(essai)) * 2 > len(essai):  # presque toutes le sont
            return chain.from_iterable(
                self._former(self.valeurs[debut : debut + TRANCHE], suite) for debut in range(0, len(self.valeurs), TRANCHE)
            )
        distinctes = self.distinctes or list(dict.fromkeys(self.valeurs))
        par_valeur = dict(zip(distinctes, self._former(distinctes, suite), strict=True))
        return map(par_valeur.__getitem__, self.valeurs)

    def _former(self, valeurs: Sequence[Any], suite: str) -> list[bytes]:
        if not valeurs:
            return []
        avant, apres = f'"{self.debut}'.encode(), f"{self.fin}{suite}".encode()
        fins = avant + self.contenus(valeurs).replace(b"\0", apres + b"\0" + avant) + apres
        return fins.replace(f"{self.debut}{self.fin}".encode(), self.vide.encode()).split(b"\0")


def textes(valeurs: Sequence[str], format_: Format, distincts: Sequence[str] | None = None) -> ColonneXml:
    """Des textes, jamais interprétés : ni formule, ni lien, ni nombre. Écrits dans la cellule même (`inlineStr`).

    Un caractère que le XML interdit s'écrit `_x0007_` (ECMA-376, partie 1, §22.9.2.19, ST_Xstring), et un texte qui
    ressemblait déjà à cela reste ce qu'il était.
    """
    style = _style(format_)
    return ColonneXml(valeurs, _echappes, f'{style} t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>", f"{style}/>", distincts)


def _echappes(textes: Sequence[str]) -> bytes:
    """Les textes en XML : tous d'un coup, sauf si l'un d'eux paraît porter un caractère interdit."""
    ensemble = _NUL.join(textes)
    if len(ensemble) > TEXTE_MAX and max(map(len, textes)) > TEXTE_MAX:
        return _echappes([texte[:TEXTE_MAX] for texte in textes])
    octets = ensemble.encode(errors="surrogatepass")
    controles = len(octets) - len(octets.translate(None, _CONTROLES))
    if controles != len(textes) - 1 or any(suspect in octets for suspect in _SUSPECTS):
        octets = _NUL.join(re.sub(_INTERDITS, _echapper, texte) for texte in textes).encode()
    return octets.replace(b"&", b"&amp;").replace(b">", b"&gt;").replace(b"<", b"&lt;")


def _echapper(trouve: re.Match[str]) -> str:
    return "_x005F_x" if trouve[0] == "_x" else f"_x{ord(trouve[0]):04X}_"


def cases(valeurs: Sequence[bool], format_: Format) -> ColonneXml:
    """Des booléens."""
    return ColonneXml(
        valeurs, lambda coches: b"\0".join(b"1" if coche else b"0" for coche in coches), f'{_style(format_)} t="b"><v>', _FIN, ""
    )


def nombres(valeurs: Nombres, format_: Format) -> ColonneXml:
    """Des entiers, tels quels ; ceux qui manquent laissent la cellule vide."""
    style = _style(format_)
    return ColonneXml(valeurs.en_liste(), _chiffres, f"{style}><v>", _FIN, f"{style}/>")


def montants(valeurs: Nombres, devises: Sequence[str], formats: Callable[[str], Format]) -> ColonneXml:
    """Des montants, d'après leurs unités minimales et leur devise, au format de celle-ci ; ceux qui manquent laissent la cellule vide."""
    unites, par_devise = valeurs.en_liste(), {devise: (_style(formats(devise)), _en_monnaie(devise)) for devise in dict.fromkeys(devises)}
    if len(par_devise) == 1:
        ((style, ecrire),) = par_devise.values()
        return ColonneXml(unites, ecrire, f"{style}><v>", _FIN, f"{style}/>")
    fins = [""] * len(devises)
    for devise, (style, ecrire) in par_devise.items():
        rangs = [i for i, dite in enumerate(devises) if dite == devise]
        ecrits = ecrire([unites[i] for i in rangs]).decode().split(_NUL)
        for i, ecrit in zip(rangs, ecrits, strict=True):
            fins[i] = f"{style}><v>{ecrit}{_FIN}" if ecrit else f"{style}/>"
    return ColonneXml(fins, lambda fins: _NUL.join(fins).encode(), "", "", "")


def _en_monnaie(devise: str) -> Callable[[Sequence[int | None]], bytes]:
    """De quoi écrire des unités minimales en nombres : « 1234.5 », au plus court, comme s'écrit un flottant."""
    nombre = decimales(devise)
    if not nombre:
        return _chiffres
    par, fractions = 10**nombre, _fractions(nombre)

    def ecrire(unites: Sequence[int | None]) -> bytes:
        return _NUL.join(
            ["" if u is None else f"{u // par}{fractions[u % par]}" if u >= 0 else f"-{-u // par}{fractions[-u % par]}" for u in unites]
        ).encode()

    return ecrire


@cache
def _fractions(nombre: int) -> list[str]:
    return [repr(rang / 10**nombre)[1:] for rang in range(10**nombre)]


def _chiffres(valeurs: Sequence[int | None]) -> bytes:
    return _NUL.join(["" if valeur is None else str(valeur) for valeur in valeurs]).encode()


def _style(format_: Format) -> str:
    return f' s="{format_._get_xf_index()}"'
