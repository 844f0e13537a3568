"""Chaque écriture de chaque commande, en panne à son tour : disque plein, accès refusé, disque muet, coupure avant, pendant, après.

Après la panne : une phrase en français (ou rien, si la commande a été tuée), rien à moitié écrit, et « 2 » ne dit jamais vrai de
quelque chose. Puis la même commande, relancée, va au bout : chaque relance sort une fois. Toutes les écritures y passent, celles
de SQLite comprises (`outils/pannes.c`). RELANCES_XL_PANNES : combien d'écritures par commande et par genre de panne.
"""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from atelier import Atelier, modifier
from lieux import RACINE

from relances_xl.domaine.statuts import Statut
from relances_xl.dossier import Dossier
from relances_xl.ecran.cli import principal
from relances_xl.historique import Historique

JOUR = date(2026, 3, 31)
CLIENTS = ["C001", "C002"]
AVANT, MILIEU, APRES = 1, 2, 3
GENRES = [(0, errno.ENOSPC), (0, errno.EACCES), (0, errno.EIO), (AVANT, 0), (MILIEU, 0), (APRES, 0)]
ESSAIS = int(os.environ.get("RELANCES_XL_PANNES", "6" if os.environ.get("RELANCES_XL_TOUT_EXIGER") else "2"))

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"), reason="sans objet : il faut Linux et un compilateur C, pour s'interposer"
)


@dataclass(frozen=True)
class Essai:
    """Ce qu'une panne a laissé, et ce que la reprise en a fait."""

    chemin: Path
    code: int
    reprise: int
    quoi: str

    @property
    def dit(self) -> str:
        return (self.chemin / "dit").read_text(encoding="utf-8", errors="replace")

    @property
    def redit(self) -> str:
        return (self.chemin / "redit").read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def interposee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bibliotheque = tmp_path_factory.mktemp("pannes") / "pannes.so"
    source = RACINE / "tests" / "outils" / "pannes.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(bibliotheque), str(source), "-ldl"], check=True)
    return bibliotheque


