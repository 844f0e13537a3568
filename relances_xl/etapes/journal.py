"""Consulter, exporter, contrôler et purger le journal. Rien de lourd ne se charge avant qu'il y ait quelque chose à montrer."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.dossier import Dossier

if TYPE_CHECKING:
    import pandas as pd


def est_neuf(dossier: Dossier) -> bool:
    """Rien n'a jamais été noté au journal : il n'y a rien à relever, ni à charger pour cela."""
    dossier.exiger()
    journal = dossier.historique
    return not journal.is_file() or not journal.stat().st_size


def relever(dossier: Dossier, client: str | None) -> "pd.DataFrame":
    """Le journal, une ligne par relance (colonnes de `Historique.releve`) ; d'un client, comme les codes se comparent, ou entier."""
    from relances_xl.historique import Historique

    dossier.exiger()
    with Historique.consulter(dossier.historique) as historique:
        return historique.releve(client)


def controler(dossier: Dossier) -> str:
    """Contrôle le journal de fond en comble ; rend le verdict. Lève `ErreurUtilisateur` s'il est abîmé ou a été retouché."""
    from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
    from relances_xl.historique import Historique

    dossier.exiger()
    with Historique.consulter(dossier.historique) as historique:
        fausses = historique.verifier(dossier.historique)
        nombre = historique.combien()
    if fausses:
        exemples = ", ".join(fausses[:5])
        message = f"le journal a été retouché hors de l'outil : {exemples}{'…' if len(fausses) > 5 else ''} n'y sont plus ce qu'ils étaient"
        raise ErreurUtilisateur(Faute(message, "rétablissez-le depuis une sauvegarde", fichier=str(dossier.historique)))
    return accorder(nombre, f"Le journal est sain : {nombre} relance(s).")


def purger(dossier: Dossier, avant: date) -> int:
    """Efface pour de bon les relances antérieures à `avant`, et les copies du journal, qui les portent encore ; rend leur nombre.

    Une relance prouve : gardez-les tant que la créance peut se réclamer (cinq ans, C. civ. 2224).
    """
    from relances_xl.historique import Historique
    from relances_xl.historique.garde import copie_de, copie_de_la_version_1

    dossier.exiger()
    with dossier.verrou(), Historique.ouvrir(dossier.historique) as historique:
        dossier.balayer()  # une copie du journal, coupée en chemin, porterait encore ce que l'on efface
        nombre = historique.purger(avant)
        for copie in (copie_de(dossier.historique), copie_de_la_version_1(dossier.historique)):
            copie.unlink(missing_ok=True)
    return nombre


def exporter(table: "pd.DataFrame", chemin: Path) -> None:
    """Écrit le journal dans un classeur."""
    from relances_xl.fichiers.ecriture_sure import balayer, ecriture
    from relances_xl.revue.ecrire.autres_classeurs import ecrire_journal

    balayer([chemin.parent])
    with ecriture(chemin) as provisoire:
        ecrire_journal(provisoire, table)
