"""« Liste clients » et « Détail » : ce qui s'approuve, se retient et se modifie."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta
from numpy.typing import NDArray
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import JOUR_0
from relances_xl.domaine.niveaux import Plans
from relances_xl.revue import schema as o
from relances_xl.revue.ecrire import mise_en_forme as f
from relances_xl.revue.ecrire.apparat import Couleurs, a_montrer, aider, liens, premieres
from relances_xl.revue.ecrire.contenu import Contenu
from relances_xl.revue.ecrire.mise_en_forme import Styles
from relances_xl.revue.ecrire.rapide.feuille_rapide import FeuilleRapide
from relances_xl.revue.ecrire.tableau import ecrire_tableau, position
from relances_xl.revue.schema import ColonneDeRevue

TRES_EN_RETARD = 90  # jours : au-delà, la créance est jugée compromise
EN_RETARD = 60


def relances_et_detail(contenu: Contenu) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ce que « Liste clients » et « Détail » montrent, et leurs coches : celles des tables, à défaut aucune et toutes.

    Les relances, dans l'ordre, avec le NIVEAU_PROPOSE à chacune ; les lignes des lettres, dans l'ordre de la liste, les crédits après les
    échéances. Des colonnes du détail, celles que l'onglet montre.
    """
    hors = len(contenu.relances)  # la place d'une ligne qui n'est d'aucune relance de la liste
    places_des_relances = {relance: place for place, relance in enumerate(contenu.relances[c.RELANCE].tolist())} | {"": hors + 1}
    places = np.array([places_des_relances.get(relance, hors) for relance in contenu.lignes[c.RELANCE].tolist()], dtype="int64")
    return _relances(contenu, places), _detail(contenu, places)


def _relances(contenu: Contenu, places: NDArray[np.int64]) -> pd.DataFrame:
    relances, aucun = contenu.relances.reset_index(drop=True), -1
    proposes = np.full(len(relances) + 2, aucun)
    np.maximum.at(proposes, places, contenu.lignes[c.NIVEAU_PROPOSE].to_numpy("int64"))
    proposes = proposes[: len(relances)]
    avec = relances.assign(**{c.NIVEAU_PROPOSE: np.where(proposes == aucun, relances[c.NIVEAU], proposes)})
    return _avec_case(_avec_plus_haut(avec, contenu.plans), c.APPROUVER, coche=False)


def _detail(contenu: Contenu, places: NDArray[np.int64]) -> pd.DataFrame:
    lignes = contenu.lignes
    gardees = np.flatnonzero(places <= len(contenu.relances))
    cles = [lignes[champ].to_numpy()[gardees] for champ in (c.LIGNE, c.DATE_ECHEANCE, c.CREDIT)]
    ordre = gardees[np.lexsort([*cles, places[gardees]])]
    voulus = (*(colonne.champ for colonne in o.COLONNES_DETAIL), c.CLIENT_LIVRE, c.PLAN)
    champs = [champ for champ in dict.fromkeys(voulus) if champ in lignes]
    return _avec_case(_avec_plus_haut(lignes[champs].take(ordre).reset_index(drop=True), contenu.plans), c.RETENIR, coche=True)


def ecrire_liste(
    classeur: Workbook, styles: Styles, contenu: Contenu, relances: pd.DataFrame, detail: pd.DataFrame, *, a_relire: bool
) -> FeuilleRapide:
    """L'onglet « Liste clients » ; s'il n'est pas à relire, sans « Approuver » ni « Message », et rien ne s'y modifie.

    relances : celles de `relances_et_detail` ; detail : les lignes où mènent les liens, vide s'il n'y a pas d'onglet « Détail » ; de même contenu.complement.
    """
    colonnes = _selon_les_plans(o.COLONNES_LISTE, contenu.plans)
    colonnes = colonnes if a_relire else a_montrer(colonnes, sans=("Approuver", "Message"))
    cibles = {"Code client": contenu.complement, "Échéances": detail}
    feuille = ecrire_tableau(
        classeur, styles, o.LISTE, "ListeClients", colonnes, relances, figees=position(colonnes, "Raison sociale") + 1,
        liens=[libelle for libelle, table in cibles.items() if len(table)],
    )  # fmt: skip
    aider(feuille, colonnes, len(relances), contenu.plans)
    _colorer_liste(feuille, styles, colonnes, len(relances), contenu.plans)
    _lier_liste(feuille, colonnes, relances, detail, contenu.complement)
    if a_relire:
        # « Message » se saisit et « Email » se lit à l'écran : sans eux, ce qui fait décider s'imprime plus grand
        feuille.print_area(0, 0, max(len(relances), 1), position(colonnes, "Sortie"))
    return feuille


