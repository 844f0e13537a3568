"""Les balises Jinja tapées comme du texte dans Word : `{{ client.ville }}`, `{% if penalites %}`…

Word les coupe en autant de runs qu'il veut. Une expression reste à sa place dans son texte. Une instruction se place
entre des runs ; seule dans son paragraphe, ou seule dans les cellules d'une ligne de tableau, elle prend leur place.
"""

import contextlib
import re
from dataclasses import dataclass, field
from itertools import pairwise

from jinja2 import TemplateSyntaxError

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.lettres.compile.bac_a_sable import mot_cle, reperer_balises, variables_posees
from relances_xl.lettres.compile.bornes import BALISES, BLOCS_EMBOITES
from relances_xl.lettres.compile.contexte import RESERVE, Atelier
from relances_xl.lettres.word.champ import ChampPlace
from relances_xl.lettres.word.dessin import ChampImage
from relances_xl.lettres.word.ooxml import (
    CONTENEURS,
    Noeud,
    contenu_du_run,
    est_element,
    garder_espaces,
    nouveau_run,
    nouveau_texte,
    proprietes,
    retirer,
    textes_du_paragraphe,
    w,
)

_COURBES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " "})
_NEUTRES = frozenset(w(nom) for nom in ("pPr", "proofErr", "bookmarkStart", "bookmarkEnd", "permStart", "permEnd"))


def poser_balises(atelier: Atelier, racine: Noeud) -> None:
    """Remplace par des jetons toutes les balises de la partie, et met chaque bloc `{% %}` à un endroit sain."""
    paragraphes = [p for p in racine.iter(w("p")) if _a_des_balises(p)]
    if sum(_texte(paragraphe).count("{") for paragraphe in paragraphes) > 2 * BALISES:
        atelier.faute(paragraphes[0], f"plus de {BALISES} balises", "un modèle de lettre n'en demande pas tant")
        return
    for paragraphe in paragraphes:
        texte = _texte(paragraphe)
        for balise in (texte[debut:fin] for debut, fin in reperer_balises(texte)):
            if mot_cle(balise) in ("for", "set"):
                _retenir_variables(atelier, paragraphe, nettoyer(balise))
    blocs = [bloc for paragraphe in paragraphes for bloc in _poser(atelier, paragraphe)]
    if paragraphes:
        atelier.modifie = True
    for paragraphe in paragraphes:
        _hisser_paragraphe(atelier, paragraphe)
    for ligne in list(racine.iter(w("tr"))):
        _hisser_ligne(atelier, ligne)
    for groupe in _apparier(atelier, racine, blocs):
        _placer(atelier, groupe)
    _garder_un_paragraphe(atelier, racine)


def nettoyer(balise: str) -> str:
    """La balise telle que Jinja l'attend : guillemets que Word a courbés redressés, préfixes `{%p` et `{%tr` ôtés."""
    balise = une_ligne(re.sub(r"«\s*|\s*»", '"', balise).translate(_COURBES))
    return re.sub(r"^\{%-?(?:p|tr|tc|r) ", "{% ", balise)


def _a_des_balises(paragraphe: Noeud) -> bool:
    texte = _texte(paragraphe)
    return "{{" in texte or "{%" in texte or "{#" in texte


def _texte(paragraphe: Noeud) -> str:
    return "".join(t.text or "" for t in textes_du_paragraphe(paragraphe))


def _retenir_variables(atelier: Atelier, paragraphe: Noeud, balise: str) -> None:
    with contextlib.suppress(
        TemplateSyntaxError, RecursionError, SyntaxError, ValueError
    ):  # une balise incorrecte est signalée quand on la pose
        posees = variables_posees(atelier.contexte.environnement, balise)
        for nom in posees:
            if nom.startswith(RESERVE):
                atelier.faute(paragraphe, f"le nom « {nom} » est réservé", "prenez-en un autre")
        atelier.variables.update(posees)


