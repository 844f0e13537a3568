"""Rafraîchir dans `criteres.xlsx` la liste des clients, les modes de paiement et les devises (commande `actualiser`).

Seuls les deux onglets concernés sont retouchés, cellule par cellule : coches, notes, couleurs, colonnes ajoutées et
tout le reste du classeur survivent.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import pandas as pd

from relances_xl.criteres import onglets as o
from relances_xl.criteres.feuille_xml import FeuilleXml
from relances_xl.criteres.onglet_clients import ListeClients
from relances_xl.criteres.ouverture import abime, verifier
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.selection import ordre_naturel
from relances_xl.fichiers.archive import ArchiveClasseur
from relances_xl.fichiers.verrous import refuser_si_ouvert


def rafraichir(chemin: Path, clients: pd.DataFrame, modes: Sequence[str], devises: Sequence[str]) -> str:
    """Met à jour l'onglet « Clients » et les listes ; rend un résumé en français.

    clients : code_client, raison_sociale ; modes, devises : ceux des exports. Les coches restent à leur client ; un
    client coché absent des exports est gardé, et dit. L'ancien classeur reste à côté (`criteres.xlsx.bak`) ; s'il n'y a
    rien à changer, rien n'est écrit.
    Erreurs (ErreurUtilisateur) : classeur ouvert, absent, illisible, onglet « Clients » absent ou sans ses colonnes.
    """
    refuser_si_ouvert(chemin)
    verifier(chemin)
    noms = {str(code).strip(): une_ligne(str(nom)) for code, nom in zip(clients[c.CODE_CLIENT], clients[c.RAISON_SOCIALE], strict=True)}
    try:
        archive = ArchiveClasseur(chemin)
        chaines = archive.chaines()
        changees, phrases = _clients(archive, chaines, noms)
        listes, ajouts = _listes(archive, chaines, {o.MODES_CONNUS.titre: modes, o.DEVISES_CONNUES.titre: devises})
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, expat.ExpatError, LookupError, ValueError) as erreur:
        raise abime(chemin) from erreur
    changees |= listes
    phrases += ajouts
    if changees:
        archive.remplacer(changees)
    return f"{chemin.name} : {' ; '.join(phrases) or 'déjà à jour'}."


def _clients(archive: ArchiveClasseur, chaines: Sequence[str], noms: dict[str, str]) -> tuple[dict[str, bytes], list[str]]:
    """Les parties changées par la nouvelle liste de clients (l'onglet, son tableau), et ce qu'il faut en dire."""
    partie = archive.onglet(o.CLIENTS)
    if partie is None:
        raise ErreurUtilisateur(Faute(f"l'onglet « {o.CLIENTS} » manque", "remettez-le, ou recréez le classeur", archive.chemin.name))
    liste = ListeClients(FeuilleXml(archive.parties[partie], chaines), archive.chemin.name, ancree=_est_designe(archive, partie))
    phrases = liste.mettre_a_jour(noms)
    if not liste.changee:
        return {}, phrases
    changees = {partie: liste.rendre()}
    for genre, tableau in archive.liens(partie).values():
        if genre == "table":
            changees[tableau] = liste.etendre_tableau(archive.parties[tableau])
    return changees, phrases


def _est_designe(archive: ArchiveClasseur, partie: str) -> bool:
    """Une formule d'un autre onglet désigne-t-elle des cellules de « Clients » ? On ne les déplace alors pas."""
    reference = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]*" + o.CLIENTS.encode() + rb"(?:'|&apos;)?!", re.IGNORECASE)
    return any(reference.search(xml) for nom, xml in archive.parties.items() if "worksheets/" in nom and nom != partie)


def _listes(archive: ArchiveClasseur, chaines: Sequence[str], listes: dict[str, Sequence[str]]) -> tuple[dict[str, bytes], list[str]]:
    """La partie « Listes » complétée par les valeurs nouvelles, sous chaque titre de colonne."""
    partie = archive.onglet(o.LISTES)
    if partie is None:
        return {}, [f"l'onglet « {o.LISTES} » manque, modes de paiement et devises non rafraîchis"]
    feuille = FeuilleXml(archive.parties[partie], chaines)
    titres = {cle(cellule.texte): colonne for colonne, cellule in feuille.rangee(1).cellules.items()}
    phrases = []
    changee = False
    for titre, valeurs in listes.items():
        colonne = titres.get(cle(titre))
        if colonne is None:
            phrases.append(f"la colonne « {titre} » de l'onglet « {o.LISTES} » manque, liste non rafraîchie")
        elif ajoutees := _completer(feuille, colonne, valeurs):
            changee = True
            phrases.append(f"{titre} : {', '.join(ajoutees)} en plus")
    return ({partie: feuille.rendre()} if changee else {}), phrases


def _completer(feuille: FeuilleXml, colonne: int, valeurs: Iterable[str]) -> list[str]:
    """Ajoute sous la colonne les valeurs qu'elle n'a pas ; ce qu'on y a saisi reste."""
    textes = {numero: rangee.texte(colonne) for numero, rangee in feuille.rangees.items() if numero > 1}
    connues = {cle(texte) for texte in textes.values()}
    nouvelles = {cle(valeur): valeur for valeur in valeurs if cle(valeur) and cle(valeur) not in connues}
    derniere = max((numero for numero, texte in textes.items() if texte), default=1)
    style = feuille.rangee(derniere).style(colonne) if derniere > 1 else ""
    ajoutees = sorted(nouvelles.values(), key=ordre_naturel)
    for numero, valeur in enumerate(ajoutees, start=derniere + 1):
        feuille.rangee(numero).cellules[colonne] = feuille.cellule_texte(valeur, style)
    return ajoutees
