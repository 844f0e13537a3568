"""Ce que les documents d'un dossier contentieux disent : des faits déjà décidés et chiffrés, rien d'inventé."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.parametres import Emetteur


@dataclass(frozen=True, slots=True)
class PieceDuBordereau:
    """Une pièce du bordereau. fichier : son nom dans le dossier, vide si elle manque."""

    intitule: str
    fichier: str = ""


@dataclass(frozen=True, slots=True)
class Affaire:
    """Le dossier d'un client dans une devise, à une date ; montants en unités minimales.

    debiteur : la fiche du client (`lettres.donnees.fiches`) ; creances : une ligne par échéance réclamée, RESTE_DU (principal),
    CREDITS qui en sont déduits, NET_PENALISABLE (ce qui en reste), PENALITES, INDEMNITE ; periodes : les intérêts, semestre
    par semestre ; relances : celles qui sont sorties, telles que le journal les connaît, dépôt en recommandé compris.
    """

    emetteur: Emetteur
    debiteur: Mapping[str, object]
    au: date
    devise: str
    creances: pd.DataFrame
    periodes: pd.DataFrame
    relances: pd.DataFrame
    pieces: tuple[PieceDuBordereau, ...]

    def montant(self, unites: object) -> Montant:
        return Montant(int(str(unites)), self.devise)

    def total(self, colonne: str) -> Montant:
        """La somme d'une colonne des créances."""
        return self.montant(self.creances[colonne].sum())

    @property
    def reclame(self) -> Montant:
        """Reste dû, intérêts et indemnités."""
        return self.montant(sum(self.total(colonne).unites for colonne in (c.NET_PENALISABLE, c.PENALITES, c.INDEMNITE)))
