"""Dans le processus enfant (`fichiers.enfant`) : ouvrir un classeur et en donner les lignes, par blocs.

python-calamine lit les valeurs ; ce qu'il ne distingue pas (erreurs, formules sans résultat, nombres dont le format
parle) est repris par le module du format.
"""

import gc
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from itertools import chain, islice
from pathlib import Path
from threading import Thread
from typing import Any

import python_calamine as calamine

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.classeurs import xlsx
from relances_xl.entrees.classeurs.bloc_serre import Bloc, serrer
from relances_xl.entrees.classeurs.nombres_affiches import Affichage
from relances_xl.entrees.classeurs.paquet_tableur import FeuilleParTranches, Indecoupable
from relances_xl.entrees.classeurs.reprises import ClasseurRefuse, Prepare, Reprise, abime, limiter, limiter_onglets, protege
from relances_xl.fichiers.office.enveloppe import OLE, demesuree

_BLOC = 2_000  # lignes
_VIDES = ("", None)
_Feuille = calamine.CalamineSheet | FeuilleParTranches


def premier(chemin: Path, prudent: bool) -> Iterator[Any]:
    """Le format et le nom du premier onglet visible et non vide, puis ses lignes brutes, par blocs serrés ; rien s'il n'y en a pas.

    prudent : une première lecture a manqué ; les cellules égarées sont cherchées, et retirées si elles sont
    blanches.
    """
    with _refus_en_clair(chemin, prudent):
        classeur = _Classeur(chemin, prudent)
        for rang, meta in classeur.onglets:
            if meta.visible != calamine.SheetVisibleEnum.Visible:
                continue
            lignes = classeur.lignes(rang, meta.name)
            vides = []
            for ligne in lignes:
                vides.append(ligne)
                if any(valeur not in _VIDES for valeur in ligne):
                    yield classeur.format, meta.name
                    yield from _blocs(chain(vides, lignes))
                    return


def tous(chemin: Path, prudent: bool, voulus: frozenset[str] | None) -> Iterator[Any]:
    """Chaque onglet, dans l'ordre : son nom, ses lignes typées par blocs serrés, puis None. voulus : `cle` de leurs noms ; None : tous."""
    with _refus_en_clair(chemin, prudent):
        classeur = _Classeur(chemin, prudent)
        for rang, meta in classeur.onglets:
            if voulus is not None and cle(meta.name) not in voulus:
                continue
            yield meta.name
            yield from _blocs(_typer(classeur.lignes(rang, meta.name)))
            yield None


def _blocs(lignes: Iterator[list[Valeur]]) -> Iterator[Bloc]:
    while bloc := list(islice(lignes, _BLOC)):
        yield serrer(bloc)


@contextmanager
def _refus_en_clair(chemin: Path, prudent: bool) -> Iterator[None]:
    """Traduit en français ce que la lecture refuse ; les paniques Rust de calamine n'héritent pas d'Exception."""
    gc.disable()  # des centaines de milliers de listes naissent, aucune n'est à reprendre, et ce processus ne fait que cela
    try:
        yield
    except (ErreurUtilisateur, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit, BrokenPipeError):
        raise
    except ClasseurRefuse as refus:
        raise refus.pour(chemin.name) from refus
    except calamine.PasswordError as erreur:
        raise protege().pour(chemin.name) from erreur
    except BaseException as erreur:
        if not prudent or _sans_memoire(erreur) or (isinstance(erreur, calamine.CalamineError) and "limit" in str(erreur).casefold()):
            raise MemoryError from erreur  # à relire avec prudence : une cellule impossible, peut-être
        raise abime().pour(chemin.name) from erreur


def _sans_memoire(erreur: BaseException | None) -> bool:
    """La mémoire a-t-elle manqué ? En se refermant après coup, `zipfile` lève autre chose."""
    return erreur is not None and (isinstance(erreur, MemoryError) or _sans_memoire(erreur.__context__))


