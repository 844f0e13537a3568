"""Une production qui se tue elle-même : lancée dans un processus à part, elle meurt à l'écriture du journal, ou à l'appel de
Graph, qu'on lui dit."""

import os
import signal
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from atelier import Muet

from relances_xl.dossier import Dossier
from relances_xl.etapes.produire import Demande, produire
from relances_xl.historique import Historique
from relances_xl.sorties.courriel import identite_microsoft
from relances_xl.sorties.courriel.graph import SessionGraph

MAINTENANT = datetime(2026, 3, 31, 9, tzinfo=UTC)


def brancher_sur(port: int, certificat: Path) -> None:
    """Microsoft 365 est le service imité de ce port, où l'on est déjà connecté (`microsoft_imite`)."""
    os.environ["SSL_CERT_FILE"] = str(certificat)
    identite_microsoft.GRAPH = f"https://127.0.0.1:{port}"
    identite_microsoft.IdentiteMicrosoft.jeton = lambda *_, **__: "acces-0"  # type: ignore[method-assign]
    identite_microsoft.IdentiteMicrosoft.permet = lambda *_: True  # type: ignore[method-assign]


class Moment(StrEnum):
    """Quand mourir, d'un appel : avant de joindre le service, sa demande à moitié partie, sa réponse arrivée et pas lue, lue."""

    AVANT = "avant"
    A_MOITIE = "à moitié"
    ARRIVEE = "réponse arrivée"
    APRES = "après"


class _Corps:
    """Ce que porte une demande, dont l'envoi tue à mi-chemin ; une demande vide s'y dit d'un octet, qui ne vient pas."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._moitie = len(octets) // 2
        self._partis = 0

    def __len__(self) -> int:
        return max(1, len(self._octets))

    def __iter__(self) -> "_Corps":
        return self

    def read(self, combien: int = -1) -> bytes:
        if self._partis >= self._moitie:
            _mourir()
        morceau = self._octets[self._partis : min(self._partis + combien, self._moitie)]
        self._partis += len(morceau)
        return morceau


def _mourir() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def produire_et_mourir_a_l_appel(racine: Path, rang: int, moment: Moment, microsoft: tuple[int, Path]) -> None:
    """Produit, et se tue au énième appel de Graph, au moment dit."""
    brancher_sur(*microsoft)
    appels = 0
    demander = SessionGraph._demander

    def coupee(session: SessionGraph, methode: str, adresse: str, corps: Any, entetes: dict[str, str]) -> Any:
        nonlocal appels
        appels += 1
        if appels == rang and moment is Moment.AVANT:
            _mourir()
        if appels == rang and moment is Moment.A_MOITIE:
            corps = _Corps(corps)
        if appels == rang and moment is Moment.ARRIVEE:
            HTTPConnection.getresponse = _attendre_la_reponse_et_mourir  # type: ignore[assignment]
        reponse = demander(session, methode, adresse, corps, entetes)
        if appels == rang:
            _mourir()
        return reponse

    SessionGraph._demander = coupee  # type: ignore[assignment]
    produire(Dossier(racine), MAINTENANT, Demande(oui=True), Muet())


def _attendre_la_reponse_et_mourir(connexion: HTTPConnection) -> Any:
    connexion.sock.recv(1)
    _mourir()


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
                _mourir()
            resultat = methode(*arguments, **nommes)
            if ecritures == etape and apres:
                _mourir()
            return resultat

        return coupee

    Historique.annoncer = couper(Historique.annoncer)  # type: ignore[method-assign]
    Historique.conclure = couper(Historique.conclure)  # type: ignore[method-assign]
    produire(Dossier(racine), MAINTENANT, Demande(oui=True), Muet())
