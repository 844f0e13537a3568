"""Chaque famille de fichiers piégés, par la porte de l'outil : ce qui arrive, le calcul et la mémoire.

    python tests/outils/table_hostile.py [MOT…]

écrit une ligne par famille (celles dont le nom contient un MOT, ou toutes) : la table de `docs/securite.md`. Chaque fichier est lu par
un processus neuf, comme le ferait `lister` ou `produire` ; la mémoire est celle de ce processus, puis celle de l'enfant borné.
"""

import io
import re
import struct
import subprocess
import sys
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import hostiles
from fabrique_word import champ, modele_word, p, t

Faire = Callable[[Path], object]
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FEUILLE = "xl/worksheets/sheet1.xml"
_LIENS = "xl/_rels/workbook.xml.rels"

_LIRE = """
import resource, sys
from datetime import date
from pathlib import Path
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.fichiers import souche
chemin = Path(sys.argv[1])
try:
    if chemin.suffix == ".docx":
        from relances_xl.lettres.ouverture_a_part import compiler_a_part
        compiler_a_part(chemin)
        dit = "lu"
    elif chemin.suffix in (".ofx", ".camt"):
        from relances_xl.entrees.banque.releves import lire_releves
        table, fautes = lire_releves(chemin)
        dit = f"lu, {len(table)} encaissement(s) ; " + " | ".join(map(str, fautes))
    elif chemin.suffix in (".xml", ".pdf"):
        from relances_xl.entrees.factures.dossier_de_factures import lire_factures
        lues = lire_factures([chemin])
        dit = f"{len(lues.lues)} facture(s) ; " + " | ".join(map(str, lues.fautes))
    else:
        from relances_xl.entrees.exports import lire_echeances
        dit = f"lu, {len(lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31)).lignes)} ligne(s)"
except ErreurUtilisateur as refus:
    dit = "refusé : " + str(refus.fautes[0])
for libre in souche._libres:
    libre.fermer()
ici, enfant = (resource.getrusage(qui) for qui in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
calcul = sum((u.ru_utime + u.ru_stime for u in (ici, enfant)))
sommet = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])  # celui de ru_maxrss compte aussi le parent
print(f"{calcul:.1f}\\t{sommet // 1024}\\t{enfant.ru_maxrss // 1024}\\t" + " ".join(dit.split()))
"""


def _retoucher(chemin: Path, retouches: Mapping[str, Callable[[bytes], bytes]]) -> None:
    """Un petit export juste, dont ces parties sont changées (ou ajoutées, d'après b\"\")."""
    hostiles.xlsx(chemin, hostiles.EXPORT)
    with zipfile.ZipFile(chemin) as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist()}
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in (parties | {nom: f(parties.get(nom, b"")) for nom, f in retouches.items()}).items():
            archive.writestr(nom, contenu)


def _retouche(**retouches: Callable[[bytes], bytes]) -> Faire:
    """feuille, liens, styles, chaines, connexions : la retouche de chacune de ces parties."""
    noms = {
        "feuille": _FEUILLE,
        "liens": _LIENS,
        "styles": "xl/styles.xml",
        "chaines": "xl/sharedStrings.xml",
        "connexions": "xl/connections.xml",
    }
    return lambda chemin: _retoucher(chemin, {noms[nom]: f for nom, f in retouches.items()})


def _lien(genre: str, cible: str) -> Callable[[bytes], bytes]:
    ajout = f'<Relationship Id="rId99" Type="{_OFFICE}/{genre}" Target="{cible}"{" TargetMode=" + chr(34) + "External" + chr(34) if "://" in cible else ""}/>'
    return lambda xml: xml.replace(b"</Relationships>", ajout.encode() + b"</Relationships>")


def _lignes(xml: str) -> Faire:
    return lambda chemin: hostiles.xlsx(chemin, hostiles.EXPORT + xml)


def _octets(octets: Callable[[], bytes]) -> Faire:
    return lambda chemin: chemin.write_bytes(octets())


def _mille_noms(chemin: Path) -> None:
    """Trente mégaoctets de zéros, comprimés une fois, que deux mille noms du répertoire partagent."""
    clair, comprime = 30 * 2**20, zlib.compress(bytes(30 * 2**20), 9)[2:-4]
    commun = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, zlib.crc32(bytes(clair)), len(comprime), clair)
    donnees = b"PK\3\4" + commun + struct.pack("<HH", 1, 0) + b"a" + comprime
    noms = [b"xl/workbook.xml", b"[Content_Types].xml", *(b"xl/w%d.xml" % i for i in range(2000))]
    table = b"".join(b"PK\1\2\x14\0" + commun + struct.pack("<HHHHHII", len(nom), 0, 0, 0, 0, 0, 0) + nom for nom in noms)
    chemin.write_bytes(donnees + table + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(noms), len(noms), len(table), len(donnees), 0))


