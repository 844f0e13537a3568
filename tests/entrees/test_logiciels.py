"""Un export de chaque logiciel, tel qu'il sort : titres, sous-totaux, cp1252, « 1 234,56 » — lu sans rien dire ni perdre."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.ecrits.montants import ESPACE, ecrire_nombre
from relances_xl.domaine.schemas import CLIENTS
from relances_xl.entrees.clients import lire_clients
from relances_xl.entrees.colonnes.logiciels import EXPORTS, Export
from relances_xl.entrees.colonnes.synonymes import LETTRAGE, MONTANT_CREDIT, MONTANT_DEBIT
from relances_xl.entrees.exports import Lecture, lire_echeances
from relances_xl.entrees.tiers.rapprochement import rapprocher

CENTIME = Decimal("0.01")


@dataclass(frozen=True)
class Piece:
    """Une échéance, que chaque logiciel écrit à sa façon."""

    code: str
    nom: str
    numero: str
    emise: date
    echue: date
    montant: Decimal
    regle: Decimal

    @property
    def reste(self) -> Decimal:
        return self.montant - self.regle


PIECES = (
    Piece("C001", "Hôtel du Théâtre", "FA-0101", date(2026, 1, 13), date(2026, 2, 12), Decimal("1234.56"), Decimal(0)),
    Piece("C001", "Hôtel du Théâtre", "FA-0102", date(2026, 1, 31), date(2026, 3, 2), Decimal("12345.60"), Decimal("2345.60")),
    Piece("C001", "Hôtel du Théâtre", "AV-0007", date(2026, 2, 3), date(2026, 2, 3), Decimal("-100.00"), Decimal(0)),
    Piece("C002", "Éts Noël & Fils", "FA-0103", date(2026, 2, 28), date(2026, 3, 30), Decimal("999.99"), Decimal(0)),
    Piece("C003", "NA", "0104", date(2026, 3, 15), date(2026, 4, 14), Decimal("1000000.00"), Decimal("0.01")),
)
ECHEANCIERS = [export for export in EXPORTS if export.fichier == "Échéances"]
FICHIERS_CLIENTS = [export for export in EXPORTS if export.fichier == "Clients"]
SOMME = int(sum((piece.reste for piece in PIECES), Decimal(0)) * 100)


def nom(export: Export) -> str:
    return f"{export.logiciel}, {export.etat}"


def cellule(piece: Piece, champ: str) -> object:
    """La valeur d'une colonne, selon le champ qu'elle porte. Sans colonne de règlement, seul le reste s'écrit."""
    debit = max(piece.reste, Decimal(0))
    return {
        c.CODE_CLIENT: piece.code,
        c.RAISON_SOCIALE: piece.nom,
        c.PIECE: piece.numero,
        c.DATE_PIECE: piece.emise,
        c.DATE_ECHEANCE: piece.echue,
        c.RESTE_DU: piece.reste,
        c.MONTANT: piece.montant,
        c.REGLE: piece.regle,
        MONTANT_DEBIT: debit or "",
        MONTANT_CREDIT: debit - piece.reste or "",
        LETTRAGE: "",
        c.DEVISE: "EUR",
        c.MODE_PAIEMENT: "Virement",
        c.NATURE: "Facture" if piece.reste > 0 else "Avoir",
    }.get(champ, "")


def en_texte(valeur: object, mille: str = ESPACE) -> str:
    if isinstance(valeur, Decimal):
        return ecrire_nombre(valeur, 2).replace(ESPACE, mille)
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else str(valeur)


def tableau(export: Export) -> list[list[object]]:
    """Les lignes de l'export, un sous-total après chaque client et un total au bout, comme le ferait un état imprimé."""
    champs = list(export.colonnes.values())
    lignes: list[list[object]] = []
    for code in dict.fromkeys(piece.code for piece in PIECES):
        siennes = [piece for piece in PIECES if piece.code == code]
        lignes += [[cellule(piece, champ) for champ in champs] for piece in siennes]
        lignes.append(total(f"Total {code}", champs, sum((piece.reste for piece in siennes), Decimal(0))))
    return [*lignes, [], total("Total général", champs, sum((piece.reste for piece in PIECES), Decimal(0)))]