@pytest.fixture(scope="module")
def modeles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Les dossiers de départ : rien, prêt à lister, revue cochée, production faite."""
    racine = tmp_path_factory.mktemp("modeles")
    atelier = Atelier(racine / "a lister")
    atelier.clients([(code, f"Société {code}", "1 rue X", "01000", "Ville", "", "Professionnel") for code in CLIENTS])
    atelier.echeances([(code, "", f"F{code}", date(2026, 1, 1), date(2026, 1, 31), 100.0, 100.0) for code in CLIENTS])
    atelier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})
    listes = {"a lister": racine / "a lister"}
    for nom, de in (("a produire", "a lister"), ("produit", "a produire")):
        shutil.copytree(racine / de, racine / nom)
        suivant = Atelier.__new__(Atelier)
        suivant.dossier = Dossier(racine / nom)
        if nom == "a produire":
            suivant.approuver(suivant.lister(JOUR))
        else:
            suivant.produire(JOUR)
        listes[nom] = racine / nom
    shutil.copytree(racine / "produit", racine / "depose")
    with modifier(Dossier(racine / "depose").lots()[-1].compte_rendu) as cahier:
        feuille = cahier["Relances"]
        droite = feuille.max_column
        feuille.cell(1, droite + 1).value, feuille.cell(2, droite + 1).value = "N° de dépôt", "1A 1"
        feuille.cell(1, droite + 2).value, feuille.cell(2, droite + 2).value = "Déposée le", JOUR
    return listes | {"rien": racine / "rien", "depose": racine / "depose"}


def essayer(interposee: Path, modele: Path, resultats: Path, arguments: list[str], cas: list[tuple[int, int, int]]) -> list[Path]:
    resultats.mkdir(parents=True)
    environnement = {**os.environ, "LD_PRELOAD": str(interposee), "PYTHONPATH": str(RACINE), "PYTHONUTF8": "1"}
    commande = [sys.executable, str(RACINE / "tests" / "outils" / "essai_de_panne.py"), str(modele), str(resultats)]
    subprocess.run([*commande, json.dumps(arguments), json.dumps(cas)], env=environnement, check=True, timeout=1800)
    return [resultats / str(numero) for numero in range(len(cas))]


def essais(interposee: Path, modele: Path, chemin: Path, *arguments: str) -> list[Essai]:
    """Compte les écritures de la commande, puis la lance avec une panne à quelques-unes, dans chaque genre."""
    (temoin,) = essayer(interposee, modele, chemin / "temoin", list(arguments), [(0, 0, 0)])
    nombre = int((temoin / "dit.nombre").read_text())
    assert nombre > 0
    cas = [
        (1 + (place * nombre + decalage) // ESSAIS % nombre, genre, code)
        for decalage, (genre, code) in enumerate(GENRES)
        for place in range(min(ESSAIS, nombre))
    ]
    faits = []
    for ici in essayer(interposee, modele, chemin / "pannes", list(arguments), cas):
        constat = json.loads((ici / "constat.json").read_text())
        faits.append(
            Essai(ici, constat["code"], constat["reprise"], f"{constat} sur {nombre} : {(ici / 'dit').read_text(errors='replace')}")
        )
    return faits


def etat(dossier: Path) -> dict[str, bytes]:
    """Ce que l'utilisateur voit du dossier : ni verrous, ni ce qu'une coupure a laissé de provisoire."""
    if not dossier.exists():
        return {}
    fichiers = (f for f in dossier.rglob("*") if f.is_file() and not f.name.startswith((".", "~")) and f.suffix != ".bak")
    return {f.relative_to(dossier).as_posix(): f.read_bytes() for f in fichiers if not f.name.endswith("-journal")}


def verifier(essai: Essai, modele: Path) -> None:
    """Ce qui vaut de toute commande."""
    tuee = essai.code == -signal.SIGKILL
    assert tuee or essai.code in (0, 1, 2), essai.quoi
    assert "Traceback" not in essai.dit and "inattendue" not in essai.dit, essai.quoi
    if essai.code in (1, 2):
        assert re.search(r"(Erreur|Interrompu|Attention|Échec)", essai.dit), essai.quoi
    apres = etat(essai.chemin / "apres")
    if essai.code == 2:
        assert apres.keys() - {"historique.db"} == etat(modele).keys() - {"historique.db"}, essai.quoi
    for nom, octets in apres.items():
        if nom.endswith((".xlsx", ".docx")):
            with zipfile.ZipFile(essai.chemin / "apres" / nom) as archive:
                assert archive.testzip() is None, essai.quoi
        assert octets or nom.endswith(".db"), f"{nom} vide : {essai.quoi}"
    assert essai.reprise in (0, 1), f"{essai.quoi}\n--- reprise\n{essai.redit}"
    assert not list((essai.chemin / "dossier").rglob("~relances-*")), essai.quoi


def test_nouveau(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["rien"], tmp_path, "nouveau", "{dossier}", "--exemple"):
        tuee = essai.code == -signal.SIGKILL
        assert tuee or "Traceback" not in essai.dit, essai.quoi
        assert essai.reprise == 0, f"{essai.quoi}\n{essai.redit}"
        assert (essai.chemin / "dossier" / "criteres.xlsx").is_file() and (
            essai.chemin / "dossier" / "modeles" / "relance-3.docx"
        ).is_file()


def test_lister(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["a lister"], tmp_path, "lister", "{dossier}"):
        verifier(essai, modeles["a lister"])
        assert essai.reprise == 0 and Dossier(essai.chemin / "dossier").lots()[-1].revue.is_file(), essai.quoi


def test_actualiser(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["a lister"], tmp_path, "actualiser", "{dossier}"):
        verifier(essai, modeles["a lister"])
        assert essai.reprise == 0, essai.redit


def test_produire(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["a produire"], tmp_path, "produire", "{dossier}", "--oui"):
        verifier(essai, modeles["a produire"])
        dossier = Dossier(essai.chemin / "dossier")
        with Historique.consulter(dossier.historique) as historique:
            etats = historique.etats()
            assert historique.verifier(dossier.historique) == []
            assert len(historique.journal()) == len(CLIENTS), essai.quoi
        assert {e.statut for e in etats.values()} == {Statut.EMISE} and len(etats) == len(CLIENTS), essai.quoi
        assert all((dossier.racine / e.fichier).is_file() for e in etats.values()), essai.quoi
        assert dossier.lots()[-1].compte_rendu.is_file()


def test_annuler(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["produit"], tmp_path, "annuler", "{dossier}", "--lot", "2026-03-31_1", "--oui"):
        assert essai.code == -signal.SIGKILL or "Traceback" not in essai.dit, essai.quoi
        with Historique.consulter(essai.chemin / "dossier" / "historique.db") as historique:
            assert {e.statut for e in historique.etats().values()} == {Statut.ANNULEE}, f"{essai.quoi}\n{essai.redit}"


def test_exporter_le_journal(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["produit"], tmp_path, "historique", "{dossier}", "--xlsx", "{dossier}/journal.xlsx"):
        verifier(essai, modeles["produit"])
        assert essai.reprise == 0 and zipfile.ZipFile(essai.chemin / "dossier" / "journal.xlsx").testzip() is None, essai.quoi


def test_contentieux(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["depose"], tmp_path, "contentieux", "{dossier}", CLIENTS[0], "--au", f"{JOUR:%d/%m/%Y}"):
        verifier(essai, modeles["depose"])
        assert essai.reprise == 0, f"{essai.quoi}\n{essai.redit}"
        with Historique.consulter(essai.chemin / "dossier" / "historique.db") as historique:
            assert [numero for numero, _ in historique.depots().values()] == ["1A 1"], essai.quoi
        assert (essai.chemin / "dossier" / "contentieux" / f"{CLIENTS[0]}_{JOUR}" / "requete.docx").is_file()


def test_annuler_et_decocher(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    arguments = ("annuler", "{dossier}", "--lot", "2026-03-31_1", "--oui", "--decocher")
    for essai in essais(interposee, modeles["produit"], tmp_path, *arguments):
        assert essai.code == -signal.SIGKILL or "Traceback" not in essai.dit, essai.quoi
        dossier = Dossier(essai.chemin / "dossier")
        with zipfile.ZipFile(dossier.lots()[-1].revue) as archive:
            assert archive.testzip() is None, essai.quoi
        with Historique.consulter(dossier.historique) as historique:
            assert {e.statut for e in historique.etats().values()} == {Statut.ANNULEE}, f"{essai.quoi}\n{essai.redit}"


def test_purger_le_journal(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["produit"], tmp_path, "historique", "{dossier}", "--purger", "01/01/2020", "--oui"):
        verifier(essai, modeles["produit"])
        journal = essai.chemin / "dossier" / "historique.db"
        with Historique.consulter(journal) as historique:
            assert historique.verifier(journal) == [] and len(historique.journal()) == len(CLIENTS), essai.quoi


def test_exporter_les_champs(interposee: Path, modeles: dict[str, Path], tmp_path: Path) -> None:
    for essai in essais(interposee, modeles["a lister"], tmp_path, "champs", "--xlsx", "{dossier}/champs.xlsx"):
        verifier(essai, modeles["a lister"])
        assert essai.reprise == 0 and zipfile.ZipFile(essai.chemin / "dossier" / "champs.xlsx").testzip() is None, essai.quoi


def test_chaque_commande_qui_ecrit_a_son_essai() -> None:
    """« demo » et « menu » lancent les autres ; « verifier » ne fait que contrôler."""
    essayees = {"nouveau", "lister", "actualiser", "produire", "annuler", "historique", "contentieux", "champs"}
    assert essayees | {"demo", "menu", "verifier"} == set(principal.commands)
