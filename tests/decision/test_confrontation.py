"""La revérification avant de produire (§6, étape 1) : ce qui a changé depuis la liste, et ce qui part quand même."""

from dataclasses import dataclass, replace
from decimal import Decimal

import fabrique as f
import pandas as pd
import pytest
from hypothesis import given
from strategies_decision import BREF, criteres, exports

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.decider import Decision, decider
from relances_xl.decision.reverifier.confrontation import Confrontation, confronter
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import ModesDePaiement, Regroupement
from relances_xl.domaine.niveaux import LIVRES, Plans
from relances_xl.domaine.parametres import Parametres

CLIENTS = f.clients({}, {"code_client": "C2"})
SANS_JOURNAL = f.journal()

F1: f.Rang = {"piece": "F1", "date_echeance": "01/02/2026", "reste_du": 100}
F2: f.Rang = {"piece": "F2", "date_echeance": "01/03/2026", "reste_du": 200}
AVOIR: f.Rang = {"piece": "A1", "date_echeance": "15/02/2026", "reste_du": -30}


@dataclass
class Revue:
    """Une revue telle que `revue.lecture` la rend, tout approuvé, que chaque test retouche."""

    relances: pd.DataFrame
    lignes: pd.DataFrame
    exclusions: pd.DataFrame
    parametres: Parametres

    def confronter(self, *rangs: f.Rang, journal: pd.DataFrame = SANS_JOURNAL, suivi: pd.DataFrame | None = None) -> Confrontation:
        parametres = self.parametres if suivi is None else replace(self.parametres, suivi=suivi)
        fraiches = decider(f.echeances(*rangs), CLIENTS, parametres, journal, "x").lignes
        approuvees = self.relances.loc[self.relances["approuvee"], c.RELANCE]
        return confronter(self.relances, self.lignes, self.exclusions, list(approuvees), fraiches, journal, parametres.plans)

    def decocher(self, piece: str) -> None:
        self.lignes.loc[self.lignes[c.PIECE] == piece, "retenir"] = False

    def supprimer(self, piece: str) -> None:
        self.lignes = self.lignes[self.lignes[c.PIECE] != piece]

    def imposer(self, niveau: int) -> None:
        self.relances = self.relances.assign(**{c.NIVEAU: niveau, "niveau_modifie": True})


def lister(*rangs: f.Rang, journal: pd.DataFrame = SANS_JOURNAL, **choix: object) -> Revue:
    parametres = f.parametres(**choix)
    return revue_de(decider(f.echeances(*rangs), CLIENTS, parametres, journal, "L"), parametres)


def revue_de(decision: Decision, parametres: Parametres) -> Revue:
    relances = decision.relances[[c.RELANCE, c.CODE_CLIENT, c.DEVISE, c.NIVEAU, c.CREDITS]]
    detail = decision.lignes[decision.lignes[c.RELANCE] != ""]
    colonnes = [
        c.RELANCE, c.CODE_CLIENT, c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.DEVISE, c.RESTE_DU, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE,
        c.NIVEAU_PROPOSE,
    ]  # fmt: skip
    exclusions = decision.lignes[(decision.lignes[c.MOTIF] != "") & decision.lignes[c.CREDIT]]
    return Revue(
        relances.assign(approuvee=True, niveau_modifie=False),
        detail[colonnes].assign(retenir=True).reset_index(drop=True),
        exclusions[[c.CODE_CLIENT, c.PIECE, c.DATE_ECHEANCE, c.RESTE_DU, c.DEVISE, c.MOTIF]].reset_index(drop=True),
        parametres,
    )


def ecarts(confrontation: Confrontation) -> dict[str, str]:
    return dict(zip(confrontation.ecartees[c.PIECE], confrontation.ecartees[c.MOTIF], strict=True))


def pourquoi(confrontation: Confrontation) -> list[str]:
    return [texte.replace("\u00a0", " ") for texte in confrontation.ecartees[c.EXPLICATION]]


def partent(confrontation: Confrontation) -> dict[str, int]:
    """Pièce → niveau de ce qui part."""
    lignes = confrontation.lignes[confrontation.lignes[c.RELANCE] != ""]
    return dict(zip(lignes[c.PIECE], lignes[c.NIVEAU_PROPOSE], strict=True))


def test_si_rien_n_a_change_tout_part() -> None:
    confrontation = lister(F1, F2, AVOIR).confronter(F2, AVOIR, F1)
    assert partent(confrontation) == {"F1": 1, "F2": 1, "A1": 0}
    assert confrontation.ecartees.empty and confrontation.relances_ecartees.empty


