"""Ce qu'un onglet-tableau reçoit une fois écrit : couleurs, listes déroulantes et messages de saisie, liens."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine.niveaux import Plans
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.tableau import lettre, position
from relances_xl.revue.schema import ColonneDeRevue

_MESSAGE_MAX = 255  # caractères d'un message de saisie (spécifications d'Excel)


class Couleurs:
    """Pose des formats conditionnels par formule : `{Libellé}` y désigne la colonne, `*` toute la ligne."""

    def __init__(self, feuille: Worksheet, styles: Styles, colonnes: Sequence[ColonneDeRevue], hauteur: int) -> None:
        self._feuille, self._styles, self._colonnes, self._hauteur = feuille, styles, colonnes, hauteur

    def __call__(self, libelle: str, formule: str, format_: Mapping[str, Any]) -> None:
        if not self._hauteur:
            return
        for colonne in self._colonnes:
            formule = formule.replace("{" + colonne.libelle + "}", "$" + lettre(self._colonnes, colonne.libelle))
        premiere, derniere = (0, len(self._colonnes) - 1) if libelle == "*" else (position(self._colonnes, libelle),) * 2
        self._feuille.conditional_format(
            1, premiere, self._hauteur, derniere,
            {"type": "formula", "criteria": formule, "format": self._styles.format(**format_)},
        )  # fmt: skip


def a_montrer(colonnes: Sequence[ColonneDeRevue], sans: Sequence[str] = ()) -> tuple[ColonneDeRevue, ...]:
    """Les mêmes colonnes où rien ne se modifie, sans celles qui ne servent qu'à être relues."""
    return tuple(
        replace(colonne, modifiable=False)
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


def bulle(action: str, onglet: str) -> str:
    """Ce que dit un lien survolé : il mène à une ligne fixe, qu'un tri de l'onglet d'arrivée déplace."""
    return f"{action} ; si « {onglet} » a été trié, filtrez-le plutôt"


def premieres(cles: pd.Series) -> dict[str, int]:
    """Numéro, dans le fichier, de la première ligne de chaque clé (les données commencent en ligne 2)."""
    uniques = cles.reset_index(drop=True).drop_duplicates()
    return dict(zip(uniques, uniques.index + 2, strict=True))
