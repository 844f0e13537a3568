"""Des cellules d'un export aux échéances du contrat (§3) : valeurs lues, signes, échéances calculées, anomalies.

Une ligne n'est jamais écartée : ce qui ne se lit pas lui donne une cause, et son explication cite la cellule.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import colonnes as c
from relances_xl.domaine.dates import DelaiPaiement
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Formule
from relances_xl.domaine.montants import decimales, devises
from relances_xl.domaine.motifs import Cause
from relances_xl.domaine.textes import cle
from relances_xl.entrees import conversion
from relances_xl.entrees.conversion import Masque, montrer
from relances_xl.entrees.conversion_dates import ColonneDates, dates
from relances_xl.entrees.conversion_montants import SYMBOLES, ColonneMontants, Entiers, montants
from relances_xl.entrees.lettrage import restes
from relances_xl.entrees.noms import separer_code_nom
from relances_xl.entrees.rapprochement import delais_par_code
from relances_xl.entrees.reconnaissance import lettre
from relances_xl.entrees.synonymes import LETTRAGE, MONTANT_CREDIT, MONTANT_DEBIT
from relances_xl.entrees.tableau import Tableau

DEVISE_PAR_DEFAUT = "EUR"
_CITEES = 5  # lignes citées dans un avertissement

_NATURES = {
    "Facture": ("facture", "fact", "fac", "fa", "fc", "invoice", "factureclient", "factureacompte", "facturedacompte"),
    "Avoir": ("avoir", "avoirs", "av", "avc", "avoirclient", "facturedavoir", "factureavoir", "creditnote", "creditmemo",
              "notedecredit", "credit"),
    "Acompte": ("acompte", "acomptes", "ac", "acompteclient", "acompterecu", "avance", "advance", "downpayment", "deposit"),
    "Règlement": ("reglement", "reglements", "rg", "rgt", "regl", "reglementclient", "paiement", "paiements", "payment",
                  "encaissement", "versement", "virement"),
}  # fmt: skip
NATURE = {nom: nature for nature, noms in _NATURES.items() for nom in noms}
CREDITS = ("Avoir", "Acompte", "Règlement")


@dataclass(slots=True)
class _Montants:
    """Les montants d'un export, en unités minimales de la devise de chaque ligne, signes non encore accordés."""

    devise: NDArray[np.object_]
    reste: Entiers
    illisibles: Masque
    source: tuple[str, ...]  # les champs d'où vient le reste dû
    lues: dict[str, ColonneMontants] = field(default_factory=dict)
    autre_devise: Masque = field(default_factory=lambda: np.zeros(0, dtype=bool))


