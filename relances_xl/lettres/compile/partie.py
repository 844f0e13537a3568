"""La compilation d'une partie du modèle (corps, en-tête, notes) : champs de Word et balises deviennent un gabarit."""

from lxml import etree

from relances_xl.lettres.compile.balises import code_image, poser_balises
from relances_xl.lettres.compile.conditions import lire_si, runs_du_si
from relances_xl.lettres.compile.contexte import Atelier
from relances_xl.lettres.compile.repetitions import repeter_lignes, retirer_vides
from relances_xl.lettres.word.champs_word import ChampWord, lire_champs
from relances_xl.lettres.word.instruction import Instruction, lire_instruction
from relances_xl.lettres.word.ooxml import Noeud, ancetre, nouveau_run, nouveau_texte, proprietes

NOMBRE_DE_PAGES = frozenset({"NUMPAGES", "SECTIONPAGES"})
_SANS_EFFET = frozenset({"NEXT", "NEXTIF", "SKIPIF"})
_NUMERO = frozenset({"MERGEREC", "MERGESEQ"})
_REFUSES = {
    "GREETINGLINE": "remplacez la ligne de salutation par un champ, par exemple client_politesse",
    "DATABASE": "retirez-le : une ligne de tableau à champs « echeance » se répète d'elle-même",
    "ADDRESSBLOCK": "remplacez le bloc d'adresse par le champ client_adresse",
}
_CALCULES = frozenset({"=", "FORMULA", "COMPARE", "QUOTE", "SET", "INCLUDEPICTURE", "INCLUDETEXT", "IF"})


def compiler_arbre(atelier: Atelier, racine: Noeud) -> None:
    """Pose dans l'arbre les jetons de tous ses champs et balises ; les fautes sont collectées dans le contexte."""
    for champ in lire_champs(racine):
        _remplacer(atelier, champ)
    poser_balises(atelier, racine)
    repeter_lignes(atelier)
    retirer_vides(atelier, racine)


def serialiser(racine: Noeud) -> str:
    return etree.tostring(racine, encoding="unicode")


def _remplacer(atelier: Atelier, champ: ChampWord) -> None:
    """Remplace un champ par ce qui le calcule ; un champ de Word (PAGE, TOC…) reste, champs imbriqués traités."""
    nouveaux = _compiler(atelier, champ)
    if nouveaux is not None:
        champ.remplacer(nouveaux)
        atelier.modifie = True
        return
    nom = _nom(champ)
    imbriques = [morceau for morceau in champ.instruction if isinstance(morceau, ChampWord)]
    if nom in _CALCULES and _a_un_champ(champ):
        atelier.avertir(champ.debut, f"le champ {nom} est laissé à Word", "dans la lettre, sélectionnez tout et appuyez sur F9")
    for imbrique in imbriques:
        _dans_l_instruction(atelier, imbrique)
    for morceau in champ.resultat:
        if isinstance(morceau, ChampWord):
            _remplacer(atelier, morceau)


def _nom(champ: ChampWord) -> str:
    nom = lire_instruction(champ.texte).nom
    return "=" if nom.startswith("=") else nom


def _a_un_champ(champ: ChampWord) -> bool:
    return any(isinstance(morceau, ChampWord) and (_nom(morceau) == "MERGEFIELD" or _a_un_champ(morceau)) for morceau in champ.instruction)


def _compiler(atelier: Atelier, champ: ChampWord) -> list[Noeud] | None:
    """Les nœuds qui remplacent un champ ; None s'il reste un champ de Word."""
    instruction = lire_instruction(champ.texte)
    nom = instruction.nom
    if nom == "MERGEFIELD":
        return _fusion(atelier, champ, instruction)
    if nom == "IF":
        return _condition(atelier, champ)
    if nom in _SANS_EFFET:
        atelier.avertir(champ.debut, f"le champ {nom} est sans effet", "une lettre ne porte qu'un client : retirez-le")
        return []
    if nom in _NUMERO:
        return [nouveau_run(_mise_en_forme(champ, instruction), nouveau_texte("1"))]
    if nom in _REFUSES:
        adresse = Instruction("MERGEFIELD", ("client_adresse",), ())
        if nom == "ADDRESSBLOCK" and atelier.contexte.noms.trouver(adresse.sujet):
            return _fusion(atelier, champ, adresse)
        atelier.faute(champ.debut, f"le champ {nom} n'est pas pris en charge", _REFUSES[nom])
        return []
    if nom in NOMBRE_DE_PAGES:
        return _nombre_de_pages(atelier, champ, instruction)
    return None


def _fusion(atelier: Atelier, champ: ChampWord, instruction: Instruction) -> list[Noeud]:
    connu = atelier.champ(champ.debut, instruction)
    if connu is None:
        return []
    mise_en_forme = _mise_en_forme(champ, instruction)
    cadre = atelier.contexte.noms.cadre(connu.nom)
    if cadre:
        return [nouveau_run(mise_en_forme, atelier.jetons.noeud(code_image(atelier, connu, cadre)))]
    return [nouveau_run(mise_en_forme, nouveau_texte(atelier.jetons.texte(f"{{{{ {atelier.appel(connu)} }}}}")))]


def _condition(atelier: Atelier, champ: ChampWord) -> list[Noeud] | None:
    """Un IF à la comparaison simple, tout entier dans un paragraphe ; sinon None."""
    si = lire_si(champ)
    if si is None or len({ancetre(noeud, "p") for noeud in champ.noeuds()}) != 1:
        return None
    return runs_du_si(atelier, champ, si, lambda imbrique: _dans_la_branche(atelier, imbrique))


def _dans_la_branche(atelier: Atelier, champ: ChampWord) -> list[Noeud] | None:
    return None if _nom(champ) in NOMBRE_DE_PAGES else _compiler(atelier, champ)


def _nombre_de_pages(atelier: Atelier, champ: ChampWord, instruction: Instruction) -> list[Noeud] | None:
    """Le champ de Word, ou le nombre en toutes lettres quand les lettres sont réunies en un document."""
    atelier.contexte.nombre_de_pages = True
    jeton = atelier.jetons.noeud
    litteral = nouveau_run(_mise_en_forme(champ, instruction), nouveau_texte(atelier.jetons.texte("{{ pages }}")))
    noeuds = list(champ.noeuds())
    dernier = champ.bornes[-1]
    for nouveau in (jeton("{% if pages %}"), litteral, jeton("{% else %}")):
        noeuds[0].addprevious(nouveau)
    dernier.addnext(jeton("{% endif %}"))
    return None


def _dans_l_instruction(atelier: Atelier, champ: ChampWord) -> None:
    """Un champ imbriqué dans l'instruction d'un champ de Word : sa valeur y devient un texte d'instruction."""
    instruction = lire_instruction(champ.texte)
    if instruction.nom != "MERGEFIELD":
        _remplacer(atelier, champ)
        return
    connu = atelier.champ(champ.debut, instruction, dans_instruction=True)
    code = atelier.jetons.texte(f"{{{{ {atelier.appel(connu)} }}}}") if connu else ""
    run = nouveau_run(_mise_en_forme(champ, instruction), nouveau_texte(code, "instrText"))
    champ.remplacer([run])
    atelier.modifie = True


def _mise_en_forme(champ: ChampWord, instruction: Instruction) -> Noeud | None:
    """Celle du premier run du résultat ; à défaut, ou par `\\* CHARFORMAT`, celle de l'instruction."""
    if "charformat" in instruction.formats:
        return proprietes(champ.run_de_l_instruction())
    resultat = champ.run_du_resultat()
    return proprietes(resultat if resultat is not None else champ.run_de_l_instruction())
