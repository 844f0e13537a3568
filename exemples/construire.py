"""Construit les exports d'exemple : l'échéancier et le fichier clients d'un menuisier-agenceur inventé.

`python exemples/construire.py [DOSSIER]` écrit `echeances.xlsx`, `clients.xlsx` et `logo.png`, identiques d'une fois
à l'autre (graine et dates fixes). Arrêté au 31/03/2026 : les taux légaux du semestre sont connus.
"""

import random
import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import xlsxwriter
from entreprise import CLIENTS, Client, domaine, siren, telephone

from relances_xl.domaine.ecrits.dates import DelaiPaiement

REFERENCE = date(2026, 3, 31)
GRAINE = 20260331
FERIES = {(1, 1), (1, 11), (11, 11), (25, 12)}  # on n'y facture pas
CREE_LE = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Piece:
    """Une ligne de l'échéancier ; montants en centimes."""

    client: str
    date_piece: date
    echeance: date | str
    montant: int
    regle: int = 0
    nature: str = "Facture"
    devise: str = "EUR"
    mode: str = "Virement"
    module: str = "Ventes"
    exclure: str = ""
    litige: str = ""
    promesse: date | None = None
    niveau: int = 0
    relance: date | None = None
    reference: str = ""
    numero: str = ""


def jours(nombre: int) -> date:
    """Le jour à tant de jours de la date de référence."""
    return REFERENCE + timedelta(days=nombre)


@dataclass(frozen=True)
class Scenario:
    """Où tombe l'échéance (jours depuis la référence), ce qui a été relancé, la part réglée."""

    echeance: tuple[int, int]
    niveau: int = 0
    relance: tuple[int, int] = (0, 0)
    reglee: float = 0.0


SCENARIOS = {
    "À échoir": Scenario((1, 58)),
    "Soldée": Scenario((-120, -10), reglee=1.0),
    "En retard": Scenario((-38, -2)),
    "Partielle": Scenario((-45, -8), reglee=0.4),
    "Relancée 1": Scenario((-80, -45), 1, (-28, -16)),
    "Relancée 1 hier": Scenario((-50, -30), 1, (-11, -3)),
    "Relancée 2": Scenario((-115, -75), 2, (-30, -16)),
    "Relancée 2 hier": Scenario((-115, -75), 2, (-10, -4)),
    "Relancée 3": Scenario((-230, -130), 3, (-70, -25)),
    "Ancienne": Scenario((-1650, -700), 2, (-300, -120)),
}

NOMS = {client.code: client.nom for client in CLIENTS}
COMMERCIAUX = {client.code: client.commercial for client in CLIENTS}
DEVISES = {client.code: client.devise for client in CLIENTS}

EN_TETES_ECHEANCES: tuple[tuple[str, int, Callable[[Piece], object]], ...] = (
    ("Code client", 12, lambda p: p.client),
    ("Raison sociale", 38, lambda p: NOMS.get(p.client, "Client de passage")),
    ("N° pièce", 15, lambda p: p.numero),
    ("Nature", 11, lambda p: p.nature),
    ("Date pièce", 12, lambda p: p.date_piece),
    ("Date d'échéance", 15, lambda p: p.echeance),
    ("Montant TTC", 13, lambda p: p.montant / 100),
    ("Réglé", 13, lambda p: p.regle / 100),
    ("Reste dû", 13, lambda p: (p.montant - p.regle) / 100),
    ("Devise", 8, lambda p: p.devise),
    ("Mode de règlement", 18, lambda p: p.mode),
    ("Module", 10, lambda p: p.module),
    ("Exclure des relances", 20, lambda p: p.exclure),
    ("Litige", 28, lambda p: p.litige),
    ("Date de promesse", 16, lambda p: p.promesse),
    ("Niveau de relance", 17, lambda p: p.niveau or None),
    ("Date de relance", 15, lambda p: p.relance),
    ("Référence", 16, lambda p: p.reference),
    ("Commercial", 12, lambda p: COMMERCIAUX.get(p.client, "")),
)

EN_TETES_CLIENTS: tuple[tuple[str, int, Callable[[Client], object]], ...] = (
    ("Code client", 12, lambda c: c.code),
    ("Raison sociale", 40, lambda c: c.nom),
    ("Civilité", 19, lambda c: c.civilite),
    ("Contact", 22, lambda c: c.contact),
    ("Adresse 1", 30, lambda c: c.adresse),
    ("Adresse 2", 18, lambda c: c.complement),
    ("Code postal", 12, lambda c: c.code_postal),
    ("Ville", 24, lambda c: c.ville),
    ("Pays", 13, lambda c: c.pays),
    ("Email", 46, lambda c: c.email.format(domaine(c.nom))),
    ("Email relance", 38, lambda c: c.email_relance),
    ("Téléphone", 16, telephone),
    ("Langue", 9, lambda c: c.langue),
    ("Type de client", 15, lambda c: c.type),
    ("Exclure des relances", 20, lambda c: c.exclure),
    ("Envoi", 11, lambda c: c.envoi),
    ("Délai de paiement", 21, lambda c: c.delai),
    ("Commercial", 12, lambda c: c.commercial),
    ("SIREN", 12, siren),
    ("Procédure collective", 20, lambda c: c.procedure),
    ("Note", 58, lambda c: c.note),
)


