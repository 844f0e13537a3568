"""Les lettres en anglais. Une citation de la loi y reste celle de la loi française."""

from textes import DATE, FIN, SI_EXIGE, SI_PARTICULIER, SI_PRO, SI_PUBLIC, SI_RIEN, SINON, Langue, Lettre

_RATE = (  # la décision écrit « 13,15 % puis 12,15 % », « … et … selon l'échéance », « 10,00 % à 14,50 % selon le semestre »
    '{{ taux_penalites|replace(",", ".")|replace(" puis ", " then ")|replace(" et ", " and ")|replace(" à ", " to ")'
    '|replace("selon l\'échéance", "depending on the item")|replace("selon le semestre", "depending on the half-year") }}'
)
_OVERDUE = "Subject: Overdue invoices – [[client_raison_sociale]]"
_COVERED = (
    SINON + "The credits on your account cover part of the items below. These credits deducted, a total of **[[total_joint]]** remained "
    "due on [[date_reference " + DATE + "]], which we would be grateful if you would settle on receipt of this letter:" + FIN
)
_REPLY = "If a document is missing, or if you dispute it, please let us know and we will reply at once."
_AT_RATE = "{% if taux_penalites %} at the annual rate of " + _RATE + "{% endif %}"

ADVANCE_NOTICE = Lettre(
    "Payment due soon",
    "Subject: Items falling due shortly – [[client_raison_sociale]]",
    ("According to our records, the items below will shortly fall due, for a total of **[[total_du]]**:",),
    (
        "This letter is only meant to help you plan their payment on the agreed date. If a document is missing, or if you wish to "
        "raise a point about it, please let us know now and we will reply at once.",
        "If you have already arranged payment, please disregard this notice and accept our thanks.",
    ),
    "Yours faithfully,",
)

