"""Des octets au hasard contre chaque lecteur : tout fichier est lu ou refusé d'une phrase, jamais une trace.

    python tests/outils/fuzz_lecteurs.py --essais 20000 --graine 7

Chaque essai abîme un fichier réel (octets changés, ôtés, ajoutés, bornes folles, parties d'archive récrites) et le fait lire pour
ce qu'il est : un export, un relevé bancaire, une facture électronique, un modèle Word. Les essais passent par lots dans un processus
borné ; si un lot avorte, on reprend après l'essai en cause : c'est à `fichiers.enfant` de le contenir, et on le compte.
"""

import argparse
import importlib
import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import hostiles
import pikepdf
from lieux import DONNEES, PARTAGE, RACINE

from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.banque import releves
from relances_xl.entrees.classeurs import classeur
from relances_xl.entrees.exports import lire_echeances
from relances_xl.entrees.factures import dossier_de_factures
from relances_xl.fichiers.enfant import LectureManquee
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import compiler

POSIX = os.name == "posix"
_LOT = 2000
_CALCUL_MAX = 60  # secondes de calcul d'un essai, celles d'une lecture à part
_TAILLE_MAX = 200_000
_POIDS = {
    ".xlsx": 30,
    ".csv": 20,
    ".xls": 20,
    ".txt": 10,
    ".xlsb": 8,
    ".ofx": 5,
    ".camt": 5,
    ".cfonb": 5,
    ".xml": 5,
    ".pdf": 3,
    ".docx": 1,
    ".ods": 1,
}
"""Combien de fois chaque genre est tiré : les lecteurs les plus lents, moins souvent."""
_FOLIES = [b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"4294967296", b"XFD1048576", b"<", b">", b"&", b'"', b"'", b"=", b";", b"\t",
           b"\r", b"\n", b"\x1a", b"\xd8\x00", b"9" * 5000, b"E+99", b"NaN", b"-", b"1/0/0", b"\xc3", b"\xef\xbb\xbf"]  # fmt: skip
_TEXTE = (
    "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Montant;Réglé;Reste dû\n"
    'C1;Élevage;F1;01/01/2026;31/01/2026;1 234,56;0;1234,56\n="007";"A ""b""";F2;2026-01-02;28.02.26;12,00 C;;(5)\n'
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


def graines() -> list[tuple[str, bytes]]:
    """(suffixe, octets) de fichiers vrais, petits, de tous les formats."""
    trouvees = [(chemin.suffix, chemin.read_bytes()) for dossier in (DONNEES / "classeurs", PARTAGE / "cas") for chemin in
                sorted(dossier.rglob("*.*")) if chemin.suffix in (".xls", ".xlsx", ".xlsb", ".ods", ".csv", ".txt")]  # fmt: skip
    with tempfile.TemporaryDirectory() as dossier:
        faits = [hostiles.xlsx(Path(dossier) / "a.xlsx", hostiles.EXPORT, formats=["000000", "[$$-409]0.00"]),
                 hostiles.xls(Path(dossier) / "a.xls", [hostiles.etiquette(0, 0, "Code client"), hostiles.nombre(1, 0, 5, 1)], formats=["000"])]  # fmt: skip
        trouvees += [(chemin.suffix, chemin.read_bytes()) for chemin in faits]
    trouvees += [(".csv", _TEXTE.encode(page)) for page in ("utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16")]
    trouvees += [(".ofx", _OFX.encode()), (".camt", _CAMT.encode()), (".cfonb", _CFONB.encode()), (".xml", _CII.encode())]
    trouvees.append((".pdf", _facture_pdf(_CII.encode())))
    modeles = [
        *(RACINE / "relances_xl").rglob("*.docx"),
        *(PARTAGE / "cas" / "word").glob("*.docx"),
        *(DONNEES / "modeles_word").glob("*.docx"),
    ]
    trouvees += [(".docx", chemin.read_bytes()) for chemin in sorted(modeles)]
    return [(suffixe, octets) for suffixe, octets in trouvees if len(octets) <= _TAILLE_MAX]


def _facture_pdf(xml: bytes) -> bytes:
    tampon = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, xml)
        pdf.save(tampon)
    return tampon.getvalue()


def _lire(chemin: Path) -> None:
    """Le fichier, par le lecteur qui est le sien."""
    match chemin.suffix:
        case ".ofx" | ".camt" | ".cfonb":
            releves.lire_releves(chemin)
        case ".xml" | ".pdf":
            dossier_de_factures.lire_factures([chemin])
        case ".docx":
            compiler(chemin, CATALOGUE)
        case _:
            lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31))


