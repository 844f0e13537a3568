"""L'onglet « Suivi » rapproché des lignes : promesses, litiges, échéanciers et pauses (contrat §2)."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.lignes import comparables, libres
from relances_xl.decision.par_groupe import Entiers, Masque, Valeurs, designer, lire
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.parametres import NatureSuivi

Explication = Callable[[Entiers], Sequence[str] | str]
"""Le pourquoi, en clair, des lignes de ces rangs : les seules qu'un motif vient de toucher."""

TOUJOURS = np.datetime64("2261-12-31", "s")
"""Un litige sans date de fin : tant que la ligne est là."""

JAMAIS = np.datetime64("NaT", "s")


def promesses(lignes: pd.DataFrame, suivi: pd.DataFrame) -> Valeurs:
    """Date promise la plus lointaine de chaque ligne : celle de l'export, de sa pièce ou de tout le client au Suivi."""
    promis = lignes[c.PROMESSE].to_numpy()
    for jusquau, _ in _rapprocher(lignes, _de_nature(suivi, NatureSuivi.PROMESSE)):
        promis = np.fmax(promis, jusquau)
    return promis


def non_tenues(lignes: pd.DataFrame, promis: Valeurs, reference: np.datetime64) -> Valeurs:
    """La date promise passée d'une échéance toujours due ; NaT si rien n'était promis, ou si la pièce est née après."""
    manquee = (promis < reference) & ~lignes[c.CREDIT].to_numpy() & ~(lignes[c.DATE_PIECE].to_numpy() > promis)
    return np.where(manquee, promis, JAMAIS)


def litiges(lignes: pd.DataFrame, suivi: pd.DataFrame, reference: np.datetime64) -> tuple[Masque, Explication]:
    """Les lignes en litige à la date de référence, et pourquoi ; l'export l'emporte pour le dire."""
    a_l_export = en_litige = lignes[c.LITIGE].to_numpy()
    notes = _rapprocher(lignes, _de_nature(suivi, NatureSuivi.LITIGE).fillna({c.JUSQUAU: pd.Timestamp(TOUJOURS)}))
    for jusquau, _ in notes:
        en_litige = en_litige | (jusquau >= reference)

    def pourquoi(rangs: Entiers) -> list[str]:
        dits = [
            "litige noté dans l'export" + phrases.si_present(" : ", motif) if note else ""
            for note, motif in zip(a_l_export[rangs], lignes[c.MOTIF_LITIGE].to_numpy()[rangs], strict=True)
        ]
        for jusquau, commentaires in notes:
            fins = phrases.dates(np.where(jusquau < TOUJOURS, jusquau, JAMAIS)[rangs])
            au_suivi = zip(dits, jusquau[rangs] >= reference, fins, commentaires[rangs], strict=True)
            dits = [_au_suivi(fin, commentaire) if en_cours and not dit else dit for dit, en_cours, fin, commentaire in au_suivi]
        return dits

    return en_litige, pourquoi


def _au_suivi(fin: str, commentaire: str) -> str:
    return "litige noté au Suivi" + phrases.si_present(" jusqu'au ", fin) + phrases.si_present(" : ", commentaire)


def pauses(lignes: pd.DataFrame, suivi: pd.DataFrame) -> Valeurs:
    """Date de fin de pause la plus lointaine de chaque ligne : de sa pièce, de son client, ou de tous."""
    fin = np.full(len(lignes), JAMAIS)
    for jusquau, _ in _rapprocher(lignes, _de_nature(suivi, NatureSuivi.PAUSE), pour_tous=True):
        fin = np.fmax(fin, jusquau)
    return fin


def echeanciers(lignes: pd.DataFrame, suivi: pd.DataFrame, reference: np.datetime64) -> tuple[Masque, Masque]:
    """(échéances qu'un échéancier tenu retient, échéances d'un échéancier rompu), parmi les lignes encore libres.

    Un échéancier est fait des versements notés pour une pièce, ou pour tout le client : il couvre alors ce qui existait
    quand il a été noté, hors des pièces qui ont le leur. Il tient tant que leur reste dû, crédits déduits, ne dépasse pas
    les versements de date ≥ date de référence, dans chaque devise.
    """
    tenues, rompues = np.zeros(len(lignes), dtype=bool), np.zeros(len(lignes), dtype=bool)
    notes = _de_nature(suivi, NatureSuivi.ECHEANCIER)
    if notes.empty:
        return tenues, rompues
    credit, devises, restes = (lignes[nom].to_numpy() for nom in (c.CREDIT, c.DEVISE, c.RESTE_DU))
    soumises = libres(lignes) & ~(credit & (date_de_credit(lignes) > reference))
    codes, pieces = comparables(lignes[c.CODE_CLIENT]), comparables(lignes[c.PIECE].mask(credit, lignes[c.REFERENCE]))
    groupes = notes.groupby([comparables(notes[c.CODE_CLIENT]), comparables(notes[c.PIECE])])
    for (code, piece), versements in sorted(groupes, key=lambda groupe: groupe[0][1] == ""):  # les pièces nommées d'abord
        couvertes = soumises & (codes == code)
        if piece:
            couvertes &= pieces == piece
        else:
            couvertes &= credit | ~(lignes[c.DATE_PIECE].to_numpy() > versements[c.DATE].max().to_datetime64())
        soumises &= ~couvertes
        a_venir = sum(versements.loc[versements[c.JUSQUAU] >= reference, c.VERSEMENT], start=Decimal(0))
        for devise in set(devises[couvertes]):
            touchees = couvertes & (devises == devise)
            tenu = restes[touchees].sum() <= en_unites(a_venir, devise)
            (tenues if tenu else rompues)[touchees & ~credit] = True
    return tenues, rompues


def _de_nature(suivi: pd.DataFrame, nature: NatureSuivi) -> pd.DataFrame:
    return suivi.take(np.flatnonzero(suivi[c.NATURE_SUIVI].to_numpy() == nature.value))


def _rapprocher(lignes: pd.DataFrame, notes: pd.DataFrame, *, pour_tous: bool = False) -> list[tuple[Valeurs, Valeurs]]:
    """(« Jusqu'au », « Commentaire ») de chaque ligne, pour sa pièce puis pour tout son client : la date la plus lointaine.

    pour_tous : aussi les notes sans code client.
    """
    if notes.empty:
        return []
    triees = notes.sort_values([c.JUSQUAU, c.COMMENTAIRE])[::-1]
    connues = [comparables(triees[c.CODE_CLIENT]), comparables(triees[c.PIECE])]
    vide = np.full(len(lignes), "", dtype=object)
    codes, pieces = comparables(lignes[c.CODE_CLIENT]), comparables(lignes[c.PIECE])
    trouvees = []
    for cles in ((codes, pieces), (codes, vide), *(((vide, pieces), (vide, vide)) if pour_tous else ())):
        places, groupes = designer(cles, connues)
        jusquau = groupes.derniere(triees[c.JUSQUAU].to_numpy())
        commentaire = triees[c.COMMENTAIRE].to_numpy()[groupes.premieres]
        trouvees.append((lire(jusquau, places, JAMAIS), lire(commentaire, places, "")))
    return trouvees
