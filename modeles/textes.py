"""Les mots des modèles, en français et en anglais. Le ton monte : courtois, ferme, formel.

Textes cités, en vigueur : C. com. L441-10 II et D441-5 (professionnels) ; code de la commande publique L2192-13, R2192-31
et D2192-35 (personnes publiques) ; C. civ. 1344, 1344-1 et 1231-6 (les autres : intérêt légal, sans frais, CPCE L111-8).
Une mise en demeure par lettre n'interrompt pas la prescription : aucune ne le prétend.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lettre:
    """Le corps d'une relance : ce qui précède le tableau des échéances, ce qui le suit, et le salut."""

    titre: str
    objet: str
    avant: tuple[str, ...]
    apres: tuple[str, ...]
    salut: str


@dataclass(frozen=True, slots=True)
class Langue:
    """Tout ce qui s'écrit dans une langue."""

    code: str  # du modèle : relance-1.en.docx
    etiquette: str  # de Word
    appel: str
    lieu_et_date: str
    recommande: str
    references: tuple[str, ...]
    colonnes: tuple[str, ...]
    total: str
    penalites: str
    interets: str
    indemnite: str
    total_reclame: str
    autres: str
    total_autre: str
    paiement: tuple[str, ...]
    scanner: str
    page: str
    lettres: tuple[Lettre, ...]
    releve: tuple[str, ...]  # titre, phrase, intertitre des totaux
    colonnes_sommes: tuple[str, ...]


def _typographie(texte: str) -> str:
    """Les espaces insécables du français : devant « : ; ! ? » et « % », dedans les guillemets, dans « L. 441-10 »."""
    texte = re.sub(r" (?=[:;!?»%€](?:\s|$))", "\u00a0", texte)
    return re.sub(r"(?<=«) |(?<=\bL\.) (?=\d)|(?<=\b[DR]\.) (?=\d)", "\u00a0", texte)


def _f(*phrases: str) -> tuple[str, ...]:
    return tuple(_typographie(phrase) for phrase in phrases)


_DATE = r'\@ "d MMMM yyyy"'
_SI_PRO = '{% if client.type_client == "Professionnel" %}'
_SI_PUBLIC = '{% if client.type_client == "Public" %}'
_SI_CIVIL = '{% if client.type_client not in ("Professionnel", "Public") %}'
_SI_RIEN = '{% if client.type_client == "Professionnel" and not penalites and not indemnite %}'
_FIN = "{% endif %}"

_SALUT = "Nous vous prions d'agréer, [[client_politesse]], l'expression de nos salutations distinguées."

RELANCE_1 = Lettre(
    "Première relance",
    _typographie(r'[[objet \b "Objet : "]]'),
    _f(
        "Sauf erreur ou omission de notre part, votre compte présente au [[date_reference "
        + _DATE
        + "]] un solde échu de **[[total_du]]**, "
        "dont voici le détail :",
    ),
    _f(
        "Il s'agit sans doute d'un simple oubli. Nous vous remercions par avance de nous adresser votre règlement dès "
        "réception de cette lettre.",
        "Si votre paiement nous est parvenu entre-temps, veuillez ne pas tenir compte de ce rappel. Si une pièce vous "
        "manque ou si vous la contestez, faites-le-nous savoir : nous vous répondrons aussitôt.",
    ),
    _SALUT,
)

RELANCE_2 = Lettre(
    "Deuxième relance",
    _typographie(r'[[objet \b "Objet : "]]'),
    _f(
        "{% if derniere_relance %}Malgré notre relance du [[derniere_relance " + _DATE + "]], nous n'avons{% else %}Nous "
        "n'avons{% endif %} pas reçu votre règlement et vos échéances restent impayées pour un total de **[[total_du]]** :",
    ),
    _f(
        "Nous vous demandons de nous régler la somme de **[[total_reclame]]** **sous huit jours** à compter de la réception "
        "de cette lettre, ou de nous faire connaître dans ce délai ce qui s'y oppose.",
        "Sans règlement ni réponse de votre part, nous vous adresserons une mise en demeure."
        '{% if client.type_client in ("Professionnel", "Public") and not penalites and not indemnite %} S\'y ajouteront les '
        "pénalités de retard et l'indemnité forfaitaire pour frais de recouvrement que la loi prévoit.{% endif %}",
        "Si votre paiement s'est croisé avec cette lettre, nous vous en remercions.",
    ),
    _SALUT,
)

