"""Une cellule revenue de la revue : Excel, LibreOffice ou l'utilisateur ont pu en changer le type, pas le sens."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from relances_xl.domaine.dates import jour_de_serie
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.montants import en_unites
from relances_xl.domaine.niveaux import Niveaux
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.textes import cle

_SERIES = range(1, 2_958_466)  # du 31/12/1899 au 31/12/9999


def texte(valeur: Valeur) -> str:
    """Le texte d'un code ou d'un libellé ; un code devenu nombre garde sa forme.

    >>> texte(411001.0), texte(" C001 "), texte(None)
    ('411001', 'C001', '')
    """
    if valeur is None:
        return ""
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    return str(valeur).strip()


def montant(valeur: Valeur, devise: str) -> int | None:
    """Les unités minimales, vide valant 0 ; None si ce n'est pas un montant.

    >>> montant(1234.56, "EUR"), montant("1 234,56 €", "EUR"), montant(1500, "JPY"), montant("beaucoup", "EUR")
    (123456, 123456, 1500, None)
    """
    if valeur is None or valeur == "":
        return 0
    if isinstance(valeur, bool):
        return None
    ecrit = repr(valeur) if isinstance(valeur, int | float) else _nombre(str(valeur))
    try:
        return en_unites(Decimal(ecrit), devise)
    except (InvalidOperation, OverflowError, ValueError):
        return None


def _nombre(ecrit: str) -> str:
    """« 1 234,56 € » → « 1234.56 »."""
    return re.sub(r"[\s€]|[A-Z]{3}", "", ecrit).replace("−", "-").replace(",", ".")


def jour(valeur: Valeur) -> date | None:
    """La date, d'une date, d'un numéro de série ou d'un texte ; None si la cellule n'en porte pas.

    >>> jour("31/03/2026") == jour(46112) == jour(datetime(2026, 3, 31)) == date(2026, 3, 31)
    True
    """
    if isinstance(valeur, datetime):
        return valeur.date()
    if isinstance(valeur, date):
        return valeur
    if isinstance(valeur, bool):
        return None
    if isinstance(valeur, int | float):
        return jour_de_serie(int(valeur)) if int(valeur) in _SERIES else None
    ecrit = texte(valeur)
    for forme in ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(ecrit.split(" ")[0], forme).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def entier(valeur: Valeur) -> int | None:
    """Un entier : 2, 2.0, « 2 », « 2,0 » ; None sinon.

    >>> entier(2.0), entier("2"), entier("2,0"), entier("deux")
    (2, 2, 2, None)
    """
    if isinstance(valeur, bool):
        return None
    trouve = re.fullmatch(r"(-?\d+)([.,]0+)?", texte(valeur))
    return int(trouve[1]) if trouve else None


def niveau(valeur: Valeur, niveaux: Niveaux) -> int | None:
    """Le numéro d'un niveau, donné par son numéro ou son libellé ; None s'il n'existe pas."""
    par_libelle = {cle(n.libelle): n.numero for n in niveaux}
    ecrit = texte(valeur)
    numero = par_libelle.get(cle(ecrit)) or entier(re.sub(r"(?i)^niveau\s*", "", ecrit))
    return numero if numero is not None and 1 <= numero <= niveaux.plus_haut else None


def sortie(valeur: Valeur) -> str:
    """La sortie, à la casse et aux accents près ; vide si elle n'existe pas."""
    return {cle(s): s.value for s in Sortie}.get(cle(texte(valeur)), "")
