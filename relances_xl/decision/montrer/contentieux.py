"""L'onglet « Contentieux » : les clients que les relances n'ont pas fait payer (contrat §6)."""

import numpy as np
import pandas as pd

from relances_xl.decision.chiffrer.penalites import frais
from relances_xl.decision.decider import Decision
from relances_xl.decision.juger.credits import imputer
from relances_xl.decision.juger.niveau_propose import SANS_DATE, delais, plus_hauts
from relances_xl.decision.lignes import COMPTE, FichesTrouvees, jours_depuis, ou, par_compte, textes, types_des_clients
from relances_xl.decision.montrer.a_appeler import en_souffrance
from relances_xl.decision.par_groupe import designer
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.parametres import Parametres

_LUES = [
    c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.PIECE, c.REFERENCE, c.DATE_PIECE, c.DATE_ECHEANCE, c.RESTE_DU, c.CREDIT, c.SANS_FRAIS,
    c.PLAN, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE, c.PRESCRIPTION,
]  # fmt: skip
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
    lignes = decision.lignes
    attente = jours_depuis(lignes[c.DERNIERE_RELANCE].to_numpy(), criteres.date_reference, sans_date=SANS_DATE)
    plus_haut = plus_hauts(lignes, plans)
    faites = (lignes[c.DERNIER_NIVEAU].to_numpy() >= plus_haut) & (attente >= delais(lignes, plus_haut, plans))
    echues = np.flatnonzero(en_souffrance(lignes) & faites)
    credits = np.flatnonzero(lignes[c.CREDIT].to_numpy() & (lignes[c.MOTIF].to_numpy() == Motif.CREDITEUR.value))
    comptes = [lignes[nom].to_numpy() for nom in COMPTE]
    deduits, _ = designer([compte[credits] for compte in comptes], [compte[echues] for compte in comptes])
    dossier = lignes[_LUES].take(np.concatenate([echues, credits[deduits >= 0]]))
    dossier = dossier.assign(**{c.RELANCE: dossier[c.CODE_CLIENT] + "\t" + dossier[c.DEVISE], c.NIVEAU_PROPOSE: dossier[c.DERNIER_NIVEAU]})
    dossier[c.NET_PENALISABLE] = imputer(dossier)
    couts = frais(dossier, types_des_clients(dossier[c.CODE_CLIENT], clients, criteres), criteres, plans, parametres.taux)
    return _totaliser(dossier.assign(**{c.PENALITES: couts.penalites, c.INDEMNITE: couts.indemnites})[: len(echues)], clients, criteres)


def _totaliser(echeances: pd.DataFrame, clients: pd.DataFrame, criteres: Criteres) -> pd.DataFrame:
    comptes = par_compte(echeances)
    codes, devises, noms = (echeances[nom].to_numpy()[comptes.premieres] for nom in (c.CODE_CLIENT, c.DEVISE, c.RAISON_SOCIALE))
    retards, penalites = comptes.somme(echeances[c.RESTE_DU].to_numpy()), echeances[c.PENALITES]
    dues = comptes.somme(penalites.to_numpy(np.int64, na_value=0))
    inconnues = comptes.somme(penalites.isna().to_numpy()) > 0
    derniere = comptes.derniere(echeances[c.DERNIERE_RELANCE].to_numpy())
    table = pd.DataFrame(
        {
            c.CODE_CLIENT: textes(codes),
            c.RAISON_SOCIALE: textes(ou(FichesTrouvees(codes, clients)[c.RAISON_SOCIALE], noms)),
            c.DEVISE: textes(devises),
            c.NB_ECHEANCES: comptes.nombres,
            c.RETARD: retards,
            c.PENALITES: pd.arrays.IntegerArray(dues, inconnues),
            c.INDEMNITE: comptes.somme(echeances[c.INDEMNITE].to_numpy()),
            c.DERNIERE_RELANCE: derniere,
            c.JOURS_DEPUIS: pd.arrays.IntegerArray(jours_depuis(derniere, criteres.date_reference, sans_date=0), np.isnat(derniere)),
            c.PRESCRIPTION: comptes.premiere(echeances[c.PRESCRIPTION].to_numpy()),
        }
    )
    cles = list(zip((-retards).tolist(), codes, devises, strict=True))
    return table.take(sorted(range(len(cles)), key=cles.__getitem__)).reset_index(drop=True)