def ecrire_detail(classeur: Workbook, styles: Styles, contenu: Contenu, detail: pd.DataFrame, *, a_relire: bool) -> FeuilleRapide:
    """L'onglet « Détail » ; s'il n'est pas à relire, sans « Retenir », et rien ne s'y modifie."""
    colonnes = _selon_les_plans(_selon_les_livres(o.COLONNES_DETAIL, detail), contenu.plans)
    colonnes = colonnes if a_relire else a_montrer(colonnes, sans=("Retenir",))
    feuille = ecrire_tableau(
        classeur, styles, o.DETAIL, "Detail", colonnes, detail, figees=position(colonnes, "Pièce") + 1
    )  # fmt: skip
    aider(feuille, colonnes, len(detail), contenu.plans)
    colorer = Couleurs(feuille, styles, colonnes, len(detail))
    if a_relire:
        colorer("*", "={Retenir}2=FALSE", f.BARRE)
    colorer("Jours de retard", f"={{Jours de retard}}2>{TRES_EN_RETARD}", f.ROUGE_TEXTE)
    colorer("Niveau proposé", f"={{Niveau proposé}}2={_plus_haut(contenu.plans)}", f.ROUGE_TEXTE)
    limite = contenu.criteres.date_reference + relativedelta(months=6)
    serie = (limite - JOUR_0).days
    colorer("Prescription", f'=AND({{Prescription}}2<>"",{{Prescription}}2<={serie})', f.ROUGE)
    return feuille


def _selon_les_livres(colonnes: tuple[ColonneDeRevue, ...], detail: pd.DataFrame) -> tuple[ColonneDeRevue, ...]:
    livres = c.CLIENT_LIVRE in detail and (detail[c.CLIENT_LIVRE] != "").any()
    return (*colonnes, o.CLIENT_LIVRE) if livres else colonnes


def _selon_les_plans(colonnes: tuple[ColonneDeRevue, ...], plans: Plans) -> tuple[ColonneDeRevue, ...]:
    return (*colonnes, o.PLUS_HAUT) if len(plans.noms) > 1 else colonnes


def _plus_haut(plans: Plans) -> str:
    """Le plus haut niveau d'une ligne, dans une formule de couleur."""
    return f"{{{o.PLUS_HAUT.libelle}}}2" if len(plans.noms) > 1 else str(plans.standard.plus_haut)


def _avec_plus_haut(table: pd.DataFrame, plans: Plans) -> pd.DataFrame:
    """La table, avec le plus haut niveau du plan de chaque ligne, s'il y a plusieurs plans."""
    if len(plans.noms) < 2:
        return table
    hauts = {niveaux.plan: niveaux.plus_haut for niveaux in plans}
    return table.assign(**{c.PLUS_HAUT: [hauts.get(plan, plans.standard.plus_haut) for plan in table[c.PLAN].tolist()]})


def _avec_case(table: pd.DataFrame, colonne: str, coche: bool) -> pd.DataFrame:
    return table if colonne in table else table.assign(**{colonne: coche})


def _colorer_liste(feuille: Worksheet, styles: Styles, colonnes: Sequence[ColonneDeRevue], hauteur: int, plans: Plans) -> None:
    colorer = Couleurs(feuille, styles, colonnes, hauteur)
    colorer("Niveau", "=AND({Niveau}2<={Dernier niveau}2,{Dernier niveau}2>0)", f.REEDITION)
    colorer("Niveau", f"=AND({{Niveau}}2>1,{{Niveau}}2>={_plus_haut(plans)})", f.ROUGE)
    colorer("Niveau", "={Niveau}2>1", f.ORANGE)
    colorer("Jours de retard", f"={{Jours de retard}}2>{TRES_EN_RETARD}", f.ROUGE_TEXTE)
    colorer("Jours de retard", f"={{Jours de retard}}2>{EN_RETARD}", f.ORANGE_TEXTE)
    colorer("Email", '=AND({Sortie}2="Email",{Email}2="")', f.ROUGE)
    colorer("Alerte", '={Alerte}2<>""', f.ORANGE)
    if any(colonne.champ == c.APPROUVER for colonne in colonnes):
        for libelle in ("Approuver", "Relance", "Code client", "Raison sociale"):  # ce qui reste à l'écran
            colorer(libelle, "={Approuver}2=TRUE", f.VERT)


def _lier_liste(
    feuille: FeuilleRapide, colonnes: Sequence[ColonneDeRevue], relances: pd.DataFrame, detail: pd.DataFrame, complement: pd.DataFrame
) -> None:
    """Du client à son complément, de ses échéances au détail, tant qu'Excel admet des liens.

    L'adresse n'en porte pas : on écrit depuis le « Complément ».
    """
    du_detail, du_complement = (position(colonnes, libelle) for libelle in ("Échéances", "Code client"))
    lignes_detail = premieres(detail[c.RELANCE].tolist())
    lignes_complement = premieres(_paires(complement["Code client"], complement["Devise"]))
    clients = _paires(relances[c.CODE_CLIENT], relances[c.DEVISE])
    feuille.poser_liens(
        liens(du_detail, o.DETAIL, list(map(lignes_detail.get, relances[c.RELANCE].tolist())), "Voir les échéances"),
        liens(du_complement, o.COMPLEMENT, list(map(lignes_complement.get, clients)), "Voir le complément"),
    )


def _paires(codes: pd.Series, devises: pd.Series) -> list[tuple[str, str]]:
    return list(zip(codes.tolist(), devises.tolist(), strict=True))
