"""Relire la revue : ce que l'utilisateur a approuvé, retenu et modifié, par clé, quoi qu'il ait fait des lignes (contrat §6)."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.feuilles import Feuille, FeuilleAuFil, Valeur
from relances_xl.domaine.motifs import EN_MOTS
from relances_xl.domaine.niveaux import PREVENANCE, Plans
from relances_xl.domaine.schemas import ENCAISSEMENTS
from relances_xl.revue import lecteurs
from relances_xl.revue import schema as o
from relances_xl.revue.relire.tableau_relu import TableauRelu, onglet_absent, retrouver

APPROUVEE = "approuvee"
NIVEAU_MODIFIE = "niveau_modifie"
POSITION = "position"
PLACE_DU_NIVEAU = "place_du_niveau"

ONGLETS = (o.LISTE, o.DETAIL, o.EXCLUSIONS, o.BANQUE, o.CRITERES)
"""Ceux que la relecture emploie : les autres ne sont que pour l'œil."""


def _est_du(cellule: Valeur) -> bool:
    return isinstance(cellule, int | float) and cellule >= 0


_TABLEAUX = {
    o.LISTE: (o.COLONNES_LISTE, (c.RELANCE,), None),
    o.DETAIL: (o.COLONNES_DETAIL, (c.RELANCE,), None),
    # un client ou une pièce peut s'appeler « TOTAL1 » ; de tout l'onglet, seuls les crédits servent
    o.EXCLUSIONS: (o.COLONNES_EXCLUSIONS, (c.MOTIF,), (c.RESTE_DU, _est_du)),
    o.BANQUE: (o.COLONNES_BANQUE, (c.DATE,), None),
}
"""Onglet → ses colonnes, ses clés, ses lignes inutiles (`retrouver`)."""
_CODES = {cle(mots): str(code) for code, mots in EN_MOTS.items()}


@dataclass(frozen=True, slots=True)
class Approbation:
    """Ce que dit une revue relue.

    relances : relance, code_client, raison_sociale, devise, approuvee, niveau (0 si illisible et non approuvée),
    niveau_modifie, sortie, message, credits (unités, positif), position (ordre dans l'onglet),
    place_du_niveau (« F5 », la cellule où il est écrit).
    lignes : relance, ligne (0 si la colonne manque), code_client, raison_sociale, piece, date_piece, date_echeance, devise,
    reste_du (unités), dernier_niveau, derniere_relance, niveau_propose, retenir.
    exclusions : les crédits de l'onglet « Exclusions » : code_client, piece, date_echeance, reste_du, devise, motif (code).
    feuille_criteres : l'onglet « Critères », que `criteres` sait lire. encaissements : ceux que « Banque » montrait (date,
    libelle, montant, devise), vide s'il n'y avait pas de relevés.
    """

    relances: pd.DataFrame
    lignes: pd.DataFrame
    exclusions: pd.DataFrame
    feuille_criteres: Feuille
    encaissements: pd.DataFrame
    avertissements: tuple[Faute, ...] = ()


def relire(feuilles: Iterable[FeuilleAuFil], fichier: str, plans: Plans) -> Approbation:
    """Relit les onglets de la revue, de cette version ou de la 0.1.0.

    Lève une `ErreurUtilisateur` portant toutes les fautes : onglet ou colonne manquants ; niveau, sortie, coche, montant
    ou date illisibles d'une relance approuvée ; relance approuvée deux fois avec des choix contraires.
    """
    tableaux, criteres = _lire_les_onglets(feuilles, fichier)
    banque = tableaux.pop(o.BANQUE)
    fautes = [faute for tableau in tableaux.values() if isinstance(tableau, list) for faute in tableau]
    if criteres is None:
        fautes.append(Faute(f"l'onglet « {o.CRITERES} » manque", "relancez « lister »", fichier))
    lus = [tableau for tableau in tableaux.values() if isinstance(tableau, TableauRelu)]
    if fautes or criteres is None:
        raise ErreurUtilisateur(fautes)
    liste, detail, exclusions = lus
    relances = _lire_liste(liste, plans, fautes)
    approuvees = set(relances.loc[relances[APPROUVEE], c.RELANCE])
    lignes = _lire_detail(detail, approuvees, fautes)
    refuser_si(fautes)
    relances[NIVEAU_MODIFIE] = relances[c.NIVEAU] != (
        relances[c.NIVEAU_PROPOSE] if c.NIVEAU_PROPOSE in liste else _niveau_de_la_liste(relances, lignes)
    )
    inconnues = sorted(approuvees - set(lignes[c.RELANCE].unique()))
    return Approbation(
        relances[[
            c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, APPROUVEE, c.NIVEAU, NIVEAU_MODIFIE, c.SORTIE, c.MESSAGE, c.CREDITS, POSITION,
            PLACE_DU_NIVEAU,
        ]],
        lignes,
        _credits_exclus(exclusions.table),
        criteres,
        banque.table if isinstance(banque, TableauRelu) else ENCAISSEMENTS.vide(),
        tuple(
            Faute(f"la relance {relance} est approuvée, mais « {o.DETAIL} » n'en a aucune ligne", "", fichier, o.LISTE)
            for relance in inconnues
        ),
    )  # fmt: skip


