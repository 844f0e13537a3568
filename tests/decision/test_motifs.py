"""Motifs d'exclusion §4.1 : leur ordre, et ce qu'ils disent."""

from dataclasses import replace
from datetime import date
from typing import Any

import fabrique as f
import pandas as pd
import pytest

from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import ModesDePaiement
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.parametres import Parametres


def decide(rang: f.Rang, client: f.Rang | None = None, base: Parametres | None = None, **criteres: object) -> pd.Series:
    clients = f.clients({} if client is None else client)
    return decider(f.echeances(rang), clients, f.parametres(base, **criteres), f.journal(), "L").lignes.iloc[0]


# Une échéance que tout écarte ; on lève un motif après l'autre, dans l'ordre du contrat.
TOUT = {
    "reste_du": 0, "module": "Comptoir", "exclure": True, "litige": True, "promesse": "01/05/2026", "mode_paiement": "Traite",
    "date_echeance": "31/03/2026",
}  # fmt: skip
LEVEES: list[tuple[Motif, dict[str, object], dict[str, object]]] = [
    (Motif.SOLDEE, {"reste_du": 100}, {}),
    (Motif.COMPTOIR, {"module": "Ventes"}, {}),
    (Motif.EXCLUE, {"exclure": False}, {}),
    (Motif.CLIENT_EXCLU, {}, {"exclure": False}),
    (Motif.PROCEDURE_COLLECTIVE, {}, {"procedure_collective": False}),
    (Motif.LITIGE, {"litige": False}, {}),
    (Motif.PROMESSE, {"promesse": ""}, {}),
    (Motif.CLIENT_NON_SELECTIONNE, {"code_client": "C2"}, {"code_client": "C2"}),
    (Motif.MODE_PAIEMENT, {"mode_paiement": "virement"}, {}),
    (Motif.NON_ECHUE, {"date_echeance": "30/03/2026"}, {}),
    (Motif.AVANT_PERIODE, {"date_echeance": "31/03/2026", "date_reference": "01/04/2026"}, {}),
]


def test_le_premier_motif_qui_s_applique_l_emporte_dans_l_ordre_du_contrat() -> None:
    ligne: dict[str, object] = dict(TOUT)
    client: dict[str, object] = {"exclure": True, "procedure_collective": True}
    criteres: dict[str, Any] = {
        "codes_clients": ("C2",), "modes_paiement": ModesDePaiement(("Virement",), sauf=False), "ignorer_avant": date(2026, 3, 31), "reedition": False,
    }  # fmt: skip
    vus = []
    for _, leve_ligne, leve_client in LEVEES:
        vus.append(decide(ligne, client, **criteres)[c.MOTIF])
        ligne |= leve_ligne
        client |= leve_client
        if "date_reference" in ligne:
            criteres["date_reference"] = f.jour(ligne.pop("date_reference"))
    assert vus == [motif for motif, _, _ in LEVEES]
    assert decide(ligne, client, **criteres)[c.MOTIF] == ""


EN_RETARD = {"date_echeance": "01/03/2026"}


@pytest.mark.parametrize(
    ("rang", "criteres", "explication"),
    [
        ({"reste_du": 0}, {}, "reste dû nul"),
        ({"module": "comptoir "}, {}, "module « comptoir  » exclu"),
        ({"exclure": True}, {}, "pièce marquée à exclure des relances"),
        ({"exclure": True, "motif_exclure": "ne pas fâcher"}, {}, "pièce marquée à exclure des relances : ne pas fâcher"),
        ({"litige": True, "motif_litige": "palette cassée"}, {}, "litige noté dans l'export : palette cassée"),
        ({"promesse": "12/04/2026"}, {}, "promesse jusqu'au 12/04/2026"),
        (
            {"mode_paiement": "Traite"},
            {"modes_paiement": ModesDePaiement(("Chèque",), sauf=False)},
            "mode de paiement « Traite » non demandé",
        ),
        ({}, {"modes_paiement": ModesDePaiement(("Chèque",), sauf=False)}, "mode de paiement non renseigné"),
        ({"date_echeance": "12/04/2026"}, {}, "échéance le 12/04/2026, non échue au 31/03/2026"),
        (
            {},
            {"ignorer_avant": date(2026, 3, 2)},
            "échéance du 01/03/2026, antérieure au 02/03/2026",
        ),
    ],
)
def test_chaque_motif_s_explique_en_clair(rang: f.Rang, criteres: dict[str, Any], explication: str) -> None:
    assert decide({**EN_RETARD, **rang}, **criteres)[c.EXPLICATION] == explication


def test_une_promesse_tient_jusqu_a_sa_date_comprise() -> None:
    assert decide({**EN_RETARD, "promesse": "31/03/2026"})[c.MOTIF] == Motif.PROMESSE
    assert decide({**EN_RETARD, "promesse": "30/03/2026"})[c.MOTIF] == ""


def test_une_echeance_du_jour_n_est_pas_en_retard() -> None:
    assert decide({"date_echeance": "31/03/2026"})[c.MOTIF] == Motif.NON_ECHUE
    assert decide({"date_echeance": "30/03/2026"})[c.MOTIF] == ""


