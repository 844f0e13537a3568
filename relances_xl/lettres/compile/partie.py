"""La compilation d'une partie du modèle (corps, en-tête, notes) : champs de Word et balises deviennent un gabarit."""

import re
from copy import deepcopy

from lxml import etree

from relances_xl.lettres.compile.balises import code_image, poser_balises
from relances_xl.lettres.compile.conditions import lire_si, runs_du_si
from relances_xl.lettres.compile.contexte import Atelier
from relances_xl.lettres.compile.refus import CHAMPS, CONSTRUCTIONS, Devenir, en_mergefield
from relances_xl.lettres.compile.repetitions import repeter_lignes, retirer_vides
from relances_xl.lettres.word.champs_word import ChampWord, lire_champs
from relances_xl.lettres.word.instruction import Instruction, lire_instruction
from relances_xl.lettres.word.ooxml import A, Noeud, V, ancetre, nouveau_run, nouveau_texte, proprietes, r, textes_du_paragraphe, w

NOMBRE_DE_PAGES = frozenset({"NUMPAGES", "SECTIONPAGES"})
_DE_PAGE = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "PAGEREF"})
_CELLULE = re.compile(r"\b(?:ABOVE|BELOW|LEFT|RIGHT|[A-Z]{1,2}\d+)\b", re.IGNORECASE)
_APLATI = re.compile(r"«([\w.]+)»")
_SCHEMAS = ("http:", "https:", "mailto:", "tel:")


def compiler_arbre(atelier: Atelier, racine: Noeud) -> None:
    """Pose dans l'arbre les jetons de tous ses champs et balises ; les fautes sont collectées dans le contexte."""
    for champ in lire_champs(racine):
        _remplacer(atelier, champ)
    _refuser_les_aplatis(atelier, racine)
    poser_balises(atelier, racine)
    repeter_lignes(atelier)
    retirer_vides(atelier, racine)


def _refuser_les_aplatis(atelier: Atelier, racine: Noeud) -> None:
    """Un « «nom» » en simple texte qui nomme un champ connu en fut un : l'imprimer tel quel serait faux."""
    for paragraphe in racine.iter(w("p")):
        texte = "".join(t.text or "" for t in textes_du_paragraphe(paragraphe))
        for ecrit in _APLATI.findall(texte) if "«" in texte else ():
            nom = atelier.contexte.noms.trouver(ecrit)
            if nom:
                atelier.contexte.aplatis.setdefault(ecrit, (nom, atelier.place(paragraphe)))


def serialiser(racine: Noeud) -> str:
    return etree.tostring(racine, encoding="unicode")


def _remplacer(atelier: Atelier, champ: ChampWord) -> None:
    """Remplace un champ par ce qui le calcule ; un champ de Word (PAGE, TOC…) reste, champs imbriqués traités."""
    nouveaux = _compiler(atelier, champ)
    if nouveaux is not None:
        champ.remplacer(nouveaux)
        atelier.modifie = True
        return
    for imbrique in [morceau for morceau in champ.instruction if isinstance(morceau, ChampWord)]:
        _dans_l_instruction(atelier, imbrique)
    for morceau in champ.resultat:
        if isinstance(morceau, ChampWord):
            _remplacer(atelier, morceau)


def _nom(champ: ChampWord) -> str:
    nom = lire_instruction(champ.texte).nom
    return "=" if nom.startswith("=") else nom


def _a_un_champ(champ: ChampWord) -> bool:
    """Vrai si le champ en porte un de la lettre, à quelque profondeur que ce soit."""
    return any(
        isinstance(morceau, ChampWord) and (en_mergefield(lire_instruction(morceau.texte)) is not None or _a_un_champ(morceau))
        for morceau in (*champ.instruction, *champ.resultat)
    )


