"""La vraie commande : codes de sortie, français partout, jamais de trace Python, résultats sur stdout."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest
from atelier import Atelier, executer, lignes_de, modifier
from cases import case

from relances_xl.ecran import francais
from relances_xl.ecran.cli import principal

JOUR = date(2026, 3, 31)
FACTURE = ("C001", "Garage Pérez & Fils", "FA1", date(2026, 1, 1), date(2026, 1, 31), 1200.00, 1200.00)


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances")
    dossier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})
    dossier.echeances([FACTURE])
    return dossier


def test_le_parcours_entier(atelier: Atelier) -> None:
    liste = executer("lister", atelier.racine)
    assert liste.returncode == 0
    revue = Path(liste.stdout.strip())
    assert revue == atelier.racine / "relances" / "2026-03-31_1" / "revue-2026-03-31_1.xlsx" and revue.exists()
    assert "Niveau 1 (Première relance) : 1 relance" in liste.stderr

    classeur = openpyxl.load_workbook(revue)
    classeur["Liste clients"]["A2"] = "x"
    classeur.save(revue)
    production = executer("produire", atelier.racine)
    assert production.returncode == 0, production.stderr
    assert production.stdout.splitlines()[0] == str(revue.parent / "compte-rendu.xlsx")

    journal = executer("historique", atelier.racine, "--client", "c001")
    assert "2026-03-31_1-0001" in journal.stdout and "Émise" in journal.stdout
    assert executer("historique", atelier.racine, "--client", "C002").stdout == ""
    export = atelier.racine / "journal.xlsx"
    assert executer("historique", atelier.racine, "--xlsx", export).returncode == 0
    entetes = [cellule.value for cellule in openpyxl.load_workbook(export).worksheets[0][1]]
    assert entetes == [
        "Relance",
        "Lot",
        "Date",
        "Code client",
        "Raison sociale",
        "Devise",
        "Niveau",
        "Réédition",
        "Sortie",
        "Statut",
        "Montant",
        "Échéances",
        "Fichier",
    ]

    assert executer("annuler", atelier.racine, "2026-03-31_1-0001").returncode == 0
    assert executer("annuler", atelier.racine, "2026-03-31_1-0001").returncode == 2


def test_lister_et_produire_en_json(atelier: Atelier) -> None:
    liste = json.loads(executer("lister", atelier.racine, "--json", "--silencieux").stdout)
    assert (liste["lot"], liste["relances"], liste["par_niveau"][0]["niveau"]) == ("2026-03-31_1", 1, 1)
    production = executer("produire", atelier.racine, "--json", "--silencieux")
    assert production.returncode == 0 and json.loads(production.stdout)["relances"] == []


def test_nouveau_complete_sans_rien_ecraser(tmp_path: Path) -> None:
    dossier = tmp_path / "mon dossier"
    assert executer("nouveau", dossier).returncode == 0
    (dossier / "criteres.xlsx").write_bytes(b"les miens")
    (dossier / "modeles" / "relance-2.docx").unlink()
    encore = executer("nouveau", dossier, "--exemple")
    assert encore.returncode == 0 and "laissés tels quels" in encore.stderr
    assert (dossier / "criteres.xlsx").read_bytes() == b"les miens"
    assert (dossier / "modeles" / "relance-2.docx").exists() and (dossier / "exports" / "echeances.xlsx").exists()
    assert len(list(dossier.glob("[123]-*"))) == 3 and len(list(dossier.glob("menu.*"))) == 1


def abimer(chemin: str, contenu: bytes) -> Callable[[Atelier], object]:
    return lambda atelier: (atelier.racine / chemin).write_bytes(contenu)


def critere(**valeurs: object) -> Callable[[Atelier], object]:
    return lambda atelier: atelier.criteres(**valeurs)


@pytest.mark.parametrize(
    ("mal", "attendus"),
    [
        (lambda a: a.dossier.criteres.unlink(), ["criteres.xlsx", "introuvable", "nouveau"]),
        (abimer("criteres.xlsx", b""), ["criteres.xlsx"]),
        (abimer("criteres.xlsx", b"PK\x03\x04 tronque"), ["criteres.xlsx"]),
        (lambda a: (a.dossier.exports / "echeances.xlsx").unlink(), ["echeances.xlsx", "introuvable", "Critères"]),
        (lambda a: [chemin.unlink() for chemin in a.dossier.exports.glob("*.xlsx")], ["echeances.xlsx", "clients.xlsx"]),
        (abimer("exports/echeances.xlsx", b"\xd0\xcf\x11\xe0" * 50), ["echeances.xlsx"]),
        (abimer("exports/echeances.xlsx", b""), ["echeances.xlsx", "vide"]),
        (critere(**{"Montant minimum": -5}), ["criteres.xlsx", "Critères", f"cellule {case('montant_minimum')}", "négatif"]),
        (critere(**{"Niveau de relance": 9}), ["Critères", "cellule B", "9"]),
        (critere(**{"Sortie sur": "Pigeon"}), ["Critères", "cellule B", "Pigeon", "PDF"]),
        (critere(**{"Codes clients": "C050..C001"}), ["Critères", "cellule B", "C050..C001"]),
        (lambda a: a.echeances([FACTURE[:5]], entetes=("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance")), ["echeances.xlsx", "reste_du", "Code client"]),
        (lambda a: a.echeances([(*FACTURE, 5.0)], entetes=("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Reste dû", "Solde", "Montant")), ["echeances.xlsx", "Reste dû", "Solde", "Colonnes"]),
        (lambda a: a.ajouter("Niveaux", (5, "Cinquième", 10, "relance-5.docx", "Non", "Non", "x", "Lettre")), ["Niveaux", "5"]),
    ],
    ids=["sans critères", "critères vides", "critères tronqués", "sans export", "sans aucun export", "export chiffré", "export vide", "montant négatif", "niveau inconnu",
         "sortie inconnue", "plage inversée", "colonne introuvable", "colonne en double", "niveaux troués"],
)  # fmt: skip
def test_une_mauvaise_entree_se_dit_et_rien_n_est_ecrit(atelier: Atelier, mal: Callable[[Atelier], object], attendus: list[str]) -> None:
    mal(atelier)
    refus = executer("lister", atelier.racine)
    assert refus.returncode == 2 and refus.stdout == ""
    for attendu in attendus:
        assert attendu in refus.stderr
    assert "Traceback" not in refus.stderr and "→" in refus.stderr
    assert not list((atelier.racine / "relances").glob("*/*"))


def test_une_revue_nommee_qui_n_existe_pas_se_dit(atelier: Atelier, tmp_path: Path) -> None:
    refus = executer("produire", atelier.racine, "--revue", tmp_path / "ailleurs.xlsx")
    assert refus.returncode == 2 and "ailleurs.xlsx" in refus.stderr and "--revue" in refus.stderr


def test_les_criteres_changes_se_rappellent_a_la_francaise(atelier: Atelier) -> None:
    atelier.criteres(**{"Montant minimum": 1234.5, "Date de référence": "31/03/2026", "Modules exclus": None})
    rappel = executer("lister", atelier.racine).stderr
    assert "Montant minimum = 1234,5\n" in rappel and "Date de référence = 31/03/2026\n" in rappel
    assert "Modules exclus = (vide)\n" in rappel and "Écartées : 1 ligne (sous le montant minimum 1)" in rappel


def test_toutes_les_fautes_des_criteres_se_disent_d_un_coup(atelier: Atelier) -> None:
    atelier.criteres(**{"Montant minimum": "beaucoup", "Sortie sur": "Fax", "Figer le taux": "peut-être"})
    refus = executer("lister", atelier.racine)
    assert refus.returncode == 2 and refus.stderr.count("Erreur :") == 3


@pytest.mark.parametrize(
    ("arguments", "attendu"),
    [
        (["lsiter"], "Commande inconnue"),
        (["lsiter"], "relances_xl [OPTIONS] [COMMANDE] [ARGUMENTS]..."),
        (["lister", "--vite"], "Option inconnue"),
        (["produire", "--revue"], "veut une valeur"),
        (["nouveau"], "manquant"),
        (["annuler", "."], "--lot"),
        (["contentieux", ".", "C001", "--au", "2026-13-45"], "« 2026-13-45 » n'est pas une date : écrivez JJ/MM/AAAA ou AAAA-MM-JJ"),
    ],
)
def test_une_erreur_d_usage_se_dit_en_francais(arguments: list[str], attendu: str) -> None:
    refus = executer(*arguments)
    assert refus.returncode == 2
    assert attendu in refus.stderr and "Error" not in refus.stderr and "Traceback" not in refus.stderr


def test_l_aide_est_en_francais() -> None:
    aide = executer("--help")
    assert aide.returncode == 0
    for attendu in ("Utilisation :", "Commandes", "lister", "produire", "Montre cette aide."):
        assert attendu in aide.stdout
    assert "Usage" not in aide.stdout and "Show" not in aide.stdout


def test_chaque_commande_a_son_aide() -> None:
    for nom, commande in principal.commands.items():
        with click.Context(commande, info_name=nom) as contexte:
            texte = commande.get_help(contexte)
        assert commande.help and "Show this" not in texte and "Usage:" not in texte


def test_les_phrases_que_click_montre_sont_traduites() -> None:
    """Chaque phrase traduite existe encore dans click : une nouvelle version qui les change se voit ici."""
    source = "\n".join(chemin.read_text(encoding="utf-8") for chemin in Path(click.__file__).parent.glob("*.py"))
    source = re.sub(r'"\s*\n\s*"', "", source).replace("\\n", "\n").replace("\\t", "\t")
    absentes = [phrase for phrase in francais.PHRASES if f'"{phrase}"' not in source]
    assert absentes == []


def test_champs_montre_le_catalogue_et_l_ecrit_pour_word(tmp_path: Path) -> None:
    assert "{{ client.raison_sociale }}" in executer("champs").stdout
    chemin = tmp_path / "champs.xlsx"
    assert executer("champs", "--xlsx", chemin).returncode == 0
    feuille = openpyxl.load_workbook(chemin).worksheets[0]
    assert "client_raison_sociale" in [cellule.value for cellule in feuille[1]] and feuille.max_row == 2


def test_verifier_dit_tout_en_un_ecran_et_en_json(atelier: Atelier) -> None:
    controle = executer("verifier", atelier.racine)
    assert controle.returncode == 0, controle.stdout
    for sujet in (
        "Critères",
        "Colonnes Échéances",
        "reste_du ← « Reste dû » (1\u00a0200,00\u00a0€)",
        "Modèles",
        "Convertisseur PDF",
        "Taux",
        "Journal",
    ):
        assert sujet in controle.stdout
    constats = json.loads(executer("verifier", atelier.racine, "--json").stdout)["constats"]
    assert {"sujet", "message", "gravite", "remede"} == constats[0].keys()


def test_verifier_rend_2_et_le_remede_s_il_faut_corriger(atelier: Atelier) -> None:
    (atelier.dossier.modeles / "relance-3.docx").unlink()
    controle = executer("verifier", atelier.racine)
    assert controle.returncode == 2 and "relance-3.docx" in controle.stdout


def test_verifier_voit_un_champ_inconnu_dans_un_objet(atelier: Atelier) -> None:
    with modifier(atelier.dossier.criteres) as classeur:
        lignes_de(classeur["Niveaux"])[0]["Objet"].value = "{{ client.cod }}"
    controle = executer("verifier", atelier.racine)
    assert controle.returncode == 2 and "« client.cod » inconnu" in controle.stdout and "objet du niveau 1" in controle.stdout


def test_sans_commande_on_dit_par_ou_commencer() -> None:
    debut = executer()
    assert debut.returncode == 0 and "relances-xl demo" in debut.stdout


def test_ce_que_porte_un_export_ne_pilote_pas_le_terminal(atelier: Atelier) -> None:
    export = atelier.dossier.exports / "echeances.csv"
    piege = "Dupont \x1b[2J\x9b31m\u202etxt.exe\u2028Envoyée"
    export.write_text(f"Code client;Raison sociale;N° pièce;Échéance;Solde\nC9;{piege};F1;31/01/2026;12,00\n", encoding="utf-8")
    atelier.criteres(**{"Fichier échéances": "exports\\echeances.csv", "Fichier clients": None})
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    production = executer("produire", atelier.racine, "--a-blanc")
    (ligne,) = [ligne for ligne in production.stderr.splitlines() if "Dupont" in ligne]
    assert "Envoyée" in ligne and not set(production.stderr) & set("\x1b\x9b\u202e\u2028")


@pytest.mark.parametrize("encodage", ["cp1252", "cp850"])
def test_une_sortie_redirigee_sous_windows_ne_fait_rien_echouer(atelier: Atelier, encodage: str) -> None:
    """« → », « œ », « … » manquent à ces pages de code ; le JSON, lui, n'y perd rien."""
    dossier = atelier.racine.rename(atelier.racine.with_name("cœur → 100%"))

    def lancer(*commande: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "relances_xl", *commande], capture_output=True, encoding=encodage, check=False,
            stdin=subprocess.DEVNULL, cwd=dossier, env={**os.environ, "PYTHONIOENCODING": encodage},
        )  # fmt: skip

    liste = lancer("lister", str(dossier), "--json")
    assert liste.returncode == 0 and json.loads(liste.stdout)["fichier"].startswith(str(dossier))
    assert lancer("verifier").returncode == 0