REMINDER_1 = Lettre(
    "First reminder",
    "Subject: Overdue invoices – first reminder – [[client_raison_sociale]]",
    (
        "According to our records, and unless we are mistaken, the following overdue items on your account remain unpaid, "
        "for a total of **[[total_du]]**:",
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
    SI_EXIGE + "Subject: Overdue invoices – second reminder – [[client_raison_sociale]]" + SINON + _OVERDUE + FIN,
    (
        SI_EXIGE
        + "{% if relance_commune %}Despite our reminder of [[relance_commune "
        + DATE
        + "]], we have{% elif derniere_relance %}Despite "
        "our reminders, the last of them dated [[derniere_relance " + DATE + "]], we have{% else %}We have{% endif %} not received your "
        "payment, and a total of **[[total_exige]]** remains outstanding{% if jointes %}. Other items, now also overdue, come in "
        "addition, for **[[total_joint]]**{% endif %}:" + _COVERED,
    ),
    (
        SI_EXIGE + "We ask you to pay the sum of **[[reclame_exige]]** **within eight days** of the date of this letter, or to tell us "
        "within that time what prevents you from doing so."
        "{% if jointes %} Please also pay the other overdue items on receipt of this letter.{% endif %}" + SINON + _REPLY + FIN,
        SI_EXIGE + "Failing payment or a reply, we shall serve you with formal notice to pay."
        '{% if client.type_client in ("Professionnel", "Public") and not penalites and not indemnite %} Late-payment penalties and the '
        "fixed sum for recovery costs provided for by law may then be added.{% endif %}" + FIN,
        "If your payment has crossed with this letter, please accept our thanks.",
    ),
    "Yours faithfully,",
    ("Claimed by this reminder", "of which claimed by this reminder"),
)

REMINDER_3 = Lettre(
    "Formal notice",
    SI_EXIGE + "Subject: Formal notice to pay – [[client_raison_sociale]]" + SINON + _OVERDUE + FIN,
    (
        SI_EXIGE
        + "{% if relance_commune %}Our reminder of [[relance_commune "
        + DATE
        + "]] has had no effect. {% elif derniere_relance %}Our "
        "reminders, the last of them dated [[derniere_relance " + DATE + "]], have had no effect. {% endif %}"
        "We hereby give you **formal notice** to pay us, within **eight days** of the first presentation of this letter, the sum of "
        "**[[reclame_exige]]**{% if jointes %}. Other items on your account, now also overdue, are payable on receipt, for "
        "**[[total_joint]]**. The details are as follows:{% else %}, made up as follows:{% endif %}" + _COVERED,
    ),
    (
        SI_PRO + "{% if penalites %}Late-payment penalties are payable without any reminder being necessary, from the day "
        "following the payment date shown on the invoice (Article L. 441-10, II of the French Commercial Code). They are "
        "calculated up to [[date_reference " + DATE + "]], at the annual rate of " + _RATE + ", and continue to accrue "
        "until payment. {% endif %}{% if indemnite %}Each invoice paid late also gives rise, as of right, to a fixed sum of €40 for recovery "
        "costs (Articles L. 441-10, II and D. 441-5 of the French Commercial Code).{% endif %}" + FIN,
        SI_PUBLIC + "{% if penalites %}Late payment gives rise, as of right and without further formality, to default "
        "interest (Articles L. 2192-13 and R. 2192-31 of the French Public Procurement Code). It is calculated up to "
        "[[date_reference " + DATE + "]], at the annual rate of " + _RATE + ", and continues to accrue until "
        "payment. {% endif %}{% if indemnite %}Late payment also gives rise to a fixed sum of €40 per invoice for recovery costs "
        "(Articles L. 2192-13 and D. 2192-35 of the same Code).{% endif %}" + FIN,
        SI_EXIGE
        + SI_PARTICULIER
        + "This letter is a formal notice within the meaning of Article 1344 of the French Civil Code. Interest at "
        "the statutory rate runs from it on the sum of which notice is given, without our having to prove any loss (Articles 1231-6 "
        "and 1344-1 of the French Civil Code). No recovery costs are claimed from you." + FIN + FIN,
        SI_EXIGE + SI_RIEN + "This letter is a formal notice within the meaning of Article 1344 of the French Civil Code." + FIN + FIN,
        SI_EXIGE + "Failing payment within this time, we reserve the right to bring, without further notice, any recovery proceedings "
        "before the competent court." + FIN,
        SI_EXIGE
        + "If you dispute all or part of this sum, please give us your reasons in writing within the same time."
        + SINON
        + _REPLY
        + FIN,
    ),
    "Yours faithfully,",
    ("Subject of this formal notice", "of which under formal notice"),
)

ANGLAIS = Langue(
    code=".en",
    etiquette="en-GB",
    appel="Dear Sir or Madam,",
    lieu_et_date=r'[[emetteur_ville \f ", "]][[date_lettre ' + DATE + "]]",
    recommande="REGISTERED LETTER WITH ACKNOWLEDGEMENT OF RECEIPT",
    references=("Your account: **[[client_code]]**", "Our reference: [[relance]]", r'[[emetteur_signataire \b "Contact: "]]'),
    colonnes=("Document", "Date", "Due date", "Overdue", "Amount", "Balance due"),
    colonne_penalites="Penalties",
    total="Total due on [[date_reference]]",
    total_a_venir="Total falling due",
    jointes=("Also overdue, payable on receipt", "of which also overdue"),
    couvertes="Covered by the credits on your account",
    promesse="{% if promesse_non_tenue %}You had promised us a payment for [[promesse_non_tenue " + DATE + "]]; according to our "
    "records, it has not reached us.{% endif %}",
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
    lettres=(ADVANCE_NOTICE, REMINDER_1, REMINDER_2, REMINDER_3),
    releve=(
        "Statement of account on [[date_reference " + DATE + "]]",
        "Below are all the open items on your account, due or not, and the credits to be deducted from them. Please let us "
        "know of any difference with your own records.",
        "Account summary",
    ),
    colonnes_sommes=("Not due", "0-30 d", "31-60 d", "61-90 d", "> 90 d", "Credits", "Balance"),
)
