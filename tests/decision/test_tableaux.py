"""Les tables qui accompagnent la liste : « Contrôle », « Complément », « Tableau de bord »."""

from dataclasses import replace

import fabrique as f
import pandas as pd
from hypothesis import given
from strategies_decision import BREF, criteres, exports

from relances_xl.decision.decider import Decision, decider
from relances_xl.decision.lignes import noms_des_clients
from relances_xl.decision.montrer.age import BALANCE
from relances_xl.decision.montrer.bilan import bilan
from relances_xl.decision.montrer.complement import COLONNES, complement
from relances_xl.decision.montrer.controle import controle
from relances_xl.decision.montrer.effet import suite_des_relances
from relances_xl.domaine import tables as c

CLIENTS = f.clients(
    {"contact": "Mme Roy", "telephone": "0240000000", "note": "rappeler le matin", "commercial": "Léa", "delai_paiement": "45 fin de mois"}
)
SANS_JOURNAL = f.journal()
EXPORT = f.echeances(
    {"piece": "F1", "date_echeance": "01/12/2025", "reste_du": 400, "niveau_relance": 1, "date_relance": "01/02/2026"},  # 120 j
    {"piece": "F2", "date_echeance": "15/01/2026", "reste_du": 300},  # 75 j
    {"piece": "F3", "date_echeance": "15/02/2026", "reste_du": 200, "litige": True},  # 44 j
    {"piece": "F4", "date_echeance": "21/03/2026", "reste_du": 100},  # 10 j
    {"piece": "F5", "date_echeance": "31/03/2026", "reste_du": 50},
    {"piece": "A1", "date_echeance": "15/01/2026", "reste_du": -30},
    {"piece": "G1", "date_echeance": "01/03/2026", "reste_du": 1000, "code_client": "C2", "raison_sociale": "Deux", "commercial": "Max"},
    {"piece": "U1", "date_echeance": "01/03/2026", "reste_du": 70, "devise": "USD"},
    {"piece": "", "cause": "PIECE_MANQUANTE", "reste_du": 5},
)


def decide(journal: pd.DataFrame = SANS_JOURNAL, **choix: object) -> Decision:
    return decider(EXPORT, CLIENTS, f.parametres(**choix), journal, "L")


def test_le_controle_dit_en_mots_chaque_motif_et_chaque_cause_presents_et_un_ecart_nul() -> None:
    table = controle(decide().lignes, 7)
    euros = table[table["Devise"] == "EUR"]
    assert list(euros["Rubrique"]) == ["Export", "Retenues", "litige", "non échue", "pièce manquante", "Écart"]
    assert list(euros["Code du motif"]) == ["", "", "LITIGE", "NON_ECHUE", "PIECE_MANQUANTE", ""]
    par_rubrique = euros.set_index("Rubrique")[["Lignes", "Montant"]]
    assert list(par_rubrique.loc["Export"]) == [8, 202500]
    assert list(par_rubrique.loc["Retenues"]) == [5, 177000]
    assert list(par_rubrique.loc["litige"]) == [1, 20000]
    assert list(par_rubrique.loc["non échue"]) == [1, 5000]
    assert list(par_rubrique.loc["pièce manquante"]) == [1, 500]
    assert list(par_rubrique.loc["Écart"]) == [0, 0]
    hors_tableau = table.iloc[-1]
    assert (hors_tableau["Rubrique"], hors_tableau["Lignes"]) == ("Hors tableau", 7)
    assert pd.isna(hors_tableau["Montant"])


def test_le_controle_denonce_une_ligne_qui_n_aurait_aucun_sort() -> None:
    lignes = decide().lignes
    perdue = lignes.assign(**{c.MOTIF: lignes[c.MOTIF].mask(lignes[c.MOTIF] == "LITIGE", "")})
    ecart = controle(perdue, 0).query("Rubrique == 'Écart' and Devise == 'EUR'").iloc[0]
    assert (ecart["Lignes"], ecart["Montant"]) == (1, 20000)


