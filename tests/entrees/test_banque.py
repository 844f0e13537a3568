"""Les relevés bancaires : chaque format, et ce qu'on en garde."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from relances_xl.domaine import tables as c
from relances_xl.entrees.banque.releves import lire_releves

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<{p}Document {xmlns}="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><{p}BkToCstmrStmt><{p}Stmt>
<{p}Ntry><{p}Amt Ccy="EUR">1200.00</{p}Amt><{p}CdtDbtInd>CRDT</{p}CdtDbtInd><{p}Sts>{statut}</{p}Sts><{p}BookgDt><{p}Dt>2026-03-24</{p}Dt></{p}BookgDt>
<{p}NtryDtls><{p}TxDtls><{p}Refs><{p}EndToEndId>NOTPROVIDED</{p}EndToEndId></{p}Refs><{p}RltdPties><{p}Dbtr><{p}Nm>DUPONT &amp; FILS</{p}Nm></{p}Dbtr></{p}RltdPties>
<{p}RmtInf><{p}Ustrd>FACT F1001</{p}Ustrd></{p}RmtInf></{p}TxDtls></{p}NtryDtls></{p}Ntry>
<{p}Ntry><{p}Amt Ccy="EUR">50.00</{p}Amt><{p}CdtDbtInd>DBIT</{p}CdtDbtInd><{p}Sts>{statut}</{p}Sts><{p}BookgDt><{p}Dt>2026-03-25</{p}Dt></{p}BookgDt></{p}Ntry>
<{p}Ntry><{p}Amt Ccy="EUR">300.00</{p}Amt><{p}CdtDbtInd>CRDT</{p}CdtDbtInd><{p}Sts>{statut}</{p}Sts><{p}BookgDt><{p}Dt>2026-03-26</{p}Dt></{p}BookgDt><{p}NtryDtls>
<{p}TxDtls><{p}Amt Ccy="EUR">100.00</{p}Amt><{p}RmtInf><{p}Ustrd>F1</{p}Ustrd></{p}RmtInf></{p}TxDtls>
<{p}TxDtls><{p}Amt Ccy="EUR">200.00</{p}Amt><{p}RmtInf><{p}Ustrd>F2</{p}Ustrd></{p}RmtInf></{p}TxDtls></{p}NtryDtls></{p}Ntry>
</{p}Stmt></{p}BkToCstmrStmt></{p}Document>"""


def camt(p: str = "", version: str = "02", statut: str = "BOOK") -> str:
    return CAMT.format(p=f"{p}:" if p else "", xmlns=f"xmlns:{p}" if p else "xmlns", version=version, statut=statut)


def lus(chemin: Path) -> list[tuple[object, ...]]:
    table, avertissements = lire_releves(chemin)
    assert not avertissements
    return [
        (quand.date(), libelle, montant, devise)
        for quand, libelle, montant, devise in table[[c.DATE, c.LIBELLE, c.MONTANT, c.DEVISE]].itertuples(index=False)
    ]


@pytest.mark.parametrize(
    "contenu", [camt(), camt("ns2", "08", "<ns2:Cd>BOOK</ns2:Cd>"), camt("", "13", "<Cd>BOOK</Cd>")], ids=["02", "prefixe-08", "13"]
)
def test_camt_donne_les_credits_et_defait_les_virements_groupes(tmp_path: Path, contenu: str) -> None:
    (tmp_path / "releve.xml").write_text(contenu, encoding="utf-8")
    assert lus(tmp_path / "releve.xml") == [
        (date(2026, 3, 24), "DUPONT & FILS FACT F1001", 120_000, "EUR"),
        (date(2026, 3, 26), "F1", 10_000, "EUR"),
        (date(2026, 3, 26), "F2", 20_000, "EUR"),
    ]


def test_une_ecriture_camt_en_attente_ne_compte_pas(tmp_path: Path) -> None:
    (tmp_path / "releve.xml").write_text(camt(statut="PDNG"), encoding="utf-8")
    assert lus(tmp_path) == []


def enregistrement(genre: str, jour: str = "240326", libelle: str = "", montant: str = "") -> str:
    """Un enregistrement CFONB de 120 caractères, champ par champ."""
    tete = f"{genre}30004{'':4}00001EUR2 00000123456{'':2}"
    return (
        f"{tete}{jour}{'':2}{jour}{libelle:<31}{'':2}{'':7}{'':2}{montant:>14}{'':16}"
        if genre == "04"
        else f"{tete}{jour}{'':5}{libelle:<75}"
    )


def test_cfonb_lit_le_signe_dans_le_dernier_caractere_et_les_complements(tmp_path: Path) -> None:
    lignes = [
        enregistrement("01"),
        enregistrement("04", libelle="VIR DUPONT", montant="0000000012000{"),
        enregistrement("05", libelle="LIBFACT F1001"),
        enregistrement("04", libelle="FRAIS", montant="0000000000500}"),
        enregistrement("04", libelle="VIR PETIT", montant="0000000000012E"),
        enregistrement("07"),
    ]
    assert {len(ligne) for ligne in lignes} == {120}
    for nom, joint in (("lignes.txt", "\r\n"), ("sans-retour.txt", "")):
        (tmp_path / nom).write_bytes(joint.join(lignes).encode("cp1252"))
        assert lus(tmp_path / nom) == [
            (date(2026, 3, 24), "VIR DUPONT FACT F1001", 120_000, "EUR"),
            (date(2026, 3, 24), "VIR PETIT", 125, "EUR"),
        ]


