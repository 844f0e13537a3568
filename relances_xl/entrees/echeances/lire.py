"""Des cellules d'un export aux échéances du contrat (§3) : valeurs lues, signes, échéances calculées, anomalies.

Une ligne n'est jamais écartée : ce qui ne se lit pas lui donne une cause, et son explication cite la cellule.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.ecrits.montants import devises
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.motifs import Cause
from relances_xl.entrees.colonnes.entete import Tableau
from relances_xl.entrees.colonnes.synonymes import LETTRAGE
from relances_xl.entrees.echeances.explications import Lues, alertes, avertissements, explications
from relances_xl.entrees.echeances.lettrage import restes
from relances_xl.entrees.echeances.montants_dus import facultatif, montants_dus
from relances_xl.entrees.tiers.noms import separer_code_nom
from relances_xl.entrees.tiers.rapprochement import delais_par_code
from relances_xl.entrees.valeurs.colonne_dates import ColonneDates, dates
from relances_xl.entrees.valeurs.colonne_montants import Entiers
from relances_xl.entrees.valeurs.colonne_textes import Masque, entiers, oui_non

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


_DATES = (c.DATE_ECHEANCE, c.DATE_PIECE, c.PROMESSE, c.DATE_RELANCE)


def lire(
    tableau: Tableau, delai: DelaiPaiement, clients: pd.DataFrame | None, fichier: str, onglet: str
) -> tuple[pd.DataFrame, list[Faute]]:
    """Les lignes du tableau, toutes, comme échéances, et ce qu'il faut savoir.

    delai : pour les clients dont la table (code_client, delai_paiement) n'en dit pas. Une ligne en anomalie garde ce
    qui s'en lit : son reste dû compte dans la somme, 0 s'il est illisible. Colonnes rendues : LIGNE, CHAMPS_ECHEANCE,
    DATE_CLE, CAUSE, EXPLICATION, ALERTE_LIGNE, SANS_FRAIS, MOTIF_EXCLURE, MOTIF_LITIGE.
    """
    codes, noms = _codes_et_noms(tableau)
    pieces = tableau.textes(c.PIECE)
    nature = _natures(tableau.textes(c.NATURE))
    credit = _parmi(nature, CREDITS)
    dus = montants_dus(tableau, credit)
    jours = {champ: dates(tableau.cellules(champ)) for champ in _DATES}
    if LETTRAGE in tableau.champs:
        dus.reste = _ouvert(codes, tableau.textes(LETTRAGE), dus.reste, jours[c.DATE_PIECE])
    echeance, date_cle = _echeances(codes, jours[c.DATE_ECHEANCE], jours[c.DATE_PIECE], delai, clients)
    exclure, motif_exclure = oui_non(tableau.cellules(c.EXCLURE))
    litige, motif_litige = oui_non(tableau.cellules(c.LITIGE))
    niveau, niveau_illisible = entiers(tableau.cellules(c.NIVEAU_RELANCE))
    causes = {
        Cause.CLIENT_MANQUANT: _vides(codes),
        Cause.PIECE_MANQUANTE: _vides(pieces),
        Cause.MONTANT_ILLISIBLE: dus.illisibles,
        Cause.DATE_ILLISIBLE: np.isnat(echeance),
        Cause.DEVISE_INCONNUE: ~_parmi(dus.devise, devises()),
        Cause.DOUBLON: pd.Series(tableau.empreintes).duplicated().to_numpy(),
    }
    cause = _premiere(causes)
    lues = Lues(tableau, dus, jours, niveau_illisible)
    table = {
        c.LIGNE: tableau.numeros,
        c.CODE_CLIENT: _serie(codes),
        c.PIECE: _serie(pieces),
        c.DATE_ECHEANCE: echeance,
        c.RESTE_DU: dus.reste,
        c.RAISON_SOCIALE: _serie(noms),
        c.DATE_PIECE: jours[c.DATE_PIECE].jours,
        c.MONTANT: facultatif(dus.lues.get(c.MONTANT), credit),
        c.REGLE: facultatif(dus.lues.get(c.REGLE), credit),
        c.DEVISE: _serie(dus.devise),
        c.MODE_PAIEMENT: _serie(tableau.textes(c.MODE_PAIEMENT)),
        c.MODULE: _serie(tableau.textes(c.MODULE)),
        c.EXCLURE: exclure,
        c.NATURE: _serie(nature),
        c.LITIGE: litige,
        c.PROMESSE: jours[c.PROMESSE].jours,
        c.NIVEAU_RELANCE: niveau,
        c.DATE_RELANCE: jours[c.DATE_RELANCE].jours,
        c.REFERENCE: _serie(tableau.textes(c.REFERENCE)),
        c.COMMERCIAL: _serie(tableau.textes(c.COMMERCIAL)),
        c.FICHIER_PIECE: _serie(tableau.textes(c.FICHIER_PIECE)),
        c.DATE_CLE: date_cle,
        c.CAUSE: _serie(cause),
        c.EXPLICATION: _serie(explications(lues, cause)),
        c.ALERTE_LIGNE: _serie(alertes(lues)),
        c.SANS_FRAIS: np.zeros(len(codes), dtype=np.bool_),
        c.MOTIF_EXCLURE: _serie(motif_exclure),
        c.MOTIF_LITIGE: _serie(motif_litige),
    }
    # les colonnes viennent d'être faites : les copier doublerait la mémoire d'un gros export
    return pd.DataFrame(table, copy=False), avertissements(lues, fichier, onglet)


def _premiere(causes: Mapping[Cause, Masque]) -> NDArray[np.object_]:
    """La première cause qui s'applique à chaque ligne, "" si aucune."""
    noms: NDArray[np.object_] = np.array([*(cause.value for cause in causes), ""], dtype=object)
    return noms.take(np.select(list(causes.values()), list(range(len(causes))), default=len(causes)))


def _codes_et_noms(tableau: Tableau) -> tuple[list[str], list[str]]:
    """Code client et raison sociale de chaque ligne, séparés si une seule colonne porte les deux."""
    codes = tableau.textes(c.CODE_CLIENT)
    separes = separer_code_nom(codes)
    if separes is None:
        return codes, tableau.textes(c.RAISON_SOCIALE)
    return separes[0], tableau.textes(c.RAISON_SOCIALE) if c.RAISON_SOCIALE in tableau.champs else separes[1]


def _serie(valeurs: Sequence[str] | NDArray[np.object_]) -> pd.Series:
    return pd.Series(valeurs, dtype="str")


def _vides(textes: list[str]) -> Masque:
    return np.array([not texte for texte in textes], dtype=np.bool_)


def _parmi(valeurs: NDArray[np.object_], connues: Collection[str]) -> Masque:
    """Comme `numpy.isin`, qui trie : ici peu de valeurs distinctes, beaucoup de lignes."""
    distinctes = set(valeurs)
    retenues = distinctes.intersection(connues)
    if not retenues or len(retenues) == len(distinctes):
        return np.full(len(valeurs), bool(retenues))
    return np.fromiter((valeur in retenues for valeur in valeurs), dtype=np.bool_, count=len(valeurs))


def _natures(textes: list[str]) -> NDArray[np.object_]:
    """La nature reconnue (« Avoir »…), sinon le texte de l'export."""
    connues = {texte: NATURE.get(cle(texte), texte) for texte in set(textes)}
    return np.array([connues[texte] for texte in textes], dtype=object)


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
