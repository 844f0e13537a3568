"""Lire `criteres.xlsx` : tout ce qu'on peut y écrire, et chaque faute dite d'un coup avec sa cellule."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from cases import case, derniere, rang
from hypothesis import given
from hypothesis import strategies as st
from lieux import DONNEES
from openpyxl import Workbook
from openpyxl.styles import Font

from relances_xl.criteres.creation import creer_criteres
from relances_xl.criteres.lecture import lire_criteres, lire_parametres
from relances_xl.domaine import criteres as module_criteres
from relances_xl.domaine import niveaux as module_niveaux
from relances_xl.domaine import taux as module_taux
from relances_xl.domaine.criteres import Convertisseur, Criteres, ModesDePaiement, Regroupement, TypeClient, TypeEtat, ecrire_valeur
from relances_xl.domaine.ecrits.dates import DelaiPaiement, FinDeMois
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import CelluleErreur, Feuille, Formule, Valeur
from relances_xl.domaine.niveaux import PLANS_LIVRES, Envoi
from relances_xl.domaine.parametres import Emetteur, Messagerie, ModeCourriel, Securite
from relances_xl.domaine.schemas import SUIVI
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.tables import CHAMPS_ECHEANCE

JOUR = date(2026, 4, 2)


@pytest.fixture(scope="session")
def livre(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Le classeur livré, vide de tout exemple."""
    chemin = tmp_path_factory.mktemp("livre") / "criteres.xlsx"
    creer_criteres(chemin, exemple=False)
    return chemin.read_bytes()


@pytest.fixture
def classeur(livre: bytes, tmp_path: Path) -> Callable[..., Path]:
    """Le classeur livré, avec des cellules changées : classeur({"Critères!B7": 60}) ou classeur(retoucher)."""

    def faire(*retouches: dict[str, Any] | Callable[[Workbook], object]) -> Path:
        chemin = tmp_path / "criteres.xlsx"
        chemin.write_bytes(livre)
        ouvert = openpyxl.load_workbook(chemin)
        for retouche in retouches:
            if callable(retouche):
                retouche(ouvert)
                continue
            for place, valeur in retouche.items():
                onglet, cellule = place.split("!")
                ouvert[onglet][cellule] = valeur
        ouvert.save(chemin)
        return chemin

    return faire


def cellule(libelle: str) -> str:
    """La cellule de la valeur d'un critère, dans le classeur livré."""
    return f"Critères!{case(libelle)}"


def fautes(chemin: Path) -> list[Faute]:
    with pytest.raises(ErreurUtilisateur) as erreur:
        lire_parametres(chemin, JOUR)
    return list(erreur.value.fautes)


def lire_un(libelle: str, valeur: Valeur) -> Criteres:
    criteres, trouvees = lire_criteres(Feuille("Critères", [["Critère", "Valeur"], [libelle, valeur]]), "revue.xlsx", JOUR, PLANS_LIVRES)
    assert criteres is not None, trouvees
    return criteres


def faute_de(libelle: str, valeur: Valeur) -> Faute:
    criteres, trouvees = lire_criteres(Feuille("Critères", [["Critère", "Valeur"], [libelle, valeur]]), "revue.xlsx", JOUR, PLANS_LIVRES)
    assert criteres is None and len(trouvees) == 1
    return trouvees[0]


def test_le_classeur_livre_vaut_les_valeurs_par_defaut(classeur: Callable[..., Path]) -> None:
    lu = lire_parametres(classeur(), JOUR)
    assert lu.criteres == Criteres(JOUR, JOUR)
    assert lu.plans == PLANS_LIVRES
    assert lu.taux == module_taux.LIVRES
    assert (lu.emetteur, lu.messagerie, lu.colonnes, lu.clients_coches, lu.avertissements) == (Emetteur(), Messagerie(), {}, (), ())
    assert lu.suivi.empty and SUIVI.admettre(lu.suivi) is lu.suivi


