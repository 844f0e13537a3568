"""Des cellules d'un export aux échéances du contrat (§3) : valeurs lues, signes, échéances calculées, anomalies.

Une ligne n'est jamais écartée : ce qui ne se lit pas lui donne une cause, et son explication cite la cellule.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.codes_de_devise import devises
from relances_xl.domaine.ecrits.dates import DelaiPaiement, ecrire_date
from relances_xl.domaine.ecrits.textes import sans_accents
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.motifs import Cause
from relances_xl.domaine.schemas import partout
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau
from relances_xl.entrees.colonnes.synonymes import A_RELANCER, LETTRAGE, NOM_PAYEUR, STATUT_PAIEMENT
from relances_xl.entrees.echeances.dettes_repetees import repetitions
from relances_xl.entrees.echeances.etats_de_piece import DEBUTS, est_provisoire, etats
from relances_xl.entrees.echeances.explications import Lues, alertes, avertissements, explications
from relances_xl.entrees.echeances.lettrage import restes
from relances_xl.entrees.echeances.montants_dus import DEVISE_PAR_DEFAUT, facultatif, montants_dus
from relances_xl.entrees.echeances.natures import CREDITS, Nature, lire_nature
from relances_xl.entrees.echeances.soldes import faute_de_comptes, faute_de_solde
from relances_xl.entrees.echeances.totaux_imprimes import ecarts, sans_libelle
from relances_xl.entrees.tiers.noms import separer_code_nom
from relances_xl.entrees.tiers.payeurs import debiteurs
from relances_xl.entrees.tiers.rapprochement import delais_par_code
from relances_xl.entrees.valeurs.colonne_dates import ColonneDates, dates
from relances_xl.entrees.valeurs.colonne_montants import Entiers
from relances_xl.entrees.valeurs.colonne_textes import Masque, a_exclure, entiers, oui_non, selon

_DATES = (c.DATE_ECHEANCE, c.DATE_PIECE, c.PROMESSE, c.DATE_RELANCE, c.DATE_REGLEMENT)
_SCIENTIFIQUE = r"(?i)\d(?:[.,]\d+)?E\+\d{1,3}"
_FACTOR = r"\b(factor(ing)?|affacturage|affacturee?s?|cedee?s?|factoree?s?)\b"
_SEMBLABLE = " écrite plusieurs fois à la même échéance, du même montant : est-ce la même dette ?"
_EN_LITIGE = r"\b(litig\w*|contestee?s?|disputed?)\b"
_CLOS = r"\b(sans|non|pas|resolue?s?|clos|close|clot\w*|levee?s?|terminee?s?|resolved|closed)\b"
_NON_CEDEE = r"\b(non|pas|jamais|aucun|not|never)\b"


class Echeances(NamedTuple):
    """Un tableau lu : ses lignes, ce qu'il faut savoir, et les totaux sans libellé qu'on y a trouvés."""

    lignes: pd.DataFrame
    avertissements: list[Faute]
    totaux_sans_libelle: int = 0


def lire(
    tableau: Tableau, delai: DelaiPaiement, clients: pd.DataFrame | None, fichier: str, onglet: str, soldees_au: date | None = None
) -> Echeances:
    """Les lignes du tableau, toutes, comme échéances, et ce qu'il faut savoir.

    delai : pour les clients dont la table (code_client, delai_paiement) n'en dit pas ; soldees_au : jour auquel une date de règlement,
    qui seule dit ce qui reste dû, fait d'une pièce une pièce soldée. Une ligne en anomalie garde ce
    qui s'en lit : son reste dû compte dans la somme, 0 s'il est illisible. Colonnes rendues : LIGNE, CHAMPS_ECHEANCE,
    DATE_CLE, CAUSE, EXPLICATION, ALERTE_LIGNE, SANS_FRAIS, MOTIF_EXCLURE, MOTIF_LITIGE, NON_COMPTABILISEE,
    RETENUE_GARANTIE, CLIENT_LIVRE. Erreur (ErreurUtilisateur) : un solde à côté de débit et crédit, que rien n'explique.
    """
    codes, noms = _codes_et_noms(tableau)
    codes, noms, livres = debiteurs(codes, noms, tableau.textes(c.TIERS_PAYEUR), tableau.textes(NOM_PAYEUR))
    pieces = tableau.textes(c.PIECE)
    natures_ecrites = tableau.textes(c.NATURE)
    nature = _natures(natures_ecrites)
    credit_par_nature = _parmi(nature, CREDITS)
    ecartees, payees = _etats(tableau)
    jours = {champ: dates(tableau.cellules(champ)) for champ in _DATES}
    if soldees_au:
        payees = payees | (jours[c.DATE_REGLEMENT].jours <= np.datetime64(soldees_au))
    dus = montants_dus(tableau, credit_par_nature, payees)
    if faute := faute_de_comptes(tableau, codes) or faute_de_solde(tableau, dus, codes):
        raise ErreurUtilisateur(faute._replace(fichier=fichier, onglet=onglet))
    totaux = sans_libelle(tableau, dus)
    ecarts_dits = list(ecarts(tableau, dus, totaux))
    if LETTRAGE in tableau.champs:
        dus.reste = _ouvert(codes, tableau.textes(LETTRAGE), dus.reste, jours[c.DATE_PIECE])
    dus.reste = np.where(tableau.decalees, 0, dus.reste)
    echeance, date_cle = _echeances(codes, jours[c.DATE_ECHEANCE], jours[c.DATE_PIECE], delai, clients)
    exclure, motif_exclure = a_exclure(tableau.cellules(c.EXCLURE), tableau.cellules(A_RELANCER))
    litige, motif_litige = _litiges(tableau)
    niveau, niveau_illisible = entiers(tableau.cellules(c.NIVEAU_RELANCE))
    credit = (dus.reste < 0) & ~dus.illisibles
    perdus = _scientifiques(codes)
    causes = {
        Cause.LIGNE_DECALEE: tableau.decalees,
        Cause.CLIENT_MANQUANT: _vides(codes) | perdus,
        Cause.PIECE_MANQUANTE: ~credit & (_vides(pieces) | _scientifiques(pieces)),
        Cause.MONTANT_ILLISIBLE: dus.illisibles,
        Cause.DATE_ILLISIBLE: np.isnat(echeance) & ~(credit & _sans_date(jours)),
        Cause.DEVISE_INCONNUE: _inconnues(dus.devise),
        Cause.DEVISE_INCERTAINE: dus.incertaines,
        Cause.DOUBLON: ~credit & pd.Series(tableau.empreintes).duplicated().to_numpy(),
    }
    lues = Lues(tableau, pieces, dus, jours, niveau_illisible, natures_ecrites, nature, payees)
    table = {
        c.LIGNE: tableau.numeros,
        c.CODE_CLIENT: _serie(np.where(perdus, "", np.array(codes, dtype=object))) if perdus.any() else _serie(codes),
        c.PIECE: _serie(pieces),
        c.DATE_ECHEANCE: echeance,
        c.RESTE_DU: dus.reste,
        c.RAISON_SOCIALE: _serie(noms),
        c.DATE_PIECE: jours[c.DATE_PIECE].jours,
        c.MONTANT: facultatif(c.MONTANT, dus, credit_par_nature),
        c.REGLE: facultatif(c.REGLE, dus, credit_par_nature),
        c.DEVISE: _serie(dus.devise),
        c.MODE_PAIEMENT: _telle_quelle(tableau, c.MODE_PAIEMENT),
        c.MODULE: _telle_quelle(tableau, c.MODULE),
        c.EXCLURE: exclure,
        c.NATURE: _serie(nature),
        c.SENS: _telle_quelle(tableau, c.SENS),
        c.STATUT: _telle_quelle(tableau, c.STATUT),
        c.TIERS_PAYEUR: _telle_quelle(tableau, c.TIERS_PAYEUR),
        c.CEDEE: _cedees(tableau),
        c.LITIGE: litige,
        c.PROMESSE: jours[c.PROMESSE].jours,
        c.NIVEAU_RELANCE: niveau,
        c.DATE_RELANCE: jours[c.DATE_RELANCE].jours,
        c.DATE_REGLEMENT: jours[c.DATE_REGLEMENT].jours,
        c.REFERENCE: _telle_quelle(tableau, c.REFERENCE),
        c.COMMERCIAL: _telle_quelle(tableau, c.COMMERCIAL),
        c.FICHIER_PIECE: _telle_quelle(tableau, c.FICHIER_PIECE),
        c.DATE_CLE: date_cle,
        c.ALERTE_LIGNE: _serie(_avec_les_reglements(alertes(lues), lues, payees) if soldees_au else alertes(lues)),
        c.SANS_FRAIS: np.zeros(len(codes), dtype=np.bool_),
        c.MOTIF_EXCLURE: _serie(motif_exclure),
        c.MOTIF_LITIGE: _serie(motif_litige),
        c.NON_COMPTABILISEE: ecartees | _provisoires(pieces) | (nature == Nature.PROFORMA.value),
        c.RETENUE_GARANTIE: np.zeros(len(codes), dtype=np.bool_),
        c.CLIENT_LIVRE: _serie(livres),
    }
    # les colonnes viennent d'être faites : les copier doublerait la mémoire d'un gros export
    lignes = pd.DataFrame(table, copy=False)
    repetees = repetitions(tableau, lignes, credit | (_premiere(causes) != ""))
    cause = _premiere(causes | {Cause.PIECE_REPETEE: repetees.masque})
    lignes[c.CAUSE] = _serie(cause)
    if repetees.semblables.any():
        dites = lignes[c.ALERTE_LIGNE] + np.where(lignes[c.ALERTE_LIGNE] == "", "", " ; ") + "pièce " + lignes[c.PIECE] + _SEMBLABLE
        lignes[c.ALERTE_LIGNE] = dites.where(repetees.semblables, lignes[c.ALERTE_LIGNE]).astype("str")
    lignes[c.EXPLICATION] = _serie(explications(lues, cause, perdus, repetees))
    dits = [*avertissements(lues, fichier, onglet), *(faute._replace(fichier=fichier, onglet=onglet) for faute in ecarts_dits)]
    if totaux.any():
        lignes = lignes[~totaux].reset_index(drop=True)
    return Echeances(lignes, dits, int(totaux.sum()))


def _avec_les_reglements(dites: list[str], lues: Lues, payees: Masque) -> list[str]:
    """Une date de règlement qui ne solde pas la pièce au jour de référence se dit : réglée depuis, ou illisible."""
    reglement = lues.jours[c.DATE_REGLEMENT]
    for rang in np.flatnonzero(~reglement.vides & ~payees):
        jour = reglement.jours[rang]
        constat = "date de règlement illisible" if np.isnat(jour) else f"réglée le {ecrire_date(jour.item().date())} d'après l'export"
        dites[rang] = " ; ".join(filter(None, (dites[rang], constat)))
    return dites


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
    return separes[0], tableau.textes(c.RAISON_SOCIALE) if c.RAISON_SOCIALE in tableau.colonnes else separes[1]


def _serie(valeurs: Sequence[str] | NDArray[np.object_]) -> pd.Series:
    """Une colonne de textes ; si elle répète partout le même, elle ne tient que la place d'un."""
    textes = valeurs.tolist() if isinstance(valeurs, np.ndarray) else valeurs
    if textes and textes.count(textes[0]) == len(textes):
        return pd.Series(partout(textes[0], "str", len(textes)), copy=False)
    return pd.Series(valeurs, dtype="str")


