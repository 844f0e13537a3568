"""Les balises Jinja tapées comme du texte dans Word : `{{ client.ville }}`, `{% if penalites %}`…

Word les coupe en autant de runs qu'il veut. Une expression reste à sa place dans son texte. Une instruction se place
entre des runs ; seule dans son paragraphe, ou seule dans les cellules d'une ligne de tableau, elle prend leur place.
"""

import contextlib
import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise

from jinja2 import TemplateSyntaxError

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.lettres.compile.blocs import placer_blocs
from relances_xl.lettres.compile.contexte import RESERVE, Atelier
from relances_xl.lettres.compile.gabarit.bac_a_sable import mot_cle, reperer_balises, variables_posees
from relances_xl.lettres.compile.gabarit.bornes import BALISES
from relances_xl.lettres.word.champ import ChampPlace
from relances_xl.lettres.word.dessin import ChampImage
from relances_xl.lettres.word.ooxml import (
    Noeud,
    contenu_du_run,
    garder_espaces,
    nouveau_run,
    nouveau_texte,
    proprietes,
    retirer,
    textes_du_paragraphe,
    w,
)

_COURBES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " "})


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
    placer_blocs(atelier, racine, paragraphes, blocs)


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
    contenus = [t.text or "" for t in textes]
    entier, debuts = "".join(contenus), list(accumulate(map(len, contenus), initial=0))
    reperees = reperer_balises(entier)
    reste = "".join(entier[fin:debut] for (_, fin), (debut, _) in pairwise([(0, 0), *reperees, (len(entier), 0)]))
    if re.search(r"\{\{|\{%|\}\}|%\}", reste):
        atelier.faute(paragraphe, "une balise n'est pas fermée, ou pas ouverte", "écrivez {{ champ }} ou {% if champ %} en entier")
    blocs: list[Noeud] = []
    place_du_paragraphe = atelier.place(paragraphe)
    for debut, fin in reversed(reperees):
        balise = nettoyer(entier[debut:fin])
        texte, place = _couper(textes, debuts, debut, fin)
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
    return f"{{{{ rx_valeurs|{atelier.contexte.filtre(ChampImage(champ, cadre).poser, 'image')}(rx_images) }}}}"


def _couper(textes: list[Noeud], debuts: list[int], debut: int, fin: int) -> tuple[Noeud, int]:
    """Ôte des textes les caractères [debut ; fin[ ; rend le texte où ils commençaient, et à quelle place.

    debuts : la place où chaque texte commence ; elle vaut encore tant que l'on ôte de la fin vers le début.
    """
    premier = bisect_right(debuts, debut) - 1
    for rang in range(premier, bisect_left(debuts, fin)):
        contenu = textes[rang].text or ""
        textes[rang].text = contenu[: max(debut - debuts[rang], 0)] + contenu[fin - debuts[rang] :]
    return textes[premier], debut - debuts[premier]


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
