"""Les onglets-tableaux de la revue : ce qui se voit, se modifie, se colore et se clique dans chacun."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import JOUR_0
from relances_xl.domaine.motifs import Motif
from relances_xl.domaine.niveaux import Niveaux
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.feuille_rapide import FeuilleRapide
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.tableau import ecrire_tableau, lettre, position
from relances_xl.revue.schema import ColonneDeRevue

TRES_EN_RETARD = 90  # jours : au-delà, la créance est jugée compromise
EN_RETARD = 60
_MARGE_RESUME = 18  # points, pour le cadre des totaux

_EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")
_TELEPHONE = re.compile(r"\+?[\d\s().-]{6,24}")


def lignes_du_detail(contenu: Contenu) -> pd.DataFrame:
    """Les lignes des lettres, dans l'ordre de la liste ; les crédits après les échéances."""
    lignes = contenu.lignes[contenu.lignes[c.RELANCE] != ""]
    rang = pd.Series(range(len(contenu.relances)), index=contenu.relances[c.RELANCE])
    ordre = lignes.assign(_rang=lignes[c.RELANCE].map(rang)).sort_values(["_rang", c.CREDIT, c.DATE_ECHEANCE, c.LIGNE], kind="stable")
    return _avec_case(ordre.drop(columns="_rang").reset_index(drop=True), o.RETENIR, coche=True)


def relances_de_la_liste(contenu: Contenu) -> pd.DataFrame:
    """Les relances, dans l'ordre, non approuvées à moins que la table n'en dise autrement."""
    return _avec_case(contenu.relances.reset_index(drop=True), o.APPROUVER, coche=False)


def ecrire_liste(classeur: Workbook, styles: Styles, contenu: Contenu, detail: pd.DataFrame, *, a_relire: bool) -> FeuilleRapide:
    """L'onglet « Liste clients » ; s'il n'est pas à relire, sans « Approuver » ni « Message », et rien ne s'y modifie.

    detail : les lignes où mènent les liens, vide s'il n'y a pas d'onglet « Détail » ; de même contenu.complement.
    """
    relances = relances_de_la_liste(contenu)
    colonnes = o.COLONNES_LISTE if a_relire else _figer(o.COLONNES_LISTE, sans=("Approuver", "Message"))
    cibles = {"Code client": contenu.complement, "Échéances": detail}
    feuille = ecrire_tableau(
        classeur, styles, o.LISTE, "ListeClients", colonnes, relances,
        marge=_MARGE_RESUME if a_relire else 0, figees=position(colonnes, "Raison sociale") + 1,
        liens=[libelle for libelle, table in cibles.items() if len(table)],
    )  # fmt: skip
    _aider(feuille, colonnes, len(relances), contenu.niveaux)
    _colorer_liste(feuille, styles, colonnes, len(relances), contenu.niveaux)
    _lier_liste(feuille, colonnes, relances, detail, contenu.complement)
    # « Message » se saisit à l'écran : sans lui, le reste s'imprime plus grand
    feuille.print_area(0, 0, max(len(relances), 1), position(colonnes, "Alerte"))
    return feuille


def ecrire_detail(classeur: Workbook, styles: Styles, contenu: Contenu, detail: pd.DataFrame, *, a_relire: bool) -> FeuilleRapide:
    """L'onglet « Détail » ; s'il n'est pas à relire, rien ne s'y modifie."""
    colonnes = o.COLONNES_DETAIL if a_relire else _figer(o.COLONNES_DETAIL)
    feuille = ecrire_tableau(
        classeur, styles, o.DETAIL, "Detail", colonnes, detail,
        marge=_MARGE_RESUME if a_relire else 0, figees=position(colonnes, "Raison sociale") + 1,
    )  # fmt: skip
    _aider(feuille, colonnes, len(detail), contenu.niveaux)
    colorer = _Couleurs(feuille, styles, colonnes, len(detail))
    colorer("*", "={Retenir}2=FALSE", f.BARRE)
    colorer("Jours de retard", f"={{Jours de retard}}2>{TRES_EN_RETARD}", f.ROUGE_TEXTE)
    colorer("Niveau proposé", f"={{Niveau proposé}}2={contenu.niveaux.plus_haut}", f.ROUGE_TEXTE)
    limite = contenu.criteres.date_reference + relativedelta(months=6)
    serie = (limite - JOUR_0).days
    colorer("Prescription", f'=AND({{Prescription}}2<>"",{{Prescription}}2<={serie})', f.ROUGE)
    return feuille


