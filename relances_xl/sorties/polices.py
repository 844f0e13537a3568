"""Des polices de secours pour le convertisseur intégré : une machine Linux sans bureau n'en a souvent aucune.

fontconfig lit d'abord les réglages du système, ses polices l'emportent donc ; Roboto ne sert que s'il n'y a rien de
plus proche (fontconfig.org, « fonts.conf »). Les polices Type 1, que Word et LibreOffice ne prennent plus, sont
laissées de côté : les parcourir coûtait le quart du démarrage de dxpdf. Windows et macOS ont toujours les leurs.
"""

import os
import sys
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

_REGLAGE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{systeme}</include>
  <dir>{dossier}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <selectfont><rejectfont><pattern><patelt name="fontformat"><string>Type 1</string></patelt></pattern></rejectfont></selectfont>
  <match target="pattern"><edit name="family" mode="append_last"><string>Roboto</string></edit></match>
</fontconfig>
"""


def reglage(dossier: Path) -> Path | None:
    """Écrit dans `dossier` le réglage de fontconfig qui ajoute Roboto aux polices du système ; None hors de Linux."""
    if not sys.platform.startswith("linux"):
        return None
    systeme = os.environ.get("FONTCONFIG_FILE") or "/etc/fonts/fonts.conf"
    roboto = Path(str(files("font_roboto"))) / "files"
    chemin = dossier / "polices.conf"
    chemin.write_text(_REGLAGE.format(systeme=escape(systeme), dossier=escape(str(roboto))), encoding="utf-8")
    return chemin
