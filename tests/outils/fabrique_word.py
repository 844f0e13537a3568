"""De petits modèles Word fabriqués pour les tests, et de quoi lire les lettres qui en sortent."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import docx
from lxml import etree

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.lettres.catalogue import CATALOGUE, ChampFusion, TypeChamp
from relances_xl.lettres.modele import Modele, compiler

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_AVANT = (
    f'<w:document xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:body>'
)


def png(largeur: int, hauteur: int) -> bytes:
    """Une image PNG grise de cette taille."""

    def bloc(nom: bytes, octets: bytes) -> bytes:
        return struct.pack(">I", len(octets)) + nom + octets + struct.pack(">I", zlib.crc32(nom + octets))

    lignes = (b"\0" + b"\x80" * largeur) * hauteur
    entete = struct.pack(">IIBBBBB", largeur, hauteur, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", entete) + bloc(b"IDAT", zlib.compress(lignes)) + bloc(b"IEND", b"")


def modele_word(
    chemin: Path,
    corps: str,
    *,
    entete: str = "",
    pied: str = "",
    notes: str = "",
    section: str = "",
    paquet: Mapping[str, bytes] | None = None,
) -> Path:
    """Écrit un modèle .docx dont le corps (et l'en-tête, le pied, les notes) est ce XML ; `paquet` : parties ajoutées."""
    parties = dict(_paquet_vierge(bool(entete), bool(pied)))
    xml = parties["word/document.xml"].decode()
    references = "".join(re.findall(r"<w:(?:header|footer)Reference [^>]*/>", xml))
    mesures = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1000" w:right="1000" w:bottom="1000" w:left="1000" w:header="500" w:footer="500" w:gutter="0"/>'
    parties["word/document.xml"] = f"{_AVANT}{corps}<w:sectPr>{references}{section or mesures}</w:sectPr></w:body></w:document>".encode()
    for nom, racine, contenu in (("word/header1.xml", "hdr", entete), ("word/footer1.xml", "ftr", pied)):
        if contenu:
            place = nom if nom in parties else nom.replace("1.xml", "2.xml")
            parties[place] = f'<w:{racine} xmlns:w="{W}">{contenu}</w:{racine}>'.encode()
    if notes:
        _ajouter_notes(parties, notes)
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in {**parties, **(paquet or {})}.items():
            archive.writestr(nom, octets)
    return chemin


@cache
def _paquet_vierge(entete: bool, pied: bool) -> dict[str, bytes]:
    """Les parties d'un document de python-docx, avec ou sans en-tête et pied."""
    document = docx.Document()
    if entete:
        document.sections[0].header.is_linked_to_previous = False
    if pied:
        document.sections[0].footer.is_linked_to_previous = False
    tampon = io.BytesIO()
    document.save(tampon)
    with zipfile.ZipFile(tampon) as lu:
        return {nom: lu.read(nom) for nom in lu.namelist()}


def _ajouter_notes(parties: dict[str, bytes], notes: str) -> None:
    bornes = "".join(
        f'<w:footnote w:type="{genre}" w:id="{numero}"><w:p><w:r><w:{balise}/></w:r></w:p></w:footnote>'
        for genre, numero, balise in (("separator", -1, "separator"), ("continuationSeparator", 0, "continuationSeparator"))
    )
    parties["word/footnotes.xml"] = f'<w:footnotes xmlns:w="{W}">{bornes}{notes}</w:footnotes>'.encode()
    parties["word/_rels/document.xml.rels"] = parties["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdNotes" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>',
    )
    parties["[Content_Types].xml"] = parties["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>',
    )


def p(*runs: str, proprietes: str = "") -> str:
    """Un paragraphe de ces runs ; un texte nu en devient un."""
    contenu = "".join(r if r.startswith("<w:") else t(r) for r in runs)
    return f"<w:p>{f'<w:pPr>{proprietes}</w:pPr>' if proprietes else ''}{contenu}</w:p>"


def t(texte: str, forme: str = "") -> str:
    """Un run de texte (le texte est du XML : `&amp;` pour &)."""
    return f'<w:r>{f"<w:rPr>{forme}</w:rPr>" if forme else ""}<w:t xml:space="preserve">{texte}</w:t></w:r>'


def champ(instruction: str, resultat: str = "«x»", forme: str = "", *, decoupe: int = 0, forme_resultat: str | None = None) -> str:
    """Un champ complexe ; `decoupe` : son instruction coupée tous les n caractères en autant de runs."""
    rpr = f"<w:rPr>{forme}</w:rPr>" if forme else ""
    borne = f'<w:r>{rpr}<w:fldChar w:fldCharType="{{}}"/></w:r>'
    pas = decoupe or max(len(instruction), 1)
    morceaux = [instruction[i : i + pas] for i in range(0, len(instruction), pas)]
    runs = "".join(f'<w:r>{rpr}<w:instrText xml:space="preserve">{m}</w:instrText></w:r>' for m in map(_echapper, morceaux))
    montre = t(resultat, forme if forme_resultat is None else forme_resultat) if resultat else ""
    return borne.format("begin") + runs + borne.format("separate") + montre + borne.format("end")


def _echapper(texte: str) -> str:
    return texte.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tableau(*lignes: tuple[str, ...]) -> str:
    """Un tableau ; chaque cellule est le XML de ses paragraphes."""
    corps = "".join("<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cellule}</w:tc>" for cellule in ligne) + "</w:tr>" for ligne in lignes)
    grille = "".join("<w:gridCol w:w='2000'/>" for _ in lignes[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grille}</w:tblGrid>{corps}</w:tbl>"


def catalogue_de(*noms: str) -> dict[str, ChampFusion]:
    """Un catalogue de champs texte de ces noms."""
    return {nom: ChampFusion(nom, TypeChamp.TEXTE, "", nom) for nom in noms}


def compiler_xml(dossier: Path, corps: str, nom: str = "essai.docx", **parties: str) -> Modele:
    """Le modèle compilé de ce corps, contre le catalogue du projet."""
    return compiler(modele_word(dossier / nom, corps, **parties), CATALOGUE)  # type: ignore[arg-type]


def parties_de(lettre: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(lettre)) as archive:
        assert archive.testzip() is None
        return {nom: archive.read(nom) for nom in archive.namelist()}


VALEURS: dict[str, Any] = {
    "client": {"raison_sociale": "Lefèvre & Fils", "code": "C001", "ville": "Lyon", "note": "", "contact": "", "adresse": "A\nB"},
    "emetteur": {"raison_sociale": "Moreau", "logo": ""},
    "date_lettre": date(2026, 11, 24),
    "total_du": Montant(123456, "EUR"),
    "penalites": Montant(0, "EUR"),
    "taux_penalites": Decimal("12.15"),
    "message": "",
    "niveau": 3,
    "devise": "EUR",
    "qr_paiement": "",
    "echeances": [
        {"piece": "FA1", "reste_du": Montant(100000, "EUR"), "date_echeance": date(2026, 1, 31)},
        {"piece": "FA2", "reste_du": Montant(33456, "EUR"), "date_echeance": date(2026, 2, 28)},
    ],
    "credits": [{"piece": "AV9", "reste_du": Montant(-10000, "EUR"), "date_echeance": date(2026, 3, 1)}],
    "autres": [],
}
"""Les valeurs d'une lettre d'essai."""


def fusion(dossier: Path, corps: str, valeurs: Mapping[str, Any] = VALEURS, **parties: str) -> list[str]:
    """Les paragraphes de la lettre que donne ce corps."""
    return paragraphes(compiler_xml(dossier, corps, **parties).fusionner(valeurs))


def client(**champs: str) -> dict[str, Any]:
    """Les valeurs d'essai, le client changé."""
    return VALEURS | {"client": VALEURS["client"] | champs}


def paragraphes(lettre: bytes, partie: str = "word/document.xml") -> list[str]:
    """Le texte de chaque paragraphe d'une partie, sauts de ligne en \\n, tabulations en \\t."""
    racine = etree.fromstring(parties_de(lettre)[partie])
    return [_texte(paragraphe) for paragraphe in racine.iter(f"{{{W}}}p")]


def _texte(paragraphe: etree._Element) -> str:
    signes = {f"{{{W}}}br": "\n", f"{{{W}}}tab": "\t"}
    return "".join(
        signes.get(n.tag, n.text or "" if n.tag == f"{{{W}}}t" else "")
        for n in paragraphe.iter()
        if isinstance(n.tag, str) and next(n.iterancestors(f"{{{W}}}p"), paragraphe) is paragraphe
    )
