"""Le catalogue des champs de fusion : leur nom, leur type, un exemple de chacun (contrat §6).

Un champ s'écrit `{{ client.raison_sociale }}`, ou `MERGEFIELD client_raison_sociale` : le point y devient `_`.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ESPACE
from relances_xl.domaine.parametres import LIBELLES_EMETTEUR


class TypeChamp(StrEnum):
    TEXTE = "texte"
    LIGNES = "texte sur plusieurs lignes"
    MONTANT = "montant"
    DATE = "date"
    ENTIER = "nombre"
    IMAGE = "image"


class ChampFusion(NamedTuple):
    """Un champ de fusion.

    exemple : tel qu'il s'écrit sans commutateur dans une lettre en français ; cadre_mm : pour une image, largeur et
    hauteur du cadre (en millimètres) où elle tient sans être déformée.
    """

    nom: str
    type: TypeChamp
    aide: str
    exemple: str
    cadre_mm: tuple[float, float] | None = None

    @property
    def mergefield(self) -> str:
        """Le nom du champ dans un MERGEFIELD : `client_raison_sociale`."""
        return self.nom.replace(".", "_")


LISTES: dict[str, tuple[str, ...]] = {
    "echeance": ("echeances", "credits"),
    "exigee": ("exigees", "credits"),
    "jointe": ("jointes",),
    "autre": ("autres",),
    "ligne": ("lignes",),
    "somme": ("sommes",),
}
"""Préfixe d'un champ de ligne de tableau → les listes de valeurs dont chaque élément répète cette ligne."""

_T, _L, _M, _D, _E, _I = (
    TypeChamp.TEXTE, TypeChamp.LIGNES, TypeChamp.MONTANT, TypeChamp.DATE, TypeChamp.ENTIER, TypeChamp.IMAGE,
)  # fmt: skip

_EXEMPLES_CLIENT = {
    c.CODE_CLIENT: "C001",
    c.RAISON_SOCIALE: "Établissements Lefèvre & Fils",
    c.CIVILITE: "Madame",
    c.CONTACT: "Anne Lefèvre",
    c.ADRESSE1: "Bâtiment C",
    c.ADRESSE2: "12 rue de l'Église",
    c.ADRESSE3: "ZA des Prés",
    c.CODE_POSTAL: "69003",
    c.VILLE: "Lyon",
    c.PAYS: "France",
    c.EMAIL: "contact@lefevre.example",
    c.EMAIL_RELANCE: "compta@lefevre.example",
    c.TELEPHONE: "04 72 00 00 00",
    c.LANGUE: "fr",
    c.TYPE_CLIENT: "Professionnel",
    c.EXCLURE: "Non",
    c.ENVOI: "Courrier",
    c.DELAI_PAIEMENT: "30 fin de mois",
    c.COMMERCIAL: "P. Durand",
    c.SIREN: "732 829 320",
    c.PROCEDURE_COLLECTIVE: "Non",
    c.PLAN_RELANCE: "Standard",
    c.NOTE: "rappeler le mardi",
}

_EXEMPLES_EMETTEUR = {
    "raison_sociale": "Atelier Moreau SARL",
    "adresse_1": "8 quai des Tanneurs",
    "adresse_2": "",
    "code_postal": "44000",
    "ville": "Nantes",
    "telephone": "02 40 00 00 00",
    "email": "compta@atelier-moreau.example",
    "siren": "443 061 841",
    "tva": "FR33 443 061 841",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "bic": "AGRIFRPP",
    "signataire": "Claire Moreau",
    "fonction": "Responsable comptable",
    "logo": "(image)",
    "mentions_legales": "SARL au capital de 50 000 € – RCS Nantes 443 061 841",
}


def _euros(nombre: str) -> str:
    return f"{nombre} €".replace(" ", ESPACE)


def _champs_client() -> Iterator[ChampFusion]:
    yield ChampFusion("client.code", _T, "code du client", "C001")
    yield ChampFusion(
        "client.adresse", _L, "nom et adresse, lignes NF Z10-011",
        "Établissements Lefèvre & Fils\nMadame Anne Lefèvre\nBATIMENT C\n12 RUE DE L EGLISE\nZA DES PRES\n69003 LYON",
    )  # fmt: skip
    yield ChampFusion("client.politesse", _T, "formule d'appel : la civilité, à défaut « Madame, Monsieur »", "Madame")
    for champ in c.CHAMPS_CLIENT:
        yield ChampFusion(f"client.{champ.nom}", _T, champ.aide, _EXEMPLES_CLIENT[champ.nom])