def abimer(hasard: random.Random, octets: bytes) -> bytes:
    """Quelques octets changés ; dans une archive, le plus souvent, ceux d'une de ses parties."""
    if octets[:2] == b"PK" and hasard.random() < 0.8:
        try:
            return _abimer_une_partie(hasard, octets)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            pass
    tampon = bytearray(octets)
    for _ in range(hasard.choice((1, 1, 2, 5, 20))):
        place = hasard.randrange(len(tampon) + 1)
        geste = hasard.randrange(5)
        if geste == 0:
            tampon[place : place + 4] = hasard.randbytes(hasard.randrange(1, 5))
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


def _abimer_une_partie(hasard: random.Random, octets: bytes) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(tampon, "w") as cible:
        noms = source.namelist()
        choisie = hasard.choice(noms)
        for nom in noms:
            contenu = source.read(nom)
            cible.writestr(nom, abimer(hasard, contenu) if nom == choisie and contenu[:2] != b"PK" else contenu)
    return tampon.getvalue()


def essayer(numero: int, graine: int, sources: dict[str, list[bytes]], dossier: Path) -> str:
    """« lu » ou « refusé » ; toute autre exception remonte. Le lecteur des classeurs est appelé ici, sans autre enfant."""
    hasard = random.Random(graine * 1_000_003 + numero)
    (suffixe,) = hasard.choices(list(sources), [_POIDS[suffixe] for suffixe in sources])
    chemin = dossier / f"essai{suffixe}"
    chemin.write_bytes(abimer(hasard, hasard.choice(sources[suffixe])))
    try:
        _lire(chemin)
    except ErreurUtilisateur as refus:
        assert all(str(faute) for faute in refus.fautes)
        return "refusé"
    finally:
        chemin.unlink()
    return "lu"


def _sur_place(fonction: str, chemin: Path, *arguments: object) -> Iterator[object]:
    """À la place de `lire_a_part` : sans processus enfant, mille fois plus vite."""
    module, _, nom = fonction.partition(":")
    try:
        yield from getattr(importlib.import_module(module), nom)(chemin, *arguments)
    except MemoryError as erreur:
        raise LectureManquee(()) from erreur


def un_lot(premier: int, combien: int, graine: int) -> None:
    """Dans le processus borné : une ligne par essai, « numéro issue secondes »."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    for module in (classeur, releves, dossier_de_factures):
        vars(module)["lire_a_part"] = _sur_place
    sources = defaultdict(list)
    for suffixe, octets in graines():
        sources[suffixe].append(octets)
    with tempfile.TemporaryDirectory() as dossier:
        for numero in range(premier, premier + combien):
            debut = time.process_time()
            resource.setrlimit(resource.RLIMIT_CPU, (int(debut) + _CALCUL_MAX, resource.RLIM_INFINITY))
            issue = essayer(numero, graine, sources, Path(dossier))
            print(numero, issue, f"{time.process_time() - debut:.2f}", flush=True)


def lancer(essais: int, graine: int, dire: Callable[[str], object] = str) -> tuple[Counter[str], float, list[str]]:
    """(issues, le plus long essai en secondes de calcul, les échecs) ; dire : l'avancement, à chaque lot."""
    issues: Counter[str] = Counter()
    plus_long, echecs, depart = 0.0, list[str](), time.monotonic()
    suivant = 0
    while suivant < essais:
        fin = min(suivant + _LOT, essais)
        lot = subprocess.run([sys.executable, __file__, "--lot", str(suivant), str(fin - suivant), str(graine)],
                             capture_output=True, text=True, check=False, env={**os.environ, "RUST_BACKTRACE": "0"})  # fmt: skip
        for ligne in lot.stdout.splitlines():
            numero, issue, duree = ligne.split()
            issues[issue] += 1
            plus_long = max(plus_long, float(duree))
            suivant = int(numero) + 1
        if lot.returncode:
            if "Traceback" in lot.stderr and "memory allocation" not in lot.stderr:
                echecs.append(f"essai {suivant}, graine {graine} : {lot.stderr.strip().splitlines()[-1]}")
            else:
                issues["avorté"] += 1
                dire(f"essai {suivant} avorté ({lot.returncode})")
            suivant += 1
        dire(
            f"{suivant} essais en {time.monotonic() - depart:.0f} s : {dict(issues)}, le plus long {plus_long:.2f} s, {len(echecs)} échec(s)"
        )
        for echec in echecs[-1:]:
            dire(echec)
    return issues, plus_long, echecs


if __name__ == "__main__":
    analyseur = argparse.ArgumentParser(description=__doc__)
    analyseur.add_argument("--essais", type=int, default=1000)
    analyseur.add_argument("--graine", type=int, default=1)
    analyseur.add_argument("--lot", type=int, nargs=3)
    options = analyseur.parse_args()
    if options.lot:
        un_lot(*options.lot)
    else:
        issues, plus_long, echecs = lancer(options.essais, options.graine, lambda phrase: print(phrase, file=sys.stderr, flush=True))
        print(dict(issues), f"le plus long : {plus_long:.2f} s")
        print("\n".join(echecs) or "aucun échec")
        sys.exit(bool(echecs))
