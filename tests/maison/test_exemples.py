"""L'exemple livré : rebâti à l'identique, reconnu sans aide, et chaque motif du contrat s'y rencontre."""

import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from fabrique import journal
from lieux import RACINE

from relances_xl.criteres.creation import creer_criteres
from relances_xl.criteres.lecture import lire_parametres
from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres, ModesDePaiement
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.parametres import Parametres
from relances_xl.entrees.clients import lire_clients
from relances_xl.entrees.exports import Lecture, lire_echeances

EXEMPLES = RACINE / "exemples"
REFERENCE = date(2026, 3, 31)


def construire(dossier: Path) -> None:
    subprocess.run([sys.executable, EXEMPLES / "construire.py", dossier], check=True, timeout=60)


def parties(chemin: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(chemin) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def test_l_exemple_livre_est_celui_que_le_script_construit(tmp_path: Path) -> None:
    for tour in ("a", "b"):
        (tmp_path / tour).mkdir()
        construire(tmp_path / tour)
    for nom in ("echeances.xlsx", "clients.xlsx", "logo.png"):
        assert (tmp_path / "a" / nom).read_bytes() == (tmp_path / "b" / nom).read_bytes()
    # les contenus, et non les octets : la compression dépend de la machine
    for nom in ("echeances.xlsx", "clients.xlsx"):
        assert parties(tmp_path / "a" / nom) == parties(EXEMPLES / nom)
    logos = [(chemin / "logo.png").read_bytes() for chemin in (tmp_path / "a", EXEMPLES)]
    assert pixels(logos[0]) == pixels(logos[1])


def pixels(png: bytes) -> bytes:
    debut = png.index(b"IDAT")
    longueur = int.from_bytes(png[debut - 4 : debut])
    return zlib.decompress(png[debut + 4 : debut + 4 + longueur])


@pytest.fixture(scope="module")
def parametres(tmp_path_factory: pytest.TempPathFactory) -> Parametres:
    chemin = tmp_path_factory.mktemp("exemple") / "criteres.xlsx"
    creer_criteres(chemin, exemple=True)
    return lire_parametres(chemin, date(2030, 1, 1))


@pytest.fixture(scope="module")
def clients() -> pd.DataFrame:
    lecture = lire_clients(EXEMPLES / "clients.xlsx", {})
    assert lecture.avertissements == ()
    return lecture.clients


@pytest.fixture(scope="module")
def lecture(parametres: Parametres, clients: pd.DataFrame) -> Lecture:
    return lire_echeances(EXEMPLES / "echeances.xlsx", {}, parametres.criteres.delai_paiement, clients, REFERENCE)


def test_l_export_est_reconnu_sans_aide(lecture: Lecture, clients: pd.DataFrame) -> None:
    assert {c.CODE_CLIENT, c.PIECE, c.DATE_ECHEANCE, c.RESTE_DU, c.DATE_PIECE, c.MONTANT, c.REGLE, c.DEVISE, c.MODE_PAIEMENT,
            c.MODULE, c.EXCLURE, c.NATURE, c.LITIGE, c.PROMESSE, c.NIVEAU_RELANCE, c.DATE_RELANCE, c.REFERENCE,
            c.COMMERCIAL} <= set(lecture.appariement)  # fmt: skip
    assert len(lecture.lignes) == 296 and lecture.hors_tableau == 0
    assert sorted(lecture.lignes[c.CAUSE][lecture.lignes[c.CAUSE] != ""]) == ["CLIENT_MANQUANT", "DATE_ILLISIBLE", "DOUBLON"]
    assert len(clients) == 40 and set(lecture.lignes[c.CODE_CLIENT]) - {""} <= set(clients[c.CODE_CLIENT])


def test_l_exemple_est_varie_comme_un_vrai_fichier(lecture: Lecture, clients: pd.DataFrame) -> None:
    lignes = lecture.lignes
    assert set(lignes[c.DEVISE]) == {"EUR", "USD"}
    assert {"Virement", "Chèque", "Prélèvement", "Traite"} <= set(lignes[c.MODE_PAIEMENT])
    assert {"Facture", "Avoir", "Acompte", "Règlement"} == set(lignes[c.NATURE])
    assert set(clients[c.TYPE_CLIENT]) == {"Professionnel", "Public", "Particulier", ""}
    assert set(clients[c.ENVOI]) == {"Courrier", "Email"} and "en" in set(clients[c.LANGUE])
    assert (clients[c.EMAIL] == "").any() and (clients[c.ADRESSE1] == "").any() and (clients[c.EMAIL_RELANCE] != "").any()
    assert clients[c.CODE_POSTAL].str.startswith("0").any()
    assert (lignes.groupby(c.PIECE)[c.DATE_ECHEANCE].nunique() == 3).any(), "une pièce à trois échéances"
    designees = lignes.loc[lignes[c.NATURE] == "Avoir", c.REFERENCE]
    assert set(designees) & set(lignes[c.PIECE]), "un avoir désigne sa facture"


def test_le_suivi_de_l_exemple_designe_des_pieces_qui_existent(parametres: Parametres, lecture: Lecture) -> None:
    connues = set(zip(lecture.lignes[c.CODE_CLIENT], lecture.lignes[c.PIECE], strict=True))
    suivi = parametres.suivi[parametres.suivi[c.PIECE] != ""]
    assert set(zip(suivi[c.CODE_CLIENT], suivi[c.PIECE], strict=True)) <= connues


def decision(lecture: Lecture, clients: pd.DataFrame, parametres: Parametres, **criteres: object) -> Decision:
    choisis = replace(parametres, criteres=replace(parametres.criteres, **criteres))  # type: ignore[arg-type]
    return decider(lecture.lignes, clients, choisis, journal(), "2026-03-31_1")


PAS_DANS_L_EXEMPLE = {Motif.NON_COMPTABILISEE, Motif.CEDEE, Motif.RETENUE_GARANTIE, Motif.ECHEANCIER, Motif.PAUSE}


def test_chaque_motif_du_contrat_se_rencontre(lecture: Lecture, clients: pd.DataFrame, parametres: Parametres) -> None:
    des_l_ouverture = set(decision(lecture, clients, parametres).lignes[c.MOTIF]) - {""}
    assert des_l_ouverture == set(Motif) - {
        Motif.CLIENT_NON_SELECTIONNE, Motif.MODE_PAIEMENT, Motif.AVANT_PERIODE, Motif.NIVEAU_DEJA_EFFECTUE,
        Motif.SOUS_SEUIL, *PAS_DANS_L_EXEMPLE,
    }  # fmt: skip
    choisis = decision(
        lecture, clients, parametres, codes_clients=("C001..C030",), modes_paiement=ModesDePaiement(("Virement", "Chèque"), sauf=False),
        ignorer_avant=date(2025, 1, 1), montant_minimum=Decimal(50),
    )  # fmt: skip
    a_la_main = decision(lecture, clients, parametres, automatique=False, niveau=2)
    assert set(Motif) - des_l_ouverture - PAS_DANS_L_EXEMPLE <= set(choisis.lignes[c.MOTIF]) | set(a_la_main.lignes[c.MOTIF])


def test_les_trois_niveaux_et_les_deux_devises_sont_proposes(lecture: Lecture, clients: pd.DataFrame, parametres: Parametres) -> None:
    relances = decision(lecture, clients, parametres).relances
    assert set(relances[c.NIVEAU]) == {1, 2, 3} and set(relances[c.DEVISE]) == {"EUR", "USD"}
    par_client = relances.groupby(c.CODE_CLIENT)[c.DEVISE].nunique()
    assert par_client["C012"] == 2, "le client anglais reçoit une lettre par devise"
    assert 20 <= len(relances) <= 40
    assert Criteres(REFERENCE, REFERENCE) == parametres.criteres, "l'exemple se joue avec les critères livrés"
