"""Le dossier contentieux d'un client : au centime celui de sa dernière lettre, chaque pièce manquante nommée, rien d'inventé."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from atelier import ECHEANCES, Atelier, executer, lignes_de, modifier, valeurs_de

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.etapes.actualiser import actualiser
from relances_xl.etapes.dossier_contentieux import constituer

CAMPAGNES = (date(2026, 3, 1), date(2026, 3, 20), date(2026, 4, 10))
DERNIERE = CAMPAGNES[-1]


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Atelier:
    """Un professionnel relancé trois fois, un avoir déduit, une facture retrouvée sur deux."""
    atelier = Atelier(tmp_path_factory.mktemp("contentieux") / "relances")
    atelier.criteres("Émetteur", **{"Raison sociale": "Moreau SAS", "Ville": "Lyon"})
    atelier.clients([("C1", "Dupont & Fils", "1 rue A", "75001", "Paris", "", "Professionnel")])
    (atelier.racine / "factures").mkdir()
    (atelier.racine / "factures" / "F1.pdf").write_bytes(b"%PDF-1.4 facture")
    atelier.echeances(
        [
            ("C1", "Dupont & Fils", "F1", date(2025, 11, 1), date(2025, 12, 1), 10_000.0, 10_000.0, "factures/F1.pdf"),
            ("C1", "Dupont & Fils", "F2", date(2026, 1, 1), date(2026, 1, 31), 1_200.0, 1_200.0, ""),
            ("C1", "Dupont & Fils", "A1", date(2026, 2, 1), date(2026, 2, 1), -500.0, -500.0, ""),
        ],
        (*ECHEANCES, "Fichier pièce"),
    )
    for jour in CAMPAGNES:
        assert len(atelier.relancer(jour)) == 1
    return atelier


def textes(chemin: Path) -> str:
    document = docx.Document(str(chemin))
    cellules = [cellule.text for tableau in document.tables for rangee in tableau.rows for cellule in rangee.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cellules]).replace("\u00a0", " ")


def test_le_decompte_est_au_centime_celui_de_la_derniere_lettre(dossier: Atelier) -> None:
    fait = constituer(dossier.dossier, "c1", "EUR", DERNIERE, DERNIERE)
    compte_rendu = dossier.dossier.lots()[-1].compte_rendu
    (lettre,) = [ligne for ligne in valeurs_de(compte_rendu, "Relances") if ligne["Code client"] == "C1"]
    *lignes, total = valeurs_de(fait.chemin / "decompte.xlsx", "Décompte")
    assert float(fait.reclame.decimal) == pytest.approx(lettre["Total réclamé"]) and total["Total"] == pytest.approx(
        lettre["Total réclamé"]
    )
    assert [(ligne["Pièce"], ligne["Principal"], ligne["Crédits imputés"]) for ligne in lignes] == [("F1", 10_000, 500), ("F2", 1_200, 0)]
    interets = valeurs_de(fait.chemin / "decompte.xlsx", "Intérêts")
    assert sum(ligne["Intérêts"] for ligne in interets) == pytest.approx(total["Intérêts"])
    assert {ligne["Semestre"] for ligne in interets} == {"2025-S2", "2026-S1"}


def test_chaque_piece_est_au_bordereau_et_celle_qui_manque_est_nommee(dossier: Atelier) -> None:
    fait = constituer(dossier.dossier, "C1", "EUR", DERNIERE, DERNIERE)
    assert fait.manquent == ("Facture F2", "Preuve de dépôt en recommandé de la relance du 10/04/2026")
    assert (fait.chemin / "factures" / "F1.pdf").read_bytes() == b"%PDF-1.4 facture"
    assert len(list((fait.chemin / "lettres").iterdir())) == 3
    bordereau = textes(fait.chemin / "bordereau.docx")
    assert "Facture F2" in bordereau and "MANQUE : à joindre" in bordereau and "factures/F1.pdf" in bordereau


def test_un_fichier_hors_du_dossier_ou_de_l_outil_n_entre_pas_au_dossier(tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.4 secret")
    atelier = Atelier(tmp_path / "relances")
    atelier.echeances(
        [
            ("C1", "Dupont", "F1", None, date(2025, 12, 1), 10.0, 10.0, "../secret.pdf"),
            ("C1", "Dupont", "F2", None, date(2025, 12, 1), 10.0, 10.0, "exports/clients.xlsx"),
        ],
        (*ECHEANCES, "Fichier pièce"),
    )
    fait = constituer(atelier.dossier, "C1", "EUR", DERNIERE, DERNIERE)
    assert not (fait.chemin / "factures").exists()
    assert "n'est pas dans le dossier de relance" in fait.manquent[0] and "type de facture" in fait.manquent[1]


def test_la_requete_dit_les_faits_et_le_calcul(dossier: Atelier) -> None:
    fait = constituer(dossier.dossier, "C1", "EUR", DERNIERE, DERNIERE)
    requete = textes(fait.chemin / "requete.docx")
    for dit in (
        "cerfa 12946",
        "Moreau SAS",
        "Dupont & Fils",
        "2 pièces sont restées impayées",
        "3 relances au journal",
        str(fait.reclame).replace("\u00a0", " "),
    ):
        assert dit in requete


def test_un_client_inconnu_ou_sans_rien_d_echu_est_refuse(dossier: Atelier) -> None:
    with pytest.raises(ErreurUtilisateur, match="aucun client ne répond à « C9 »"):
        constituer(dossier.dossier, "C9", "EUR", DERNIERE, DERNIERE)
    with pytest.raises(ErreurUtilisateur, match="ne doit rien d'échu en USD"):
        constituer(dossier.dossier, "C1", "USD", DERNIERE, DERNIERE)


def test_la_commande(dossier: Atelier) -> None:
    fini = executer("contentieux", dossier.racine, "C1", "--au", "10/04/2026")
    assert fini.returncode == 0, fini.stderr
    assert fini.stdout.strip().endswith("C1_2026-04-10") and "Manque au dossier : Facture F2" in fini.stderr
    assert executer("contentieux", dossier.racine, "C9").returncode == 2


def test_un_depot_en_recommande_note_au_compte_rendu_va_au_journal_et_au_dossier(dossier: Atelier, tmp_path: Path) -> None:
    copie = tmp_path / "relances"
    shutil.copytree(dossier.racine, copie)
    atelier = Atelier.de(copie)
    lot = atelier.dossier.lots()[-1]
    premiers = [ligne.keys() for ligne in valeurs_de(atelier.dossier.lots()[0].compte_rendu, "Relances")]
    assert not any("N° de dépôt" in titres for titres in premiers), "au niveau 1, rien n'est à déposer"
    noter(lot.compte_rendu, "1A 234 567 8901 2", date(2026, 4, 11))
    resume, constats = actualiser(atelier.dossier, date(2026, 4, 12))
    assert "1 dépôt en recommandé porté au journal" in resume and not constats
    assert "porté" not in actualiser(atelier.dossier, date(2026, 4, 12))[0], "une fois"

    executer("historique", copie, "--xlsx", tmp_path / "journal.xlsx")
    depots = [(r["N° de dépôt"], jour_de(r["Déposée le"])) for r in valeurs_de(tmp_path / "journal.xlsx", "Historique")]
    assert depots == [(None, None), (None, None), ("1A 234 567 8901 2", date(2026, 4, 11))]

    noter(lot.compte_rendu, "1A 234 567 8901 3", date(2026, 4, 11))  # corrigé ; contentieux le relit de lui-même
    fait = constituer(atelier.dossier, "C1", "EUR", DERNIERE, date(2026, 4, 13))
    preuve = "Preuve de dépôt du recommandé n° 1A 234 567 8901 3, déposé le 11/04/2026 (relance du 10/04/2026)"
    assert preuve in fait.manquent and preuve in textes(fait.chemin / "bordereau.docx")
    assert "en recommandé n° 1A 234 567 8901 3 déposé le 11/04/2026" in textes(fait.chemin / "requete.docx")

    atelier.produire(date(2026, 4, 13), revue=lot.revue)  # refait le compte rendu : le dépôt y reste
    (ligne,) = valeurs_de(lot.compte_rendu, "Relances")
    assert (ligne["N° de dépôt"], jour_de(ligne["Déposée le"])) == ("1A 234 567 8901 3", date(2026, 4, 11))


@pytest.mark.parametrize(
    ("numero", "jour", "dit"),
    [
        ("1A 1", None, "n'a pas de date"),
        (None, date(2026, 4, 11), "n'a pas de numéro"),
        ("1A 1", "hier", "n'est pas une date"),
        ("1A 1", date(2026, 4, 9), "avant sa date (10/04/2026)"),
        (87_000_123_456_789_012, date(2026, 4, 11), "perdu ses derniers chiffres"),
        ("1A 1", date(2062, 4, 11), "n'est pas encore passé"),
    ],
)
def test_un_depot_mal_note_est_dit_et_ne_va_pas_au_journal(
    dossier: Atelier, tmp_path: Path, numero: object, jour: object, dit: str
) -> None:
    copie = tmp_path / "relances"
    shutil.copytree(dossier.racine, copie)
    atelier = Atelier.de(copie)
    noter(atelier.dossier.lots()[-1].compte_rendu, numero, jour)
    fait = constituer(atelier.dossier, "C1", "EUR", DERNIERE, date(2026, 4, 12))
    assert dit in " ".join(fait.avertissements)
    assert "Preuve de dépôt en recommandé de la relance du 10/04/2026" in fait.manquent


def noter(compte_rendu: Path, numero: object, jour: object) -> None:
    with modifier(compte_rendu) as cahier:
        for cellules in lignes_de(cahier["Relances"]):
            cellules["N° de dépôt"].value, cellules["Déposée le"].value = numero, jour


def jour_de(cellule: Any) -> date | None:
    return None if cellule is None else date(cellule.year, cellule.month, cellule.day)
