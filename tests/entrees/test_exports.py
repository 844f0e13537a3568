"""Lire un export d'échéances : rien ne se perd, tout s'explique."""

import csv
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lieux import DONNEES

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.motifs import Cause
from relances_xl.entrees.exports import Lecture, lire_echeances

REFERENCE = date(2026, 3, 31)
ENTETE = ["Code client", "N° pièce", "Date d'échéance", "Reste dû"]


def lire(
    chemin: Path,
    colonnes: dict[tuple[str, str], str] | None = None,
    delai: str = "30",
    clients: pd.DataFrame | None = None,
) -> Lecture:
    delai_lu = DelaiPaiement.lire(delai)
    assert delai_lu
    return lire_echeances(chemin, colonnes or {}, delai_lu, clients, REFERENCE)


def en_xlsx(dossier: Path, *lignes: Sequence[object]) -> Path:
    classeur = openpyxl.Workbook()
    assert classeur.active is not None
    for ligne in lignes:
        classeur.active.append(list(ligne))
    classeur.save(dossier / "export.xlsx")
    return dossier / "export.xlsx"


def en_texte(dossier: Path, texte: str, encodage: str = "utf-8") -> Path:
    (dossier / "export.csv").write_bytes(texte.encode(encodage))
    return dossier / "export.csv"


def causes(lecture: Lecture) -> list[str]:
    return list(lecture.lignes[c.CAUSE])


# --- anomalies --------------------------------------------------------------------------------------------------


def test_chaque_cause_d_anomalie_avec_sa_ligne_et_son_explication(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Devise"],
        ["C1", "F1", date(2026, 1, 31), 100, "EUR"],
        [None, "F2", date(2026, 1, 31), 100, "EUR"],
        ["C1", " ", date(2026, 1, 31), 100, "EUR"],
        ["C1", "F4", date(2026, 1, 31), "12,3x", "EUR"],
        ["C1", "F5", date(2026, 1, 31), None, "EUR"],
        ["C1", "F6", "31/02/2026", 100, "EUR"],
        ["C1", "F7", None, 100, "EUR"],
        ["C1", "F8", date(2026, 1, 31), 100, "ZZZ"],
        ["C1", "F1", date(2026, 1, 31), 100, "EUR"],
    )
    lignes = lire(chemin).lignes
    assert list(lignes[c.CAUSE]) == [
        "", "CLIENT_MANQUANT", "PIECE_MANQUANTE", "MONTANT_ILLISIBLE", "MONTANT_ILLISIBLE", "DATE_ILLISIBLE", "DATE_ILLISIBLE",
        "DEVISE_INCONNUE", "DOUBLON",
    ]  # fmt: skip
    assert list(lignes[c.LIGNE]) == list(range(2, 11))
    assert list(lignes[c.RESTE_DU]) == [10000, 10000, 10000, 0, 0, 10000, 10000, 10000, 10000]
    assert list(lignes[c.EXPLICATION]) == [
        "",
        "code client absent : vide (« Code client », cellule A3)",
        "numéro de pièce absent : vide (« N° pièce », cellule B4)",
        "montant illisible : « 12,3x » (« Reste dû », cellule D5)",
        "montant vide : vide (« Reste dû », cellule D6)",
        "échéance illisible : « 31/02/2026 » (« Date d'échéance », cellule C7)",
        "échéance et date de pièce vides",
        "devise inconnue : « ZZZ » (« Devise », cellule E9)",
        "ligne identique à la ligne 2",
    ]


def test_la_premiere_cause_l_emporte(tmp_path: Path) -> None:
    rien = ["", "", "x", "x", "ZZZ"]
    chemin = en_xlsx(tmp_path, [*ENTETE, "Devise"], rien, ["C", *rien[1:]], ["C", "F", *rien[2:]], ["C", "F", "x", 1, "ZZZ"])
    assert causes(lire(chemin)) == ["CLIENT_MANQUANT", "PIECE_MANQUANTE", "MONTANT_ILLISIBLE", "DATE_ILLISIBLE"]


