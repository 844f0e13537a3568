"""Lire une cellule, d'où qu'elle vienne (critères, revue) : date, montant, pourcentage, entier, Oui/Non, choix.

Chaque lecteur rend la valeur, ou lève `Illisible` avec le message et le remède : l'appelant, qui connaît l'onglet et
la cellule, en fait une `Faute`. Une cellule vide (None, blancs) est l'affaire de l'appelant.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from relances_xl.domaine.ecrits.dates import DelaiPaiement, ecrire_date, jour_de_serie
from relances_xl.domaine.ecrits.dates_ecrites import Ambigu, lectures
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.ecrits.nombres_ecrits import decomposer
from relances_xl.domaine.ecrits.textes import cle, lire_oui_non, plus_proche, une_ligne
from relances_xl.domaine.feuilles import CelluleErreur, Formule, Valeur

S = TypeVar("S", bound=str)

ANNEES = range(1980, 2101)


class Illisible(Exception):
    """La cellule ne se lit pas."""

    def __init__(self, message: str, remede: str) -> None:
        super().__init__(message)
        self.message = message
        self.remede = remede


def montrer(valeur: Valeur) -> str:
    """La valeur telle qu'on la cite dans un message, ou qu'on la garde comme texte : `411001`, jamais `411001.0`."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(valeur, float):
        return f"{_decimal(valeur):f}".replace(".", ",")
    if isinstance(valeur, datetime | date):
        return ecrire_date(valeur)
    return str(valeur).strip()


def _decimal(nombre: int | float) -> Decimal:
    """Le nombre d'une cellule, à la précision d'Excel : quinze chiffres, sans la poussière binaire."""
    return Decimal(nombre) if isinstance(nombre, int) else Decimal(f"{nombre:.15g}")


def lire_texte(valeur: Valeur) -> str:
    """Le texte de la cellule, blancs de bord ôtés."""
    if isinstance(valeur, CelluleErreur):
        raise Illisible(f"la cellule est en erreur ({valeur})", "corrigez la formule ou saisissez la valeur")
    if isinstance(valeur, Formule):
        raise Illisible(
            f"la formule {valeur} n'a pas de résultat enregistré",
            "ouvrez le classeur dans Excel ou LibreOffice, enregistrez-le, ou saisissez la valeur",
        )
    return montrer(valeur)


def lire_date(valeur: Valeur) -> date:
    """Une date vraisemblable, saisie à la main : 31/03/2026, 31-03-26, 2026-03-31, 20260331, 31 mars 2026 (contrat §3)."""
    jour = lire_jour(valeur)
    if jour.year not in ANNEES:
        raise Illisible(f"la date {ecrire_date(jour)} est invraisemblable", "écrivez l'année sur quatre chiffres")
    return jour


def lire_jour(valeur: Valeur) -> date:
    """Une vraie date, un numéro de série d'Excel, ou un texte lu jour/mois, quelle qu'en soit l'année."""
    lu = lectures(valeur)
    jour = lu.jour_mois if isinstance(lu, Ambigu) else jour_de_serie(lu) if isinstance(lu, int) else lu
    if jour is None:
        raise Illisible(f"« {une_ligne(lire_texte(valeur))} » n'est pas une date", "écrivez-la JJ/MM/AAAA, par exemple 31/03/2026")
    return jour


def lire_montant(valeur: Valeur, devise: str) -> int:
    """Un montant, en unités minimales de sa devise."""
    return en_unites(lire_decimal(valeur, devise), devise)


def lire_decimal(valeur: Valeur, devise: str = "EUR") -> Decimal:
    """Un nombre, ou un texte : « 1 234,56 € », « 1.234,56 », « 12.5 ». « 1.234 » est ambigu, donc refusé."""
    if isinstance(valeur, int | float) and not isinstance(valeur, bool):
        return _decimal(valeur)
    texte = lire_texte(valeur)
    ecrit = decomposer(texte)
    if ecrit is None:
        raise Illisible(f"« {texte} » n'est pas un nombre", "écrivez par exemple 1234,56")
    if ecrit.deux_lectures and ecrit.decimal == ".":
        raise Illisible(f"« {texte} » se lit de deux façons", f"écrivez {ecrit.entier}{ecrit.fraction} ou {ecrit.entier},{ecrit.fraction}")
    if ecrit.devise not in ("", devise):
        raise Illisible(f"« {texte} » n'est pas en {devise}", f"écrivez un montant en {devise}")
    return ecrit.signe * Decimal(f"{ecrit.entier or 0}.{ecrit.fraction or 0}")


def lire_entier(valeur: Valeur, minimum: int, maximum: int) -> int:
    """Un entier compris entre deux bornes, elles comprises."""
    nombre = lire_decimal(valeur)
    if nombre != nombre.to_integral_value() or not minimum <= nombre <= maximum:
        raise Illisible(f"« {montrer(valeur)} » ne convient pas", f"écrivez un nombre entier de {minimum} à {maximum}")
    return int(nombre)


def lire_pourcentage(valeur: Valeur) -> Decimal:
    """Un taux annuel en points, entre 0 et 100 : 12,15 ou « 12,15 % ».

    Un nombre au format % arrive ici en texte (« 12,15 % ») : la lecture du classeur s'en charge (contrat §2).
    """
    if isinstance(valeur, str):
        valeur = valeur.strip().removesuffix("%")
    taux = lire_decimal(valeur)
    if not 0 <= taux <= 100:
        raise Illisible(f"le taux {montrer(valeur)} est hors limites", "écrivez un pourcentage annuel, par exemple 12,15")
    return taux


def lire_oui_ou_non(valeur: Valeur) -> bool:
    """Oui ou Non, case à cocher comprise."""
    lu = lire_oui_non(valeur)
    if lu is None:
        raise Illisible(f"« {lire_texte(valeur)} » n'est ni Oui ni Non", "écrivez Oui ou Non")
    return lu


def lire_choix(valeur: Valeur, choix: Iterable[S]) -> S:
    """La valeur fermée reconnue sans casse, accents ni espaces ; d'une énumération, son membre."""
    choix = tuple(choix)
    texte = lire_texte(valeur)
    trouve = {cle(c): c for c in choix}.get(cle(texte))
    if trouve is None:
        proche = plus_proche(texte, choix)
        suggestion = f" (vouliez-vous « {proche} » ?)" if proche else ""
        raise Illisible(f"valeur « {texte} » inconnue", f"choisissez parmi : {', '.join(choix)}{suggestion}")
    return trouve


def lire_liste(valeur: Valeur) -> tuple[str, ...]:
    """Les textes séparés par « ; » ou un retour à la ligne, sans les vides."""
    return tuple(morceau for partie in re.split(r"[;\n\r]", lire_texte(valeur)) if (morceau := partie.strip()))


def lire_delai(valeur: Valeur) -> DelaiPaiement:
    """Un délai de paiement : 30, « 45 fin de mois », « fin de mois 45 », « 30 fin de mois le 10 »."""
    texte = lire_texte(valeur)
    delai = DelaiPaiement.lire(texte)
    if delai is None or isinstance(valeur, date | time):
        raise Illisible(
            f"délai de paiement « {texte} » incompréhensible",
            "écrivez par exemple 30, 45 fin de mois, fin de mois 45 ou 30 fin de mois le 10",
        )
    return delai