def test_le_complement_dit_du_client_ce_qu_on_veut_savoir_avant_d_appeler() -> None:
    table = complement(decide(), CLIENTS, suite_des_relances(SANS_JOURNAL, decide().lignes), f.parametres())
    assert list(table.columns) == COLONNES
    assert list(table["Code client"] + " " + table["Devise"]) == ["C1 EUR", "C1 USD", "C2 EUR"]
    c1 = table.iloc[0]
    assert list(c1[["Raison sociale", "Contact", "Téléphone", "Email"]]) == ["Client Un", "Mme Roy", "0240000000", "compta@exemple.fr"]
    assert list(c1[["Encours", "Non échu", "0-30 j", "31-60 j", "61-90 j", "> 90 j"]]) == [102000, 5000, 10000, 20000, 27000, 40000]
    assert (c1["Relances"], c1["Dernier niveau"], c1["Dernière relance"]) == (0, 1, pd.Timestamp("2026-02-01"))
    assert (c1["Note"], c1["Délai de paiement"], c1["Plus gros impayé"]) == ("rappeler le matin", "45 fin de mois", 40000)
    assert c1["Retard moyen (j)"] == (400 * 120 + 300 * 75 + 200 * 44 + 100 * 10) // 1000
    assert list(table.iloc[2][["Contact", "Délai de paiement", "Note"]]) == ["", "30", ""]


def test_le_complement_reprend_le_suivi_du_plus_recent_au_plus_ancien() -> None:
    suivi = f.suivi(
        {"nature": "Appel", "date": "01/03/2026", "commentaire": "absente"},
        {"nature": "Promesse", "date": "12/03/2026", "jusquau": "20/03/2026", "piece": "F1", "code_client": "c1"},
        {"nature": "Note", "code_client": "C2"},
    )
    parametres = replace(f.parametres(), suivi=suivi)
    notes = complement(decide(), CLIENTS, suite_des_relances(SANS_JOURNAL, decide().lignes), parametres)["Note"]
    assert notes[0].split("\n") == [
        "rappeler le matin",
        "12/03/2026 Promesse jusqu'au 20/03/2026 (F1)",
        "01/03/2026 Appel : absente",
    ]
    assert notes[2] == "Note"


JOURNAL = f.journal(
    {"relance": "J-1", "date": "15/01/2026", "niveau": 1, "piece": "F1", "date_cle": "01/12/2025", "montant": 400},
    {"relance": "J-1", "date": "15/01/2026", "niveau": 1, "piece": "F0", "date_cle": "01/12/2025", "montant": 90},
    {"relance": "J-2", "date": "15/02/2026", "niveau": 2, "piece": "F1", "date_cle": "01/12/2025", "montant": 500},
    {"relance": "J-3", "date": "15/02/2026", "niveau": 1, "piece": "X", "date_cle": "01/12/2025", "montant": 10, "code_client": "C9"},
)


def test_sans_journal_le_complement_dit_les_relances_de_l_ancien_logiciel() -> None:
    reprise = {"niveau_relance": 2, "date_relance": "14/03/2026"}
    lignes = f.echeances({"date_echeance": "10/12/2025"} | reprise, {"piece": "F2", "date_echeance": "11/12/2025"} | reprise)
    decision = decider(lignes, CLIENTS, f.parametres(), f.journal(), "L")
    (dit,) = complement(decision, CLIENTS, suite_des_relances(SANS_JOURNAL, decision.lignes), f.parametres())["Relances passées"]
    assert dit == "niveau 2 le 14/03/2026"


def test_le_complement_compte_les_relances_et_dit_ce_qu_elles_ont_donne() -> None:
    c1 = complement(decide(JOURNAL), CLIENTS, suite_des_relances(JOURNAL, decide(JOURNAL).lignes), f.parametres()).iloc[0]
    assert (c1["Relances"], c1["Dernier niveau"], c1["Dernière relance"]) == (2, 2, pd.Timestamp("2026-02-15"))
    assert c1["Relances passées"].split("\n") == [
        "niveau 2 le 15/02/2026 : 1 échéance, aucune soldée",
        "niveau 1 le 15/01/2026 : 2 échéances, 1 soldée en 75 jours au plus",
    ]


