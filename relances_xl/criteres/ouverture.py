"""Ouvrir `criteres.xlsx` : ses onglets en `Feuille`, ou une seule phrase qui dit pourquoi c'est impossible."""

import zipfile
from pathlib import Path

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.feuilles import Feuille
from relances_xl.fichiers.office.enveloppe import OLE, demesuree

COMMENCER = "Commencer ici"
"""L'onglet d'accueil."""

_ODS = "mimetype"


def lire_onglets(chemin: Path) -> list[Feuille]:
    """Les onglets du classeur, dans l'ordre, sauf « Commencer ici », qui ne dit rien que les autres ne disent.

    Il est ouvert dans un processus à part, borné (`fichiers.enfant`). Un nombre au format % devient un texte
    (« 12,15 % »), pour que la `Feuille` dise tout ; une formule rend son résultat enregistré, ou une `Formule` si le
    classeur n'en garde pas. Classeur inutilisable : `ErreurUtilisateur`.
    """
    from relances_xl.fichiers.enfant import lire_a_part  # l'enfant, qui charge ce module, n'a pas à en détacher un

    verifier(chemin)
    return list(lire_a_part("relances_xl.criteres.cellules_excel:onglets", chemin))


def verifier(chemin: Path) -> None:
    """Refuse un chemin qui ne mène pas à un classeur .xlsx : absent, vide, chiffré, d'un autre format."""
    if not chemin.is_file():
        remede = "c'est un dossier" if chemin.is_dir() else "créez le dossier de relance par « relances-xl nouveau »"
        raise refuse(chemin, "le classeur de critères est introuvable", remede)
    try:
        with chemin.open("rb") as fichier:
            debut = fichier.read(8)
    except PermissionError as refus:
        raise refuse(chemin, "l'accès est refusé", "fermez le classeur s'il est ouvert dans Excel") from refus
    if not debut:
        raise refuse(chemin, "le fichier est vide", "reprenez la copie criteres.xlsx.bak, ou recréez-le par « relances-xl nouveau »")
    if debut == OLE:
        raise refuse(
            chemin,
            "le classeur est protégé par un mot de passe, ou à l'ancien format .xls",
            "ôtez le mot de passe (Fichier, Informations), et enregistrez-le au format .xlsx",
        )
    try:
        with zipfile.ZipFile(chemin) as archive:
            noms, demesure = archive.namelist(), demesuree(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as erreur:  # OSError : une place avant le début du fichier
        raise abime(chemin) from erreur
    if demesure:
        raise refuse(chemin, "une fois décompressé, le classeur est démesuré", "reprenez la copie criteres.xlsx.bak")
    if _ODS in noms or "[Content_Types].xml" not in noms:
        raise refuse(chemin, "ce n'est pas un classeur Excel", "enregistrez-le au format .xlsx")


def refuse(chemin: Path, message: str, remede: str) -> ErreurUtilisateur:
    """L'erreur d'un classeur de critères inutilisable."""
    return ErreurUtilisateur(Faute(message, remede, chemin.name))


def abime(chemin: Path) -> ErreurUtilisateur:
    """L'erreur d'un classeur dont le contenu ne se lit pas."""
    return refuse(
        chemin, "le classeur est illisible ou abîmé", "ouvrez-le dans Excel pour le réparer, ou reprenez la copie criteres.xlsx.bak"
    )
