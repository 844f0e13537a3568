"""L'écran : progression et messages sur stderr, résultats sur stdout, questions au terminal."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relances_xl.domaine.ecrits.textes import lire_oui_non, pour_ecran
from relances_xl.domaine.erreurs import Faute
from relances_xl.ecran.conseils import en_lanceurs, par_un_lanceur
from relances_xl.ecran.ouvrir import ouvrir

if TYPE_CHECKING:
    from relances_xl.etapes.communs.dialogue import Avance

_SECONDES_AVANT_PROGRESSION = 1.0


def ecrire(texte: str, *, err: bool = False, **style: Any) -> None:
    """Une ligne à l'écran, sur stderr si `err` : tout ce que le programme y montre passe ici."""
    click.secho(_dit(texte) if err else pour_ecran(texte), err=err, **style)


def _dit(texte: str) -> str:
    """Ce qu'on dit à quelqu'un : entré par un lanceur, il lit des lanceurs."""
    return pour_ecran(en_lanceurs(texte) if par_un_lanceur() else texte)


def fichiers(noms: Iterable[str]) -> str:
    """Les fichiers d'un dossier, ceux d'un même sous-dossier comptés : « criteres.xlsx, modeles/ (17 fichiers) ».

    >>> fichiers(["criteres.xlsx", "modeles/a.docx", "modeles/b.docx", "exports/x.xlsx"])
    'criteres.xlsx, modeles/ (2 fichiers), exports/x.xlsx'
    """
    par_dossier: dict[str, list[str]] = {}
    for nom in noms:
        dossier, barre, _ = nom.rpartition("/")
        par_dossier.setdefault(dossier + barre or nom, []).append(nom)
    return ", ".join(reunis[0] if len(reunis) == 1 else f"{dossier} ({len(reunis)} fichiers)" for dossier, reunis in par_dossier.items())


class Ecran:
    """Le dialogue des parcours, tenu par click."""

    def __init__(self, silencieux: bool = False) -> None:
        self._silencieux = silencieux
        self._sur_une_barre = False

    @property
    def interactif(self) -> bool:
        return sys.stdin.isatty() and _est_une_console(sys.stdin.fileno())

    def dire(self, message: str, **style: Any) -> None:
        if not self._silencieux:
            self._aller_a_la_ligne()
            ecrire(message, err=True, **style)

    def _aller_a_la_ligne(self) -> None:
        """Ce qu'on dit, ou demande, pendant une progression ne s'écrit pas au bout de sa barre."""
        if self._sur_une_barre:
            click.echo(err=True)
            self._sur_une_barre = False

    def avertir(self, fautes: Iterable[Faute]) -> None:
        for faute in fautes:
            self.dire(f"Attention : {faute}", fg="yellow")

    def resultat(self, texte: object) -> None:
        ecrire(str(texte))

    def json(self, valeur: Mapping[str, object]) -> None:
        """En clair si la sortie est en UTF-8 ; redirigée dans la page de code d'un Windows, elle perdrait des lettres."""
        lisible = "utf" in (sys.stdout.encoding or "").casefold()
        click.echo(json.dumps(valeur, ensure_ascii=not lisible, indent=2, default=str))

    def confirmer(self, question: str, defaut: bool = False) -> bool:
        choix = "[O/n]" if defaut else "[o/N]"
        self._aller_a_la_ligne()
        reponse = click.prompt(f"{_dit(question)} {choix}", default="", show_default=False, prompt_suffix=" : ", err=True)
        saisie = str(reponse).strip()
        return bool(lire_oui_non(saisie)) if saisie else defaut

    def demander_un_secret(self, question: str) -> str:
        return str(click.prompt(question, default="", show_default=False, hide_input=True, prompt_suffix=" : ", err=True))

    def ouvrir(self, chemins: Iterable[Path]) -> None:
        """Ouvre les résultats, et dit ceux que rien n'ouvre ici."""
        for chemin in ouvrir(chemins):
            self.dire(f"À ouvrir : {chemin}")

    @contextmanager
    def suivre(self, libelle: str, total: int) -> "Iterator[Avance]":
        """Une barre qui n'apparaît qu'au bout d'une seconde, et seulement au terminal."""
        if self._silencieux or not sys.stderr.isatty():
            yield lambda pas=1: None
            return
        barre = click.progressbar(length=total, label=libelle, file=sys.stderr, fill_char="#", empty_char=".")
        debut, en_attente = time.monotonic(), 0

        def avancer(pas: int = 1) -> None:
            nonlocal en_attente
            en_attente += pas
            if time.monotonic() - debut >= _SECONDES_AVANT_PROGRESSION:
                barre.update(en_attente)
                self._sur_une_barre = True
                en_attente = 0

        yield avancer
        if time.monotonic() - debut >= _SECONDES_AVANT_PROGRESSION:
            barre.update(en_attente)
            barre.render_finish()
        self._sur_une_barre = False


def _est_une_console(descripteur: int) -> bool:
    """Sous Windows, `isatty` est vrai aussi de NUL, où personne ne répond : une tâche planifiée, « < NUL »."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        mode = ctypes.c_ulong()
        return bool(ctypes.windll.kernel32.GetConsoleMode(ctypes.c_void_p(msvcrt.get_osfhandle(descripteur)), ctypes.byref(mode)))
    return True
