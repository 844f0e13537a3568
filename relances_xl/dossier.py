"""Le dossier de relance : chaque chemin, les lots, le verrou (contrat §1, §7)."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relances_xl.domaine.ecrits.textes import argument
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute

_LOTS_BALAYES = 5  # ce qu'une commande coupée a laissé est dans les derniers
_NOM_DE_LOT = re.compile(r"(\d{4}-\d{2}-\d{2})_([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Lot:
    """Un passage : `relances/AAAA-MM-JJ_N/`."""

    chemin: Path

    @property
    def nom(self) -> str:
        return self.chemin.name

    @property
    def revue(self) -> Path:
        """La revue porte le nom de son lot : Excel n'ouvre pas deux classeurs de même nom. Celle de 0.1.0 garde le sien."""
        ancienne = self.chemin / "revue.xlsx"
        nommee = self.chemin / f"revue-{self.nom}.xlsx"
        return ancienne if ancienne.is_file() and not nommee.is_file() else nommee

    def noter_la_liste(self, revue: Path, *, sans_choix: bool) -> None:
        """Retient que la liste de ce lot est allée au bout, où est sa revue, et, si personne n'y a encore rien choisi, son empreinte."""
        with suppress(OSError), self._listes.open("a", encoding="utf-8") as listes:  # la revue, elle, est écrite
            listes.write(f"{self.nom}\t{revue.absolute()}\t{_empreinte(revue) if sans_choix else ''}\n")

    def intacte(self, revue: Path) -> bool:
        """Vrai si la revue est, octet pour octet, ce que `lister` écrivit sans aucun choix : il n'y a rien à y relire.

        Ni sa date ni sa taille n'y comptent : réenregistrée, elle change ; recopiée ou restaurée, elle reste la même.
        """
        empreintes = {empreinte for _, empreinte in self._notes() if empreinte}
        return bool(empreintes) and _empreinte(revue) in empreintes

    @property
    def revue_ecrite(self) -> Path | None:
        """La revue, dans le lot, écrite ailleurs ou déplacée ; None si `lister` fut coupé avant la fin."""
        if self.revue.is_file():
            return self.revue
        notes = self._notes()
        return Path(notes[-1][0]) if notes else None

    def _notes(self) -> list[tuple[str, str]]:
        """(chemin, empreinte) de chaque revue notée pour ce lot ; les versions d'avant n'en notaient pas l'empreinte."""
        lignes = self._listes.read_text(encoding="utf-8", errors="replace").splitlines() if self._listes.is_file() else []
        champs = [ligne.split("\t") for ligne in lignes if ligne.startswith(f"{self.nom}\t")]
        return [(chemin, empreinte[0] if empreinte else "") for _, chemin, *empreinte in champs]

    @property
    def _listes(self) -> Path:
        return self.chemin.parents[1] / ".listes"

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


@dataclass(frozen=True, slots=True, init=False)
class Dossier:
    """Le dossier de travail du comptable, par son chemin."""

    racine: Path

    def __init__(self, racine: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "racine", Path(racine))

    @property
    def criteres(self) -> Path:
        return self.racine / "criteres.xlsx"

    @property
    def exports(self) -> Path:
        return self.racine / "exports"

    @property
    def factures(self) -> Path:
        """Les factures électroniques, s'il y en a, qui complètent l'export."""
        return self.exports / "factures"

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
                chemin.mkdir(mode=0o770)
            except FileExistsError:
                numero += 1
            else:
                return Lot(chemin)

    @contextmanager
    def verrou(self) -> Iterator[None]:
        """Un seul `produire` ou `annuler` à la fois dans le dossier."""
        from relances_xl.fichiers.verrous import verrouiller  # l'aide n'a pas à charger filelock

        with verrouiller(self.racine):
            yield

    def balayer(self) -> None:
        """Efface les fichiers provisoires qu'une commande coupée net a laissés."""
        from relances_xl.fichiers.ecriture_sure import balayer

        recents = self.lots()[-_LOTS_BALAYES:]
        balayer([self.racine, self.modeles, *(d for lot in recents for d in (lot.chemin, lot.lettres, lot.pdf, lot.courriels))])


def _empreinte(fichier: Path) -> str:
    with fichier.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _ordre_de_lot(nom: str) -> tuple[str, int]:
    jour, _, numero = nom.rpartition("_")
    return jour, int(numero)


def lot_de(relance: str) -> str:
    """Le lot dont une relance porte le nom.

    >>> lot_de("2026-03-31_1-0007")
    '2026-03-31_1'
    """
    return relance.rpartition("-")[0]
