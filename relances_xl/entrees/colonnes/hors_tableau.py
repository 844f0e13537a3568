"""Les lignes d'un export qui ne sont pas des données : vides, titres, en-têtes répétés, sous-totaux, totaux.

Une ligne n'est hors tableau que si elle ne peut pas être une donnée. Un total n'a ni pièce ni date, et se nomme
« Total », « Sous-total », « À reporter »… Dans le doute, la ligne reste, au pire comme anomalie.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, sans_accents, une_ligne
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, MONTANT_DEBIT
from relances_xl.entrees.valeurs.colonne_textes import en_texte

Ligne = Sequence[Valeur]

_DATES = (c.DATE_ECHEANCE, c.DATE_PIECE)
_SOMMES = (c.RESTE_DU, c.MONTANT, c.REGLE, MONTANT_DEBIT, MONTANT_CREDIT)

# Un total, si la ligne n'a pas de code client ou si c'est là qu'il est écrit ; « TotalEnergies » n'en est pas un.
_TOTAL = re.compile(r"((grand |sous[ -]?|ss[ -]?|s/ ?)?(total|totaux)|subtotal|cumul|a reporter|report)(?![\w-])(?! a nouveau)")
# À coup sûr un total, même sur une ligne qui porte un code client.
_TOTAL_SUR = re.compile(
    r"(sous[ -]?total|ss[ -]?total|s/ ?total|subtotal|grand total|totaux|total (general|a reporter|reporte)"
    r"|total (du |de la |des |par )?(client|tiers|compte|code|page|periode|mois|commercial|representant)"
    r"|a reporter|report (de la |de )?page)\b"
)
# Seul dans sa ligne, au-dessous ou au milieu du tableau.
_TITRE = re.compile(
    r"page\b|edite|imprime|date d|periode|(le|du|au) \d|arrete|fin\b|(client|compte|tiers|societe|dossier|commercial) ?:"
    r"|export\b|balance|echeancier|liste|etat\b|nombre|\d+ (ligne|enregistrement|client|facture|echeance)"
)


class Tri:
    """Trie les lignes placées sous un en-tête.

    entete : les titres de colonnes ; champs : champ → rang de sa colonne ; au_dessus : les lignes de titre, qu'une mise
    en page répète.
    """

    def __init__(self, entete: Sequence[str], champs: Mapping[str, int], au_dessus: Sequence[Ligne]) -> None:
        self.entete = [cle(texte) for texte in entete]
        self.champs = champs
        self.titres = {textes[0] for ligne in au_dessus if (textes := _textes(ligne))}
        self.dates = [champs[champ] for champ in _DATES if champ in champs]

    def hors_tableau(self, bloc: Sequence[Ligne]) -> set[int]:
        """Les rangs, dans le bloc, des lignes hors tableau. Seules celles sans date lisible comme telle sont regardées."""
        suspectes = set(range(len(bloc)))
        for rang in self.dates:
            cellules = colonne(bloc, rang)
            creuses = {valeur for valeur in set(cellules) if self._creuse(valeur, rang)}
            suspectes = {i for i in suspectes if cellules[i] in creuses} if creuses else set()
        return {i for i in suspectes if self._est_hors_tableau(bloc[i])}

    def _creuse(self, valeur: Valeur, rang: int) -> bool:
        """Vide, libellé de total, ou titre de colonne répété : tout sauf une date, ou ce qui voudrait en être une."""
        if not isinstance(valeur, str):
            return valeur is None
        return est_vide(valeur) or cle(valeur) == self.entete[rang] or _est_total(valeur)

    def _est_hors_tableau(self, ligne: Ligne) -> bool:
        textes = _textes(ligne)
        if not textes:
            return all(map(est_vide, ligne))
        if self._repete_l_entete(ligne):
            return True
        code, piece = self._texte(ligne, c.CODE_CLIENT), self._texte(ligne, c.PIECE)
        if piece and not _est_total(piece):
            return False
        if textes[0] in self.titres and not any(isinstance(valeur, int | float) for valeur in ligne):
            return True
        if not code and not piece and not any(self._texte(ligne, champ) for champ in _SOMMES):
            return c.PIECE in self.champs or len(textes) == 1 or _est_titre(textes[0]) or any(map(_est_total, textes))
        if textes == (code,):
            return _est_titre(code) or _est_total(code)
        if code and not _est_total(code):
            return any(_TOTAL_SUR.match(_nu(texte)) for texte in textes)
        return any(map(_est_total, textes))

    def _texte(self, ligne: Ligne, champ: str) -> str:
        rang = self.champs.get(champ, len(ligne))
        return "" if rang >= len(ligne) or est_vide(ligne[rang]) else en_texte(ligne[rang]) or str(ligne[rang])

    def _repete_l_entete(self, ligne: Ligne) -> bool:
        lue = [cle(valeur) if isinstance(valeur, str) else "" for valeur in ligne]
        communes = sum(vu == voulu and bool(vu) for vu, voulu in zip(lue, self.entete, strict=False))
        return communes >= 2 and communes * 2 > sum(map(bool, lue))


def colonne(lignes: Sequence[Ligne], rang: int) -> list[Valeur]:
    """Les cellules d'une colonne (0 = la première) ; une ligne trop courte y est vide."""
    try:
        return list(map(itemgetter(rang), lignes))
    except IndexError:
        return [ligne[rang] if rang < len(ligne) else "" for ligne in lignes]


def _textes(ligne: Ligne) -> tuple[str, ...]:
    """Les cellules remplies d'une ligne, comme textes."""
    return tuple(texte for texte in map(en_texte, ligne) if texte)


@lru_cache(maxsize=4096)
def _nu(texte: str) -> str:
    """Le texte sans casse ni accents, blancs repliés."""
    return une_ligne(sans_accents(texte.casefold()))


def _est_total(texte: str) -> bool:
    return _TOTAL.match(_nu(texte)) is not None


def _est_titre(texte: str) -> bool:
    return _TITRE.match(_nu(texte)) is not None
