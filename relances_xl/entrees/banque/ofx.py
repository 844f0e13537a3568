"""OFX 1 (SGML, balises non fermées) et OFX 2 (XML) : les opérations d'un relevé (OFX 1.6 et 2.2, §11.4.4).

Les deux s'écrivent `<NOM>valeur` : une lecture en une passe, sans arbre, prend l'un comme l'autre. ofxtools, bien tenu,
est sous GPL ; ofxparse n'a plus de version depuis 2021.
"""

import html
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from relances_xl.entrees.banque.encaissement import Encaissement, Lue, Operation, en_une_ligne


def encaissements(texte: str) -> Iterator[Lue]:
    """Les opérations créditrices, dans l'ordre du fichier ; la devise est celle du relevé (`CURDEF`) ou de l'opération."""
    devise, rang = "EUR", 0
    operation: dict[str, str] | None = None
    for balise in texte.split("<")[1:]:
        nom, _, valeur = balise.partition(">")
        nom, valeur = nom.strip().upper(), html.unescape(valeur).strip()
        if nom == "CURDEF":
            devise = valeur.upper()
        elif nom == "STMTTRN":
            operation, rang = {}, rang + 1
        elif nom == "/STMTTRN" and operation is not None:
            yield from _lire(rang, operation, devise)
            operation = None
        elif operation is not None and not nom.startswith("/"):
            operation.setdefault(nom, valeur)


def _lire(rang: int, operation: dict[str, str], devise: str) -> Iterator[Lue]:
    ecrit, jour = operation.get("TRNAMT", ""), operation.get("DTPOSTED", "")[:8]
    try:
        montant = Decimal(ecrit.replace(" ", "").replace(",", "."))
        if not montant.is_finite():
            raise InvalidOperation(montant)
        quand = date(int(jour[:4]), int(jour[4:6]), int(jour[6:8]))
    except (InvalidOperation, ValueError):
        yield Operation(rang, f"date « {jour} » ou montant « {ecrit} » illisible")
        return
    if montant > 0:
        libelle = en_une_ligne(operation.get("NAME"), operation.get("MEMO"), operation.get("CHECKNUM"))
        yield Encaissement(rang, quand, libelle, montant, operation.get("CURSYM", devise).upper())
