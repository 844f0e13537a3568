"""Une production qui se tue elle-même : lancée dans un processus à part, elle meurt à l'écriture du journal qu'on lui dit."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atelier import Muet

from relances_xl.dossier import Dossier
from relances_xl.etapes.produire import Demande, produire
from relances_xl.historique import Historique
from relances_xl.sorties.courriel import identite_microsoft

MAINTENANT = datetime(2026, 3, 31, 9, tzinfo=UTC)


def brancher_sur(port: int, certificat: Path) -> None:
    """Microsoft 365 est le service imité de ce port, où l'on est déjà connecté (`microsoft_imite`)."""
    os.environ["SSL_CERT_FILE"] = str(certificat)
    identite_microsoft.GRAPH = f"https://127.0.0.1:{port}"
    identite_microsoft.IdentiteMicrosoft.jeton = lambda *_, **__: "acces-0"  # type: ignore[method-assign]


def produire_et_mourir(racine: Path, etape: int, apres: bool, microsoft: tuple[int, Path] | None = None) -> None:
    """Produit, et se tue à la énième écriture du journal, juste avant ou juste après elle."""
    if microsoft:
        brancher_sur(*microsoft)
    ecritures = 0

    def couper(methode: Any) -> Any:
        def coupee(*arguments: Any, **nommes: Any) -> Any:
            nonlocal ecritures
            ecritures += 1
            if ecritures == etape and not apres:
                os.kill(os.getpid(), signal.SIGKILL)
            resultat = methode(*arguments, **nommes)
            if ecritures == etape and apres:
                os.kill(os.getpid(), signal.SIGKILL)
            return resultat

        return coupee

    Historique.annoncer = couper(Historique.annoncer)  # type: ignore[method-assign]
    Historique.conclure = couper(Historique.conclure)  # type: ignore[method-assign]
    produire(Dossier(racine), MAINTENANT, Demande(oui=True), Muet())
