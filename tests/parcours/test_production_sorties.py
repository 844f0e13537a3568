"""Ce qui sort de `produire` : PDF, brouillons, envoi, imprimante — une seule sortie par relance (contrat §6, étape 3)."""

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from aiosmtpd.controller import Controller
from atelier import CLIENTS, Atelier, Muet, valeurs_de
from cups_prive import attendre

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import Statut
from relances_xl.historique import Historique

JOUR = date(2026, 3, 31)
ENTETES = ("Code client", "Raison sociale", "N° pièce", "Date pièce", "Date d'échéance", "Montant", "Reste dû", "Fichier pièce")
GAGNANT, COURRIER, SANS_ADRESSE = "C001", "C002", "C003"


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    dossier = Atelier(tmp_path / "relances", sortie="PDF")
    dossier.criteres(**{"Convertisseur PDF": "Intégré"})
    dossier.criteres("Messagerie", Expéditeur="Compta <compta@ici.example>")
    dossier.clients(
        [
            (GAGNANT, "Gagnant & Fils", "1 rue A", "75001", "Paris", "compta@gagnant.example", "Professionnel", "Email"),
            (COURRIER, "Courrier SA", "2 rue B", "69001", "Lyon", "info@courrier.example", "Professionnel", "Courrier"),
            (SANS_ADRESSE, "Sans Adresse", "3 rue C", "13001", "Marseille", "", "Professionnel", "Email"),
        ],
        entetes=(*CLIENTS, "Envoi"),
    )
    (dossier.racine / "factures").mkdir()
    (dossier.racine / "factures" / "F1.pdf").write_bytes(b"%PDF-1.4 facture")
    dossier.echeances(
        [
            (code, code, f"F{n}", date(2026, 1, 1), date(2026, 1, 31), 100.0 * n, 100.0 * n, f"factures\\F{n}.pdf")
            for n, code in enumerate((GAGNANT, COURRIER, SANS_ADRESSE), start=1)
        ],
        ENTETES,
    )
    return dossier


def sorties(bilan: Any) -> dict[str, tuple[str, str]]:
    return {r.code_client: (str(r.statut), Path(r.fichier).suffix) for r in bilan.resultats}


def test_un_pdf_par_relance_et_toutes_dans_l_ordre_de_la_liste(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    bilan = atelier.produire(JOUR)
    assert sorties(bilan) == dict.fromkeys((GAGNANT, COURRIER, SANS_ADRESSE), ("Émise", ".pdf"))
    ordre = list(liste.decision.relances["code_client"])
    with pikepdf.open(liste.lot.pdf / "toutes.pdf") as toutes:
        assert len(toutes.pages) == 3
        with toutes.open_outline() as plan:
            assert [titre.title for titre in plan.root] == [f"{code}_n1_EUR" for code in ordre]
    assert sorted(p.name for p in liste.lot.pdf.glob("C*.pdf")) == [f"{code}_n1_EUR.pdf" for code in sorted(ordre)]
    assert len(list(liste.lot.lettres.glob("*.docx"))) == 3


def test_le_recapitulatif_dit_quel_convertisseur_fait_les_pdf(atelier: Atelier) -> None:
    muet = Muet()
    atelier.approuver(atelier.lister(JOUR))
    atelier.produire(JOUR, dialogue=muet, a_blanc=True)
    assert any("Convertisseur PDF : " in dit and "intégré" in dit for dit in muet.dits)


def test_une_production_en_deux_fois_garde_toutes_les_lettres_dans_toutes_pdf(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    premiere, *autres = liste.decision.relances["relance"]
    atelier.approuver(liste, premiere)
    atelier.produire(JOUR)
    atelier.approuver(liste, *autres)
    assert sum(r.motif.startswith("déjà faite") for r in atelier.produire(JOUR).resultats) == 1
    with pikepdf.open(liste.lot.pdf / "toutes.pdf") as toutes:
        assert len(toutes.pages) == 3


def test_selon_le_client_et_repli_en_pdf_sans_adresse(atelier: Atelier) -> None:
    atelier.criteres(**{"Sortie sur": "Selon le client"})
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    assert sorties(atelier.produire(JOUR)) == {
        GAGNANT: ("Brouillon", ".eml"),
        COURRIER: ("Émise", ".pdf"),
        SANS_ADRESSE: ("Émise", ".pdf"),
    }


def test_selon_le_client_un_recommande_n_est_jamais_fait_par_courriel(atelier: Atelier) -> None:
    atelier.criteres(**{"Sortie sur": "Selon le client"})
    entetes = (*ENTETES, "Niveau relance", "Date relance")
    atelier.echeances([(GAGNANT, GAGNANT, "F1", date(2026, 1, 1), date(2026, 1, 31), 100.0, 100.0, "", 2, date(2026, 3, 1))], entetes)
    liste = atelier.lister(JOUR)
    assert liste.decision.relances[["niveau", "sortie"]].values.tolist() == [[3, "PDF"]]


def test_selon_le_client_une_relance_relevee_au_niveau_recommande_quitte_le_courriel(atelier: Atelier) -> None:
    atelier.criteres(**{"Sortie sur": "Selon le client"})
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Niveau=3)
    bilan = atelier.produire(JOUR)
    (resultat,) = [r for r in bilan.resultats if r.code_client == GAGNANT]
    assert Path(resultat.fichier).suffix == ".pdf" and "recommandé" in resultat.motif


def test_un_recommande_choisi_par_courriel_dans_la_revue_part_par_courriel(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Niveau=3, Sortie="Email")
    assert sorties(atelier.produire(JOUR))[GAGNANT] == ("Brouillon", ".eml")


def test_email_sans_adresse_est_fait_en_pdf_avec_une_alerte(atelier: Atelier) -> None:
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Sortie="Email")
    bilan = atelier.produire(JOUR)
    (resultat,) = [r for r in bilan.resultats if r.code_client == SANS_ADRESSE]
    assert (str(resultat.statut), Path(resultat.fichier).suffix) == ("Émise", ".pdf") and "adresse" in resultat.motif


