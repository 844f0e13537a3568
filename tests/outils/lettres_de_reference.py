"""Les lettres de référence : le texte de chaque lettre livrée, et l'empreinte de ses parties, pour lire ce qu'un changement déplace.

    python tests/outils/lettres_de_reference.py

les renouvelle ; relisez leur différence avant de les garder.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import fabrique
from fabrique_lettres import EMETTEUR, lignes_decidees, relances_decidees
from fabrique_word import paragraphes
from lieux import RACINE

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ESPACE
from relances_xl.domaine.parametres import Parametres
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.donnees.valeurs_de_lettre import valeurs_des_relances
from relances_xl.lettres.modele import compiler

REFERENCE = RACINE / "tests" / "lettres" / "lettres-de-reference.txt"
NOMS = ("prevenance", "relance-1", "relance-2", "relance-3")


def decrire() -> str:
    """Chaque lettre livrée, dans les deux langues, pour un professionnel, un particulier et un client public."""
    return "\n".join(
        ligne
        for nom in NOMS
        for langue in ("", ".en")
        for type_client in ("Professionnel", "Particulier", "Public")
        for ligne in _lettre(RACINE / "modeles" / f"{nom}{langue}.docx", type_client, NOMS.index(nom))
    ) + "\n"  # fmt: skip


def _lettre(modele: Path, type_client: str, niveau: int) -> Iterator[str]:
    lettre = compiler(modele, CATALOGUE).fusionner(valeurs(type_client, max(niveau, 1)))
    yield f"=== {modele.name} · {type_client} · {_empreinte(lettre)}"
    yield from (texte.replace(ESPACE, " ").replace("\n", " ⏎ ").replace("\t", " → ") for texte in paragraphes(lettre) if texte.strip())


def _empreinte(lettre: bytes) -> str:
    """Celle des parties décompressées : elle ne dépend pas de la version de zlib."""
    empreinte = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(lettre)) as archive:
        for nom in sorted(archive.namelist()):
            if not nom.endswith(".png"):
                empreinte.update(nom.encode() + b"\0" + archive.read(nom))
    return empreinte.hexdigest()[:16]


def valeurs(type_client: str, niveau: int) -> Mapping[str, object]:
    """Deux échéances au niveau de la lettre, une jointe si le niveau le permet, un avoir et une autre échéance."""
    frais = niveau == 3 and type_client != "Particulier"
    relancee = date(2026, 3, 12) if niveau > 1 else None
    exigee = {"relance": "R-0001", "niveau_propose": niveau, "derniere_relance": relancee, "dernier_niveau": niveau - 1}
    lignes = lignes_decidees(
        {**exigee, "piece": "FA-1", "date_echeance": "31/01/2026", "reste_du": "1 200", "reference": "Commande 45",
         "penalites": 2357 if frais else 0, "indemnite": 4000 if frais else 0, "net_penalisable": 115000},
        {**exigee, "piece": "FA-2", "date_echeance": "15/02/2026", "reste_du": "300,50", "penalites": 440 if frais else 0,
         "indemnite": 4000 if frais else 0},
        *([{"piece": "FA-3", "date_echeance": "20/03/2026", "reste_du": "80", "relance": "R-0001", "niveau_propose": 1}] if niveau > 1 else []),
        {"piece": "AV-1", "date_echeance": "01/03/2026", "reste_du": "-50", "relance": "R-0001", "net_penalisable": 0},
        {"piece": "FA-9", "date_echeance": "25/03/2026", "reste_du": "70", "autre": True, "dernier_niveau": 1},
    )  # fmt: skip
    retard = 120000 + 30050 + (8000 if niveau > 1 else 0)
    penalites, indemnite = (2797, 8000) if frais else (0, 0)
    relances = relances_decidees(
        {c.NIVEAU: niveau, c.RETARD: retard, c.CREDITS: 5000, c.NET: retard - 5000, c.PENALITES: penalites, c.INDEMNITE: indemnite,
         c.TOTAL_RECLAME: retard - 5000 + penalites + indemnite, c.TAUX: "12,15 %" if frais else "", c.DERNIERE_RELANCE: relancee,
         c.MESSAGE: "Merci de votre appel."}
    )  # fmt: skip
    clients = fabrique.clients({"type_client": type_client, "raison_sociale": "Établissements Lefèvre & Fils", "civilite": "Madame"})
    parametres = replace(Parametres(fabrique.parametres().criteres), emetteur=EMETTEUR)
    [(_, de_la_lettre)] = valeurs_des_relances(relances, lignes, clients, parametres)
    return de_la_lettre


if __name__ == "__main__":
    REFERENCE.write_text(decrire(), encoding="utf-8")
    print(f"{REFERENCE} renouvelée")
