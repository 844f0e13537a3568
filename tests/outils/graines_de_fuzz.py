"""Ce que `fuzz_lecteurs` abîme : de petits fichiers vrais de chaque genre, et la façon de les abîmer.

Une archive (.xlsx, .xlsb, .ods, .docx) est abîmée partie par partie et rangée sans être comprimée, d'entrées faites d'avance :
comprimer coûterait plus que lire.
"""

import io
import random
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import fabrique_revue
import fabrique_word
import hostiles
import openpyxl
import pikepdf
from lieux import DONNEES, PARTAGE, RACINE

from relances_xl.criteres import onglets as o
from relances_xl.criteres.creation import creer_criteres
from relances_xl.revue.ecrire.classeur_de_revue import ecrire_revue
from relances_xl.revue.relire.relecture import ONGLETS

TAILLE_MAX = 8192
"""Octets d'une graine ; ceux d'une archive sont comptés dépliés, quatre fois plus larges."""
_FOLIES = [b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"4294967296", b"XFD1048576", b"<", b">", b"&", b'"', b"'", b"=", b";", b"\t",
           b"\r", b"\n", b"\x1a", b"\xd8\x00", b"9" * 5000, b"E+99", b"NaN", b"-", b"1/0/0", b"\xc3", b"\xef\xbb\xbf"]  # fmt: skip
_JETONS, _ATTRIBUT = re.compile(rb"(<[^<>]*>)"), re.compile(rb'="([^"]*)"')
_SUPERFLUES = (
    "docProps/",
    "xl/theme/",
    "word/theme/",
    "word/webSettings",
    "word/fontTable",
    "customXml/",
    "Thumbnails/",
    "xl/printerSettings",
)
"""Les parties qu'aucun lecteur n'ouvre : une archive d'essai s'en passe."""
_TEXTE = (
    "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Montant;Réglé;Reste dû\n"
    'C1;Élevage;F1;01/01/2026;31/01/2026;1 234,56;0;1234,56\n="007";"A ""b""";F2;2026-01-02;28.02.26;12,00 C;;(5)\n'
)
_STYLES = (
    f'<w:styles xmlns:w="{fabrique_word.W}"><w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/></w:style></w:styles>'.encode()
)
_RELEVE = "Date;Libellé;Débit;Crédit;Devise\n12/03/2026;VIR GARAGE FA1;;1 234,56;EUR\n13/03/2026;FRAIS;5,00;;EUR\n"
_CLIENTS = (
    "Code client;Raison sociale;SIREN;Adresse 1;Code postal;Ville;Pays;Courriel;Exclure;Type;Délai de paiement\n"
    "C1;Élevage;732829320;1 rue;75001;Paris;FR;a@b.fr;Oui;Professionnel;30 jours\nC1;Autre;;;2A004;Ajaccio;;x@;non;;45 FDM\n"
)
_OFX = (
    "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><CURDEF>EUR<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260312<TRNAMT>1234.56<NAME>VIR GARAGE"
    "<MEMO>FA2026001 &amp; 2</STMTTRN><STMTTRN><DTPOSTED>20260313120000[+1:CET]<TRNAMT>-5,00<NAME>FRAIS</STMTTRN></OFX>"
)
_CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Ntry><Amt Ccy="EUR">30.00</Amt>'
    '<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-12</Dt></BookgDt><NtryDtls><TxDtls><Amt Ccy="EUR">10.00</Amt><RltdPties>'
    '<Dbtr><Nm>GARAGE</Nm></Dbtr></RltdPties><RmtInf><Ustrd>FA1</Ustrd></RmtInf></TxDtls><TxDtls><Amt Ccy="EUR">20.00</Amt></TxDtls></NtryDtls>'
    "</Ntry></Stmt></BkToCstmrStmt></Document>"
)
_CFONB = "\n".join(
    (
        f"01{'30003':5}    {'00001':5}EUR2 {'00012345678':11}  {'120326':6}{'':50}{'0000000100000{':14}{'':16}"[:120],
        f"04{'30003':5}    {'00001':5}EUR2 {'00012345678':11}05{'120326':6}  {'120326':6}{'VIR GARAGE FA1':31}   {'0':7}  {'0000000012345F':14}{'':16}"[
            :120
        ],
        f"05{'30003':5}    {'00001':5}EUR2 {'00012345678':11}05{'120326':6}     LCC{'FA2026001':70}  "[:120],
    )
)
_CII = """<rsm:CrossIndustryInvoice xmlns:rsm="urn:rsm" xmlns:ram="urn:ram" xmlns:udt="urn:udt"><rsm:ExchangedDocument><ram:ID>F1</ram:ID>
<ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20260115</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement><ram:BuyerTradeParty><ram:ID>C1</ram:ID><ram:Name>Dupont</ram:Name>
</ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradePaymentTerms><ram:Description>45 jours fin de mois</ram:Description></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>1200.00</ram:GrandTotalAmount><ram:DuePayableAmount>700.00</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


@dataclass(frozen=True, slots=True)
class Graine:
    """Un fichier à abîmer. parties : celles de l'archive, si c'en est une, sans les superflues."""

    octets: bytes
    parties: tuple[tuple[str, bytes], ...] = ()
    rangees: tuple[tuple[bytes, bytes], ...] = ()

    def abimer(self, hasard: random.Random) -> bytes:
        """Quelques octets changés ; dans une archive, le plus souvent, ceux d'une de ses parties."""
        if not self.parties or hasard.random() < 0.1:
            return abimer(hasard, self.octets)
        rang = hasard.randrange(len(self.parties))
        nom, contenu = self.parties[rang]
        entree = _entree(nom, abimer(hasard, contenu))
        geste = hasard.random()
        if geste < 0.03:
            return _archive((*self.rangees[:rang], *self.rangees[rang + 1 :]))
        if geste < 0.06:
            return _archive((*self.rangees, entree))  # deux parties d'un même nom
        return _archive((*self.rangees[:rang], entree, *self.rangees[rang + 1 :]))


