"""Rapprocher chaque encaissement des pièces ouvertes : certain, probable, à voir, ou déjà dans l'export (contrat §3)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import pandas as pd

from relances_xl.decision.encaisser.comptes import Cle, Compte, References, comptes
from relances_xl.decision.encaisser.ressemblance import Annuaire
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.schemas import BANQUE, ENCAISSEMENTS

JOURS_DE_L_EXPORT = 5  # entre la banque et l'écriture du même règlement
FRAIS_MAX = 5_000  # unités minimales : les frais qu'une banque retient sur un virement
PART_DES_FRAIS = 20  # au plus un vingtième du montant


class Rapprochement(StrEnum):
    """Ce que l'on croit d'un encaissement."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    A_VOIR = "à voir"
    DEJA = "déjà dans l'export"


SURS = frozenset({Rapprochement.CERTAIN, Rapprochement.PROBABLE})


class _Avis(NamedTuple):
    """Ce que l'on croit d'un encaissement, et pourquoi."""

    rapprochement: Rapprochement
    code: str = ""
    pieces: tuple[str, ...] = ()
    explication: str = ""


class _Banque:
    """Les comptes de l'export, ce que chaque encaissement y paie étant ôté au fur et à mesure."""

    def __init__(self, lignes: pd.DataFrame, noms: dict[str, str]) -> None:
        self.comptes: dict[Cle, Compte] = comptes(lignes)
        self.references = References(lignes[lignes[c.CAUSE] == ""])
        self.annuaire = Annuaire(noms)

    def avis(self, libelle: str, montant: int, devise: str, jour: pd.Timestamp) -> _Avis:
        nommees = self.references.nommees(libelle)
        ressemblants = self.annuaire.ressemblants(libelle)
        avis = self._par_reference(nommees, ressemblants, montant, devise, libelle) if nommees else None
        avis = avis or self._par_nom(ressemblants, self.references.devinees(libelle), montant, devise)
        candidats = [avis.code] if avis.code else [*nommees, *ressemblants]
        deja = self._deja(candidats, devise, montant, jour)
        return (
            _Avis(Rapprochement.DEJA, deja, (), "même client, même montant, à cinq jours près, parmi les crédits de l'export")
            if deja
            else avis
        )

    def _deja(self, codes: Iterable[str], devise: str, montant: int, jour: pd.Timestamp) -> str:
        for code in codes:
            compte = self.comptes.get((code, devise))
            if compte and any(
                m == montant and abs((quand - jour).days) <= JOURS_DE_L_EXPORT for m, quand in compte.credits if pd.notna(quand)
            ):
                return code
        return ""

    def _par_reference(
        self, nommees: dict[str, set[str]], ressemblants: dict[str, float], montant: int, devise: str, libelle: str
    ) -> _Avis | None:
        """Le libellé nomme des pièces : d'un seul client, ou de celui dont le nom ressemble."""
        codes = [code for code in nommees if code in ressemblants] or list(nommees)
        if len(codes) != 1:
            return None
        (code,) = codes
        compte = self.comptes.get((code, devise))
        ouvertes = tuple(piece for piece in compte.pieces if piece in nommees[code]) if compte else ()
        if compte is None or not ouvertes:
            return _Avis(Rapprochement.A_VOIR, code, (), "le libellé nomme une pièce qui n'est plus ouverte")
        if pieces := compte.expliquer(montant, ouvertes):
            return _Avis(Rapprochement.CERTAIN, code, pieces, "le libellé nomme la pièce, et le montant s'explique")
        manque = sum(compte.pieces[piece].reste for piece in ouvertes) - montant
        reconnu = code in ressemblants or max(len(piece) for piece in ouvertes) >= 6
        if manque > 0 and reconnu:
            frais = manque <= FRAIS_MAX and manque * PART_DES_FRAIS <= montant
            pourquoi = (
                f"des frais de {ecrire(manque, devise)} retenus" if frais else f"un paiement partiel : il manque {ecrire(manque, devise)}"
            )
            return _Avis(Rapprochement.PROBABLE, code, ouvertes, f"le libellé nomme la pièce ; {pourquoi}")
        if code in ressemblants:
            return _Avis(
                Rapprochement.PROBABLE, code, ouvertes, f"le libellé nomme la pièce et le client ; {ecrire(-manque, devise)} de trop"
            )
        return _Avis(Rapprochement.A_VOIR, code, ouvertes, "le libellé nomme la pièce, mais le montant ne s'explique pas")

    def _par_nom(self, ressemblants: dict[str, float], devinees: dict[str, set[str]], montant: int, devise: str) -> _Avis:
        """Le nom ressemble, et le montant est le net, une pièce ou une somme de pièces d'un seul client."""
        expliques: list[tuple[float, str, tuple[str, ...]]] = []
        for code, note in ressemblants.items():
            compte = self.comptes.get((code, devise))
            if compte is None:
                continue
            devinee = tuple(piece for piece in compte.pieces if piece in devinees.get(code, ()))
            if pieces := (compte.expliquer(montant, devinee) if devinee else ()) or compte.expliquer(montant):
                expliques.append((note, code, pieces))
            elif devinee and sum(compte.pieces[piece].reste for piece in devinee) - montant > 0:
                expliques.append((note - 1, code, devinee))
        expliques.sort(reverse=True)
        if expliques and (len(expliques) == 1 or expliques[0][0] > expliques[1][0] + 3):
            _, code, pieces = expliques[0]
            return _Avis(Rapprochement.PROBABLE, code, pieces, "le nom ressemble, et le montant est celui de ces pièces")
        if expliques:
            return _Avis(Rapprochement.A_VOIR, "", (), "plusieurs clients de ce nom pourraient l'avoir payé")
        if len(ressemblants) == 1:
            return _Avis(Rapprochement.A_VOIR, next(iter(ressemblants)), (), "le nom ressemble, mais le montant ne s'explique pas")
        return _Avis(Rapprochement.A_VOIR)


