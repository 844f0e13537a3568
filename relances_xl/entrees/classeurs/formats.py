"""Reconnaître le format d'un fichier à son contenu, et refuser clairement ce qui ne se lit pas."""

from pathlib import Path
from typing import NamedTuple

from relances_xl.domaine.ecrits.textes import plus_proche
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.entrees.classeurs import csv as texte
from relances_xl.fichiers.office.enveloppe import OLE

TAILLE_MAX = 500 * 2**20
"""Octets d'un classeur, tel qu'il est sur le disque ; un fichier texte n'a pas de limite."""
_ENREGISTREZ = "ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx"


class Format(NamedTuple):
    """nom : « xlsx », « xlsm », « xlsb », « ods », « xls », « csv », "" tant qu'on n'a pas ouvert le classeur ; forme : celle
    du texte, si c'en est."""

    nom: str
    forme: texte.Forme | None = None


def reconnaitre(chemin: Path) -> Format:
    """Texte ou classeur, d'après son contenu ; le classeur lui-même n'est pas ouvert (`lecteur` le fait, à part).

    Erreurs (ErreurUtilisateur) : absent, dossier, vide, illisible, d'un format que l'on ne lit pas, trop gros.
    """
    try:
        with chemin.open("rb") as flux:
            debut = flux.read(4096)
        taille = chemin.stat().st_size
    except FileNotFoundError as erreur:
        raise ErreurUtilisateur(_absent(chemin)) from erreur
    except OSError as erreur:
        ouvert = isinstance(erreur, PermissionError) and not chemin.is_dir()
        message = "le fichier est ouvert ailleurs ou interdit de lecture" if ouvert else "le fichier ne se lit pas"
        raise ErreurUtilisateur(
            Faute(
                message,
                "fermez-le et vérifiez vos droits" if ouvert else "vérifiez que c'est bien un fichier, et que son disque est là",
                str(chemin),
            )
        ) from erreur
    if not debut.strip():
        raise ErreurUtilisateur(Faute("le fichier est vide", "refaites l'export", chemin.name))
    if debut.startswith((b"PK\x03\x04", b"PK\x05\x06", OLE)):
        _limiter(chemin, taille)
        return Format("")
    refus = _refus(debut)
    if refus:
        raise ErreurUtilisateur(Faute(*refus, fichier=chemin.name))
    forme = texte.reconnaitre(chemin)
    if forme is None:
        raise ErreurUtilisateur(
            Faute(
                "ce n'est ni un classeur ni un fichier texte : il est abîmé ou d'un autre format",
                "refaites l'export",
                chemin.name,
            )
        )
    if chemin.suffix.casefold() in (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods") and not _colonnes(chemin, forme):
        extrait = debut[:40].decode("utf-8", "replace").strip()
        raise ErreurUtilisateur(Faute(f"ce n'est pas un classeur mais du texte (« {extrait} »…)", "refaites l'export", chemin.name))
    return Format("csv", forme)


def _absent(chemin: Path) -> Faute:
    voisins = [voisin.name for voisin in chemin.parent.iterdir() if voisin.is_file()] if chemin.parent.is_dir() else []
    proche = plus_proche(chemin.name, voisins)
    remede = f"le plus proche est « {proche} »" if proche else "déposez l'export à cet endroit, ou corrigez le chemin"
    return Faute("le fichier n'existe pas", remede, str(chemin))


def _limiter(chemin: Path, taille: int) -> None:
    if taille > TAILLE_MAX:
        raise ErreurUtilisateur(
            Faute(
                f"le classeur fait {taille // 2**20} Mo, plus que les {TAILLE_MAX // 2**20} permis",
                "exportez en CSV",
                chemin.name,
            )
        )


def _refus(debut: bytes) -> tuple[str, str] | None:
    """(message, remède) pour les formats que l'on reconnaît sans les lire."""
    texte_du_debut = debut.lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if debut[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and debut[2:4] in (
        b"\x04\x00",
        b"\x06\x00",
        b"\x08\x00",
    ):
        return "c'est un classeur d'Excel 4 ou plus ancien, qui ne se lit plus", _ENREGISTREZ
    if b"urn:schemas-microsoft-com:office:spreadsheet" in texte_du_debut:
        return "c'est un classeur « XML 2003 »", _ENREGISTREZ
    if texte_du_debut.startswith((b"<!doctype html", b"<html", b"<table", b"<head")) or b"<html" in texte_du_debut[:1024]:
        return "c'est une page web, pas un classeur", _ENREGISTREZ
    if texte_du_debut.startswith(b"<?xml"):
        return "c'est un fichier XML, pas un classeur", "donnez l'export au format Excel ou CSV"
    if debut.startswith(b"%PDF"):
        return "c'est un PDF, pas un classeur", "demandez à votre logiciel un export Excel ou CSV"
    if debut.startswith(b"{\\rtf"):
        return "c'est un document RTF, pas un classeur", "donnez l'export au format Excel ou CSV"
    return None


def _colonnes(chemin: Path, forme: texte.Forme) -> bool:
    """Le texte a-t-il au moins deux colonnes et deux lignes ? Sinon, ce n'est pas un tableau mal nommé."""
    largeurs = [len(champs) for _, champs in zip(range(5), texte.lire_lignes(chemin, forme), strict=False)]
    return len(largeurs) >= 2 and max(largeurs) >= 2
