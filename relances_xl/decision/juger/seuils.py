"""Les seuils du client, par devise (contrat §4.5) : net créditeur, retard net sous le Montant minimum."""

from decimal import Decimal

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.exclusions import Regle, ecarter
from relances_xl.decision.lignes import libres, numero_de_compte
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.motifs import DE_NIVEAU, Motif


def appliquer_seuils(lignes: pd.DataFrame, minimum: Decimal) -> pd.DataFrame:
    """Écarte les comptes créditeurs, les crédits sans échéance à réduire et les comptes sous le seuil.

    minimum : en unités de chaque devise (60 = 60 € ou 60 $). Le motif frappe toutes les lignes retenues, crédits compris.
    """
    compte, devises = numero_de_compte(lignes), lignes[c.DEVISE]
    retenues = libres(lignes)
    a_relancer = (retenues & ~lignes[c.CREDIT]).groupby(compte).transform("any")
    net = _total(lignes[c.RESTE_DU].where(retenues, 0), compte)
    differe = _total(lignes[c.RESTE_DU].where(lignes[c.MOTIF].isin(DE_NIVEAU), 0), compte)
    retard_net = net + differe
    seuil = devises.map({devise: en_unites(minimum, devise) for devise in devises.unique()})

    def net_du_client(touchees: pd.DataFrame) -> pd.Series:
        return "net du client à relancer : " + phrases.montants(net.loc[touchees.index], touchees[c.DEVISE])

    def sous_le_seuil(touchees: pd.DataFrame) -> pd.Series:
        index = touchees.index
        retard = phrases.montants(retard_net.loc[index], touchees[c.DEVISE])
        return "retard net " + retard + ", sous le Montant minimum de " + phrases.montants(seuil.loc[index], touchees[c.DEVISE])

    for regle in (
        Regle(Motif.CREDITEUR, ~a_relancer, lambda _: "crédit sans échéance à réduire"),
        Regle(Motif.CREDITEUR, net <= 0, net_du_client),
        Regle(Motif.SOUS_SEUIL, retard_net < seuil, sous_le_seuil),
    ):
        lignes = ecarter(lignes, regle)
    return lignes


def _total(montants: pd.Series, compte: pd.Series) -> pd.Series:
    return montants.groupby(compte).transform("sum")