def _poser(atelier: Atelier, paragraphe: Noeud) -> list[Noeud]:
    """Remplace les balises d'un paragraphe ; rend les jetons de ses instructions, dans l'ordre."""
    textes = textes_du_paragraphe(paragraphe)
    entier = "".join(t.text or "" for t in textes)
    reperees = reperer_balises(entier)
    reste = "".join(entier[fin:debut] for (_, fin), (debut, _) in pairwise([(0, 0), *reperees, (len(entier), 0)]))
    if re.search(r"\{\{|\{%|\}\}|%\}", reste):
        atelier.faute(paragraphe, "une balise n'est pas fermée, ou pas ouverte", "écrivez {{ champ }} ou {% if champ %} en entier")
    blocs: list[Noeud] = []
    place_du_paragraphe = atelier.place(paragraphe)
    for debut, fin in reversed(reperees):
        balise = nettoyer(entier[debut:fin])
        texte, place = _couper(textes, debut, fin)
        if not balise.startswith("{#"):
            atelier.balises.append((balise, place_du_paragraphe))
        if balise.startswith("{#") or not atelier.expression(paragraphe, balise):
            continue
        if balise.startswith("{%"):
            blocs.insert(0, _entre_runs(texte, place, atelier.jetons.noeud(balise)))
        elif image := _image(atelier, balise):
            _dans_le_run(texte, place, atelier.jetons.noeud(image))
        else:
            avant = texte.text or ""
            texte.text = avant[:place] + atelier.jetons.texte(balise) + avant[place:]
    for texte in textes:
        garder_espaces(texte)
    return blocs


def _image(atelier: Atelier, balise: str) -> str:
    """Le code d'une expression qui n'est que le nom d'un champ image ; vide pour les autres."""
    nom = balise.strip("{} ")
    cadre = atelier.contexte.noms.cadre(nom)
    return code_image(atelier, ChampPlace(nom, tuple(nom.split("."))), cadre) if cadre else ""


def code_image(atelier: Atelier, champ: ChampPlace, cadre: tuple[float, float]) -> str:
    """Le code qui pose l'image d'un champ."""
    atelier.images = True
    return f"{{{{ rx_valeurs|{atelier.contexte.filtre(ChampImage(champ, cadre), 'image')}(rx_images) }}}}"


def _couper(textes: list[Noeud], debut: int, fin: int) -> tuple[Noeud, int]:
    """Ôte des textes les caractères [debut ; fin[ ; rend le texte où ils commençaient, et à quelle place."""
    place: tuple[Noeud, int] | None = None
    rang = 0
    for texte in textes:
        contenu = texte.text or ""
        a, b = max(debut - rang, 0), min(fin - rang, len(contenu))
        if a < b:
            texte.text = contenu[:a] + contenu[b:]
            place = place or (texte, a)
        rang += len(contenu)
    assert place is not None
    return place


def _dans_le_run(texte: Noeud, place: int, jeton: Noeud) -> None:
    """Place un jeton entre deux `w:t` d'un même run."""
    contenu = texte.text or ""
    texte.text = contenu[:place]
    texte.addnext(jeton)
    if contenu[place:]:
        jeton.addnext(nouveau_texte(contenu[place:]))


def _entre_runs(texte: Noeud, place: int, jeton: Noeud) -> Noeud:
    """Place un jeton entre deux runs, en coupant celui du texte ; rend le jeton."""
    run = texte.getparent()
    assert run is not None
    _dans_le_run(texte, place, jeton)
    contenus = contenu_du_run(run)
    suite = contenus[contenus.index(jeton) + 1 :]
    run.addnext(jeton)
    if suite:
        jeton.addnext(nouveau_run(proprietes(run), *suite))
    if not (texte.text or "") and texte in run:
        run.remove(texte)
    if not contenu_du_run(run):
        retirer(run)
    return jeton