class _Classeur:
    """Un classeur ouvert : calamine pour les valeurs, le module du format pour ce qu'il ne voit pas."""

    def __init__(self, chemin: Path, prudent: bool) -> None:
        self.prudent = prudent
        self.format = _nommer(chemin)
        octets = chemin.read_bytes()
        self.prepare: Prepare = _preparer(self.format)(octets, prudent)
        self.classeur = self._ouvrir(chemin)
        feuilles = (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.MacroSheet)
        metas = self.classeur.sheets_metadata
        limiter_onglets(len(metas))
        self.onglets = [(rang, meta) for rang, meta in enumerate(metas) if meta.typ in feuilles]

    def _ouvrir(self, chemin: Path) -> calamine.CalamineWorkbook:
        """Le format se devine au contenu ; si tout échoue, l'ouverture par le nom dit mieux ce qui ne va pas."""
        try:
            return calamine.load_workbook(io.BytesIO(self.prepare.octets))
        except calamine.CalamineError:
            return calamine.load_workbook(str(chemin))

    def lignes(self, rang: int, nom: str) -> Iterator[list[Valeur]]:
        """Les cellules brutes d'un onglet, première ligne et première colonne du fichier comprises."""
        # calamine travaille sans verrou Python : les deux lectures se recouvrent
        reprises = _Reprises(partial(self.prepare.reprises, rang, nom))
        feuille = self._feuille(rang, nom)
        hauteur, largeur = _etendue(feuille)
        try:
            limiter(hauteur, largeur, nom)
        except ClasseurRefuse:
            if self.prudent:
                raise
            raise MemoryError from None  # peut-être une seule cellule égarée : à relire avec prudence
        return _completer(feuille, reprises.trouvees())

    def _feuille(self, rang: int, nom: str) -> _Feuille:
        """L'onglet, par tranches s'il est haut et se laisse couper."""
        if ouvrir := self.prepare.tranches.get(nom):
            with suppress(Indecoupable, calamine.CalamineError):
                return FeuilleParTranches(lambda: (calamine.load_workbook(paquet).get_sheet_by_index(rang) for paquet in ouvrir()))
        return self.classeur.get_sheet_by_index(rang)


def _preparer(format: str) -> Callable[[bytes, bool], Prepare]:
    """Ce qui prépare un classeur de ce format ; les moins fréquents ne se chargent que s'ils servent."""
    match format:
        case "xls":
            from relances_xl.entrees.classeurs import xls

            return xls.preparer
        case "xlsb":
            from relances_xl.entrees.classeurs import xlsb

            return xlsb.preparer
        case "ods":
            from relances_xl.entrees.classeurs import ods

            return ods.preparer
    return xlsx.preparer


class _Reprises(Thread):
    """La recherche des cellules à reprendre, menée à côté. (`concurrent.futures` coûterait à chaque commande plus que la lecture.)"""

    def __init__(self, chercher: Callable[[], list[Reprise]]) -> None:
        super().__init__(daemon=True)
        self._chercher = chercher
        self._trouvees: list[Reprise] = []
        self._manque: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._trouvees = self._chercher()
        except BaseException as erreur:
            self._manque = erreur

    def trouvees(self) -> list[Reprise]:
        """Les cellules trouvées ; ce que la recherche a levé est levé ici."""
        self.join()
        if self._manque is not None:
            raise self._manque
        return self._trouvees


