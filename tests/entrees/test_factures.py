"""Un dossier de factures électroniques (Factur-X, CII) se lit comme un export d'échéances."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from atelier import ecrire_classeur

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.entrees.exports import Lecture, lire_echeances
from relances_xl.entrees.factures.complements_de_factures import LieuDesFactures

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
    monkeypatch.setenv("RELANCES_XL_MEMOIRE_MO", "260")
    (tmp_path / "a.xml").write_bytes(cii("F1", "1200.00", "1200.00"))
    (tmp_path / "b.xml").write_bytes(b"<x>" + b"<a b='c'/>" * 1_200_000 + b"</x>")
    facture_x(tmp_path / "c.pdf", cii("F2", "50.00", "50.00"))
    lecture = lire(tmp_path)
    assert sorted(lecture.lignes[c.PIECE]) == ["F1", "F2"]
    (dite,) = [faute for faute in lecture.avertissements if faute.fichier == "b.xml"]
    assert "260 Mo de mémoire" in dite.message


def test_deux_factures_du_meme_numero_et_une_sans_numero_sont_dites(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(cii("F1", "1200.00", "1200.00"))
    (tmp_path / "b.xml").write_bytes(cii("F1", "1200.00", "900.00"))
    (tmp_path / "c.xml").write_bytes(cii("F1", "1200.00", "1200.00"))  # une copie
    (tmp_path / "d.xml").write_bytes(cii("", "1.00", "1.00"))
    lecture = lire(tmp_path)
    assert lecture.lignes[c.RESTE_DU].to_list() == [120_000]
    assert [faute.fichier for faute in lecture.avertissements] == ["b.xml", "d.xml"]


ENTETES = ("Code client", "N° pièce", "Date pièce", "Échéance", "Reste dû", "Fichier pièce", "Référence", "Devise")


def completee(racine: Path, *lignes: Sequence[object], entetes: Sequence[str] = ENTETES) -> Lecture:
    """L'export et ses factures, tels que `lister` les lit."""
    ecrire_classeur(racine / "exports" / "echeances.xlsx", [entetes, *lignes])
    lieu = LieuDesFactures(racine, racine / "exports" / "factures")
    return lire_echeances(racine / "exports" / "echeances.xlsx", {}, DelaiPaiement(), None, date(2026, 3, 31), lieu)


@pytest.fixture
def depot(tmp_path: Path) -> Path:
    (tmp_path / "exports" / "factures").mkdir(parents=True)
    return tmp_path / "exports" / "factures"


def test_les_cellules_vides_de_l_export_se_remplissent_de_ce_que_dit_la_facture(tmp_path: Path, depot: Path) -> None:
    facture_x(depot / "F1.pdf", cii("F1", "1200.00", "1200.00"))
    (depot / "F2.xml").write_bytes(cii("00F2", "50.00", "50.00", conditions=TERME))
    (depot / "F3.xml").write_bytes(cii("F3", "80.00", "80.00"))
    (depot / "statut.xml").write_text(REFUSEE, encoding="utf-8")
    lecture = completee(
        tmp_path,
        ("C1", "F1", None, None, 700, None, None, None),
        ("C1", "f2", None, None, None, None, None, None),
        ("C2", "F3", None, date(2026, 1, 31), 80, "factures/la mienne.pdf", None, "EUR"),
        ("C2", "F9", None, date(2026, 1, 31), 10, None, None, None),
    )
    lignes = lecture.lignes.set_index(c.PIECE)
    assert (lignes[c.CAUSE] == "").all(), "ni DATE_ILLISIBLE, ni MONTANT_ILLISIBLE"
    assert lignes[c.DATE_ECHEANCE].dt.date.to_list() == [date(2026, 2, 14), date(2026, 3, 31), date(2026, 1, 31), date(2026, 1, 31)]
    assert lignes[c.RESTE_DU].to_list() == [70_000, 5_000, 8_000, 1_000], "l'export l'emporte ; vide, c'est le montant dû de la facture"
    assert lignes[c.ALERTE_LIGNE]["f2"] == "00F2 : reste dû lu sur la facture"
    assert lignes[c.MOTIF_LITIGE].to_list() == ["", "", "Refusée", ""]
    assert Path(lignes[c.FICHIER_PIECE]["F1"]).name == "F1.pdf" and lignes[c.FICHIER_PIECE]["F3"] == "factures/la mienne.pdf"
    assert set(lecture.complements.sirens.values()) == {"552100554"} and len(lecture.complements.sirens) == 3
    assert lecture.complements.dit.startswith("3 factures électroniques lues, dont 3 à l'export ; complété : ")


