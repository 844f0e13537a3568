"""La nature d'une pièce, reconnue à ses mots : dette, crédit, ou incomprise (contrat §3, « Nature en toutes lettres »)."""

import re
from enum import StrEnum

from relances_xl.domaine.ecrits.textes import sans_accents


class Nature(StrEnum):
    FACTURE = "Facture"
    AVOIR = "Avoir"
    ACOMPTE = "Acompte"
    REGLEMENT = "Règlement"
    PROFORMA = "Proforma"


CREDITS = (Nature.AVOIR.value, Nature.ACOMPTE.value, Nature.REGLEMENT.value)

_ABREGEES = {
    "av": Nature.AVOIR, "avc": Nature.AVOIR, "ac": Nature.ACOMPTE, "fa": Nature.FACTURE, "fc": Nature.FACTURE,
    "fac": Nature.FACTURE, "fact": Nature.FACTURE, "fv": Nature.FACTURE, "inv": Nature.FACTURE, "rgt": Nature.REGLEMENT,
    "regl": Nature.REGLEMENT, "regt": Nature.REGLEMENT, "cn": Nature.AVOIR, "cm": Nature.AVOIR, "nc": Nature.AVOIR, "crn": Nature.AVOIR,
    "avr": Nature.AVOIR, "avo": Nature.AVOIR, "ncr": Nature.AVOIR, "doit": Nature.FACTURE,
    # UNTDID 1001, les codes de Factur-X
    "380": Nature.FACTURE, "381": Nature.AVOIR, "383": Nature.FACTURE, "384": Nature.FACTURE, "386": Nature.FACTURE, "389": Nature.FACTURE,
}  # fmt: skip

_NUMERO_D_AVOIR = re.compile(r"(?:av[ocr]?|avoir|crn)[ ./_-]?[0-9]", re.IGNORECASE)


def _mots(liste: str) -> frozenset[str]:
    return frozenset(liste.split())


_PROFORMA = _mots("proforma devi quote quotation estimate brouillon draft")
_IMPAYE = _mots("impaye impayee rejet rejete rejetee unpaid bounced dishonoured dishonored chargeback nsf represente represent")
_ANNULE = _mots(
    "annulation annule annulee extourne contrepassation cancel cancelled canceled cancellation reversal reverse reversed void storno"
)
_ECART = _mots("ecart difference arrondi")
_RETOUR = _mots("retour retourne retournee return returned")
_AVOIR = _mots(
    "avoir refund remboursement reimbursement troppercu tropverse creditnote creditmemo overpayment ristourne rabai rrr gutschrift"
)
_ACOMPTE = _mots("acompte avance advance deposit downpayment prepayment arrhe arrhes")
_RECU = _mots("recu recue received verse versee encaisse encaissee regle reglee paye payee paid")
_ENCAISSE = _mots("encaisse encaissee")
_DEMANDE = _mots("demande appel request payer due du solliciter echoir")
_REGLEMENT = _mots("reglement paiement payment encaissement versement virement cheque check prelevement paye recette receipt espece")
_FACTURE = _mots("facture factures invoice bill situation honoraire vente sale sales echeance refacturation facturation doit rechnung")


def lire_nature(texte: str) -> Nature | None:
    """La nature que dit ce texte, ou None si aucun de ses mots ne la dit ; un texte vide n'en dit aucune.

    >>> [lire_nature(t) and str(lire_nature(t)) for t in ("Facture d'acompte", "Note de crédit", "out_refund", "Trop-perçu")]
    ['Facture', 'Avoir', 'Avoir', 'Avoir']
    >>> [lire_nature(t) and str(lire_nature(t)) for t in ("Acompte", "Rejet de prélèvement", "OD", "RG")]
    ['Acompte', 'Facture', None, None]
    """
    ordre = _decouper(texte)
    mots = frozenset(ordre)
    if len(ordre) == 1 and ordre[0] in _ABREGEES:
        return _ABREGEES[ordre[0]]
    if mots & _PROFORMA or {"pro", "forma"} <= mots:
        return Nature.PROFORMA
    if mots & _ANNULE or mots & _ECART:
        return None
    if mots & _IMPAYE:
        return Nature.FACTURE
    if mots & _RETOUR:
        return Nature.FACTURE if mots & _REGLEMENT else Nature.AVOIR
    if "receipt" in mots:
        return Nature.REGLEMENT
    if credit := _lire_avoir(mots):
        return None if mots & _FACTURE and not mots & _mots("avoir credit") else credit
    if mots & _ACOMPTE or {"down", "payment"} <= mots:
        return _lire_acompte(mots)
    if mots & _DEMANDE and mots & _REGLEMENT:
        return Nature.FACTURE
    if {"note", "debit"} <= mots or {"debit", "memo"} <= mots:
        return Nature.FACTURE
    if mots & _ENCAISSE and not mots & _FACTURE:
        return Nature.REGLEMENT
    premiers = [Nature.FACTURE if mot in _FACTURE else Nature.REGLEMENT for mot in ordre if mot in _FACTURE | _REGLEMENT]
    return premiers[0] if premiers else None


def _lire_avoir(mots: frozenset[str]) -> Nature | None:
    seul = "credit" in mots and (len(mots) == 1 or mots & _mots("note memo"))
    return Nature.AVOIR if mots & _AVOIR or ("trop" in mots and mots & _mots("percu paye verse")) or seul else None


def _lire_acompte(mots: frozenset[str]) -> Nature:
    if mots & _REGLEMENT - {"payment"} or mots & _RECU:
        return Nature.REGLEMENT if mots & _REGLEMENT - {"payment"} and not mots & _DEMANDE else Nature.ACOMPTE
    return Nature.FACTURE if mots & (_FACTURE | _DEMANDE) else Nature.ACOMPTE


def semble_un_avoir(piece: str) -> bool:
    """Un numéro ou une référence qui dit un avoir, faute d'une colonne qui le dise.

    >>> [semble_un_avoir(t) for t in ("AV001", "avr-2026-3", "Avoir sur F12", "F12", "AVENIR 3")]
    [True, True, True, False, False]
    """
    return _NUMERO_D_AVOIR.match(piece) is not None or lire_nature(piece) is Nature.AVOIR


def peut_etre_du(texte: str) -> bool:
    """« Acompte » seul : reçu, ou demandé ? Rien de plus ne le dit."""
    return lire_nature(texte) is Nature.ACOMPTE and not frozenset(_decouper(texte)) & _RECU


def _decouper(texte: str) -> list[str]:
    """Les mots, sans accents ni casse, au singulier ; « d' » et « l' » tombent."""
    return [
        mot[:-1] if len(mot) > 4 and mot.endswith("s") else mot
        for mot in re.findall(r"[a-z]+|\d+", sans_accents(texte).casefold())
        if len(mot) > 1 or mot.isdigit()
    ]
