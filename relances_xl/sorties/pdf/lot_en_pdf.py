"""Des lettres Word aux PDF : converties ensemble, découpées, et chacune répond pour elle-même.

Les lettres d'une page n'ont besoin que d'un passage ; celles de plusieurs pages sont refaites par nombre de pages,
pour que « page x / y » y soit juste (ni LibreOffice ni l'intégré ne comptent les pages d'une section).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from threading import Lock

from relances_xl.sorties.pdf.conversion import ErreurConversion, Outil
from relances_xl.sorties.pdf.convertisseurs import choisir
from relances_xl.sorties.pdf.decoupe import decouper, intitule, nombre_de_pages, pages_par_lettre, tout_entier
from relances_xl.sorties.pdf.integre import AUTRE
from relances_xl.sorties.pdf.libreoffice import LibreOffice
from relances_xl.sorties.pdf.par_word import Word
from relances_xl.sorties.pdf.reunion import a_la_suite, reunir
from relances_xl.sorties.pdf.texte_rendu import manques

__all__ = [
    "AUTRE",
    "ErreurConversion",
    "Outil",
    "a_la_suite",
    "choisir",
    "convertir_lettres",
    "decouper",
    "nombre_de_pages",
    "pages_par_lettre",
    "reunir",
]

LOT_MINIMUM = 50
"""En dessous, mener deux conversions de front coûte plus en démarrages qu'il ne rapporte."""

Resultat = bytes | ErreurConversion
Assembler = Callable[[Sequence[int], int], bytes]

PASSAGES = 3
"""Passages au plus pour que le nombre de pages écrit dans une lettre soit le sien."""


def convertir_lettres(
    assembler: Assembler,
    signets: Sequence[str],
    outil: Outil,
    *,
    pages_ecrites: bool = True,
    une_a_une: bool = False,
    titres: Sequence[str] = (),
    langue: str = "",
) -> Iterator[tuple[int, Resultat]]:
    """Le PDF de chaque lettre, ou son `ErreurConversion`, dans l'ordre et au fil de l'eau : (rang, résultat).

    assembler(rangs, pages) : le .docx de ces lettres, une section chacune, le signet `signets[rang]` en tête, le nombre
    de pages écrit `pages` ; signets : un par lettre, de préférence en lettres et chiffres seuls ;
    pages_ecrites : le modèle écrit le nombre de pages (sinon un seul passage suffit) ; une_a_une : les lettres ne se
    réunissent pas (leurs notes se numéroteraient à la suite) ; titres, langue : ceux que porteront les PDF, par rang.
    La mémoire ne dépend pas du nombre de lettres si l'appelant écrit ce qu'il reçoit.
    """
    travail = _Travail(assembler, signets, outil, 1 if une_a_une else outil.lot, titres, langue)
    fenetre = 400
    for debut in range(0, len(signets), fenetre):
        rangs = range(debut, min(debut + fenetre, len(signets)))
        resultats = travail.passage(rangs, 1)
        if pages_ecrites:
            _reprendre(travail, resultats)
        yield from ((rang, resultats[rang]) for rang in rangs)


def _reprendre(travail: "_Travail", resultats: dict[int, Resultat]) -> None:
    """Refait les lettres dont le nombre de pages n'est pas celui qu'on y a écrit, groupées par nombre de pages."""
    ecrites = dict.fromkeys(resultats, 1)
    for _ in range(PASSAGES):
        a_refaire: dict[int, list[int]] = defaultdict(list)
        for rang, resultat in resultats.items():
            if isinstance(resultat, bytes) and (pages := nombre_de_pages(resultat)) != ecrites[rang]:
                a_refaire[pages].append(rang)
        for pages, rangs in a_refaire.items():
            resultats.update(travail.passage(rangs, pages))
            ecrites.update(dict.fromkeys(rangs, pages))
        if not a_refaire:
            return
    for rangs in a_refaire.values():
        for rang in rangs:
            if isinstance(resultat := resultats[rang], bytes) and nombre_de_pages(resultat) != ecrites[rang]:
                resultats[rang] = ErreurConversion("le nombre de pages change à chaque mise en page de cette lettre")


