"""Dire en clair ce qui ne se lit pas : l'en-tête, la cellule, son contenu (contrat §3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Formule
from relances_xl.domaine.motifs import Cause
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau
from relances_xl.entrees.colonnes.noms_d_entete import lettre
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, RESTE_DEVISE, STATUT_PAIEMENT
from relances_xl.entrees.echeances.dettes_repetees import Repetitions
from relances_xl.entrees.echeances.montants_dus import MontantsDus
from relances_xl.entrees.echeances.natures import Nature, peut_etre_du, semble_un_avoir
from relances_xl.entrees.valeurs.colonne_dates import ColonneDates, doutes
from relances_xl.entrees.valeurs.colonne_textes import Masque, citer

_TRANCHE = 10_000  # numéros
_CITEES = 5  # lignes citées dans un avertissement
_CHIFFRES = str.maketrans("123456789", "0" * 9)  # cent mille numéros n'ont que quelques formes


@dataclass(frozen=True)
class Lues:
    """Ce qui s'est lu d'un tableau. jours : champ → sa colonne de dates ; natures : telles qu'écrites, et comprises."""

    tableau: Tableau
    pieces: list[str]
    montants: MontantsDus
    jours: Mapping[str, ColonneDates]
    niveau_illisible: Masque
    natures_ecrites: list[str]
    nature: NDArray[np.object_]
    payees: Masque

    @cached_property
    def nature_incomprise(self) -> Masque:
        """Un montant positif, d'une nature que ses mots ne disent pas : tenu pour une dette."""
        connues = {"", *Nature}
        inconnues = {nature for nature in set(self.nature) if nature not in connues}
        if not inconnues:
            return np.zeros(len(self.nature), dtype=np.bool_)
        return np.array([nature in inconnues for nature in self.nature], dtype=np.bool_) & (self.montants.reste > 0)

    @cached_property
    def acompte_peut_etre_du(self) -> Masque:
        """« Acompte » seul, écrit positif et à échéance : compté en crédit, il peut être demandé."""
        douteux = {texte for texte in set(self.natures_ecrites) if texte and peut_etre_du(texte)}
        if not douteux:
            return np.zeros(len(self.nature), dtype=np.bool_)
        source = self.montants.lues[self.montants.source[0]].unites
        ecrit = np.array([texte in douteux for texte in self.natures_ecrites], dtype=np.bool_)
        signe = self.montants.signes.get(self.montants.source[0])
        return ecrit & (source > 0) & ~self.jours[c.DATE_ECHEANCE].vides & (signe is None or signe.sens > 0)

    @cached_property
    def avoir_peut_etre(self) -> Masque:
        """Rien ne signe les montants, et le numéro de pièce, ou la référence, dit un avoir au montant positif."""
        montants = self.montants
        if MONTANT_CREDIT not in montants.source and not montants.signes and not (montants.reste < 0).any():
            dits = _semblent_des_avoirs(self.pieces)
            if c.REFERENCE in self.tableau.champs:
                dits |= _semblent_des_avoirs(self.tableau.textes(c.REFERENCE))
            muettes: Masque = self.nature == ""
            return dits & muettes & (montants.reste > 0)
        return np.zeros(len(self.nature), dtype=np.bool_)


def _semblent_des_avoirs(numeros: list[str]) -> Masque:
    """Les numéros qui disent un avoir, quelques milliers à la fois : ils n'ont, chiffres mis à part, que quelques formes."""
    connues: dict[str, bool] = {}
    dits = np.zeros(len(numeros), dtype=np.bool_)
    for debut in range(0, len(numeros), _TRANCHE):
        formes = "\0".join(numeros[debut : debut + _TRANCHE]).translate(_CHIFFRES).split("\0")
        connues |= {forme: forme[:1].isalpha() and semble_un_avoir(forme) for forme in {*formes} - connues.keys()}
        dits[debut : debut + _TRANCHE] = [connues[forme] for forme in formes]
    return dits


