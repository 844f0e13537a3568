"""Relire la revue : ce que l'utilisateur a approuvé, retenu et modifié, par clé, quoi qu'il ait fait des lignes (contrat §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, lire_oui_non
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.feuilles import Feuille
from relances_xl.domaine.niveaux import Niveaux
from relances_xl.revue import schema as o
from relances_xl.revue.relire import valeurs_relues as v
from relances_xl.revue.relire.tableau_relu import TableauRelu, retrouver

APPROUVEE = "approuvee"
NIVEAU_MODIFIE = "niveau_modifie"
POSITION = "position"

_LISTE = ("Approuver", "Relance", "Code client", "Devise", "Niveau", "Crédits", "Sortie")
_LISTE_FACULTATIFS = ("Message", "Échéances", "Dernier niveau")
_DETAIL = (
    "Retenir", "Relance", "Code client", "Pièce", "Date pièce", "Échéance", "Devise", "Reste dû", "Dernier niveau",
    "Dernière relance", "Niveau proposé",
)  # fmt: skip
_DETAIL_FACULTATIFS = ("Ligne",)
_EXCLUSIONS = ("Code client", "Pièce", "Échéance", "Reste dû", "Devise", "Motif")

_COCHE = "cochez la case, ou écrivez oui ou non"


@dataclass(frozen=True, slots=True)
class Approbation:
    """Ce que dit une revue relue.

    relances : relance, code_client, devise, approuvee, niveau (0 si illisible et non approuvée), niveau_modifie, sortie,
    message, credits (unités, positif), position (ordre dans l'onglet).
    lignes : relance, ligne (0 si la colonne manque), code_client, piece, date_piece, date_echeance, devise, reste_du
    (unités), dernier_niveau, derniere_relance, niveau_propose, retenir.
    exclusions : les crédits de l'onglet « Exclusions » : code_client, piece, date_echeance, reste_du, devise, motif.
    feuille_criteres : l'onglet « Critères », que `entrees` sait lire.
    """

    relances: pd.DataFrame
    lignes: pd.DataFrame
    exclusions: pd.DataFrame
    feuille_criteres: Feuille
    avertissements: tuple[Faute, ...] = ()


def relire(feuilles: Iterable[Feuille], fichier: str, niveaux: Niveaux) -> Approbation:
    """Relit les onglets de la revue.

    Lève une `ErreurUtilisateur` portant toutes les fautes : onglet ou colonne manquants ; niveau, sortie, coche, montant
    ou date illisibles d'une relance approuvée ; relance approuvée deux fois avec des choix contraires.
    """
    feuilles = list(feuilles)
    tableaux = [
        retrouver(feuilles, fichier, o.LISTE, _LISTE, _LISTE_FACULTATIFS, ("Relance",)),
        retrouver(feuilles, fichier, o.DETAIL, _DETAIL, _DETAIL_FACULTATIFS, ("Relance",)),
        retrouver(feuilles, fichier, o.EXCLUSIONS, _EXCLUSIONS, (), ("Motif",)),  # un client ou une pièce peut s'appeler « TOTAL1 »
    ]
    criteres = next((feuille for feuille in feuilles if cle(feuille.nom) == cle(o.CRITERES)), None)
    fautes = [faute for tableau in tableaux if isinstance(tableau, list) for faute in tableau]
    if criteres is None:
        fautes.append(Faute(f"l'onglet « {o.CRITERES} » manque", "relancez « lister »", fichier))
    lus = [tableau for tableau in tableaux if isinstance(tableau, TableauRelu)]
    if fautes or criteres is None:
        raise ErreurUtilisateur(fautes)
    liste, detail, exclusions = lus
    relances = _lire_liste(liste, niveaux, fautes)
    approuvees = set(relances.loc[relances[APPROUVEE], c.RELANCE])
    lignes = _lire_detail(detail, approuvees, fautes)
    refuser_si(fautes)
    relances[NIVEAU_MODIFIE] = _niveau_modifie(relances, lignes)
    inconnues = sorted(approuvees - set(lignes[c.RELANCE]))
    return Approbation(
        relances.drop(columns=["_nombre", "_dernier"]),
        lignes,
        _lire_exclusions(exclusions),
        criteres,
        tuple(
            Faute(f"la relance {relance} est approuvée, mais « {o.DETAIL} » n'en a aucune ligne", "", fichier, o.LISTE)
            for relance in inconnues
        ),
    )


def _lire_liste(tableau: TableauRelu, niveaux: Niveaux, fautes: list[Faute]) -> pd.DataFrame:
    """Une ligne par relance : la première copie approuvée, à défaut la première."""
    coches = _cocher(tableau, "Approuver", fautes)
    identifiants = [v.texte(valeur) for valeur in tableau.colonnes["Relance"]]
    choisies: dict[str, int] = {}
    for i, relance in enumerate(identifiants):
        premiere = choisies.setdefault(relance, i)
        if premiere == i or not coches[i]:
            continue
        if coches[premiere]:
            fautes += _contradictions(tableau, premiere, i)
        else:
            choisies[relance] = i
    rangs = [_relance(tableau, i, relance, coches[i], niveaux, fautes) for relance, i in choisies.items()]
    return _table(rangs, _TYPES_RELANCES).sort_values(POSITION, kind="stable").reset_index(drop=True)


def _relance(tableau: TableauRelu, i: int, relance: str, approuvee: bool, niveaux: Niveaux, fautes: list[Faute]) -> tuple[object, ...]:
    champ = {libelle: valeurs[i] for libelle, valeurs in tableau.colonnes.items()}
    devise = v.texte(champ["Devise"])
    niveau, sortie, credits_ = v.niveau(champ["Niveau"], niveaux), v.sortie(champ["Sortie"]), v.montant(champ["Crédits"], devise)
    if approuvee:
        if niveau is None:
            noms = ", ".join(f"{n.numero} ({n.libelle})" for n in niveaux)
            fautes.append(tableau.faute(i, "Niveau", f"niveau « {v.texte(champ['Niveau'])} » inconnu", f"choisissez {noms}"))
        if not sortie:
            remede = "choisissez " + ", ".join(o.SORTIES)
            fautes.append(tableau.faute(i, "Sortie", f"sortie « {v.texte(champ['Sortie'])} » inconnue", remede))
        if credits_ is None:
            fautes.append(_illisible(tableau, i, "Crédits", "montant"))
    return (
        relance, v.texte(champ["Code client"]), devise, approuvee, niveau or 0, sortie, v.texte(champ.get("Message")),
        credits_ or 0, i, v.entier(champ.get("Échéances")) or 0, v.entier(champ.get("Dernier niveau")) or 0,
    )  # fmt: skip


def _contradictions(tableau: TableauRelu, premiere: int, autre: int) -> list[Faute]:
    """Deux copies approuvées d'une même relance doivent dire la même chose."""
    return [
        tableau.faute(
            autre, libelle,
            f"la relance {v.texte(tableau.colonnes['Relance'][autre])} est deux fois dans la liste, et cette cellule contredit {tableau.adresse(premiere, libelle)}",
            "gardez une seule des deux lignes",
        )
        for libelle in ("Niveau", "Sortie", "Message")
        if libelle in tableau.colonnes
        and v.texte(tableau.colonnes[libelle][premiere]) != v.texte(tableau.colonnes[libelle][autre])
    ]  # fmt: skip


def _lire_detail(tableau: TableauRelu, approuvees: set[str], fautes: list[Faute]) -> pd.DataFrame:
    """Une ligne par ligne de l'export ; seules celles des relances approuvées doivent être lisibles."""
    identifiants = [v.texte(valeur) for valeur in tableau.colonnes["Relance"]]
    coches = _cocher(tableau, "Retenir", fautes, [relance in approuvees for relance in identifiants])
    vues: dict[tuple[str, int], int] = {}
    rangs = []
    for i, relance in enumerate(identifiants):
        champ = {libelle: valeurs[i] for libelle, valeurs in tableau.colonnes.items()}
        ligne = v.entier(champ.get("Ligne")) or 0
        premiere = vues.setdefault((relance, ligne), i) if ligne else i
        if premiere != i:
            if relance in approuvees and coches[premiere] != coches[i]:
                message = f"cette ligne est deux fois dans le détail, et cette case contredit {tableau.adresse(premiere, 'Retenir')}"
                fautes.append(tableau.faute(i, "Retenir", message, "gardez une seule des deux lignes"))
            continue
        devise = v.texte(champ["Devise"])
        reste, echeance = v.montant(champ["Reste dû"], devise), v.jour(champ["Échéance"])
        if relance in approuvees and coches[i]:
            if reste is None:
                fautes.append(_illisible(tableau, i, "Reste dû", "montant"))
            fautes += [
                _illisible(tableau, i, libelle, "date")
                for libelle in ("Échéance", "Date pièce", "Dernière relance")
                if v.texte(champ[libelle]) and v.jour(champ[libelle]) is None
            ]
        rangs.append(
            (
                relance, ligne, v.texte(champ["Code client"]), v.texte(champ["Pièce"]), v.jour(champ["Date pièce"]), echeance,
                devise, reste or 0, v.entier(champ["Dernier niveau"]) or 0, v.jour(champ["Dernière relance"]),
                v.entier(champ["Niveau proposé"]) or 0, coches[i],
            )
        )  # fmt: skip
    return _table(rangs, _TYPES_LIGNES)


def _lire_exclusions(tableau: TableauRelu) -> pd.DataFrame:
    """Les crédits écartés de la liste : s'ils changent, la relance est à revoir."""
    rangs = []
    for client, piece, echeance, reste, devise, motif in zip(*(tableau.colonnes[libelle] for libelle in _EXCLUSIONS), strict=True):
        unites = v.montant(reste, v.texte(devise)) or 0
        if unites < 0:
            rangs.append((v.texte(client), v.texte(piece), v.jour(echeance), unites, v.texte(devise), v.texte(motif)))
    return _table(rangs, _TYPES_EXCLUSIONS)


def _cocher(tableau: TableauRelu, libelle: str, fautes: list[Faute], compte: list[bool] | None = None) -> list[bool]:
    """Les coches ; celle qu'on ne comprend pas est une faute là où elle compte."""
    coches = [lire_oui_non(valeur if isinstance(valeur, bool | int | float) else v.texte(valeur)) for valeur in tableau.colonnes[libelle]]
    for i, coche in enumerate(coches):
        if coche is None and (compte is None or compte[i]):
            message = f"« {v.texte(tableau.colonnes[libelle][i])} » n'est ni oui ni non"
            fautes.append(tableau.faute(i, libelle, message, _COCHE))
    return [bool(coche) for coche in coches]


def _niveau_modifie(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """Vrai si le niveau n'est plus celui qui était proposé : le plus haut de ses échéances, retenues ou non.

    Si des échéances ont été supprimées du détail, le plus haut niveau restant peut être plus bas que celui proposé :
    un niveau d'un cran au-dessus du dernier fait est alors celui de la liste, pas un choix de l'utilisateur.
    """
    propose = relances[c.RELANCE].map(lignes.groupby(c.RELANCE)[c.NIVEAU_PROPOSE].max())
    restantes = relances[c.RELANCE].map(lignes[lignes[c.RESTE_DU] >= 0].groupby(c.RELANCE).size())
    supprimees = restantes.fillna(0) < relances["_nombre"]
    de_la_liste = supprimees & (relances[c.NIVEAU] > propose) & (relances[c.NIVEAU] <= relances["_dernier"] + 1)
    return propose.notna() & (relances[c.NIVEAU] != propose) & ~de_la_liste


def _illisible(tableau: TableauRelu, i: int, libelle: str, nature: str) -> Faute:
    valeur = v.texte(tableau.colonnes[libelle][i])
    return tableau.faute(i, libelle, f"{nature} illisible : « {valeur} »", "relancez « lister » : cette colonne ne se modifie pas")


_TYPES_RELANCES = {
    c.RELANCE: "str", c.CODE_CLIENT: "str", c.DEVISE: "str", APPROUVEE: "bool", c.NIVEAU: "int64", c.SORTIE: "str", c.MESSAGE: "str",
    c.CREDITS: "int64", POSITION: "int64", "_nombre": "int64", "_dernier": "int64",
}  # fmt: skip
_TYPES_LIGNES = {
    c.RELANCE: "str", c.LIGNE: "int64", c.CODE_CLIENT: "str", c.PIECE: "str", c.DATE_PIECE: "datetime64[s]",
    c.DATE_ECHEANCE: "datetime64[s]", c.DEVISE: "str", c.RESTE_DU: "int64", c.DERNIER_NIVEAU: "int64",
    c.DERNIERE_RELANCE: "datetime64[s]", c.NIVEAU_PROPOSE: "int64", o.RETENIR: "bool",
}  # fmt: skip
_TYPES_EXCLUSIONS = {
    c.CODE_CLIENT: "str", c.PIECE: "str", c.DATE_ECHEANCE: "datetime64[s]", c.RESTE_DU: "int64", c.DEVISE: "str", c.MOTIF: "str",
}  # fmt: skip


def _table(rangs: Sequence[tuple[object, ...]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rangs, columns=list(types)).astype(types)
