"""LibreOffice ne va rien chercher au dehors : un serveur sur la boucle locale note toute visite."""

import shutil
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, cast

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from relances_xl.sorties.pdf import libreoffice
from relances_xl.sorties.pdf.libreoffice import LibreOffice, trouver


@pytest.fixture
def visites() -> Iterator[list[str]]:
    vues: list[str] = []

    class Guetteur(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            vues.append(f"{self.command} {self.path}")
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *arguments: Any) -> None: ...

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Guetteur)
    threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    vues.append(str(serveur.server_address[1]))
    yield vues
    serveur.shutdown()
    serveur.server_close()


@pytest.fixture
def libre() -> LibreOffice:
    if trouver() is None:
        pytest.skip("LibreOffice est absent")
    trouve = trouver()
    assert trouve is not None
    return trouve


def lettre_curieuse(port: str) -> bytes:
    """Une lettre à image liée, en DrawingML et en VML, dont le modèle et le style sont ailleurs aussi."""
    document = docx.Document()
    ailleurs = f"http://127.0.0.1:{port}"
    liee = document.part.relate_to(f"{ailleurs}/image.png", RT.IMAGE, is_external=True)
    vml = document.part.relate_to(f"{ailleurs}/vml.png", RT.IMAGE, is_external=True)
    paragraphe = document.add_paragraph("Chère cliente")
    image, dessin = (cast(Any, paragraphe.add_run()._r) for _ in range(2))
    image.append(
        parse_xml(
            f'<w:drawing {nsdecls("w", "wp", "a", "pic", "r")}><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="i"/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="1" name="i"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="{liee}"/>'
            '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
        )
    )
    dessin.append(
        parse_xml(
            f'<w:pict {nsdecls("w", "r")} xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="width:72pt;height:72pt">'
            f'<v:imagedata r:id="{vml}"/></v:shape></w:pict>'
        )
    )
    tampon = BytesIO()
    document.save(tampon)
    modele = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas'
        f'.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{ailleurs}/modele.dotx" TargetMode="External"/></Relationships>'
    )
    with zipfile.ZipFile(tampon, "a") as archive:
        archive.writestr("word/_rels/settings.xml.rels", modele)
    return tampon.getvalue()


def test_le_guetteur_voit_ce_qu_un_libreoffice_ordinaire_va_chercher(
    visites: list[str], libre: LibreOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sans nos précautions, la visite a lieu : l'essai suivant peut échouer."""
    export = {cle: valeur for cle, valeur in libreoffice._REGLAGES.items() if "PDF" in cle[0]}
    monkeypatch.setattr(libreoffice, "_sans_reseau", lambda: ())
    monkeypatch.setattr(libre, "_reglages", export)
    libre.convertir(lettre_curieuse(visites[0]))
    assert any("/image.png" in visite for visite in visites[1:])


@pytest.mark.parametrize("par", ["nos réglages seuls", "le système"])
def test_une_image_liee_n_est_jamais_demandee(visites: list[str], libre: LibreOffice, monkeypatch: pytest.MonkeyPatch, par: str) -> None:
    if par == "nos réglages seuls":
        monkeypatch.setattr(libreoffice, "_sans_reseau", lambda: ())
    elif not shutil.which("unshare") or not libreoffice._sans_reseau():
        pytest.skip("sans objet : ce système ne sait pas priver un programme de réseau")
    assert libre.convertir(lettre_curieuse(visites[0])).startswith(b"%PDF-")
    assert visites[1:] == []
