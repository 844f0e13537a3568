"""La pièce d'une écriture : sa référence, ou le numéro que porte son libellé ; et ce qui est un à-nouveau."""

import re

from relances_xl.domaine.ecrits.textes import cle

_RIEN = re.compile(
    r"x*|0*|(ran|an|anouveaux?|reports?anouveaux?|soldes?(anterieurs?|anouveau)?|ouverture)((19|20)\d\d)?"
    r"|neant|sans|aucune?|divers|na|nc"
)
_A_NOUVEAU = re.compile(r"anouveau|ouverture")
_JOURNAUX_A_NOUVEAU = frozenset({"an", "ano", "anx", "ran", "ouv"})

_JOUR_SANS_ANNEE = re.compile(r"(0?[1-9]|[12]\d|3[01])[/.-](0?[1-9]|1[0-2])")
_COMPTE = re.compile(r"411\w*")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")
_MONTANT = re.compile(r"\b\d+[.,]\d{2}\b(?!\w)")
_MOT = re.compile(r"[^\W_][\w/-]*")
_NUMERO = re.compile(r"[A-Z]{0,6}[-/_]?\d[\w/-]*", re.IGNORECASE)
_ANNEE = re.compile(r"(?:19|20)\d\d")
_ANNONCES = frozenset(("facture", "factures", "fact", "fac", "fa", "fc", "ft", "avoir", "av", "piece", "n", "no", "num", "numero"))
_CHIFFRES = 3  # un numéro que rien n'annonce en a au moins autant


def ne_designe_rien(reference: str) -> bool:
    """Vrai pour une référence de pièce qui n'en est pas une.

    >>> [ne_designe_rien(r) for r in ("", "x", "000000", "RAN", "A nouveau 2025", "Solde", "-", "FA 220123")]
    [True, True, True, True, True, True, True, False]
    """
    return _RIEN.fullmatch(cle(reference)) is not None


def numero_du_libelle(libelle: str) -> str:
    """Le numéro de pièce que porte un libellé, ou rien : d'abord celui qu'un mot annonce, ni date ni année seule.

    Un jour sans année ou un compte client ne sont un numéro que si un mot l'annonce.

    >>> numero_du_libelle("Facture n° FA-2022-015 Dupont"), numero_du_libelle("VIR DUPONT 12/03/2022")
    ('FA-2022-015', '')
    """
    mots = _MOT.findall(_MONTANT.sub(" ", _DATE.sub(" ", libelle)))
    numeros = [
        (cle(precedent) in _ANNONCES, mot)
        for precedent, mot in zip(["", *mots], mots, strict=False)
        if _NUMERO.fullmatch(mot) and not _ANNEE.fullmatch(mot) and not ne_designe_rien(mot)
    ]
    annonces = [mot for annonce, mot in numeros if annonce]
    longs = [mot for _, mot in numeros if sum(signe.isdigit() for signe in mot) >= _CHIFFRES and not _est_autre_chose(mot)]
    return next(iter(annonces + longs), "")


def _est_autre_chose(mot: str) -> bool:
    """« 31/12 », de « Solde au 31/12 », ou « 411DUP »."""
    return _JOUR_SANS_ANNEE.fullmatch(mot) is not None or _COMPTE.fullmatch(mot) is not None


def designe_un_a_nouveau(journal: str) -> bool:
    """Vrai pour le code d'un journal d'ouverture : AN, ANO, RAN…"""
    return cle(journal) in _JOURNAUX_A_NOUVEAU


def dit_un_a_nouveau(texte: str) -> bool:
    """Vrai pour une référence, un libellé ou un nom de journal qui dit un à-nouveau.

    >>> [dit_un_a_nouveau(t) for t in ("RAN", "Report à nouveau 2025", "Journal d'ouverture", "Nouveau client")]
    [True, True, True, False]
    """
    lu = cle(texte)
    return lu == "ran" or _A_NOUVEAU.search(lu) is not None
