"""Tout le parcours sur l'exemple : nouveau, actualiser, lister, tout approuver, produire."""

from dataclasses import dataclass
from datetime import datetime

from relances_xl.criteres import exemple
from relances_xl.criteres.lecture import lire_parametres
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.dossier import Dossier
from relances_xl.etapes.actualiser import actualiser
from relances_xl.etapes.communs.dialogue import Dialogue
from relances_xl.etapes.lister import Liste, lister
from relances_xl.etapes.nouveau import nouveau
from relances_xl.etapes.produire import Bilan, Demande, produire


@dataclass(frozen=True, slots=True)
class Essai:
    """La liste et la production de l'exemple."""

    liste: Liste
    bilan: Bilan


def demo(dossier: Dossier, maintenant: datetime, dialogue: Dialogue) -> Essai:
    """Déroule l'exemple dans un dossier neuf, ou dans celui d'une démonstration précédente."""
    if dossier.criteres.exists():
        _exiger_l_exemple(dossier, maintenant)
    nouveau(dossier, exemple=True)
    actualiser(dossier, maintenant.date())  # « Commencer ici » passe au vert, « Clients » se remplit
    liste = lister(dossier, maintenant.date(), tout_approuver=True)
    return Essai(liste, produire(dossier, maintenant, Demande(oui=True), dialogue))


def _exiger_l_exemple(dossier: Dossier, maintenant: datetime) -> None:
    """La démonstration approuve tout : jamais dans le dossier d'une vraie entreprise."""
    emetteur = lire_parametres(dossier.criteres, maintenant.date()).emetteur
    if emetteur.raison_sociale != exemple.EMETTEUR.raison_sociale:
        raise ErreurUtilisateur(
            Faute(
                "ce dossier n'est pas celui de la démonstration, qui approuve et produit tout",
                "nommez un dossier neuf : « relances-xl demo essai »",
                fichier=str(dossier.criteres),
            )
        )
