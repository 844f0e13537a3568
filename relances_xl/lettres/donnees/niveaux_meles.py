"""Ce qu'une lettre réclame à son niveau, et ce qui s'y joint à un niveau inférieur (contrat §4.6).

« Mise en demeure », « restée sans effet » ne se disent que des échéances au niveau de la lettre.
"""

from collections.abc import Sequence
from datetime import date

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.lettres.donnees.rangees import Lignes, Valeurs, montant_ou_rien


def partager(tableau: Lignes, echeances: Sequence[int], niveau: int) -> tuple[list[int], list[int]]:
    """Les échéances au niveau de la lettre, puis celles d'un niveau inférieur."""
    jointes = [i for i in echeances if tableau.niveaux[i] < niveau]
    return [i for i in echeances if tableau.niveaux[i] >= niveau], jointes


def des_niveaux(tableau: Lignes, relance: Valeurs, exigees: Sequence[int], jointes: Sequence[int]) -> Valeurs:
    """Les champs de la lettre qui distinguent les deux : totaux nets des crédits imputés, et relances précédentes.

    total_exige + total_joint est le net ; `reclame_exige` ajoute au premier ses pénalités et ses indemnités.
    """
    devise, net = str(relance[c.DEVISE]), relance[c.NET]
    assert isinstance(net, int)
    joint = sum(tableau.nets[i] for i in jointes)
    penalites = [tableau.penalites[i] for i in exigees]
    reclame: object = relance[c.TOTAL_RECLAME]
    if jointes:
        connues = [p for p in penalites if isinstance(p, int)]
        frais = sum(connues) + sum(tableau.indemnites[i] for i in exigees)
        reclame = net - joint + frais if len(connues) == len(penalites) else ""
    return {
        "total_exige": Montant(net - joint, devise),
        "total_joint": Montant(joint, devise) if jointes else "",
        "reclame_exige": montant_ou_rien(reclame, devise),
        **_relances_precedentes([tableau.dernieres[i] for i in exigees]),
    }


def _relances_precedentes(dates: Sequence[object]) -> Valeurs:
    """`derniere_relance` : la plus récente, si toutes ont déjà été relancées ; `relance_commune` : si c'est la même pour toutes."""
    connues = [jour for jour in dates if isinstance(jour, date)]
    if not connues or len(connues) < len(dates):
        return {"derniere_relance": "", "relance_commune": ""}
    derniere = max(connues)
    return {"derniere_relance": derniere, "relance_commune": derniere if derniere == min(connues) else ""}
