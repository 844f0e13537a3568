"""Lire une cellule revenue de la revue : Excel, LibreOffice ou l'utilisateur ont pu en changer le type, pas le sens.

`domaine.cellule` la lit ; un `LecteurDeColonne` y ajoute le type de la colonne relue et ce que vaut une cellule vide. Une cellule
illisible n'est une faute que sur une ligne approuvée : c'est à l'appelant d'en juger.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

from relances_xl.domaine.cellule import Illisible, lire_choix, lire_date, lire_decimal, lire_jour, lire_montant, montrer
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.ecrits.textes import cle, lire_oui_non
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import NatureSuivi
from relances_xl.domaine.statuts import Sortie

_SUR = 10**11  # au-dessous, un montant a quinze chiffres au plus, décimales comprises
_DEMESURE = 2**63  # ce que la table ne peut porter


ParGenre = Mapping[type, Callable[[Sequence[Any]], list[Any]]]


class LecteurDeColonne(NamedTuple):
    """Comment une colonne se relit.

    lire(cellule, devise) : la valeur, ou `Illisible` ; vide : ce que vaut une cellule vide, et une cellule illisible ;
    type : celui de la colonne de la table relue ; par_devise : `lire` dépend de la devise de la ligne ; d_un_coup : pour une colonne
    dont toutes les cellules sont de ce type Python, ce que `lire` en donnerait une à une.
    """

    nature: str
    lire: Callable[[Valeur, str], object]
    type: str
    vide: object
    par_devise: bool = False
    d_un_coup: ParGenre = MappingProxyType({})


def texte(valeur: Valeur) -> str:
    """Le texte d'un code ou d'un libellé ; un code devenu nombre garde sa forme.

    >>> texte(411001.0), texte(" C001 "), texte(None)
    ('411001', 'C001', '')
    """
    return montrer(valeur)


def numero(valeur: Valeur) -> str:
    """Un numéro saisi. Au-delà de quinze chiffres, un nombre d'Excel a perdu les derniers : il ne se lit qu'en texte."""
    if isinstance(valeur, int | float) and abs(valeur) >= 10**15:
        raise Illisible("ce numéro a perdu ses derniers chiffres", "mettez la cellule au format Texte, et récrivez-le")
    return texte(valeur)


def entier(valeur: Valeur) -> int:
    """Un entier : 2, 2.0, « 2 », « 2,0 ».

    >>> entier(2.0), entier("2"), entier("2,0")
    (2, 2, 2)
    """
    nombre: int | Decimal = valeur if type(valeur) is int else lire_decimal(valeur)
    if not -_DEMESURE < nombre < _DEMESURE:
        raise Illisible(f"« {montrer(valeur)} » est démesuré", "écrivez un nombre entier")
    if nombre != int(nombre):
        raise Illisible(f"« {montrer(valeur)} » n'est pas un nombre entier", "écrivez un nombre entier")
    return int(nombre)


def montant(valeur: Valeur, devise: str) -> int:
    """Un montant, en unités minimales de sa devise.

    >>> montant(12.34, "EUR"), montant(12.345, "EUR"), montant("12,34 €", "EUR")
    (1234, 1235, 1234)
    """
    if type(valeur) is float and abs(valeur) < _SUR:
        par: int = 10 ** decimales(devise)
        unites = round(valeur * par)
        if unites / par == valeur:  # le flottant de ce décimal, que ses quinze chiffres redonnent
            return unites
    unites = _DEMESURE
    with suppress(InvalidOperation):  # plus de chiffres que `decimal` n'en garde
        unites = lire_montant(valeur, devise)
    if abs(unites) >= _DEMESURE:
        raise Illisible(f"« {montrer(valeur)} » est démesuré", "écrivez le montant de la pièce")
    return unites


def coche(valeur: Valeur) -> bool:
    """Une case : Vrai, 1, x, oui, ✓, =VRAI()… et leurs contraires."""
    cochee = lire_oui_non(valeur if isinstance(valeur, bool | int | float) else texte(valeur))
    if cochee is None:
        raise Illisible(f"« {texte(valeur)} » n'est ni oui ni non", "cochez la case, ou écrivez oui ou non")
    return cochee


def niveau(ecrit: str, plans: Plans) -> int | None:
    """Le numéro d'un niveau de relance, écrit par son numéro ou son libellé ; None s'il n'existe pas (0 : une prévenance)."""
    par_libelle = {cle(n.libelle): n.numero for n in reversed(plans.niveaux)}
    try:
        numero = par_libelle[cle(ecrit)] if cle(ecrit) in par_libelle else entier(re.sub(r"(?i)^niveau\s*", "", ecrit))
    except Illisible:
        return None
    return numero if 1 <= numero <= plans.plus_haut else None


def _sans_blancs(textes: Sequence[str]) -> list[str]:
    """Les textes sans leurs blancs de bord ; un texte qui se répète n'est gardé qu'une fois."""
    connus = {texte: texte.strip() for texte in dict.fromkeys(textes)}
    return list(map(connus.__getitem__, textes))


TEXTE = LecteurDeColonne("texte", lambda cellule, _: texte(cellule), "str", "", d_un_coup={str: _sans_blancs})
CASE = LecteurDeColonne("coche", lambda cellule, _: coche(cellule), "bool", False, d_un_coup={bool: list})
ENTIER = LecteurDeColonne("nombre", lambda cellule, _: entier(cellule), "int64", 0)
NIVEAU_DE_LA_LISTE = ENTIER._replace(vide=-1)
"""Vide : la ligne n'est pas de la liste (collée, ou d'une autre revue) ; 0 serait une prévenance."""
JOUR = LecteurDeColonne("date", lambda cellule, _: lire_jour(cellule), "datetime64[s]", None)
MONTANT = LecteurDeColonne("montant", montant, "int64", 0, par_devise=True)
MONTANT_D_AILLEURS = LecteurDeColonne("montant", lambda cellule, _: cellule, "object", 0)
"""Le montant d'une devise que l'onglet ne dit pas : tel quel, à qui la connaît de le lire."""
SORTIE = LecteurDeColonne("sortie", lambda cellule, _: lire_choix(cellule, tuple(Sortie)).value, "str", "")

# Ce que l'utilisateur répond, dans « À appeler »
REPONSE = LecteurDeColonne("réponse", lambda cellule, _: lire_choix(cellule, tuple(NatureSuivi)).value, "str", "")
NUMERO = LecteurDeColonne("numéro", lambda cellule, _: numero(cellule), "str", "")
DATE_SAISIE = LecteurDeColonne("date", lambda cellule, _: lire_date(cellule), "datetime64[s]", None)


def lire(lecteur: LecteurDeColonne, cellule: Valeur, devise: str) -> object:
    """La valeur d'une cellule ; vide, celle que le lecteur lui donne. Lève `Illisible`."""
    return lecteur.vide if est_vide(cellule) else lecteur.lire(cellule, devise)
