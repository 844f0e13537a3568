"""Un vrai dossier de relance dans un dossier temporaire, tenu comme le ferait un comptable : exports, critères, coches."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.dossier import Dossier
from relances_xl.etapes.annuler import annuler
from relances_xl.etapes.journal import relever
from relances_xl.etapes.lister import Liste, lister
from relances_xl.etapes.nouveau import nouveau
from relances_xl.etapes.produire import Bilan, Demande, produire

ECHEANCES = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Reste dû")
CLIENTS = ("Code client", "Raison sociale", "Adresse 1", "Code postal", "Ville", "Email", "Type client")
CLIENT = ("C001", "Garage Pérez & Fils", "12 rue de l'Église", "01000", "Bourg-en-Bresse", "compta@perez.example", "Professionnel")


@dataclass
class Muet:
    """Un utilisateur sans terminal, ou qui répond toujours pareil ; garde ce qu'on lui a dit."""

    interactif: bool = False
    reponse: bool = True
    dits: list[str] = field(default_factory=list)

    def dire(self, message: str) -> None:
        self.dits.append(message)

    def confirmer(self, question: str, defaut: bool = False) -> bool:
        self.dits.append(question)
        return self.reponse

    @contextmanager
    def suivre(self, libelle: str, total: int) -> Iterator[Callable[..., None]]:
        yield lambda pas=1: None


class Atelier:
    """Un dossier de relance et ce qu'on y fait, jour après jour."""

    def __init__(self, racine: Path, *, sortie: str = "Word") -> None:
        self.dossier = Dossier(racine)
        nouveau(self.dossier, exemple=False)
        self.clients([CLIENT])
        self.criteres(**{"Sortie sur": sortie})

    @classmethod
    def de(cls, racine: Path) -> "Atelier":
        """Un dossier qui existe déjà."""
        atelier = cls.__new__(cls)
        atelier.dossier = Dossier(racine)
        return atelier

    @property
    def racine(self) -> Path:
        return self.dossier.racine

    def echeances(self, lignes: Sequence[Sequence[object]], entetes: Sequence[str] = ECHEANCES) -> None:
        ecrire_classeur(self.dossier.exports / "echeances.xlsx", [entetes, *lignes])

    def clients(self, lignes: Sequence[Sequence[object]], entetes: Sequence[str] = CLIENTS) -> None:
        ecrire_classeur(self.dossier.exports / "clients.xlsx", [entetes, *lignes])

    def criteres(self, onglet: str = "Critères", /, **valeurs: Any) -> None:
        """Saisit des valeurs en colonne B, en face de leur libellé."""
        classeur = openpyxl.load_workbook(self.dossier.criteres)
        feuille = classeur[onglet]
        lignes = {cle(str(ligne[0].value)): ligne[1] for ligne in feuille.iter_rows(min_row=2) if ligne[0].value}
        for libelle, valeur in valeurs.items():
            lignes[cle(libelle)].value = valeur
        classeur.save(self.dossier.criteres)

    def colonnes(self, fichier: str, entetes: Mapping[str, str]) -> None:
        """Remplit l'onglet « Colonnes » : champ → en-tête de l'export."""
        with modifier(self.dossier.criteres) as classeur:
            for ligne in lignes_de(classeur["Colonnes"]):
                if ligne["Fichier"].value == fichier and ligne["Champ"].value in entetes:
                    ligne["Colonne de l'export"].value = entetes[ligne["Champ"].value]

    def ajouter(self, onglet: str, *lignes: Sequence[Any]) -> None:
        """Ajoute des lignes à la suite d'un onglet de criteres.xlsx."""
        classeur = openpyxl.load_workbook(self.dossier.criteres)
        feuille = classeur[onglet]
        premiere = next(n for n in range(2, feuille.max_row + 2) if feuille.cell(n, 1).value in (None, ""))
        for ecart, ligne in enumerate(lignes):
            for colonne, valeur in enumerate(ligne, start=1):
                feuille.cell(premiere + ecart, colonne).value = valeur
        classeur.save(self.dossier.criteres)

    def lister(self, jour: date, **valeurs: Any) -> Liste:
        """Liste au jour dit (date de référence et d'édition)."""
        return lister(self.dossier, jour, **valeurs)

    def approuver(self, liste: Liste, *relances: str, **modifications: object) -> None:
        """Coche des relances (toutes si aucune n'est nommée) et change des cellules de leur ligne."""
        with modifier(liste.chemin) as classeur:
            for ligne in lignes_de(classeur["Liste clients"]):
                if ligne["Relance"].value and (not relances or ligne["Relance"].value in relances):
                    ligne["Approuver"].value = True
                    for colonne, valeur in modifications.items():
                        ligne[colonne].value = valeur

    def produire(self, jour: date, *, dialogue: Muet | None = None, **demande: Any) -> Bilan:
        maintenant = datetime.combine(jour, time(9), UTC)
        return produire(self.dossier, maintenant, Demande(**({"oui": True} | demande)), dialogue or Muet())

    def relancer(self, jour: date) -> list[tuple[str, int]]:
        """Une journée entière : lister, tout approuver, produire. Les (relance, niveau) sorties ce jour."""
        liste = self.lister(jour)
        self.approuver(liste)
        bilan = self.produire(jour)
        return [(r.relance, r.niveau) for r in bilan.resultats if r.statut in ("Émise", "Imprimée", "Envoyée", "Brouillon")]

    def annuler(self, *relances: str, lot: str | None = None) -> list[str]:
        return list(annuler(self.dossier, relances, lot).relances)

    def journal(self) -> list[tuple[str, int, str]]:
        table = relever(self.dossier, None)
        return list(zip(table["relance"], table["niveau"], table["statut"], strict=True))


def executer(*arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """La vraie commande, dans un vrai processus, sans terminal."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "relances_xl", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, cwd=cwd,
        env={**os.environ, **(env or {})}, check=False,
    )  # fmt: skip


def ecrire_classeur(chemin: Path, lignes: Sequence[Sequence[object]]) -> None:
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    assert feuille is not None
    for ligne in lignes:
        feuille.append(list(ligne))
    chemin.parent.mkdir(parents=True, exist_ok=True)
    classeur.save(chemin)


@contextmanager
def modifier(chemin: Path) -> Iterator[openpyxl.Workbook]:
    """Ouvre un classeur, le laisse modifier, l'enregistre."""
    classeur = openpyxl.load_workbook(chemin)
    yield classeur
    classeur.save(chemin)


def lignes_de(feuille: Worksheet) -> list[dict[str, Any]]:
    """Les lignes d'un onglet, en-tête → cellule."""
    entetes, *lignes = list(feuille.iter_rows())
    return [{str(e.value): cellule for e, cellule in zip(entetes, ligne, strict=True)} for ligne in lignes]


def valeurs_de(chemin: Path, onglet: str) -> list[dict[str, Any]]:
    classeur = openpyxl.load_workbook(chemin, data_only=True)
    return [{nom: cellule.value for nom, cellule in ligne.items()} for ligne in lignes_de(classeur[onglet])]
