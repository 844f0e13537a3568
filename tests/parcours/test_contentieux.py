"""Le dossier contentieux d'un client : au centime celui de sa dernière lettre, chaque pièce manquante nommée, rien d'inventé."""

from datetime import date
from pathlib import Path

import docx
import pytest
from atelier import ECHEANCES, Atelier, executer, valeurs_de

from relances_xl.domaine.erreurs import ErreurUtilisateur
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
    fait = constituer(dossier.dossier, "c1", "EUR", DERNIERE)
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
    fait = constituer(dossier.dossier, "C1", "EUR", DERNIERE)
    assert fait.manquent == ("Facture F2",)
    assert (fait.chemin / "factures" / "F1.pdf").read_bytes() == b"%PDF-1.4 facture"
    assert len(list((fait.chemin / "lettres").iterdir())) == 3
    bordereau = textes(fait.chemin / "bordereau.docx")
    assert "Facture F2" in bordereau and "MANQUE : à joindre" in bordereau and "factures/F1.pdf" in bordereau


def test_la_requete_dit_les_faits_et_le_calcul(dossier: Atelier) -> None:
    fait = constituer(dossier.dossier, "C1", "EUR", DERNIERE)
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
        constituer(dossier.dossier, "C9", "EUR", DERNIERE)
    with pytest.raises(ErreurUtilisateur, match="ne doit rien d'échu en USD"):
        constituer(dossier.dossier, "C1", "USD", DERNIERE)


def test_la_commande(dossier: Atelier) -> None:
    fini = executer("contentieux", dossier.racine, "C1", "--au", "10/04/2026")
    assert fini.returncode == 0, fini.stderr
    assert fini.stdout.strip().endswith("C1_2026-04-10") and "Manque au dossier : Facture F2" in fini.stderr
    assert executer("contentieux", dossier.racine, "C9").returncode == 2
