"""Des plans de relance, de l'onglet à la lettre ; et sans autre plan, rien ne change (contrat §2)."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atelier import Atelier, lignes_de, modifier, valeurs_de

from relances_xl.domaine.erreurs import ErreurUtilisateur

JOUR = date(2026, 3, 31)
FACTURES = [
    ("C1", "Dupont", "F1", date(2026, 1, 1), date(2026, 1, 31), 1200.0, 1200.0),
    ("C2", "Durand", "F2", date(2026, 3, 1), date(2026, 4, 4), 50.0, 50.0),
]


def sans_colonne(atelier: Atelier, onglet: str) -> None:
    """L'onglet tel qu'une version sans plans le tenait."""
    with modifier(atelier.dossier.criteres) as cahier:
        feuille: Any = cahier[onglet]
        (rang,) = [cellule.column for cellule in feuille[1] if cellule.value == "Plan"]
        for tableau in list(feuille.tables):
            del feuille.tables[tableau]
        feuille.delete_cols(rang)


def standard_partout(atelier: Atelier) -> None:
    with modifier(atelier.dossier.criteres) as cahier:
        for cellules in lignes_de(cahier["Niveaux"]):
            if cellules["Niveau"].value is not None:
                cellules["Plan"].value = "Standard"


def parties(chemin: Path) -> dict[str, bytes]:
    """Ce que contient un classeur ou une lettre ; son heure de création à part."""
    with zipfile.ZipFile(chemin) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist() if not nom.startswith("docProps/")}


@pytest.mark.parametrize("geste", ["colonne absente", "Standard écrit"])
def test_sans_autre_plan_rien_ne_change_a_l_octet(tmp_path: Path, geste: str) -> None:
    sorties = []
    for nom in ("a", "b"):
        atelier = Atelier(tmp_path / nom / "relances")
        atelier.echeances(FACTURES)
        if nom == "b" and geste == "colonne absente":
            sans_colonne(atelier, "Niveaux")
            sans_colonne(atelier, "Clients")
        elif nom == "b":
            standard_partout(atelier)
        liste = atelier.lister(JOUR)
        revue = parties(liste.chemin)
        atelier.approuver(liste)
        atelier.produire(JOUR)
        sorties.append((revue, [parties(lettre) for lettre in sorted(liste.lot.lettres.iterdir())]))
    assert sorties[0][1] and sorties[0] == sorties[1]


def test_un_niveau_que_le_plan_du_client_n_a_pas_est_refuse_a_sa_cellule(tmp_path: Path) -> None:
    atelier = Atelier(tmp_path / "relances")
    atelier.echeances(FACTURES)
    atelier.ajouter("Niveaux", (1, "Rappel doux", 1, "relance-1.docx", "Non", "Non", "Rappel", "Lettre", "Doux"))
    atelier.ajouter("Clients", (None, "C1", None, None, None, None, "Doux"))
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Niveau=2)
    with pytest.raises(ErreurUtilisateur) as refus:
        atelier.produire(JOUR)
    (faute,) = refus.value.fautes
    assert faute.message == "le plan « Doux » de C1 n'a pas de niveau 2" and faute.onglet == "Liste clients" and faute.cellule == "F2"
    assert not atelier.journal()


def test_une_prevenance_n_est_pas_du_retard_au_tableau_de_bord(tmp_path: Path) -> None:
    atelier = Atelier(tmp_path / "relances")
    atelier.echeances(FACTURES)
    atelier.ajouter("Niveaux", (0, "Prévenance", -5, "relance-1.docx", "Non", "Non", "Bientôt", "Lettre", None))
    liste = atelier.lister(JOUR)
    assert {v["Code client"]: v["Niveau"] for v in valeurs_de(liste.chemin, "Liste clients") if v["Relance"]} == {"C1": 1, "C2": 0}
    with zipfile.ZipFile(liste.chemin) as archive:
        textes = archive.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in archive.namelist() else ""
        textes += "".join(archive.read(nom).decode() for nom in archive.namelist() if nom.startswith("xl/worksheets/sheet"))
    assert "Niveau 1" in textes and "Niveau 0" not in textes