def test_une_erreur_d_excel_ou_une_formule_non_calculee_est_une_anomalie_pas_un_vide(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Date pièce"],
        ["C1", "F1", "#N/A", 100, date(2026, 1, 1)],
        ["C1", "F2", date(2026, 1, 31), "#DIV/0!", date(2026, 1, 1)],
        ["C1", "F3", date(2026, 1, 31), "=1+1", date(2026, 1, 1)],
        ["C1", "F4", "=E5+30", 100, date(2026, 1, 1)],
    )
    lecture = lire(chemin)
    assert causes(lecture) == ["DATE_ILLISIBLE", "MONTANT_ILLISIBLE", "MONTANT_ILLISIBLE", "DATE_ILLISIBLE"]
    explications = list(lecture.lignes[c.EXPLICATION])
    assert "#N/A" in explications[0]
    assert "#DIV/0!" in explications[1]
    assert "=1+1" in explications[2] and "sans résultat" in explications[2]


def test_un_doublon_est_une_ligne_entierement_identique(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Libellé"],
        ["C1", "F1", date(2026, 1, 31), 100, "a"],
        ["C1", "F1", date(2026, 1, 31), 100, "b"],
        ["C1", "F1", date(2026, 1, 31), 100, "a"],
        ["C1", "F1", date(2026, 1, 31), 100, "a"],
    )
    lecture = lire(chemin)
    assert causes(lecture) == ["", "PIECE_REPETEE", "DOUBLON", "DOUBLON"]
    assert list(lecture.lignes[c.EXPLICATION])[3] == "ligne identique à la ligne 2"


def test_moins_un_et_moins_deux_ne_font_pas_un_doublon(tmp_path: Path) -> None:
    facture = ["C1", "F1", date(2026, 1, 31), 5]
    chemin = en_xlsx(tmp_path, [*ENTETE, "Écart"], [*facture, -1], [*facture, -2], [*facture, -1])
    assert causes(lire(chemin)) == ["", "PIECE_REPETEE", "DOUBLON"]


# --- montants, devises, natures ---------------------------------------------------------------------------------


def test_un_credit_positif_est_compte_negatif(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Nature", "Montant"],
        ["C1", "F1", date(2026, 1, 31), 100, "Facture", 120],
        ["C1", "A1", date(2026, 1, 31), 50, "Avoir", 50],
        ["C1", "A2", date(2026, 1, 31), -50, "AVOIR", -50],
        ["C1", "R1", date(2026, 1, 31), 30, "Règlement", 30],
        ["C1", "D1", date(2026, 1, 31), 20, "Acompte", 20],
        ["C1", "F2", date(2026, 1, 31), 10, "Facture d'acompte", 10],
    )
    lignes = lire(chemin).lignes
    assert list(lignes[c.RESTE_DU]) == [10000, -5000, -5000, -3000, -2000, 1000]
    assert list(lignes[c.MONTANT]) == [12000, -5000, -5000, -3000, -2000, 1000]
    assert list(lignes[c.NATURE]) == ["Facture", "Avoir", "Avoir", "Règlement", "Acompte", "Facture"]


def test_le_reste_du_se_deduit_du_montant_et_du_regle(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        ["Code client", "N° pièce", "Date d'échéance", "Montant TTC", "Réglé", "Nature"],
        ["C1", "F1", date(2026, 1, 31), 100, 40, ""],
        ["C1", "F2", date(2026, 1, 31), 100, None, ""],
        ["C1", "F3", date(2026, 1, 31), None, 40, ""],
        ["C1", "F4", date(2026, 1, 31), 100, "x", ""],
        ["C1", "A1", date(2026, 1, 31), 100, 40, "Avoir"],
        ["C1", "A2", date(2026, 1, 31), -100, 40, "Avoir"],
    )
    lignes = lire(chemin).lignes
    assert list(lignes[c.RESTE_DU]) == [6000, 10000, 0, 0, -6000, -6000]
    assert list(lignes[c.CAUSE]) == ["", "", "MONTANT_ILLISIBLE", "MONTANT_ILLISIBLE", "", ""]
    assert "Réglé" in lignes[c.EXPLICATION][3]


