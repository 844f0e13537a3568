"""Ajouter à un classeur d'une version antérieure les critères, colonnes et onglets qu'il n'a pas (contrat §2).

Ce qui est ajouté vient d'un classeur neuf, valeur par défaut comprise, à la suite de ce que l'utilisateur a : rien ne bouge.
"""

import re
from collections.abc import Iterator, Sequence

from openpyxl.utils import get_column_letter

from relances_xl.criteres import onglets as o
from relances_xl.criteres.tenir.chantier import Chantier, rangee_comme
from relances_xl.domaine.criteres import CRITERES
from relances_xl.domaine.ecrits.textes import accorder, cle
from relances_xl.domaine.parametres import LIBELLES_EMETTEUR, LIBELLES_MESSAGERIE
from relances_xl.fichiers.office.feuille_xml import FeuilleXml

_BAS_DE_FEUILLE = 1_048_576
_DES_PLANS = (4, 5)  # colonnes de « Listes »


def completer(chantier: Chantier) -> list[str]:
    """Ajoute ce qui manque ; rend ce qu'il faut en dire."""
    manquants = [nom for nom in o.ONGLETS if chantier.archive.onglet(nom) is None]
    phrases: list[str] = []
    anciens = {cle(critere.libelle): {cle(ancien) for ancien in critere.anciens} for critere in CRITERES}
    for nom, libelles in (
        (o.CRITERES, [critere.libelle for critere in CRITERES]),
        (o.EMETTEUR, list(LIBELLES_EMETTEUR.values())),
        (o.MESSAGERIE, list(LIBELLES_MESSAGERIE.values())),
    ):
        if ajoutes := _libelles(chantier, nom, libelles, anciens if nom == o.CRITERES else {}):
            phrases.append(f"« {nom} » : {', '.join(ajoutes)} en plus")
    for nom, colonnes in o.TABLEAUX.items():
        if nom != o.LISTES and (ajoutes := _colonnes(chantier, nom, colonnes)):
            phrases.append(f"« {nom} » : {', '.join(ajoutes)} en plus")
    if allongees := sum(_listes_fermees(chantier)):
        phrases.append(accorder(allongees, f"{allongees} liste(s) déroulante(s) complétée(s)"))
    _plans(chantier)
    for nom in manquants:
        chantier.ajouter_onglet(nom)
    if manquants:
        phrases.append(f"onglets ajoutés : {', '.join(manquants)}")
    return phrases


def _libelles(chantier: Chantier, nom: str, libelles: list[str], anciens: dict[str, set[str]]) -> list[str]:
    """Les lignes libellé / valeur / aide qui manquent, après la dernière."""
    feuille = chantier.feuille(nom)
    if feuille is None:
        return []
    presents = {cle(rangee.texte(1)) for rangee in feuille.rangees.values()}
    manquants = [lib for lib in libelles if cle(lib) not in presents and not anciens.get(cle(lib), set()) & presents]
    if not manquants:
        return []
    modele = chantier.modele(nom)
    rangs = {cle(rangee.texte(1)): numero for numero, rangee in modele.rangees.items()}
    derniere = max((n for n, r in feuille.rangees.items() if any(c.texte for c in r.cellules.values())), default=1)
    for numero, libelle in enumerate(manquants, start=derniere + 1):
        ancien = rangs[cle(libelle)]
        rangee = rangee_comme(feuille, modele.rangees[ancien])
        rangee.cellules = {col: chantier.greffer(feuille, cellule) for col, cellule in modele.rangees[ancien].cellules.items()}
        feuille.rangees[numero] = rangee
        feuille.ajouter_validations(chantier.validations(feuille, modele, f"B{ancien}", f"B{numero}"))
    _porter_la_dimension(feuille)
    chantier.toucher(nom)
    return manquants