def test_une_echeance_soldee_ou_disparue_est_ecartee_et_le_reste_part() -> None:
    soldee = lister(F1, F2).confronter({**F1, "reste_du": 0}, F2)
    disparue = lister(F1, F2).confronter(F2)
    for confrontation in (soldee, disparue):
        assert ecarts(confrontation) == {"F1": "SOLDEE_DEPUIS"}
        assert partent(confrontation) == {"F2": 1}
    assert pourquoi(soldee) == ["soldée depuis la liste"]
    assert pourquoi(disparue) == ["ne figure plus à l'export"]


def test_une_echeance_qui_change_de_date_a_disparu_et_la_nouvelle_ne_part_pas() -> None:
    confrontation = lister(F1, F2).confronter({**F1, "date_echeance": "02/02/2026"}, F2)
    assert ecarts(confrontation) == {"F1": "SOLDEE_DEPUIS"}
    assert partent(confrontation) == {"F2": 1}


def test_une_ligne_devenue_illisible_a_disparu() -> None:
    assert ecarts(lister(F1, F2).confronter({**F1, "cause": "DATE_ILLISIBLE"}, F2)) == {"F1": "SOLDEE_DEPUIS"}


def test_un_montant_change_dans_un_sens_ou_dans_l_autre_ecarte_l_echeance() -> None:
    for montant, texte in (("60", "60,00 €"), ("140", "140,00 €")):
        confrontation = lister(F1, F2).confronter({**F1, "reste_du": montant}, F2)
        assert ecarts(confrontation) == {"F1": "MODIFIEE_DEPUIS"}
        assert pourquoi(confrontation) == [f"reste dû 100,00 € à la liste, {texte} à présent"]


def test_une_echeance_relancee_par_une_autre_liste_est_ecartee() -> None:
    journal = f.journal({"relance": "M-0001", "date": "31/03/2026", "date_cle": "01/02/2026"})
    confrontation = lister(F1, F2).confronter(F1, F2, journal=journal)
    assert ecarts(confrontation) == {"F1": "RELANCEE_DEPUIS"}
    assert pourquoi(confrontation) == ["relancée au niveau 1 le 31/03/2026"]


def test_une_echeance_relancee_par_l_ancien_logiciel_est_ecartee() -> None:
    relancee = {**F1, "niveau_relance": 1, "date_relance": "30/03/2026"}
    assert ecarts(lister(F1, F2).confronter(relancee, F2)) == {"F1": "RELANCEE_DEPUIS"}


def test_une_reedition_faite_depuis_au_meme_niveau_ecarte_aussi() -> None:
    avant = f.journal({"date": "01/03/2026", "date_cle": "01/02/2026"})
    depuis = f.journal({"date": "01/03/2026", "date_cle": "01/02/2026"}, {"date": "30/03/2026", "date_cle": "01/02/2026"})
    confrontation = lister(F1, F2, journal=avant).confronter(F1, F2, journal=depuis)
    assert ecarts(confrontation) == {"F1": "RELANCEE_DEPUIS"}


def test_une_relance_precedente_annulee_depuis_ecarte_l_echeance() -> None:
    avant = f.journal({"date": "01/03/2026", "date_cle": "01/02/2026"})
    confrontation = lister(F1, F2, journal=avant).confronter(F1, F2)
    assert ecarts(confrontation) == {"F1": "RELANCEE_DEPUIS"}
    assert pourquoi(confrontation) == ["sa relance précédente a été annulée depuis la liste"]


def test_ce_que_la_liste_a_deja_produit_n_est_pas_une_relance_depuis() -> None:
    douteuse = f.journal({"relance": "L-0001", "date": "31/03/2026", "date_cle": "01/02/2026"})
    confrontation = lister(F1, F2).confronter(F1, F2, journal=douteuse)
    assert confrontation.ecartees.empty
    assert list(confrontation.lignes[c.DERNIER_NIVEAU]) == [0, 0]


@pytest.mark.parametrize(
    ("change", "explication"),
    [
        ({"module": "Comptoir"}, "module « Comptoir » exclu"),
        ({"exclure": True}, "pièce marquée à exclure des relances"),
        ({"litige": True}, "litige noté dans l'export"),
        ({"promesse": "15/04/2026"}, "promesse jusqu'au 15/04/2026"),
    ],
)
def test_un_motif_apparu_depuis_ecarte_l_echeance(change: f.Rang, explication: str) -> None:
    confrontation = lister(F1, F2).confronter({**F1, **change}, F2)
    assert ecarts(confrontation) == {"F1": "EXCLUE_DEPUIS"}
    assert pourquoi(confrontation) == [explication]


