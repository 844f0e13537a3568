"""Motifs d'exclusion §4.1, de SOLDEE à AVANT_PERIODE, dans l'ordre du contrat : le premier qui s'applique l'emporte."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.juger.suivi import litiges, promesses
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
    touche = regle.touche & libres(lignes)
    if not touche.any():
        return lignes
    return lignes.assign(
        **{
            c.MOTIF: lignes[c.MOTIF].mask(touche, regle.motif.value),
            c.EXPLICATION: lignes[c.EXPLICATION].mask(touche, regle.explication(lignes[touche])),
        }
    )


def exclure(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """Les lignes avec MOTIF et EXPLICATION pour tout ce que §4.1 écarte avant les niveaux."""
    for regle in regles(lignes, clients, parametres):
        lignes = ecarter(lignes, regle)
    return lignes


def regles(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> tuple[Regle, ...]:
    """Les motifs dans l'ordre du contrat. Un crédit n'est soumis ni à PROMESSE, ni à MODE_PAIEMENT, ni à AVANT_PERIODE (§4.2)."""
    criteres = parametres.criteres
    reference = pd.Timestamp(criteres.date_reference)
    au_jour = ecrire_date(criteres.date_reference)
    code, credit = lignes[c.CODE_CLIENT], lignes[c.CREDIT]
    promis = promesses(lignes, parametres.suivi)
    en_litige, litige = litiges(lignes, parametres.suivi, reference)
    depuis = criteres.echeances_depuis
    avant = lignes[c.DATE_ECHEANCE] < pd.Timestamp(depuis) if depuis else pd.Series(False, lignes.index)
    return (
        Regle(Motif.SOLDEE, lignes[c.RESTE_DU] == 0, lambda _: "reste dû nul"),
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
            lambda _: "client marqué à exclure dans le fichier clients",
        ),
        Regle(
            Motif.PROCEDURE_COLLECTIVE,
            _clients_marques(code, clients, c.PROCEDURE_COLLECTIVE),
            lambda _: "client en procédure collective : la créance se déclare, elle ne se relance pas",
        ),
        Regle(Motif.LITIGE, en_litige, lambda touchees: litige.loc[touchees.index]),
        Regle(
            Motif.PROMESSE,
            ~credit & (promis >= reference),
            lambda touchees: "promesse jusqu'au " + phrases.dates(promis.loc[touchees.index]),
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
            ~credit & avant,
            lambda touchees: "échéance du " + phrases.dates(touchees[c.DATE_ECHEANCE]) + f", antérieure au {ecrire_date(depuis)}",
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
    if not criteres.modes_paiement:
        return pd.Series(True, lignes.index)
    return _parmi(lignes[c.MODE_PAIEMENT], criteres.modes_paiement)


def _explication_mode(lignes: pd.DataFrame) -> pd.Series:
    mode = lignes[c.MODE_PAIEMENT]
    return ("mode de paiement « " + mode + " » non demandé").where(mode != "", "mode de paiement non renseigné")


def _explication_non_echue(lignes: pd.DataFrame, au_jour: str) -> pd.Series:
    echeance = "échéance le " + phrases.dates(lignes[c.DATE_ECHEANCE]) + f", non échue au {au_jour}"
    credit = "crédit du " + phrases.dates(date_de_credit(lignes)) + f", postérieur au {au_jour}"
    return echeance.mask(lignes[c.CREDIT], credit)