def _nommer(chemin: Path) -> str:
    """xls, xlsx, xlsm, xlsb ou ods ; refuse une archive tronquée, piégée ou d'un autre usage."""
    with chemin.open("rb") as flux:
        if flux.read(8) == OLE:
            return "xls"
    try:
        with zipfile.ZipFile(chemin) as archive:
            parties = archive.infolist()
            piegee = demesuree(archive)
            contenu = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
    except Exception as erreur:  # zipfile en lève de toutes sortes sur une archive abîmée
        raise ErreurUtilisateur(
            Faute("le classeur est tronqué ou abîmé", "refaites l'export, ou copiez de nouveau le fichier", chemin.name)
        ) from erreur
    if piegee:
        raise ErreurUtilisateur(
            Faute("une fois décompressé, le classeur est démesuré", "refaites l'export, ou exportez en CSV", chemin.name)
        )
    noms = {partie.filename.replace("\\", "/").casefold().lstrip("/") for partie in parties}
    if any(nom.endswith("workbook.bin") for nom in noms):
        return "xlsb"
    if any(nom.startswith("xl/") or nom.endswith("workbook.xml") for nom in noms):
        return "xlsm" if any(nom.endswith("vbaproject.bin") for nom in noms) else "xlsx"
    if b"opendocument.spreadsheet" in contenu or (not contenu and "content.xml" in noms):
        return "ods"
    word = any(nom.startswith("word/") for nom in noms) or b"opendocument.text" in contenu
    raise ErreurUtilisateur(
        Faute(
            "c'est un document de traitement de texte, pas un classeur" if word else "c'est une archive zip, pas un classeur",
            "donnez l'export au format Excel ou CSV" if word else "décompressez-la et donnez le classeur qu'elle contient",
            chemin.name,
        )
    )


def _etendue(feuille: _Feuille) -> tuple[int, int]:
    """(lignes, colonnes) jusqu'à la dernière cellule, à compter de A1."""
    return (feuille.end[0] + 1, feuille.end[1] + 1) if feuille.end else (0, 0)


def _completer(feuille: _Feuille, reprises: list[Reprise]) -> Iterator[Any]:
    """Les lignes de calamine, complétées de ce qu'il a coupé (marges vides) et de ce qu'il n'a pas vu : presque toujours rien."""
    if feuille.start and feuille.start[1] == 0 and not reprises:
        return iter(feuille.iter_rows())
    return _completees(feuille, reprises)


def _completees(feuille: _Feuille, reprises: list[Reprise]) -> Iterator[list[Valeur]]:
    marge: list[Valeur] = [""] * (feuille.start[1] if feuille.start else 0)
    par_ligne: dict[int, list[Reprise]] = {}
    for reprise in reprises:
        par_ligne.setdefault(reprise[0], []).append(reprise)
    lues, largeur = _etendue(feuille)
    hauteur = max(lues, max(par_ligne, default=-1) + 1)
    largeur = max(largeur, max((colonne for _, colonne, _ in reprises), default=-1) + 1)
    lignes: Iterator[Any] = feuille.iter_rows() if lues else iter(())
    for rang in range(hauteur):
        lue: list[Valeur] | None = next(lignes, None)
        ligne: list[Valeur] = [""] * largeur if lue is None else marge + lue if marge else lue
        if rang in par_ligne:
            ligne += [""] * (largeur - len(ligne))
            for _, colonne, cellule in par_ligne[rang]:
                ligne[colonne] = _reprendre(ligne[colonne], cellule)
        yield ligne


def _reprendre(valeur: Valeur, cellule: Any) -> Valeur:
    if not isinstance(cellule, Affichage):
        return cellule  # type: ignore[no-any-return]
    return cellule.ecrire(valeur) if type(valeur) in (float, int) else valeur  # type: ignore[arg-type]


def _typer(lignes: Iterable[list[Any]]) -> Iterator[list[Valeur]]:
    """Vide = None, un nombre entier = `int`, une durée = texte ; un texte qui revient n'est rendu, et gardé, qu'une fois par bloc."""
    connus: dict[str, str] = {}
    for rang, ligne in enumerate(lignes):
        if rang % _BLOC == 0:
            connus.clear()
        yield [
            int(valeur)
            if type(valeur) is float and valeur.is_integer()
            else None
            if valeur == ""
            else connus.setdefault(valeur, valeur)
            if type(valeur) is str
            else str(valeur)
            if type(valeur) is timedelta
            else valeur
            for valeur in ligne
        ]
