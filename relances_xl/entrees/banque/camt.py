"""camt.053, camt.052 et camt.054 : les relevés XML d'ISO 20022, quelle qu'en soit la version.

Source : ISO 20022, Bank-to-Customer Cash Management (camt.053.001.02 à .13). Une écriture (`Ntry`) créditrice et
comptabilisée donne un encaissement par détail (`TxDtls`) quand les détails portent leurs montants et font le total,
sinon un seul.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from relances_xl.domaine.ecrits.nombres_ecrits import vraisemblable
from relances_xl.entrees.banque.encaissement import Encaissement, Lue, Operation, en_une_ligne

_COMPTABILISEES = ("BOOK", "")
_LIBELLES = ("{*}RmtInf/{*}Ustrd", "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref", "{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb", "{*}AddtlTxInf")
_PAYEURS = ("{*}RltdPties/{*}Dbtr/{*}Nm", "{*}RltdPties/{*}Dbtr/{*}Pty/{*}Nm", "{*}RltdPties/{*}UltmtDbtr/{*}Nm")
_MONTANTS = ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt")


def encaissements(racine: Element) -> Iterator[Lue]:
    """Les encaissements d'un document camt, dans l'ordre du fichier."""
    for rang, ecriture in enumerate(racine.iterfind(".//{*}Ntry"), 1):
        if _texte(ecriture, "{*}CdtDbtInd") != "CRDT" or _texte(ecriture, "{*}RvslInd") in ("true", "1"):
            continue
        if (_texte(ecriture, "{*}Sts/{*}Cd") or _texte(ecriture, "{*}Sts")) not in _COMPTABILISEES:
            continue
        yield from _de_l_ecriture(rang, ecriture)


def _de_l_ecriture(rang: int, ecriture: Element) -> Iterator[Lue]:
    jour = _jour(ecriture)
    total = _montant(ecriture)
    if jour is None or total is None:
        yield Operation(rang, "date ou montant illisible")
        return
    montant, devise = total
    entete = _texte(ecriture, "{*}AddtlNtryInf")
    details = [detail for detail in ecriture.iterfind("{*}NtryDtls/{*}TxDtls") if _texte(detail, "{*}CdtDbtInd") != "DBIT"]
    parts = [lue[0] for detail in details if (lue := _montant(detail)) and vraisemblable(lue[0])]
    if len(details) > 1 and len(parts) == len(details) and vraisemblable(montant) and sum(parts) == montant:
        for detail, part in zip(details, parts, strict=True):
            yield Encaissement(rang, jour, _libelle(detail, entete), part, devise)
    else:
        libelle = en_une_ligne(*(_libelle(detail, "") for detail in details[:20]), entete)
        yield Encaissement(rang, jour, libelle, montant, devise)


def _libelle(detail: Element, entete: str) -> str:
    payeurs = (trouve.text for chemin in _PAYEURS for trouve in detail.iterfind(chemin))
    motifs = (trouve.text for chemin in _LIBELLES for trouve in detail.iterfind(chemin))
    return en_une_ligne(*payeurs, *motifs, _texte(detail, "{*}Refs/{*}EndToEndId"), entete)


def _montant(noeud: Element) -> tuple[Decimal, str] | None:
    trouve = next((n for chemin in _MONTANTS if (n := noeud.find(chemin)) is not None), None)
    if trouve is None:
        return None
    try:
        return Decimal((trouve.text or "").strip()), trouve.get("Ccy", "EUR")
    except InvalidOperation:
        return None


def _jour(ecriture: Element) -> date | None:
    for chemin in ("{*}BookgDt/{*}Dt", "{*}BookgDt/{*}DtTm", "{*}ValDt/{*}Dt", "{*}ValDt/{*}DtTm"):
        try:
            return date.fromisoformat(_texte(ecriture, chemin)[:10])
        except ValueError:
            continue
    return None


def _texte(noeud: Element, chemin: str) -> str:
    return (noeud.findtext(chemin) or "").strip()
