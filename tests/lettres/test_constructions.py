"""Les constructions de Word : chaque ligne de la table « calculé, laissé, signalé, refusé », éprouvée sur un document."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from fabrique_word import VALEURS, W, champ, client, fusion, modele_word, p, paragraphes, parties_de, png, t

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.compile.refus import CHAMPS, CONSTRUCTIONS, Devenir
from relances_xl.lettres.modele import Modele, compiler

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VILLE = champ("MERGEFIELD client_ville")
DELIE = champ("HYPERLINK &quot;C:\\compta\\cgv.pdf&quot;".replace("&quot;", '"'), "nos conditions")


@dataclass(frozen=True)
class Cas:
    """Un corps, des relations du document, ce qui doit se lire dans la lettre (calculé) ou dans le message (autrement)."""

    corps: str
    attendu: str
    relations: tuple[tuple[str, str, str, bool], ...] = ()  # identifiant, type, cible, externe
    prepare: Callable[[Path], None] | None = None
    absent: str = ""


def _si(*morceaux: str) -> str:
    """Un champ IF dont l'instruction mêle texte et champs."""
    borne = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    dedans = "".join(m if m.startswith("<w:") else f'<w:r><w:instrText xml:space="preserve">{m}</w:instrText></w:r>' for m in morceaux)
    return borne.format("begin") + dedans + borne.format("separate") + t("périmé") + borne.format("end")


def _en_libreoffice(chemin: Path) -> None:
    _remplacer(chemin, "docProps/app.xml", lambda x: re.sub(b"<Application>[^<]*", b"<Application>LibreOffice/24.2", x))


