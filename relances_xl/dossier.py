"""Le dossier de relance : chaque chemin, les lots, le verrou, les écritures d'une seule pièce (contrat §1, §7)."""

import os
import re
import shlex
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout
from pathvalidate import sanitize_filename
from pathvalidate.handler import ReservedNameHandler

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, panne
from relances_xl.domaine.textes import argument

_NOM_DE_LOT = re.compile(r"(\d{4}-\d{2}-\d{2})_([1-9]\d*)")
_CODE_MAX, _PIECE_MAX = 60, 40  # caractères : le chemin entier reste sous les 260 de Windows


@dataclass(frozen=True, slots=True)
class Lot:
    """Un passage : `relances/AAAA-MM-JJ_N/`."""

    chemin: Path

    @property
    def nom(self) -> str:
        return self.chemin.name

    @property
    def revue(self) -> Path:
        return self.chemin / "revue.xlsx"

    @property
    def liste_clients(self) -> Path:
        return self.chemin / "liste-clients.xlsx"

    @property
    def lettres(self) -> Path:
        return self.chemin / "lettres"

    @property
    def pdf(self) -> Path:
        return self.chemin / "pdf"

    @property
    def toutes(self) -> Path:
        """Toutes les lettres en un PDF."""
        return self.pdf / "toutes.pdf"

    @property
    def impression(self) -> Path:
        """Ce qui est parti à l'imprimante, en un seul travail."""
        return self.chemin / "impression.pdf"

    @property
    def courriels(self) -> Path:
        return self.chemin / "courriels"

    @property
    def compte_rendu(self) -> Path:
        return self.chemin / "compte-rendu.xlsx"


@dataclass(frozen=True, slots=True)
class Dossier:
    """Le dossier de travail du comptable."""

    racine: Path

    @property
    def criteres(self) -> Path:
        return self.racine / "criteres.xlsx"

    @property
    def exports(self) -> Path:
        return self.racine / "exports"

    @property
    def modeles(self) -> Path:
        return self.racine / "modeles"

    @property
    def historique(self) -> Path:
        return self.racine / "historique.db"

    @property
    def relances(self) -> Path:
        return self.racine / "relances"

    def exiger(self) -> None:
        """Refuse un dossier qui n'est pas un dossier de relance."""
        if not self.criteres.is_file():
            raise ErreurUtilisateur(
                Faute(
                    "le classeur de critères est introuvable",
                    f"créez le dossier par « relances-xl nouveau {argument(self.racine)} », ou placez-vous dans le bon dossier",
                    fichier=str(self.criteres),
                )
            )

    def chemin(self, relatif: str) -> Path:
        """Un chemin saisi dans les critères, relatif au dossier, « \\ » ou « / » indifféremment."""
        return self.racine / Path(relatif.replace("\\", "/"))

    def relatif(self, chemin: Path) -> str:
        """Le chemin vu du dossier, tel que le journal et le compte rendu le notent."""
        try:
            return chemin.resolve().relative_to(self.racine.resolve()).as_posix()
        except ValueError:
            return str(chemin)

    def lots(self) -> list[Lot]:
        """Les lots existants, du plus ancien au plus récent."""
        trouves = [d for d in self.relances.glob("*_*") if d.is_dir() and _NOM_DE_LOT.fullmatch(d.name)]
        return [Lot(d) for d in sorted(trouves, key=lambda d: _ordre_de_lot(d.name))]

    def lot(self, nom: str) -> Lot:
        return Lot(self.relances / nom)

    def creer_lot(self, edition: date, connus: Iterable[str] = ()) -> Lot:
        """Réserve le lot suivant du jour. `connus` : les lots du journal, dont le numéro ne ressert jamais."""
        self.relances.mkdir(parents=True, exist_ok=True)
        noms = {lot.nom for lot in self.lots()} | set(connus)
        pris = [int(m[2]) for nom in noms if (m := _NOM_DE_LOT.fullmatch(nom)) and m[1] == edition.isoformat()]
        numero = max(pris, default=0) + 1
        while True:
            chemin = self.relances / f"{edition.isoformat()}_{numero}"
            try:
                chemin.mkdir()
            except FileExistsError:
                numero += 1
            else:
                return Lot(chemin)

    @contextmanager
    def verrou(self) -> Iterator[None]:
        """Un seul `produire` ou `annuler` à la fois dans le dossier."""
        verrou = FileLock(self.racine / ".verrou", timeout=0)
        try:
            verrou.acquire()
        except Timeout:
            raise ErreurUtilisateur(
                Faute(
                    "une autre production est en cours dans ce dossier",
                    "attendez qu'elle finisse, puis relancez la commande",
                    fichier=str(self.racine),
                )
            ) from None
        try:
            yield
        finally:
            verrou.release()


def _ordre_de_lot(nom: str) -> tuple[str, int]:
    jour, _, numero = nom.rpartition("_")
    return jour, int(numero)


def lot_de(relance: str) -> str:
    """Le lot dont une relance porte le nom.

    >>> lot_de("2026-03-31_1-0007")
    '2026-03-31_1'
    """
    return relance.rpartition("-")[0]


class NomDeLettre(NamedTuple):
    """Ce dont le nom d'une lettre est fait."""

    relance: str
    code_client: str
    niveau: int
    devise: str
    piece: str = ""  # regroupement « Facture » seulement


