"""Écrire le classeur de revue, et le document « Liste clients » (contrat §6)."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.revue.ecrire import onglets_clients, onglets_export
from relances_xl.revue.ecrire import onglets_relances as onglets
from relances_xl.revue.ecrire.bord.tableau_de_bord import ecrire_tableau_de_bord
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.onglet_criteres import ecrire_criteres
from relances_xl.revue.ecrire.tableau import nouveau_classeur


def ecrire_revue(chemin: Path, contenu: Contenu) -> None:
    """Écrit le classeur de revue : les onglets du contrat, dans leur ordre.

    Deux écritures du même contenu donnent les mêmes octets. L'appelant répond de l'écriture atomique.
    """
    relances, detail = onglets.relances_et_detail(contenu)
    with nouveau_classeur(chemin) as classeur:
        _proprietes(classeur, contenu, "Revue des relances")
        styles = Styles(classeur)
        onglets.ecrire_liste(classeur, styles, contenu, relances, detail, a_relire=True)
        onglets.ecrire_detail(classeur, styles, contenu, detail, a_relire=True)
        onglets_clients.ecrire_a_appeler(classeur, styles, contenu)
        onglets_clients.ecrire_complement(classeur, styles, contenu)
        onglets_clients.ecrire_contentieux(classeur, styles, contenu)
        ecrire_tableau_de_bord(classeur, styles, contenu, relances)
        if contenu.banque is not None:
            onglets_clients.ecrire_banque(classeur, styles, contenu.banque)
        onglets_export.ecrire_exclusions(classeur, styles, contenu)
        onglets_export.ecrire_anomalies(classeur, styles, contenu)
        onglets_export.ecrire_controle(classeur, styles, contenu)
        ecrire_criteres(classeur, styles, contenu.criteres)


def ecrire_liste_clients(chemin: Path, contenu: Contenu, detaille: bool) -> None:
    """Écrit `liste-clients.xlsx` : « Liste clients » sans « Approuver » ni « Message », « Détail » si détaillé, « Critères »."""
    relances, detail = onglets.relances_et_detail(contenu)
    # Les liens ne mènent qu'aux onglets présents
    presents = replace(contenu, complement=contenu.complement.iloc[:0])
    with nouveau_classeur(chemin) as classeur:
        _proprietes(classeur, contenu, "Liste clients")
        styles = Styles(classeur)
        onglets.ecrire_liste(classeur, styles, presents, relances, detail if detaille else detail.iloc[:0], a_relire=False)
        if detaille:
            onglets.ecrire_detail(classeur, styles, contenu, detail, a_relire=False)
        ecrire_criteres(classeur, styles, contenu.criteres)


def _proprietes(classeur: Workbook, contenu: Contenu, titre: str) -> None:
    edition = contenu.criteres.date_edition
    classeur.set_properties(
        {
            "title": f"{titre} du {ecrire_date(edition)}",
            "subject": f"Échéances en retard au {ecrire_date(contenu.criteres.date_reference)}",
            "author": contenu.emetteur,
            "company": contenu.emetteur,
            "category": "Relances clients",
            "comments": "Établi par relances_xl.",
            # La date d'édition plutôt que l'horloge : le même contenu donne le même fichier
            "created": datetime(edition.year, edition.month, edition.day),  # noqa: DTZ001
        }
    )