def test_le_suivi_note_depuis_est_obei_pour_une_piece_ou_tout_le_client() -> None:
    une = lister(F1, F2).confronter(F1, F2, suivi=f.suivi({"nature": "Litige", "piece": "F1"}))
    toutes = lister(F1, F2).confronter(F1, F2, suivi=f.suivi({"nature": "Promesse", "jusquau": "15/04/2026"}))
    assert ecarts(une) == {"F1": "EXCLUE_DEPUIS"}
    assert ecarts(toutes) == {"F1": "EXCLUE_DEPUIS", "F2": "EXCLUE_DEPUIS"}
    assert list(toutes.relances_ecartees[c.MOTIF]) == ["EXCLUE_DEPUIS"]


def test_un_client_passe_sous_le_seuil_depuis_n_est_plus_relance() -> None:
    depuis = lister(F1, F2, montant_minimum=Decimal(150)).confronter(F1)
    assert ecarts(depuis) == {"F1": "EXCLUE_DEPUIS", "F2": "SOLDEE_DEPUIS"} and partent(depuis) == {}


def test_un_delai_de_niveau_qui_ne_tient_plus_n_ecarte_rien_l_utilisateur_a_approuve() -> None:
    revue = lister(F1, F2)
    revue.parametres = replace(
        revue.parametres,
        plans=Plans((replace(LIVRES, liste=(replace(LIVRES[1], delai=90), *LIVRES.liste[1:])),)),
    )
    assert partent(revue.confronter(F1, F2)) == {"F1": 1, "F2": 1}


def test_des_lignes_de_meme_cle_se_retrouvent_par_montant_puis_par_ordre() -> None:
    cent, deux_cents = F1, {**F1, "reste_du": 200}
    revue = lister(cent, deux_cents)
    assert revue.confronter(deux_cents, cent).ecartees.empty
    assert ecarts(revue.confronter(deux_cents)) == {"F1": "SOLDEE_DEPUIS"}
    assert pourquoi(revue.confronter({**F1, "reste_du": 150}, cent)) == ["reste dû 200,00 € à la liste, 150,00 € à présent"]
    assert revue.confronter(cent, deux_cents, {**F1, "reste_du": 7}).ecartees.empty
    tous_changes = revue.confronter({**F1, "reste_du": 210}, {**F1, "reste_du": 90})
    assert sorted(pourquoi(tous_changes)) == [
        "reste dû 100,00 € à la liste, 90,00 € à présent",
        "reste dû 200,00 € à la liste, 210,00 € à présent",
    ]


def test_deux_lignes_identiques_dont_une_est_payee_en_laissent_une() -> None:
    confrontation = lister(F1, F1).confronter(F1)
    assert list(confrontation.ecartees[c.MOTIF]) == ["SOLDEE_DEPUIS"]
    assert (confrontation.lignes[c.RELANCE] != "").sum() == 1


@pytest.mark.parametrize(
    "hors_liste",
    [{"litige": True}, {"exclure": True}, {"mode_paiement": "Traite"}, {"niveau_relance": 1, "date_relance": "30/03/2026"}],
)
def test_une_ligne_identique_restee_hors_de_la_liste_ne_prend_pas_la_place_de_celle_qui_y_est(hors_liste: f.Rang) -> None:
    listee: f.Rang = {**F1, "mode_paiement": "Virement"}
    for export in ((listee, {**listee, **hors_liste}), ({**listee, **hors_liste}, listee)):
        revue = lister(*export, modes_paiement=ModesDePaiement(("Virement",), sauf=False))
        assert len(revue.lignes) == 1
        confrontation = revue.confronter(*export)
        assert confrontation.ecartees.empty
        assert list(confrontation.lignes[c.RELANCE] != "") == [rang == listee for rang in export]


def test_une_ligne_decochee_ou_supprimee_ne_part_pas_et_n_est_pas_un_ecart() -> None:
    decochee, supprimee = lister(F1, F2), lister(F1, F2)
    decochee.decocher("F1")
    supprimee.supprimer("F1")
    for revue in (decochee, supprimee):
        confrontation = revue.confronter(F1, F2)
        assert partent(confrontation) == {"F2": 1}
        assert confrontation.ecartees.empty