RELANCE_3 = Lettre(
    "Mise en demeure",
    _typographie(r'[[objet \b "Objet : "]]'),
    _f(
        "{% if derniere_relance %}Notre relance du [[derniere_relance " + _DATE + "]] est restée sans effet. {% endif %}"
        "Par la présente, nous vous **mettons en demeure** de nous régler, dans un délai de **huit jours** à compter de sa "
        "réception, la somme de **[[total_reclame]]**, qui se décompose ainsi :",
    ),
    _f(
        _SI_PRO + "{% if penalites %}Les pénalités de retard sont exigibles sans qu'un rappel soit nécessaire, dès le jour "
        "suivant la date de règlement figurant sur la facture (article L. 441-10, II du code de commerce). Elles sont "
        "arrêtées au [[date_reference " + _DATE + "]], au taux annuel de [[taux_penalites]], et continuent de courir "
        "jusqu'au paiement. {% endif %}"
        "{% if indemnite %}Chaque facture payée en retard rend également exigible, de plein droit, une indemnité "
        "forfaitaire de 40 € pour frais de recouvrement (articles L. 441-10, II et D. 441-5 du code de commerce)."
        "{% endif %}" + _FIN,
        _SI_RIEN + "Cette lettre vaut mise en demeure au sens de l'article 1344 du code civil." + _FIN,
        _SI_PUBLIC + "{% if penalites %}Le retard de paiement fait courir, de plein droit et sans autre formalité, des "
        "intérêts moratoires (articles L. 2192-13 et R. 2192-31 du code de la commande publique). Ils sont arrêtés au "
        "[[date_reference " + _DATE + "]], au taux annuel de [[taux_penalites]], et continuent de courir jusqu'au "
        "paiement. {% endif %}{% if indemnite %}Le retard donne également lieu au versement d'une indemnité forfaitaire de 40 € par "
        "facture pour frais de recouvrement (articles L. 2192-13 et D. 2192-35 du même code).{% endif %}" + _FIN,
        _SI_CIVIL + "Cette lettre vaut mise en demeure au sens de l'article 1344 du code civil. Elle fait courir l'intérêt au "
        "taux légal sur la somme due, sans que nous ayons à justifier d'un préjudice (articles 1231-6 et 1344-1 du code "
        "civil). Aucuns frais de recouvrement ne vous sont demandés." + _FIN,
        "À défaut de paiement dans ce délai, nous nous réservons d'engager, sans nouvel avis, toute procédure de "
        "recouvrement devant la juridiction compétente.",
        "Si vous contestez tout ou partie de cette somme, veuillez nous en donner les motifs par écrit dans le même délai.",
    ),
    "Veuillez agréer, [[client_politesse]], l'expression de nos salutations distinguées.",
)