@pytest.mark.parametrize(
    ("libelle", "valeur", "champ", "attendu"),
    [
        ("Codes clients", "C001; c*\nC010..C050 ;;", "codes_clients", ("C001", "c*", "C010..C050")),
        ("Codes clients", 411001, "codes_clients", ("411001",)),
        ("Codes clients", 411001.0, "codes_clients", ("411001",)),
        ("Codes clients", None, "codes_clients", ()),
        ("Mode de paiement", "tout", "modes_paiement", ModesDePaiement()),
        ("Mode de paiement", "Virement ; Chèque", "modes_paiement", ModesDePaiement(("Virement", "Chèque"), sauf=False)),
        ("Mode de paiement", "TOUT SAUF Traite; LCR", "modes_paiement", ModesDePaiement(("Traite", "LCR"))),
        ("Mode de paiement", "Tout ; sauf : Traite", "modes_paiement", ModesDePaiement(("Traite",))),
        ("Mode de paiement", "  ", "modes_paiement", ModesDePaiement()),
        ("Date de référence", datetime(2026, 3, 31, 0, 0), "date_reference", date(2026, 3, 31)),  # noqa: DTZ001
        ("Date de référence", "31/03/2026", "date_reference", date(2026, 3, 31)),
        ("Date de référence", "31.3.26", "date_reference", date(2026, 3, 31)),
        ("Date de référence", "2026-03-31", "date_reference", date(2026, 3, 31)),
        ("Date de référence", 20260331, "date_reference", date(2026, 3, 31)),
        ("Date de référence", "31 mars 2026", "date_reference", date(2026, 3, 31)),
        ("Date de référence", "1er janv 2026", "date_reference", date(2026, 1, 1)),
        ("Date de référence", "1er août 2026", "date_reference", date(2026, 8, 1)),
        ("Date de référence", None, "date_reference", JOUR),
        ("Échéances depuis", "", "ignorer_avant", None),
        ("Montant minimum", 60, "montant_minimum", Decimal(60)),
        ("Montant minimum", 0.1 + 0.2, "montant_minimum", Decimal("0.3")),
        ("Montant minimum", "1 234,56 €", "montant_minimum", Decimal("1234.56")),
        ("Montant minimum", "1.234,56", "montant_minimum", Decimal("1234.56")),
        ("Montant minimum", "1\u202f234", "montant_minimum", Decimal(1234)),
        ("Montant minimum", "12.5", "montant_minimum", Decimal("12.5")),
        ("Montant minimum", None, "montant_minimum", Decimal(0)),
        ("Réédition de relance", True, "reedition", True),
        ("Réédition de relance", "OUI", "reedition", True),
        ("Réédition de relance", Formule("=TRUE()"), "reedition", True),
        ("Relance automatique", "non", "automatique", False),
        ("Relance automatique", None, "automatique", True),
        ("Niveau de relance", 2, "niveau", 2),
        ("Niveau de relance", " 2 ", "niveau", 2),
        ("Type d'état", "liste  CLIENTS", "type_etat", TypeEtat.LISTE_CLIENTS),
        ("Sortie sur", "selon le client", "sortie", Sortie.SELON_CLIENT),
        ("Convertisseur PDF", "integre", "convertisseur", Convertisseur.INTEGRE),
        ("pdf a", "oui", "pdfa", True),
        ("Regroupement", "client et Niveau", "regroupement", Regroupement.CLIENT_ET_NIVEAU),
        ("Modules exclus", None, "modules_exclus", ()),
        ("Modules exclus", "Comptoir; SAV", "modules_exclus", ("Comptoir", "SAV")),
        ("Type de client par défaut", "PUBLIC", "type_client_defaut", TypeClient.PUBLIC),
        ("Type de client par défaut", None, "type_client_defaut", None),
        ("Délai de paiement", 45, "delai_paiement", DelaiPaiement(45)),
        ("Délai de paiement", "30 fin de mois le 10", "delai_paiement", DelaiPaiement(30, FinDeMois.APRES, 10)),
        ("Délai de paiement", "fin de mois 45", "delai_paiement", DelaiPaiement(45, FinDeMois.AVANT)),
        ("Fichier clients", None, "fichier_clients", ""),
        ("Fichier échéances", None, "fichier_echeances", "exports/echeances.xlsx"),
        ("Taux de pénalités contractuel", 12.15, "taux_contractuel", Decimal("12.15")),
        ("Taux de pénalités contractuel", "12,15 %", "taux_contractuel", Decimal("12.15")),
        ("Taux de pénalités contractuel", None, "taux_contractuel", None),
        ("  echeances DEPUIS", "01/01/2026", "ignorer_avant", date(2026, 1, 1)),
        ("Modes de paiement", "x", "modes_paiement", "inconnu"),
    ],
)
def test_une_valeur_se_lit_comme_un_humain_l_ecrit(libelle: str, valeur: Valeur, champ: str, attendu: object) -> None:
    if attendu == "inconnu":
        assert "Mode de paiement" in faute_de(libelle, valeur).remede
        return
    assert getattr(lire_un(libelle, valeur), champ) == attendu


