"""Reconnaître un FEC à ses en-têtes, sans charger de quoi le lire (arrêté du 29/07/2013 : LPF, art. A47 A-1)."""

from collections.abc import Sequence

from relances_xl.domaine.ecrits.textes import cle

_INDISPENSABLES = frozenset({"comptenum", "ecriturenum", "ecrituredate", "piecedate"})


def est_fec(entetes: Sequence[str]) -> bool:
    """Vrai si ces en-têtes sont ceux d'un FEC, à 18 ou 22 colonnes, quelle que soit la casse."""
    cles = {cle(entete) for entete in entetes}
    return cles >= _INDISPENSABLES and (cles >= {"debit", "credit"} or cles >= {"montant", "sens"})
