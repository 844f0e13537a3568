"""Des lettres comme l'outil en fait : les modèles livrés, et les valeurs que la décision leur donne."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import fabrique
from lieux import RACINE

from relances_xl.decision.decider import decider
from relances_xl.domaine.parametres import Emetteur
from relances_xl.lettres.donnees.valeurs_de_lettre import valeurs_des_relances

MODELES = RACINE / "modeles"
EMETTEUR = Emetteur(
    raison_sociale="Ateliers du Midi & Cie", adresse_1="12 rue des Forges", code_postal="31000", ville="Toulouse",
    email="compta@midi.example", siren="732829320", iban="FR7630006000011234567890189", bic="AGRIFRPP",
    signataire="Claire Martin", fonction="Comptable", mentions_legales="SAS au capital de 50 000 €",
)  # fmt: skip

Valeurs = Sequence[Mapping[str, object]]


def lettres(nombre: int, longues: int) -> Valeurs:
    """Les valeurs d'autant de lettres : six factures chacune, ou quarante (deux pages) toutes les `longues`, les plus longues d'abord."""
    rangs = [
        {"code_client": f"C{client:05d}", "piece": f"FA{client}-{numero}", "reste_du": f"{100 + numero},50"}
        for client in range(nombre)
        for numero in range(40 if longues and client % longues == 0 else 6)
    ]
    clients = fabrique.clients(
        *({"code_client": f"C{client:05d}", "raison_sociale": f"Établissements {client}"} for client in range(nombre))
    )
    parametres = replace(fabrique.parametres(), emetteur=EMETTEUR)
    decision = decider(
        fabrique.echeances(*({**rang, "date_echeance": "31/01/2026"} for rang in rangs)), clients, parametres, fabrique.journal(), "R"
    )  # fmt: skip
    return [valeurs for _, valeurs in valeurs_des_relances(decision.relances, decision.lignes, clients, parametres)]
