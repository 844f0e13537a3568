"""Un vrai FEC, du fichier aux lettres : chaque solde au centime, « Contrôle » à zéro, une lettre par débiteur."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from atelier import CLIENTS, Atelier, valeurs_de
from lieux import DONNEES

FEC = DONNEES / "fec" / "0000000001FEC20220831.txt"
JOUR = date(2022, 9, 30)

pytestmark = pytest.mark.skipif(not FEC.exists(), reason=f"données réelles absentes ({FEC.name})")


def test_du_fec_aux_lettres(tmp_path: Path) -> None:
    with (DONNEES / "fec" / "0000000001FEC20220831_soldes_411.csv").open(encoding="utf-8", newline="") as fichier:
        soldes = {ligne["CompAuxNum"]: Decimal(ligne["solde"]) for ligne in csv.DictReader(fichier, delimiter=";")}
    atelier = Atelier(tmp_path / "relances")
    atelier.criteres(**{"Fichier échéances": f"exports/{FEC.name}"})
    (atelier.dossier.exports / FEC.name).write_bytes(FEC.read_bytes())
    debiteurs = sorted(code for code, solde in soldes.items() if solde > 0)
    atelier.clients([(code, f"Client {code}", "1 rue du Port", "13002", "Marseille", "", "Professionnel") for code in debiteurs], CLIENTS)

    liste = atelier.lister(JOUR)
    lignes = liste.decision.lignes
    lus = lignes.groupby("code_client")["reste_du"].sum()
    assert {code: Decimal(int(lus[code])) / 100 for code in soldes} == soldes
    assert sum(soldes.values()) == Decimal("52517.24")
    controle = {v["Rubrique"]: (v["Lignes"], v["Montant"]) for v in valeurs_de(liste.chemin, "Contrôle")}
    assert controle["Export"] == (538, 52517.24) and controle["Écart"] == (0, 0)

    relances = liste.decision.relances
    assert set(relances["code_client"]) <= set(debiteurs) and len(relances)
    atelier.approuver(liste)
    bilan = atelier.produire(JOUR)
    assert Counter(str(r.statut) for r in bilan.resultats) == {"Émise": len(relances)} and bilan.code == 0