FRANCAIS = Langue(
    code="",
    etiquette="fr-FR",
    appel="[[client_politesse]],",
    lieu_et_date=r'[[emetteur_ville \f ", le "]][[date_lettre ' + _DATE + "]]",
    recommande="LETTRE RECOMMANDÉE AVEC ACCUSÉ DE RÉCEPTION",
    references=_f("Votre compte : **[[client_code]]**", "Notre référence : [[relance]]", r'[[emetteur_signataire \b "Suivi par : "]]'),
    colonnes=("Pièce", "Date", "Échéance", "Retard", "Montant", "Reste dû"),
    total=r"Total dû au [[date_reference]]",
    penalites=r'Pénalités de retard [[taux_penalites \b "au taux annuel de "]]',
    interets=r'Intérêts moratoires [[taux_penalites \b "au taux annuel de "]]',
    indemnite="Indemnité forfaitaire pour frais de recouvrement",
    total_reclame="Total à régler",
    autres=_typographie("Pour information, autres échéances de votre compte, non comprises dans ce total :"),
    total_autre="Total",
    paiement=_f(
        "Pour régler **[[total_reclame]]**{% if emetteur.iban %} par virement{% endif %}",
        r'[[emetteur_raison_sociale \b "Bénéficiaire : "]]',
        r'[[emetteur_iban \b "IBAN : "]]',
        r'[[emetteur_bic \b "BIC : "]]',
        "Référence à rappeler : **[[client_code]]**",
    ),
    scanner="Scannez pour payer",
    page="Page",
    lettres=(RELANCE_1, RELANCE_2, RELANCE_3),
    releve=_f(
        "Relevé de compte au [[date_reference " + _DATE + "]]",
        "Voici toutes les pièces ouvertes de votre compte, échues ou non, et les crédits qui en viennent en déduction. "
        "Nous vous remercions de nous signaler toute différence avec vos écritures.",
        "Situation du compte",
    ),
    colonnes_sommes=("Devise", "Non échu", "0-30 j", "31-60 j", "61-90 j", "> 90 j", "Crédits", "Solde"),
)

_RATE = (  # la décision écrit « 13,15 % puis 12,15 % », « … et … selon l'échéance », « 10,00 % à 14,50 % selon le semestre »
    '{{ taux_penalites|replace(",", ".")|replace(" puis ", " then ")|replace(" et ", " and ")|replace(" à ", " to ")'
    '|replace("selon l\'échéance", "depending on the item")|replace("selon le semestre", "depending on the half-year") }}'
)
_AT_RATE = "{% if taux_penalites %} at the annual rate of " + _RATE + "{% endif %}"

REMINDER_1 = Lettre(
    "First reminder",
    "Subject: Overdue invoices – first reminder – [[client_raison_sociale]]",
    (
        "According to our records, and unless we are mistaken, an overdue balance of **[[total_du]]** remains on your account, "
        "made up as follows:",
    ),
    (
        "This is no doubt an oversight. We would be grateful if you would settle this amount on receipt of this letter.",
        "If your payment has reached us in the meantime, please disregard this reminder. If a document is missing, or if you "
        "dispute it, please let us know and we will reply at once.",
    ),
    "Yours faithfully,",
)

REMINDER_2 = Lettre(
    "Second reminder",
    "Subject: Overdue invoices – second reminder – [[client_raison_sociale]]",
    (
        "{% if derniere_relance %}Despite our reminder of [[derniere_relance " + _DATE + "]], we have{% else %}We have{% endif %} "
        "not received your payment, and a total of **[[total_du]]** remains outstanding:",
    ),
    (
        "We ask you to pay the sum of **[[total_reclame]]** **within eight days** of receiving this letter, or to tell us "
        "within that time what prevents you from doing so.",
        "Failing payment or a reply, we shall serve you with formal notice to pay."
        '{% if client.type_client in ("Professionnel", "Public") and not penalites and not indemnite %} Late-payment penalties and the '
        "fixed sum for recovery costs provided for by law will then be added.{% endif %}",
        "If your payment has crossed with this letter, please accept our thanks.",
    ),
    "Yours faithfully,",
)

