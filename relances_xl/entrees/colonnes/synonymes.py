"""Les noms que les logiciels donnent à chaque champ : des données, comparées par `domaine.textes.cle`.

Rang 1 : le nom dit le champ. Au-delà, des mots de plus en plus vagues (« Code », « Client », « Nom »), qui ne valent
que si aucun nom de rang inférieur n'a désigné le champ, et que si la colonne n'est pas déjà prise : dans l'ordre de la
table, « Client » est le nom quand un code existe, et le code sinon. Deux colonnes de même rang : on refuse.
« N° x » vaut aussi pour « No x », « Numéro de x », « x n° »… ; une unité entre parenthèses ne compte pas. Les exports d'où viennent ces noms, et leurs
sources, sont dans `logiciels`.
"""

from typing import NamedTuple

from relances_xl.domaine import tables as c

# Un relevé comptable donne, au lieu du reste dû, deux colonnes (reste dû = débit − crédit), parfois lettrées.
MONTANT_DEBIT = "montant_debit"
MONTANT_CREDIT = "montant_credit"
COTE_DEBIT = "cote_debit"  # à côté d'un reste dû : de quel côté la pièce est écrite, donc son signe
COTE_CREDIT = "cote_credit"
LETTRAGE = "lettrage"
SOLDE = "solde"  # à côté de débit et crédit : progressif, ou leur différence ; vérifié, jamais pris pour le reste dû
STATUT_PAIEMENT = "statut_paiement"
A_RELANCER = "a_relancer"  # le contraire d'exclure : Non, et l'on ne relance pas
NOM_PAYEUR = "nom_payeur"  # celui du tiers payeur, quand sa colonne n'en donne que le code
# En monnaie de tenue (celle des livres), et en devise de la pièce : jamais l'une étiquetée de l'autre.
RESTE_TENUE = "reste_tenue"
RESTE_DEVISE = "reste_devise"
DEBIT_DEVISE = "debit_devise"
CREDIT_DEVISE = "credit_devise"


class Synonymes(NamedTuple):
    """Les noms d'un champ à un rang donné."""

    champ: str
    rang: int
    noms: tuple[str, ...]


_CODE = Synonymes(c.CODE_CLIENT, 1, ("Code client", "Code tiers", "Code du client", "Code du tiers", "N° client", "N° tiers", "Compte client",
    "Compte tiers", "N° compte tiers", "N° compte client", "Compte auxiliaire", "N° compte auxiliaire", "Code auxiliaire",
    "N° auxiliaire", "Identifiant client", "Id client", "ID tiers", "Partenaire/ID", "Customer code", "Customer number",
    "Customer no", "Cust number", "Customer ID", "Client ID", "Account number", "Party", "CompAuxNum", "CT_Num"))  # fmt: skip
_NOM = Synonymes(c.RAISON_SOCIALE, 1, ("Raison sociale", "Nom / Raison sociale", "Nom ou raison sociale", "Nom du client", "Nom client", "Nom du tiers", "Nom tiers",
    "Intitulé du tiers", "Intitulé tiers", "Intitulé client", "Intitulé du client", "Intitulé du compte", "Intitulé compte",
    "Libellé du compte", "Libellé compte", "Libellé du client", "Libellé client", "Libellé tiers", "Dénomination",
    "Dénomination sociale", "Nom d'affichage du partenaire de la facture", "Invoice partner display name",
    "Nom du partenaire", "Nom société", "Nom de la société", "Customer name", "Name customer", "Client name", "Company name", "Party name", "CompAuxLib", "CT_Intitule"))  # fmt: skip
