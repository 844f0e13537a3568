"""La banque, de la liste à la production : listée avec une alerte, jamais cochée d'avance, écartée si le virement arrive après."""

from datetime import date
from pathlib import Path

import openpyxl
from atelier import CLIENTS, ECHEANCES, Atelier, valeurs_de

JOUR = date(2026, 3, 31)
OFX = "OFXHEADER:100\n\n<OFX><CURDEF>EUR{}</OFX>"
OPERATION = "<STMTTRN><DTPOSTED>202603{jour}<TRNAMT>{montant}<NAME>VIR SEPA<MEMO>{libelle}</STMTTRN>"


def releve(dossier: Path, *operations: tuple[str, str, str]) -> None:
    """Un relevé OFX : (jour de mars, montant, libellé)."""
    banque = dossier / "exports" / "banque"
    banque.mkdir(parents=True, exist_ok=True)
    lignes = "".join(OPERATION.format(jour=jour, montant=montant, libelle=libelle) for jour, montant, libelle in operations)
    (banque / "mars.ofx").write_text(OFX.format(lignes), encoding="utf-8")


def dossier_de_deux_clients(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances")
    dossier.criteres(**{"Approuver d'avance": "Oui", "Date de référence": JOUR, "Date d'édition": JOUR})
    dossier.clients(
        [(code, nom, "1 rue A", "75001", "Paris", "", "", "Courrier") for code, nom in (("C1", "Dupont"), ("C2", "Martin"))],
        entetes=(*CLIENTS, "Envoi"),
    )
    dossier.echeances(
        [
            ("C1", "Dupont", "FA20260101", date(2026, 1, 1), date(2026, 1, 31), 1200.0, 1200.0),
            ("C2", "Martin", "FA20260202", date(2026, 1, 1), date(2026, 1, 31), 650.0, 650.0),
        ],
        ECHEANCES,
    )
    return dossier


def test_une_relance_sans_doute_payee_reste_listee_et_n_est_pas_cochee(tmp_path: Path) -> None:
    dossier = dossier_de_deux_clients(tmp_path)
    releve(dossier.racine, ("24", "1200.00", "FA20260101"))
    revue = dossier.lister(JOUR).chemin
    listees = {ligne["Code client"]: ligne for ligne in valeurs_de(revue, "Liste clients")}
    assert "virement de 1 200,00 € du 24/03, sans doute payée" in listees["C1"]["Alerte"].replace("\u00a0", " ")
    assert not listees["C1"]["Approuver"] and "virement" not in (listees["C2"]["Alerte"] or "")
    (banque,) = valeurs_de(revue, "Banque")
    assert (banque["Code client"], banque["Pièces"], banque["Rapprochement"]) == ("C1", "FA20260101", "certain")


def test_un_virement_arrive_depuis_la_liste_ecarte_sa_relance_seule(tmp_path: Path) -> None:
    dossier = dossier_de_deux_clients(tmp_path)
    releve(dossier.racine, ("24", "1200.00", "FA20260101"))
    revue = dossier.lister(JOUR)
    dossier.approuver(revue)
    releve(dossier.racine, ("24", "1200.00", "FA20260101"), ("30", "650.00", "FA20260202"))
    bilan = dossier.produire(JOUR)
    assert {resultat.code_client: str(resultat.statut) for resultat in bilan.resultats} == {"C1": "Émise", "C2": "Écartée"}
    assert bilan.code == 1
    assert [ecartee["motif"] for ecartee in bilan.ecartees.to_dict("records")] == ["PAYEE_DEPUIS"]


def test_sans_releve_rien_ne_change(tmp_path: Path) -> None:
    dossier = dossier_de_deux_clients(tmp_path)
    revue = dossier.lister(JOUR).chemin
    assert all("virement" not in (ligne["Alerte"] or "") for ligne in valeurs_de(revue, "Liste clients"))
    assert "Banque" not in openpyxl.load_workbook(revue).sheetnames


def test_un_releve_illisible_est_dit_et_la_liste_se_fait(tmp_path: Path) -> None:
    dossier = dossier_de_deux_clients(tmp_path)
    releve(dossier.racine)
    (dossier.racine / "exports" / "banque" / "abime.xml").write_text("<Document><", encoding="utf-8")
    liste = dossier.lister(JOUR)
    assert len(valeurs_de(liste.chemin, "Liste clients")) == 2
    assert any(faute.fichier == "abime.xml" for faute in liste.avertissements)
