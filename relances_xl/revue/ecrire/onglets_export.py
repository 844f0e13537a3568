"""Ce qu'est devenue chaque ligne de l'export : « Exclusions », « Anomalies » et « Contrôle »."""

import numpy as np
import pandas as pd
from xlsxwriter import Workbook

from relances_xl.domaine import tables as c
from relances_xl.domaine.motifs import EN_MOTS, Motif
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.apparat import Couleurs
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide.feuille_rapide import FeuilleRapide
from relances_xl.revue.ecrire.tableau import ecrire_tableau, position


def ecrire_exclusions(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Exclusions »."""
    exclues = _ecartees(contenu.lignes, c.MOTIF)
    feuille = ecrire_tableau(classeur, styles, o.EXCLUSIONS, "Exclusions", o.COLONNES_EXCLUSIONS, exclues, figees=_FIGEES)
    colorer = Couleurs(feuille, styles, o.COLONNES_EXCLUSIONS, len(exclues))
    colorer("Motif", f'={{Code du motif}}2="{Motif.LITIGE}"', f.ROUGE)
    colorer("Motif", f'={{Code du motif}}2="{Motif.PROCEDURE_COLLECTIVE}"', f.ROUGE)
    colorer("Motif", f'={{Code du motif}}2="{Motif.PROMESSE}"', f.ORANGE)
    return feuille


def ecrire_anomalies(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Anomalies »."""
    anormales = _ecartees(contenu.lignes, c.CAUSE)
    feuille = ecrire_tableau(classeur, styles, o.ANOMALIES, "Anomalies", o.COLONNES_ANOMALIES, anormales, figees=_FIGEES)
    Couleurs(feuille, styles, o.COLONNES_ANOMALIES, len(anormales))("Motif", '={Motif}2<>""', f.ORANGE)
    return feuille


def ecrire_controle(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Contrôle » : la ligne « Écart » est verte à zéro, rouge sinon."""
    colonnes, table = o.COLONNES_CONTROLE, contenu.controle
    feuille = ecrire_tableau(classeur, styles, o.CONTROLE, "Controle", colonnes, table, figees=2, devise="Devise", paysage=False)
    colorer = Couleurs(feuille, styles, colonnes, len(table))
    nul = "AND({Lignes}2=0,{Montant}2=0)"
    colorer("*", f'=AND({{Rubrique}}2="{o.ECART}",{nul})', f.VERT_FRANC)
    colorer("*", f'=AND({{Rubrique}}2="{o.ECART}",NOT({nul}))', f.ROUGE)
    colorer("*", '=OR({Rubrique}2="Export",{Rubrique}2="Retenues")', f.GRAS)
    return feuille


_FIGEES = position(o.COLONNES_EXCLUSIONS, "Pièce") + 1


def _ecartees(lignes: pd.DataFrame, champ: str) -> pd.DataFrame:
    """Les lignes qui ont un motif, ou une cause : celui-ci en mots, et son code à part. Des colonnes, celles que l'onglet montre."""
    champs = [colonne.champ for colonne in o.COLONNES_EXCLUSIONS if colonne.champ not in (c.MOTIF, c.CODE_DU_MOTIF)]
    gardees = lignes[[*champs, champ]].take(np.flatnonzero((lignes[champ] != "").to_numpy()))
    codes = gardees[champ]
    mots = pd.Series([EN_MOTS.get(code, code) for code in codes.tolist()], codes.index, dtype="str")
    return gardees.assign(**{c.MOTIF: mots, c.CODE_DU_MOTIF: codes})