_VAGUES = ("Client", "Tiers", "Customer", "Customer full name", "Partner", "Partenaire")
_SEULS = ("Nom", "Name", "Full name", "Display name", "Nom complet", "Société", "Company")
DES_NOMS = (*_VAGUES, *_SEULS)
"""Des en-têtes qui nomment un client : à côté d'eux, « Intitulé » est l'objet de la pièce."""
NOMS_SEULS = ("Nom d'affichage du partenaire de la facture", "Invoice partner display name")
"""Le nom du client tient lieu de code : l'export d'Odoo, tel quel, n'en a pas d'autre."""
SUJET = ("Intitulé",)
TOTAL_TENUE = ("Total signé", "Total signed")
_CODE_VAGUE = Synonymes(c.CODE_CLIENT, 3, (*_VAGUES, "Compte", "N° compte", "NUMCP"))
_CODE_NOM = Synonymes(c.CODE_CLIENT, 4, _SEULS)
_NOM_VAGUE = Synonymes(c.RAISON_SOCIALE, 3, _VAGUES)
_NOM_SEUL = Synonymes(c.RAISON_SOCIALE, 4, _SEULS)
_CODE_SUJET = Synonymes(c.CODE_CLIENT, 5, SUJET)
_NOM_SUJET = Synonymes(c.RAISON_SOCIALE, 5, SUJET)
_COMMERCIAL = Synonymes(c.COMMERCIAL, 1, ("Représentant", "Vendeur", "Code commercial", "Code représentant",
    "Code commercial/collaborateur", "Nom du commercial", "Sales person", "Salesperson", "Sales rep"))  # fmt: skip
_EXCLURE = Synonymes(c.EXCLURE, 1, ("Exclure des relances", "Exclu des relances", "Exclue des relances", "Exclu", "Exclue", "Exclusion", "Exclu relance", "Exclure relance",
    "Ne pas relancer", "Relance bloquée", "Blocage relance", "No follow-up"))  # fmt: skip

_A_RELANCER = Synonymes(A_RELANCER, 1, ("À relancer", "Relançable", "Relancer", "Relance autorisée", "Relances autorisées",
    "Autoriser relance", "Autoriser les relances", "Relance (O/N)", "Relance (Oui/Non)", "Relance O/N"))  # fmt: skip

