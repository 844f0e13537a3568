"""Les onglets de `criteres.xlsx`, déclarés une fois : la création, la lecture et le rafraîchissement s'y réfèrent."""

from typing import NamedTuple

from relances_xl.criteres.ouverture import COMMENCER
from relances_xl.domaine.criteres import OUI_NON, TypeClient
from relances_xl.domaine.niveaux import Envoi
from relances_xl.domaine.parametres import LIBELLES_EMETTEUR, LIBELLES_MESSAGERIE, ModeCourriel, NatureSuivi, Securite
from relances_xl.domaine.tables import FICHIERS

CRITERES = "Critères"
CLIENTS = "Clients"
NIVEAUX = "Niveaux"
SUIVI = "Suivi"
EMETTEUR = "Émetteur"
COLONNES = "Colonnes"
TAUX = "Taux"
MESSAGERIE = "Messagerie"
LISTES = "Listes"  # les listes déroulantes que `actualiser` rafraîchit : masqué, les critères les proposent

ONGLETS = (COMMENCER, CRITERES, CLIENTS, SUIVI, EMETTEUR, NIVEAUX, MESSAGERIE, TAUX, COLONNES, LISTES)
"""Dans l'ordre où l'on s'en sert ; « Listes » est masqué."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "Qui": ("codes_clients", "modes_paiement", "modules_exclus"),
    "Quand": ("date_reference", "date_edition", "ignorer_avant"),
    "Combien": ("montant_minimum",),
    "À quel niveau": ("automatique", "niveau", "reedition"),
    "La revue": ("approuver_avance",),
    "La lettre": ("regroupement", "type_client_defaut", "taux_contractuel", "figer_taux", "joindre_releve"),
    "La sortie": ("type_etat", "detaille", "sortie", "imprimante", "convertisseur", "pdfa"),
    "Les fichiers": ("fichier_echeances", "fichier_clients", "releves_bancaires", "delai_paiement"),
}
"""Les sections de l'onglet « Critères », comme dans le guide : titre → champs."""

FORMAT_TEXTE = "@"
FORMAT_DATE = "dd/mm/yyyy"
FORMAT_MONTANT = "#,##0.00"
FORMAT_POINTS = "0.00"
FORMAT_ENTIER = "0"


class ColonneDeSaisie(NamedTuple):
    """Une colonne d'un onglet en tableau : largeur en caractères, aide montrée à la saisie, format, valeurs fermées."""

    titre: str
    largeur: int
    aide: str = ""
    format: str = FORMAT_TEXTE
    choix: tuple[str, ...] = ()
    saisie: bool = True
    facultative: bool = False


RELANCER = ColonneDeSaisie(
    "Relancer", 12, "Oui : ne relancer que les clients ainsi cochés. Aucun : tous. « relances-xl actualiser » remplit la liste.",
    choix=("Oui",),
)  # fmt: skip
CODE_CLIENT = ColonneDeSaisie("Code client", 18, "Le code du client, tel que dans l'export.", saisie=False)
RAISON_SOCIALE = ColonneDeSaisie("Raison sociale", 44, saisie=False, facultative=True)
CLIENT_TYPE = ColonneDeSaisie("Type", 15, "Saisi ici, il prime sur l'export.", choix=tuple(str(t) for t in TypeClient), facultative=True)
CLIENT_ENVOI = ColonneDeSaisie(
    "Envoi", 11, "Comment lui écrire, si « Sortie sur » = Selon le client.", choix=("Courrier", "Email"), facultative=True
)
CLIENT_EMAIL = ColonneDeSaisie("Email relance", 32, "L'adresse à qui envoyer ses relances.", facultative=True)
CLIENT_PLAN = ColonneDeSaisie(
    "Plan", 18, "Son plan de relance, de l'onglet « Niveaux ». Vide : celui de l'export, sinon Standard.", facultative=True
)
CLIENT_EXCLURE = ColonneDeSaisie(
    "Exclure", 10, "Oui : jamais relancé. Non : relancé même si l'export dit de l'exclure.", choix=OUI_NON, facultative=True
)

