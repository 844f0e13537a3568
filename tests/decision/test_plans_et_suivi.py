"""Cinq campagnes d'un client : une petite facture ancienne, de grosses plus récentes. Ce que chaque lettre peut dire reste vrai (§4.6)."""

from dataclasses import dataclass, field
from datetime import date

import fabrique as f
import pandas as pd
import pytest

from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import Parametres

ANCIENNE = {"piece": "F1", "date_echeance": "15/01/2026", "reste_du": "214,92"}
GROSSES = (
    {"piece": "F2", "date_echeance": "10/03/2026", "reste_du": "9000,00"},
    {"piece": "F3", "date_echeance": "12/03/2026", "reste_du": "5162,07"},
)
CLIENTS = f.clients({})


@dataclass
class Campagnes:
    """Le client d'une campagne à l'autre : ce que chacune relance entre au journal."""

    passe: list[dict[str, object]] = field(default_factory=list)

    def faire(self, jour: date, **criteres: object) -> Decision:
        parametres: Parametres = f.parametres(date_reference=jour, date_edition=jour, **criteres)
        decision = decider(f.echeances(ANCIENNE, *GROSSES), CLIENTS, parametres, f.journal(*self.passe), f"{jour}_1")
        for ligne in decision.lignes[decision.lignes[c.RELANCE] != ""].to_dict("records"):
            self.passe.append(
                {nom: ligne[nom] for nom in (c.RELANCE, c.CODE_CLIENT, c.PIECE, c.REEDITION)}
                | {c.NIVEAU: ligne[c.NIVEAU_PROPOSE], c.DATE: jour, c.DATE_CLE: ligne[c.DATE_CLE].date()}
            )
        return decision


def dit(decision: Decision) -> tuple[int, int, int, str]:
    """Niveau, exigé, joint, alerte de la seule relance."""
    (relance,) = decision.relances.to_dict("records")
    return relance[c.NIVEAU], relance[c.TOTAL_EXIGE], relance[c.TOTAL_JOINT], relance[c.ALERTE]


def pieces(decision: Decision, place: str) -> list[str]:
    return list(decision.lignes.loc[decision.lignes[place], c.PIECE])


def test_la_mise_en_demeure_ne_porte_que_sur_ce_qui_en_est_a_ce_niveau() -> None:
    client = Campagnes()
    assert dit(client.faire(date(2026, 2, 1))) == (1, 21492, 0, "")
    assert dit(client.faire(date(2026, 2, 20))) == (2, 21492, 0, "")

    melee = client.faire(date(2026, 3, 20))
    assert dit(melee) == (
        3,
        21492,
        1416207,
        "niveaux mêlés : 214,92 € au niveau 3, 14 162,07 € au niveau 1".replace(" €", "\u00a0€").replace("14 162", "14\u00a0162"),
    )
    assert pieces(melee, c.EXIGEE) == ["F1"] and pieces(melee, c.JOINTE) == ["F2", "F3"]
    # pénalités et indemnité : de la seule échéance dont le niveau les réclame
    assert melee.lignes[c.PENALITES].gt(0).tolist() == [True, False, False]
    assert melee.lignes[c.INDEMNITE].tolist() == [4000, 0, 0]

    deuxieme = client.faire(date(2026, 4, 10))
    assert dit(deuxieme) == (2, 1416207, 0, "")
    assert list(deuxieme.lignes[c.MOTIF]) == ["NIVEAU_MAX", "", ""] and pieces(deuxieme, c.AUTRE) == ["F1"]

    demeure = client.faire(date(2026, 4, 30))
    assert dit(demeure) == (3, 1416207, 0, "")
    assert demeure.relances[c.INDEMNITE].iloc[0] == 8000