def _colonnes(chantier: Chantier, nom: str, colonnes: tuple[o.ColonneDeSaisie, ...]) -> list[str]:
    """Les colonnes qui manquent à un onglet en tableau, à sa droite."""
    feuille = chantier.feuille(nom)
    if feuille is None:
        return []
    en_tete, titres = feuille.titres({cle(c.titre) for c in colonnes})
    manquantes = [c for c in colonnes if cle(c.titre) not in titres]
    if not en_tete or not manquantes:
        return []
    modele, tableau = chantier.modele(nom), chantier.tableau(nom)
    if tableau is not None and tableau.en_tete != en_tete:
        tableau = None
    for colonne in manquantes:
        occupees = {col for rangee in feuille.rangees.values() for col, cellule in rangee.cellules.items() if cellule.texte}
        place = max(occupees, default=0) + 1
        if tableau is not None and tableau.derniere + 1 not in occupees:
            place = tableau.derniere + 1
            tableau.ajouter_colonne(colonne.titre)
        ancienne = next(col for col, cellule in modele.rangees[1].cellules.items() if cellule.texte == colonne.titre)
        feuille.rangee(en_tete).cellules[place] = chantier.greffer(feuille, modele.rangees[1].cellules[ancienne])
        vide = chantier.greffer(feuille, modele.rangees[2].cellules[ancienne])
        vide = feuille.cellule_texte("", vide.style)
        fin = tableau.fin if tableau is not None else max(feuille.rangees)
        for numero, rangee in feuille.rangees.items():
            if en_tete < numero <= fin:
                rangee.cellules.setdefault(place, vide)
        lettre = get_column_letter(ancienne)
        plage = f"{get_column_letter(place)}{en_tete + 1}:{get_column_letter(place)}{_BAS_DE_FEUILLE}"
        feuille.ajouter_validations(chantier.validations(feuille, modele, f"{lettre}2", plage))
        _largeur(feuille, place, colonne.largeur)
    _porter_la_dimension(feuille)
    chantier.toucher(nom)
    return [colonne.titre for colonne in manquantes]


def _plans(chantier: Chantier) -> None:
    """Les plans de relance que propose l'onglet « Clients », calculés dans « Listes »."""
    feuille = chantier.feuille(o.LISTES)
    if feuille is None or any(rangee.texte(colonne) for rangee in feuille.rangees.values() for colonne in _DES_PLANS):
        return
    for numero, rangee in chantier.modele(o.LISTES).rangees.items():
        for colonne in _DES_PLANS:
            if colonne in rangee.cellules:
                feuille.rangee(numero).cellules[colonne] = chantier.greffer(feuille, rangee.cellules[colonne])
    _porter_la_dimension(feuille)
    chantier.toucher(o.LISTES)


def _listes_fermees(chantier: Chantier) -> Iterator[bool]:
    """Les listes déroulantes d'une version antérieure, complétées des valeurs venues depuis."""
    libelles = {
        o.CRITERES: {critere.libelle: critere.choix for critere in CRITERES},
        o.MESSAGERIE: {saisie.libelle: saisie.choix for saisie in o.SAISIES_MESSAGERIE},
    }
    for nom, choix_par_libelle in libelles.items():
        if (feuille := chantier.feuille(nom)) is not None:
            rangs = {cle(rangee.texte(1)): numero for numero, rangee in feuille.rangees.items()}
            for libelle, choix in choix_par_libelle.items():
                if choix and cle(libelle) in rangs:
                    yield _allonger(chantier, nom, feuille, f"B{rangs[cle(libelle)]}", choix)
    for nom, colonnes in o.TABLEAUX.items():
        if (feuille := chantier.feuille(nom)) is not None:
            en_tete, titres = feuille.titres({cle(colonne.titre) for colonne in colonnes})
            for colonne in colonnes:
                if colonne.choix and cle(colonne.titre) in titres:
                    case = f"{get_column_letter(titres[cle(colonne.titre)])}{en_tete + 1}"
                    yield _allonger(chantier, nom, feuille, case, colonne.choix)


def _allonger(chantier: Chantier, nom: str, feuille: FeuilleXml, case: str, choix: Sequence[str]) -> bool:
    changee = feuille.allonger_la_liste(case, choix)
    if changee:
        chantier.toucher(nom)
    return changee


def _largeur(feuille: FeuilleXml, place: int, largeur: int) -> None:
    """La largeur d'une colonne ajoutée à droite de toutes celles qui en ont une ; sinon, elle garde celle qu'elle a."""
    bornes = [int(n) for n in re.findall(rb'<(?:\w+:)?col\b[^>]*?\smax="(\d+)"', feuille.avant)]
    if not bornes or max(bornes) >= place:
        return
    p = feuille.prefixe
    col = f'<{p}col min="{place}" max="{place}" width="{largeur}" customWidth="1"/></{p}cols>'
    feuille.avant = feuille.avant.replace(f"</{p}cols>".encode(), col.encode(), 1)


def _porter_la_dimension(feuille: FeuilleXml) -> None:
    """La plage que l'onglet annonce couvre ce qu'on vient d'y ajouter."""
    droite = max(max(r.cellules, default=1) for r in feuille.rangees.values())
    plage = f"A1:{get_column_letter(droite)}{max(feuille.rangees)}".encode()
    feuille.avant = re.sub(rb'(<(?:\w+:)?dimension\b[^>]*?\sref=")[^"]*', lambda t: t[1] + plage, feuille.avant)