def _lire_les_onglets(feuilles: Iterable[FeuilleAuFil], fichier: str) -> tuple[dict[str, TableauRelu | list[Faute]], Feuille | None]:
    """(chaque tableau relu, ou ce qui manque pour le lire ; l'onglet « Critères », s'il y est), dans quelque ordre que soient les onglets."""
    tableaux: dict[str, TableauRelu | list[Faute]] = {onglet: [onglet_absent(onglet, fichier)] for onglet in _TABLEAUX}
    criteres, connus = None, dict[str, str]()
    attendus = {cle(onglet): onglet for onglet in ONGLETS}
    for feuille in feuilles:
        match attendus.pop(cle(feuille.nom), None):
            case None:
                continue
            case o.CRITERES:
                criteres = Feuille(feuille.nom, [*feuille.lignes])
            case onglet:
                tableaux[onglet] = retrouver((feuille,), fichier, onglet, *_TABLEAUX[onglet], connus)
    return tableaux, criteres


def _lire_liste(tableau: TableauRelu, plans: Plans, fautes: list[Faute]) -> pd.DataFrame:
    """Une ligne par relance : la première copie approuvée, à défaut la première."""
    table = tableau.table.rename(columns={c.APPROUVER: APPROUVEE, c.NIVEAU: "_ecrit"})
    fautes += [tableau.faute(i, c.APPROUVER, faute.message, faute.remede) for i, faute in tableau.illisibles[c.APPROUVER].items()]
    choisies = table.sort_values(APPROUVEE, ascending=False, kind="stable").drop_duplicates(c.RELANCE).sort_index()
    copies = table[table[APPROUVEE] & ~table.index.isin(choisies.index)]
    premieres = dict(zip(choisies[c.RELANCE], choisies.index, strict=True))
    for i, relance in copies[c.RELANCE].items():
        fautes += _contradictions(tableau, premieres[relance], int(str(i)))
    lus = {ecrit: lecteurs.niveau(ecrit, plans) for ecrit in choisies["_ecrit"].unique()}
    # Celui de la liste reste bon, même s'il n'est pas un degré de relance (une prévenance)
    inchange = (choisies["_ecrit"] == choisies[c.NIVEAU_PROPOSE].astype("str")) & (c.NIVEAU_PROPOSE in tableau)
    # ce qui n'est pas échu ne se relance pas : une prévenance reste une prévenance
    prevenance = (choisies[c.NIVEAU_PROPOSE] == PREVENANCE) & (c.NIVEAU_PROPOSE in tableau)
    connu = inchange | (choisies["_ecrit"].map(lus).notna() & ~prevenance)
    niveau = choisies["_ecrit"].map(lus).fillna(0).mask(inchange, choisies[c.NIVEAU_PROPOSE]).astype("int64")
    credits_illisibles = choisies.index.isin(list(tableau.illisibles[c.CREDITS]))
    for i in choisies.index[choisies[APPROUVEE] & (~connu | (choisies[c.SORTIE] == "") | credits_illisibles)]:
        remede = "remettez 0 : une prévenance ne devient pas une relance" if prevenance[i] else ""
        fautes += _fautes_d_une_relance(tableau, int(i), plans, remede, niveau_connu=bool(connu[i]))
    choisies[c.NIVEAU] = niveau
    choisies[POSITION] = choisies.index
    choisies[PLACE_DU_NIVEAU] = [tableau.adresse(int(i), c.NIVEAU) for i in choisies.index]
    return choisies.drop(columns="_ecrit").reset_index(drop=True)


def _fautes_d_une_relance(tableau: TableauRelu, i: int, plans: Plans, remede: str, *, niveau_connu: bool) -> Iterable[Faute]:
    """Ce qui empêche de produire une relance approuvée."""
    ligne = tableau.table.loc[i]
    if not niveau_connu:
        noms = ", ".join(f"{n.numero} ({n.libelle})" for n in plans.niveaux if n.numero != PREVENANCE)
        yield tableau.faute(i, c.NIVEAU, f"niveau « {ligne[c.NIVEAU]} » inconnu", remede or f"choisissez {noms}")
    if not ligne[c.SORTIE]:
        illisible = tableau.illisibles[c.SORTIE].get(i)
        constat = illisible.message.replace("valeur", "sortie", 1) if illisible else "la sortie manque"
        yield tableau.faute(i, c.SORTIE, constat, "choisissez " + ", ".join(o.SORTIES))
    if i in tableau.illisibles[c.CREDITS]:
        yield _illisible(tableau, i, c.CREDITS, "montant")


