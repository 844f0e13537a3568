"""Les tables qui passent d'une pièce à l'autre : leurs colonnes, types et défauts, déclarés une fois, vérifiés aux portes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.tables import CHAMPS_CLIENT, CHAMPS_ECHEANCE, Champ, Type


class TableIncorrecte(AssertionError):
    """Une table franchit une porte sans être ce qu'elle déclare : une faute de la maison, jamais de l'utilisateur."""


class Colonne(NamedTuple):
    """Une colonne : son nom, son dtype pandas, sa valeur quand on ne la dit pas ; `exigee` : la porte refuse son absence."""

    nom: str
    dtype: str
    defaut: Any = None
    exigee: bool = False

    def faite(self, valeurs: Sequence[Any] | None, hauteur: int) -> ExtensionArray | np.ndarray[Any, Any]:
        """Ses valeurs, du type déclaré ; None : le défaut, à chaque ligne."""
        if valeurs is None:
            return partout(self.defaut, self.dtype, hauteur)
        tableau: ExtensionArray = pd.array([self.defaut if v is None else v for v in valeurs], dtype=self.dtype)  # type: ignore[call-overload]
        return tableau

    def lue(self, valeurs: Sequence[Any]) -> ExtensionArray:
        """Ses valeurs lues telles quelles ; les dates, qui sont ISO, par numpy, trois fois plus vite que par pandas."""
        dites = np.array(valeurs, dtype=self.dtype) if self.dtype == "datetime64[s]" else valeurs
        tableau: ExtensionArray = pd.array(dites, dtype=self.dtype)  # type: ignore[call-overload]
        return tableau


def partout(valeur: Any, dtype: str, hauteur: int) -> ExtensionArray | np.ndarray[Any, Any]:
    """Une colonne d'une seule valeur, qui ne tient que la place d'une : elle se lit comme une autre, et ne s'écrit pas.

    Les deux tiers des colonnes qu'un export peut avoir n'y sont presque jamais.

    >>> partout("EUR", "str", 3).tolist()
    ['EUR', 'EUR', 'EUR']
    """
    une: ExtensionArray = pd.array([valeur], dtype=dtype)  # type: ignore[call-overload]
    if isinstance(une, pd.arrays.StringArray):
        memes = np.broadcast_to(np.array(valeur, dtype=object), hauteur)
        return pd.arrays.StringArray(memes, dtype=une.dtype)  # type: ignore[call-arg]
    if isinstance(une, pd.arrays.IntegerArray):
        inconnue = bool(une.isna()[0])
        return pd.arrays.IntegerArray(np.broadcast_to(np.int64(0 if inconnue else valeur), hauteur), np.broadcast_to(inconnue, hauteur))
    if isinstance(une, pd.arrays.NumpyExtensionArray | pd.arrays.DatetimeArray):
        return np.broadcast_to(une.to_numpy(), hauteur)
    return une.repeat(hauteur)


_DTYPES: dict[Type, tuple[str, Any]] = {
    Type.CODE: ("str", ""),
    Type.TEXTE: ("str", ""),
    Type.DATE: ("datetime64[s]", pd.NaT),
    Type.MONTANT: ("Int64", pd.NA),
    Type.ENTIER: ("int64", 0),
    Type.OUI_NON: ("bool", False),
    Type.MOTIF: ("bool", False),
}


def texte(*noms: str) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "str", "") for nom in noms)


def jour(*noms: str) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "datetime64[s]", pd.NaT) for nom in noms)


def entier(*noms: str) -> tuple[Colonne, ...]:
    """Un nombre ou un montant toujours connu."""
    return tuple(Colonne(nom, "int64", 0) for nom in noms)


def montant_facultatif(*noms: str) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "Int64", pd.NA) for nom in noms)


def oui_non(*noms: str, defaut: bool = False) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "bool", defaut) for nom in noms)


class Schema(NamedTuple):
    """Une table déclarée.

    >>> SUIVI.vide()[c.VERSEMENT].dtype
    dtype('O')
    >>> JOURNAL.table({c.RELANCE: "L-0001", c.NIVEAU: 2}, {c.RELANCE: "L-0002"})[c.NIVEAU].tolist()
    [2, 0]
    """

    nom: str
    colonnes: tuple[Colonne, ...]

    @property
    def noms(self) -> list[str]:
        return [colonne.nom for colonne in self.colonnes]

    def vide(self) -> pd.DataFrame:
        """La table sans ligne, typée."""
        return self.table()

    def table(self, *rangs: Mapping[str, Any]) -> pd.DataFrame:
        """La table de ces lignes ; ce qu'un rang ne dit pas vaut le défaut. Une colonne inconnue est une faute."""
        if inconnues := {nom for rang in rangs for nom in rang} - set(self.noms):
            raise TableIncorrecte(f"{self.nom} : colonnes inconnues {sorted(inconnues)}")
        dites = {colonne.nom: [rang.get(colonne.nom, colonne.defaut) for rang in rangs] for colonne in self.colonnes}
        return self.par_colonnes(dites, len(rangs))

    def par_colonnes(self, colonnes: Mapping[str, Sequence[Any]], hauteur: int) -> pd.DataFrame:
        """La table de ces colonnes, où None vaut le défaut, comme une colonne que l'on ne dit pas."""
        return pd.DataFrame({colonne.nom: colonne.faite(colonnes.get(colonne.nom), hauteur) for colonne in self.colonnes}, copy=False)

    def lue(self, rangs: Sequence[Sequence[Any]]) -> pd.DataFrame:
        """La table de rangs lus tels quels, dans l'ordre des colonnes (une requête) ; les dates y sont ISO."""
        valeurs = zip(*rangs, strict=True) if rangs else [()] * len(self.colonnes)
        return pd.DataFrame(
            {colonne.nom: colonne.lue(siennes) for colonne, siennes in zip(self.colonnes, valeurs, strict=True)}, copy=False
        )

    def admettre(self, table: pd.DataFrame) -> pd.DataFrame:
        """La table à la porte d'une pièce : toutes les colonnes, du type déclaré.

        Une colonne facultative absente prend son défaut ; une colonne de plus passe. Lève `TableIncorrecte` sinon.
        Ne coûte qu'un regard aux dtypes.
        """
        dtypes = dict(zip(table.columns, table.dtypes, strict=True))
        absentes = [colonne for colonne in self.colonnes if colonne.nom not in dtypes]
        if manquantes := [colonne.nom for colonne in absentes if colonne.exigee]:
            raise TableIncorrecte(f"{self.nom} : il manque {manquantes}")
        fautives = {
            colonne.nom: f"{dtypes[colonne.nom]} au lieu de {colonne.dtype}"
            for colonne in self.colonnes
            if colonne.nom in dtypes and dtypes[colonne.nom] != colonne.dtype
        }
        if fautives:
            raise TableIncorrecte(f"{self.nom} : {fautives}")
        if not absentes:
            return table
        return table.assign(**{colonne.nom: colonne.faite(None, len(table)) for colonne in absentes})


