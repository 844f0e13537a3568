"""Le relevé qu'une banque donne en Excel ou en CSV : une date, un libellé, un montant signé ou un débit et un crédit."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from relances_xl.domaine.ecrits.montants import decimales, en_decimal
from relances_xl.domaine.ecrits.nombres_ecrits import SYMBOLES
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.entrees.banque.encaissement import Encaissement, Lue, Operation, en_une_ligne
from relances_xl.entrees.classeurs.classeur import premier_onglet
from relances_xl.entrees.valeurs.colonne_dates import dates
from relances_xl.entrees.valeurs.colonne_montants import montants
from relances_xl.entrees.valeurs.colonne_textes import en_texte

PROFONDEUR = 40  # lignes parmi lesquelles on cherche l'en-tête : les banques y mettent le solde et l'adresse

_ROLES: dict[str, tuple[str, ...]] = {
    "date": ("date", "date opération", "date de l'opération", "date comptable", "date d'opération", "date écriture", "date operation",
             "booking date", "transaction date", "date de comptabilisation"),
    "valeur": ("date de valeur", "date valeur", "value date"),
    "montant": ("montant", "montant de l'opération", "montant opération", "amount", "montant signé", "valeur", "somme"),
    "credit": ("crédit", "credit", "montant crédit", "recettes", "entrées", "encaissements", "crédit euros", "credit amount"),
    "debit": ("débit", "debit", "montant débit", "dépenses", "sorties", "décaissements", "débit euros", "debit amount"),
    "devise": ("devise", "currency", "monnaie"),
    "sens": ("sens", "d/c", "débit/crédit", "type mouvement"),
}  # fmt: skip
_LIBELLES = frozenset(map(cle, (
    "libellé", "libellé opération", "libellé de l'opération", "libellé simplifié", "libellé complémentaire", "libellé court", "intitulé",
    "désignation", "description", "détail", "détails", "détail de l'opération", "motif", "nature de l'opération", "opération",
    "informations complémentaires", "référence", "référence opération", "tiers", "contrepartie", "nom du tiers", "émetteur",
    "nom émetteur", "donneur d'ordre", "communication", "label", "details", "reference", "counterparty", "payer",
)))  # fmt: skip
_PAR_CLE = {cle(nom): role for role, noms in _ROLES.items() for nom in noms}
_UNITE = re.compile(r"[(\[]?\s*(?:en\s+)?(€|eur|euros?|usd|chf|gbp)\s*[)\]]?\s*$", re.IGNORECASE)


def encaissements(chemin: Path) -> Iterator[Lue]:
    """Les lignes créditrices du relevé. Un tableau sans date, libellé ni montant : `ErreurUtilisateur`."""
    onglet = premier_onglet(chemin)
    lignes = iter(onglet.lignes)
    debut = list(islice(lignes, PROFONDEUR))
    rang, roles, libelles = _entete(debut, chemin, onglet.nom)
    donnees = [*debut[rang + 1 :], *lignes]

    def colonne(role: str) -> list[Valeur]:
        place = roles.get(role)
        return [ligne[place] if place is not None and place < len(ligne) else None for ligne in donnees]

    devises = [_devise(en_texte(valeur)) for valeur in colonne("devise")]
    precision = np.array([decimales(devise) for devise in devises], dtype=np.int64)
    jours, secours = dates(colonne("date")), dates(colonne("valeur"))
    credit = montants(colonne("credit" if "credit" in roles else "montant"), precision)
    sens = [cle(en_texte(valeur))[:1] for valeur in colonne("sens")]
    for i, ligne in enumerate(donnees):
        unites = int(credit.unites[i])
        unites = -abs(unites) if sens[i] == "d" else abs(unites) if sens[i] == "c" or "credit" in roles else unites
        jour = jours.jours[i] if not np.isnat(jours.jours[i]) else secours.jours[i]
        libelle = en_une_ligne(*(en_texte(ligne[place]) for place in libelles if place < len(ligne)))
        if credit.illisibles[i] and not np.isnat(jour):
            yield Operation(rang + 2 + i, "montant illisible")
        elif unites > 0 and np.isnat(jour) and libelle and not jours.vides[i]:
            yield Operation(rang + 2 + i, "date illisible")
        elif unites > 0 and not np.isnat(jour):
            yield Encaissement(rang + 2 + i, jour.astype("datetime64[D]").item(), libelle, en_decimal(unites, devises[i]), devises[i])


def _entete(debut: Sequence[Sequence[Valeur]], chemin: Path, onglet: str) -> tuple[int, dict[str, int], list[int]]:
    """(rang de l'en-tête, rôle → colonne, colonnes de libellé)."""
    for rang, ligne in enumerate(debut):
        titres = [cle(_UNITE.sub("", valeur)) if isinstance(valeur, str) and not est_vide(valeur) else "" for valeur in ligne]
        roles: dict[str, int] = {}
        for place, titre in enumerate(titres):
            if titre in _PAR_CLE:
                roles.setdefault(_PAR_CLE[titre], place)
        libelles = [place for place, titre in enumerate(titres) if titre in _LIBELLES]
        if ("date" in roles or "valeur" in roles) and ("montant" in roles or "credit" in roles) and libelles:
            return rang, roles, libelles
    raise ErreurUtilisateur(
        Faute(
            "ce n'est pas un relevé bancaire que l'on sache lire : il faut une date, un libellé, et un montant ou un crédit",
            "demandez à votre banque un relevé camt.053, OFX ou CFONB, ou nommez ces colonnes en première ligne",
            chemin.name,
            onglet,
        )
    )


def _devise(ecrite: str) -> str:
    texte = ecrite.strip().upper()
    return SYMBOLES.get(texte, texte) or "EUR"
