"""Le fichier clients : une ligne par code, des valeurs normalisées, rapprochées des échéances (contrat §3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import accorder, cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.entrees.classeurs.classeur import premier_onglet
from relances_xl.entrees.colonnes.lignes_du_tableau import lire_tableau
from relances_xl.entrees.colonnes.synonymes import A_RELANCER
from relances_xl.entrees.tiers import normalisation as n
from relances_xl.entrees.tiers.noms import enumerer, noms_differents, separer_code_nom
from relances_xl.entrees.valeurs.colonne_textes import a_exclure, en_texte, oui_non, par_valeur, textes


@dataclass(frozen=True, slots=True)
class LectureClients:
    """Le fichier clients lu.

    clients : une ligne par code_client, schéma CLIENTS (exclure et procedure_collective : bool, le reste du
    texte, "" si absent) ; appariement : champ → en-tête de l'export ; non_lues : les en-têtes dont rien n'est lu.
    """

    clients: pd.DataFrame
    avertissements: tuple[Faute, ...] = ()
    appariement: dict[str, str] = field(default_factory=dict)
    non_lues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        CLIENTS.admettre(self.clients)


def lire_clients(chemin: Path, colonnes: Mapping[tuple[str, str], str]) -> LectureClients:
    """Lit l'export du fichier clients.

    colonnes : l'onglet « Colonnes », {(fichier, champ): en-tête}. Aucune valeur n'est refusée : ce qui ne se lit pas
    est vide, et dit. Erreurs (ErreurUtilisateur) : fichier illisible, code client introuvable, colonnes ambiguës.
    """
    onglet = premier_onglet(chemin)
    tableau = lire_tableau(onglet.lignes, "Clients", colonnes)
    if tableau is None:
        raise ErreurUtilisateur(Faute("le fichier ne contient aucun tableau", "vérifiez que c'est le bon fichier", chemin.name))
    appariement = tableau.entete.appariement
    refuser_si(replace(faute, fichier=faute.fichier or chemin.name, onglet=faute.onglet or onglet.nom) for faute in appariement.fautes)
    clients, avertissements = normaliser(tableau.colonnes, tableau.numeros.tolist(), chemin.name)
    return LectureClients(clients, tuple(avertissements), appariement.libelles, appariement.non_lues)


def normaliser(cellules: Mapping[str, Sequence[Valeur]], numeros: Sequence[int], fichier: str) -> tuple[pd.DataFrame, list[Faute]]:
    """Les cellules d'un fichier clients → la table des clients, un par code, et ce qu'il faut savoir.

    cellules : champ → sa colonne ; numeros : le numéro de chaque ligne dans le fichier.
    """
    table = pd.DataFrame({champ.nom: _colonne(champ.nom, cellules, len(numeros)) for champ in c.CHAMPS_CLIENT})
    if separes := separer_code_nom(table[c.CODE_CLIENT].tolist()):
        table[c.CODE_CLIENT] = pd.Series(separes[0], dtype="str")
        if c.RAISON_SOCIALE not in cellules:
            table[c.RAISON_SOCIALE] = pd.Series(separes[1], dtype="str")
    table[c.NOTE] = _noter_procedure(table[c.NOTE], cellules.get(c.PROCEDURE_COLLECTIVE))
    avertissements = [*_illisibles(table, cellules, fichier)]
    table[c.CODE_CLIENT] = _codes_par_le_nom(table)
    avertissements += _sans_code(table, numeros, fichier)
    table = table[table[c.CODE_CLIENT] != ""].fillna("")
    avertissements += noms_differents(zip(table[c.CODE_CLIENT].tolist(), table[c.RAISON_SOCIALE].tolist(), strict=True), fichier)
    clients, doubles = _un_par_code(table, fichier)
    return clients, [*avertissements, *doubles]


def _colonne(champ: str, cellules: Mapping[str, Sequence[Valeur]], hauteur: int) -> pd.Series:
    """La colonne d'un champ, lue ; NA où elle ne se lit pas, vide (ou Non) si le fichier ne l'a pas."""
    if champ not in cellules and not (champ == c.EXCLURE and A_RELANCER in cellules):
        return pd.Series(False, range(hauteur), dtype="bool") if champ in n.EN_BOOLEEN else pd.Series("", range(hauteur), dtype="str")
    valeurs = cellules.get(champ, [None] * hauteur)
    if champ == c.EXCLURE:
        return pd.Series(a_exclure(valeurs, cellules.get(A_RELANCER, [None] * hauteur))[0], dtype="bool")
    if champ in n.EN_BOOLEEN:
        return pd.Series(oui_non(valeurs)[0], dtype="bool")
    if champ in n.SELON_PAYS:
        lecteur = n.SELON_PAYS[champ]
        lues = (
            list(map(lecteur, valeurs, cellules[c.PAYS]))
            if c.PAYS in cellules
            else par_valeur(valeurs, lambda valeur: lecteur(valeur, None))
        )
        return pd.Series(lues, dtype="str")
    if champ in n.LECTEURS:
        return pd.Series(par_valeur(valeurs, n.LECTEURS[champ]), dtype="str")
    return pd.Series(textes(valeurs), dtype="str")


def _noter_procedure(notes: pd.Series, valeurs: Sequence[Valeur] | None) -> pd.Series:
    """« RJ du 12/03/2026 » dans la colonne procédure collective : un oui, dont le texte mérite d'être gardé."""
    if valeurs is None:
        return notes
    motifs = oui_non(valeurs)[1]
    return pd.Series([" ; ".join(filter(None, paire)) for paire in zip(notes, motifs, strict=True)], dtype="str")


