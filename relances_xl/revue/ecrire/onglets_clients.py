"""Les onglets par client : qui appeler, ce qu'on sait de lui, ce qui part au contentieux, ce qu'a reçu la banque."""

import re
from collections.abc import Sequence

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from relances_xl.domaine import tables as c
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.apparat import Couleurs, aider, liens, premieres
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide.feuille_rapide import FeuilleRapide, Liens
from relances_xl.revue.ecrire.tableau import ecrire_tableau, lettre, position
from relances_xl.revue.schema import ColonneDeRevue

_LIGNES_DE_FICHE = 10  # d'un client au « Complément »
_LARGEUR_CHOIX = 18
_SIGNE = r"[^\s@<>\"',;\x00-\x1f\ud800-\udfff\ufffe\uffff]"  # ni séparateur, ni caractère que le XML interdit
_EMAIL = re.compile(rf"{_SIGNE}+@{_SIGNE}+\.{_SIGNE}+")
_EMAIL_MAX = 254  # caractères (RFC 5321) : bien au-delà, Excel refuserait le lien
_TELEPHONE = re.compile(r"\+?[\d\s().-]{6,24}")
_HORS_NUMERO = re.compile(r"[^\d+\0]")


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
    _lier_aux_fiches(feuille, colonnes, table, contenu)
    feuille.poser_liens(_telephones(table[c.TELEPHONE].tolist(), position(colonnes, "Téléphone")))
    return feuille


