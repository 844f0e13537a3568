"""Le texte d'un PDF comparé à celui de sa lettre : ce qu'un convertisseur a perdu ne part pas.

Un mot de la lettre doit se trouver dans le PDF au moins autant de fois. Comparé sans casse, sans blancs, ligatures et
traits d'union ramenés à leur forme simple. Ce qui ne s'imprime pas tel quel (texte masqué, dessins de Wingdings, code et résultat des champs que le
convertisseur recalcule) n'est pas attendu.
"""

import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice
from posixpath import join, normpath

import pypdfium2
from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_ANALYSEUR = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_MOT_LONG = 12  # au-delà, un mot peut être coupé par le bord d'une cellule
_MORCEAU = 3
_SIMPLES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u2060": ""})

Mots = Counter[str]


def w(nom: str) -> str:
    return f"{{{W}}}{nom}"


def manques(docx: bytes, pdf: bytes, pages: Sequence[int], signets: Sequence[str]) -> list[list[str]]:
    """Pour chaque lettre, les mots que le PDF n'a pas, dans l'ordre de la lettre.

    docx : le document qui a donné ce PDF, une lettre par signet ; pages : nombre de pages de chacune, dans l'ordre.
    """
    textes = iter(textes_des_pages(pdf))
    return [_absents(mots, "".join(islice(textes, nombre))) for mots, nombre in zip(mots_attendus(docx, signets), pages, strict=True)]


def texte_du_pdf(pdf: bytes) -> str:
    """Tout le texte d'un PDF, sans blancs, en forme simple."""
    return "".join(textes_des_pages(pdf))


def textes_des_pages(pdf: bytes) -> list[str]:
    """Le texte de chaque page, sans blancs, en forme simple."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(_simple(page.get_textpage().get_text_bounded()).split()) for page in document]
    finally:
        document.close()


def mots_attendus(docx: bytes, signets: Sequence[str]) -> list[Mots]:
    """Les mots de chaque lettre du document, en-tête et pied de sa première page compris."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist() if nom.startswith("word/") and nom.endswith((".xml", ".rels"))}
    lecture = _TextesDesLettres(parties, signets)
    return lecture.lire()


def _absents(mots: Mots, texte: str) -> list[str]:
    return [mot for mot, nombre in mots.items() if texte.count(mot) < nombre and not _en_morceaux(mot, texte)]


def _en_morceaux(mot: str, texte: str) -> bool:
    """Vrai pour un mot long, ou écrit de droite à gauche, que la mise en page a coupé ou retourné."""
    if any(unicodedata.bidirectional(signe) in ("R", "AL") for signe in mot):
        return mot[::-1] in texte
    if len(mot) <= _MOT_LONG:
        return False
    while mot:
        taille = next((n for n in range(len(mot), _MORCEAU - 1, -1) if mot[:n] in texte), 0)
        if not taille:
            return len(mot) < _MORCEAU and mot in texte
        mot = mot[taille:]
    return True


def _simple(texte: str) -> str:
    return unicodedata.normalize("NFKC", texte).translate(_SIMPLES).casefold()


