"""Les champs `IF` de Word, calculés par nous quand la comparaison est simple (ECMA-376 partie 1, §17.16.5.25).

Un opérande ou une branche mêle du texte et des champs imbriqués, eux-mêmes MERGEFIELD ou IF.
"""

import operator
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import NamedTuple

from relances_xl.lettres.compile.contexte import Atelier
from relances_xl.lettres.compile.refus import en_mergefield
from relances_xl.lettres.word.champ import en_nombre, en_texte
from relances_xl.lettres.word.champs_word import ChampWord, texte_du_run
from relances_xl.lettres.word.instruction import Instruction, lire_instruction
from relances_xl.lettres.word.ooxml import Noeud, contenu_du_run, nouveau_run, nouveau_texte, proprietes, w

Argument = list[tuple[str, Noeud] | ChampWord]
"""Du texte et le run d'où il vient (texte vide : le run lui-même, image ou saut), des champs imbriqués."""

_TEXTES = (w("t"), w("instrText"), w("lastRenderedPageBreak"), w("softHyphen"))
_COMPARAISONS: dict[str, Callable[..., object]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


class Si(NamedTuple):
    """Un champ IF analysé."""

    gauche: Argument
    operateur: str
    droite: Argument
    vrai: Argument
    faux: Argument
    garde_mise_en_forme: bool


def lire_si(champ: ChampWord) -> Si | None:
    """Les arguments d'un champ IF ; None si l'instruction n'a pas la forme « IF a = b "oui" "non" »."""
    if champ.simple is not None:
        return None
    arguments = _decouper(champ)
    operateur = _litteral(arguments[2]) if len(arguments) > 2 else ""
    if operateur not in _COMPARAISONS or len(arguments) < 4:
        return None
    branches = [argument for argument in arguments[4:6] if not _litteral(argument).startswith("\\")]
    vrai = branches[0] if branches else []
    faux = branches[1] if len(branches) > 1 else []
    mots = lire_instruction(champ.texte).formats
    return Si(arguments[1], operateur, arguments[3], vrai, faux, "mergeformat" in mots)


def expression_du_si(atelier: Atelier, si: Si) -> str | None:
    """La condition en Jinja ; None si un opérande contient un champ que seul Word sait calculer."""
    gauche, droite = (_operande(atelier, argument) for argument in (si.gauche, si.droite))
    if gauche is None or droite is None:
        return None
    return f"({gauche}|comparer({citer(si.operateur)}, {droite}))"


def texte_du_si(atelier: Atelier, si: Si) -> str | None:
    """Le texte du champ IF en une expression Jinja, pour un IF imbriqué dans un opérande."""
    condition = expression_du_si(atelier, si)
    vrai, faux = (_texte(atelier, argument) for argument in (si.vrai, si.faux))
    if condition is None or vrai is None or faux is None:
        return None
    return f"({vrai} if {condition} else {faux})"


def runs_du_si(atelier: Atelier, champ: ChampWord, si: Si, compiler: Callable[[ChampWord], list[Noeud] | None]) -> list[Noeud] | None:
    """Les runs des deux branches entre `{% if %}`, `{% else %}` et `{% endif %}` ; `compiler` rend un champ imbriqué."""
    condition = expression_du_si(atelier, si)
    if condition is None:
        return None
    modele = champ.run_du_resultat() if si.garde_mise_en_forme else None
    branches = [_runs(branche, modele, compiler) for branche in (si.vrai, si.faux)]
    if branches[0] is None or branches[1] is None:
        return None
    jeton = atelier.jetons.noeud
    return [jeton(f"{{% if {condition} %}}"), *branches[0], jeton("{% else %}"), *branches[1], jeton("{% endif %}")]


def comparer(gauche: object, operateur: str, droite: object) -> bool:
    """Compare comme Word : deux nombres, deux dates, sinon deux textes ; `*` et `?` jokers à droite de = et <>."""
    paire = _comparables(gauche, droite)
    if operateur in ("=", "<>") and isinstance(paire[1], str):
        egaux = _convient(str(paire[0]), paire[1])
        return egaux == (operateur == "=")
    return bool(_COMPARAISONS[operateur](*paire))


def _convient(texte: str, motif: str) -> bool:
    """Vrai si le texte suit le motif, `*` et `?` jokers ; en un temps borné, quel que soit le nombre d'étoiles.

    >>> _convient("Lyon 3e", "Lyon*"), _convient("Lyon", "L?o"), _convient("a" * 40, "a*" * 20 + "b")
    (True, False, False)
    """
    morceaux = [re.compile("".join("." if c == "?" else re.escape(c) for c in m), re.DOTALL) for m in motif.split("*")]
    premier, *suite = morceaux
    if not suite:
        return premier.fullmatch(texte) is not None
    debut = premier.match(texte)
    place = debut.end() if debut else -1
    for morceau in suite[:-1]:
        trouve = morceau.search(texte, place) if place >= 0 else None
        place = trouve.end() if trouve else -1
    longueur = len(motif) - motif.rindex("*") - 1
    return 0 <= place <= len(texte) - longueur and suite[-1].match(texte, len(texte) - longueur) is not None


def _comparables(gauche: object, droite: object) -> tuple[object, object]:
    a, b = en_nombre(gauche), en_nombre(droite)
    if a and b:
        return a[0], b[0]
    if isinstance(gauche, date) and isinstance(droite, date):
        return gauche, droite
    return en_texte(gauche, "fr"), en_texte(droite, "fr")


def citer(texte: str) -> str:
    """Le texte en chaîne littérale de Jinja.

    >>> citer('a"b')
    '"a\\\\"b"'
    """
    return '"' + texte.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'


def _operande(atelier: Atelier, argument: Argument) -> str | None:
    if len(argument) == 1 and isinstance(argument[0], ChampWord):
        instruction = en_mergefield(lire_instruction(argument[0].texte))
        if instruction is not None:
            return _champ(atelier, argument[0], instruction, "comparable")
    return _texte(atelier, argument)


def _texte(atelier: Atelier, argument: Argument) -> str | None:
    codes = []
    for morceau in argument:
        if not isinstance(morceau, ChampWord):
            if not morceau[0]:  # un saut, une image : ce n'est pas un texte
                return None
            codes.append(citer(morceau[0]))
            continue
        instruction = lire_instruction(morceau.texte)
        equivalent = en_mergefield(instruction)
        si = lire_si(morceau) if instruction.nom == "IF" else None
        code = _champ(atelier, morceau, equivalent, "texte") if equivalent else texte_du_si(atelier, si) if si else None
        if code is None:
            return None
        codes.append(code)
    return f"({' ~ '.join(codes)})" if codes else '""'


def _champ(atelier: Atelier, champ: ChampWord, instruction: Instruction, methode: str) -> str:
    connu = atelier.champ(champ.debut, instruction)
    return atelier.appel(connu, methode) if connu else '""'


def _runs(branche: Argument, modele: Noeud | None, compiler: Callable[[ChampWord], list[Noeud] | None]) -> list[Noeud] | None:
    runs: list[Noeud] = []
    for morceau in branche:
        if isinstance(morceau, ChampWord):
            compile_ = compiler(morceau)
            if compile_ is None:
                return None
            runs.extend(compile_)
        elif morceau[0]:
            source = modele if modele is not None else morceau[1]
            runs.append(nouveau_run(proprietes(source), nouveau_texte(morceau[0])))
        else:
            runs.append(deepcopy(morceau[1]))
    return runs


def _litteral(argument: Argument) -> str:
    return "".join("\0" if isinstance(morceau, ChampWord) else morceau[0] for morceau in argument)


def _decouper(champ: ChampWord) -> list[Argument]:
    """Les arguments de l'instruction, « IF » compris : entre guillemets, ou jusqu'à l'espace ou l'opérateur."""
    arguments: list[Argument] = []
    ouvert: Argument | None = None
    cite = False
    for morceau in champ.instruction:
        if isinstance(morceau, ChampWord):
            if ouvert is None:
                ouvert = []
                arguments.append(ouvert)
            ouvert.append(morceau)
            continue
        if _autre_que_du_texte(morceau):
            if cite and ouvert is not None:
                ouvert.append(("", morceau))
            continue
        for signe in re.findall(r'\\["\\]|[<>]=|<>|.', texte_du_run(morceau), re.DOTALL):
            if signe in '"“”':
                cite = not cite
                ouvert = [] if cite else None
                if ouvert is not None:
                    arguments.append(ouvert)
            elif not cite and signe.isspace():
                ouvert = None
            elif not cite and signe in _COMPARAISONS and len(arguments) == 2:
                arguments.append([(signe, morceau)])
                ouvert = None
            else:
                if ouvert is None:
                    ouvert = []
                    arguments.append(ouvert)
                _ajouter(ouvert, signe[1:] if cite and signe.startswith("\\") else signe, morceau)
    return arguments


def _autre_que_du_texte(run: Noeud) -> bool:
    """Vrai pour un run qui porte une image, un saut, une tabulation… : une branche le garde tel quel."""
    return any(enfant.tag not in _TEXTES for enfant in contenu_du_run(run))


def _ajouter(argument: Argument, signe: str, run: Noeud) -> None:
    """Ajoute un signe au dernier texte de l'argument s'il vient du même run."""
    dernier = argument[-1] if argument else None
    if dernier is not None and not isinstance(dernier, ChampWord) and dernier[0] and dernier[1] is run:
        argument[-1] = (dernier[0] + signe, run)
    else:
        argument.append((signe, run))