def lire(
    tableau: Tableau, delai: DelaiPaiement, clients: pd.DataFrame | None, fichier: str, onglet: str
) -> tuple[pd.DataFrame, list[Faute]]:
    """Les lignes du tableau, toutes, comme échéances : LIGNE, CHAMPS_ECHEANCE, DATE_CLE, CAUSE, EXPLICATION,
    ALERTE_LIGNE, SANS_FRAIS, MOTIF_EXCLURE, MOTIF_LITIGE ; et ce qu'il faut savoir.

    delai : pour les clients dont la table (code_client, delai_paiement) n'en dit pas. Une ligne en anomalie garde ce
    qui s'en lit : son reste dû compte dans la somme, 0 s'il est illisible.
    """
    n = len(tableau.numeros)
    texte = {champ: _texte(tableau, champ) for champ in _TEXTES}
    if separes := separer_code_nom(texte[c.CODE_CLIENT]):
        texte[c.CODE_CLIENT], noms = separes
        texte[c.RAISON_SOCIALE] = texte[c.RAISON_SOCIALE] if c.RAISON_SOCIALE in tableau.champs else noms
    nature = _natures(texte[c.NATURE])
    credit = _parmi(nature, CREDITS)
    lus = _montants(tableau, credit)
    jours = {champ: _dates(tableau, champ) for champ in _DATES}
    if LETTRAGE in tableau.champs:
        lus.reste = _ouvert(texte[c.CODE_CLIENT], _texte(tableau, LETTRAGE), lus.reste, jours[c.DATE_PIECE])
    echeance, date_cle = _echeances(texte[c.CODE_CLIENT], jours[c.DATE_ECHEANCE], jours[c.DATE_PIECE], delai, clients)
    exclure, motif_exclure = _oui_non(tableau, c.EXCLURE)
    litige, motif_litige = _oui_non(tableau, c.LITIGE)
    niveau, niveau_illisible = conversion.entiers(tableau.colonnes.get(c.NIVEAU_RELANCE, [None] * n))
    causes = {
        Cause.CLIENT_MANQUANT: _vides(texte[c.CODE_CLIENT]),
        Cause.PIECE_MANQUANTE: _vides(texte[c.PIECE]),
        Cause.MONTANT_ILLISIBLE: lus.illisibles,
        Cause.DATE_ILLISIBLE: np.isnat(echeance),
        Cause.DEVISE_INCONNUE: ~_parmi(lus.devise, devises()),
        Cause.DOUBLON: pd.Series(tableau.empreintes).duplicated().to_numpy(),
    }
    cause = np.select(list(causes.values()), [nom.value for nom in causes], default="")
    alerte = _alertes(tableau, jours, niveau_illisible)
    table = pd.DataFrame(
        {
            c.LIGNE: tableau.numeros,
            c.CODE_CLIENT: _serie(texte[c.CODE_CLIENT]),
            c.PIECE: _serie(texte[c.PIECE]),
            c.DATE_ECHEANCE: echeance,
            c.RESTE_DU: np.where(lus.illisibles, 0, lus.reste),
            c.RAISON_SOCIALE: _serie(texte[c.RAISON_SOCIALE]),
            c.DATE_PIECE: jours[c.DATE_PIECE].jours,
            c.MONTANT: _facultatif(lus.lues.get(c.MONTANT), credit, n),
            c.REGLE: _facultatif(lus.lues.get(c.REGLE), credit, n),
            c.DEVISE: _serie(lus.devise),
            c.MODE_PAIEMENT: _serie(texte[c.MODE_PAIEMENT]),
            c.MODULE: _serie(texte[c.MODULE]),
            c.EXCLURE: exclure,
            c.NATURE: _serie(nature),
            c.LITIGE: litige,
            c.PROMESSE: jours[c.PROMESSE].jours,
            c.NIVEAU_RELANCE: niveau,
            c.DATE_RELANCE: jours[c.DATE_RELANCE].jours,
            c.REFERENCE: _serie(texte[c.REFERENCE]),
            c.COMMERCIAL: _serie(texte[c.COMMERCIAL]),
            c.FICHIER_PIECE: _serie(texte[c.FICHIER_PIECE]),
            c.DATE_CLE: date_cle,
            c.CAUSE: _serie(cause),
            c.EXPLICATION: _serie(_explications(tableau, cause, lus, jours)),
            c.ALERTE_LIGNE: _serie(alerte),
            c.SANS_FRAIS: np.zeros(n, dtype=bool),
            c.MOTIF_EXCLURE: _serie(motif_exclure),
            c.MOTIF_LITIGE: _serie(motif_litige),
        }
    )
    return table, _avertissements(tableau, lus, jours, niveau_illisible, fichier, onglet)


_TEXTES = (c.CODE_CLIENT, c.PIECE, c.RAISON_SOCIALE, c.DEVISE, c.MODE_PAIEMENT, c.MODULE, c.NATURE, c.REFERENCE,
           c.COMMERCIAL, c.FICHIER_PIECE)  # fmt: skip
_DATES = (c.DATE_ECHEANCE, c.DATE_PIECE, c.PROMESSE, c.DATE_RELANCE)


def _serie(valeurs: Sequence[str] | NDArray[np.object_]) -> pd.Series:
    return pd.Series(valeurs, dtype="str")


def _texte(tableau: Tableau, champ: str) -> list[str]:
    cellules = tableau.colonnes.get(champ)
    return [""] * len(tableau.numeros) if cellules is None else conversion.textes(cellules)


def _oui_non(tableau: Tableau, champ: str) -> tuple[Masque, list[str]]:
    return conversion.oui_non(tableau.colonnes.get(champ, [None] * len(tableau.numeros)))


