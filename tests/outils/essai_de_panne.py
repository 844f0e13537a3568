"""Des commandes lancées avec une panne à une écriture donnée, chacune dans un fils ; lancé sous LD_PRELOAD=pannes.so.

    python essai_de_panne.py DOSSIER RESULTATS ARGUMENTS_JSON CAS_JSON

DOSSIER : modèle, copié pour chaque cas ; ARGUMENTS : ceux de la commande, « {dossier} » étant la copie ; CAS : liste de
[rang, genre, code d'erreur], le rang 0 ne faisant que compter. RESULTATS : un dossier par cas, l'état laissé par la panne
(« apres »), puis par la même commande relancée sans elle (« reprise »), et un JSON.
"""

import ctypes
import json
import os
import shutil
import sys
from pathlib import Path

JAMAIS = 2**30
panneau = ctypes.CDLL(None)


def charger() -> None:
    """Tout ce que les commandes importent, une fois : un fils ne coûte plus que sa commande."""
    import relances_xl.ecran.cli
    import relances_xl.ecran.resumes
    import relances_xl.etapes.actualiser
    import relances_xl.etapes.annuler
    import relances_xl.etapes.journal
    import relances_xl.etapes.lister
    import relances_xl.etapes.nouveau
    import relances_xl.etapes.produire  # noqa: F401


def lancer(arguments: list[str], dossier: Path, sortie: Path, rang: int, genre: int, code: int) -> int:
    """Le code de sortie de la commande, négatif si elle a été tuée ; ce qu'elle a dit est dans `sortie`."""
    fils = os.fork()
    if fils == 0:
        descripteur = os.open(sortie, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(descripteur, 1)
        os.dup2(descripteur, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        from relances_xl.ecran.cli import principal

        panneau.armer(str(dossier).encode(), rang or JAMAIS, genre, code)
        try:
            principal(arguments)
        except SystemExit as fin:
            sys.stdout.flush()
            if not rang:
                sortie.with_suffix(".nombre").write_text(str(panneau.faites()))
            os._exit(int(fin.code or 0))
        os._exit(0)
    _, etat = os.waitpid(fils, 0)
    return os.waitstatus_to_exitcode(etat)


def essayer(modele: Path, resultats: Path, arguments: list[str], cas: list[list[int]]) -> None:
    for numero, (rang, genre, code) in enumerate(cas):
        ici = resultats / str(numero)
        dossier = ici / "dossier"
        shutil.copytree(modele, dossier) if modele.exists() else ici.mkdir(parents=True)
        les_siens = [argument.replace("{dossier}", str(dossier)) for argument in arguments]
        constat = {"rang": rang, "genre": genre, "errno": code, "code": lancer(les_siens, dossier, ici / "dit", rang, genre, code)}
        if dossier.exists():
            shutil.copytree(dossier, ici / "apres")
        constat["reprise"] = lancer(les_siens, dossier, ici / "redit", JAMAIS, 0, 0)
        (ici / "constat.json").write_text(json.dumps(constat), encoding="utf-8")


if __name__ == "__main__":
    charger()
    essayer(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4]))