def _des_champs(champs: Iterable[Champ], exigees: Iterable[str]) -> tuple[Colonne, ...]:
    exigees = set(exigees)
    return tuple(Colonne(champ.nom, *_DTYPES[champ.type], champ.nom in exigees) for champ in champs)


def _lignes() -> tuple[Colonne, ...]:
    champs = {colonne.nom: colonne for colonne in _des_champs(CHAMPS_ECHEANCE, (c.CODE_CLIENT, c.PIECE, c.DATE_ECHEANCE, c.DEVISE))}
    champs[c.RESTE_DU] = Colonne(c.RESTE_DU, "int64", 0, True)  # toujours connu : 0 si MONTANT_ILLISIBLE
    return tuple(champs.values())


LIGNES_LUES = Schema(
    "lignes lues",
    (
        Colonne(c.LIGNE, "int64", 0, True),
        *_lignes(),
        Colonne(c.DATE_CLE, "datetime64[s]", pd.NaT, True),
        Colonne(c.CAUSE, "str", "", True),
        *texte(c.EXPLICATION, c.ALERTE_LIGNE, c.CLIENT_LIVRE, c.MOTIF_EXCLURE, c.MOTIF_LITIGE),
        *oui_non(c.SANS_FRAIS, c.NON_COMPTABILISEE, c.RETENUE_GARANTIE),
    ),
)
"""Ce que `entrees` rend : une ligne par ligne de l'export, anomalies comprises."""

LIGNES_DECIDEES = Schema(
    "lignes décidées",
    (
        *LIGNES_LUES.colonnes,
        *texte(c.MOTIF, c.RELANCE, c.PLAN),
        *oui_non(c.CREDIT, c.AUTRE, c.REEDITION, c.PREVENUE, c.EXIGEE, c.JOINTE, c.ECHEANCIER_ROMPU),
        *entier(c.JOURS_RETARD, c.DERNIER_NIVEAU, c.NIVEAU_PROPOSE, c.NET_PENALISABLE, c.INDEMNITE),
        *montant_facultatif(c.PENALITES),
        *jour(c.DERNIERE_RELANCE, c.ECRITE_LE, c.ECHEANCE_JOURNAL, c.PRESCRIPTION, c.PROMESSE_NON_TENUE),
    ),
)
"""Ce que `decision` rend : les mêmes lignes, chacune avec son sort."""

