"""Le courriel d'une relance et son brouillon : rien des exports n'y ajoute en-tête, destinataire ou fichier."""

import email
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from relances_xl.domaine.parametres import Messagerie
from relances_xl.sorties.courriel.adresses_electroniques import AdresseIncorrecte, lire_adresses
from relances_xl.sorties.courriel.message import PieceJointe, brouillon, composer, copies_de_factures

MESSAGERIE = Messagerie(expediteur="Société Démo & Fils <compta@demo.fr>", repondre_a="clients@demo.fr", copie="dg@demo.fr")
LETTRE = PieceJointe("C001_n1_EUR.pdf", b"%PDF-1.7 la lettre %%EOF")


def ecrire(
    messagerie: Messagerie = MESSAGERIE,
    *,
    relance: str = "2026-03-31_1-0001",
    identite: str = "dossier A",
    destinataires: str = "client@exemple.fr",
    objet: str = "Rappel : factures échues – Café de l'Été",
    texte: str = "Bonjour,\n\nVotre solde : 1 234,56 €.\nMerci.\n",
    pieces: tuple[PieceJointe, ...] = (LETTRE,),
) -> EmailMessage:
    return composer(
        messagerie,
        relance=relance,
        identite=identite,
        instant=datetime(2026, 3, 31, 10, 30, tzinfo=UTC),
        destinataires=destinataires,
        objet=objet,
        texte=texte,
        pieces=pieces,
    )


