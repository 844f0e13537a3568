"""Le journal des relances : SQLite, ajouts seulement (contrat §7).

Une relance qui va sortir laisse une *intention* (avec ses échéances), puis une *issue* quand elle est sortie ; une
annulation est une ligne de plus. L'état d'une relance est celui de sa dernière intention : son annulation s'il y en
a une, sinon sa dernière issue, sinon « Douteuse » si la sortie ne se reprend pas (courriel parti, papier), sinon rien.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Self

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.schemas import JOURNAL, RELANCES_RECUES
from relances_xl.domaine.selection import cle_de_code, cles_de_codes
from relances_xl.domaine.statuts import Statut
from relances_xl.historique import requetes
from relances_xl.historique import schema_du_journal as schema
from relances_xl.historique.faits import Etat, Intention
from relances_xl.historique.garde import controler, pannes_en_francais, proteger, refuser_une_autre_version, sauvegarde_de_migration

_ATTENTE = 30  # secondes laissées à un autre programme pour finir ce qu'il écrit au journal

COLONNES_DU_RELEVE = (
    c.RELANCE, c.LOT, c.DATE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.NIVEAU, c.REEDITION, c.SORTIE, c.STATUT, c.MONTANT,
    c.NB_ECHEANCES, c.FICHIER, c.NUMERO_DE_DEPOT, c.DATE_DE_DEPOT,
)  # fmt: skip
"""Une ligne par relance : l'export du contrat §7, avec la raison sociale."""


