"""« Alerte » : en quelques mots, ce que l'utilisateur doit regarder avant d'approuver une relance."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.chiffrer.alertes_du_client import alertes_du_client
from relances_xl.decision.chiffrer.penalites import CHARGEABLES
from relances_xl.decision.chiffrer.sortie import ENVOI_EMAIL, au_niveau, recommandees
from relances_xl.decision.juger.suivi import JAMAIS
from relances_xl.decision.lignes import COMPTE, FichesTrouvees
from relances_xl.decision.par_groupe import Masque, designer, grouper, lire, parmi
from relances_xl.decision.phrases import RIEN, Phrases
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


def alertes(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> list[str]:
    """ALERTE de chaque relance, phrases jointes par « · ».

    relances : avec TYPE_RETENU, ENVOI_VOULU, SORTIE_DEMANDEE, SORTIE, NET, SEMESTRES_MANQUANTS, SOUS_PLANCHER…
    """
    criteres, plans = parametres.criteres, parametres.plans
    fiches = FichesTrouvees(relances[c.CODE_CLIENT], clients)
    inconnus = fiches.places < 0
    demandee, sortie = relances[c.SORTIE_DEMANDEE].to_numpy(), relances[c.SORTIE].to_numpy()
    manquants = relances[c.SEMESTRES_MANQUANTS].tolist()
    textes = [
        *_des_lignes(relances, lignes),
        _niveaux_meles(relances, lignes),
        _rien_au_niveau(relances),
        _niveaux_sautes(relances, lignes),
        *alertes_du_client(relances, lignes, clients, criteres),
        phrases.si(inconnus & bool(criteres.fichier_clients and len(clients)), "client absent du fichier clients"),
        phrases.si(~inconnus & ~fiches.adresses() & (sortie != Sortie.EMAIL.value), "adresse manquante"),
        phrases.si(_sans_email(relances), "pas d'adresse électronique : lettre en PDF"),
        phrases.si((demandee == Sortie.EMAIL.value) & recommandees(relances, plans), "niveau prévu en recommandé, demandé par Email"),
        _prescription(relances, lignes, pd.Timestamp(criteres.date_reference)),
        phrases.si(_frais_sans_type(relances, plans), "type de client inconnu : ni pénalités ni indemnité"),
        relances[c.SOUS_PLANCHER].tolist(),
        [phrases.si_present("taux BCE absent de l'onglet « Taux » pour ", noms, " : pénalités non calculées") for noms in manquants],
        _credits_non_deduits(relances, lignes) if criteres.regroupement is Regroupement.FACTURE else RIEN,
        phrases.si(_net_inhabituel(relances), f"montant inhabituel : plus de {FOIS_LA_MEDIANE} fois la médiane de la liste"),
    ]
    return phrases.joindre(len(relances), textes)


def _des_lignes(relances: pd.DataFrame, lignes: pd.DataFrame) -> list[Phrases]:
    """Ce que portent les lignes de la lettre, chaque phrase une fois : de l'export, puis de la décision."""
    relance, dite = lignes[c.RELANCE].to_numpy(), lignes[c.ALERTE_LIGNE].to_numpy()
    portee, promesse, avant = relance != "", lignes[c.PROMESSE_NON_TENUE].to_numpy(), lignes[c.ECHEANCE_JOURNAL].to_numpy()
    parlent, promises = portee & (dite != ""), portee & ~np.isnat(promesse)
    rompues, changees = portee & lignes[c.ECHEANCIER_ROMPU].to_numpy(), portee & ~np.isnat(avant)
    apres = lignes[c.DATE_CLE].to_numpy()[changees]
    jours = zip(avant[changees] > apres, phrases.dates(avant[changees]), phrases.dates(apres), strict=True)
    return [
        _par_lettre(relances, relance[parlent], dite[parlent]),
        _par_lettre(relances, relance[promises], [f"promesse du {jour[:5]} non tenue" for jour in phrases.dates(promesse[promises])]),
        _par_lettre(relances, relance[rompues], ["échéancier rompu"] * int(rompues.sum())),
        _par_lettre(
            relances,
            relance[changees],
            [f"échéance {'avancée' if avancee else 'repoussée'} du {ancien} au {nouveau}" for avancee, ancien, nouveau in jours],
        ),
    ]


def _par_lettre(relances: pd.DataFrame, lettres: Iterable[str], dites: Iterable[str]) -> Phrases:
    """Les phrases des lignes de chaque lettre, chacune une fois."""
    couples = sorted(set(zip(lettres, dites, strict=True)))
    if not couples:
        return RIEN
    jointes = phrases.assembler([lettre for lettre, _ in couples], [dite for _, dite in couples], phrases.SEPARATEUR)
    return [jointes.get(relance, "") for relance in relances[c.RELANCE].tolist()]


def _niveaux_meles(relances: pd.DataFrame, lignes: pd.DataFrame) -> Phrases:
    """« niveaux mêlés : 214,92 € au niveau 3, 14 162,07 € au niveau 1 » ; le net de chacun, crédits de la lettre imputés."""
    jointe, relance = lignes[c.JOINTE].to_numpy(), lignes[c.RELANCE].to_numpy()
    if not jointe.any():
        return RIEN
    melees = np.flatnonzero(lignes[c.RELANCE].isin(relance[jointe]).to_numpy() & ~lignes[c.CREDIT].to_numpy())
    lettre, devise, niveau, net = (lignes[nom].to_numpy()[melees] for nom in (c.RELANCE, c.DEVISE, c.NIVEAU_PROPOSE, c.NET_PENALISABLE))
    niveaux = grouper(lettre, niveau)
    nets = phrases.montants(niveaux.somme(net), devise[niveaux.premieres])
    rangs = sorted(zip(lettre[niveaux.premieres], (-niveau[niveaux.premieres]).tolist(), nets, strict=True))
    enumeres = phrases.assembler([lettre for lettre, *_ in rangs], [f"{montant} au niveau {-oppose}" for _, oppose, montant in rangs], ", ")
    return [phrases.si_present("niveaux mêlés : ", enumeres.get(relance, "")) for relance in relances[c.RELANCE].tolist()]


