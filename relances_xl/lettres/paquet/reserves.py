"""Ce qu'un modèle contient et que le convertisseur PDF intégré ne rend pas, ou rend autrement.

Ses retouches (`sorties.pdf.retouches`) en sauvent beaucoup ; voici le reste, dit par `verifier` et avant de valider.
"""

from typing import NamedTuple

from relances_xl.lettres.paquet.document import Document
from relances_xl.lettres.word.ooxml import WPS, A, Noeud, V, lire_xml, r, w

_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WPG = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
EQUATION = "équation"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


class Reserve(NamedTuple):
    """Une réserve : ce qu'on a trouvé, où, et ce qu'en fait le convertisseur intégré.

    perdu : il renonce, ou perd un texte : la lettre ne peut pas passer par lui.
    """

    construction: str
    lieu: str
    sort: str
    perdu: bool = False

    def __str__(self) -> str:
        return f"{self.construction} ({self.lieu}) : le convertisseur intégré {self.sort}"


def reserves_de(document: Document) -> tuple[Reserve, ...]:
    """Les réserves d'un modèle, sans répétition."""
    trouvees: dict[Reserve, None] = {}
    for nom, lieu in document.parties_de_texte().items():
        racine = lire_xml(document.parties[nom])
        for construction, perdu, sort in _constructions(racine):
            trouvees[Reserve(construction, lieu, sort, perdu)] = None
    return tuple(trouvees)


def _constructions(racine: Noeud) -> list[tuple[str, bool, str]]:
    def y_est(*noms: str) -> bool:
        return any(not _est_un_repli(noeud) for noeud in racine.iter(*noms))

    groupes = [g for g in racine.iter(f"{{{_WPG}}}wgp", f"{{{_WPG}}}grpSp", f"{{{V}}}group") if not _est_un_repli(g)]
    de_texte = any(next(groupe.iter(w("txbxContent")), None) is not None for groupe in groupes)
    images_vml = (i for i in racine.iter(f"{{{V}}}imagedata") if i.get(r("id")) and not _est_un_repli(i))
    formes = {g.get("prst") for g in racine.iter(f"{{{A}}}prstGeom") if _dans_une_forme(g)} - {"rect", None}
    graphiques = {g.get("uri", "").rpartition("/")[2] for g in racine.iter(f"{{{A}}}graphicData")} & {"chart", "diagram"}
    cas = (
        (y_est(w("object")), "objet incorporé (OLE)", True, "ne sait pas le rendre ; remplacez-le par une image ou un tableau"),
        (y_est(f"{{{_M}}}oMath"), EQUATION, True, "l'omet ; écrivez-la en texte"),
        (de_texte, "formes groupées qui portent du texte", True, "l'omet ; dégroupez-les"),
        (bool(groupes) and not de_texte, "images ou formes groupées", False, "peut les omettre ; dégroupez-les"),
        (bool(graphiques), "graphique ou SmartArt", False, "l'omet ; collez-le en image"),
        (bool(formes) or y_est(f"{{{V}}}roundrect"), "forme à coins arrondis ou dessinée", False, "la rend en rectangle"),
        (y_est(f"{{{WPS}}}txbx", f"{{{V}}}textbox"), "zone de texte", False, "peut la déplacer ; un tableau la remplace bien"),
        (any(True for _ in images_vml), "image à l'ancien format VML", False, "l'omet ; réinsérez-la dans Word"),
        (y_est(w("ruby")), "texte annoté", False, "met l'annotation entre parenthèses"),
    )
    return [(nom, perdu, sort) for present, nom, perdu, sort in cas if present]


def _est_un_repli(noeud: Noeud) -> bool:
    """Dans un `mc:Fallback` dont le choix moderne est lu à la place."""
    return next(noeud.iterancestors(f"{{{_MC}}}Fallback"), None) is not None


def _dans_une_forme(geometrie: Noeud) -> bool:
    return next(geometrie.iterancestors(f"{{{WPS}}}wsp"), None) is not None