def test_modes_et_modules_se_comparent_sans_casse_ni_accents() -> None:
    assert (
        decide({**EN_RETARD, "mode_paiement": "CHEQUE"}, modes_paiement=ModesDePaiement(("Virement", "chèque"), sauf=False))[c.MOTIF] == ""
    )
    assert decide({**EN_RETARD, "module": "VENTE COMPTOIR"}, modules_exclus=("Vente comptoir",))[c.MOTIF] == Motif.COMPTOIR
    assert decide({**EN_RETARD, "module": "Comptoir"}, modules_exclus=())[c.MOTIF] == ""


def suivi(nature: str, **rang: object) -> Parametres:
    return replace(f.parametres(), suivi=f.suivi({"nature": nature, **rang}))


@pytest.mark.parametrize(
    ("note", "motif", "explication"),
    [
        (suivi("Promesse", jusquau="12/04/2026"), "PROMESSE", "promesse jusqu'au 12/04/2026"),
        (suivi("Promesse", jusquau="31/03/2026", piece="F1"), "PROMESSE", "promesse jusqu'au 31/03/2026"),
        (suivi("Promesse", jusquau="30/03/2026"), "", ""),
        (suivi("Promesse", jusquau="12/04/2026", piece="F9"), "", ""),
        (suivi("Promesse", jusquau="12/04/2026", code_client="C9"), "", ""),
        (suivi("Promesse", jusquau="12/04/2026", code_client=" c1 ", piece="f1"), "PROMESSE", "promesse jusqu'au 12/04/2026"),
        (suivi("Litige"), "LITIGE", "litige noté au Suivi"),
        (suivi("Litige", piece="F1", commentaire="avoir à venir"), "LITIGE", "litige noté au Suivi : avoir à venir"),
        (suivi("Litige", jusquau="31/03/2026"), "LITIGE", "litige noté au Suivi jusqu'au 31/03/2026"),
        (suivi("Litige", jusquau="30/03/2026"), "", ""),
        (suivi("Appel", jusquau="30/04/2026"), "", ""),
        (suivi("Note"), "", ""),
    ],
)
def test_le_suivi_est_obei(note: Parametres, motif: str, explication: str) -> None:
    ligne = decide(EN_RETARD, base=note)
    assert (ligne[c.MOTIF], ligne[c.EXPLICATION]) == (motif, explication)


def test_entre_deux_promesses_la_plus_lointaine_tient() -> None:
    notes = replace(
        f.parametres(),
        suivi=f.suivi({"nature": "Promesse", "jusquau": "02/04/2026", "piece": "F1"}, {"nature": "Promesse", "jusquau": "05/04/2026"}),
    )
    assert decide({**EN_RETARD, "promesse": "03/04/2026"}, base=notes)[c.EXPLICATION] == "promesse jusqu'au 05/04/2026"


def test_les_clients_demandes_sont_ceux_du_critere_et_ceux_que_l_on_coche() -> None:
    lignes = f.echeances(*({**EN_RETARD, "code_client": code} for code in ("C1", "C2", "C10", "D1")))

    def retenus(codes: tuple[str, ...], coches: tuple[str, ...]) -> list[str]:
        parametres = replace(f.parametres(codes_clients=codes), clients_coches=coches)
        decidees = decider(lignes, f.clients(), parametres, f.journal(), "L").lignes
        return list(decidees.loc[decidees[c.MOTIF] == "", c.CODE_CLIENT])

    assert retenus((), ()) == ["C1", "C2", "C10", "D1"]
    assert retenus(("C2..C10",), ()) == ["C2", "C10"]
    assert retenus(("C?",), ("d1",)) == ["C1", "C2", "D1"]
    assert retenus((), ("C10",)) == ["C10"]


def test_un_code_inconnu_est_signale_et_n_arrete_rien() -> None:
    base = replace(
        f.parametres(codes_clients=("C1", "X*")), clients_coches=("C1", "Y"), suivi=f.suivi({"nature": "Litige", "code_client": "Z"})
    )
    decision: Decision = decider(f.echeances(EN_RETARD), f.clients({}), base, f.journal(), "L")
    assert [(faute.onglet, faute.message) for faute in decision.avertissements] == [
        ("Critères", "aucun client ne répond à « X* »"),
        ("Clients", "aucun client ne répond à « Y »"),
        ("Suivi", "aucun client ne répond à « Z »"),
    ]
    assert len(decision.relances) == 1


@pytest.mark.parametrize(("sauf", "effet"), [(True, "il n'écarte rien"), (False, "il ne retient rien")])
def test_un_mode_de_paiement_que_l_export_ne_connait_pas_est_signale(sauf: bool, effet: str) -> None:
    modes = ModesDePaiement(("Prelevements", "prelevement"), sauf)
    lignes = f.echeances({**EN_RETARD, "mode_paiement": "Prélèvement"}, {**EN_RETARD, "piece": "F2", "mode_paiement": "Traite"})
    decision = decider(lignes, f.clients({}), f.parametres(modes_paiement=modes), f.journal(), "L")
    dits = [str(faute) for faute in decision.avertissements]
    assert len(dits) == 1 and f"par « Prelevements », {effet}" in dits[0] and "« Prélèvement », « Traite »" in dits[0]


def test_une_ligne_en_anomalie_garde_sa_cause_et_ne_prend_aucun_motif() -> None:
    ligne = decide({"cause": "MONTANT_ILLISIBLE", "explication": "« abc »", "reste_du": 0, "module": "Comptoir"})
    assert (ligne[c.CAUSE], ligne[c.MOTIF], ligne[c.EXPLICATION]) == ("MONTANT_ILLISIBLE", "", "« abc »")