def test_un_echelonnement_et_une_autre_devise_ne_se_completent_pas_au_hasard(tmp_path: Path, depot: Path) -> None:
    (depot / "F1.xml").write_bytes(cii("F1", "1200.00", "1200.00"))
    (depot / "F2.xml").write_bytes(cii("F2", "50.00", "50.00"))
    lecture = completee(
        tmp_path,
        ("C1", "F1", date(2026, 1, 15), date(2026, 2, 15), 600, None, None, None),
        ("C1", "F1", date(2026, 1, 15), None, 600, None, None, None),
        ("C1", "F2", date(2026, 1, 15), None, 50, None, None, "USD"),
    )
    assert lecture.lignes[c.DATE_ECHEANCE].dt.date.to_list() == [date(2026, 2, 15), date(2026, 2, 14), date(2026, 2, 14)], (
        "au délai de paiement"
    )
    assert (
        "en USD : rien n'en est repris" in " ".join(map(str, lecture.avertissements)) and lecture.lignes[c.FICHIER_PIECE].to_list()[2] == ""
    )


def test_un_dossier_sans_facture_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "echeances.csv").write_text("Code client;N° pièce;Échéance;Reste dû\nC1;F1;04/02/2026;100\n", encoding="utf-8")
    with pytest.raises(ErreurUtilisateur, match="c'est un dossier, et aucune facture électronique"):
        lire(tmp_path)


def test_le_fichier_que_la_ligne_designe_suffit_s_il_est_du_dossier(tmp_path: Path) -> None:
    racine = tmp_path / "relances"
    (racine / "pdf").mkdir(parents=True)
    facture_x(racine / "pdf" / "f1.pdf", cii("F1", "1200.00", "1200.00"))
    facture_x(tmp_path / "dehors.pdf", cii("F2", "50.00", "50.00"))
    lecture = completee(
        racine, ("C1", None, None, None, 700, "pdf\\f1.pdf", None, None), ("C1", "F2", None, None, 50, "../dehors.pdf", None, None)
    )
    assert lecture.lignes[c.PIECE].to_list() == ["F1", "F2"]
    assert lecture.lignes[c.CAUSE].to_list() == ["", "DATE_ILLISIBLE"], "hors du dossier, rien n'est lu"


def test_une_colonne_d_echeance_absente_se_remplit_toute_des_factures(tmp_path: Path, depot: Path) -> None:
    (depot / "F1.xml").write_bytes(cii("F1", "1200.00", "1200.00"))
    lecture = completee(tmp_path, ("C1", "F1", 700), ("C1", "F2", 10), entetes=("Code client", "N° pièce", "Reste dû"))
    assert lecture.lignes[c.CAUSE].to_list() == ["", "DATE_ILLISIBLE"]


def test_un_fec_prend_l_echeance_de_ses_factures(tmp_path: Path, depot: Path) -> None:
    (depot / "F1.xml").write_bytes(cii("F1", "1200.00", "1200.00", conditions=TERME))
    fec = tmp_path / "exports" / "fec.txt"
    ligne = "VE\tVentes\t{n}\t20260115\t411000\tClients\tC1\tDupont\t{piece}\t20260115\tFacture\t{debit}\t0,00\t\t\t\t\t"
    entete = "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib Debit Credit"
    entete = "\t".join([*entete.split(), "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"])
    fec.write_text(
        "\n".join([entete, ligne.format(n=1, piece="F1", debit="1200,00"), ligne.format(n=2, piece="F2", debit="10,00")]), encoding="utf-8"
    )
    lecture = lire_echeances(fec, {}, DelaiPaiement(), None, date(2026, 3, 31), LieuDesFactures(tmp_path, depot))
    assert lecture.lignes[c.DATE_ECHEANCE].dt.date.to_list() == [date(2026, 3, 31), date(2026, 2, 14)]
    assert lecture.complements.sirens == {2: "552100554"}