def test_un_montant_de_piece_seul_ne_vaut_pas_reste_du(tmp_path: Path) -> None:
    chemin = en_xlsx(tmp_path, ["Code client", "N° pièce", "Date d'échéance", "Montant TTC"], ["C1", "F1", REFERENCE, 1])
    with pytest.raises(ErreurUtilisateur, match="« Montant TTC » est le montant de la pièce"):
        lire(chemin)
    assert lire(chemin, {("Échéances", c.RESTE_DU): "Montant TTC"}).lignes[c.RESTE_DU].sum() == 100


def test_chaque_devise_a_son_unite_minimale(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Devise"],
        ["C1", "F1", date(2026, 1, 31), 1234.56, "€"],
        ["C1", "F2", date(2026, 1, 31), 1500, "JPY"],
        ["C1", "F3", date(2026, 1, 31), 1.2345, "tnd"],
        ["C1", "F4", date(2026, 1, 31), 10, None],
        ["C1", "F5", date(2026, 1, 31), 10, "Euro"],
        ["C1", "F6", date(2026, 1, 31), "10,00 $", None],
        ["C1", "F7", date(2026, 1, 31), "10,00 $", "EUR"],
    )
    lignes = lire(chemin).lignes
    assert list(lignes[c.DEVISE]) == ["EUR", "JPY", "TND", "EUR", "EUR", "USD", "EUR"]
    assert list(lignes[c.RESTE_DU]) == [123456, 1500, 1235, 1000, 1000, 1000, 0]
    assert lignes[c.CAUSE][6] == Cause.MONTANT_ILLISIBLE
    assert "autre devise" in lignes[c.EXPLICATION][6]


# --- échéances --------------------------------------------------------------------------------------------------


def test_une_echeance_absente_se_calcule_au_delai_du_client_ou_par_defaut(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Date pièce"],
        ["C1", "F1", None, 100, date(2026, 1, 10)],
        ["c2", "F2", None, 100, date(2026, 1, 10)],
        ["C1", "F3", date(2026, 2, 28), 100, date(2026, 1, 10)],
        ["C1", "F4", None, 100, "??"],
    )
    clients = pd.DataFrame({c.CODE_CLIENT: ["C2"], c.DELAI_PAIEMENT: ["45 fin de mois"]}, dtype="str")
    lignes = lire(chemin, delai="30 fin de mois le 10", clients=clients).lignes
    jours = [None if pd.isna(jour) else jour.date() for jour in lignes[c.DATE_ECHEANCE]]
    assert jours == [date(2026, 3, 10), date(2026, 2, 28), date(2026, 2, 28), None]
    cles = [None if pd.isna(jour) else jour.date() for jour in lignes[c.DATE_CLE]]
    assert cles == [date(2026, 1, 10), date(2026, 1, 10), date(2026, 2, 28), None]
    assert lignes[c.EXPLICATION][3].startswith("échéance vide et date de pièce illisible : « ?? »")


def test_une_promesse_ou_une_date_de_piece_illisible_se_dit_sans_ecarter_la_ligne(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Date pièce", "Promesse", "Niveau de relance", "Date de relance", "Litige"],
        ["C1", "F1", date(2026, 1, 31), 100, "??", "bientôt", "deux", "hier", "qualité contestée"],
        ["C1", "F2", date(2026, 1, 31), 100, date(2026, 1, 1), date(2026, 4, 15), 2, date(2026, 3, 1), None],
    )
    lecture = lire(chemin)
    lignes = lecture.lignes
    assert causes(lecture) == ["", ""]
    assert lignes[c.ALERTE_LIGNE][0] == (
        "promesse illisible : « bientôt » ; date de relance illisible : « hier » ; niveau de relance illisible : « deux »"
    )
    assert (lignes[c.LITIGE][0], lignes[c.MOTIF_LITIGE][0]) == (True, "qualité contestée")
    assert (lignes[c.NIVEAU_RELANCE][1], lignes[c.DATE_RELANCE][1].date()) == (2, date(2026, 3, 1))
    assert any("« Date pièce » illisible, laissée vide : ligne 2" in str(faute) for faute in lecture.avertissements)


