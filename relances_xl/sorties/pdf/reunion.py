"""Réunir les lettres en un seul PDF, avec un signet par lettre."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO, RawIOBase
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf

from relances_xl.sorties.pdf.a_garder import Balises, declarer_pdfa, est_pdfa, intituler, retirer_pdfa

PAR_TRANCHE = 500
"""Lettres réunies à la fois, lues en mémoire : macOS n'ouvre que 256 fichiers ensemble."""


def reunir(pdfs: Iterable[bytes | Path], titres: Sequence[str], chemin: Path, titre: str = "Lettres de relance") -> None:
    """Écrit `chemin` : les PDF bout à bout dans l'ordre donné, un signet (`titres`) en tête de chacun.

    Les polices et images identiques d'une lettre à l'autre n'y sont qu'une fois. La mémoire ne dépend pas du nombre
    de lettres : elles passent par tranches, par des fichiers temporaires. Lève `OSError` (disque plein, fichier
    ouvert ailleurs), `ValueError` s'il n'y a aucun PDF.
    """
    with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as dossier:
        pages: list[int] = []
        tranches: list[Path] = []
        reste = iter(pdfs)
        while tranche := list(islice(reste, PAR_TRANCHE)):
            tranches.append(Path(dossier) / f"{len(tranches)}.pdf")
            pages += _ecrire_tranche(tranche, tranches[-1])
        if not tranches:
            raise ValueError("aucun PDF à réunir")
        with ExitStack() as ouverts:
            tout = ouverts.enter_context(pikepdf.open(tranches[0]))
            suite = [ouverts.enter_context(pikepdf.open(tranche)) for tranche in tranches[1:]]
            _ajouter(tout, suite)
            _poser_signets(tout, titres, pages)
            intituler(tout, titre, "fr-FR")
            _accorder_pdfa(tout, suite)
            _enregistrer(tout, chemin)


