"""Les instructions `{% %}` posées dans un paragraphe, mises à des places qui gardent le document bien formé."""

from dataclasses import dataclass, field

from relances_xl.lettres.compile.contexte import Atelier
from relances_xl.lettres.compile.gabarit.bac_a_sable import mot_cle
from relances_xl.lettres.compile.gabarit.bornes import BLOCS_EMBOITES
from relances_xl.lettres.word.ooxml import CONTENEURS, Noeud, contenu_du_run, est_element, retirer, w

_NEUTRES = frozenset(w(nom) for nom in ("pPr", "proofErr", "bookmarkStart", "bookmarkEnd", "permStart", "permEnd"))


def placer_blocs(atelier: Atelier, racine: Noeud, paragraphes: list[Noeud], blocs: list[Noeud]) -> None:
    """Met chaque bloc à un endroit sain : à la place du paragraphe ou de la ligne qui ne porte que lui, sinon là où il est.

    paragraphes : ceux qui portent des balises ; blocs : les jetons de leurs instructions, dans l'ordre du document.
    """
    for paragraphe in paragraphes:
        _hisser_paragraphe(atelier, paragraphe)
    for ligne in list(racine.iter(w("tr"))):
        _hisser_ligne(atelier, ligne)
    for groupe in _apparier(atelier, racine, blocs):
        _placer(atelier, groupe)
    _garder_un_paragraphe(atelier, racine)


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
