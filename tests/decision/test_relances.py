"""La table des relances : totaux, ordre de la revue, sortie, alertes ; composer deux fois revient à composer une fois."""

from dataclasses import replace
from datetime import date

import fabrique as f
import pandas as pd
import pytest

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.schemas import RELANCES
from relances_xl.domaine.statuts import Sortie

N1 = {"date_echeance": "01/03/2026"}
N3 = {"date_echeance": "01/01/2026", "niveau_relance": 2, "date_relance": "01/03/2026"}


def decide(*rangs: f.Rang, clients: pd.DataFrame | None = None, **criteres: object) -> Decision:
    fichier = f.clients({}) if clients is None else clients
    return decider(f.echeances(*rangs), fichier, f.parametres(**criteres), f.journal(), "2026-03-31_1")


def test_une_relance_dit_tout_ce_que_la_revue_montre() -> None:
    decision = decide(
        {"piece": "F1", "date_echeance": "01/01/2026", "reste_du": 200, "niveau_relance": 1, "date_relance": "20/02/2026"},
        {"piece": "F2", "date_echeance": "01/02/2026", "reste_du": 100},
        {"piece": "A1", "date_echeance": "01/03/2026", "reste_du": -40},
    )
    relance = decision.relances.iloc[0]
    assert list(decision.relances.columns) == RELANCES.noms
    assert relance[c.RELANCE] == "2026-03-31_1-0001"
    assert (relance[c.NIVEAU], relance[c.NB_ECHEANCES], relance[c.DERNIER_NIVEAU]) == (2, 2, 1)
    assert (relance[c.RETARD], relance[c.CREDITS], relance[c.NET], relance[c.TOTAL_RECLAME]) == (30000, 4000, 26000, 26000)
    assert (relance[c.PLUS_ANCIENNE], relance[c.JOURS_RETARD]) == (pd.Timestamp("2026-01-01"), 89)
    assert relance[c.DERNIERE_RELANCE] == pd.Timestamp("2026-02-20")
    assert (relance[c.RAISON_SOCIALE], relance[c.EMAIL], relance[c.SORTIE]) == ("Client Un", "compta@exemple.fr", "PDF")
    assert (relance[c.PIECE], relance[c.MESSAGE], relance[c.REEDITION]) == ("", "", False)


def test_la_liste_va_des_plus_hauts_niveaux_aux_plus_gros_totaux_puis_au_code() -> None:
    decision = decide(
        {**N1, "code_client": "C4", "reste_du": 5000, "devise": "JPY"},
        {**N1, "code_client": "C3", "reste_du": 70},
        {**N1, "code_client": "C2", "reste_du": 70},
        {**N1, "code_client": "C1", "reste_du": 90},
        {**N3, "code_client": "C5", "reste_du": 10},
        clients=f.clients(),
    )
    assert list(decision.relances[c.CODE_CLIENT]) == ["C5", "C4", "C1", "C2", "C3"]
    assert list(decision.relances[c.RELANCE]) == [f"2026-03-31_1-{rang:04d}" for rang in range(1, 6)]


def test_sans_rien_a_relancer_la_table_est_vide_mais_entiere() -> None:
    for decision in (decide(), decide({"date_echeance": "01/05/2026"})):
        assert list(decision.relances.columns) == RELANCES.noms
        assert len(decision.relances) == 0


def test_la_raison_sociale_vient_de_la_fiche_sinon_de_l_export() -> None:
    clients = f.clients({"raison_sociale": "Boulangerie Dupré"})
    rangs = ({**N1, "raison_sociale": "DUPRE"}, {**N1, "code_client": "C2", "raison_sociale": "Autre"})
    noms = decide(*rangs, clients=clients).relances[c.RAISON_SOCIALE]
    assert set(noms) == {"Boulangerie Dupré", "Autre"}


def test_une_reedition_est_dite_de_chaque_echeance_et_de_la_relance() -> None:
    decision = decide(N1, N3, reedition=True)
    assert list(decision.lignes[c.NIVEAU_PROPOSE]) == [1, 2]
    assert list(decision.lignes[c.REEDITION]) == [False, True]
    assert bool(decision.relances[c.REEDITION].iloc[0])


@pytest.mark.parametrize(
    ("demandee", "envoi", "email", "niveau", "attendue"),
    [
        (Sortie.WORD, "Email", "a@b.fr", 1, "Word"),
        (Sortie.IMPRIMANTE, "Email", "a@b.fr", 1, "Imprimante"),
        (Sortie.EMAIL, "Courrier", "a@b.fr", 1, "Email"),
        (Sortie.EMAIL, "Courrier", "a@b.fr", 3, "Email"),
        (Sortie.EMAIL, "Email", "", 1, "PDF"),
        (Sortie.SELON_CLIENT, "Email", "a@b.fr", 1, "Email"),
        (Sortie.SELON_CLIENT, "Email", "a@b.fr", 3, "PDF"),  # recommandé
        (Sortie.SELON_CLIENT, "Email", "", 1, "PDF"),
        (Sortie.SELON_CLIENT, "Courrier", "a@b.fr", 1, "PDF"),
        (Sortie.SELON_CLIENT, "", "a@b.fr", 1, "PDF"),
    ],
)
def test_la_sortie_se_resout_d_apres_le_client_et_le_niveau(demandee: Sortie, envoi: str, email: str, niveau: int, attendue: str) -> None:
    clients = f.clients({"envoi": envoi, "email": "", "email_relance": email})
    relance = decide(N1 if niveau == 1 else N3, clients=clients, sortie=demandee).relances.iloc[0]
    assert relance[c.SORTIE] == attendue
    voulait_email = demandee is Sortie.EMAIL or (demandee is Sortie.SELON_CLIENT and envoi == "Email")
    assert ("pas d'adresse électronique : lettre en PDF" in relance[c.ALERTE]) == (voulait_email and not email)