def ecrire_complement(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Complément » : une rangée est la fiche d'un client, où se lisent d'un coup notes, relances passées et pièces.

    On y arrive par les liens des autres onglets, ou en choisissant le client à droite des en-têtes, toujours à l'écran.
    """
    table = contenu.complement.reset_index(drop=True)
    colonnes = tuple(colonne for colonne in o.COLONNES_COMPLEMENT if colonne.champ in table)
    feuille = ecrire_tableau(
        classeur, styles, o.COMPLEMENT, "Complement", colonnes, table,
        figees=2, devise="Devise", lignes_max=_LIGNES_DE_FICHE, fiches=True, liens=("Code client", "Email", "Téléphone"),
    )  # fmt: skip
    feuille.print_area(0, 0, max(len(table), 1), position(colonnes, "> 90 j"))
    colorer = Couleurs(feuille, styles, colonnes, len(table))
    _choisir_un_client(feuille, styles, colonnes, len(table), colorer)
    colorer("> 90 j", "={> 90 j}2>0", f.ROUGE_TEXTE)
    colorer("61-90 j", "={61-90 j}2>0", f.ORANGE_TEXTE)
    colorer("Note", '={Note}2<>""', f.ORANGE)
    dans_la_liste = premieres(contenu.relances[c.CODE_CLIENT].tolist())
    lignes = list(map(dans_la_liste.get, table["Code client"].tolist()))
    courriels = [f"mailto:{email}" if len(email) <= _EMAIL_MAX and _EMAIL.fullmatch(email) else "" for email in table["Email"].tolist()]
    feuille.poser_liens(
        liens(0, o.LISTE, lignes, "Voir dans la liste"),
        _telephones(table["Téléphone"].tolist(), position(colonnes, "Téléphone")),
        Liens(position(colonnes, "Email"), courriels, "Écrire", internes=False),
    )
    return feuille


def _choisir_un_client(feuille: FeuilleRapide, styles: Styles, colonnes: Sequence[ColonneDeRevue], hauteur: int, colorer: Couleurs) -> None:
    """Une liste des clients à droite des en-têtes, et le lien qui mène à la fiche du client choisi, par son nom ou son code.

    Le lien cherche la ligne du client : un tri ne le trompe pas.
    """
    if not hauteur:
        return
    rang = len(colonnes) + 1  # une colonne plus loin : contre le tableau, Excel l'y annexerait à la première saisie
    codes, noms = (
        f"${lettre(colonnes, libelle)}$2:${lettre(colonnes, libelle)}${hauteur + 1}" for libelle in ("Code client", "Raison sociale")
    )
    choix = xl_rowcol_to_cell(0, rang, row_abs=True, col_abs=True) + '&""'  # un code fait de chiffres se tape comme un nombre
    feuille.set_column(rang - 1, rang - 1, 1, None, {"collapsed": True})
    feuille.set_column(rang, rang, _LARGEUR_CHOIX)
    feuille.set_column(rang + 1, rang + 1, _LARGEUR_CHOIX / 2 + 1)
    cadre = {"bg_color": f.SAISIE, "border": 1, "border_color": f.BORD_SAISIE, "valign": "vcenter", "indent": 1, "text_wrap": True}
    feuille.write_string(0, rang, "Aller à un client…", styles.format(**cadre))
    feuille.data_validation(
        0, rang, 0, rang,
        {
            "validate": "list", "source": f"={noms}", "show_error": False, "input_title": "Aller à un client",
            "input_message": "Choisissez son nom dans la liste, ou écrivez son code ; puis cliquez à côté sur « Fiche ».",
        },
    )  # fmt: skip
    ligne = f"1+IFERROR(MATCH({choix},{noms},0),MATCH({choix},{codes},0))"
    feuille.write_formula(
        0, rang + 1, f'=IFERROR(HYPERLINK("#\'{o.COMPLEMENT}\'!A"&({ligne}),"→ Fiche"),"← Choisir")',
        styles.format(font_color="#1F5FA8", underline=1, bold=True, valign="vcenter", indent=1), "← Choisir",
    )  # fmt: skip
    choisie = f"=OR({{Raison sociale}}2={choix},{{Code client}}2={choix})"
    for libelle in ("Code client", "Raison sociale", "Contact", "Téléphone"):
        colorer(libelle, choisie, f.VERT_FRANC)


def ecrire_contentieux(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Contentieux »."""
    table = contenu.contentieux.reset_index(drop=True)
    feuille = ecrire_tableau(
        classeur, styles, o.CONTENTIEUX, "Contentieux", o.COLONNES_CONTENTIEUX, table, figees=2, liens=("Code client",)
    )  # fmt: skip
    _lier_aux_fiches(feuille, o.COLONNES_CONTENTIEUX, table, contenu)
    return feuille


def ecrire_banque(classeur: Workbook, styles: Styles, banque: pd.DataFrame) -> FeuilleRapide:
    """L'onglet « Banque » : les encaissements et ce qu'on en a reconnu."""
    colonnes = o.COLONNES_BANQUE
    feuille = ecrire_tableau(classeur, styles, o.BANQUE, "Banque", colonnes, banque.reset_index(drop=True), figees=1)
    colorer = Couleurs(feuille, styles, colonnes, len(banque))
    colorer("Rapprochement", '={Rapprochement}2="certain"', f.VERT_FRANC)
    colorer("Rapprochement", '={Rapprochement}2="probable"', f.ORANGE)
    return feuille


def _lier_aux_fiches(feuille: FeuilleRapide, colonnes: Sequence[ColonneDeRevue], table: pd.DataFrame, contenu: Contenu) -> None:
    """De chaque code de client à sa fiche du « Complément », s'il en a une."""
    fiches = premieres(contenu.complement["Code client"].tolist())
    lignes = list(map(fiches.get, table[c.CODE_CLIENT].tolist()))
    feuille.poser_liens(liens(position(colonnes, "Code client"), o.COMPLEMENT, lignes, "Voir le complément"))


def _telephones(telephones: Sequence[str], colonne: int) -> Liens:
    """Les numéros qui s'appellent d'un clic."""
    composes = _HORS_NUMERO.sub("", "\0".join(tel if _TELEPHONE.fullmatch(tel) else "" for tel in telephones)).split("\0")
    adresses = [f"tel:{compose}" if compose else "" for compose, _ in zip(composes, telephones, strict=False)]
    return Liens(colonne, adresses, "Appeler", internes=False)
