"""Les noms que les logiciels donnent à chaque champ : des données, comparées par `domaine.textes.cle`.

Rang 1 : le nom dit le champ. Rang 2 : un mot vague (« Client », « Numéro », « Total »), qui ne vaut que si aucun nom
de rang 1 n'a désigné le champ, et que si la colonne n'est pas déjà prise. Deux colonnes de même rang : on refuse.
"""

from dataclasses import dataclass

from relances_xl.domaine import colonnes as c

# Un relevé comptable donne parfois, au lieu du reste dû, deux colonnes : reste dû = débit − crédit.
MONTANT_DEBIT = "montant_debit"
MONTANT_CREDIT = "montant_credit"


@dataclass(frozen=True, slots=True)
class Noms:
    """Les noms d'un champ à un rang donné."""

    champ: str
    rang: int
    noms: tuple[str, ...]


ECHEANCES: tuple[Noms, ...] = (
    Noms(c.CODE_CLIENT, 1, ("Code client", "Code tiers", "N° client", "Numéro client", "Compte client", "Compte tiers",
                            "N° tiers", "Compte auxiliaire", "Code auxiliaire", "Customer code", "Customer number",
                            "Cust number", "Customer ID", "Client ID", "Account number")),
    Noms(c.CODE_CLIENT, 2, ("Client", "Tiers", "Auxiliaire", "Compte", "Customer", "Partner", "Partenaire", "Code")),
    Noms(c.RAISON_SOCIALE, 1, ("Raison sociale", "Nom du client", "Nom client", "Nom du tiers", "Nom tiers",
                               "Intitulé du tiers", "Intitulé tiers", "Intitulé client", "Intitulé du client",
                               "Customer name", "Name customer", "Client name", "Company name",
                               "Dénomination sociale")),
    Noms(c.RAISON_SOCIALE, 2, ("Client", "Tiers", "Customer", "Partner", "Partenaire", "Nom", "Intitulé", "Société")),
    Noms(c.PIECE, 1, ("N° pièce", "N° de pièce", "Numéro de pièce", "Numéro pièce", "N° facture", "N° de facture",
                      "Numéro de facture", "Numéro facture", "Facture", "Réf. facture", "Référence facture",
                      "N° document", "Numéro de document", "Invoice number", "Invoice no", "Invoice #", "Invoice",
                      "Document number", "Doc ID", "Doc no", "Voucher no")),
    Noms(c.PIECE, 2, ("Numéro", "N°", "Number", "Num", "No", "#")),
    Noms(c.DATE_ECHEANCE, 1, ("Date d'échéance", "Date échéance", "Échéance", "Échéance le", "Due date", "Due in date",
                              "Date due", "Date limite de règlement", "Date limite de paiement")),
    Noms(c.DATE_PIECE, 1, ("Date pièce", "Date de pièce", "Date de la pièce", "Date facture", "Date de facture",
                           "Date de facturation", "Date de la facture", "Date document", "Invoice date",
                           "Posting date", "Document date", "Date d'émission")),
    Noms(c.DATE_PIECE, 2, ("Date",)),
    Noms(c.RESTE_DU, 1, ("Reste dû", "Restant dû", "Reste à payer", "Reste à régler", "Reste à encaisser", "Solde",
                         "Solde dû", "Montant dû", "Solde restant dû", "Open balance", "Outstanding amount",
                         "Outstanding", "Amount due", "Balance due", "Balance")),
    Noms(c.MONTANT, 1, ("Montant", "Montant TTC", "Total TTC", "Montant de l'échéance", "Montant facture",
                        "Montant facturé", "Amount", "Invoiced amount", "Grand total", "Net à payer")),
    Noms(c.MONTANT, 2, ("Total",)),
    Noms(c.REGLE, 1, ("Réglé", "Montant réglé", "Déjà réglé", "Montant payé", "Payé", "Encaissé", "Montant encaissé",
                      "Paid amount", "Amount paid")),
    Noms(MONTANT_DEBIT, 1, ("Débit", "Montant débit", "Debit")),
    Noms(MONTANT_CREDIT, 1, ("Crédit", "Montant crédit", "Credit")),
    Noms(c.DEVISE, 1, ("Devise", "Code devise", "Monnaie", "Currency", "Currency code")),
    Noms(c.MODE_PAIEMENT, 1, ("Mode de paiement", "Mode de règlement", "Mode paiement", "Mode règlement",
                              "Moyen de paiement", "Moyen de règlement", "Payment method", "Mode of payment")),
    Noms(c.MODULE, 1, ("Module", "Origine")),
    Noms(c.EXCLURE, 1, ("Exclure", "Exclure des relances", "Exclu des relances", "Ne pas relancer")),
    Noms(c.NATURE, 1, ("Nature", "Nature de pièce", "Type de pièce", "Type de document", "Type document",
                       "Transaction type", "Voucher type", "Document type")),
    Noms(c.NATURE, 2, ("Type",)),
    Noms(c.LITIGE, 1, ("Litige", "En litige")),
    Noms(c.PROMESSE, 1, ("Promesse", "Date de promesse", "Promesse de règlement", "Date promesse")),
    Noms(c.NIVEAU_RELANCE, 1, ("Niveau de relance", "Niveau relance", "Dernier niveau de relance")),
    Noms(c.DATE_RELANCE, 1, ("Date de relance", "Date relance", "Dernière relance", "Date dernière relance",
                             "Date de dernière relance")),
    Noms(c.REFERENCE, 1, ("Référence", "Réf.", "Référence pièce", "Votre référence", "Reference", "Référence client",
                          "Réf. client", "Customer reference", "PO number")),
    Noms(c.COMMERCIAL, 1, ("Commercial", "Représentant", "Vendeur", "Sales person", "Salesperson")),
    Noms(c.FICHIER_PIECE, 1, ("Fichier pièce", "Fichier", "Chemin du fichier", "Fichier PDF")),
)  # fmt: skip

