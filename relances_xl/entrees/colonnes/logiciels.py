"""Les exports des logiciels : leur ligne d'en-têtes, le champ que désigne chaque colonne, et où on l'a lue.

« documenté » : en-têtes relevés dans une source publique, citée ; « d'usage » : l'éditeur ne publie pas son export, la
ligne suit les états du logiciel tels que ses manuels les montrent. Les essais lisent chacune de ces lignes.
"""

from dataclasses import dataclass

from relances_xl.domaine import tables as c
from relances_xl.entrees.colonnes.synonymes import LETTRAGE, MONTANT_CREDIT, MONTANT_DEBIT, STATUT_PAIEMENT

IGNOREE = ""


@dataclass(frozen=True, slots=True)
class Export:
    """Un export d'un logiciel. colonnes : en-tête → champ, dans l'ordre du fichier (IGNOREE : sans usage ici)."""

    logiciel: str
    etat: str
    fichier: c.Fichier
    source: str
    colonnes: dict[str, str]


_USAGE = "d'usage"

EXPORTS: tuple[Export, ...] = (
    Export("Sage 100", "Écritures d'un tiers", "Échéances",
           "documenté : en-têtes de l'export d'écritures Sage 100, repris par des passerelles publiées sur GitHub",
           {"Code journal": IGNOREE, "Date": c.DATE_PIECE, "N° pièce": c.PIECE, "Référence": c.REFERENCE,
            "N° compte général": IGNOREE, "N° compte tiers": c.CODE_CLIENT, "Libellé écriture": IGNOREE,
            "Date échéance": c.DATE_ECHEANCE, "Lettrage": LETTRAGE, "Montant débit": MONTANT_DEBIT,
            "Montant crédit": MONTANT_CREDIT}),
    Export("Sage 100", "Plan tiers", "Clients", "documenté : champs de F_COMPTET et leurs intitulés, décrits par des passerelles publiées sur GitHub",
           {"N° tiers": c.CODE_CLIENT, "Intitulé du tiers": c.RAISON_SOCIALE, "Contact": c.CONTACT, "Adresse": c.ADRESSE1,
            "Complément": c.ADRESSE2, "Code postal": c.CODE_POSTAL, "Ville": c.VILLE, "Pays": c.PAYS,
            "Téléphone": c.TELEPHONE, "E-mail": c.EMAIL, "N° SIRET": c.SIREN}),
    Export("EBP", "Échéancier clients", "Échéances", "documenté : import d'un échéancier EBP publié sur GitHub",
           {"Date échéance": c.DATE_ECHEANCE, "Numéro du document": c.PIECE, "Montant": c.MONTANT, "Soldée": STATUT_PAIEMENT,
            "Code tiers": c.CODE_CLIENT, "Client": c.RAISON_SOCIALE, "Moyen de paiement": c.MODE_PAIEMENT,
            "Solde dû": c.RESTE_DU}),
    Export("EBP", "Clients", "Clients", "documenté : modèle d'import des tiers EBP Gestion Commerciale, repris sur GitHub",
           {"Code (tiers)": c.CODE_CLIENT, "Nom": c.RAISON_SOCIALE, "Civilité (contact) (facturation)": c.CIVILITE,
            "Nom (contact) (facturation)": c.CONTACT, "Prénom (facturation)": IGNOREE,
            "Adresse 1 (facturation)": c.ADRESSE1, "Adresse 2 (facturation)": c.ADRESSE2,
            "Code postal (facturation)": c.CODE_POSTAL, "Ville (facturation)": c.VILLE,
            "Code Pays (facturation)": c.PAYS, "Téléphone fixe (facturation)": c.TELEPHONE,
            "Téléphone portable (facturation)": IGNOREE, "E-mail (facturation)": c.EMAIL,
            "Code commercial/collaborateur": c.COMMERCIAL, "Adresse 1 (livraison)": IGNOREE,
            "Code postal (livraison)": IGNOREE}),
    Export("Ciel", "Échéancier", "Échéances", f"{_USAGE} : Ciel Compta, manuel de référence, état « Échéancier »",
           {"Compte": c.CODE_CLIENT, "Intitulé du compte": c.RAISON_SOCIALE, "Date": c.DATE_PIECE, "Journal": IGNOREE,
            "N° pièce": c.PIECE, "Libellé": IGNOREE, "Échéance": c.DATE_ECHEANCE, "Mode de paiement": c.MODE_PAIEMENT,
            "Débit": MONTANT_DEBIT, "Crédit": MONTANT_CREDIT}),
    Export("Cegid", "Échéancier clients", "Échéances", f"{_USAGE} : Cegid Business, état « Échéancier »",
           {"Auxiliaire": c.CODE_CLIENT, "Libellé tiers": c.RAISON_SOCIALE, "Date comptable": c.DATE_PIECE,
            "Référence interne": IGNOREE, "N° pièce": c.PIECE, "Mode de paiement": c.MODE_PAIEMENT,
            "Échéance": c.DATE_ECHEANCE, "Devise": c.DEVISE, "Débit": MONTANT_DEBIT, "Crédit": MONTANT_CREDIT,
            "Lettrage": LETTRAGE}),
    Export("Quadratus", "Grand livre auxiliaire", "Échéances", f"{_USAGE} : QuadraCompta, état « Grand livre »",
           {"Compte": c.CODE_CLIENT, "Libellé compte": c.RAISON_SOCIALE, "Date": c.DATE_PIECE, "Jal": IGNOREE,
            "Pièce": c.PIECE, "Libellé": IGNOREE, "Débit": MONTANT_DEBIT, "Crédit": MONTANT_CREDIT, "Lettre": LETTRAGE,
            "Échéance": c.DATE_ECHEANCE}),
    Export("ACD", "Grand livre auxiliaire", "Échéances", f"{_USAGE} : ACD i-Suite Expert, état « Grand livre »",
           {"N° compte": c.CODE_CLIENT, "Intitulé compte": c.RAISON_SOCIALE, "Date": c.DATE_PIECE, "Journal": IGNOREE,
            "N° pièce": c.PIECE, "Libellé écriture": IGNOREE, "Date d'échéance": c.DATE_ECHEANCE, "Let.": LETTRAGE,
            "Débit": MONTANT_DEBIT, "Crédit": MONTANT_CREDIT}),
    Export("Dolibarr", "Factures clients et règlements", "Échéances",
           "documenté : Dolibarr/dolibarr, modFacture.class.php et langs/fr_FR/bills.lang",
           {"Id tiers": c.CODE_CLIENT, "Raison sociale": c.RAISON_SOCIALE, "Id facture": IGNOREE, "Ref. facture": c.PIECE,
            "Date facturation": c.DATE_PIECE, "Date limite règlement": c.DATE_ECHEANCE, "Total HT": IGNOREE,
            "Total TTC": c.MONTANT, "Facture payée": STATUT_PAIEMENT, "Mode règlement": c.MODE_PAIEMENT,
            "Déjà réglé": c.REGLE, "Reste à encaisser": c.RESTE_DU}),
    Export("Dolibarr", "Liste des factures impayées", "Échéances",
           "documenté : Dolibarr/dolibarr, langs/fr_FR/bills.lang",
           {"Réf.": c.PIECE, "Réf. client": c.REFERENCE, "Date facturation": c.DATE_PIECE, "Date échéance": c.DATE_ECHEANCE,
            "Tiers": c.CODE_CLIENT, "Mode de règlement": c.MODE_PAIEMENT, "Montant HT": IGNOREE, "Montant TTC": c.MONTANT,
            "Reste à payer": c.RESTE_DU, "État": c.STATUT}),
    Export("Odoo", "Factures (français)", "Échéances",
           "documenté : en-têtes d'Odoo (module account) repris par des outils publiés sur GitHub",
           {"Numéro": c.PIECE, "Nom d'affichage du partenaire de la facture": c.RAISON_SOCIALE, "Partenaire/ID": c.CODE_CLIENT,
            "Date de facturation": c.DATE_PIECE, "Date d'échéance": c.DATE_ECHEANCE, "Montant HT signé": IGNOREE,
            "Total signé": c.MONTANT, "Montant dû signé": c.RESTE_DU, "Devise": c.DEVISE, "Statut du paiement": STATUT_PAIEMENT}),
    Export("Odoo", "Invoices (English)", "Échéances", "documenté : en-têtes d'Odoo (module account) repris par des outils publiés sur GitHub",
           {"Number": c.PIECE, "Invoice Partner Display Name": c.RAISON_SOCIALE, "Partner": c.CODE_CLIENT,
            "Invoice/Bill Date": c.DATE_PIECE, "Due Date": c.DATE_ECHEANCE, "Tax Excluded": IGNOREE, "Total": c.MONTANT,
            "Amount Due": c.RESTE_DU, "Currency": c.DEVISE, "Payment Status": STATUT_PAIEMENT}),
    Export("Odoo", "Contacts", "Clients", f"{_USAGE} : export des contacts d'Odoo (res.partner)",
           {"Name": c.RAISON_SOCIALE, "Reference": c.CODE_CLIENT, "Street": c.ADRESSE1, "Street2": c.ADRESSE2, "Zip": c.CODE_POSTAL,
            "City": c.VILLE, "Country": c.PAYS, "Email": c.EMAIL, "Phone": c.TELEPHONE, "Language": c.LANGUE,
            "Customer Payment Terms": c.DELAI_PAIEMENT, "Salesperson": c.COMMERCIAL}),
    Export("ERPNext", "Accounts Receivable", "Échéances", "documenté : frappe/erpnext, accounts_receivable.py",
           {"Posting Date": c.DATE_PIECE, "Customer": c.CODE_CLIENT, "Customer Name": c.RAISON_SOCIALE, "Cost Center": IGNOREE,
            "Voucher Type": c.NATURE, "Voucher No": c.PIECE, "Due Date": c.DATE_ECHEANCE, "Invoiced Amount": c.MONTANT,
            "Paid Amount": c.REGLE, "Credit Note": IGNOREE, "Outstanding Amount": c.RESTE_DU, "Age (Days)": IGNOREE,
            "Currency": c.DEVISE, "Customer LPO": c.REFERENCE, "Territory": IGNOREE, "Sales Person": c.COMMERCIAL}),
    Export("Pennylane", "Factures clients", "Échéances", f"{_USAGE} : liste des factures de Pennylane, d'après des exports simulés publiés sur GitHub",
           {"Numéro": c.PIECE, "Date d'émission": c.DATE_PIECE, "Client": c.CODE_CLIENT, "Libellé": IGNOREE,
            "Montant HT": IGNOREE, "TVA": IGNOREE, "Montant TTC": c.MONTANT, "Date d'échéance": c.DATE_ECHEANCE,
            "Statut": c.STATUT, "Reste à payer": c.RESTE_DU}),
    Export("Pennylane", "Clients", "Clients", "documenté : modèle d'import des clients, repris sur GitHub",
           {"Identifiant Client": c.CODE_CLIENT, "Dénomination": c.RAISON_SOCIALE, "Siren": c.SIREN, "Numéro de Compte": IGNOREE,
            "Adresse": c.ADRESSE1, "Code Postal": c.CODE_POSTAL, "Ville": c.VILLE, "Pays": c.PAYS,
            "Liste d’e-mails": c.EMAIL, "Téléphone": c.TELEPHONE, "Remarques": c.NOTE,
            "Langue de Facturation": c.LANGUE, "Conditions de Paiement": c.DELAI_PAIEMENT}),
    Export("Axonaut", "Factures", "Échéances", f"{_USAGE} : liste des factures d'Axonaut",
           {"Numéro": c.PIECE, "Client": c.CODE_CLIENT, "Date": c.DATE_PIECE, "Date d'échéance": c.DATE_ECHEANCE,
            "Total HT": IGNOREE, "Total TTC": c.MONTANT, "Restant dû": c.RESTE_DU, "Commercial": c.COMMERCIAL}),
    Export("Tiime", "Factures", "Échéances", f"{_USAGE} : liste des factures de Tiime Invoice",
           {"Numéro": c.PIECE, "Nom du client": c.RAISON_SOCIALE, "Client": c.CODE_CLIENT, "Date d'émission": c.DATE_PIECE,
            "Échéance": c.DATE_ECHEANCE, "Montant TTC": c.MONTANT, "Montant restant dû": c.RESTE_DU, "Statut": c.STATUT}),
    Export("Oxygène", "Relevé de comptes clients", "Échéances",
           f"{_USAGE} : aide de Memsoft Oxygène, « Relevé de comptes clients » (montant réglé, solde dû)",
           {"Code client": c.CODE_CLIENT, "Nom": c.RAISON_SOCIALE, "N° facture": c.PIECE, "Date facture": c.DATE_PIECE,
            "Échéance": c.DATE_ECHEANCE, "Montant TTC": c.MONTANT, "Montant réglé": c.REGLE, "Solde dû": c.RESTE_DU}),
    Export("Oxygène", "Écritures comptables", "Échéances", "documenté : OpenFlyers, modèle d'export Oxygène",
           {"CODSOC": IGNOREE, "NUMJL": IGNOREE, "MONNAIE_IDENT": c.DEVISE, "NUMCP": c.CODE_CLIENT, "DTOPE": c.DATE_PIECE,
            "NPIEC": c.PIECE, "LIBEC": IGNOREE, "MTDEB": MONTANT_DEBIT, "MTCRE": MONTANT_CREDIT, "RELET": LETTRAGE}),
    Export("QuickBooks", "Open Invoices", "Échéances", f"{_USAGE} : rapport « Open Invoices » de QuickBooks Online",
           {"Date": c.DATE_PIECE, "Transaction type": c.NATURE, "Num": c.PIECE, "Customer": c.CODE_CLIENT,
            "Due date": c.DATE_ECHEANCE, "Amount": c.MONTANT, "Open balance": c.RESTE_DU}),
    Export("QuickBooks", "Factures ouvertes", "Échéances", f"{_USAGE} : le même rapport, en français",
           {"Date": c.DATE_PIECE, "Type d'opération": c.NATURE, "N°": c.PIECE, "Client": c.CODE_CLIENT,
            "Date d'échéance": c.DATE_ECHEANCE, "Montant": c.MONTANT, "Solde ouvert": c.RESTE_DU}),
)  # fmt: skip

