"""Microsoft 365 sans mot de passe : connexion par code, jeton au trousseau, envoi et brouillons par Graph, jamais deux fois."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import keyring
import pytest
from certificats import Certificat, TrousseauEnMemoire, fabriquer
from microsoft_imite import APPLICATION, COMPTE, LOCATAIRE, Microsoft, servir

from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.sorties.courriel import graph, identite_microsoft
from relances_xl.sorties.courriel.message import PieceJointe, composer
from relances_xl.sorties.courriel.messageries import ouvrir
from relances_xl.sorties.courriel.remise import ConnexionRefusee, Issue, Sort

MESSAGERIE = Messagerie(identifiant=COMPTE, application=APPLICATION, locataire=LOCATAIRE, mode=ModeCourriel.MICROSOFT_365)


@pytest.fixture(scope="module")
def certificat(tmp_path_factory: pytest.TempPathFactory) -> Certificat:
    return fabriquer(tmp_path_factory.mktemp("certificat"))


@pytest.fixture
def trousseau() -> Iterator[TrousseauEnMemoire]:
    ancien = keyring.get_keyring()
    neuf = TrousseauEnMemoire()
    keyring.set_keyring(neuf)
    yield neuf
    keyring.set_keyring(ancien)


@pytest.fixture
def service(
    certificat: Certificat, trousseau: TrousseauEnMemoire, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Microsoft], Microsoft]]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat.fichier))
    with ExitStack() as ouverts:

        def lancer(microsoft: Microsoft) -> Microsoft:
            serveur = servir(microsoft, certificat.serveur)
            ouverts.callback(serveur.server_close)
            ouverts.callback(serveur.shutdown)
            monkeypatch.setattr(identite_microsoft, "AUTORITE", f"https://127.0.0.1:{microsoft.port}")
            monkeypatch.setattr(identite_microsoft, "GRAPH", f"https://127.0.0.1:{microsoft.port}")
            return microsoft

        yield lancer


def message(numero: int = 1, pieces: tuple[PieceJointe, ...] = (PieceJointe("Relance.pdf", b"%PDF-1.7"),)) -> EmailMessage:
    return composer(
        MESSAGERIE,
        relance=f"2026-03-31_1-{numero:04d}",
        identite="essai",
        instant=datetime(2026, 3, 31, 10, 30, tzinfo=UTC),
        destinataires=f"client{numero}@exemple.fr",
        objet="Rappel : café",
        texte="Bonjour,\n\n1 234,56 €",
        pieces=pieces,
    )


def connecter(messagerie: Messagerie = MESSAGERIE) -> list[str]:
    """Fait la connexion par code, une fois ; ce qui a été dit à l'utilisateur."""
    dits: list[str] = []
    with ouvrir(messagerie, dits.append):
        pass
    return dits


def envoyer(*messages: EmailMessage, messagerie: Messagerie = MESSAGERIE) -> list[Issue]:
    with ouvrir(messagerie) as envoi:
        return [envoi.envoyer(un) for un in messages]


def test_le_code_est_montre_une_fois_puis_le_jeton_du_trousseau_suffit(
    service: Callable[[Microsoft], Microsoft], trousseau: TrousseauEnMemoire
) -> None:
    microsoft = service(Microsoft(attente=2))
    assert connecter() == ["Connexion à Microsoft 365 : ouvrez https://microsoft.com/devicelogin et saisissez le code ABCD1234"]
    assert all("acces-" not in secret for secret in trousseau.secrets.values()), "le jeton d'accès reste en mémoire"
    assert connecter() == []
    courriel = message(1)
    assert [issue.sort for issue in envoyer(courriel, message(2))] == [Sort.ACCEPTE] * 2
    assert microsoft.fautes == []
    recu = microsoft.envoyes[0]
    assert recu.as_bytes() == courriel.as_bytes()
    assert (str(recu["To"]), str(recu["From"]), str(recu["Subject"])) == ("client1@exemple.fr", COMPTE, "Rappel : café")


def test_en_brouillons_rien_n_est_envoye(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft())
    en_brouillons = replace(MESSAGERIE, mode=ModeCourriel.MICROSOFT_365_BROUILLONS)
    connecter(en_brouillons)
    assert [issue.sort for issue in envoyer(message(), messagerie=en_brouillons)] == [Sort.ACCEPTE]
    assert (len(microsoft.brouillons), microsoft.envoyes, microsoft.fautes) == (1, [], [])


def test_sans_personne_devant_l_ecran_on_dit_comment_se_connecter(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft())
    with pytest.raises(ConnexionRefusee, match=r"pas encore connecté .* → lancez « relances-xl verifier »"):
        envoyer(message())
    assert microsoft.envoyes == []


def test_une_connexion_expiree_le_dit_et_se_refait_par_un_code(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft())
    connecter()
    microsoft.jeton_perime = True
    with pytest.raises(ConnexionRefusee, match="a expiré ou a été révoquée → lancez « relances-xl verifier »"):
        envoyer(message())
    assert "ABCD1234" in connecter()[0]