def test_un_credit_reduit_d_abord_ce_qui_est_exige() -> None:
    client = Campagnes()
    client.faire(date(2026, 2, 1))
    client.faire(date(2026, 2, 20))
    avoir = {"piece": "A1", "date_piece": "01/03/2026", "date_echeance": "01/03/2026", "reste_du": "-100,00"}
    jour = date(2026, 3, 20)
    decision = decider(
        f.echeances(ANCIENNE, *GROSSES, avoir), CLIENTS, f.parametres(date_reference=jour, date_edition=jour), f.journal(*client.passe), "L"
    )
    (relance,) = decision.relances.to_dict("records")
    assert (relance[c.TOTAL_EXIGE], relance[c.TOTAL_JOINT]) == (11492, 1416207)
    assert relance[c.TOTAL_EXIGE] + relance[c.TOTAL_JOINT] == relance[c.NET]


@pytest.mark.parametrize(("avoir", "couvert"), [("-214,92", True), ("-214,91", False), ("-9000,00", True)])
def test_un_niveau_que_les_credits_couvrent_est_une_alerte(avoir: str, couvert: bool) -> None:
    client = Campagnes()
    client.faire(date(2026, 2, 1))
    client.faire(date(2026, 2, 20))
    credit = {"piece": "A1", "date_piece": "01/03/2026", "date_echeance": "01/03/2026", "reste_du": avoir}
    jour = date(2026, 3, 20)
    decision = decider(
        f.echeances(ANCIENNE, *GROSSES, credit),
        CLIENTS,
        f.parametres(date_reference=jour, date_edition=jour),
        f.journal(*client.passe),
        "L",
    )
    niveau, exige, joint, alerte = dit(decision)
    assert (niveau, exige == 0, joint > 0) == (3, couvert, True)
    assert ("rien ne reste dû au niveau 3 : les crédits le couvrent" in alerte) is couvert


def test_en_manuel_un_niveau_saute_est_une_alerte() -> None:
    decision = Campagnes().faire(date(2026, 3, 20), automatique=False, niveau=3)
    assert dit(decision)[::3] == (3, "3 pièces sans première relance")
    client = Campagnes()
    client.faire(date(2026, 2, 1))
    assert (
        dit(client.faire(date(2026, 3, 20), automatique=False, niveau=3))[3]
        == "2 pièces sans première relance, 1 pièce sans deuxième relance"
    )


def test_en_reedition_on_dit_combien_restent_a_leur_niveau() -> None:
    client = Campagnes()
    client.faire(date(2026, 2, 1))
    assert client.faire(date(2026, 3, 1), reedition=True).restent_a_leur_niveau == 1
    assert Campagnes().faire(date(2026, 3, 1), reedition=True).restent_a_leur_niveau == 0


@pytest.mark.parametrize(
    ("suivi", "alerte"),
    [
        ({"nature": "Promesse", "jusquau": "15/03/2026"}, "promesse du 15/03 non tenue"),
        ({"nature": "Échéancier", "piece": "F1", "jusquau": "15/03/2026", "versement": "214,92"}, "échéancier rompu"),
    ],
)
def test_ce_qui_a_ete_promis_et_n_est_pas_venu_se_dit(suivi: dict[str, object], alerte: str) -> None:
    parametres = f.parametres(date_reference=date(2026, 3, 16), approuver_avance=True)
    from dataclasses import replace

    decision = decider(f.echeances(ANCIENNE), CLIENTS, replace(parametres, suivi=f.suivi(suivi)), f.journal(), "L")
    assert decision.relances[c.ALERTE].tolist() == [alerte]
    assert decision.relances[c.APPROUVER].tolist() == [False], "jamais cochée d'avance avec une alerte"
    sans = decider(f.echeances(ANCIENNE), CLIENTS, parametres, f.journal(), "L")
    assert sans.relances[c.APPROUVER].tolist() == [True]


def test_une_echeance_repoussee_garde_son_historique_et_le_dit() -> None:
    journal = f.journal({"piece": "f1", "code_client": "0c1", "date": "01/02/2026", "date_cle": "15/01/2026"})
    repoussee = f.echeances({**ANCIENNE, "date_echeance": "28/02/2026"})
    decision = decider(repoussee, CLIENTS, f.parametres(), journal, "L")
    assert decision.relances[c.NIVEAU].tolist() == [2]
    assert decision.relances[c.ALERTE].tolist() == ["échéance repoussée du 15/01/2026 au 28/02/2026"]
    a_deux = f.echeances({**ANCIENNE, "date_echeance": "28/02/2026"}, {**ANCIENNE, "date_echeance": "28/03/2026"})
    assert decider(a_deux, CLIENTS, f.parametres(), journal, "L").relances[c.NIVEAU].tolist() == [1]


