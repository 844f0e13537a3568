"""La forme du journal (version 2) : les faits, qu'on ne fait qu'ajouter, et la situation qui s'en déduit.

`intention`, `intention_echeance`, `issue`, `annulation`, `depot` sont les faits : ni modification ni suppression. La table
`situation` n'en est pas un : une ligne par relance, tenue par des déclencheurs dans la même transaction, elle se
recalcule des faits à tout moment (vue `etat`). Elle évite de relire tout le passé pour savoir ce qui compte.
"""

import sqlite3

from relances_xl.domaine.selection import cle_de_code
from relances_xl.domaine.statuts import COMPTENT

VERSION = 2

_COMPTENT = ", ".join(f"'{statut.value}'" for statut in sorted(COMPTENT))

_FAITS = """
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
"""
"""Les tables de la version 1, telles que 0.1.0 les a créées : un journal neuf passe par elles comme un ancien."""

_VERSION_2 = f"""
DROP VIEW IF EXISTS etat;
ALTER TABLE intention ADD COLUMN cle_client TEXT NOT NULL DEFAULT '';
ALTER TABLE intention ADD COLUMN essai INTEGER NOT NULL DEFAULT 0;
ALTER TABLE intention ADD COLUMN tentative INTEGER NOT NULL DEFAULT 1;
ALTER TABLE intention ADD COLUMN total_reclame INTEGER;
ALTER TABLE intention_echeance ADD COLUMN cle_piece TEXT NOT NULL DEFAULT '';
UPDATE intention SET cle_client = cle_de_code(code_client);
UPDATE intention_echeance SET cle_piece = cle_de_code(piece);
CREATE INDEX intention_client ON intention (cle_client);
CREATE INDEX intention_lot ON intention (lot);
CREATE INDEX intention_echeance_piece ON intention_echeance (cle_piece);
CREATE TABLE depot (
    numero INTEGER PRIMARY KEY AUTOINCREMENT,
    horodatage TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    intention INTEGER NOT NULL REFERENCES intention (numero),
    numero_de_depot TEXT NOT NULL,
    date_de_depot TEXT NOT NULL
);
CREATE INDEX depot_intention ON depot (intention);
CREATE TABLE situation (
    intention INTEGER PRIMARY KEY,
    relance TEXT NOT NULL UNIQUE,
    lot TEXT NOT NULL,
    cle_client TEXT NOT NULL,
    devise TEXT NOT NULL,
    date TEXT NOT NULL,
    statut TEXT,
    comptee INTEGER NOT NULL
);
CREATE INDEX situation_lot ON situation (lot, comptee);
CREATE INDEX situation_compte ON situation (cle_client, devise, comptee, date);
CREATE VIEW etat AS
SELECT intention, relance, lot, cle_client, devise, date, statut, COALESCE(statut IN ({_COMPTENT}) AND NOT essai, 0) AS comptee
FROM (
    SELECT i.numero AS intention, i.relance, i.lot, i.cle_client, i.devise, i.date, i.essai,
           CASE
               WHEN EXISTS (SELECT 1 FROM annulation a WHERE a.intention = i.numero) THEN 'Annulée'
               ELSE COALESCE(
                   (SELECT s.statut FROM issue s WHERE s.intention = i.numero ORDER BY s.numero DESC LIMIT 1),
                   CASE WHEN i.sans_reprise THEN 'Douteuse' END)
           END AS statut
    FROM intention i
    WHERE i.numero = (SELECT MAX(d.numero) FROM intention d WHERE d.relance = i.relance)
);
INSERT INTO situation SELECT * FROM etat;
CREATE TRIGGER situation_voulue AFTER INSERT ON intention
BEGIN
    DELETE FROM situation WHERE relance = NEW.relance;
    INSERT INTO situation VALUES (
        NEW.numero, NEW.relance, NEW.lot, NEW.cle_client, NEW.devise, NEW.date, CASE WHEN NEW.sans_reprise THEN 'Douteuse' END, NEW.sans_reprise AND NOT NEW.essai);
END;
CREATE TRIGGER situation_conclue AFTER INSERT ON issue
BEGIN
    UPDATE situation
    SET statut = NEW.statut,
        comptee = NEW.statut IN ({_COMPTENT}) AND NOT (SELECT essai FROM intention WHERE numero = NEW.intention)
    WHERE intention = NEW.intention AND statut IS NOT 'Annulée';
END;
CREATE TRIGGER situation_annulee AFTER INSERT ON annulation
BEGIN
    UPDATE situation SET statut = 'Annulée', comptee = 0 WHERE intention = NEW.intention;
END;
"""

