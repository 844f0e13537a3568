"""Des lois du parcours entier, sur des exports tirés au hasard : lister n'écrit rien, produire deux fois vaut une fois."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from atelier import Atelier, valeurs_de
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relances_xl.etapes.production import revoir
from relances_xl.etapes.production.preparation import preparer
from relances_xl.historique import Historique

JOUR = date(2026, 3, 31)

LIGNES = st.lists(
    st.tuples(
        st.sampled_from(["C001", "c002", "C-3/é", "0042"]),
        st.just("Client"),
        st.integers(1, 12).map(lambda n: f"F{n}"),
        st.integers(0, 400).map(lambda n: JOUR - timedelta(days=n)),
        st.integers(-30, 300).map(lambda n: JOUR - timedelta(days=n)),
        st.just(None),
        st.integers(-50_000, 200_000).map(lambda n: n / 100),
    ),
    min_size=1,
    max_size=12,
)

peu_mais_entiers = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@peu_mais_entiers
@given(LIGNES, st.sampled_from(["Client", "Client et niveau", "Facture"]))
def test_lister_n_ecrit_pas_au_journal_et_produire_deux_fois_vaut_une_fois(lignes: list[tuple[object, ...]], regroupement: str) -> None:
    with TemporaryDirectory() as racine:
        atelier = Atelier(Path(racine) / "relances")
        atelier.criteres(Regroupement=regroupement)
        atelier.echeances(lignes)
        liste = atelier.lister(JOUR)
        assert not atelier.dossier.historique.exists()
        ecart = [v for v in valeurs_de(liste.chemin, "Contrôle") if v["Rubrique"] == "Écart"]
        assert all(v["Lignes"] == 0 and v["Montant"] == 0 for v in ecart)

        atelier.approuver(liste)
        premier = atelier.produire(JOUR)
        assert premier.code == 0
        assert len(premier.resultats) == len(liste.decision.relances)
        journal, lettres = atelier.journal(), sorted(liste.lot.chemin.rglob("*.docx"))
        assert len(lettres) == len(liste.decision.relances)

        second = atelier.produire(JOUR)
        assert second.code == 0 and all(r.motif.startswith("déjà faite") for r in second.resultats)
        assert atelier.journal() == journal and sorted(liste.lot.chemin.rglob("*.docx")) == lettres

        # Le même jour, rien n'est plus à relancer de ce qui vient de l'être
        assert atelier.lister(JOUR).decision.relances.empty


@peu_mais_entiers
@given(LIGNES, LIGNES, st.sampled_from(["Client", "Client et niveau", "Facture"]), st.booleans())
def test_une_production_est_la_meme_que_ses_clients_soient_revus_ensemble_ou_un_a_un(
    lignes: list[tuple[object, ...]], nouvelles: list[tuple[object, ...]], regroupement: str, releve: bool
) -> None:
    with TemporaryDirectory() as racine:
        atelier = Atelier(Path(racine) / "relances")
        atelier.criteres(Regroupement=regroupement, **{"Joindre un relevé": "Oui" if releve else "Non"})
        atelier.echeances(lignes)
        liste = atelier.lister(JOUR)
        atelier.approuver(liste)
        atelier.echeances([*lignes[::2], *nouvelles])
        ensemble, un_a_un = (_plan(atelier, liste.chemin, clients) for clients in (2_000, 1))
        assert un_a_un == ensemble


def _plan(atelier: Atelier, revue: Path, clients: int) -> tuple[object, ...]:
    """Tout ce qu'une production s'apprête à faire, ses clients revus et ses lettres rédigées tant à la fois."""
    with pytest.MonkeyPatch.context() as pose, Historique.consulter(atelier.dossier.historique) as historique:
        pose.setattr(revoir, "CLIENTS", clients)
        pose.setattr(revoir, "TRANCHE", clients)
        plan = preparer(atelier.dossier, datetime.combine(JOUR, time(12), UTC), revue, None, historique)
        lettres = [
            (lettre.nom, lettre.intention, lettre.sortie, [dit.valeurs for dit in (lettre.document, lettre.releve) if dit])
            for lettre in plan.lettres
        ]
    return lettres, plan.hors_sortie, plan.ecartees.to_dict("records"), plan.alertes, plan.lettres.totaux