def test_une_facture_nouvelle_ne_s_ajoute_pas_a_la_lettre() -> None:
    assert partent(lister(F1).confronter(F1, F2)) == {"F1": 1}


def test_seules_les_relances_approuvees_partent() -> None:
    revue = lister(F1, {**F2, "code_client": "C2"})
    revue.relances.loc[revue.relances[c.CODE_CLIENT] == "C1", "approuvee"] = False
    assert partent(revue.confronter(F1, {**F2, "code_client": "C2"})) == {"F2": 1}


def test_tout_ecarte_la_relance_est_ecartee_avec_son_motif() -> None:
    confrontation = lister(F1, F2, AVOIR).confronter(AVOIR)
    assert ecarts(confrontation) == {"F1": "SOLDEE_DEPUIS", "F2": "SOLDEE_DEPUIS"}
    assert confrontation.relances_ecartees.to_dict("records") == [
        {c.RELANCE: "L-0001", c.MOTIF: "SOLDEE_DEPUIS", c.EXPLICATION: "toutes ses échéances sont écartées"}
    ]
    assert partent(confrontation) == {}


def test_un_client_mis_en_litige_avec_ses_credits_est_exclu_et_non_a_relister() -> None:
    confrontation = lister(F1, AVOIR).confronter(F1, AVOIR, suivi=f.suivi({"nature": "Litige"}))
    assert list(confrontation.relances_ecartees[c.MOTIF]) == ["EXCLUE_DEPUIS"]


def test_tout_decoche_la_relance_est_ecartee_sans_motif() -> None:
    revue = lister(F1)
    revue.decocher("F1")
    confrontation = revue.confronter(F1)
    assert list(confrontation.relances_ecartees[c.MOTIF]) == [""]
    assert list(confrontation.relances_ecartees[c.EXPLICATION]) == ["aucune échéance retenue"]


def test_un_net_devenu_nul_ecarte_la_relance_et_ce_qu_elle_portait() -> None:
    avoir = {**AVOIR, "reste_du": -100}
    confrontation = lister(F1, F2, avoir).confronter(F1, avoir)
    assert ecarts(confrontation) == {"F2": "SOLDEE_DEPUIS", "F1": "CREDITEUR"}
    assert list(confrontation.relances_ecartees[c.MOTIF]) == ["CREDITEUR"]
    assert partent(confrontation) == {}


NOUVEL_AVOIR: f.Rang = {"piece": "A2", "date_echeance": "20/03/2026", "reste_du": -50}


@pytest.mark.parametrize(
    "fraiches",
    [
        (F1, F2, AVOIR, NOUVEL_AVOIR),
        (F1, F2, AVOIR, AVOIR),
        (F1, F2, {**AVOIR, "reste_du": -40}),
        (F1, F2),
        (F1, F2, {**AVOIR, "litige": True}),
        (F1, F2, {**AVOIR, "date_echeance": "16/02/2026"}),
    ],
)
def test_un_credit_apparu_change_ou_disparu_ecarte_toute_la_relance(fraiches: tuple[f.Rang, ...]) -> None:
    confrontation = lister(F1, F2, AVOIR).confronter(*fraiches)
    assert ecarts(confrontation) == {"F1": "CREDIT_DEPUIS", "F2": "CREDIT_DEPUIS"}
    assert list(confrontation.relances_ecartees[c.MOTIF]) == ["CREDIT_DEPUIS"]
    assert partent(confrontation) == {}


def test_un_credit_qui_ne_se_deduit_pas_n_ecarte_rien() -> None:
    revue = lister(F1, F2)
    for rang in (
        {**NOUVEL_AVOIR, "code_client": "C2"},
        {**NOUVEL_AVOIR, "devise": "USD"},
        {**NOUVEL_AVOIR, "date_piece": "02/04/2026"},
        {**NOUVEL_AVOIR, "module": "Comptoir"},
    ):
        assert partent(revue.confronter(F1, F2, rang)) == {"F1": 1, "F2": 1}


def test_l_ecart_propre_a_une_echeance_reste_dit_quand_un_credit_apparait() -> None:
    assert ecarts(lister(F1, F2).confronter(F1, NOUVEL_AVOIR)) == {"F2": "SOLDEE_DEPUIS", "F1": "CREDIT_DEPUIS"}