def total(titre: str, champs: list[str], somme: Decimal) -> list[object]:
    rangee: list[object] = [somme if champ in (c.RESTE_DU, MONTANT_DEBIT) else "" for champ in champs]
    rangee[next(i for i, valeur in enumerate(rangee) if valeur == "")] = titre
    return rangee


TITRES: list[list[object]] = [["SARL Exemple", "", "Édité le 31/03/2026"], ["Échéancier des clients"], []]


def en_csv(chemin: Path, export: Export, separateur: str, encodage: str, mille: str) -> Path:
    rangees: list[list[object]] = [*TITRES, list(export.colonnes), *tableau(export)]
    texte = "\r\n".join(separateur.join(en_texte(valeur, mille) for valeur in rangee) for rangee in rangees)
    chemin.write_bytes(texte.encode(encodage))
    return chemin


def en_classeur(chemin: Path, export: Export, cellule_de: Callable[[object], object] = lambda valeur: valeur) -> Path:
    classeur = openpyxl.Workbook()
    rangees: list[list[object]] = [*TITRES, list(export.colonnes), *tableau(export)]
    for rangee in rangees:
        classeur.active.append([cellule_de(valeur) for valeur in rangee])  # type: ignore[union-attr]
    classeur.save(chemin)
    return chemin


def verifier(lecture: Lecture, export: Export) -> None:
    lignes = lecture.lignes
    assert lecture.avertissements == ()
    assert lignes[c.CAUSE].tolist() == [""] * len(PIECES)
    assert lignes[c.RESTE_DU].tolist() == [int(piece.reste * 100) for piece in PIECES]
    assert int(lignes[c.RESTE_DU].sum()) == SOMME
    assert lignes[c.CODE_CLIENT].tolist() == [piece.code for piece in PIECES]
    assert lignes[c.PIECE].tolist() == [piece.numero for piece in PIECES]
    champs = set(export.colonnes.values())
    if c.DATE_ECHEANCE in champs:
        assert lignes[c.DATE_ECHEANCE].dt.date.tolist() == [piece.echue for piece in PIECES]
    if c.RAISON_SOCIALE in champs:
        assert lignes[c.RAISON_SOCIALE].tolist() == [piece.nom for piece in PIECES]
    assert lecture.appariement == {champ: entete for entete, champ in export.colonnes.items() if champ}
    assert lecture.hors_tableau >= len(TITRES) + 4


def lire(chemin: Path) -> Lecture:
    return lire_echeances(chemin, {}, DelaiPaiement(), None, date(2026, 3, 31))


@pytest.mark.parametrize("export", ECHEANCIERS, ids=nom)
def test_en_csv_cp1252_avec_titres_et_sous_totaux(tmp_path: Path, export: Export) -> None:
    verifier(lire(en_csv(tmp_path / "export.csv", export, ";", "cp1252", ESPACE)), export)


@pytest.mark.parametrize("export", ECHEANCIERS, ids=nom)
def test_en_texte_tabule_utf_8(tmp_path: Path, export: Export) -> None:
    verifier(lire(en_csv(tmp_path / "export.txt", export, "\t", "utf-8-sig", " ")), export)


@pytest.mark.parametrize("export", ECHEANCIERS, ids=nom)
def test_en_classeur_avec_vraies_dates_et_vrais_nombres(tmp_path: Path, export: Export) -> None:
    def vraie(valeur: object) -> object:
        return float(valeur) if isinstance(valeur, Decimal) else valeur

    verifier(lire(en_classeur(tmp_path / "export.xlsx", export, vraie)), export)


@pytest.mark.parametrize("export", ECHEANCIERS, ids=nom)
def test_en_classeur_tout_en_texte(tmp_path: Path, export: Export) -> None:
    verifier(lire(en_classeur(tmp_path / "export.xlsx", export, en_texte)), export)


