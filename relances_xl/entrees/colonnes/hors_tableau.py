"""Les lignes d'un export qui ne sont pas des données : vides, titres, en-têtes répétés, sous-totaux, totaux.

Une ligne n'est hors tableau que si elle ne peut pas être une donnée. Un total n'a ni pièce ni date, et se nomme
« Total », « Sous-total », « À reporter »… Dans le doute, la ligne reste, au pire comme anomalie.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import cast

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates_ecrites import lectures
from relances_xl.domaine.ecrits.textes import cle, sans_accents, une_ligne
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.entrees.colonnes.fiches_douteuses import douteuses
from relances_xl.entrees.colonnes.groupes import Tete, lire_tete
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, MONTANT_DEBIT, SOLDE
from relances_xl.entrees.valeurs.colonne_textes import en_texte
from relances_xl.entrees.valeurs.colonne_textes import textes as en_textes

Ligne = Sequence[Valeur]

_DATES = (c.DATE_ECHEANCE, c.DATE_PIECE)
SOMMES = (c.RESTE_DU, c.MONTANT, c.REGLE, MONTANT_DEBIT, MONTANT_CREDIT, SOLDE)

# des motifs qui servent rarement : `re` les compile la première fois, et les garde
# Un total, si la ligne n'a pas de code client ou si c'est là qu'il est écrit ; « TotalEnergies » n'en est pas un.
_TOTAL = r"((grand |sous[ -]?|ss[ -]?|s/ ?)?(total|totaux)|subtotal|cumul|a reporter|report)(?![\w-])(?! a nouveau)"
# À coup sûr un total, même sur une ligne qui porte un code client.
_TOTAL_SUR = (
    r"(sous[ -]?total|ss[ -]?total|s/ ?total|subtotal|grand total|totaux|total (general|a reporter|reporte)"
    r"|total (du |de la |des |par )?(client|tiers|compte|code|page|periode|mois|commercial|representant)"
    r"|total for|solde (du |de la |des |de )?(client|tiers|compte|periode|general|final|cloture)"
    r"|a reporter|report (de la |de )?page)\b"
)
# Seul dans sa ligne, au-dessous ou au milieu du tableau.
_TITRE = (
    r"page\b|exercice\b|edite|imprime|date d|periode|(le|du|au) \d|arrete|fin\b|(client|compte|tiers|societe|dossier|commercial) ?:"
    r"|export\b|balance|echeancier|liste|etat\b|nombre|\d+ (ligne|enregistrement|client|facture|echeance)"
)

# « client : », « compte : »… en tête d'une ligne : un groupe, plutôt qu'un titre.
_ETIQUETTE_TITRE = r"(code |n° ?|no |numero )?(client|compte|tiers|auxiliaire|customer|partner|partenaire|account|payeur)\b"


_SERIES = (15_000, 80_000)
"""Les jours d'Excel, de 1941 à 2119 : un nombre hors de là, dans une colonne de dates, est un code."""
_AAAAMMJJ = (19_000_101, 21_991_231)


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
        self.montants = {champs[champ] for champ in SOMMES if champ in champs}
        self.codes_en_total: set[str] = set()  # « TOTAL » est aussi le code d'un client
        self.precedent: Sequence[Ligne] = ()
        self.noms: dict[str, set[str]] = {}  # code → ses noms, s'il faut départager « Total Dupont » de « Total Énergies »

    def trier(self, bloc: Sequence[Ligne], suivante: Ligne = ()) -> dict[int, Tete | str]:
        """Les rangs, dans le bloc, des lignes hors tableau : une tête de groupe, ou le libellé d'un total ("" : ni l'un ni l'autre).

        suivante : la ligne qui suit le bloc. Seules celles sans date lisible comme telle sont regardées, et celles qui se disent un total.
        """
        suspectes = self._a_regarder(bloc)
        for rang in self.dates:
            cellules = colonne(bloc, rang)
            creuses = {valeur for valeur in set(cellules) if self._creuse(valeur, rang)}
            suspectes = {i for i in suspectes if cellules[i] in creuses} if creuses else set()
        if c.PIECE in self.champs:
            pieces = colonne(bloc, self.champs[c.PIECE])
            totaux = {piece for piece in _disant_total(pieces) if re.match(_TOTAL_SUR, _nu(piece))}
            suspectes |= {i for i, piece in enumerate(pieces) if piece in totaux} if totaux else set()
        self._reconnaitre_les_codes_en_total(bloc, suspectes)
        self._retenir_les_noms(bloc)
        hors: dict[int, Tete | str] = {}
        for i in sorted(suspectes):
            sorte = self._sorte(bloc[i], bloc[i + 1] if i + 1 < len(bloc) else suivante)
            if sorte is not None:
                hors[i] = sorte
        return hors

    def _a_regarder(self, bloc: Sequence[Ligne]) -> set[int]:
        """Toutes les lignes, si des dates doivent les départager ou si un montant peut être une somme ; sinon, d'un fichier clients, les douteuses."""
        if self.dates or self.montants or c.PIECE in self.champs or c.CODE_CLIENT not in self.champs:
            return set(range(len(bloc)))
        largeur = max(map(len, bloc), default=0)
        colonnes = [en_textes(colonne(bloc, rang)) for rang in range(max(largeur, self.champs[c.CODE_CLIENT] + 1))]
        return douteuses(colonnes, self.entete, self.champs[c.CODE_CLIENT], self.titres)

    def _reconnaitre_les_codes_en_total(self, bloc: Sequence[Ligne], suspectes: Collection[int]) -> None:
        """« TOTAL », « Total France » : des codes, si une ligne datée et qui porte une pièce les écrit."""
        if c.CODE_CLIENT not in self.champs or c.PIECE not in self.champs or not self.dates:
            return
        codes = colonne(bloc, self.champs[c.CODE_CLIENT])
        possibles = {code for code in _disant_total(codes) if _est_total(code)}
        if possibles:
            self.codes_en_total |= {
                en_texte(code) for i, code in enumerate(codes) if code in possibles and i not in suspectes and self._texte(bloc[i], c.PIECE)
            }

    def _retenir_les_noms(self, bloc: Sequence[Ligne]) -> None:
        """Les noms de chaque code, si l'un d'eux se dit un total : ses lignes le précèdent, dans ce bloc ou celui d'avant."""
        if not self.montants or c.CODE_CLIENT not in self.champs or c.RAISON_SOCIALE not in self.champs:
            return
        noms = colonne(bloc, self.champs[c.RAISON_SOCIALE])
        if any(map(_est_total, _disant_total(noms))):
            for lignes in (self.precedent, bloc):
                paires = (en_textes(colonne(lignes, self.champs[champ])) for champ in (c.CODE_CLIENT, c.RAISON_SOCIALE))
                for code, nom in set(zip(*paires, strict=True)):
                    if nom := cle(nom):
                        self.noms.setdefault(code, set()).add(nom)
        self.precedent = bloc

    def _creuse(self, valeur: Valeur, rang: int) -> bool:
        """Vide, libellé, ou titre de colonne répété : tout sauf une date, ou ce qui voudrait en être une."""
        if isinstance(valeur, int | float):
            return not (_SERIES[0] <= valeur <= _SERIES[1] or _AAAAMMJJ[0] <= valeur <= _AAAAMMJJ[1])
        if not isinstance(valeur, str):
            return valeur is None
        return est_vide(valeur) or cle(valeur) == self.entete[rang] or _est_total(valeur) or (len(valeur) > 2 and lectures(valeur) is None)

    def _sorte(self, ligne: Ligne, suivante: Ligne) -> Tete | str | None:
        """Ce qu'est une ligne sans date : hors tableau ("" ou libellé d'un total), tête de groupe, ou une donnée (None)."""
        textes = _textes(ligne)
        if not textes:
            return "" if all(map(est_vide, ligne)) else None
        if self._repete_l_entete(ligne):
            return ""
        code, piece = self._texte(ligne, c.CODE_CLIENT), self._texte(ligne, c.PIECE)
        total = self._total(ligne, code, textes)
        if total:
            return total
        if textes[0] in self.titres and not any(isinstance(valeur, int | float) for valeur in ligne):
            return ""
        sommes = any(not texte or not texte.isalpha() for champ in SOMMES if (texte := self._texte(ligne, champ).replace(" ", "")))
        tete = self._tete(ligne, suivante, textes, sommes)
        if tete:
            return tete
        if piece:
            return None
        if not code and not sommes:
            return "" if c.PIECE in self.champs or len(textes) == 1 or _est_titre(textes[0]) else None
        return "" if textes == (code,) and _est_titre(code) else None

    def _total(self, ligne: Ligne, code: str, textes: Sequence[str]) -> str:
        """Le libellé d'un total. Sur une ligne qui porte un code ou une pièce, un nom (« Total Énergies ») n'en est pas un."""
        piece, nom = self._texte(ligne, c.PIECE), self._texte(ligne, c.RAISON_SOCIALE)
        if piece and not re.match(_TOTAL_SUR, _nu(piece)) and not (_est_total(piece) and not self._datee(ligne)):
            return ""
        porte_un_code = bool(code) and (not _est_total(code) or code in self.codes_en_total)
        for texte in textes:
            if texte in self.codes_en_total:
                continue
            if re.match(_TOTAL_SUR, _nu(texte)):
                return texte
            if _est_total(texte) and (not porte_un_code or texte != nom or _nomme(texte, code) or _suite(texte) in self.noms.get(code, ())):
                return texte
        return ""

    def _datee(self, ligne: Ligne) -> bool:
        return any(rang < len(ligne) and not self._creuse(ligne[rang], rang) for rang in self.dates)

    def _tete(self, ligne: Ligne, suivante: Ligne, textes: Sequence[str], sommes: bool) -> Tete | None:
        """La tête d'un groupe : le client seul sur sa ligne, et rien ne le redit sur la suivante."""
        sans_code = c.CODE_CLIENT not in self.champs
        if sommes:
            libelles = [texte for rang, valeur in enumerate(ligne) if (texte := en_texte(valeur)) and rang not in self.montants]
            premiere = next((rang for rang, valeur in enumerate(ligne) if en_texte(valeur)), 0)
            # un nom en première colonne, ou son code et son nom, et ses totaux sur la même ligne, au-dessus de ses pièces
            if (
                not sans_code
                or len(libelles) > 2
                or not libelles
                or premiere in self.montants
                or self._texte(ligne, c.PIECE)
                or _est_titre(libelles[0])
            ):
                return None
            seul = len(libelles) == 1 and isinstance(ligne[premiere], str)
            return lire_tete(libelles, sans_code=True) if premiere == 0 and (seul or len(libelles) == 2) else None
        if not self.montants or (not sans_code and (not suivante or self._texte(suivante, c.CODE_CLIENT))):
            return None
        etiquetee = re.match(_ETIQUETTE_TITRE, _nu(textes[0])) is not None
        if not etiquetee and (_est_titre(textes[0]) or (not sans_code and len(textes) > 1 and self._texte(ligne, c.PIECE))):
            return None
        if sans_code or etiquetee or len(textes) == 1:
            return lire_tete(textes, sans_code=sans_code) or self._client_seul(ligne, textes)
        return self._client_seul(ligne, textes)

    def _client_seul(self, ligne: Ligne, textes: Sequence[str]) -> Tete | None:
        """Le code, et peut-être le nom, chacun dans sa colonne et rien d'autre."""
        code, nom = self._texte(ligne, c.CODE_CLIENT), self._texte(ligne, c.RAISON_SOCIALE)
        return Tete(code, nom) if code and list(textes) in ([code], [code, nom], [nom, code]) else None

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


