"""L'année d'une comptable, par les seuls lanceurs : ce que le guide compte de gestes, compté en le faisant."""

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from atelier import Atelier, ecrire_classeur, lignes_de, modifier, valeurs_de
from lieux import RACINE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sans objet : les lanceurs d'ici sont des scripts de shell")

JOUR = date(2026, 3, 31)
ENTETES = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Reste dû")
CLIENTS = ("Code client", "Raison sociale", "Adresse 1", "Code postal", "Ville", "Téléphone", "Type client")
NOMS = ("Garage Pérez & Fils", "Hôtel du Lac", "Brasserie des Arcades")
EXTENSION = "command" if sys.platform == "darwin" else "sh"
SANS_TERMINAL = {1, 7, 11}
"""Étapes que rien ici ne peut faire : une fenêtre de Windows, un clic, une lecture."""


def gestes_du_guide() -> dict[int, int]:
    """« | 6 | Lister | … | 1 | » : numéro → gestes."""
    guide = (RACINE / "docs" / "prise-en-main.md").read_text(encoding="utf-8")
    return {int(numero): int(gestes) for numero, gestes in re.findall(r"^\| (\d+) \|.*\| (\d+) \|$", guide, flags=re.MULTILINE)}


class Comptable:
    """Ce qu'elle fait, compté : un double-clic, une réponse, une saisie, un enregistrement valent un geste."""

    def __init__(self, racine: Path) -> None:
        self.racine = racine
        self.gestes: Counter[int] = Counter()

    def lancer(self, etape: int, lanceur: str, *reponses: str, pour_fermer: str = "") -> str:
        """Double-clic, puis ses réponses au clavier, dans un vrai terminal ; rend ce qu'elle lit."""
        import pty

        self.gestes[etape] += 1 + len(reponses)
        maitre, terminal = pty.openpty()
        with subprocess.Popen(
            [self.racine / f"{lanceur}.{EXTENSION}"], stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1"}, text=True, encoding="utf-8",
        ) as processus:  # fmt: skip
            os.write(maitre, "".join(f"{reponse}\n" for reponse in (*reponses, *filter(None, [pour_fermer]), "")).encode())
            assert processus.stdout is not None
            lu = processus.stdout.read()
        os.close(terminal)
        os.close(maitre)
        return lu

    def agir(self, etape: int, gestes: int) -> None:
        """Des gestes dans le classeur qu'elle a sous les yeux."""
        self.gestes[etape] += gestes


def test_l_annee_se_fait_en_autant_de_gestes_que_le_guide_le_dit(tmp_path: Path) -> None:
    atelier = Atelier(tmp_path / "relances", sortie="PDF")
    elle, exports = Comptable(atelier.racine), atelier.dossier.exports
    factures = [
        (f"C00{n}", nom, f"FA{n}", date(2026, 1, 1), date(2026, 1, 31), 100.0 * n, 100.0 * n) for n, nom in enumerate(NOMS, start=1)
    ]

    ecrire_classeur(exports / "echeances.xlsx", [ENTETES, *factures])
    ecrire_classeur(
        exports / "clients.xlsx",
        [
            CLIENTS,
            *((f"C00{n}", nom, "1 rue d'ici", "75002", "Paris", "01 02 03 04 05", "Professionnel") for n, nom in enumerate(NOMS, start=1)),
        ],
    )
    elle.agir(2, 2)
    atelier.criteres("Émetteur", **{"Raison sociale": "Nous", "Adresse 1": "1 rue", "Code postal": "75002", "Ville": "Paris"})
    atelier.criteres(**{"Date de référence": JOUR, "Date d'édition": JOUR})  # le jour du test n'est pas le sien
    elle.agir(3, 3)
    elle.lancer(4, "1-actualiser")
    assert [ligne["Raison sociale"] for ligne in valeurs_de(atelier.dossier.criteres, "Clients")][:3] == list(NOMS)
    assert "Verdict : " in elle.lancer(5, "menu", "6", pour_fermer="0")
    assert "puis lancez « 3-produire »" in elle.lancer(6, "2-lister")

    lot = atelier.dossier.lots()[-1]
    with modifier(lot.revue) as classeur:
        for ligne in lignes_de(classeur["Liste clients"]):
            if ligne["Relance"].value:
                ligne["Approuver"].value = True
        lignes_de(classeur["Liste clients"])[0]["Niveau"].value = 2
        lignes_de(classeur["Liste clients"])[1]["Message"].value = "Suite à notre appel."
    elle.agir(8, 2)
    elle.agir(9, 2)
    elle.agir(10, 1)  # Ctrl+S
    produit = elle.lancer(10, "3-produire", "o")
    assert "3 cochées, 3 à sortir pour 600,00" in produit.replace("\u00a0", " ") and lot.compte_rendu.is_file()
    assert [statut for *_, statut in atelier.journal()] == ["Émise"] * 3

    annule = elle.lancer(12, "menu", "5", "C002", "o", "", pour_fermer="0")
    assert "1 case décochée dans la revue" in annule
    assert sorted(statut for *_, statut in atelier.journal()) == ["Annulée", "Émise", "Émise"]

    elle.lancer(0, "2-lister")
    with modifier(atelier.dossier.lots()[-1].revue) as classeur:
        (appel,) = [ligne for ligne in lignes_de(classeur["À appeler"]) if ligne["Code client"].value == "C002"]
        appel["Réponse"].value, appel["Jusqu'au"].value = "Litige", date(2027, 1, 31)
        lignes_de(classeur["Liste clients"])[0]["Approuver"].value = True
    elle.agir(13, 3)
    assert "1 réponse reportée" in elle.lancer(13, "1-actualiser")

    ecrire_classeur(
        exports / "echeances.xlsx", [ENTETES, *factures, ("C002", NOMS[1], "FA9", date(2026, 1, 2), date(2026, 1, 31), 50.0, 50.0)]
    )
    relu = elle.lancer(14, "2-lister", "")
    assert "Choix repris de revue-" in relu
    assert "Réclamé : " in elle.lancer(15, "menu", "8", "C003", pour_fermer="0")

    guide = gestes_du_guide()
    assert {etape: elle.gestes[etape] for etape in sorted(elle.gestes) if etape} == {
        etape: gestes for etape, gestes in guide.items() if etape not in SANS_TERMINAL
    }
    assert guide[10] <= 3, "valider et lancer"