@pytest.mark.parametrize(
    ("libelle", "valeur", "message", "remede"),
    [
        ("Codes clients", "C050..C001", "inversée", "C001..C050"),
        ("Date de référence", "31/02/2026", "n'est pas une date", "31/03/2026"),
        ("Date de référence", "demain", "n'est pas une date", "31/03/2026"),
        ("Date de référence", 461, "n'est pas une date", "31/03/2026"),
        ("Date d'édition", date(206, 3, 31), "invraisemblable", "quatre chiffres"),
        ("Montant minimum", -1, "négatif", "positif"),
        ("Montant minimum", "1.234", "deux façons", "1234 ou 1,234"),
        ("Montant minimum", "beaucoup", "n'est pas un nombre", "1234,56"),
        ("Montant minimum", CelluleErreur("#DIV/0!"), "#DIV/0!", "corrigez la formule"),
        ("Montant minimum", Formule("=60*2"), "n'a pas de résultat", "enregistrez-le"),
        ("Réédition de relance", "peut-être", "ni Oui ni Non", "Oui ou Non"),
        ("Niveau de relance", 4, "niveau « 4 » inconnu", "de 1 à 3"),
        ("Niveau de relance", 1.5, "inconnu", "de 1 à 3"),
        ("Sortie sur", "PDFF", "« PDFF » inconnue", "« PDF »"),
        ("Type de client par défaut", "Association", "inconnue", "Particulier"),
        ("Délai de paiement", "bientôt", "incompréhensible", "45 fin de mois"),
        ("Taux de pénalités contractuel", "1215 %", "hors limites", "12,15"),
        ("Taux de pénalités contractuel", -1, "hors limites", "12,15"),
    ],
)
def test_une_faute_nomme_sa_cellule_et_son_remede(libelle: str, valeur: Valeur, message: str, remede: str) -> None:
    faute = faute_de(libelle, valeur)
    assert (faute.fichier, faute.onglet, faute.cellule) == ("revue.xlsx", "Critères", "B2")
    assert message in faute.message and remede in faute.remede


def test_un_pourcentage_se_lit_selon_le_format_de_sa_cellule(classeur: Callable[..., Path]) -> None:
    def saisir(valeur: Any, format_nombre: str) -> Decimal | None:
        def retoucher(ouvert: Workbook) -> None:
            place = cellule("Taux de pénalités contractuel").split("!")[1]
            ouvert["Critères"][place] = valeur
            ouvert["Critères"][place].number_format = format_nombre

        return lire_parametres(classeur(retoucher), JOUR).criteres.taux_contractuel

    assert saisir(0.1215, "0.00%") == Decimal("12.15")
    assert saisir(0.1215, "General") == Decimal("0.1215")
    assert saisir(12.15, '0.00" %"') == Decimal("12.15")
    assert saisir(12.15, r"0.00\ \%") == Decimal("12.15")
    assert saisir(0.07, "0%") == Decimal(7)
    assert saisir("12,15%", "@") == Decimal("12.15")


def test_toutes_les_fautes_du_classeur_sont_dites_d_un_coup_dans_l_ordre_des_onglets(classeur: Callable[..., Path]) -> None:
    chemin = classeur(
        {
            f"Critères!A{rang('modes_paiement')}": "Mode de paimant", cellule("Montant minimum"): "?", "Clients!A2": "peut-être", "Niveaux!C3": -1,
            "Suivi!A2": "C1", "Suivi!D2": "Rendez-vous", "Colonnes!C2": "Compte", "Colonnes!A2": "code_cliant",
            "Taux!A2": "1er semestre", "Messagerie!B3": 99999,
        }
    )  # fmt: skip
    lues = fautes(chemin)
    assert [(f.onglet, f.cellule) for f in lues] == [
        ("Critères", f"A{rang('modes_paiement')}"), ("Critères", case("montant_minimum")), ("Clients", "A2"), ("Suivi", "D2"),
        ("Niveaux", "C3"), ("Messagerie", "B3"), ("Taux", "A2"), ("Colonnes", "A2"),
    ]  # fmt: skip
    assert all(f.fichier == "criteres.xlsx" and f.message and f.remede for f in lues)
    assert "« Mode de paiement »" in lues[0].remede and "« code_client »" in lues[7].remede