def _champs_emetteur() -> Iterator[ChampFusion]:
    for nom, libelle in LIBELLES_EMETTEUR.items():
        if nom == "logo":
            yield ChampFusion("emetteur.logo", _I, "logo (image PNG ou JPEG)", "(image)", (60.0, 20.0))
        else:
            aide = f"émetteur : {libelle if libelle.isupper() else libelle.lower()}"
            yield ChampFusion(f"emetteur.{nom}", _T, aide, _EXEMPLES_EMETTEUR[nom])


_LETTRE = (
    ChampFusion("date_lettre", _D, "date d'édition", "31/03/2026"),
    ChampFusion("date_reference", _D, "date à laquelle le retard est compté", "31/03/2026"),
    ChampFusion("relance", _T, "identifiant de la relance, à rappeler", "2026-03-31_1-0001"),
    ChampFusion("niveau", _E, "niveau de la relance", "3"),
    ChampFusion("libelle_niveau", _T, "libellé du niveau", "Troisième relance, mise en demeure"),
    ChampFusion("objet", _T, "objet du niveau de ce qu'elle réclame", "Mise en demeure de payer – Établissements Lefèvre & Fils"),
    ChampFusion("envoi", _T, "« Recommandé » ou « Lettre » (onglet « Niveaux »)", "Recommandé"),
    ChampFusion("message", _L, "message libre saisi dans la revue", "Suite à notre entretien du 12 mars."),
    ChampFusion("devise", _T, "devise de la lettre", "EUR"),
    ChampFusion("nombre_echeances", _E, "nombre d'échéances réclamées, hors crédits", "3"),
    ChampFusion("plus_ancienne", _D, "plus ancienne échéance réclamée", "15/01/2026"),
    ChampFusion("jours_retard", _E, "jours de retard de la plus ancienne", "75"),
    ChampFusion("total_retard", _M, "somme des échéances réclamées", _euros("4 212,00")),
    ChampFusion("total_credits", _M, "somme des crédits déduits (positive)", _euros("212,00")),
    ChampFusion("total_du", _M, "net : retard moins crédits", _euros("4 000,00")),
    ChampFusion("penalites", _M, "pénalités de retard réclamées", _euros("66,58")),
    ChampFusion("indemnite", _M, "indemnité forfaitaire réclamée", _euros("120,00")),
    ChampFusion("total_reclame", _M, "net, pénalités et indemnité", _euros("4 186,58")),
    ChampFusion("taux_penalites", _T, "taux annuel des pénalités", f"12,15{ESPACE}%"),
    ChampFusion("total_autre", _M, "somme des autres échéances échues (`autre`)", _euros("350,00")),
    ChampFusion("total_exige", _M, "net des échéances au niveau de la lettre (`exigee`)", _euros("3 000,00")),
    ChampFusion("total_joint", _M, "net des échéances d'un niveau inférieur (`jointe`)", _euros("1 000,00")),
    ChampFusion("reclame_exige", _M, "`total_exige`, ses pénalités et ses indemnités", _euros("3 146,58")),
    ChampFusion("derniere_relance", _D, "dernière relance des échéances au niveau de la lettre, si toutes en ont eu une", "12/03/2026"),
    ChampFusion("relance_commune", _D, "`derniere_relance`, si c'est la même pour toutes", "12/03/2026"),
    ChampFusion("promesse_non_tenue", _D, "date d'une promesse passée sans paiement", "20/03/2026"),
    ChampFusion("qr_paiement", _I, "QR code de virement (EPC069-12) de `total_reclame`", "(image)", (28.0, 28.0)),
)

_ECHEANCE = (
    ("piece", _T, "numéro de la pièce", "FA-2026-0117"),
    ("date_piece", _D, "date de la pièce", "16/12/2025"),
    ("date_echeance", _D, "échéance", "15/01/2026"),
    ("montant", _M, "montant de la pièce", _euros("1 800,00")),
    ("reste_du", _M, "reste dû ; négatif pour un crédit", _euros("1 234,56")),
    ("jours_retard", _E, "jours de retard", "75"),
    ("penalites", _M, "pénalités de retard", _euros("30,82")),
    ("reference", _T, "référence", "Commande 4512"),
    ("niveau", _E, "niveau de l'échéance", "3"),
    ("client_livre", _T, "client livré, quand un tiers payeur est le débiteur", "Magasin de Bron"),
)


_DE_LIGNE = (
    ("echeance", "échéance réclamée ou crédit"),
    ("exigee", "échéance au niveau de la lettre, ou crédit"),
    ("jointe", "échéance d'un niveau inférieur"),
    ("autre", "autre échéance échue, pour information"),
)
"""Préfixe d'un champ de ligne → ce que sont les lignes qu'il répète."""


