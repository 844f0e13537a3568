"""Lire tout ce dont une liste ou une production a besoin : critères, clients, échéances, rapprochés."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from relances_xl.domaine.criteres import PAR_CHAMP
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.parametres import Parametres
from relances_xl.dossier import Dossier
from relances_xl.entrees.clients import clients_vides, lire_clients, rapprocher
from relances_xl.entrees.exports import Lecture, lire_echeances


@dataclass(frozen=True, slots=True)
class Donnees:
    """Les exports du dossier, lus et rapprochés : `lecture.lignes` porte les codes du fichier clients."""

    lecture: Lecture
    clients: pd.DataFrame
    appariement_clients: dict[str, str]
    avertissements: tuple[Faute, ...]

    @property
    def lignes(self) -> pd.DataFrame:
        return self.lecture.lignes


def charger(dossier: Dossier, parametres: Parametres) -> Donnees:
    """Lit le fichier clients puis l'export des échéances que nomment les critères."""
    criteres = parametres.criteres
    avertissements: list[Faute] = []
    clients, appariement_clients = clients_vides(), {}
    if criteres.fichier_clients:
        chemin_clients = _present(dossier, "fichier_clients", criteres.fichier_clients)
        lecture_clients = lire_clients(chemin_clients, parametres.colonnes)
        clients, appariement_clients = lecture_clients.clients, lecture_clients.appariement
        avertissements.extend(lecture_clients.avertissements)
    chemin = _present(dossier, "fichier_echeances", criteres.fichier_echeances)
    lecture = lire_echeances(
        chemin, parametres.colonnes, criteres.delai_paiement, clients, criteres.date_reference
    )
    avertissements.extend(lecture.avertissements)
    lignes, rapprochements = rapprocher(lecture.lignes, clients)
    avertissements.extend(rapprochements)
    return Donnees(replace(lecture, lignes=lignes), clients, appariement_clients, tuple(avertissements))


def _present(dossier: Dossier, champ: str, relatif: str) -> Path:
    """Le chemin d'un export nommé par les critères, s'il existe."""
    chemin = dossier.chemin(relatif)
    if chemin.is_file():
        return chemin
    libelle = PAR_CHAMP[champ].libelle
    vide = ", ou videz cette cellule" if PAR_CHAMP[champ].facultatif else ""
    raise ErreurUtilisateur(
        Faute(
            f"« {libelle} » désigne un fichier introuvable : {chemin}",
            f"déposez-y l'export de votre logiciel, ou corrigez « {libelle} »{vide}",
            fichier=dossier.criteres.name,
            onglet="Critères",
        )
    )
