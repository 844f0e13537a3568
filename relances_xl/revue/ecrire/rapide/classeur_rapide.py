"""Un classeur XlsxWriter qui se comprime à mesure qu'il s'écrit, sans fichier provisoire ni partie entière en mémoire.

Les rouages internes de XlsxWriter dont on dépend pour ranger les parties sont dans ce module ; ceux d'un onglet, dans `feuille_rapide`.
"""

from io import BytesIO, StringIO
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.relationships import PACKAGE_SCHEMA, Relationships

from relances_xl.fichiers.office.zip_au_fil import PartieDeZip, ZipAuFil
from relances_xl.revue.ecrire.rapide.feuille_rapide import FeuilleRapide

# Les textes viennent des exports : jamais une formule, un lien ni un nombre
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


class ClasseurRapide(Workbook):  # type: ignore[misc]
    """Un classeur dont chaque partie est comprimée à mesure qu'elle s'écrit, dans le flux donné, et chaque onglet une `FeuilleRapide`."""

    worksheet_class = FeuilleRapide

    def __init__(self, flux: IO[bytes]) -> None:
        super().__init__(BytesIO(), _OPTIONS)  # où XlsxWriter range des parties qu'on ne lui laisse pas
        self._flux = flux

    def _get_packager(self) -> Packager:
        return _PaquetAuFil(self._flux)


class _PaquetAuFil(Packager):  # type: ignore[misc]
    """Met chaque partie dans le zip dès qu'elle est écrite : XlsxWriter écrit l'une après l'autre."""

    def __init__(self, flux: IO[bytes]) -> None:
        super().__init__()
        self._flux = flux
        self._partie: _Partie | None = None

    def _create_package(self) -> list[Any]:
        with ZipAuFil(self._flux) as self._zip:
            super()._create_package()
            self._fermer()
            for image, nom, _ in self.filenames:
                partie = self._zip.ouvrir(nom)
                partie.write(image.getvalue())
                partie.close()
        return []

    def _write_worksheet_rels_files(self) -> None:
        """Comme XlsxWriter, les relations de chaque onglet d'un bloc."""
        for rang, feuille in enumerate(self.workbook.worksheets(), start=1):
            relations = _Relations()
            for lien in (
                *feuille.external_hyper_links, *feuille.external_drawing_links, *feuille.external_vml_links,
                *feuille.external_background_links, *feuille.external_table_links, *feuille.external_comment_links,
            ):  # fmt: skip
                relations._add_document_relationship(*lien)
            if relations.relationships:
                relations._set_xml_writer(self._filename(f"xl/worksheets/_rels/sheet{rang}.xml.rels"))
                relations._assemble_xml_file()

    def _filename(self, xml_filename: str) -> StringIO:
        self._fermer()
        self._partie = _Partie(self._zip.ouvrir(xml_filename.lstrip("/")))
        return self._partie

    def _fermer(self) -> None:
        if self._partie:
            self._partie.fermer()


class _Relations(Relationships):  # type: ignore[misc]
    """Des relations dont toutes les cibles s'échappent d'un coup. Format : ECMA-376, partie 2, §9.3."""

    def _write_relationships(self) -> None:
        self._xml_start_tag("Relationships", [("xmlns", PACKAGE_SCHEMA)])
        genres, cibles, modes = zip(*self.relationships, strict=True)
        echappees = self._escape_attributes("\0".join(cibles)).split("\0")
        self.fh.write(
            "".join(
                f'<Relationship Id="rId{rang}" Type="{genre}" Target="{cible}"' + (f' TargetMode="{mode}"/>' if mode else "/>")
                for rang, (genre, cible, mode) in enumerate(zip(genres, echappees, modes, strict=True), start=1)
            )
        )
        self._xml_end_tag("Relationships")


class _Partie(StringIO):
    """Ce que XlsxWriter prend pour un texte en mémoire : des morceaux gardés dans une liste, comprimés quand on la vide."""

    def __init__(self, partie: PartieDeZip) -> None:
        super().__init__()
        self._partie = partie
        self._morceaux: list[str] = []
        self.write = self._morceaux.append  # type: ignore[assignment,method-assign] # des millions d'appels

    def ecrire(self, octets: bytes) -> None:
        """Des octets, à la suite du texte gardé."""
        self._vider()
        self._partie.write(octets)

    def fermer(self) -> None:
        self._vider()
        self._partie.close()

    def _vider(self) -> None:
        if self._morceaux:
            self._partie.write("".join(self._morceaux).encode())
            self._morceaux.clear()
