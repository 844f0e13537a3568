"""Cinq campagnes d'une comptable, de mars à juillet : exports de plusieurs logiciels, promesses, appels, annulation, reprise.

À chaque campagne : rien ne se perd (« Contrôle » tombe juste), rien n'est demandé deux fois, et ses choix la suivent.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from atelier import Atelier, lignes_de, modifier, valeurs_de

from relances_xl.etapes.actualiser import actualiser
from relances_xl.etapes.lister import Liste

Facture = tuple[str, str, str, date, date, float, float]
NOMS = {f"C{n:02}": nom for n, nom in enumerate(
    ("Abeille", "Boulangerie Roy", "Carrosserie Lyon", "Dupont & Fils", "Éts Lefèvre", "Fournil", "Garage Pérez", "Hôtel du Lac"), start=1)}  # fmt: skip
SAGE = ("N° compte tiers", "Intitulé", "N° pièce", "Date de pièce", "Date d'échéance", "Montant", "Solde")
MAISON = ("Code client", "Raison sociale", "N° facture", "Date facture", "Échéance", "Montant TTC", "Reste dû")


def facture(numero: int, code: str, echeance: date, montant: float) -> Facture:
    return (code, NOMS[code], f"FA{numero:03}", echeance.replace(day=1), echeance, montant, montant)


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances", sortie="PDF")
    dossier.clients(
        [(code, nom, "1 rue de la Paix", "75002", "Paris", f"{code.lower()}@exemple.fr", "Professionnel") for code, nom in NOMS.items()]
    )
    return dossier


def du_jour(atelier: Atelier, jour: date, factures: Sequence[Facture], entetes: Sequence[str] = MAISON) -> None:
    atelier.criteres(**{"Date de référence": jour, "Date d'édition": jour})
    atelier.echeances(factures, entetes=entetes)
    actualiser(atelier.dossier, jour)


def controlee(liste: Liste) -> Liste:
    """La liste, dont « Contrôle » tombe juste."""
    (ecart,) = [v for v in valeurs_de(liste.chemin, "Contrôle") if v["Rubrique"] == "Écart"]
    assert (ecart["Lignes"], ecart["Montant"]) == (0, 0)
    return liste


def niveaux(liste: Liste) -> dict[str, int]:
    return {v["Code client"]: v["Niveau"] for v in valeurs_de(liste.chemin, "Liste clients") if v["Relance"]}


def test_cinq_campagnes(atelier: Atelier) -> None:
    mars = [facture(n, code, date(2026, 2, 27), 1000.0 + n) for n, code in enumerate(NOMS, start=1)]

    # 31 mars, l'export de Sage : tout le monde est à la première relance. Relister le jour même ne redemande rien.
    jour = date(2026, 3, 31)
    du_jour(atelier, jour, mars, SAGE)
    assert [v["Code client"] for v in valeurs_de(atelier.dossier.criteres, "Clients")] == sorted(NOMS)
    premiere = controlee(atelier.lister(jour))
    assert niveaux(premiere) == dict.fromkeys(NOMS, 1)
    atelier.approuver(premiere)
    assert [r.statut for r in atelier.produire(jour).resultats] == ["Émise"] * len(NOMS)
    assert niveaux(controlee(atelier.lister(jour))) == {}

    # 20 avril : deux clients ont payé. Elle appelle C03, qui promet ; coche C04 ; relit ses exports, et ne perd ni l'un ni l'autre.
    jour = date(2026, 4, 20)
    avril = [(*f[:6], 0.0) if f[0] in ("C01", "C02") else f for f in mars]
    du_jour(atelier, jour, avril)
    liste = controlee(atelier.lister(jour))
    assert set(niveaux(liste).values()) == {2} and len(niveaux(liste)) == 6
    with modifier(liste.chemin) as classeur:
        (appel,) = [li for li in lignes_de(classeur["À appeler"]) if li["Code client"].value == "C03"]
        appel["Réponse"].value, appel["Jusqu'au"].value, appel["Commentaire"].value = "Promesse", date(2026, 4, 30), "chèque fin avril"
        (coche,) = [li for li in lignes_de(classeur["Liste clients"]) if li["Code client"].value == "C04"]
        coche["Approuver"].value, coche["Message"].value = True, "Suite à notre appel."
    (dit,) = [str(a) for a in atelier.lister(jour).avertissements if "À appeler" in str(a)]
    assert "1 réponse notée n'est pas encore dans « Suivi »" in dit and "actualiser" in dit
    resume, _ = actualiser(atelier.dossier, jour)
    assert not [a for a in atelier.lister(jour).avertissements if "À appeler" in str(a)]
    assert "1 réponse reportée" in resume and "reportée" not in actualiser(atelier.dossier, jour)[0]
    for _ in range(2):
        liste = controlee(atelier.lister(jour, reprendre=True))
    gardees = {v["Code client"]: v for v in valeurs_de(liste.chemin, "Liste clients") if v["Relance"]}
    assert "C03" not in gardees and (gardees["C04"]["Approuver"], gardees["C04"]["Message"]) == (True, "Suite à notre appel.")
    atelier.approuver(liste)
    assert len(atelier.produire(jour).resultats) == 5

    # 15 mai : C03 n'a pas tenu parole, et sa lettre le sait ; les autres sont mis en demeure. Une lettre de trop s'annule.
    jour = date(2026, 5, 15)
    du_jour(atelier, jour, avril)
    liste = controlee(atelier.lister(jour))
    assert niveaux(liste) == {"C03": 2, "C04": 3, "C05": 3, "C06": 3, "C07": 3, "C08": 3}
    (promis,) = [v for v in valeurs_de(liste.chemin, "Liste clients") if v["Code client"] == "C03"]
    assert "promesse du 30/04 non tenue" in promis["Alerte"]
    atelier.approuver(liste)
    bilan = atelier.produire(jour)
    (trop,) = [r.relance for r in bilan.resultats if r.code_client == "C08"]
    atelier.annuler(trop)
    assert list(liste.lot.pdf.glob("ANNULEE_C08_*.pdf"))

    # 10 juin : C05 est exclu dans l'onglet « Clients » ; C08 revient au niveau 3, ceux qui l'ont eu sont au contentieux.
    jour = date(2026, 6, 10)
    du_jour(atelier, jour, avril)
    with modifier(atelier.dossier.criteres) as classeur:
        (exclu,) = [li for li in lignes_de(classeur["Clients"]) if li["Code client"].value == "C05"]
        exclu["Exclure"].value = "Oui"
    liste = controlee(atelier.lister(jour))
    assert niveaux(liste) == {"C03": 3, "C08": 3}
    assert {v["Code client"] for v in valeurs_de(liste.chemin, "Contentieux") if v["Code client"]} == {"C04", "C06", "C07"}
    atelier.approuver(liste)
    with modifier(liste.chemin):  # re-enregistrée : ses coches se relisent
        pass
    assert len(atelier.produire(jour).resultats) == 2

    # 1er juillet : le cabinet ferme, une pause vaut pour tous ; puis de nouvelles factures suivent leur cours.
    jour = date(2026, 7, 1)
    nouvelles = [facture(20 + n, code, date(2026, 6, 15), 400.0) for n, code in enumerate(("C01", "C02"))]
    du_jour(atelier, jour, [*avril, *nouvelles])
    atelier.ajouter("Suivi", (None, None, jour, "Pause", date(2026, 7, 10)))
    assert niveaux(controlee(atelier.lister(jour))) == {}
    jour = date(2026, 7, 15)
    du_jour(atelier, jour, [*avril, *nouvelles])
    liste = controlee(atelier.lister(jour))
    assert niveaux(liste) == {"C01": 1, "C02": 1}
    onglets = openpyxl.load_workbook(liste.chemin).sheetnames
    assert onglets[:5] == ["Liste clients", "Détail", "À appeler", "Complément", "Contentieux"]
