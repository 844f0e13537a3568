"""Les images de fusion (QR code, logo) : un dessin dans le texte, une partie et une relation dans le document."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from relances_xl.lettres.word.champ import ChampPlace, Xml
from relances_xl.lettres.word.ooxml import PIC, WP, A, R

_EMU_PAR_MM = 36_000
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
"""La signature et le début de l'en-tête : largeur et hauteur les suivent (ISO/IEC 15948, 11.2.2)."""
_FIN_PNG = b"\x00\x00\x00\x00IEND\xaeB`\x82"
TYPES_IMAGE = {"png": "image/png", "jpeg": "image/jpeg"}

_DESSIN = (
    f'<w:drawing><wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{{cx}}" cy="{{cy}}"/>'
    '<wp:docPr id="{numero}" name="Image {numero}" descr="{titre}"/><wp:cNvGraphicFramePr/>'
    f'<a:graphic xmlns:a="{A}"><a:graphicData uri="{PIC}"><pic:pic xmlns:pic="{PIC}">'
    '<pic:nvPicPr><pic:cNvPr id="{numero}" name="{titre}"/><pic:cNvPicPr/></pic:nvPicPr>'
    f'<pic:blipFill><a:blip xmlns:r="{R}" r:embed="{{relation}}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
)


@dataclass(slots=True)
class Images:
    """Les images posées pendant la fusion d'une partie ; deux fois la même n'en fait qu'une.

    prefixe : distingue, dans le document, les images des différentes parties ; posees : octets → relation et format.
    """

    prefixe: str
    posees: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    dessins: int = 0

    def poser(self, image: bytes, titre: str, cadre: tuple[float, float]) -> Xml:
        """Le dessin d'une image, au plus grand dans son cadre (mm) ; vide si le format n'est ni PNG ni JPEG."""
        taille = dimensions(image)
        if taille is None:
            return Xml()
        format_image, largeur, hauteur = taille
        relation, _ = self.posees.setdefault(image, (f"rIdImage{len(self.posees) + 1}", format_image))
        echelle = min(cadre[0] / largeur, cadre[1] / hauteur) * _EMU_PAR_MM
        self.dessins += 1
        xml = _DESSIN.format(
            cx=round(largeur * echelle), cy=round(hauteur * echelle), relation=relation, titre=titre,
            numero=900_000 + self.dessins,
        )  # fmt: skip
        return Xml(xml)

    def fichiers(self) -> list[tuple[str, str, bytes]]:
        """Relation, nom de fichier dans `media/`, octets."""
        return [
            (relation, f"{self.prefixe}{rang}.{format_image}", image)
            for rang, (image, (relation, format_image)) in enumerate(self.posees.items(), 1)
        ]


class ChampImage(NamedTuple):
    """Un champ image : le filtre `poser` en pose la valeur, si ce sont des octets."""

    champ: ChampPlace
    cadre: tuple[float, float]

    def poser(self, source: Mapping[str, object], images: Images) -> Xml:
        valeur = self.champ.valeur(source)
        return images.poser(valeur, self.champ.nom, self.cadre) if isinstance(valeur, bytes) else Xml()


def dimensions(image: bytes) -> tuple[str, int, int] | None:
    """Format (`png`, `jpeg`), largeur et hauteur en pixels, lus dans l'en-tête de l'image ; None si inconnu."""
    if image.startswith(_PNG) and image.endswith(_FIN_PNG):  # les nôtres, un par lettre
        largeur, hauteur = struct.unpack_from(">II", image, len(_PNG))
        return ("png", largeur, hauteur) if largeur and hauteur else None
    return _dimensions_d_ailleurs(image)


@lru_cache(maxsize=16)
def _dimensions_d_ailleurs(image: bytes) -> tuple[str, int, int] | None:
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
    from docx.image.image import Image

    try:
        lue = Image.from_blob(image)
    except (UnrecognizedImageError, UnexpectedEndOfFileError, InvalidImageStreamError, ValueError, KeyError, struct.error):
        return None
    genre = {mime: nom for nom, mime in TYPES_IMAGE.items()}.get(lue.content_type)
    return (genre, lue.px_width, lue.px_height) if genre and lue.px_width and lue.px_height else None
