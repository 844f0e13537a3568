"""Une balance âgée se reconnaît à ses tranches : un client par ligne, ni pièce ni échéance (contrat §3, « Balance âgée »)."""

import re

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import sans_accents
from relances_xl.entrees.colonnes.reconnaissance import Appariement

_TRANCHE = (
    r"(a|de|sous|jusqu ?a) \d+( ?(j|jours?|days?))?|au[ -]dela|\d+ ?(a|-|–|/|to|et) ?\d+( ?(j|jours?|days?))?|(>|<|>=|<=|\+|-)( de)? ?\d+( ?(j|jours?|days?))?|\d+ ?(j|jours?|days?)|\d+ ?\+"
    r"|(plus|moins|au[ -]dela|over|more than|older than) (de |than )?\d+.*|\d+ (et plus|and over|days and over)"
    r"|non echue?s?|a echoir|echue?s?|total echu|courant|current|not due|older|plus ancien(ne)?s?|(mois|month|m) ?[-–]? ?\d+"
    r"|(janv|fevr|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)[a-z]*\.?[ -]?(20)?\d\d|(0?[1-9]|1[0-2])[/-]20\d\d|20\d\d[/-](0?[1-9]|1[0-2])"
    r"|retard (de )?\d+.*|(echue?s?|age|depuis|tranche|periode) .*\d+.*"
)
_TRANCHES = 2  # à partir de deux, c'est une balance âgée


def est_une_balance(appariement: Appariement) -> bool:
    """Ni pièce ni date d'échéance, et des colonnes de tranches d'âge."""
    if any(champ in appariement.champs for champ in (c.PIECE, c.DATE_ECHEANCE, c.DATE_PIECE)):
        return False
    return sum(_est_une_tranche(titre) for titre in appariement.non_lues) >= _TRANCHES


def _est_une_tranche(titre: str) -> bool:
    nu = " ".join(sans_accents(titre).casefold().split()).strip("()[] .")
    return re.fullmatch(_TRANCHE, nu) is not None
