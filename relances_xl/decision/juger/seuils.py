"""Les seuils du client, par devise (contrat §4.5) : net créditeur, retard net sous le Montant minimum."""

from decimal import Decimal

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.exclusions import Regle, ecarter
from relances_xl.decision.lignes import libres, par_compte
from relances_xl.decision.par_groupe import Entiers
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.motifs import DE_NIVEAU, Motif


def appliquer_seuils(lignes: pd.DataFrame, minimum: Decimal) -> pd.DataFrame:
    """Écarte les comptes créditeurs, les crédits sans échéance à réduire et les comptes sous le seuil.

    minimum : en unités de chaque devise (60 = 60 € ou 60 $). Le motif frappe toutes les lignes retenues, crédits compris.
    """
    comptes, devises, reste = par_compte(lignes), lignes[c.DEVISE].to_numpy(), lignes[c.RESTE_DU].to_numpy()
    retenues = libres(lignes)
    a_relancer = (comptes.somme(retenues & ~lignes[c.CREDIT].to_numpy()) > 0)[comptes.numeros]
    net = comptes.somme(np.where(retenues, reste, 0))[comptes.numeros]
    differe = comptes.somme(np.where(lignes[c.MOTIF].isin(DE_NIVEAU).to_numpy(), reste, 0))[comptes.numeros]
    retard_net = net + differe
    seuils = {devise: en_unites(minimum, devise) for devise in set(devises.tolist())}
    seuil = np.array([seuils[devise] for devise in devises[comptes.premieres].tolist()], dtype=np.int64)[comptes.numeros]

    def net_du_client(rangs: Entiers) -> list[str]:
        return [f"net du client à relancer : {montant}" for montant in phrases.montants(net[rangs], devises[rangs])]

    def sous_le_seuil(rangs: Entiers) -> list[str]:
        retards, exiges = phrases.montants(retard_net[rangs], devises[rangs]), phrases.montants(seuil[rangs], devises[rangs])
        return [f"retard net {montant}, sous le Montant minimum de {exige}" for montant, exige in zip(retards, exiges, strict=True)]

    return ecarter(
        lignes,
        (
            Regle(Motif.CREDITEUR, ~a_relancer, lambda _: "crédit sans échéance à réduire"),
            Regle(Motif.CREDITEUR, net <= 0, net_du_client),
            Regle(Motif.SOUS_SEUIL, retard_net < seuil, sous_le_seuil),
        ),
    )