def test_les_alertes_du_compte_disent_ce_qui_peut_changer_la_dette() -> None:
    clients = f.clients({"siren": "732829320"}, {"code_client": "C2", "siren": "732 829 320"})
    lignes = f.echeances(
        ANCIENNE,
        {"piece": "X", "date_echeance": "", "date_cle": "01/01/2026", "cause": "DATE_ILLISIBLE", "reste_du": "340,00"},
        {"piece": "R1", "date_piece": "02/04/2026", "date_echeance": "02/04/2026", "reste_du": "-50,00"},
        {"code_client": "C2", "piece": "A2", "date_piece": "01/01/2026", "date_echeance": "01/01/2026", "reste_du": "-500,00"},
    )
    alerte = decider(lignes, clients, f.parametres(date_edition=date(2026, 4, 3)), f.journal(), "L").relances[c.ALERTE].iloc[0]
    assert alerte.replace("\u00a0", " ").split(" · ") == [
        "1 ligne en anomalie : 340,00 €",
        "500,00 € de crédit sous C2 (même SIREN)",
        "règlement de 50,00 € du 02/04/2026, après la date de référence",
    ]


def test_un_credit_se_cherche_sous_le_meme_siren_et_sous_le_meme_nom() -> None:
    clients = f.clients(
        {"siren": "732829320", "code_postal": "75001", "raison_sociale": "Dupon"},
        {"code_client": "C2", "siren": "732 829 320", "code_postal": "33000", "raison_sociale": "Dupon Sud"},
        {"code_client": "C3", "siren": "", "code_postal": "75001", "raison_sociale": "DUPON SARL"},
    )
    avoir = {"piece": "A", "date_piece": "01/01/2026", "date_echeance": "01/01/2026", "reste_du": "-500,00"}
    lignes = f.echeances(ANCIENNE, avoir | {"code_client": "C2"}, avoir | {"code_client": "C3", "reste_du": "-20,00"})
    alerte = decider(lignes, clients, f.parametres(), f.journal(), "L").relances[c.ALERTE].iloc[0]
    assert alerte.replace("\u00a0", " ").split(" · ") == [
        "500,00 € de crédit sous C2 (même SIREN)",
        "20,00 € de crédit sous C3 (même nom et code postal)",
    ]


def test_une_anomalie_sans_code_est_rappelee_au_seul_client_de_ce_nom() -> None:
    avoir = {"code_client": "", "cause": "CLIENT_MANQUANT", "reste_du": "-300,00"}
    lignes = f.echeances(
        ANCIENNE | {"raison_sociale": "Dupon"},
        avoir | {"piece": "A1", "raison_sociale": "DUPON"},
        ANCIENNE | {"code_client": "C2", "raison_sociale": "Marti"},
        ANCIENNE | {"code_client": "C3", "raison_sociale": "Marti"},
        avoir | {"piece": "A2", "raison_sociale": "Marti"},
    )
    relances = decider(lignes, f.clients(), f.parametres(), f.journal(), "L").relances.set_index(c.CODE_CLIENT)
    alertes = relances[c.ALERTE].str.replace("\u00a0", " ")
    assert alertes["C1"] == "1 ligne en anomalie : -300,00 €"
    assert alertes["C2"] == alertes["C3"] == ""


def test_un_credit_sous_le_meme_code_autrement_ecrit_est_rappele() -> None:
    lignes = f.echeances(
        ANCIENNE | {"code_client": "0411"}, {"code_client": "411", "piece": "A1", "date_piece": "01/01/2026", "reste_du": "-30,00"}
    )
    alerte = decider(lignes, f.clients(), f.parametres(), f.journal(), "L").relances[c.ALERTE].iloc[0]
    assert "30,00 € de crédit sous 411 (même code, autrement écrit)" in alerte.replace("\u00a0", " ")


