"""Un vrai CUPS à nous : son socket, ses files et son dossier, sans toucher au système.

L'imprimante virtuelle est un « backend » qui range chaque travail dans un dossier ; le fichier `panne` l'arrête.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

BACKEND = """#!/bin/sh
[ $# -eq 0 ] && { echo 'direct dossier "Inconnue" "Dossier"'; exit 0; }
dossier=${DEVICE_URI#dossier:}
[ -e "$dossier/panne" ] && exit 4
printf '%s' "$3" > "$dossier/$1.titre"
cat "${6:--}" > "$dossier/$1.pdf.tmp" && mv "$dossier/$1.pdf.tmp" "$dossier/$1.pdf"
"""
CUPSD_CONF = """Listen {racine}/cups.sock
Browsing No
DefaultAuthType None
WebInterface No
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FICHIERS_CONF = """ServerRoot {racine}/etc
ServerBin {racine}/bin
RequestRoot {racine}/spool
TempDir {racine}/spool/tmp
StateDir {racine}/etat
CacheDir {racine}/cache
ErrorLog {racine}/erreurs
AccessLog {racine}/acces
PageLog {racine}/pages
"""


@pytest.fixture(scope="module")
def cups() -> Iterator[Path]:
    """Un CUPS privé et ses imprimantes « Bureau » (par défaut) et « Hall » ; rend le dossier de sortie de « Bureau »."""
    if sys.platform == "win32":
        pytest.skip("sans objet : CUPS n'est pas la file de Windows")
    cupsd = shutil.which("cupsd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    systeme = next((lieu for lieu in (Path("/usr/lib/cups"), Path("/usr/libexec/cups")) if lieu.is_dir()), None)
    if not cupsd or not systeme or not shutil.which("lp"):
        pytest.skip("CUPS est absent (paquets cups et cups-client)")
    racine = Path(mkdtemp(prefix="cups_", dir="/tmp"))  # court : un chemin de socket a 104 caractères au plus
    racine.chmod(0o755)
    for nom in ("etc", "spool/tmp", "etat", "cache", "bin/backend", "Bureau", "Hall"):
        (racine / nom).mkdir(parents=True)
    for nom in ("Bureau", "Hall"):
        (racine / nom).chmod(0o777)
    for lien in systeme.iterdir():
        if lien.name != "backend":
            (racine / "bin" / lien.name).symlink_to(lien)
    (racine / "bin/backend/dossier").write_text(BACKEND, encoding="utf-8")
    (racine / "bin/backend/dossier").chmod(0o755)
    (racine / "etc/cupsd.conf").write_text(CUPSD_CONF.format(racine=racine), encoding="utf-8")
    (racine / "etc/cups-files.conf").write_text(FICHIERS_CONF.format(racine=racine), encoding="utf-8")
    commande = [cupsd, "-f", "-c", str(racine / "etc/cupsd.conf"), "-s", str(racine / "etc/cups-files.conf")]
    serveur = subprocess.Popen(commande, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("CUPS_SERVER", str(racine / "cups.sock"))
        try:
            if not attendre(lambda: "is running" in dire("lpstat", "-r")):
                pytest.skip("cupsd ne démarre pas ici (il lui faut sans doute les droits de root)")
            for nom in ("Bureau", "Hall"):
                dire("lpadmin", "-p", nom, "-E", "-v", f"dossier:{racine / nom}", "-m", "raw")
            dire("lpadmin", "-d", "Bureau")
            yield racine
        finally:
            serveur.terminate()
            serveur.wait(10)
            shutil.rmtree(racine, ignore_errors=True)


def dire(*commande: str) -> str:
    """Une commande de CUPS, en anglais ; ce qu'elle écrit."""
    environnement = {**os.environ, "LC_ALL": "C.UTF-8"}
    chemin = shutil.which(commande[0], path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") or commande[0]
    fait = subprocess.run([chemin, *commande[1:]], capture_output=True, text=True, timeout=20, env=environnement, check=False)
    return fait.stdout


def attendre(vrai: Callable[[], bool], secondes: float = 10.0) -> bool:
    fin = time.monotonic() + secondes
    while time.monotonic() < fin:
        if vrai():
            return True
        time.sleep(0.05)
    return False
