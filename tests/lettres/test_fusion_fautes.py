"""Avant la première lettre : toutes les fautes d'un modèle, avec leur place et le nom le plus proche."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from fabrique_word import champ, compiler_xml, modele_word, p, parties_de, tableau

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.modele import Modele, compiler


def fautes(action: Callable[[], Modele]) -> list[str]:
    with pytest.raises(ErreurUtilisateur) as levee:
        action()
    return [str(faute) for faute in levee.value.fautes]


def test_tous_les_champs_inconnus_avec_place_et_plus_proche(tmp_path: Path) -> None:
    corps = (
        p("Cher ", champ("MERGEFIELD client_raison_social"))
        + tableau((p("{{ echeance.piece }} {{ echeance.pieces }}"),))
        + p("{{ clients.ville }}")
    )
    trouvees = fautes(lambda: compiler_xml(tmp_path, corps, entete=p("{{ emetteur.ibam }}")))
    assert len(trouvees) == 4
    assert "essai.docx, corps, paragraphe « Cher «x» »" in trouvees[0]
    assert "« client_raison_social » inconnu" in trouvees[0] and "vouliez-vous « client_raison_sociale »" in trouvees[0]
    assert any("tableau" in faute and "« echeance.pieces »" in faute and "echeance.piece" in faute for faute in trouvees)
    assert any("« client.ville »" in faute for faute in trouvees)
    assert any("en-tête" in faute and "emetteur.iban" in faute for faute in trouvees)


@pytest.mark.parametrize(
    ("corps", "mots"),
    [
        (p("{{ client.ville"), "pas fermée"),
        (p("{% if message %}oui"), "jamais fermé"),
        (p("oui{% endif %}"), "sans son ouverture"),
        (p("{% if message %}a{% endfor %}"), "sans son ouverture"),
        (p("{% if message %}a{% else %}b{% else %}c{% endif %}"), "de trop"),
        (p("{% for e in echeances %}a{% elif message %}c{% endfor %}"), "de trop"),
        (p("{{ client.ville + }}"), "incorrecte"),
        (p("{% include 'x' %}"), "non permise"),
        (p("{{ client.ville|nexistepas }}"), "incorrecte"),
        (p("{{ echeance.piece }}"), "hors d'un tableau"),
        (tableau((p("{{ echeance.piece }}"), p("{{ autre.piece }}"))) + p(""), "deux lignes"),
        (p(champ("GREETINGLINE")), "GREETINGLINE"),
        (p("avant {% if message %}") + tableau((p("{% endif %}x"),)) + p(""), "incompatibles"),
    ],
)
def test_une_balise_ou_un_champ_mal_place(tmp_path: Path, corps: str, mots: str) -> None:
    assert any(mots in faute for faute in fautes(lambda: compiler_xml(tmp_path, corps)))


@pytest.mark.parametrize("balise", ["{{ client.ville + 1 }}", "{{ total_du + penalites }}", "{{ niveau|image }}"])
def test_une_balise_qui_ne_se_calcule_pas_est_refusee_avant_la_premiere_lettre(tmp_path: Path, balise: str) -> None:
    assert "ne peut pas être calculée" in fautes(lambda: compiler_xml(tmp_path, p(balise)))[0]


def test_un_modele_sans_champ_ou_a_reperes_est_signale(tmp_path: Path) -> None:
    assert "aucun champ" in str(compiler_xml(tmp_path, p("Bonjour")).avertissements[0])
    assert "#NOM#" in str(compiler_xml(tmp_path, p("Bonjour #NOM#")).avertissements[0])
    assert not compiler_xml(tmp_path, p("{{ client.ville }}")).avertissements


@pytest.mark.parametrize(
    ("octets", "mots"),
    [
        (None, "introuvable"),
        (b"", "pas un document Word"),
        (b"PK\x03\x04tronque", "pas un document Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    ],
)
def test_un_fichier_illisible_est_une_faute_claire(tmp_path: Path, octets: bytes | None, mots: str) -> None:
    chemin = tmp_path / "relance-9.docx"
    if octets is not None:
        chemin.write_bytes(octets)
    trouvees = fautes(lambda: compiler(chemin, CATALOGUE))
    assert mots in trouvees[0] and "relance-9.docx" in trouvees[0]


def test_un_zip_qui_n_est_pas_un_document_word(tmp_path: Path) -> None:
    chemin = tmp_path / "a.docx"
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("bonjour.txt", "x")
    assert "pas un document Word" in fautes(lambda: compiler(chemin, CATALOGUE))[0]


def test_une_entree_de_zip_sans_nom_ne_compte_pas(tmp_path: Path) -> None:
    """Trouvé par les essais au hasard : `fuzz_lecteurs.py`, graine 1, essai 47912."""
    modele = modele_word(tmp_path / "a.docx", p("{{ client.code }}"))
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive, zipfile.ZipFile(modele) as source:
        for nom in source.namelist():
            archive.writestr(nom, source.read(nom))
        archive.writestr(zipfile.ZipInfo("x"), b"rien")
        archive.filelist[-1].filename = ""
    assert compiler(tmp_path / "b.docx", CATALOGUE).champs == {"client.code"}


def test_un_xml_abime_est_une_faute_claire(tmp_path: Path) -> None:
    chemin = modele_word(tmp_path / "a.docx", p("x"), paquet={"word/document.xml": b"<w:document"})
    assert "abîmé" in fautes(lambda: compiler(chemin, CATALOGUE))[0]


RIRES = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)) + b"]>"


@pytest.mark.parametrize("partie", ["word/document.xml", "word/styles.xml"])
@pytest.mark.parametrize("entite", [RIRES, b'<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'], ids=["rires", "fichier"])
def test_un_modele_a_entites_est_refuse_sans_les_suivre(tmp_path: Path, partie: str, entite: bytes) -> None:
    chemin = modele_word(tmp_path / "a.docx", p("{{ client.ville }}"))
    piege = re.sub(rb"^(<\?xml[^>]*>)?", rb"\1" + entite, parties_de(chemin.read_bytes())[partie], count=1).replace(
        b'w:val="', b'w:val="&j;', 1
    )
    chemin = modele_word(tmp_path / "b.docx", p("{{ client.ville }}"), paquet={partie: piege})
    assert "abîmé" in fautes(lambda: compiler(chemin, CATALOGUE))[0]


def test_un_modele_qui_enfle_est_refuse_avant_d_etre_lu(tmp_path: Path) -> None:
    chemin = modele_word(tmp_path / "a.docx", p("x"), paquet={"word/document.xml": b" " * 21_000_000})
    assert "démesuré" in fautes(lambda: compiler(chemin, CATALOGUE))[0]


def test_un_dotx_et_un_docm_donnent_un_docx_sans_macros(tmp_path: Path) -> None:
    for extension, genre in (("dotx", "template"), ("docm", "macroEnabled")):
        source = parties_de(modele_word(tmp_path / "m.docx", p("{{ client.ville }}")).read_bytes())
        types = source["[Content_Types].xml"].replace(b"wordprocessingml.document.main+xml", f"wordprocessingml.{genre}.main+xml".encode())
        relations = source["word/_rels/document.xml.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>',
        )
        chemin = modele_word(tmp_path / f"m.{extension}", p("{{ client.ville }}"), paquet={
            "[Content_Types].xml": types, "word/_rels/document.xml.rels": relations, "word/vbaProject.bin": b"macro",
        })  # fmt: skip
        parties = parties_de(compiler(chemin, CATALOGUE).fusionner({"client": {"ville": "Lyon"}}))
        assert "word/vbaProject.bin" not in parties
        assert b"wordprocessingml.document.main+xml" in parties["[Content_Types].xml"]
        assert b"vbaProject" not in parties["word/_rels/document.xml.rels"]


def test_une_donnee_manquante_nomme_le_modele_et_le_champ(tmp_path: Path) -> None:
    for corps in (p(champ("MERGEFIELD client_ville")), p("{{ client.ville }}")):
        with pytest.raises(ErreurUtilisateur, match=r"essai\.docx : .*ville.* manque|essai\.docx : .*manque.*ville"):
            compiler_xml(tmp_path, corps).fusionner({"client": {}})


def test_une_lettre_d_essai_qui_ne_se_rouvre_pas_est_signalee(tmp_path: Path) -> None:
    chemin = tmp_path / "relance-1.docx"
    document = docx.Document()
    document.add_paragraph("{{ client.raison_sociale }}")
    document.save(str(chemin))
    sain = compiler(chemin, CATALOGUE)
    assert not any("se rouvre" in str(faute) for faute in sain.avertissements)
    tordu = tmp_path / "tordu.docx"
    with zipfile.ZipFile(chemin) as source, zipfile.ZipFile(tordu, "w") as cible:
        for nom in source.namelist():
            contenu = source.read(nom)
            if nom == "word/_rels/document.xml.rels":  # une relation vers une partie qui n'existe pas
                contenu = contenu.replace(b'Target="styles.xml"', b'Target="absent.xml"')
            cible.writestr(nom, contenu)
    (avertissement,) = [faute for faute in compiler(tordu, CATALOGUE).avertissements if "se rouvre" in faute.message]
    assert avertissement.fichier == "tordu.docx" and "Word" in avertissement.remede