def _parties_superposees(chemin: Path) -> None:
    hostiles.xlsx(chemin, hostiles.EXPORT)
    chemin.write_bytes(re.sub(rb"(PK\x01\x02.{38}).{4}", rb"\g<1>\0\0\0\0", chemin.read_bytes(), flags=re.DOTALL))


def _noms_en_double(chemin: Path) -> None:
    hostiles.xlsx(chemin, hostiles.EXPORT)
    with zipfile.ZipFile(io.BytesIO(chemin.read_bytes())) as source, zipfile.ZipFile(chemin, "a") as cible, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for nom in source.namelist() * 3:
            cible.writestr(nom, source.read(nom))


def _docx(corps: Callable[[], str]) -> Faire:
    return lambda chemin: modele_word(chemin, corps())


def _entites(ecrit: str) -> bytes:
    """Un milliard de rires : dix entités dont chacune répète dix fois la précédente."""
    suite = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 11))
    return f'<!DOCTYPE t [<!ENTITY e0 "ha"><!ENTITY x SYSTEM "file:///etc/passwd">{suite}]>{ecrit}'.encode()


_PLEINE = '<row r="{}">' + "<c><v>1</v></c>" * 1000 + "</row>"
FAMILLES: dict[str, tuple[str, Faire]] = {
    "une cellule à la ligne quatre milliards": (".xlsx", _lignes('<row r="3"><c r="A4294967295"><v>1</v></c></row>')),
    "une colonne trop grande": (".xlsx", _lignes('<row r="3"><c r="ZZZZZ9"><v>1</v></c></row>')),
    "une cellule égarée de quelques blancs": (".xlsx", _lignes(f'<row r="1048576">{hostiles.texte("XFD1048576", "   ")}</row>')),
    "une chaîne OLE qui boucle": (".xls", _octets(lambda: hostiles.ole(b"\x09\x08" * 3000, boucle=True))),
    "un .xls à la dernière cellule égarée": (".xls", lambda f: hostiles.xls(
        f, [hostiles.etiquette(0, 0, "Code client"), hostiles.enregistrement(0x0201, struct.pack("<HHH", 65535, 255, 0))], etendue=(65536, 256))),
    "vingt millions de cellules vides": (".xlsx", lambda f: hostiles.xlsx(f, hostiles.EXPORT + ('<row r="2">' + '<c r="A1" s="1"/>' * 1000 + "</row>") * 20_500)),
    "vingt millions de cellules pleines": (".xlsx", lambda f: hostiles.xlsx(f, hostiles.EXPORT + "".join(_PLEINE.format(n) for n in range(3, 20_503)))),
    "cinquante mille onglets": (".xlsx", lambda f: hostiles.xlsx(f, hostiles.EXPORT, onglets=50_000)),
    "un CSV d'un million de colonnes": (".csv", _octets(lambda: b"Code client;" + b"a;" * 10**6 + b"\n" + b"1;" * 10**6)),
    "un UTF-16 coupé au milieu": (".csv", _octets(lambda: "Code client;Échéance\n".encode("utf-16") + b"\x00\xd8\x41")),
    "des entités emboîtées dans les types": (".xlsx", lambda f: hostiles.xlsx(f, hostiles.EXPORT, types=_entites("<Types>&e10;</Types>").decode())),
    "archive : deux mille noms, les mêmes octets": (".xlsx", _mille_noms),
    "archive : parties superposées": (".xlsx", _parties_superposees),
    "archive : chaque nom quatre fois": (".xlsx", _noms_en_double),
    "classeur : lien externe, requête, DDE": (".xlsx", _retouche(
        liens=_lien("externalLink", "http://127.0.0.1:9/x.xlsx"),
        connexions=lambda _: f'<connections xmlns="{_NS}"><connection id="1" type="5"><dbPr connection="Provider=Mashup"/></connection></connections>'.encode())),
    "classeur : cinq cent mille styles": (".xlsx", _retouche(styles=lambda _: (
        f'<styleSheet xmlns="{_NS}"><numFmts>' + "".join(f'<numFmt numFmtId="{200 + i}" formatCode="0.00"/>' for i in range(500_000))
        + "</numFmts><cellXfs>" + "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(500_000)) + "</cellXfs></styleSheet>").encode())),
    "classeur : un format de 1 Mo": (".xlsx", lambda f: hostiles.xlsx(
        f, hostiles.EXPORT.replace('<c r="D2">', '<c r="D2" s="1">'), formats=["0;" * 300_000 + "[$" * 200_000])),
    "classeur : trois cent mille fusions": (".xlsx", _retouche(feuille=lambda xml: xml.replace(
        b"</worksheet>", b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 300_000 + b"</mergeCells></worksheet>"))),
    "classeur : deux millions de chaînes": (".xlsx", _retouche(
        liens=_lien("sharedStrings", "sharedStrings.xml"),
        chaines=lambda _: f'<sst xmlns="{_NS}" count="4294967295" uniqueCount="4294967295">'.encode() + b"<si><t>a</t></si>" * 2_000_000 + b"</sst>")),
    "classeur : cinq cent mille balises emboîtées": (".xlsx", _retouche(
        feuille=lambda xml: xml.replace(b"<sheetData>", b"<a>" * 500_000 + b"</a>" * 500_000 + b"<sheetData>"))),
    "classeur : deux cent mille attributs": (".xlsx", _retouche(
        feuille=lambda xml: xml.replace(b"<sheetData>", b"<sheetData " + b" ".join(b'a%d="1"' % i for i in range(200_000)) + b">"))),
    ".xls : une table de chaînes sans fin": (".xls", lambda f: hostiles.xls(
        f, [hostiles.etiquette(0, 0, "Code client")], globaux=hostiles.enregistrement(0xFC, struct.pack("<II", 2**32 - 1, 2**32 - 1) + b"\1\0\0a") * 2000)),
    ".csv : cent mille octets nuls": (".csv", _octets(lambda: b"Code client;N\xb0 pi\xe8ce\n" + b"\0;\0\n" * 100_000)),
    ".csv : un champ entre guillemets de 100 Mo": (".csv", _octets(lambda: b'Code client;Montant\n"' + b"a\n" * 50_000_000)),
    ".csv : des guillemets impairs": (".csv", _octets(lambda: b"Code client;Montant\n" + b'a;"b""c;d"e\n' * 500_000)),
    ".csv : vingt millions de lignes vides": (".csv", _octets(lambda: b"Code client;Montant\n" + b"\n" * 20_000_000)),
    ".csv : une ligne de 100 Mo": (".csv", _octets(lambda: b"Code client;Montant " + b"x" * 100_000_000)),
    "relevé OFX : balises emboîtées": (".ofx", _octets(lambda: b"OFXHEADER:100\n<OFX>" + b"<STMTTRN>" * 2_000_000)),
    "relevé camt : un milliard de rires": (".camt", _octets(lambda: _entites("<Document>&e10;</Document>"))),
    "facture XML : un milliard de rires": (".xml", _octets(lambda: _entites("<CrossIndustryInvoice>&e10;</CrossIndustryInvoice>"))),
    "facture XML : une entité du disque": (".xml", _octets(lambda: _entites("<CrossIndustryInvoice>&x;</CrossIndustryInvoice>"))),
    "facture XML : cinq cent mille balises emboîtées": (".xml", _octets(lambda: b"<a>" * 500_000 + b"</a>" * 500_000)),
    "facture PDF : un arbre sans fin": (".pdf", _octets(
        lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles 1 0 R/Kids[1 0 R 1 0 R]>>/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>")),
    "modèle : un million de runs": (".docx", _docx(lambda: p(*["<w:r/>"] * 1_000_000))),
    "modèle : cent mille paragraphes": (".docx", _docx(lambda: p(t("a")) * 100_000)),
    "modèle : un million d'accolades": (".docx", _docx(lambda: p(t("{" * 1_000_000)))),
    "modèle : champs emboîtés sans fin": (".docx", _docx(lambda: p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 100_000))),
    "modèle : deux cents tableaux emboîtés": (".docx", _docx(lambda: "<w:tbl><w:tr><w:tc>" * 200 + p(t("a")) + "</w:tc></w:tr></w:tbl>" * 200)),
    "modèle : vingt mille balises": (".docx", _docx(lambda: p(t("{{ client.ville }}")) * 20_000)),
    "modèle : une multiplication sans borne": (".docx", _docx(lambda: p(t("{{ 'a' * 10**9 }}"), champ("MERGEFIELD client.ville")))),
    "modèle : vingt mille paragraphes qui se fondent": (".docx", _docx(lambda:
        ('<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>' + t("a") + "</w:p>") * 20_000)),
}  # fmt: skip
"""Nom → suffixe, et de quoi en faire un."""


def mesurer(chemin: Path) -> tuple[float, int, int, str]:
    """(secondes de calcul, Mo ici, Mo de l'enfant, ce qui est dit). Une trace est une `AssertionError`."""
    fait = subprocess.run([sys.executable, "-c", _LIRE, str(chemin)], capture_output=True, text=True, check=False)
    assert fait.returncode == 0, fait.stderr[-2000:]
    calcul, ici, enfant, dit = fait.stdout.rstrip("\n").split("\t")
    return float(calcul), int(ici), int(enfant), dit


if __name__ == "__main__":
    print("| famille | octets | calcul | mémoire : ici, enfant | ce qui arrive |\n| --- | ---: | ---: | ---: | --- |", flush=True)
    with tempfile.TemporaryDirectory() as dossier:
        for nom, (suffixe, faire) in FAMILLES.items():
            if sys.argv[1:] and not any(mot in nom for mot in sys.argv[1:]):
                continue
            fichier = Path(dossier) / f"piege{suffixe}"
            faire(fichier)
            calcul, ici, enfant, dit = mesurer(fichier)
            octets = f"{fichier.stat().st_size:,}".replace(",", " ")
            print(f"| {nom} | {octets} | {calcul:.1f} s | {ici} Mo, {enfant} Mo | {dit[:160]} |", flush=True)
            fichier.unlink()
