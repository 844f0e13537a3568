"""Codes, jokers et plages du critère « Codes clients »."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relances_xl.domaine.selection import Selection, faute_de_syntaxe, ordre_naturel


@pytest.mark.parametrize(
    ("motif", "dedans", "dehors"),
    [
        ("C001", ["C001", "c001", " C001 "], ["C0010", "C002", "C1", ""]),
        ("C00*", ["C00", "C001", "c00-é"], ["C01", "XC00"]),
        ("C?1", ["C01", "cx1"], ["C1", "C001"]),
        ("C001..C050", ["C001", "C050", "c010", "C7"], ["C000", "C051", "D001", "B999"]),
        ("C9 .. C11", ["C9", "C10", "C11"], ["C1", "C8", "C12", "C100"]),
        ("411001…411003", ["411001", "411002", "411003"], ["411", "411004", "411A"]),
        ("A..C", ["A", "b", "C", "B12"], ["D", "C1"]),
        ("[AB]*", ["[AB]", "[ab]x"], ["A1"]),
        ("a.b", ["A.B"], ["aXb"]),
    ],
)
def test_ce_qu_un_motif_designe(motif: str, dedans: list[str], dehors: list[str]) -> None:
    selection = Selection((motif,))
    assert [code for code in dedans if not selection.contient(code)] == []
    assert [code for code in dehors if selection.contient(code)] == []


def test_une_selection_vide_ne_designe_personne_et_se_voit() -> None:
    assert not Selection()
    assert not Selection().contient("C001")


def test_les_motifs_sans_client_sont_nommes_tels_qu_ecrits() -> None:
    selection = Selection(("c001", "Z*", "D1..D9", "C0?2"))
    assert selection.inconnus(["C001", "C002"]) == ("Z*", "D1..D9")
    assert selection.inconnus([]) == selection.motifs


@pytest.mark.parametrize(
    ("motif", "faute"),
    [
        ("C050..C001", "inversée"),
        ("C10..C9", "inversée"),
        ("C001..", "deux bornes"),
        ("..", "deux bornes"),
        ("A..B..C", "deux bornes"),
        ("C*..C9", "joker"),
    ],
)
def test_une_plage_mal_ecrite_est_expliquee(motif: str, faute: str) -> None:
    assert faute in faute_de_syntaxe(motif)


@pytest.mark.parametrize("motif", ["C001", "C*", "C9..C10", "C1..C1", "DUPONT & FILS", "A.B"])
def test_un_motif_bien_ecrit_n_a_pas_de_faute(motif: str) -> None:
    assert faute_de_syntaxe(motif) == ""


codes = st.text(alphabet="ABCabc0129-.&é", min_size=1, max_size=8).filter(
    lambda c: ".." not in c and not c.startswith(".") and not c.endswith(".")
)


@given(codes, codes, codes)
def test_une_plage_designe_exactement_ce_que_l_ordre_naturel_place_entre_ses_bornes(a: str, b: str, code: str) -> None:
    debut, fin = sorted((a, b), key=ordre_naturel)
    assert faute_de_syntaxe(f"{debut}..{fin}") == ""
    plage = Selection((f"{debut}..{fin}",))
    assert plage.contient(debut) and plage.contient(fin)
    assert plage.contient(code) == (ordre_naturel(debut) <= ordre_naturel(code) <= ordre_naturel(fin))