def test_l_alerte_est_la_meme_si_c_est_le_critere_qui_voulait_le_courriel(atelier: Atelier) -> None:
    atelier.criteres(**{"Sortie sur": "Email"})
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    (resultat,) = [r for r in atelier.produire(JOUR).resultats if r.code_client == SANS_ADRESSE]
    assert Path(resultat.fichier).suffix == ".pdf" and "adresse" in resultat.motif


def test_le_brouillon_s_ouvre_pret_a_envoyer_avec_la_lettre_et_la_facture(atelier: Atelier) -> None:
    atelier.criteres("Émetteur", **{"Raison sociale": "Atelier: Ribeaucourt"})
    liste = atelier.lister(JOUR)
    (relance,) = liste.decision.relances.query("code_client == @GAGNANT")["relance"]
    atelier.approuver(liste, relance, Sortie="Email")
    atelier.produire(JOUR)
    message = email.message_from_bytes((liste.lot.courriels / "C001_n1_EUR.eml").read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["X-Unsent"], message["To"]) == ("1", "compta@gagnant.example")
    assert "Gagnant & Fils" in message["Subject"]
    assert [piece.get_filename() for piece in message.iter_attachments()] == [
        f"Relance du {JOUR:%d-%m-%Y} – Atelier- Ribeaucourt.pdf", "F1.pdf",
    ]  # fmt: skip
    corps = message.get_body(("plain",))
    assert corps is not None and "{{" not in corps.get_content()


def test_un_releve_suit_chaque_lettre(atelier: Atelier) -> None:
    atelier.criteres(**{"Joindre un relevé": "Oui"})
    liste = atelier.lister(JOUR)
    atelier.approuver(liste)
    assert atelier.produire(JOUR).code == 0
    assert (liste.lot.lettres / "C001_n1_EUR_releve.docx").is_file()
    with pikepdf.open(liste.lot.pdf / "C001_n1_EUR.pdf") as pdf:
        assert len(pdf.pages) == 2


def test_liste_clients_ecrit_le_classeur_et_son_pdf(atelier: Atelier) -> None:
    atelier.criteres(**{"Type d'état": "Liste clients", "Détaillé": "Oui"})
    liste = atelier.lister(JOUR)
    assert sorted(p.name for p in liste.lot.chemin.iterdir()) == ["liste-clients.pdf", "liste-clients.xlsx"]
    lignes = valeurs_de(liste.chemin, "Liste clients")
    assert "Approuver" not in lignes[0] and "Message" not in lignes[0]
    with pytest.raises(ErreurUtilisateur, match="ne se produit pas"):
        atelier.produire(JOUR)


def test_liste_clients_sans_imprimante_garde_le_classeur_et_rend_1(atelier: Atelier) -> None:
    atelier.criteres(**{"Type d'état": "Liste clients", "Sortie sur": "Imprimante", "Imprimante": "introuvable"})
    liste = atelier.lister(JOUR)
    assert liste.code == 1 and liste.chemin.is_file() and any("imprim" in message for message in liste.messages)


