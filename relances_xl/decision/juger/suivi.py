"""L'onglet « Suivi » rapproché des lignes : promesses et litiges encore en cours (contrat §2)."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.lignes import chercher
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import NatureSuivi
from relances_xl.domaine.selection import normaliser

TOUJOURS = pd.Timestamp("2261-12-31")
"""Un litige sans date de fin : tant que la ligne est là."""


def promesses(lignes: pd.DataFrame, suivi: pd.DataFrame) -> pd.Series:
    """Date promise la plus lointaine de chaque ligne : celle de l'export, de sa pièce ou de tout le client au Suivi."""
    notees = _de_nature(suivi, NatureSuivi.PROMESSE)
    candidates = [lignes[c.PROMESSE], *(dates for dates, _ in _rapprocher(lignes, notees))]
    return pd.concat(candidates, axis=1).max(axis=1).astype("datetime64[s]")


def litiges(lignes: pd.DataFrame, suivi: pd.DataFrame, reference: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    """Les lignes en litige à la date de référence, et pourquoi ; l'export l'emporte pour le dire."""
    notes = _de_nature(suivi, NatureSuivi.LITIGE)
    notes = notes.assign(**{c.JUSQUAU: notes[c.JUSQUAU].fillna(TOUJOURS)}) if len(notes) else notes
    en_litige = lignes[c.LITIGE]
    pourquoi = ("litige noté dans l'export" + phrases.si_present(" : ", lignes[c.MOTIF_LITIGE])).where(en_litige, "")
    for jusquau, commentaire in _rapprocher(lignes, notes):
        en_cours = (jusquau >= reference).fillna(False)
        echu_le = phrases.dates(jusquau.where(en_cours & (jusquau < TOUJOURS)))
        phrase = "litige noté au Suivi" + phrases.si_present(" jusqu'au ", echu_le) + phrases.si_present(" : ", commentaire)
        pourquoi = pourquoi.where((pourquoi != "") | ~en_cours, phrase)
        en_litige = en_litige | en_cours
    return en_litige, pourquoi


def _de_nature(suivi: pd.DataFrame, nature: NatureSuivi) -> pd.DataFrame:
    return suivi[suivi[c.NATURE_SUIVI] == nature.value] if len(suivi) else suivi


def _rapprocher(lignes: pd.DataFrame, notes: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    """(« Jusqu'au », « Commentaire ») de chaque ligne, pour sa pièce puis pour tout son client : la date la plus lointaine."""
    if notes.empty:
        return []
    triees = notes.sort_values([c.JUSQUAU, c.COMMENTAIRE])
    cles = [comparables(triees[c.CODE_CLIENT]), comparables(triees[c.PIECE])]
    par_cle = triees[[c.JUSQUAU, c.COMMENTAIRE]].groupby(cles).last()
    codes = comparables(lignes[c.CODE_CLIENT])
    tout_le_client = pd.Series("", lignes.index, dtype="str")
    return [
        (chercher(par_cle[c.JUSQUAU], codes, pieces), chercher(par_cle[c.COMMENTAIRE], codes, pieces).astype("str").fillna(""))
        for pieces in (comparables(lignes[c.PIECE]), tout_le_client)
    ]


def comparables(codes: pd.Series) -> pd.Series:
    """Les codes tels qu'on les compare à ceux qu'un humain a saisis : sans casse ni blancs autour."""
    return codes.map({code: normaliser(code) for code in codes.unique()}).astype("str")