def _champs_echeance() -> Iterator[ChampFusion]:
    for prefixe, lesquelles in _DE_LIGNE:
        for nom, type_champ, aide, exemple in _ECHEANCE:
            yield ChampFusion(f"{prefixe}.{nom}", type_champ, f"{lesquelles} : {aide}", exemple)
        yield ChampFusion(f"{prefixe}.code_client", _T, f"{lesquelles} : code du client", "C001")
        yield ChampFusion(f"{prefixe}.raison_sociale", _T, f"{lesquelles} : nom du client", "Établissements Lefèvre & Fils")


_RELEVE_ET_LISTE = (
    ChampFusion("detaille", _T, "liste clients : « Oui » si les échéances sont demandées, sinon vide", "Oui"),
    ChampFusion("ligne.relance", _T, "liste clients : identifiant de la relance", "2026-03-31_1-0001"),
    ChampFusion("ligne.code_client", _T, "liste clients : code", "C001"),
    ChampFusion("ligne.raison_sociale", _T, "liste clients : nom", "Établissements Lefèvre & Fils"),
    ChampFusion("ligne.telephone", _T, "liste clients : téléphone", "04 72 00 00 00"),
    ChampFusion("ligne.devise", _T, "liste clients : devise", "EUR"),
    ChampFusion("ligne.niveau", _E, "liste clients : niveau proposé", "3"),
    ChampFusion("ligne.nb_echeances", _E, "liste clients : nombre d'échéances", "3"),
    ChampFusion("ligne.retard", _M, "liste clients : retard", _euros("4 212,00")),
    ChampFusion("ligne.credits", _M, "liste clients : crédits (positif)", _euros("212,00")),
    ChampFusion("ligne.net", _M, "liste clients : net", _euros("4 000,00")),
    ChampFusion("ligne.penalites", _M, "liste clients : pénalités", _euros("66,58")),
    ChampFusion("ligne.indemnite", _M, "liste clients : indemnité", _euros("120,00")),
    ChampFusion("ligne.total_reclame", _M, "liste clients : total réclamé", _euros("4 186,58")),
    ChampFusion("ligne.plus_ancienne", _D, "liste clients : plus ancienne échéance", "15/01/2026"),
    ChampFusion("ligne.jours_retard", _E, "liste clients : jours de retard", "75"),
    ChampFusion("ligne.derniere_relance", _D, "liste clients : dernière relance", "12/03/2026"),
    ChampFusion("somme.devise", _T, "relevé ou liste, total d'une devise : la devise", "EUR"),
    ChampFusion("somme.nombre", _E, "relevé ou liste : nombre de pièces, ou de relances", "42"),
    ChampFusion("somme.encours", _M, "relevé : tout le reste dû, crédits déduits", _euros("5 350,00")),
    ChampFusion("somme.non_echu", _M, "relevé : non échu", _euros("1 000,00")),
    ChampFusion("somme.jours_0_30", _M, "relevé : échu depuis 30 jours au plus", _euros("2 000,00")),
    ChampFusion("somme.jours_31_60", _M, "relevé : échu depuis 31 à 60 jours", _euros("1 350,00")),
    ChampFusion("somme.jours_61_90", _M, "relevé : échu depuis 61 à 90 jours", _euros("1 212,00")),
    ChampFusion("somme.plus_de_90", _M, "relevé : échu depuis plus de 90 jours", _euros("0,00")),
    ChampFusion("somme.credits", _M, "relevé ou liste : crédits (positif)", _euros("212,00")),
    ChampFusion("somme.retard", _M, "liste clients : retard", _euros("84 212,00")),
    ChampFusion("somme.net", _M, "liste clients : net", _euros("83 000,00")),
    ChampFusion("somme.total_reclame", _M, "liste clients : total réclamé", _euros("84 960,00")),
)


def _catalogue() -> dict[str, ChampFusion]:
    champs = (*_champs_client(), *_champs_emetteur(), *_LETTRE, *_champs_echeance(), *_RELEVE_ET_LISTE)
    return {champ.nom: champ for champ in champs}


CATALOGUE: dict[str, ChampFusion] = _catalogue()


def lignes_source() -> list[list[str]]:
    """Une source de données pour le publipostage de Word : les noms des champs, puis une ligne d'exemples.

    Les images n'y sont pas : Word ne saurait pas les montrer.
    """
    champs = [champ for champ in CATALOGUE.values() if champ.type is not TypeChamp.IMAGE]
    return [[champ.mergefield for champ in champs], [champ.exemple for champ in champs]]