def _dates(tableau: Tableau, champ: str) -> ColonneDates:
    return dates(tableau.colonnes.get(champ, [None] * len(tableau.numeros)))


def _vides(textes: list[str]) -> Masque:
    return np.array([not texte for texte in textes], dtype=bool)


def _parmi(valeurs: NDArray[np.object_], connues: Collection[str]) -> Masque:
    """Comme `numpy.isin`, qui trie : ici peu de valeurs distinctes, beaucoup de lignes."""
    retenues = {valeur for valeur in set(valeurs) if valeur in connues}
    return np.fromiter((valeur in retenues for valeur in valeurs), dtype=np.bool_, count=len(valeurs))


def _natures(textes: list[str]) -> NDArray[np.object_]:
    """La nature reconnue (« Avoir »…), sinon le texte de l'export."""
    connues = {texte: NATURE.get(cle(texte), texte) for texte in set(textes)}
    return np.array([connues[texte] for texte in textes], dtype=object)


def _montants(tableau: Tableau, credit: Masque) -> _Montants:
    """Reste dû de chaque ligne : sa colonne, sinon débit − crédit, sinon montant − réglé ; un crédit est négatif."""
    ecrites = _devises(tableau)
    devise = np.where(ecrites == "", DEVISE_PAR_DEFAUT, ecrites)
    lues = _colonnes_montants(tableau, devise)
    dans_cellule = {rang: code for colonne in lues.values() for rang, code in colonne.devises.items()}
    manquent = [rang for rang, code in dans_cellule.items() if not ecrites[rang] and code != DEVISE_PAR_DEFAUT]
    if manquent:
        devise[manquent] = [dans_cellule[rang] for rang in manquent]
        lues = _colonnes_montants(tableau, devise)
    reste, illisibles, source = _reste(lues, credit)
    autre = np.zeros(len(devise), dtype=bool)
    for champ in source:
        contraires = [rang for rang, code in lues[champ].devises.items() if code != devise[rang]]
        autre[contraires] = True
    return _Montants(devise, reste, illisibles | autre, source, lues, autre)


def _devises(tableau: Tableau) -> NDArray[np.object_]:
    """Le code de la devise de chaque ligne : « EUR », « € » et « Euro » sont EUR ; "" si rien n'est écrit."""
    textes = _texte(tableau, c.DEVISE)
    codes = {texte: SYMBOLES.get(texte.upper().rstrip("."), texte.upper()) for texte in set(textes)}
    return np.array([codes[texte] for texte in textes], dtype=object)


def _colonnes_montants(tableau: Tableau, devise: NDArray[np.object_]) -> dict[str, ColonneMontants]:
    par_devise = {code: decimales(code) for code in set(devise)}
    precision = np.array([par_devise[code] for code in devise], dtype=np.int64)
    champs = (c.RESTE_DU, c.MONTANT, c.REGLE, MONTANT_DEBIT, MONTANT_CREDIT)
    return {champ: montants(tableau.colonnes[champ], precision) for champ in champs if champ in tableau.colonnes}


def _reste(lues: Mapping[str, ColonneMontants], credit: Masque) -> tuple[Entiers, Masque, tuple[str, ...]]:
    """(reste dû signé, illisibles ou vides, champs dont il vient)."""
    if c.RESTE_DU in lues:
        lu = lues[c.RESTE_DU]
        return _signer(lu.unites, credit), lu.illisibles | lu.vides, (c.RESTE_DU,)
    if MONTANT_DEBIT in lues:
        debit, rembourse = lues[MONTANT_DEBIT], lues[MONTANT_CREDIT]
        illisibles = debit.illisibles | rembourse.illisibles | (debit.vides & rembourse.vides)
        return _signer(debit.unites - rembourse.unites, credit), illisibles, (MONTANT_DEBIT, MONTANT_CREDIT)
    montant, regle = lues[c.MONTANT], lues[c.REGLE]
    # un avoir et ce qui en est déjà utilisé s'écrivent avec ou sans signe : ce sont les grandeurs qui se retranchent
    difference = np.where(credit, -(np.abs(montant.unites) - np.abs(regle.unites)), montant.unites - regle.unites)
    return difference, montant.illisibles | montant.vides | regle.illisibles, (c.MONTANT, c.REGLE)