def tirer(client: Client, scenario: Scenario, alea: random.Random) -> Piece:
    """Une facture du client dont l'échéance, selon son délai de paiement, tombe dans le scénario."""
    delai = DelaiPaiement.lire(client.delai)
    assert delai is not None, client.delai
    debut, fin = scenario.echeance
    while True:
        date_piece = jours(alea.randint(debut - 110, min(fin, -1)))
        echeance = delai.echeance(date_piece)
        if date_piece.weekday() < 5 and (date_piece.day, date_piece.month) not in FERIES and jours(debut) <= echeance <= jours(fin):
            break
    montant = alea.randrange(*client.montants)
    return Piece(
        client.code, date_piece, echeance, montant,
        regle=round(montant * scenario.reglee), devise=client.devise, mode=client.mode, niveau=scenario.niveau,
        relance=jours(alea.randint(*scenario.relance)) if scenario.niveau else None,
        reference=f"CDE-{alea.randint(1000, 9999)}" if alea.random() < 0.4 else "",
    )  # fmt: skip


def factures(alea: random.Random) -> list[Piece]:
    """Les factures des scénarios, et celles qui illustrent chaque motif."""
    pieces = []
    for client in CLIENTS:
        for morceau in client.scenarios.split(", "):
            nom, _, nombre = morceau.rpartition(" ")
            pieces += [tirer(client, SCENARIOS[nom], alea) for _ in range(int(nombre))]
    return [
        *pieces,
        Piece("C001", jours(-21), jours(-21), 4_250, mode="Carte bancaire", module="Comptoir"),
        Piece("C003", jours(-12), jours(-12), 11_880, mode="Espèces", module="Comptoir"),
        Piece("C027", jours(-8), jours(-8), 2_790, mode="Carte bancaire", module="Comptoir"),
        Piece("C012", jours(-62), jours(-32), 38_500, reference="TRANSPORT"),
        Piece("C018", jours(-70), jours(-40), 264_000, litige="Plan de travail rayé à la livraison"),
        Piece("C026", jours(-57), jours(-13), 91_200, litige="Oui"),
        Piece("C007", jours(-55), jours(-25), 187_440, promesse=jours(10)),
        Piece("C032", jours(-60), jours(-30), 73_800, promesse=jours(-16)),
        Piece("C021", jours(-90), jours(-31), 512_400, exclure="Oui", mode="Traite"),
        Piece("C034", jours(-75), jours(-45), 96_000, exclure="Échéancier accordé le 03/03/2026"),
    ]


def numeroter(pieces: Iterable[Piece], alea: random.Random) -> list[Piece]:
    """Les factures numérotées dans l'ordre de leurs dates ; les numéros sautés sont des factures réglées."""
    compteurs: dict[int, int] = {}
    numerotees = []
    for piece in sorted(pieces, key=lambda p: (p.date_piece, p.client, p.montant)):
        annee = piece.date_piece.year
        compteurs[annee] = compteurs.get(annee, 0) + alea.randint(1, 3)
        numerotees.append(replace(piece, numero=f"FA{annee}-{compteurs[annee]:04d}"))
    return numerotees


def echelonner(piece: Piece) -> list[Piece]:
    """La pièce en trois échéances : deux échues, une à échoir ; la première est déjà relancée."""
    tiers = piece.montant // 3
    return [
        replace(piece, echeance=jours(-62), montant=piece.montant - 2 * tiers, niveau=1, relance=jours(-20)),
        replace(piece, echeance=jours(-31), montant=tiers),
        replace(piece, echeance=jours(15), montant=tiers),
    ]


def credits(pieces: Sequence[Piece]) -> list[Piece]:
    """Avoirs, acompte et règlements non affectés : négatifs, comme les logiciels les exportent."""
    due = {p.client: p.numero for p in reversed(pieces) if p.montant > p.regle and p.echeance < REFERENCE}  # type: ignore[operator]

    def credit(client: str, numero: str, nature: str, il_y_a: int, montant: int, reference: str = "", mode: str = "") -> Piece:
        devise = DEVISES[client]
        return Piece(client, jours(-il_y_a), jours(-il_y_a), -montant, 0, nature, devise, mode, reference=reference, numero=numero)

    return [
        credit("C002", "AV2026-0003", "Avoir", 25, 32_400, due["C002"]),
        credit("C007", "AV2026-0005", "Avoir", 15, 12_000),
        credit("C012", "AV2026-0006", "Avoir", 13, 25_000, due["C012"]),
        credit("C024", "AC2026-0002", "Acompte", 40, 150_000, "Devis DE2026-0031"),
        credit("C014", "RG2026-0117", "Règlement", 6, 88_000, "Virement non affecté", "Virement"),
        credit("C027", "AV2026-0007", "Avoir", 8, 18_600),
        credit("C040", "AV2026-0002", "Avoir", 35, 320_000),
        credit("C009", "RG2026-0121", "Règlement", 4, 5_000, "Trop-perçu", "Virement"),
    ]


