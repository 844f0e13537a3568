"""Les lettres en français, et la liste des clients."""

from textes import DATE, FIN, SI_EXIGE, SI_PARTICULIER, SI_PRO, SI_PUBLIC, SI_RIEN, SINON, Langue, Lettre, phrases, typographie

_SALUT = "Nous vous prions d'agréer, [[client_politesse]], l'expression de nos salutations distinguées."

_OBJET = typographie(r'[[objet \b "Objet : "]]')
_OBJET_OU_RAPPEL = typographie(SI_EXIGE + _OBJET + SINON + "Objet : Factures échues – [[client_raison_sociale]]" + FIN)
_COUVERTES = (
    SINON + "Les crédits de votre compte couvrent une partie des échéances que voici. Ces crédits déduits, il restait dû au "
    "[[date_reference " + DATE + "]] un total de **[[total_joint]]**, que nous vous remercions de nous régler dès réception de cette "
    "lettre :" + FIN
)
_REPONDRE = "Si une pièce vous manque ou si vous la contestez, faites-le-nous savoir : nous vous répondrons aussitôt."

PREVENANCE = Lettre(
    "Rappel d'échéance",
    _OBJET,
    phrases("Sauf erreur de notre part, les pièces suivantes arrivent bientôt à échéance, pour un total de **[[total_du]]** :"),
    phrases(
        "Cette lettre n'a d'autre but que de vous aider à prévoir leur règlement à la date convenue. Si une pièce vous manque, "
        "ou si elle appelle une remarque de votre part, faites-le-nous savoir dès maintenant : nous vous répondrons aussitôt.",
        "Si vous avez déjà donné l'ordre de paiement, veuillez ne pas tenir compte de ce rappel, et recevoir nos remerciements.",
    ),
    _SALUT,
)

RELANCE_1 = Lettre(
    "Première relance",
    _OBJET,
    phrases(
        "Sauf erreur ou omission de notre part, les échéances que voici restaient à régler au [[date_reference "
        + DATE
        + "]], pour un total de **[[total_du]]** :",
    ),
    phrases(
        "Il s'agit sans doute d'un simple oubli. Nous vous remercions par avance de nous adresser votre règlement dès "
        "réception de cette lettre.",
        "Si votre paiement nous est parvenu entre-temps, veuillez ne pas tenir compte de ce rappel. Si une pièce vous "
        "manque ou si vous la contestez, faites-le-nous savoir : nous vous répondrons aussitôt.",
    ),
    _SALUT,
)

RELANCE_2 = Lettre(
    "Deuxième relance",
    _OBJET_OU_RAPPEL,
    phrases(
        SI_EXIGE
        + "{% if relance_commune %}Malgré notre relance du [[relance_commune "
        + DATE
        + "]], nous n'avons{% elif derniere_relance %}"
        "Malgré nos relances, dont la dernière du [[derniere_relance " + DATE + "]], nous n'avons{% else %}Nous n'avons{% endif %} "
        "pas reçu votre règlement, et des échéances restent impayées pour un total de **[[total_exige]]**"
        "{% if jointes %}. D'autres, également échues, s'y ajoutent pour **[[total_joint]]**{% endif %} :" + _COUVERTES,
    ),
    phrases(
        SI_EXIGE + "Nous vous demandons de nous régler la somme de **[[reclame_exige]]** **sous huit jours** à compter de la date de cette "
        "lettre, ou de nous faire connaître dans ce délai ce qui s'y oppose."
        "{% if jointes %} Nous vous remercions de régler dès réception les échéances également échues.{% endif %}"
        + SINON
        + _REPONDRE
        + FIN,
        SI_EXIGE + "Sans règlement ni réponse de votre part, nous vous adresserons une mise en demeure."
        '{% if client.type_client in ("Professionnel", "Public") and not penalites and not indemnite %} Pourront s\'y ajouter les '
        "pénalités de retard et l'indemnité forfaitaire pour frais de recouvrement que la loi prévoit.{% endif %}" + FIN,
        "Si votre paiement s'est croisé avec cette lettre, nous vous en remercions.",
    ),
    _SALUT,
    phrases("Objet de cette relance", "dont objet de cette relance"),
)

