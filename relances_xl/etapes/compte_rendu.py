"""Le compte rendu d'une production : ce qui est sorti, ce qui a été écarté."""

import pandas as pd

from relances_xl.dossier import ecriture
from relances_xl.etapes.plan import Plan, Resultat
from relances_xl.revue.tableaux import ecrire_tableaux


def ecrire_compte_rendu(plan: Plan) -> None:
    """Écrit `compte-rendu.xlsx` du lot."""
    with ecriture(plan.lot.compte_rendu) as provisoire:
        ecrire_tableaux(provisoire, {"Relances": _relances(plan.resultats), "Écartées": _ecartees(plan.ecartees)})


def _relances(resultats: tuple[Resultat, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [(r.relance, r.code_client, r.niveau, str(r.statut), r.fichier, r.motif) for r in resultats],
        columns=["Relance", "Code client", "Niveau", "Statut", "Fichier", "Motif"],
    )


def _ecartees(ecartees: pd.DataFrame) -> pd.DataFrame:
    """Le motif est son code, suivi de l'explication dans une colonne de plus."""
    return ecartees.set_axis(["Relance", "Pièce", "Échéance", "Motif", "Explication"], axis="columns")