def test_un_critere_deplace_absent_ou_en_double(classeur: Callable[..., Path]) -> None:
    def retoucher(ouvert: Workbook) -> None:
        ouvert["Critères"].delete_rows(rang("montant_minimum"))
        ouvert["Critères"].append(["regroupement "])
        ouvert["Critères"]["B50"] = "seul"

    lues = fautes(classeur(retoucher))
    assert [f.cellule for f in lues] == [f"A{derniere()}", "B50"]
    assert f"déjà en B{rang('regroupement') - 1}" in lues[0].message and "sans libellé" in lues[1].message

    def deplacer(ouvert: Workbook) -> None:
        ouvert["Critères"].insert_rows(2, 5)
        ouvert["Critères"].append(["montant minimum", 12])
        ouvert["Critères"].delete_rows(rang("montant_minimum") + 5)

    assert lire_parametres(classeur(deplacer), JOUR).criteres.montant_minimum == 12


def test_une_formule_vaut_son_resultat_enregistre(classeur: Callable[..., Path]) -> None:
    chemin = classeur({cellule("Montant minimum"): "=40+20", cellule("Niveau de relance"): "=1+1"})
    assert [f.cellule for f in fautes(chemin)] == [case("montant_minimum"), case("niveau")]
    brut = {}
    with zipfile.ZipFile(chemin) as archive:
        brut = {nom: archive.read(nom) for nom in archive.namelist()}
    feuille = "xl/worksheets/sheet2.xml"
    brut[feuille] = (
        brut[feuille].replace(b"<f>40+20</f><v></v>", b"<f>40+20</f><v>60</v>").replace(b"<f>40+20</f><v/>", b"<f>40+20</f><v>60</v>")
    )
    brut[feuille] = brut[feuille].replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>")
    with zipfile.ZipFile(chemin, "w") as archive:
        for nom, contenu in brut.items():
            archive.writestr(nom, contenu)
    lus = lire_parametres(chemin, JOUR).criteres
    assert (lus.montant_minimum, lus.niveau) == (Decimal(60), 2)


def test_le_niveau_s_ecrit_aussi_par_son_nom(classeur: Callable[..., Path]) -> None:
    assert lire_parametres(classeur({cellule("Niveau de relance"): "deuxieme relance"}), JOUR).criteres.niveau == 2


@pytest.mark.parametrize(
    ("retouches", "place", "message"),
    [
        ({"Niveaux!A4": 4}, "A4", "le niveau 3 manque"),
        ({"Niveaux!A4": 2}, "A4", "déjà en A3"),
        ({"Niveaux!A2": None}, "A2", "numéro du niveau manque"),
        ({"Niveaux!A2": "un"}, "A2", "n'est pas un nombre"),
        ({"Niveaux!C2": 1.5}, "C2", "nombre entier"),
        ({"Niveaux!C2": None}, "C2", "délai en jours manque"),
        ({"Niveaux!D3": None}, "D3", "lettre type manque"),
        ({"Niveaux!D3": "../relance.docx"}, "D3", "nom de lettre type"),
        ({"Niveaux!D3": "relance-2"}, "D3", "nom de lettre type"),
        ({"Niveaux!E4": "parfois"}, "E4", "ni Oui ni Non"),
        ({"Niveaux!H4": "Pigeon"}, "H4", "Recommandé"),
        ({"Niveaux!B1": "Nom", "Niveaux!C1": "Attente"}, "ligne 1", "« Libellé » manque"),
    ],
)
def test_des_niveaux_bancals_sont_refuses(classeur: Callable[..., Path], retouches: dict[str, object], place: str, message: str) -> None:
    lues = fautes(classeur(retouches))
    assert lues[0].onglet == "Niveaux" and lues[0].cellule == place
    assert message in f"{lues[0].message} {lues[0].remede}"


