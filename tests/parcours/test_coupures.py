"""Couper `produire` net (SIGKILL), à chaque étape du journal, à chaque appel de Graph et n'importe quand : rien de perdu, rien en double.

Chaque essai part d'une revue approuvée (courriels envoyés et PDF), coupe un vrai processus, relance la commande, puis
règle les douteuses comme le ferait le comptable. Le journal, les fichiers et la messagerie (un vrai serveur SMTP, ou
Microsoft 365 imité) doivent s'accorder. Le nombre d'essais se règle par RELANCES_XL_COUPURES ; 50 par messagerie en intégration continue.
"""

import multiprocessing
import os
import random
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from atelier import CLIENTS, ECHEANCES, Atelier, Muet
from certificats import fabriquer
from coupe import MAINTENANT, Moment, brancher_sur, produire_et_mourir, produire_et_mourir_a_l_appel
from microsoft_imite import APPLICATION, COMPTE, Microsoft, servir

from relances_xl.domaine.statuts import Statut
from relances_xl.dossier import Dossier
from relances_xl.etapes.produire import Demande, produire, tenir_pour_sortie
from relances_xl.historique import Historique
from relances_xl.sorties.courriel import identite_microsoft

JOUR = date(2026, 3, 31)
NB_COURRIELS, NB_PDF = 4, 3
COUPURES = int(os.environ.get("RELANCES_XL_COUPURES", "50" if os.environ.get("RELANCES_XL_TOUT_EXIGER") else "30"))

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="sans objet : SIGKILL n'existe pas sous Windows")


class Boite:
    """Un serveur qui garde tout ce qu'il accepte."""

    def __init__(self) -> None:
        self.recus: list[bytes] = []

    def vider(self) -> None:
        self.recus.clear()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.recus.append(envelope.content)
        return "250 reçu"

    def par_destinataire(self) -> Counter[str]:
        return Counter(message_from_bytes(recu, policy=policy.default)["To"] for recu in self.recus)


@dataclass(frozen=True)
class Messagerie:
    """Où vont les courriels : ce que le serveur a reçu, les réglages du dossier, et comment s'y brancher pour Microsoft."""

    boite: Boite | Microsoft
    reglages: Mapping[str, object]
    branchement: tuple[int, Path] | None = None

    def vider(self) -> None:
        self.boite.vider()


@pytest.fixture(scope="module")
def par_smtp() -> Iterator[Messagerie]:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    boite = Boite()
    serveur = Controller(boite, hostname="127.0.0.1", port=port)
    serveur.start()
    yield Messagerie(boite, {"Serveur SMTP": "127.0.0.1", "Port": port, "Sécurité": "Aucune", "Mode": "Envoi"})
    serveur.stop()


@pytest.fixture(scope="module")
def par_microsoft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Messagerie]:
    certificat = fabriquer(tmp_path_factory.mktemp("certificat"))
    boite = Microsoft()
    serveur = servir(boite, certificat.serveur)
    reglages = {"Identifiant": COMPTE, "Application (Microsoft)": APPLICATION, "Mode": "Microsoft 365"}
    with pytest.MonkeyPatch.context() as remettre:  # ce que `brancher_sur` change ici aussi est remis
        remettre.setenv("SSL_CERT_FILE", str(certificat.fichier))
        remettre.setattr(identite_microsoft, "GRAPH", "")
        remettre.setattr(identite_microsoft.IdentiteMicrosoft, "jeton", None)
        remettre.setattr(identite_microsoft.IdentiteMicrosoft, "permet", None)
        brancher_sur(boite.port, certificat.fichier)
        yield Messagerie(boite, reglages, (boite.port, certificat.fichier))
    assert boite.fautes == []
    serveur.shutdown()
    serveur.server_close()


@pytest.fixture(scope="module", params=["par_smtp", "par_microsoft"])
def messagerie(request: pytest.FixtureRequest) -> Messagerie:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory, messagerie: Messagerie) -> Path:
    """Un dossier listé et approuvé, à copier pour chaque essai."""
    return preparer(tmp_path_factory.mktemp("coupures") / "relances", messagerie, NB_COURRIELS, NB_PDF)


def preparer(racine: Path, messagerie: Messagerie, courriels: int, pdf: int, *, copies: bool = False) -> Path:
    dossier = Atelier(racine, sortie="Selon le client")
    dossier.criteres(**{"Convertisseur PDF": "Intégré"})
    dossier.criteres("Messagerie", Expéditeur="compta@ici.example", **messagerie.reglages)
    codes = [f"C{n:03d}" for n in range(courriels + pdf)]
    dossier.clients(
        [
            (code, f"Client {code}", "", "", "", f"{code.lower()}@client.example", "", "Email" if n < courriels else "Courrier")
            for n, code in enumerate(codes)
        ],
        entetes=(*CLIENTS, "Envoi"),
    )
    dossier.echeances(
        [
            (
                code,
                f"Client {code}",
                f"F{code}",
                date(2026, 1, 1),
                date(2026, 1, 31),
                100.0,
                100.0,
                f"factures/F{code}.pdf" if copies else "",
            )
            for code in codes
        ],
        (*ECHEANCES, "Fichier pièce"),
    )
    dossier.approuver(dossier.lister(JOUR))
    return dossier.racine


def lancer(racine: Path, etape: int, apres: bool, messagerie: Messagerie, delai: float | None = None) -> None:
    """Dans un vrai processus, tué au bout de `delai` secondes s'il est donné."""
    code = dans_un_processus(produire_et_mourir, (racine, etape, apres, messagerie.branchement), delai)
    assert code in (0, -signal.SIGKILL), code