ECHEANCES: tuple[Synonymes, ...] = (
    _CODE,
    Synonymes(c.CODE_CLIENT, 2, ("Code", "Auxiliaire")),
    _CODE_VAGUE,
    _CODE_NOM,
    Synonymes(c.CODE_CLIENT, 5, ("Client livré", "Code client livré", "Tiers livré", *SUJET)),
    Synonymes(c.TIERS_PAYEUR, 1, ("Code tiers payeur", "N° tiers payeur", "Compte tiers payeur", "Payeur", "Code payeur",
        "Client payeur", "Code client payeur", "N° client payeur", "Compte payeur", "N° payeur", "Payer", "Payer code")),
    Synonymes(c.TIERS_PAYEUR, 2, ("Client facturé", "Code client facturé", "Tiers facturé", "Code tiers facturé", "Compte facturé",
        "Client à facturer", "Client de facturation", "Code client facturation", "Compte facturation", "Tiers de facturation", "Facturé à",
        "Bill-to customer", "Bill to customer no", "Bill to", "Invoice to", "Invoice account")),
    Synonymes(c.TIERS_PAYEUR, 3, ("Débiteur", "Code débiteur", "Debtor", "Centrale", "Code centrale", "Centrale de paiement")),
    Synonymes(NOM_PAYEUR, 1, ("Nom du payeur", "Nom payeur", "Nom du tiers payeur", "Nom tiers payeur", "Raison sociale payeur",
        "Raison sociale du payeur", "Intitulé payeur", "Intitulé tiers payeur", "Payer name", "Nom du client facturé", "Nom client facturé",
        "Bill-to name", "Nom de la centrale")),
    Synonymes(c.PIECE, 1, ("Pièce", "N° pièce", "N° facture", "N° document", "N° de pièce comptable", "Facture", "Réf. facture",
        "Réf facture", "Référence facture", "Référence de la facture", "Réf. pièce", "Référence pièce", "Référence de pièce", "Code document",
        "Invoice number", "Invoice no", "Invoice", "Document number", "Document no", "Doc ID", "Doc no", "Voucher no",
        "PieceRef", "NPIEC")),
    Synonymes(c.PIECE, 2, ("N°", "Numéro", "Number", "Num", "No", "Réf.")),
    Synonymes(c.DATE_ECHEANCE, 1, ("Date d'échéance", "Date échéance", "Échéance", "Échéance le", "Date d'éch.", "Date éch.",
        "Dt échéance", "Éch.", "Date limite", "Date limite de règlement", "Date limite règlement", "Date limite de paiement", "Due date",
        "Due in date", "Date due", "Payment due date", "Net due date")),
    Synonymes(c.RESTE_DU, 1, ("Reste dû", "Restant dû", "Reste", "Restant", "Dû", "Reste à payer", "Reste à régler", "Reste à encaisser", "Reste à percevoir",
        "Restant à payer", "Restant à régler", "Montant restant dû", "Montant restant", "Montant dû",
        "Solde", "Solde dû", "Solde restant dû", "Solde restant", "Solde à payer", "Solde ouvert", "Solde échéance",
        "Solde de la facture", "Solde TTC", "Montant impayé", "Impayé", "Montant non réglé", "Montant en suspens",
        "Open balance", "Open amount", "Total open amount", "Outstanding amount", "Outstanding", "Amount due",
        "Balance due", "Balance", "Residual amount", "Remaining amount", "Montant ouvert")),
    Synonymes(RESTE_TENUE, 1, ("Montant dû signé", "Amount due signed", "Montant dû en monnaie de tenue", "Solde en monnaie de tenue",
        "Solde monnaie de tenue", "Solde tenue", "Solde en devise de tenue", "Reste dû en monnaie de tenue", "Reste dû monnaie de tenue",
        "Reste dû tenue", "Solde société", "Solde en devise société", "Solde en euros", "Solde euros", "Reste dû en euros",
        "Montant dû en euros", "Contre-valeur", "Contre-valeur EUR", "Contrevaleur en euros", "Local amount due",
        "Outstanding in company currency", "Remaining amount (LCY)", "Remaining Amt. (LCY)", "Amount in local currency", "Montant ouvert DS",
        "Montant restant DS", "Montant dû (devise de la société)", "Amount residual", "Montant résiduel")),
    Synonymes(RESTE_DEVISE, 1, ("Montant dû en devise", "Montant dû devise", "Reste dû en devise", "Reste dû devise", "Solde en devise",
        "Solde devise", "Restant dû en devise", "Reste à payer en devise", "Montant résiduel en devise", "Montant dû en devise signé",
        "Residual amount in currency", "Amount residual in currency", "Amount due in currency", "Balance in currency",
        "Amount due in currency signed", "Amount in doc. curr.", "Amount in document currency", "Foreign balance", "Open balance (foreign)")),
    _NOM,
    _NOM_VAGUE,
    _NOM_SEUL,
    _NOM_SUJET,
    Synonymes(c.DATE_PIECE, 1, ("Date pièce", "Date de pièce", "Date de la pièce", "Date facture", "Date de facture",
        "Date de la facture", "Date de facturation", "Date facturation", "Date fact.", "Date document", "Date du document",
        "Date d'émission", "Date émission", "Date de comptabilisation", "Invoice date", "Invoice/Bill date", "Bill date",
        "Posting date", "Document date", "PieceDate")),
    Synonymes(c.DATE_PIECE, 2, ("Date", "Date écriture", "Date d'écriture", "Date comptable", "DTOPE")),
    Synonymes(c.MONTANT, 1, ("Montant TTC", "Total TTC", "TTC", "Montant de l'échéance", "Montant échéance", "Montant facture",
        "Montant de la facture", "Montant facturé", "Montant initial", "Net à payer", "Amount", "Invoiced amount",
        "Invoice amount", "Grand total", "Total amount")),
    Synonymes(c.MONTANT, 2, ("Total",)),
    Synonymes(c.MONTANT, 3, ("Montant total",)),
    Synonymes(c.MONTANT, 4, TOTAL_TENUE),
    Synonymes(c.REGLE, 1, ("Montant réglé", "Déjà réglé", "Déjà payé", "Montant payé", "Payé", "Encaissé", "Montant encaissé",
        "Règlements", "Total réglé", "Paid amount", "Amount paid", "Paid")),
    Synonymes(MONTANT_DEBIT, 1, ("Débit", "Montant débit", "Montant D", "Mouvement débit", "Mouvements débit", "Mvt débit", "Solde débit", "Solde débiteur",
        "Débit euro", "Debit", "Soll", "MTDEB")),
    Synonymes(MONTANT_CREDIT, 1, ("Crédit", "Montant crédit", "Montant C", "Mouvement crédit", "Mouvements crédit", "Mvt crédit", "Solde crédit",
        "Solde créditeur", "Crédit euro", "Credit", "Haben", "MTCRE")),
    Synonymes(SOLDE, 1, ("Solde progressif", "Solde cumulé", "Solde courant", "Cumul", "Running balance")),
    Synonymes(DEBIT_DEVISE, 1, ("Débit devise", "Débit en devise", "Montant débit devise", "Debit in currency")),
    Synonymes(CREDIT_DEVISE, 1, ("Crédit devise", "Crédit en devise", "Montant crédit devise", "Credit in currency")),
    Synonymes(c.SENS, 1, ("D/C", "C/D", "S/H", "Dr/Cr", "Cr/Dr", "Débit/Crédit", "Crédit/Débit", "Sens écriture", "Sens de l'écriture",
        "Sens du solde", "Sens du montant", "Code sens", "Doit/Avoir", "Sens (D/C)", "Sens D/C", "Soll/Haben", "D/C indicator", "Debit/Credit indicator")),
    Synonymes(c.SENS, 2, ("Signe", "Sign", "Signe du montant", "Signe (+/-)")),
    Synonymes(LETTRAGE, 1, ("Lettrage", "Lettre", "Let.", "Code lettrage", "Code de lettrage", "Lettr.", "Matching", "EcritureLet",
        "RELET")),
    Synonymes(c.DEVISE, 1, ("Code devise", "Code ISO devise", "Monnaie", "Currency", "Currency code", "MONNAIE_IDENT")),
    Synonymes(c.MODE_PAIEMENT, 1, ("Mode de paiement", "Mode de règlement", "Mode paiement", "Mode règlement", "Mode rgt",
        "Moyen de paiement", "Moyen de règlement", "Code moyen de paiement", "Méthode de paiement", "Payment method",
        "Mode of payment")),
    Synonymes(c.MODULE, 1, ("Module d'origine", "Origine", "Provenance")),
    _EXCLURE,
    _A_RELANCER,
    Synonymes(c.NATURE, 1, ("Nature de pièce", "Nature de la pièce", "Type de pièce", "Type pièce", "Type de document",
        "Type document", "Type de facture", "Type d'opération", "Type de transaction", "Transaction type", "Voucher type",
        "Document type", "Invoice type")),
    Synonymes(c.NATURE, 2, ("Type",)),
    Synonymes(c.NATURE, 3, ("Nature du document", "Type de mouvement", "Type mouvement", "Move type", "Type d'écriture", "Catégorie de pièce")),
    Synonymes(c.STATUT, 1, ("Statut de la facture", "Statut facture", "Statut de la pièce", "Statut pièce", "Statut du document",
        "Statut document", "Invoice status", "Document status")),
    Synonymes(c.STATUT, 2, ("État", "État de la facture", "État facture", "État de la pièce", "État du document", "Status", "State")),
    Synonymes(c.STATUT, 3, ("Validation", "Validée", "Comptabilisée", "Situation", "Docstatus")),
    Synonymes(STATUT_PAIEMENT, 1, ("Statut du paiement", "Statut de paiement", "Statut paiement", "Statut du règlement",
        "Statut de règlement", "Statut règlement", "État du paiement", "État de paiement", "État paiement", "État du règlement",
        "Payment status", "Payment state")),
    Synonymes(STATUT_PAIEMENT, 2, ("Facture payée", "Facture réglée", "Facture soldée")),
    Synonymes(STATUT_PAIEMENT, 3, ("Payée", "Réglée", "Soldée", "Est payée", "Is paid", "Fully paid", "Totalement réglée")),
    Synonymes(STATUT_PAIEMENT, 4, ("Lettrée", "Pointée")),
    Synonymes(c.CEDEE, 1, ("Cédée au factor", "Cédée à un factor", "Cédé au factor", "Cédé", "Facture cédée", "Affacturage", "Affacturée",
        "Affacturé", "Factor", "Factoring", "Factored", "Société d'affacturage", "Cession", "Cession de créance", "Dailly",
        "Cession Dailly", "Subrogée", "Mobilisée")),
    Synonymes(c.LITIGE, 1, ("En litige", "Motif de litige", "Motif litige", "Litigieux", "Dispute")),
    Synonymes(c.PROMESSE, 1, ("Date de promesse", "Date promesse", "Promesse de règlement", "Promesse de paiement", "Date promise",
        "Promesse le", "Date promesse de paiement", "Promise date")),
    Synonymes(c.NIVEAU_RELANCE, 1, ("Niveau de relance", "Dernier niveau de relance", "Niveau", "N° relance", "Nb relances",
        "Nombre de relances", "Follow-up level", "Dunning level")),
    Synonymes(c.DATE_RELANCE, 1, ("Date de relance", "Dernière relance", "Date dernière relance", "Date de dernière relance",
        "Date de la dernière relance", "Last reminder", "Latest follow-up")),
    Synonymes(c.DATE_REGLEMENT, 1, ("Date de règlement effective", "Date règlement effective", "Réglée le", "Payée le", "Date du règlement", "Date de paiement",
        "Date paiement", "Settled date", "Payment date", "Paid date", "Date paid")),
    Synonymes(c.REFERENCE, 1, ("Votre référence", "Référence client", "Réf. client", "Référence du client", "Customer reference",
        "PO number", "Customer LPO", "Facture d'origine", "Facture liée")),
    Synonymes(c.REFERENCE, 2, ("Réf.",)),
    _COMMERCIAL,
    Synonymes(c.FICHIER_PIECE, 1, ("Fichier", "Chemin", "Lien", "Chemin du fichier", "Fichier PDF", "PDF", "Chemin PDF", "Pièce jointe")),
)  # fmt: skip