def _disant_total(cellules: Sequence[Valeur]) -> set[str]:
    """Les textes où un total s'écrit peut-être ; presque toujours aucun, ce qui se voit d'un coup."""
    que_des_textes = {*map(type, cellules)} == {str}
    ecrits = cast(Sequence[str], cellules) if que_des_textes else [cellule for cellule in cellules if isinstance(cellule, str)]
    return {texte for texte in ecrits if "otal" in texte.lower()} if "otal" in "\n".join(ecrits).lower() else set()


def _textes(ligne: Ligne) -> tuple[str, ...]:
    """Les cellules remplies d'une ligne, comme textes."""
    return tuple(texte for texte in map(en_texte, ligne) if texte)


@lru_cache(maxsize=4096)
def _nu(texte: str) -> str:
    """Le texte sans casse ni accents, blancs repliés."""
    return une_ligne(sans_accents(texte.casefold()))


def _est_total(texte: str) -> bool:
    return re.match(_TOTAL, _nu(texte)) is not None


def _nomme(total: str, code: str) -> bool:
    """« Total 411DUP » : le total du client même."""
    return _suite(total) == cle(code) != ""


def _suite(total: str) -> str:
    """Ce que nomme un total : « Total Dupont » → « dupont »."""
    return cle(" ".join(_nu(total).split()[1:]))


def _est_titre(texte: str) -> bool:
    return re.match(_TITRE, _nu(texte)) is not None