class Serveur:
    """Un serveur SMTP qui refuse l'adresse `refusee`."""

    def __init__(self) -> None:
        self.recus: list[str] = []
        self.identifiants: list[str] = []
        self.refusee = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == self.refusee:
            return "550 inconnu ici"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.recus += envelope.rcpt_tos
        self.identifiants.append(str(email.message_from_bytes(envelope.content)["Message-ID"]))
        return "250 OK"


@pytest.fixture
def serveur(atelier: Atelier) -> Iterator[Serveur]:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    recepteur = Serveur()
    controleur = Controller(recepteur, hostname="127.0.0.1", port=port)
    controleur.start()
    atelier.criteres("Messagerie", **{"Serveur SMTP": "127.0.0.1", "Port": port, "Sécurité": "Aucune", "Mode": "Envoi"})
    yield recepteur
    controleur.stop()


def test_l_envoi_part_une_fois_et_se_journalise(atelier: Atelier, serveur: Serveur) -> None:
    atelier.criteres(**{"Sortie sur": "Email"})
    atelier.approuver(atelier.lister(JOUR))
    assert sorties(atelier.produire(JOUR))[GAGNANT] == ("Envoyée", ".docx")
    atelier.produire(JOUR)
    assert sorted(serveur.recus) == ["compta@gagnant.example", "info@courrier.example"]


def test_un_destinataire_refuse_n_arrete_pas_les_autres(atelier: Atelier, serveur: Serveur) -> None:
    serveur.refusee = "compta@gagnant.example"
    atelier.approuver(atelier.lister(JOUR), Sortie="Email")
    bilan = atelier.produire(JOUR)
    assert bilan.code == 1
    assert {code: statut for code, (statut, _) in sorties(bilan).items()} == {
        GAGNANT: "Échec", COURRIER: "Envoyée", SANS_ADRESSE: "Émise",
    }  # fmt: skip
    serveur.refusee = ""
    assert sorties(atelier.produire(JOUR))[GAGNANT][0] == "Envoyée"  # un échec se retente


def test_un_serveur_absent_ne_journalise_rien_pour_ses_relances(atelier: Atelier) -> None:
    atelier.criteres("Messagerie", **{"Serveur SMTP": "127.0.0.1", "Port": 1, "Sécurité": "Aucune", "Mode": "Envoi"})
    atelier.approuver(atelier.lister(JOUR), Sortie="Email")
    bilan = atelier.produire(JOUR)
    assert bilan.code == 1 and sorties(bilan)[GAGNANT][0] == "Échec"
    assert [(statut) for _, _, statut in atelier.journal()] == ["Émise"]  # celle qui n'a pas d'adresse, faite en PDF


def test_sans_terminal_l_envoi_exige_oui(atelier: Atelier, serveur: Serveur) -> None:
    atelier.approuver(atelier.lister(JOUR), Sortie="Email")
    with pytest.raises(ErreurUtilisateur, match="--oui"):
        atelier.produire(JOUR, oui=False)
    assert serveur.recus == []


def test_a_blanc_dit_a_qui_et_n_envoie_rien(atelier: Atelier, serveur: Serveur) -> None:
    atelier.approuver(atelier.lister(JOUR), Sortie="Email")
    ecran = Muet()
    atelier.produire(JOUR, a_blanc=True, dialogue=ecran)
    assert serveur.recus == [] and any("compta@gagnant.example" in dit for dit in ecran.dits)


def test_l_expediteur_manquant_d_un_envoi_se_dit_avant_tout(atelier: Atelier) -> None:
    atelier.criteres("Messagerie", **{"Expéditeur": None, "Mode": "Envoi", "Serveur SMTP": "127.0.0.1", "Sécurité": "Aucune"})
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Sortie="Email")
    with pytest.raises(ErreurUtilisateur, match=r"criteres\.xlsx, onglet « Messagerie ».*Expéditeur"):
        atelier.produire(JOUR)
    assert not liste.lot.lettres.exists()


@pytest.mark.parametrize(("emetteur", "attendu"), [("compta@emetteur.example", "compta@emetteur.example"), (None, None)])
def test_sans_expediteur_un_brouillon_part_de_l_emetteur_ou_du_compte_qui_l_ouvre(
    atelier: Atelier, emetteur: str | None, attendu: str | None
) -> None:
    atelier.criteres("Messagerie", Expéditeur=None)
    atelier.criteres("Émetteur", Email=emetteur)
    liste = atelier.lister(JOUR)
    atelier.approuver(liste, Sortie="Email")
    assert sorties(atelier.produire(JOUR))[GAGNANT] == ("Brouillon", ".eml")
    message = email.message_from_bytes((liste.lot.courriels / "C001_n1_EUR.eml").read_bytes())
    assert message["From"] == attendu and message["To"] == "compta@gagnant.example"


