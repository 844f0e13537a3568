"""Le compte rendu d'une production : ce qui est sorti, ce qui a été écarté."""

import pandas as pd

from relances_xl.domaine import colonnes as c
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import ecriture
from relances_xl.etapes.plan import Plan
from relances_xl.revue.tableaux import ecrire_tableaux

_EXPLIQUEES = 5  # échéances écartées expliquées par relance : une cellule reste lisible


def ecrire_compte_rendu(plan: Plan) -> None:
    """Écrit `compte-rendu.xlsx` du lot."""
    with ecriture(plan.lot.compte_rendu) as provisoire:
        ecrire_tableaux(provisoire, {"Relances": _relances(plan), "Écartées": _ecartees(plan.ecartees)})


def _relances(plan: Plan) -> pd.DataFrame:
    ecartees: dict[str, list[tuple[str, str]]] = {}
    for ligne in enregistrements(plan.ecartees):
        ecartees.setdefault(ligne[c.RELANCE], []).append((ligne[c.PIECE], ligne[c.EXPLICATION]))
    return pd.DataFrame(
        [
            (r.relance, r.code_client, r.niveau, str(r.statut), r.fichier, _motif(r.motif, ecartees.get(r.relance, [])))
            for r in plan.resultats
        ],
        columns=["Relance", "Code client", "Niveau", "Statut", "Fichier", "Motif"],
    )


def _motif(motif: str, ecartees: list[tuple[str, str]]) -> str:
    """Le motif de la relance, puis pourquoi des échéances lui manquent, s'il ne le dit déjà."""
    phrases = [f"{piece} écartée ({explication})" for piece, explication in ecartees if explication not in motif]
    suite = [f"et {len(phrases) - _EXPLIQUEES} autres"] if len(phrases) > _EXPLIQUEES else []
    return " · ".join(filter(None, (motif, *phrases[:_EXPLIQUEES], *suite)))


def _ecartees(ecartees: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par échéance, le motif en code (contrat §6)."""
    colonnes = {c.RELANCE: "Relance", c.PIECE: "Pièce", c.DATE_ECHEANCE: "Échéance", c.MOTIF: "Motif"}
    return ecartees[list(colonnes)].rename(columns=colonnes)
