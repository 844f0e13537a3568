"""Les champs IF de Word, calculés à la fusion."""

from pathlib import Path

import pytest
from fabrique_word import VALEURS, champ, client, compiler_xml, fusion, p, parties_de, t, tableau

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.lettres.compile.conditions import comparer


def si(*morceaux: str, resultat: str = "ancien", forme: str = "") -> str:
    """Un champ IF dont l'instruction mêle des textes et des champs."""
    rpr = f"<w:rPr>{forme}</w:rPr>" if forme else ""
    borne = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    runs = "".join(m if m.startswith("<w:") else f'<w:r>{rpr}<w:instrText xml:space="preserve">{m}</w:instrText></w:r>' for m in morceaux)
    return borne.format("begin") + runs + borne.format("separate") + t(resultat) + borne.format("end")


VILLE = champ("MERGEFIELD client_ville")


@pytest.mark.parametrize(
    ("condition", "attendu"),
    [
        ((" IF ", VILLE, ' = "Lyon" "oui" "non" '), "oui"),
        ((" IF ", VILLE, ' = "lyon" "oui" "non" '), "non"),
        ((" IF ", VILLE, ' &lt;&gt; Lyon "oui" "non"'), "non"),
        ((" IF ", VILLE, ' = "Ly*" "oui" "non"'), "oui"),
        ((' IF "', VILLE, '" = "L?on" "oui" "non"'), "oui"),
        ((" IF ", champ("MERGEFIELD total_du"), ' &gt;= 1000 "oui" "non"'), "oui"),
        ((" IF ", champ("MERGEFIELD total_du"), ' &lt; "1 234,56" "oui" "non"'), "non"),
        ((" IF ", champ("MERGEFIELD penalites"), ' = 0 "aucune" "des pénalités"'), "aucune"),
        ((" IF ", VILLE, ' = "" "vide"'), ""),
        ((' IF 1 &lt; 2 "vrai" "faux" \\* MERGEFORMAT'), "vrai"),
        ((' IF 1 &gt; 2 "vrai" "faux" \\* MERGEFORMAT'), "faux"),
        ((' IF 1 &gt; 2 "vrai" \\* MERGEFORMAT'), ""),
        ((" IF 1 &lt; 2 vrai faux \\* MERGEFORMAT "), "vrai"),
        ((" IF 1 &gt; 2 vrai faux \\* CHARFORMAT "), "faux"),
        ((" IF ", VILLE, ' = Lyon "à ', VILLE, '" "ailleurs"'), "à Lyon"),
        ((" IF ", VILLE, ' = Nice "a" "', si(" IF ", VILLE, ' = Lyon "b" "c"'), '"'), "b"),
        ((" IF ", si(" IF ", VILLE, ' = Lyon "1" "2"'), ' = 1 "un" "deux"'), "un"),
        ((" IF ", VILLE, ' = Lyon "dit \\"oui\\"" "non"'), 'dit "oui"'),
    ],
)
def test_un_si_calcule(tmp_path: Path, condition: tuple[str, ...] | str, attendu: str) -> None:
    morceaux = (condition,) if isinstance(condition, str) else condition
    assert fusion(tmp_path, p("[", si(*morceaux), "]")) == [f"[{attendu}]"]


def test_un_si_vide_seul_dans_son_paragraphe_le_fait_disparaitre(tmp_path: Path) -> None:
    corps = p(si(" IF ", champ("MERGEFIELD client_note"), ' &lt;&gt; "" "Note : ', champ("MERGEFIELD client_note"), '" ""')) + p("fin")
    assert fusion(tmp_path, corps) == ["fin"]
    assert fusion(tmp_path, corps, client(note="à rappeler")) == ["Note : à rappeler", "fin"]


def test_un_si_dans_une_ligne_repetee_lit_la_ligne(tmp_path: Path) -> None:
    corps = tableau(
        (p(si(" IF ", champ("MERGEFIELD echeance_reste_du"), ' &lt; 0 "avoir ', champ("MERGEFIELD echeance_piece"), '" "facture"')),)
    ) + p("")
    assert fusion(tmp_path, corps) == ["facture", "facture", "avoir AV9", ""]


def test_la_branche_garde_sa_mise_en_forme(tmp_path: Path) -> None:
    lettre = compiler_xml(tmp_path, p(si(" IF ", VILLE, ' = Lyon "oui" "non"', forme="<w:b/>"))).fusionner(VALEURS)
    assert b'<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">oui</w:t>' in parties_de(lettre)["word/document.xml"]


def test_un_si_de_page_sans_champ_est_laisse_a_word_et_le_dit(tmp_path: Path) -> None:
    modele = compiler_xml(tmp_path, p(si(" IF ", champ("PAGE", "1"), ' = 1 "tête" "suite"')) + p("{{ client.ville }}"))
    assert any("seul Word le calcule" in str(faute) for faute in modele.avertissements)


def test_un_si_de_page_qui_porte_un_champ_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur, match="ne se calcule pas"):
        compiler_xml(tmp_path, p(si(" IF ", champ("PAGE", "1"), ' = 1 "', VILLE, '" "suite"')))


@pytest.mark.parametrize(
    ("gauche", "operateur", "droite", "attendu"),
    [
        (Montant(1000, "EUR"), "=", "10", True), ("10,0", "=", "10", True), ("abc", "<", "abd", True), ("", "=", "", True),
        ("5", "=", "", False), ("a.c", "=", "abc", False), ("2", "<", "10", True), ("Oui", "<>", "Non", True),
        ("Lyon 3e", "<>", "Lyon*", False), ("Paris", "<>", "Lyon*", True), ("Lyon 3e", "=", "Lyon*", True),
    ],
)  # fmt: skip
def test_comparer_comme_word(gauche: object, operateur: str, droite: object, attendu: bool) -> None:
    assert comparer(gauche, operateur, droite) is attendu