def abimer(hasard: random.Random, octets: bytes) -> bytes:
    if octets[:1] == b"<" and hasard.random() < 0.6:
        return _abimer_xml(hasard, octets)
    tampon = bytearray(octets)
    gestes = (0, 3) if octets[:4] == b"\xd0\xcf\x11\xe0" and hasard.random() < 0.8 else range(5)  # décaler casse tout un conteneur OLE
    for _ in range(hasard.choice((1, 1, 2, 5, 20))):
        place = hasard.randrange(len(tampon) + 1)
        geste = hasard.choice(gestes)
        if gestes == (0, 3):
            place = max(place, 512) if hasard.random() < 0.9 else place
        if geste == 0:
            nouveaux = hasard.randbytes(hasard.randrange(1, 5))
            tampon[place : place + len(nouveaux)] = nouveaux
        elif geste == 1:
            del tampon[place : place + hasard.choice((1, 2, 16, 512))]
        elif geste == 2:
            tampon[place:place] = hasard.choice(_FOLIES)
        elif geste == 3:
            folie = hasard.choice(_FOLIES)
            tampon[place : place + len(folie)] = folie
        else:
            source = hasard.randrange(len(tampon) + 1)
            tampon[place:place] = tampon[source : source + hasard.choice((8, 64, 1024))]
    return bytes(tampon)


def _abimer_xml(hasard: random.Random, octets: bytes) -> bytes:
    """Le XML reste bien formé, le plus souvent : une valeur changée, un élément répété, ôté ou déplacé."""
    morceaux = _JETONS.split(octets)  # hors des balises, balise, hors des balises…
    for _ in range(hasard.choice((1, 1, 2, 5))):
        rang = hasard.randrange(len(morceaux))
        valeur = escape(hasard.choice(_FOLIES).decode("latin-1"), {'"': "&quot;"}).encode()
        geste = hasard.randrange(4)
        if geste == 0 and rang % 2 and (attributs := list(_ATTRIBUT.finditer(morceaux[rang]))):
            vu = hasard.choice(attributs)
            morceaux[rang] = morceaux[rang][: vu.start(1)] + valeur + morceaux[rang][vu.end(1) :]
        elif geste <= 1:
            rang -= rang % 2
            morceaux[rang] = valeur
        else:
            suite = rang + 2 * hasard.choice((1, 2, 5, 20))
            ote = morceaux[rang:suite]
            if geste == 2:
                morceaux[rang:rang] = ote * hasard.choice((1, 2, 50))
            else:
                del morceaux[rang:suite]
                ailleurs = hasard.randrange(len(morceaux) + 1) if morceaux else 0
                morceaux[ailleurs:ailleurs] = ote if hasard.random() < 0.5 else []
                morceaux = morceaux or [b"<"]
    return b"".join(morceaux)


def _entree(nom: str, contenu: bytes) -> tuple[bytes, bytes]:
    """(entrée locale, entrée du répertoire sans sa place) d'une partie rangée telle quelle. Source : APPNOTE.TXT, 4.3."""
    ecrit = nom.encode()
    champs = struct.pack("<HHHHHIIIH", 20, 0x800, 0, 0, 33, zlib.crc32(contenu), len(contenu), len(contenu), len(ecrit))
    locale = b"PK\x03\x04" + champs + b"\0\0" + ecrit + contenu
    return locale, b"PK\x01\x02\x14\0" + champs + struct.pack("<HHHHI", 0, 0, 0, 0, 0) + b"\0\0\0\0" + ecrit


