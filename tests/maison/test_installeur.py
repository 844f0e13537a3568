"""L'installeur Windows : ce qu'il embarque est épinglé, et rien ne manque à ce que le produit demande."""

import configparser
import re

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
