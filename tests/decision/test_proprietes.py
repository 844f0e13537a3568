"""Les lois de la décision, quelles que soient les lignes : rien ne se perd, rien ne dépend de l'ordre du fichier."""

from dataclasses import replace

import fabrique as f
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from strategies_decision import BREF, criteres, exports

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.decider import Decision, decider
from relances_xl.decision.montrer.controle import controle
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import Parametres

CLIENTS = f.clients({}, {"code_client": "C2", "type_client": "Public"})
JOURNAL = f.journal({"date": "20/02/2026", "date_cle": "01/01/2026"}, {"date": "10/03/2026", "date_cle": "01/02/2026", "niveau": 2})


def decide(export: list[dict[str, object]], choix: dict[str, object]) -> tuple[Decision, Parametres]:
    parametres = f.parametres(**choix)
    return decider(f.echeances(*export), CLIENTS, parametres, JOURNAL, "L"), parametres


@BREF
@given(exports, criteres)
def test_retenues_exclues_et_anomalies_font_l_export_par_devise(export: list[dict[str, object]], choix: dict[str, object]) -> None:
    decision, _ = decide(export, choix)
    lignes = decision.lignes
    assert list(lignes[c.LIGNE]) == [rang + 2 for rang in range(len(export))]
    sorts = (lignes[c.RELANCE] != "").astype(int) + (lignes[c.MOTIF] != "").astype(int) + (lignes[c.CAUSE] != "").astype(int)
    assert (sorts == 1).all()
    table = controle(lignes, 0)
    ecarts = table[table["Rubrique"] == "Écart"]
    assert (ecarts["Lignes"] == 0).all() and (ecarts["Montant"] == 0).all()
    par_devise = table[table["Rubrique"] == "Export"].set_index("Devise")["Montant"]
    assert par_devise.to_dict() == lignes.groupby(c.DEVISE)[c.RESTE_DU].sum().to_dict()


@BREF
@given(exports, criteres)
def test_les_relances_disent_exactement_ce_que_portent_leurs_lignes(export: list[dict[str, object]], choix: dict[str, object]) -> None:
    decision, _ = decide(export, choix)
    portees = decision.lignes[decision.lignes[c.RELANCE] != ""]
    par_relance = portees.groupby(c.RELANCE)
    relances = decision.relances.set_index(c.RELANCE)
    assert set(relances.index) == set(portees[c.RELANCE])
    assert (relances[c.NET] > 0).all()
    for champ, colonne in ((c.RESTE_DU, c.NET), (c.NET_PENALISABLE, c.NET), (c.PENALITES, c.PENALITES), (c.INDEMNITE, c.INDEMNITE)):
        assert par_relance[champ].sum().to_dict() == relances[colonne].to_dict()
    assert par_relance[c.NIVEAU_PROPOSE].max().to_dict() == relances[c.NIVEAU].to_dict()
    assert (par_relance[c.CODE_CLIENT].nunique() == 1).all() and (par_relance[c.DEVISE].nunique() == 1).all()
    assert (portees.loc[~portees[c.CREDIT], c.NET_PENALISABLE] >= 0).all()


@BREF
@given(exports, criteres, st.randoms(use_true_random=False))
def test_permuter_les_lignes_de_l_export_ne_change_aucune_decision(
    export: list[dict[str, object]], choix: dict[str, object], hasard: object
) -> None:
    decision, parametres = decide(export, choix)
    ordre = list(range(len(export)))
    hasard.shuffle(ordre)  # type: ignore[attr-defined]
    permutees = f.echeances(*export).iloc[ordre]
    autre = decider(permutees, CLIENTS, parametres, JOURNAL, "L")
    pd.testing.assert_frame_equal(autre.relances, decision.relances)
    # des lignes que rien ne distingue peuvent échanger leur part d'imputation ou d'indemnité : leur sort, non
    sort = [c.LIGNE, c.MOTIF, c.EXPLICATION, c.NIVEAU_PROPOSE, c.RELANCE, c.AUTRE, c.REEDITION, c.DERNIER_NIVEAU]
    remises = autre.lignes.sort_values(c.LIGNE)[sort].reset_index(drop=True)
    pd.testing.assert_frame_equal(remises, decision.lignes[sort])


@BREF
@given(exports, criteres)
def test_composer_deux_fois_revient_a_composer_une_fois(export: list[dict[str, object]], choix: dict[str, object]) -> None:
    decision, parametres = decide(export, choix)
    lignes, relances = composer(decision.lignes, CLIENTS, parametres)
    pd.testing.assert_frame_equal(lignes, decision.lignes)
    pd.testing.assert_frame_equal(relances, decision.relances)


@BREF
@given(exports, criteres)
def test_decider_ne_touche_ni_a_l_export_ni_au_journal(export: list[dict[str, object]], choix: dict[str, object]) -> None:
    lignes, journal = f.echeances(*export), JOURNAL.copy()
    parametres = replace(f.parametres(**choix), suivi=f.suivi({"nature": "Litige", "piece": "F3"}))
    copie = lignes.copy(deep=True)
    decision = decider(lignes, CLIENTS, parametres, JOURNAL, "L")
    pd.testing.assert_frame_equal(lignes, copie)
    pd.testing.assert_frame_equal(JOURNAL, journal)
    pd.testing.assert_frame_equal(decision.lignes[lignes.columns.drop(c.EXPLICATION)], lignes.drop(columns=c.EXPLICATION))