def test_les_niveaux_s_ajoutent_dans_n_importe_quel_ordre_avec_des_colonnes_en_plus(classeur: Callable[..., Path]) -> None:
    def retoucher(ouvert: Workbook) -> None:
        feuille = ouvert["Niveaux"]
        feuille.insert_cols(2)
        feuille["B1"] = "Mon avis"
        feuille.append([4, "ferme", "Avocat", 0, "Avocat.DOCX", "oui", "x", None, "recommande"])
        feuille.move_range("A2:I2", rows=5)

    niveaux = lire_parametres(classeur(retoucher), JOUR).plans.standard
    assert [n.numero for n in niveaux] == [1, 2, 3, 4]
    assert niveaux[4] == module_niveaux.Niveau(4, "Avocat", 0, "Avocat.DOCX", True, True, "", Envoi.RECOMMANDE)


@pytest.mark.parametrize(
    ("coche", "attendus"),
    [
        ("Oui", ("C2",)),
        ("x", ("C2",)),
        (True, ("C2",)),
        (1, ("C2",)),
        ("✓", ("C2",)),
        ("=VRAI()", ("C2",)),
        ("Non", ()),
        (False, ()),
        (None, ()),
    ],
)
def test_une_coche_se_lit_sous_toutes_ses_formes(classeur: Callable[..., Path], coche: object, attendus: tuple[str, ...]) -> None:
    assert lire_parametres(classeur({"Clients!A3": coche, "Clients!B3": "C2", "Clients!B2": "C1"}), JOUR).clients_coches == attendus


def test_une_coche_sans_code_est_une_faute(classeur: Callable[..., Path]) -> None:
    assert [(f.onglet, f.cellule) for f in fautes(classeur({"Clients!A5": "Oui"}))] == [("Clients", "B5")]