RELANCES = Schema(
    "relances",
    (
        *texte(c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.PLAN),
        *entier(c.NIVEAU, c.NB_ECHEANCES, c.RETARD, c.CREDITS, c.NET),
        *montant_facultatif(c.PENALITES),
        *entier(c.INDEMNITE),
        *montant_facultatif(c.TOTAL_RECLAME),
        *entier(c.TOTAL_EXIGE, c.TOTAL_JOINT),
        *jour(c.PLUS_ANCIENNE),
        *entier(c.JOURS_RETARD),
        *jour(c.DERNIERE_RELANCE),
        *entier(c.DERNIER_NIVEAU),
        *texte(c.SORTIE, c.EMAIL, c.ALERTE, c.MESSAGE, c.PIECE),
        *oui_non(c.REEDITION),
        *texte(c.TAUX, c.SEMESTRES_MANQUANTS),
        *jour(c.PROMESSE_NON_TENUE),
        *oui_non(c.APPROUVER),
    ),
)
"""Une ligne par lettre, dans l'ordre de la revue ; APPROUVER : cochée d'avance."""

CLIENTS = Schema("clients", _des_champs(CHAMPS_CLIENT, (c.CODE_CLIENT,)))
"""Une ligne par code client."""

FICHES_SAISIES = Schema("onglet « Clients »", texte(c.CODE_CLIENT, c.TYPE_CLIENT, c.ENVOI, c.EMAIL_RELANCE, c.PLAN_RELANCE, c.EXCLURE))
"""Ce que l'onglet « Clients » dit d'un client et qui prime sur l'export ; vide : rien à en dire. EXCLURE : « Oui », « Non » ou vide."""

SUIVI = Schema(
    "suivi",
    (
        *texte(c.CODE_CLIENT, c.PIECE),
        *jour(c.DATE),
        *texte(c.NATURE_SUIVI),
        *jour(c.JUSQUAU),
        Colonne(c.VERSEMENT, "object", None),
        *texte(c.COMMENTAIRE, c.PLACE, c.PLACE_PIECE),
    ),
)
"""L'onglet « Suivi » ; code vide : tous les clients (Pause), pièce vide : tout le client."""

JOURNAL = Schema(
    "journal",
    (
        *texte(c.RELANCE, c.LOT),
        *jour(c.DATE),
        *texte(c.CODE_CLIENT, c.DEVISE),
        *entier(c.NIVEAU),
        *oui_non(c.REEDITION),
        *texte(c.STATUT, c.PIECE),
        *jour(c.DATE_CLE),
        *entier(c.MONTANT),
    ),
)
"""Une ligne par relance comptée × échéance ; NIVEAU est celui de l'échéance (0 : prévenance)."""

RELANCES_RECUES = Schema("relances reçues", (*texte(c.CODE_CLIENT, c.DEVISE), *entier(c.NB_RELANCES), *jour(c.DATE)))
"""Une ligne par compte déjà relancé, son code comme les codes se comparent : combien de relances comptées, et quand la dernière."""

ENCAISSEMENTS = Schema(
    "encaissements", (*texte(c.FICHIER), *entier(c.LIGNE), *jour(c.DATE), *texte(c.LIBELLE), *entier(c.MONTANT), *texte(c.DEVISE))
)
"""Une ligne par somme arrivée en banque ; MONTANT positif, en unités minimales."""

BANQUE = Schema("banque", (*ENCAISSEMENTS.colonnes, *texte(c.CODE_CLIENT, c.RAISON_SOCIALE, c.PIECES, c.RAPPROCHEMENT, c.EXPLICATION)))
"""Les encaissements et ce que l'on en croit."""

ECARTEES = Schema(
    "écartées",
    (
        *texte(c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.PIECE),
        *jour(c.DATE_ECHEANCE),
        *entier(c.RESTE_DU),
        *texte(c.DEVISE, c.MOTIF, c.EXPLICATION),
    ),
)
"""Une ligne par échéance approuvée qui ne part plus."""

RELANCES_ECARTEES = Schema("relances écartées", texte(c.RELANCE, c.MOTIF, c.EXPLICATION))
"""Une ligne par relance approuvée qui ne part plus du tout."""
