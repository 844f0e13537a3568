"""L'envoi par un vrai serveur SMTP (aiosmtpd, sur la machine) : accepté, refusé ou douteux, jamais au hasard."""

import asyncio
import base64
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, cast

import keyring
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from certificats import fabriquer
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from relances_xl.domaine.parametres import Messagerie, Securite
from relances_xl.sorties.courriel.acces import mot_de_passe
from relances_xl.sorties.courriel.message import PieceJointe, composer
from relances_xl.sorties.courriel.remise import ConnexionRefusee, Sort
from relances_xl.sorties.courriel.smtp import SessionEnvoi

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@dataclass
class Serveur:
    """Ce que le serveur répond (« COUPER » : il raccroche ; « SE TAIRE » : il ne répond pas) et ce qu'il a pris.

    rcpt : réponse par adresse ; fin : réponses à la fin des données, l'une après l'autre (la dernière se répète).
    """

    mail: list[str] = field(default_factory=lambda: ["250 OK"])
    rcpt: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=lambda: ["354"])
    fin: list[str] = field(default_factory=lambda: ["250 OK"])
    recus: list[Envelope] = field(default_factory=list)
    connexions: int = 0
    port: int = 0

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self.connexions += 1
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        reponse = await _repondre(server, _suivante(self.mail))
        if reponse.startswith("250"):
            envelope.mail_from = address
        return reponse

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        reponse = await _repondre(server, self.rcpt.get(address, "250 OK"))
        if reponse.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reponse

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reponse = _suivante(self.fin)
        if reponse.startswith("250") or reponse in {"COUPER", "SE TAIRE"}:
            self.recus.append(envelope)
        return await _repondre(server, reponse)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        dit = base64.b64decode(args[1]).decode()
        bon = dit == "user=compta@demo.fr\x01auth=Bearer jeton-valide\x01\x01"
        return AuthResult(success=bon, handled=False)


class _Protocole(SMTP):
    """aiosmtpd, plus la main sur la commande DATA."""

    async def smtp_DATA(self, arg: str) -> None:
        reponse = _suivante(self.event_handler.data)
        if reponse == "354":
            await super().smtp_DATA(arg)
        else:
            await self.push(await _repondre(self, reponse))


class _Hote(Controller):
    def factory(self) -> SMTP:
        return _Protocole(self.handler, **self.SMTP_kwargs)


def _suivante(reponses: list[str]) -> str:
    return reponses.pop(0) if len(reponses) > 1 else reponses[0]


async def _repondre(server: SMTP, reponse: str) -> str:
    if reponse == "COUPER":
        cast(asyncio.Transport, server.transport).abort()
    if reponse == "SE TAIRE":
        await asyncio.sleep(30)
    return reponse


@pytest.fixture
def ouvrir() -> Iterator[Callable[..., Serveur]]:
    """Ouvre un serveur sur la boucle locale, avec les réglages d'aiosmtpd qu'on lui donne."""
    with ExitStack() as ouverts:

        def lancer(serveur: Serveur | None = None, **reglages: Any) -> Serveur:
            serveur = serveur or Serveur()
            with socket.socket() as libre:
                libre.bind(("127.0.0.1", 0))
                serveur.port = libre.getsockname()[1]
            hote = _Hote(serveur, hostname="127.0.0.1", port=serveur.port, **reglages)
            hote.start()
            ouverts.callback(hote.stop)
            return serveur

        yield lancer


