"""Découper le PDF d'un document de plusieurs lettres : chacune commence à la destination qui porte son signet."""

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pikepdf

from relances_xl.sorties.pdf.conversion import ErreurConversion


def decouper(pdf: bytes, signets: Sequence[str], titres: Sequence[str] = (), langue: str = "") -> list[bytes]:
    """Un PDF par signet, dans l'ordre ; chacun n'emporte que ses polices et ses images, et porte son titre et sa langue.

    Lève `ErreurConversion` si une destination manque ou si elles ne se suivent pas depuis la première page.
    """
    with _ouvrir(pdf) as source:
        limites = _limites(source, signets)
        if _ressources_communes(source):
            source.remove_unreferenced_resources()
        intitules = [*titres, *[""] * (len(signets) - len(titres))]
        return [_extraire(source, debut, fin, titre, langue) for (debut, fin), titre in zip(pairwise(limites), intitules, strict=True)]


def intituler(pdf: bytes, titre: str, langue: str) -> bytes:
    """Le même PDF, avec son titre et sa langue."""
    with _ouvrir(pdf) as source:
        return _extraire(source, 0, len(source.pages), titre, langue)


def pages_par_lettre(pdf: bytes, signets: Sequence[str]) -> list[int]:
    """Nombre de pages de la lettre de chaque signet (mêmes erreurs que `decouper`)."""
    with _ouvrir(pdf) as source:
        return [fin - debut for debut, fin in pairwise(_limites(source, signets))]


def nombre_de_pages(pdf: bytes) -> int:
    """Nombre de pages d'un PDF ; lève `ErreurConversion` s'il est illisible."""
    with _ouvrir(pdf) as source:
        return len(source.pages)


def _ouvrir(pdf: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PdfError as erreur:
        raise ErreurConversion(f"le PDF produit est illisible ({erreur})") from None


def _limites(source: pikepdf.Pdf, signets: Sequence[str]) -> list[int]:
    """Première page de chaque lettre (à partir de 0), puis le nombre total de pages."""
    rang = {page.obj.objgen: numero for numero, page in enumerate(source.pages)}
    destinations = _destinations(source)
    limites = [_page(destinations, signet, rang) for signet in signets] + [len(source.pages)]
    if limites[0] != 0 or any(debut >= fin for debut, fin in pairwise(limites)):
        raise ErreurConversion("les lettres se chevauchent dans le PDF produit : chacune doit commencer sur une page")
    return limites


def _destinations(source: pikepdf.Pdf) -> Mapping[str, pikepdf.Object]:
    """Les destinations nommées : dictionnaire /Dests (PDF 1.1) ou arbre de noms (ISO 32000, 12.3.2.4)."""
    if "/Dests" in source.Root:
        return {nom.removeprefix("/"): valeur for nom, valeur in source.Root.Dests.items()}
    if "/Names" in source.Root and "/Dests" in source.Root.Names:
        return dict(pikepdf.NameTree(source.Root.Names.Dests).items())
    return {}


def _page(destinations: Mapping[str, pikepdf.Object], signet: str, rang: Mapping[tuple[int, int], int]) -> int:
    """Rang de la page d'un signet. LibreOffice écrit « 5F » ou « _5F » pour « _ » dans les noms."""
    for nom in (signet, signet.replace("_", "5F"), signet.replace("_", "_5F")):
        if nom in destinations:
            cible = destinations[nom]
            page = (cible if isinstance(cible, pikepdf.Array) else cible.D)[0]
            if page.objgen in rang:
                return rang[page.objgen]
    raise ErreurConversion(f"la lettre « {signet} » est introuvable dans le PDF produit")


def _ressources_communes(source: pikepdf.Pdf) -> bool:
    """Des pages partagent leurs /Resources (LibreOffice) : telle quelle, chaque lettre aurait les images de toutes."""
    ressources = [page.resources for page in source.pages]
    indirectes = [objet.objgen for objet in ressources if objet.is_indirect]
    return len(set(indirectes)) < len(indirectes)


def _extraire(source: pikepdf.Pdf, debut: int, fin: int, titre: str, langue: str) -> bytes:
    with pikepdf.new() as lettre:
        lettre.pages.extend(source.pages[debut:fin])
        if langue or "/Lang" in source.Root:
            lettre.Root.Lang = langue or str(source.Root.Lang)
        if titre:
            lettre.docinfo["/Title"] = titre
            lettre.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        tampon = io.BytesIO()
        lettre.save(tampon, deterministic_id=True)
        return tampon.getvalue()