@pytest.mark.parametrize(
    ("refus", "motif"),
    [
        ({"error": "invalid_client", "error_description": "AADSTS7000218: client_assertion required"}, "flux clients publics"),
        ({"error": "unauthorized_client", "error_description": "AADSTS700016: Application not found"}, "Application \\(Microsoft\\)"),
        ({"error": "invalid_grant", "error_description": "AADSTS65001: consent"}, "demandez-lui de la consentir"),
        ({"error": "authorization_declined", "error_description": ""}, "refusée à l'écran"),
        ({"error": "expired_token", "error_description": ""}, "n'a pas été saisi à temps"),
        ({"error": "bizarre", "error_description": "AADSTS1: inconnu"}, "bizarre AADSTS1: inconnu"),
    ],
)
def test_un_refus_de_connexion_dit_quoi_faire(service: Callable[[Microsoft], Microsoft], refus: dict[str, str], motif: str) -> None:
    service(Microsoft(code_refuse=refus))
    with pytest.raises(ConnexionRefusee, match=motif):
        connecter()


def test_se_connecter_comme_un_autre_est_refuse(service: Callable[[Microsoft], Microsoft]) -> None:
    service(Microsoft(compte="dg@demo.fr"))
    with pytest.raises(ConnexionRefusee, match=r"connecté comme « dg@demo\.fr », et « Identifiant » dit « compta@demo\.fr »"):
        connecter()


def test_une_autorisation_manquante_se_voit_a_la_connexion(service: Callable[[Microsoft], Microsoft]) -> None:
    service(Microsoft(portees="openid profile"))
    with pytest.raises(ConnexionRefusee, match=r"« Mail\.Send » manque"):
        connecter()


def test_un_jeton_d_acces_perime_se_renouvelle_sans_rien_demander(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft(duree=0))
    connecter()
    assert [issue.sort for issue in envoyer(message(1), message(2))] == [Sort.ACCEPTE] * 2
    microsoft.duree = 3600
    with ouvrir(MESSAGERIE) as envoi:
        microsoft.jetons += 1  # le serveur ne reconnaît plus le jeton qu'il vient de donner
        with pytest.raises(ConnexionRefusee):
            envoi.envoyer(message(3))
    assert len(microsoft.envoyes) == 2


@pytest.mark.parametrize("panne", ["PERDRE", "SE TAIRE", "COUPER", 500, 502, 504])
def test_une_reponse_perdue_laisse_un_doute_et_n_est_pas_renvoyee(
    service: Callable[[Microsoft], Microsoft], monkeypatch: pytest.MonkeyPatch, panne: int | str
) -> None:
    monkeypatch.setattr(graph, "DELAI", 1.0)
    microsoft = service(Microsoft(remises=[panne, 202]))
    connecter()
    premiere, seconde = envoyer(message(1), message(2))
    assert (premiere.sort, "n'a pas confirmé" in premiere.motif) == (Sort.DOUTEUX, True)
    assert seconde.sort is Sort.ACCEPTE, "les suivants partent"
    assert sum(demande == "POST /v1.0/me/sendMail" for demande in microsoft.demandes) == 2


def test_un_refus_ne_touche_que_son_message(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft(remises=[400, 202], erreur="ErrorInvalidRecipients"))
    connecter()
    premiere, seconde = envoyer(message(1), message(2))
    assert (premiere.sort, "définitivement (400 ErrorInvalidRecipients dit le serveur)" in premiere.motif) == (Sort.REFUSE, True)
    assert (seconde.sort, len(microsoft.envoyes)) == (Sort.ACCEPTE, 1)


@pytest.mark.parametrize(("erreur", "motif"), [("ErrorSendAsDenied", "« Expéditeur »"), ("ErrorAccessDenied", "autorisation")])
def test_un_refus_de_principe_arrete_tout(service: Callable[[Microsoft], Microsoft], erreur: str, motif: str) -> None:
    service(Microsoft(remises=[403], erreur=erreur))
    connecter()
    with pytest.raises(ConnexionRefusee, match=motif):
        envoyer(message())


def test_un_serveur_deborde_est_attendu_le_temps_qu_il_dit(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft(remises=[429, 503, 202], entetes={"Retry-After": "7"}))
    connecter()
    attentes: list[float] = []
    identite = identite_microsoft.IdentiteMicrosoft(MESSAGERIE)
    with graph.SessionGraph(replace(MESSAGERIE, pause=1.5), identite, attendre=attentes.append) as envoi:
        assert [envoi.envoyer(message(n)).sort for n in range(2)] == [Sort.ACCEPTE] * 2
    assert attentes == [7.0, 7.0, 1.5]
    assert len(microsoft.envoyes) == 2


def test_un_serveur_toujours_deborde_est_un_refus_a_retenter(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft(remises=[429], entetes={"Retry-After": "0"}))
    connecter()
    (issue,) = envoyer(message())
    assert (issue.sort, "à retenter" in issue.motif, microsoft.envoyes) == (Sort.REFUSE, True, [])


LOURDES = (
    PieceJointe("Relance du 31-03-2026 – É.pdf", b"%PDF-1.7" + b"r" * 1_000_000),
    PieceJointe("facture.pdf", bytes(range(256)) * 20_000),
)


