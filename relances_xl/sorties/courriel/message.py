"""Le courriel d'une relance : texte, HTML simple, la lettre en PDF, des copies de factures (contrat §6).

Rien de ce que les exports contiennent ne peut ajouter un en-tête, un destinataire ou un fichier pris hors du dossier.
"""

import hashlib
import html
import mimetypes
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.parametres import Messagerie, ModeCourriel
from relances_xl.fichiers.factures_designees import facture_designee
from relances_xl.sorties.courriel.adresses_electroniques import AdresseIncorrecte, lire_adresses

LIMITE_COPIES = 8 * 1024 * 1024
"""Octets de copies de factures par courriel : une fois encodés, ils passent sous les 10 Mo de bien des serveurs."""

_POLITIQUE = SMTP.clone(cte_type="7bit")  # un vieux serveur sans 8BITMIME reçoit le même message


@dataclass(frozen=True, slots=True)
class PieceJointe:
    """Un fichier joint, sous le nom que le destinataire lira."""

    nom: str
    contenu: bytes


def composer(
    messagerie: Messagerie,
    *,
    relance: str,
    identite: str,
    instant: datetime,
    destinataires: str,
    objet: str,
    texte: str,
    pieces: Sequence[PieceJointe],
) -> EmailMessage:
    """Le courriel d'une relance, prêt pour `brouillon` ou `SessionEnvoi`.

    relance : son identifiant ; identite : ce qui distingue ce dossier d'un autre (le même couple donne le même
    Message-ID, qu'un serveur reconnaît s'il le reçoit deux fois) ; instant : date du message, avec son fuseau ;
    destinataires : une ou plusieurs adresses ; texte : le corps, déjà rendu ; pieces : la lettre d'abord.
    Avec une « Adresse d'essai », tout va à elle seule, et le corps dit à qui le message serait parti.
    Sans expéditeur, un brouillon prend le compte du logiciel qui l'ouvre ; un envoi en veut un.
    Lève `AdresseIncorrecte` (destinataire, expéditeur, copie ou réponse).
    """
    pour, copie = lire_adresses(destinataires), lire_adresses(messagerie.copie)
    if not pour:
        raise AdresseIncorrecte("pas d'adresse électronique pour ce client → complétez le fichier clients")
    expediteur = _expediteur(messagerie)
    objet = une_ligne(objet)
    if messagerie.adresse_essai:
        texte = f"[Essai : ce message serait parti à {', '.join(pour + copie)}]\n\n{texte}"
        objet, pour, copie = f"[ESSAI] {objet}", lire_adresses(messagerie.adresse_essai), []

    message = EmailMessage(policy=_POLITIQUE)
    if expediteur:
        message["From"] = expediteur
    message["To"] = ", ".join(pour)
    if copie:
        message["Cc"] = ", ".join(copie)
    if reponse := lire_adresses(messagerie.repondre_a):
        message["Reply-To"] = ", ".join(reponse)
    message["Subject"] = objet
    message["Date"] = format_datetime(instant)
    message["Message-ID"] = _identifiant(relance, identite, expediteur)
    message.set_content(texte)
    message.add_alternative(_html(texte), subtype="html")
    for piece in pieces:
        _joindre(message, piece)
    return message


def brouillon(message: EmailMessage) -> bytes:
    """Le message en .eml, que le logiciel de messagerie ouvre prêt à envoyer (X-Unsent).

    Sans date ni identifiant : le logiciel met les siens en envoyant.
    """
    copie = deepcopy(message)
    for nom in ("Date", "Message-ID"):
        del copie[nom]
    copie["X-Unsent"] = "1"
    return copie.as_bytes()


def copies_de_factures(dossier: Path, chemins: Iterable[str], limite: int = LIMITE_COPIES) -> tuple[list[PieceJointe], list[str]]:
    """Les copies à joindre (champ `fichier_piece`, relatif au dossier) et les alertes sur celles qui ne le sont pas.

    Un export ne doit pas pouvoir faire partir n'importe quel fichier du poste chez un client : ne sont joints que des
    fichiers du dossier de relance, liens suivis, d'un type de facture, et jamais ceux que l'outil y tient.
    """
    pieces: list[PieceJointe] = []
    alertes: list[str] = []
    reste = limite
    for texte in dict.fromkeys(chemin.strip().replace("\\", "/") for chemin in chemins):
        if not texte:
            continue
        chemin, refus = facture_designee(dossier, texte)
        if chemin is None:
            alertes.append(f"copie de facture non jointe : « {texte} » {refus}")
        elif chemin.stat().st_size > reste:
            alertes.append(f"copie de facture non jointe : « {texte} » (plus de {limite // 1024 // 1024} Mo en tout)")
        else:
            pieces.append(PieceJointe(chemin.name, chemin.read_bytes()))
            reste -= len(pieces[-1].contenu)
    return pieces, alertes


def _expediteur(messagerie: Messagerie) -> str:
    """« Expéditeur », avec son nom s'il en porte un ; à défaut l'identifiant ; vide si un brouillon n'en a pas."""
    texte = une_ligne(messagerie.expediteur or messagerie.identifiant)
    if not texte and messagerie.mode in (ModeCourriel.BROUILLONS, ModeCourriel.OUTLOOK):
        return ""
    adresses = lire_adresses(texte)
    if len(adresses) != 1:
        raise AdresseIncorrecte("il faut un « Expéditeur », et un seul, dans l'onglet « Messagerie »")
    nom = texte.rpartition("<")[0].strip().strip('"')
    return f'"{_sans_guillemets(nom)}" <{adresses[0]}>' if nom else adresses[0]


def _sans_guillemets(nom: str) -> str:
    return re.sub(r'["\\]', "", nom)


def _identifiant(relance: str, identite: str, expediteur: str) -> str:
    empreinte = hashlib.sha256(f"{identite}\0{relance}".encode()).hexdigest()[:24]
    domaine = lire_adresses(expediteur)[0].rpartition("@")[2] if expediteur else "localhost"
    return f"<relance.{empreinte}@{domaine}>"


def _html(texte: str) -> str:
    """Le même texte en HTML : un paragraphe par bloc, rien d'interprété."""
    blocs = re.split(r"\n\s*\n", texte.strip())
    paragraphes = "\n".join(f"<p>{html.escape(bloc).replace(chr(10), '<br>' + chr(10))}</p>" for bloc in blocs)
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n'
        f'<body style="font-family: Calibri, Arial, sans-serif; font-size: 11pt">\n{paragraphes}\n</body></html>\n'
    )


def _joindre(message: EmailMessage, piece: PieceJointe) -> None:
    nom = une_ligne(re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', "-", piece.nom)).strip("-. ") or "piece"
    genre, sous_genre = (mimetypes.guess_type(nom)[0] or "application/octet-stream").split("/", 1)
    if genre in {"text", "message", "multipart"}:  # joint tel quel, jamais réinterprété
        genre, sous_genre = "application", "octet-stream"
    message.add_attachment(piece.contenu, maintype=genre, subtype=sous_genre, filename=nom)