_EXCLURE_A_SES_MOTS = (
    c.EXCLURE,
    r".*\b(exclu\w*|bloqu\w*|blocage|interdi\w*|suspen\w*|stop)\b.*\brelances?\b|.*\brelances?\b.*\b(exclu\w*|bloqu\w*|interdi\w*|suspen\w*)\b"
    r"|(hors|pas de|sans|non|ne pas|no)\b.*\b(relances?|relancer|relancee?s?|reminders?|dunning)$",
)
A_SES_MOTS: dict[c.Fichier, tuple[tuple[str, str], ...]] = {
    "Échéances": (
        (c.CEDEE, r".*\b(factor\w*|affactur\w*|cedee?s?|dailly|subrog\w*|(date|n|no|numero|bordereau|code) (de )?cession)\b"),
        (c.TIERS_PAYEUR, r"(?!.*\b(nom|raison|intitule|libelle|adresse|mail|email|ville|date|montant)\b).*\b(payeur|payor)\b"
         r"|((code |n |no |numero |compte )*(client|tiers|adherent|centrale|societe)( de| a)? factur(ation|er)|facturee? (a|au) (client|tiers))$"),
        (c.LITIGE, r".*\b(litig\w*|contestee?s?|contestation|reclamations?|disputed?)\b"),
        _EXCLURE_A_SES_MOTS,
    ),
    "Clients": (
        (c.PROCEDURE_COLLECTIVE, r".*\b(redressement|liquidation)\b|(date |type )?(procedures?( collective| judiciaire)?|rj|lj|rj lj)$"),
        _EXCLURE_A_SES_MOTS,
    ),
}  # fmt: skip
"""Un champ que sa colonne dit d'un mot, où que ce mot soit (titre sans accents, casse ni ponctuation) : l'ignorer ferait relancer
qui ne doit pas. Après tous les noms ; deux colonnes, et l'on refuse."""