def alertes(lues: Lues) -> list[str]:
    """Ce qu'il faut voir sur la ligne même : ce que l'on n'a pas su lire, ou compris de deux façons."""
    phrases = [""] * len(lues.tableau.numeros)
    illisibles = {
        "promesse illisible": (c.PROMESSE, lues.jours[c.PROMESSE].illisibles),
        "date de relance illisible": (c.DATE_RELANCE, lues.jours[c.DATE_RELANCE].illisibles),
        "niveau de relance illisible": (c.NIVEAU_RELANCE, lues.niveau_illisible),
    }
    for quoi, (champ, masque) in illisibles.items():
        for i in np.flatnonzero(masque).tolist():
            _ajouter(phrases, i, f"{quoi} : {citer(lues.tableau.colonnes[champ][i])}")
    for i in np.flatnonzero(lues.nature_incomprise).tolist():
        _ajouter(phrases, i, f"nature {citer(lues.natures_ecrites[i])} incomprise, tenue pour une dette")
    for i in np.flatnonzero(lues.acompte_peut_etre_du).tolist():
        montant = ecrire(abs(int(lues.montants.reste[i])), str(lues.montants.devise[i]))
        _ajouter(phrases, i, f"acompte de {montant} compté en crédit : il peut être dû")
    for i in np.flatnonzero(lues.avoir_peut_etre).tolist():
        _ajouter(phrases, i, f"pièce {lues.pieces[i]} au montant positif, tenue pour une dette : est-ce un avoir ?")
    for i in _payees_et_dues(lues):
        du = ecrire(int(lues.montants.reste[i]), str(lues.montants.devise[i]))
        _ajouter(phrases, i, f"pièce dite payée, et {du} de reste dû")
    return phrases


def _ajouter(phrases: list[str], i: int, dite: str) -> None:
    phrases[i] = f"{phrases[i]} ; {dite}" if phrases[i] else dite


def _payees_et_dues(lues: Lues) -> list[int]:
    return np.flatnonzero(lues.payees & (lues.montants.reste > 0)).tolist()


def explications(lues: Lues, cause: NDArray[np.object_], codes_perdus: Masque, repetees: Repetitions) -> list[str]:
    """Une phrase par ligne en anomalie, avec l'en-tête, la cellule et son contenu."""
    tableau = lues.tableau
    phrases = [""] * len(cause)
    premieres: dict[int, int] = {}
    if (cause == Cause.DOUBLON).any():
        for empreinte, numero in zip(tableau.empreintes.tolist(), tableau.numeros.tolist(), strict=True):
            premieres.setdefault(empreinte, numero)
    for i in np.flatnonzero(cause != "").tolist():
        match cause[i]:
            case Cause.LIGNE_DECALEE:
                phrases[i] = f"la ligne {tableau.numeros[i]} a plus de cellules que l'en-tête : ses valeurs ne sont plus sous leur titre"
            case Cause.CLIENT_MANQUANT if codes_perdus[i]:
                phrases[i] = _situer(tableau, c.CODE_CLIENT, i, "code client écrasé par Excel") + " : réexportez cette colonne en texte"
            case Cause.CLIENT_MANQUANT:
                phrases[i] = _situer(tableau, c.CODE_CLIENT, i, "code client absent")
            case Cause.PIECE_MANQUANTE:
                phrases[i] = _situer(tableau, c.PIECE, i, "numéro de pièce absent")
            case Cause.MONTANT_ILLISIBLE:
                phrases[i] = _expliquer_montant(lues, i)
            case Cause.DATE_ILLISIBLE:
                phrases[i] = _expliquer_date(lues, i)
            case Cause.DEVISE_INCONNUE:
                phrases[i] = _situer(tableau, c.DEVISE, i, "devise inconnue")
            case Cause.DEVISE_INCERTAINE:
                phrases[i] = _expliquer_devise(lues, i)
            case Cause.DOUBLON:
                phrases[i] = f"ligne identique à la ligne {premieres[int(tableau.empreintes[i])]}"
            case _:
                phrases[i] = _expliquer_repetition(lues, repetees, i)
    return phrases


