"""Jinja dans un bac à sable : les seules expressions et instructions qu'un modèle puisse porter."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relances_xl.lettres.compile.gabarit.bornes import (
    BALISE_MAXIMALE,
    CALCULS,
    FILTRES_PERMIS,
    Borner,
    compter,
    etendue,
    interdit,
    joindre,
    operation,
    remplacer,
)
from relances_xl.lettres.word.champ import Xml, en_nombre, en_texte, en_xml
from relances_xl.lettres.word.images_date import compiler_image_date, ecrire_image_date
from relances_xl.lettres.word.images_nombre import compiler_image_nombre

_DE_BOUCLE = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_SANS_EXPRESSION = frozenset({"{% else %}", "{% endif %}", "{% endfor %}"})
_FERMANTES = {"{": "}}", "%": "%}", "#": "#}"}
_RESUMES = frozenset({"length", "count", "map", "sum", "first", "last", "selectattr", "rejectattr", "sort", "min", "max"})


EN_XML = "champ"
"""Début du nom des filtres qui rendent le XML d'un champ."""


class _Generateur(CodeGenerator):
    """Le XML d'un champ entre dans la lettre tel quel : ni `finalize` ni `str` n'ont à le voir passer."""

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if not _est_un_champ(node):
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if not _est_un_champ(node):
            super()._output_child_post(node, frame, finalize)


def _est_un_champ(noeud: nodes.Expr) -> bool:
    return isinstance(noeud, nodes.Filter) and noeud.name.startswith(f"{EN_XML}_")


