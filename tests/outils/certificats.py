"""Un certificat d'essai pour 127.0.0.1, signé par lui-même, et un trousseau en mémoire."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend


@dataclass(frozen=True)
class Certificat:
    """serveur : contexte de qui sert ; client : contexte de qui le connaît ; fichier : pour SSL_CERT_FILE."""

    serveur: ssl.SSLContext
    client: ssl.SSLContext
    fichier: Path


def fabriquer(dossier: Path) -> Certificat:
    if not shutil.which("openssl"):
        pytest.skip("openssl est absent : pas de certificat d'essai")
    cle, cert = dossier / "cle.pem", dossier / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(cle), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    serveur = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serveur.load_cert_chain(cert, cle)
    return Certificat(serveur, ssl.create_default_context(cafile=str(cert)), cert)


class TrousseauEnMemoire(KeyringBackend):
    """Refuse, comme celui de Windows, un secret de plus de 2 560 octets (en UTF-16)."""

    priority = 1.0

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:
            raise ValueError("trop long pour le trousseau de Windows")
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[service, username]
