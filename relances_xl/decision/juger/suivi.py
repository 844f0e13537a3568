"""L'onglet « Suivi » rapproché des lignes : promesses, litiges, échéanciers et pauses (contrat §2)."""

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.lignes import chercher, comparables, libres
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.parametres import NatureSuivi

TOUJOURS = pd.Timestamp("2261-12-31")
"""Un litige sans date de fin : tant que la ligne est là."""


def promesses(lignes: pd.DataFrame, suivi: pd.DataFrame) -> pd.Series:
    """Date promise la plus lointaine de chaque ligne : celle de l'export, de sa pièce ou de tout le client au Suivi."""
    notees = _de_nature(suivi, NatureSuivi.PROMESSE)
    candidates = [lignes[c.PROMESSE], *(dates for dates, _ in _rapprocher(lignes, notees))]
    return pd.concat(candidates, axis=1).max(axis=1).astype("datetime64[s]")


def non_tenues(lignes: pd.DataFrame, promis: pd.Series, reference: pd.Timestamp) -> pd.Series:
    """La date promise passée d'une échéance toujours due ; NaT si rien n'était promis, ou si la pièce est née après."""
    manquee = (promis < reference) & ~lignes[c.CREDIT] & ~(lignes[c.DATE_PIECE] > promis)
    return promis.where(manquee)


def litiges(lignes: pd.DataFrame, suivi: pd.DataFrame, reference: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    """Les lignes en litige à la date de référence, et pourquoi ; l'export l'emporte pour le dire."""
    notes = _de_nature(suivi, NatureSuivi.LITIGE)
    notes = notes.assign(**{c.JUSQUAU: notes[c.JUSQUAU].fillna(TOUJOURS)})
    en_litige = lignes[c.LITIGE]
    pourquoi = ("litige noté dans l'export" + phrases.si_present(" : ", lignes[c.MOTIF_LITIGE])).where(en_litige, "")
    for jusquau, commentaire in _rapprocher(lignes, notes):
        en_cours = (jusquau >= reference).fillna(False)
        echu_le = phrases.dates(jusquau.where(en_cours & (jusquau < TOUJOURS)))
        phrase = "litige noté au Suivi" + phrases.si_present(" jusqu'au ", echu_le) + phrases.si_present(" : ", commentaire)
        pourquoi = pourquoi.where((pourquoi != "") | ~en_cours, phrase)
        en_litige = en_litige | en_cours
    return en_litige, pourquoi


def pauses(lignes: pd.DataFrame, suivi: pd.DataFrame) -> pd.Series:
    """Date de fin de pause la plus lointaine de chaque ligne : de sa pièce, de son client, ou de tous."""
    trouvees = [dates for dates, _ in _rapprocher(lignes, _de_nature(suivi, NatureSuivi.PAUSE), pour_tous=True)]
    return pd.concat(trouvees, axis=1).max(axis=1) if trouvees else pd.Series(pd.NaT, lignes.index, dtype="datetime64[s]")


def echeanciers(lignes: pd.DataFrame, suivi: pd.DataFrame, reference: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    """(échéances qu'un échéancier tenu retient, échéances d'un échéancier rompu), parmi les lignes encore libres.

    Un échéancier est fait des versements notés pour une pièce, ou pour tout le client : il couvre alors ce qui existait
    quand il a été noté, hors des pièces qui ont le leur. Il tient tant que leur reste dû, crédits déduits, ne dépasse pas
    les versements de date ≥ date de référence, dans chaque devise.
    """
    tenues, rompues = pd.Series(False, lignes.index), pd.Series(False, lignes.index)
    notes = _de_nature(suivi, NatureSuivi.ECHEANCIER)
    if notes.empty:
        return tenues, rompues
    soumises = libres(lignes) & ~(lignes[c.CREDIT] & (date_de_credit(lignes) > reference))
    codes, pieces = comparables(lignes[c.CODE_CLIENT]), comparables(lignes[c.PIECE].mask(lignes[c.CREDIT], lignes[c.REFERENCE]))
    groupes = notes.groupby([comparables(notes[c.CODE_CLIENT]), comparables(notes[c.PIECE])])
    deja = pd.Series(False, lignes.index)
    for (code, piece), versements in sorted(groupes, key=lambda groupe: groupe[0][1] == ""):  # les pièces nommées d'abord
        couvertes = soumises & (codes == code) & ~deja
        if piece:
            couvertes &= pieces == piece
        else:
            couvertes &= lignes[c.CREDIT] | ~(lignes[c.DATE_PIECE] > versements[c.DATE].max())
        deja |= couvertes
        a_venir = sum(versements.loc[versements[c.JUSQUAU] >= reference, c.VERSEMENT], start=Decimal(0))
        for devise, restes in lignes.loc[couvertes, c.RESTE_DU].groupby(lignes[c.DEVISE]):
            touchees = couvertes & (lignes[c.DEVISE] == devise) & ~lignes[c.CREDIT]
            if restes.sum() <= en_unites(a_venir, str(devise)):
                tenues = tenues | touchees
            else:
                rompues = rompues | touchees
    return tenues, rompues


def _de_nature(suivi: pd.DataFrame, nature: NatureSuivi) -> pd.DataFrame:
    return suivi[suivi[c.NATURE_SUIVI] == nature.value]


def _rapprocher(lignes: pd.DataFrame, notes: pd.DataFrame, *, pour_tous: bool = False) -> list[tuple[pd.Series, pd.Series]]:
    """(« Jusqu'au », « Commentaire ») de chaque ligne, pour sa pièce puis pour tout son client : la date la plus lointaine.

    pour_tous : aussi les notes sans code client.
    """
    if notes.empty:
        return []
    triees = notes.sort_values([c.JUSQUAU, c.COMMENTAIRE])
    par_cle = triees[[c.JUSQUAU, c.COMMENTAIRE]].groupby([comparables(triees[c.CODE_CLIENT]), comparables(triees[c.PIECE])]).last()
    vide = pd.Series("", lignes.index, dtype="str")
    codes, pieces = comparables(lignes[c.CODE_CLIENT]), comparables(lignes[c.PIECE])
    cles: Iterable[tuple[pd.Series, pd.Series]] = ((codes, pieces), (codes, vide))
    if pour_tous:
        cles = (*cles, (vide, pieces), (vide, vide))
    return [(chercher(par_cle[c.JUSQUAU], *cle), chercher(par_cle[c.COMMENTAIRE], *cle).astype("str").fillna("")) for cle in cles]
