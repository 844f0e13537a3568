"""Le journal des relances : ce qui est sorti, pour qui, à quel niveau ; des ajouts, jamais de retouche (contrat §7)."""

from relances_xl.historique.faits import EcheanceRelancee, Etat, Intention
from relances_xl.historique.registre import Historique

__all__ = ["EcheanceRelancee", "Etat", "Historique", "Intention"]
