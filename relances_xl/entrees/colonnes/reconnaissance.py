"""Reconnaître les colonnes d'un export par leur nom : jamais au hasard, jamais à peu près (contrat §3)."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import accorder, cle, plus_proche, sans_accents
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.tables import FICHIERS, Fichier
from relances_xl.entrees.colonnes import synonymes as noms
from relances_xl.entrees.colonnes.noms_d_entete import cle_entete, est_en_tenue, lettre, noms_par_rang
from relances_xl.entrees.colonnes.synonymes import (
    COTE_CREDIT,
    COTE_DEBIT,
    LETTRAGE,
    MONTANT_CREDIT,
    MONTANT_DEBIT,
    PAR_FICHIER,
    RESTE_DEVISE,
    RESTE_TENUE,
    SOLDE,
)

MONTRES = 40  # en-têtes cités dans un message
_SOLDES = frozenset(map(cle, ("Solde", "Solde TTC", "Solde dû", "Balance")))
"""À côté de débit et crédit, ce peut être un solde progressif ; tout autre nom dit un reste dû."""
REMEDE = "dites laquelle dans l'onglet « Colonnes » de criteres.xlsx"


@dataclass(frozen=True, slots=True)
class Appariement:
    """Ce que l'on a reconnu d'une ligne d'en-têtes.

    champs : champ → rang de colonne (0 = la première) ; ambigus : champ → colonnes entre lesquelles on n'a pas choisi
    (aucune : celle que nomme l'onglet « Colonnes » manque) ; decelees : les fautes vues en associant. Le reste dû peut
    venir de deux colonnes, `MONTANT_DEBIT` − `MONTANT_CREDIT` (alors toutes deux dans `champs`, sans `reste_du`, avec
    `LETTRAGE` s'il y en a un), ou, à défaut, de `montant` − `regle`.
    """

    entetes: tuple[str, ...]
    champs: dict[str, int] = field(default_factory=dict)
    ambigus: dict[str, list[int]] = field(default_factory=dict)
    decelees: list[Faute] = field(default_factory=list)
    fichier: Fichier = "Échéances"

    @property
    def fautes(self) -> list[Faute]:
        """Tout ce qui empêche de lire."""
        return self.fautes_sachant(())

    def fautes_sachant(self, champs: Collection[str]) -> list[Faute]:
        """Les fautes qui restent quand des champs sont connus d'ailleurs : le client par la tête de son groupe, l'échéance par la facture."""
        return [*self.decelees, *_fautes_manquantes(self, self.fichier, champs)]

    @property
    def libelles(self) -> dict[str, str]:
        """Champ → en-tête, tel que l'export l'écrit."""
        return {champ: self.entetes[colonne] for champ, colonne in self.champs.items()}

    @property
    def non_lues(self) -> tuple[str, ...]:
        """Les en-têtes des colonnes dont rien n'est lu."""
        lues = {*self.champs.values(), *(rang for rangs in self.ambigus.values() for rang in rangs)}
        return tuple(entete for rang, entete in enumerate(self.entetes) if entete and rang not in lues)

    def en_monnaie_de_tenue(self, champ: str) -> bool:
        """La colonne est-elle dans la monnaie des livres, quelle que soit la devise de la pièce ?"""
        if champ in (MONTANT_DEBIT, MONTANT_CREDIT) or (champ == c.RESTE_DU and RESTE_DEVISE in self.champs):
            return True
        return est_en_tenue(self.entetes[self.champs[champ]])


def apparier(entetes: Sequence[str], fichier: Fichier, colonnes: Mapping[tuple[str, str], str]) -> Appariement:
    """Associe les en-têtes d'un export aux champs du contrat.

    entetes : la ligne d'en-têtes, dans l'ordre des colonnes (vide = colonne sans nom, jamais retenue) ;
    colonnes : l'onglet « Colonnes », {(fichier, champ): en-tête}, qui l'emporte sur toute reconnaissance. Pour le
    reste dû, il peut nommer une différence de deux colonnes : « Débit - Crédit ».
    """
    trouve = Appariement(tuple(entetes), fichier=fichier)
    cles = [cle_entete(entete) for entete in entetes]
    _imposer(trouve, fichier, colonnes)
    prises = set(trouve.champs.values())
    impose = c.RESTE_DU in {*trouve.champs, *trouve.ambigus}
    regles = _regles(trouve)
    for par_champ in noms_par_rang(fichier):
        for champ, connus in par_champ.items():
            candidates = [i for i, nom in enumerate(cles) if nom in connus and i not in prises]
            if champ in regles or not candidates:
                continue
            regles.add(champ)
            prises.update(candidates)
            if len(candidates) == 1:
                trouve.champs[champ] = candidates[0]
            else:
                trouve.ambigus[champ] = candidates
    _lire_a_ses_mots(trouve, regles)
    _accorder_tenue(trouve)
    _accorder_debit_credit(trouve, impose=impose)
    _accorder_client(trouve)
    trouve.decelees.extend(_fautes_ambigues(trouve))
    return trouve


def _lire_a_ses_mots(trouve: Appariement, regles: Collection[str]) -> None:
    """Les champs qu'un mot de leur titre suffit à dire (`synonymes.A_SES_MOTS`), parmi les colonnes que rien n'a prises."""
    libres = {entete: " ".join(re.findall(r"\w+", sans_accents(entete).casefold())) for entete in trouve.non_lues}
    for champ, motif in noms.A_SES_MOTS[trouve.fichier]:
        rangs = [rang for rang, entete in enumerate(trouve.entetes) if entete in libres and re.match(motif, libres[entete])]
        if champ in regles or not rangs:
            continue
        if len(rangs) == 1:
            trouve.champs[champ] = rangs[0]
        else:
            trouve.ambigus[champ] = rangs


def _regles(trouve: Appariement) -> set[str]:
    """Les champs dont l'onglet « Colonnes » a décidé ; débit − crédit dit le reste dû."""
    regles = {*trouve.champs, *trouve.ambigus}
    return regles | {c.RESTE_DU, MONTANT_DEBIT, MONTANT_CREDIT} if MONTANT_DEBIT in regles else regles


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
            trouve.decelees.append(_faute_imposee(champ, voulu, fichier, rangs, trouve.entetes))


def _chercher(voulu: str, entetes: Sequence[str]) -> list[int]:
    """Les colonnes de cet en-tête : écrit exactement ainsi, sinon à la casse et à la ponctuation près, sinon à l'unité près."""
    for forme in (str.strip, cle, cle_entete):
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


def _accorder_debit_credit(trouve: Appariement, *, impose: bool) -> None:
    """Débit et crédit ne valent reste dû qu'ensemble ; à côté d'eux un solde est à vérifier : il peut être progressif.

    impose : l'onglet « Colonnes » nomme le reste dû. À côté de lui, ou de tout autre reste dû, ils ne disent que son signe.
    """
    if impose:
        trouve.ambigus.pop(MONTANT_DEBIT, None), trouve.ambigus.pop(MONTANT_CREDIT, None)
    debit, credit = trouve.champs.pop(MONTANT_DEBIT, None), trouve.champs.pop(MONTANT_CREDIT, None)
    lettrage, progressif = trouve.champs.pop(LETTRAGE, None), trouve.champs.pop(SOLDE, None)
    if lettrage is not None and {c.MONTANT, c.SENS} <= trouve.champs.keys() and c.RESTE_DU not in trouve.champs and debit is None:
        trouve.champs[LETTRAGE] = lettrage  # un montant et son sens valent débit et crédit
    if debit is None or credit is None or c.RESTE_DU in trouve.ambigus or RESTE_DEVISE in trouve.champs:
        return
    solde = trouve.champs.get(c.RESTE_DU)
    if solde is not None and (impose or cle_entete(trouve.entetes[solde]) not in _SOLDES):
        trouve.champs.update({COTE_DEBIT: debit, COTE_CREDIT: credit})
        return
    trouve.champs.pop(c.RESTE_DU, None)
    trouve.champs.update({MONTANT_DEBIT: debit, MONTANT_CREDIT: credit})
    if solde is not None or progressif is not None:
        trouve.champs[SOLDE] = solde if solde is not None else progressif  # type: ignore[assignment]
    if lettrage is not None:
        trouve.champs[LETTRAGE] = lettrage


def _accorder_tenue(trouve: Appariement) -> None:
    """Le reste dû en monnaie de tenue, et celui en devise de la pièce s'il y en a un : « Montant dû » à côté de « Montant dû signé »."""
    tenue, devise = trouve.champs.pop(RESTE_TENUE, None), trouve.champs.pop(RESTE_DEVISE, None)
    du = trouve.champs.pop(c.RESTE_DU, None)
    if len(rangs := trouve.ambigus.get(c.RESTE_DU, [])) == 2 and tenue is None and devise is None:
        # « Solde » et « Solde (EUR) » : le premier est en devise, le second en monnaie de tenue
        en_euros = [rang for rang in rangs if est_en_tenue(trouve.entetes[rang])]
        if len(en_euros) == 1:
            del trouve.ambigus[c.RESTE_DU]
            tenue, devise = en_euros[0], sum(rangs) - en_euros[0]
    en_devise = devise if devise is not None else du if tenue is not None else None
    principale = tenue if tenue is not None else du if du is not None else devise
    if principale is not None:
        trouve.champs[c.RESTE_DU] = principale
    if en_devise is not None and en_devise != principale:
        trouve.champs[RESTE_DEVISE] = en_devise


def _accorder_client(trouve: Appariement) -> None:
    """« Client facturé » est le client s'il est seul ; « Intitulé » est l'objet de la pièce, à côté d'un nom de client."""
    if c.CODE_CLIENT not in trouve.champs and c.CODE_CLIENT not in trouve.ambigus and c.TIERS_PAYEUR in trouve.champs:
        trouve.champs[c.CODE_CLIENT] = trouve.champs.pop(c.TIERS_PAYEUR)
    nom = trouve.champs.get(c.RAISON_SOCIALE)
    if (
        nom is not None
        and cle(trouve.entetes[nom]) in map(cle, noms.NOMS_SEULS)
        and not {c.CODE_CLIENT} & {*trouve.champs, *trouve.ambigus}
    ):
        trouve.champs[c.CODE_CLIENT] = nom
    code, nom = trouve.champs.get(c.CODE_CLIENT), trouve.champs.get(c.RAISON_SOCIALE)
    if code is None or nom is None:
        return
    if cle(trouve.entetes[nom]) in map(cle, noms.SUJET) and cle(trouve.entetes[code]) in map(cle, noms.DES_NOMS):
        del trouve.champs[c.RAISON_SOCIALE]


def _fautes_ambigues(trouve: Appariement) -> Iterable[Faute]:
    for champ, rangs in trouve.ambigus.items():
        if not rangs:
            continue
        candidates = ", ".join(f"« {trouve.entetes[i]} » (colonne {lettre(i)})" for i in rangs)
        memes = len({cle(trouve.entetes[i]) for i in rangs}) < len(rangs)
        remede = f"renommez l'une d'elles dans l'export, puis {REMEDE}" if memes else REMEDE
        yield Faute(f"plusieurs colonnes peuvent être le champ {champ} : {candidates}", remede)


def _fautes_manquantes(trouve: Appariement, fichier: Fichier, connus: Collection[str]) -> Iterable[Faute]:
    """Les champs indispensables que rien ne remplace, dits une fois, avec les en-têtes vus et les plus proches."""
    remplacants = {c.DATE_ECHEANCE: (c.DATE_PIECE,), c.RESTE_DU: (c.MONTANT, MONTANT_DEBIT)}
    manquants = [
        champ
        for champ in FICHIERS[fichier]
        if champ.indispensable
        and champ.nom not in connus
        and not any(nom in trouve.champs or nom in trouve.ambigus for nom in (champ.nom, *remplacants.get(champ.nom, ())))
    ]
    if not manquants:
        return
    proches = {champ.nom: proche for champ in manquants if (proche := _plus_proche_entete(champ.nom, fichier, trouve))}
    dits = ", ".join(f"{champ.nom} ({champ.aide})" for champ in manquants)
    quels = "pour le champ indispensable" if len(manquants) == 1 else "pour les champs indispensables"
    plus_proches = ", ".join(f"« {entete} » pour {champ}" for champ, entete in proches.items())
    yield Faute(
        f"aucune colonne n'est reconnue {quels} {dits} ; en-têtes vus : {_enumerer(trouve.entetes)}",
        f"{REMEDE} (la plus proche : {plus_proches})" if proches else REMEDE,
    )


def _plus_proche_entete(champ: str, fichier: Fichier, trouve: Appariement) -> str:
    """L'en-tête encore libre qui ressemble le plus à l'un des noms du champ."""
    pris = set(trouve.champs.values())
    libres = [entete for i, entete in enumerate(trouve.entetes) if entete and i not in pris]
    connus = [champ, *(nom for groupe in PAR_FICHIER[fichier] if groupe.champ == champ for nom in groupe.noms)]
    return next((proche for nom in connus if (proche := plus_proche(nom, libres))), "")


def _enumerer(entetes: Iterable[str]) -> str:
    nommes = [f"« {entete} »" for entete in entetes if entete]
    autres = len(nommes) - MONTRES
    suite = accorder(autres, f" et {autres} autre(s)") if autres > 0 else ""
    return ", ".join(nommes[:MONTRES]) + suite or "aucun"