def test_une_colonne_mois_jour_se_dit(tmp_path: Path) -> None:
    lecture = lire(en_texte(tmp_path, "Code client;N° pièce;Échéance;Reste dû\nC1;F1;12/31/2025;1\nC1;F2;03/04/2026;1\n"))
    assert lecture.lignes[c.DATE_ECHEANCE][1].date() == date(2026, 3, 4)
    assert "mois/jour" in str(lecture.avertissements[0])


@pytest.mark.parametrize(
    ("titre", "devise"),
    [
        ("Devise : USD", "USD"),
        ("Currency: GBP", "GBP"),
        ("Échéancier, montants exprimés en CHF", "CHF"),
        ("Montants en $", "USD"),
        ("Devises : EUR, devise USD", "EUR"),
        ("Échéancier au 31/03/2026 en TTC", "EUR"),
    ],
)
def test_la_devise_que_dit_le_titre_de_l_etat_est_celle_de_ses_lignes(tmp_path: Path, titre: str, devise: str) -> None:
    entete = ["Code client", "N° pièce", "Échéance", "Reste dû"]
    lignes = lire(en_xlsx(tmp_path, [titre], [], entete, ["C1", "F1", date(2026, 2, 1), 100])).lignes
    assert (lignes[c.DEVISE].tolist(), lignes[c.RESTE_DU].tolist()) == ([devise], [10000])


@pytest.mark.parametrize(
    ("titres", "colonnes", "rangees"),
    [
        (["Débit", "Crédit", "Reste dû"], {}, [[1000, None, 600], [None, 300, 250], [None, 30, -30]]),
        (["Débit", "Crédit", "Solde"], {("Échéances", c.RESTE_DU): "Solde"}, [[1000, 0, 600], [0, 300, 250], [0, 30, -30]]),
        (["Montant TTC", "Reste dû"], {}, [[1000, 600], [-300, 250], [-30, -30]]),
    ],
)
def test_un_reste_du_sans_signe_a_celui_de_son_montant(
    tmp_path: Path, titres: list[str], colonnes: dict[tuple[str, str], str], rangees: list[list[object]]
) -> None:
    entete = ["Code client", "N° pièce", "Échéance", *titres]
    chemin = en_xlsx(tmp_path, entete, *(["C1", f"P{i}", date(2026, 2, 1), *rangee] for i, rangee in enumerate(rangees)))
    assert lire(chemin, colonnes).lignes[c.RESTE_DU].tolist() == [60000, -25000, -3000]


@pytest.mark.parametrize(
    ("echeances", "inversees"),
    [
        (["13/02/2026", "28/02/2026", date(2026, 2, 3), date(2026, 3, 5)], True),
        (["13/02/2026", "03/02/2026", date(2026, 3, 5)], False),
        (["13/02/2026", date(2026, 2, 3), date(2026, 2, 20)], False),
        ([date(2026, 2, 3), date(2026, 3, 5)], False),
    ],
)
def test_des_dates_qu_un_excel_anglais_a_pu_inverser_sont_dites(tmp_path: Path, echeances: list[object], inversees: bool) -> None:
    rangees = [["C1", f"F{i}", echeance, 10] for i, echeance in enumerate(echeances)]
    lecture = lire(en_xlsx(tmp_path, ["Code client", "N° pièce", "Échéance", "Reste dû"], *rangees))
    assert causes(lecture) == [""] * len(rangees)
    assert any("sans doute inversé le jour et le mois" in str(faute) for faute in lecture.avertissements) == inversees


# --- le tableau dans la feuille ---------------------------------------------------------------------------------


def test_titres_totaux_et_en_tetes_repetes_sont_hors_tableau(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        ["Société Exemple SARL"],
        ["Balance âgée au 31/03/2026", None, None, "Page 1"],
        [],
        ENTETE,
        ["C1", "F1", date(2026, 1, 31), 100],
        ["C1", "F2", date(2026, 1, 31), 50],
        ["Total C1", None, None, 150],
        ["Société Exemple SARL"],
        ["Balance âgée au 31/03/2026", None, None, "Page 2"],
        ENTETE,
        ["C2", "F3", date(2026, 1, 31), 10],
        [None, "Sous-total", None, 10],
        [],
        ["Total général", None, None, 160],
        ["Édité le 01/04/2026"],
    )
    lecture = lire(chemin)
    assert list(lecture.lignes[c.LIGNE]) == [5, 6, 11]
    assert lecture.lignes[c.RESTE_DU].sum() == 16000
    assert lecture.hors_tableau == 11


