"""Un modèle ne peut prendre ni le temps ni la mémoire de la machine : chaque demande sans borne est refusée, nommée."""

import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from fabrique_word import VALEURS, champ, compiler_xml, fusion, modele_word, p

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.compile.conditions import comparer
from relances_xl.lettres.compile.gabarit.bac_a_sable import reperer_balises
from relances_xl.lettres.compile.gabarit.texte_a_champs import compiler_texte
from relances_xl.lettres.modele import compiler

DOUBLEMENTS = "".join(f"{{% set a{n + 1} = a{n} ~ a{n} %}}" for n in range(40))
BALISES = {
    "multiplier un texte": "{{ 'a' * 10**9 }}",
    "multiplier une liste": "{{ ([1] * 1000000000)|length }}",
    "multiplier sans puissance": "{{ 'a' * 1000000000 }}",
    "puissances": "{{ 9 ** 9 ** 9 }}",
    "grand nombre": "{{ 99999999999999999 * 99999999999999999 * 99999999999999999 }}",
    "nombre de 4 300 chiffres": "{{ " + "9" * 4400 + " }}",
    "nombre de 1 900 chiffres": "{{ " + "9" * 1900 + " * 9 }}",
    "center": "{{ 'a'|center(1000000000) }}",
    "méthode center": "{{ 'a'.center(1000000000) }}",
    "méthode ljust": "{{ client.ville.ljust(1000000000) }}",
    "méthode format": "{{ '{:>1000000000}'.format(1) }}",
    "format": "{{ '%1000000000d'|format(1) }}",
    "pour-cent": "{{ '%1000000000d' % 1 }}",
    "indent": "{{ 'a'|indent(1000000000) }}",
    "batch": "{{ [1]|batch(1000000000, 0)|list }}",
    "slice": "{{ [1]|slice(1000000000)|list }}",
    "wordwrap": "{{ 'a'|wordwrap(1) }}",
    "replace": "{{ ('a'|replace('', 'bbbbbbbbbb' ~ 'c'))|replace('b', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'"
    ")|replace('b', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb')|replace('b', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') }}",
    "boucle longue": "{% for a in range(100000) %}a{% endfor %}",
    "boucles emboîtées": "{% for a in range(9000) %}{% for b in range(9000) %}{% for c in range(9000) %}a{% endfor %}{% endfor %}{% endfor %}",
    "boucle récursive": "{% for a in echeances recursive %}{{ loop(echeances) }}{% endfor %}",
    "doublements": "{% set a0 = 'aaaaaaaaaa' %}" + DOUBLEMENTS + "{{ a40 }}",
    "parenthèses": "{{ " + "(" * 900 + "1" + ")" * 900 + " }}",
    "crochets": "{{ " + "[" * 900 + "]" * 900 + " }}",
    "balise longue": "{{ client.ville" + " ~ client.ville" * 300 + " }}",
    "blocs emboîtés": "{% if message %}" * 400 + "a" + "{% endif %}" * 400,
    "boucles sans fond": "{% for a in echeances %}" * 30 + "a" + "{% endfor %}" * 30,
    "un million d'accolades": "{" * 1_000_000,
    "cinq cent mille ouvertures": "{{ " * 500_000,
    "vingt mille balises": "{{ niveau }}" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("cas", BALISES)
def test_une_balise_sans_borne_est_refusee_vite_avec_son_paragraphe(tmp_path: Path, cas: str) -> None:
    corps = p("Lettre ordinaire {{ client.ville }}") + p(f"ici {BALISES[cas]}".replace("&", "&amp;").replace("<", "&lt;"))
    tracemalloc.start()
    debut = time.process_time()
    with pytest.raises(ErreurUtilisateur) as levee:
        compiler_xml(tmp_path, corps)
    duree, sommet = time.process_time() - debut, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert levee.value.fautes[0].fichier == "essai.docx"
    assert any("paragraphe" in faute.cellule or "emboît" in faute.message for faute in levee.value.fautes), levee.value
    assert duree < 20 and sommet < 200_000_000, (duree, sommet)


@pytest.mark.parametrize("cas", [cas for cas in BALISES if not cas.startswith(("un million", "cinq cent", "vingt mille"))])
def test_un_courriel_a_les_memes_bornes(cas: str) -> None:
    texte, fautes = compiler_texte(BALISES[cas], "courriel-1.txt")
    if texte is None:
        assert fautes
        return
    with pytest.raises((ErreurUtilisateur, TypeError)):
        texte.rendre(VALEURS)


def test_ce_qu_une_lettre_ordinaire_demande_est_permis(tmp_path: Path) -> None:
    balises = {
        "{{ client.ville|upper }} {{ client.ville ~ ' !' }} {{ niveau + 1 }} {{ niveau * 2 }}": "LYON Lyon ! 4 6",
        "{% for e in echeances %}{{ loop.index }}:{{ e.piece }} {% endfor %}": "1:FA1 2:FA2 ",
        "{% for n in range(3) %}{{ n }}{% endfor %}": "012",
        "{{ client.ville.upper() }} {{ 'oui' if niveau in [2, 3] else 'non' }}": "LYON oui",
        "{{ client.ville|replace('o', '0')|default('?') }}": "Ly0n",
        "{% set total = echeances|length %}{{ total }} {{ (niveau / 2)|round(1) }}": "2 1,5",
    }
    for balise, attendu in balises.items():
        assert fusion(tmp_path, p(balise)) == [attendu]


def test_une_boucle_qui_depend_des_donnees_s_arrete_a_la_lettre(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p("{% for a in range(niveau * 5000) %}a{% endfor %}"))
    with pytest.raises(ErreurUtilisateur, match="plus de 20000 tours") as levee:
        modele.fusionner(VALEURS | {"niveau": 5})
    assert "paragraphe" in levee.value.fautes[0].cellule


def test_des_champs_emboites_sans_fin_sont_refuses(tmp_path: Path) -> None:
    debuts = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>' * 5000
    fins = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' * 5000
    with pytest.raises(ErreurUtilisateur):
        compiler_xml(tmp_path, f"<w:p>{debuts}{fins}</w:p>")


def test_un_xml_sans_fond_est_un_document_abime(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur, match="abîmé"):
        compiler_xml(tmp_path, "<w:sdt><w:sdtContent>" * 3000 + p("x") + "</w:sdtContent></w:sdt>" * 3000)


@pytest.mark.parametrize("partie", ["word/_rels/document.xml.rels", "word/document.xml", "[Content_Types].xml"])
def test_un_petit_fichier_aux_parties_demesurees_est_refuse(tmp_path: Path, partie: str) -> None:
    chemin = modele_word(tmp_path / "essai.docx", p("x"))
    with zipfile.ZipFile(chemin) as lu:
        parties = {nom: lu.read(nom) for nom in lu.namelist()}
    enflee = parties[partie].replace(b"</", b" " * 60_000_000 + b"</", 1)
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as ecrit:
        for nom, octets in (parties | {partie: enflee}).items():
            ecrit.writestr(nom, octets)
    with pytest.raises(ErreurUtilisateur, match="démesuré"):
        compiler(chemin, CATALOGUE)


BOMBE = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "partie", ["[Content_Types].xml", "word/_rels/document.xml.rels", "word/document.xml", "word/styles.xml", "_rels/.rels"]
)
def test_une_bombe_d_entites_est_refusee_partout(tmp_path: Path, partie: str) -> None:
    chemin = modele_word(tmp_path / "essai.docx", p("x"))
    with zipfile.ZipFile(chemin) as lu:
        parties = {nom: lu.read(nom) for nom in lu.namelist()}
    debut = parties[partie].find(b"?>") + 2 if parties[partie].startswith(b"<?xml") else 0
    parties[partie] = parties[partie][:debut] + BOMBE + parties[partie][debut:]
    with zipfile.ZipFile(chemin, "w") as ecrit:
        for nom, octets in parties.items():
            ecrit.writestr(nom, octets)
    with pytest.raises(ErreurUtilisateur, match="abîmé"):
        compiler(chemin, CATALOGUE)


def test_reperer_les_balises_est_lineaire() -> None:
    durees = []
    for taille in (50_000, 400_000):
        debut = time.process_time()
        reperer_balises("{{ {% {# " * taille)
        durees.append(time.process_time() - debut)
    assert durees[1] < 30 * max(durees[0], 0.01)


def test_les_jokers_d_un_si_ne_s_emballent_pas(tmp_path: Path) -> None:
    debut = time.process_time()
    assert not comparer("a" * 2000, "=", "a*" * 200 + "b")
    assert time.process_time() - debut < 1
    assert compiler_xml(tmp_path, p(champ("MERGEFIELD client_ville")))