def test_le_tableau_de_bord_resume_la_devise_principale() -> None:
    tables = bilan(decide(JOURNAL), CLIENTS, suite_des_relances(JOURNAL, decide(JOURNAL).lignes), f.parametres())
    assert list(tables) == ["balance", "niveaux", "commerciaux", "debiteurs", "effet", "campagnes", "encaissements", "delais"]
    assert tables["balance"].to_dict("records")[0] == {
        "Devise": "EUR", "Non échu": 5000, "0-30 j": 110000, "31-60 j": 20000, "61-90 j": 27000, "> 90 j": 40000, "Encours": 202000,
    }  # fmt: skip
    assert list(tables["balance"]["Devise"]) == ["EUR", "USD"]
    assert tables["niveaux"].to_numpy().tolist() == [["EUR", "Niveau 1", 1, 1, 100000], ["EUR", "Niveau 3", 1, 3, 80000]]
    assert tables["commerciaux"].to_numpy().tolist() == [["EUR", "Léa", 1, 4, 100000], ["EUR", "Max", 1, 1, 100000]]
    assert tables["debiteurs"].to_numpy().tolist() == [
        ["EUR", "C1", "Client Un", 100000, 40000],
        ["EUR", "C2", "Deux", 100000, 0],
    ]


def test_l_effet_d_un_niveau_est_ce_qui_s_est_regle_sans_attendre_le_suivant() -> None:
    effet = bilan(decide(JOURNAL), CLIENTS, suite_des_relances(JOURNAL, decide(JOURNAL).lignes), f.parametres())["effet"].set_index(
        "Niveau"
    )
    colonnes = ["Relances", "Échéances", "Soldées", "Montant relancé", "Montant réglé"]
    # F0 et X se sont soldées après leur niveau 1 ; F1, relancée deux fois, n'a été réglée que de 100 € après le niveau 2
    assert list(effet.loc["Niveau 1", colonnes]) == [2, 3, 2, 50000, 10000]
    assert list(effet.loc["Niveau 2", colonnes]) == [1, 1, 0, 50000, 10000]


def test_sans_rien_les_tables_sont_vides_mais_entieres() -> None:
    vide = decider(f.echeances(), f.clients(), f.parametres(), SANS_JOURNAL, "L")
    assert list(complement(vide, f.clients(), suite_des_relances(SANS_JOURNAL, vide.lignes), f.parametres()).columns) == COLONNES
    assert all(table.empty for table in bilan(vide, f.clients(), suite_des_relances(SANS_JOURNAL, vide.lignes), f.parametres()).values())
    nul = controle(vide.lignes, 0).query("Devise == 'EUR'").set_index("Rubrique")
    assert list(nul.loc["Export", ["Lignes", "Montant"]]) == list(nul.loc["Écart", ["Lignes", "Montant"]]) == [0, 0]


@BREF
@given(exports, criteres)
def test_la_balance_agee_fait_toujours_l_encours(export: list[dict[str, object]], choix: dict[str, object]) -> None:
    parametres = f.parametres(**choix)
    decision = decider(f.echeances(*export), CLIENTS, parametres, JOURNAL, "L")
    lisibles = decision.lignes[decision.lignes[c.CAUSE] == ""]
    for table in (
        bilan(decision, CLIENTS, suite_des_relances(JOURNAL, decision.lignes), parametres)["balance"],
        complement(decision, CLIENTS, suite_des_relances(JOURNAL, decision.lignes), parametres),
    ):
        assert (table[BALANCE[:-1]].sum(axis=1) == table["Encours"]).all()
    encours = bilan(decision, CLIENTS, suite_des_relances(JOURNAL, decision.lignes), parametres)["balance"].set_index("Devise")["Encours"]
    assert encours.to_dict() == lisibles.groupby(c.DEVISE)[c.RESTE_DU].sum().to_dict()


def test_chaque_code_a_son_nom_de_la_fiche_de_la_ligne_ou_d_une_autre() -> None:
    lignes = f.echeances(
        {"code_client": "C1", "raison_sociale": "Ancien nom"},
        {"code_client": "C2", "raison_sociale": ""},
        {"code_client": "C2", "raison_sociale": "Deux"},
        {"code_client": "C3", "raison_sociale": ""},
    )
    assert list(noms_des_clients(lignes, f.clients({"raison_sociale": "Client Un"}))) == ["Client Un", "Deux", "Deux", ""]
