"""Lire les relevés bancaires d'un dossier : chaque fichier par son contenu, chaque encaissement une seule fois (contrat §3)."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.codes_de_devise import devises
from relances_xl.domaine.ecrits.montants import en_unites
from relances_xl.domaine.ecrits.nombres_ecrits import vraisemblable
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.schemas import ENCAISSEMENTS
from relances_xl.entrees.banque import tableur_bancaire
from relances_xl.entrees.banque.encaissement import Encaissement, Lue, Operation
from relances_xl.entrees.banque.fichier_de_releve import ENTREVU, format_de
from relances_xl.fichiers.enfant import lire_a_part

_LECTEUR = "relances_xl.entrees.banque.fichier_de_releve:lire_fichier"
_IGNORES = ("~", ".", "desktop.ini", "thumbs.db")


def lire_releves(chemin: Path) -> tuple[pd.DataFrame, tuple[Faute, ...]]:
    """Les encaissements d'un relevé, ou de tous ceux d'un dossier (et de ses sous-dossiers), et les avertissements.

    Rend une table `ENCAISSEMENTS`. Absent : table vide. Deux relevés qui se recouvrent ne comptent pas deux fois le même encaissement. Un fichier
    illisible est un avertissement : le contrôle de banque aide, il ne bloque pas.
    """
    avertissements: list[Faute] = []
    par_fichier: list[list[tuple[str, Encaissement]]] = []
    for fichier in _fichiers(chemin):
        lus: list[tuple[str, Encaissement]] = []
        illisibles: list[Operation] = []
        try:
            for lue in _lire(fichier):
                if isinstance(lue, Operation):
                    illisibles.append(lue)
                elif lue.devise not in devises():
                    illisibles.append(Operation(lue.ligne, f"devise « {lue.devise} » inconnue"))
                elif not (vraisemblable(lue.montant) and lue.montant >= 0):
                    illisibles.append(Operation(lue.ligne, "montant invraisemblable"))
                elif lue.montant:
                    lus.append((fichier.name, lue))
        except ErreurUtilisateur as erreur:
            avertissements.extend(erreur.fautes)
        if illisibles:
            premiere = illisibles[0]
            message = accorder(
                len(illisibles), f"{len(illisibles)} opération(s) illisible(s), dont le n° {premiere.ligne} : {premiere.pourquoi}"
            )
            avertissements.append(Faute(message, "redemandez ce relevé à la banque", fichier.name))
        par_fichier.append(lus)
    return ENCAISSEMENTS.table(*(_rangee(nom, lu) for nom, lu in _sans_recouvrement(par_fichier))), tuple(avertissements)


def _rangee(fichier: str, lu: Encaissement) -> dict[str, object]:
    montant = en_unites(lu.montant, lu.devise)
    return {c.FICHIER: fichier, c.LIGNE: lu.ligne, c.DATE: lu.date, c.LIBELLE: lu.libelle, c.MONTANT: montant, c.DEVISE: lu.devise}


def _fichiers(chemin: Path) -> list[Path]:
    if chemin.is_file():
        return [chemin]
    trouves = chemin.rglob("*") if chemin.is_dir() else ()
    return sorted(fichier for fichier in trouves if fichier.is_file() and not fichier.name.casefold().startswith(_IGNORES))


def _sans_recouvrement(par_fichier: list[list[tuple[str, Encaissement]]]) -> Iterator[tuple[str, Encaissement]]:
    """Un même encaissement vu dans deux fichiers est le même ; vu deux fois dans un seul, ce sont deux virements."""
    deja: Counter[tuple[object, ...]] = Counter()
    for lus in par_fichier:
        ici: Counter[tuple[object, ...]] = Counter()
        for nom, lu in lus:
            identite = lu[1:]
            ici[identite] += 1
            if ici[identite] > deja[identite]:
                yield nom, lu
        deja |= ici


def _lire(fichier: Path) -> Iterator[Lue]:
    """Par le format que dit le contenu : un tableur par son lecteur, tout autre relevé à part."""
    with fichier.open("rb") as flux:
        debut = flux.read(ENTREVU)
    if format_de(debut) is None:
        yield from tableur_bancaire.encaissements(fichier)
        return
    for bloc in lire_a_part(_LECTEUR, fichier):
        yield from map(_lue, bloc)


def _lue(champs: tuple[Any, ...]) -> Lue:
    if len(champs) == 2:
        return Operation(*champs)
    ligne, jour, libelle, montant, devise = champs
    return Encaissement(ligne, jour, libelle, Decimal(montant), devise)
