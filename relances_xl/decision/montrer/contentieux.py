"""L'onglet « Contentieux » : les clients que les relances n'ont pas fait payer (contrat §6)."""

import pandas as pd

from relances_xl.decision.chiffrer.penalites import frais
from relances_xl.decision.decider import Decision
from relances_xl.decision.juger.credits import imputer
from relances_xl.decision.juger.niveau_propose import delais, plus_hauts
from relances_xl.decision.lignes import COMPTE, fiche, types_des_clients
from relances_xl.decision.montrer.a_appeler import en_souffrance
from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.parametres import Parametres

COLONNES = [
    c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.NB_ECHEANCES, c.RETARD, c.PENALITES, c.INDEMNITE, c.DERNIERE_RELANCE,
    c.JOURS_DEPUIS, c.PRESCRIPTION,
]  # fmt: skip


def contentieux(decision: Decision, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """COLONNES, une ligne par client et devise dont des échéances ont fait leur dernier niveau, délai écoulé.

    Le délai est celui du dernier niveau, compté depuis sa relance. Pénalités et indemnité au niveau fait, crédits du client
    imputés ; pénalités NA si un taux manque. Montants en unités minimales, les plus gros retards d'abord.
    """
    criteres, plans = parametres.criteres, parametres.plans
    reference = pd.Timestamp(criteres.date_reference)
    lignes = decision.lignes
    attente = (reference - lignes[c.DERNIERE_RELANCE]).dt.days
    plus_haut = plus_hauts(lignes, plans)
    faites = lignes[c.DERNIER_NIVEAU] >= plus_haut
    echues = lignes.index.isin(en_souffrance(lignes).index) & faites & ~(attente < delais(lignes, plus_haut, plans))
    if not echues.any():
        return _totaliser(lignes.iloc[:0].assign(**{c.JOURS_DEPUIS: attente.iloc[:0]}), clients)
    comptes = pd.MultiIndex.from_frame(lignes.loc[echues, COMPTE].drop_duplicates())
    credits_ = lignes[c.CREDIT] & (lignes[c.MOTIF] == Motif.CREDITEUR.value) & pd.MultiIndex.from_frame(lignes[COMPTE]).isin(comptes)
    dossier = lignes[echues | credits_]
    dossier = dossier.assign(
        **{c.RELANCE: dossier[c.CODE_CLIENT] + "\t" + dossier[c.DEVISE], c.NIVEAU_PROPOSE: dossier[c.DERNIER_NIVEAU]}
    )  # fmt: skip
    dossier = dossier.assign(**{c.NET_PENALISABLE: imputer(dossier), c.JOURS_DEPUIS: attente.loc[dossier.index]})
    couts = frais(dossier, types_des_clients(dossier[c.CODE_CLIENT], clients, criteres), criteres, plans, parametres.taux)
    dossier = dossier.assign(**{c.PENALITES: couts.penalites, c.INDEMNITE: couts.indemnites})
    return _totaliser(dossier[~dossier[c.CREDIT]], clients)


def _totaliser(dossier: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    table = dossier.groupby(COMPTE, as_index=False).agg(
        **{
            c.RAISON_SOCIALE: (c.RAISON_SOCIALE, "first"),
            c.NB_ECHEANCES: (c.RESTE_DU, "size"),
            c.RETARD: (c.RESTE_DU, "sum"),
            c.INDEMNITE: (c.INDEMNITE, "sum"),
            c.DERNIERE_RELANCE: (c.DERNIERE_RELANCE, "max"),
            c.JOURS_DEPUIS: (c.JOURS_DEPUIS, "min"),
            c.PRESCRIPTION: (c.PRESCRIPTION, "min"),
            c.PENALITES: (c.PENALITES, lambda penalites: penalites.sum(skipna=False)),
        }
    )
    nom = fiche(table[c.CODE_CLIENT], clients, c.RAISON_SOCIALE)
    table[c.RAISON_SOCIALE] = nom.where(nom != "", table[c.RAISON_SOCIALE]).astype("str")
    table = table.astype(
        {c.PENALITES: "Int64", c.JOURS_DEPUIS: "Int64", c.DERNIERE_RELANCE: "datetime64[s]", c.PRESCRIPTION: "datetime64[s]"}
    )
    return table.sort_values([c.RETARD, c.CODE_CLIENT], ascending=[False, True], kind="stable")[COLONNES].reset_index(drop=True)
