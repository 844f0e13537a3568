"""Relister ne perd jamais une coche : la reprise va chercher la dernière revue où quelqu'un a choisi quelque chose."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from atelier import Atelier, executer, lignes_de, modifier, valeurs_de

from relances_xl.entrees.classeurs.classeur import lire_classeur
from relances_xl.etapes import reprise
from relances_xl.etapes.communs import reponses_notees

JOUR = date(2026, 3, 31)
FACTURE = ("C001", "Garage Pérez & Fils", "FA1", date(2026, 1, 1), date(2026, 1, 31), 1200.00, 1200.00)
AUTRE = ("C002", "Moulin & Cie", "FA2", date(2026, 1, 1), date(2026, 2, 28), 500.00, 500.00)


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances")
    dossier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})
    dossier.echeances([FACTURE, AUTRE])
    return dossier


def cochees(revue: Path) -> list[str]:
    return [ligne["Code client"] for ligne in valeurs_de(revue, "Liste clients") if ligne["Approuver"] is True]


def cocher_le_premier(revue: Path) -> None:
    with modifier(revue) as classeur:
        (ligne,) = [li for li in lignes_de(classeur["Liste clients"]) if li["Code client"].value == "C001"]
        ligne["Approuver"].value, ligne["Message"].value = True, "Merci."


def test_relister_deux_fois_garde_les_coches(atelier: Atelier) -> None:
    cocher_le_premier(atelier.lister(JOUR).chemin)
    atelier.lister(JOUR)  # sans reprendre : vide, et c'est elle la plus récente
    for _ in range(2):
        liste = atelier.lister(JOUR, reprendre=True)
        assert cochees(liste.chemin) == ["C001"]
        assert valeurs_de(liste.chemin, "Liste clients")[0]["Message"] == "Merci."
    assert "Choix repris de revue-2026-03-31_3.xlsx" in "".join(liste.messages)


def test_sans_reprendre_la_revue_qui_attend_est_nommee(atelier: Atelier) -> None:
    assert executer("lister", atelier.racine, "--reprendre").stderr.count("Aucune revue en attente") == 1
    premiere = atelier.lister(JOUR)
    assert not [m for m in atelier.lister(JOUR).messages if "attend" in m], "rien n'y a été choisi"
    cocher_le_premier(premiere.chemin)
    (message,) = [m for m in atelier.lister(JOUR).messages if "attend" in m]
    assert message.startswith(f"La revue {premiere.chemin.name} attend : 1 cochée sur 2") and "--reprendre" in message


def test_une_revue_produite_n_attend_plus(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    atelier.produire(JOUR)
    assert "Aucune revue en attente n'a de choix à reprendre." in atelier.lister(JOUR + timedelta(days=1), reprendre=True).messages


@pytest.mark.parametrize(("onglet", "colonne", "valeur"), [
    ("Liste clients", "Message", "Rappelez-moi"), ("Liste clients", "Niveau", 2), ("Liste clients", "Sortie", "Imprimante"),
    ("Détail", "Retenir", False),
])  # fmt: skip
def test_un_choix_n_est_pas_qu_une_coche(atelier: Atelier, onglet: str, colonne: str, valeur: object) -> None:
    with modifier(atelier.lister(JOUR).chemin) as classeur:
        lignes_de(classeur[onglet])[0][colonne].value = valeur
    atelier.lister(JOUR)
    reprise = atelier.lister(JOUR, reprendre=True)
    assert valeurs_de(reprise.chemin, onglet)[0][colonne] == valeur


def test_une_revue_que_personne_n_a_reenregistree_n_est_pas_rouverte(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    ouvertes: list[str] = []

    def ouvrir(chemin: Path, *onglets: Any) -> Any:
        ouvertes.append(chemin.name)
        return lire_classeur(chemin, *onglets)

    for module in (reprise, reponses_notees):
        monkeypatch.setattr(module, "lire_classeur", ouvrir)
    premiere = atelier.lister(JOUR).chemin
    os.utime(premiere, (0, 0))
    shutil.copy(premiere, premiere.with_suffix(".copie"))
    premiere.with_suffix(".copie").replace(premiere)  # restaurée d'une sauvegarde : les mêmes octets
    atelier.lister(JOUR)
    assert ouvertes == []
    with modifier(premiere):  # réenregistrée, sans rien y changer
        pass
    os.utime(premiere, (0, 0))
    assert not [m for m in atelier.lister(JOUR).messages if "attend" in m]
    assert ouvertes.count(premiere.name) == 2, "pour ses choix, et pour ses réponses"
    cocher_le_premier(premiere)
    assert [m for m in atelier.lister(JOUR).messages if "attend : 1 cochée sur 2" in m]


def test_une_revue_ecrite_avec_des_choix_se_reprend_sans_qu_on_y_touche(atelier: Atelier) -> None:
    cocher_le_premier(atelier.lister(JOUR).chemin)
    repris = atelier.lister(JOUR, reprendre=True).chemin
    assert [m for m in atelier.lister(JOUR).messages if m.startswith(f"La revue {repris.name} attend : 1 cochée")]
    atelier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR, "Approuver d'avance": "Oui"})
    cochee = atelier.lister(JOUR).chemin
    assert [m for m in atelier.lister(JOUR).messages if m.startswith(f"La revue {cochee.name} attend")]


def test_une_revue_ecrite_ailleurs_se_reprend_aussi(atelier: Atelier, tmp_path: Path) -> None:
    ailleurs = tmp_path / "ma revue.xlsx"
    cocher_le_premier(atelier.lister(JOUR, revue=ailleurs).chemin)
    assert cochees(atelier.lister(JOUR, revue=ailleurs, reprendre=True).chemin) == ["C001"]


def test_une_revue_ou_des_criteres_ouverts_se_disent(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    cocher_le_premier(liste.chemin)
    for chemin in (liste.chemin, atelier.dossier.criteres):
        chemin.with_name(f"~${chemin.name}").touch()
    dit = executer("lister", atelier.racine, "--reprendre").stderr
    assert "criteres.xlsx est ouvert dans Excel ou LibreOffice" in dit
    assert f"Choix repris de {liste.chemin.name} (ouverte dans Excel ou LibreOffice" in dit


def test_une_revue_illisible_se_dit_si_l_on_veut_la_reprendre(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    liste.chemin.write_bytes(b"PK\x03\x04 tronque")
    assert executer("lister", atelier.racine).returncode == 0
    refus = executer("lister", atelier.racine, "--reprendre")
    assert refus.returncode == 2 and liste.chemin.name in refus.stderr
