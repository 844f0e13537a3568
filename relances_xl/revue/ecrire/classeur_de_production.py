"""Le compte rendu d'une production, tel qu'on le classe : ce qui est sorti, ce qui a été écarté, les totaux (contrat §6)."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import en_decimal
from relances_xl.domaine.statuts import COMPTENT, Statut
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.apparat import Couleurs
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide.cellules import entiers
from relances_xl.revue.ecrire.rapide.feuille_rapide import FeuilleRapide, Liens
from relances_xl.revue.ecrire.tableau import ecrire_tableau, nouveau_classeur, position
from relances_xl.revue.schema import (
    COLONNES_DES_RELANCES,
    COLONNES_DU_DEPOT,
    COLONNES_ECARTEES,
    ECARTEES,
    RELANCES,
    ColonneDeRevue,
    GenreDeColonne,
    Presence,
)

_VUE = Presence.TOUJOURS

_COLONNES_DES_TOTAUX: tuple[ColonneDeRevue, ...] = (
    ColonneDeRevue("Niveau", c.NIVEAU, GenreDeColonne.NIVEAU, 10, presence=_VUE),
    ColonneDeRevue("Sortie", c.SORTIE, GenreDeColonne.TEXTE, 14, presence=_VUE),
    ColonneDeRevue("Statut", c.STATUT, GenreDeColonne.TEXTE, 14, presence=_VUE),
    ColonneDeRevue("Devise", c.DEVISE, GenreDeColonne.CODE, 10),
    ColonneDeRevue("Relances", c.RELANCE, GenreDeColonne.ENTIER, 12, presence=_VUE),
    ColonneDeRevue("Total réclamé", c.TOTAL_RECLAME, GenreDeColonne.MONTANT, 16, presence=_VUE),
)


def ecrire_bilan(chemin: Path, relances: pd.DataFrame, liens: Sequence[str], ecartees: pd.DataFrame, titre: str, *, depots: bool) -> None:
    """Écrit le compte rendu : « Relances », dont les fichiers sont des liens, « Écartées », et « Totaux » par niveau et sortie.

    relances, ecartees : les `champ` de COLONNES_DES_RELANCES et COLONNES_ECARTEES, et DEVISE ; montants en unités
    minimales ; liens : où est le fichier de chaque relance, vu du dossier où va le compte rendu, vide s'il n'y en a pas ;
    titre : ce qu'il porte en tête de page ; depots : une relance au moins part en recommandé, et son dépôt est à noter.
    """
    colonnes = COLONNES_DES_RELANCES if depots else tuple(col for col in COLONNES_DES_RELANCES if col not in COLONNES_DU_DEPOT)
    with nouveau_classeur(chemin) as classeur:
        classeur.set_properties({"title": titre, "comments": "Établi par relances_xl."})
        styles = Styles(classeur)
        feuille = ecrire_tableau(classeur, styles, RELANCES, "Relances", colonnes, relances, figees=3, liens=("Fichier",))
        feuille.poser_liens(Liens(position(colonnes, "Fichier"), liens, "Ouvrir", internes=False))
        colorer = Couleurs(feuille, styles, colonnes, len(relances))
        for statut in (Statut.ECHEC, Statut.DOUTEUSE):
            colorer("Statut", f'={{Statut}}2="{statut}"', f.ROUGE)
        colorer("Statut", f'={{Statut}}2="{Statut.ECARTEE}"', f.ORANGE)
        autres = (
            ecrire_tableau(classeur, styles, ECARTEES, "Ecartees", COLONNES_ECARTEES, ecartees, figees=3),
            _ecrire_les_totaux(classeur, styles, relances),
        )
        for onglet in (feuille, *autres):
            onglet.set_header("&L&10&B" + titre.replace("&", "&&"))
            onglet.set_margins(left=0.2, right=0.2, top=0.7, bottom=0.55)


def _ecrire_les_totaux(classeur: Workbook, styles: Styles, relances: pd.DataFrame) -> FeuilleRapide:
    """L'onglet « Totaux », et sous son tableau ce qui est sorti en tout, par devise."""
    totaux = _totaux(relances)
    feuille = ecrire_tableau(classeur, styles, "Totaux", "Totaux", _COLONNES_DES_TOTAUX, totaux, paysage=False)
    sortis: dict[str, tuple[int, int]] = {}
    for _, _, statut, devise, combien, pour in totaux.itertuples(index=False, name=None):
        if statut in COMPTENT:
            deja, en_tout = sortis.get(devise, (0, 0))
            sortis[devise] = (deja + combien, en_tout + pour)
    for rang, devise in enumerate(sorted(sortis), start=len(totaux) + 2):  # une ligne vide : le tableau ne l'annexe pas
        combien, pour = sortis[devise]
        for j, valeur in enumerate(("", "Total sorti", "", devise, combien, float(en_decimal(pour, devise)))):
            feuille.write(rang, j, valeur, styles.cellule(_COLONNES_DES_TOTAUX[j], devise, bold=True))
    return feuille


def _totaux(relances: pd.DataFrame) -> pd.DataFrame:
    """Par niveau, sortie, statut et devise : combien de relances, pour combien ; ce qui est sorti d'abord."""
    cles = [c.NIVEAU, c.SORTIE, c.STATUT, c.DEVISE]
    totaux: dict[tuple[int, str, str, str], tuple[int, int]] = {}
    montants = entiers(relances[c.TOTAL_RECLAME]).valeurs.tolist()
    for cle, montant in zip(zip(*(relances[champ].tolist() for champ in cles), strict=True), montants, strict=True):
        combien, pour = totaux.get(cle, (0, 0))
        totaux[cle] = (combien + 1, pour + montant)
    ordre = sorted(totaux, key=lambda cle: (cle[2] not in COMPTENT, cle))
    return pd.DataFrame([(*cle, *totaux[cle]) for cle in ordre], columns=[*cles, c.RELANCE, c.TOTAL_RECLAME])