def test_un_credit_decoche_est_connu_et_n_est_pas_deduit() -> None:
    revue = lister(F1, F2, AVOIR)
    revue.decocher("A1")
    assert partent(revue.confronter(F1, F2, AVOIR)) == {"F1": 1, "F2": 1}
    assert partent(revue.confronter(F1, F2)) == {"F1": 1, "F2": 1}


def test_un_credit_supprime_du_detail_n_est_ni_nouveau_ni_deduit() -> None:
    revue = lister(F1, F2, AVOIR, NOUVEL_AVOIR)
    revue.supprimer("A1")
    assert partent(revue.confronter(F1, F2, AVOIR, NOUVEL_AVOIR)) == {"F1": 1, "F2": 1, "A2": 0}
    en_plus = {**NOUVEL_AVOIR, "piece": "A3"}
    assert set(ecarts(revue.confronter(F1, F2, AVOIR, NOUVEL_AVOIR, en_plus)).values()) == {"CREDIT_DEPUIS"}


def test_par_facture_un_credit_deja_montre_aux_exclusions_est_connu() -> None:
    revue = lister(F1, F2, AVOIR, regroupement=Regroupement.FACTURE)
    assert len(revue.relances) == 2
    assert partent(revue.confronter(F1, F2, AVOIR)) == {"F1": 1, "F2": 1}
    assert set(ecarts(revue.confronter(F1, F2, AVOIR, NOUVEL_AVOIR)).values()) == {"CREDIT_DEPUIS"}


def test_un_credit_dont_le_litige_est_leve_est_un_credit_apparu() -> None:
    revue = lister(F1, F2, {**AVOIR, "litige": True})
    assert set(ecarts(revue.confronter(F1, F2, AVOIR)).values()) == {"CREDIT_DEPUIS"}


def test_un_credit_disparu_n_ecarte_que_la_lettre_qui_le_deduit() -> None:
    designe = {**AVOIR, "reference": "F1"}
    confrontation = lister(F1, F2, designe, regroupement=Regroupement.FACTURE).confronter(F1, F2)
    assert ecarts(confrontation) == {"F1": "CREDIT_DEPUIS"}
    assert partent(confrontation) == {"F2": 1}


def test_le_niveau_impose_vaut_pour_toutes_les_echeances_et_plus_bas_c_est_une_reedition() -> None:
    journal = f.journal({"date": "01/03/2026", "date_cle": "01/02/2026"})
    revue = lister(F1, F2, AVOIR, journal=journal)
    assert partent(revue.confronter(F1, F2, AVOIR, journal=journal)) == {"F1": 2, "F2": 1, "A1": 0}
    for niveau, reeditees in ((3, [False, False, False]), (1, [True, False, False])):
        revue.imposer(niveau)
        confrontation = revue.confronter(F1, F2, AVOIR, journal=journal)
        assert partent(confrontation) == {"F1": niveau, "F2": niveau, "A1": 0}
        lignes, relances = composer(confrontation.lignes, CLIENTS, revue.parametres)
        assert list(lignes[c.REEDITION]) == reeditees
        assert list(relances[c.NIVEAU]) == [niveau]
        assert list(relances[c.INDEMNITE]) == [8000 if niveau == 3 else 0]


def test_ce_qui_part_est_recalcule_sans_ce_qui_est_ecarte() -> None:
    revue = lister({**F1, "niveau_relance": 2}, {**F2, "niveau_relance": 2}, AVOIR)
    confrontation = revue.confronter({**F2, "niveau_relance": 2}, AVOIR)
    _, relances = composer(confrontation.lignes, CLIENTS, revue.parametres)
    relance = relances.iloc[0]
    assert (relance[c.RELANCE], relance[c.RETARD], relance[c.CREDITS], relance[c.NET]) == ("L-0001", 20000, 3000, 17000)
    assert relance[c.INDEMNITE] == 4000


@BREF
@given(exports, criteres)
def test_sans_changement_la_production_recompose_exactement_la_liste(export: list[dict[str, object]], choix: dict[str, object]) -> None:
    parametres = f.parametres(**choix)
    decision = decider(f.echeances(*export), CLIENTS, parametres, SANS_JOURNAL, "L")
    confrontation = revue_de(decision, parametres).confronter(*export)
    assert confrontation.ecartees.empty and confrontation.relances_ecartees.empty
    lignes, relances = composer(confrontation.lignes, CLIENTS, parametres)
    pd.testing.assert_frame_equal(relances, decision.relances)
    assert list(lignes[c.RELANCE] != "") == list(decision.lignes[c.RELANCE] != "")