RELANCE_3 = Lettre(
    "Mise en demeure",
    _OBJET_OU_RAPPEL,
    phrases(
        SI_EXIGE
        + "{% if relance_commune %}Notre relance du [[relance_commune "
        + DATE
        + "]] est restée sans effet. {% elif derniere_relance %}"
        "Nos relances, dont la dernière du [[derniere_relance " + DATE + "]], sont restées sans effet. {% endif %}"
        "Par la présente, nous vous **mettons en demeure** de nous régler, dans un délai de **huit jours** à compter de la "
        "première présentation de cette lettre, la somme de **[[reclame_exige]]**{% if jointes %}. D'autres "
        "échéances, également échues, sont à régler dès réception, pour **[[total_joint]]**. Voici le détail :"
        "{% else %}, qui se décompose ainsi :{% endif %}" + _COUVERTES,
    ),
    phrases(
        SI_PRO + "{% if penalites %}Les pénalités de retard sont exigibles sans qu'un rappel soit nécessaire, dès le jour "
        "suivant la date de règlement figurant sur la facture (article L. 441-10, II du code de commerce). Elles sont "
        "arrêtées au [[date_reference " + DATE + "]], au taux annuel de [[taux_penalites]], et continuent de courir "
        "jusqu'au paiement. {% endif %}"
        "{% if indemnite %}Chaque facture payée en retard rend également exigible, de plein droit, une indemnité "
        "forfaitaire de 40 € pour frais de recouvrement (articles L. 441-10, II et D. 441-5 du code de commerce)."
        "{% endif %}" + FIN,
        SI_PUBLIC + "{% if penalites %}Le retard de paiement fait courir, de plein droit et sans autre formalité, des "
        "intérêts moratoires (articles L. 2192-13 et R. 2192-31 du code de la commande publique). Ils sont arrêtés au "
        "[[date_reference " + DATE + "]], au taux annuel de [[taux_penalites]], et continuent de courir jusqu'au "
        "paiement. {% endif %}{% if indemnite %}Le retard donne également lieu au versement d'une indemnité forfaitaire de 40 € par "
        "facture pour frais de recouvrement (articles L. 2192-13 et D. 2192-35 du même code).{% endif %}" + FIN,
        SI_EXIGE
        + SI_PARTICULIER
        + "Cette lettre vaut mise en demeure au sens de l'article 1344 du code civil. Elle fait courir l'intérêt au "
        "taux légal sur la somme mise en demeure, sans que nous ayons à justifier d'un préjudice (articles 1231-6 et 1344-1 du code "
        "civil). Aucuns frais de recouvrement ne vous sont demandés." + FIN + FIN,
        SI_EXIGE + SI_RIEN + "Cette lettre vaut mise en demeure au sens de l'article 1344 du code civil." + FIN + FIN,
        SI_EXIGE + "À défaut de paiement dans ce délai, nous nous réservons d'engager, sans nouvel avis, toute procédure de "
        "recouvrement devant la juridiction compétente." + FIN,
        SI_EXIGE
        + "Si vous contestez tout ou partie de cette somme, veuillez nous en donner les motifs par écrit dans le même délai."
        + SINON
        + _REPONDRE
        + FIN,
    ),
    "Veuillez agréer, [[client_politesse]], l'expression de nos salutations distinguées.",
    phrases("Objet de cette mise en demeure", "dont mis en demeure"),
)

FRANCAIS = Langue(
    code="",
    etiquette="fr-FR",
    appel="[[client_politesse]],",
    lieu_et_date=r'[[emetteur_ville \f ", le "]][[date_lettre ' + DATE + "]]",
    recommande="LETTRE RECOMMANDÉE AVEC ACCUSÉ DE RÉCEPTION",
    references=phrases("Votre compte : **[[client_code]]**", "Notre référence : [[relance]]", r'[[emetteur_signataire \b "Suivi par : "]]'),
    colonnes=("Pièce", "Date", "Échéance", "Retard", "Montant", "Reste dû"),
    colonne_penalites="Pénalités",
    total=r"Total dû au [[date_reference]]",
    total_a_venir="Total à régler aux échéances",
    jointes=phrases("Également échues, à régler dès réception", "dont également échu"),
    couvertes="Couvertes par les crédits de votre compte",
    promesse=typographie(
        "{% if promesse_non_tenue %}Vous nous aviez annoncé un règlement pour le [[promesse_non_tenue " + DATE + "]] ; sauf erreur, "
        "il ne nous est pas parvenu.{% endif %}"
    ),
    penalites=r'Pénalités de retard [[taux_penalites \b "au taux annuel de "]]',
    interets=r'Intérêts moratoires [[taux_penalites \b "au taux annuel de "]]',
    indemnite="Indemnité forfaitaire pour frais de recouvrement",
    total_reclame="Total à régler",
    autres=typographie("Pour information, autres échéances de votre compte, non comprises dans ce total :"),
    total_autre="Total",
    paiement=phrases(
        "Pour régler **[[total_reclame]]**{% if emetteur.iban %} par virement{% endif %}",
        r'[[emetteur_raison_sociale \b "Bénéficiaire : "]]',
        r'[[emetteur_iban \b "IBAN : "]]',
        r'[[emetteur_bic \b "BIC : "]]',
        "Référence à rappeler : **[[client_code]]**",
    ),
    scanner="Scannez pour payer",
    page="Page",
    lettres=(PREVENANCE, RELANCE_1, RELANCE_2, RELANCE_3),
    releve=phrases(
        "Relevé de compte au [[date_reference " + DATE + "]]",
        "Voici toutes les pièces ouvertes de votre compte, échues ou non, et les crédits qui en viennent en déduction. "
        "Nous vous remercions de nous signaler toute différence avec vos écritures.",
        "Situation du compte",
    ),
    colonnes_sommes=("Non échu", "0-30 j", "31-60 j", "61-90 j", "> 90 j", "Crédits", "Solde"),
)

LISTE_TITRE = "Clients à relancer au [[date_reference " + DATE + "]]"
LISTE_COLONNES = (
    "Code", "Client", "Téléphone", "Niv.", "Éch.", "Retard", "Crédits", "Net", "Total réclamé", "Depuis le", "Jours",
    "Relancé le",
)  # fmt: skip
DETAIL_COLONNES = ("Code", "Client", "Pièce", "Date", "Échéance", "Jours", "Montant", "Reste dû", "Niv.")
