"""Des valeurs hostiles sortent en texte : ni balise, ni Jinja, ni XML ; le document reste valide."""

import io
from pathlib import Path

import docx
import pytest
from fabrique_word import champ, client, compiler_xml, p, paragraphes, parties_de
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.word.champ import en_xml

HOSTILES = {
    "<w:p><w:r/></w:p>": "<w:p><w:r/></w:p>",
    "</w:t></w:r></w:p>": "</w:t></w:r></w:p>",
    "{{ 7*7 }}{% if 1 %}{# x #}": "{{ 7*7 }}{% if 1 %}{# x #}",
    "R&D &amp; <b>": "R&D &amp; <b>",
    "]]><!-- -->": "]]><!-- -->",
    "a\x00b\x08c\x1bd\ufffee\ud800f\ufdd0g": "abcdefg",
    "\u202eRTL\u200f \u05d0": "\u202eRTL\u200f \u05d0",
    "ligne 1\r\nligne 2\nligne 3\x0bligne 4": "ligne 1\nligne 2\nligne 3\nligne 4",
    "a\tb": "a\tb",
    "x" * 500: "x" * 500,
    "«guillemets» 'apostrophe' \"droit\" \\": "«guillemets» 'apostrophe' \"droit\" \\",
    "<?rx 0?>": "<?rx 0?>",
    "NA": "NA",
}


@pytest.mark.parametrize(("valeur", "attendu"), HOSTILES.items())
def test_une_valeur_hostile_sort_en_texte(tmp_path: Path, valeur: str, attendu: str) -> None:
    corps = (
        p("[", champ("MERGEFIELD client_raison_sociale"), "]")
        + p("[{{ client.raison_sociale }}]")
        + p("[{{ client.raison_sociale ~ '' }}]")
    )
    lettre = compiler_xml(tmp_path, corps).fusionner(client(raison_sociale=valeur))
    assert paragraphes(lettre) == [f"[{attendu}]"] * 3
    docx.Document(io.BytesIO(lettre))


@given(st.text())
def test_tout_texte_fait_un_xml_valide(texte: str) -> None:
    racine = etree.fromstring(f'<w:r xmlns:w="w"><w:t>{en_xml(texte)}</w:t></w:r>'.encode())
    rendu = "".join("\n" if str(n.tag).endswith("}br") else "\t" if str(n.tag).endswith("}tab") else n.text or "" for n in racine)
    attendu = texte.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\x0b\x0c\x85\u2028\u2029"), "\n"))
    assert rendu == "".join(
        c for c in attendu if c in "\n\t" or not (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xFDD0 <= ord(c) <= 0xFDEF or c in "\ufffe\uffff")
    )


@pytest.mark.parametrize(
    "balise", ["{{ client.raison_sociale|safe }}", "{{ client|tojson }}", "{% include 'x' %}", "{% raw %}", "{{ ''.__class__ }}"]
)
def test_une_balise_qui_contournerait_le_bac_a_sable_est_refusee(tmp_path: Path, balise: str) -> None:
    with pytest.raises(ErreurUtilisateur):
        compiler_xml(tmp_path, p(balise)).fusionner(client())


def test_des_accolades_du_modele_ne_sont_pas_des_balises(tmp_path: Path) -> None:
    lettre = compiler_xml(tmp_path, p("a { b } ({", champ("MERGEFIELD client_ville"), "}) {") + p("{{ client.ville }}")).fusionner(client())
    assert paragraphes(lettre) == ["a { b } ({Lyon}) {", "Lyon"]
    assert b"rx" not in parties_de(lettre)["word/document.xml"]