@pytest.fixture(scope="session")
def certificat(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    fait = fabriquer(tmp_path_factory.mktemp("certificat"))
    return fait.serveur, fait.client


def messagerie(serveur: Serveur, securite: Securite = Securite.AUCUNE) -> Messagerie:
    return Messagerie(serveur="127.0.0.1", port=serveur.port, securite=securite, expediteur="compta@demo.fr")


def message(numero: int = 1, *, pour: str = "client@exemple.fr", copie: str = "", texte: str = "Bonjour.") -> EmailMessage:
    return composer(
        Messagerie(expediteur="compta@demo.fr", copie=copie),
        relance=f"2026-03-31_1-{numero:04d}",
        identite="essai",
        instant=datetime(2026, 3, 31, 10, 30, tzinfo=UTC),
        destinataires=pour,
        objet=f"Rappel {numero}",
        texte=texte,
        pieces=[PieceJointe("lettre.pdf", b"%PDF-1.7 %%EOF")],
    )


def test_un_message_accepte_arrive_tel_quel(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir()
    courriel = message(texte=".un point en tête\n..deux\n.\nfin", copie="dg@demo.fr")
    with SessionEnvoi(messagerie(serveur)) as envoi:
        assert envoi.envoyer(courriel).sort is Sort.ACCEPTE
    (recu,) = serveur.recus
    assert recu.content == courriel.as_bytes()
    assert (recu.mail_from, recu.rcpt_tos) == ("compta@demo.fr", ["client@exemple.fr", "dg@demo.fr"])


@pytest.mark.parametrize(
    ("reponse", "motif"),
    [
        ("554 5.7.1 Spam", "définitivement (554 5.7.1 Spam)"),
        ("451 4.7.1 Greylisted", "pour le moment, à retenter (451"),
    ],
)
@pytest.mark.parametrize("quand", ["mail", "rcpt", "data", "fin"])
def test_un_refus_ne_touche_que_son_message(ouvrir: Callable[..., Serveur], quand: str, reponse: str, motif: str) -> None:
    serveur = Serveur(rcpt={"mauvais@exemple.fr": reponse} if quand == "rcpt" else {})
    if quand != "rcpt":
        getattr(serveur, quand).insert(0, reponse)
    ouvrir(serveur)
    with SessionEnvoi(messagerie(serveur)) as envoi:
        issue = envoi.envoyer(message(1, pour="mauvais@exemple.fr"))
        assert (issue.sort, motif in issue.motif) == (Sort.REFUSE, True)
        assert envoi.envoyer(message(2)).sort is Sort.ACCEPTE
    assert [recu.rcpt_tos for recu in serveur.recus] == [["client@exemple.fr"]]
    assert serveur.connexions == 1


def test_un_destinataire_sur_dix_refuse_n_arrete_pas_les_neuf_autres(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(Serveur(rcpt={"client7@exemple.fr": "550 5.1.1 User unknown"}))
    with SessionEnvoi(messagerie(serveur)) as envoi:
        sorts = [envoi.envoyer(message(n, pour=f"client{n}@exemple.fr")).sort for n in range(10)]
    assert sorts == [Sort.REFUSE if n == 7 else Sort.ACCEPTE for n in range(10)]
    assert len(serveur.recus) == 9


def test_un_message_a_plusieurs_adresses_part_a_celles_qui_sont_prises(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(Serveur(rcpt={"b@exemple.fr": "550 5.1.1 inconnu", "dg@demo.fr": "550 plein"}))
    with SessionEnvoi(messagerie(serveur)) as envoi:
        issue = envoi.envoyer(message(pour="a@exemple.fr; b@exemple.fr", copie="dg@demo.fr"))
    assert issue.sort is Sort.ACCEPTE
    assert issue.ecartes == ("b@exemple.fr (550 5.1.1 inconnu)", "dg@demo.fr (550 plein)")
    assert serveur.recus[0].rcpt_tos == ["a@exemple.fr"]


def test_une_copie_acceptee_ne_fait_pas_partir_un_message_sans_destinataire(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(Serveur(rcpt={"client@exemple.fr": "550 5.1.1 inconnu"}))
    with SessionEnvoi(messagerie(serveur)) as envoi:
        issue = envoi.envoyer(message(copie="dg@demo.fr"))
    assert (issue.sort, serveur.recus) == (Sort.REFUSE, [])
    assert "destinataire refusé (client@exemple.fr) définitivement" in issue.motif


@pytest.mark.parametrize("quand", ["mail", "data"])
def test_la_ligne_tombee_avant_les_donnees_se_reprend_sans_double(ouvrir: Callable[..., Serveur], quand: str) -> None:
    serveur = Serveur()
    getattr(serveur, quand).insert(0, "COUPER")
    ouvrir(serveur)
    with SessionEnvoi(messagerie(serveur)) as envoi:
        assert envoi.envoyer(message()).sort is Sort.ACCEPTE
    assert (len(serveur.recus), serveur.connexions) == (1, 2)


def test_une_ligne_qui_tombe_toujours_avant_les_donnees_est_un_refus(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(Serveur(data=["COUPER"]))
    with SessionEnvoi(messagerie(serveur)) as envoi:
        issue = envoi.envoyer(message())
    assert (issue.sort, serveur.recus) == (Sort.REFUSE, [])
    assert "tombée avant l'envoi" in issue.motif


@pytest.mark.parametrize("panne", ["COUPER", "SE TAIRE"])
def test_sans_reponse_apres_les_donnees_le_message_est_douteux_et_les_suivants_partent(ouvrir: Callable[..., Serveur], panne: str) -> None:
    serveur = ouvrir(Serveur(fin=[panne, "250 OK"]))
    with SessionEnvoi(messagerie(serveur), delai=0.5) as envoi:
        issue = envoi.envoyer(message(1))
        assert (issue.sort, "n'a pas confirmé" in issue.motif) == (Sort.DOUTEUX, True)
        assert envoi.envoyer(message(2)).sort is Sort.ACCEPTE
    assert len(serveur.recus) == 2, "le douteux était bien arrivé : le renvoyer aurait fait un double"


def test_un_serveur_qui_raccroche_entre_deux_messages_n_en_perd_aucun(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(Serveur(mail=["250 OK", "421 4.4.2 Idle", "250 OK"]))
    with SessionEnvoi(messagerie(serveur)) as envoi:
        assert [envoi.envoyer(message(n)).sort for n in range(3)] == [Sort.ACCEPTE] * 3
    assert len(serveur.recus) == 3


def test_la_pause_est_observee_entre_deux_messages_seulement(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir()
    pauses: list[float] = []
    with SessionEnvoi(replace(messagerie(serveur), pause=2.5), attendre=pauses.append) as envoi:
        for numero in range(3):
            envoi.envoyer(message(numero))
    assert pauses == [2.5, 2.5]


def test_personne_a_l_adresse_du_serveur(ouvrir: Callable[..., Serveur]) -> None:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        absent = Serveur(port=libre.getsockname()[1])
        with pytest.raises(ConnexionRefusee, match=r"connexion à 127\.0\.0\.1:\d+ impossible"):
            SessionEnvoi(messagerie(absent)).__enter__()


@pytest.mark.parametrize("securite", [Securite.STARTTLS, Securite.SSL])
def test_le_certificat_est_verifie(
    ouvrir: Callable[..., Serveur], certificat: tuple[ssl.SSLContext, ssl.SSLContext], securite: Securite
) -> None:
    cote_serveur, connu = certificat
    reglage = "tls_context" if securite is Securite.STARTTLS else "ssl_context"
    serveur = ouvrir(**{reglage: cote_serveur})
    with SessionEnvoi(messagerie(serveur, securite), contexte=connu) as envoi:
        assert envoi.envoyer(message()).sort is Sort.ACCEPTE
    with pytest.raises(ConnexionRefusee, match=r"le certificat de .* n'est pas reconnu"):
        SessionEnvoi(messagerie(serveur, securite)).__enter__()
    assert len(serveur.recus) == 1


def test_un_serveur_qui_exige_le_chiffrement_refuse_la_session_en_clair(
    ouvrir: Callable[..., Serveur], certificat: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    serveur = ouvrir(tls_context=certificat[0], require_starttls=True)
    with SessionEnvoi(messagerie(serveur)) as envoi, pytest.raises(ConnexionRefusee, match="exige un chiffrement"):
        envoi.envoyer(message())
    assert serveur.recus == []


def test_starttls_demande_n_est_jamais_abandonne_pour_du_clair(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir()
    with pytest.raises(ConnexionRefusee, match="ne propose pas STARTTLS"):
        SessionEnvoi(messagerie(serveur, Securite.STARTTLS)).__enter__()


def test_ssl_vers_un_port_en_clair_le_dit(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir()
    with pytest.raises(ConnexionRefusee, match="« Port » et « Sécurité »"):
        SessionEnvoi(messagerie(serveur, Securite.SSL), delai=5).__enter__()


@pytest.mark.parametrize("mecanisme", ["PLAIN", "LOGIN"])
def test_l_identifiant_et_le_mot_de_passe_sont_verifies(ouvrir: Callable[..., Serveur], mecanisme: str) -> None:
    autres = {"PLAIN", "LOGIN"} - {mecanisme}

    def verifier(server: SMTP, session: Session, envelope: Envelope, mecanisme: str, donnees: Any) -> AuthResult:
        bon = isinstance(donnees, LoginPassword) and donnees.password == "mot dé passe".encode()
        return AuthResult(success=bon, handled=False)

    serveur = ouvrir(authenticator=verifier, auth_required=True, auth_require_tls=False, auth_exclude_mechanism=autres)
    compte = replace(messagerie(serveur), identifiant="compta@demo.fr")
    with SessionEnvoi(compte, "mot dé passe") as envoi:
        assert envoi.envoyer(message()).sort is Sort.ACCEPTE
    with pytest.raises(ConnexionRefusee, match=r"refuse l'identifiant « compta@demo\.fr » \(535"):
        SessionEnvoi(compte, "faux").__enter__()
    with pytest.raises(ConnexionRefusee, match="pas de mot de passe pour « compta"):
        SessionEnvoi(compte).__enter__()
    with SessionEnvoi(messagerie(serveur)) as envoi, pytest.raises(ConnexionRefusee, match="exige un chiffrement ou un ident"):
        envoi.envoyer(message())
    assert len(serveur.recus) == 1


def test_un_jeton_oauth_remplace_le_mot_de_passe(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(auth_required=True, auth_require_tls=False)
    compte = replace(messagerie(serveur), identifiant="compta@demo.fr")
    with SessionEnvoi(compte, jeton=lambda: "jeton-valide") as envoi:
        assert envoi.envoyer(message()).sort is Sort.ACCEPTE
    with pytest.raises(ConnexionRefusee, match="refuse l'identifiant"):
        SessionEnvoi(compte, jeton=lambda: "jeton-périmé").__enter__()


def test_le_jeton_est_redemande_a_chaque_connexion(ouvrir: Callable[..., Serveur]) -> None:
    """Il dure une heure : la connexion reprise après une coupure peut en vouloir un neuf."""
    serveur = ouvrir(Serveur(mail=["250 OK", "421 4.4.2 Idle", "250 OK"]), auth_required=True, auth_require_tls=False)
    demandes: list[int] = []

    def jeton() -> str:
        demandes.append(1)
        return "jeton-valide"

    with SessionEnvoi(replace(messagerie(serveur), identifiant="compta@demo.fr"), jeton=jeton) as envoi:
        assert [envoi.envoyer(message(n)).sort for n in range(2)] == [Sort.ACCEPTE] * 2
    assert (len(demandes), serveur.connexions) == (2, 2)


@pytest.mark.parametrize("reponse", ["534 5.7.9 Application-specific password required", "535 5.7.8 No", "538 5.7.11 Encryption required"])
def test_un_refus_d_identite_a_l_envoi_arrete_tout(ouvrir: Callable[..., Serveur], reponse: str) -> None:
    serveur = ouvrir(Serveur(mail=[reponse]))
    with SessionEnvoi(messagerie(serveur)) as envoi, pytest.raises(ConnexionRefusee, match=reponse[:3]):
        envoi.envoyer(message())
    assert serveur.recus == []


def test_une_adresse_que_le_serveur_fera_suivre_est_prise(ouvrir: Callable[..., Serveur]) -> None:
    serveur = ouvrir(Serveur(rcpt={"client@exemple.fr": "251 User not local; will forward"}))
    with SessionEnvoi(messagerie(serveur)) as envoi:
        issue = envoi.envoyer(message(copie="dg@demo.fr"))
    assert (issue.sort, issue.ecartes) == (Sort.ACCEPTE, ())


@pytest.mark.parametrize(
    ("reponse", "remede"),
    [
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", "désactivé pour cette boîte"),
        ("550 5.7.30 Basic authentication is not supported for Client Submission", "mettez « Mode » à « Microsoft 365 »"),
        ("534 5.7.9 Application-specific password required", "mot de passe d'application"),
    ],
)
def test_les_refus_de_microsoft_et_de_google_disent_quoi_faire(ouvrir: Callable[..., Serveur], reponse: str, remede: str) -> None:
    def refuser(server: SMTP, session: Session, envelope: Envelope, mecanisme: str, donnees: Any) -> AuthResult:
        return AuthResult(success=False, handled=False, message=reponse)

    serveur = ouvrir(authenticator=refuser, auth_required=True, auth_require_tls=False)
    with pytest.raises(ConnexionRefusee, match=remede):
        SessionEnvoi(replace(messagerie(serveur), identifiant="compta@demo.fr"), "secret").__enter__()
    refusant_a_l_envoi = ouvrir(Serveur(mail=[reponse]))
    with SessionEnvoi(messagerie(refusant_a_l_envoi)) as envoi, pytest.raises(ConnexionRefusee, match=remede):
        envoi.envoyer(message())


def test_un_mot_de_passe_ne_part_jamais_en_clair_vers_une_autre_machine() -> None:
    ailleurs = Messagerie(serveur="smtp.exemple.fr", port=25, securite=Securite.AUCUNE, identifiant="compta", expediteur="a@b.fr")
    with pytest.raises(ConnexionRefusee, match="partirait en clair"):
        SessionEnvoi(ailleurs, "secret").__enter__()


class _Trousseau(KeyringBackend):
    """Un trousseau en mémoire."""

    priority = 1.0

    def __init__(self, erreur: Exception | None = None) -> None:
        self.erreur = erreur

    def get_password(self, service: str, username: str) -> str | None:
        if self.erreur:
            raise self.erreur
        return "du trousseau" if (service, username) == ("relances_xl", "compta") else None

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


@pytest.fixture
def trousseau(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[KeyringBackend], None]]:
    monkeypatch.delenv("RELANCES_XL_SMTP_MOT_DE_PASSE", raising=False)
    ancien = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(ancien)


def test_le_mot_de_passe_vient_de_l_environnement_sinon_du_trousseau(
    trousseau: Callable[[KeyringBackend], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    trousseau(_Trousseau())
    assert mot_de_passe(Messagerie(identifiant="compta")) == "du trousseau"
    assert mot_de_passe(Messagerie(identifiant="autre")) == ""
    monkeypatch.setenv("RELANCES_XL_SMTP_MOT_DE_PASSE", "de l'environnement")
    assert mot_de_passe(Messagerie(identifiant="compta")) == "de l'environnement"


def test_une_machine_sans_trousseau_n_est_pas_une_panne(trousseau: Callable[[KeyringBackend], None]) -> None:
    trousseau(_Trousseau(NoKeyringError()))
    assert mot_de_passe(Messagerie(identifiant="compta")) == ""


def test_un_poste_au_nom_accentue_se_presente_sans_lui(ouvrir: Callable[..., Serveur], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "pc-de-rené.local")
    with SessionEnvoi(messagerie(ouvrir())) as envoi:
        assert envoi.envoyer(message()).sort is Sort.ACCEPTE


def test_la_taille_que_le_serveur_annonce_borne_ce_que_l_on_joint(ouvrir: Callable[..., Serveur]) -> None:
    with SessionEnvoi(messagerie(ouvrir(data_size_limit=1_000_000))) as envoi:
        assert envoi.capacite == 1_000_000
    with SessionEnvoi(messagerie(ouvrir(data_size_limit=None))) as envoi:
        assert envoi.capacite == 25_000_000
