"""Lire une cellule revenue de la revue : Excel, LibreOffice ou l'utilisateur ont pu en changer le type, pas le sens.

`domaine.cellule` la lit ; un `LecteurDeColonne` y ajoute le type de la colonne relue et ce que vaut une cellule vide. Une cellule
illisible n'est une faute que sur une ligne approuvée : c'est à l'appelant d'en juger.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from relances_xl.domaine.cellule import Illisible, lire_choix, lire_date, lire_decimal, lire_jour, lire_montant, montrer
from relances_xl.domaine.ecrits.textes import cle, lire_oui_non
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import NatureSuivi
from relances_xl.domaine.statuts import Sortie


class LecteurDeColonne(NamedTuple):
    """Comment une colonne se relit.

    lire(cellule, devise) : la valeur, ou `Illisible` ; vide : ce que vaut une cellule vide, et une cellule illisible ;
    type : celui de la colonne de la table relue ; par_devise : `lire` dépend de la devise de la ligne.
    """

    nature: str
    lire: Callable[[Valeur, str], object]
    type: str
    vide: object
    par_devise: bool = False


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
    nombre = lire_decimal(valeur)
    if nombre != nombre.to_integral_value():
        raise Illisible(f"« {montrer(valeur)} » n'est pas un nombre entier", "écrivez un nombre entier")
    return int(nombre)


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


TEXTE = LecteurDeColonne("texte", lambda cellule, _: texte(cellule), "str", "")
CASE = LecteurDeColonne("coche", lambda cellule, _: coche(cellule), "bool", False)
ENTIER = LecteurDeColonne("nombre", lambda cellule, _: entier(cellule), "int64", 0)
NIVEAU_DE_LA_LISTE = ENTIER._replace(vide=-1)
"""Vide : la ligne n'est pas de la liste (collée, ou d'une autre revue) ; 0 serait une prévenance."""
JOUR = LecteurDeColonne("date", lambda cellule, _: lire_jour(cellule), "datetime64[s]", None)
MONTANT = LecteurDeColonne("montant", lire_montant, "int64", 0, par_devise=True)
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
