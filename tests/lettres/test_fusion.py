"""La fusion d'un modèle Word : champs natifs, balises, répétitions, paragraphes vides."""

from pathlib import Path

import pytest
from fabrique_word import VALEURS, champ, compiler_xml, fusion, p, paragraphes, parties_de, t, tableau

from relances_xl.domaine.ecrits.montants import Montant


@pytest.mark.parametrize("decoupe", [0, 1, 5])
def test_un_champ_complexe_coupe_en_runs_donne_sa_valeur(tmp_path: Path, decoupe: int) -> None:
    corps = p("Cher ", champ(" MERGEFIELD client_raison_sociale \\* MERGEFORMAT ", decoupe=decoupe), " !")
    assert fusion(tmp_path, corps) == ["Cher Lefèvre & Fils !"]


def test_un_champ_simple_donne_sa_valeur(tmp_path: Path) -> None:
    corps = f'<w:p><w:fldSimple w:instr=" MERGEFIELD client_ville ">{t("«v»")}</w:fldSimple></w:p>'
    assert fusion(tmp_path, corps) == ["Lyon"]


@pytest.mark.parametrize("nom", ["Client_Raison_Sociale", '"client raison sociale"', "client.raison_sociale", "CLIENT_RAISON_SOCIALE"])
def test_un_nom_se_reconnait_sans_casse_ni_guillemets(tmp_path: Path, nom: str) -> None:
    assert fusion(tmp_path, p(champ(f"MERGEFIELD {nom}"))) == ["Lefèvre & Fils"]


def test_la_mise_en_forme_du_premier_run_du_resultat_est_gardee(tmp_path: Path) -> None:
    lettre = compiler_xml(tmp_path, p(champ("MERGEFIELD client_ville", forme="<w:i/>", forme_resultat="<w:b/>"))).fusionner(VALEURS)
    assert b'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Lyon</w:t></w:r>' in parties_de(lettre)["word/document.xml"]


def test_avant_et_apres_n_accompagnent_qu_une_valeur(tmp_path: Path) -> None:
    corps = p("[", champ('MERGEFIELD client_ville \\b "à " \\f "."'), champ('MERGEFIELD client_note \\b "Note : "'), "]")
    assert fusion(tmp_path, corps) == ["[à Lyon.]"]


def test_des_balises_coupees_en_runs_mis_en_forme(tmp_path: Path) -> None:
    corps = p(t("Reste {"), t("{ total", "<w:b/>"), '<w:proofErr w:type="spellStart"/>', t("_du }", "<w:i/>"), t("} au {{ date_lettre }}."))
    assert fusion(tmp_path, corps) == ["Reste 1\u00a0234,56\u00a0€ au 24/11/2026."]


def test_un_bloc_si_dans_un_paragraphe_et_sur_plusieurs(tmp_path: Path) -> None:
    corps = (
        p("Net{% if penalites %} et pénalités {{ penalites }}{% endif %}.")
        + p("{% if niveau == 3 %}") + p("Mise en demeure") + p("{% else %}") + p("Rappel") + p("{% endif %}")
    )  # fmt: skip
    assert fusion(tmp_path, corps) == ["Net.", "Mise en demeure"]
    assert fusion(tmp_path, corps, VALEURS | {"niveau": 1}) == ["Net.", "Rappel"]


def test_un_bloc_si_autour_de_lignes_de_tableau(tmp_path: Path) -> None:
    corps = tableau(
        (p("A"), p("B")), (p("{% if penalites %}"), p("")), (p("Pénalités"), p("{{ penalites }}")), (p("{% endif %}"), p(""))
    ) + p("fin")
    assert fusion(tmp_path, corps) == ["A", "B", "fin"]
    assert fusion(tmp_path, corps, VALEURS | {"penalites": Montant(500, "EUR")}) == ["A", "B", "Pénalités", "5,00\u00a0€", "fin"]


