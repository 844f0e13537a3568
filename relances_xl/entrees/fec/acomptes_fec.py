"""Les acomptes reçus, au compte 4191 d'un FEC : rappelés sur chaque relance du client (contrat §3, « FEC »)."""

from collections.abc import Callable, Mapping

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.valeurs.alertes_de_ligne import ajouter_les_alertes
from relances_xl.entrees.valeurs.colonne_textes import textes

ACOMPTES = "4191"
_DEVISE = "EUR"

Colonnes = Mapping[str, list[Valeur]]


def acomptes(
    table: pd.DataFrame, avances: Colonnes, montants: Callable[[Colonnes], tuple[pd.Series, pd.Series]]
) -> tuple[pd.DataFrame, list[Faute]]:
    """La table, ALERTE_LIGNE disant l'acompte de chaque client ; et ce qui ne se rattache à personne.

    avances : les écritures du 4191, une colonne par champ du FEC ; montants : (débit − crédit en centimes, illisible).
    """
    if not avances["comptenum"]:
        return table, []
    client = pd.Series(textes(avances.get("compauxnum", [None] * len(avances["comptenum"]))), dtype="str")
    soldes = -montants(avances)[0].groupby(client).sum()
    recus = soldes[soldes > 0]
    dits = {code: f"acompte de {ecrire(int(montant), _DEVISE)} au 4191" for code, montant in recus.items() if code}
    sans_client = int(recus.get("", 0))
    fautes = []
    if sans_client:
        dit = f"{ecrire(sans_client, _DEVISE)} d'acomptes au 4191, sans compte auxiliaire : on ne sait de qui ils viennent"
        fautes.append(Faute(dit, "voyez si un client relancé ne les a pas versés"))
    return ajouter_les_alertes(table, c.CODE_CLIENT, dits), fautes
