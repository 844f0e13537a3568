"""Découper le PDF d'un document de plusieurs lettres : chacune commence à la destination qui porte son signet."""

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pikepdf

from relances_xl.sorties.pdf.a_garder import Balises, declarer_pdfa, est_pdfa, intituler
from relances_xl.sorties.pdf.conversion import ErreurConversion


def decouper(pdf: bytes, signets: Sequence[str], titres: Sequence[str] = (), langue: str = "") -> list[bytes]:
    """Un PDF par signet, dans l'ordre ; chacun n'emporte que ses polices, ses images et ses balises, et porte son titre et sa langue.

    Lève `ErreurConversion` si une destination manque ou si elles ne se suivent pas depuis la première page.
    """
    with _ouvrir(pdf) as source:
        limites = _limites(source, signets)
        if _ressources_communes(source):
            source.remove_unreferenced_resources()
        intitules = [*titres, *[""] * (len(signets) - len(titres))]
        extraire = _Extraction(source, langue)
        return [extraire(debut, fin, titre) for (debut, fin), titre in zip(pairwise(limites), intitules, strict=True)]


def tout_entier(pdf: bytes, titre: str, langue: str) -> bytes:
    """Le même PDF, avec son titre et sa langue."""
    with _ouvrir(pdf) as source:
        return _Extraction(source, langue)(0, len(source.pages), titre)


def intitule(pdf: bytes, titre: str, langue: str) -> bytes:
    """Le même PDF, rien d'autre touché, avec son titre et sa langue."""
    tampon = io.BytesIO()
    with _ouvrir(pdf) as document:
        intituler(document, titre, langue)
        document.save(tampon, deterministic_id=True)
    return tampon.getvalue()


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


class _Extraction:
    """Tire d'un PDF des PDF de quelques pages ; ce qui leur vient à tous de lui est lu une fois."""

    def __init__(self, source: pikepdf.Pdf, langue: str) -> None:
        self._source = source
        self._langue = langue or (str(source.Root.Lang) if "/Lang" in source.Root else "")
        self._balises = Balises(source)
        self._pdfa = est_pdfa(source)

    def __call__(self, debut: int, fin: int, titre: str) -> bytes:
        with pikepdf.new() as lettre:
            lettre.pages.extend(self._source.pages[debut:fin])
            intituler(lettre, titre, self._langue)
            self._balises.poser(lettre, debut, fin)
            if self._pdfa:
                declarer_pdfa(lettre, self._source)
            ensemble = pikepdf.ObjectStreamMode.generate if self._balises else pikepdf.ObjectStreamMode.preserve  # elles sont nombreuses
            tampon = io.BytesIO()
            lettre.save(tampon, object_stream_mode=ensemble, deterministic_id=True)
            return tampon.getvalue()
