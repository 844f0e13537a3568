"""Motifs d'exclusion §4.1, de SOLDEE à AVANT_PERIODE, dans l'ordre du contrat : le premier qui s'applique l'emporte."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.juger.suivi import Explication, echeanciers, litiges, non_tenues, pauses, promesses
from relances_xl.decision.lignes import libres, textes
from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import Selection, normaliser


class Regle(NamedTuple):
    """Un motif, les lignes qu'il touche, et comment le dire."""

    motif: Motif
    touche: Masque
    explication: Explication


def ecarter(lignes: pd.DataFrame, regles: Iterable[Regle]) -> pd.DataFrame:
    """Pose le motif et l'explication de chaque règle sur les lignes qu'elle touche et que rien n'écartait encore."""
    restent, motifs, explications = libres(lignes), None, None
    for regle in regles:
        rangs = np.flatnonzero(regle.touche & restent)
        if not len(rangs):
            continue
        if motifs is None or explications is None:
            motifs, explications = (lignes[nom].to_numpy().copy() for nom in (c.MOTIF, c.EXPLICATION))
        motifs[rangs], explications[rangs], restent[rangs] = regle.motif.value, regle.explication(rangs), False
    if motifs is None or explications is None:
        return lignes
    return lignes.assign(**{c.MOTIF: textes(motifs), c.EXPLICATION: textes(explications)})


