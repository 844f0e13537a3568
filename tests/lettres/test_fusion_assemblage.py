"""Plusieurs lettres en un document : une section chacune, et chacune comme si elle était seule."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest
from fabrique_word import VALEURS, champ, client, compiler_xml, p, paragraphes, parties_de, png, t, tableau
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SUITE = [client(raison_sociale=f"Client {rang}", ville=f"Ville {rang}") for rang in range(3)]
SIGNETS = ["lettre0", "lettre1", "lettre2"]


def xml(document: bytes, partie: str = "word/document.xml") -> str:
    return parties_de(document)[partie].decode()


def test_une_section_et_un_signet_par_lettre(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("Cher ", champ("MERGEFIELD client_raison_sociale")) + p("fin"))
    document = modele.assembler(SUITE, SIGNETS)
    ouvert = docx.Document(io.BytesIO(document))
    assert len(ouvert.sections) == 3
    assert [x.text for x in ouvert.paragraphs] == ["Cher Client 0", "fin", "Cher Client 1", "fin", "Cher Client 2", "fin"]
    assert re.findall(r'w:name="(lettre\d)"', xml(document)) == SIGNETS
    assert xml(document).count('<w:pgNumType w:start="1"/>') == 3


def test_chaque_lettre_dit_ce_qu_elle_dit_seule(tmp_path: Path) -> None:
    corps = p("{{ client.ville }}") + tableau((p("{{ echeance.piece }}"),), (p("total {{ total_du }}"),)) + p("{{ message }}") + p("")
    suite = [VALEURS, VALEURS | {"credits": [], "message": "m"}, VALEURS | {"echeances": []}]
    modele = compiler_xml(tmp_path, corps)
    seules = [texte for valeurs in suite for texte in paragraphes(modele.fusionner(valeurs))]
    assert paragraphes(modele.assembler(suite, SIGNETS)) == seules


def test_une_lettre_finie_par_un_tableau_garde_sa_section(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("{{ client.ville }}") + tableau((p("x"),)))
    assert len(docx.Document(io.BytesIO(modele.assembler(SUITE, SIGNETS))).sections) == 3


def test_une_lettre_finie_par_un_bloc_garde_sa_section(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("a") + p("{% if message %}") + p("{{ message }}") + p("{% endif %}"))
    assert len(docx.Document(io.BytesIO(modele.assembler(SUITE, SIGNETS))).sections) == 3


def test_les_en_tetes_a_champs_sont_propres_a_la_lettre_et_partages_s_ils_sont_egaux(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("{{ client.ville }}"), entete=p("De {{ client.ville }}"), pied=p("{{ emetteur.raison_sociale }}"))
    ouvert = docx.Document(io.BytesIO(modele.assembler([*SUITE, SUITE[0]], [*SIGNETS, "lettre3"])))
    assert [section.header.paragraphs[0].text for section in ouvert.sections] == ["De Ville 0", "De Ville 1", "De Ville 2", "De Ville 0"]
    assert {section.footer.paragraphs[0].text for section in ouvert.sections} == {"Moreau"}
    assert len({section.footer.part.partname for section in ouvert.sections}) == 1
    assert len({section.header.part.partname for section in ouvert.sections}) == 3


def test_un_logo_d_en_tete_n_est_qu_une_fois_dans_le_document(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("{{ client.ville }}"), entete=p("{{ client.ville }} {{ emetteur.logo }}"))
    suite = [valeurs | {"emetteur": {"logo": png(30, 10)}} for valeurs in SUITE]
    document = modele.assembler(suite, SIGNETS)
    assert len([nom for nom in parties_de(document) if "media/fusion" in nom]) == 1
    ouvert = docx.Document(io.BytesIO(document))
    assert all(section.header.part.related_parts["rIdImage1"].blob == png(30, 10) for section in ouvert.sections)


def test_un_en_tete_sans_champ_est_commun(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("{{ client.ville }}"), entete=p("Atelier"))
    ouvert = docx.Document(io.BytesIO(modele.assembler(SUITE, SIGNETS)))
    assert [section.header.paragraphs[0].text for section in ouvert.sections] == ["Atelier"] * 3


def test_le_nombre_de_pages_est_ecrit(tmp_path: Path) -> None:
    modele = compiler_xml(
        tmp_path, p("{{ client.ville }}"), pied=p("Page ", champ("PAGE", "1"), " / ", champ("NUMPAGES", "1", forme="<w:b/>"))
    )
    parties = parties_de(modele.assembler(SUITE, SIGNETS, pages=4))
    pied = next(octets.decode() for nom, octets in parties.items() if nom.startswith("word/footer") and b"PAGE" in octets)
    assert "NUMPAGES" not in pied
    assert '<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">4</w:t>' in pied
    assert "NUMPAGES" in str(parties_de(modele.fusionner(VALEURS)).values())


def test_notes_dessins_et_signets_ont_des_identifiants_distincts(tmp_path: Path) -> None:
    note = f'<w:footnote w:id="2">{p("Note de {{ client.ville }}")}</w:footnote>'
    renvoi = champ(" REF repere ", "ici")
    corps = (
        '<w:bookmarkStart w:id="5" w:name="repere"/><w:bookmarkEnd w:id="5"/>'
        + p("{{ client.ville }}", '<w:r><w:footnoteReference w:id="2"/></w:r>', renvoi)
        + p("{{ qr_paiement }}")
        + p("")
    )
    modele = compiler_xml(tmp_path, corps, notes=note)
    suite: list[dict[str, Any]] = [v | {"qr_paiement": png(rang + 5, 10)} for rang, v in enumerate(SUITE)]
    document = modele.assembler(suite, SIGNETS)
    texte = xml(document)
    for motif in (
        r'<w:footnoteReference w:id="(\d+)"',
        r'<wp:docPr id="(\d+)"',
        r'<w:bookmarkStart w:id="(\d+)"',
        r'w:name="(repere_\d)"',
        r"REF (repere_\d)",
    ):
        trouves = re.findall(motif, texte)
        assert len(trouves) == len(set(trouves)) >= 3, motif
    notes = etree.fromstring(parties_de(document)["word/footnotes.xml"])
    assert ["".join(n.itertext()) for n in notes if n.get(f"{W}type") is None] == ["Note de Ville 0", "Note de Ville 1", "Note de Ville 2"]
    assert len([nom for nom in parties_de(document) if "media/fusion" in nom]) == 3
    docx.Document(io.BytesIO(document))


def test_une_premiere_page_differente_et_plusieurs_sections_dans_le_modele(tmp_path: Path) -> None:
    corps = p("un {{ client.ville }}", proprietes='<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:titlePg/></w:sectPr>') + p("deux")
    modele = compiler_xml(tmp_path, corps, entete=p("Suite"))
    document = modele.assembler(SUITE, SIGNETS)
    ouvert = docx.Document(io.BytesIO(document))
    assert len(ouvert.sections) == 6
    assert [section.different_first_page_header_footer for section in ouvert.sections] == [True, False] * 3
    assert [section.header.paragraphs[0].text for section in ouvert.sections] == ["", "Suite"] * 3
    assert paragraphes(modele.fusionner(SUITE[0])) == ["un Ville 0", "deux"]


@pytest.mark.parametrize(
    "proprietes", ['<w:numPr><w:ilvl w:val="0"/><w:numId w:val="8"/></w:numPr>', '<w:pStyle w:val="ListNumber"/><w:jc w:val="left"/>']
)
def test_une_liste_numerotee_recommence_a_chaque_lettre(tmp_path: Path, proprietes: str) -> None:
    modele = compiler_xml(tmp_path, p("{{ client.ville }}", proprietes=proprietes) + p("b", proprietes=proprietes) + p(""))
    document = modele.assembler(SUITE, SIGNETS)
    numeros = re.findall(r'<w:numId w:val="(\d+)"', xml(document))
    propres = set(numeros) - {"8"}
    assert len(propres) == 2 and all(numeros.count(numero) == 2 for numero in propres)
    numerotation = docx.Document(io.BytesIO(document)).part.numbering_part.element
    departs = {num.get(f"{W}numId"): len(num.findall(f".//{W}startOverride")) for num in numerotation.iter(f"{W}num")}
    assert all(departs[numero] for numero in propres)
    assert set(re.findall(r'<w:numId w:val="(\d+)"', xml(modele.fusionner(VALEURS)))) <= {"8"}


def test_une_puce_n_a_pas_a_recommencer(tmp_path: Path) -> None:
    puce = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    assert set(
        re.findall(
            r'<w:numId w:val="(\d+)"', xml(compiler_xml(tmp_path, p("{{ client.ville }}", proprietes=puce)).assembler(SUITE, SIGNETS))
        )
    ) == {"3"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice est absent : le texte des PDF ne peut pas être comparé")
def test_dans_libreoffice_chaque_lettre_est_comme_seule(tmp_path: Path) -> None:
    corps = (
        p("{{ client.raison_sociale }}")
        + tableau((p("Pièce"), p("Dû")), (p("{{ echeance.piece }}"), p("{{ echeance.reste_du }}")))
        + p("{{ message }}")
        + p(t("Page "), champ("PAGE", "1"))
    )
    modele = compiler_xml(tmp_path, corps, entete=p("{{ client.ville }}"), pied=p("Page ", champ("PAGE", "1")))
    longue = VALEURS["echeances"] * 40
    suite = [SUITE[0], SUITE[1] | {"echeances": longue}, SUITE[2]]
    for rang, valeurs in enumerate(suite):
        (tmp_path / f"seule{rang}.docx").write_bytes(modele.fusionner(valeurs))
    (tmp_path / "toutes.docx").write_bytes(modele.assembler(suite, SIGNETS))
    textes = _textes_pdf(tmp_path, ["seule0.docx", "seule1.docx", "seule2.docx", "toutes.docx"])
    assert textes[3] == "".join(textes[:3])
    assert textes[3].count("\f") > 3


def _textes_pdf(dossier: Path, noms: list[str]) -> list[str]:
    profil = (dossier / "profil").as_uri()
    commande = [
        "soffice",
        f"-env:UserInstallation={profil}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(dossier),
        *(str(dossier / nom) for nom in noms),
    ]
    subprocess.run(commande, check=True, capture_output=True, timeout=180)
    return [_texte_pdf(dossier / nom.replace(".docx", ".pdf")) for nom in noms]


def _texte_pdf(chemin: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler) est absent : le texte des PDF ne peut pas être lu")
    return subprocess.run(["pdftotext", "-layout", str(chemin), "-"], check=True, capture_output=True).stdout.decode()