@pytest.mark.parametrize(
    "ligne",
    [
        ["TOTAL", "F1", date(2026, 1, 31), 100],
        ["TotalEnergies", None, None, 100],
        ["C1", None, None, 100],
        ["C1", "TOTAL-1", None, 100],
        [None, "F1", None, 100],
        [None, None, date(2026, 1, 31), 100],
        [None, None, None, 100],
        ["C1", None, None, None],
        ["Report à nouveau", None, None, 100],
        ["REPORTAGES DUPONT", None, None, 100],
    ],
)
def test_une_ligne_de_donnees_n_est_jamais_prise_pour_un_total(tmp_path: Path, ligne: list[object]) -> None:
    lecture = lire(en_xlsx(tmp_path, ENTETE, ["C0", "F0", date(2026, 1, 31), 1], ligne))
    assert (len(lecture.lignes), lecture.hors_tableau) == (2, 0)


def test_le_nom_d_un_client_peut_commencer_par_total(tmp_path: Path) -> None:
    chemin = en_xlsx(
        tmp_path,
        [*ENTETE, "Raison sociale"],
        ["C1", None, None, 100, "Total Énergies"],
        ["C1", None, None, 100, "Total client C1"],
    )
    lecture = lire(chemin)
    assert (list(lecture.lignes[c.LIGNE]), lecture.hors_tableau) == ([2], 1)


def test_un_tableau_ailleurs_qu_en_a1(tmp_path: Path) -> None:
    classeur = openpyxl.Workbook()
    assert classeur.active is not None
    rangees: list[list[str | date | int]] = [[*ENTETE], ["C1", "F1", date(2026, 1, 31), 100]]
    for i, ligne in enumerate(rangees):
        for j, valeur in enumerate(ligne):
            classeur.active.cell(row=5 + i, column=3 + j, value=valeur)
    classeur.save(tmp_path / "export.xlsx")
    lecture = lire(tmp_path / "export.xlsx")
    assert list(lecture.lignes[c.LIGNE]) == [6]
    assert lecture.lignes[c.EXPLICATION][0] == ""


def test_un_en_tete_sur_deux_lignes_fusionnees(tmp_path: Path) -> None:
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    assert feuille is not None
    feuille.append(["Code", "N°", "Date", None, "Reste"])
    feuille.append(["client", "pièce", "pièce", "échéance", "dû"])
    feuille.merge_cells("C1:D1")
    feuille.append(["C1", "F1", date(2026, 1, 1), date(2026, 1, 31), 100])
    classeur.save(tmp_path / "export.xlsx")
    lecture = lire(tmp_path / "export.xlsx")
    assert lecture.lignes[c.DATE_ECHEANCE][0].date() == date(2026, 1, 31)
    assert lecture.lignes[c.DATE_PIECE][0].date() == date(2026, 1, 1)
    assert list(lecture.lignes[c.LIGNE]) == [3]


# --- en-têtes et onglet « Colonnes » ----------------------------------------------------------------------------


def test_un_champ_indispensable_introuvable_dit_les_en_tetes_vus_et_le_plus_proche(tmp_path: Path) -> None:
    chemin = en_xlsx(tmp_path, ["Code client", "N° pièce", "Date d'échéance", "Reste dut"], ["C1", "F1", REFERENCE, 1])
    with pytest.raises(ErreurUtilisateur) as refus:
        lire(chemin)
    (faute,) = refus.value.fautes
    assert "reste_du" in faute.message and "« Code client », « N° pièce »" in faute.message
    assert "« Reste dut »" in faute.remede
    assert (faute.fichier, faute.onglet) == ("export.xlsx", "Sheet")


