"""Les polices du convertisseur intégré sous Linux : celles de la machine, et Source Sans s'il n'y en a aucune.

dxpdf cherche les polices par fontconfig (fontconfig.org, « fonts.conf »), dont tous les réglages se relisent à chaque
conversion : n'en garder que les équivalences de chasse (Arial → Liberation Sans…) divise cette attente par deux. Les
polices Type 1, que Word et LibreOffice ne prennent plus, sont laissées de côté. Windows et macOS ont leurs polices.
"""

import os
import sys
from html import escape
from importlib.resources import files
from pathlib import Path

_DU_SYSTEME = """<dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <dir>~/.fonts</dir>
  <cachedir>/var/cache/fontconfig</cachedir>
  <include ignore_missing="yes">/etc/fonts/conf.d/30-metric-aliases.conf</include>"""
_REGLAGE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {systeme}
  <dir>{secours}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <selectfont><rejectfont><glob>{secours}/*.otf</glob></rejectfont></selectfont>
  <selectfont><rejectfont><pattern><patelt name="fontformat"><string>Type 1</string></patelt></pattern></rejectfont></selectfont>
  <match target="pattern"><edit name="family" mode="append_last"><string>Source Sans Pro</string></edit></match>
</fontconfig>
"""


def reglage(dossier: Path) -> Path | None:
    """Écrit dans `dossier` le réglage de fontconfig à donner à dxpdf, et rend son chemin ; None hors de Linux.

    Un réglage choisi par l'utilisateur (variable FONTCONFIG_FILE) remplace les lieux habituels.
    """
    if not sys.platform.startswith("linux"):
        return None
    choisi = os.environ.get("FONTCONFIG_FILE")
    systeme = f'<include ignore_missing="yes">{escape(choisi)}</include>' if choisi else _DU_SYSTEME
    secours = escape(str(Path(str(files("font_source_sans_pro"))) / "files"))
    chemin = dossier / "polices.conf"
    chemin.write_text(_REGLAGE.format(systeme=systeme, secours=secours), encoding="utf-8")
    return chemin