def _compiler(atelier: Atelier, champ: ChampWord) -> list[Noeud] | None:
    """Les nœuds qui remplacent un champ ; None s'il reste un champ de Word. La table dit le sort de chacun."""
    instruction = lire_instruction(champ.texte)
    nom = _nom(champ)
    regle = CHAMPS.get(nom, "autres champs")
    equivalent = en_mergefield(instruction)
    if equivalent is not None and (nom == "MERGEFIELD" or atelier.contexte.noms.trouver(equivalent.sujet)):
        return _fusion(atelier, champ, equivalent)
    if nom == "IF":
        return _condition(atelier, champ)
    if regle == "pages":
        return _nombre_de_pages(atelier, champ, instruction)
    if regle == "formule" and not _porte_sur_la_lettre(champ, nom):
        return None
    if nom == "HYPERLINK":
        return _lien(atelier, champ, instruction)
    if nom == "INCLUDEPICTURE" and (_a_un_champ(champ) or not _image_incorporee(champ)):
        regle = "dehors"
    if CONSTRUCTIONS[regle].devenir is Devenir.GARDE:
        return None
    atelier.appliquer(champ.debut, regle, nom)
    if regle == "numéro":
        return [nouveau_run(_mise_en_forme(champ, instruction), nouveau_texte("1"))]
    return _contenu_montre(champ) if nom in ("FILLIN", "INCLUDEPICTURE") else []


def _porte_sur_la_lettre(champ: ChampWord, nom: str) -> bool:
    """Une formule qui ne dépend ni d'un champ, ni d'une cellule, ni d'un signet garde son résultat, toujours juste."""
    return nom == "SET" or _a_un_champ(champ) or (nom in ("=", "FORMULA") and bool(_CELLULE.search(champ.texte)))


def _contenu_montre(champ: ChampWord) -> list[Noeud]:
    """Ce qu'un champ montre, sans le champ."""
    return [deepcopy(morceau) for morceau in champ.resultat if not isinstance(morceau, ChampWord)]


def _image_incorporee(champ: ChampWord) -> bool:
    montre = [morceau for morceau in champ.resultat if not isinstance(morceau, ChampWord)]
    return any(image.get(r("embed")) or image.get(r("id")) for run in montre for image in run.iter(f"{{{A}}}blip", f"{{{V}}}imagedata"))


def _lien(atelier: Atelier, champ: ChampWord, instruction: Instruction) -> list[Noeud] | None:
    """Un lien vers le web ou un signet reste ; vers un fichier, il est ôté et son texte reste."""
    cible = instruction.sujet
    if not cible or cible.casefold().startswith(_SCHEMAS) or _a_un_champ(champ):
        return None
    atelier.appliquer(champ.debut, "chemin", cible)
    return _contenu_montre(champ)


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
    """Un IF à la comparaison simple, tout entier dans un paragraphe ; sinon une faute, ou None s'il ne dépend que de la page."""
    if not _a_un_champ(champ) and _depend_de_la_page(champ):
        atelier.appliquer(champ.debut, "IF de page")
        return None
    if len({ancetre(noeud, "p") for noeud in champ.noeuds()}) != 1:
        atelier.appliquer(champ.debut, "IF sur plusieurs paragraphes")
        return []
    si = lire_si(champ)
    runs = runs_du_si(atelier, champ, si, lambda imbrique: _dans_la_branche(atelier, imbrique)) if si else None
    if runs is None:
        atelier.appliquer(champ.debut, "IF incalculable")
    return runs or []


def _depend_de_la_page(champ: ChampWord) -> bool:
    return any(
        isinstance(morceau, ChampWord) and (_nom(morceau) in _DE_PAGE or _depend_de_la_page(morceau)) for morceau in champ.instruction
    )


def _dans_la_branche(atelier: Atelier, champ: ChampWord) -> list[Noeud] | None:
    return None if CHAMPS.get(_nom(champ)) == "pages" else _compiler(atelier, champ)


def _nombre_de_pages(atelier: Atelier, champ: ChampWord, instruction: Instruction) -> list[Noeud] | None:
    """Le champ de Word, ou le nombre en toutes lettres quand les lettres sont réunies en un document."""
    atelier.contexte.nombre_de_pages = True
    jeton = atelier.jetons.noeud
    litteral = nouveau_run(_mise_en_forme(champ, instruction), nouveau_texte(atelier.jetons.texte("{{ rx_pages }}")))
    noeuds = list(champ.noeuds())
    dernier = champ.bornes[-1]
    for nouveau in (jeton("{% if rx_pages %}"), litteral, jeton("{% else %}")):
        noeuds[0].addprevious(nouveau)
    dernier.addnext(jeton("{% endif %}"))
    return None


def _dans_l_instruction(atelier: Atelier, champ: ChampWord) -> None:
    """Un champ imbriqué dans l'instruction d'un champ de Word : sa valeur y devient un texte d'instruction."""
    instruction = en_mergefield(lire_instruction(champ.texte))
    if instruction is None:
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