def test_deux_colonnes_candidates_sont_refusees_toutes_deux_nommees(tmp_path: Path) -> None:
    chemin = en_xlsx(tmp_path, [*ENTETE, "Solde"], ["C1", "F1", REFERENCE, 1, 2])
    with pytest.raises(ErreurUtilisateur, match=r"« Reste dû » \(colonne D\), « Solde » \(colonne E\)"):
        lire(chemin)
    lecture = lire(chemin, {("Échéances", c.RESTE_DU): "Solde"})
    assert (lecture.lignes[c.RESTE_DU][0], lecture.appariement[c.RESTE_DU]) == (200, "Solde")


def test_toutes_les_fautes_d_en_tete_sont_dites_d_un_coup(tmp_path: Path) -> None:
    chemin = en_xlsx(tmp_path, ["Code client", "Machin", "Truc"], ["C1", "F1", 1])
    with pytest.raises(ErreurUtilisateur) as refus:
        lire(chemin, {("Échéances", c.DEVISE): "Monnaie locale"})
    assert len(refus.value.fautes) == 2
    assert all(champ in str(refus.value.fautes[1]) for champ in (c.PIECE, c.DATE_ECHEANCE, c.RESTE_DU))


@pytest.mark.parametrize("texte", ["", "\n\n\n", ";;;\n;;;\n"])
def test_un_export_sans_tableau_est_refuse(tmp_path: Path, texte: str) -> None:
    with pytest.raises(ErreurUtilisateur):
        lire(en_texte(tmp_path, texte))


def test_un_export_sans_ligne_est_lu_vide(tmp_path: Path) -> None:
    lecture = lire(en_xlsx(tmp_path, ENTETE))
    assert len(lecture.lignes) == 0
    assert {champ.nom for champ in c.CHAMPS_ECHEANCE} <= set(lecture.lignes.columns)


# --- textes -----------------------------------------------------------------------------------------------------

LIGNES_TEXTE = "Code client;Raison sociale;N° pièce;Échéance;Reste dû\n0102;Élevage Noël & Fils à Orléans;F°1;31/01/2026;1 234,56 €\nNA;Prénom;F2;01/02/2026;-10,00\n"


@pytest.mark.parametrize(
    ("encodage", "separateur", "fin"),
    [
        ("utf-8", ";", "\n"), ("utf-8-sig", ";", "\r\n"), ("cp1252", ";", "\r\n"), ("cp850", ";", "\r\n"), ("mac_roman", ";", "\r"),
        ("utf-16", "\t", "\r\n"), ("utf-16-le", "\t", "\n"), ("utf-16-be", "\t", "\n"), ("cp1252", "\t", "\r\r\n"), ("utf-8", "|", "\n"),
        ("iso8859-15", ";", "\n"),
    ],
)  # fmt: skip
def test_encodage_separateur_et_fins_de_ligne_reconnus(tmp_path: Path, encodage: str, separateur: str, fin: str) -> None:
    texte = LIGNES_TEXTE.replace(";", separateur).replace("\n", fin)
    if encodage == "cp850":
        texte = texte.replace("€", "EUR")
    lignes = lire(en_texte(tmp_path, texte, encodage)).lignes
    assert list(lignes[c.CODE_CLIENT]) == ["0102", "NA"]
    assert list(lignes[c.RAISON_SOCIALE]) == ["Élevage Noël & Fils à Orléans", "Prénom"]
    assert list(lignes[c.RESTE_DU]) == [123456, -1000]
    assert list(lignes[c.LIGNE]) == [2, 3]


def test_un_fichier_utf8_garde_ses_accents_malgre_une_ligne_en_cp1252(tmp_path: Path) -> None:
    chemin = en_texte(tmp_path, LIGNES_TEXTE)
    with chemin.open("ab") as flux:
        flux.write("C3;Crédit agricole;F3;31/01/2026;1,00\n".encode("cp1252"))
    lignes = lire(chemin).lignes
    assert list(lignes[c.RAISON_SOCIALE]) == ["Élevage Noël & Fils à Orléans", "Prénom", "Crédit agricole"]


def test_un_utf8_coupe_au_milieu_d_une_lettre_reste_de_l_utf8(tmp_path: Path) -> None:
    chemin = en_texte(tmp_path, LIGNES_TEXTE + "C3;é")
    chemin.write_bytes(chemin.read_bytes()[:-1])
    assert list(lire(chemin).lignes[c.RAISON_SOCIALE])[:2] == ["Élevage Noël & Fils à Orléans", "Prénom"]


