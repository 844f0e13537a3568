"""L'état d'une pièce dans son logiciel : brouillon, annulée, payée… (contrat §3, « Brouillons, annulées, payées »)."""

import re
from collections.abc import Sequence
from enum import Enum, auto

import numpy as np

from relances_xl.domaine.ecrits.textes import lire_oui_non, sans_accents
from relances_xl.entrees.valeurs.colonne_textes import Masque

# des motifs qui servent rarement : `re` les compile la première fois, et les garde
_PROVISOIRE = r"(?is)/+|\(prov.*|prov\d+|\(?(draft|brouillon|pro ?forma)\b.*"
DEBUTS = frozenset("/(pPdDbB")
"""Ce qui commence un numéro provisoire."""
_ECARTE = (
    r"\b(brouillons?|draft|pro ?forma|annulee?s?|cancel(l?ed)?|voided|void|deleted|extournee?s?|contrepassee?s?|reversed|brouillard|en preparation|abandonnee?s?|abandoned|provisoires?|simulations?"
    r"|devis|supprimee?s?|non (comptabilisee?s?|validee?s?|valide|emise?s?|definitive?s?|finalisee?s?)|(a|en attente de) (valider|validation)|not posted|unposted)\b"
)
_NIE = r"\b(non|not|pas|jamais|ne|un) (\w+ )?(annulee?|cancell?ed|abandonnee?)\b"
_PAYE = r"\b(payee?s?|reglee?s?|soldee?s?|lettree?s?|acquittee?s?|encaissee?s?|paid|settled|cleared)\b"
_PAS_TOUT = (
    r"\b(non|not|pas|jamais|partiel\w*|partial\w*|part|reste|restant|a (payer|regler|solder|lettrer|encaisser)|en cours|attente|impayee?s?|unpaid"
    r"|overdue|retard|over|prepaid|sur)\b"
)
_OUI_SI_PAYEE = r"payee?|reglee?|soldee?|lettree?|pointee?|paid"


class EtatDePiece(Enum):
    ORDINAIRE = auto()
    NON_COMPTABILISEE = auto()
    PAYEE = auto()


def lire_etat(texte: str, entete: str) -> EtatDePiece:
    """Ce que dit cette cellule, sous cet en-tête : « Payée » est un état, et « Oui » sous « Soldée » aussi.

    >>> [lire_etat(t, "Statut").name for t in ("Brouillon", "Comptabilisé", "Partiellement payé", "Payé", "Non payé")]
    ['NON_COMPTABILISEE', 'ORDINAIRE', 'ORDINAIRE', 'PAYEE', 'ORDINAIRE']
    >>> lire_etat("Oui", "Facture payée").name, lire_etat("Non", "Comptabilisée").name
    ('PAYEE', 'NON_COMPTABILISEE')
    """
    if not texte.strip():
        return EtatDePiece.ORDINAIRE
    lu = lire_oui_non(texte)
    if lu is not None:
        return _lire_reponse(lu, sans_accents(entete).casefold())
    nu = " ".join(re.findall(r"\w+", sans_accents(texte).casefold().replace("_", " ")))
    if re.search(_ECARTE, nu) and not re.search(_NIE, nu):
        return EtatDePiece.NON_COMPTABILISEE
    return EtatDePiece.PAYEE if re.search(_PAYE, nu) and not re.search(_PAS_TOUT, nu) else EtatDePiece.ORDINAIRE


def _lire_reponse(oui: bool, entete: str) -> EtatDePiece:
    """Oui ou Non, sous un en-tête qui pose la question."""
    if re.search(r"\b(comptabilisee|validee|validation)\b", entete):
        return EtatDePiece.ORDINAIRE if oui else EtatDePiece.NON_COMPTABILISEE
    return (
        EtatDePiece.PAYEE if oui and any(re.fullmatch(_OUI_SI_PAYEE, mot) for mot in re.findall(r"\w+", entete)) else EtatDePiece.ORDINAIRE
    )


def est_provisoire(piece: str) -> bool:
    """« / », « (PROV12) » : le numéro qu'un logiciel donne à une pièce qu'il n'a pas encore comptabilisée.

    >>> est_provisoire("/"), est_provisoire("(PROV12)"), est_provisoire("PROVENCE-3"), est_provisoire("F1/2")
    (True, True, False, False)
    """
    return piece[:1] in DEBUTS and re.fullmatch(_PROVISOIRE, piece) is not None


def etats(colonnes: Sequence[tuple[str, Sequence[str]]], nombre: int) -> tuple[Masque, Masque]:
    """(non comptabilisées, payées), d'après les colonnes d'état (en-tête, textes) ; l'une l'emporte sur l'autre."""
    ecartees, payees = np.zeros(nombre, dtype=np.bool_), np.zeros(nombre, dtype=np.bool_)
    for entete, textes in colonnes:
        par_texte = {texte: lire_etat(texte, entete) for texte in set(textes)}
        lus = [par_texte[texte] for texte in textes]
        ecartees |= np.array([lu is EtatDePiece.NON_COMPTABILISEE for lu in lus], dtype=np.bool_)
        payees |= np.array([lu is EtatDePiece.PAYEE for lu in lus], dtype=np.bool_)
    return ecartees, payees & ~ecartees