def test_le_courriel_des_relances_passe_avant_le_courriel_ordinaire() -> None:
    clients = f.clients({"email": "info@c1.fr", "email_relance": "compta@c1.fr"}, {"code_client": "C2", "email": "info@c2.fr"})
    relances = decide(N1, {**N1, "code_client": "C2"}, clients=clients).relances
    assert set(relances[c.EMAIL]) == {"compta@c1.fr", "info@c2.fr"}


@pytest.mark.parametrize(
    ("rang", "client", "criteres", "alerte"),
    [
        (N1, {}, {}, ""),
        ({**N1, "code_client": "C9"}, {}, {}, "client absent du fichier clients"),
        (N1, {"adresse1": ""}, {}, "adresse manquante"),
        (N1, {"ville": ""}, {}, "adresse manquante"),
        (N1, {"ville": "", "envoi": "Email"}, {"sortie": Sortie.SELON_CLIENT}, ""),
        (N3, {}, {"sortie": Sortie.EMAIL}, "niveau prévu en recommandé, demandé par Email"),
        (N3, {"type_client": ""}, {}, "type de client inconnu : ni pénalités ni indemnité"),
        (N3, {"type_client": ""}, {"type_client_defaut": TypeClient.PARTICULIER}, ""),
        (N1, {"type_client": ""}, {}, ""),
        ({"date_echeance": "30/09/2021"}, {}, {}, "prescription indicative le 30/09/2026"),
        ({"date_echeance": "15/03/2021"}, {}, {}, "prescription peut-être acquise depuis le 15/03/2026"),
        ({"date_echeance": "01/10/2021"}, {}, {}, ""),
        ({**N1, "alerte_ligne": "à-nouveau"}, {}, {}, "à-nouveau"),
        (N1, {"adresse1": "", "email": ""}, {"sortie": Sortie.EMAIL}, "adresse manquante · pas d'adresse électronique : lettre en PDF"),
    ],
)
def test_l_alerte_dit_ce_qu_il_faut_regarder(
    rang: dict[str, object], client: dict[str, object], criteres: dict[str, object], alerte: str
) -> None:
    echeance = {"date_piece": rang["date_echeance"], **rang}
    assert decide(echeance, clients=f.clients(client), **criteres).relances[c.ALERTE].iloc[0] == alerte


def test_sans_fichier_clients_l_alerte_ne_repete_pas_que_chacun_en_est_absent() -> None:
    assert decide(N1, clients=f.clients()).relances[c.ALERTE].iloc[0] == ""


def test_un_net_hors_norme_est_signale() -> None:
    rangs = [{**N1, "code_client": f"C{rang}"} for rang in range(12)]
    relances = decide(*rangs, {**N1, "code_client": "C99", "reste_du": 2001}, clients=f.clients()).relances
    inhabituelles = relances[relances[c.ALERTE].str.contains("montant inhabituel")]
    assert list(inhabituelles[c.CODE_CLIENT]) == ["C99"]


def test_composer_une_seconde_fois_ne_change_rien() -> None:
    decision = decide(N1, N3, {**N1, "reste_du": -20}, {**N3, "code_client": "C2"})
    lignes, relances = composer(decision.lignes, f.clients({}), f.parametres())
    pd.testing.assert_frame_equal(lignes, decision.lignes)
    pd.testing.assert_frame_equal(relances, decision.relances)


def test_composer_sort_chaque_relance_comme_on_le_lui_demande() -> None:
    decision = decide(N1, {**N1, "code_client": "C2"}, clients=f.clients({}, {"code_client": "C2", "email": ""}))
    premiere, seconde = decision.relances[c.RELANCE]
    clients = f.clients({}, {"code_client": "C2", "email": ""})
    _, relances = composer(decision.lignes, clients, f.parametres(), {premiere: "Word", seconde: "Email"})
    assert list(relances[c.SORTIE]) == ["Word", "PDF"]
    _, relances = composer(decision.lignes, clients, f.parametres(), {premiere: "Email"})
    assert list(relances[c.SORTIE]) == ["Email", "PDF"]


def test_un_niveau_impose_change_les_frais_de_toute_la_relance() -> None:
    decision = decide({"date_echeance": "31/01/2026", "reste_du": 1200}, date_reference=date(2026, 3, 2))
    lignes = decision.lignes.assign(**{c.NIVEAU_PROPOSE: 3})
    _, relances = composer(lignes, f.clients({}), replace(f.parametres(date_reference=date(2026, 3, 2))))
    assert list(relances[[c.NIVEAU, c.PENALITES, c.INDEMNITE]].iloc[0]) == [3, 1198, 4000]


def test_une_ligne_en_anomalie_se_dit_sur_les_relances_du_client_quelle_que_soit_sa_devise() -> None:
    decision = decide(
        N1,
        {**N1, "piece": "F2", "cause": "DEVISE_INCONNUE", "devise": "ZZZ", "reste_du": 70},
        {**N1, "piece": "F3", "cause": "DOUBLON", "reste_du": 30},
        {**N1, "code_client": "C2", "piece": "F4"},
        clients=f.clients(),
    )
    alertes = dict(zip(decision.relances[c.CODE_CLIENT], decision.relances[c.ALERTE].str.replace("\u00a0", " "), strict=True))
    assert alertes["C1"].startswith("2 lignes en anomalie : 30,00 €, 70,00 ZZZ")
    assert "anomalie" not in alertes["C2"]