def test_une_prevenance_part_une_fois_et_pas_a_qui_recoit_une_relance() -> None:
    from dataclasses import replace

    from relances_xl.domaine.niveaux import LIVRES, Niveau, Plans

    plans = Plans((replace(LIVRES, prevenance=Niveau(0, "Prévenance", -5, "prevenance.docx")),))
    parametres = replace(f.parametres(), plans=plans)
    prochaine = {"piece": "P1", "date_echeance": "05/04/2026"}
    seule = decider(f.echeances(prochaine, {"piece": "P2", "date_echeance": "06/04/2026"}), CLIENTS, parametres, f.journal(), "L")
    assert list(seule.lignes[c.MOTIF]) == ["", "NON_ECHUE"] and seule.relances[c.NIVEAU].tolist() == [0]
    deja = f.journal({"piece": "P1", "niveau": 0, "date": "31/03/2026", "date_cle": "05/04/2026"})
    assert decider(f.echeances(prochaine), CLIENTS, parametres, deja, "L").relances.empty
    avec_retard = decider(f.echeances(prochaine, ANCIENNE), CLIENTS, parametres, f.journal(), "L")
    assert avec_retard.relances[c.NIVEAU].tolist() == [1]
    # elle ne fait monter aucun niveau : échue, l'échéance reçoit sa première relance
    echue = replace(parametres, criteres=replace(parametres.criteres, date_reference=date(2026, 4, 10)))
    assert decider(f.echeances(prochaine), CLIENTS, echue, deja, "L").relances[c.NIVEAU].tolist() == [1]


def test_chaque_client_suit_son_plan() -> None:
    from dataclasses import replace

    from relances_xl.domaine.niveaux import LIVRES, Niveau, Niveaux, Plans

    doux = Niveaux((Niveau(1, "Rappel", 30, "doux.docx"),), plan="Grands comptes")
    parametres = replace(f.parametres(), plans=Plans((LIVRES, doux)))
    clients = f.clients({"plan_relance": "grands comptes"}, {"code_client": "C2", "plan_relance": "inconnu"})
    lignes = f.echeances({"date_echeance": "10/03/2026"}, {"code_client": "C2", "date_echeance": "10/03/2026"})
    decision = decider(lignes, clients, parametres, f.journal(), "L")
    assert list(decision.lignes[c.MOTIF]) == ["DELAI", ""]
    assert any("« inconnu » inconnu" in str(faute) for faute in decision.avertissements)
    manuel = replace(parametres, criteres=replace(parametres.criteres, automatique=False, niveau=3))
    assert decider(lignes, clients, manuel, f.journal(), "L").relances.set_index(c.CODE_CLIENT)[c.NIVEAU].to_dict() == {"C1": 1, "C2": 3}


def test_un_code_ou_une_piece_du_suivi_inconnus_se_disent_a_leur_cellule_une_fois() -> None:
    from dataclasses import replace

    suivi = f.suivi(
        {"code_client": "C9", "nature": "Note"},
        {"piece": "F8", "nature": "Litige"},
        {"piece": "f1", "nature": "Note"},
        {"code_client": "", "nature": "Pause", "jusquau": "01/01/2026"},
    )
    fautes = decider(f.echeances(ANCIENNE), CLIENTS, replace(f.parametres(), suivi=suivi), f.journal(), "L").avertissements
    assert [(faute.onglet, faute.cellule) for faute in fautes] == [("Suivi", "A2"), ("Suivi", "B3")]


def test_la_prescription_d_un_client_public_repart_d_une_relance_ecrite_a_temps() -> None:
    clients = f.clients({"type_client": "Public"})
    ligne = f.echeances({"date_piece": "15/02/2022", "date_echeance": "17/03/2022"})
    sans = decider(ligne, clients, f.parametres(), f.journal(), "L").lignes[c.PRESCRIPTION]
    relancee = f.journal({"date": "10/06/2024", "date_cle": "17/03/2022"})
    avec = decider(ligne, clients, f.parametres(), relancee, "L").lignes[c.PRESCRIPTION]
    assert (sans[0], avec[0]) == (pd.Timestamp("2026-12-31"), pd.Timestamp("2028-12-31"))
