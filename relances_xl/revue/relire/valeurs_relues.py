"""Une cellule revenue de la revue : Excel, LibreOffice ou l'utilisateur ont pu en changer le type, pas le sens.

`domaine.cellule` la lit ; ici, ce qui ne se lit pas est None, car seule une ligne approuvée a besoin d'être lisible.
"""

import re
from datetime import date

from relances_xl.domaine.cellule import Illisible, lire_choix, lire_decimal, lire_jour, lire_montant, montrer
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.niveaux import Niveaux
from relances_xl.domaine.statuts import Sortie


def texte(valeur: Valeur) -> str:
    """Le texte d'un code ou d'un libellé ; un code devenu nombre garde sa forme.

    >>> texte(411001.0), texte(" C001 "), texte(None)
    ('411001', 'C001', '')
    """
    return montrer(valeur)


def montant(valeur: Valeur, devise: str) -> int | None:
    """Les unités minimales, vide valant 0 ; None si ce n'est pas un montant, ou s'il se lit de deux façons.

    >>> montant(1234.56, "EUR"), montant("1 234,56 €", "EUR"), montant(1500, "JPY"), montant("1.234", "EUR")
    (123456, 123456, 1500, None)
    """
    if est_vide(valeur):
        return 0
    try:
        return lire_montant(valeur, devise)
    except Illisible:
        return None


def jour(valeur: Valeur) -> date | None:
    """La date, d'une date, d'un numéro de série ou d'un texte ; None si la cellule n'en porte pas.

    >>> jour("31/03/2026") == jour(46112) == jour("31 mars 2026") == date(2026, 3, 31)
    True
    """
    try:
        return lire_jour(valeur)
    except Illisible:
        return None


def entier(valeur: Valeur) -> int | None:
    """Un entier : 2, 2.0, « 2 », « 2,0 » ; None sinon.

    >>> entier(2.0), entier("2"), entier("2,0"), entier("deux")
    (2, 2, 2, None)
    """
    try:
        nombre = lire_decimal(valeur)
    except Illisible:
        return None
    return int(nombre) if nombre == nombre.to_integral_value() else None


def niveau(valeur: Valeur, niveaux: Niveaux) -> int | None:
    """Le numéro d'un niveau, donné par son numéro ou son libellé ; None s'il n'existe pas."""
    par_libelle = {cle(n.libelle): n.numero for n in niveaux}
    ecrit = texte(valeur)
    numero = par_libelle.get(cle(ecrit)) or entier(re.sub(r"(?i)^niveau\s*", "", ecrit))
    return numero if numero is not None and 1 <= numero <= niveaux.plus_haut else None


def sortie(valeur: Valeur) -> str:
    """La sortie, à la casse et aux accents près ; vide si elle n'existe pas."""
    try:
        return lire_choix(valeur, tuple(Sortie)).value
    except Illisible:
        return ""
