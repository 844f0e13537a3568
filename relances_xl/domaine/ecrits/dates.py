"""Dates : écriture française, numéros de série d'Excel, semestres, délais de paiement."""

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

JOUR_0 = date(1899, 12, 30)  # jour 0 des numéros de série d'Excel


def ecrire_date(jour: date | None) -> str:
    """« 24/11/2026 », en français comme en anglais britannique ; vide si absente."""
    return f"{jour.day:02}/{jour.month:02}/{jour.year:04}" if jour else ""  # trois fois plus vite que %d/%m/%Y


def jour_de_serie(numero: int) -> date:
    """Le jour d'un numéro de série d'Excel, calendrier 1900 (exact depuis le 01/03/1900 : Excel croit au 29/02/1900).

    >>> jour_de_serie(46112)
    datetime.date(2026, 3, 31)
    """
    return JOUR_0 + timedelta(days=numero)


def semestre(jour: date) -> str:
    """Le semestre d'un jour, tel que l'onglet « Taux » le nomme.

    >>> semestre(date(2026, 7, 1))
    '2026-S2'
    """
    return f"{jour.year}-S{1 if jour.month <= 6 else 2}"


def fin_de_mois(jour: date) -> date:
    """Dernier jour du mois de ce jour."""
    return jour + relativedelta(day=31)


class FinDeMois(StrEnum):
    """Place de la fin de mois dans un délai de paiement (C. com. L441-10 I)."""

    NON = "non"
    APRES = "jours puis fin du mois"
    AVANT = "fin du mois puis jours"


class DelaiPaiement(NamedTuple):
    """`30`, `45 fin de mois`, `fin de mois 45`, `30 fin de mois le 10` (contrat §2)."""

    jours: int = 30
    fin_de_mois: FinDeMois = FinDeMois.NON
    le: int | None = None

    @classmethod
    def lire(cls, texte: str) -> "DelaiPaiement | None":
        """Le délai écrit, ou None s'il est incompréhensible.

        >>> DelaiPaiement.lire("45 jours fin de mois le 10").echeance(date(2026, 1, 10))
        datetime.date(2026, 3, 10)
        """
        mots = " ".join(texte.casefold().split())
        mots = re.sub(r"\b(fdm|eom|fin mois)\b", "fin de mois", mots)
        mots = re.sub(r"(?<=\d) ?(jours?|jrs|j)\b\.?( net)?", "", mots).strip()
        if mots in ("comptant", "à réception", "a reception"):
            return cls(0)
        trouve = re.fullmatch(r"(?:(?P<j1>\d{1,3})(?P<apres> fin de mois)?|fin de mois(?: (?P<j2>\d{1,3}))?)(?: le (?P<le>\d{1,2}))?", mots)
        if not trouve:
            return None
        le = int(trouve["le"]) if trouve["le"] else None
        if le is not None and not 1 <= le <= 31:
            return None
        if trouve["j1"] is not None:
            fin = FinDeMois.APRES if trouve["apres"] else FinDeMois.NON
            return cls(int(trouve["j1"]), fin, le)
        return cls(int(trouve["j2"] or 0), FinDeMois.AVANT, le)

    def echeance(self, piece: date) -> date:
        """Échéance d'une pièce : jours, fin de mois, puis le quantième du mois suivant."""
        if self.fin_de_mois is FinDeMois.AVANT:
            jour = fin_de_mois(piece) + timedelta(days=self.jours)
        else:
            jour = piece + timedelta(days=self.jours)
            if self.fin_de_mois is FinDeMois.APRES:
                jour = fin_de_mois(jour)
        if self.le is None:
            return jour
        candidat = jour + relativedelta(day=self.le)
        return candidat if candidat >= jour else jour + relativedelta(months=1, day=self.le)

    def __str__(self) -> str:
        base = {
            FinDeMois.NON: f"{self.jours}",
            FinDeMois.APRES: f"{self.jours} fin de mois",
            FinDeMois.AVANT: f"fin de mois {self.jours}",
        }[self.fin_de_mois]
        return f"{base} le {self.le}" if self.le else base