class Historique:
    """Le journal ouvert ; à employer avec `with`."""

    def __init__(self, connexion: sqlite3.Connection) -> None:
        self._base = connexion

    @classmethod
    @contextmanager
    def ouvrir(cls, chemin: Path, *, controle: bool = True) -> Iterator[Self]:
        """Ouvre le journal pour y écrire ; le crée s'il n'existe pas, le contrôle, et fait sien celui de 0.1.0, copie gardée.

        controle : faux s'il vient de l'être (`sauvegarder`) : un long journal ne se parcourt pas deux fois.

        Journal de retour arrière sur disque, jamais de WAL ni de mémoire partagée : sûr sur un partage réseau
        (sqlite.org/wal.html, sqlite.org/mmap.html).
        """
        with pannes_en_francais(chemin), closing(_connecter(chemin)) as base:
            for reglage in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON"):
                base.execute(f"PRAGMA {reglage}")
            if schema.est_neuf(base):
                schema.creer(base)
                proteger(chemin)
            else:
                if controle:
                    controler(base, chemin)
                if schema.version(base) == 1:
                    sauvegarde_de_migration(chemin)
                    schema.migrer(base)
                refuser_une_autre_version(base, chemin)
            yield cls(base)

    @classmethod
    @contextmanager
    def consulter(cls, chemin: Path) -> Iterator[Self]:
        """Ouvre le journal pour le lire, sans y changer un octet ; absent ou vide, il se lit comme un journal neuf.

        Ouvert en écriture s'il le permet (sinon SQLite l'ouvre en lecture) : une transaction coupée net ne se défait
        qu'à ce prix. Par son chemin, jamais par une adresse « file: » : SQLite n'y admet pas de partage Windows.
        """
        present = chemin.is_file() and chemin.stat().st_size > 0
        ici = chemin if present else ":memory:"
        with pannes_en_francais(chemin), closing(_connecter(ici)) as base, closing(_connecter(":memory:")) as copie:
            if schema.est_neuf(base):  # absent, ou coupé net à sa création, qui s'est défaite à l'ouverture
                schema.creer(copie)
                yield cls(copie)
            elif schema.version(base) == 1:  # celui de 0.1.0, que la prochaine production fera sien
                base.backup(copie)
                schema.migrer(copie)
                yield cls(copie)
            else:
                refuser_une_autre_version(base, chemin)
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
                " sans_reprise, montant, fichier, cle_client, essai, tentative, total_reclame) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (intention.relance, intention.lot, intention.date.isoformat(), intention.code_client,
                 intention.raison_sociale, intention.devise, intention.niveau, intention.reedition, intention.sortie,
                 intention.sans_reprise, intention.montant, intention.fichier, cle_de_code(intention.code_client),
                 intention.essai, intention.tentative, intention.total_reclame),
            )  # fmt: skip
            numero = curseur.lastrowid
            assert numero is not None
            self._base.executemany(
                "INSERT INTO intention_echeance (intention, piece, date_cle, niveau, reedition, montant, cle_piece) VALUES (?,?,?,?,?,?,?)",
                [
                    (numero, e.piece, e.date_cle.isoformat(), e.niveau, e.reedition, e.montant, cle_de_code(e.piece))
                    for e in intention.echeances
                ],
            )
        return numero

    def conclure(self, intention: int, statut: Statut, motif: str = "") -> None:
        """Note ce qu'il est advenu d'une intention."""
        self._base.execute("INSERT INTO issue (intention, statut, motif) VALUES (?,?,?)", (intention, statut.value, motif))

    def annuler(self, relances: Iterable[str]) -> None:
        """Annule des relances sorties : toutes ou aucune."""
        numeros = [(etat.intention,) for etat in self.etats(relances=relances).values()]
        with self.ensemble():
            self._base.executemany("INSERT INTO annulation (intention) VALUES (?)", numeros)

    def noter_depot(self, relance: str, numero: str, jour: date) -> None:
        """Note le dépôt d'une lettre recommandée ; une correction est une ligne de plus, la dernière vaut."""
        self._base.execute(
            "INSERT INTO depot (intention, numero_de_depot, date_de_depot) SELECT intention, ?2, ?3 FROM situation WHERE relance = ?1",
            (relance, numero, jour.isoformat()),
        )

    def depots(self) -> dict[str, tuple[str, date]]:
        """Relance → numéro et date de son dépôt en recommandé."""
        lignes = self._base.execute(
            "SELECT s.relance, d.numero_de_depot, d.date_de_depot FROM depot d JOIN situation s USING (intention) ORDER BY d.numero"
        )
        return {relance: (numero, date.fromisoformat(jour)) for relance, numero, jour in lignes}

    def etats(self, lot: str | None = None, *, relances: Iterable[str] | None = None) -> dict[str, Etat]:
        """Relance → son état, dans l'ordre du journal : celles d'un lot, celles nommées, ou toutes."""
        choix, parametres = ("1", ()) if lot is None else ("s.lot = ?", (lot,))
        if relances is not None:
            choix, parametres = "s.relance IN (SELECT value FROM json_each(?))", (json.dumps([*relances]),)
        lignes = self._base.execute(
            "SELECT s.intention, s.relance, s.lot, i.date, s.statut, i.sortie, i.fichier,"
            " COALESCE((SELECT u.motif FROM issue u WHERE u.intention = s.intention ORDER BY u.numero DESC LIMIT 1), ''),"
            " i.code_client, i.raison_sociale, i.devise, i.niveau, i.montant, i.total_reclame, i.essai, i.tentative"
            f" FROM situation s JOIN intention i ON i.numero = s.intention WHERE {choix} ORDER BY s.intention",
            parametres,
        )
        return {
            relance: Etat(numero, relance, lot_, date.fromisoformat(jour), Statut(statut) if statut else None, *reste)
            for numero, relance, lot_, jour, statut, *reste in lignes
        }

    def etat(self, relance: str) -> Etat | None:
        """L'état d'une relance ; None si le journal ne la connaît pas."""
        return self.etats(relances=[relance]).get(relance)

    def combien(self) -> int:
        """Combien de relances le journal connaît."""
        return int(self._base.execute("SELECT COUNT(*) FROM situation").fetchone()[0])

    def douteuses(self) -> list[str]:
        """Celles qu'il faut régler, de la plus ancienne à la plus récente."""
        choix = "SELECT relance FROM situation WHERE statut = ? ORDER BY intention"
        return [relance for (relance,) in self._base.execute(choix, (Statut.DOUTEUSE.value,))]

    def lots(self) -> dict[str, bool]:
        """Les lots dont le journal garde trace, du plus ancien au plus récent : une de leurs relances au moins compte-t-elle ?"""
        lots = self._base.execute(requetes.LOTS).fetchall()
        return {lot: bool(compte) for lot, compte in sorted(lots, key=lambda rang: (rang[0].rpartition("_")[0], len(rang[0]), rang[0]))}

    def comptes(self, codes: Sequence[str], devises: Sequence[str]) -> pd.DataFrame:
        """Ceux de ces comptes qui ont été relancés : le schéma RELANCES_RECUES.

        codes, devises : client et devise de chacun ; les répétitions ne comptent pas.
        """
        demandes: dict[str, list[str]] = {}
        for code, devise in dict.fromkeys(zip(codes, devises, strict=True)):
            demandes.setdefault(devise, []).append(code)
        lignes = [
            (client, devise, nombre, jour)
            for devise, clients in demandes.items()
            for client, nombre, jour in self._base.execute(
                requetes.COMPTES, (json.dumps(list(dict.fromkeys(cles_de_codes(clients)))), devise)
            )
            if nombre
        ]
        return RELANCES_RECUES.lue(lignes)

    def journal(self, sauf: Iterable[str] = ()) -> pd.DataFrame:
        """Les échéances des relances comptées (§4.3), une ligne par relance et échéance : le schéma JOURNAL.

        sauf : relances dont on ne tient pas compte (celles qu'on est en train de refaire).
        """
        return JOURNAL.lue(self._base.execute(requetes.ECHEANCES, [json.dumps([*sauf])]).fetchall())

    def journal_des_lots(self, lots: Iterable[str]) -> pd.DataFrame:
        """Tout ce que ces lots ont relancé : le schéma JOURNAL."""
        return JOURNAL.lue(self._base.execute(requetes.ECHEANCES_DES_LOTS, [json.dumps([*lots])]).fetchall())

    def journal_des_pieces(
        self, codes: Sequence[str], pieces: Sequence[str], sauf: Iterable[str] = (), sauf_lots: Iterable[str] = ()
    ) -> pd.DataFrame:
        """Le passé de ces pièces, trouvé par index : le schéma JOURNAL.

        codes, pieces : client et numéro de chacune, comparés sans casse, espaces ni zéros de tête ; sauf, sauf_lots : relances et
        lots dont on ne tient pas compte. Un même numéro chez mille clients ne se cherche qu'une fois : les leurs se trient ensuite.
        """
        numeros = cles_de_codes(pieces)
        parametres = [json.dumps([*valeurs]) for valeurs in (sorted(dict.fromkeys(numeros)), sauf, sauf_lots)]
        lignes = self._base.execute(requetes.ECHEANCES_DES_PIECES, parametres).fetchall()
        trouves = {ligne[-1] for ligne in lignes}
        couples = [(code, numero) for code, numero in zip(codes, numeros, strict=True) if numero in trouves]
        voulus = set(zip(cles_de_codes([code for code, _ in couples]), (numero for _, numero in couples), strict=True))
        return JOURNAL.lue([ligne[:-2] for ligne in lignes if ligne[-2:] in voulus])

    def releve(self, client: str | None = None) -> pd.DataFrame:
        """Le journal à montrer, une ligne par relance : COLONNES_DU_RELEVE ; montant en unités minimales.

        client : ses relances seulement, code comparé sans casse, espaces ni zéros de tête.
        """
        choix = "" if client is None else " AND i.cle_client = ?"
        lignes = self._base.execute(
            "SELECT s.relance, s.lot, i.date, i.code_client, i.raison_sociale, i.devise, i.niveau, i.reedition, i.sortie, s.statut,"
            " i.montant, (SELECT COUNT(*) FROM intention_echeance l WHERE l.intention = i.numero), i.fichier,"
            " COALESCE(d.numero_de_depot, ''), d.date_de_depot"
            " FROM intention i JOIN situation s ON s.intention = i.numero"
            " LEFT JOIN depot d ON d.numero = (SELECT MAX(v.numero) FROM depot v WHERE v.intention = i.numero)"
            f" WHERE s.statut IS NOT NULL{choix} ORDER BY i.numero",
            () if client is None else (cle_de_code(client),),
        ).fetchall()
        table = pd.DataFrame(lignes, columns=list(COLONNES_DU_RELEVE))
        for jour in (c.DATE, c.DATE_DE_DEPOT):
            table[jour] = pd.to_datetime(table[jour]).astype("datetime64[s]")
        return table.astype({c.REEDITION: "bool", c.NIVEAU: "int64", c.MONTANT: "int64", c.NB_ECHEANCES: "int64"})

    def verifier(self, chemin: Path) -> list[str]:
        """Contrôle le journal de fond en comble ; rend les relances dont la situation n'est pas celle que disent les faits."""
        controler(self._base, chemin, complet=True)
        return schema.situation_fausse(self._base)

    def purger(self, avant: date) -> int:
        """Efface, pour de bon, les relances antérieures à `avant` ; rend leur nombre.

        Restent celles dont une échéance a été relancée depuis : son niveau en dépend encore.
        """
        with self.ensemble():
            schema.lever_les_interdits(self._base)
            anciennes = [json.dumps([numero for (numero,) in self._base.execute(requetes.ANCIENNES, (avant.isoformat(),))])]
            for table in ("situation", "depot", "annulation", "issue", "intention_echeance"):
                self._base.execute(f"DELETE FROM {table} WHERE intention IN (SELECT value FROM json_each(?))", anciennes)
            nombre = self._base.execute("DELETE FROM intention WHERE numero IN (SELECT value FROM json_each(?))", anciennes).rowcount
            schema.poser_les_interdits(self._base)
        self._base.execute("VACUUM")
        return nombre

    @contextmanager
    def _d_un_bloc(self) -> Iterator[None]:
        """Une transaction, ou celle de l'`ensemble` en cours."""
        if self._base.in_transaction:
            yield
        else:
            with self.ensemble():
                yield


def _connecter(chemin: Path | str) -> sqlite3.Connection:
    base = sqlite3.connect(chemin, timeout=_ATTENTE, isolation_level=None)
    base.execute("PRAGMA temp_store=MEMORY")
    return base