def _jetons_et_reste(atelier: Atelier, parent: Noeud) -> tuple[list[Noeud], bool]:
    """Les instructions placées directement sous ce nœud, et s'il porte autre chose que des marques sans contenu."""
    jetons = [enfant for enfant in parent if atelier.jetons.code(enfant)]
    autre = any(
        est_element(enfant)
        and enfant.tag not in _NEUTRES
        and not (enfant.tag == w("r") and all(c.tag == w("t") and not (c.text or "").strip() for c in contenu_du_run(enfant)))
        for enfant in parent
    )
    return jetons, autre


def _hisser_paragraphe(atelier: Atelier, paragraphe: Noeud) -> None:
    """Un paragraphe qui ne porte que des instructions leur cède la place."""
    jetons, autre = _jetons_et_reste(atelier, paragraphe)
    if jetons and not autre and paragraphe.find(f"{w('pPr')}/{w('sectPr')}") is None:
        for jeton in jetons:
            paragraphe.addprevious(jeton)
        retirer(paragraphe)


def _hisser_ligne(atelier: Atelier, ligne: Noeud) -> None:
    """Une ligne de tableau dont les cellules ne portent que des instructions leur cède la place."""
    jetons: list[Noeud] = []
    for cellule in ligne.iter(w("tc")):
        propres = [enfant for enfant in cellule if atelier.jetons.code(enfant)]
        contenu = [enfant for enfant in cellule if est_element(enfant) and enfant.tag != w("tcPr")]
        if any(enfant.tag != w("p") or _est_visible(enfant) for enfant in contenu):
            return
        jetons.extend(propres)
    for jeton in jetons:
        ligne.addprevious(jeton)
    if jetons:
        retirer(ligne)


@dataclass(eq=False)
class _Groupe:
    """Une instruction ouvrante, ses intermédiaires (`elif`, `else`), sa fermante."""

    jetons: list[Noeud] = field(default_factory=list)
    mot: str = ""


def _apparier(atelier: Atelier, racine: Noeud, blocs: list[Noeud]) -> list[_Groupe]:
    """Les groupes d'instructions, du plus extérieur au plus intérieur. Une instruction sans sa paire est une faute."""
    groupes: list[_Groupe] = []
    pile: list[_Groupe] = []
    connus = set(blocs)
    for jeton in racine.iter():
        mot = mot_cle(atelier.jetons.code(jeton)) if jeton in connus else ""
        if mot in ("if", "for"):
            if len(pile) == BLOCS_EMBOITES:
                atelier.faute(jeton, f"plus de {BLOCS_EMBOITES} blocs emboîtés", "simplifiez cette partie du modèle")
                return []
            pile.append(_Groupe([jeton], mot))
            groupes.append(pile[-1])
        elif mot in ("elif", "else", "endif", "endfor"):
            if not pile or (mot.startswith("end") and mot != f"end{pile[-1].mot}"):
                atelier.faute(jeton, f"« {{% {mot} %}} » sans son ouverture", "ouvrez le bloc par {% if … %} ou {% for … %}")
                return []
            if _est_de_trop(atelier, pile[-1], mot):
                atelier.faute(
                    jeton, f"« {{% {mot} %}} » de trop", "un bloc n'a qu'un {% else %}, le dernier ; {% elif %} est pour {% if %}"
                )
                return []
            pile[-1].jetons.append(jeton)
            if mot.startswith("end"):
                pile.pop()
    for ouvert in pile:
        atelier.faute(ouvert.jetons[0], f"« {{% {ouvert.mot} … %}} » jamais fermé", f"ajoutez {{% end{ouvert.mot} %}}")
    return [] if pile else groupes


def _est_de_trop(atelier: Atelier, groupe: _Groupe, mot: str) -> bool:
    """Vrai pour un `else` ou un `elif` après un `else`, ou un `elif` dans un `for`."""
    apres_sinon = mot_cle(atelier.jetons.code(groupe.jetons[-1])) == "else"
    return mot in ("elif", "else") and (apres_sinon or (groupe.mot, mot) == ("for", "elif"))