def _telle_quelle(tableau: Tableau, champ: str) -> pd.Series:
    """La colonne d'un champ, en textes ; vides si l'export ne l'a pas."""
    return _serie(tableau.textes(champ))


def _vides(textes: list[str]) -> Masque:
    return _presents(textes, {""} if "" in textes else ())


def _scientifiques(textes: list[str]) -> Masque:
    """« 4,11E+05 » : Excel a écrasé ce code, ses chiffres sont perdus."""
    perdus = {texte for texte in textes if "+" in texte and re.fullmatch(_SCIENTIFIQUE, texte)} if "+" in "".join(textes) else ()
    return _presents(textes, perdus)


def _sans_date(jours: Mapping[str, ColonneDates]) -> Masque:
    """Ni échéance ni date de pièce écrite : un crédit s'en passe ; une date écrite et illisible reste à corriger."""
    return jours[c.DATE_ECHEANCE].vides & jours[c.DATE_PIECE].vides


def _parmi(valeurs: NDArray[np.object_], connues: Collection[str]) -> Masque:
    """Comme `numpy.isin`, qui trie : ici peu de valeurs distinctes, beaucoup de lignes."""
    distinctes = set(valeurs.tolist())
    retenues = distinctes.intersection(connues)
    if not retenues or len(retenues) == len(distinctes):
        return np.full(len(valeurs), bool(retenues))
    return np.fromiter((valeur in retenues for valeur in valeurs), dtype=np.bool_, count=len(valeurs))


