"""Le nom de fichier de chaque lettre d'un lot : stable, sûr et distinct (contrat §6, étape 2)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from relances_xl.fichiers.noms_surs import fichier_sur, nom_sur

_CODE_MAX, _PIECE_MAX = 60, 40  # caractères : le chemin entier reste sous les 260 de Windows


class NomDeLettre(NamedTuple):
    """Ce dont le nom d'une lettre est fait."""

    relance: str
    code_client: str
    niveau: int
    devise: str
    piece: str = ""  # regroupement « Facture » seulement


def noms_de_lettres(lettres: Iterable[NomDeLettre], deja: Mapping[str, str]) -> dict[str, str]:
    """Relance → nom de fichier sans extension, sûr sous Windows comme ailleurs et distinct même sans la casse.

    deja : relance → nom des lettres déjà faites dans ce lot, qui restent les leurs.
    """
    noms = dict(deja)
    pris = {nom.casefold() for nom in noms.values()}
    for lettre in lettres:
        if lettre.relance in noms:
            continue
        base = f"{nom_sur(lettre.code_client, _CODE_MAX)}_n{lettre.niveau}_{nom_sur(lettre.devise, 3)}"
        if lettre.piece:
            base += f"_{nom_sur(lettre.piece, _PIECE_MAX)}"
        base = fichier_sur(base)
        nom, suite = base, 2
        while nom.casefold() in pris:
            nom, suite = f"{base}_{suite}", suite + 1
        noms[lettre.relance] = nom
        pris.add(nom.casefold())
    return noms
