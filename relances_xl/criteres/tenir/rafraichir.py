"""Rafraîchir `criteres.xlsx` (commande `actualiser`) : clients, modes de paiement, devises, taux, réponses, ce qui manque.

Seules les cellules concernées sont retouchées : coches, notes, couleurs, colonnes ajoutées et tout le reste survivent.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import pandas as pd

from relances_xl.criteres import onglets as o
from relances_xl.criteres.ouverture import COMMENCER, abime, verifier
from relances_xl.criteres.tenir.chantier import Chantier
from relances_xl.criteres.tenir.complements import completer
from relances_xl.criteres.tenir.onglet_clients import ListeClients
from relances_xl.criteres.tenir.reponse_de_client import Reponse
from relances_xl.criteres.tenir.saisies_portees import nommer_les_clients, remplir_les_taux, reporter_les_reponses
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle, une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.selection import ordre_naturel
from relances_xl.fichiers.office.archive import ArchiveClasseur
from relances_xl.fichiers.office.feuille_xml import FeuilleXml
from relances_xl.fichiers.verrous import refuser_si_ouvert

_ABIME = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    expat.ExpatError,
    LookupError,
    ValueError,
    StopIteration,
    NotImplementedError,
)
"""Ce que lèvent une archive, un XML ou des liens abîmés."""


def rafraichir(
    chemin: Path,
    clients: pd.DataFrame,
    modes: Sequence[str],
    devises: Sequence[str],
    reponses: Sequence[Reponse] = (),
    jour: date | None = None,
) -> str:
    """Met à jour `criteres.xlsx` ; rend un résumé en français.

    clients : code_client, raison_sociale ; modes, devises : ceux des exports ; reponses : celles de l'onglet « À appeler »,
    à reporter dans « Suivi » à la date `jour`. Les coches et les saisies restent à leur client ; un client coché absent des
    exports est gardé, et dit. Ce qui manque à un classeur d'une version antérieure est ajouté, les taux connus remplissent
    les cases vides, les noms se mettent à côté des codes de « Suivi ». L'ancien classeur reste à côté
    (`criteres.xlsx.bak`) ; rien à changer : rien n'est écrit.
    Erreurs (ErreurUtilisateur) : classeur ouvert, absent, illisible, onglet « Clients » sans ses colonnes.
    """
    refuser_si_ouvert(chemin)
    verifier(chemin)
    noms = {str(code).strip(): une_ligne(str(nom)) for code, nom in zip(clients[c.CODE_CLIENT], clients[c.RAISON_SOCIALE], strict=True)}
    try:
        chantier = Chantier(chemin)
        phrases = [
            *_clients(chantier, noms),
            *_listes(chantier, {o.MODES_CONNUS.titre: modes, o.DEVISES_CONNUES.titre: devises}),
            *completer(chantier),
            *remplir_les_taux(chantier),
            *reporter_les_reponses(chantier, reponses, jour or date.min),
            *nommer_les_clients(chantier, noms),
        ]
        changees = chantier.parties_changees()
    except _ABIME as erreur:
        raise abime(chemin) from erreur
    if changees:
        chantier.archive.remplacer(changees)
    return f"{chemin.name} : {' ; '.join(phrases) or 'déjà à jour'}."


def _clients(chantier: Chantier, noms: dict[str, str]) -> list[str]:
    """Met à jour la liste des clients (l'onglet, son tableau) ; rend ce qu'il faut en dire."""
    feuille, archive = chantier.feuille(o.CLIENTS), chantier.archive
    partie = archive.onglet(o.CLIENTS)
    if feuille is None or partie is None:
        raise ErreurUtilisateur(Faute(f"l'onglet « {o.CLIENTS} » manque", "remettez-le, ou recréez le classeur", archive.chemin.name))
    liste = ListeClients(feuille, archive.chemin.name, ancree=_est_designe(archive, partie))
    phrases = liste.mettre_a_jour(noms)
    if liste.changee:
        liste.achever()
        chantier.toucher(o.CLIENTS)
        if (tableau := chantier.tableau(o.CLIENTS)) is not None:
            liste.etendre_tableau(tableau)
    return phrases


def _est_designe(archive: ArchiveClasseur, partie: str) -> bool:
    """Une formule d'un autre onglet désigne-t-elle des cellules de « Clients » ? On ne les déplace alors pas.

    Celles de « Commencer ici » comptent toute la colonne : rien ne s'y dérange.
    """
    reference = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]*" + o.CLIENTS.encode() + rb"(?:'|&apos;)?!", re.IGNORECASE)
    sauf = {partie, archive.onglet(COMMENCER)}
    return any(reference.search(xml) for nom, xml in archive.parties.items() if "worksheets/" in nom and nom not in sauf)


def _listes(chantier: Chantier, listes: dict[str, Sequence[str]]) -> list[str]:
    """Complète l'onglet « Listes » des valeurs nouvelles, sous chaque titre de colonne."""
    feuille = chantier.feuille(o.LISTES)
    if feuille is None:
        return []
    titres = {cle(cellule.texte): colonne for colonne, cellule in feuille.rangee(1).cellules.items()}
    phrases = []
    for titre, valeurs in listes.items():
        colonne = titres.get(cle(titre))
        if colonne is None:
            phrases.append(f"la colonne « {titre} » de l'onglet « {o.LISTES} » manque, liste non rafraîchie")
        elif ajoutees := _completer(feuille, colonne, valeurs):
            chantier.toucher(o.LISTES)
            phrases.append(f"{titre} : {', '.join(ajoutees)} en plus")
    return phrases


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