NIVEAU = ColonneDeSaisie("Niveau", 10, "1, 2, 3… sans trou ; 0 : une prévenance, avant l'échéance.", FORMAT_ENTIER)
LIBELLE = ColonneDeSaisie("Libellé", 36, "Le nom du niveau, repris dans la lettre.")
DELAI = ColonneDeSaisie(
    "Délai (jours)", 14, "Niveau 1 : jours depuis l'échéance. Suivants : depuis la relance précédente. Prévenance : négatif.", FORMAT_ENTIER
)
MODELE = ColonneDeSaisie("Modèle", 22, "Le nom de la lettre type, dans le dossier « modeles ».")
PENALITES = ColonneDeSaisie("Pénalités", 12, "Oui : la lettre réclame les pénalités de retard.", choix=OUI_NON)
INDEMNITE = ColonneDeSaisie("Indemnité", 13, "Oui : la lettre réclame l'indemnité de 40 € par pièce.", choix=OUI_NON)
OBJET = ColonneDeSaisie("Objet", 58, "L'objet de la lettre et du courriel ; les champs {{ }} sont permis.")
ENVOI = ColonneDeSaisie("Envoi", 15, "Recommandé : jamais envoyé par Email d'office.", choix=tuple(str(e) for e in Envoi))
PLAN = ColonneDeSaisie("Plan", 18, "Vide : Standard. Un autre nom : un autre plan, avec ses niveaux 1, 2, 3…", facultative=True)

SUIVI_CODE = ColonneDeSaisie("Code client", 16, "Le code du client, tel que dans l'export. Pause sans code : tous les clients.")
SUIVI_PIECE = ColonneDeSaisie("Pièce", 18, "Le numéro de la pièce. Vide : tout le client.")
SUIVI_DATE = ColonneDeSaisie("Date", 13, "Le jour où vous l'avez noté.", FORMAT_DATE)
SUIVI_NATURE = ColonneDeSaisie(
    "Nature", 13, "Promesse, Litige, Échéancier et Pause retiennent l'échéance ; Appel et Note sont repris au « Complément ».",
    choix=tuple(str(n) for n in NatureSuivi),
)  # fmt: skip
SUIVI_JUSQUAU = ColonneDeSaisie(
    "Jusqu'au", 13, "Promesse : le jour promis. Échéancier : le jour du versement. Litige : vide tant qu'il dure.", FORMAT_DATE
)
SUIVI_MONTANT = ColonneDeSaisie(
    "Montant", 13, "Échéancier : le montant du versement, une ligne par versement.", FORMAT_MONTANT, facultative=True
)
SUIVI_COMMENTAIRE = ColonneDeSaisie("Commentaire", 62, "Ce qui s'est dit, en une phrase.")
SUIVI_NOM = ColonneDeSaisie(
    "Raison sociale", 40, "Remplie par « actualiser » d'après le code, qui seul compte.", saisie=False, facultative=True
)

CHAMP = ColonneDeSaisie("Champ", 22, saisie=False)
FICHIER = ColonneDeSaisie("Fichier", 13, choix=tuple(FICHIERS), saisie=False)
COLONNE = ColonneDeSaisie("Colonne de l'export", 34, "L'en-tête exact de votre export. Vide : reconnu tout seul.")
SENS = ColonneDeSaisie("Sens du champ", 72, saisie=False, facultative=True)

SEMESTRE = ColonneDeSaisie("Semestre", 13, "AAAA-S1 ou AAAA-S2.")
TAUX_BCE = ColonneDeSaisie("Taux BCE", 13, "En points : 2,15 pour 2,15 %.", FORMAT_POINTS)
TAUX_LEGAL = ColonneDeSaisie("Taux légal professionnels", 18, "En points : 2,62 pour 2,62 %.", FORMAT_POINTS)
SOURCE = ColonneDeSaisie("Source", 98, "D'où vient le taux.", facultative=True)

MODES_CONNUS = ColonneDeSaisie("Modes de paiement", 30, saisie=False)
DEVISES_CONNUES = ColonneDeSaisie("Devises", 14, saisie=False)

PLANS_CONNUS = "Plans de relance"  # calculés d'après « Niveaux »