class BacASable(ImmutableSandboxedEnvironment):
    """L'environnement des modèles : une clé d'une table de valeurs l'emporte toujours sur ses méthodes ; rien n'y croît sans borne."""

    code_generator_class = _Generateur
    intercepted_binops = CALCULS

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return operation(operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        arbre = super()._parse(source, name, filename)
        Borner().visit(arbre)
        return arbre

    def parse_nu(self, source: str) -> nodes.Template:
        """L'arbre tel qu'il est écrit, sans ce qui le borne."""
        return super()._parse(source, None, None)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if type(obj) is LoopContext and attribute in _DE_BOUCLE:  # sans les contrôles du bac à sable, coûteux à chaque ligne
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def refuser_un_ensemble(valeur: object) -> None:
    """Un groupe de champs ou une ligne de tableau ne s'écrit pas : `ValueError`, jamais un dictionnaire imprimé."""
    if isinstance(valeur, dict) or (isinstance(valeur, list | tuple) and any(isinstance(element, dict) for element in valeur)):
        raise ValueError("un ensemble de champs n'est pas une valeur : nommez un de ses champs")


def bac_a_sable(langue: str) -> BacASable:
    """Un environnement Jinja pour les modèles de cette langue : toute valeur y sort comme du texte de Word."""

    def finaliser(valeur: object) -> object:
        if type(valeur) is Xml or isinstance(valeur, StrictUndefined):
            return valeur
        refuser_un_ensemble(valeur)
        return en_xml(en_texte(valeur, langue))

    environnement = BacASable(
        autoescape=False,  # `finaliser` échappe tout, caractères interdits en XML et sauts de ligne compris
        undefined=StrictUndefined,
        finalize=finaliser,
        keep_trailing_newline=True,
        cache_size=0,
    )
    environnement.globals = {"range": etendue}
    environnement.filters = {nom: filtre for nom, filtre in environnement.filters.items() if nom in FILTRES_PERMIS}
    environnement.filters |= {"rx_compter": compter, "rx_joindre": joindre, "replace": remplacer}

    def image(valeur: object, image: str) -> str:
        """`{{ total_du|image("# ##0,00 €") }}`, `{{ date_lettre|image("d MMMM yyyy") }}`."""
        if isinstance(valeur, date):
            return ecrire_image_date(valeur, compiler_image_date(image), langue)
        nombre = en_nombre(valeur)
        return compiler_image_nombre(image, langue).ecrire(*nombre) if nombre else en_texte(valeur, langue)

    environnement.filters["image"] = image
    return environnement


def noms_employes(environnement: BacASable, code: str) -> Iterator[str]:
    """Les noms qu'emploie une balise, pointés (`client.raison_sociale`). Lève `TemplateSyntaxError`."""
    if code in _SANS_EXPRESSION:
        return
    arbre = analyser(environnement, code)
    sujets = set()
    acces: tuple[nodes.Getattr | nodes.Getitem, ...] = (*arbre.find_all(nodes.Getattr), *arbre.find_all(nodes.Getitem))
    for noeud in acces:
        if isinstance(noeud.node, nodes.Name) and (cle := _cle(noeud)):
            sujets.add(id(noeud.node))
            yield f"{noeud.node.name}.{cle}"
    for nom in arbre.find_all(nodes.Name):
        if nom.ctx == "load" and id(nom) not in sujets:
            yield nom.name


def analyser(environnement: BacASable, code: str) -> nodes.Template:
    """L'arbre d'une balise permise. Lève `TemplateSyntaxError` pour toute autre, démesurée ou trop imbriquée comprise."""
    if len(code) > BALISE_MAXIMALE:
        raise TemplateSyntaxError(f"plus de {BALISE_MAXIMALE} caractères", 1)
    try:
        arbre = environnement.parse_nu(_fermer(code))
        refuse = interdit(arbre)
        environnement.compile(_fermer(code))
    except (RecursionError, MemoryError, SyntaxError, ValueError) as erreur:
        raise TemplateSyntaxError(f"elle est démesurée, ou trop imbriquée ({type(erreur).__name__})", 1) from erreur
    if refuse:
        raise TemplateSyntaxError(f"{refuse} n'est pas permis dans un modèle", 1)
    return arbre


def noms_imprimes(environnement: BacASable, code: str) -> Iterator[str]:
    """Les noms nus qu'une expression `{{ }}` imprimerait tels quels, seuls ou mis bout à bout."""
    if not code.startswith("{{"):
        return
    for sortie in environnement.parse_nu(code).find_all(nodes.Output):
        a_voir: list[nodes.Node] = [noeud for noeud in sortie.nodes if not isinstance(noeud, nodes.TemplateData)]
        while a_voir:
            noeud = a_voir.pop()
            if isinstance(noeud, nodes.Name):
                yield noeud.name
            elif isinstance(noeud, nodes.Concat | nodes.CondExpr | nodes.BinExpr | nodes.Filter) and not _resume(noeud):
                a_voir += noeud.iter_child_nodes()


def _resume(noeud: nodes.Node) -> bool:
    """Vrai pour un filtre qui tire d'une liste autre chose qu'elle-même."""
    return isinstance(noeud, nodes.Filter) and noeud.name in _RESUMES


def variables_posees(environnement: BacASable, code: str) -> dict[str, str]:
    """Les variables qu'une balise `for` ou `set` crée, et la liste qu'un `for` parcourt (vide autrement)."""
    arbre = environnement.parse_nu(_fermer(code))
    listes = {
        boucle.target.name: boucle.iter.name
        for boucle in arbre.find_all(nodes.For)
        if isinstance(boucle.target, nodes.Name) and isinstance(boucle.iter, nodes.Name)
    }
    return {nom.name: listes.get(nom.name, "") for nom in arbre.find_all(nodes.Name) if nom.ctx == "store"}


def reperer_balises(texte: str) -> list[tuple[int, int]]:
    """Où commencent et finissent les balises `{{ }}`, `{% %}` et `{# #}` d'un texte ; en un seul passage.

    >>> reperer_balises("a {{ b }} {% c %} {{")
    [(2, 9), (10, 17)]
    """
    trouvees = []
    sans_fin: set[str] = set()
    place = texte.find("{")
    while 0 <= place < len(texte) - 1:
        fermante = _FERMANTES.get(texte[place + 1], "")
        fin = texte.find(fermante, place + 2) if fermante and fermante not in sans_fin else -1
        if fin >= 0:
            trouvees.append((place, fin + 2))
            place = texte.find("{", fin + 2)
        else:
            sans_fin |= {fermante} - {""}
            place = texte.find("{", place + 1)
    return trouvees


def mot_cle(balise: str) -> str:
    """Le premier mot d'une instruction `{% … %}`."""
    mots = balise.strip("{%-+} \u00a0\n\t").split(None, 1)
    return mots[0] if mots else ""


def _fermer(code: str) -> str:
    """La balise, complétée pour être analysable seule ; une instruction qui n'est pas ici n'est pas permise."""
    if not code.startswith("{%"):
        return code
    match mot_cle(code):
        case "if":
            return f"{code}{{% endif %}}"
        case "elif" | "else":
            return f"{{% if 1 %}}{code}{{% endif %}}"
        case "for":
            return f"{code}{{% endfor %}}"
        case "endif":
            return f"{{% if 1 %}}{code}"
        case "endfor":
            return f"{{% for _ in () %}}{code}"
        case "set" if "=" in code:
            return code
    raise TemplateSyntaxError(f"instruction « {mot_cle(code)} » non permise", 1)


def _cle(noeud: nodes.Getattr | nodes.Getitem) -> str:
    if isinstance(noeud, nodes.Getattr):
        return noeud.attr
    return str(noeud.arg.value) if isinstance(noeud.arg, nodes.Const) and isinstance(noeud.arg.value, str) else ""
