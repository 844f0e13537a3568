"""Les clients de l'exemple : un menuisier-agenceur inventé, et ce que chacun lui doit au 31/03/2026."""

from dataclasses import dataclass

from relances_xl.domaine.ecrits.textes import cle

PRO, PUBLIC, PARTICULIER = "Professionnel", "Public", "Particulier"


@dataclass(frozen=True)
class Client:
    """Une ligne du fichier clients, et ce qu'il doit : des scénarios et leur nombre."""

    code: str
    nom: str
    type: str
    adresse: str
    code_postal: str
    ville: str
    contact: str
    scenarios: str
    civilite: str = ""
    complement: str = ""
    pays: str = "France"
    langue: str = ""
    envoi: str = "Email"
    email: str = "comptabilite@{}.example"
    email_relance: str = ""
    delai: str = "30"
    mode: str = "Virement"
    devise: str = "EUR"
    commercial: str = "Lefèvre"
    exclure: str = ""
    procedure: str = ""
    note: str = ""
    montants: tuple[int, int] = (18_000, 420_000)


CLIENTS = (
    Client("C001", "Hôtel du Beffroi", PRO, "3 place du Marché", "51100", "Reims", "Nadia Caron", "À échoir 4, En retard 3, Soldée 2", "Madame"),
    Client("C002", "Domaine Vauclair-Lemoine", PRO, "Route de Cumières", "51160", "Hautvillers", "Philippe Lemoine", "À échoir 3, En retard 2, Relancée 1 2, Soldée 2", "Monsieur", delai="45 fin de mois", mode="Traite"),
    Client("C003", "Brasserie des Arcades", PRO, "18 rue Chanzy", "51100", "Reims", "Karim Haddad", "Relancée 2 3, Relancée 1 2, En retard 2", "Monsieur", envoi="Courrier", commercial="Okafor"),
    Client("C004", "Pharmacie du Cours Langlet", PRO, "41 cours Langlet", "51100", "Reims", "Sophie Brandt", "À échoir 4, Soldée 6", "Madame", mode="Prélèvement"),
    Client("C005", "Mairie de Saint-Aubin-sur-Vesle", PUBLIC, "1 place de la République", "51360", "Saint-Aubin-sur-Vesle", "Service des finances", "Relancée 2 2, Relancée 1 2, À échoir 3, En retard 1", complement="Hôtel de ville", note="Mandatement par Chorus Pro"),
    Client("C006", "Collège Jeanne-Villepreux", PUBLIC, "27 avenue des Platanes", "51200", "Épernay", "Gestionnaire", "Relancée 1 hier 3, À échoir 3, Soldée 1", envoi="Courrier"),
    Client("C007", "Cabinet Orsini Architectes", PRO, "9 rue de l'Université", "51100", "Reims", "Laura Orsini", "En retard 3, Partielle 2, À échoir 2", "Madame", email_relance="relances@orsini-architectes.example"),
    Client("C008", "Boulangerie Thévenin & Fils", PRO, "52 avenue Jean Jaurès", "51100", "Reims", "Gérard Thévenin", "Relancée 3 3, Relancée 2 2", "Monsieur", envoi="Courrier", mode="Chèque", note="Dossier remis à l'huissier le 02/03/2026"),
    Client("C009", "SCI Les Terrasses", PRO, "6 impasse du Clos", "51430", "Tinqueux", "Marc Delahaye", "En retard 2, À échoir 3, Soldée 2", "Monsieur", delai="30 fin de mois", commercial="Okafor"),
    Client("C010", "Monsieur et Madame Perrault", PARTICULIER, "14 chemin des Vignes", "51390", "Gueux", "", "En retard 2, Relancée 1 1", "Monsieur et Madame", envoi="Courrier", email="", mode="Chèque", montants=(25_000, 180_000)),
    Client("C011", "Madame Yvonne Castaing", PARTICULIER, "8 rue du Moulin", "51500", "Ludes", "", "Relancée 2 2, En retard 1", "Madame", mode="Chèque", email="y.castaing@courriel.example", montants=(12_000, 95_000)),
    Client("C012", "Brightwater Interiors Ltd", PRO, "22 Harbour Street", "BS1 4RN", "Bristol", "Emily Shaw", "En retard 3, Relancée 1 2, À échoir 3", "Ms", pays="Royaume-Uni", langue="en", devise="USD", commercial="Okafor", note="Facturé en USD ; transport en EUR"),
    Client("C013", "Harbor & Stone LLC", PRO, "1180 Commerce Drive", "02210", "Boston MA", "Daniel Reyes", "En retard 2, À échoir 3, Relancée 1 hier 1", "Mr", pays="États-Unis", langue="en", devise="USD", commercial="Okafor"),
    Client("C014", "Transports Guillemard", PRO, "ZI de la Husselle", "51350", "Cormontreuil", "Cédric Guillemard", "Relancée 1 3, En retard 2, Soldée 3", "Monsieur", mode="Traite", delai="60"),
    Client("C015", "Clinique vétérinaire du Parc", PRO, "77 boulevard Pommery", "51100", "Reims", "Dr Anne Fauvel", "À échoir 7, Soldée 6", "Docteur"),
    Client("C016", "Garage Sénéchal", PRO, "3 route de Witry", "51110", "Bazancourt", "Bruno Sénéchal", "Relancée 2 2, Relancée 1 2", "Monsieur", procedure="Oui", envoi="Courrier", note="Redressement judiciaire ouvert le 12/02/2026, créance déclarée"),
    Client("C017", "Groupe Ribeaucourt Immobilier", PRO, "14 rue des Tanneurs", "51100", "Reims", "Hélène Marchand", "En retard 4, À échoir 2", "Madame", exclure="Oui", note="Société sœur : compte courant"),
    Client("C018", "Ateliers Nordin Ébénisterie", PRO, "31 rue de Courcelles", "51100", "Reims", "Sven Nordin", "En retard 2, Partielle 2, À échoir 3", "Monsieur"),
    Client("C019", "Restaurant La Table d'Élise", PRO, "5 rue Colbert", "51100", "Reims", "Élise Vasseur", "Relancée 2 3, En retard 2", "Madame", mode="Chèque", commercial="Okafor", note="Promesse au téléphone, voir « Suivi »"),
    Client("C020", "Librairie Les Belles Pages", PRO, "12 place Drouet d'Erlon", "51100", "Reims", "Thomas Gauthier", "En retard 1, À échoir 3, Soldée 3", "Monsieur", mode="Prélèvement"),
    Client("C021", "Champagne Aubertin Père et Fils", PRO, "2 rue Basse", "51190", "Avize", "Claire Aubertin", "À échoir 7, Soldée 5, En retard 2", "Madame", delai="45 fin de mois", mode="Traite", montants=(90_000, 900_000)),
    Client("C022", "Menuiserie Collard", PRO, "Lieu-dit La Garenne", "08300", "Rethel", "Denis Collard", "Ancienne 3, Relancée 3 2", "Monsieur", envoi="Courrier", email="", note="Injoignable depuis 2025"),
    Client("C023", "Office de tourisme du Val d'Ardre", PUBLIC, "4 Grande Rue", "51170", "Fismes", "Julie Petitjean", "En retard 2, À échoir 3, Soldée 1", "Madame"),
    Client("C024", "SAS Néoform Agencement", PRO, "Parc d'activités Farman", "51100", "Reims", "Olivier Tran", "Relancée 1 2, Relancée 1 hier 2, En retard 3, À échoir 5, Soldée 3", "Monsieur", montants=(150_000, 1_400_000)),
    Client("C025", "Auto-école Point Vert", PRO, "60 rue de Neufchâtel", "51100", "Reims", "Samira Belkacem", "En retard 1", "Madame", montants=(840, 841), mode="Chèque"),
    Client("C026", "Syndic Vesle-Habitat", PRO, "19 rue Buirette", "51100", "Reims", "Pôle copropriétés", "En retard 3, Relancée 1 2, À échoir 2", email_relance="fournisseurs@vesle-habitat.example", delai="fin de mois 45", commercial="Okafor"),
    Client("C027", "Fromagerie Montjoly", PRO, "10 rue du Four", "02160", "Craonne", "Lucie Montjoly", "À échoir 3, Soldée 3", "Madame"),
    Client("C028", "Gîtes de la Suippe", PRO, "2 rue du Lavoir", "51600", "Suippes", "Patrick Wallon", "Relancée 2 hier 2, Relancée 1 1, À échoir 1", "Monsieur", envoi="Courrier"),
    Client("C029", "Cave coopérative de Verzy", PRO, "Rue des Crayères", "51380", "Verzy", "Isabelle Roques", "En retard 2, À échoir 6, Soldée 4", "Madame", mode="Prélèvement", delai="30 fin de mois le 10"),
    Client("C030", "Étude Leclercq Notaires", PRO, "33 rue Libergier", "51100", "Reims", "Maître Leclercq", "En retard 2, Soldée 3, À échoir 2", "Maître"),
    Client("C031", "Salon Coiff'Harmonie", PRO, "", "", "", "Mélanie Ruiz", "Relancée 1 2, En retard 1", "Madame", envoi="Courrier", email="", mode="Chèque", note="Adresse à retrouver"),
    Client("C032", "Cinéma L'Étoile", PRO, "7 rue de Talleyrand", "51100", "Reims", "Hugo Mercier", "À échoir 2, Soldée 2, En retard 1", "Monsieur"),
    Client("C033", "Institut de beauté Ylang", PRO, "21 rue de Vesle", "51100", "Reims", "Chloé Adam", "En retard 2, Relancée 1 1", "Madame", envoi="Email", email="", note="Demande un courriel, sans adresse connue"),
    Client("C034", "Bureau d'études Sillage", PRO, "5 allée du Vignoble", "51100", "Reims", "Antoine Ferry", "À échoir 5, En retard 2, Soldée 4", "Monsieur"),
    Client("C035", "Communauté de communes des Trois Rivières", PUBLIC, "15 rue de l'Hôtel de Ville", "51140", "Jonchery-sur-Vesle", "Direction des finances", "Relancée 2 2, En retard 2, À échoir 2", envoi="Courrier", complement="Pôle technique", montants=(200_000, 1_800_000)),
    Client("C036", "Électricité Moreau-Pinchard", "", "88 rue du Barbâtre", "51100", "Reims", "Vincent Moreau", "En retard 2, Relancée 1 2, À échoir 2", "Monsieur", note="Type de client à compléter"),
    Client("C037", "Sté N'Guyen & Associés", PRO, "4 rue du Général Sarrail", "51100", "Reims", "Minh N'Guyen", "En retard 3, Soldée 3, À échoir 3", "Monsieur", commercial="Okafor"),
    Client("C038", "Monsieur Jean-Baptiste Rouvière", PARTICULIER, "Résidence Les Acacias, appt 12", "51200", "Épernay", "", "À échoir 1, En retard 1, Soldée 1", "Monsieur", mode="Chèque", email="jb.rouviere@courriel.example", montants=(30_000, 210_000)),
    Client("C039", "Imprimerie Valadier", PRO, "ZA Les Essillards", "51430", "Bezannes", "Rachel Valadier", "En retard 2, À échoir 3, Soldée 2", "Madame", mode="Traite"),
    Client("C040", "Comité d'entreprise Marbelle", PRO, "120 route de Paris", "51530", "Oiry", "Trésorier", "Soldée 2, À échoir 1", note="Solde créditeur : avoir à rembourser"),
)  # fmt: skip


def telephone(client: Client) -> str:
    """Un numéro des tranches réservées à la fiction (Arcep, Ofcom, FCC)."""
    rang = int(client.code[1:])
    prefixes = {"Royaume-Uni": f"+44 117 496 {rang:04d}", "États-Unis": f"+1 617 555 {100 + rang:04d}"}
    debut = "06 39 98" if client.type == PARTICULIER else "03 53 01"
    return prefixes.get(client.pays, f"{debut} {10 + rang} {99 - rang}")


def siren(client: Client) -> str:
    """Un SIREN à la clé juste, d'une tranche non attribuée ; vide pour un particulier ou un étranger."""
    if client.type == PARTICULIER or client.pays != "France":
        return ""
    debut = f"99{int(client.code[1:]) * 7919:06d}"
    doubles = [int(chiffre) * (1 + rang % 2) for rang, chiffre in enumerate(debut)]
    return debut + str(-sum(d - 9 * (d > 9) for d in doubles) % 10)


def domaine(nom: str) -> str:
    """Le domaine de courriel d'une raison sociale."""
    return "-".join(cle(mot) for mot in nom.replace("'", " ").split() if cle(mot))