def _contradictions(tableau: TableauRelu, premiere: int, autre: int) -> list[Faute]:
    """Deux copies approuvées d'une même relance doivent dire la même chose."""
    lus = {champ: tableau.table[champ].tolist() for champ in (c.RELANCE, c.NIVEAU, c.SORTIE, c.MESSAGE)}
    return [
        tableau.faute(
            autre, champ,
            f"la relance {lus[c.RELANCE][autre]} est deux fois dans la liste, et cette cellule contredit {tableau.adresse(premiere, champ)}",
            "gardez une seule des deux lignes",
        )
        for champ in (c.NIVEAU, c.SORTIE, c.MESSAGE)
        if champ in tableau and lus[champ][premiere] != lus[champ][autre]
    ]  # fmt: skip


def _lire_detail(tableau: TableauRelu, approuvees: set[str], fautes: list[Faute]) -> pd.DataFrame:
    """Une ligne par ligne de l'export ; seules celles des relances approuvées doivent être lisibles."""
    table = tableau.table
    comptent = table[c.RELANCE].isin(approuvees)
    fautes += [tableau.faute(i, c.RETENIR, f.message, f.remede) for i, f in tableau.illisibles[c.RETENIR].items() if comptent[i]]
    premieres: dict[tuple[str, int], int] = {}
    copies, retenues = [], table[c.RETENIR].tolist()
    numeros = table[c.LIGNE]
    for i, cles in enumerate(zip(table[c.RELANCE].tolist(), numeros.tolist(), strict=True)) if not numeros.is_unique else ():
        premiere = premieres.setdefault(cles, i) if cles[1] else i
        if premiere == i:
            continue
        copies.append(i)
        if comptent[i] and retenues[premiere] != retenues[i]:
            message = f"cette ligne est deux fois dans le détail, et cette case contredit {tableau.adresse(premiere, c.RETENIR)}"
            fautes.append(tableau.faute(i, c.RETENIR, message, "gardez une seule des deux lignes"))
    jugees = comptent & table[c.RETENIR] & ~table.index.isin(copies)
    dates = ((champ, "date") for champ in (c.DATE_ECHEANCE, c.DATE_PIECE, c.DERNIERE_RELANCE))
    illisibles = [(i, champ, nature) for champ, nature in ((c.RESTE_DU, "montant"), *dates) for i in tableau.illisibles[champ] if jugees[i]]
    fautes += [_illisible(tableau, *une) for une in sorted(illisibles, key=lambda une: une[0])]
    return table.drop(index=copies).reset_index(drop=True) if copies else table


def _credits_exclus(table: pd.DataFrame) -> pd.DataFrame:
    """Les crédits écartés de la liste : s'ils changent, la relance est à revoir. « Motif » y redevient un code.

    La colonne du code a pu être ôtée : les mots le redonnent. En 0.1.0, « Motif » était déjà le code.
    """
    des_mots = table[c.MOTIF].map(lambda mots: _CODES.get(cle(mots), mots)).astype("str")
    code = table[c.CODE_DU_MOTIF].where(table[c.CODE_DU_MOTIF] != "", des_mots)
    credits_ = table.assign(**{c.MOTIF: code}).drop(columns=c.CODE_DU_MOTIF)
    return credits_[credits_[c.RESTE_DU] < 0].reset_index(drop=True)


def _niveau_de_la_liste(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """Le niveau qu'une revue de la 0.1.0, qui ne l'écrivait pas, proposait à chaque relance : le plus haut de ses échéances.

    Si des échéances ont été supprimées du détail, le plus haut niveau restant peut être plus bas que celui proposé :
    un niveau d'un cran au-dessus du dernier fait est alors celui de la liste, pas un choix de l'utilisateur.
    """
    propose = relances[c.RELANCE].map(lignes.groupby(c.RELANCE)[c.NIVEAU_PROPOSE].max())
    restantes = relances[c.RELANCE].map(lignes[lignes[c.RESTE_DU] >= 0].groupby(c.RELANCE).size())
    supprimees = restantes.fillna(0) < relances[c.NB_ECHEANCES]
    de_la_liste = supprimees & (relances[c.NIVEAU] > propose) & (relances[c.NIVEAU] <= relances[c.DERNIER_NIVEAU] + 1)
    return propose.mask(de_la_liste | propose.isna(), relances[c.NIVEAU])


def _illisible(tableau: TableauRelu, i: int, champ: str, nature: str) -> Faute:
    illisible = tableau.illisibles[champ][i]
    return tableau.faute(i, champ, f"{nature} illisible : {illisible.message}", "relancez « lister » : cette colonne ne se modifie pas")
