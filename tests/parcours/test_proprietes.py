"""Des lois du parcours entier, sur des exports tirés au hasard : lister n'écrit rien, produire deux fois vaut une fois."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from atelier import Atelier, valeurs_de
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