def test_un_essai_ne_compte_pas_et_se_refait_pour_de_bon(atelier: Atelier, serveur: Serveur) -> None:
    atelier.criteres("Messagerie", **{"Adresse d'essai": "moi@ici.example"})
    atelier.approuver(atelier.lister(JOUR), Sortie="Email")
    assert any("ne compteront pas" in alerte for alerte in atelier.produire(JOUR, a_blanc=True).alertes) and not serveur.recus
    assert sorties(atelier.produire(JOUR))[GAGNANT][0] == "Envoyée"
    essais = len(serveur.recus)
    assert set(serveur.recus) == {"moi@ici.example"}
    with Historique.consulter(atelier.dossier.historique) as historique:
        assert SANS_ADRESSE in set(historique.journal()["code_client"]) and GAGNANT not in set(historique.journal()["code_client"])

    encore = {r.code_client: (r.statut, r.motif) for r in atelier.produire(JOUR).resultats}  # toujours à l'essai : rien à refaire
    assert encore[GAGNANT] == (Statut.ENVOYEE, "déjà faite le 31/03/2026") and len(serveur.recus) == essais

    atelier.criteres("Messagerie", **{"Adresse d'essai": None})
    assert sorties(atelier.produire(JOUR))[GAGNANT][0] == "Envoyée"
    assert "compta@gagnant.example" in serveur.recus[essais:] and "moi@ici.example" not in serveur.recus[essais:]
    assert len(set(serveur.identifiants)) == 2 * essais, "un serveur tiendrait le vrai message pour l'essai déjà reçu"
    with Historique.consulter(atelier.dossier.historique) as historique:
        assert GAGNANT in set(historique.journal()["code_client"])


def test_une_relance_sortie_ne_se_renvoie_pas(atelier: Atelier, serveur: Serveur) -> None:
    atelier.approuver(atelier.lister(JOUR), Sortie="Email")
    bilan = atelier.produire(JOUR)
    (envoyee,) = [r.relance for r in bilan.resultats if r.statut is Statut.ENVOYEE and r.code_client == GAGNANT]
    with pytest.raises(ErreurUtilisateur, match="rien à renvoyer"):
        atelier.produire(JOUR, renvoyer=envoyee)
    assert len(serveur.recus) == 2


def test_l_imprimante_recoit_un_seul_travail_les_recommandes_d_abord(atelier: Atelier, cups: Path) -> None:
    atelier.criteres(**{"Sortie sur": "Imprimante"})
    liste = atelier.lister(JOUR)
    derniere = liste.decision.relances["relance"].iloc[-1]
    atelier.approuver(liste)
    atelier.approuver(liste, derniere, Niveau=3)
    bilan = atelier.produire(JOUR)
    assert {str(r.statut) for r in bilan.resultats} == {"Imprimée"} and bilan.code == 0
    with pikepdf.open(liste.lot.chemin / "impression.pdf") as impression, impression.open_outline() as plan:
        noms = [titre.title for titre in plan.root]
    en_recommande = liste.decision.relances["raison_sociale"].iloc[-1]
    assert len(noms) == 3 and noms[0] == en_recommande
    (travail,) = {r.motif for r in bilan.resultats}
    sorti = cups / "Bureau" / f"{travail.rpartition('-')[2]}.pdf"
    assert attendre(sorti.exists) and sorti.read_bytes() == (liste.lot.chemin / "impression.pdf").read_bytes()
    assert all(r.motif.startswith("déjà faite") for r in atelier.produire(JOUR).resultats)


def test_une_imprimante_introuvable_est_un_echec_qui_se_retente(atelier: Atelier, cups: Path) -> None:
    atelier.criteres(**{"Sortie sur": "Imprimante", "Imprimante": "Grenier"})
    atelier.approuver(atelier.lister(JOUR))
    bilan = atelier.produire(JOUR)
    assert bilan.code == 1 and {str(r.statut) for r in bilan.resultats} == {"Échec"}
    assert all("Bureau" in r.motif for r in bilan.resultats)
    atelier.criteres(Imprimante="Hall")
    assert {str(r.statut) for r in atelier.produire(JOUR).resultats} == {"Imprimée"}