def test_la_virgule_separe_aussi_et_les_guillemets_protegent(tmp_path: Path) -> None:
    texte = 'Code client,N° pièce,Échéance,Reste dû,Raison sociale\nC1,F1,31/01/2026,"1 234,56","Dupont, ""Au bon coin""\nsuite"\nC2,F2,31/01/2026,"2,00",x\n'
    lignes = lire(en_texte(tmp_path, texte)).lignes
    assert list(lignes[c.RESTE_DU]) == [123456, 200]
    assert lignes[c.RAISON_SOCIALE][0] == 'Dupont, "Au bon coin"\nsuite'
    assert list(lignes[c.LIGNE]) == [2, 3]


def test_consigne_sep_et_separateurs_de_fin_de_ligne(tmp_path: Path) -> None:
    lecture = lire(en_texte(tmp_path, "sep=;\nCode client;N° pièce;Échéance;Reste dû;;\nC1;F1;31/01/2026;1;;\n"))
    assert (list(lecture.lignes[c.LIGNE]), lecture.hors_tableau) == ([3], 1)


def test_un_guillemet_jamais_ferme_est_refuse_avec_sa_ligne(tmp_path: Path) -> None:
    lignes = [f"C{i};F{i};31/01/2026;1;{chr(34) if i == 3 else ''}nom" for i in range(9)]
    texte = "\n".join(["Code client;N° pièce;Échéance;Reste dû;Raison sociale", *lignes])
    with pytest.raises(ErreurUtilisateur, match="ligne 5 : un guillemet"):
        lire(en_texte(tmp_path, texte))


# --- FEC, fichiers réels ----------------------------------------------------------------------------------------


def test_un_fec_est_reconnu_et_ses_lignes_vides_comptees(tmp_path: Path) -> None:
    entete = "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
    vente = 'VE|Ventes|1|20260301|41100000|Clients|CDUP|DUPONT|FA1|20260301|"Vente|1200,50|0,00|||20260301||'
    lecture = lire(en_texte(tmp_path, "\r\r\n".join([entete, vente, vente, "", ""]), "cp850"))
    assert lecture.format == "FEC"
    assert list(lecture.lignes[c.LIGNE]) == [2, 3]
    assert causes(lecture) == ["", ""]  # jamais de doublon dans un FEC
    assert lecture.lignes[c.RESTE_DU].sum() == 240100


@pytest.mark.skipif(not DONNEES.is_dir(), reason=f"données d'essai absentes ({DONNEES})")
def test_le_fec_reel_tombe_au_centime() -> None:
    lecture = lire(DONNEES / "fec" / "0000000001FEC20220831.txt")
    assert (lecture.format, lecture.lignes[c.RESTE_DU].sum()) == ("FEC", 5251724)


@pytest.mark.skipif(not DONNEES.is_dir(), reason=f"données d'essai absentes ({DONNEES})")
def test_creances_b2b_lues_par_l_onglet_colonnes() -> None:
    chemin = DONNEES / "creances" / "creances_b2b.csv"
    colonnes = {
        ("Échéances", c.CODE_CLIENT): "cust_number",
        ("Échéances", c.RAISON_SOCIALE): "name_customer",
        ("Échéances", c.PIECE): "doc_id",
        ("Échéances", c.DATE_PIECE): "posting_date",
        ("Échéances", c.DATE_ECHEANCE): "due_in_date",
        ("Échéances", c.RESTE_DU): "converted_usd",
    }
    lecture = lire(chemin, colonnes)
    with chemin.open(encoding="utf-8", newline="") as flux:
        brutes = list(csv.DictReader(flux))
    assert len(lecture.lignes) == len(brutes) == 9681
    # quelques montants convertis ont trois décimales : chacun s'arrondit au centime, demi vers le haut
    centimes = [Decimal(ligne["converted_usd"]).quantize(Decimal("0.01"), ROUND_HALF_UP) for ligne in brutes]
    assert lecture.lignes[c.RESTE_DU].sum() == int(sum(centimes) * 100)
    assert list(lecture.lignes[c.CODE_CLIENT]) == [ligne["cust_number"] for ligne in brutes]
    assert {"CCU001", "140105686"} <= set(lecture.lignes[c.CODE_CLIENT])
    assert set(causes(lecture)) == {""}