def _rien_au_niveau(relances: pd.DataFrame) -> Phrases:
    """La lettre part à un niveau dont les crédits couvrent toutes les échéances : seules les jointes restent dues."""
    couvert = (relances[c.TOTAL_EXIGE].to_numpy() <= 0) & (relances[c.TOTAL_JOINT].to_numpy() > 0)
    if not couvert.any():
        return RIEN
    return phrases.si(couvert, [f"rien ne reste dû au niveau {niveau} : les crédits le couvrent" for niveau in relances[c.NIVEAU].tolist()])


def _niveaux_sautes(relances: pd.DataFrame, lignes: pd.DataFrame) -> Phrases:
    """« 2 pièces sans première relance », quand la lettre saute des niveaux ; une phrase par niveau manquant."""
    relance, manquant = lignes[c.RELANCE].to_numpy(), lignes[c.DERNIER_NIVEAU].to_numpy() + 1
    sautees = (relance != "") & (lignes[c.NIVEAU_PROPOSE].to_numpy() > manquant)
    if not sautees.any():
        return RIEN
    pieces = set(zip(relance[sautees].tolist(), manquant[sautees].tolist(), lignes[c.PIECE].to_numpy()[sautees].tolist(), strict=True))
    nombres = sorted(Counter((lettre, niveau) for lettre, niveau, _ in pieces).items())
    textes = [f"{phrases.pluriel(nombre, 'pièce')} sans {ordinal(niveau)} relance" for (_, niveau), nombre in nombres]
    dits = phrases.assembler([lettre for (lettre, _), _ in nombres], textes, ", ")
    return [dits.get(relance, "") for relance in relances[c.RELANCE].tolist()]


def ordinal(numero: int) -> str:
    """« première », « deuxième »… « 10e »."""
    return _ORDINAUX[numero] if numero < len(_ORDINAUX) else f"{numero}e"


def _sans_email(relances: pd.DataFrame) -> Masque:
    demandee = relances[c.SORTIE_DEMANDEE].to_numpy()
    selon_le_client = (demandee == Sortie.SELON_CLIENT.value) & (relances[c.ENVOI_VOULU].to_numpy() == ENVOI_EMAIL)
    sans: Masque = ((demandee == Sortie.EMAIL.value) | selon_le_client) & (relances[c.EMAIL].to_numpy() == "")
    return sans


def _prescription(relances: pd.DataFrame, lignes: pd.DataFrame, reference: pd.Timestamp) -> Phrases:
    portees = np.flatnonzero(lignes[c.RELANCE].to_numpy() != "")
    places, lettres = designer([relances[c.RELANCE].to_numpy()], [lignes[c.RELANCE].to_numpy()[portees]])
    premieres = lire(lettres.premiere(lignes[c.PRESCRIPTION].to_numpy()[portees]), places, JAMAIS)
    proche = (reference + pd.DateOffset(months=MOIS_AVANT_PRESCRIPTION)).to_datetime64()
    bientot = (premieres <= proche) & (relances[c.NIVEAU].to_numpy() != PREVENANCE)
    if not bientot.any():
        return RIEN
    acquise = (premieres <= reference.to_datetime64()).tolist()
    return [
        ("prescription peut-être acquise depuis le " if depuis else "prescription indicative le ") + jour if jour else ""
        for depuis, jour in zip(acquise, phrases.dates(np.where(bientot, premieres, JAMAIS)), strict=True)
    ]


def _frais_sans_type(relances: pd.DataFrame, plans: Plans) -> Masque:
    connus = parmi(relances[c.TYPE_RETENU].to_numpy(), [*CHARGEABLES, TypeClient.PARTICULIER.value])
    a_frais = {(n.plan, numero) for n in plans for numero in n.avec_penalites | n.avec_indemnite}
    return ~connus & au_niveau(relances[c.PLAN].to_numpy(), relances[c.NIVEAU].to_numpy(), a_frais)


def _credits_non_deduits(relances: pd.DataFrame, lignes: pd.DataFrame) -> Phrases:
    """Regroupement par facture : ce que les crédits du client ne déduisent d'aucune lettre."""
    laisses = np.flatnonzero(lignes[c.MOTIF].to_numpy() == Motif.CREDITEUR.value)
    places, comptes = designer([relances[nom].to_numpy() for nom in COMPTE], [lignes[nom].to_numpy()[laisses] for nom in COMPTE])
    montants = lire(comptes.somme(-lignes[c.RESTE_DU].to_numpy()[laisses]), places, 0)
    ecrits = phrases.montants(montants, relances[c.DEVISE].to_numpy())
    return [f"crédits non déduits : {ecrit}" if montant > 0 else "" for montant, ecrit in zip(montants, ecrits, strict=True)]


def _net_inhabituel(relances: pd.DataFrame) -> Masque:
    nets, devises = relances[c.NET].to_numpy(), relances[c.DEVISE].to_numpy()
    hors_norme = np.zeros(len(nets), dtype=bool)
    for devise in set(devises):
        siens = devises == devise
        if siens.sum() >= RELANCES_POUR_UNE_MEDIANE:
            hors_norme |= siens & (nets > FOIS_LA_MEDIANE * np.median(nets[siens]))
    return hors_norme
