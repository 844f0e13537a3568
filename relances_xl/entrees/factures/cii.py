"""Une facture CII (UN/CEFACT Cross Industry Invoice), telle que Factur-X l'embarque (EN 16931-1 : les numéros BT)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from relances_xl.domaine.ecrits.nombres_ecrits import vraisemblable

RACINE = "CrossIndustryInvoice"
_AVOIRS = frozenset({"381", "261", "262", "296", "308", "396", "420", "458", "532"})  # UNTDID 1001
_ACOMPTES = frozenset({"386", "500", "503"})
_SIREN, _SIRET = "0002", "0009"  # ISO 6523

_TRANSACTION = "{*}SupplyChainTradeTransaction"
_ACCORD = f"{_TRANSACTION}/{{*}}ApplicableHeaderTradeAgreement"
_REGLEMENT = f"{_TRANSACTION}/{{*}}ApplicableHeaderTradeSettlement"
_ACHETEUR = f"{_ACCORD}/{{*}}BuyerTradeParty"
_SOMMES = f"{_REGLEMENT}/{{*}}SpecifiedTradeSettlementHeaderMonetarySummation"
_CONDITIONS = f"{_REGLEMENT}/{{*}}SpecifiedTradePaymentTerms"


@dataclass(frozen=True, slots=True)
class FactureElectronique:
    """Ce qu'une facture dit de la dette : BT-1, 2, 3, 5, 9, 20, 25, 44, 46, 47, 112 et 115."""

    numero: str
    date_piece: date | None
    nature: str  # « Facture », « Avoir », « Facture d'acompte »
    devise: str
    echeance: date | None
    conditions: str
    reference: str
    acheteur: str
    code_acheteur: str
    siren: str
    montant: Decimal | None
    reste: Decimal | None


def lire_cii(racine: Element) -> FactureElectronique:
    """La facture d'un document CII ; ce qu'elle ne dit pas est vide ou None."""
    genre = _texte(racine, "{*}ExchangedDocument/{*}TypeCode")
    return FactureElectronique(
        numero=_texte(racine, "{*}ExchangedDocument/{*}ID"),
        date_piece=_jour(racine, "{*}ExchangedDocument/{*}IssueDateTime/{*}DateTimeString"),
        nature="Avoir" if genre in _AVOIRS else "Facture d'acompte" if genre in _ACOMPTES else "Facture",
        devise=_texte(racine, f"{_REGLEMENT}/{{*}}InvoiceCurrencyCode") or "EUR",
        echeance=_jour(racine, f"{_CONDITIONS}/{{*}}DueDateDateTime/{{*}}DateTimeString"),
        conditions=_texte(racine, f"{_CONDITIONS}/{{*}}Description"),
        reference=_texte(racine, f"{_REGLEMENT}/{{*}}InvoiceReferencedDocument/{{*}}IssuerAssignedID"),
        acheteur=_texte(racine, f"{_ACHETEUR}/{{*}}Name"),
        code_acheteur=_texte(racine, f"{_ACHETEUR}/{{*}}ID"),
        siren=_siren(racine),
        montant=_decimal(racine, f"{_SOMMES}/{{*}}GrandTotalAmount"),
        reste=_decimal(racine, f"{_SOMMES}/{{*}}DuePayableAmount"),
    )


def _siren(racine: Element) -> str:
    for chemin in (f"{_ACHETEUR}/{{*}}SpecifiedLegalOrganization/{{*}}ID", f"{_ACHETEUR}/{{*}}GlobalID"):
        for noeud in racine.iterfind(chemin):
            chiffres = (noeud.text or "").replace(" ", "")
            if noeud.get("schemeID", _SIREN) in (_SIREN, _SIRET) and chiffres.isdigit():
                return chiffres[:9]
    return ""


def _texte(racine: Element, chemin: str) -> str:
    return " ".join((racine.findtext(chemin) or "").split())


def _jour(racine: Element, chemin: str) -> date | None:
    """Format 102 (AAAAMMJJ), le seul qu'EN 16931 admette."""
    try:
        return datetime.strptime(_texte(racine, chemin)[:8], "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def _decimal(racine: Element, chemin: str) -> Decimal | None:
    try:
        montant = Decimal(_texte(racine, chemin))
    except InvalidOperation:
        return None
    return montant if vraisemblable(montant) else None