def anomalies(pieces: Sequence[Piece]) -> list[Piece]:
    """Trois lignes comme il s'en trouve : sans client, échéance en toutes lettres, ligne exportée deux fois."""
    return [
        Piece("", jours(-43), jours(-14), 15_600, numero="FA2026-0900"),
        Piece("C020", jours(-18), "à réception", 42_000, numero="FA2026-0901", mode="Prélèvement"),
        next(piece for piece in pieces if piece.client == "C039"),
    ]


def echeancier() -> list[Piece]:
    """Toutes les lignes de l'échéancier, par client puis échéance ; les anomalies à la fin."""
    alea = random.Random(GRAINE)
    pieces = numeroter(factures(alea), alea)
    echelonnee = replace(Piece("C024", jours(-92), jours(-62), 1_260_000, numero="FA2025-0950"), reference="CDE-2025-118")
    pieces += echelonner(echelonnee) + credits(pieces)
    pieces.sort(key=lambda p: (p.client, str(p.echeance), p.numero))
    return pieces + anomalies(pieces)


def ecrire_classeur(chemin: Path, onglet: str, colonnes: Sequence[tuple[str, int, Callable]], lignes: Iterable[object]) -> None:  # type: ignore[type-arg]
    """Un export tel qu'un logiciel de gestion l'écrit : un en-tête, des lignes, des dates et des nombres vrais."""
    with xlsxwriter.Workbook(chemin) as classeur:
        classeur.set_properties({"title": onglet, "author": "Atelier Ribeaucourt", "created": CREE_LE})
        titre = classeur.add_format({"bold": True, "bg_color": "#D9E2F0", "border": 1, "border_color": "#BFBFBF"})
        jour = classeur.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        montant = classeur.add_format({"num_format": "#,##0.00"})
        feuille = classeur.add_worksheet(onglet)
        feuille.freeze_panes(1, 0)
        for numero, (en_tete, largeur, _) in enumerate(colonnes):
            feuille.write_string(0, numero, en_tete, titre)
            feuille.set_column(numero, numero, largeur)
        derniere = 0
        for derniere, ligne in enumerate(lignes, start=1):
            for numero, (_, _, valeur_de) in enumerate(colonnes):
                match valeur_de(ligne):
                    case date() as valeur:
                        feuille.write_datetime(derniere, numero, valeur, jour)
                    case float() as valeur:
                        feuille.write_number(derniere, numero, valeur, montant)
                    case int() as valeur:
                        feuille.write_number(derniere, numero, valeur)
                    case str() as valeur if valeur:
                        feuille.write_string(derniere, numero, valeur)
        feuille.autofilter(0, 0, derniere, len(colonnes) - 1)
        feuille.ignore_errors({"number_stored_as_text": f"A1:Z{derniere + 1}"})


def dessiner_logo(cote: int = 160) -> bytes:
    """Un PNG : un disque bleu, trois lames de bois crème. Points lissés par quatre."""
    fond, bleu, creme = (255, 255, 255), (31, 78, 121), (240, 215, 165)

    def couleur(x: float, y: float) -> tuple[int, int, int]:
        if (x - 0.5) ** 2 + (y - 0.5) ** 2 > 0.235:
            return fond
        lame = any(abs(x - centre) < 0.055 and 0.22 + abs(x - 0.5) < y < 0.78 for centre in (0.32, 0.5, 0.68))
        return creme if lame else bleu

    rangees = []
    for j in range(cote):
        rangee = bytearray(b"\0")
        for i in range(cote):
            points = [couleur((i + a) / cote, (j + b) / cote) for a in (0.25, 0.75) for b in (0.25, 0.75)]
            rangee += bytes(sum(canal) // 4 for canal in zip(*points, strict=True))
        rangees.append(bytes(rangee))

    def bloc(nom: bytes, contenu: bytes) -> bytes:
        return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))

    en_tete = struct.pack(">IIBBBBB", cote, cote, 8, 2, 0, 0, 0)
    resolution = struct.pack(">IIB", 7874, 7874, 1)  # 200 points par pouce : 2 cm
    return (
        b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", en_tete) + bloc(b"pHYs", resolution)
        + bloc(b"IDAT", zlib.compress(b"".join(rangees), 9)) + bloc(b"IEND", b"")
    )  # fmt: skip


def construire(dossier: Path) -> None:
    """Écrit les trois fichiers de l'exemple dans ce dossier."""
    ecrire_classeur(dossier / "echeances.xlsx", "Échéancier", EN_TETES_ECHEANCES, echeancier())
    ecrire_classeur(dossier / "clients.xlsx", "Clients", EN_TETES_CLIENTS, CLIENTS)
    (dossier / "logo.png").write_bytes(dessiner_logo())


if __name__ == "__main__":
    construire(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
