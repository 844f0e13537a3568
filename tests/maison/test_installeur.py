"""L'installeur Windows : ce qu'il embarque est épinglé, et rien ne manque à ce que le produit demande."""

import configparser
import importlib
import json
import re
from pathlib import Path

import pytest
from lieux import RACINE

INSTALLEUR = RACINE / "installeur"


def normaliser(nom: str) -> str:
    return re.sub(r"[-_.]+", "-", nom).casefold()


def test_chaque_roue_embarquee_est_epinglee_par_son_empreinte() -> None:
    for fichier in ("roues.txt", "python.txt"):
        lignes = [ligne for ligne in (INSTALLEUR / fichier).read_text(encoding="utf-8").splitlines() if not ligne.startswith("#")]
        assert lignes and all(re.fullmatch(r"[\w.-]+==[\w.]+ --hash=sha256:[0-9a-f]{64}", ligne) for ligne in lignes)


def test_chaque_dependance_du_produit_sous_windows_est_embarquee() -> None:
    """Sinon : `python installeur/verrouiller.py`."""
    configuration = configparser.ConfigParser()
    configuration.read(RACINE / "setup.cfg", encoding="utf-8")
    demandees = {
        normaliser(re.split(r"[><=;\[ ]", ligne)[0])
        for ligne in configuration["options"]["install_requires"].split("\n")
        if ligne and 'sys_platform == "linux"' not in ligne
    }
    roues = (INSTALLEUR / "roues.txt").read_text(encoding="utf-8").splitlines()
    assert demandees <= {normaliser(ligne.split("==")[0]) for ligne in roues}


def test_la_nomenclature_nomme_tout_ce_qui_est_pose_et_une_licence_qui_manque(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Le vrai contenu de l'installeur, lui, est contrôlé une fois posé : `.ci/wine/embarque.py`."""
    monkeypatch.syspath_prepend(str(INSTALLEUR))
    module = importlib.import_module("nomenclature")
    for nom, licence in (("un_outil-1.2", "MIT"), ("deux-3", "")):
        infos = tmp_path / "roues" / f"{nom}.dist-info"
        infos.mkdir(parents=True)
        metadonnees = f"Metadata-Version: 2.4\nName: {nom.rpartition('-')[0]}\nVersion: {nom.rpartition('-')[2]}\n"
        (infos / "METADATA").write_text(metadonnees + (f"License-Expression: {licence}\n" if licence else ""), encoding="utf-8")
    (tmp_path / "roues" / "un_outil-1.2.dist-info" / "LICENSE").write_text("libre", encoding="utf-8")
    assert module.deposer_les_licences(tmp_path / "roues", tmp_path / "licences") == ["deux-3"]
    assert (tmp_path / "licences" / "un_outil-1.2" / "LICENSE").read_text(encoding="utf-8") == "libre"
    trouves = module.composants(tmp_path / "roues", {"un-outil": "a" * 64})
    (dit,) = (c for c in json.loads(module.nomenclature(trouves[0], trouves, "2026-03-31"))["components"] if c["name"] == "un_outil")
    assert (dit["version"], dit["licenses"], dit["hashes"][0]["content"]) == ("1.2", [{"license": {"name": "MIT"}}], "a" * 64)


def test_un_outil_dont_quelque_chose_reste_sans_licence_arrete_tout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(INSTALLEUR))
    module = importlib.import_module("nomenclature")
    (laisse,) = module.outils(["click"], tmp_path)
    assert laisse.licence and any(texte.stat().st_size for texte in (tmp_path / f"click-{laisse.version}").rglob("LICENSE*"))
    with pytest.raises(LookupError):
        module.outils(["introuvable-nulle-part"], tmp_path)
