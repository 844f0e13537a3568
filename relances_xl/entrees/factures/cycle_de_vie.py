"""Le cycle de vie d'une facture électronique : un message CDAR dit qu'elle est refusée, en litige ou encaissée.

Source : spécifications externes de la facturation électronique (DGFiP), statuts de l'annexe 7, portés par un message
UN/CEFACT « Cross Domain Acknowledgement and Response ».
"""

from xml.etree.ElementTree import Element

RACINE = "CrossDomainAcknowledgementAndResponse"
STATUTS = {"206": "Approuvée partiellement", "207": "En litige", "208": "Suspendue", "210": "Refusée", "212": "Encaissée", "213": "Rejetée"}
EN_LITIGE = frozenset({"206", "207", "208", "210", "213"})
ENCAISSEE = "212"


def lire_statuts(racine: Element) -> dict[str, str]:
    """Numéro de facture → code du dernier statut du message."""
    statuts = {}
    for document in racine.iterfind(".//{*}ReferenceReferencedDocument"):
        numero = (document.findtext("{*}IssuerAssignedID") or "").strip()
        code = (document.findtext("{*}ProcessConditionCode") or document.findtext("{*}StatusCode") or "").strip()
        if numero and code:
            statuts[numero] = code
    return statuts