def pieces_de(recu: EmailMessage) -> list[tuple[str | None, bytes]]:
    return [(piece.get_filename(), piece.get_content()) for piece in recu.iter_attachments()]


def test_un_message_trop_lourd_pour_une_requete_part_par_morceaux(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft())
    connecter()
    with ouvrir(MESSAGERIE) as envoi:
        assert envoi.capacite == 25_000_000
        assert envoi.envoyer(message(pieces=LOURDES)) == Issue(Sort.ACCEPTE)
    (recu,) = microsoft.envoyes
    assert (microsoft.fautes, microsoft.brouillons, str(recu["To"])) == ([], [], "client1@exemple.fr")
    assert pieces_de(recu) == [(piece.nom, piece.contenu) for piece in LOURDES]
    corps = recu.get_body()
    assert corps is not None and "1 234,56 €" in corps.get_content()


def test_un_brouillon_trop_lourd_est_depose_avec_ses_pieces(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft())
    en_brouillons = replace(MESSAGERIE, mode=ModeCourriel.MICROSOFT_365_BROUILLONS)
    connecter(en_brouillons)
    assert envoyer(message(pieces=LOURDES), messagerie=en_brouillons) == [Issue(Sort.ACCEPTE)]
    assert (microsoft.envoyes, microsoft.fautes) == ([], [])
    assert pieces_de(microsoft.brouillons[0]) == [(piece.nom, piece.contenu) for piece in LOURDES]


@pytest.mark.parametrize("etape", ["/attachments", "/attachments/createUploadSession", "DEPOSER", "/send"])
def test_interrompu_avant_l_envoi_rien_n_est_parti_et_le_brouillon_s_efface(service: Callable[[Microsoft], Microsoft], etape: str) -> None:
    microsoft = service(Microsoft(etapes={etape: 400}, erreur="ErrorInvalidRequest"))
    connecter()
    (issue,) = envoyer(message(pieces=LOURDES))
    assert (issue.sort, microsoft.envoyes, microsoft.brouillons) == (Sort.REFUSE, [], []), issue


def test_un_brouillon_que_l_on_ne_peut_pas_effacer_est_dit(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft(etapes={"/attachments": 500, "EFFACER": 500}))
    connecter()
    (issue,) = envoyer(message(pieces=LOURDES))
    assert issue.sort is Sort.REFUSE and "un brouillon incomplet est resté dans la boîte" in issue.motif
    assert len(microsoft.brouillons) == 1 and microsoft.envoyes == []


@pytest.mark.parametrize("panne", ["PERDRE", "COUPER"])
def test_une_reponse_perdue_a_l_envoi_d_un_message_lourd_laisse_un_doute(service: Callable[[Microsoft], Microsoft], panne: str) -> None:
    microsoft = service(Microsoft(etapes={"/send": panne}))
    connecter()
    (issue,) = envoyer(message(pieces=LOURDES))
    assert (issue.sort, len(microsoft.envoyes)) == (Sort.DOUTEUX, panne == "PERDRE")
    assert not any(demande.startswith("DELETE") for demande in microsoft.demandes), "parti peut-être : on n'efface rien"


def test_sans_l_autorisation_un_message_lourd_est_refuse_en_la_nommant(service: Callable[[Microsoft], Microsoft]) -> None:
    microsoft = service(Microsoft(portees="Mail.Send openid profile"))
    connecter()
    with ouvrir(MESSAGERIE) as envoi:
        assert envoi.capacite == 3_000_000
        issue = envoi.envoyer(message(pieces=LOURDES))
    assert issue.sort is Sort.REFUSE and "« Mail.ReadWrite »" in issue.motif
    assert not any("/me/" in demande for demande in microsoft.demandes)


def test_un_service_absent_n_a_surement_rien_pris(service: Callable[[Microsoft], Microsoft], monkeypatch: pytest.MonkeyPatch) -> None:
    service(Microsoft())
    connecter()
    with ouvrir(MESSAGERIE) as envoi:
        monkeypatch.setattr(identite_microsoft, "GRAPH", "https://127.0.0.1:9")
        assert envoi.envoyer(message()).sort is Sort.REFUSE
    monkeypatch.setattr(identite_microsoft, "AUTORITE", "https://127.0.0.1:9")
    with pytest.raises(ConnexionRefusee, match="injoignable"):
        envoyer(message())


def test_un_certificat_inconnu_n_est_jamais_accepte(service: Callable[[Microsoft], Microsoft], monkeypatch: pytest.MonkeyPatch) -> None:
    microsoft = service(Microsoft())
    connecter()
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ConnexionRefusee, match="injoignable"):
        envoyer(message())
    assert microsoft.envoyes == []


@pytest.mark.parametrize("vide", ["identifiant", "application"])
def test_ce_qui_manque_a_l_onglet_est_nomme(vide: str) -> None:
    with pytest.raises(ConnexionRefusee, match="est vide dans l'onglet « Messagerie »"):
        ouvrir(replace(MESSAGERIE, **{vide: ""})).__enter__()  # type: ignore[arg-type]
