"""Ce qui fait un PDF à garder : son titre, sa langue, ses balises (lecture à voix haute), sa déclaration PDF/A.

Découper ou réunir des PDF n'emporte que leurs pages : le reste se refait ici, d'après ce que le convertisseur avait écrit
(ISO 32000-1, 14.7 et 14.8 ; ISO 19005-2, 6.6).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pikepdf
from pikepdf.models import PdfMetadata

_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_RECOPIES = ("/A", "/Alt", "/ActualText", "/E", "/Lang", "/T")


def intituler(pdf: pikepdf.Pdf, titre: str, langue: str) -> None:
    """Donne à un PDF son titre, qui est aussi celui de sa fenêtre, et sa langue."""
    if langue:
        pdf.Root.Lang = langue
    if titre:
        pdf.docinfo["/Title"] = titre
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def est_pdfa(pdf: pikepdf.Pdf) -> bool:
    """Celui qui l'a écrit l'a déclaré PDF/A."""
    if "/Metadata" not in pdf.Root or "/OutputIntents" not in pdf.Root:
        return False
    with _metadonnees(pdf) as dites:
        return f"{_PDFA}part" in dites


def declarer_pdfa(pdf: pikepdf.Pdf, modele: pikepdf.Pdf) -> None:
    """Déclare `pdf`, fait de pages de `modele`, PDF/A comme lui : profil de couleurs, et métadonnées d'accord avec son titre."""
    with _metadonnees(modele) as dites:
        conformite = {nom: dites[nom] for nom in (f"{_PDFA}part", f"{_PDFA}conformance")}
    if pdf is not modele:
        profils = [pdf.copy_foreign(modele.make_indirect(profil)) for profil in modele.Root.OutputIntents]
        pdf.Root.OutputIntents = pikepdf.Array(profils)
    with _metadonnees(pdf) as dites:
        dites.load_from_docinfo(pdf.docinfo)
        dites.update(conformite)


def retirer_pdfa(pdf: pikepdf.Pdf) -> None:
    """Ôte la déclaration PDF/A d'un PDF qui ne l'est plus."""
    del pdf.Root.Metadata, pdf.Root.OutputIntents


def _metadonnees(pdf: pikepdf.Pdf) -> PdfMetadata:
    return pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False)


@dataclass(slots=True)
class _Noeud:
    """Un élément de structure : ses enfants (éléments, ou contenus marqués : page et numéro) et l'étendue de ses pages."""

    element: pikepdf.Object
    enfants: "list[_Noeud | tuple[int, int]]" = field(default_factory=list)
    debut: int = 1 << 30
    fin: int = -1

    def ajouter(self, enfant: "_Noeud | tuple[int, int]", debut: int, fin: int) -> None:
        self.enfants.append(enfant)
        self.debut, self.fin = min(self.debut, debut), max(self.fin, fin)


class Balises:
    """Les balises d'un PDF, lues une fois ; aucune s'il n'en a pas."""

    def __init__(self, source: pikepdf.Pdf) -> None:
        self._rangs = {page.obj.objgen: rang for rang, page in enumerate(source.pages)}
        racine = source.Root.get("/StructTreeRoot")
        self._roles = racine.get("/RoleMap") if racine is not None else None
        self._noeuds = [self._lire(enfant, None) for enfant in _liste(racine.get("/K"))] if racine is not None else []

    def __bool__(self) -> bool:
        return bool(self._noeuds)

    def poser(self, cible: pikepdf.Pdf, debut: int, fin: int, depart: int = 0) -> None:
        """Balise les pages de `cible` à partir de `depart` : ce sont, dans l'ordre, celles de la source de `debut` à `fin` (non comprise)."""
        if self._noeuds:
            _Pose(cible, debut, fin, depart).poser(self._noeuds, self._roles)

    def _lire(self, element: pikepdf.Object, page: int | None) -> _Noeud:
        noeud = _Noeud(element)
        page = self._rangs.get(element.Pg.objgen, page) if "/Pg" in element else page
        enfants = _liste(element.get("/K"))
        if not enfants and page is not None:  # une cellule vide : le tableau doit garder ses colonnes
            noeud.debut = noeud.fin = page
        for enfant in enfants:
            if (contenu := self._contenu(enfant, page)) is not None:
                noeud.ajouter(contenu, contenu[0], contenu[0])
            elif isinstance(enfant, pikepdf.Dictionary) and "/S" in enfant:
                sous = self._lire(enfant, page)
                noeud.ajouter(sous, sous.debut, sous.fin)
        return noeud

    def _contenu(self, enfant: object, page: int | None) -> tuple[int, int] | None:
        """La page et le numéro d'un contenu marqué ; None pour un élément ou un objet (lien)."""
        if isinstance(enfant, int):
            return (page, enfant) if page is not None else None
        if isinstance(enfant, pikepdf.Dictionary) and enfant.get("/Type") == "/MCR":
            sienne = self._rangs.get(enfant.Pg.objgen) if "/Pg" in enfant else page
            return (sienne, int(enfant.MCID)) if sienne is not None else None
        return None


