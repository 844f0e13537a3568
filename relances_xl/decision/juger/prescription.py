"""La date indicative de prescription d'une échéance (contrat §6, « Prescription » ; droit : docs/droit.md)."""

import numpy as np
import pandas as pd

from relances_xl.decision.par_groupe import Valeurs
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient

ANNEES_PROFESSIONNEL = 5  # C. com. L110-4, C. civ. 2224
ANNEES_PAR_DEFAUT = 2  # C. conso. L218-2 : la plus courte, pour un particulier ou un client sans type
ANNEES_PUBLIC = 4  # loi 68-1250, art. 1 : « quatre ans à partir du premier jour de l'année suivante »


def prescriptions(lignes: pd.DataFrame, types: Valeurs) -> Valeurs:
    """La date de chaque ligne, depuis la plus ancienne de la pièce et de l'échéance ; NaT pour un crédit ou une anomalie.

    Un client public : le 31 décembre de la quatrième année suivante, compté à nouveau depuis la dernière relance du journal
    (art. 2 : une réclamation écrite interrompt), si elle a été faite à temps.
    """
    depart = np.fmin(lignes[c.DATE_PIECE].to_numpy(), lignes[c.DATE_ECHEANCE].to_numpy())
    annees = np.where(types == TypeClient.PROFESSIONNEL.value, ANNEES_PROFESSIONNEL, ANNEES_PAR_DEFAUT)
    date = _annees_apres(depart, annees)
    public = types == TypeClient.PUBLIC.value
    if public.any():
        date = np.where(public, _publique(depart, lignes[c.ECRITE_LE].to_numpy()), date)
    echeance = (lignes[c.CAUSE].to_numpy() == "") & ~lignes[c.CREDIT].to_numpy()
    return np.where(echeance, date, np.datetime64("NaT", "s"))


def _annees_apres(jours: Valeurs, annees: Valeurs) -> Valeurs:
    """Le même quantième, tant d'années après ; le 29 février devient le 28 d'une année ordinaire."""
    mois = jours.astype("datetime64[M]")
    suivant = mois + 12 * annees
    quantieme = (jours - mois).astype("timedelta64[D]")
    dernier = (suivant + 1).astype("datetime64[D]") - suivant.astype("datetime64[D]") - np.timedelta64(1, "D")
    jours_suivants: Valeurs = suivant.astype("datetime64[D]") + np.minimum(quantieme, dernier)
    return jours_suivants.astype("datetime64[s]")


def _publique(depart: Valeurs, ecrite_le: Valeurs) -> Valeurs:
    fin = _trente_et_un_decembre(depart)
    ecrite = np.where(ecrite_le <= fin, ecrite_le, np.datetime64("NaT"))
    return np.fmax(fin, _trente_et_un_decembre(ecrite))


def _trente_et_un_decembre(jours: Valeurs) -> Valeurs:
    """Le 31 décembre de la quatrième année qui suit."""
    return (jours.astype("datetime64[Y]") + ANNEES_PUBLIC + 1).astype("datetime64[s]") - np.timedelta64(1, "D")