def noms_de_lettres(lettres: Iterable[NomDeLettre], deja: Mapping[str, str]) -> dict[str, str]:
    """Relance → nom de fichier sans extension, sûr sous Windows comme ailleurs et distinct même sans la casse.

    deja : relance → nom des lettres déjà faites dans ce lot, qui restent les leurs.
    """
    noms = dict(deja)
    pris = {nom.casefold() for nom in noms.values()}
    for lettre in lettres:
        if lettre.relance in noms:
            continue
        base = f"{_sur(lettre.code_client, _CODE_MAX)}_n{lettre.niveau}_{_sur(lettre.devise, 3)}"
        if lettre.piece:
            base += f"_{_sur(lettre.piece, _PIECE_MAX)}"
        base = sanitize_filename(base, platform="universal")  # « nul.txt_n1_EUR » serait encore le périphérique NUL
        nom, suite = base, 2
        while nom.casefold() in pris:
            nom, suite = f"{base}_{suite}", suite + 1
        noms[lettre.relance] = nom
        pris.add(nom.casefold())
    return noms


def _sur(texte: str, longueur: int) -> str:
    """Un morceau de nom de fichier : rien que Windows, macOS ou Linux refuse, ni caractère de mise en forme invisible.

    Composé (NFC) : macOS confond « é » écrit en un ou en deux caractères.
    """
    visible = "".join(lettre for lettre in unicodedata.normalize("NFC", texte) if unicodedata.category(lettre) != "Cf")
    propre = sanitize_filename(
        visible, replacement_text="-", platform="universal", max_len=longueur * 4, reserved_name_handler=ReservedNameHandler.as_is
    )
    return propre[:longueur].strip(" .") or "sans-nom"


@contextmanager
def ecriture(chemin: Path, *, vider: bool = True) -> Iterator[Path]:
    """Donne un fichier provisoire voisin, mis en place d'un coup à la fin : jamais de fichier à moitié écrit.

    vider : faux si l'appelant met lui-même le fichier à l'abri d'une coupure de courant, par paquets.
    """
    with ExitStack() as menage:
        try:
            chemin.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=chemin.parent, prefix="~", suffix=chemin.suffix, delete=False) as fichier:
                provisoire = Path(fichier.name)
            menage.callback(_oter, provisoire)
            yield provisoire
            if vider:
                with provisoire.open("rb+") as fichier_ecrit:
                    os.fsync(fichier_ecrit.fileno())
            if os.name == "posix":
                with suppress(OSError):  # une clé USB, un partage réseau n'ont pas toujours de droits à poser
                    provisoire.chmod(0o666 & ~_umask())
            provisoire.replace(chemin)
        except OSError as erreur:
            raise ErreurUtilisateur(panne(erreur, chemin)) from erreur


def _oter(provisoire: Path) -> None:
    with suppress(OSError):  # encore tenu par ce qui a échoué : la vraie panne est déjà dite
        provisoire.unlink(missing_ok=True)


def _umask() -> int:
    actuel = os.umask(0o022)
    os.umask(actuel)
    return actuel


def ecrire_octets(chemin: Path, contenu: bytes) -> None:
    """Met un fichier en place d'un coup, sans le vider sur disque : l'appelant le fait par paquets."""
    with ecriture(chemin, vider=False) as provisoire:
        provisoire.write_bytes(contenu)


def ressources(nom: str) -> Path:
    """Le dossier `modeles` ou `exemples` livré : dans la roue, ou à côté du paquet quand on développe."""
    installe = Path(str(files("relances_xl"))) / nom
    return installe if installe.is_dir() else Path(__file__).resolve().parents[1] / nom


def lanceurs() -> dict[str, tuple[str, str]]:
    """Nom du lanceur à double-cliquer → (contenu, fin de ligne) pour le système présent."""
    commandes = {"1-actualiser": "actualiser", "2-lister": "lister", "3-produire": "produire"}
    if sys.platform == "win32":
        return {f"{nom}.cmd": (_cmd(commande), "\r\n") for nom, commande in commandes.items()}
    extension = ".command" if sys.platform == "darwin" else ".sh"
    return {f"{nom}{extension}": (_sh(commande), "\n") for nom, commande in commandes.items()}


def _cmd(commande: str) -> str:
    """`pushd` plutôt que `cd` : il prête une lettre à un partage (\\\\serveur\\compta), dont `cmd` ne fait pas un dossier courant."""
    python = sys.executable.replace("%", "%%")
    return f"""@echo off
chcp 65001 >nul
pushd "%~dp0" || (pause & exit /b 2)
set "PYTHONUTF8=1"
if exist "{python}" ("{python}" -m relances_xl {commande} .) else (relances-xl {commande} .)
set "code=%errorlevel%"
popd
echo.
pause
exit /b %code%
"""


def _sh(commande: str) -> str:
    python = shlex.quote(sys.executable)
    return f"""#!/bin/sh
cd -- "$(dirname -- "$0")" || exit 2
export PYTHONUTF8=1
if [ -x {python} ]; then {python} -m relances_xl {commande} .; else relances-xl {commande} .; fi
code=$?
if [ -t 0 ]; then printf '\\nAppuyez sur Entrée pour fermer. '; read -r _; fi
exit $code
"""