def test_un_dossier_ou_l_on_ne_peut_pas_ecrire_se_dit_simplement(atelier: Atelier) -> None:
    (atelier.racine / "relances").write_text("")
    refus = executer("lister", atelier.racine)
    assert refus.returncode == 2 and "à la place d'un dossier → déplacez-le" in refus.stderr


def test_aucune_relance_ne_se_dit_pas_si_une_anomalie_pouvait_en_etre(atelier: Atelier) -> None:
    """Le nombre et la cause passent d'abord ; sans anomalie, on le dit simplement."""
    atelier.echeances([(*FACTURE[:4], "bientôt", 1200.00, 1200.00), (*FACTURE[:2], "FA2", date(2026, 1, 1), "jamais", 5.0, 5.0)])
    dit = executer("lister", atelier.racine).stderr
    assert "2 lignes en anomalie pouvaient être à relancer (date illisible 2)" in dit and "Aucune relance à faire" not in dit
    atelier.echeances([(*FACTURE[:6], 0.0)])
    assert "Aucune relance à faire." in executer("lister", atelier.racine).stderr


def test_en_reedition_lister_dit_combien_restent_a_leur_niveau(atelier: Atelier) -> None:
    atelier.relancer(JOUR)
    atelier.criteres(**{"Réédition de relance": "Oui"})
    dit = executer("lister", atelier.racine).stderr
    assert "Critère : Réédition de relance = Oui" in dit
    assert dit.count("Réédition :") == 1 and "Réédition : 1 relance reste à son niveau au lieu de monter." in dit


def test_un_etat_liste_clients_ne_se_produit_pas_et_se_dit(atelier: Atelier) -> None:
    atelier.criteres(**{"Type d'état": "Liste clients", "Sortie sur": "Word"})
    assert executer("lister", atelier.racine).returncode == 0
    refus = executer("produire", atelier.racine, "--oui")
    assert refus.returncode == 2 and "« Liste clients » ne se produit pas" in refus.stderr


def test_par_un_lanceur_les_conseils_parlent_de_lanceurs(atelier: Atelier, tmp_path: Path) -> None:
    lanceur = {"RELANCES_XL_LANCEUR": "1"}
    dit = executer("lister", atelier.racine, env=lanceur).stderr
    assert "puis lancez « 3-produire »." in dit and "relances-xl" not in dit
    refus = executer("annuler", atelier.racine, "2026-03-31_9-0001", env=lanceur).stderr
    assert "« menu », choix « historique »" in refus
    (tmp_path / "vide").mkdir()
    Atelier(tmp_path / "autre")
    assert "lancez d'abord « 2-lister »" in executer("produire", tmp_path / "autre", env=lanceur).stderr
