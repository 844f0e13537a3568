"""Les valeurs d'un fichier clients, ramenées à une seule écriture ; ce qui ne se lit pas se dit, sans rien refuser.

Chaque lecteur reçoit la cellule brute et la rend en texte ; None veut dire « illisible ».
"""

import re
from collections.abc import Callable, Mapping

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.ecrits.adresses import en_france
from relances_xl.domaine.ecrits.dates import DelaiPaiement, FinDeMois
from relances_xl.domaine.ecrits.textes import cle, une_ligne
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.valeurs.colonne_textes import en_texte

EN_BOOLEEN = frozenset({c.EXCLURE, c.PROCEDURE_COLLECTIVE})


def _synonymes(**noms: str) -> Mapping[str, str]:
    return {cle(nom): valeur for valeur, liste in noms.items() for nom in (valeur, *liste.split(", "))}


TYPES = _synonymes(
    Professionnel="pro, professionnelle, professionnels, b2b, btob, entreprise, société, company, business, personne morale, "
    "association, commerçant, artisan, profession libérale, PME, TPE, ETI",
    Particulier="particuliers, part, b2c, btoc, privé, individual, individu, personne physique, consommateur, consumer",
    Public="b2g, btog, administration, collectivité, collectivité publique, collectivité locale, collectivité territoriale, "
    "secteur public, organisme public, établissement public, personne publique, état, mairie, government, public body",
)
assert set(TYPES.values()) == {str(t) for t in TypeClient}, "les types de client ne sont pas ceux du domaine"

ENVOIS = _synonymes(
    Courrier="courriers, lettre, poste, postal, papier, voie postale, print, letter, mail postal",
    Email="e-mail, mail, courriel, électronique, adresse électronique, message, internet",
)
LANGUES = _synonymes(
    fr="français, francais, france, french, fra, fre, fr-FR, fr_FR, fr-BE, fr-CH, F",
    en="anglais, english, eng, angl, en-GB, en-US, uk, gb, royaume-uni, A",
    de="allemand, german, deutsch, deu, ger, de-DE",
    es="espagnol, spanish, español, spa, es-ES",
    it="italien, italian, italiano, ita, it-IT",
    nl="néerlandais, dutch, nederlands, nld, nl-NL, nl-BE",
    pt="portugais, portuguese, português, por, pt-PT",
)
_COMPTANT = frozenset(map(cle, ("comptant", "à réception", "à réception de facture", "réception de facture", "immédiat",
                                "paiement immédiat", "immediate payment", "due on receipt", "cash")))  # fmt: skip


def lire_code_postal(valeur: Valeur, pays: Valeur) -> str:
    """Le code postal, son zéro de tête rendu quand Excel l'a pris pour un nombre.

    Un texte de quatre chiffres sans pays reste tel quel (« 1000 » est à Bruxelles).

    >>> lire_code_postal(1000, None), lire_code_postal("1000", ""), lire_code_postal("1000", "France")
    ('01000', '1000', '01000')
    """
    texte = en_texte(valeur)
    perdu = isinstance(valeur, int | float) or bool(en_texte(pays))
    return texte.zfill(5) if perdu and re.fullmatch(r"\d{4}", texte) and en_france(en_texte(pays)) else texte


def lire_telephone(valeur: Valeur, pays: Valeur) -> str:
    """Le numéro de téléphone, son zéro ou son « + » de tête rendu.

    >>> lire_telephone(612345678, None), lire_telephone(33612345678, ""), lire_telephone("06 12 34 56 78", "")
    ('0612345678', '+33612345678', '06 12 34 56 78')
    """
    texte = en_texte(valeur)
    if en_france(en_texte(pays)) and re.fullmatch(r"[1-9]\d{8}", texte):
        return f"0{texte}"
    return f"+{texte}" if re.fullmatch(r"33[1-9]\d{8}", texte) else texte


def lire_siren(valeur: Valeur) -> str:
    """Le SIREN, ou celui que contient un SIRET, sans blancs."""
    chiffres = re.sub(r"[\s.]", "", en_texte(valeur))
    return chiffres[:9] if re.fullmatch(r"\d{14}", chiffres) else chiffres


def lire_delai(valeur: Valeur) -> str | None:
    """Un délai de paiement, réécrit comme le critère : « 30 jours fin de mois » → « 30 fin de mois ».

    >>> [lire_delai(t) for t in ("Net 30", "30 Days", "45 jours fin de mois le 10", "À réception", "selon devis")]
    ['30', '30', '45 fin de mois le 10', '0', None]
    """
    texte = une_ligne(en_texte(valeur))
    if not texte:
        return ""
    if cle(texte) in _COMPTANT:
        return str(DelaiPaiement(0))
    if cle(texte) in ("findumoissuivant", "endoffollowingmonth", "findemoissuivant"):
        return str(DelaiPaiement(31, FinDeMois.APRES))
    simple = re.sub(r"^net (?=\d)|\b(days?|jours? nets?|date de facture|nets?)\b", "", texte, flags=re.IGNORECASE)
    simple = re.sub(r"\b(end of month|fin du mois)\b", "fin de mois", simple, flags=re.IGNORECASE)
    delai = DelaiPaiement.lire(une_ligne(simple))
    return None if delai is None else str(delai)


def _choix(connus: Mapping[str, str]) -> Callable[[Valeur], str | None]:
    def lire(valeur: Valeur) -> str | None:
        lu = cle(en_texte(valeur))
        return connus.get(lu) if lu else ""

    return lire


def lire_langue(valeur: Valeur) -> str | None:
    """Le code de langue à deux lettres."""
    texte = en_texte(valeur)
    return LANGUES.get(cle(texte), texte.casefold() if re.fullmatch(r"[A-Za-z]{2}", texte) else None) if texte else ""


_UNE_ADRESSE = re.compile(r"[^@<>;,\s]+@[^@<>;,\s]+\.[^@<>.;,\s]+")


def lire_email(valeur: Valeur) -> str | None:
    """Une ou plusieurs adresses, chacune avec un seul « @ » et un domaine."""
    texte = en_texte(valeur).removeprefix("mailto:")
    if _UNE_ADRESSE.fullmatch(texte):
        return texte
    adresses = [adresse for adresse in re.split(r"[;,\s]+", texte) if adresse]
    correctes = all(map(_UNE_ADRESSE.fullmatch, adresses))
    return "; ".join(adresses) if correctes else None


LECTEURS: Mapping[str, Callable[[Valeur], str | None]] = {
    c.TYPE_CLIENT: _choix(TYPES),
    c.ENVOI: _choix(ENVOIS),
    c.LANGUE: lire_langue,
    c.DELAI_PAIEMENT: lire_delai,
    c.EMAIL: lire_email,
    c.EMAIL_RELANCE: lire_email,
    c.SIREN: lire_siren,
}
"""Champ → lecteur, pour ceux qui ont une écriture à eux."""

SELON_PAYS: Mapping[str, Callable[[Valeur, Valeur], str]] = {
    c.CODE_POSTAL: lire_code_postal,
    c.TELEPHONE: lire_telephone,
}
"""Champ → lecteur de la cellule et de celle du pays."""
