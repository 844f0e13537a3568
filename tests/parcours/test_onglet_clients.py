"""Ce que l'onglet « Clients » dit d'un client prime sur l'export ; la liste part par courriel aux commerciaux."""

import email
import email.policy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atelier import Atelier, lignes_de, modifier, valeurs_de

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.etapes.actualiser import actualiser

JOUR = date(2026, 3, 31)
ENTETES = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Reste dû", "Commercial")
FACTURES = [
    ("C001", "Garage Pérez & Fils", "FA1", date(2026, 1, 1), date(2026, 1, 31), 1200.00, 1200.00, "Durand"),
    ("C002", "Moulin & Cie", "FA2", date(2026, 1, 1), date(2026, 2, 28), 500.00, 500.00, "Martin"),
    ("C003", "Hôtel du Lac", "FA3", date(2026, 1, 1), date(2026, 2, 28), 300.00, 300.00, ""),
]


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances", sortie="Selon le client")
    dossier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})
    dossier.echeances(FACTURES, entetes=ENTETES)
    actualiser(dossier.dossier, JOUR)
    return dossier


def saisir(atelier: Atelier, code: str, **valeurs: object) -> None:
    with modifier(atelier.dossier.criteres) as classeur:
        (ligne,) = [li for li in lignes_de(classeur["Clients"]) if li["Code client"].value == code]
        for titre, valeur in valeurs.items():
            ligne[titre].value = valeur


def test_type_envoi_adresse_et_exclusion_priment_sur_l_export(atelier: Atelier) -> None:
    assert {v["Code client"] for v in valeurs_de(atelier.lister(JOUR).chemin, "Liste clients") if v["Relance"]} == {"C001", "C002", "C003"}
    saisir(atelier, "C001", Exclure="Oui")
    saisir(atelier, "C002", Envoi="Email", **{"Email relance": "compta@moulin.example", "Type": "Professionnel"})
    atelier.criteres(**{"Relance automatique": "Non", "Niveau de relance": 3})
    liste = {v["Code client"]: v for v in valeurs_de(atelier.lister(JOUR).chemin, "Liste clients") if v["Relance"]}
    assert set(liste) == {"C002", "C003"}
    assert (liste["C002"]["Email"], liste["C002"]["Indemnité"]) == ("compta@moulin.example", 40)
    assert liste["C003"]["Indemnité"] in (0, None)


def test_les_saisies_survivent_a_actualiser(atelier: Atelier) -> None:
    saisir(atelier, "C003", Type="Particulier", Exclure="Non")
    atelier.echeances([*FACTURES, ("C000", "Abeille", "FA9", date(2026, 1, 1), date(2026, 1, 31), 9.0, 9.0, "")], entetes=ENTETES)
    resume, _ = actualiser(atelier.dossier, JOUR)
    assert "1 client ajouté" in resume
    lignes = {v["Code client"]: v for v in valeurs_de(atelier.dossier.criteres, "Clients")}
    assert list(lignes) == ["C000", "C001", "C002", "C003"] and (lignes["C003"]["Type"], lignes["C003"]["Exclure"]) == (
        "Particulier",
        "Non",
    )


def test_le_plan_d_un_client_donne_ses_niveaux_et_un_plan_inconnu_se_dit_a_sa_cellule(atelier: Atelier) -> None:
    atelier.ajouter("Niveaux", (1, "Rappel courtois", 45, "relance-1.docx", "Non", "Non", "Rappel", "Lettre", "Grands comptes"))
    saisir(atelier, "C001", Plan="grands comptes")
    saisir(atelier, "C002", Plan="Grands comptes")
    # C002 n'a que 31 jours de retard : son plan en attend 45
    assert {v["Code client"] for v in valeurs_de(atelier.lister(JOUR).chemin, "Liste clients") if v["Relance"]} == {"C001", "C003"}
    saisir(atelier, "C003", Plan="Grand compte")
    with pytest.raises(ErreurUtilisateur, match=r"« Clients », cellule G4 : plan de relance « Grand compte » inconnu.*Grands comptes"):
        atelier.lister(JOUR)


def test_la_plupart_des_clients_sans_type_se_dit_en_une_ligne(atelier: Atelier) -> None:
    atelier.clients([("C001", "Garage Pérez & Fils")], entetes=("Code client", "Raison sociale"))
    (dit,) = [str(a) for a in atelier.lister(JOUR).avertissements if "pas de type" in str(a)]
    assert "3 clients sur 3" in dit and "onglet « Clients »" in dit
    atelier.criteres(**{"Type de client par défaut": "Professionnel"})
    assert not [a for a in atelier.lister(JOUR).avertissements if "pas de type" in str(a)]


def test_la_liste_part_par_courriel_a_chaque_commercial_sinon_a_l_emetteur(atelier: Atelier) -> None:
    atelier.criteres(**{"Type d'état": "Liste clients", "Sortie sur": "Email"})
    with pytest.raises(ErreurUtilisateur, match="Email de NOM"):
        atelier.lister(JOUR)
    with modifier(atelier.dossier.criteres) as classeur:
        classeur["Émetteur"].append(["Email de Durand", "durand@atelier.example"])
    atelier.criteres("Émetteur", **{"Raison sociale": "Atelier Ribeaucourt", "Email": "compta@atelier.example"})
    liste = atelier.lister(JOUR)
    courriels: dict[str, Any] = {
        chemin.name: email.message_from_bytes(chemin.read_bytes(), policy=email.policy.default) for chemin in liste.lot.courriels.iterdir()
    }
    assert {nom: message["To"] for nom, message in courriels.items()} == {
        "liste-Durand.eml": "durand@atelier.example", "liste-emetteur.eml": "compta@atelier.example",
    }  # fmt: skip
    (piece,) = courriels["liste-Durand.eml"].iter_attachments()
    assert piece.get_filename() == "Liste clients du 31-03-2026 – Durand.pdf" and piece.get_content()[:4] == b"%PDF"
    assert "1 client en retard" in courriels["liste-Durand.eml"].get_body(("plain",)).get_content()
    assert liste.code == 0 and len([m for m in liste.messages if m.startswith("Liste de ")]) == 2
