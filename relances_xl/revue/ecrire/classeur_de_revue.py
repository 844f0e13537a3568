"""Écrire le classeur de revue, et le document « Liste clients » (contrat §6)."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.revue.ecrire import onglets_tableaux as onglets
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.onglet_criteres import ecrire_criteres
from relances_xl.revue.ecrire.tableau import nouveau_classeur
from relances_xl.revue.ecrire.tableau_de_bord import ecrire_tableau_de_bord
from relances_xl.revue.ecrire.totaux import adresses_des_resumes, poser_resume, texte_de_la_liste, texte_du_detail


def ecrire_revue(chemin: Path, contenu: Contenu) -> None:
    """Écrit le classeur de revue : les huit onglets du contrat, dans leur ordre.

    Deux écritures du même contenu donnent les mêmes octets. L'appelant répond de l'écriture atomique.
    """
    relances, detail = onglets.relances_de_la_liste(contenu), onglets.lignes_du_detail(contenu)
    with nouveau_classeur(chemin) as classeur:
        _proprietes(classeur, contenu, "Revue des relances")
        styles = Styles(classeur)
        liste = onglets.ecrire_liste(classeur, styles, contenu, detail, a_relire=True)
        feuille_detail = onglets.ecrire_detail(classeur, styles, contenu, detail, a_relire=True)
        resume_liste, resume_detail = adresses_des_resumes(relances)
        poser_resume(liste, texte_de_la_liste(relances), resume_liste)
        poser_resume(feuille_detail, texte_du_detail(detail), resume_detail)
        onglets.ecrire_complement(classeur, styles, contenu)
        ecrire_tableau_de_bord(classeur, styles, contenu, relances, detail)
        onglets.ecrire_exclusions(classeur, styles, contenu)
        onglets.ecrire_anomalies(classeur, styles, contenu)
        onglets.ecrire_controle(classeur, styles, contenu)
        ecrire_criteres(classeur, styles, contenu.criteres)


def ecrire_liste_clients(chemin: Path, contenu: Contenu, detaille: bool) -> None:
    """Écrit `liste-clients.xlsx` : « Liste clients » sans « Approuver » ni « Message », « Détail » si détaillé, « Critères »."""
    detail = onglets.lignes_du_detail(contenu)
    # Les liens ne mènent qu'aux onglets présents
    presents = replace(contenu, complement=contenu.complement.iloc[:0])
    with nouveau_classeur(chemin) as classeur:
        _proprietes(classeur, contenu, "Liste clients")
        styles = Styles(classeur)
        onglets.ecrire_liste(classeur, styles, presents, detail if detaille else detail.iloc[:0], a_relire=False)
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
