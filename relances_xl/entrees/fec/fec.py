"""Le fichier des écritures comptables : des comptes 411 lettrés aux échéances ouvertes (contrat §3, « FEC »).

Source du format : arrêté du 29/07/2013 (LPF, art. A47 A-1), 18 colonnes, ou 22 en trésorerie ; `Debit` et `Credit`,
ou `Montant` et `Sens`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import numpy as np
import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.ecrits.montants import decimales
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.motifs import Cause
from relances_xl.domaine.schemas import partout
from relances_xl.entrees.colonnes.decalage import Decalage
from relances_xl.entrees.colonnes.hors_tableau import colonne
from relances_xl.entrees.colonnes.marques import lire_marque
from relances_xl.entrees.echeances.lettrage import reglements, restes
from relances_xl.entrees.fec.acomptes_fec import ACOMPTES, acomptes
from relances_xl.entrees.fec.impayes_fec import Journaux, est_de_banque, rattacher_les_impayes, roles_des_journaux
from relances_xl.entrees.fec.pieces_fec import designe_un_a_nouveau, dit_un_a_nouveau, ne_designe_rien, numero_du_libelle
from relances_xl.entrees.tiers.rapprochement import delais_par_code
from relances_xl.entrees.valeurs.colonne_dates import dates
from relances_xl.entrees.valeurs.colonne_montants import montants
from relances_xl.entrees.valeurs.colonne_textes import Masque, par_valeur, textes

COMPTES_CLIENTS = "411"
RETENUES = "4117"
DEVISE = "EUR"
PERIME = timedelta(days=60)
ALERTE_A_NOUVEAU = "à-nouveau sans pièce : ni pénalités ni indemnité"

Colonnes = Mapping[str, list[Valeur]]


def lire_fec(
    entetes: Sequence[str],
    lignes: Sequence[Sequence[Valeur]],
    numeros: Sequence[int],
    delai: DelaiPaiement,
    clients: pd.DataFrame | None,
    date_reference: date,
) -> tuple[pd.DataFrame, list[Faute]]:
    """Les lignes des comptes 411, une par écriture, avec ce qui en reste dû.

    lignes : les cellules sous l'en-tête ; numeros : leur numéro dans le fichier ; delai : pour les clients dont la
    table (code_client, delai_paiement) n'en dit pas. Colonnes rendues : LIGNE, CHAMPS_ECHEANCE, DATE_CLE, CAUSE,
    EXPLICATION, ALERTE_LIGNE, SANS_FRAIS, MOTIF_EXCLURE, MOTIF_LITIGE, NON_COMPTABILISEE, RETENUE_GARANTIE,
    CLIENT_LIVRE ; montants en centimes d'euro. La somme des `reste_du` d'un client est son solde, au centime.
    """
    noms = {nom: rang for rang, nom in reversed(list(enumerate(map(cle, entetes)))) if nom}
    decalage = Decalage(entetes, len(entetes))
    decalage.voir(lignes, 0)
    decalees = decalage.masque(len(lignes))
    comptes = textes(colonne(lignes, noms["comptenum"]))
    voisins = textes(colonne(lignes, noms["comptenum"] + 1)) if decalees.any() else comptes
    retenues = [
        i
        for i, compte in enumerate(comptes)
        if compte.startswith(COMPTES_CLIENTS) or (decalees[i] and voisins[i].startswith(COMPTES_CLIENTS))
    ]
    ecritures = [lignes[i] for i in retenues]
    colonnes = {nom: colonne(ecritures, rang) for nom, rang in noms.items()}
    journaux = roles_des_journaux(textes(colonne(lignes, noms["journalcode"])) if "journalcode" in noms else [""] * len(lignes), comptes)
    table = _echeances(colonnes, [numeros[i] for i in retenues], delai, clients, decalees[retenues], journaux)
    avances = [lignes[i] for i, compte in enumerate(comptes) if compte.startswith(ACOMPTES) and not decalees[i]]
    table, avertissements = acomptes(table, {nom: colonne(avances, rang) for nom, rang in noms.items()}, montants_signes)
    return table, [*avertissements, *_signaler_perime(colonne(lignes, noms["ecrituredate"]), date_reference)]


def _echeances(
    ecritures: Colonnes, numeros: list[int], delai: DelaiPaiement, clients: pd.DataFrame | None, decalees: Masque, journaux: Journaux
) -> pd.DataFrame:
    def texte(nom: str) -> pd.Series:
        return pd.Series(textes(ecritures.get(nom, [None] * len(numeros))), dtype="str")

    constante = partial(partout, hauteur=len(numeros))
    auxiliaire, compte = texte("compauxnum"), texte("comptenum")
    client = auxiliaire.where(auxiliaire != "", compte)
    lues = dates(ecritures["piecedate"])
    date_piece = pd.Series(lues.jours)
    montant, illisible = montants_signes(ecritures)
    illisible |= decalees
    montant = montant.mask(decalees, 0)
    piece, nommee = _pieces(texte("pieceref"), texte("ecriturelib"), texte("ecriturenum"))
    a_nouveau = _a_nouveaux(ecritures) & ~nommee
    retenue = compte.str.startswith(RETENUES)
    # la retenue de garantie a son compte, et son lettrage
    lettre_de = client.mask(retenue, client + "/" + RETENUES)
    reste = restes(lettre_de, texte("ecriturelet"), montant, date_piece)
    sans_date = pd.Series(lues.vides) & (reste < 0)
    cause = _causes(pd.Series(decalees), (piece == "") & (reste >= 0), illisible, date_piece.isna() & ~sans_date)
    banque = est_de_banque(texte("journalcode"), texte("journallib"), texte("ecriturelib"), journaux) & (montant > 0) & ~a_nouveau
    echeance = date_piece.where(banque, _dates_echeance(client, date_piece, delai, clients))
    table = pd.DataFrame(
        {
            c.LIGNE: pd.Series(numeros, dtype="int64"),
            c.CODE_CLIENT: client,
            c.PIECE: piece,
            c.DATE_ECHEANCE: echeance,
            c.RESTE_DU: reste,
            c.RAISON_SOCIALE: texte("compauxlib").where(auxiliaire != "", texte("comptelib")),
            c.DATE_PIECE: date_piece,
            c.MONTANT: montant.astype("Int64").mask(illisible),
            c.REGLE: (montant - reste).astype("Int64").mask(illisible),
            c.DEVISE: constante(DEVISE, "str"),
            c.MODE_PAIEMENT: texte("moderglt"),
            c.MODULE: constante("", "str"),
            c.EXCLURE: constante(False, "bool"),
            c.NATURE: constante("", "str"),
            c.SENS: constante("", "str"),
            c.STATUT: constante("", "str"),
            c.TIERS_PAYEUR: constante("", "str"),
            c.CEDEE: constante(False, "bool"),
            c.LITIGE: constante(False, "bool"),
            c.PROMESSE: constante(pd.NaT, "datetime64[s]"),
            c.NIVEAU_RELANCE: constante(0, "int64"),
            c.DATE_RELANCE: constante(pd.NaT, "datetime64[s]"),
            c.DATE_REGLEMENT: reglements(lettre_de, texte("ecriturelet"), montant, date_piece).astype("datetime64[s]"),
            c.REFERENCE: constante("", "str"),
            c.COMMERCIAL: constante("", "str"),
            c.FICHIER_PIECE: constante("", "str"),
            c.DATE_CLE: date_piece,
            c.CAUSE: cause,
            c.EXPLICATION: _explications(cause, texte("piecedate"), numeros),
            c.ALERTE_LIGNE: pd.Series(constante("", "str")).mask(a_nouveau, ALERTE_A_NOUVEAU),
            c.SANS_FRAIS: a_nouveau,
            c.MOTIF_EXCLURE: constante("", "str"),
            c.MOTIF_LITIGE: constante("", "str"),
            c.NON_COMPTABILISEE: constante(False, "bool"),
            c.RETENUE_GARANTIE: retenue,
            c.CLIENT_LIVRE: constante("", "str"),
        }
    )
    table[c.ALERTE_LIGNE] = _avec_devise(table[c.ALERTE_LIGNE], texte("idevise"), texte("montantdevise"))
    return rattacher_les_impayes(table, banque, texte("ecriturelib"))


def _avec_devise(alertes: pd.Series, devise: pd.Series, montant: pd.Series) -> pd.Series:
    """« facturé en USD (1000,00) » : le FEC tient tout en euros, la pièce peut être due dans une autre devise."""
    codes = devise.str.upper().str.strip()
    autre = ~codes.isin(["", DEVISE, "€", "EURO", "EUROS"])
    dite = "tenu en EUR au FEC, facturé en " + codes + (" (" + montant + ")").where(montant != "", "")
    return (alertes.where(alertes == "", alertes + " ; ") + dite).where(autre, alertes).astype("str")


def montants_signes(ecritures: Colonnes) -> tuple[pd.Series, pd.Series]:
    """(débit − crédit en centimes, illisible ou vide) ; un montant illisible compte 0."""
    if "debit" in ecritures and "credit" in ecritures:
        precision = np.full(len(ecritures["debit"]), decimales(DEVISE), dtype=np.int64)
        debit, credit = montants(ecritures["debit"], precision), montants(ecritures["credit"], precision)
        illisible = debit.illisibles | credit.illisibles | (debit.vides & credit.vides)
        unites = debit.unites - credit.unites
    else:
        montant = montants(ecritures["montant"], np.full(len(ecritures["montant"]), decimales(DEVISE), dtype=np.int64))
        sens = np.array(par_valeur(ecritures["sens"], lire_marque), dtype=np.int64)
        illisible = montant.illisibles | montant.vides | (sens == 0)
        unites = montant.unites * sens
    return pd.Series(np.where(illisible, 0, unites), dtype="int64"), pd.Series(illisible, dtype="bool")


def _pieces(reference: pd.Series, libelle: pd.Series, ecriture: pd.Series) -> tuple[pd.Series, pd.Series]:
    """La pièce de chaque écriture, et si la référence ou le libellé en nomme une (sinon : le numéro de l'écriture)."""
    nommee = reference.mask(_dit(reference, ne_designe_rien), _lu(libelle, numero_du_libelle))
    return nommee.where(nommee != "", ecriture), nommee != ""


def _a_nouveaux(ecritures: Colonnes) -> pd.Series:
    """Les écritures d'ouverture : leur journal, leur pièce ou leur libellé le disent."""
    dits = pd.Series(False, index=range(len(ecritures["comptenum"])))
    for nom, dit in (
        ("journalcode", designe_un_a_nouveau),
        ("journallib", dit_un_a_nouveau),
        ("pieceref", dit_un_a_nouveau),
        ("ecriturelib", dit_un_a_nouveau),
    ):
        if nom in ecritures:
            dits |= _dit(pd.Series(textes(ecritures[nom]), dtype="str"), dit)
    return dits


def _dit(textes: pd.Series, dire: Callable[[str], bool]) -> pd.Series:
    return textes.map({texte: dire(texte) for texte in textes.unique()}).astype("bool")


def _lu(textes: pd.Series, lire: Callable[[str], str]) -> pd.Series:
    return textes.map({texte: lire(texte) for texte in textes.unique()}).astype("str")


def _dates_echeance(client: pd.Series, date_piece: pd.Series, delai: DelaiPaiement, clients: pd.DataFrame | None) -> pd.Series:
    """Date de pièce + délai du client, sinon délai par défaut."""
    delais = delais_par_code(client.unique(), clients, delai)
    paires = pd.DataFrame({"client": client, "jour": date_piece}).dropna().drop_duplicates()
    paires["echeance"] = pd.Series(
        [delais[code].echeance(jour.date()) for code, jour in zip(paires["client"], paires["jour"], strict=True)],
        index=paires.index,
        dtype="datetime64[s]",
    )
    toutes = pd.DataFrame({"client": client, "jour": date_piece}).merge(paires, how="left", on=["client", "jour"])
    return toutes["echeance"].astype("datetime64[s]")


def _causes(decalees: pd.Series, sans_piece: pd.Series, sans_montant: pd.Series, sans_date: pd.Series) -> pd.Series:
    causes = {
        Cause.LIGNE_DECALEE.value: decalees,
        Cause.PIECE_MANQUANTE.value: sans_piece,
        Cause.MONTANT_ILLISIBLE.value: sans_montant,
        Cause.DATE_ILLISIBLE.value: sans_date,
    }
    return pd.Series(np.select(list(causes.values()), list(causes), default=""), dtype="str")


def _explications(cause: pd.Series, date_piece: pd.Series, numeros: list[int]) -> pd.Series:
    phrases = {
        "": "",
        Cause.PIECE_MANQUANTE.value: "ni PieceRef, ni numéro dans EcritureLib, ni EcritureNum",
        Cause.MONTANT_ILLISIBLE.value: "débit et crédit illisibles ou vides",
    }
    decalee = pd.Series(
        [f"la ligne {numero} a plus de colonnes que l'en-tête : un séparateur est dans un de ses textes" for numero in numeros]
    )
    dites = cause.map(phrases).fillna("PieceDate illisible ou vide : « " + date_piece + " »")
    return dites.mask(cause == Cause.LIGNE_DECALEE.value, decalee).astype("str")


def _signaler_perime(ecritures: list[Valeur], date_reference: date) -> list[Faute]:
    """Un FEC dont la dernière écriture est trop ancienne ne dit plus qui doit quoi."""
    derniere = pd.Series(dates(ecritures).jours).max()
    if pd.isna(derniere) or date_reference - derniere.date() <= PERIME:
        return []
    return [
        Faute(
            f"la dernière écriture du FEC est du {derniere:%d/%m/%Y}, plus de {PERIME.days} jours avant la date de "
            f"référence ({date_reference:%d/%m/%Y}) : des règlements peuvent manquer",
            "exportez un FEC à jour de votre logiciel",
        )
    ]
