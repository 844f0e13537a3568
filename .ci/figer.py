"""Rend une archive de sources indépendante du moment et de la machine : dates à SOURCE_DATE_EPOCH, propriétaire neutre, ordre fixe.

`figer.py ARCHIVE.tar.gz` : setuptools le fait pour la roue, pas pour les sources.
"""

import gzip
import io
import os
import sys
import tarfile
from pathlib import Path

instant = int(os.environ["SOURCE_DATE_EPOCH"])
archive = Path(sys.argv[1])
figee = io.BytesIO()
with tarfile.open(archive) as ancienne, tarfile.open(fileobj=figee, mode="w", format=tarfile.PAX_FORMAT) as neuve:
    for membre in sorted(ancienne.getmembers(), key=lambda m: m.name):
        contenu = ancienne.extractfile(membre)
        membre.mtime, membre.uid, membre.gid, membre.uname, membre.gname, membre.pax_headers = instant, 0, 0, "", "", {}
        membre.mode = 0o755 if membre.isdir() or membre.mode & 0o100 else 0o644
        neuve.addfile(membre, contenu)
with archive.open("wb") as ouverte, gzip.GzipFile("", "wb", mtime=instant, fileobj=ouverte) as compressee:
    compressee.write(figee.getvalue())
