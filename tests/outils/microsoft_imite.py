"""Un Microsoft 365 à nous, sur la boucle locale et en TLS : il vérifie ce qu'on lui demande comme le vrai, et le note.

Chemins et réponses suivis de la documentation : /oauth2/v2.0/devicecode et /token (RFC 8628), /v1.0/me/sendMail et
/v1.0/me/messages (message MIME en base64, `text/plain`).
"""

import base64
import email
import json
import re
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

APPLICATION, LOCATAIRE, COMPTE = "11111111-2222-3333-4444-555555555555", "locataire-demo", "compta@demo.fr"


@dataclass
class Microsoft:
    """Ce que le service répond, et ce qu'il a reçu.

    remises : réponses aux messages, l'une après l'autre (statut, ou « COUPER » avant de lire, « PERDRE » : prendre le message et
    raccrocher, « SE TAIRE »), la dernière se répète ; etapes : ce qui rate, une fois, d'un message déposé par morceaux (« /attachments »,
    « /send », « DEPOSER », « EFFACER »… → statut, « COUPER » ou « PERDRE ») ; jeton_perime : les renouvellements échouent ; portees : ce qui est accordé.
    """

    remises: list[int | str] = field(default_factory=lambda: [202])
    entetes: dict[str, str] = field(default_factory=dict)
    erreur: str = ""
    portees: str = "Mail.Send Mail.ReadWrite SMTP.Send openid profile"
    compte: str = COMPTE
    code_refuse: dict[str, str] | None = None
    jeton_perime: bool = False
    attente: int = 1  # interrogations avant que l'utilisateur ait saisi le code
    duree: int = 3600
    envoyes: list[EmailMessage] = field(default_factory=list)
    brouillons: list[EmailMessage] = field(default_factory=list)
    demandes: list[str] = field(default_factory=list)
    fautes: list[str] = field(default_factory=list)
    etapes: dict[str, int | str] = field(default_factory=dict)
    par_nom: dict[str, EmailMessage] = field(default_factory=dict)
    depots: dict[str, tuple[str, str, int, bytearray]] = field(default_factory=dict)
    jetons: int = 0
    port: int = 0

    def vider(self) -> None:
        for ce_qui_est_la in (self.envoyes, self.brouillons, self.demandes, self.par_nom, self.depots):
            ce_qui_est_la.clear()

    def par_destinataire(self) -> Counter[str]:
        return Counter(str(message["To"]) for message in self.envoyes)

    def repondre(self, guichet: "_Guichet") -> None:
        chemin = guichet.path.partition("?")[0]
        corps = guichet.rfile.read(annonces := int(guichet.headers.get("Content-Length", 0)))
        if len(corps) < annonces:  # qui demandait est mort en route
            return
        self.demandes.append(f"{guichet.command} {chemin}")
        base = f"https://127.0.0.1:{self.port}/{LOCATAIRE}"
        if chemin.endswith("/.well-known/openid-configuration"):
            guichet.rendre(200, {
                "issuer": f"{base}/v2.0", "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token", "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            })  # fmt: skip
        elif chemin == f"/{LOCATAIRE}/oauth2/v2.0/devicecode":
            self._exiger(parse_qs(corps.decode()), client_id=APPLICATION)
            guichet.rendre(200, {
                "user_code": "ABCD1234", "device_code": "secret-du-code", "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900, "interval": 0, "message": "…",
            })  # fmt: skip
        elif chemin == f"/{LOCATAIRE}/oauth2/v2.0/token":
            self._donner_un_jeton(guichet, parse_qs(corps.decode()))
        elif chemin in ("/v1.0/me/sendMail", "/v1.0/me/messages"):
            self._prendre(guichet, corps, self.envoyes if chemin.endswith("sendMail") else self.brouillons)
        elif (etape := re.fullmatch(r"/v1\.0/me/messages/(AAMk\d+)(/.*)?", chemin)) and self.autorise(guichet):
            self._completer(guichet, corps, etape[1], etape[2] or "")
        elif chemin.startswith("/depot/"):
            self._deposer(guichet, corps, chemin)
        else:
            self.fautes.append(f"chemin inattendu : {chemin}")
            guichet.rendre(404, {})

    def _donner_un_jeton(self, guichet: "_Guichet", demande: dict[str, list[str]]) -> None:
        (genre,) = demande["grant_type"]
        if genre == "refresh_token":
            self._exiger(demande, client_id=APPLICATION)
            if self.jeton_perime or demande["refresh_token"] != [f"renouvellement-{self.jetons}" + "x" * 3000]:
                guichet.rendre(400, {"error": "invalid_grant", "error_description": "AADSTS700082: The refresh token has expired"})
                return
        elif genre.endswith("device_code"):
            self._exiger(demande, client_id=APPLICATION, device_code="secret-du-code")
            if self.attente > 0:
                self.attente -= 1
                guichet.rendre(400, {"error": "authorization_pending", "error_description": ""})
                return
            if self.code_refuse:
                guichet.rendre(400, self.code_refuse)
                return
        else:
            self.fautes.append(f"demande de jeton inattendue : {genre}")
        self.jetons += 1
        corps = json.dumps({
            "preferred_username": self.compte, "oid": "1", "sub": "1", "tid": LOCATAIRE, "aud": APPLICATION,
            "iss": f"https://127.0.0.1:{self.port}/{LOCATAIRE}/v2.0", "exp": int(time.time()) + 3600, "iat": int(time.time()),
        })  # fmt: skip
        identite = ".".join(base64.urlsafe_b64encode(partie.encode()).decode().rstrip("=") for partie in ('{"alg":"none"}', corps, "s"))
        guichet.rendre(200, {
            "token_type": "Bearer", "scope": self.portees, "expires_in": self.duree, "access_token": f"acces-{self.jetons}",
            "refresh_token": f"renouvellement-{self.jetons}" + "x" * 3000, "id_token": identite,
        })  # fmt: skip

    def _prendre(self, guichet: "_Guichet", corps: bytes, boite: list[EmailMessage]) -> None:
        reponse = self.remises.pop(0) if len(self.remises) > 1 else self.remises[0]
        if reponse == "COUPER":
            guichet.connection.close()
            return
        if guichet.headers["Authorization"] != f"Bearer acces-{self.jetons}":
            guichet.rendre(401, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})
            return
        if guichet.headers["Content-Type"] != "text/plain":
            self.fautes.append(f"Content-Type {guichet.headers['Content-Type']}")
        message = email.message_from_bytes(base64.b64decode(corps, validate=True), policy=SMTP)
        assert isinstance(message, EmailMessage)
        if reponse in (202, "PERDRE", "SE TAIRE"):
            boite.append(message)
        if reponse == "PERDRE":
            guichet.connection.close()
        elif reponse == "SE TAIRE":
            time.sleep(5)
        elif reponse == 202:
            nom = f"AAMk{len(self.demandes)}"
            self.par_nom[nom] = message
            guichet.rendre(201 if boite is self.brouillons else 202, {"id": nom})
        else:
            guichet.rendre(int(reponse), {"error": {"code": self.erreur, "message": "dit le serveur"}}, self.entetes)

    def autorise(self, guichet: "_Guichet") -> bool:
        if guichet.headers["Authorization"] == f"Bearer acces-{self.jetons}":
            return True
        guichet.rendre(401, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})
        return False

    def _completer(self, guichet: "_Guichet", corps: bytes, nom: str, geste: str) -> None:
        """Une pièce, un dépôt, l'envoi ou l'effacement d'un brouillon."""
        panne = self.etapes.pop(geste or "EFFACER", None)
        if panne == "COUPER":
            guichet.connection.close()
        elif isinstance(panne, int):
            guichet.rendre(panne, {"error": {"code": self.erreur, "message": "dit le serveur"}})
        elif guichet.command == "DELETE" and not geste:
            self.brouillons.remove(self.par_nom.pop(nom))
            guichet.rendre(204, {})
        elif geste == "/attachments":
            fiche = json.loads(corps)
            contenu = base64.b64decode(fiche["contentBytes"], validate=True)
            if fiche["@odata.type"] != "#microsoft.graph.fileAttachment" or len(contenu) > 3 * 2**20 or len(corps) > 4 * 2**20:
                self.fautes.append(f"pièce mal jointe : {fiche['name']}")
            self._joindre(nom, fiche["name"], contenu)
            guichet.rendre(201, {"id": "1"})
        elif geste == "/attachments/createUploadSession":
            fiche = json.loads(corps)["AttachmentItem"]
            if fiche["attachmentType"] != "file" or fiche["size"] < 3_000_000:
                self.fautes.append(f"dépôt mal demandé : {fiche}")
            self.depots[f"/depot/{nom}/{len(self.depots)}"] = (nom, fiche["name"], fiche["size"], bytearray())
            guichet.rendre(201, {"uploadUrl": f"https://127.0.0.1:{self.port}/depot/{nom}/{len(self.depots) - 1}"})
        elif geste == "/send":
            self.envoyes.append(self.par_nom[nom])
            self.brouillons.remove(self.par_nom.pop(nom))
            if panne == "PERDRE":
                guichet.connection.close()
            else:
                guichet.rendre(202, {})

    def _deposer(self, guichet: "_Guichet", corps: bytes, chemin: str) -> None:
        nom, piece, taille, recu = self.depots[chemin]
        attendue = f"bytes {len(recu)}-{len(recu) + len(corps) - 1}/{taille}"
        if guichet.headers["Content-Range"] != attendue or len(corps) > 4 * 2**20 or guichet.headers["Authorization"]:
            self.fautes.append(f"morceau inattendu : {guichet.headers['Content-Range']}, non {attendue}")
        if self.etapes.pop("DEPOSER", None):
            guichet.rendre(500, {})
            return
        recu += corps
        if len(recu) == taille:
            self._joindre(nom, piece, bytes(recu))
        guichet.rendre(201 if len(recu) == taille else 200, {})

    def _joindre(self, nom: str, piece: str, contenu: bytes) -> None:
        self.par_nom[nom].add_attachment(contenu, maintype="application", subtype="pdf", filename=piece)

    def _exiger(self, demande: dict[str, list[str]], **champs: str) -> None:
        self.fautes += [f"{nom} = {demande.get(nom)}" for nom, valeur in champs.items() if demande.get(nom) != [valeur]]


class _Guichet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    microsoft: Microsoft

    def do_GET(self) -> None:
        self.microsoft.repondre(self)

    do_POST = do_PUT = do_DELETE = do_GET

    def rendre(self, statut: int, contenu: dict[str, Any], entetes: dict[str, str] | None = None) -> None:
        octets = json.dumps(contenu).encode()
        self.send_response(statut)
        for nom, valeur in {"Content-Type": "application/json", "Content-Length": str(len(octets)), **(entetes or {})}.items():
            self.send_header(nom, valeur)
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *arguments: Any) -> None: ...


class _Silencieux(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None: ...


def servir(microsoft: Microsoft, tls: ssl.SSLContext) -> ThreadingHTTPServer:
    """Ouvre le service sur la boucle locale ; à fermer par `shutdown`."""
    serveur = _Silencieux(("127.0.0.1", 0), type("Guichet", (_Guichet,), {"microsoft": microsoft}))
    serveur.socket = tls.wrap_socket(serveur.socket, server_side=True, do_handshake_on_connect=False)
    microsoft.port = serveur.server_address[1]
    threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return serveur
