"""Dire en clair ce qui ne se lit pas : l'en-tête, la cellule, son contenu (contrat §3)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Formule
from relances_xl.domaine.motifs import Cause
from relances_xl.entrees.colonnes.entete import Tableau
from relances_xl.entrees.colonnes.reconnaissance import lettre
from relances_xl.entrees.echeances.montants_dus import MontantsDus
from relances_xl.entrees.valeurs.colonne_dates import ColonneDates
from relances_xl.entrees.valeurs.colonne_textes import Masque, citer

_CITEES = 5  # lignes citées dans un avertissement


@dataclass(frozen=True, slots=True)
class Lues:
    """Ce qui s'est lu d'un tableau. jours : champ → sa colonne de dates."""

    tableau: Tableau
    montants: MontantsDus
    jours: Mapping[str, ColonneDates]
    niveau_illisible: Masque


def alertes(lues: Lues) -> list[str]:
    """Ce qu'il faut voir sur la ligne même : une promesse ou une relance passée que l'on n'a pas su lire."""
    phrases = [""] * len(lues.tableau.numeros)
    illisibles = {
        "promesse illisible": (c.PROMESSE, lues.jours[c.PROMESSE].illisibles),
        "date de relance illisible": (c.DATE_RELANCE, lues.jours[c.DATE_RELANCE].illisibles),
        "niveau de relance illisible": (c.NIVEAU_RELANCE, lues.niveau_illisible),
    }
    for quoi, (champ, masque) in illisibles.items():
        for i in np.flatnonzero(masque):
            dite = f"{quoi} : {citer(lues.tableau.colonnes[champ][i])}"
            phrases[i] = f"{phrases[i]} ; {dite}" if phrases[i] else dite
    return phrases


def explications(lues: Lues, cause: NDArray[np.object_]) -> list[str]:
    """Une phrase par ligne en anomalie, avec l'en-tête, la cellule et son contenu."""
    tableau = lues.tableau
    phrases = [""] * len(cause)
    premieres: dict[int, int] = {}
    if (cause == Cause.DOUBLON).any():
        for empreinte, numero in zip(tableau.empreintes.tolist(), tableau.numeros.tolist(), strict=True):
            premieres.setdefault(empreinte, numero)
    for i in np.flatnonzero(cause != "").tolist():
        match cause[i]:
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
            case _:
                phrases[i] = f"ligne identique à la ligne {premieres[int(tableau.empreintes[i])]}"
    return phrases


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
        if colonne.mois_jour:
            entete = tableau.entete.textes[tableau.champs[champ]]
            dits.append((f"la colonne « {entete} » est lue mois/jour : une de ses dates le prouve", ""))
            if colonne.melangee:
                dits.append(
                    (
                        f"la colonne « {entete} » mêle des textes mois/jour et de vraies dates : Excel a pu inverser "
                        "le jour et le mois de celles-ci en ouvrant l'export",
                        "refaites l'export en .xlsx, ou donnez le CSV tel que le logiciel l'a écrit",
                    )
                )
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
    for champ, (masque, effet) in ignores.items():
        if masque.any():
            entete = tableau.entete.textes[tableau.champs[champ]]
            dits.append((f"« {entete} » illisible, {effet} : {_lignes(tableau, masque)}", "corrigez ces cellules dans l'export"))
    return [Faute(message, remede, fichier, onglet) for message, remede in dits]


def _lignes(tableau: Tableau, masque: Masque) -> str:
    """« lignes 12, 45 et 3 autres »."""
    numeros = tableau.numeros[masque].tolist()
    suite = f" et {len(numeros) - _CITEES} autres" if len(numeros) > _CITEES else ""
    return f"ligne{'s' if len(numeros) > 1 else ''} {', '.join(map(str, numeros[:_CITEES]))}{suite}"
