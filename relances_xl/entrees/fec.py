"""Le fichier des écritures comptables : des comptes 411 lettrés aux échéances ouvertes (contrat §3, « FEC »).

Source du format : arrêté du 29/07/2013 (LPF, art. A47 A-1), 18 colonnes, ou 22 en trésorerie ; `Debit` et `Credit`,
ou `Montant` et `Sens`.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

import pandas as pd

from relances_xl.domaine import colonnes as c
from relances_xl.domaine.dates import DelaiPaiement
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.montants import en_unites
from relances_xl.domaine.motifs import Cause
from relances_xl.domaine.textes import cle
from relances_xl.entrees.lettrage import restes
from relances_xl.entrees.rapprochement import delais_par_code

PERIME = timedelta(days=60)
DEVISE = "EUR"

_INDISPENSABLES = frozenset({"comptenum", "ecriturenum", "ecrituredate", "piecedate"})
_SENS = {"d": 1, "debit": 1, "1": 1, "+1": 1, "+": 1, "c": -1, "credit": -1, "-1": -1, "-": -1}
_A_NOUVEAU = re.compile(r"anouveau|reportanouveau|ouverture")
_JOURNAUX_A_NOUVEAU = frozenset({"an", "ano", "anx", "ran", "ouv"})
_NE_DESIGNE_RIEN = re.compile(r"x*|0*|ran|an|anouveaux?|reports?anouveaux?|ouverture|neant|sans|aucune?|divers|na|nc")
_DATE_DANS_LIBELLE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")
_MONTANT_DANS_LIBELLE = re.compile(r"\b\d+[.,]\d{2}\b(?!\w)")
_ANNONCE = frozenset({"facture", "factures", "fact", "fac", "fa", "fc", "ft", "avoir", "av", "piece", "n", "no", "num", "numero"})
_MOT = re.compile(r"[^\W_][\w/-]*")
_NUMERO = re.compile(r"[A-Z]{0,6}[-/_]?\d[\w/-]*", re.IGNORECASE)
_ANNEE = re.compile(r"(?:19|20)\d\d")


def est_fec(entetes: Sequence[str]) -> bool:
    """Vrai si ces en-têtes sont ceux d'un FEC, à 18 ou 22 colonnes, quelle que soit la casse."""
    cles = {cle(entete) for entete in entetes}
    return cles >= _INDISPENSABLES and (cles >= {"debit", "credit"} or cles >= {"montant", "sens"})


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
    EXPLICATION, ALERTE_LIGNE, SANS_FRAIS, MOTIF_EXCLURE, MOTIF_LITIGE ; montants en centimes d'euro. La somme des
    `reste_du` d'un client est son solde, au centime.
    """
    ecritures = _ecritures(entetes, lignes, numeros)
    avertissements = _signaler_perime(ecritures["ecrituredate"], date_reference)
    comptes = ecritures[ecritures["comptenum"].str.startswith("411")].reset_index(drop=True)
    return _echeances(comptes, delai, clients), avertissements


def _ecritures(entetes: Sequence[str], lignes: Sequence[Sequence[Valeur]], numeros: Sequence[int]) -> pd.DataFrame:
    """Toutes les écritures en texte, une colonne par nom du FEC (en clé), « ligne » en plus."""
    noms = {nom: rang for rang, nom in reversed(list(enumerate(map(cle, entetes)))) if nom}
    table = {
        nom: [_texte(cellules[rang]) if rang < len(cellules) else "" for cellules in lignes]
        for nom, rang in noms.items()
    }
    for absente in ("compauxnum", "compauxlib", "comptelib", "pieceref", "ecriturelib", "ecriturelet", "journalcode",
                    "journallib", "moderglt"):  # fmt: skip
        table.setdefault(absente, [""] * len(lignes))
    return pd.DataFrame(table, dtype="str").assign(ligne=pd.Series(numeros, dtype="int64"))


def _texte(valeur: Valeur) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, date):
        return f"{valeur:%Y%m%d}"
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    return str(valeur).strip()


def _echeances(comptes: pd.DataFrame, delai: DelaiPaiement, clients: pd.DataFrame | None) -> pd.DataFrame:
    client = comptes["compauxnum"].where(comptes["compauxnum"] != "", comptes["comptenum"])
    nom = comptes["compauxlib"].where(comptes["compauxnum"] != "", comptes["comptelib"])
    montant = pd.Series(_montants(comptes), dtype="Int64")
    date_piece = pd.Series([_date(texte) for texte in comptes["piecedate"]], dtype="datetime64[s]")
    piece, trouvee = _pieces(comptes)
    a_nouveau = _a_nouveaux(comptes) & ~trouvee
    reste = restes(client, comptes["ecriturelet"], montant.fillna(0).astype("int64"), date_piece)
    cause = pd.Series("", index=comptes.index, dtype="str")
    cause[date_piece.isna()] = Cause.DATE_ILLISIBLE.value
    cause[montant.isna()] = Cause.MONTANT_ILLISIBLE.value
    cause[piece == ""] = Cause.PIECE_MANQUANTE.value
    vide = pd.Series("", index=comptes.index, dtype="str")
    non = pd.Series(False, index=comptes.index)
    jamais = pd.Series(pd.NaT, index=comptes.index, dtype="datetime64[s]")
    return pd.DataFrame(
        {
            c.LIGNE: comptes["ligne"],
            c.CODE_CLIENT: client,
            c.PIECE: piece,
            c.DATE_ECHEANCE: _dates_echeance(client, date_piece, delai, clients),
            c.RESTE_DU: reste,
            c.RAISON_SOCIALE: nom,
            c.DATE_PIECE: date_piece,
            c.MONTANT: montant,
            c.REGLE: montant - reste,
            c.DEVISE: vide.replace("", DEVISE),
            c.MODE_PAIEMENT: comptes["moderglt"],
            c.MODULE: vide,
            c.EXCLURE: non,
            c.NATURE: vide,
            c.LITIGE: non,
            c.PROMESSE: jamais,
            c.NIVEAU_RELANCE: pd.Series(0, index=comptes.index, dtype="int64"),
            c.DATE_RELANCE: jamais,
            c.REFERENCE: vide,
            c.COMMERCIAL: vide,
            c.FICHIER_PIECE: vide,
            c.DATE_CLE: date_piece,
            c.CAUSE: cause,
            c.EXPLICATION: _explications(comptes, cause),
            c.ALERTE_LIGNE: vide.mask(a_nouveau, "à-nouveau sans pièce : ni pénalités ni indemnité"),
            c.SANS_FRAIS: a_nouveau,
            c.MOTIF_EXCLURE: vide,
            c.MOTIF_LITIGE: vide,
        }
    )


def _montants(comptes: pd.DataFrame) -> list[int | None]:
    """Débit − crédit en centimes ; None si illisible, ou si rien n'est écrit."""
    if "debit" in comptes and "credit" in comptes:
        return [_difference(debit, credit) for debit, credit in zip(comptes["debit"], comptes["credit"], strict=True)]
    signes = (_SENS.get(sens.casefold().replace("é", "e")) for sens in comptes["sens"])
    lus = map(_montant, comptes["montant"])
    return [None if lu is None or signe is None else lu * signe for lu, signe in zip(lus, signes, strict=True)]


