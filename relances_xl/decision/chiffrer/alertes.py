"""« Alerte » : en quelques mots, ce que l'utilisateur doit regarder avant d'approuver une relance."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.chiffrer.penalites import CHARGEABLES
from relances_xl.decision.chiffrer.sortie import ENVOI_EMAIL, recommandees
from relances_xl.decision.lignes import COMPTE, chercher
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement, TypeClient
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.niveaux import Niveaux
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.statuts import Sortie

MOIS_AVANT_PRESCRIPTION = 6
FOIS_LA_MEDIANE = 20
RELANCES_POUR_UNE_MEDIANE = 10
"""Un net est inhabituel s'il dépasse 20 fois la médiane d'une liste d'au moins 10 relances de sa devise."""


def alertes(
    relances: pd.DataFrame,
    lignes: pd.DataFrame,
    clients: pd.DataFrame,
    parametres: Parametres,
    *,
    types: pd.Series,
    demandees: pd.Series,
    envoi: pd.Series,
    plancher: pd.Series,
) -> pd.Series:
    """ALERTE de chaque relance, phrases jointes par « · ».

    relances : avec SORTIE, NET, SEMESTRES_MANQUANTS… ; types, demandees (sortie voulue), envoi, plancher : par relance.
    """
    criteres, niveaux = parametres.criteres, parametres.niveaux
    inconnus = ~relances[c.CODE_CLIENT].isin(clients[c.CODE_CLIENT])
    textes = [
        _si(inconnus & (len(clients) > 0), "client absent du fichier clients"),
        _si(~inconnus & _sans_adresse(relances, clients) & (relances[c.SORTIE] != Sortie.EMAIL.value), "adresse manquante"),
        _si(_sans_email(relances, demandees, envoi), "pas d'adresse électronique : lettre en PDF"),
        _si(
            (demandees == Sortie.EMAIL.value) & recommandees(relances, niveaux),
            "niveau prévu en recommandé, demandé par Email",
        ),
        _prescription(relances, lignes, pd.Timestamp(criteres.date_reference)),
        _si(_frais_sans_type(relances, types, niveaux), "type de client inconnu : ni pénalités ni indemnité"),
        plancher,
        phrases.si_present("taux BCE absent de l'onglet « Taux » pour ", relances[c.SEMESTRES_MANQUANTS], " : pénalités non calculées"),
        _credits_non_deduits(relances, lignes) if criteres.regroupement is Regroupement.FACTURE else _vide(relances),
        _des_lignes(relances, lignes),
        _net_inhabituel(relances),
    ]
    return phrases.joindre(textes)


def _vide(relances: pd.DataFrame) -> pd.Series:
    return pd.Series("", relances.index, dtype="str")


def _si(condition: pd.Series, texte: str) -> pd.Series:
    return pd.Series("", condition.index, dtype="str").mask(condition, texte)


def _sans_adresse(relances: pd.DataFrame, clients: pd.DataFrame) -> pd.Series:
    rue = (clients[[c.ADRESSE1, c.ADRESSE2, c.ADRESSE3]] != "").any(axis=1)
    return ~relances[c.CODE_CLIENT].isin(clients.loc[rue & (clients[c.VILLE] != ""), c.CODE_CLIENT])


def _sans_email(relances: pd.DataFrame, demandees: pd.Series, envoi: pd.Series) -> pd.Series:
    voulu = (demandees == Sortie.EMAIL.value) | ((demandees == Sortie.SELON_CLIENT.value) & (envoi == ENVOI_EMAIL))
    return voulu & (relances[c.EMAIL] == "")


def _prescription(relances: pd.DataFrame, lignes: pd.DataFrame, reference: pd.Timestamp) -> pd.Series:
    premieres = chercher(lignes.groupby(c.RELANCE)[c.PRESCRIPTION].min(), relances[c.RELANCE])
    acquise = "prescription peut-être acquise depuis le " + phrases.dates(premieres)
    proche = "prescription le " + phrases.dates(premieres)
    bientot = premieres <= reference + pd.DateOffset(months=MOIS_AVANT_PRESCRIPTION)
    return proche.mask(premieres <= reference, acquise).where(bientot, "")


def _frais_sans_type(relances: pd.DataFrame, types: pd.Series, niveaux: Niveaux) -> pd.Series:
    connus = [*CHARGEABLES, TypeClient.PARTICULIER.value]
    return ~types.isin(connus) & relances[c.NIVEAU].isin(niveaux.avec_penalites | niveaux.avec_indemnite)


def _credits_non_deduits(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """Regroupement par facture : ce que les crédits du client ne déduisent d'aucune lettre."""
    laisses = -lignes[lignes[c.MOTIF] == Motif.CREDITEUR.value].groupby(COMPTE)[c.RESTE_DU].sum()
    montants = chercher(laisses, *(relances[nom] for nom in COMPTE), defaut=0)
    return ("crédits non déduits : " + phrases.montants(montants, relances[c.DEVISE])).where(montants > 0, "")


def _des_lignes(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """Les alertes des lignes (à-nouveau…), chacune une fois par lettre."""
    portees = lignes.loc[(lignes[c.RELANCE] != "") & (lignes[c.ALERTE_LIGNE] != ""), [c.RELANCE, c.ALERTE_LIGNE]]
    portees = portees.drop_duplicates().sort_values([c.RELANCE, c.ALERTE_LIGNE])
    jointes = portees.groupby(c.RELANCE)[c.ALERTE_LIGNE].agg(phrases.SEPARATEUR.join)
    return chercher(jointes, relances[c.RELANCE]).astype("str").fillna("")


def _net_inhabituel(relances: pd.DataFrame) -> pd.Series:
    par_devise = relances.groupby(c.DEVISE)[c.NET]
    mediane = par_devise.transform("median")
    hors_norme = (relances[c.NET] > FOIS_LA_MEDIANE * mediane) & (par_devise.transform("size") >= RELANCES_POUR_UNE_MEDIANE)
    return _si(hors_norme, f"montant inhabituel : plus de {FOIS_LA_MEDIANE} fois la médiane de la liste")