class _Pose:
    """La copie des balises de quelques pages dans un PDF où elles sont."""

    def __init__(self, cible: pikepdf.Pdf, debut: int, fin: int, depart: int) -> None:
        self._cible = cible
        self._debut, self._fin, self._depart = debut, fin, depart
        self._pages = [page.obj for page in list(cible.pages)[depart : depart + fin - debut]]
        self._parents: dict[int, dict[int, pikepdf.Object]] = defaultdict(dict)

    def poser(self, noeuds: Iterable[_Noeud], roles: pikepdf.Object | None) -> None:
        racine = self._racine()
        racine.K.extend(copie for noeud in noeuds if (copie := self._copier(noeud, racine)) is not None)
        for nom, role in roles.items() if roles is not None else ():
            racine.RoleMap[nom] = role
        for rang, page in enumerate(self._pages):
            marques, cle = self._parents[rang], int(racine.ParentTreeNextKey)
            page.StructParents = cle
            parents = [marques.get(numero) for numero in range(max(marques, default=-1) + 1)]
            racine.ParentTree.Nums.append(cle)
            racine.ParentTree.Nums.append(self._cible.make_indirect(pikepdf.Array(parents)))
            racine.ParentTreeNextKey = cle + 1
            for lien in _liste(page.get("/Annots")):
                if "/StructParent" in lien:
                    del lien["/StructParent"]

    def _racine(self) -> pikepdf.Object:
        if "/StructTreeRoot" not in self._cible.Root:
            neuf = pikepdf.Dictionary(
                Type=pikepdf.Name.StructTreeRoot,
                K=[],
                RoleMap=pikepdf.Dictionary(),
                ParentTree=pikepdf.Dictionary(Nums=[]),
                ParentTreeNextKey=0,
            )
            self._cible.Root.StructTreeRoot = self._cible.make_indirect(neuf)
            self._cible.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        return self._cible.Root.StructTreeRoot

    def _copier(self, noeud: _Noeud, parent: pikepdf.Object) -> pikepdf.Object | None:
        """L'élément, avec ce qui en est dans ces pages ; None si rien n'y est."""
        if noeud.fin < self._debut or noeud.debut >= self._fin:
            return None
        copie = self._cible.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=noeud.element.S, P=parent))
        enfants: list[pikepdf.Object | int] = []
        page: int | None = None
        for enfant in noeud.enfants:
            if isinstance(enfant, _Noeud):
                sous = self._copier(enfant, copie)
                enfants += [sous] if sous is not None else []
            elif self._debut <= enfant[0] < self._fin:
                rang, numero = enfant[0] - self._debut, enfant[1]
                page = rang if page is None else page
                self._parents[rang][numero] = copie
                enfants.append(numero if rang == page else self._renvoi(rang, numero))
        if noeud.enfants and not enfants:
            return None
        if page is not None:
            copie.Pg = self._pages[page]
        if enfants:
            copie.K = pikepdf.Array(enfants)
        for cle in _RECOPIES:
            if cle in noeud.element:
                copie[cle] = _recopie(noeud.element[cle])
        return copie

    def _renvoi(self, rang: int, numero: int) -> pikepdf.Object:
        return pikepdf.Dictionary(Type=pikepdf.Name.MCR, Pg=self._pages[rang], MCID=numero)


def _liste(objet: object) -> list[pikepdf.Object]:
    """Une valeur qui peut être seule ou en tableau (ou absente), toujours en liste."""
    if objet is None:
        return []
    return list(objet) if isinstance(objet, pikepdf.Array) else [objet]  # type: ignore[list-item]


def _recopie(objet: object) -> object:
    """La même valeur, sans attache avec son PDF."""
    if isinstance(objet, pikepdf.Dictionary):
        return pikepdf.Dictionary({nom: _recopie(valeur) for nom, valeur in objet.items()})
    if isinstance(objet, pikepdf.Array):
        return pikepdf.Array([_recopie(valeur) for valeur in objet])
    return objet
