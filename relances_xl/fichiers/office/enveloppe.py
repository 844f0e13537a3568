"""L'enveloppe d'un fichier Office, avant d'y lire quoi que ce soit : ancienne, chiffrée, démesurée."""

import zipfile

DEPLIE_MAX = 2 * 2**30
_TAUX_MAX = 400  # un vrai classeur se comprime de 5 à 50 fois

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Le début d'un ancien .xls, ou d'un .xlsx chiffré par un mot de passe."""


CHIFFRE = "EncryptedPackage".encode("utf-16-le")
"""Ce que contient, dans son répertoire, un fichier Office chiffré par un mot de passe ([MS-OFFCRYPTO] 2.3.4.1)."""


def demesuree(archive: zipfile.ZipFile) -> bool:
    """L'archive enfle-t-elle sans mesure une fois décompressée ?"""
    parties = archive.infolist()
    return sum(partie.file_size for partie in parties) > DEPLIE_MAX or any(
        partie.file_size > 50 * 2**20 and partie.file_size > _TAUX_MAX * partie.compress_size for partie in parties
    )