def _archive(entrees: tuple[tuple[bytes, bytes], ...]) -> bytes:
    repertoire, place = [], 0
    for locale, centrale in entrees:
        repertoire.append(centrale[:42] + struct.pack("<I", place) + centrale[46:])
        place += len(locale)
    table = b"".join(repertoire)
    fin = struct.pack("<HHHHIIH", 0, 0, len(entrees), len(entrees), len(table), place, 0)
    return b"".join((*(locale for locale, _ in entrees), table, b"PK\x05\x06", fin))


def _graine(octets: bytes, ecrite: bool) -> Graine | None:
    """None : trop grosse ; ecrite : elle l'est par nous, qui l'avons faite petite."""
    if octets[:4] != b"PK\x03\x04" or not zipfile.is_zipfile(io.BytesIO(octets)):
        return Graine(octets) if len(octets) <= TAILLE_MAX else None
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        try:
            parties = tuple((nom, archive.read(nom)) for nom in archive.namelist() if not nom.startswith(_SUPERFLUES))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            parties = ()
    parties = tuple((nom, _STYLES if nom.startswith("word/styles") else contenu) for nom, contenu in parties)
    if not ecrite and sum(len(contenu) for _, contenu in parties) > 4 * TAILLE_MAX:
        return None
    return Graine(octets, parties, tuple(_entree(nom, contenu) for nom, contenu in parties))


def graines() -> dict[str, list[Graine]]:
    """Genre → ses graines : un genre est un lecteur, et souvent un suffixe."""
    trouvees: dict[str, list[Graine]] = {}
    with tempfile.TemporaryDirectory() as dossier:
        for ecrite, sources in ((False, _donnees()), (True, _ecrites(Path(dossier)))):
            for genre, octets in sources:
                if graine := _graine(octets, ecrite):
                    trouvees.setdefault(genre, []).append(graine)
    return trouvees


def _donnees() -> Iterator[tuple[str, bytes]]:
    """Les fichiers que personne ici n'a écrits."""
    for dossier in (DONNEES / "classeurs", PARTAGE / "cas", DONNEES / "modeles_word"):
        for chemin in sorted(dossier.rglob("*.*")):
            if chemin.suffix in (".xls", ".xlsx", ".xlsb", ".ods", ".csv", ".txt", ".docx"):
                octets = chemin.read_bytes()
                yield chemin.suffix[1:], octets
                if chemin.stem.endswith("_clients"):
                    yield "clients", octets


def _ecrites(dossier: Path) -> Iterator[tuple[str, bytes]]:
    """Celles que l'on fait ici."""
    yield "xlsx", hostiles.xlsx(dossier / "a.xlsx", hostiles.EXPORT, formats=["000000", "[$$-409]0.00"]).read_bytes()
    titres = [hostiles.etiquette(0, i, nom) for i, nom in enumerate(("Code client", "N° pièce", "Échéance", "Reste dû"))]
    cellules = [
        *titres,
        hostiles.nombre(1, 0, 5, 1),
        hostiles.etiquette(1, 1, "F1"),
        hostiles.nombre(1, 2, 46053, 2),
        hostiles.nombre(1, 3, 12.5),
    ]
    yield "xls", hostiles.xls(dossier / "a.xls", cellules, formats=["000", "dd/mm/yyyy"]).read_bytes()
    yield "ods", _ods()
    for page in ("utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"):
        yield "csv", _TEXTE.encode(page)
        yield "releve", _RELEVE.encode(page)
        yield "clients", _CLIENTS.encode(page)
    yield from (("ofx", _OFX.encode()), ("camt", _CAMT.encode()), ("cfonb", _CFONB.encode()), ("xml", _CII.encode()))
    yield "pdf", _facture_pdf(_CII.encode())
    for chemin in _modeles(dossier):
        yield "docx", chemin.read_bytes()
    yield from _criteres(dossier)
    yield "revue", _revue(dossier)