class _Travail:
    """Les conversions d'une production : lots, repli sur de plus petits lots, et arrêt quand l'outil est en panne."""

    def __init__(self, assembler: Assembler, signets: Sequence[str], outil: Outil, lot: int, titres: Sequence[str], langue: str) -> None:
        self._titres, self._langue = titres, langue
        self._lot = lot
        self._assembler = assembler
        self._signets = signets
        self._outil = outil
        self._verrou = Lock()
        self._reussies = 0
        self._echecs_seuls = 0
        self._panne: ErreurConversion | None = None

    def passage(self, rangs: Sequence[int], pages: int) -> dict[int, Resultat]:
        """Convertit ces lettres, `pages` pages écrites dans chacune."""
        if isinstance(self._outil, Word):
            documents = [self._assembler([rang], pages) for rang in rangs]
            par_word = zip(rangs, self._outil.convertir_dossier(documents), strict=True)
            return {rang: self._intituler(rang, fait) for rang, fait in par_word}
        if self._lot == 1 and isinstance(self._outil, LibreOffice):
            with ThreadPoolExecutor(self._outil.fils) as fils:
                tranches = fils.map(lambda tranche: self._separees(tranche, pages), _tranches(rangs, LOT_MINIMUM))
                return {rang: resultat for faites in tranches for rang, resultat in faites.items()}
        par_lot = min(self._lot, max(LOT_MINIMUM, ceil(len(rangs) / self._outil.fils)))
        lots = _tranches(rangs, par_lot)
        with ThreadPoolExecutor(self._outil.fils) as fils:
            faits = fils.map(lambda lot: self._convertir(lot, pages), lots)
            return {rang: resultat for fait in faits for rang, resultat in fait.items()}

    def _intituler(self, rang: int, fait: Resultat) -> Resultat:
        """Le PDF de Word, balisé comme Word l'a fait, avec son titre et sa langue."""
        if isinstance(fait, ErreurConversion):
            return fait
        try:
            return intitule(fait, self._titres[rang] if self._titres else "", self._langue)
        except ErreurConversion as erreur:
            return erreur

    def _separees(self, rangs: Sequence[int], pages: int) -> dict[int, Resultat]:
        """Des lettres qui ne se réunissent pas : un document chacune, convertis en un seul démarrage ; qui manque est repris seul."""
        assert isinstance(self._outil, LibreOffice)
        if len(rangs) == 1 or self._panne:
            return self._convertir(rangs, pages)
        with self._verrou:
            documents = [self._assembler([rang], pages) for rang in rangs]
        faites: dict[int, Resultat] = {}
        for rang, pdf in zip(rangs, self._outil.convertir_dossier(documents), strict=True):
            if pdf is None:
                faites |= self._convertir([rang], pages)
                continue
            try:
                faites[rang] = tout_entier(pdf, self._titres[rang] if self._titres else "", self._langue)
            except ErreurConversion as erreur:
                faites[rang] = erreur
            else:
                self._reussies += 1
        return faites

    def _convertir(self, rangs: Sequence[int], pages: int) -> dict[int, Resultat]:
        """Un lot ; s'il échoue, des lots huit fois plus petits, jusqu'à la lettre fautive."""
        if self._panne:
            return dict.fromkeys(rangs, self._panne)
        try:
            with self._verrou:  # l'assembleur n'a pas à être sûr entre fils
                docx = self._assembler(rangs, pages)
            pdf = self._outil.convertir(docx, len(rangs))
            signets = [self._signets[rang] for rang in rangs]
            chacune = [nombre_de_pages(pdf)] if len(rangs) == 1 else pages_par_lettre(pdf, signets)
            absents: Sequence[Sequence[str]] = [()] * len(rangs) if self._outil.complet else manques(docx, pdf, chacune, signets)
            titres = [self._titres[rang] for rang in rangs] if self._titres else [""] * len(rangs)
            pdfs = [tout_entier(pdf, titres[0], self._langue)] if len(rangs) == 1 else decouper(pdf, signets, titres, self._langue)
            faits = [_entier(fait, mots) for fait, mots in zip(pdfs, absents, strict=True)]
        except ErreurConversion as erreur:
            self._noter(erreur, seule=len(rangs) == 1)
            if len(rangs) == 1 or self._panne:
                return dict.fromkeys(rangs, erreur)
            morceaux = _tranches(rangs, max(1, len(rangs) // 8))
            return {r: resultat for lot in morceaux for r, resultat in self._convertir(lot, pages).items()}
        self._reussies += len(rangs)
        return dict(zip(rangs, faits, strict=True))

    def _noter(self, erreur: ErreurConversion, *, seule: bool) -> None:
        """Trois lettres seules en échec sans une réussite : c'est l'outil, on ne l'essaie plus."""
        self._echecs_seuls += seule
        if erreur.generale or (self._echecs_seuls >= 3 and not self._reussies):
            self._panne = erreur


def _entier(pdf: bytes, absents: Sequence[str]) -> Resultat:
    """Le PDF, ou l'erreur qui dit le texte qu'il a perdu."""
    if not absents:
        return pdf
    mots = ", ".join(f"« {mot[:40]} »" for mot in absents[:5]) + ("…" if len(absents) > 5 else "")
    return ErreurConversion(f"le PDF a perdu du texte de la lettre ({mots}) → {AUTRE}")


def _tranches(rangs: Sequence[int], taille: int) -> list[Sequence[int]]:
    return [rangs[debut : debut + taille] for debut in range(0, len(rangs), taille)]