def _inconnues(devise: NDArray[np.object_]) -> Masque:
    """Les lignes dont la devise n'existe pas ; la liste des devises ne se charge que si l'une n'est pas l'euro."""
    autres = set(devise.tolist()) - {DEVISE_PAR_DEFAUT}
    return _presents(devise.tolist(), {code for code in autres if code not in devises()})


def _natures(textes: list[str]) -> NDArray[np.object_]:
    """La nature reconnue (« Avoir »…), sinon le texte de l'export."""
    return selon(textes, {texte: str(lire_nature(texte) or texte) for texte in set(textes)})


def _etats(tableau: Tableau) -> tuple[Masque, Masque]:
    """(non comptabilisées, payées), d'après le statut de la pièce et celui de son paiement."""
    presentes = [champ for champ in (c.STATUT, STATUT_PAIEMENT) if champ in tableau.champs]
    return etats([(tableau.entete.textes[tableau.champs[champ]], tableau.textes(champ)) for champ in presentes], len(tableau.numeros))


def _provisoires(pieces: list[str]) -> Masque:
    provisoires = {piece for piece in pieces if piece[:1] in DEBUTS and est_provisoire(piece)}
    return _presents(pieces, provisoires)


def _presents(textes: Sequence[str], voulus: Collection[str]) -> Masque:
    """Vrai là où le texte est l'un des voulus."""
    if not voulus:
        return np.zeros(len(textes), dtype=np.bool_)
    return np.fromiter((texte in voulus for texte in textes), dtype=np.bool_, count=len(textes))


