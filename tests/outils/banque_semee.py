"""Mille virements semés : on sait qui a payé quoi, et on les écrit comme les banques les écrivent.

Noms mal orthographiés ou coupés, plusieurs factures par virement, paiements partiels, frais retenus, référence coupée ou
absente, et des virements de gens qui ne doivent rien. `python banque_semee.py` donne la précision et le rappel.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import fabrique as f
import pandas as pd

from relances_xl.decision.encaisser.rapprocher import SURS, rapprocher_banque
from relances_xl.domaine import tables as c
from relances_xl.domaine.schemas import ENCAISSEMENTS

JOUR = date(2026, 3, 31)
_NOMS = (
    "Lefèvre Boulangerie Martin Garage Dubois Menuiserie Rousseau Charpente Girard Transports Bonnet Imprimerie Fontaine Peinture Chevalier"
    " Robin Maçonnerie Masson Serrurerie Gauthier Traiteur Perrin Fleuriste Clément Pharmacie Nicolas Optique Mathieu Pressing Lemoine Cycles"
    " Barbier Ambulances Brunet Couverture Schmitt Électricité Colin Paysages Vidal Informatique Caron Négoce Aubert Conseil Picard Vins Renard"
).split()
_FORMES = ("SARL", "SAS", "EURL", "SA", "", "Établissements", "Société")


@dataclass(frozen=True)
class Vrai:
    """Qui a payé quoi : vide pour un virement sans rapport."""

    code: str
    pieces: frozenset[str]


def semer(graine: int = 1, clients: int = 250, virements: int = 1000) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str], list[Vrai]]:
    """(encaissements, lignes de l'export, code → nom, la vérité de chaque encaissement dans l'ordre de la table)."""
    hasard = random.Random(graine)
    noms: dict[str, str] = {}
    while len(noms) < clients:
        nom = " ".join(filter(None, (hasard.choice(_FORMES), *hasard.sample(_NOMS, 2), hasard.choice(("", "Lyon", "Nantes", "Sud")))))
        if nom not in noms.values():
            noms[f"C{len(noms):04d}"] = nom
    pieces: dict[str, list[tuple[str, int]]] = {}
    rangees: list[tuple[str, str, date, int]] = []
    for code in noms:
        for _ in range(hasard.randint(2, 9)):
            piece = f"FA{2026}{len(rangees):05d}"
            montant = hasard.choice((hasard.randint(1_500, 900_000), hasard.randint(10, 90) * 1_000))
            pieces.setdefault(code, []).append((piece, montant))
            rangees.append((code, piece, JOUR - timedelta(days=hasard.randint(1, 120)), montant))
    lignes = f.echeances(
        *(
            {
                c.CODE_CLIENT: code,
                c.RAISON_SOCIALE: noms[code],
                c.PIECE: piece,
                c.DATE_ECHEANCE: quand,
                c.RESTE_DU: Decimal(montant).scaleb(-2),
            }
            for code, piece, quand, montant in rangees
        )
    )
    encaisses, verite = [], []
    restantes = {code: list(du_client) for code, du_client in pieces.items()}
    for rang in range(virements):
        code = hasard.choice([code for code, du_client in restantes.items() if du_client] or list(noms))
        nombre = min(hasard.choice((1, 1, 1, 1, 2, 3)), len(restantes[code]))
        if not nombre or hasard.random() < 0.15:
            libelle, montant, vrai = _etranger(hasard)
        else:
            choisies = [restantes[code].pop(hasard.randrange(len(restantes[code]))) for _ in range(nombre)]
            total = sum(montant for _, montant in choisies)
            libelle, montant = _ecrire(hasard, noms[code], [piece for piece, _ in choisies], total)
            vrai = Vrai(code, frozenset(piece for piece, _ in choisies))
        encaisses.append(("releve.ofx", rang + 1, JOUR - timedelta(days=hasard.randint(0, 20)), libelle, montant, "EUR"))
        verite.append(vrai)
    table = ENCAISSEMENTS.table(*(dict(zip(ENCAISSEMENTS.noms, rang, strict=True)) for rang in encaisses))
    ordre = table.sort_values([c.DATE, c.MONTANT], kind="stable").index
    return table.loc[ordre].reset_index(drop=True), lignes, noms, [verite[i] for i in ordre]


def _etranger(hasard: random.Random) -> tuple[str, int, Vrai]:
    libelle = hasard.choice(
        ("VIR SEPA URSSAF REMBOURSEMENT", "REMISE CB 4512", "VIR DGFIP CREDIT TVA 2026", "VIR INST DURAND PAUL LOYER", "REM CHQ 0001234")
    )
    return libelle, hasard.randint(1_000, 900_000), Vrai("", frozenset())


def _ecrire(hasard: random.Random, nom: str, pieces: list[str], total: int) -> tuple[str, int]:
    """Le libellé et le montant tels qu'ils arrivent."""
    ecrit = nom.upper()
    sort = hasard.random()
    if sort < 0.25:
        place = hasard.randrange(3, len(ecrit) - 1)
        ecrit = ecrit[:place] + hasard.choice("AEIRST") + ecrit[place + 1 :]
    elif sort < 0.4:
        ecrit = ecrit[: max(12, len(ecrit) - 5)]
    reference = hasard.random()
    if reference < 0.5:
        motif = " ".join(pieces)
    elif reference < 0.65:
        motif = " ".join(piece[:2] + "-" + piece[2:6] + "-" + piece[6:] for piece in pieces)
    elif reference < 0.75:
        motif = pieces[0][:-3]
    else:
        motif = hasard.choice(("", "REGLEMENT FACTURE", "SOLDE"))
    montant = total
    if (tirage := hasard.random()) < 0.06:
        montant -= hasard.choice((1_500, 800, 2_000)) if total > 50_000 else 0
    elif tirage < 0.14:
        montant = total * hasard.choice((30, 50, 70)) // 100
    return f"VIR SEPA RECU {ecrit} {motif}".strip(), montant


def mesurer(graine: int = 1, **tailles: int) -> tuple[float, float]:
    """(précision, rappel) des certains et des probables : bon client, et au moins une des pièces vraiment payées."""
    encaissements, lignes, noms, verite = semer(graine, **tailles)
    rendu = rapprocher_banque(encaissements, lignes, noms)
    surs = rendu[c.RAPPROCHEMENT].isin(SURS)
    justes = [
        code == vrai.code and bool(vrai.pieces & set(pieces.split("; ")))
        for code, pieces, vrai in zip(rendu[c.CODE_CLIENT], rendu[c.PIECES], verite, strict=True)
    ]
    dits = [juste for juste, sur in zip(justes, surs, strict=True) if sur]
    payes = sum(bool(vrai.code) for vrai in verite)
    return sum(dits) / max(1, len(dits)), sum(dits) / payes


if __name__ == "__main__":
    for graine in range(1, 4):
        precision, rappel = mesurer(graine)
        print(f"graine {graine} : précision {precision:.2%}, rappel {rappel:.2%}")
