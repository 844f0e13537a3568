"""Les commutateurs de champ : images de nombre et de date, à la française comme à l'anglaise, casses."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.dates import format_date
from fabrique_word import VALEURS, champ, client, compiler_xml, fusion, p, paragraphes
from hypothesis import given
from hypothesis import strategies as st

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.lettres.word.images_date import compiler_image_date, ecrire_image_date
from relances_xl.lettres.word.images_nombre import compiler_image_nombre


@pytest.mark.parametrize(
    ("image", "nombre", "attendu"),
    [
        ("# ##0,00 €", "1234567.891", "1 234 567,89 €"),
        ("# ##0,00 €", "0", "0,00 €"),
        ("# ##0,00 €", "-1234.5", "-1 234,50 €"),
        ("# ##0", "1234.5", "1 235"),
        ("0", "-0.4", "0"),
        ("#,##0.00", "1234.5", "1,234.50"),
        ("$#,##0.00", "-5", "-$5.00"),
        ("#,##0", "12345", "12,345"),
        ("#.##0,00", "12345.6", "12.345,60"),
        ("0,00", "1.005", "1,01"),
        ("0.00", "2.675", "2.68"),
        ("0,000", "1.5", "1,500"),
        ("# ##0,##", "5.5", "5,5"),
        ("# ##0,##", "5", "5"),
        ("0,0 %", "12.15", "12,2 %"),
        ("0,0%", "12.15", "12,2%"),
        ("# ##0,00 'euros'", "5", "5,00 euros"),
        ("+# ##0,00", "5", "+5,00"),
        ("# ##0,00;(# ##0,00);'soldé'", "-1234", "(1 234,00)"),
        ("# ##0,00;(# ##0,00);'soldé'", "0", "soldé"),
        ("00 00 00 00 00", "472000000", "04 72 00 00 00"),
        ("### ### ###", "443061841", "443 061 841"),
        ("000", "7", "007"),
    ],
)
def test_image_de_nombre(image: str, nombre: str, attendu: str) -> None:
    assert compiler_image_nombre(image).ecrire(Decimal(nombre)) == attendu.replace(" ", "\u00a0")


def test_une_virgule_a_trois_zeros_suit_la_langue() -> None:
    assert compiler_image_nombre("0,000", "fr").ecrire(Decimal("1234.5")) == "1234,500"
    assert compiler_image_nombre("0,000", "en").ecrire(Decimal("1234.5")) == "1,235"


@pytest.mark.parametrize(
    ("image", "devise", "attendu"),
    [
        ("# ##0,00 €", "USD", "5,00\u00a0USD"),
        ("$#,##0.00", "EUR", "€5.00"),
        ("# ##0,00 €", "EUR", "5,00\u00a0€"),
        ("# ##0,00 EUR", "CHF", "5,00\u00a0CHF"),
    ],
)
def test_un_symbole_qui_n_est_pas_celui_du_montant_est_corrige(image: str, devise: str, attendu: str) -> None:
    assert compiler_image_nombre(image).ecrire(Decimal(5), devise) == attendu


@pytest.mark.parametrize(
    ("image", "francais", "anglais"),
    [
        ("d MMMM yyyy", "4 novembre 2026", "4 November 2026"),
        ("dd/MM/yyyy", "04/11/2026", "04/11/2026"),
        ("jj/MM/aaaa", "04/11/2026", "04/11/2026"),
        ("JJ/MM/AAAA", "04/11/2026", "04/11/2026"),
        ("jj/mm/aaaa", "04/11/2026", "04/11/2026"),
        ("MMMM", "novembre", "November"),
        ("dddd d MMM yy", "mercredi 4 nov. 26", "Wednesday 4 Nov 26"),
        ("'le' d MMMM", "le 4 novembre", "le 4 November"),
        ("yyyy-MM-dd", "2026-11-04", "2026-11-04"),
        ("d.M.yy", "4.11.26", "4.11.26"),
    ],
)
def test_image_de_date(image: str, francais: str, anglais: str) -> None:
    motif = compiler_image_date(image)
    assert ecrire_image_date(date(2026, 11, 4), motif, "fr") == francais
    assert ecrire_image_date(date(2026, 11, 4), motif, "en") == anglais


@given(
    st.dates(),
    st.lists(
        st.sampled_from(
            ["d", "jj", "M", "mm", "MMM", "MMMM", "aa", "yyyy", "dddd", "ddd", " ", "/", "'le'", "'l''an'", "'d\u202fM'", "er", "1", "é"]
        )
    ),
)
def test_une_date_francaise_ecrite_sans_babel_est_celle_de_babel(jour: date, morceaux: list[str]) -> None:
    motif = compiler_image_date("".join(morceaux))
    assert ecrire_image_date(jour, motif, "fr") == format_date(jour, motif, locale="fr").replace("\u202f", "\u00a0")


@pytest.mark.parametrize(
    ("instruction", "attendu"),
    [
        ('MERGEFIELD total_du \\# "# ##0,00 €" \\* MERGEFORMAT', "1\u00a0234,56\u00a0€"),
        ("MERGEFIELD total_du \\# # ##0,00", "1\u00a0234,56"),
        ('MERGEFIELD total_du \\#"#,##0.00"', "1,234.56"),
        ('MERGEFIELD date_lettre \\@ "d MMMM yyyy"', "24 novembre 2026"),
        ('MERGEFIELD date_lettre \\@ “MMMM” \\* Upper', "NOVEMBRE"),
        ('MERGEFIELD date_lettre \\@ "MMMM" \\* FirstCap', "Novembre"),
        ("MERGEFIELD client_raison_sociale \\* Upper", "LEFÈVRE & FILS"),
        ("MERGEFIELD client_raison_sociale \\* lower \\* Caps", "Lefèvre & Fils"),
        ("MERGEFIELD client_ville \\m \\v", "Lyon"),
        ("MERGEFIELD taux_penalites", "12,15"),
        ("MERGEFIELD total_du", "1\u00a0234,56\u00a0€"),
        ("MERGEFIELD date_lettre", "24/11/2026"),
        ("CHAMPFUSION client_ville", "Lyon"),
    ],
)  # fmt: skip
def test_les_commutateurs_dans_une_lettre(tmp_path: Path, instruction: str, attendu: str) -> None:
    assert fusion(tmp_path, p(champ(instruction))) == [attendu]


def test_un_nombre_en_texte_prend_l_image_et_le_reste_passe_tel_quel(tmp_path: Path) -> None:
    corps = p(champ('MERGEFIELD client_code \\# "00 00 00 00 00"'))
    assert fusion(tmp_path, corps, client(code="0472000000")) == ["04\u00a072\u00a000\u00a000\u00a000"]
    assert fusion(tmp_path, corps, client(code="C-12")) == ["C-12"]


def test_la_langue_du_modele_vient_de_son_nom(tmp_path: Path) -> None:
    corps = p(champ('MERGEFIELD date_lettre \\@ "d MMMM yyyy"')) + p("{{ total_du }}")
    anglais = compiler_xml(tmp_path, corps, "relance-1.en.docx")
    assert (anglais.langue, paragraphes(anglais.fusionner(VALEURS))) == ("en", ["24 November 2026", "€1,234.56"])
    assert compiler_xml(tmp_path, corps, "relance-1.docx").langue == "fr"


def test_une_autre_devise_s_ecrit_par_son_code(tmp_path: Path) -> None:
    valeurs = VALEURS | {"total_du": Montant(123456, "USD")}
    assert fusion(tmp_path, p("{{ total_du }}"), valeurs) == ["1\u00a0234,56\u00a0USD"]


def test_le_filtre_image_vaut_les_commutateurs(tmp_path: Path) -> None:
    corps = p("{{ total_du|image(“# ##0 €”) }} {{ date_lettre|image('d MMMM') }}")
    assert fusion(tmp_path, corps) == ["1\u00a0235\u00a0€ 24 novembre"]
