"""Les lignes de l'export, prêtes à être décidées : crédit ou échéance, retard, plan ; et leurs fiches clients."""

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import cle_de_code

COMPTE = [c.CODE_CLIENT, c.DEVISE]
"""Un compte : un client dans une devise."""


def preparer(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """Les lignes, numérotées de 0, avec CREDIT, JOURS_RETARD, PLAN et les colonnes de décision encore neutres."""
    lignes = lignes.reset_index(drop=True)
    lisible = lignes[c.CAUSE] == ""
    credit = lisible & (lignes[c.RESTE_DU] < 0)
    ecoules = (pd.Timestamp(parametres.criteres.date_reference) - lignes[c.DATE_ECHEANCE]).dt.days
    vide = pd.Series("", lignes.index, dtype="str")
    return lignes.assign(
        **{
            c.MOTIF: vide,
            c.CREDIT: credit,
            c.JOURS_RETARD: ecoules.where(lisible & ~credit, 0).clip(lower=0).astype("int64"),
            c.PLAN: plans_des_clients(lignes[c.CODE_CLIENT], clients, parametres.plans),
            c.NIVEAU_PROPOSE: 0,
            c.RELANCE: vide,
            c.AUTRE: False,
        }
    )


def libres(lignes: pd.DataFrame) -> pd.Series:
    """Les lignes lisibles que rien n'écarte encore."""
    return (lignes[c.CAUSE] == "") & (lignes[c.MOTIF] == "")


def numero_de_compte(lignes: pd.DataFrame) -> pd.Series:
    """Un entier par compte : regrouper ensuite coûte bien moins que par des textes."""
    return lignes.groupby(COMPTE, sort=False).ngroup()


def chercher(table: pd.Series, *cles: pd.Series, defaut: int | None = None) -> pd.Series:
    """La valeur de la table à la clé de chaque ligne ; si la table ne la connaît pas, `defaut` (un montant reste entier)."""
    if table.empty:  # rien à chercher : la valeur d'une clé inconnue, sans hacher celles de toutes les lignes
        return table.set_axis(pd.RangeIndex(0)).reindex(range(len(cles[0])), fill_value=defaut).set_axis(cles[0].index)
    index = pd.Index(cles[0]) if len(cles) == 1 else pd.MultiIndex.from_arrays(list(cles))
    return table.reindex(index, fill_value=defaut).set_axis(cles[0].index)


def comparables(codes: pd.Series) -> pd.Series:
    """Les codes tels qu'on les compare d'une liste à l'autre ; chaque code distinct n'est lu qu'une fois."""
    places, distincts = pd.factorize(codes)
    comparees = pd.Series([cle_de_code(code) for code in distincts.tolist()], dtype="str")
    return comparees.take(places).set_axis(codes.index)


def fiche(codes: pd.Series, clients: pd.DataFrame, champ: str) -> pd.Series:
    """Le champ texte de la fiche de chaque client ; vide pour un client absent du fichier."""
    return chercher(clients.set_index(c.CODE_CLIENT)[champ], codes).astype("str").fillna("")


def noms_des_clients(lignes: pd.DataFrame, clients: pd.DataFrame) -> pd.Series:
    """La raison sociale de chaque ligne : celle de la fiche, sinon de la ligne, sinon d'une autre ligne du même client."""
    de_la_fiche = fiche(lignes[c.CODE_CLIENT], clients, c.RAISON_SOCIALE)
    noms = de_la_fiche.where(de_la_fiche != "", lignes[c.RAISON_SOCIALE])
    dits = lignes.loc[lignes[c.RAISON_SOCIALE] != "", [c.CODE_CLIENT, c.RAISON_SOCIALE]].drop_duplicates()
    ailleurs = dits.sort_values(c.RAISON_SOCIALE).drop_duplicates(c.CODE_CLIENT).set_index(c.CODE_CLIENT)[c.RAISON_SOCIALE]
    return noms.where(noms != "", chercher(ailleurs, lignes[c.CODE_CLIENT]).astype("str").fillna("")).astype("str")


def types_des_clients(codes: pd.Series, clients: pd.DataFrame, criteres: Criteres) -> pd.Series:
    """Professionnel, Public, Particulier, ou vide : la fiche, sinon le critère « Type de client par défaut »."""
    types = fiche(codes, clients, c.TYPE_CLIENT)
    return types.where(types != "", criteres.type_client_defaut.value if criteres.type_client_defaut else "")


def plans_des_clients(codes: pd.Series, clients: pd.DataFrame, plans: Plans) -> pd.Series:
    """Le plan de relance de chaque client ; « Standard » si sa fiche n'en nomme pas, ou un que le dossier n'a pas."""
    demandes = fiche(codes, clients, c.PLAN_RELANCE)
    connus = {nom: plans.nomme(nom) or plans.standard.plan for nom in demandes.unique()}
    return demandes.map(connus).astype("str")