def test_le_suivi_devient_une_table_typee(classeur: Callable[..., Path]) -> None:
    suivi = lire_parametres(
        classeur(
            {
                "Suivi!A2": 411001, "Suivi!B2": "F-1", "Suivi!C2": datetime(2026, 3, 1), "Suivi!D2": "promesse", "Suivi!E2": "15/04/2026",  # noqa: DTZ001
                "Suivi!A4": "C2", "Suivi!D4": "NOTE", "Suivi!G4": "a déménagé", "Suivi!F4": "1 200,50",
            }
        ),
        JOUR,
    ).suivi  # fmt: skip
    assert suivi.to_dict("list") == {
        "code_client": ["411001", "C2"], "piece": ["F-1", ""], "date": [pd.Timestamp("2026-03-01"), pd.NaT],
        "nature": ["Promesse", "Note"], "jusquau": [pd.Timestamp("2026-04-15"), pd.NaT], "versement": [None, Decimal("1200.50")], "commentaire": ["", "a déménagé"],
        "place": ["A2", "A4"], "place_piece": ["B2", "B4"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("retouches", "places"),
    [
        ({"Suivi!G2": "oubli"}, ["D2", "A2"]),
        ({"Suivi!H2": "Dupont", "Suivi!D2": "Appel"}, ["A2"]),
        ({"Suivi!D2": "Pause"}, ["E2"]),
        ({"Suivi!A2": "C1", "Suivi!D2": "Échéancier"}, ["E2", "F2"]),
        ({"Suivi!A2": "C1", "Suivi!D2": "Promesse"}, ["E2"]),
        ({"Suivi!A2": "C1", "Suivi!D2": "Litige", "Suivi!C2": "hier", "Suivi!E2": "32/01/2026"}, ["C2", "E2"]),
    ],
)
def test_un_suivi_incomplet_est_refuse(classeur: Callable[..., Path], retouches: dict[str, object], places: list[str]) -> None:
    assert [f.cellule for f in fautes(classeur(retouches))] == places


def test_la_raison_sociale_du_suivi_n_est_que_pour_l_oeil(classeur: Callable[..., Path]) -> None:
    lu = lire_parametres(
        classeur(
            {
                "Suivi!A2": "C1", "Suivi!H2": "Un autre nom", "Suivi!D2": "Appel",
                "Suivi!H3": "Dupont", "Suivi!D3": "Pause", "Suivi!E3": "15/04/2026",
                "Suivi!H4": "Resté d'une ligne effacée",
            }
        ),
        JOUR,
    )  # fmt: skip
    assert lu.suivi["code_client"].tolist() == ["C1", ""] and lu.suivi["nature"].tolist() == ["Appel", "Pause"]
    assert [(faute.onglet, faute.cellule) for faute in lu.avertissements if faute.onglet == "Suivi"] == [("Suivi", "A3"), ("Suivi", "H4")]


def test_l_emetteur_retrouve_les_zeros_qu_excel_lui_a_pris(classeur: Callable[..., Path]) -> None:
    emetteur = lire_parametres(
        classeur({"Émetteur!B2": " Dupont & Fils ", "Émetteur!B5": 1000, "Émetteur!B7": 474000000, "Émetteur!B9": 990000010}), JOUR
    ).emetteur
    assert (emetteur.raison_sociale, emetteur.code_postal, emetteur.telephone, emetteur.siren) == (
        "Dupont & Fils", "01000", "0474000000", "990000010",
    )  # fmt: skip


def test_les_colonnes_imposees_se_lisent_par_fichier_et_champ(classeur: Callable[..., Path]) -> None:
    colonnes = lire_parametres(
        classeur(
            {
                "Colonnes!C2": "cust_number",
                f"Colonnes!C{2 + len(CHAMPS_ECHEANCE)}": "CODE",
                f"Colonnes!B{2 + len(CHAMPS_ECHEANCE)}": "clients",
            }
        ),
        JOUR,
    ).colonnes
    assert colonnes == {("Échéances", "code_client"): "cust_number", ("Clients", "code_client"): "CODE"}


@pytest.mark.parametrize(
    ("retouches", "message"),
    [
        ({"Colonnes!C2": "x", "Colonnes!B2": "Factures"}, "valeur « Factures » inconnue"),
        ({"Colonnes!C2": "x", "Colonnes!A2": "ville"}, "inconnu du fichier Échéances"),
        ({"Colonnes!C2": "x", "Colonnes!C3": "y", "Colonnes!A3": "code_client"}, "a déjà une colonne"),
    ],
)
def test_une_colonne_mal_imposee_est_refusee(classeur: Callable[..., Path], retouches: dict[str, object], message: str) -> None:
    assert [message in f.message for f in fautes(classeur(retouches))] == [True]


def test_les_taux_se_saisissent_en_points_ou_en_pourcents(classeur: Callable[..., Path]) -> None:
    def retoucher(ouvert: Workbook) -> None:
        ouvert["Taux"]["A13"], ouvert["Taux"]["B13"], ouvert["Taux"]["C13"] = "2026 s2", 0.0215, "2,70 %"
        ouvert["Taux"]["B13"].number_format = "0.00%"

    taux = lire_parametres(classeur(retoucher), JOUR).taux
    assert (taux.bce("2026-S2"), taux.legal("2026-S2")) == (Decimal("2.15"), Decimal("2.70"))
    assert [f.message for f in fautes(classeur({"Taux!A3": "2021-S1"}))] == ["le semestre 2021-S1 est en double"]


def test_la_messagerie_se_lit_et_previent_quand_le_mot_de_passe_voyagerait_en_clair(classeur: Callable[..., Path]) -> None:
    saisie = {
        "Messagerie!B2": "smtp.exemple.example",
        "Messagerie!B3": None,
        "Messagerie!B4": "ssl",
        "Messagerie!B9": "envoi",
        "Messagerie!B10": "0,5",
    }
    lu = lire_parametres(classeur(saisie), JOUR)
    assert lu.messagerie == Messagerie("smtp.exemple.example", 465, Securite.SSL, mode=ModeCourriel.ENVOI, pause=0.5)
    assert lu.avertissements == ()
    (avertissement,) = lire_parametres(classeur(saisie | {"Messagerie!B4": "Aucune"}), JOUR).avertissements
    assert (avertissement.onglet, avertissement.cellule) == ("Messagerie", "B4")
    for machine in ("localhost", "127.0.0.1", "::1"):
        assert lire_parametres(classeur(saisie | {"Messagerie!B4": "aucune", "Messagerie!B2": machine}), JOUR).avertissements == ()
    assert lire_parametres(
        classeur(saisie | {"Messagerie!B4": "aucune", "Messagerie!B2": "127.0.0.1.exemple.example"}), JOUR
    ).avertissements


@pytest.mark.parametrize(
    ("retouches", "place"),
    [
        ({"Messagerie!B3": 0}, "B3"),
        ({"Messagerie!B3": "cinq"}, "B3"),
        ({"Messagerie!B4": "TLS13"}, "B4"),
        ({"Messagerie!B9": "Pigeon"}, "B9"),
        ({"Messagerie!B9": "Envoi"}, "B2"),
        ({"Messagerie!B10": -1}, "B10"),
        ({"Messagerie!A12": "Mot de passe", "Messagerie!B12": "secret"}, "A12"),
    ],
)
def test_une_messagerie_incorrecte_est_refusee(classeur: Callable[..., Path], retouches: dict[str, object], place: str) -> None:
    assert [(f.onglet, f.cellule) for f in fautes(classeur(retouches))] == [("Messagerie", place)]


def test_un_onglet_facultatif_absent_vaut_ses_valeurs_par_defaut(classeur: Callable[..., Path]) -> None:
    def retirer(ouvert: Workbook) -> None:
        for nom in ("Clients", "Suivi", "Colonnes", "Taux", "Messagerie", "Émetteur", "Listes"):
            del ouvert[nom]
        ouvert["Niveaux"].title = " niveaux"  # openpyxl refuse de ne changer que la casse
        ouvert["Critères"].title = "criteres"
        ouvert.create_sheet("Mes notes")["A1"] = "à moi"

    lu = lire_parametres(classeur(retirer), JOUR)
    assert lu.criteres == Criteres(JOUR, JOUR) and lu.taux == module_taux.LIVRES and lu.messagerie == Messagerie()


@pytest.mark.parametrize("nom", ["Critères", "Niveaux"])
def test_un_onglet_indispensable_absent_est_une_faute(classeur: Callable[..., Path], nom: str) -> None:
    (faute,) = fautes(classeur(lambda ouvert: ouvert.remove(ouvert[nom])))
    assert f"l'onglet « {nom} » manque" in faute.message


def test_un_onglet_en_double_est_une_faute(classeur: Callable[..., Path]) -> None:
    assert fautes(classeur(lambda ouvert: ouvert.create_sheet("Criteres")))[0].message == "cet onglet est en double"


def test_un_tableau_peut_avoir_un_titre_au_dessus(classeur: Callable[..., Path]) -> None:
    def retoucher(ouvert: Workbook) -> None:
        ouvert["Niveaux"].insert_rows(1, 2)
        ouvert["Niveaux"]["A1"] = "Nos niveaux"

    assert lire_parametres(classeur(retoucher), JOUR).plans == PLANS_LIVRES


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (None, "introuvable"),
        (b"", "vide"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "mot de passe"),
        (b"PK\x03\x04 tronque", "illisible ou abîmé"),
        (b"PK\x03\x04" + bytes(90) + b"PK\x05\x06" + bytes(6) + b"\1\0\x2e\0\0\0\0\0\0\0\0\0", "illisible ou abîmé"),  # sans répertoire
        (b"Code;Montant\r\nC1;12\r\n", "illisible ou abîmé"),
    ],
)
def test_un_fichier_inutilisable_est_refuse_en_une_phrase(tmp_path: Path, contenu: bytes | None, message: str) -> None:
    chemin = tmp_path / "criteres.xlsx"
    if contenu is not None:
        chemin.write_bytes(contenu)
    (faute,) = fautes(chemin)
    assert message in faute.message and faute.fichier == "criteres.xlsx" and faute.remede


