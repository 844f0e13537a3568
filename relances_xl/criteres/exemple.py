"""L'entreprise inventée de `nouveau --exemple` : ses coordonnées, sa date, ce qu'elle a noté (exports : `exemples/`)."""

from datetime import date

from relances_xl.domaine.parametres import Emetteur

DATE = date(2026, 3, 31)
EMETTEUR = Emetteur(
    raison_sociale="Atelier Ribeaucourt SARL",
    adresse_1="14 rue des Tanneurs",
    adresse_2="ZA du Grand Pré",
    code_postal="51100",
    ville="Reims",
    telephone="03 53 01 10 20",
    email="comptabilite@atelier-ribeaucourt.example",
    siren="990000010",
    tva="FR13990000010",
    iban="FR76 3000 6000 0112 3456 7890 189",
    bic="AGRIFRPPXXX",
    signataire="Hélène Marchand",
    fonction="Responsable comptable",
    logo="logo.png",
    mentions_legales="SARL au capital de 60 000 € – RCS Reims 990 000 010",
)

# code client, pièce, date, nature, jusqu'au, montant, commentaire, raison sociale
SUIVI: tuple[tuple[str, str, date, str, date | None, None, str, str], ...] = (
    ("C019", "FA2025-0108", date(2026, 3, 27), "Promesse", date(2026, 4, 15), None, "Mme Vasseur : chèque après Pâques.", "Restaurant La Table d'Élise"),
    ("C003", "", date(2026, 3, 24), "Appel", None, None, "Message laissé à M. Haddad, rappelle vendredi.", "Brasserie des Arcades"),
    ("C035", "", date(2026, 3, 20), "Note", None, None, "Nouveau service fait demandé, bon de commande retrouvé.", "Communauté de communes des Trois Rivières"),
    ("C026", "FA2026-0012", date(2026, 3, 18), "Litige", None, None, "Deux portes non conformes, reprise prévue en avril.", "Syndic Vesle-Habitat"),
)  # fmt: skip
