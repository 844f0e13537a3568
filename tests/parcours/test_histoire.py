"""L'histoire d'un client, jour après jour, comme un comptable la raconterait."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from atelier import Atelier, valeurs_de

from relances_xl.domaine.erreurs import ErreurUtilisateur

ECHEANCE = date(2026, 1, 31)


def facture(reste: float) -> list[tuple[object, ...]]:
    return [("C001", "Garage Pérez & Fils", "FA2026-001", date(2026, 1, 1), ECHEANCE, 1200.00, reste)]


def test_l_histoire_d_une_facture_impayee(tmp_path: Path) -> None:
    dossier = Atelier(tmp_path / "relances")
    dossier.echeances(facture(1200.00))

    # Le jour de l'échéance : rien. Le lendemain, le délai d'un jour est écoulé : première relance.
    assert dossier.relancer(ECHEANCE) == []
    assert [niveau for _, niveau in dossier.relancer(ECHEANCE + timedelta(days=1))] == [1]

    # Rien avant quinze jours, puis la deuxième.
    premiere = ECHEANCE + timedelta(days=1)
    assert dossier.relancer(premiere) == []
    assert dossier.relancer(premiere + timedelta(days=14)) == []
    deuxieme = premiere + timedelta(days=15)
    assert [niveau for _, niveau in dossier.relancer(deuxieme)] == [2]

    # Le client paie une partie : la mise en demeure ne réclame plus que le reste, avec pénalités et indemnité.
    dossier.echeances(facture(700.00))
    troisieme = deuxieme + timedelta(days=15)
    liste = dossier.lister(troisieme)
    (ligne,) = [v for v in valeurs_de(liste.chemin, "Liste clients") if v["Relance"]]
    assert (ligne["Niveau"], ligne["Net"], ligne["Indemnité"]) == (3, 700, 40)
    assert ligne["Total réclamé"] == pytest.approx(700 + 40 + ligne["Pénalités"])
    assert ligne["Pénalités"] > 0
    dossier.approuver(liste)
    (relance,) = [r.relance for r in dossier.produire(troisieme).resultats]

    # Au-delà de la mise en demeure : plus rien, tant qu'on ne réédite pas.
    plus_tard = troisieme + timedelta(days=60)
    assert dossier.relancer(plus_tard) == []
    dossier.criteres(**{"Réédition de relance": "Oui"})
    assert [niveau for _, niveau in dossier.relancer(plus_tard)] == [3]
    dossier.criteres(**{"Réédition de relance": "Non"})

    # Annuler la réédition puis la mise en demeure : le client revient au niveau 2, la troisième est de nouveau à faire.
    dossier.annuler(*[r for r, niveau, statut in dossier.journal() if niveau == 3 and statut == "Émise"])
    with pytest.raises(ErreurUtilisateur, match="déjà annulée"):
        dossier.annuler(relance)
    assert [niveau for _, niveau in dossier.relancer(plus_tard)] == [3]

    # Tout est payé : plus rien à relancer, et le journal garde la trace de tout.
    dossier.echeances(facture(0))
    assert dossier.relancer(plus_tard + timedelta(days=30)) == []
    assert [(niveau, statut) for _, niveau, statut in dossier.journal()] == [
        (1, "Émise"), (2, "Émise"), (3, "Annulée"), (3, "Annulée"), (3, "Émise"),
    ]  # fmt: skip