def _expliquer_devise(lues: Lues, i: int) -> str:
    champ = lues.montants.source[0]
    entete = lues.tableau.entete.textes[lues.tableau.champs[champ]]
    en_devise = "" if RESTE_DEVISE in lues.tableau.champs else ", avec le reste dû en devise"
    return (
        f"« {entete} » est en monnaie de tenue, la pièce en {lues.montants.devise[i]} : réexportez{en_devise or ' ce reste dû en devise'}"
    )


def _expliquer_repetition(lues: Lues, repetees: Repetitions, i: int) -> str:
    if repetees.totaux[i]:
        return (
            "montant et règlements de la pièce entière, répétés à chaque échéance : "
            "exportez le reste dû de chaque échéance, ou une ligne par pièce"
        )
    return (
        f"redit la pièce de la ligne {lues.tableau.numeros[int(repetees.premieres[i])]} (une ligne par règlement ou par article) : "
        "exportez une ligne par échéance"
    )


def _situer(tableau: Tableau, champ: str, i: int, quoi: str) -> str:
    """« montant illisible : « 12,3x » (« Reste dû », cellule H12) » ; une formule non calculée dit comment la calculer."""
    if champ not in tableau.champs:
        return quoi
    rang = tableau.champs[champ]
    entete = tableau.entete.textes[rang]
    valeur = tableau.colonnes[champ][i]
    phrase = f"{quoi} : {citer(valeur)} (« {entete} », cellule {lettre(rang)}{tableau.numeros[i]})"
    remede = " : formule sans résultat enregistré, ouvrez et enregistrez le classeur dans Excel"
    return phrase + remede if isinstance(valeur, Formule) else phrase


def _expliquer_montant(lues: Lues, i: int) -> str:
    tableau, lus = lues.tableau, lues.montants
    fautifs = [champ for champ in lus.source if lus.lues[champ].illisibles[i]]
    champ = fautifs[0] if fautifs else lus.source[0]
    lu = lus.lues[champ]
    if lus.autre_devise[i] and not fautifs:
        champ = next(champ for champ in lus.source if lus.lues[champ].devises.get(i, lus.devise[i]) != lus.devise[i])
        return f"{_situer(tableau, champ, i, 'montant dans une autre devise que la ligne')}, la ligne est en {lus.devise[i]}"
    if len(lus.signe_douteux) and lus.signe_douteux[i] and not fautifs:
        return f"{_situer(tableau, champ, i, 'sens du montant illisible')} : ni débit ni crédit"
    quoi = "montant vide" if lu.vides[i] else "montant illisible"
    raison = lu.raisons.get(i)
    return _situer(tableau, champ, i, quoi) + (f" : {raison}" if raison else "")


def _expliquer_date(lues: Lues, i: int) -> str:
    for champ, quoi in (
        (c.DATE_ECHEANCE, "échéance illisible"),
        (c.DATE_PIECE, "échéance vide et date de pièce illisible"),
    ):
        colonne = lues.jours[champ]
        if colonne.illisibles[i]:
            doute = " : jour/mois ou mois/jour ? la colonne contient les deux" if colonne.indecidables[i] else ""
            return _situer(lues.tableau, champ, i, quoi) + doute
    return "échéance et date de pièce vides"