class _TextesDesLettres:
    """La lecture d'un document de plusieurs lettres, signet après signet."""

    def __init__(self, parties: dict[str, bytes], signets: Sequence[str]) -> None:
        self._parties = parties
        self._rangs = {signet: rang for rang, signet in enumerate(signets)}
        self._mots: list[Mots] = [Counter() for _ in signets]
        self._caches = self._styles_caches()
        self._de_partie: dict[str, Mots] = {}

    def lire(self) -> list[Mots]:
        racine = etree.fromstring(self._parties["word/document.xml"], _ANALYSEUR)
        liens = self._liens()
        rang, vues = 0, set[int]()
        tampon: list[str] = []
        for evenement in self._parcourir(racine):
            if isinstance(evenement, str):
                tampon.append(evenement)
            elif evenement.tag == w("bookmarkStart"):  # quelque part dans la première section de sa lettre
                rang = self._rangs.get(evenement.get(w("name"), ""), rang)
            else:
                self._verser(rang, tampon)
                if rang not in vues:
                    vues.add(rang)
                    for partie in _de_premiere_page(evenement, liens):
                        self._mots[rang] += self._mots_de(partie)
        self._verser(rang, tampon)
        if len(self._mots) == 1:  # des notes n'appartiennent sûrement à une lettre que si elle est seule
            for nom in ("word/footnotes.xml", "word/endnotes.xml"):
                if nom in self._parties:
                    self._mots[0] += self._mots_de(nom)
        return self._mots

    def _verser(self, rang: int, tampon: list[str]) -> None:
        self._mots[rang].update(_simple("".join(tampon)).split())
        tampon.clear()

    def _mots_de(self, partie: str) -> Mots:
        if partie not in self._de_partie:
            racine = etree.fromstring(self._parties[partie], _ANALYSEUR)
            texte = "".join(evenement for evenement in self._parcourir(racine) if isinstance(evenement, str))
            self._de_partie[partie] = Counter(_simple(texte).split())
        return self._de_partie[partie]

    def _liens(self) -> dict[str, str]:
        xml = self._parties.get("word/_rels/document.xml.rels")
        liens = list(etree.fromstring(xml, _ANALYSEUR)) if xml else []
        cibles = ((lien.get("Id", ""), lien.get("Target", "")) for lien in liens)
        return {identifiant: cible.lstrip("/") if cible.startswith("/") else normpath(join("word", cible)) for identifiant, cible in cibles}

    def _styles_caches(self) -> frozenset[str]:
        xml = self._parties.get("word/styles.xml")
        styles = etree.fromstring(xml, _ANALYSEUR).iter(w("style")) if xml else ()
        return frozenset(style.get(w("styleId"), "") for style in styles if _est_cache(style.find(w("rPr"))))

    def _parcourir(self, racine: etree._Element) -> Iterator[str | etree._Element]:
        """Le texte qui doit s'imprimer, les signets et, à leur fin, les sections ; un paragraphe commence par une espace."""
        champs = 0  # ouverts : ni leur code ni leur résultat, que le convertisseur recalcule, n'est attendu
        parcours = etree.iterwalk(racine, events=("start", "end"), tag=_SUIVIS)
        simples = 0
        for moment, noeud in parcours:
            nom = noeud.tag
            if moment == "end":
                simples -= nom == _FLD_SIMPLE
                if nom == _P and (section := noeud.find(_SECTION)) is not None:
                    yield section
                continue
            if nom in _SANS_TEXTE or (nom == _R_ and self._run_cache(noeud)) or (nom == _P and self._paragraphe_cache(noeud)):
                parcours.skip_subtree()
                yield " " if nom == _R_ else ""
            elif nom == _FLD_SIMPLE:
                simples += 1
                yield " "
            elif nom == _FLD_CHAR:
                champs = max(0, champs + _OUVERTS.get(noeud.get(_GENRE, ""), 0))
                yield " "
            elif nom == _T:
                if not simples and not champs:
                    yield noeud.text or ""
            elif nom in _BLANCS:
                yield " "
            elif nom == _NBH:
                yield "-"
            elif nom == _SIGNET or (nom == _SECT and noeud.getparent().tag == _BODY):  # type: ignore[union-attr]
                yield noeud

    def _run_cache(self, run: etree._Element) -> bool:
        proprietes = run.find(_RPR)
        if proprietes is None:
            return False
        style, police = proprietes.find(w("rStyle")), proprietes.find(w("rFonts"))
        if police is not None and (police.get(w("ascii")) or "").startswith(("Wingdings", "Webdings", "Symbol")):
            return True  # des dessins, que les retouches écrivent autrement
        return _est_cache(proprietes) or (style is not None and style.get(w("val")) in self._caches)

    def _paragraphe_cache(self, paragraphe: etree._Element) -> bool:
        style = paragraphe.find(f"{w('pPr')}/{w('pStyle')}") if self._caches else None
        return style is not None and style.get(w("val")) in self._caches


_P, _R_, _T, _RPR, _NBH, _FLD_CHAR, _FLD_SIMPLE = map(w, ("p", "r", "t", "rPr", "noBreakHyphen", "fldChar", "fldSimple"))
_GENRE = w("fldCharType")
_OUVERTS = {"begin": 1, "end": -1}
_BLANCS = frozenset(map(w, ("p", "br", "tab", "cr", "ptab", "tc", "sym", "drawing", "pict", "object", "rt", "rubyBase")))
_SIGNET, _SECT, _BODY = map(w, ("bookmarkStart", "sectPr", "body"))
_SECTION = f"{w('pPr')}/{_SECT}"
_SANS_TEXTE = frozenset((*map(w, ("del", "moveFrom", "instrText", "delText", "tblPr", "tcPr")), f"{{{_MC}}}Fallback"))
_SUIVIS = (*_BLANCS, *_SANS_TEXTE, _R_, _T, _NBH, _FLD_CHAR, _FLD_SIMPLE, _SIGNET, _SECT)


def _est_cache(proprietes: etree._Element | None) -> bool:
    cache = proprietes.find(w("vanish")) if proprietes is not None else None
    return cache is not None and cache.get(w("val")) not in ("0", "false", "off")


def _de_premiere_page(section: etree._Element, liens: dict[str, str]) -> Iterator[str]:
    """L'en-tête et le pied que la première page d'une section montre."""
    premiere = section.find(w("titlePg"))
    voulu = "first" if premiere is not None and premiere.get(w("val")) not in ("0", "false", "off") else "default"
    for reference in section.iterchildren(w("headerReference"), w("footerReference")):
        if reference.get(w("type"), "default") == voulu and (cible := liens.get(reference.get(f"{{{_R}}}id", ""))):
            yield cible
