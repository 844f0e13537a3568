"""Tout ce que `criteres.xlsx` dit, validé : ce que les pièces reçoivent."""

import re
from dataclasses import dataclass, field, fields
from enum import StrEnum

import pandas as pd

from relances_xl.domaine import taux as module_taux
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.niveaux import PLANS_LIVRES, Plans
from relances_xl.domaine.schemas import FICHES_SAISIES, SUIVI
from relances_xl.domaine.taux import Taux


@dataclass(frozen=True, slots=True)
class Emetteur:
    """L'entreprise qui relance (onglet « Émetteur ») ; les champs sont ceux des lettres (`emetteur.iban`…)."""

    raison_sociale: str = ""
    adresse_1: str = ""
    adresse_2: str = ""
    code_postal: str = ""
    ville: str = ""
    telephone: str = ""
    email: str = ""
    siren: str = ""
    tva: str = ""
    iban: str = ""
    bic: str = ""
    signataire: str = ""
    fonction: str = ""
    logo: str = ""
    mentions_legales: str = ""


LIBELLES_EMETTEUR: dict[str, str] = dict(
    zip(
        (f.name for f in fields(Emetteur)),
        ("Raison sociale", "Adresse 1", "Adresse 2", "Code postal", "Ville", "Téléphone", "Email", "SIREN", "TVA",
         "IBAN", "BIC", "Signataire", "Fonction", "Logo", "Mentions légales"),
        strict=True,
    )
)  # fmt: skip


class Securite(StrEnum):
    STARTTLS = "STARTTLS"
    SSL = "SSL"
    AUCUNE = "Aucune"


class ModeCourriel(StrEnum):
    BROUILLONS = "Brouillons"
    ENVOI = "Envoi"
    MICROSOFT_365 = "Microsoft 365"
    MICROSOFT_365_BROUILLONS = "Brouillons Microsoft 365"
    OUTLOOK = "Outlook"

    @property
    def expedie(self) -> bool:
        """Le courriel part chez le client ; sinon c'est un brouillon, en fichier ou dans la boîte aux lettres."""
        return self in (ModeCourriel.ENVOI, ModeCourriel.MICROSOFT_365)


@dataclass(frozen=True, slots=True)
class Messagerie:
    """L'onglet « Messagerie » ; le mot de passe n'y est jamais."""

    serveur: str = ""
    port: int = 587
    securite: Securite = Securite.STARTTLS
    identifiant: str = ""
    expediteur: str = ""
    repondre_a: str = ""
    copie: str = ""
    mode: ModeCourriel = ModeCourriel.BROUILLONS
    pause: float = 0.0  # secondes entre deux messages
    adresse_essai: str = ""
    application: str = ""  # identifiant d'application Microsoft Entra ; ce n'est pas un secret
    locataire: str = ""

    def manquants(self) -> list[str]:
        """Les libellés indispensables à ce mode et restés vides."""
        serveur = {"serveur": self.serveur, "expediteur": self.expediteur or self.identifiant}
        compte = {"identifiant": self.identifiant, "application": self.application}
        indispensables = {ModeCourriel.ENVOI: serveur} | dict.fromkeys(
            (ModeCourriel.MICROSOFT_365, ModeCourriel.MICROSOFT_365_BROUILLONS), compte
        )
        return [LIBELLES_MESSAGERIE[champ] for champ, valeur in indispensables.get(self.mode, {}).items() if not valeur]

    @property
    def sur_cette_machine(self) -> bool:
        """Le serveur SMTP est la machine elle-même : rien ne voyage."""
        return re.fullmatch(r"localhost|\[?::1\]?|127(\.\d{1,3}){3}", self.serveur.casefold()) is not None

    @property
    def ou(self) -> str:
        """Par où passent les courriels, en mots."""
        compte = f" ({self.identifiant})" if self.identifiant else ""
        return {
            ModeCourriel.BROUILLONS: "en brouillons",
            ModeCourriel.ENVOI: f"envoyés par {self.serveur}",
            ModeCourriel.MICROSOFT_365: f"envoyés par Microsoft 365{compte}",
            ModeCourriel.MICROSOFT_365_BROUILLONS: f"en brouillons dans Microsoft 365{compte}",
            ModeCourriel.OUTLOOK: "en brouillons dans Outlook",
        }[self.mode]


LIBELLES_MESSAGERIE: dict[str, str] = dict(
    zip(
        (f.name for f in fields(Messagerie)),
        ("Serveur SMTP", "Port", "Sécurité", "Identifiant", "Expéditeur", "Répondre à", "Copie", "Mode",
         "Pause (secondes)", "Adresse d'essai", "Application (Microsoft)", "Locataire (Microsoft)"),
        strict=True,
    )
)  # fmt: skip


class NatureSuivi(StrEnum):
    PROMESSE = "Promesse"
    LITIGE = "Litige"
    ECHEANCIER = "Échéancier"
    PAUSE = "Pause"
    APPEL = "Appel"
    NOTE = "Note"


@dataclass(frozen=True, slots=True)
class Parametres:
    """criteres.xlsx, validé.

    clients_coches : codes cochés dans l'onglet « Clients » ; fiches : ce que cet onglet dit des clients (FICHES_SAISIES) ;
    suivi : la table SUIVI ; colonnes : {("Échéances"|"Clients", champ): en-tête de l'export} ; emails_commerciaux : les
    lignes « Email de NOM » de l'onglet « Émetteur », {nom comparable: adresse}.
    avertissements : ce que le classeur dit de discutable sans être faux.
    """

    criteres: Criteres
    clients_coches: tuple[str, ...] = ()
    plans: Plans = PLANS_LIVRES
    fiches: pd.DataFrame = field(default_factory=FICHES_SAISIES.vide)
    suivi: pd.DataFrame = field(default_factory=SUIVI.vide)
    emetteur: Emetteur = Emetteur()
    colonnes: dict[tuple[str, str], str] = field(default_factory=dict)
    taux: Taux = module_taux.LIVRES
    messagerie: Messagerie = Messagerie()
    emails_commerciaux: dict[str, str] = field(default_factory=dict)
    avertissements: tuple[Faute, ...] = ()
