"""Des classeurs piégés, abîmés ou inhabituels, faits par du code : rien d'énorme n'est gardé dans le projet."""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
_LIENS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(
    chemin: Path, donnees: str, *, formats: Sequence[str] = (), onglets: int = 1, types: str = _TYPES, dimension: str = "A1:B2"
) -> Path:
    """Un .xlsx dont la première feuille contient ces lignes (XML de `sheetData`) ; formats : celui du style 1, 2…"""
    lien = '<Relationship Id="rId{}" Type="' + _OFFICE + '/{}" Target="{}"/>'
    feuilles = "".join(f'<sheet name="O{i}" sheetId="{i}" r:id="rId{i}"/>' for i in range(1, onglets + 1))
    liens = [lien.format(i, "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, onglets + 1)]
    liens.append(lien.format(onglets + 1, "styles", "styles.xml"))
    nombres = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{code}"/>' for i, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats)))
    vide = f'<worksheet xmlns="{_MAIN}"><sheetData/></worksheet>'
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", _LIENS.format(lien.format(1, "officeDocument", "xl/workbook.xml")))
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{feuilles}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", _LIENS.format("".join(liens)))
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><numFmts>{nombres}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/><sheetData>{donnees}</sheetData></worksheet>',
        )
        for i in range(2, onglets + 1):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", vide)
    return chemin


def texte(adresse: str, valeur: str) -> str:
    return f'<c r="{adresse}" t="inlineStr"><is><t xml:space="preserve">{valeur}</t></is></c>'


EXPORT = (
    '<row r="1">' + texte("A1", "Code client") + texte("B1", "N° pièce") + texte("C1", "Échéance") + texte("D1", "Reste dû") + "</row>"
    '<row r="2">' + texte("A2", "C1") + texte("B2", "F1") + texte("C2", "31/01/2026") + '<c r="D2"><v>12.5</v></c></row>'
)
"""Un petit export juste, où poser un piège."""


# --- .xls : [MS-XLS] dans [MS-CFB] --------------------------------------------------------------------------------

_SECTEUR = 512
_LIBRE, _FIN, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def enregistrement(genre: int, corps: bytes = b"") -> bytes:
    return struct.pack("<HH", genre, len(corps)) + corps


def nombre(ligne: int, colonne: int, valeur: float, style: int = 0) -> bytes:
    return enregistrement(0x0203, struct.pack("<HHHd", ligne, colonne, style, valeur))


def etiquette(ligne: int, colonne: int, valeur: str) -> bytes:
    return enregistrement(0x0204, struct.pack("<HHHHB", ligne, colonne, 0, len(valeur), 1) + valeur.encode("utf-16-le"))


def xls(
    chemin: Path, cellules: Sequence[bytes], *, formats: Sequence[str] = (), globaux: bytes = b"", etendue: tuple[int, int] = (1, 1)
) -> Path:
    """Un .xls d'un onglet ; formats : celui du style 1, 2… ; globaux : enregistrements posés en tête du classeur."""
    debut_bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)
    styles = enregistrement(0x00E0, struct.pack("<HH", 0, 0).ljust(20, b"\0"))
    for i, code in enumerate(formats):
        styles = enregistrement(0x041E, struct.pack("<HHB", 164 + i, len(code), 1) + code.encode("utf-16-le")) + styles
        styles += enregistrement(0x00E0, struct.pack("<HH", 0, 164 + i).ljust(20, b"\0"))
    tete = enregistrement(0x0809, debut_bof) + globaux + styles
    onglet = struct.pack("<IBBBB", 0, 0, 0, 6, 0) + b"Export"
    debut = len(tete) + len(enregistrement(0x0085, onglet)) + 4
    tete += enregistrement(0x0085, struct.pack("<I", debut) + onglet[4:]) + enregistrement(0x000A)
    dimensions = enregistrement(0x0200, struct.pack("<IIHHH", 0, etendue[0], 0, etendue[1], 0))
    feuille = enregistrement(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6)) + dimensions + b"".join(cellules)
    chemin.write_bytes(ole(tete + feuille + enregistrement(0x000A)))
    return chemin


def ole(flux: bytes, *, boucle: bool = False) -> bytes:
    """Un conteneur OLE dont le seul flux est « Workbook » ; boucle : sa chaîne de secteurs revient à son début."""
    flux = flux.ljust(4096, b"\0")
    nombre_de_secteurs = -(-len(flux) // _SECTEUR)
    tables = 1
    while tables * 128 < nombre_de_secteurs + 1 + tables:
        tables += 1
    suites = [*range(1, nombre_de_secteurs), 0 if boucle else _FIN, _FIN, *[_FAT] * tables]
    suites += [_LIBRE] * (tables * 128 - len(suites))
    repertoire = _entree("Root Entry", 5, _FIN, 0, 1) + _entree("Workbook", 2, 0, len(flux), _LIBRE)
    difat = [*range(nombre_de_secteurs + 1, nombre_de_secteurs + 1 + tables)]
    entete = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables,
        nombre_de_secteurs, 0, 4096, _FIN, 0, _FIN, 0)  # fmt: skip
    entete += struct.pack("<109I", *(difat + [_LIBRE] * (109 - len(difat))))
    return (
        entete
        + flux.ljust(nombre_de_secteurs * _SECTEUR, b"\0")
        + repertoire.ljust(_SECTEUR, b"\0")
        + struct.pack(f"<{len(suites)}I", *suites)
    )


def _entree(nom: str, genre: int, debut: int, taille: int, enfant: int) -> bytes:
    ecrit = nom.encode("utf-16-le")
    return (ecrit.ljust(64, b"\0") + struct.pack("<HBBIII", len(ecrit) + 2, genre, 1, _LIBRE, _LIBRE, enfant)
            + bytes(36) + struct.pack("<IQ", debut, taille))  # fmt: skip