def exclure(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> pd.DataFrame:
    """Les lignes avec MOTIF et EXPLICATION pour tout ce que §4.1 écarte avant les niveaux, PROMESSE_NON_TENUE et ECHEANCIER_ROMPU.

    Un échéancier se juge sur ce que les motifs d'avant lui laissent : il vient à sa place, entre les deux.
    """
    reference = np.datetime64(parametres.criteres.date_reference, "s")
    promis = promesses(lignes, parametres.suivi)
    lignes = ecarter(lignes, _de_la_creance(lignes, clients, parametres, promis))
    tenues, rompues = echeanciers(lignes, parametres.suivi, reference)
    echeancier = Regle(Motif.ECHEANCIER, tenues, lambda _: "échéancier noté au Suivi, tenu jusqu'ici")
    lignes = ecarter(lignes, (echeancier, *_de_la_liste(lignes, parametres)))
    return lignes.assign(**{c.ECHEANCIER_ROMPU: rompues, c.PROMESSE_NON_TENUE: non_tenues(lignes, promis, reference)})


def _de_la_creance(lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, promis: Valeurs) -> tuple[Regle, ...]:
    """De SOLDEE à PROMESSE. Un crédit n'est soumis ni à CEDEE, ni à PROMESSE (§4.2)."""
    criteres = parametres.criteres
    reference = np.datetime64(criteres.date_reference, "s")
    code, credit = lignes[c.CODE_CLIENT], lignes[c.CREDIT].to_numpy()
    en_litige, litige = litiges(lignes, parametres.suivi, reference)
    return (
        Regle(Motif.SOLDEE, lignes[c.RESTE_DU].to_numpy() == 0, lambda _: "reste dû nul"),
        Regle(
            Motif.NON_COMPTABILISEE,
            lignes[c.NON_COMPTABILISEE].to_numpy(),
            lambda rangs: ["pièce non comptabilisée" + phrases.si_present(" : ", statut) for statut in lignes[c.STATUT].to_numpy()[rangs]],
        ),
        Regle(
            Motif.COMPTOIR,
            _parmi(lignes[c.MODULE], criteres.modules_exclus),
            lambda rangs: [f"module « {module} » exclu" for module in lignes[c.MODULE].to_numpy()[rangs]],
        ),
        Regle(
            Motif.EXCLUE,
            lignes[c.EXCLURE].to_numpy(),
            lambda rangs: [
                "pièce marquée à exclure des relances" + phrases.si_present(" : ", motif)
                for motif in lignes[c.MOTIF_EXCLURE].to_numpy()[rangs]
            ],
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
        Regle(Motif.CEDEE, ~credit & lignes[c.CEDEE].to_numpy(), lambda _: "créance cédée à un factor : c'est à lui qu'elle est due"),
        Regle(Motif.RETENUE_GARANTIE, lignes[c.RETENUE_GARANTIE].to_numpy(), lambda _: "retenue de garantie (compte 4117)"),
        Regle(Motif.LITIGE, en_litige, litige),
        Regle(
            Motif.PROMESSE,
            ~credit & (promis >= reference),
            lambda rangs: [f"promesse jusqu'au {jour}" for jour in phrases.dates(promis[rangs])],
        ),
    )


def _de_la_liste(lignes: pd.DataFrame, parametres: Parametres) -> tuple[Regle, ...]:
    """De PAUSE à AVANT_PERIODE. Un crédit n'est soumis ni à PAUSE, ni à MODE_PAIEMENT, ni à AVANT_PERIODE (§4.2)."""
    criteres = parametres.criteres
    reference = np.datetime64(criteres.date_reference, "s")
    au_jour = ecrire_date(criteres.date_reference)
    credit, echeance, jour_du_credit = lignes[c.CREDIT].to_numpy(), lignes[c.DATE_ECHEANCE].to_numpy(), date_de_credit(lignes)
    pause = pauses(lignes, parametres.suivi)
    avant = criteres.ignorer_avant
    ignorees = echeance < np.datetime64(avant, "s") if avant else np.zeros(len(lignes), dtype=bool)

    def non_echue(rangs: Entiers) -> list[str]:
        jours = phrases.dates(np.where(credit, jour_du_credit, echeance)[rangs])
        return [
            f"crédit du {jour}, postérieur au {au_jour}" if est_credit else f"échéance le {jour}, non échue au {au_jour}"
            for jour, est_credit in zip(jours, credit[rangs], strict=True)
        ]

    return (
        Regle(
            Motif.PAUSE,
            ~credit & (pause >= reference),
            lambda rangs: [f"pause notée au Suivi jusqu'au {jour}" for jour in phrases.dates(pause[rangs])],
        ),
        Regle(
            Motif.CLIENT_NON_SELECTIONNE,
            ~selectionnes(lignes[c.CODE_CLIENT], parametres),
            lambda _: "client hors de la sélection (« Codes clients », onglet « Clients »)",
        ),
        Regle(Motif.MODE_PAIEMENT, ~credit & ~_modes_demandes(lignes, criteres), lambda rangs: _explication_mode(lignes, rangs)),
        Regle(
            Motif.NON_ECHUE,
            (~credit & (echeance >= reference)) | (credit & (jour_du_credit > reference)),
            non_echue,
        ),
        Regle(
            Motif.AVANT_PERIODE,
            ~credit & ignorees,
            lambda rangs: [f"échéance du {jour}, antérieure au {ecrire_date(avant)}" for jour in phrases.dates(echeance[rangs])],
        ),
    )


def selectionnes(codes: pd.Series, parametres: Parametres) -> Masque:
    """Les clients demandés : « Codes clients » et cochés de l'onglet « Clients » ; ni l'un ni l'autre : tous."""
    selection = Selection(parametres.criteres.codes_clients)
    coches = {normaliser(code) for code in parametres.clients_coches}
    if not selection and not coches:
        return np.ones(len(codes), dtype=bool)
    return codes.isin([code for code in codes.unique() if normaliser(code) in coches or selection.contient(code)]).to_numpy()


def _parmi(serie: pd.Series, libelles: Iterable[str]) -> Masque:
    """Les valeurs qui sont l'un des libellés, sans casse ni accents ; une valeur vide n'en est aucun."""
    cles = {cle(libelle) for libelle in libelles} - {""}
    return serie.isin([valeur for valeur in serie.unique() if cle(valeur) in cles]).to_numpy()


def _clients_marques(codes: pd.Series, clients: pd.DataFrame, champ: str) -> Masque:
    marques = clients[champ].to_numpy()
    return codes.isin(clients[c.CODE_CLIENT].to_numpy()[marques]).to_numpy() if marques.any() else np.zeros(len(codes), dtype=bool)


def _modes_demandes(lignes: pd.DataFrame, criteres: Criteres) -> Masque:
    modes = lignes[c.MODE_PAIEMENT]
    return modes.isin([mode for mode in modes.unique() if criteres.modes_paiement.retient(mode)]).to_numpy()


def _explication_mode(lignes: pd.DataFrame, rangs: Entiers) -> list[str]:
    modes = lignes[c.MODE_PAIEMENT].to_numpy()[rangs]
    return [f"mode de paiement « {mode} » non demandé" if mode else "mode de paiement non renseigné" for mode in modes]