_COLONNES = ("intention", "relance", "lot", "cle_client", "devise", "date", "statut", "comptee")
_FAUSSES = f"""
SELECT e.relance FROM etat e LEFT JOIN situation s ON s.intention = e.intention
WHERE ({", ".join(f"s.{nom}" for nom in _COLONNES)}) IS NOT ({", ".join(f"e.{nom}" for nom in _COLONNES)})
UNION
SELECT s.relance FROM situation s WHERE NOT EXISTS (
    SELECT 1 FROM intention i
    WHERE i.numero = s.intention AND i.numero = (SELECT MAX(d.numero) FROM intention d WHERE d.relance = i.relance))
ORDER BY 1"""
"""Ligne à ligne, par index : un long journal ne se met pas en mémoire pour être comparé à lui-même."""

_TABLES = ("intention", "intention_echeance", "issue", "annulation", "depot")
_VERBES = {"modification": "UPDATE", "suppression": "DELETE"}

_INVIOLABLE = "".join(
    f"""
CREATE TRIGGER {table}_sans_{nom} BEFORE {verbe} ON {table}
BEGIN SELECT RAISE(ABORT, 'le journal ne s''écrit que par ajouts'); END;"""
    for table in _TABLES
    for nom, verbe in _VERBES.items()
)
_VIOLABLE = "".join(f"DROP TRIGGER IF EXISTS {table}_sans_{nom};" for table in _TABLES for nom in _VERBES)


def est_neuf(base: sqlite3.Connection) -> bool:
    """Rien n'y a jamais été écrit."""
    return version(base) == 0 and not base.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def version(base: sqlite3.Connection) -> int:
    """La version de la forme, 0 pour une base qui n'est pas un journal."""
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def creer(base: sqlite3.Connection) -> None:
    """Un journal neuf."""
    _executer(base, _FAITS + _VERSION_2 + _INVIOLABLE)


def migrer(base: sqlite3.Connection) -> None:
    """Un journal de la version 1 devient de la version 2, d'un bloc : ses faits restent, sa situation s'en déduit."""
    _executer(base, _VIOLABLE + _VERSION_2 + _INVIOLABLE)


def lever_les_interdits(base: sqlite3.Connection) -> None:
    """Permet la suppression, pour une purge ; `poser_les_interdits` la suit dans la même transaction."""
    _suite(base, _VIOLABLE)


def poser_les_interdits(base: sqlite3.Connection) -> None:
    """Rend les faits inviolables."""
    _suite(base, _INVIOLABLE)


def situation_fausse(base: sqlite3.Connection) -> list[str]:
    """Les relances dont la situation n'est pas celle que les faits disent (une retouche faite hors de l'outil)."""
    return [relance for (relance,) in base.execute(_FAUSSES)]


def _executer(base: sqlite3.Connection, ordres: str) -> None:
    base.create_function("cle_de_code", 1, cle_de_code, deterministic=True)
    base.execute("BEGIN IMMEDIATE")
    try:
        _suite(base, ordres)
        base.execute(f"PRAGMA user_version={VERSION}")
        base.execute("COMMIT")
    except BaseException:
        if base.in_transaction:
            base.execute("ROLLBACK")
        raise


def _suite(base: sqlite3.Connection, ordres: str) -> None:
    """Les ordres un à un : `executescript` finirait la transaction en cours."""
    ordre = ""
    for morceau in ordres.split(";"):
        ordre += morceau + ";"
        if sqlite3.complete_statement(ordre):
            base.execute(ordre)
            ordre = ""
