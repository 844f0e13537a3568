"""Un certificat d'essai pour 127.0.0.1, signé par lui-même, et un trousseau en mémoire."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from keyring.backend import KeyringBackend


@dataclass(frozen=True)
class Certificat:
    """serveur : contexte de qui sert ; client : contexte de qui le connaît ; fichier : pour SSL_CERT_FILE."""

    serveur: ssl.SSLContext
    client: ssl.SSLContext
    fichier: Path


def fabriquer(dossier: Path) -> Certificat:
    cle, nom = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    maintenant = datetime.now(UTC)
    fait = (
        x509.CertificateBuilder(nom, nom, cle.public_key(), x509.random_serial_number())
        .not_valid_before(maintenant - timedelta(days=1))
        .not_valid_after(maintenant + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(cle, hashes.SHA256())
    )
    secret, cert = dossier / "cle.pem", dossier / "cert.pem"
    secret.write_bytes(cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    cert.write_bytes(fait.public_bytes(Encoding.PEM))
    serveur = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serveur.load_cert_chain(cert, secret)
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
