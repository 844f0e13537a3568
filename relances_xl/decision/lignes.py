"""Les lignes de l'export, prêtes à être décidées : crédit ou échéance, retard, prescription ; et leurs fiches clients."""

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, TypeClient

COMPTE = [c.CODE_CLIENT, c.DEVISE]
"""Un compte : un client dans une devise."""

ANNEES_DE_PRESCRIPTION = {TypeClient.PROFESSIONNEL.value: 5, TypeClient.PUBLIC.value: 4}
"""C. civ. 2224 ; loi du 31/12/1968 pour les personnes publiques. Les autres : 2 ans (C. conso. L218-2)."""
ANNEES_A_DEFAUT = 2


def preparer(lignes: pd.DataFrame, clients: pd.DataFrame, criteres: Criteres) -> pd.DataFrame:
    """Les lignes, numérotées de 0, avec CREDIT, JOURS_RETARD, PRESCRIPTION et les colonnes de décision encore neutres."""
    lignes = lignes.reset_index(drop=True)
    lisible = lignes[c.CAUSE] == ""
    credit = lisible & (lignes[c.RESTE_DU] < 0)
    ecoules = (pd.Timestamp(criteres.date_reference) - lignes[c.DATE_ECHEANCE]).dt.days
    return lignes.assign(
        **{
            c.MOTIF: pd.Series("", lignes.index, dtype="str"),
            c.CREDIT: credit,
            c.JOURS_RETARD: ecoules.where(lisible & ~credit, 0).clip(lower=0).astype("int64"),
            c.NIVEAU_PROPOSE: 0,
            c.RELANCE: pd.Series("", lignes.index, dtype="str"),
            c.AUTRE: False,
            c.PRESCRIPTION: prescriptions(lignes, clients, criteres).where(lisible & ~credit),
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
    index = pd.Index(cles[0]) if len(cles) == 1 else pd.MultiIndex.from_arrays(list(cles))
    return table.reindex(index, fill_value=defaut).set_axis(cles[0].index)


def fiche(codes: pd.Series, clients: pd.DataFrame, champ: str) -> pd.Series:
    """Le champ texte de la fiche de chaque client ; vide pour un client absent du fichier."""
    return chercher(clients.set_index(c.CODE_CLIENT)[champ], codes).astype("str").fillna("")


def types_des_clients(codes: pd.Series, clients: pd.DataFrame, criteres: Criteres) -> pd.Series:
    """Professionnel, Public, Particulier, ou vide : la fiche, sinon le critère « Type de client par défaut »."""
    types = fiche(codes, clients, c.TYPE_CLIENT)
    return types.where(types != "", criteres.type_client_defaut.value if criteres.type_client_defaut else "")


def prescriptions(lignes: pd.DataFrame, clients: pd.DataFrame, criteres: Criteres) -> pd.Series:
    """Date prudente de prescription, depuis la plus ancienne de la pièce et de l'échéance (contrat §6, « Prescription »)."""
    types = types_des_clients(lignes[c.CODE_CLIENT], clients, criteres)
    depart = lignes[[c.DATE_PIECE, c.DATE_ECHEANCE]].min(axis=1)
    resultat = depart + pd.DateOffset(years=ANNEES_A_DEFAUT)
    for type_client, annees in ANNEES_DE_PRESCRIPTION.items():
        resultat = resultat.mask(types == type_client, depart + pd.DateOffset(years=annees))
    return resultat