def test_un_dossier_une_archive_quelconque_et_un_classeur_ampute_sont_refuses(tmp_path: Path, livre: bytes) -> None:
    (tmp_path / "dossier.xlsx").mkdir()
    assert "introuvable" in fautes(tmp_path / "dossier.xlsx")[0].message
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "pas un classeur Excel" in fautes(tmp_path / "a.xlsx")[0].message
    (tmp_path / "b.xlsx").write_bytes(livre)
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom, contenu[:900] if "sheet1" in nom else contenu)
    assert "illisible ou abîmé" in fautes(tmp_path / "b.xlsx")[0].message


@pytest.mark.parametrize("nom", ["pass_protected.xlsx", "any_sheets.ods"])
def test_un_vrai_classeur_protege_ou_ods_est_refuse(nom: str) -> None:
    donnees = DONNEES / "classeurs" / "calamine"
    if not (donnees / nom).exists():
        pytest.skip(f"donnée de référence absente : {nom}")
    assert len(fautes(donnees / nom)) == 1


mots = (
    st.text(st.characters(categories=("L", "N"), include_characters=" -&'"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda mot: mot and not mot.casefold().startswith(("tou", "sauf")) and not mot.isspace())
)
jours = st.dates(date(1990, 1, 1), date(2090, 12, 31))
decimales = st.decimals(0, 100, places=2)


@st.composite
def criteres_possibles(tirer: st.DrawFn) -> Criteres:
    listes = st.lists(mots, max_size=3).map(tuple)
    modes = st.one_of(
        st.just(ModesDePaiement()), st.builds(ModesDePaiement, st.lists(mots, min_size=1, max_size=3).map(tuple), st.booleans())
    )
    return Criteres(
        tirer(jours), tirer(jours), tirer(listes), tirer(modes), tirer(st.none() | jours), tirer(st.decimals(0, 10**6, places=2)),
        tirer(st.booleans()), tirer(st.booleans()), tirer(st.integers(1, 3)), tirer(st.booleans()), tirer(st.sampled_from(TypeEtat)),
        tirer(st.booleans()),
        tirer(st.sampled_from(Sortie)), tirer(mots | st.just("")), tirer(st.sampled_from(Regroupement)), tirer(listes),
        tirer(st.none() | st.sampled_from(TypeClient)), tirer(st.booleans()),
        DelaiPaiement(tirer(st.integers(0, 120)), tirer(st.sampled_from(FinDeMois)), tirer(st.none() | st.integers(1, 31))),
        tirer(mots), tirer(mots | st.just("")), tirer(mots | st.just("")), tirer(st.none() | decimales), tirer(st.booleans()), tirer(st.sampled_from(Convertisseur)),
    )  # fmt: skip


@given(criteres_possibles())
def test_des_criteres_ecrits_puis_relus_sont_les_memes(criteres: Criteres) -> None:
    lignes: list[list[Valeur]] = [["Critère", "Valeur"]]
    for critere, valeur in module_criteres.valeurs(criteres):
        ecrite = ecrire_valeur(critere, valeur)
        # ce qu'un classeur réenregistré rend : nombres en flottants, cellules vides à None
        lue: Valeur = float(ecrite) if isinstance(ecrite, Decimal) else ecrite
        lignes.append([critere.libelle, None if lue == "" else lue])
    relus, trouvees = lire_criteres(Feuille("Critères", lignes), "revue.xlsx", JOUR, PLANS_LIVRES)
    assert trouvees == [] and relus is not None
    assert relus == replace(criteres, montant_minimum=relus.montant_minimum)
    assert relus.montant_minimum == criteres.montant_minimum


def test_un_iban_faux_se_signale_sans_rien_empecher(tmp_path: Path) -> None:
    chemin = tmp_path / "criteres.xlsx"
    creer_criteres(chemin, exemple=True)
    classeur = openpyxl.load_workbook(chemin)
    (ligne,) = [rangee for rangee in classeur["Émetteur"].iter_rows(min_row=2) if rangee[0].value == "IBAN"]
    ligne[1].value = "FR76 3000 6000 0112 3456 7890 188"
    classeur.save(chemin)
    parametres = lire_parametres(chemin, date(2026, 3, 31))
    (avertissement,) = parametres.avertissements
    assert (avertissement.onglet, avertissement.cellule) == ("Émetteur", ligne[1].coordinate)
    assert "IBAN" in str(avertissement)


def test_un_classeur_qui_enfle_est_refuse_avant_d_etre_lu(classeur: Callable[..., Path]) -> None:
    chemin = classeur()
    with zipfile.ZipFile(chemin, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bombe.xml", b" " * (60 << 20))
    with pytest.raises(ErreurUtilisateur, match="démesuré"):
        lire_parametres(chemin, JOUR)


def test_une_mise_en_forme_au_bout_de_l_onglet_est_ignoree_une_valeur_se_dit(classeur: Callable[..., Path]) -> None:
    def graisser(lu: Workbook) -> None:
        lu["Clients"]["XFD1048576"].font = Font(bold=True)

    assert lire_parametres(classeur(graisser), JOUR).clients_coches == ()
    with pytest.raises(ErreurUtilisateur, match="onglet « Clients », cellule XFD1048576"):
        lire_parametres(classeur({"Clients!XFD1048576": "x"}), JOUR)
