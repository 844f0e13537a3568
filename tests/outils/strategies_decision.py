"""Des exports et des critères au hasard, serrés exprès : peu de clients, de pièces et de dates, pour que tout se croise."""

from datetime import date, timedelta

import fabrique as f
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from relances_xl.domaine.criteres import Regroupement
from relances_xl.domaine.motifs import Cause

BREF = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])

jours = st.integers(-400, 40).map(lambda n: f.REFERENCE + timedelta(days=n))
rangs = st.fixed_dictionaries(
    {
        "code_client": st.sampled_from(["C1", "C2", "C3"]),
        "piece": st.sampled_from(["F1", "F2", "F3"]),
        "date_echeance": st.one_of(st.sampled_from([date(2026, 1, 1), date(2026, 2, 1)]), jours),
        "reste_du": st.integers(-150, 300),
        "devise": st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
        "niveau_relance": st.integers(0, 3),
        "date_relance": st.one_of(st.just(""), jours),
        "reference": st.sampled_from(["", "F1", "F2", "inconnue"]),
        "litige": st.sampled_from([False, False, False, True]),
        "promesse": st.one_of(st.just(""), st.just(""), jours),
        "module": st.sampled_from(["", "", "", "Comptoir"]),
        "cause": st.sampled_from(["", "", "", "", *(cause.value for cause in Cause)]),
    }
)
exports = st.lists(rangs, min_size=1, max_size=25)
criteres = st.fixed_dictionaries(
    {
        "automatique": st.booleans(),
        "reedition": st.booleans(),
        "niveau": st.integers(1, 3),
        "regroupement": st.sampled_from(Regroupement),
        "montant_minimum": st.decimals(0, 200, places=2),
    }
)
