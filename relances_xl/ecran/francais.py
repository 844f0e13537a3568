"""Le français de click, qui n'a pas de traduction : ses phrases, une à une.

click lit ses phrases par `_` et `ngettext`, importés de gettext dans chacun de ses modules ; on les y remplace, sans
toucher à gettext lui-même. Un test vérifie que chaque phrase que click peut montrer est ici.
"""

import sys
from datetime import date
from types import ModuleType
from typing import Any

import click

PHRASES: dict[str, str] = {
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous : {possibilities} ?)",
    "Aborted!": "Interrompu.",
    "Argument {name!r} takes {nargs} values.": "L'argument {name!r} prend {nargs} valeurs.",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "Commands": "Commandes",
    "Confirm the action without prompting.": "Confirme sans poser de question.",
    "Could not open file {filename!r}: {message}": "Impossible d'ouvrir {filename!r} : {message}",
    "Did you mean {possibility}?": "Vouliez-vous {possibility} ?",
    "Do you want to continue?": "Continuer ?",
    "Error: The two entered values do not match.": "Erreur : les deux saisies diffèrent.",
    "Error: invalid input": "Erreur : réponse incomprise",
    "Error: {message}": "Erreur : {message}",
    "Got unexpected extra argument ({args})": "Argument en trop ({args})",
    "Got unexpected extra arguments ({args})": "Arguments en trop ({args})",
    "Invalid value for {param_hint}: {message}": "Valeur incorrecte pour {param_hint} : {message}",
    "Invalid value: {message}": "Valeur incorrecte : {message}",
    "Missing argument": "Argument manquant",
    "Missing command.": "Commande manquante.",
    "Missing option": "Option manquante",
    "Missing parameter": "Paramètre manquant",
    "Missing parameter: {param_name}": "Paramètre manquant : {param_name}",
    "Missing {param_type}": "{param_type} manquant",
    "No such command {name!r}.": "Commande inconnue : {name!r}.",
    "No such option {name!r}.": "Option inconnue : {name!r}.",
    "Option {name!r} does not take a value.": "L'option {name!r} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L'option {name!r} veut une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L'option {name!r} veut {nargs} valeurs.",
    "Options": "Options",
    "Positional arguments": "Arguments",
    "Press any key to continue...": "Appuyez sur une touche pour continuer…",
    "Repeat for confirmation": "Répétez pour confirmer",
    "Show the version and exit.": "Montre la version.",
    "Show this message and exit.": "Montre cette aide.",
    "Takes {nargs} values but 1 was given.": "Il faut {nargs} valeurs, une seule est donnée.",
    "Takes {nargs} values but {len} were given.": "Il faut {nargs} valeurs, {len} sont données.",
    "Try '{command} {option}' for help.": "Essayez « {command} {option} » pour l'aide.",
    "Usage:": "Utilisation :",
    "default: {default}": "par défaut : {default}",
    "default": "par défaut",
    "directory": "dossier",
    "file": "fichier",
    "path": "chemin",
    "required": "obligatoire",
    "unknown error": "erreur inconnue",
    "{name} {filename!r} does not exist.": "{name} {filename!r} n'existe pas.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} est un dossier.",
    "{name} {filename!r} is a file.": "{name} {filename!r} est un fichier.",
    "{name} {filename!r} is not executable.": "{name} {filename!r} n'est pas exécutable.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} ne se lit pas.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} ne s'écrit pas.",
    "{value!r} does not match the format {format}.": "{value!r} n'est pas de la forme {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} n'est d'aucune des formes {formats}.",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre ({number_type}).",
    "{value!r} is not one of {choices}.": "{value!r} n'est pas parmi {choices}.",
    "{value!r} is not {choice}.": "{value!r} n'est pas {choice}.",
    "{value} is not in the range {range}.": "{value} n'est pas dans l'intervalle {range}.",
}


class Jour(click.ParamType):  # type: ignore[type-arg]  # générique depuis click 8.3
    """Un jour donné à la ligne de commande : 31/03/2026 ou 2026-03-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from relances_xl.domaine.cellule import Illisible, lire_date  # babel se charge derrière

        try:
            return lire_date(value)
        except Illisible as illisible:
            self.fail(f"{illisible.message} : écrivez JJ/MM/AAAA ou AAAA-MM-JJ, par exemple 31/03/2026.", param, ctx)


def traduire(phrase: str) -> str:
    """La phrase française de click, ou la sienne à défaut."""
    return PHRASES.get(phrase, phrase)


def traduire_pluriel(singulier: str, pluriel: str, nombre: int) -> str:
    return traduire(singulier if nombre < 2 else pluriel)


def parler_francais() -> None:
    """Fait parler français à tous les modules de click."""
    for nom, module in list(sys.modules.items()):
        if nom.partition(".")[0] == click.__name__ and isinstance(module, ModuleType):
            if hasattr(module, "_"):
                module._ = traduire  # type: ignore[attr-defined]
            if hasattr(module, "ngettext"):
                module.ngettext = traduire_pluriel  # type: ignore[attr-defined]