def avertissements(lues: Lues, fichier: str, onglet: str) -> list[Faute]:
    """Ce qui s'est lu autrement que d'habitude, ou pas, sans que la ligne soit en anomalie."""
    tableau, jours, lus = lues.tableau, lues.jours, lues.montants
    dits: list[tuple[str, str]] = []
    for champ, colonne in jours.items():
        if champ in tableau.champs:
            dits += doutes(colonne, tableau.entete.textes[tableau.champs[champ]])
    ignores = {
        c.DATE_PIECE: (jours[c.DATE_PIECE].illisibles & ~jours[c.DATE_ECHEANCE].vides, "laissée vide"),
        c.PROMESSE: (jours[c.PROMESSE].illisibles, "ignorée"),
        c.DATE_RELANCE: (jours[c.DATE_RELANCE].illisibles, "délai tenu pour écoulé"),
        c.NIVEAU_RELANCE: (lues.niveau_illisible, "tenu pour jamais relancée"),
        **{
            champ: (lus.lues[champ].illisibles, "laissé vide")
            for champ in (c.MONTANT, c.REGLE)
            if champ in lus.lues and champ not in lus.source
        },
    }
    dits += _sur_les_natures(lues)
    if lus.tenue_supposee:
        dits.append(
            (
                f"toutes les écritures sont en {lus.tenue_supposee} : le débit et le crédit sont lus dans cette devise",
                "si vos livres sont en euros, exportez le reste dû en devise",
            )
        )
    if lus.credits_negatifs:
        entete = tableau.entete.textes[tableau.champs[MONTANT_CREDIT]]
        dits.append(
            (f"« {entete} » n'a que des montants négatifs : ce sont des crédits", "si ce sont des crédits annulés, écrivez-les au débit")
        )
    for champ, (masque, effet) in ignores.items():
        if masque.any():
            entete = tableau.entete.textes[tableau.champs[champ]]
            dits.append((f"« {entete} » illisible, {effet} : {_lignes(tableau, masque)}", "corrigez ces cellules dans l'export"))
    return [Faute(message, remede, fichier, onglet) for message, remede in dits]


def _sur_les_natures(lues: Lues) -> Iterator[tuple[str, str]]:
    """Les natures incomprises, les acomptes qui peuvent être dus, les avoirs que rien ne signe."""
    incomprises = lues.nature_incomprise
    if incomprises.any():
        ecrites = dict.fromkeys(lues.natures_ecrites[i] for i in np.flatnonzero(incomprises))
        citees = ", ".join(citer(texte) for texte in list(ecrites)[:_CITEES])
        yield (
            f"{accorder(len(ecrites), f'{len(ecrites)} nature(s) incomprise(s), tenue(s) pour des dettes')} : {citees} "
            f"({_lignes(lues.tableau, incomprises)})",
            "si ce sont des crédits, donnez-leur un montant négatif, ou écrivez Avoir ou Règlement",
        )
    acomptes = lues.acompte_peut_etre_du
    if acomptes.any():
        yield (
            f"« Acompte » au montant positif, compté en crédit : {_lignes(lues.tableau, acomptes)}",
            "s'il est demandé et non reçu, écrivez « Facture d'acompte »",
        )
    avoirs = lues.avoir_peut_etre
    if avoirs.any():
        yield (
            f"des pièces au numéro d'avoir ont un montant positif, tenu pour une dette : {_lignes(lues.tableau, avoirs)}",
            "si ce sont des avoirs, écrivez-les en négatif, ou ajoutez une colonne « Type de pièce » (Facture, Avoir)",
        )
    payees = _payees_et_dues(lues)
    if payees:
        champ = STATUT_PAIEMENT if STATUT_PAIEMENT in lues.tableau.champs else c.STATUT
        masque = np.zeros(len(lues.payees), dtype=np.bool_)
        masque[payees] = True
        entete = lues.tableau.entete.textes[lues.tableau.champs[champ]]
        yield (
            f"« {entete} » dit payées des pièces qui ont un reste dû : {_lignes(lues.tableau, masque)}",
            "vérifiez-les avant de les relancer",
        )


def _lignes(tableau: Tableau, masque: Masque) -> str:
    """« lignes 12, 45 et 3 autres »."""
    numeros = tableau.numeros[masque].tolist()
    autres = len(numeros) - _CITEES
    suite = accorder(autres, f" et {autres} autre(s)") if autres > 0 else ""
    return f"ligne{'s' if len(numeros) > 1 else ''} {', '.join(map(str, numeros[:_CITEES]))}{suite}"