CLIENTS: tuple[Noms, ...] = (
    Noms(c.CODE_CLIENT, 1, ("Code client", "Code tiers", "N° client", "Numéro client", "Compte client", "Compte tiers",
                            "N° tiers", "Compte auxiliaire", "Code auxiliaire", "Customer code", "Customer number",
                            "Cust number", "Customer ID", "Client ID", "Account number")),
    Noms(c.CODE_CLIENT, 2, ("Code", "Client", "Tiers", "Auxiliaire", "Compte", "Customer", "ID", "Numéro")),
    Noms(c.RAISON_SOCIALE, 1, ("Raison sociale", "Nom du client", "Nom client", "Nom du tiers", "Nom tiers",
                               "Intitulé du tiers", "Intitulé tiers", "Intitulé client", "Intitulé du client",
                               "Customer name", "Name customer", "Client name", "Company name", "Display name",
                               "Dénomination sociale")),
    Noms(c.RAISON_SOCIALE, 2, ("Nom", "Name", "Client", "Tiers", "Intitulé", "Société", "Company", "Customer")),
    Noms(c.CIVILITE, 1, ("Civilité", "Titre de civilité", "Titre", "Title", "Salutation")),
    Noms(c.CONTACT, 1, ("Contact", "Nom du contact", "Interlocuteur", "Contact principal", "Contact name")),
    Noms(c.ADRESSE1, 1, ("Adresse 1", "Adresse", "Rue", "Adresse ligne 1", "Street", "Address", "Address line 1",
                         "Adresse de facturation")),
    Noms(c.ADRESSE2, 1, ("Adresse 2", "Complément", "Complément d'adresse", "Adresse ligne 2", "Rue 2", "Street 2",
                         "Address line 2")),
    Noms(c.ADRESSE3, 1, ("Adresse 3", "Adresse ligne 3", "Address line 3")),
    Noms(c.CODE_POSTAL, 1, ("Code postal", "CP", "Zip", "Zip code", "Postal code", "Pincode")),
    Noms(c.VILLE, 1, ("Ville", "City", "Commune", "Town")),
    Noms(c.PAYS, 1, ("Pays", "Country", "Code pays")),
    Noms(c.EMAIL, 1, ("Email", "E-mail", "Mail", "Adresse email", "Adresse e-mail", "Courriel", "Adresse électronique",
                      "Email address", "Adresse mail", "Email id")),
    Noms(c.EMAIL_RELANCE, 1, ("Email relance", "E-mail de relance", "Email de relance", "Email relances",
                              "Email comptabilité")),
    Noms(c.TELEPHONE, 1, ("Téléphone", "Tél.", "Tel", "Téléphone 1", "Phone", "Phone number", "N° de téléphone",
                          "Numéro de téléphone", "Téléphone fixe")),
    Noms(c.TELEPHONE, 2, ("Mobile", "Portable", "Téléphone portable", "Mobile no")),
    Noms(c.LANGUE, 1, ("Langue", "Language", "Code langue")),
    Noms(c.TYPE_CLIENT, 1, ("Type client", "Type de client", "Type de tiers", "Customer type")),
    Noms(c.TYPE_CLIENT, 2, ("Type", "Catégorie")),
    Noms(c.EXCLURE, 1, ("Exclure", "Exclure des relances", "Exclu des relances", "Ne pas relancer")),
    Noms(c.ENVOI, 1, ("Envoi", "Mode d'envoi", "Envoi des relances", "Mode d'envoi des relances")),
    Noms(c.DELAI_PAIEMENT, 1, ("Délai de paiement", "Délai paiement", "Délai de règlement", "Condition de règlement",
                               "Conditions de règlement", "Conditions de paiement", "Payment terms",
                               "Modalité de paiement")),
    Noms(c.COMMERCIAL, 1, ("Commercial", "Représentant", "Vendeur", "Sales person", "Salesperson")),
    Noms(c.SIREN, 1, ("SIREN", "N° SIREN", "Numéro SIREN")),
    Noms(c.SIREN, 2, ("SIRET", "N° SIRET", "Numéro SIRET")),
    Noms(c.PROCEDURE_COLLECTIVE, 1, ("Procédure collective", "Redressement judiciaire", "Liquidation judiciaire")),
    Noms(c.NOTE, 1, ("Note", "Notes", "Commentaire", "Commentaires", "Observations", "Remarques", "Mémo")),
)  # fmt: skip

PAR_FICHIER: dict[str, tuple[Noms, ...]] = {"Échéances": ECHEANCES, "Clients": CLIENTS}
