"""Motifs d'exclusion §4.1, de SOLDEE à AVANT_PERIODE, dans l'ordre du contrat : le premier qui s'applique l'emporte."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.juger.suivi import echeanciers, litiges, non_tenues, pauses, promesses
from relances_xl.decision.lignes import libres
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import Selection, normaliser

Explication = Callable[[pd.DataFrame], "pd.Series | str"]
"""Le pourquoi, en clair, des seules lignes qu'un motif vient de toucher."""


class Regle(NamedTuple):
    """Un motif, les lignes qu'il touche (bool), et comment le dire."""

    motif: Motif
    touche: pd.Series
    explication: Explication


def ecarter(lignes: pd.DataFrame, regle: Regle) -> pd.DataFrame:
    """Pose le motif et son explication sur les lignes touchées que rien n'écartait encore."""
    touche = regle.touche & libres(lignes) if regle.touche.any() else regle.touche  # presque aucune règle ne touche personne
    if not touche.any():
        return lignes
    return lignes.assign(
        **{
            c.MOTIF: lignes[c.MOTIF].mask(touche, regle.motif.value),
            c.EXPLICATION: lignes[c.EXPLICATION].mask(touche, regle.explication(lignes[touche])),
        }
    )


def exclure(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """Les lignes avec MOTIF et EXPLICATION pour tout ce que §4.1 écarte avant les niveaux, PROMESSE_NON_TENUE et ECHEANCIER_ROMPU.

    Un échéancier se juge sur ce que les motifs d'avant lui laissent : il vient à sa place, entre les deux.
    """
    reference = pd.Timestamp(parametres.criteres.date_reference)
    promis = promesses(lignes, parametres.suivi)
    for regle in _de_la_creance(lignes, clients, parametres, promis):
        lignes = ecarter(lignes, regle)
    tenues, rompues = echeanciers(lignes, parametres.suivi, reference)
    lignes = ecarter(lignes, Regle(Motif.ECHEANCIER, tenues, lambda _: "échéancier noté au Suivi, tenu jusqu'ici"))
    for regle in _de_la_liste(lignes, parametres):
        lignes = ecarter(lignes, regle)
    return lignes.assign(**{c.ECHEANCIER_ROMPU: rompues, c.PROMESSE_NON_TENUE: non_tenues(lignes, promis, reference)})


def _de_la_creance(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, promis: pd.Series) -> tuple[Regle, ...]:
    """De SOLDEE à PROMESSE. Un crédit n'est soumis ni à CEDEE, ni à PROMESSE (§4.2)."""
    criteres = parametres.criteres
    reference = pd.Timestamp(criteres.date_reference)
    code, credit = lignes[c.CODE_CLIENT], lignes[c.CREDIT]
    en_litige, litige = litiges(lignes, parametres.suivi, reference)
    return (
        Regle(Motif.SOLDEE, lignes[c.RESTE_DU] == 0, lambda _: "reste dû nul"),
        Regle(
            Motif.NON_COMPTABILISEE,
            lignes[c.NON_COMPTABILISEE],
            lambda touchees: "pièce non comptabilisée" + phrases.si_present(" : ", touchees[c.STATUT]),
        ),
        Regle(
            Motif.COMPTOIR,
            _parmi(lignes[c.MODULE], criteres.modules_exclus),
            lambda touchees: "module « " + touchees[c.MODULE] + " » exclu",
        ),
        Regle(
            Motif.EXCLUE,
            lignes[c.EXCLURE],
            lambda touchees: "pièce marquée à exclure des relances" + phrases.si_present(" : ", touchees[c.MOTIF_EXCLURE]),
        ),
        Regle(
            Motif.CLIENT_EXCLU,
            _clients_marques(code, clients, c.EXCLURE),
            lambda _: "client marqué à exclure (fichier clients ou onglet « Clients »)",
        ),
        Regle(
            Motif.PROCEDURE_COLLECTIVE,
            _clients_marques(code, clients, c.PROCEDURE_COLLECTIVE),
            lambda _: "client en procédure collective : la créance se déclare, elle ne se relance pas",
        ),
        Regle(Motif.CEDEE, ~credit & lignes[c.CEDEE], lambda _: "créance cédée à un factor : c'est à lui qu'elle est due"),
        Regle(Motif.RETENUE_GARANTIE, lignes[c.RETENUE_GARANTIE], lambda _: "retenue de garantie (compte 4117)"),
        Regle(Motif.LITIGE, en_litige, lambda touchees: litige.loc[touchees.index]),
        Regle(
            Motif.PROMESSE,
            ~credit & (promis >= reference),
            lambda touchees: "promesse jusqu'au " + phrases.dates(promis.loc[touchees.index]),
        ),
    )


def _de_la_liste(lignes: pd.DataFrame, parametres: Parametres) -> tuple[Regle, ...]:
    """De PAUSE à AVANT_PERIODE. Un crédit n'est soumis ni à PAUSE, ni à MODE_PAIEMENT, ni à AVANT_PERIODE (§4.2)."""
    criteres = parametres.criteres
    reference = pd.Timestamp(criteres.date_reference)
    au_jour = ecrire_date(criteres.date_reference)
    code, credit = lignes[c.CODE_CLIENT], lignes[c.CREDIT]
    pause = pauses(lignes, parametres.suivi)
    avant = criteres.ignorer_avant
    ignorees = lignes[c.DATE_ECHEANCE] < pd.Timestamp(avant) if avant else pd.Series(False, lignes.index)
    return (
        Regle(
            Motif.PAUSE,
            ~credit & (pause >= reference),
            lambda touchees: "pause notée au Suivi jusqu'au " + phrases.dates(pause.loc[touchees.index]),
        ),
        Regle(
            Motif.CLIENT_NON_SELECTIONNE,
            ~selectionnes(code, parametres),
            lambda _: "client hors de la sélection (« Codes clients », onglet « Clients »)",
        ),
        Regle(Motif.MODE_PAIEMENT, ~credit & ~_modes_demandes(lignes, criteres), _explication_mode),
        Regle(
            Motif.NON_ECHUE,
            (~credit & (lignes[c.DATE_ECHEANCE] >= reference)) | (credit & (date_de_credit(lignes) > reference)),
            lambda touchees: _explication_non_echue(touchees, au_jour),
        ),
        Regle(
            Motif.AVANT_PERIODE,
            ~credit & ignorees,
            lambda touchees: "échéance du " + phrases.dates(touchees[c.DATE_ECHEANCE]) + f", antérieure au {ecrire_date(avant)}",
        ),
    )


def selectionnes(codes: pd.Series, parametres: Parametres) -> pd.Series:
    """Les clients demandés : « Codes clients » et cochés de l'onglet « Clients » ; ni l'un ni l'autre : tous."""
    selection = Selection(parametres.criteres.codes_clients)
    coches = {normaliser(code) for code in parametres.clients_coches}
    if not selection and not coches:
        return pd.Series(True, codes.index)
    return codes.isin([code for code in codes.unique() if normaliser(code) in coches or selection.contient(code)])


def _parmi(serie: pd.Series, libelles: Iterable[str]) -> pd.Series:
    """Les valeurs qui sont l'un des libellés, sans casse ni accents ; une valeur vide n'en est aucun."""
    cles = {cle(libelle) for libelle in libelles} - {""}
    return serie.isin([valeur for valeur in serie.unique() if cle(valeur) in cles])


def _clients_marques(codes: pd.Series, clients: pd.DataFrame, champ: str) -> pd.Series:
    return codes.isin(clients.loc[clients[champ].astype(bool), c.CODE_CLIENT])


def _modes_demandes(lignes: pd.DataFrame, criteres: Criteres) -> pd.Series:
    modes = lignes[c.MODE_PAIEMENT]
    return modes.isin([mode for mode in modes.unique() if criteres.modes_paiement.retient(mode)])


def _explication_mode(lignes: pd.DataFrame) -> pd.Series:
    mode = lignes[c.MODE_PAIEMENT]
    return ("mode de paiement « " + mode + " » non demandé").where(mode != "", "mode de paiement non renseigné")


def _explication_non_echue(lignes: pd.DataFrame, au_jour: str) -> pd.Series:
    echeance = "échéance le " + phrases.dates(lignes[c.DATE_ECHEANCE]) + f", non échue au {au_jour}"
    credit = "crédit du " + phrases.dates(date_de_credit(lignes)) + f", postérieur au {au_jour}"
    return echeance.mask(lignes[c.CREDIT], credit)