# --- rien ne se perd --------------------------------------------------------------------------------------------

CELLULES = st.sampled_from(["", " ", "C1", "Total", "F1", "31/01/2026", "01/31/2026", "x", "12,00", "1.234", "-5", "(3)", "EUR", "ZZZ"])


@given(st.lists(st.tuples(*[CELLULES] * 5), max_size=12))
def test_toute_ligne_est_une_echeance_ou_hors_tableau(tmp_path_factory: pytest.TempPathFactory, lignes: list[tuple[str, ...]]) -> None:
    texte = "\n".join(";".join(ligne) for ligne in [(*ENTETE, "Devise"), *lignes]) + "\n"
    lecture = lire(en_texte(tmp_path_factory.mktemp("csv"), texte))
    assert len(lecture.lignes) + lecture.hors_tableau == len(lignes)
    dues = (lecture.lignes[c.CAUSE] == "") & (lecture.lignes[c.RESTE_DU] >= 0)  # un crédit se passe de date
    assert lecture.lignes[c.DATE_ECHEANCE].notna()[dues].all()
    assert (lecture.lignes[c.EXPLICATION] != "").equals(lecture.lignes[c.CAUSE] != "")


# --- une date de règlement dit ce qui est soldé --------------------------------------------------------------------------

REGLES = ["Code client", "N° pièce", "Date pièce", "Échéance", "Montant TTC"]


def reglees(dossier: Path, titre: str) -> Path:
    lignes = [
        ("C1", "F1", "01/01/2026", "31/01/2026", 100),
        ("C1", "F2", "01/01/2026", "31/01/2026", 200),
        ("C1", "F3", "01/01/2026", "31/01/2026", 300),
    ]
    jours = ("31/03/2026", None, "02/04/2026")
    return en_xlsx(dossier, [*REGLES, titre], *([*ligne, jour] for ligne, jour in zip(lignes, jours, strict=True)))


@pytest.mark.parametrize("titre", ["Settled date", "SettledDate", "Réglée le", "Payée le", "Date de règlement effective"])
def test_une_date_de_reglement_sans_reste_du_solde_la_piece_au_jour_de_reference(tmp_path: Path, titre: str) -> None:
    lignes = lire(reglees(tmp_path, titre)).lignes
    assert lignes[c.RESTE_DU].to_list() == [0, 20_000, 30_000], "réglée au plus tard au jour de référence : soldée"
    assert lignes[c.ALERTE_LIGNE].to_list() == ["", "", "réglée le 02/04/2026 d'après l'export"]


def test_une_date_de_paiement_ne_dit_pas_si_la_piece_est_soldee_sauf_a_le_dire(tmp_path: Path) -> None:
    export = reglees(tmp_path, "Date de paiement")
    with pytest.raises(ErreurUtilisateur, match="fut soldée tout entière, donnez-la pour le champ date_reglement"):
        lire(export)
    lignes = lire(export, {("Échéances", c.DATE_REGLEMENT): "Date de paiement"}).lignes
    assert lignes[c.RESTE_DU].to_list() == [0, 20_000, 30_000]


@pytest.mark.skipif(not DONNEES.is_dir(), reason="les données partagées manquent")
def test_des_factures_reglees_se_lisent_telles_qu_elles_etaient_un_jour_donne() -> None:
    lecture = lire_echeances(DONNEES / "creances" / "encaissements_ibm.csv", {}, DelaiPaiement(), None, date(2013, 6, 1))
    lignes = lecture.lignes
    soldees = lignes[c.DATE_REGLEMENT] <= pd.Timestamp(2013, 6, 1)
    assert len(lignes) == 2466 and (lignes[c.CAUSE] == "").all() and 0 < soldees.sum() < len(lignes)
    assert (lignes[c.RESTE_DU] == lignes[c.MONTANT].mask(soldees, 0)).all()
