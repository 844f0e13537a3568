"""Le convertisseur intégré ne perd aucun texte : ce qu'il lit mal est retouché, le reste est dit, ou refusé avec son remède."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fabrique_word import VALEURS, champ, client, compiler_xml, modele_word, p, t, tableau
from lieux import PARTAGE

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.dossier import Dossier
from relances_xl.etapes.communs.modeles_compiles import Modeles
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.compile.essai import valeurs_exemple
from relances_xl.lettres.modele import compiler
from relances_xl.sorties.pdf import integre
from relances_xl.sorties.pdf.libreoffice import LibreOffice
from relances_xl.sorties.pdf.lot_en_pdf import ErreurConversion, choisir, convertir_lettres, nombre_de_pages
from relances_xl.sorties.pdf.retouches import retoucher
from relances_xl.sorties.pdf.texte_rendu import manques, mots_attendus, texte_du_pdf

WORD = PARTAGE / "cas" / "word"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def _zone(contenu: str, geometrie: str = "rect") -> str:
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" '
        'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset>'
        '</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="2000000" '
        'cy="500000"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="1" name="Z"/><wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="2000000" cy="500000"/></a:xfrm><a:prstGeom prst="{geometrie}"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{contenu}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        "</w:drawing></w:r>"
    )


def _zone_en_ligne(contenu: str) -> str:
    """La même, « en ligne avec le texte »."""
    flottante = _zone(contenu).replace("<wp:wrapNone/>", "")
    return re.sub(r"<wp:anchor.*?(<wp:extent )", r"<wp:inline>\1", flottante).replace("</wp:anchor>", "</wp:inline>")


def _vml(forme: str, attributs: str = "") -> str:
    return (
        f'<w:r><w:pict><v:{forme} id="R1" style="position:absolute;width:157pt;height:39pt" {attributs}><v:textbox><w:txbxContent>'
        f"{p('BOITE')}</w:txbxContent></v:textbox></v:{forme}></w:pict></w:r>"
    )


def _sdt(contenu: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{contenu}</w:sdtContent></w:sdt>"


def _choix(choix: str, repli: str) -> str:
    return f'<mc:AlternateContent><mc:Choice Requires="wps">{choix}</mc:Choice><mc:Fallback>{repli}</mc:Fallback></mc:AlternateContent>'


XE = champ("XE client", "").replace('<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "")
RENDUS = {
    "contrôle de contenu en ligne": (p("A", "<w:r/>" + _sdt(t("DEDANS")), "B"), "ADEDANSB"),
    "contrôle autour d'un champ": (p("A", "<w:r/>" + _sdt(champ("MERGEFIELD client_ville")), "B"), "ALYONB"),
    "contrôles emboîtés": (p("A", "<w:r/>" + _sdt(_sdt(t("DEDANS"))), "B"), "ADEDANSB"),
    "texte après XE": (p(XE, "SUITE"), "SUITE"),
    "texte après TC": (p("A", XE.replace("XE", "TC"), "SUITE"), "ASUITE"),
    "sens d'écriture": (p("A", '<w:bdo w:val="ltr"><w:r><w:t>SENS</w:t></w:r></w:bdo>'), "ASENS"),
    "texte annoté": (
        p("A", "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>haut</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>BAS</w:t></w:r></w:rubyBase></w:ruby></w:r>"),
        "ABAS(HAUT)",
    ),
    "case cochée Wingdings": (p("A", '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "B"), "A☑B"),
    "signe tapé en Wingdings": (p("A", t("\u00fc", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), "B"), "A✓B"),
    "texte en alternative": (p("A", "<w:r>" + _choix("<w:t>CHOIX</w:t>", "<w:t>REPLI</w:t>") + "</w:r>"), "ACHOIX"),
    "zone de texte": (p("A", _zone(p("BOITE"))), "ABOITE"),
    "zone en ligne": (p("A", _zone_en_ligne(p("BOITE"))) + p("B"), "BOITE"),
    "zone arrondie": (p("A", _zone(p("BOITE"), "roundRect")), "ABOITE"),
    "zone ovale": (p("A", _zone(p("BOITE"), "ellipse")), "ABOITE"),
    "zone VML": (p("A", _vml("rect")), "ABOITE"),
    "rectangle VML arrondi": (p("A", _vml("roundrect", 'arcsize="10923f"')), "ABOITE"),
    "rectangle VML en pourcents": (p("A", _vml("roundrect", 'arcsize=".16667"')), "ABOITE"),
    "police de thème": (p(t("THEME", '<w:rFonts w:asciiTheme="majorAscii" w:hAnsiTheme="majorAscii"/>')), "THEME"),
    "lien, insertion": (p('<w:hyperlink w:anchor="x"><w:r><w:t>LIEN</w:t></w:r></w:hyperlink>', "B"), "LIENB"),
    "tableau imbriqué": (tableau((tableau((p("DEDANS"),)) + p("APRES"),)) + p(""), "DEDANSAPRES"),
    "cadre": (p("CADRE", proprietes='<w:framePr w:w="2000" w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:y="1"/>') + p("B"), "CADREB"),
}  # fmt: skip


@pytest.mark.parametrize("cas", RENDUS)
def test_ce_texte_est_dans_le_pdf(tmp_path: Path, cas: str) -> None:
    corps, attendu = RENDUS[cas]
    docx = compiler_xml(tmp_path, corps + p("{{ client.code }}")).assembler([VALEURS], ["l"])
    pdf = integre.Integre().convertir(docx)
    assert attendu.casefold() in texte_du_pdf(pdf)
    assert manques(docx, pdf, [1], ["l"]) == [[]]


PERDUS = {
    "objet": (p("A", '<w:r><w:object w:dxaOrig="10" w:dyaOrig="5"><v:shape id="o"/></w:object></w:r>'), "objet incorporé"),
    "équation": (
        '<w:p><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>x</m:t></m:r></m:oMath></w:p>',
        "équation",
    ),
    "groupe": (p("A", _vml("rect").replace("<v:rect", '<v:group id="g"><v:rect', 1).replace("</v:rect>", "</v:rect></v:group>")), "groupées"),
}  # fmt: skip


@pytest.mark.parametrize("cas", PERDUS)
def test_ce_qu_il_ne_rend_pas_est_une_reserve_grave(tmp_path: Path, cas: str) -> None:
    corps, mot = PERDUS[cas]
    (reserve, *_) = [r for r in compiler_xml(tmp_path, corps + p("{{ client.code }}")).reserves if r.perdu]
    assert mot in str(reserve)


def test_un_libreoffice_sans_ses_formules_omet_les_equations_et_on_le_dit(tmp_path: Path) -> None:
    soffice, module = tmp_path / "program" / "soffice", tmp_path / "program" / "libsmlo.so"
    soffice.parent.mkdir()
    for fichier in (soffice, soffice.with_name("libswlo.so")):
        fichier.touch()
    dossier = Dossier(tmp_path)
    dossier.modeles.mkdir()
    modele_word(dossier.modeles / "lettre.docx", PERDUS["équation"][0] + p("{{ client.code }}"))
    modeles = Modeles(dossier)
    assert modeles.lettre("lettre.docx", "") is not None
    (dite,) = modeles.reserves(LibreOffice(soffice))
    assert "lettre.docx" in str(dite) and "équation (corps) : LibreOffice l'omet" in str(dite) and "libreoffice-math" in str(dite)
    module.touch()
    assert modeles.reserves(LibreOffice(soffice)) == []


def test_un_document_sans_rien_a_retoucher_garde_son_corps(tmp_path: Path) -> None:
    docx = modele_word(tmp_path / "m.docx", p("simple")).read_bytes()

    def lire(octets: bytes) -> bytes:
        return zipfile.ZipFile(io.BytesIO(octets)).read("word/document.xml")

    assert lire(retoucher(docx)) == lire(docx)


def test_ce_qui_ne_s_imprime_pas_n_est_pas_attendu(tmp_path: Path) -> None:
    corps = p("VU", t("CACHÉ", "<w:vanish/>"), champ("PAGE", "77"), '<w:del w:id="1"><w:r><w:delText>OTÉ</w:delText></w:r></w:del>', " fin")
    docx = modele_word(tmp_path / "m.docx", corps, entete=p("TÊTE"), pied=p("PIED")).read_bytes()
    assert mots_attendus(docx, ["x"]) == [{"vu": 1, "fin": 1, "tête": 1, "pied": 1}]


def test_chaque_lettre_d_un_document_repond_de_son_texte(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("Cher {{ client.raison_sociale }}") + p("Code {{ client.code }}"))
    docx = modele.assembler([client(raison_sociale="ALPHA"), client(raison_sociale="BETA")], ["l0", "l1"])
    assert [dict(mots) for mots in mots_attendus(docx, ["l0", "l1"])] == [
        {"cher": 1, "alpha": 1, "code": 1, "c001": 1},
        {"cher": 1, "beta": 1, "code": 1, "c001": 1},
    ]


class _Etourdi(integre.Integre):
    """Un convertisseur qui oublie un mot."""

    def convertir(self, docx: bytes, lettres: int = 1) -> bytes:
        sortie = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(sortie, "w") as cible:
            for nom in source.namelist():
                cible.writestr(nom, source.read(nom).replace(b"BETA", b""))
        return super().convertir(sortie.getvalue(), lettres)


def test_une_lettre_dont_le_pdf_a_perdu_un_mot_ne_part_pas_et_les_autres_partent(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("Cher {{ client.raison_sociale }}"))
    noms = ("ALPHA", "BETA", "GAMMA")

    def assembler(rangs: object, pages: int) -> bytes:
        return modele.assembler([client(raison_sociale=noms[r]) for r in rangs], [f"l{r}" for r in rangs], pages)  # type: ignore[attr-defined]

    faits = dict(convertir_lettres(assembler, ["l0", "l1", "l2"], _Etourdi()))
    assert isinstance(faits[0], bytes) and isinstance(faits[2], bytes)
    assert isinstance(faits[1], ErreurConversion) and "« beta »" in str(faits[1]) and "Convertisseur PDF" in str(faits[1])


NOTE = '<w:footnote w:id="{0}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> note{0} {{{{ client.code }}}}</w:t></w:r></w:p></w:footnote>'
APPEL = '<w:r><w:footnoteReference w:id="{}"/></w:r>'


@pytest.mark.parametrize("convertisseur", [Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE])
def test_les_notes_sont_celles_de_la_lettre_et_recommencent_a_un(tmp_path: Path, convertisseur: Convertisseur) -> None:
    if convertisseur is Convertisseur.LIBREOFFICE and not shutil.which("soffice"):
        pytest.skip("LibreOffice (soffice) est absent")
    notes = NOTE.format(2) + NOTE.format(3)
    modele = compiler_xml(tmp_path, p("un", APPEL.format(2)) + p("deux", APPEL.format(3)), notes=notes)
    assert modele.a_des_notes
    for texte, code in zip(
        _convertir(modele, [client(code="CODEA"), client(code="CODEB")], convertisseur), ("codea", "codeb"), strict=True
    ):
        assert re.search(rf"un1deux2.*1note2{code}.*2note3{code}", texte), texte


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) est absent")
def test_des_lettres_a_notes_se_convertissent_en_un_seul_demarrage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modele = compiler_xml(tmp_path, p("un", APPEL.format(2)), notes=NOTE.format(2))
    reelle, demarrages = LibreOffice._commande, []

    def commande(outil: LibreOffice, *lieux: Path) -> list[str]:
        demarrages.append(lieux)
        return reelle(outil, *lieux)

    monkeypatch.setattr(LibreOffice, "_commande", commande)
    textes = _convertir(modele, [client(code=code) for code in ("CODEA", "CODEB", "CODEC")], Convertisseur.LIBREOFFICE)
    assert len(demarrages) == 1 and [f"note2code{lettre}" in texte for lettre, texte in zip("abc", textes, strict=True)] == [True] * 3


def _convertir(modele: object, valeurs: list[dict[str, object]], convertisseur: Convertisseur) -> list[str]:
    assembler: Callable[..., bytes] = lambda rangs, pages: modele.assembler([valeurs[r] for r in rangs], [f"l{r}" for r in rangs], pages)  # type: ignore[attr-defined]  # noqa: E731
    signets = [f"l{rang}" for rang in range(len(valeurs))]
    faits = dict(convertir_lettres(assembler, signets, choisir(convertisseur), une_a_une=modele.a_des_notes))  # type: ignore[attr-defined]
    return [texte_du_pdf(fait) for fait in faits.values() if isinstance(fait, bytes)]


@pytest.mark.skipif(not WORD.is_dir(), reason="les documents de /shared/cas/word sont absents")
@pytest.mark.parametrize("convertisseur", [Convertisseur.INTEGRE, Convertisseur.LIBREOFFICE])
def test_note_de_fin_et_controle_de_contenu_du_corpus(convertisseur: Convertisseur) -> None:
    if convertisseur is Convertisseur.LIBREOFFICE and not shutil.which("soffice"):
        pytest.skip("LibreOffice (soffice) est absent")
    exemple = valeurs_exemple(CATALOGUE)
    valeurs = [{**exemple, "client": {**exemple["client"], "raison_sociale": nom}} for nom in ("Alpha", "Beta")]  # type: ignore[dict-item]
    un, deux = _convertir(compiler(WORD / "note_de_fin.docx", CATALOGUE), valeurs, convertisseur)
    assert "vousdevez1234,56€,alpha" in un and "beta" not in un
    assert "vousdevez1234,56€,beta" in deux and "alpha" not in deux
    (texte, _) = _convertir(compiler(WORD / "controle_de_contenu.docx", CATALOGUE), valeurs, convertisseur)
    assert texte.count("1234,56€") == 2


@pytest.mark.skipif(not WORD.is_dir(), reason="les documents de /shared/cas/word sont absents")
def test_rectangle_arrondi_et_objet_du_corpus_sont_dits_avant() -> None:
    rectangle = compiler(WORD / "rectangle_arrondi.docx", CATALOGUE)
    assert rectangle.reserves and not any(reserve.perdu for reserve in rectangle.reserves)
    (texte,) = _convertir(rectangle, [valeurs_exemple(CATALOGUE)], Convertisseur.INTEGRE)
    assert "rappel" in texte and "1234,56€" in texte
    assert any(reserve.perdu for reserve in compiler(WORD / "objet_ole.docx", CATALOGUE).reserves)


def test_le_controle_coute_moins_que_la_conversion(tmp_path: Path) -> None:
    """Le texte de deux pages se lit en millisecondes : `pdftotext` dit la même chose."""
    modele = compiler_xml(tmp_path, "".join(p(f"mot{n} {{{{ client.code }}}}") for n in range(80)))
    docx = modele.assembler([VALEURS], ["l"])
    pdf = integre.Integre().convertir(docx)
    assert manques(docx, pdf, [nombre_de_pages(pdf)], ["l"]) == [[]]
    if shutil.which("pdftotext"):
        (tmp_path / "x.pdf").write_bytes(pdf)
        sortie = subprocess.run(["pdftotext", str(tmp_path / "x.pdf"), "-"], capture_output=True, text=True, check=True).stdout
        assert re.sub(r"\s", "", sortie.casefold()) == texte_du_pdf(pdf)
