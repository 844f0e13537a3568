"""Le journal des relances : SQLite, ajouts seulement (contrat §7).

Une relance qui va sortir laisse une *intention* (avec ses échéances), puis une *issue* quand elle est sortie ; une
annulation est une ligne de plus. L'état d'une relance est celui de sa dernière intention : son annulation s'il y en
a une, sinon sa dernière issue, sinon « Douteuse » si la sortie ne se reprend pas (courriel parti, papier), sinon rien.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.statuts import COMPTENT, Statut

VERSION = 1

_SCHEMA = """
CREATE TABLE intention (
    numero INTEGER PRIMARY KEY AUTOINCREMENT,
    horodatage TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    relance TEXT NOT NULL,
    lot TEXT NOT NULL,
    date TEXT NOT NULL,
    code_client TEXT NOT NULL,
    raison_sociale TEXT NOT NULL,
    devise TEXT NOT NULL,
    niveau INTEGER NOT NULL,
    reedition INTEGER NOT NULL,
    sortie TEXT NOT NULL,
    sans_reprise INTEGER NOT NULL,
    montant INTEGER NOT NULL,
    fichier TEXT NOT NULL
);
CREATE INDEX intention_relance ON intention (relance);
CREATE TABLE intention_echeance (
    intention INTEGER NOT NULL REFERENCES intention (numero),
    piece TEXT NOT NULL,
    date_cle TEXT NOT NULL,
    niveau INTEGER NOT NULL,
    reedition INTEGER NOT NULL,
    montant INTEGER NOT NULL
);
CREATE INDEX intention_echeance_intention ON intention_echeance (intention);
CREATE TABLE issue (
    numero INTEGER PRIMARY KEY AUTOINCREMENT,
    horodatage TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    intention INTEGER NOT NULL REFERENCES intention (numero),
    statut TEXT NOT NULL,
    motif TEXT NOT NULL
);
CREATE INDEX issue_intention ON issue (intention);
CREATE TABLE annulation (
    numero INTEGER PRIMARY KEY AUTOINCREMENT,
    horodatage TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    intention INTEGER NOT NULL UNIQUE REFERENCES intention (numero)
);
CREATE VIEW etat AS
SELECT i.*,
       CASE
           WHEN EXISTS (SELECT 1 FROM annulation a WHERE a.intention = i.numero) THEN 'Annulée'
           ELSE COALESCE(
               (SELECT s.statut FROM issue s WHERE s.intention = i.numero ORDER BY s.numero DESC LIMIT 1),
               CASE WHEN i.sans_reprise THEN 'Douteuse' END)
       END AS statut,
       COALESCE((SELECT s.motif FROM issue s WHERE s.intention = i.numero ORDER BY s.numero DESC LIMIT 1), '') AS motif
FROM intention i
WHERE i.numero = (SELECT MAX(d.numero) FROM intention d WHERE d.relance = i.relance);
"""

_TABLES = ("intention", "intention_echeance", "issue", "annulation")
_INVIOLABLE = "".join(
    f"""
CREATE TRIGGER {table}_sans_{nom} BEFORE {verbe} ON {table}
BEGIN SELECT RAISE(ABORT, 'le journal ne s''écrit que par ajouts'); END;"""
    for table in _TABLES
    for nom, verbe in (("modification", "UPDATE"), ("suppression", "DELETE"))
)


@dataclass(frozen=True, slots=True)
class EcheanceRelancee:
    """Une échéance d'une relance : montant en unités minimales, niveau de l'échéance (contrat §4.3)."""

    piece: str
    date_cle: date
    niveau: int
    reedition: bool
    montant: int


@dataclass(frozen=True, slots=True)
class Intention:
    """Une relance sur le point de sortir.

    sans_reprise : la sortie ne peut pas être refaite sans risque de double (envoi SMTP, impression) ;
    montant : net à relancer, en unités minimales ; fichier : lettre, relative au dossier.
    """

    relance: str
    lot: str
    date: date
    code_client: str
    raison_sociale: str
    devise: str
    niveau: int
    reedition: bool
    sortie: str
    sans_reprise: bool
    montant: int
    fichier: str
    echeances: Sequence[EcheanceRelancee]


@dataclass(frozen=True, slots=True)
class Etat:
    """Où en est une relance : `statut` None si rien n'est sorti (interrompue avant)."""

    intention: int
    relance: str
    lot: str
    statut: Statut | None
    sortie: str
    fichier: str
    motif: str

    @property
    def comptee(self) -> bool:
        return self.statut in COMPTENT