def dans_un_processus(fonction: Callable[..., None], arguments: Sequence[object], delai: float | None = None) -> int | None:
    contexte = multiprocessing.get_context("forkserver")
    contexte.set_forkserver_preload(["coupe"])
    processus = contexte.Process(target=fonction, args=arguments)
    processus.start()
    if delai is not None:
        time.sleep(delai)
        processus.kill()
    processus.join(600)  # une garde : la machine peut être chargée
    return processus.exitcode


def etats(racine: Path) -> dict[str, Any]:
    with Historique.consulter(racine / "historique.db") as historique:
        return historique.etats()


def accorder(racine: Path, boite: Boite | Microsoft, courriels: int = NB_COURRIELS, pdf: int = NB_PDF) -> int:
    """Reprend la production, règle les douteuses, et vérifie que tout s'accorde ; le nombre de douteuses."""
    dossier = Dossier(racine)
    bilan = produire(dossier, MAINTENANT, Demande(oui=True), Muet())
    assert len(bilan.resultats) == courriels + pdf, "une relance approuvée a disparu"
    recus = boite.par_destinataire()
    assert all(nombre == 1 for nombre in recus.values()), f"reçu deux fois : {recus}"
    for resultat in bilan.resultats:
        adresse = f"{resultat.code_client.lower()}@client.example"
        etat = etats(racine)[resultat.relance]
        if etat.sortie == "PDF":
            assert etat.statut is Statut.EMISE and (racine / etat.fichier).read_bytes().startswith(b"%PDF")
        elif etat.statut is Statut.DOUTEUSE:
            assert resultat.statut is Statut.DOUTEUSE, "une douteuse doit être nommée"
            if adresse in recus:
                tenir_pour_sortie(dossier, resultat.relance, MAINTENANT.date())
            else:
                produire(dossier, MAINTENANT, Demande(oui=True, renvoyer=resultat.relance), Muet())
        else:
            assert etat.statut is Statut.ENVOYEE and adresse in recus
    finaux = Counter(etat.statut for etat in etats(racine).values())
    assert finaux == Counter({Statut.ENVOYEE: courriels, Statut.EMISE: pdf})
    assert boite.par_destinataire() == Counter(f"c{n:03d}@client.example" for n in range(courriels))
    assert pdf == 0 or (dossier.lots()[-1].pdf / "toutes.pdf").is_file()
    return sum(resultat.statut is Statut.DOUTEUSE for resultat in bilan.resultats)


@pytest.mark.parametrize("essai", range(COUPURES))
def test_une_coupure_ne_perd_ni_ne_double_rien(essai: int, modele: Path, messagerie: Messagerie, tmp_path: Path) -> None:
    messagerie.vider()
    racine = tmp_path / "relances"
    shutil.copytree(modele, racine)
    ecritures = 2 * (NB_COURRIELS + NB_PDF)  # une annonce et une conclusion par relance
    etape, apres = divmod(essai, 2)
    if etape < ecritures:
        lancer(racine, etape + 1, bool(apres), messagerie)
    else:
        lancer(racine, 0, False, messagerie, random.Random(essai).uniform(0.05, 2.5))
    accorder(racine, messagerie.boite)


APPELS = ("le brouillon", "la lettre jointe", "le dépôt", "un morceau", "l'autre morceau", "l'envoi")
"""Ce que demande à Graph un courriel trop lourd pour une requête."""

A_COUPER = [(rang, moment) for rang in range(1, 2 * len(APPELS) + 1) for moment in Moment]


@pytest.fixture(scope="module")
def lourds(tmp_path_factory: pytest.TempPathFactory, par_microsoft: Messagerie) -> Path:
    """Deux courriels approuvés, de plus de 3 Mo chacun."""
    racine = preparer(tmp_path_factory.mktemp("lourds") / "relances", par_microsoft, 2, 0, copies=True)
    (racine / "factures").mkdir()
    for numero in range(2):
        (racine / "factures" / f"FC{numero:03d}.pdf").write_bytes(facture(numero))
    return racine


def facture(numero: int) -> bytes:
    return b"%PDF-1.7" + bytes([numero]) * 4_500_000


@pytest.mark.parametrize(("rang", "moment"), A_COUPER if os.environ.get("RELANCES_XL_TOUT_EXIGER") else A_COUPER[::3])
def test_un_courriel_lourd_coupe_a_un_appel_de_graph_ne_part_ni_zero_ni_deux_fois(
    rang: int, moment: Moment, lourds: Path, par_microsoft: Messagerie, tmp_path: Path
) -> None:
    microsoft = par_microsoft.boite
    assert isinstance(microsoft, Microsoft)
    par_microsoft.vider()
    racine = tmp_path / "relances"
    shutil.copytree(lourds, racine)
    assert dans_un_processus(produire_et_mourir_a_l_appel, (racine, rang, moment, par_microsoft.branchement)) == -signal.SIGKILL
    attendus = rang if moment in (Moment.ARRIVEE, Moment.APRES) else rang - 1
    assert len(microsoft.demandes) == attendus, "coupé à l'appel dit"
    assert accorder(racine, microsoft, courriels=2, pdf=0) == 1, "celui que la coupure a surpris, et lui seul"
    for recu in microsoft.envoyes:
        lettre, copie = (piece.get_content() for piece in recu.iter_attachments())
        assert lettre.startswith(b"%PDF") and copie == facture(int(str(recu["To"])[1:4])), "entier"
    assert len(microsoft.brouillons) <= 1 and microsoft.fautes == [], "de la coupure ne reste qu'un brouillon, que l'on a dit de chercher"