TABLEAUX: dict[str, tuple[ColonneDeSaisie, ...]] = {
    CLIENTS: (RELANCER, CODE_CLIENT, RAISON_SOCIALE, CLIENT_TYPE, CLIENT_ENVOI, CLIENT_EMAIL, CLIENT_PLAN, CLIENT_EXCLURE),
    NIVEAUX: (NIVEAU, LIBELLE, DELAI, MODELE, PENALITES, INDEMNITE, OBJET, ENVOI, PLAN),
    SUIVI: (SUIVI_CODE, SUIVI_PIECE, SUIVI_DATE, SUIVI_NATURE, SUIVI_JUSQUAU, SUIVI_MONTANT, SUIVI_COMMENTAIRE, SUIVI_NOM),
    COLONNES: (CHAMP, FICHIER, COLONNE, SENS),
    TAUX: (SEMESTRE, TAUX_BCE, TAUX_LEGAL, SOURCE),
    LISTES: (MODES_CONNUS, DEVISES_CONNUES),
}


class Saisie(NamedTuple):
    """Une ligne libellé / valeur / aide d'« Émetteur » ou de « Messagerie »."""

    champ: str
    libelle: str
    aide: str
    format: str = FORMAT_TEXTE
    choix: tuple[str, ...] = ()


def _saisies(libelles: dict[str, str], **details: Saisie | str) -> tuple[Saisie, ...]:
    return tuple(
        detail if isinstance(detail := details[champ], Saisie) else Saisie(champ, libelle, detail) for champ, libelle in libelles.items()
    )


SAISIES_EMETTEUR = _saisies(
    LIBELLES_EMETTEUR,
    raison_sociale="Votre entreprise, en tête des lettres.",
    adresse_1="Numéro et voie.",
    adresse_2="Complément d'adresse.",
    code_postal="",
    ville="",
    telephone="Celui du service qui suit les règlements.",
    email="L'adresse de réponse portée sur les lettres.",
    siren="Neuf chiffres.",
    tva="Numéro de TVA intracommunautaire.",
    iban="Le compte à créditer : lettres et QR code de virement.",
    bic="Le code de la banque.",
    signataire="Qui signe les lettres.",
    fonction="Sa fonction.",
    logo="Nom d'une image .png ou .jpg, relatif au dossier. Vide : aucun.",
    mentions_legales="En pied de lettre : forme, capital, RCS.",
)

SAISIES_MESSAGERIE = _saisies(
    LIBELLES_MESSAGERIE,
    serveur="Par exemple smtp.votre-fournisseur.fr. Jamais de mot de passe ici : il va au trousseau du système.",
    port=Saisie("port", LIBELLES_MESSAGERIE["port"], "587 avec STARTTLS, 465 avec SSL.", FORMAT_ENTIER),
    securite=Saisie(
        "securite", LIBELLES_MESSAGERIE["securite"], "Aucune : seulement vers cette machine.", choix=tuple(str(s) for s in Securite)
    ),
    identifiant="Le nom d'utilisateur du serveur. Vide : sans identification.",
    expediteur="L'adresse d'où partent les relances. Vide : l'identifiant, ou l'email de l'onglet « Émetteur ».",
    repondre_a="Vide : l'expéditeur.",
    copie="Une copie de chaque courriel à cette adresse.",
    mode=Saisie(
        "mode", LIBELLES_MESSAGERIE["mode"],
        "Brouillons : des fichiers .eml à relire et envoyer vous-même. Envoi : par le serveur SMTP. Microsoft 365 : envoi sans mot "
        "de passe. Brouillons Microsoft 365, Outlook : des brouillons dans la boîte aux lettres.",
        choix=tuple(str(m) for m in ModeCourriel),
    ),
    pause=Saisie("pause", LIBELLES_MESSAGERIE["pause"], "Attente entre deux envois, si le serveur les limite.", "0.0"),
    adresse_essai="Remplie : tous les courriels partent à cette adresse, pour essayer.",
    application="Microsoft 365 : l'ID d'application que donne votre administrateur.",
    locataire="Microsoft 365 : l'ID de locataire que donne votre administrateur. Vide : celui du compte.",
)  # fmt: skip
