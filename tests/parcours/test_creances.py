"""De vraies créances, écrites par d'autres : 9 681 factures, 553 clients, de la lecture aux lettres."""

import csv
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from atelier import Atelier, valeurs_de
from lieux import DONNEES

CREANCES = DONNEES / "creances" / "creances_b2b.csv"
COLONNES = {
    "code_client": "cust_number",
    "raison_sociale": "name_customer",
    "piece": "doc_id",
    "date_piece": "posting_date",
    "date_echeance": "due_in_date",
    "reste_du": "converted_usd",
}
JOUR = date(2020, 6, 30)

pytestmark = pytest.mark.skipif(not CREANCES.exists(), reason=f"données réelles absentes ({CREANCES.name})")


def test_de_la_lecture_aux_lettres(tmp_path: Path) -> None:
    atelier = Atelier(tmp_path / "relances")
    atelier.criteres(
        **{
            "Date de référence": JOUR,
            "Date d'édition": JOUR,
            "Fichier échéances": "exports/creances.csv",
            "Fichier clients": None,
        }
    )
    atelier.colonnes("Échéances", COLONNES)
    (atelier.dossier.exports / "creances.csv").write_bytes(CREANCES.read_bytes())

    liste = atelier.lister(JOUR)
    with CREANCES.open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    lues = liste.decision.lignes
    assert len(lues) == len(lignes)
    centimes = [Decimal(ligne["converted_usd"]).quantize(Decimal("0.01"), ROUND_HALF_UP) for ligne in lignes]
    assert Decimal(int(lues["reste_du"].sum())) / 100 == sum(centimes)
    codes = set(lues["code_client"])
    assert codes == {ligne["cust_number"].strip() for ligne in lignes} and {"140105686"} <= codes
    assert any(code.startswith("CCU") for code in codes)
    ecarts = [v for v in valeurs_de(liste.chemin, "Contrôle") if v["Rubrique"] == "Écart"]
    assert [(v["Lignes"], v["Montant"]) for v in ecarts] == [(0, 0)]

    atelier.approuver(liste)
    bilan = atelier.produire(JOUR)
    assert Counter(str(r.statut) for r in bilan.resultats) == {"Émise": len(liste.decision.relances)}
    assert len(list(liste.lot.lettres.glob("*.docx"))) == len(liste.decision.relances)