def _illisibles(table: pd.DataFrame, cellules: Mapping[str, Sequence[Valeur]], fichier: str) -> Iterable[Faute]:
    for champ in table.columns[table.isna().any()]:
        manque = table[champ].isna()
        brut = pd.Series([en_texte(valeur) for valeur in cellules[champ]])[manque]
        dit = accorder(int(manque.sum()), f"{champ} : {manque.sum()} valeur(s) incomprise(s), tenue(s) pour vide(s)")
        codes = enumerer(table.loc[manque, c.CODE_CLIENT])
        yield Faute(
            f"{dit} : {enumerer(f'« {valeur} »' for valeur in brut)} (code client {codes})",
            "corrigez le fichier clients",
            fichier,
        )


def _codes_par_le_nom(table: pd.DataFrame) -> pd.Series:
    """Un client sans code se retrouve par sa raison sociale : elle lui tient lieu de code, si elle est unique."""
    codes, noms = table[c.CODE_CLIENT], table[c.RAISON_SOCIALE].fillna("")
    if (codes != "").all():
        return codes
    uniques = ~noms.map({nom: cle(nom) for nom in noms.unique()}).duplicated(keep=False)
    return codes.where((codes != "") | ~uniques, noms)


def _sans_code(table: pd.DataFrame, numeros: Sequence[int], fichier: str) -> Iterable[Faute]:
    lignes = [str(numero) for numero, code in zip(numeros, table[c.CODE_CLIENT], strict=True) if not code]
    if lignes:
        dit = accorder(len(lignes), f"{len(lignes)} client(s) sans code ni nom à lui seul, ignoré(s) : ligne(s) {enumerer(lignes)}")
        yield Faute(dit, "donnez-leur un code dans le fichier clients", fichier)


def _un_par_code(table: pd.DataFrame, fichier: str) -> tuple[pd.DataFrame, list[Faute]]:
    """La première ligne de chaque code, entière : mêler deux lignes ferait une adresse qui n'existe pas.

    Un Oui (exclure, procédure collective) de l'une quelconque des lignes vaut pour le client.
    """
    en_double = table[c.CODE_CLIENT].duplicated()
    if not en_double.any():
        return table.reset_index(drop=True), []
    oui = table.groupby(c.CODE_CLIENT)[sorted(n.EN_BOOLEEN)].any()
    uniques = table[~en_double].reset_index(drop=True)
    for champ in oui.columns:
        uniques[champ] = uniques[c.CODE_CLIENT].map(oui[champ]).astype("bool")
    codes = table.loc[en_double, c.CODE_CLIENT]
    dit = accorder(codes.nunique(), f"{codes.nunique()} code(s) client sur plusieurs lignes")
    return uniques, [Faute(f"{dit}, la première est gardée : {enumerer(codes)}", fichier=fichier)]
