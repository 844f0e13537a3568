"""CFONB120 : le relevé de compte à 120 caractères des banques françaises.

Source : CFONB, « Relevé de compte sur support informatique », 07/2004. Une ligne 04 est un mouvement, les lignes 05 qui la
suivent complètent son libellé ; le montant (14 caractères) porte son signe dans le dernier : { et A à I au crédit, } et
J à R au débit.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from relances_xl.entrees.banque.encaissement import Encaissement, Lue, Operation, en_une_ligne

LARGEUR = 120
GENRES = ("01", "04", "05", "07")
_CREDIT = {lettre: chiffre for chiffre, lettre in enumerate("{ABCDEFGHI")}
_DEBIT = {lettre: chiffre for chiffre, lettre in enumerate("}JKLMNOPQR")}
_QUALIFIANTS = 45, 48  # LIB, NPY (nom du payeur), LCC, RCN…
_COMPLEMENT = 48, 118


def est_cfonb(lignes: Iterable[str]) -> bool:
    """Des lignes de 120 caractères dont la première ouvre un relevé."""
    pleines = [ligne for ligne in lignes if ligne.strip()]
    return (
        bool(pleines) and pleines[0].startswith("01") and all(ligne[:2] in GENRES and len(ligne.rstrip()) <= LARGEUR for ligne in pleines)
    )


def encaissements(lignes: Iterable[str]) -> Iterator[Lue]:
    """Les mouvements créditeurs, chacun avec tout son libellé."""
    mouvement: tuple[int, str] | None = None
    complements: list[str] = []
    for rang, ligne in enumerate(lignes, 1):
        genre = ligne[:2]
        if genre == "05" and mouvement:
            complements.append(ligne[slice(*_COMPLEMENT)])
            continue
        if mouvement:
            yield from _lire(*mouvement, complements)
        mouvement, complements = ((rang, ligne), []) if genre == "04" else (None, [])
    if mouvement:
        yield from _lire(*mouvement, complements)


def _lire(rang: int, ligne: str, complements: list[str]) -> Iterator[Lue]:
    brut = ligne[90:104]
    dernier = brut[-1:]
    if dernier in _DEBIT:
        return
    jour = _jour(ligne[34:40])
    if dernier not in _CREDIT or not brut[:-1].strip().isdigit() or jour is None:
        yield Operation(rang, f"date « {ligne[34:40]} » ou montant « {brut} » illisible")
        return
    decimales = int(ligne[19]) if ligne[19:20].isdigit() else 2
    montant = Decimal(int(brut[:-1]) * 10 + _CREDIT[dernier]).scaleb(-decimales)
    yield Encaissement(rang, jour, en_une_ligne(ligne[48:79], *complements), montant, ligne[16:19].strip() or "EUR")


def _jour(texte: str) -> date | None:
    """JJMMAA ; les relevés datent d'après 2000."""
    try:
        return date(2000 + int(texte[4:6]), int(texte[2:4]), int(texte[:2]))
    except ValueError:
        return None
