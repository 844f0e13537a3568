"""Les comptes des clients tels qu'un encaissement les voit : pièces ouvertes, crédits, références reconnaissables."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd

from relances_xl.decision.lignes import COMPTE
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import sans_accents

PIECES_COMBINEES = 4  # au plus, hors « toutes », « les plus anciennes » et celles que le libellé nomme
PIECES_ESSAYEES = 14
_REFERENCE_MIN = 4  # caractères
Cle = tuple[str, str]  # code client, devise


@dataclass(slots=True)
class Piece:
    """Une pièce ouverte : ses échéances, de la plus ancienne à la plus récente (unités minimales)."""

    numero: str
    restes: list[int]

    @property
    def reste(self) -> int:
        return sum(self.restes)


@dataclass(slots=True)
class Compte:
    """Un client dans une devise. pieces : de la plus ancienne à la plus récente ; credits : (montant positif, date)."""

    pieces: dict[str, Piece] = field(default_factory=dict)
    credits: list[tuple[int, pd.Timestamp]] = field(default_factory=list)

    @property
    def net(self) -> int:
        return sum(piece.reste for piece in self.pieces.values()) - sum(montant for montant, _ in self.credits)

    def regler(self, numeros: tuple[str, ...], montant: int) -> None:
        """Ôte un encaissement de ses pièces : il n'en paiera pas d'autres."""
        for numero in numeros:
            piece = self.pieces[numero]
            while montant > 0 and piece.restes:
                pris = min(montant, piece.restes[0])
                piece.restes[0] -= pris
                montant -= pris
                if not piece.restes[0]:
                    piece.restes.pop(0)
            if not piece.restes:
                del self.pieces[numero]

    def expliquer(self, montant: int, nommees: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Les pièces dont le montant fait la somme, toutes celles nommées comprises ; vide s'il ne s'explique pas.

        Dans l'ordre : les nommées seules, une échéance d'une nommée, le compte entier ou son net, les plus anciennes,
        puis quelques autres avec elles.
        """
        base = sum(self.pieces[numero].reste for numero in nommees)
        if nommees and (montant == base or any(montant in _debuts(self.pieces[numero].restes) for numero in nommees)):
            return nommees
        if montant in (self.net, sum(piece.reste for piece in self.pieces.values())):
            return tuple(self.pieces)
        credits_ = sum(deduit for deduit, _ in self.credits)
        if nommees and credits_ and montant == base - credits_:
            return nommees
        if not nommees:
            for numero, piece in self.pieces.items():
                if montant in _debuts(piece.restes):
                    return (numero,)
        autres = [numero for numero in self.pieces if numero not in nommees]
        return self._avec(autres, nommees, montant - base)

    def _avec(self, autres: list[str], nommees: tuple[str, ...], manque: int) -> tuple[str, ...]:
        somme = 0
        for rang, numero in enumerate(autres, 1):
            somme += self.pieces[numero].reste
            if somme == manque:
                return (*nommees, *autres[:rang])
        for taille in range(1, PIECES_COMBINEES + 1):
            for choisies in combinations(autres[:PIECES_ESSAYEES], taille):
                if sum(self.pieces[numero].reste for numero in choisies) == manque:
                    return (*nommees, *choisies)
        return ()


def _debuts(restes: list[int]) -> set[int]:
    """Ce que paient une échéance, ou les premières d'une pièce."""
    sommes, somme = set(restes), 0
    for reste in restes:
        somme += reste
        sommes.add(somme)
    return sommes


def comptes(lignes: pd.DataFrame) -> dict[Cle, Compte]:
    """Les comptes de tous les clients de l'export, relancés ou non. lignes : lues, anomalies comprises (elles ne comptent pas)."""
    lisibles = lignes[(lignes[c.CAUSE] == "") & (lignes[c.RESTE_DU] != 0)].sort_values([c.DATE_ECHEANCE, c.PIECE], kind="stable")
    tous: dict[Cle, Compte] = defaultdict(Compte)
    colonnes = [*COMPTE, c.PIECE, c.RESTE_DU, c.DATE_PIECE, c.DATE_ECHEANCE]
    for code, devise, piece, reste, du, echeance in lisibles[colonnes].itertuples(index=False):
        compte = tous[code, devise]
        if reste < 0:
            compte.credits.append((-int(reste), du if pd.notna(du) else echeance))
        else:
            compte.pieces.setdefault(piece, Piece(piece, [])).restes.append(int(reste))
    return dict(tous)


class References:
    """Les numéros de pièces, tels qu'un libellé de banque les écrit : sans tirets, espacés, coupés de leur préfixe."""

    def __init__(self, lignes: pd.DataFrame) -> None:
        self._entieres: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._noyaux: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for code, piece in lignes[[c.CODE_CLIENT, c.PIECE]].drop_duplicates().itertuples(index=False):
            nette = _nette(piece)
            if _distinctive(nette):
                self._entieres[nette].add((code, piece))
            for noyau in re.findall(r"\d{4,}", nette):
                if noyau != nette and not _annee(noyau):
                    self._noyaux[noyau.lstrip("0")].add((code, piece))

    def nommees(self, libelle: str) -> dict[str, set[str]]:
        """Code client → pièces que le libellé nomme en entier."""
        return self._trouver(libelle, self._entieres, 4, _nette)

    def devinees(self, libelle: str) -> dict[str, set[str]]:
        """Code client → pièces dont le libellé porte le nombre, sans le préfixe : à croire si le nom ressemble."""
        return self._trouver(libelle, self._noyaux, 1, lambda mot: mot.lstrip("0") if mot.isdigit() else "")

    def _trouver(
        self, libelle: str, connues: dict[str, set[tuple[str, str]]], suite: int, forme: Callable[[str], str]
    ) -> dict[str, set[str]]:
        trouvees: dict[str, set[str]] = defaultdict(set)
        for morceau in _suites(libelle, suite):
            for code, piece in connues.get(forme(morceau), ()):
                trouvees[code].add(piece)
        return trouvees


def _suites(libelle: str, longueur: int) -> Iterator[str]:
    """Les mots du libellé, seuls et collés à leurs suivants : « F 2026 0123 » dit F20260123."""
    du_libelle = re.findall(r"[A-Z0-9]+", sans_accents(libelle).upper())
    for debut in range(len(du_libelle)):
        for fin in range(debut + 1, min(debut + longueur, len(du_libelle)) + 1):
            yield "".join(du_libelle[debut:fin])


def _nette(piece: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", sans_accents(piece).upper())


def _distinctive(nette: str) -> bool:
    """Un numéro qu'on ne confond pas avec un autre mot : assez long, assez de chiffres, et pas une année."""
    chiffres = sum(lettre.isdigit() for lettre in nette)
    return len(nette) >= _REFERENCE_MIN and chiffres >= 3 and not _annee(nette)


def _annee(nombre: str) -> bool:
    return len(nombre) == 4 and nombre.isdigit() and 1990 <= int(nombre) <= 2099