def _ods() -> bytes:
    """Un export d'une ligne, comme LibreOffice l'écrit."""
    texte = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    ligne = "<table:table-row>{}</table:table-row>".format
    titres = ligne("".join(map(texte, ("Code client", "N° pièce", "Échéance", "Reste dû"))))
    valeurs = ligne(
        texte("C1") + texte("F1") + '<table:table-cell office:value-type="date" office:date-value="2026-01-31"><text:p>31/01/26</text:p></table:table-cell>'
        '<table:table-cell office:value-type="currency" office:currency="EUR" office:value="12.5"><text:p>12,50 €</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="1020"/>'
    )  # fmt: skip
    espaces = " ".join(f'xmlns:{nom}="urn:oasis:names:tc:opendocument:xmlns:{nom}:1.0"' for nom in ("office", "table", "text"))
    contenu = f'<office:document-content {espaces} office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Export">'
    contenu += f"{titres}{valeurs}</table:table></office:spreadsheet></office:body></office:document-content>"
    genre = "application/vnd.oasis.opendocument.spreadsheet"
    manifeste = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parties = {"mimetype": genre, "content.xml": contenu, "META-INF/manifest.xml": manifeste}
    return _archive(tuple(_entree(nom, texte_xml.encode()) for nom, texte_xml in parties.items()))


def _facture_pdf(xml: bytes) -> bytes:
    tampon = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, xml)
        pdf.save(tampon)
    return tampon.getvalue()


def _modeles(dossier: Path) -> Iterator[Path]:
    """De petits modèles qui emploient chaque construction : champs, conditions, tableau répété, images, en-tête, notes, Jinja."""
    p, t, champ = fabrique_word.p, fabrique_word.t, fabrique_word.champ
    tableau = fabrique_word.tableau(
        (p(t("{%tr for e in echeances %}")), p()), (p(t("{{ e.piece }}")), p(t("{{ e.reste_du }}"))), (p(t("{%tr endfor %}")), p())
    )
    corps = {
        "champs": p(t("Cher "), champ("MERGEFIELD client.raison_sociale \\* Upper"), champ('MERGEFIELD total_du \\# "# ##0,00 €"')),
        "conditions": p(champ('IF "2" = "2" "ferme" "aimable"'))
        + "".join(p(t(texte)) for texte in ("{% if niveau > 1 %}", "{{ client.ville|upper }}", "{% else %}", "{{ total_du * 2 }}", "{% endif %}")),
        "tableau": tableau + p(t("{{ total_du }} au {{ date_lettre }}")),
        "dates": p(champ('DATE \\@ "d MMMM yyyy"'), champ("PAGE"), champ("NUMPAGES"), champ('MERGEFIELD date_lettre \\@ "dd/MM/yy"')),
        "mot": '<w:p><w:ins w:id="1"><w:r><w:t>ajout</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>ôté</w:delText></w:r></w:del></w:p>'
        + "<w:sdt><w:sdtContent>" + p(t("{{ client.raison_sociale }}")) + "</w:sdtContent></w:sdt>",
    }  # fmt: skip
    for nom, xml in corps.items():
        seul = nom == "champs"
        entete, notes = (p(champ("MERGEFIELD emetteur.ville")) if seul else ""), (p(t("{{ objet }}")) if nom == "mot" else "")
        yield fabrique_word.modele_word(dossier / f"{nom}.docx", xml, entete=entete, notes=notes)
    yield from sorted((RACINE / "modeles").glob("*-1.docx"))


def _criteres(dossier: Path) -> Iterator[tuple[str, bytes]]:
    """Le classeur de critères que fait `nouveau`, sans ce qui n'est que pour l'œil, quelques onglets à la fois."""
    chemin = dossier / "criteres.xlsx"
    creer_criteres(chemin, exemple=True)
    yield "actualiser", chemin.read_bytes()
    autres = (o.CLIENTS, o.SUIVI, o.EMETTEUR, o.COLONNES, o.TAUX, o.MESSAGERIE)
    for onglets in ((o.CRITERES, o.NIVEAUX), (o.NIVEAUX, *autres[:3]), (o.NIVEAUX, *autres[3:])):
        yield "criteres", _sans_mise_en_forme(chemin, onglets)


def _revue(dossier: Path) -> bytes:
    chemin = dossier / "revue.xlsx"
    ecrire_revue(chemin, fabrique_revue.contenu(nb_clients=2, lignes_par_client=2, exclues=2))
    return _sans_mise_en_forme(chemin, ONGLETS)


def _sans_mise_en_forme(chemin: Path, onglets: Collection[str]) -> bytes:
    """Ces onglets, et leurs cellules."""
    source, nu, tampon = openpyxl.load_workbook(chemin), openpyxl.Workbook(), io.BytesIO()
    nu.remove(nu.worksheets[0])
    for feuille in (source[onglet] for onglet in onglets if onglet in source):
        copie = nu.create_sheet(feuille.title)
        for ligne in feuille.iter_rows():
            for cellule in ligne:
                if cellule.value is not None:
                    copie[cellule.coordinate] = cellule.value
    nu.save(tampon)
    return tampon.getvalue()