def _litiges(tableau: Tableau) -> tuple[Masque, list[str]]:
    """En litige : sa colonne le dit, ou à défaut son statut (« En litige »), qui en est alors le motif."""
    litige, motifs = oui_non(tableau.cellules(c.LITIGE))
    if c.STATUT not in tableau.champs:
        return litige, motifs
    statuts = tableau.textes(c.STATUT)
    nus = {texte: sans_accents(texte).casefold() for texte in set(statuts)}
    dits = _presents(statuts, {texte for texte, nu in nus.items() if re.search(_EN_LITIGE, nu) and not re.search(_CLOS, nu)})
    return litige | dits, [
        motif or (statut if dit else "") for motif, statut, dit in zip(motifs, statuts, dits, strict=True)
    ] if dits.any() else motifs


def _cedees(tableau: Tableau) -> Masque:
    """Cédée à un factor : sa colonne, son mode de paiement ou son statut le dit."""
    masque = np.zeros(len(tableau.numeros), dtype=np.bool_)
    for champ in {c.CEDEE, c.MODE_PAIEMENT, c.STATUT, STATUT_PAIEMENT}.intersection(tableau.champs):
        textes = tableau.textes(champ)
        nus = {texte: sans_accents(texte).casefold() for texte in set(textes)}
        niees = {texte for texte, nu in nus.items() if re.search(_NON_CEDEE, nu)}
        if champ == c.CEDEE:
            masque |= oui_non(tableau.cellules(champ))[0] & ~_presents(textes, niees)
        else:
            masque |= _presents(textes, {texte for texte, nu in nus.items() if re.search(_FACTOR, nu)} - niees)
    return masque


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
