"""Un classeur .xlsx vu comme une archive : retrouver le fichier d'un onglet, en remplacer quelques-uns, sans risque.

Les parties non remplacées sont recopiées telles quelles (ECMA-376, partie 2 : un classeur est une archive zip dont
le classeur nomme les onglets, et les fichiers `_rels` leurs liens).
"""

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.fichiers.ecriture_sure import ecriture
from relances_xl.fichiers.office.enveloppe import demesuree
from relances_xl.fichiers.office.liens import lire_liens, partie_des_liens


class ArchiveClasseur:
    """Les parties d'un classeur, en mémoire. Si ce n'en est pas un, ou s'il est abîmé : les erreurs de `zipfile`, `ValueError`, `LookupError`."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        with zipfile.ZipFile(io.BytesIO(chemin.read_bytes())) as archive:  # abîmée, elle n'est alors jamais une erreur du disque
            if demesuree(archive):
                raise ValueError("une fois décompressé, le classeur est démesuré")
            self.entrees = archive.infolist()
            self.parties = {entree.filename: archive.read(entree) for entree in self.entrees}
        principale = next((partie for genre, partie in self.liens("").values() if genre == "officeDocument"), None)
        if principale is None:
            raise ValueError("ce n'est pas un classeur .xlsx")
        self.classeur = principale

    def onglet(self, nom: str) -> str | None:
        """La partie qui porte cet onglet, reconnu sans casse ni accents ; None s'il manque."""
        liens = self.liens(self.classeur)
        for feuille in ElementTree.fromstring(self.parties[self.classeur]).findall("{*}sheets/{*}sheet"):
            if cle(feuille.get("name", "")) == cle(nom):
                return next(liens[valeur][1] for attribut, valeur in feuille.items() if attribut.endswith("}id"))
        return None

    def liens(self, partie: str) -> dict[str, tuple[str, str]]:
        """Les liens d'une partie ("" : ceux du classeur entier) : identifiant → (genre, partie visée)."""
        relations = self.parties.get(partie_des_liens(partie))
        return {} if relations is None else {lien.identifiant: (lien.genre, lien.cible) for lien in lire_liens(relations, partie)}

    def chaines(self) -> list[str]:
        """Les chaînes partagées du classeur, sans leurs annotations phonétiques."""
        partie = next((p for genre, p in self.liens(self.classeur).values() if genre == "sharedStrings"), "")
        if partie not in self.parties:
            return []
        return [
            "".join(t.text or "" for chemin in ("{*}t", "{*}r/{*}t") for t in chaine.findall(chemin))
            for chaine in ElementTree.fromstring(self.parties[partie]).findall("{*}si")
        ]

    def remplacer(self, changees: Mapping[str, bytes], *, garder_l_ancien: bool = True) -> None:
        """Écrit le classeur avec ces parties changées ou ajoutées : d'abord à côté, puis à sa place, d'un coup.

        L'ancien reste à côté (`criteres.xlsx.bak`), si on le garde. Classeur ouvert ailleurs : `ErreurUtilisateur`, rien n'a changé.
        """
        with ecriture(self.chemin) as provisoire:
            with zipfile.ZipFile(provisoire, "w", zipfile.ZIP_DEFLATED) as archive:
                for entree in self.entrees:
                    archive.writestr(entree, changees.get(entree.filename, self.parties[entree.filename]))
                for nouvelle in changees.keys() - self.parties.keys():
                    archive.writestr(nouvelle, changees[nouvelle])
            if garder_l_ancien:
                shutil.copy2(self.chemin, sauvegarde(self.chemin))


def sauvegarde(chemin: Path) -> Path:
    """La copie gardée à côté du classeur : `criteres.xlsx.bak`."""
    return chemin.with_name(chemin.name + ".bak")