MENUS: dict[tuple[str, str], str] = {
    (
        "Sage 100",
        "Écritures d'un tiers",
    ): "Traitement > Interrogation tiers, ou État > Tiers > Grand-livre des tiers, écritures non lettrées ; puis Fichier > Exporter, ou l'icône Excel",
    ("Sage 100", "Plan tiers"): "Structure > Plan tiers, puis l'icône Excel (ou Fichier > Exporter)",
    ("EBP", "Échéancier clients"): "Ventes > Échéancier, filtre « non soldées », clic droit > Exporter vers Excel",
    ("EBP", "Clients"): "Ventes > Clients, clic droit > Exporter vers Excel",
    ("Ciel", "Échéancier"): "États > Échéancier, sortie « Fichier Excel »",
    ("Cegid", "Échéancier clients"): "Éditions > Échéancier, comptes auxiliaires clients, puis Exporter vers Excel",
    ("Quadratus", "Grand livre auxiliaire"): "États > Grand livre (ou Échéancier), auxiliaires clients, écritures non lettrées, puis Excel",
    ("ACD", "Grand livre auxiliaire"): "Éditions > Grand livre, auxiliaires clients, puis Excel",
    (
        "Dolibarr",
        "Factures clients et règlements",
    ): "Outils > Assistant export, « Factures clients et règlements », sans les colonnes du règlement",
    ("Dolibarr", "Liste des factures impayées"): "Facturation > Factures clients > Impayées, puis l'export de la liste",
    (
        "Odoo",
        "Factures (français)",
    ): "Facturation > Clients > Factures, en liste, filtre « Comptabilisé », cochez tout, Action > Exporter ; prenez « Montant dû », pas « signé », si vous facturez en devises",
    ("Odoo", "Invoices (English)"): "Invoicing > Customers > Invoices, Action > Export",
    ("Odoo", "Contacts"): "Contacts, Action > Exporter",
    ("ERPNext", "Accounts Receivable"): "Accounts Receivable, Menu > Export",
    ("Pennylane", "Factures clients"): "Ventes > Factures clients, filtre « à encaisser », Exporter",
    ("Pennylane", "Clients"): "Ventes > Clients, Exporter",
    ("Axonaut", "Factures"): "Factures, filtre « impayées », Exporter",
    ("Tiime", "Factures"): "Factures, Exporter",
    ("Oxygène", "Relevé de comptes clients"): "Éditions > Relevé de comptes clients, vers Excel",
    ("Oxygène", "Écritures comptables"): "Export des écritures comptables",
    ("QuickBooks", "Open Invoices"): "Reports > Open Invoices, Export to Excel (groupé par client ou non)",
    ("QuickBooks", "Factures ouvertes"): "Mon entreprise > Rapports > Factures ouvertes, Exporter vers Excel",
}
"""(logiciel, état) → où le prendre dans le logiciel ; les menus changent un peu d'une version à l'autre."""

MENUS_LUS: dict[str, str] = {
    "Odoo": "odoo/documentation, export_import_data.rst",
    "Quadratus": "aide de QuadraOnline, menu « Etats »",
    "QuickBooks": "aide d'Intuit, « Personnaliser les rapports »",
}
"""Logiciel → la page de l'éditeur où son menu se lit. Les autres menus sont d'usage : le guide le dit."""