class Historique:
    """Le journal ouvert ; à employer avec `with`."""

    def __init__(self, connexion: sqlite3.Connection) -> None:
        self._base = connexion

    @classmethod
    @contextmanager
    def ouvrir(cls, chemin: Path) -> Iterator[Self]:
        """Ouvre le journal pour y écrire ; le crée s'il n'existe pas.

        Journal de retour arrière sur disque, jamais de WAL : sûr sur un partage réseau (sqlite.org/wal.html).
        """
        with _messages(chemin), closing(sqlite3.connect(chemin, timeout=30, isolation_level=None)) as base:
            base.execute("PRAGMA journal_mode=DELETE")
            base.execute("PRAGMA synchronous=FULL")
            base.execute("PRAGMA foreign_keys=ON")
            _preparer(base, chemin)
            yield cls(base)

    @classmethod
    @contextmanager
    def consulter(cls, chemin: Path) -> Iterator[Self]:
        """Ouvre le journal pour le lire ; absent ou vide, il se lit comme un journal neuf, sans être créé.

        Ouvert en écriture s'il le permet (sinon SQLite l'ouvre en lecture) : une transaction coupée net ne se défait
        qu'à ce prix. Par son chemin, jamais par une adresse « file: » : SQLite n'y admet pas de partage Windows.
        """
        if chemin.is_file() and chemin.stat().st_size:
            with _messages(chemin), closing(sqlite3.connect(chemin, timeout=30, isolation_level=None)) as base:
                _verifier_version(base, chemin)
                yield cls(base)
        else:
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
                _preparer(base, chemin)
                yield cls(base)

    @contextmanager
    def ensemble(self) -> Iterator[None]:
        """Groupe des écritures : toutes ou aucune, un seul vidage sur disque."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:  # disque plein : SQLite a parfois déjà tout défait
                self._base.execute("ROLLBACK")
            raise

    def annoncer(self, intention: Intention) -> int:
        """Note qu'une relance va sortir ; rend le numéro de l'intention, à confirmer."""
        with self._d_un_bloc():
            curseur = self._base.execute(
                "INSERT INTO intention (relance, lot, date, code_client, raison_sociale, devise, niveau, reedition, sortie,"
                " sans_reprise, montant, fichier) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (intention.relance, intention.lot, intention.date.isoformat(), intention.code_client,
                 intention.raison_sociale, intention.devise, intention.niveau, intention.reedition, intention.sortie,
                 intention.sans_reprise, intention.montant, intention.fichier),
            )  # fmt: skip
            numero = curseur.lastrowid
            assert numero is not None
            self._base.executemany(
                "INSERT INTO intention_echeance VALUES (?,?,?,?,?,?)",
                [(numero, e.piece, e.date_cle.isoformat(), e.niveau, e.reedition, e.montant) for e in intention.echeances],
            )
        return numero

    def conclure(self, intention: int, statut: Statut, motif: str = "") -> None:
        """Note ce qu'il est advenu d'une intention."""
        self._base.execute("INSERT INTO issue (intention, statut, motif) VALUES (?,?,?)", (intention, statut.value, motif))

    def annuler(self, relances: Iterable[str]) -> None:
        """Annule des relances comptées : toutes ou aucune."""
        etats = self.etats()
        with self.ensemble():
            self._base.executemany("INSERT INTO annulation (intention) VALUES (?)", [(etats[relance].intention,) for relance in relances])

    def etats(self, lot: str | None = None) -> dict[str, Etat]:
        """Relance → son état, dans l'ordre du journal ; celles d'un lot, ou toutes."""
        lignes = self._base.execute(
            "SELECT numero, relance, lot, statut, sortie, fichier, motif FROM etat WHERE ?1 IS NULL OR lot = ?1 ORDER BY numero",
            (lot,),
        )
        return {
            relance: Etat(numero, relance, lot_, Statut(statut) if statut else None, sortie, fichier, motif)
            for numero, relance, lot_, statut, sortie, fichier, motif in lignes
        }

    def lots(self) -> list[str]:
        """Les lots dont le journal garde trace."""
        return [lot for (lot,) in self._base.execute("SELECT DISTINCT lot FROM intention")]

    def journal(self, sauf: Iterable[str] = ()) -> pd.DataFrame:
        """Les échéances des relances comptées (§4.3), une ligne par relance et échéance ; pour la décision.

        Colonnes : relance, lot, date, code_client, devise, niveau (de l'échéance), reedition, statut, piece,
        date_cle, montant. sauf : relances dont on ne tient pas compte (celles qu'on est en train de refaire).
        """
        marques = ",".join("?" * len(COMPTENT))
        table = pd.read_sql_query(
            "SELECT e.relance, e.lot, e.date, e.code_client, e.devise, l.niveau, l.reedition, e.statut, l.piece,"
            " l.date_cle, l.montant FROM etat e JOIN intention_echeance l ON l.intention = e.numero"
            f" WHERE e.statut IN ({marques}) ORDER BY e.numero, l.rowid",
            self._base,
            params=tuple(statut.value for statut in COMPTENT),
        )
        table[c.DATE] = pd.to_datetime(table[c.DATE]).astype("datetime64[s]")
        table[c.DATE_CLE] = pd.to_datetime(table[c.DATE_CLE]).astype("datetime64[s]")
        textes = (c.RELANCE, c.LOT, c.CODE_CLIENT, c.DEVISE, c.STATUT, c.PIECE)
        table = table.astype({**dict.fromkeys(textes, "str"), c.NIVEAU: "int64", c.REEDITION: "bool", c.MONTANT: "int64"})
        return table[~table[c.RELANCE].isin(set(sauf))].reset_index(drop=True)

    def releve(self) -> pd.DataFrame:
        """Le journal à montrer, une ligne par relance (export §7) ; montant en unités minimales.

        Colonnes : relance, lot, date, code_client, devise, niveau, reedition, sortie, statut, montant,
        nb_echeances, fichier.
        """
        table = pd.read_sql_query(
            "SELECT e.relance, e.lot, e.date, e.code_client, e.devise, e.niveau, e.reedition, e.sortie, e.statut,"
            " e.montant, (SELECT COUNT(*) FROM intention_echeance l WHERE l.intention = e.numero) AS nb_echeances,"
            " e.fichier FROM etat e WHERE e.statut IS NOT NULL ORDER BY e.numero",
            self._base,
        )
        table[c.DATE] = pd.to_datetime(table[c.DATE]).astype("datetime64[s]")
        return table.astype({c.REEDITION: "bool"})

    @contextmanager
    def _d_un_bloc(self) -> Iterator[None]:
        """Une transaction, ou celle de l'`ensemble` en cours."""
        if self._base.in_transaction:
            yield
        else:
            with self.ensemble():
                yield


def _preparer(base: sqlite3.Connection, chemin: Path) -> None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version == 0 and not base.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        base.executescript(f"BEGIN; {_SCHEMA} {_INVIOLABLE} PRAGMA user_version={VERSION}; COMMIT;")
    else:
        _verifier_version(base, chemin)


def _verifier_version(base: sqlite3.Connection, chemin: Path) -> None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise ErreurUtilisateur(
            Faute(
                f"ce journal est d'une autre version ({version}) que celle attendue ({VERSION})",
                "mettez relances_xl à jour, ou vérifiez que ce fichier est bien le journal des relances",
                fichier=str(chemin),
            )
        )


@contextmanager
def _messages(chemin: Path) -> Iterator[None]:
    """Une panne de la base se dit en français, avec son remède."""
    try:
        yield
    except sqlite3.DatabaseError as erreur:
        code = getattr(erreur, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # les huit premiers bits : le genre de panne
        message, remede = _PANNES.get(code, (f"le journal est illisible ({erreur})", "rétablissez-le depuis une sauvegarde"))
        raise ErreurUtilisateur(Faute(message, remede, fichier=str(chemin))) from erreur


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