def relire(octets: bytes) -> EmailMessage:
    message = email.message_from_bytes(octets, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def corps(message: EmailMessage, genre: str) -> str:
    partie = message.get_body((genre,))
    assert partie is not None
    return str(partie.get_content())


def test_le_message_porte_tout_ce_que_la_messagerie_demande() -> None:
    lu = relire(ecrire(destinataires="client@exemple.fr ; compta@exemple.fr").as_bytes())
    assert str(lu["From"]) == "Société Démo & Fils <compta@demo.fr>"
    assert str(lu["To"]) == "client@exemple.fr, compta@exemple.fr"
    assert (str(lu["Cc"]), str(lu["Reply-To"])) == ("dg@demo.fr", "clients@demo.fr")
    assert str(lu["Subject"]) == "Rappel : factures échues – Café de l'Été"
    assert str(lu["Date"]) == "Tue, 31 Mar 2026 10:30:00 +0000"
    assert [(p.get_filename(), p.get_content_type(), p.get_content()) for p in lu.iter_attachments()] == [
        ("C001_n1_EUR.pdf", "application/pdf", LETTRE.contenu)
    ]


def test_le_texte_et_le_html_disent_la_meme_chose_sans_rien_interpreter() -> None:
    lu = relire(ecrire(texte="Bonjour <b>M. & Mme</b>,\n\nLigne 1\nLigne 2").as_bytes())
    assert corps(lu, "plain").splitlines() == ["Bonjour <b>M. & Mme</b>,", "", "Ligne 1", "Ligne 2"]
    assert "<p>Bonjour &lt;b&gt;M. &amp; Mme&lt;/b&gt;,</p>\n<p>Ligne 1<br>\nLigne 2</p>" in corps(lu, "html").replace("\r\n", "\n")


def test_le_message_ne_contient_que_de_l_ascii_et_des_lignes_courtes() -> None:
    octets = ecrire(texte="é" * 5000 + "\n.\n..point en tête\n").as_bytes()
    assert octets.isascii()
    assert all(len(ligne) <= 998 and b"\n" not in ligne for ligne in octets.split(b"\r\n"))


@pytest.mark.parametrize("poison", ["\r\nBcc: pirate@exemple.org", "\nBcc: pirate@exemple.org\n\nsuite", "\x0bBcc: p@e.org"])
def test_un_retour_a_la_ligne_n_ajoute_pas_d_en_tete(poison: str) -> None:
    lu = relire(ecrire(objet=f"Rappel{poison}", pieces=(PieceJointe(f"a{poison}.pdf", b"x"),)).as_bytes())
    assert lu["Bcc"] is None
    assert str(lu["Subject"]).startswith("Rappel Bcc: ")
    assert next(lu.iter_attachments())["Bcc"] is None


@pytest.mark.parametrize("champ", ["expediteur", "repondre_a", "copie", "adresse_essai"])
def test_une_adresse_de_la_messagerie_ne_peut_pas_en_cacher_d_autres(champ: str) -> None:
    change: dict[str, Any] = {champ: "a@b.fr\r\nBcc: pirate@exemple.org"}
    poison = replace(MESSAGERIE, **change)
    with pytest.raises(AdresseIncorrecte):
        ecrire(poison)


@pytest.mark.parametrize(
    "texte",
    ["", " ; ", "pas une adresse", "a@", "@b.fr", "a b@c.fr", "a..b@c.fr", "a@b", "a@-b.fr", "é@b.fr", "a@b.fr>", f"{'x' * 65}@b.fr"],
)  # fmt: skip
def test_une_adresse_incorrecte_est_refusee(texte: str) -> None:
    with pytest.raises(AdresseIncorrecte):
        ecrire(destinataires=texte)


def test_les_adresses_se_lisent_comme_on_les_ecrit() -> None:
    assert lire_adresses('"Dupont, J." <j.dupont+relance@sous.exemple.fr>;\nA@B.FR , a.o\'hara@société.fr; A@B.FR') == [
        "j.dupont+relance@sous.exemple.fr",
        "A@B.FR",
        "a.o'hara@xn--socit-esab.fr",
    ]
    assert lire_adresses("ancien@x.fr <nouveau@x.fr>") == ["nouveau@x.fr"], "c'est l'adresse entre crochets qui compte (RFC 5322)"
    assert lire_adresses("compta@client.local; a/b@exemple.fr; _x@exemple.fr; x@localhost; a+b-@exemple.fr") == [
        "compta@client.local", "a/b@exemple.fr", "_x@exemple.fr", "x@localhost", "a+b-@exemple.fr",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texte",
    [r"\|sh@b.fr", "|sh@b.fr", "'@b.fr", "'jean'@b.fr", "jean'@b.fr", "-oQ/tmp@b.fr", "--help@b.fr", "`id`@b.fr", "{x}@b.fr", "$(id)@b.fr",
     "$HOME@b.fr", '"a b"@b.fr', "a%b@c.fr", "a!b@c.fr", "a@[127.0.0.1]", "a@127.0.0.1", "/etc/passwd@b.fr", "a@b.fr@c.fr", "a@b..fr"],
)  # fmt: skip
def test_une_adresse_qu_un_programme_prendrait_pour_autre_chose_est_refusee(texte: str) -> None:
    with pytest.raises(AdresseIncorrecte):
        lire_adresses(texte)


def test_l_identifiant_du_message_ne_depend_que_de_la_relance_et_du_dossier() -> None:
    premier = ecrire()["Message-ID"]
    assert ecrire(objet="autre", texte="autre")["Message-ID"] == premier
    assert len({premier, ecrire(relance="2026-03-31_1-0002")["Message-ID"], ecrire(identite="B")["Message-ID"]}) == 3


def test_sans_expediteur_l_identifiant_du_message_reste_le_meme_d_une_fois_a_l_autre() -> None:
    sans = replace(MESSAGERIE, expediteur="", identifiant="")
    assert ecrire(sans)["Message-ID"] == ecrire(sans)["Message-ID"]
    assert str(ecrire(sans)["Message-ID"]).endswith("@localhost>")
    assert str(ecrire(replace(sans, identifiant="moi@ici.fr"))["Message-ID"]).endswith("@ici.fr>")


@pytest.mark.parametrize("expediteur", ["a@b.fr; c@d.fr", "a@b.fr, c@d.fr", "Compta <a@b.fr>; DG <c@d.fr>"])
def test_deux_expediteurs_sont_refuses(expediteur: str) -> None:
    with pytest.raises(AdresseIncorrecte, match="et un seul"):
        ecrire(replace(MESSAGERIE, expediteur=expediteur))


@pytest.mark.parametrize("nom", ["facture.eml", "note.txt", "page.html", "message.mht", "données.csv"])
def test_une_piece_jointe_n_est_jamais_reinterpretee(nom: str) -> None:
    """Un .eml joint comme message serait relu, et ses en-têtes avec."""
    contenu = b"Bcc: pirate@exemple.org\r\n\r\n\xe9 From x\n.\n"
    (piece,) = relire(ecrire(pieces=(PieceJointe(nom, contenu),)).as_bytes()).iter_attachments()
    assert (piece.get_content_type().partition("/")[0], piece.get_filename(), piece.get_content()) == ("application", nom, contenu)


def test_l_adresse_d_essai_recoit_tout_et_le_corps_dit_a_qui_c_etait() -> None:
    lu = relire(ecrire(replace(MESSAGERIE, adresse_essai="moi@demo.fr")).as_bytes())
    assert (str(lu["To"]), lu["Cc"]) == ("moi@demo.fr", None)
    assert str(lu["Subject"]).startswith("[ESSAI] Rappel")
    assert "serait parti à client@exemple.fr, dg@demo.fr" in corps(lu, "plain")


def test_un_brouillon_est_pret_a_envoyer_sans_date_ni_identifiant() -> None:
    message = ecrire()
    octets = brouillon(message)
    lu = relire(octets)
    assert str(lu["X-Unsent"]) == "1"
    assert (lu["Date"], lu["Message-ID"]) == (None, None)
    assert octets.count(b"\n") == octets.count(b"\r\n")
    assert (str(lu["To"]), str(lu["Subject"])) == (str(message["To"]), str(message["Subject"]))
    assert [piece.get_content() for piece in lu.iter_attachments()] == [LETTRE.contenu]
    assert message["Message-ID"] is not None, "le message lui-même est intact"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [("../../etc/passwd", "etc-passwd"), ("a/b\\c:d.pdf", "a-b-c-d.pdf"), ("Été 2026 « n° 1 ».pdf", "Été 2026 « n° 1 ».pdf"), ("..", "piece")],
)  # fmt: skip
def test_le_nom_d_une_piece_jointe_est_sur(nom: str, attendu: str) -> None:
    lu = relire(ecrire(pieces=(PieceJointe(nom, b"x"),)).as_bytes())
    assert next(lu.iter_attachments()).get_filename() == attendu