def rapprocher_banque(encaissements: pd.DataFrame, lignes: pd.DataFrame, noms: dict[str, str]) -> pd.DataFrame:
    """Les encaissements et ce que l'on en croit, dans l'ordre des dates.

    encaissements : `ENCAISSEMENTS` ; lignes : celles de l'export, lues ; noms : code → raison sociale. Rend une table
    `BANQUE`, pièces séparées par « ; ». Une pièce n'est payée qu'une fois : les certains d'abord, puis les probables.
    """
    banque = _Banque(lignes, noms)
    rangs = ENCAISSEMENTS.admettre(encaissements).sort_values([c.DATE, c.MONTANT], kind="stable").reset_index(drop=True)
    champs = list(rangs[[c.LIBELLE, c.MONTANT, c.DEVISE, c.DATE]].itertuples(index=False))
    avis: dict[int, _Avis] = {}
    for voulus in (frozenset({Rapprochement.CERTAIN}), SURS, frozenset(Rapprochement)):
        for rang, (libelle, montant, devise, jour) in enumerate(champs):
            if rang in avis:
                continue
            donne = banque.avis(libelle, int(montant), devise, jour)
            if donne.rapprochement in voulus:
                avis[rang] = donne
                if donne.rapprochement in SURS:
                    banque.comptes[donne.code, devise].regler(donne.pieces, int(montant))
    dans_l_ordre = [avis[rang] for rang in range(len(champs))]
    colonnes = {
        c.CODE_CLIENT: [a.code for a in dans_l_ordre],
        c.RAISON_SOCIALE: [noms.get(a.code, "") for a in dans_l_ordre],
        c.PIECES: ["; ".join(a.pieces) for a in dans_l_ordre],
        c.RAPPROCHEMENT: [str(a.rapprochement) for a in dans_l_ordre],
        c.EXPLICATION: [a.explication for a in dans_l_ordre],
    }
    return BANQUE.admettre(rangs.assign(**{nom: pd.Series(valeurs, rangs.index, dtype="str") for nom, valeurs in colonnes.items()}))
