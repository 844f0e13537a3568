"""Un classeur XlsxWriter qui se comprime à mesure qu'il s'écrit, sans fichier provisoire ni partie entière en mémoire.

Les rouages internes de XlsxWriter dont on dépend pour ranger les parties sont dans ce module ; ceux d'un onglet, dans `feuille_rapide`.
"""

from io import BytesIO, StringIO
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager

from relances_xl.fichiers.office.zip_au_fil import PartieDeZip, ZipAuFil

# Les textes viennent des exports : jamais une formule, un lien ni un nombre
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


class ClasseurRapide(Workbook):  # type: ignore[misc]
    """Un classeur dont chaque partie est comprimée à mesure qu'elle s'écrit, dans le flux donné."""

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

    def _filename(self, xml_filename: str) -> StringIO:
        self._fermer()
        self._partie = _Partie(self._zip.ouvrir(xml_filename.lstrip("/")))
        return self._partie

    def _fermer(self) -> None:
        if self._partie:
            self._partie.fermer()


class _Partie(StringIO):
    """Ce que XlsxWriter prend pour un texte en mémoire : des morceaux gardés dans une liste, comprimés quand on la vide."""

    def __init__(self, partie: PartieDeZip) -> None:
        super().__init__()
        self._partie = partie
        self._morceaux: list[str] = []
        self.write = self._morceaux.append  # type: ignore[assignment,method-assign] # des millions d'appels

    def vider(self) -> None:
        self._partie.write("".join(self._morceaux).encode())
        self._morceaux.clear()

    def fermer(self) -> None:
        self.vider()
        self._partie.close()
