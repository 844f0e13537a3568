"""« Alerte » : en quelques mots, ce que l'utilisateur doit regarder avant d'approuver une relance."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.chiffrer.alertes_du_client import alertes_du_client
from relances_xl.decision.chiffrer.penalites import CHARGEABLES
from relances_xl.decision.chiffrer.sortie import ENVOI_EMAIL, au_niveau, recommandees
from relances_xl.decision.lignes import COMPTE, chercher
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Regroupement, TypeClient
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.niveaux import PREVENANCE, Plans
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.statuts import Sortie

MOIS_AVANT_PRESCRIPTION = 6
FOIS_LA_MEDIANE = 20
RELANCES_POUR_UNE_MEDIANE = 10
"""Un net est inhabituel s'il dépasse 20 fois la médiane d'une liste d'au moins 10 relances de sa devise."""

_ORDINAUX = ("", "première", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième", "neuvième")


def alertes(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.Series:
    """ALERTE de chaque relance, phrases jointes par « · ».

    relances : avec TYPE_RETENU, ENVOI_VOULU, SORTIE_DEMANDEE, SORTIE, NET, SEMESTRES_MANQUANTS, SOUS_PLANCHER…
    """
    criteres = parametres.criteres
    inconnus = ~relances[c.CODE_CLIENT].isin(clients[c.CODE_CLIENT])
    par_email = relances[c.SORTIE_DEMANDEE] == Sortie.EMAIL.value
    textes = [
        *_des_lignes(relances, lignes),
        _niveaux_meles(relances, lignes),
        _niveaux_sautes(relances, lignes),
        *alertes_du_client(relances, lignes, clients, criteres),
        phrases.si(inconnus & bool(criteres.fichier_clients and len(clients)), "client absent du fichier clients"),
        phrases.si(~inconnus & _sans_adresse(relances, clients) & (relances[c.SORTIE] != Sortie.EMAIL.value), "adresse manquante"),
        phrases.si(_sans_email(relances), "pas d'adresse électronique : lettre en PDF"),
        phrases.si(par_email & recommandees(relances, parametres.plans), "niveau prévu en recommandé, demandé par Email"),
        _prescription(relances, lignes, pd.Timestamp(criteres.date_reference)),
        phrases.si(_frais_sans_type(relances, parametres.plans), "type de client inconnu : ni pénalités ni indemnité"),
        relances[c.SOUS_PLANCHER],
        phrases.si_present("taux BCE absent de l'onglet « Taux » pour ", relances[c.SEMESTRES_MANQUANTS], " : pénalités non calculées"),
        _credits_non_deduits(relances, lignes) if criteres.regroupement is Regroupement.FACTURE else phrases.si(inconnus & False, ""),
        _net_inhabituel(relances),
    ]
    return phrases.joindre(textes)


def _des_lignes(relances: pd.DataFrame, lignes: pd.DataFrame) -> list[pd.Series]:
    """Ce que portent les lignes de la lettre, chaque phrase une fois : de l'export, puis de la décision."""
    portees = lignes[lignes[c.RELANCE] != ""]
    jour = phrases.dates(portees[c.PROMESSE_NON_TENUE]).str[:5]
    avant, apres = portees[c.ECHEANCE_JOURNAL], portees[c.DATE_CLE]
    changees = portees[avant.notna()]
    changement = pd.Series("échéance repoussée du ", changees.index).mask(avant > apres, "échéance avancée du ")
    return [
        _par_lettre(relances, portees, portees[c.ALERTE_LIGNE]),
        _par_lettre(relances, portees, phrases.si_present("promesse du ", jour, " non tenue")),
        _par_lettre(relances, portees, phrases.si(portees[c.ECHEANCIER_ROMPU], "échéancier rompu")),
        _par_lettre(relances, changees, changement + phrases.dates(changees[c.ECHEANCE_JOURNAL]) + " au " + phrases.dates(changees[c.DATE_CLE])),
    ]  # fmt: skip


def _par_lettre(relances: pd.DataFrame, portees: pd.DataFrame, phrase: pd.Series) -> pd.Series:
    """Les phrases des lignes de chaque lettre, chacune une fois."""
    if not (phrase != "").any():
        return phrases.vides(relances)
    dites = pd.DataFrame({c.RELANCE: portees[c.RELANCE], "phrase": phrase})
    dites = dites[dites["phrase"] != ""].drop_duplicates().sort_values([c.RELANCE, "phrase"])
    jointes = dites.groupby(c.RELANCE)["phrase"].agg(phrases.SEPARATEUR.join)
    return chercher(jointes, relances[c.RELANCE]).astype("str").fillna("")


def _niveaux_meles(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """« niveaux mêlés : 214,92 € au niveau 3, 14 162,07 € au niveau 1 » ; le net de chacun, crédits de la lettre imputés."""
    if not lignes[c.JOINTE].any():
        return phrases.vides(relances)
    melees = relances.loc[relances[c.RELANCE].isin(lignes.loc[lignes[c.JOINTE], c.RELANCE]), c.RELANCE]
    echeances = lignes[lignes[c.RELANCE].isin(melees) & ~lignes[c.CREDIT]]
    nets = echeances.groupby([c.RELANCE, c.DEVISE, c.NIVEAU_PROPOSE])[c.NET_PENALISABLE].sum().reset_index()
    nets = nets.sort_values([c.RELANCE, c.NIVEAU_PROPOSE], ascending=[True, False])
    textes = phrases.montants(nets[c.NET_PENALISABLE], nets[c.DEVISE]) + " au niveau " + nets[c.NIVEAU_PROPOSE].astype("str")
    enumeres = textes.groupby(nets[c.RELANCE]).agg(", ".join)
    return phrases.si_present("niveaux mêlés : ", chercher(enumeres, relances[c.RELANCE]).astype("str").fillna(""))


def _niveaux_sautes(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """« 2 pièces sans première relance », quand la lettre saute des niveaux ; une phrase par niveau manquant."""
    sautees = lignes[(lignes[c.RELANCE] != "") & (lignes[c.NIVEAU_PROPOSE] > lignes[c.DERNIER_NIVEAU] + 1)]
    if sautees.empty:
        return phrases.vides(relances)
    manquant = sautees[c.DERNIER_NIVEAU] + 1
    nombres = sautees.groupby([sautees[c.RELANCE], manquant.rename(c.NIVEAU)])[c.PIECE].nunique().reset_index()
    ordinaux = {numero: ordinal(numero) for numero in nombres[c.NIVEAU].unique()}
    textes = phrases.pluriel(nombres[c.PIECE], "pièce") + " sans " + nombres[c.NIVEAU].map(ordinaux).astype("str") + " relance"
    return chercher(textes.groupby(nombres[c.RELANCE]).agg(", ".join), relances[c.RELANCE]).astype("str").fillna("")


def ordinal(numero: int) -> str:
    """« première », « deuxième »… « 10e »."""
    return _ORDINAUX[numero] if numero < len(_ORDINAUX) else f"{numero}e"


def _sans_adresse(relances: pd.DataFrame, clients: pd.DataFrame) -> pd.Series:
    rue = (clients[[c.ADRESSE1, c.ADRESSE2, c.ADRESSE3]] != "").any(axis=1)
    return ~relances[c.CODE_CLIENT].isin(clients.loc[rue & (clients[c.VILLE] != ""), c.CODE_CLIENT])


def _sans_email(relances: pd.DataFrame) -> pd.Series:
    demandee = relances[c.SORTIE_DEMANDEE]
    voulu = (demandee == Sortie.EMAIL.value) | ((demandee == Sortie.SELON_CLIENT.value) & (relances[c.ENVOI_VOULU] == ENVOI_EMAIL))
    return voulu & (relances[c.EMAIL] == "")


def _prescription(relances: pd.DataFrame, lignes: pd.DataFrame, reference: pd.Timestamp) -> pd.Series:
    premieres = chercher(lignes.groupby(c.RELANCE)[c.PRESCRIPTION].min(), relances[c.RELANCE])
    acquise = "prescription peut-être acquise depuis le " + phrases.dates(premieres)
    proche = "prescription indicative le " + phrases.dates(premieres)
    bientot = premieres <= reference + pd.DateOffset(months=MOIS_AVANT_PRESCRIPTION)
    return proche.mask(premieres <= reference, acquise).where(bientot & (relances[c.NIVEAU] != PREVENANCE), "")


def _frais_sans_type(relances: pd.DataFrame, plans: Plans) -> pd.Series:
    connus = [*CHARGEABLES, TypeClient.PARTICULIER.value]
    a_frais = {(n.plan, numero) for n in plans for numero in n.avec_penalites | n.avec_indemnite}
    return ~relances[c.TYPE_RETENU].isin(connus) & au_niveau(relances, relances[c.NIVEAU], a_frais)


def _credits_non_deduits(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """Regroupement par facture : ce que les crédits du client ne déduisent d'aucune lettre."""
    laisses = -lignes[lignes[c.MOTIF] == Motif.CREDITEUR.value].groupby(COMPTE)[c.RESTE_DU].sum()
    montants = chercher(laisses, *(relances[nom] for nom in COMPTE), defaut=0)
    return ("crédits non déduits : " + phrases.montants(montants, relances[c.DEVISE])).where(montants > 0, "")


def _net_inhabituel(relances: pd.DataFrame) -> pd.Series:
    par_devise = relances.groupby(c.DEVISE)[c.NET]
    mediane = par_devise.transform("median")
    hors_norme = (relances[c.NET] > FOIS_LA_MEDIANE * mediane) & (par_devise.transform("size") >= RELANCES_POUR_UNE_MEDIANE)
    return phrases.si(hors_norme, f"montant inhabituel : plus de {FOIS_LA_MEDIANE} fois la médiane de la liste")