def test_un_bloc_si_de_la_premiere_a_la_derniere_cellule_d_une_ligne(tmp_path: Path) -> None:
    corps = tableau((p("A"), p("B")), (p("{% if penalites %}Pénalités"), p("{{ penalites }}{% endif %}"))) + p("fin")
    assert fusion(tmp_path, corps) == ["A", "B", "fin"]
    assert fusion(tmp_path, corps, VALEURS | {"penalites": Montant(500, "EUR")}) == ["A", "B", "Pénalités", "5,00\u00a0€", "fin"]


@pytest.mark.parametrize(
    ("condition", "vrai"),
    [
        ("total_du > 1000", True),
        ("total_du <= 1234.5", False),
        ("penalites == 0", True),
        ("total_du == penalites", False),
        ("niveau in (2, 3)", True),
    ],
)
def test_un_montant_se_compare_a_un_nombre(tmp_path: Path, condition: str, vrai: bool) -> None:
    condition = condition.replace("<", "&lt;").replace(">", "&gt;")
    assert fusion(tmp_path, p(f"[{{% if {condition} %}}oui{{% endif %}}]")) == ["[oui]" if vrai else "[]"]


def test_une_boucle_ecrite_par_l_utilisateur(tmp_path: Path) -> None:
    corps = p("{% for e in echeances %}") + p("{{ loop.index }} : {{ e.piece }}") + p("{% endfor %}") + p("fin")
    assert fusion(tmp_path, corps) == ["1 : FA1", "2 : FA2", "fin"]


def test_une_ligne_a_champ_echeance_se_repete_puis_vient_le_total(tmp_path: Path) -> None:
    corps = tableau(
        (p("Pièce"), p("Dû")),
        (p(champ("MERGEFIELD echeance_piece")), p("{{ echeance.reste_du }}")),
        (p("Total"), p(champ("MERGEFIELD total_du"))),
    ) + p("fin")
    assert fusion(tmp_path, corps) == [
        "Pièce", "Dû", "FA1", "1\u00a0000,00\u00a0€", "FA2", "334,56\u00a0€", "AV9", "-100,00\u00a0€", "Total", "1\u00a0234,56\u00a0€", "fin",
    ]  # fmt: skip


def test_une_ligne_repetee_zero_fois_disparait_et_l_en_tete_reste(tmp_path: Path) -> None:
    corps = tableau((p("Pièce"),), (p("{{ autre.piece }}"),)) + tableau((p("{{ autre.piece }}"),)) + p("fin")
    lettre = compiler_xml(tmp_path, corps).fusionner(VALEURS)
    assert paragraphes(lettre) == ["Pièce", "fin"]
    assert parties_de(lettre)["word/document.xml"].count(b"<w:tbl>") == 1


def test_un_paragraphe_dont_tous_les_champs_sont_vides_disparait(tmp_path: Path) -> None:
    vide = champ("MERGEFIELD client_note")
    corps = (
        p(vide, " ", champ("MERGEFIELD client_contact"))
        + p("{{ message }}")
        + p("Note : ", vide)
        + p(vide, champ("MERGEFIELD client_ville"))
        + p(vide)
    )
    assert fusion(tmp_path, corps) == ["Note : ", "Lyon", ""]


def test_le_dernier_paragraphe_d_une_cellule_reste(tmp_path: Path) -> None:
    corps = tableau((p("{{ message }}") + p("{{ client.note }}"), p("{{ message }}"))) + p("fin")
    assert fusion(tmp_path, corps) == ["", "", "fin"]


def test_une_cellule_qu_un_bloc_vide_garde_un_paragraphe(tmp_path: Path) -> None:
    corps = tableau((p("{% if message %}") + p("Message") + p("{% endif %}"), p("x"))) + p("fin")
    assert fusion(tmp_path, corps) == ["", "x", "fin"]
    assert fusion(tmp_path, corps, VALEURS | {"message": "m"}) == ["Message", "x", "fin"]


def test_un_retour_a_la_ligne_devient_un_saut_de_ligne(tmp_path: Path) -> None:
    assert fusion(tmp_path, p(champ("MERGEFIELD client_adresse")) + p("{{ client.adresse }}")) == ["A\nB", "A\nB"]