def _signer(unites: Entiers, credit: Masque) -> Entiers:
    return np.where(credit & (unites > 0), -unites, unites)


def _facultatif(lu: ColonneMontants | None, credit: Masque, n: int) -> pd.Series:
    """Montant ou réglé : Int64, NA si absent ou illisible."""
    if lu is None:
        return pd.Series(pd.NA, index=range(n), dtype="Int64")
    return pd.Series(pd.arrays.IntegerArray(_signer(lu.unites, credit), lu.vides | lu.illisibles))


def _echeances(
    codes: list[str], echeance: ColonneDates, piece: ColonneDates, delai: DelaiPaiement, clients: pd.DataFrame | None
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """(échéance, date de la clé) : l'échéance lue, sinon date de pièce + délai du client, la clé gardant alors la pièce."""
    calculees = echeance.vides & ~np.isnat(piece.jours)
    if not calculees.any():
        return echeance.jours, echeance.jours
    rangs = np.flatnonzero(calculees)
    delais = delais_par_code({codes[i] for i in rangs}, clients, delai)
    paires = [(delais[codes[i]], piece.jours[i].item().date()) for i in rangs]
    connues = {paire: paire[0].echeance(paire[1]) for paire in set(paires)}
    jours, cles = echeance.jours.copy(), echeance.jours.copy()
    jours[rangs] = np.array([connues[paire] for paire in paires], dtype="datetime64[s]")
    cles[rangs] = piece.jours[rangs]
    return jours, cles


def _ouvert(codes: list[str], lettrage: list[str], reste: Entiers, piece: ColonneDates) -> Entiers:
    """Débit − crédit d'un relevé lettré : ce que le lettrage en laisse ouvert, le solde de chaque client gardé."""
    ouverts = restes(_serie(codes), _serie(lettrage), pd.Series(reste), pd.Series(piece.jours))
    return ouverts.to_numpy()


def _alertes(tableau: Tableau, jours: Mapping[str, ColonneDates], niveau_illisible: Masque) -> list[str]:
    """Ce qu'il faut voir sur la ligne même : une promesse ou une relance passée que l'on n'a pas su lire."""
    alertes = [""] * len(tableau.numeros)
    illisibles = {
        "promesse illisible": (c.PROMESSE, jours[c.PROMESSE].illisibles),
        "date de relance illisible": (c.DATE_RELANCE, jours[c.DATE_RELANCE].illisibles),
        "niveau de relance illisible": (c.NIVEAU_RELANCE, niveau_illisible),
    }
    for quoi, (champ, masque) in illisibles.items():
        for i in np.flatnonzero(masque):
            alertes[i] = " ; ".join(filter(None, (alertes[i], f"{quoi} : {montrer(tableau.colonnes[champ][i])}")))
    return alertes


def _explications(
    tableau: Tableau, cause: NDArray[np.str_], lus: _Montants, jours: Mapping[str, ColonneDates]
) -> list[str]:
    """Une phrase par ligne en anomalie, avec l'en-tête, la cellule et son contenu."""
    phrases = [""] * len(cause)
    premieres: dict[int, int] = {}
    if (cause == Cause.DOUBLON).any():
        for empreinte, numero in zip(tableau.empreintes.tolist(), tableau.numeros.tolist(), strict=True):
            premieres.setdefault(empreinte, numero)
    for i in np.flatnonzero(cause != "").tolist():
        match cause[i]:
            case Cause.CLIENT_MANQUANT:
                phrases[i] = _citer(tableau, c.CODE_CLIENT, i, "code client absent")
            case Cause.PIECE_MANQUANTE:
                phrases[i] = _citer(tableau, c.PIECE, i, "numéro de pièce absent")
            case Cause.MONTANT_ILLISIBLE:
                phrases[i] = _expliquer_montant(tableau, lus, i)
            case Cause.DATE_ILLISIBLE:
                phrases[i] = _expliquer_date(tableau, jours, i)
            case Cause.DEVISE_INCONNUE:
                phrases[i] = _citer(tableau, c.DEVISE, i, "devise inconnue")
            case _:
                phrases[i] = f"ligne identique à la ligne {premieres[int(tableau.empreintes[i])]}"
    return phrases


def _citer(tableau: Tableau, champ: str, i: int, quoi: str) -> str:
    """« montant illisible : « 12,3x » (« Reste dû », cellule H12) » ; une formule non calculée dit comment la calculer."""
    if champ not in tableau.champs:
        return quoi
    rang = tableau.champs[champ]
    entete = tableau.entete.textes[rang]
    valeur = tableau.colonnes[champ][i]
    phrase = f"{quoi} : {montrer(valeur)} (« {entete} », cellule {lettre(rang)}{tableau.numeros[i]})"
    remede = " : formule sans résultat enregistré, ouvrez et enregistrez le classeur dans Excel"
    return phrase + remede if isinstance(valeur, Formule) else phrase


def _expliquer_montant(tableau: Tableau, lus: _Montants, i: int) -> str:
    fautifs = [champ for champ in lus.source if lus.lues[champ].illisibles[i]]
    champ = fautifs[0] if fautifs else lus.source[0]
    lu = lus.lues[champ]
    if lus.autre_devise[i] and not fautifs:
        champ = next(champ for champ in lus.source if lus.lues[champ].devises.get(i, lus.devise[i]) != lus.devise[i])
        return f"{_citer(tableau, champ, i, 'montant dans une autre devise que la ligne')}, la ligne est en {lus.devise[i]}"
    quoi = "montant vide" if lu.vides[i] else "montant illisible"
    raison = lu.raisons.get(i)
    return _citer(tableau, champ, i, quoi) + (f" : {raison}" if raison else "")


def _expliquer_date(tableau: Tableau, jours: Mapping[str, ColonneDates], i: int) -> str:
    for champ, quoi in (
        (c.DATE_ECHEANCE, "échéance illisible"),
        (c.DATE_PIECE, "échéance vide et date de pièce illisible"),
    ):
        if jours[champ].illisibles[i]:
            indecise = (
                " : jour/mois ou mois/jour ? la colonne contient les deux" if jours[champ].indecidables[i] else ""
            )
            return _citer(tableau, champ, i, quoi) + indecise
    return "échéance et date de pièce vides"


def _avertissements(
    tableau: Tableau,
    lus: _Montants,
    jours: Mapping[str, ColonneDates],
    niveau_illisible: Masque,
    fichier: str,
    onglet: str,
) -> list[Faute]:
    """Ce qui s'est lu autrement que d'habitude, ou pas, sans que la ligne soit en anomalie."""
    dits: list[tuple[str, str]] = []
    for champ, colonne in jours.items():
        if colonne.mois_jour:
            entete = tableau.entete.textes[tableau.champs[champ]]
            dits.append((f"la colonne « {entete} » est lue mois/jour : une de ses dates le prouve", ""))
    ignores = {
        c.DATE_PIECE: (jours[c.DATE_PIECE].illisibles & ~jours[c.DATE_ECHEANCE].vides, "laissée vide"),
        c.PROMESSE: (jours[c.PROMESSE].illisibles, "ignorée"),
        c.DATE_RELANCE: (jours[c.DATE_RELANCE].illisibles, "délai tenu pour écoulé"),
        c.NIVEAU_RELANCE: (niveau_illisible, "tenu pour jamais relancée"),
        **{
            champ: (lus.lues[champ].illisibles, "laissé vide")
            for champ in (c.MONTANT, c.REGLE)
            if champ in lus.lues and champ not in lus.source
        },
    }
    for champ, (masque, effet) in ignores.items():
        if masque.any():
            entete = tableau.entete.textes[tableau.champs[champ]]
            dits.append(
                (f"« {entete} » illisible, {effet} : {_lignes(tableau, masque)}", "corrigez ces cellules dans l'export")
            )
    return [Faute(message, remede, fichier, onglet) for message, remede in dits]


def _lignes(tableau: Tableau, masque: Masque) -> str:
    """« lignes 12, 45 et 3 autres »."""
    numeros = tableau.numeros[masque].tolist()
    suite = f" et {len(numeros) - _CITEES} autres" if len(numeros) > _CITEES else ""
    return f"ligne{'s' if len(numeros) > 1 else ''} {', '.join(map(str, numeros[:_CITEES]))}{suite}"
