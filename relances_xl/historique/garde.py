"""Garder le journal : le contrôler, en faire des copies, dire ses pannes en français."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.fichiers.ecriture_sure import copier
from relances_xl.historique import schema_du_journal as schema


def copie_de(chemin: Path) -> Path:
    """La copie d'avant la dernière production."""
    return chemin.with_name(f"{chemin.name}.bak")


def copie_de_la_version_1(chemin: Path) -> Path:
    """Le journal de 0.1.0, tel qu'il était."""
    return chemin.with_name(f"{chemin.name}.v1.bak")


def sauvegarder(chemin: Path) -> None:
    """Copie le journal à côté de lui, s'il y en a un et s'il est sain : une copie saine n'est jamais remplacée par une autre."""
    if not chemin.is_file():
        return
    with pannes_en_francais(chemin):
        base = sqlite3.connect(chemin, isolation_level=None)
        try:
            controler(base, chemin)
        finally:
            base.close()
    copier(chemin, copie_de(chemin))
    proteger(copie_de(chemin))


def sauvegarde_de_migration(chemin: Path) -> None:
    """Garde le journal de 0.1.0 avant de le faire passer à la forme d'aujourd'hui."""
    copier(chemin, copie_de_la_version_1(chemin))
    proteger(copie_de_la_version_1(chemin))


def proteger(chemin: Path) -> None:
    """Personne d'autre n'a à lire qui doit quoi (là où le système a des droits à poser)."""
    if os.name == "posix":
        with suppress(OSError):  # une clé USB, un partage réseau n'en ont pas toujours
            chemin.chmod(chemin.stat().st_mode & ~0o007)


def controler(base: sqlite3.Connection, chemin: Path, *, complet: bool = False) -> None:
    """Refuse un journal abîmé ; complet : ses index aussi sont confrontés à ses lignes."""
    constats = [constat for (constat,) in base.execute(f"PRAGMA {'integrity_check' if complet else 'quick_check'}(1)")]
    if constats != ["ok"]:
        raise ErreurUtilisateur(Faute(f"le journal est abîmé ({une_ligne(constats[0])})", _retablir(chemin), fichier=str(chemin)))


def refuser_une_autre_version(base: sqlite3.Connection, chemin: Path) -> None:
    """Refuse une base qui n'est pas un journal, ou qui est d'une version plus récente."""
    trouvee = schema.version(base)
    if trouvee != schema.VERSION:
        raise ErreurUtilisateur(
            Faute(
                f"ce journal est d'une autre version ({trouvee}) que celle attendue ({schema.VERSION})",
                "mettez relances_xl à jour, ou vérifiez que ce fichier est bien le journal des relances",
                fichier=str(chemin),
            )
        )


@contextmanager
def pannes_en_francais(chemin: Path) -> Iterator[None]:
    """Une panne de la base se dit en français, avec son remède."""
    try:
        yield
    except sqlite3.DatabaseError as erreur:
        code = getattr(erreur, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # les huit premiers bits : le genre de panne
        message, remede = _PANNES.get(code, (f"le journal est illisible ({erreur})", _retablir(chemin)))
        raise ErreurUtilisateur(Faute(message, remede, fichier=str(chemin))) from erreur


def _retablir(chemin: Path) -> str:
    copie = copie_de(chemin)
    de = f"{copie.name}, la copie d'avant la dernière production" if copie.is_file() else "une sauvegarde"
    return f"rétablissez-le depuis {de}"


_OCCUPE = ("le journal est occupé par un autre programme", "fermez ce qui l'ouvre, puis recommencez")
_REFUSE = ("le journal n'est pas accessible en écriture", "vérifiez vos droits sur le fichier et son dossier, puis recommencez")
_PANNES = {
    sqlite3.SQLITE_BUSY: _OCCUPE,
    sqlite3.SQLITE_LOCKED: _OCCUPE,
    sqlite3.SQLITE_FULL: ("il n'y a plus de place sur le disque pour le journal", "faites-en, puis recommencez"),
    sqlite3.SQLITE_READONLY: _REFUSE,
    sqlite3.SQLITE_PERM: _REFUSE,
    sqlite3.SQLITE_CANTOPEN: _REFUSE,
    sqlite3.SQLITE_IOERR: ("le disque ou le partage ne répond plus", "vérifiez qu'il est là et qu'il a de la place, puis recommencez"),
}