def _difference(debit: str, credit: str) -> int | None:
    if not debit and not credit:
        return None
    lu_debit, lu_credit = _montant(debit or "0"), _montant(credit or "0")
    return None if lu_debit is None or lu_credit is None else lu_debit - lu_credit


def _montant(texte: str) -> int | None:
    """« 0000001234,56 », « +1234.5 », « 1 234,56 » → centimes : dans un FEC, le dernier signe est toujours décimal."""
    nu = re.sub(r"[\s\u00a0\u202f]", "", texte)
    if "," in nu and "." in nu:
        nu = nu.replace("." if nu.rindex(",") > nu.rindex(".") else ",", "")
    try:
        montant = Decimal(nu.replace(",", "."))
    except InvalidOperation:
        return None
    return en_unites(montant, DEVISE) if montant.is_finite() else None


def _date(texte: str) -> date | None:
    """AAAAMMJJ, ou ce que des logiciels écrivent à la place : JJ/MM/AAAA, AAAA-MM-JJ."""
    for forme in ("%Y%m%d", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(texte, forme).date()  # noqa: DTZ007 (une date sans heure n'a pas de fuseau)
        except ValueError:
            continue
    return None


def _pieces(comptes: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """La pièce de chaque écriture, et si elle en désigne une (sinon c'est le numéro de l'écriture)."""
    nommees = [
        ref if not ne_designe_rien(ref) else numero_du_libelle(libelle)
        for ref, libelle in zip(comptes["pieceref"], comptes["ecriturelib"], strict=True)
    ]
    piece = pd.Series(nommees, index=comptes.index, dtype="str")
    trouvee = piece != ""
    return piece.where(trouvee, comptes["ecriturenum"]), trouvee


def ne_designe_rien(reference: str) -> bool:
    """Vrai pour une référence de pièce qui n'en est pas une.

    >>> [ne_designe_rien(r) for r in ("", "x", "000000", "RAN", "A nouveau", "-", "FA 220123")]
    [True, True, True, True, True, True, False]
    """
    return _NE_DESIGNE_RIEN.fullmatch(cle(reference)) is not None


def numero_du_libelle(libelle: str) -> str:
    """Le numéro de pièce que porte un libellé, ou rien : d'abord celui qu'un mot annonce, ni date ni année seule.

    >>> numero_du_libelle("Facture n° FA-2022-015 Dupont"), numero_du_libelle("VIR DUPONT 12/03/2022")
    ('FA-2022-015', '')
    """
    mots = _MOT.findall(_MONTANT_DANS_LIBELLE.sub(" ", _DATE_DANS_LIBELLE.sub(" ", libelle)))
    numeros = [
        (precedent in _ANNONCE, mot)
        for precedent, mot in zip(["", *map(cle, mots)], mots, strict=False)
        if _NUMERO.fullmatch(mot) and not _ANNEE.fullmatch(mot) and not ne_designe_rien(mot)
    ]
    annonces = [mot for annonce, mot in numeros if annonce]
    longs = [mot for _, mot in numeros if sum(signe.isdigit() for signe in mot) >= 3]
    return next(iter(annonces + longs), "")


def _a_nouveaux(comptes: pd.DataFrame) -> pd.Series:
    """Les écritures d'ouverture : leur journal, leur pièce ou leur libellé le disent."""
    textes = comptes["journallib"] + " " + comptes["pieceref"] + " " + comptes["ecriturelib"]
    dits = [
        cle(code) in _JOURNAUX_A_NOUVEAU or cle(ref) == "ran" or _A_NOUVEAU.search(cle(texte)) is not None
        for code, ref, texte in zip(comptes["journalcode"], comptes["pieceref"], textes, strict=True)
    ]
    return pd.Series(dits, index=comptes.index, dtype="bool")


def _dates_echeance(
    client: pd.Series, date_piece: pd.Series, delai: DelaiPaiement, clients: pd.DataFrame | None
) -> pd.Series:
    """Date de pièce + délai du client, sinon délai par défaut."""
    delais = delais_par_code(client.unique(), clients, delai)
    return pd.Series(
        [
            pd.NaT if pd.isna(jour) else delais[code].echeance(jour.date())
            for code, jour in zip(client, date_piece, strict=True)
        ],
        index=client.index,
        dtype="datetime64[s]",
    )


def _explications(comptes: pd.DataFrame, cause: pd.Series) -> list[str]:
    phrases = {
        "": "",
        Cause.PIECE_MANQUANTE.value: "ni PieceRef, ni numéro dans EcritureLib, ni EcritureNum",
        Cause.MONTANT_ILLISIBLE.value: "débit et crédit illisibles ou vides",
        Cause.DATE_ILLISIBLE.value: "PieceDate illisible ou vide : ",
    }
    return [
        phrases[code] + (f"« {brut} »" if code == Cause.DATE_ILLISIBLE else "")
        for code, brut in zip(cause, comptes["piecedate"], strict=True)
    ]


def _signaler_perime(dates: pd.Series, date_reference: date) -> list[Faute]:
    """Un FEC dont la dernière écriture est trop ancienne ne dit plus qui doit quoi."""
    lues = [jour for jour in map(_date, dates.unique()) if jour]
    if not lues or date_reference - max(lues) <= PERIME:
        return []
    return [
        Faute(
            f"la dernière écriture du FEC est du {max(lues):%d/%m/%Y}, plus de {PERIME.days} jours avant la date de "
            f"référence ({date_reference:%d/%m/%Y}) : des règlements peuvent manquer",
            "exportez un FEC à jour de votre logiciel",
        )
    ]