def ecrire_complement(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Complément »."""
    table = contenu.complement.reset_index(drop=True)
    colonnes = (*o.COLONNES_COMPLEMENT, *(col for col in o.COMPLEMENT_SUITE if col.champ in table))
    feuille = ecrire_tableau(
        classeur, styles, o.COMPLEMENT, "Complement", colonnes, table,
        figees=2, devise="Devise", liens=("Code client", "Email", "Téléphone"),
    )  # fmt: skip
    colorer = _Couleurs(feuille, styles, colonnes, len(table))
    colorer("> 90 j", "={> 90 j}2>0", f.ROUGE_TEXTE)
    colorer("61-90 j", "={61-90 j}2>0", f.ORANGE_TEXTE)
    colorer("Note", '={Note}2<>""', f.ORANGE)
    lignes_liste = _premieres(contenu.relances[c.CODE_CLIENT])
    for i, ligne in enumerate(table[["Code client", "Téléphone", "Email"]].itertuples(index=False, name=None), start=1):
        code, telephone, email = ligne
        if code in lignes_liste:
            feuille.poser_lien(i, 0, f"internal:'{o.LISTE}'!A{lignes_liste[code]}", _bulle("Voir dans la liste", o.LISTE))
        if _TELEPHONE.fullmatch(telephone):
            feuille.poser_lien(i, position(colonnes, "Téléphone"), "tel:" + re.sub(r"[^\d+]", "", telephone), "Appeler")
        if _EMAIL.fullmatch(email):
            feuille.poser_lien(i, position(colonnes, "Email"), f"mailto:{email}", "Écrire")
    return feuille


def ecrire_exclusions(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Exclusions »."""
    exclues = contenu.lignes[contenu.lignes[c.MOTIF] != ""]
    feuille = ecrire_tableau(classeur, styles, o.EXCLUSIONS, "Exclusions", o.COLONNES_EXCLUSIONS, exclues, figees=3)
    colorer = _Couleurs(feuille, styles, o.COLONNES_EXCLUSIONS, len(exclues))
    colorer("Motif", f'={{Motif}}2="{Motif.LITIGE}"', f.ROUGE)
    colorer("Motif", f'={{Motif}}2="{Motif.PROCEDURE_COLLECTIVE}"', f.ROUGE)
    colorer("Motif", f'={{Motif}}2="{Motif.PROMESSE}"', f.ORANGE)
    return feuille


def ecrire_anomalies(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Anomalies »."""
    anormales = contenu.lignes[contenu.lignes[c.CAUSE] != ""]
    feuille = ecrire_tableau(classeur, styles, o.ANOMALIES, "Anomalies", o.COLONNES_ANOMALIES, anormales, figees=3)
    _Couleurs(feuille, styles, o.COLONNES_ANOMALIES, len(anormales))("Motif", '={Motif}2<>""', f.ORANGE)
    return feuille


def ecrire_controle(classeur: Workbook, styles: Styles, contenu: Contenu) -> FeuilleRapide:
    """L'onglet « Contrôle » : la ligne « Écart » est verte à zéro, rouge sinon."""
    colonnes, table = o.COLONNES_CONTROLE, contenu.controle
    feuille = ecrire_tableau(classeur, styles, o.CONTROLE, "Controle", colonnes, table, figees=2, devise="Devise", paysage=False)
    colorer = _Couleurs(feuille, styles, colonnes, len(table))
    nul = "AND({Lignes}2=0,{Montant}2=0)"
    colorer("*", f'=AND({{Rubrique}}2="{o.ECART}",{nul})', f.VERT_FRANC)
    colorer("*", f'=AND({{Rubrique}}2="{o.ECART}",NOT({nul}))', f.ROUGE)
    colorer("*", "={Lignes}2=0", f.PALE)
    colorer("*", '=OR({Rubrique}2="Export",{Rubrique}2="Retenues")', f.GRAS)
    return feuille


def _avec_case(table: pd.DataFrame, colonne: str, coche: bool) -> pd.DataFrame:
    return table if colonne in table else table.assign(**{colonne: coche})


def _figer(colonnes: Sequence[ColonneDeRevue], sans: Sequence[str] = ()) -> tuple[ColonneDeRevue, ...]:
    return tuple(replace(colonne, modifiable=False) for colonne in colonnes if colonne.libelle not in sans)


def _aider(feuille: Worksheet, colonnes: Sequence[ColonneDeRevue], hauteur: int, niveaux: Niveaux) -> None:
    """Listes déroulantes et messages de saisie des colonnes modifiables."""
    listes: dict[str, list[str]] = {
        "Approuver": ["VRAI", "FAUX"],
        "Retenir": ["VRAI", "FAUX"],
        "Niveau": [str(niveau.numero) for niveau in niveaux],
        "Sortie": list(o.SORTIES),
    }
    noms = "\n".join(f"{niveau.numero} : {niveau.libelle}" for niveau in niveaux)
    for j, colonne in enumerate(colonnes):
        if not colonne.modifiable:
            continue
        fermee = colonne.libelle in ("Niveau", "Sortie")
        message = f"{colonne.aide}\n{noms}" if colonne.libelle == "Niveau" else colonne.aide
        options: dict[str, Any] = {"input_title": colonne.libelle, "input_message": message[:255], "show_error": fermee}
        if colonne.libelle in listes:
            options |= {"validate": "list", "source": listes[colonne.libelle]}
        else:
            options |= {"validate": "any"}
        if fermee:
            options |= {
                "error_title": f"{colonne.libelle} inconnu{'e' if colonne.libelle == 'Sortie' else ''}",
                "error_message": "Choisissez dans la liste : " + ", ".join(listes[colonne.libelle]) + ".",
            }
        feuille.data_validation(1, j, max(hauteur, 1), j, options)


class _Couleurs:
    """Pose des formats conditionnels par formule : `{Libellé}` y désigne la colonne, `*` toute la ligne."""

    def __init__(self, feuille: Worksheet, styles: Styles, colonnes: Sequence[ColonneDeRevue], hauteur: int) -> None:
        self._feuille, self._styles, self._colonnes, self._hauteur = feuille, styles, colonnes, hauteur

    def __call__(self, libelle: str, formule: str, format_: dict[str, Any]) -> None:
        if not self._hauteur:
            return
        for colonne in self._colonnes:
            formule = formule.replace("{" + colonne.libelle + "}", "$" + lettre(self._colonnes, colonne.libelle))
        premiere, derniere = (0, len(self._colonnes) - 1) if libelle == "*" else (position(self._colonnes, libelle),) * 2
        self._feuille.conditional_format(
            1, premiere, self._hauteur, derniere,
            {"type": "formula", "criteria": formule, "format": self._styles.format(**format_)},
        )  # fmt: skip


def _colorer_liste(feuille: Worksheet, styles: Styles, colonnes: Sequence[ColonneDeRevue], hauteur: int, niveaux: Niveaux) -> None:
    colorer = _Couleurs(feuille, styles, colonnes, hauteur)
    colorer("Niveau", "=AND({Niveau}2<={Dernier niveau}2,{Dernier niveau}2>0)", f.VIOLET)
    if niveaux.plus_haut > 1:
        colorer("Niveau", f"={{Niveau}}2={niveaux.plus_haut}", f.ROUGE)
        colorer("Niveau", "={Niveau}2>1", f.ORANGE)
    colorer("Jours de retard", f"={{Jours de retard}}2>{TRES_EN_RETARD}", f.ROUGE_TEXTE)
    colorer("Jours de retard", f"={{Jours de retard}}2>{EN_RETARD}", f.ORANGE_TEXTE)
    colorer("Email", '=AND({Sortie}2="Email",{Email}2="")', f.ROUGE)
    colorer("Alerte", '={Alerte}2<>""', f.ORANGE)
    if any(colonne.champ == o.APPROUVER for colonne in colonnes):
        for libelle in ("Approuver", "Relance", "Code client", "Raison sociale"):  # ce qui reste à l'écran
            colorer(libelle, "={Approuver}2=TRUE", f.VERT)


def _lier_liste(
    feuille: FeuilleRapide, colonnes: Sequence[ColonneDeRevue], relances: pd.DataFrame, detail: pd.DataFrame, complement: pd.DataFrame
) -> None:
    """Du client à son complément, de ses échéances au détail, tant qu'Excel admet des liens.

    L'adresse n'en porte pas : LibreOffice ne met pas un lien à la ligne. On écrit depuis le « Complément ».
    """
    du_detail, du_complement = (position(colonnes, libelle) for libelle in ("Échéances", "Code client"))
    lignes_detail = _premieres(detail[c.RELANCE])
    lignes_complement = _premieres(complement["Code client"] + "\t" + complement["Devise"])
    champs = relances[[c.RELANCE, c.CODE_CLIENT, c.DEVISE]]
    for i, (relance, code, devise) in enumerate(champs.itertuples(index=False, name=None), start=1):
        if relance in lignes_detail:
            adresse = f"internal:'{o.DETAIL}'!A{lignes_detail[relance]}"
            feuille.poser_lien(i, du_detail, adresse, _bulle("Voir les échéances", o.DETAIL))
        if (cle := f"{code}\t{devise}") in lignes_complement:
            adresse = f"internal:'{o.COMPLEMENT}'!A{lignes_complement[cle]}"
            feuille.poser_lien(i, du_complement, adresse, _bulle("Voir le complément", o.COMPLEMENT))


def _bulle(action: str, onglet: str) -> str:
    """Ce que dit un lien survolé : il mène à une ligne fixe, qu'un tri de l'onglet d'arrivée déplace."""
    return f"{action} ; si « {onglet} » a été trié, filtrez-le plutôt"


def _premieres(cles: pd.Series) -> dict[str, int]:
    """Numéro, dans le fichier, de la première ligne de chaque clé (les données commencent en ligne 2)."""
    premieres = cles.reset_index(drop=True).drop_duplicates()
    return dict(zip(premieres, premieres.index + 2, strict=True))