@pytest.mark.parametrize("export", FICHIERS_CLIENTS, ids=nom)
def test_le_fichier_clients(tmp_path: Path, export: Export) -> None:
    valeurs = {
        c.CODE_CLIENT: "C001", c.RAISON_SOCIALE: "Hôtel du Théâtre", c.ADRESSE1: "12, rue de l'Église", c.CODE_POSTAL: "01000",
        c.VILLE: "Bourg-en-Bresse", c.PAYS: "France", c.EMAIL: "compta@theatre.example", c.TELEPHONE: "0474000000",
        c.DELAI_PAIEMENT: "45 jours fin de mois", c.LANGUE: "Français", c.SIREN: "552 081 317",
    }  # fmt: skip
    rangees = [[], ["Fichier clients"], list(export.colonnes), [valeurs.get(champ, "") for champ in export.colonnes.values()]]
    chemin = tmp_path / "clients.csv"
    chemin.write_bytes("\r\n".join(";".join(rangee) for rangee in rangees).encode("cp1252"))
    lecture = lire_clients(chemin, {})
    lus = valeurs | {c.DELAI_PAIEMENT: "45 fin de mois", c.LANGUE: "fr", c.SIREN: "552081317"}
    champs = [champ for champ in export.colonnes.values() if champ in valeurs]
    assert lecture.avertissements == ()
    assert lecture.clients.loc[0, champs].to_dict() == {champ: lus[champ] for champ in champs}


def test_le_client_d_un_logiciel_sans_code_porte_son_nom(tmp_path: Path) -> None:
    """Pennylane, QuickBooks, Dolibarr… : le nom est le code, et la raison sociale."""
    chemin = tmp_path / "factures.csv"
    chemin.write_text("Client;Numéro;Date d'échéance;Reste à payer\nHôtel du Théâtre;F1;02/03/2026;1 234,56\n", encoding="utf-8")
    lignes, _, _ = rapprocher(lire(chemin).lignes, CLIENTS.vide())
    assert lignes[[c.CODE_CLIENT, c.RAISON_SOCIALE]].iloc[0].tolist() == ["Hôtel du Théâtre", "Hôtel du Théâtre"]


def test_un_grand_livre_lettre_ne_rend_que_ce_qui_est_ouvert(tmp_path: Path) -> None:
    chemin = tmp_path / "grand-livre.csv"
    chemin.write_bytes(
        "Grand livre auxiliaire\r\n\r\n"
        "Compte;Libellé compte;Date;Jal;Pièce;Libellé;Débit;Crédit;Lettre;Échéance\r\n"
        "411DUP;Dupont;01/01/2026;VE;F1;Facture;1 200,00;;A;31/01/2026\r\n"
        "411DUP;Dupont;01/02/2026;BQ;R1;Règlement;;1 200,00;A;\r\n"
        "411DUP;Dupont;05/02/2026;VE;F2;Facture;500,00;;B;07/03/2026\r\n"
        "411DUP;Dupont;06/02/2026;BQ;R2;Acompte;;200,00;B;\r\n"
        "411DUP;Dupont;07/02/2026;VE;F3;Facture;50,00;;;09/03/2026\r\n"
        "Total 411DUP;;;;;;1 750,00;1 400,00;;\r\n".encode("cp1252")
    )
    lecture = lire(chemin)
    assert lecture.lignes[c.RESTE_DU].tolist() == [0, 0, 30000, 0, 5000]
    assert lecture.hors_tableau == 3


def test_une_colonne_code_nom_se_separe(tmp_path: Path) -> None:
    chemin = tmp_path / "echeancier.csv"
    chemin.write_text("Client;N° facture;Échéance;Solde\nC1 - Dupont;F1;31/01/2026;12,00\nC2 - Durand;F2;31/01/2026;13,00\n", encoding="utf-8")  # fmt: skip
    lignes = lire(chemin).lignes
    assert lignes[c.CODE_CLIENT].tolist() == ["C1", "C2"]
    assert lignes[c.RAISON_SOCIALE].tolist() == ["Dupont", "Durand"]