def a_la_suite(pdf: bytes, suite: bytes, titres: Sequence[str]) -> bytes:
    """Un PDF, et un second à sa suite, un signet en tête de chacun ; titre, langue et balises sont gardés."""
    tampon = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as tout, pikepdf.open(BytesIO(suite)) as second:
        pages = len(tout.pages)
        _ajouter(tout, [second])
        Balises(second).poser(tout, 0, len(second.pages), pages)
        _poser_signets(tout, titres, [pages])
        _accorder_pdfa(tout, [second])
        tout.save(tampon, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return tampon.getvalue()


def _accorder_pdfa(tout: pikepdf.Pdf, suite: Sequence[pikepdf.Pdf]) -> None:
    """Un PDF à la suite duquel d'autres sont venus est PDF/A s'ils le sont tous."""
    if not est_pdfa(tout):
        return
    if all(map(est_pdfa, suite)):
        declarer_pdfa(tout, tout)
    else:
        retirer_pdfa(tout)


def _ecrire_tranche(pdfs: Iterable[bytes | Path], chemin: Path) -> list[int]:
    """Écrit ces PDF bout à bout ; rend le nombre de pages de chacun."""
    with ExitStack() as ouverts, pikepdf.new() as tranche:
        octets = (pdf if isinstance(pdf, bytes) else pdf.read_bytes() for pdf in pdfs)
        sources = [ouverts.enter_context(pikepdf.open(BytesIO(pdf))) for pdf in octets]
        _ajouter(tranche, sources)
        if all(map(est_pdfa, sources)):
            declarer_pdfa(tranche, sources[0])
        _enregistrer(tranche, chemin)
        return [len(source.pages) for source in sources]


def _ajouter(accueil: pikepdf.Pdf, suite: Sequence[pikepdf.Pdf]) -> None:
    for pdf in suite:
        accueil.pages.extend(pdf.pages)
    if suite:
        _partager(accueil)


def _poser_signets(pdf: pikepdf.Pdf, titres: Sequence[str], pages: Sequence[int]) -> None:
    """Un signet à la première page de chaque lettre, et le volet des signets ouvert."""
    debuts = accumulate(pages, initial=0)
    with pdf.open_outline() as plan:
        plan.root.extend(pikepdf.OutlineItem(nom, debut) for nom, debut in zip(titres, debuts, strict=False))
    pdf.Root.PageMode = pikepdf.Name.UseOutlines


def _enregistrer(pdf: pikepdf.Pdf, chemin: Path) -> None:
    with chemin.open("wb") as fichier:
        recueil = _Recueil(fichier)
        pdf.save(recueil, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)  # type: ignore[arg-type]
        if recueil.panne:
            raise recueil.panne


class _Recueil(RawIOBase):
    """Un fichier dont la panne attend la fin : sur un disque plein, l'exception arrêterait net pikepdf et le programme."""

    def __init__(self, fichier: BinaryIO) -> None:
        self._fichier = fichier
        self.panne: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:
        if self.panne is None:
            try:
                self._fichier.write(octets)
            except OSError as erreur:
                self.panne = erreur
        return len(octets)


def _partager(pdf: pikepdf.Pdf) -> None:
    """Ne garde qu'un exemplaire des polices et images identiques (les autres, plus atteintes, ne sont pas écrites)."""
    connus: dict[bytes, pikepdf.Object] = {}
    faits: dict[tuple[int, int], pikepdf.Object] = {}
    for page in pdf.pages:
        for rubrique in ("/Font", "/XObject"):
            if rubrique not in page.resources:
                continue
            ressources = page.resources[rubrique]
            for nom in list(ressources.keys()):
                ressources[nom] = _exemplaire(ressources[nom], connus, faits)


def _exemplaire(objet: pikepdf.Object, connus: dict[bytes, pikepdf.Object], faits: dict[tuple[int, int], pikepdf.Object]) -> pikepdf.Object:
    """L'exemplaire à garder de cet objet, ses parties d'abord.

    connus : par empreinte du contenu ; faits : par numéro d'objet (et garde contre les boucles).
    """
    if objet.is_indirect and objet.objgen in faits:
        return faits[objet.objgen]
    if objet.is_indirect:
        faits[objet.objgen] = objet
    for cle, partie in _parties(objet):
        garde = _exemplaire(partie, connus, faits)
        if garde is not partie:
            objet[cle] = garde
    if not objet.is_indirect:
        return objet
    empreinte = hashlib.sha256(objet.unparse(resolved=True) if not isinstance(objet, pikepdf.Stream) else _contenu(objet))
    faits[objet.objgen] = connus.setdefault(empreinte.digest(), objet)
    return faits[objet.objgen]


def _parties(objet: pikepdf.Object) -> Iterator[tuple[str | int, pikepdf.Object]]:
    """Les parties d'un dictionnaire, d'un flux ou d'un tableau qui sont elles-mêmes composées.

    Un tableau qui commence par un nombre (largeurs, cadre) n'a rien à partager.
    """
    couples: Iterable[tuple[str | int, object]] = ()
    if isinstance(objet, pikepdf.Dictionary | pikepdf.Stream):
        couples = objet.items()
    elif isinstance(objet, pikepdf.Array) and len(objet) and isinstance(objet[0], pikepdf.Object):
        couples = enumerate(objet)
    for cle, partie in list(couples):
        if isinstance(partie, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
            yield cle, partie


def _contenu(flux: pikepdf.Stream) -> bytes:
    """Dictionnaire et octets d'un flux : ce qui le distingue d'un autre."""
    entetes = b"".join(cle.encode() + _unparse(valeur) for cle, valeur in sorted(flux.items()))
    return entetes + b"\0" + flux.read_raw_bytes()


def _unparse(valeur: object) -> bytes:
    return valeur.unparse() if isinstance(valeur, pikepdf.Object) else repr(valeur).encode()
