"""Les adresses suivent la norme NF Z10-011 et ne perdent rien de ce qui est saisi."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relances_xl.domaine.ecrits.adresses import LIGNES, capitales, couper, lignes_postales


def test_une_adresse_complete() -> None:
    assert lignes_postales(
        "Établissements Lefèvre & Fils",
        civilite="Madame",
        contact="Anne Lefèvre",
        voie=["Bâtiment C", "12, rue de l'Église", "Z.A. des Prés"],
        code_postal="69003",
        ville="Lyon",
        pays="France",
    ) == (
        "Établissements Lefèvre & Fils",
        "Madame Anne Lefèvre",
        "BATIMENT C",
        "12 RUE DE L EGLISE",
        "Z A DES PRES",
        "69003 LYON",
    )


@pytest.mark.parametrize(
    ("code_postal", "ville", "attendue"),
    [
        ("75001", "Paris", "75001 PARIS"),
        ("44000", "44000 Nantes", "44000 NANTES"),
        ("42000", "Saint-Étienne", "42000 SAINT ETIENNE"),
        ("33076", "Bordeaux Cedex", "33076 BORDEAUX CEDEX"),
        ("62630", "Œuf-en-Ternois", "62630 OEUF EN TERNOIS"),
        ("", "Lyon", "LYON"),
    ],
)
def test_la_derniere_ligne_est_le_code_et_la_ville(code_postal: str, ville: str, attendue: str) -> None:
    assert lignes_postales("X", voie=["1 rue A"], code_postal=code_postal, ville=ville)[-1] == attendue


def test_le_pays_etranger_est_la_derniere_ligne() -> None:
    lignes = lignes_postales("Müller GmbH", voie=["Hauptstraße 5"], code_postal="80331", ville="München", pays="Allemagne")
    assert lignes == ("Müller GmbH", "HAUPTSTRASSE 5", "80331 MUNCHEN", "ALLEMAGNE")


@pytest.mark.parametrize("pays", ["", "France", "FRANCE", "FR", " france "])
def test_la_france_ne_s_ecrit_pas(pays: str) -> None:
    assert lignes_postales("X", voie=["1 rue A"], code_postal="75001", ville="Paris", pays=pays)[-1] == "75001 PARIS"


@pytest.mark.parametrize(
    ("nom", "civilite", "contact", "attendu"),
    [
        ("Paul Durand", "Monsieur", "Paul Durand", ("Monsieur Paul Durand",)),
        ("DURAND Paul", "", "Paul Durand", ("DURAND Paul",)),
        ("Paul Durand", "M.", "", ("M. Paul Durand",)),
        ("M. Paul Durand", "M.", "", ("M. Paul Durand",)),
        ("Durand SA", "Mme", "Mme Roy", ("Durand SA", "Mme Roy")),
        ("Durand SA", "", "", ("Durand SA",)),
    ],
)
def test_le_nom_n_est_pas_redit(nom: str, civilite: str, contact: str, attendu: tuple[str, ...]) -> None:
    lignes = lignes_postales(nom, civilite=civilite, contact=contact, voie=[nom, "1 rue A"], code_postal="75001", ville="Paris")
    assert lignes == (*attendu, "1 RUE A", "75001 PARIS")


def test_une_localite_redite_dans_l_adresse_ne_s_ecrit_qu_une_fois() -> None:
    lignes = lignes_postales("X", voie=["1 rue A", "75001 Paris"], code_postal="75001", ville="PARIS")
    assert lignes == ("X", "1 RUE A", "75001 PARIS")


def test_trop_de_lignes_joignent_les_plus_courtes() -> None:
    lignes = lignes_postales(
        "Syndicat mixte d'aménagement et de gestion du parc",
        contact="Anne Roy",
        voie=["Esc. 2", "Bât. C", "12 avenue de la République"],
        code_postal="75001",
        ville="Paris",
    )
    assert lignes == (
        "Syndicat mixte d'aménagement et de",
        "gestion du parc",
        "Anne Roy",
        "ESC 2 BAT C",
        "12 AVENUE DE LA REPUBLIQUE",
        "75001 PARIS",
    )


def test_un_nom_demesure_garde_six_lignes_et_toutes_ses_lettres() -> None:
    nom = "Compagnie " * 50
    lignes = lignes_postales(nom, voie=["1 rue A"], code_postal="75001", ville="Paris")
    assert len(lignes) <= LIGNES
    assert " ".join(lignes).count("Compagnie") == 50


def test_une_adresse_vide_ne_donne_rien() -> None:
    assert lignes_postales("") == ()


_textes = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), max_size=60)


@settings(max_examples=150, deadline=None)
@given(
    nom=_textes,
    contact=_textes,
    voie=st.lists(_textes, max_size=3),
    ville=st.text("abcé -'", max_size=30),
    pays=st.sampled_from(["", "Italie"]),
)
def test_jamais_trop_de_lignes_et_rien_de_perdu(nom: str, contact: str, voie: list[str], ville: str, pays: str) -> None:
    lignes = lignes_postales(nom, contact=contact, voie=voie, code_postal="75001", ville=ville, pays=pays)
    assert len(lignes) <= LIGNES + bool(pays)
    assert all(ligne == ligne.strip() and ligne for ligne in lignes)
    imprime = "".join(capitales(ligne).replace(" ", "") for ligne in lignes)
    for texte in (nom, *voie):
        for mot in capitales(texte).split():
            assert mot in imprime


@given(st.text("ab é-", max_size=300), st.integers(5, 50))
def test_couper_ne_perd_aucun_caractere(ligne: str, largeur: int) -> None:
    morceaux = couper(ligne, largeur)
    assert all(0 < len(morceau) <= largeur for morceau in morceaux)
    assert "".join(morceaux).replace(" ", "") == ligne.replace(" ", "")
