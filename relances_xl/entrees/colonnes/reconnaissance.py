"""Reconnaître les colonnes d'un export par leur nom : jamais au hasard, jamais à peu près (contrat §3)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.tables import FICHIERS, Fichier
from relances_xl.entrees.colonnes.synonymes import LETTRAGE, MONTANT_CREDIT, MONTANT_DEBIT, PAR_FICHIER

MONTRES = 40  # en-têtes cités dans un message
_UNITE = re.compile(r"[(\[]\s*(?:€|eur|euros?|ttc|jours?|j)\s*[)\]]\s*$", re.IGNORECASE)
REMEDE = "dites laquelle dans l'onglet « Colonnes » de criteres.xlsx"


@dataclass(frozen=True, slots=True)
class Appariement:
    """Ce que l'on a reconnu d'une ligne d'en-têtes.

    champs : champ → rang de colonne (0 = la première) ; ambigus : champ → colonnes entre lesquelles on n'a pas choisi
    (aucune : celle que nomme l'onglet « Colonnes » manque) ; fautes : tout ce qui empêche de lire. Le reste dû peut
    venir de deux colonnes, `MONTANT_DEBIT` − `MONTANT_CREDIT` (alors toutes deux dans `champs`, sans `reste_du`, avec
    `LETTRAGE` s'il y en a un), ou, à défaut, de `montant` − `regle`.
    """

    entetes: tuple[str, ...]
    champs: dict[str, int] = field(default_factory=dict)
    ambigus: dict[str, list[int]] = field(default_factory=dict)
    fautes: list[Faute] = field(default_factory=list)

    @property
    def libelles(self) -> dict[str, str]:
        """Champ → en-tête, tel que l'export l'écrit."""
        return {champ: self.entetes[colonne] for champ, colonne in self.champs.items()}


def noms_connus(fichier: Fichier) -> frozenset[str]:
    """Les clés (`domaine.textes.cle`) de tous les noms de colonne connus : de quoi trouver la ligne d'en-têtes."""
    return frozenset().union(*(noms for par_champ in _table(fichier) for noms in par_champ.values()))


@lru_cache(maxsize=2)
def _table(fichier: Fichier) -> list[dict[str, set[str]]]:
    """Un dictionnaire par rang : champ → clés de ses noms. Le nom du champ lui-même est de rang 1."""
    rangs: list[dict[str, set[str]]] = [{} for _ in range(max(noms.rang for noms in PAR_FICHIER[fichier]))]
    for champ in FICHIERS[fichier]:
        rangs[0][champ.nom] = {cle(champ.nom)}
    for noms in PAR_FICHIER[fichier]:
        rangs[noms.rang - 1].setdefault(noms.champ, set()).update(*map(_cles, noms.noms))
    return rangs


def _cles(nom: str) -> set[str]:
    """Les clés d'un nom ; « N° x » s'écrit de plusieurs façons."""
    if not nom.startswith("N° "):
        return {cle(nom)}
    numeros = ("N°", "No", "Num", "Numéro")
    avant = {cle(f"{numero} {mot} {nom[3:]}") for numero in numeros for mot in ("", "de", "du", "de la")}
    return avant | {cle(f"{nom[3:]} {numero}") for numero in numeros}


def _cle_entete(entete: str) -> str:
    """La clé d'un en-tête, sans l'unité qu'il porte : « Solde (EUR) » est « Solde »."""
    return cle(_UNITE.sub("", entete))


def apparier(entetes: Sequence[str], fichier: Fichier, colonnes: Mapping[tuple[str, str], str]) -> Appariement:
    """Associe les en-têtes d'un export aux champs du contrat.

    entetes : la ligne d'en-têtes, dans l'ordre des colonnes (vide = colonne sans nom, jamais retenue) ;
    colonnes : l'onglet « Colonnes », {(fichier, champ): en-tête}, qui l'emporte sur toute reconnaissance. Pour le
    reste dû, il peut nommer une différence de deux colonnes : « Débit - Crédit ».
    """
    trouve = Appariement(tuple(entetes))
    cles = [_cle_entete(entete) for entete in entetes]
    _imposer(trouve, fichier, colonnes)
    prises = set(trouve.champs.values())
    regles = _regles(trouve)
    for par_champ in _table(fichier):
        for champ, noms in par_champ.items():
            candidates = [i for i, nom in enumerate(cles) if nom in noms and i not in prises]
            if champ in regles or not candidates:
                continue
            regles.add(champ)
            prises.update(candidates)
            if len(candidates) == 1:
                trouve.champs[champ] = candidates[0]
            else:
                trouve.ambigus[champ] = candidates
    _accorder_debit_credit(trouve)
    trouve.fautes.extend(_fautes_ambigues(trouve))
    trouve.fautes.extend(_fautes_manquantes(trouve, fichier))
    return trouve


def _regles(trouve: Appariement) -> set[str]:
    """Les champs dont l'onglet « Colonnes » a décidé ; le reste dû et la paire débit, crédit s'excluent."""
    regles = {*trouve.champs, *trouve.ambigus}
    if regles & {c.RESTE_DU, MONTANT_DEBIT}:
        regles |= {c.RESTE_DU, MONTANT_DEBIT, MONTANT_CREDIT}
    return regles


def _imposer(trouve: Appariement, fichier: Fichier, colonnes: Mapping[tuple[str, str], str]) -> None:
    """Ce que dit l'onglet « Colonnes », d'abord."""
    for (pour, champ), voulu in colonnes.items():
        if pour != fichier or not voulu.strip():
            continue
        rangs = _chercher(voulu, trouve.entetes)
        difference = _difference(voulu, trouve.entetes) if champ == c.RESTE_DU and not rangs else None
        if difference:
            trouve.champs[MONTANT_DEBIT], trouve.champs[MONTANT_CREDIT] = difference
        elif len(rangs) == 1:
            trouve.champs[champ] = rangs[0]
        else:
            trouve.ambigus[champ] = []
            trouve.fautes.append(_faute_imposee(champ, voulu, fichier, rangs, trouve.entetes))


def _chercher(voulu: str, entetes: Sequence[str]) -> list[int]:
    """Les colonnes de cet en-tête : écrit exactement ainsi, sinon à la casse et à la ponctuation près, sinon à l'unité près."""
    for forme in (str.strip, cle, _cle_entete):
        rangs = [i for i, entete in enumerate(entetes) if entete and forme(entete) == forme(voulu)]
        if rangs:
            return rangs
    return []


def _difference(voulu: str, entetes: Sequence[str]) -> tuple[int, int] | None:
    """« Débit - Crédit » : les deux colonnes, si chacune existe une seule fois."""
    trouvees = [_chercher(partie, entetes) for partie in re.split(r"\s[-−–]\s", voulu)]
    if len(trouvees) != 2 or any(len(rangs) != 1 for rangs in trouvees):
        return None
    return trouvees[0][0], trouvees[1][0]


def _faute_imposee(champ: str, voulu: str, fichier: str, rangs: list[int], entetes: Sequence[str]) -> Faute:
    if rangs:
        return Faute(
            f"« {voulu} », donné pour le champ {champ}, est l'en-tête de {len(rangs)} colonnes "
            f"({', '.join(lettre(i) for i in rangs)}) de l'export ({fichier})",
            "renommez l'une d'elles dans l'export",
            "criteres.xlsx",
            "Colonnes",
        )
    proche = plus_proche(voulu, [entete for entete in entetes if entete])
    return Faute(
        f"la colonne « {voulu} », donnée pour le champ {champ}, n'est pas dans l'export ({fichier}) ; en-têtes vus : {_enumerer(entetes)}",
        f"le plus proche est « {proche} »" if proche else "reprenez l'en-tête exact de l'export",
        "criteres.xlsx",
        "Colonnes",
    )


def _accorder_debit_credit(trouve: Appariement) -> None:
    """Débit et crédit ne valent reste dû qu'ensemble, et jamais à côté d'un solde, qui peut être progressif."""
    debit, credit = trouve.champs.pop(MONTANT_DEBIT, None), trouve.champs.pop(MONTANT_CREDIT, None)
    lettrage = trouve.champs.pop(LETTRAGE, None)
    if debit is None or credit is None:
        return
    if c.RESTE_DU in trouve.champs:
        trouve.ambigus[c.RESTE_DU] = [trouve.champs.pop(c.RESTE_DU), debit, credit]
    elif c.RESTE_DU not in trouve.ambigus:
        trouve.champs.update({MONTANT_DEBIT: debit, MONTANT_CREDIT: credit})
        if lettrage is not None:
            trouve.champs[LETTRAGE] = lettrage


def _fautes_ambigues(trouve: Appariement) -> Iterable[Faute]:
    for champ, rangs in trouve.ambigus.items():
        if not rangs:
            continue
        candidates = ", ".join(f"« {trouve.entetes[i]} » (colonne {lettre(i)})" for i in rangs)
        memes = len({cle(trouve.entetes[i]) for i in rangs}) < len(rangs)
        if champ == c.RESTE_DU and len(rangs) == 3 and not memes:
            remede = f"{REMEDE} (« Débit - Crédit » s'écrit aussi) ; un solde progressif ne convient pas"
        else:
            remede = f"renommez l'une d'elles dans l'export, puis {REMEDE}" if memes else REMEDE
        yield Faute(f"plusieurs colonnes peuvent être le champ {champ} : {candidates}", remede)


def _fautes_manquantes(trouve: Appariement, fichier: Fichier) -> Iterable[Faute]:
    """Les champs indispensables que rien ne remplace, avec les en-têtes vus et le plus proche."""
    remplacants = {c.DATE_ECHEANCE: (c.DATE_PIECE,), c.RESTE_DU: (c.MONTANT, MONTANT_DEBIT)}
    for champ in FICHIERS[fichier]:
        possibles = (champ.nom, *remplacants.get(champ.nom, ()))
        if not champ.indispensable or any(nom in trouve.champs or nom in trouve.ambigus for nom in possibles):
            continue
        proche = _plus_proche_entete(champ.nom, fichier, trouve)
        yield Faute(
            f"aucune colonne n'est reconnue pour le champ indispensable {champ.nom} ({champ.aide}) ; "
            f"en-têtes vus : {_enumerer(trouve.entetes)}",
            f"{REMEDE} (la plus proche : « {proche} »)" if proche else REMEDE,
        )


def _plus_proche_entete(champ: str, fichier: Fichier, trouve: Appariement) -> str:
    """L'en-tête encore libre qui ressemble le plus à l'un des noms du champ."""
    pris = set(trouve.champs.values())
    libres = [entete for i, entete in enumerate(trouve.entetes) if entete and i not in pris]
    noms = [champ, *(nom for noms in PAR_FICHIER[fichier] if noms.champ == champ for nom in noms.noms)]
    return next((proche for nom in noms if (proche := plus_proche(nom, libres))), "")


def _enumerer(entetes: Iterable[str]) -> str:
    nommes = [f"« {entete} »" for entete in entetes if entete]
    suite = f" et {len(nommes) - MONTRES} autres" if len(nommes) > MONTRES else ""
    return ", ".join(nommes[:MONTRES]) + suite or "aucun"


def lettre(colonne: int) -> str:
    """Le nom d'une colonne dans Excel : 0 → A, 26 → AA.

    >>> lettre(0), lettre(26)
    ('A', 'AA')
    """
    nom = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        nom = chr(65 + reste) + nom
    return nom
