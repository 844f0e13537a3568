"""Ce qu'une balise a le droit de demander : rien dont le temps ou la mémoire puisse croître sans limite.

À la compilation, chaque balise est lue : opérateurs, filtres et méthodes sont ceux d'une liste. À la fusion, les boucles
dépensent un budget de tours et d'octets par lettre, et un texte assemblé a une longueur maximale.
"""

import numbers
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jinja2 import Template, nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

TOURS = 20_000
"""Tours de boucle d'une lettre : bien plus que de lignes dans la plus longue."""
OCTETS = 50_000_000
"""Texte que les boucles d'une lettre peuvent écrire."""
TEXTE_MAXIMAL = 20_000
"""Caractères d'un texte assemblé par une expression."""
NOMBRE_MAXIMAL = 10**30
BALISE_MAXIMALE = 2_000
"""Caractères d'une balise."""
BALISES = 5_000
"""Balises d'une partie de modèle."""
BLOCS_EMBOITES = 15

FILTRES_PERMIS = frozenset({
    "abs", "capitalize", "comparer", "count", "d", "default", "elements", "first", "float", "image", "int", "join", "last", "length", "list",
    "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "sort", "string", "sum",
    "title", "trim", "unique", "upper",
})  # fmt: skip
METHODES_PERMISES = frozenset({"upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "startswith", "endswith", "isoformat"})
_REFUSES: dict[type[nodes.Node], str] = {
    nodes.Pow: "la puissance « ** »",
    nodes.Mod: "l'opérateur « % »",
    nodes.List: "une liste écrite",
    nodes.Dict: "un dictionnaire écrit",
}


class BudgetDepasse(Exception):
    """Une lettre demande plus de tours, de texte ou de chiffres qu'une lettre n'en a."""


@dataclass(slots=True)
class Budget:
    """Ce qui reste à une lettre."""

    tours: int = TOURS
    octets: int = OCTETS

    def depenser(self, tours: int, octets: int) -> None:
        self.tours -= tours
        self.octets -= tours * octets
        if self.tours < 0:
            raise BudgetDepasse(f"une boucle fait plus de {TOURS} tours")
        if self.octets < 0:
            raise BudgetDepasse("une boucle écrit un texte démesuré")


def derouler(gabarit: Template, valeurs: Mapping[str, object]) -> str:
    """Le texte d'un gabarit pour ces valeurs, et le budget d'une lettre.

    `Template.render` ferait deux copies des valeurs de plus, et `Template.globals` ne redit que ce qu'a l'environnement, cinq fois moins vite.
    """
    contexte = gabarit.new_context({**gabarit.environment.globals, **valeurs, "rx_budget": Budget()}, shared=True)
    return "".join(gabarit.root_render_func(contexte))


def interdit(arbre: nodes.Node) -> str:
    """Ce qu'une balise emploie et que les modèles n'ont pas ; vide si tout est permis."""
    for noeud in arbre.find_all(nodes.Node):
        if type(noeud) in _REFUSES and not (isinstance(noeud, nodes.List) and len(noeud.items) <= 20):
            return _REFUSES[type(noeud)]
        if isinstance(noeud, nodes.Filter) and noeud.name not in FILTRES_PERMIS:
            return f"le filtre « {noeud.name} »"
        if isinstance(noeud, nodes.Call) and not _appel_permis(noeud.node):
            return "cet appel"
        if isinstance(noeud, nodes.For) and noeud.recursive:
            return "une boucle récursive"
    return ""


def _appel_permis(appele: nodes.Node) -> bool:
    if isinstance(appele, nodes.Name):
        return appele.name == "range"
    return isinstance(appele, nodes.Getattr) and appele.attr in METHODES_PERMISES


def operation(operateur: str, gauche: Any, droite: Any) -> Any:
    """Un calcul du modèle : entre nombres raisonnables, ou la suite de deux textes."""
    if operateur == "+" and isinstance(gauche, str) and isinstance(droite, str):
        return joindre((gauche, droite))
    if not all(isinstance(terme, numbers.Number) for terme in (gauche, droite)):
        raise TypeError(f"« {operateur} » ne s'emploie qu'entre des nombres")
    resultat = _CALCULS[operateur](gauche, droite)
    if abs(resultat) > NOMBRE_MAXIMAL:
        raise BudgetDepasse("un nombre est démesuré")
    return resultat


_CALCULS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
}
CALCULS = frozenset({*_CALCULS, "**", "%"})


def joindre(morceaux: Iterable[object]) -> str:
    """Des valeurs mises bout à bout, jamais plus longues qu'un texte de lettre."""
    texte = "".join(map(str, morceaux))
    if len(texte) > TEXTE_MAXIMAL:
        raise BudgetDepasse(f"un texte dépasse {TEXTE_MAXIMAL} caractères")
    return texte


def remplacer(texte: object, ancien: str, nouveau: str) -> str:
    """Le filtre `replace`, à la longueur bornée."""
    avant = str(texte)
    if len(avant) + (avant.count(ancien) * max(0, len(nouveau) - len(ancien))) > TEXTE_MAXIMAL:
        raise BudgetDepasse(f"un texte dépasse {TEXTE_MAXIMAL} caractères")
    return avant.replace(ancien, nouveau)


def etendue(*bornes: int) -> range:
    """`range`, sans plus de valeurs que de tours."""
    valeurs = range(*bornes)
    if len(valeurs) > TOURS:
        raise BudgetDepasse(f"une boucle fait plus de {TOURS} tours")
    return valeurs


@pass_context
def compter(contexte: Context, iterable: Iterable[Any], octets: int) -> Sequence[Any]:
    """Les valeurs d'une boucle, après avoir dépensé ses tours ; octets : le texte fixe de chacun."""
    valeurs = iterable if isinstance(iterable, list | tuple | range) else list(islice(iterable, TOURS + 1))
    budget = contexte.get("rx_budget")
    if isinstance(budget, Budget):
        budget.depenser(len(valeurs), octets)
    return valeurs


class Borner(NodeTransformer):
    """Fait passer boucles et assemblages de textes par `compter` et `joindre`."""

    def visit_For(self, noeud: nodes.For) -> nodes.For:
        self.generic_visit(noeud)
        octets = nodes.Const(sum(_texte_fixe(noeud.body)))
        noeud.iter = nodes.Filter(noeud.iter, "rx_compter", [octets], [], None, None, lineno=noeud.lineno)
        return noeud

    def visit_Concat(self, noeud: nodes.Concat) -> nodes.Filter:
        self.generic_visit(noeud)
        suite = nodes.List(noeud.nodes, lineno=noeud.lineno)
        return nodes.Filter(suite, "rx_joindre", [], [], None, None, lineno=noeud.lineno)


def _texte_fixe(corps: Iterable[nodes.Node]) -> Iterator[int]:
    """La longueur du texte fixe d'une boucle, sans celui des boucles qu'elle contient."""
    for noeud in corps:
        if isinstance(noeud, nodes.TemplateData):
            yield len(noeud.data)
        elif not isinstance(noeud, nodes.For):
            yield from _texte_fixe(noeud.iter_child_nodes())
