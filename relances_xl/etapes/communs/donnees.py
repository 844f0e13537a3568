"""Lire tout ce dont une liste ou une production a besoin : critères, clients, échéances, rapprochés."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import PAR_CHAMP
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.schemas import BANQUE, CLIENTS, ENCAISSEMENTS
from relances_xl.dossier import Dossier
from relances_xl.entrees.clients import LectureClients, lire_clients
from relances_xl.entrees.exports import Lecture, lire_echeances
from relances_xl.entrees.factures.complements_de_factures import LieuDesFactures
from relances_xl.entrees.tiers.rapprochement import rapprocher
from relances_xl.etapes.communs.fiches_saisies import avec_les_saisies, avec_les_siren, sans_type

T = TypeVar("T")

_SANS_RELEVE: tuple[pd.DataFrame, tuple[Faute, ...]] = (ENCAISSEMENTS.vide(), ())


class Donnees(NamedTuple):
    """Les exports du dossier, lus et rapprochés : `lecture.lignes` porte les codes du fichier clients ; encaissements : `ENCAISSEMENTS`."""

    lecture: Lecture
    clients: pd.DataFrame
    appariement_clients: dict[str, str]
    avertissements: tuple[Faute, ...]
    encaissements: pd.DataFrame
    non_lues_clients: tuple[str, ...] = ()

    def colonnes_dites(self) -> Iterator[str]:
        """Les colonnes reconnues et celles dont rien n'est lu, une ligne de chaque par export."""
        for fichier, appariement, non_lues in (
            ("échéances", self.lecture.appariement, self.lecture.non_lues),
            ("clients", self.appariement_clients, self.non_lues_clients),
        ):
            if appariement:
                yield f"Colonnes reconnues ({fichier}) : {', '.join(f'{champ} ← « {entete} »' for champ, entete in appariement.items())}"
            if non_lues:
                yield f"Colonnes non lues : {', '.join(f'« {colonne} »' for colonne in non_lues)} ({fichier})"
        if self.lecture.complements.dit:
            yield self.lecture.complements.dit

    @property
    def lignes(self) -> pd.DataFrame:
        return self.lecture.lignes

    def noms(self) -> dict[str, str]:
        """Code client → raison sociale : celle de la fiche, sinon de l'export."""
        noms: dict[str, str] = {}
        for table in (self.lignes, self.clients):
            connus = table[table[c.RAISON_SOCIALE] != ""]
            noms |= dict(zip(connus[c.CODE_CLIENT].tolist(), connus[c.RAISON_SOCIALE].tolist(), strict=True))
        return noms

    def banque(self) -> pd.DataFrame:
        """Les encaissements et ce que l'on en croit (`BANQUE`) ; vide sans relevé."""
        if self.encaissements.empty:
            return BANQUE.vide()
        from relances_xl.decision.encaisser.rapprocher import rapprocher_banque

        return rapprocher_banque(self.encaissements, self.lignes, self.noms())


def charger(dossier: Dossier, parametres: Parametres) -> Donnees:
    """Lit le fichier clients et l'export des échéances que nomment les critères ; leurs fautes se disent ensemble."""
    criteres, colonnes = parametres.criteres, parametres.colonnes
    fautes: list[Faute] = []
    chemin = _present(dossier, "fichier_clients", criteres.fichier_clients, fautes) if criteres.fichier_clients else None
    des_clients = _recueillir(fautes, chemin, lambda lu: lire_clients(lu, colonnes)) or LectureClients(CLIENTS.vide())
    clients = des_clients.clients

    def lire(chemin: Path) -> Lecture:
        lieu = LieuDesFactures(dossier.racine, dossier.factures)
        return lire_echeances(chemin, colonnes, criteres.delai_paiement, clients, criteres.date_reference, lieu)

    chemin = _present(dossier, "fichier_echeances", criteres.fichier_echeances, fautes)
    lecture = _recueillir(fautes, chemin, lire)
    refuser_si(fautes)
    assert lecture is not None
    lignes, clients, rapprochements = rapprocher(lecture.lignes, clients)
    clients = avec_les_siren(avec_les_saisies(clients, parametres.fiches, lignes), lignes, lecture.complements.sirens)
    encaissements, illisibles = _relever(dossier.chemin(criteres.releves_bancaires)) if criteres.releves_bancaires else _SANS_RELEVE
    avertissements = (
        *des_clients.avertissements,
        *lecture.avertissements,
        *rapprochements,
        *sans_type(clients, lignes, criteres),
        *illisibles,
    )
    return Donnees(replace(lecture, lignes=lignes), clients, des_clients.appariement, avertissements, encaissements, des_clients.non_lues)


def _relever(chemin: Path) -> tuple[pd.DataFrame, tuple[Faute, ...]]:
    if not chemin.exists():
        return _SANS_RELEVE
    from relances_xl.entrees.banque.releves import lire_releves

    return lire_releves(chemin)


def _recueillir(fautes: list[Faute], chemin: Path | None, lire: Callable[[Path], T]) -> T | None:
    """Ce qui est lu, ou None et des fautes de plus."""
    if chemin is None:
        return None
    try:
        return lire(chemin)
    except ErreurUtilisateur as erreur:
        fautes.extend(erreur.fautes)
        return None


def _present(dossier: Dossier, champ: str, relatif: str, fautes: list[Faute]) -> Path | None:
    """Le chemin d'un export nommé par les critères ; None, et une faute, s'il n'existe pas."""
    chemin = dossier.chemin(relatif)
    if chemin.is_file() or (champ == "fichier_echeances" and chemin.is_dir() and relatif.strip()):  # un dossier de factures électroniques
        return chemin
    libelle = PAR_CHAMP[champ].libelle
    vide = ", ou videz cette cellule" if PAR_CHAMP[champ].facultatif else ""
    fautes.append(
        Faute(
            f"« {libelle} » désigne un fichier introuvable : {chemin}",
            f"déposez-y l'export de votre logiciel, ou corrigez « {libelle} »{vide}",
            fichier=dossier.criteres.name,
            onglet="Critères",
        )
    )
    return None
