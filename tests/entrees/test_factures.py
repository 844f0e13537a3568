"""Un dossier de factures électroniques (Factur-X, CII) se lit comme un export d'échéances."""

from datetime import date
from pathlib import Path

import pikepdf
import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.entrees.exports import Lecture, lire_echeances

CII = """<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>{numero}</ram:ID><ram:TypeCode>{genre}</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20260115</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement><ram:BuyerTradeParty><ram:Name>Dupont &amp; Fils</ram:Name>
<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">552100554</ram:ID></ram:SpecifiedLegalOrganization></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>{conditions}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>{du}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""
ECHEANCE = "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString>20260214</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
TERME = "<ram:SpecifiedTradePaymentTerms><ram:Description>45 jours fin de mois</ram:Description></ram:SpecifiedTradePaymentTerms>"
REFUSEE = """<CrossDomainAcknowledgementAndResponse xmlns="urn:cdar"><AcknowledgementDocument><ReferenceReferencedDocument>
<IssuerAssignedID>F3</IssuerAssignedID><ProcessConditionCode>210</ProcessConditionCode></ReferenceReferencedDocument></AcknowledgementDocument></CrossDomainAcknowledgementAndResponse>"""


def cii(numero: str, total: str, du: str, genre: str = "380", conditions: str = ECHEANCE) -> bytes:
    return CII.format(numero=numero, genre=genre, total=total, du=du, conditions=conditions).encode()


def facture_x(chemin: Path, xml: bytes) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, xml)
        pdf.save(chemin)


def lire(dossier: Path) -> Lecture:
    return lire_echeances(dossier, {}, DelaiPaiement(), None, date(2026, 3, 31))


def test_un_dossier_de_factures_se_lit_comme_un_export(tmp_path: Path) -> None:
    facture_x(tmp_path / "F1.pdf", cii("F1", "1200.00", "700.00"))
    (tmp_path / "A1.xml").write_bytes(cii("A1", "100.00", "100.00", genre="381"))
    (tmp_path / "F2.xml").write_bytes(cii("F2", "50.00", "50.00", conditions=TERME))
    (tmp_path / "F3.xml").write_bytes(cii("F3", "80.00", "80.00"))
    (tmp_path / "statut.xml").write_text(REFUSEE, encoding="utf-8")
    lignes = lire(tmp_path).lignes.set_index(c.PIECE)
    assert lignes[c.RESTE_DU].to_dict() == {"A1": -10_000, "F1": 70_000, "F2": 5_000, "F3": 8_000}
    assert set(lignes[c.CODE_CLIENT]) == {"552100554"} and set(lignes[c.RAISON_SOCIALE]) == {"Dupont & Fils"}
    assert lignes[c.DATE_ECHEANCE].dt.date.to_dict()["F1"] == date(2026, 2, 14)
    assert lignes[c.DATE_ECHEANCE].dt.date.to_dict()["F2"] == date(2026, 3, 31), "45 jours fin de mois après le 15 janvier"
    assert lignes[c.LITIGE].to_dict() == {"A1": False, "F1": False, "F2": False, "F3": True} and lignes[c.MOTIF_LITIGE]["F3"] == "Refusée"
    assert Path(lignes[c.FICHIER_PIECE]["F1"]) == (tmp_path / "F1.pdf").resolve() and (lignes[c.CAUSE] == "").all()


def test_une_facture_hostile_ou_sans_xml_est_dite_ou_laissee(tmp_path: Path) -> None:
    facture_x(tmp_path / "F1.pdf", cii("F1", "1200.00", "1200.00"))
    (tmp_path / "abime.pdf").write_bytes(b"%PDF-1.4 rien")
    (tmp_path / "bombe.xml").write_bytes(b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;")
    lecture = lire(tmp_path)
    assert len(lecture.lignes) == 1
    assert {faute.fichier for faute in lecture.avertissements} >= {"abime.pdf", "bombe.xml"}


def test_une_facture_demesuree_n_arrete_ni_l_outil_ni_les_autres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCES_XL_MEMOIRE_MO", "160")
    (tmp_path / "a.xml").write_bytes(cii("F1", "1200.00", "1200.00"))
    (tmp_path / "b.xml").write_bytes(b"<x>" + b"<a b='c'/>" * 400_000 + b"</x>")
    facture_x(tmp_path / "c.pdf", cii("F2", "50.00", "50.00"))
    lecture = lire(tmp_path)
    assert sorted(lecture.lignes[c.PIECE]) == ["F1", "F2"]
    (dite,) = [faute for faute in lecture.avertissements if faute.fichier == "b.xml"]
    assert "160 Mo de mémoire" in dite.message


def test_deux_factures_du_meme_numero_et_une_sans_numero_sont_dites(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(cii("F1", "1200.00", "1200.00"))
    (tmp_path / "b.xml").write_bytes(cii("F1", "1200.00", "900.00"))
    (tmp_path / "c.xml").write_bytes(cii("F1", "1200.00", "1200.00"))  # une copie
    (tmp_path / "d.xml").write_bytes(cii("", "1.00", "1.00"))
    lecture = lire(tmp_path)
    assert lecture.lignes[c.RESTE_DU].to_list() == [120_000]
    assert [faute.fichier for faute in lecture.avertissements] == ["b.xml", "d.xml"]
