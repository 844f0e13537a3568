"""La date indicative de prescription d'une échéance (contrat §6, « Prescription » ; droit : docs/droit.md)."""

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient

ANNEES_PROFESSIONNEL = 5  # C. com. L110-4, C. civ. 2224
ANNEES_PAR_DEFAUT = 2  # C. conso. L218-2 : la plus courte, pour un particulier ou un client sans type
ANNEES_PUBLIC = 4  # loi 68-1250, art. 1 : « quatre ans à partir du premier jour de l'année suivante »


def prescriptions(lignes: pd.DataFrame, types: pd.Series) -> pd.Series:
    """La date de chaque ligne, depuis la plus ancienne de la pièce et de l'échéance ; NaT pour un crédit ou une anomalie.

    Un client public : le 31 décembre de la quatrième année suivante, compté à nouveau depuis la dernière relance du journal
    (art. 2 : une réclamation écrite interrompt), si elle a été faite à temps.
    """
    depart = lignes[[c.DATE_PIECE, c.DATE_ECHEANCE]].min(axis=1)
    date = (depart + pd.DateOffset(years=ANNEES_PAR_DEFAUT)).mask(
        types == TypeClient.PROFESSIONNEL.value, depart + pd.DateOffset(years=ANNEES_PROFESSIONNEL)
    )
    public = types == TypeClient.PUBLIC.value
    if public.any():
        date = date.mask(public, _publique(depart, lignes[c.ECRITE_LE]))
    return date.where((lignes[c.CAUSE] == "") & ~lignes[c.CREDIT]).astype("datetime64[s]")


def _publique(depart: pd.Series, ecrite_le: pd.Series) -> pd.Series:
    fin = _trente_et_un_decembre(depart)
    ecrite = ecrite_le.where(ecrite_le <= fin)
    return fin.mask(ecrite.notna(), pd.concat([fin, _trente_et_un_decembre(ecrite)], axis=1).max(axis=1))


def _trente_et_un_decembre(jours: pd.Series) -> pd.Series:
    """Le 31 décembre de la quatrième année qui suit."""
    return jours + pd.offsets.YearEnd(0) + pd.DateOffset(years=ANNEES_PUBLIC)
