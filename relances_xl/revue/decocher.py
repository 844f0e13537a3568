"""Décocher des relances dans une revue, en place : leurs cases « Approuver », et rien d'autre (commande `annuler`)."""

import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, lire_oui_non
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers.office.archive import ArchiveClasseur
from relances_xl.fichiers.office.feuille_xml import FeuilleXml
from relances_xl.fichiers.verrous import verrou_de
from relances_xl.revue import schema as o

_LIBELLES = {colonne.champ: cle(colonne.libelle) for colonne in o.COLONNES_LISTE}


def decocher(revue: Path, relances: Collection[str]) -> int:
    """Décoche ces relances dans « Liste clients » ; rend le nombre de cases décochées.

    Seul l'onglet change, et dans cet onglet seules ces cases : le reste du classeur garde chaque octet.
    Lève une `ErreurUtilisateur`, rien n'étant écrit : revue absente, ouverte ailleurs, illisible, onglet ou colonnes ôtés.
    """
    if not revue.is_file():
        raise _refus(revue, "la revue n'est plus là", "si vous l'avez déplacée, décochez-les-y vous-même")
    if verrou_de(revue):
        raise _refus(revue, "la revue est ouverte dans Excel ou LibreOffice")
    try:
        archive = ArchiveClasseur(revue)
        partie = archive.onglet(o.LISTE)
        feuille = FeuilleXml(archive.parties[partie], archive.chaines()) if partie else None
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, expat.ExpatError, LookupError, ValueError) as erreur:
        raise _refus(revue, "la revue ne se relit pas") from erreur
    if partie is None or feuille is None:
        raise _refus(revue, f"l'onglet « {o.LISTE} » manque")
    en_tete, titres = feuille.titres(set(_LIBELLES.values()))
    case, nom = titres.get(_LIBELLES[c.APPROUVER]), titres.get(_LIBELLES[c.RELANCE])
    if case is None or nom is None:
        raise _refus(revue, f"l'onglet « {o.LISTE} » n'a plus ses colonnes « Approuver » et « Relance »")
    decochees = 0
    for numero, rangee in feuille.rangees.items():
        cellule = rangee.cellules.get(case)
        if numero <= en_tete or cellule is None or rangee.texte(nom).strip() not in relances:
            continue
        if cellule.formule or lire_oui_non(cellule.texte):
            rangee.cellules[case] = feuille.cellule_coche(False, cellule.style)
            decochees += 1
    if decochees:
        archive.remplacer({partie: feuille.rendre()}, garder_l_ancien=False)
    return decochees


def _refus(revue: Path, message: str, remede: str = "décochez-les-y vous-même, et enregistrez") -> ErreurUtilisateur:
    return ErreurUtilisateur(Faute(message, remede, revue.name))
