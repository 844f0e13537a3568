"""Des tables de la décision à des objets Python : ce qu'un champ de fusion sait recevoir.

Un montant est un `Montant`, une date une `date`, un nombre un `int`, le reste du texte ; ce qui manque est "".
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.lettres.word.champ import Ensemble

Valeurs: TypeAlias = dict[str, object]

DE_LIGNE = (c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.MONTANT, c.RESTE_DU, c.JOURS_RETARD, c.PENALITES, c.REFERENCE,
             c.CODE_CLIENT, c.RAISON_SOCIALE, c.CLIENT_LIVRE)  # fmt: skip


def montant_ou_rien(unites: object, devise: str) -> Montant | str:
    """Le montant, ou "" s'il n'est pas connu."""
    return Montant(unites, devise) if isinstance(unites, int) else ""


def _colonne(colonne: "pd.Series[Any]") -> list[object]:
    """Les valeurs d'une colonne en objets Python : date, int, str, bool ; "" si absente."""
    if pd.api.types.is_datetime64_any_dtype(colonne):
        jours = colonne.to_numpy("datetime64[D]").astype(object).tolist()
        return ["" if jour is None else jour for jour in jours]
    if colonne.hasnans:
        absents = colonne.isna().tolist()
        return ["" if absent else valeur for valeur, absent in zip(colonne.tolist(), absents, strict=True)]
    return list(colonne.tolist())


def rangees(table: pd.DataFrame) -> Iterator[Valeurs]:
    """Chaque ligne d'une table en dictionnaire d'objets Python."""
    noms = list(table.columns)
    for rangee in zip(*(_colonne(table[nom]) for nom in noms), strict=True):
        yield dict(zip(noms, rangee, strict=True))


class Lignes:
    """Les lignes de la décision, rendues en dictionnaires à la demande : une seule conversion par colonne.

    niveaux : celui proposé de chaque échéance, à défaut le dernier fait (0 : jamais relancée).
    """

    def __init__(self, lignes: pd.DataFrame) -> None:
        self.table = lignes
        self.devises = _colonne(lignes[c.DEVISE])
        proposes = lignes[c.NIVEAU_PROPOSE]
        self.niveaux: list[int] = proposes.where(proposes != 0, lignes[c.DERNIER_NIVEAU]).tolist()
        self.pieces: list[str] = lignes[c.PIECE].tolist()
        self.restes: list[int] = lignes[c.RESTE_DU].tolist()
        self.nets: list[int] = lignes[c.NET_PENALISABLE].tolist() if c.NET_PENALISABLE in lignes else self.restes
        self.penalites = _colonne(lignes[c.PENALITES])
        self.indemnites: list[int] = lignes[c.INDEMNITE].tolist()
        self.dernieres = _colonne(lignes[c.DERNIERE_RELANCE])
        self.colonnes = [_colonne(lignes[nom]) if nom in lignes else [""] * len(lignes) for nom in DE_LIGNE]

    def ligne(self, i: int) -> Valeurs:
        """Les valeurs de `echeance.*`, `exigee.*`, `jointe.*` ou `autre.*`."""
        devise = str(self.devises[i])
        valeurs = Ensemble(zip(DE_LIGNE, [colonne[i] for colonne in self.colonnes], strict=True))
        for nom in (c.MONTANT, c.RESTE_DU, c.PENALITES):
            valeurs[nom] = montant_ou_rien(valeurs[nom], devise)
        valeurs[c.NIVEAU] = self.niveaux[i] or ""
        return valeurs

    def groupes(self, gardees: "pd.Series[bool]", *cles: str) -> dict[tuple[str, ...], list[int]]:
        """Positions des lignes gardées, par valeur des colonnes `cles`, de la plus ancienne échéance à la plus récente."""
        table = self.table.reset_index(drop=True)[gardees.to_numpy()]
        table = table.sort_values([c.DATE_ECHEANCE, c.PIECE], kind="stable")
        positions: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for position, *cle in zip(table.index.tolist(), *(table[nom].tolist() for nom in cles), strict=True):
            positions[tuple(cle)].append(position)
        return positions

    def retard(self, reference: date) -> list[int]:
        """Jours écoulés depuis chaque échéance ; négatif si elle est à venir, 0 si elle n'a pas de date."""
        ecart = pd.Timestamp(reference) - self.table[c.DATE_ECHEANCE]
        return [int(jours) for jours in ecart.dt.days.fillna(0)]
