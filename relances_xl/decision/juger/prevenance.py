"""Les prévenances : prévenir, avant l'échéance, qui n'a pas de relance dans la même liste (contrat §2, niveau 0)."""

import pandas as pd

from relances_xl.decision.lignes import numero_de_compte
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, Regroupement
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.niveaux import PREVENANCE, Plans


def prevenir(lignes: pd.DataFrame, criteres: Criteres, plans: Plans) -> pd.DataFrame:
    """Les échéances qui approchent reçoivent RELANCE et perdent leur motif ; leur NIVEAU_PROPOSE reste 0.

    Une échéance n'est prévenue qu'une fois, et jamais après une relance. En manuel, les prévenances ne se font que si c'est
    le niveau 0 qui est demandé.
    """
    if not any(niveaux.prevenance for niveaux in plans) or not (criteres.automatique or criteres.niveau == PREVENANCE):
        return lignes
    distances = lignes[c.PLAN].map({n.plan: n.prevenance.delai for n in plans if n.prevenance})
    ecoules = (pd.Timestamp(criteres.date_reference) - lignes[c.DATE_ECHEANCE]).dt.days
    relances = lignes.loc[lignes[c.RELANCE] != "", c.CODE_CLIENT].unique()
    approche = (
        (lignes[c.MOTIF] == Motif.NON_ECHUE.value) & ~lignes[c.CREDIT] & ~lignes[c.PREVENUE] & (lignes[c.DERNIER_NIVEAU] == 0)
        & (ecoules >= distances) & ~lignes[c.CODE_CLIENT].isin(relances)
    )  # fmt: skip
    if criteres.ignorer_avant:
        approche &= lignes[c.DATE_ECHEANCE] >= pd.Timestamp(criteres.ignorer_avant)
    prevenues = lignes[approche]
    cles = [numero_de_compte(prevenues)] + ([prevenues[c.PIECE]] if criteres.regroupement is Regroupement.FACTURE else [])
    numeros = "P" + prevenues.groupby(cles, sort=False).ngroup().astype("str")
    return lignes.assign(
        **{
            c.MOTIF: lignes[c.MOTIF].mask(approche, ""),
            c.EXPLICATION: lignes[c.EXPLICATION].mask(approche, ""),
            c.RELANCE: lignes[c.RELANCE].mask(approche, numeros.reindex(lignes.index, fill_value="")).astype("str"),
        }
    )
