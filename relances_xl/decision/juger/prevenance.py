"""Les prévenances : prévenir, avant l'échéance, qui n'a pas de relance dans la même liste (contrat §2, niveau 0)."""

import numpy as np
import pandas as pd

from relances_xl.decision.lignes import COMPTE, jours_depuis, textes
from relances_xl.decision.par_groupe import grouper
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
    distances = lignes[c.PLAN].map({n.plan: n.prevenance.delai for n in plans if n.prevenance}).to_numpy(dtype=np.float64)
    echeance = lignes[c.DATE_ECHEANCE].to_numpy()
    ecoules = jours_depuis(echeance, criteres.date_reference, sans_date=0)
    relances = lignes[c.RELANCE].to_numpy().copy()
    approche = (
        (lignes[c.MOTIF].to_numpy() == Motif.NON_ECHUE.value) & ~lignes[c.CREDIT].to_numpy() & ~lignes[c.PREVENUE].to_numpy()
        & (lignes[c.DERNIER_NIVEAU].to_numpy() == 0) & (ecoules >= distances)
        & ~lignes[c.CODE_CLIENT].isin(lignes[c.CODE_CLIENT].to_numpy()[relances != ""]).to_numpy()
    )  # fmt: skip
    if criteres.ignorer_avant:
        approche &= echeance >= np.datetime64(criteres.ignorer_avant, "s")
    if not approche.any():
        return lignes
    cles = [*COMPTE, c.PIECE] if criteres.regroupement is Regroupement.FACTURE else COMPTE
    lettres = grouper(*(lignes[nom].to_numpy()[approche] for nom in cles))
    relances[approche] = [f"P{numero}" for numero in lettres.numeros.tolist()]
    return lignes.assign(
        **{
            c.MOTIF: lignes[c.MOTIF].mask(approche, ""),
            c.EXPLICATION: lignes[c.EXPLICATION].mask(approche, ""),
            c.RELANCE: textes(relances),
        }
    )