def _a_macros(chemin: Path) -> None:
    type_vba = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    _remplacer(
        chemin,
        "word/_rels/document.xml.rels",
        lambda x: x.replace(b"</Rel", f'<Relationship Id="rIdV" Type="{type_vba}" Target="vbaProject.bin"/></Rel'.encode(), 1),
    )
    with zipfile.ZipFile(chemin, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")


def _attache(chemin: Path) -> None:
    with zipfile.ZipFile(chemin, "a") as archive:
        archive.writestr(
            "word/_rels/settings.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/attachedTemplate" Target="http://exemple.invalid/papier.dotm" TargetMode="External"/></Relationships>',
        )


def _remplacer(chemin: Path, nom: str, changer: Callable[[bytes], bytes]) -> None:
    parties = parties_de(chemin.read_bytes())
    parties[nom] = changer(parties[nom])
    with zipfile.ZipFile(chemin, "w") as archive:
        for autre, octets in parties.items():
            archive.writestr(autre, octets)


SUPPRIME = '<w:del w:id="1" w:author="a"><w:r><w:delText>SECRET</w:delText></w:r><w:r><w:t>SECRET</w:t></w:r></w:del>'
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
CAS: dict[str, Cas] = {
    "MERGEFIELD": Cas(p(champ(r'MERGEFIELD total_du \# "# ##0,00 €"')), "1 234,56 €"),
    "champ inconnu": Cas(p(champ("MERGEFIELD client_raison_social")), "vouliez-vous « client_raison_sociale »"),
    "commutateur": Cas(p(champ(r"MERGEFIELD niveau \* CardText")), "CardText"),
    "heure": Cas(p(champ(r'MERGEFIELD date_lettre \@ "dd/MM/yyyy HH:mm"')), "HH:mm"),
    "aplati": Cas(p("Cher «client_raison_sociale»,"), "{{ client.raison_sociale }}"),
    "commutateurs perdus": Cas(p(VILLE), "LibreOffice", prepare=_en_libreoffice),
    "groupe": Cas(p("{{ client }}"), "client.code"),
    "IF": Cas(p(_si(" IF ", champ(r'MERGEFIELD total_du \# "# ##0,00 €"'), ' &gt; 1000 "gros" "petit"')), "gros"),
    "IF sur plusieurs paragraphes": Cas(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> IF </w:instrText></w:r>'
        + VILLE
        + '<w:r><w:instrText xml:space="preserve"> = Lyon "un</w:instrText></w:r></w:p><w:p><w:r><w:instrText>deux" "" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>un</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
        "plusieurs paragraphes",
    ),
    "IF incalculable": Cas(p(_si(" IF ", champ("PAGE", "1"), ' = 1 "', VILLE, '" ""')), "ne se calcule pas"),
    "IF de page": Cas(p(_si(" IF ", champ("PAGE", "1"), ' = 1 "tête" "suite"')), "seul Word"),
    "DATE": Cas(p(champ(r'DATE \@ "d MMMM yyyy"', "1 janvier 1999")), "24 novembre 2026", absent="1999"),
    "ADDRESSBLOCK": Cas(p(champ("ADDRESSBLOCK \\f x")), "A\nB"),
    "pages": Cas(p(champ("NUMPAGES", "1"), "{{ client.ville }}"), "1"),
    "autres champs": Cas(p(champ("PAGE", "7"), "{{ client.ville }}"), "7"),
    "formule": Cas(p(_si(" = ", champ("MERGEFIELD total_du"), " * 1,2")), "="),
    "sans effet": Cas(p(champ("NEXT")), "NEXT"),
    "numéro": Cas(p(champ("MERGESEQ")), "MERGESEQ"),
    "question": Cas(p(champ('FILLIN "Nom ?"', "Paul")), "FILLIN"),
    "GREETINGLINE": Cas(p(champ("GREETINGLINE")), "client_politesse"),
    "DATABASE": Cas(p(champ("DATABASE")), "DATABASE"),
    "INCLUDEPICTURE": Cas(
        p(champ('INCLUDEPICTURE "x.png"', "").replace("<w:fldChar w:fldCharType=\"end\"/>", '<w:drawing><a:blip r:embed="rIdI"/></w:drawing>')
          + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        "INCLUDEPICTURE",
        (("rIdI", f"{OFFICE}/image", "media/i.png", False),),
    ),
    "dehors": Cas(p(champ('INCLUDETEXT "c:/secret.docx"')), "INCLUDETEXT"),
    "bouton": Cas(p(champ("MACROBUTTON Lancer ici")), "MACROBUTTON"),
    "altChunk": Cas('<w:altChunk r:id="rIdA"/>' + p(VILLE), "importe", (("rIdA", f"{OFFICE}/aFChunk", "autre.html", False),)),
    "sous-document": Cas('<w:subDoc r:id="rIdA"/>' + p(VILLE), "sous-document", (("rIdA", f"{OFFICE}/subDocument", "b.docx", True),)),
    "image liée": Cas(p(VILLE), "http://exemple.invalid/i.png", (("rIdA", f"{OFFICE}/image", "http://exemple.invalid/i.png", True),)),
    "objet lié": Cas(p(VILLE), "lié à un fichier", (("rIdA", f"{OFFICE}/oleObject", "file:///c:/a.xlsx", True),)),
    "cadre": Cas(p(VILLE), "cadres", (("rIdA", f"{OFFICE}/frame", "http://exemple.invalid", True),)),
    "partie externe": Cas(p(VILLE), "au-dehors", (("rIdA", f"{OFFICE}/theme", "http://exemple.invalid", True),)),
    "chemin": Cas(p(DELIE, VILLE), "cgv.pdf"),
    "modèle attaché": Cas(p(VILLE), "papier.dotm", prepare=_attache),
    "macros": Cas(p(VILLE), "macros", prepare=_a_macros),
    "révisions": Cas(p("avant ", SUPPRIME, VILLE), "avant Lyon", absent="SECRET"),
    "commentaires": Cas(p('<w:commentRangeStart w:id="0"/>', VILLE, '<w:commentRangeEnd w:id="0"/>'), "Lyon", absent="comment"),
    "notes": Cas(p(VILLE, NOTE), "Lyon"),
}  # fmt: skip
"""Au moins un document par construction."""


def _compiler(dossier: Path, cas: Cas) -> Modele:
    chemin = modele_word(
        dossier / "essai.docx", cas.corps, notes=f'<w:footnote w:id="2">{p("{{ client.code }}")}</w:footnote>' if NOTE in cas.corps else ""
    )
    if cas.relations:
        xml = "".join(
            f'<Relationship Id="{i}" Type="{genre}" Target="{cible}"{" TargetMode=" + chr(34) + "External" + chr(34) if externe else ""}/>'
            for i, genre, cible, externe in cas.relations
        )
        _remplacer(chemin, "word/_rels/document.xml.rels", lambda x: x.replace(b"</Relationships>", f"{xml}</Relationships>".encode()))
        with zipfile.ZipFile(chemin, "a") as archive:
            archive.writestr("word/media/i.png", png(2, 2))
        _remplacer(
            chemin,
            "[Content_Types].xml",
            lambda x: x.replace(b"<Default", b'<Default Extension="png" ContentType="image/png"/><Default', 1),
        )
    if cas.prepare:
        cas.prepare(chemin)
    return compiler(chemin, CATALOGUE)


def test_chaque_construction_a_son_document() -> None:
    assert CAS.keys() == CONSTRUCTIONS.keys()
    assert set(CHAMPS.values()) <= CONSTRUCTIONS.keys()


@pytest.mark.parametrize("cle", CONSTRUCTIONS)
def test_une_construction_a_le_sort_que_dit_la_table(tmp_path: Path, cle: str) -> None:
    cas, sort = CAS[cle], CONSTRUCTIONS[cle].devenir
    if sort is Devenir.REFUSE:
        with pytest.raises(ErreurUtilisateur) as levee:
            _compiler(tmp_path, cas)
        assert cas.attendu in str(levee.value)
        assert all(faute.fichier == "essai.docx" and faute.remede for faute in levee.value.fautes)
        return
    modele = _compiler(tmp_path, cas)
    messages = "\n".join(str(faute) for faute in modele.avertissements)
    lettre = modele.fusionner(VALEURS | {"client": VALEURS["client"] | {"email": ""}})
    xml = parties_de(lettre)["word/document.xml"].decode()
    docx.Document(io.BytesIO(lettre))
    if sort is Devenir.SIGNALE:
        assert cas.attendu in messages
    else:
        assert cas.attendu in "\n".join(paragraphes(lettre)).replace("\u00a0", " ")
    assert not cas.absent or cas.absent not in xml


@pytest.mark.parametrize("devise", ["EUR", "USD", "JPY"])
@pytest.mark.parametrize("image", ["# ##0,00 €", "#,##0.00", "0"])
def test_un_si_compare_le_nombre_et_non_son_ecriture(tmp_path: Path, devise: str, image: str) -> None:
    corps = p(_si(" IF ", champ(f'MERGEFIELD total_du \\# "{image}"'), ' &gt; 200 "gros" "petit"'))
    assert fusion(tmp_path, corps, VALEURS | {"total_du": Montant(123456, devise)}) == ["gros"]
    assert fusion(tmp_path, corps, VALEURS | {"total_du": Montant(100, devise)}) == ["petit"]


def test_une_branche_garde_ses_images_et_ses_sauts(tmp_path: Path) -> None:
    dessin = "<w:r><w:drawing><wp:inline/></w:drawing></w:r>"
    corps = p(_si(" IF ", VILLE, ' = Lyon "un', "<w:r><w:br/></w:r>", "deux", dessin, '" "non"'))
    modele = compiler(modele_word(tmp_path / "essai.docx", corps), CATALOGUE)
    assert paragraphes(modele.fusionner(VALEURS)) == ["un\ndeux"]
    assert b"w:drawing" in parties_de(modele.fusionner(VALEURS))["word/document.xml"]
    ailleurs = modele.fusionner(client(ville="Nantes"))
    assert paragraphes(ailleurs) == ["non"] and b"w:drawing" not in parties_de(ailleurs)["word/document.xml"]


@pytest.mark.parametrize("nom", ["TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "DATE"])
def test_toute_date_de_word_est_celle_d_edition(tmp_path: Path, nom: str) -> None:
    assert fusion(tmp_path, p(champ(f'{nom} \\@ "dd/MM/yyyy"', "01/01/1999"))) == ["24/11/2026"]


def test_une_date_dans_un_si_se_calcule_aussi(tmp_path: Path) -> None:
    assert fusion(tmp_path, p(_si(" IF ", champ('DATE \\@ "yyyy"', "1999"), ' = 2026 "oui" "non"'))) == ["oui"]


REVISIONS = {
    "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>un </w:t></w:r></w:p>" + p("deux {{ client.ville }}"): ["un deux Lyon"],
    p('<w:ins w:id="1"><w:r><w:t>neuf </w:t></w:r></w:ins>', VILLE): ["neuf Lyon"],
    p('<w:moveFrom w:id="1"><w:r><w:t>ICI</w:t></w:r></w:moveFrom>', VILLE)
    + p('<w:moveTo w:id="2"><w:r><w:t>là</w:t></w:r></w:moveTo>'): ["Lyon", "là"],
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>OTÉE</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc>" + p("gardée") + "</w:tc></w:tr></w:tbl>" + p(VILLE): ["gardée", "Lyon"],
    p('<w:del w:id="3">' + champ("MERGEFIELD client_code") + "</w:del>", VILLE): ["Lyon"],
}  # fmt: skip


@pytest.mark.parametrize(("corps", "attendu"), REVISIONS.items(), ids=range(len(REVISIONS)))
def test_les_modifications_suivies_sont_acceptees(tmp_path: Path, corps: str, attendu: list[str]) -> None:
    lettre = compiler(modele_word(tmp_path / "essai.docx", corps), CATALOGUE).fusionner(VALEURS)
    assert paragraphes(lettre) == attendu
    assert not re.search(rb"<w:(ins|del|moveTo|moveFrom)\b", parties_de(lettre)["word/document.xml"])


def test_un_autre_prefixe_que_w_est_compris(tmp_path: Path) -> None:
    chemin = modele_word(tmp_path / "essai.docx", p("A", champ("MERGEFIELD client_adresse")) + p("{{ client.ville }}", "{{ client.note }}"))
    _remplacer(
        chemin,
        "word/document.xml",
        lambda x: re.sub(rb"(</?|\s)w:", rb"\1ns0:", x).replace(b"xmlns:w=", b"xmlns:ns0="),
    )
    assert b"ns0:p" in parties_de(chemin.read_bytes())["word/document.xml"]
    lettre = compiler(chemin, CATALOGUE).fusionner(VALEURS)
    assert paragraphes(lettre) == ["AA\nB", "Lyon"]
    docx.Document(io.BytesIO(lettre))


@pytest.mark.parametrize("nom", ["lettre", "section", "pages", "suite", "signet", "images", "valeurs", "relations"])
def test_les_noms_du_gabarit_laissent_la_place_a_ceux_du_modele(tmp_path: Path, nom: str) -> None:
    corps = p(f"{{% set {nom} = 'à moi' %}}{{{{ {nom} }}}} ", VILLE)
    modele = compiler(modele_word(tmp_path / "essai.docx", corps), CATALOGUE)
    assert paragraphes(modele.fusionner(VALEURS)) == ["à moi Lyon"]
    assert "à moi Lyon" in paragraphes(modele.assembler([VALEURS, VALEURS], ["a", "b"]))


@pytest.mark.parametrize(
    "balise",
    ["{{ client }}", "{{ echeances }}", "{{ client ~ '' }}", "{{ echeances|first }}", "{{ echeances|join }}", "{{ emetteur|upper }}"],
)
def test_un_ensemble_de_champs_ne_s_imprime_pas(tmp_path: Path, balise: str) -> None:
    with pytest.raises(ErreurUtilisateur):
        compiler(modele_word(tmp_path / "essai.docx", p(balise)), CATALOGUE)


def test_ce_que_les_filtres_tirent_d_une_liste_s_imprime(tmp_path: Path) -> None:
    corps = p("{{ echeances|length }} : {{ echeances|map(attribute='piece')|join(', ') }}, {{ (echeances|first).piece }}")
    assert fusion(tmp_path, corps) == ["2 : FA1, FA2, FA1"]


def test_le_texte_entre_guillemets_qui_n_est_pas_un_champ_reste(tmp_path: Path) -> None:
    assert fusion(tmp_path, p("« total dû », «Bonjour» ", VILLE)) == ["« total dû », «Bonjour» Lyon"]


def test_aucun_commentaire_ne_part(tmp_path: Path) -> None:
    chemin = modele_word(tmp_path / "essai.docx", p('<w:r><w:commentReference w:id="0"/></w:r>', VILLE))
    _remplacer(
        chemin,
        "word/_rels/document.xml.rels",
        lambda x: x.replace(
            b"</Relationships>", f'<Relationship Id="rIdC" Type="{OFFICE}/comments" Target="comments.xml"/></Relationships>'.encode()
        ),
    )
    with zipfile.ZipFile(chemin, "a") as archive:
        archive.writestr("word/comments.xml", f'<w:comments xmlns:w="{W}"><w:comment w:id="0"><w:p/></w:comment></w:comments>')
    parties = parties_de(compiler(chemin, CATALOGUE).fusionner(VALEURS))
    assert "word/comments.xml" not in parties and b"comments" not in parties["word/_rels/document.xml.rels"]


def test_les_champs_aplatis_se_disent_en_une_faute(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur) as levee:
        compiler(modele_word(tmp_path / "essai.docx", p("Cher «client_raison_sociale»") + p("«total_du» et «Bonjour»")), CATALOGUE)
    (faute,) = levee.value.fautes
    assert "« «client_raison_sociale» », « «total_du» »" in faute.message and "Bonjour" not in faute.message
