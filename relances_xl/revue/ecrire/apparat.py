"""Ce qu'un onglet-tableau reçoit une fois écrit : couleurs, listes déroulantes et messages de saisie, liens."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine.niveaux import Plans
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide.feuille_rapide import Liens
from relances_xl.revue.schema import ColonneDeRevue

_MESSAGE_MAX = 255  # caractères d'un message de saisie (spécifications d'Excel)


class Couleurs:
    """Pose des formats conditionnels par formule : `{Libellé}` y désigne la colonne, `*` toute la ligne."""

    def __init__(self, feuille: Worksheet, styles: Styles, colonnes: Sequence[ColonneDeRevue], hauteur: int) -> None:
        self._feuille, self._styles, self._hauteur = feuille, styles, hauteur
        self._rangs = {colonne.libelle: j for j, colonne in enumerate(colonnes)}
        self._lettres = {libelle: f"${xl_col_to_name(j)}" for libelle, j in self._rangs.items()}

    def __call__(self, libelle: str, formule: str, format_: Mapping[str, Any]) -> None:
        if not self._hauteur:
            return
        premiere, derniere = (0, len(self._rangs) - 1) if libelle == "*" else (self._rangs[libelle],) * 2
        regle = {"type": "formula", "criteria": formule.format_map(self._lettres), "format": self._styles.format(**format_)}
        self._feuille.conditional_format(1, premiere, self._hauteur, derniere, regle)


def a_montrer(colonnes: Sequence[ColonneDeRevue], sans: Sequence[str] = ()) -> tuple[ColonneDeRevue, ...]:
    """Les mêmes colonnes où rien ne se modifie, sans celles qui ne servent qu'à être relues."""
    return tuple(
        colonne._replace(modifiable=False)
        for colonne in colonnes
        if colonne.libelle not in sans and not (colonne.presence is o.Presence.JAMAIS and colonne.lecteur)
    )


def aider(feuille: Worksheet, colonnes: Sequence[ColonneDeRevue], hauteur: int, plans: Plans) -> None:
    """Listes déroulantes et messages de saisie des colonnes modifiables."""
    listes: dict[str, list[str]] = {
        "Niveau": [str(numero) for numero in sorted({niveau.numero for niveau in plans.niveaux})],
        "Sortie": list(o.SORTIES),
        "Réponse": list(o.REPONSES),
    }
    noms = "\n".join(f"{niveau.numero} : {niveau.libelle}" for niveau in plans.niveaux)
    for j, colonne in enumerate(colonnes):
        if not colonne.modifiable:
            continue
        message = f"{colonne.aide}\n{noms}" if colonne.libelle == "Niveau" else colonne.aide
        options: dict[str, Any] = {"input_title": colonne.libelle, "input_message": message[:_MESSAGE_MAX], "validate": "any"}
        if choix := listes.get(colonne.libelle):
            feminin = "e" if colonne.libelle in ("Sortie", "Réponse") else ""
            options |= {
                "validate": "list", "source": choix, "error_title": f"{colonne.libelle} inconnu{feminin}",
                "error_message": "Choisissez dans la liste : " + ", ".join(choix) + ".",
            }  # fmt: skip
        feuille.data_validation(1, j, max(hauteur, 1), j, options)


def premieres(cles: Sequence[Hashable]) -> dict[Hashable, int]:
    """Numéro, dans le fichier, de la première ligne de chaque clé (les données commencent en ligne 2)."""
    return dict(zip(reversed(cles), range(len(cles) + 1, 1, -1), strict=True))


def liens(colonne: int, onglet: str, lignes: Sequence[int | None], action: str) -> Liens:
    """Les liens d'une colonne vers des lignes d'un autre onglet, qu'un tri de celui-ci déplace : la bulle le dit ; None : pas de lien."""
    adresses = [f"'{onglet}'!A{ligne}" if ligne else "" for ligne in lignes]
    return Liens(colonne, adresses, f"{action} ; si « {onglet} » a été trié, filtrez-le plutôt")