CLIENTS: tuple[Synonymes, ...] = (
    _CODE,
    Synonymes(c.CODE_CLIENT, 2, ("Code", "Auxiliaire", "Référence interne", "Référence", "Réf.", "Reference", "ID", "N°", "Numéro")),
    _CODE_VAGUE,
    _CODE_NOM,
    _CODE_SUJET,
    _NOM,
    _NOM_VAGUE,
    _NOM_SEUL,
    _NOM_SUJET,
    Synonymes(c.CIVILITE, 1, ("Titre de civilité", "Civilité (contact) (facturation)", "Titre", "Title", "Salutation")),
    Synonymes(c.CONTACT, 1, ("Contact principal", "Contact facturation", "Nom (contact) (facturation)", "Nom du contact",
        "Nom contact", "Customer primary contact")),
    Synonymes(c.CONTACT, 2, ("Interlocuteur", "Contact name", "CT_Contact")),
    Synonymes(c.ADRESSE1, 1, ("Adresse 1", "Adresse ligne 1", "Adresse 1 (facturation)", "Adresse de facturation",
        "Adresse facturation", "Address 1", "Address line 1", "Billing address", "Billing street", "CT_Adresse")),
    Synonymes(c.ADRESSE1, 2, ("Adresse", "Rue", "Street", "Address")),
    Synonymes(c.ADRESSE2, 1, ("Adresse 2", "Complément", "Complément d'adresse", "Complément adresse", "Adresse ligne 2", "Rue 2",
        "Rue2", "Adresse 2 (facturation)", "Street 2", "Address 2", "Address line 2", "CT_Complement")),
    Synonymes(c.ADRESSE3, 1, ("Adresse 3", "Adresse ligne 3", "Adresse 3 (facturation)", "Address 3", "Address line 3")),
    Synonymes(c.CODE_POSTAL, 1, ("Code postal", "CP", "Code postal (facturation)", "Zip", "Zip code", "Postal code", "Post code",
        "Billing zip", "CT_CodePostal")),
    Synonymes(c.VILLE, 1, ("Ville (facturation)", "City", "City/Town", "Commune", "Town", "Billing city", "CT_Ville")),
    Synonymes(c.PAYS, 1, ("Country", "Code pays", "Code Pays (facturation)", "Pays (facturation)", "Country code",
        "Billing country", "CT_Pays")),
    Synonymes(c.EMAIL, 1, ("E-mail", "Mail", "Adresse email", "Adresse e-mail", "Courriel", "Adresse électronique", "Adresse mail",
        "E-mail (facturation)", "Email facturation", "Liste d'e-mails", "Email address", "Email id", "CT_EMail")),
    Synonymes(c.EMAIL_RELANCE, 1, ("E-mail relance", "E-mail de relance", "E-mail relances", "E-mail des relances",
        "E-mail comptabilité", "E-mail compta")),
    Synonymes(c.TELEPHONE, 1, ("Tél.", "Téléphone 1", "Tél. 1", "Téléphone fixe", "Téléphone fixe (facturation)", "N° téléphone",
        "Phone", "Phone number", "Phone numbers", "CT_Telephone")),
    Synonymes(c.TELEPHONE, 2, ("Mobile", "Portable", "Téléphone portable", "Téléphone portable (facturation)", "Mobile no")),
    Synonymes(c.LANGUE, 1, ("Language", "Code langue", "Langue de facturation", "Print language", "Lang")),
    Synonymes(c.TYPE_CLIENT, 1, ("Type client", "Type de client", "Type de tiers", "Type du tiers", "Customer type")),
    Synonymes(c.TYPE_CLIENT, 2, ("Type", "Catégorie")),
    _EXCLURE,
    _A_RELANCER,
    Synonymes(c.ENVOI, 1, ("Mode d'envoi", "Mode envoi", "Envoi par", "Envoi des relances", "Mode d'envoi des relances", "Canal")),
    Synonymes(c.DELAI_PAIEMENT, 1, ("Délai de paiement", "Délai paiement", "Délai", "Délai de règlement", "Délai règlement", "Condition de règlement",
        "Conditions de règlement", "Conditions règlement", "Condition de paiement", "Conditions de paiement",
        "Conditions de paiement client", "Modalité de paiement", "Payment terms", "Payment term", "Customer payment terms",
        "Terms")),
    _COMMERCIAL,
    Synonymes(c.SIREN, 1, ("N° SIREN", "SIREN/SIRET", "Id. prof. 1 (SIREN)")),
    Synonymes(c.SIREN, 2, ("SIRET", "N° SIRET", "CT_Siret")),
    Synonymes(c.PROCEDURE_COLLECTIVE, 1, ("Redressement judiciaire", "Liquidation judiciaire", "Sauvegarde", "RJ/LJ")),
    Synonymes(c.PLAN_RELANCE, 1, ("Plan de relance", "Plan", "Scénario de relance", "Profil de relance", "Modèle de relance", "Dunning plan")),
    Synonymes(c.NOTE, 1, ("Notes",)),
    Synonymes(c.NOTE, 2, ("Commentaire", "Commentaires", "CT_Commentaire")),
    Synonymes(c.NOTE, 3, ("Observations", "Remarques", "Mémo")),
)  # fmt: skip

PAR_FICHIER: dict[str, tuple[Synonymes, ...]] = {"Échéances": ECHEANCES, "Clients": CLIENTS}
