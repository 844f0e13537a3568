"""Un champ partout où Word en accepte : en-têtes, pieds, notes, zones de texte et leur double VML, liens, contrôles."""

import io
from pathlib import Path

import docx
from fabrique_word import VALEURS, champ, compiler_xml, p, paragraphes, parties_de, png, t

VILLE = champ("MERGEFIELD client_ville")


def zone_de_texte(contenu: str) -> str:
    """Une zone de texte DrawingML et sa copie VML, comme Word les écrit."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="7" name="z"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{contenu}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{contenu}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def test_en_tete_pied_et_note(tmp_path: Path) -> None:
    note = f'<w:footnote w:id="2">{p("Note de ", VILLE)}</w:footnote>'
    corps = p("texte", '<w:r><w:footnoteReference w:id="2"/></w:r>')
    modele = compiler_xml(tmp_path, corps, entete=p("De ", VILLE), pied=p("{{ emetteur.raison_sociale }}"), notes=note)
    parties = parties_de(modele.fusionner(VALEURS))
    textes = {nom: octets.decode() for nom, octets in parties.items() if nom.startswith(("word/header", "word/footer", "word/footnotes"))}
    tout = " ".join(textes.values())
    assert "Lyon" in tout and "Moreau" in tout and tout.count("Lyon") == 2
    assert "MERGEFIELD" not in tout and "{{" not in tout


def test_une_zone_de_texte_et_sa_copie_vml(tmp_path: Path) -> None:
    corps = p("avant ", zone_de_texte(p("À ", VILLE) + p("{{ client.raison_sociale }}"))) + p("fin")
    modele = compiler_xml(tmp_path, corps)
    assert paragraphes(modele.fusionner(VALEURS)) == ["avant ", "À Lyon", "Lefèvre & Fils", "À Lyon", "Lefèvre & Fils", "fin"]
    assert any("zone de texte" in str(reserve) for reserve in modele.reserves)


def test_une_image_vml_est_signalee(tmp_path: Path) -> None:
    image = '<w:r><w:pict><v:shape><v:imagedata r:id="rId1"/></v:shape></w:pict></w:r>'
    assert any("VML" in str(reserve) for reserve in compiler_xml(tmp_path, p(image, VILLE)).reserves)


def test_un_champ_dans_un_lien_et_dans_un_controle_de_contenu(tmp_path: Path) -> None:
    corps = p(
        f'<w:hyperlink w:anchor="x">{VILLE}</w:hyperlink>',
        f"<w:sdt><w:sdtPr/><w:sdtContent>{VILLE}{t(' {{ client.code }}')}</w:sdtContent></w:sdt>",
    )
    assert paragraphes(compiler_xml(tmp_path, corps).fusionner(VALEURS)) == ["LyonLyon C001"]


def test_un_champ_dans_l_instruction_d_un_lien(tmp_path: Path) -> None:
    borne = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    texte = '<w:r><w:instrText xml:space="preserve">{}</w:instrText></w:r>'
    corps = p(
        borne.format("begin"),
        texte.format(' HYPERLINK "mailto:'),
        VILLE,
        texte.format('" '),
        borne.format("separate"),
        "écrire à ",
        VILLE,
        borne.format("end"),
    )
    xml = parties_de(compiler_xml(tmp_path, corps).fusionner(VALEURS))["word/document.xml"].decode()
    assert "MERGEFIELD" not in xml
    assert xml.count("Lyon") == 2 and "HYPERLINK" in xml


def test_les_champs_de_word_restent(tmp_path: Path) -> None:
    corps = p(champ(" PAGE ", "1"), " sur ", champ(" NUMPAGES ", "9"), VILLE)
    modele = compiler_xml(tmp_path, corps)
    xml = parties_de(modele.fusionner(VALEURS))["word/document.xml"].decode()
    assert "PAGE" in xml and "NUMPAGES" in xml
    assert modele.utilise_nombre_de_pages


def test_le_texte_supprime_en_suivi_n_est_pas_un_champ(tmp_path: Path) -> None:
    corps = p(f'<w:del w:id="1" w:author="x">{t("{{ inconnu }}")}</w:del>', VILLE)
    assert compiler_xml(tmp_path, corps).champs == {"client.ville"}


def test_une_image_se_pose_en_dessin(tmp_path: Path) -> None:
    corps = p("{{ qr_paiement }}") + p("avant ", champ("MERGEFIELD qr_paiement"), " après") + p("fin")
    modele = compiler_xml(tmp_path, corps, entete=p(champ("MERGEFIELD emetteur_logo")))
    valeurs = VALEURS | {"qr_paiement": png(10, 10), "emetteur": {"logo": png(300, 50)}}
    lettre = modele.fusionner(valeurs)
    document = docx.Document(io.BytesIO(lettre))
    assert [round(forme.width.mm) for forme in document.inline_shapes] == [28, 28]
    assert len({octets for nom, octets in parties_de(lettre).items() if "media/fusion" in nom}) == 2
    logo = document.sections[0].header._element.find(".//{*}extent")
    assert (round(int(logo.get("cx")) / 36000), round(int(logo.get("cy")) / 36000)) == (60, 10)


def test_une_image_absente_ne_laisse_rien(tmp_path: Path) -> None:
    corps = p("{{ qr_paiement }}") + p("{% if qr_paiement %}Scannez{% endif %}") + p("fin")
    lettre = compiler_xml(tmp_path, corps).fusionner(VALEURS | {"qr_paiement": None})
    assert paragraphes(lettre) == ["fin"]
    assert not any("media/fusion" in nom for nom in parties_de(lettre))