REMINDER_3 = Lettre(
    "Formal notice",
    "Subject: Formal notice to pay – [[client_raison_sociale]]",
    (
        "{% if derniere_relance %}Our reminder of [[derniere_relance " + _DATE + "]] has had no effect. {% endif %}"
        "We hereby give you **formal notice** to pay us, within **eight days** of receiving this letter, the sum of "
        "**[[total_reclame]]**, made up as follows:",
    ),
    (
        _SI_PRO + "{% if penalites %}Late-payment penalties are payable without any reminder being necessary, from the day "
        "following the payment date shown on the invoice (Article L. 441-10, II of the French Commercial Code). They are "
        "calculated up to [[date_reference " + _DATE + "]], at the annual rate of " + _RATE + ", and continue to accrue "
        "until payment. {% endif %}{% if indemnite %}Each invoice paid late also gives rise, as of right, to a fixed sum of €40 for recovery "
        "costs (Articles L. 441-10, II and D. 441-5 of the French Commercial Code).{% endif %}" + _FIN,
        _SI_RIEN + "This letter is a formal notice within the meaning of Article 1344 of the French Civil Code." + _FIN,
        _SI_PUBLIC + "{% if penalites %}Late payment gives rise, as of right and without further formality, to default "
        "interest (Articles L. 2192-13 and R. 2192-31 of the French Public Procurement Code). It is calculated up to "
        "[[date_reference " + _DATE + "]], at the annual rate of " + _RATE + ", and continues to accrue until "
        "payment. {% endif %}{% if indemnite %}Late payment also gives rise to a fixed sum of €40 per invoice for recovery costs "
        "(Articles L. 2192-13 and D. 2192-35 of the same Code).{% endif %}" + _FIN,
        _SI_CIVIL + "This letter is a formal notice within the meaning of Article 1344 of the French Civil Code. Interest at "
        "the statutory rate runs from it on the sum due, without our having to prove any loss (Articles 1231-6 and 1344-1 of "
        "the French Civil Code). No recovery costs are claimed from you." + _FIN,
        "Failing payment within this time, we reserve the right to bring, without further notice, any recovery proceedings "
        "before the competent court.",
        "If you dispute all or part of this sum, please give us your reasons in writing within the same time.",
    ),
    "Yours faithfully,",
)

ANGLAIS = Langue(
    code=".en",
    etiquette="en-GB",
    appel="Dear Sir or Madam,",
    lieu_et_date=r'[[emetteur_ville \f ", "]][[date_lettre ' + _DATE + "]]",
    recommande="REGISTERED LETTER WITH ACKNOWLEDGEMENT OF RECEIPT",
    references=("Your account: **[[client_code]]**", "Our reference: [[relance]]", r'[[emetteur_signataire \b "Contact: "]]'),
    colonnes=("Document", "Date", "Due date", "Overdue", "Amount", "Balance due"),
    total="Total due on [[date_reference]]",
    penalites="Late-payment penalties" + _AT_RATE,
    interets="Default interest" + _AT_RATE,
    indemnite="Fixed sum for recovery costs",
    total_reclame="Total to pay",
    autres="For information, other overdue items on your account, not included in this total:",
    total_autre="Total",
    paiement=(
        "To pay **[[total_reclame]]**{% if emetteur.iban %} by bank transfer{% endif %}",
        r'[[emetteur_raison_sociale \b "Payee: "]]',
        r'[[emetteur_iban \b "IBAN: "]]',
        r'[[emetteur_bic \b "BIC: "]]',
        "Reference to quote: **[[client_code]]**",
    ),
    scanner="Scan to pay",
    page="Page",
    lettres=(REMINDER_1, REMINDER_2, REMINDER_3),
    releve=(
        "Statement of account on [[date_reference " + _DATE + "]]",
        "Below are all the open items on your account, due or not, and the credits to be deducted from them. Please let us "
        "know of any difference with your own records.",
        "Account summary",
    ),
    colonnes_sommes=("Currency", "Not due", "0-30 d", "31-60 d", "61-90 d", "> 90 d", "Credits", "Balance"),
)

LANGUES = (FRANCAIS, ANGLAIS)

LISTE_TITRE = "Clients à relancer au [[date_reference " + _DATE + "]]"
LISTE_COLONNES = (
    "Code", "Client", "Téléphone", "Niv.", "Éch.", "Retard", "Crédits", "Net", "Total réclamé", "Depuis le", "Jours",
    "Relancé le",
)  # fmt: skip
DETAIL_COLONNES = ("Code", "Client", "Pièce", "Date", "Échéance", "Jours", "Montant", "Reste dû", "Niv.")