OFX1 = """OFXHEADER:100
DATA:OFXSGML
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260324120000<TRNAMT>+1200,00<FITID>1<NAME>DUPONT &amp; FILS<MEMO>FACT F1001
</STMTTRN><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260325<TRNAMT>-10.00<FITID>2<NAME>FRAIS
</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""
OFX2 = """<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX><STMTRS><CURDEF>EUR</CURDEF>
<STMTTRN><DTPOSTED>20260324</DTPOSTED><TRNAMT>1200.00</TRNAMT><NAME>DUPONT &amp; FILS</NAME><MEMO>FACT F1001</MEMO></STMTTRN></STMTRS></OFX>"""


@pytest.mark.parametrize("contenu", [OFX1, OFX2], ids=["sgml", "xml"])
def test_ofx_1_et_2(tmp_path: Path, contenu: str) -> None:
    (tmp_path / "releve.ofx").write_text(contenu, encoding="utf-8")
    assert lus(tmp_path) == [(date(2026, 3, 24), "DUPONT & FILS FACT F1001", 120_000, "EUR")]


@pytest.mark.parametrize(
    "texte",
    [
        "Compte;00001\nSolde;12,00\n\nDate;Libellé;Débit euros;Crédit euros\n24/03/2026;VIR DUPONT F1001;;1 200,00\n25/03/2026;FRAIS;10,00;\n",
        "Date opération;Date valeur;Libellé;Montant(EUROS)\n24/03/2026;24/03/2026;VIR DUPONT F1001;1200,00\n25/03/2026;;FRAIS;-10,00\n",
        "Booking date,Description,Amount,Currency\n2026-03-24,VIR DUPONT F1001,1200.00,EUR\n2026-03-25,FEE,-10.00,EUR\n",
    ],
    ids=["debit-credit", "montant-signe", "anglais"],
)
def test_le_csv_d_une_banque(tmp_path: Path, texte: str) -> None:
    (tmp_path / "releve.csv").write_text(texte, encoding="utf-8")
    assert lus(tmp_path) == [(date(2026, 3, 24), "VIR DUPONT F1001", 120_000, "EUR")]


def test_le_classeur_d_une_banque(tmp_path: Path) -> None:
    classeur = Workbook()
    for ligne in (
        ("Relevé",),
        ("Date", "Libellé", "Montant"),
        (date(2026, 3, 24), "VIR DUPONT", 1200.0),
        (date(2026, 3, 25), "FRAIS", -1.5),
    ):
        classeur.active.append(ligne)  # type: ignore[union-attr]
    classeur.save(tmp_path / "releve.xlsx")
    assert lus(tmp_path) == [(date(2026, 3, 24), "VIR DUPONT", 120_000, "EUR")]


def test_deux_releves_qui_se_recouvrent_ne_comptent_pas_deux_fois(tmp_path: Path) -> None:
    (tmp_path / "a.ofx").write_text(OFX1, encoding="utf-8")
    (tmp_path / "b.ofx").write_text(
        OFX2.replace("</STMTRS>", OFX2.split("</CURDEF>")[1].split("</STMTRS>")[0] + "</STMTRS>"), encoding="utf-8"
    )
    assert len(lus(tmp_path)) == 2, "deux virements égaux dans un seul relevé en sont bien deux"


def test_un_fichier_qui_n_est_pas_un_releve_est_dit_sans_bloquer(tmp_path: Path) -> None:
    (tmp_path / "bon.ofx").write_text(OFX2, encoding="utf-8")
    emboitees = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 13))
    (tmp_path / "bombe.xml").write_text(f"<!DOCTYPE x [<!ENTITY e0 'aaaaaaaaaa'>{emboitees}]><x>&e12;</x>", encoding="utf-8")
    (tmp_path / "sans fond.xml").write_text("<Document>" * 100_000, encoding="utf-8")
    (tmp_path / "autre.csv").write_text("Nom;Ville\nDupont;Lyon\n", encoding="utf-8")
    table, avertissements = lire_releves(tmp_path)
    assert len(table) == 1
    assert {faute.fichier for faute in avertissements} == {"bombe.xml", "sans fond.xml", "autre.csv"} and all(
        faute.remede for faute in avertissements
    )


@pytest.mark.parametrize("montant", ["9" * 60, "NaN", "sNaN", "Infinity", "1E+99", "9E+999999", "-5"])
def test_un_montant_invraisemblable_est_une_operation_illisible(tmp_path: Path, montant: str) -> None:
    """Trouvé par les essais au hasard : `fuzz_lecteurs.py`, graine 1, essai 33126."""
    (tmp_path / "a.xml").write_text(camt().replace("1200.00", montant), encoding="utf-8")
    (tmp_path / "b.ofx").write_text(OFX2.replace("1200.00", montant), encoding="utf-8")
    table, avertissements = lire_releves(tmp_path)
    assert len(table) >= 2 and table[c.MONTANT].max() <= 120_000
    assert any("montant invraisemblable" in faute.message for faute in avertissements)
    assert not any("arrêtée net" in faute.message for faute in avertissements), "le lecteur est tombé"


def test_un_releve_demesure_n_arrete_que_sa_propre_lecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCES_XL_MEMOIRE_MO", "260")
    (tmp_path / "a.xml").write_bytes(b"<x>" + b"<a b='c'/>" * 1_200_000 + b"</x>")
    (tmp_path / "b.ofx").write_text(OFX2, encoding="utf-8")
    table, (faute,) = lire_releves(tmp_path)
    assert len(table) == 1
    assert faute.fichier == "a.xml" and "260 Mo de mémoire" in faute.message


def test_un_dossier_absent_n_a_aucun_encaissement(tmp_path: Path) -> None:
    assert lus(tmp_path / "banque") == []