def test_les_copies_de_factures_du_dossier_sont_jointes(tmp_path: Path) -> None:
    (tmp_path / "factures").mkdir()
    (tmp_path / "factures" / "FA 1.pdf").write_bytes(b"%PDF un")
    pieces, alertes = copies_de_factures(tmp_path, ["factures\\FA 1.pdf", "", "factures/FA 1.pdf ", "factures/FA2.pdf"])
    assert pieces == [PieceJointe("FA 1.pdf", b"%PDF un")]
    assert alertes == ["copie de facture non jointe : « factures/FA2.pdf » est introuvable"]


def test_aucun_fichier_hors_du_dossier_ne_part_chez_un_client(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe", encoding="utf-8")
    dossier = tmp_path / "dossier"
    dossier.mkdir()
    chemins = ["../secret.txt", str(secret), "sous/../../secret.txt", "..\\secret.txt", "\0", "."]
    with suppress(OSError):  # Windows ne laisse pas tout le monde créer un lien
        (dossier / "lien.pdf").symlink_to(secret)
        chemins.append("lien.pdf")
    pieces, alertes = copies_de_factures(dossier, chemins)
    assert (pieces, len(alertes)) == ([], len({chemin.replace("\\", "/") for chemin in chemins}))


def test_ni_le_journal_ni_un_classeur_ni_les_lettres_d_un_autre_ne_se_joignent(tmp_path: Path) -> None:
    for nom in (
        "historique.db",
        "exports/clients.xlsx",
        "relances/2026-03-31_1/pdf/C002.pdf",
        "modeles/x.pdf",
        ".cache/f.pdf",
        "criteres.xlsx",
    ):
        (tmp_path / nom).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / nom).write_bytes(b"%PDF")
        pieces, (alerte,) = copies_de_factures(tmp_path, [nom])
        assert not pieces and nom in alerte and ("type de facture" in alerte or "fichier de l'outil" in alerte)


def test_un_chemin_ecrit_hors_du_dossier_n_est_meme_pas_regarde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sous Windows, regarder `\\\\serveur\\partage` suffit à donner au serveur de quoi imiter l'utilisateur."""
    regardes: list[str] = []

    def noter(regarder: Callable[..., Any]) -> Callable[..., Any]:
        def note(chemin: str, **reglages: Any) -> Any:
            regardes.append(os.fspath(chemin))
            return regarder(chemin, **reglages)

        return note

    monkeypatch.setattr(os, "lstat", noter(os.lstat))
    monkeypatch.setattr(os.path, "realpath", noter(os.path.realpath))  # sous Windows, il ne passe pas par `lstat`
    assert copies_de_factures(tmp_path, ["\\\\pirate\\partage\\f.pdf"])[0] == []
    assert regardes and not any("pirate" in chemin for chemin in regardes)


def test_les_copies_trop_lourdes_restent_avec_une_alerte(tmp_path: Path) -> None:
    for nom, taille in (("a.pdf", 600), ("b.pdf", 600), ("c.pdf", 300)):
        (tmp_path / nom).write_bytes(b"x" * taille)
    pieces, alertes = copies_de_factures(tmp_path, ["a.pdf", "b.pdf", "c.pdf"], limite=1000)
    assert [piece.nom for piece in pieces] == ["a.pdf", "c.pdf"]
    assert len(alertes) == 1
    assert "« b.pdf »" in alertes[0]
