"""Un nom de client ressemble-t-il à un libellé de banque ? Coupé, sans accents, mal orthographié, dans le désordre."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from relances_xl.domaine.ecrits.textes import sans_accents

RESSEMBLE = 82  # sur 100 : au-dessus, une faute de frappe ou une coupure ; au-dessous, un autre nom
_BANALS = frozenset(
    "sarl sas sasu sa eurl sci snc scop selarl earl gaec ei eirl gie ltd gmbh inc llc bv srl spa ste societe ets etablissements etablissement"
    " entreprise groupe cie compagnie fils freres et de du des la le les l d en aux au the and co m mr mme monsieur madame association france"
    " vir virement sepa recu inst instantane emis faveur de par ref motif facture factures fact fac reglement paiement rglt cheque remise".split()
)
_COUPURE = 4  # un mot coupé par la banque garde au moins ces lettres


@lru_cache(maxsize=65536)
def mots(texte: str) -> tuple[str, ...]:
    """Les mots qui distinguent un nom : ni forme juridique, ni article, ni vocabulaire de virement.

    >>> mots("SARL Établissements Lefèvre & Fils")
    ('lefevre',)
    """
    tous = re.findall(r"[a-z0-9]+", sans_accents(texte).casefold())
    return tuple(mot for mot in tous if mot not in _BANALS and (len(mot) >= 3 or (mot.isalpha() and len(mot) == 2)))


class Annuaire:
    """Les noms des clients, rangés par mots, pour retrouver vite ceux qui ressemblent à un libellé."""

    def __init__(self, noms: dict[str, str]) -> None:
        self._mots = {code: mots(nom) for code, nom in noms.items()}
        self._porteurs: dict[str, list[str]] = {}
        for code, du_nom in self._mots.items():
            for mot in set(du_nom):
                self._porteurs.setdefault(mot, []).append(code)
        self._lexique = sorted(self._porteurs)

    def note(self, code: str, libelle: str) -> float:
        """De 0 à 100 : la part du nom que le libellé dit, ou du libellé que le nom dit ; chaque mot pèse ses lettres."""
        du_nom, du_libelle = self._mots.get(code, ()), mots(libelle)
        en_lettres = tuple(mot for mot in du_libelle if mot.isalpha())
        return max(_part(du_nom, du_libelle), _part(en_lettres, du_nom))

    def ressemblants(self, libelle: str) -> dict[str, float]:
        """Code → note des clients dont le nom ressemble au libellé."""
        from rapidfuzz import fuzz, process  # rien à chercher sans relevé de banque

        possibles: set[str] = set()
        for mot in mots(libelle):
            for proche, _, _ in process.extract(mot, self._lexique, scorer=fuzz.ratio, score_cutoff=75, limit=12):
                possibles.update(self._porteurs[proche])
            possibles.update(code for entier in self._commencant_par(mot) for code in self._porteurs[entier])
        notes = {code: self.note(code, libelle) for code in possibles}
        return {code: note for code, note in notes.items() if note >= RESSEMBLE}

    def _commencant_par(self, mot: str) -> Iterable[str]:
        if len(mot) < _COUPURE:
            return ()
        debut = bisect_left(self._lexique, mot)
        fin = bisect_left(self._lexique, mot + "\uffff")
        return self._lexique[debut : min(fin, debut + 12)]


def _part(cherches: tuple[str, ...], autres: tuple[str, ...]) -> float:
    """La part, en lettres, des mots cherchés qui se retrouvent parmi les autres."""
    if not cherches or not autres:
        return 0.0
    return sum(len(mot) * max(_note_mot(mot, autre) for autre in autres) for mot in cherches) / sum(map(len, cherches))


@lru_cache(maxsize=1 << 17)
def _note_mot(mot: str, autre: str) -> float:
    if mot == autre:
        return 100.0
    if min(len(mot), len(autre)) >= _COUPURE and (mot.startswith(autre) or autre.startswith(mot)):
        return 95.0  # coupé par la banque
    if min(len(mot), len(autre)) < 4:
        return 0.0
    from rapidfuzz import fuzz

    note = fuzz.ratio(mot, autre)
    return note if note >= 75 else 0.0
