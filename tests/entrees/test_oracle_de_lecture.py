"""Le contrat §3 « Ce que l'export veut dire » lu une seconde fois, ligne à ligne, sans rien de la maison que ses mots.

Chaque export est tiré au sort : natures, sens, états, cession, payeur, réglé, crédits sans pièce ni date. L'oracle dit de chaque
ligne qui doit, combien, et pourquoi elle ne se lit ou ne se relance pas ; le lecteur doit en dire autant.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.entrees.exports import lire_echeances

CREDITS = ("Avoir", "Note de crédit", "Credit note", "Refund", "Trop-perçu", "Remboursement", "Règlement", "Acompte reçu")
DETTES = ("Facture", "Facture d'acompte", "Demande d'acompte", "Invoice", "Impayé", "Rejet de prélèvement", "")
ECARTES = ("Brouillon", "Proforma", "Annulé", "Abandonnée", "Provisoire")
PAYES = ("Payée", "Réglée", "Soldée", "Lettrée")
ORDINAIRES = ("Validée", "Impayée", "Partiellement payée", "")


class Ligne(NamedTuple):
    code: str
    piece: str
    nature: str
    echeance: str
    montant: int
    regle: int
    etat: str
    cedee: str
    payeur: str


class Lue(NamedTuple):
    debiteur: str
    reste: int
    cause: str
    comptabilisee: bool
    cedee: bool
    livre: str


def lire_lentement(ligne: Ligne, deja: set[Ligne]) -> Lue:
    """Un paragraphe du contrat par question, dans l'ordre où il les pose."""
    credit = ligne.nature in CREDITS
    reste = 0 if ligne.etat in PAYES and not ligne.regle else ligne.montant - ligne.regle
    reste = -abs(reste) if credit else reste
    debiteur = ligne.payeur if ligne.payeur else ligne.code
    cause = ""
    if reste >= 0:  # un crédit se passe de pièce et de date, et se répète
        if not ligne.piece:
            cause = "PIECE_MANQUANTE"
        elif not ligne.echeance:
            cause = "DATE_ILLISIBLE"
        elif ligne in deja:
            cause = "DOUBLON"
    ecartee = ligne.etat in ECARTES or ligne.piece == "/"
    return Lue(debiteur, reste, cause, not ecartee, ligne.cedee == "Oui", ligne.code if debiteur != ligne.code else "")


@st.composite
def exports(tirer: st.DrawFn) -> list[Ligne]:
    lignes = []
    for rang in range(tirer(st.integers(2, 8))):
        nature = tirer(st.sampled_from((*CREDITS, *DETTES)))
        montant = tirer(st.integers(1, 10**6))
        ligne = Ligne(
            code=tirer(st.sampled_from(("C1", "C2", "0042"))),
            piece=tirer(st.sampled_from((f"F{rang}", f"F{rang}", f"F{rang}", "", "/"))),
            nature=nature,
            echeance=tirer(st.sampled_from(("31/01/2026", "28/02/2026", "30/04/2026", ""))),
            montant=montant,
            regle=tirer(st.sampled_from((0, 0, montant // 2, montant))),
            etat=tirer(st.sampled_from((*ORDINAIRES, *ORDINAIRES, *ECARTES, *PAYES))),
            cedee=tirer(st.sampled_from(("", "Non", "Oui"))),
            payeur=tirer(st.sampled_from(("", "", "CENT"))),
        )
        lignes += [ligne] * tirer(st.sampled_from((1, 1, 1, 2)))
    return lignes


def euros(centimes: int) -> str:
    return f"{centimes // 100},{centimes % 100:02d}" if centimes else ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lignes=exports())
def test_le_lecteur_dit_ce_que_dit_le_contrat_lu_lentement(tmp_path: Path, lignes: list[Ligne]) -> None:
    chemin = tmp_path / "export.csv"
    entete = "Code client;N° pièce;Type de pièce;Échéance;Montant TTC;Réglé;Statut;Cédée;Tiers payeur"
    textes = [";".join((*ligne[:4], euros(ligne.montant), euros(ligne.regle), *ligne[6:])) for ligne in lignes]
    chemin.write_text("\n".join([entete, *textes]) + "\n", encoding="utf-8")
    table = lire_echeances(chemin, {}, DelaiPaiement(30), None, date(2026, 3, 31)).lignes
    attendues, deja = [], set[Ligne]()
    for ligne in lignes:
        attendues.append(lire_lentement(ligne, deja))
        deja.add(ligne)
    champs = (table[champ] for champ in (c.CODE_CLIENT, c.RESTE_DU, c.CAUSE, c.NON_COMPTABILISEE, c.CEDEE, c.CLIENT_LIVRE))
    lues = [
        Lue(code, int(reste), cause, not ecartee, bool(cedee), livre)
        for code, reste, cause, ecartee, cedee, livre in zip(*champs, strict=True)
    ]
    assert lues == attendues


@pytest.mark.parametrize("nature", [*CREDITS, *DETTES])
def test_l_oracle_et_le_contrat_ont_les_memes_natures(tmp_path: Path, nature: str) -> None:
    (tmp_path / "e.csv").write_text(f"Client;Pièce;Type de pièce;Échéance;Solde\nC1;F1;{nature};31/01/2026;1,00\n", encoding="utf-8")
    reste = int(lire_echeances(tmp_path / "e.csv", {}, DelaiPaiement(30), None, date(2026, 3, 31)).lignes[c.RESTE_DU][0])
    assert reste == (-100 if nature in CREDITS else 100)
