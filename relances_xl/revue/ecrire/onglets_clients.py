"""Les onglets par client : qui appeler, ce qu'on sait de lui, ce qui part au contentieux, ce qu'a reçu la banque."""

import re

import pandas as pd
from xlsxwriter import Workbook

from relances_xl.domaine import tables as c
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.apparat import Couleurs, aider, bulle, premieres
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.feuille_rapide import FeuilleRapide
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.tableau import ecrire_tableau, position

_LIGNES_DE_FICHE = 6  # d'un client au « Complément »
_EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")
_TELEPHONE = re.compile(r"\+?[\d\s().-]{6,24}")


def ecrire_a_appeler(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « À appeler » : quatre cellules par client à remplir, qu'`actualiser` reporte au « Suivi »."""
    table = contenu.a_appeler.reset_index(drop=True)
    types = {o.REPONSE: "str", c.JUSQUAU: "datetime64[s]", c.MONTANT: "Int64", c.COMMENTAIRE: "str"}
    for champ, type_ in types.items():
        if champ not in table:
            table[champ] = pd.Series("" if type_ == "str" else None, table.index, dtype=pd.api.types.pandas_dtype(type_))
    colonnes = o.COLONNES_A_APPELER
    feuille = ecrire_tableau(classeur, styles, o.A_APPELER, "AAppeler", colonnes, table, figees=2, liens=("Code client", "Téléphone"))
    aider(feuille, colonnes, len(table), contenu.plans)
    Couleurs(feuille, styles, colonnes, len(table))("*", '={Réponse}2<>""', f.VERT)
    fiches = premieres(contenu.complement["Code client"])
    for i, (code, telephone) in enumerate(table[[c.CODE_CLIENT, c.TELEPHONE]].itertuples(index=False, name=None), start=1):
        if code in fiches:
            adresse = f"internal:'{o.COMPLEMENT}'!A{fiches[code]}"
            feuille.poser_lien(i, position(colonnes, "Code client"), adresse, bulle("Voir le complément", o.COMPLEMENT))
        _lier_telephone(feuille, i, position(colonnes, "Téléphone"), telephone)
    return feuille


def ecrire_complement(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Complément » : un client par bande, où se lisent d'un coup ses notes, ses pièces et ses relances passées."""
    table = contenu.complement.reset_index(drop=True)
    colonnes = tuple(colonne for colonne in o.COLONNES_COMPLEMENT if colonne.champ in table)
    feuille = ecrire_tableau(
        classeur, styles, o.COMPLEMENT, "Complement", colonnes, table,
        figees=2, devise="Devise", lignes_max=_LIGNES_DE_FICHE, en_haut=True, liens=("Code client", "Email", "Téléphone"),
    )  # fmt: skip
    feuille.print_area(0, 0, max(len(table), 1), position(colonnes, "> 90 j"))
    colorer = Couleurs(feuille, styles, colonnes, len(table))
    colorer("> 90 j", "={> 90 j}2>0", f.ROUGE_TEXTE)
    colorer("61-90 j", "={61-90 j}2>0", f.ORANGE_TEXTE)
    colorer("Note", '={Note}2<>""', f.ORANGE)
    dans_la_liste = premieres(contenu.relances[c.CODE_CLIENT])
    for i, ligne in enumerate(table[["Code client", "Téléphone", "Email"]].itertuples(index=False, name=None), start=1):
        code, telephone, email = ligne
        if code in dans_la_liste:
            feuille.poser_lien(i, 0, f"internal:'{o.LISTE}'!A{dans_la_liste[code]}", bulle("Voir dans la liste", o.LISTE))
        _lier_telephone(feuille, i, position(colonnes, "Téléphone"), telephone)
        if _EMAIL.fullmatch(email):
            feuille.poser_lien(i, position(colonnes, "Email"), f"mailto:{email}", "Écrire")
    return feuille


def ecrire_contentieux(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Contentieux »."""
    table = contenu.contentieux.reset_index(drop=True)
    return ecrire_tableau(classeur, styles, o.CONTENTIEUX, "Contentieux", o.COLONNES_CONTENTIEUX, table, figees=2)


def ecrire_banque(classeur: Workbook, styles: Styles, banque: pd.DataFrame) -> FeuilleRapide:
    """L'onglet « Banque » : les encaissements et ce qu'on en a reconnu."""
    colonnes = o.COLONNES_BANQUE
    feuille = ecrire_tableau(classeur, styles, o.BANQUE, "Banque", colonnes, banque.reset_index(drop=True), figees=1)
    colorer = Couleurs(feuille, styles, colonnes, len(banque))
    colorer("Rapprochement", '={Rapprochement}2="certain"', f.VERT_FRANC)
    colorer("Rapprochement", '={Rapprochement}2="probable"', f.ORANGE)
    return feuille


def _lier_telephone(feuille: FeuilleRapide, ligne: int, colonne: int, telephone: str) -> None:
    if _TELEPHONE.fullmatch(telephone):
        feuille.poser_lien(ligne, colonne, "tel:" + re.sub(r"[^\d+]", "", telephone), "Appeler")