def _placer(atelier: Atelier, groupe: _Groupe) -> None:
    """Met les instructions d'un groupe sous un même parent, ou à des places qui gardent le XML bien formé."""
    parents = [jeton.getparent() for jeton in groupe.jetons]
    if all(parent is parents[0] for parent in parents):
        return
    commun = _ancetre_commun(groupe.jetons)
    if commun.tag == w("tr"):
        commun = commun.getparent()  # type: ignore[assignment]
    branches = [_branche(jeton, commun) for jeton in groupe.jetons]
    en_tete = [_est_au_bord(jeton, branche, avant=True) for jeton, branche in zip(groupe.jetons, branches, strict=True)]
    en_fin = [_est_au_bord(jeton, branche, avant=False) for jeton, branche in zip(groupe.jetons, branches, strict=True)]
    de_lignes = all(branche.tag == w("tr") for branche in branches if est_element(branche))
    if de_lignes or (en_tete[0] and en_fin[-1] and all(a or b for a, b in zip(en_tete, en_fin, strict=True))):
        for jeton, branche, tete in zip(groupe.jetons, branches, en_tete, strict=True):
            if jeton is branche:
                continue
            if jeton is groupe.jetons[-1] or not (tete or jeton is groupe.jetons[0] or de_lignes):
                branche.addnext(jeton)
            else:
                branche.addprevious(jeton)
    elif not all(parent is not None and parent.tag == w("p") and parent.getparent() is commun for parent in parents):
        atelier.faute(
            groupe.jetons[0],
            f"« {{% {groupe.mot} … %}} » s'ouvre et se ferme à des endroits incompatibles",
            "mettez les deux balises dans le même paragraphe, ou chacune seule dans le sien",
        )


def _ancetre_commun(noeuds: list[Noeud]) -> Noeud:
    lignees = [list(noeud.iterancestors()) for noeud in noeuds]
    return next(parent for parent in lignees[0] if all(parent in lignee for lignee in lignees[1:]))


def _branche(noeud: Noeud, ancetre: Noeud) -> Noeud:
    """L'enfant de l'ancêtre sous lequel est le nœud (le nœud lui-même s'il en est l'enfant)."""
    parent = noeud.getparent()
    while parent is not None and parent is not ancetre:
        noeud, parent = parent, parent.getparent()
    return noeud


def _est_au_bord(jeton: Noeud, branche: Noeud, avant: bool) -> bool:
    """Vrai si rien de visible ne précède (ou ne suit) le jeton dans sa branche."""
    noeud = jeton
    while noeud is not branche:
        voisins = noeud.itersiblings(preceding=avant)
        if any(est_element(v) and (v.tag not in _NEUTRES) and _est_visible(v) for v in voisins):
            return False
        parent = noeud.getparent()
        assert parent is not None
        noeud = parent
    return True


def _est_visible(noeud: Noeud) -> bool:
    textes = "".join(t.text or "" for t in noeud.iter(w("t")))
    return bool(textes.strip()) or next(noeud.iter(w("drawing"), w("pict"), w("fldChar"), w("tbl")), None) is not None


def _garder_un_paragraphe(atelier: Atelier, racine: Noeud) -> None:
    """Une cellule (note, zone de texte…) que des blocs peuvent vider garde un paragraphe : Word l'exige."""
    for conteneur in racine.iter(*(CONTENEURS - {w("body"), w("sdtContent")})):
        if len(conteneur) and atelier.jetons.code(conteneur[-1]):
            debut = next((e for e in conteneur if e.tag != w("tcPr")), conteneur[-1])
            debut.addprevious(atelier.jetons.noeud("{% filter conteneur %}"))
            conteneur.append(atelier.jetons.noeud("{% endfilter %}"))
        elif not any(e.tag != w("tcPr") for e in conteneur) and conteneur.tag == w("tc"):
            conteneur.append(conteneur.makeelement(w("p")))
