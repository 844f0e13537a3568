"""Les valeurs des lettres : justes, typées, complètes, tirées des tables de la décision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import fabrique
import pandas as pd
import pytest
from fabrique_lettres import EMETTEUR, lignes_decidees, relances_decidees

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.parametres import Parametres
from relances_xl.lettres.catalogue import CATALOGUE, LISTES, TypeChamp
from relances_xl.lettres.donnees.valeurs_de_lettre import valeurs_des_relances, valeurs_des_releves, valeurs_liste


@pytest.fixture
def lignes() -> pd.DataFrame:
    return lignes_decidees(
        {"piece": "F2", "date_echeance": "28/02/2026", "reste_du": "300", "relance": "R-0001", "niveau_propose": 2},
        {"piece": "F1", "date_echeance": "31/01/2026", "reste_du": "1200", "relance": "R-0001", "niveau_propose": 3, "penalites": 1198},
        {"piece": "A1", "date_echeance": "01/03/2026", "reste_du": "-50", "relance": "R-0001"},
        {"piece": "F3", "date_echeance": "20/03/2026", "reste_du": "80", "autre": True, "dernier_niveau": 1},
        {"piece": "F4", "date_echeance": "20/03/2026", "reste_du": "70", "autre": True, "devise": "USD"},
        {"piece": "F5", "date_echeance": "30/04/2026", "reste_du": "40"},
        {"piece": "F6", "date_echeance": "20/12/2025", "reste_du": "0"},
        {"piece": "F7", "date_echeance": "", "date_piece": "", "reste_du": "9", "cause": "DATE_ILLISIBLE"},
    )


def _parametres(**criteres: object) -> Parametres:
    return replace(fabrique.parametres(**criteres), emetteur=EMETTEUR)


def _une_lettre(lignes: pd.DataFrame, clients: pd.DataFrame | None = None, **criteres: object) -> dict[str, Any]:
    clients = fabrique.clients({}) if clients is None else clients
    [(identifiant, valeurs)] = valeurs_des_relances(relances_decidees({}), lignes, clients, _parametres(**criteres))
    assert identifiant == "R-0001"
    return dict(valeurs)


def _pieces(valeurs: Mapping[str, Any], liste: str) -> list[object]:
    return [ligne["piece"] for ligne in valeurs[liste]]


def test_echeances_credits_et_autres_sont_chacun_a_leur_place(lignes: pd.DataFrame) -> None:
    valeurs = _une_lettre(lignes)
    assert _pieces(valeurs, "echeances") == ["F1", "F2"]  # la plus ancienne d'abord
    assert _pieces(valeurs, "credits") == ["A1"]
    assert _pieces(valeurs, "autres") == ["F3"]  # même devise que la lettre
    assert valeurs["total_autre"] == Montant(8000, "EUR")


def test_chaque_valeur_a_le_type_que_le_catalogue_annonce(lignes: pd.DataFrame) -> None:
    valeurs = _une_lettre(lignes)
    types: dict[TypeChamp, type] = {TypeChamp.MONTANT: Montant, TypeChamp.DATE: date, TypeChamp.ENTIER: int, TypeChamp.IMAGE: bytes}
    for nom, champ in CATALOGUE.items():
        racine, _, feuille = nom.partition(".")
        if racine in ("ligne", "somme", "detaille"):
            continue
        porteurs = (
            [v for liste in LISTES.get(racine, ()) for v in valeurs[liste]]
            if racine in LISTES
            else [valeurs[racine] if feuille else valeurs]
        )
        for porteur in porteurs:
            valeur = porteur[feuille or racine]
            assert valeur == "" or isinstance(valeur, types.get(champ.type, str)), nom


def test_un_credit_reste_negatif_et_le_niveau_est_celui_de_l_echeance(lignes: pd.DataFrame) -> None:
    valeurs = _une_lettre(lignes)
    assert valeurs["credits"][0]["reste_du"] == Montant(-5000, "EUR")
    assert [e["niveau"] for e in valeurs["echeances"]] == [3, 2]
    assert valeurs["autres"][0]["niveau"] == 1


def test_les_dates_et_montants_absents_sont_vides(lignes: pd.DataFrame) -> None:
    lignes.loc[lignes[c.PIECE] == "F1", [c.MONTANT, c.PENALITES]] = pd.NA
    valeurs = _une_lettre(lignes)
    assert valeurs["derniere_relance"] == ""
    assert valeurs["plus_ancienne"] == date(2026, 1, 31)
    assert (valeurs["echeances"][0]["montant"], valeurs["echeances"][0]["penalites"]) == ("", "")


def test_la_fiche_du_client_est_mise_en_forme(lignes: pd.DataFrame) -> None:
    clients = fabrique.clients({"raison_sociale": "Léo & Cie", "civilite": "Mme", "contact": "Anne Roy", "telephone": "0102030405"})
    client = _une_lettre(lignes, clients)["client"]
    assert isinstance(client, dict)
    assert client["adresse"] == "Léo & Cie\nMme Anne Roy\n1 RUE DU PORT\n44000 NANTES"
    assert (client["code"], client["politesse"], client["exclure"], client["telephone"]) == ("C1", "Madame", "Non", "0102030405")


def test_un_client_absent_du_fichier_garde_son_nom(lignes: pd.DataFrame) -> None:
    client = _une_lettre(lignes, fabrique.clients({"code_client": "C9"}), type_client_defaut=TypeClient.PARTICULIER)["client"]
    assert isinstance(client, dict)
    assert (client["raison_sociale"], client["adresse"], client["code"]) == ("Client Un", "Client Un", "C1")
    assert (client["type_client"], client["politesse"]) == ("Particulier", "Madame, Monsieur")


@pytest.mark.parametrize("taille", [1, 2, 3])
def test_la_taille_des_tranches_ne_change_rien_aux_lettres(taille: int) -> None:
    """Un client à deux lettres, dans deux tranches : chacune a ses échéances, et informe des mêmes autres."""
    lignes = lignes_decidees(
        {"piece": "F1", "relance": "R-0003"},
        {"piece": "F2", "relance": "R-0001", "code_client": "C2"},
        {"piece": "F3", "relance": "R-0001", "code_client": "C2"},
        {"piece": "F4", "autre": True},
        {"piece": "F5", "relance": "R-0002"},
        {"piece": "F6", "autre": True, "code_client": "ZZ"},
    )
    relances = relances_decidees({"relance": "R-0002"}, {"relance": "R-0001", "code_client": "C2"}, {"relance": "R-0003"})
    clients = fabrique.clients({"code_client": "C2", "raison_sociale": "Deux"}, {"raison_sociale": "Un"})
    tranches = [relances.iloc[debut : debut + taille] for debut in range(0, len(relances), taille)]
    lettres = [lettre for tranche in tranches for lettre in valeurs_des_relances(tranche, lignes, clients, _parametres())]
    lues = [
        (nom, valeurs["client"]["raison_sociale"], _pieces(valeurs, "echeances"), _pieces(valeurs, "autres"))
        for nom, valeurs in cast("list[tuple[str, dict[str, Any]]]", lettres)
    ]
    assert lues == [("R-0002", "Un", ["F5"], ["F4"]), ("R-0001", "Deux", ["F2", "F3"], []), ("R-0003", "Un", ["F1"], ["F4"])]


def test_le_qr_porte_le_total_reclame_et_se_laisse_omettre(lignes: pd.DataFrame) -> None:
    image = _une_lettre(lignes)["qr_paiement"]
    assert isinstance(image, bytes) and image.startswith(b"\x89PNG")
    [(_, valeurs)] = valeurs_des_relances(relances_decidees({}), lignes, fabrique.clients({}), _parametres(), avec_qr=False)
    assert valeurs["qr_paiement"] == ""
    [(_, valeurs)] = valeurs_des_relances(
        relances_decidees({c.PENALITES: pd.NA, c.TOTAL_RECLAME: pd.NA}), lignes, fabrique.clients({}), _parametres()
    )
    assert (valeurs["qr_paiement"], valeurs["total_reclame"], valeurs["total_du"]) == ("", "", Montant(145000, "EUR"))


def test_l_emetteur_a_son_iban_lisible_et_son_logo_en_octets(lignes: pd.DataFrame, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG...")
    parametres = replace(_parametres(), emetteur=replace(EMETTEUR, logo=str(logo)))
    [(_, valeurs)] = valeurs_des_relances(relances_decidees({}), lignes, fabrique.clients({}), parametres)
    emetteur = valeurs["emetteur"]
    assert isinstance(emetteur, dict)
    assert emetteur["iban"] == "FR76 3000 6000 0112 3456 7890 189"
    assert emetteur["logo"] == b"\x89PNG..."
    assert _une_lettre(lignes)["emetteur"]["logo"] == ""


def test_le_releve_montre_toutes_les_pieces_ouvertes_et_leur_balance(lignes: pd.DataFrame) -> None:
    [(identifiant, releve)] = valeurs_des_releves(relances_decidees({}), lignes, fabrique.clients({}), _parametres())
    assert identifiant == "R-0001"
    assert _pieces(releve, "echeances") == ["F1", "F2", "F3", "F5", "F4"]  # par devise, puis par échéance
    assert _pieces(releve, "credits") == ["A1"]
    sommes: Any = releve["sommes"]
    euros, dollars = sommes
    assert euros["encours"] == Montant(157000, "EUR")
    assert euros["non_echu"] == Montant(4000, "EUR")
    assert euros["jours_0_30"] == Montant(8000, "EUR")
    assert euros["jours_31_60"] == Montant(150000, "EUR")
    assert (euros["jours_61_90"], euros["plus_de_90"]) == (Montant(0, "EUR"), Montant(0, "EUR"))
    assert euros["credits"] == Montant(5000, "EUR")
    assert dollars["encours"] == Montant(7000, "USD")


def test_le_releve_ne_compte_pas_de_retard_avant_l_echeance(lignes: pd.DataFrame) -> None:
    [(_, releve)] = valeurs_des_releves(relances_decidees({}), lignes, fabrique.clients({}), _parametres())
    retards = {piece["piece"]: piece["jours_retard"] for piece in releve["echeances"]}  # type: ignore[attr-defined]
    assert (retards["F1"], retards["F5"]) == (59, "")


def test_la_liste_clients_a_une_ligne_par_relance_et_un_total_par_devise(lignes: pd.DataFrame) -> None:
    relances = relances_decidees(
        {}, {"devise": "USD", "retard": 7000, "credits": 0, "net": 7000, "penalites": 0, "indemnite": 0, "total_reclame": 7000}
    )
    liste = valeurs_liste(relances, lignes, fabrique.clients({"telephone": "01 02"}), _parametres())
    assert [(r["relance"], r["net"], r["telephone"]) for r in liste["lignes"]] == [  # type: ignore[attr-defined]
        ("R-0001", Montant(145000, "EUR"), "01 02"),
        ("R-0002", Montant(7000, "USD"), "01 02"),
    ]
    assert [(s["devise"], s["nombre"], s["total_reclame"]) for s in liste["sommes"]] == [  # type: ignore[attr-defined]
        ("EUR", 1, Montant(154198, "EUR")),
        ("USD", 1, Montant(7000, "USD")),
    ]
    assert (liste["detaille"], liste["echeances"]) == ("", [])


def test_la_liste_detaillee_donne_les_pieces_de_chaque_relance(lignes: pd.DataFrame) -> None:
    liste = valeurs_liste(relances_decidees({}), lignes, fabrique.clients({}), _parametres(detaille=True))
    assert _pieces(liste, "echeances") == ["F1", "F2", "A1"]
    assert liste["detaille"] == "Oui"
