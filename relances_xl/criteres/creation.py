"""Créer `criteres.xlsx` : ses onglets, leurs listes déroulantes, aides et formats (contrat §2)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from relances_xl.criteres import apparence
from relances_xl.criteres import exemple as exemple_livre
from relances_xl.criteres import onglets as o
from relances_xl.criteres.accueil import ecrire_accueil
from relances_xl.criteres.ouverture import COMMENCER
from relances_xl.criteres.parametrage import EMAIL_DE
from relances_xl.domaine import criteres as module_criteres
from relances_xl.domaine import niveaux as module_niveaux
from relances_xl.domaine import taux as module_taux
from relances_xl.domaine.criteres import Critere, Genre
from relances_xl.domaine.parametres import Emetteur, Messagerie
from relances_xl.domaine.tables import FICHIERS

Ecrite = str | int | float | Decimal | date | None

LIGNES_LIBRES = 16  # lignes prêtes à remplir de « Suivi »
DERNIERE_LIGNE = 1_048_576  # une validation posée jusqu'en bas vaut pour ce que l'utilisateur ajoutera
LISTE_MODES = f"OFFSET({o.LISTES}!$A$2,0,0,MAX(1,COUNTA({o.LISTES}!$A$2:$A$1000)),1)"
LISTE_NIVEAUX = f"OFFSET({o.NIVEAUX}!$A$2,0,0,MAX(1,COUNT({o.NIVEAUX}!$A$2:$A$100)),1)"
LISTE_CODES = f"OFFSET({o.CLIENTS}!$B$2,0,0,MAX(1,COUNTA({o.CLIENTS}!$B$2:$B$100000)),1)"
PLANS_PROPOSES = 20  # plans que la liste déroulante montre au plus
LISTE_PLANS = f"OFFSET({o.LISTES}!$D$2,0,0,MAX(1,COUNT({o.LISTES}!$E$2:$E${PLANS_PROPOSES + 1})),1)"
LISTES_LIBRES = {o.SUIVI_CODE: LISTE_CODES, o.CLIENT_PLAN: LISTE_PLANS}
LARGEURS_LIBELLES = (34, 38, 96)
CARACTERES_PAR_LIGNE = 112  # de l'aide, en dix points
DELAIS_USUELS = ("30", "45", "60", "30 fin de mois", "45 fin de mois", "fin de mois 45", "30 fin de mois le 10")
_ENFANTS_DE_FONT = (
    "b",
    "i",
    "strike",
    "condense",
    "extend",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
    "family",
    "charset",
    "scheme",
)
"""L'ordre du schéma (ECMA-376, CT_Font) : openpyxl en suit un autre, qu'Excel tolère et que le validateur de Microsoft refuse."""


@dataclass(frozen=True, slots=True)
class Ligne:
    """Une ligne libellé / valeur / aide, avec le format de sa valeur et sa validation."""

    libelle: str
    valeur: Ecrite
    aide: str
    format: str
    validation: DataValidation
    lignes: int = 1


def creer_criteres(chemin: Path, exemple: bool) -> None:
    """Écrit le classeur de critères livré ; avec `exemple`, l'émetteur, les dates et le suivi de l'entreprise inventée."""
    classeur = Workbook()
    classeur.remove(classeur.worksheets[0])
    feuilles = {nom: classeur.create_sheet(nom) for nom in o.ONGLETS}
    ecrire_accueil(feuilles[COMMENCER])
    _libelles(feuilles[o.CRITERES], "Critère", list(_lignes_criteres(exemple)))
    _tableau(feuilles[o.CLIENTS], o.TABLEAUX[o.CLIENTS], [], lignes_libres=1)
    _tableau(feuilles[o.NIVEAUX], o.TABLEAUX[o.NIVEAUX], _lignes_niveaux())
    _tableau(feuilles[o.SUIVI], o.TABLEAUX[o.SUIVI], exemple_livre.SUIVI if exemple else [], lignes_libres=LIGNES_LIBRES)
    emetteur = exemple_livre.EMETTEUR if exemple else Emetteur()
    _libelles(feuilles[o.EMETTEUR], "Libellé", [*(_ligne_saisie(s, emetteur) for s in o.SAISIES_EMETTEUR), _ligne_commercial()])
    _tableau(feuilles[o.COLONNES], o.TABLEAUX[o.COLONNES], _lignes_colonnes())
    _tableau(feuilles[o.TAUX], o.TABLEAUX[o.TAUX], _lignes_taux())
    _libelles(feuilles[o.MESSAGERIE], "Libellé", [_ligne_saisie(s, Messagerie()) for s in o.SAISIES_MESSAGERIE])
    _listes(feuilles[o.LISTES])
    feuilles[o.LISTES].sheet_state = "hidden"
    for feuille in feuilles.values():
        apparence.imprimer_en_paysage(feuille)
    classeur.properties.title = "Critères de relance"
    classeur.properties.creator = "relances_xl"
    Font.__elements__ = _ENFANTS_DE_FONT
    tampon = BytesIO()
    classeur.save(tampon)  # écrit par openpyxl lui-même, un disque plein laisserait à l'écran une trace Python
    chemin.write_bytes(tampon.getbuffer())


def _lignes_criteres(exemple: bool) -> Iterator[Ligne | str]:
    """Les critères, section par section ; un critère sans section vient à la fin."""
    places = [champ for champs in o.SECTIONS.values() for champ in champs]
    reste = [critere.champ for critere in module_criteres.CRITERES if critere.champ not in places]
    for titre, champs in (*o.SECTIONS.items(), ("", tuple(reste))):
        presents = [module_criteres.PAR_CHAMP[champ] for champ in champs if champ in module_criteres.PAR_CHAMP]
        if titre and presents:
            yield titre
        yield from (_ligne_critere(critere, exemple) for critere in presents)


def _ligne_critere(critere: Critere, exemple: bool) -> Ligne:
    formats = {
        Genre.TEXTE: o.FORMAT_TEXTE, Genre.LISTE: o.FORMAT_TEXTE, Genre.MODES: o.FORMAT_TEXTE, Genre.DATE: o.FORMAT_DATE,
        Genre.MONTANT: o.FORMAT_MONTANT, Genre.NIVEAU: o.FORMAT_ENTIER, Genre.POURCENTAGE: o.FORMAT_POINTS,
    }  # fmt: skip
    valeur: Ecrite = critere.defaut or None
    if critere.genre in (Genre.MONTANT, Genre.NIVEAU, Genre.DELAI):
        valeur = int(critere.defaut)
    if exemple and critere.champ in ("date_reference", "date_edition"):
        valeur = exemple_livre.DATE
    format_cellule = formats.get(critere.genre, "General")
    # des codes clients peuvent s'écrire l'un sous l'autre
    hauteur = 3 if critere.champ == "codes_clients" else _lignes_de_l_aide(critere.aide)
    return Ligne(critere.libelle, valeur, critere.aide, format_cellule, _validation_critere(critere), hauteur)


def _validation_critere(critere: Critere) -> DataValidation:
    """La validation qui aide sans gêner : un critère qui accepte plusieurs valeurs propose sa liste, sans rien refuser."""
    if critere.choix:
        validation = _liste_fermee(critere.choix)
    elif critere.genre is Genre.DATE:
        validation = DataValidation(
            "date", operator="between", formula1="29221", formula2="73415", errorStyle="warning",
            errorTitle="Date", error="Écrivez une date, par exemple 31/03/2026.",
        )  # fmt: skip
    elif critere.genre is Genre.MONTANT:
        validation = DataValidation(
            "decimal", operator="greaterThanOrEqual", formula1="0",
            errorTitle="Montant", error="Écrivez un montant positif, ou 0.",
        )  # fmt: skip
    elif critere.genre is Genre.POURCENTAGE:
        validation = DataValidation(
            "decimal", operator="between", formula1="0", formula2="100",
            errorTitle="Pourcentage", error="Écrivez un taux annuel en points, par exemple 12,15.",
        )  # fmt: skip
    elif critere.genre is Genre.NIVEAU:
        validation = DataValidation("list", formula1=LISTE_NIVEAUX, errorStyle="warning")
        validation.errorTitle, validation.error = "Niveau inconnu", "Choisissez un niveau de l'onglet « Niveaux »."
    else:
        libres = {"modes_paiement": LISTE_MODES, "codes_clients": LISTE_CODES, "delai_paiement": _litterale(DELAIS_USUELS)}
        liste = libres.get(critere.champ)
        validation = DataValidation("list", formula1=liste) if liste else DataValidation()
    libre = not (critere.choix or critere.genre in (Genre.DATE, Genre.MONTANT, Genre.POURCENTAGE, Genre.NIVEAU))
    return _avec_aide(validation, critere.libelle, critere.aide, refuse=not libre)


def _litterale(choix: Iterable[str]) -> str:
    return f'"{",".join(choix)}"'


def _liste_fermee(choix: Sequence[str]) -> DataValidation:
    return DataValidation("list", formula1=_litterale(choix), errorTitle="Valeur inconnue", error=f"Choisissez parmi : {', '.join(choix)}.")


def _avec_aide(validation: DataValidation, titre: str, aide: str, *, refuse: bool) -> DataValidation:
    """Ajoute le message de saisie, aux longueurs qu'Excel admet (32 et 255 caractères)."""
    validation.allow_blank = True
    validation.showErrorMessage = refuse
    validation.showInputMessage = bool(aide)
    validation.promptTitle, validation.prompt = titre[:32], aide[:255] or None
    return validation


def _lignes_de_l_aide(aide: str) -> int:
    return 1 + len(aide) // CARACTERES_PAR_LIGNE


def _ligne_saisie(saisie: o.Saisie, source: Emetteur | Messagerie) -> Ligne:
    validation = _liste_fermee(saisie.choix) if saisie.choix else DataValidation()
    valeur = getattr(source, saisie.champ)
    return Ligne(
        saisie.libelle, valeur if isinstance(valeur, int | float) else str(valeur) or None, saisie.aide,
        "General" if saisie.choix else saisie.format, _avec_aide(validation, saisie.libelle, saisie.aide, refuse=bool(saisie.choix)),
        lignes=2 if saisie.champ == "mentions_legales" else _lignes_de_l_aide(saisie.aide),
    )  # fmt: skip


def _ligne_commercial() -> Ligne:
    """La ligne à recopier pour chaque commercial."""
    return Ligne(
        f"{EMAIL_DE}NOM", None,
        "Remplacez NOM par un commercial, tel que dans l'export ; une ligne chacun. « Liste clients » par Email lui envoie la sienne.",
        o.FORMAT_TEXTE, DataValidation(),
    )  # fmt: skip


def _lignes_niveaux() -> list[tuple[Ecrite, ...]]:
    oui_non = {True: "Oui", False: "Non"}
    return [
        (n.numero, n.libelle, n.delai, n.modele, oui_non[n.penalites], oui_non[n.indemnite], n.objet, str(n.envoi), None)
        for n in module_niveaux.LIVRES
    ]


def _lignes_colonnes() -> list[tuple[Ecrite, ...]]:
    return [
        (champ.nom, fichier, None, champ.aide + (" (indispensable)" if champ.indispensable else ""))
        for fichier, champs in FICHIERS.items()
        for champ in champs
    ]


def _lignes_taux() -> list[tuple[Ecrite, ...]]:
    return [(t.semestre, t.bce, t.legal, t.source) for t in module_taux.LIVRES.semestres.values()]


def _libelles(feuille: Worksheet, titre: str, lignes: Sequence[Ligne | str]) -> None:
    """Un onglet libellé / valeur / aide ; un texte seul est le titre d'une section."""
    apparence.en_tete(feuille, (titre, "Valeur", "Aide"), LARGEURS_LIBELLES)
    for rang, ligne in enumerate(lignes, start=2):
        if isinstance(ligne, str):
            apparence.section(feuille, rang, ligne, len(LARGEURS_LIBELLES))
            continue
        apparence.libelle(feuille.cell(rang, 1, ligne.libelle))
        apparence.saisie(feuille.cell(rang, 2, ligne.valeur), ligne.format)
        apparence.aide(feuille.cell(rang, 3, ligne.aide or None))
        apparence.hauteur(feuille, rang, ligne.lignes)
        ligne.validation.add(f"B{rang}")
        feuille.add_data_validation(ligne.validation)


def _tableau(
    feuille: Worksheet, colonnes: Sequence[o.ColonneDeSaisie], lignes: Sequence[tuple[Ecrite, ...]], lignes_libres: int = 0
) -> None:
    """Un onglet en tableau Excel : formats et validations valent aussi pour les lignes à venir."""
    apparence.en_tete(feuille, [c.titre for c in colonnes], [c.largeur for c in colonnes])
    derniere = 1 + len(lignes) + lignes_libres
    for rang in range(2, derniere + 1):
        apparence.hauteur(feuille, rang)
    for numero, colonne in enumerate(colonnes, start=1):
        lettre = get_column_letter(numero)
        feuille.column_dimensions[lettre].number_format = colonne.format
        for rang in range(2, derniere + 1):
            cellule = feuille.cell(rang, numero, lignes[rang - 2][numero - 1] if rang - 2 < len(lignes) else None)
            (apparence.saisie if colonne.saisie else apparence.fixe)(cellule, colonne.format)
        if colonne.choix or colonne.aide:
            validation = _liste_fermee(colonne.choix) if colonne.choix else DataValidation()
            if colonne in LISTES_LIBRES:
                validation = DataValidation("list", formula1=LISTES_LIBRES[colonne])
            _avec_aide(validation, colonne.titre, colonne.aide, refuse=bool(colonne.choix))
            validation.add(f"{lettre}2:{lettre}{DERNIERE_LIGNE}")
            feuille.add_data_validation(validation)
    tableau = Table(displayName=f"T_{feuille.title}", ref=f"A1:{get_column_letter(len(colonnes))}{derniere}")
    tableau.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    feuille.add_table(tableau)


def _listes(feuille: Worksheet) -> None:
    """Les modes de paiement et les devises connus, qu'`actualiser` complète d'après l'export ; les plans de l'onglet « Niveaux »."""
    colonnes = o.TABLEAUX[o.LISTES]
    apparence.en_tete(feuille, [*(c.titre for c in colonnes), "Aide"], [*(c.largeur for c in colonnes), 70])
    apparence.fixe(feuille.cell(2, 1, "Tout"), o.FORMAT_TEXTE)
    apparence.fixe(feuille.cell(2, 2, "EUR"), o.FORMAT_TEXTE)
    apparence.hauteur(feuille, 2, 2)
    apparence.aide(
        feuille.cell(
            2, 3, "Ce que vos exports contiennent, relevé par « relances-xl actualiser » : l'orthographe à reprendre dans les critères."
        )
    )
    feuille.sheet_properties.tabColor = apparence.GRIS
    for rang, formules in enumerate(_plans_de_relance(), start=1):
        for numero, formule in enumerate(formules, start=4):
            feuille.cell(rang, numero, formule)


def _plans_de_relance() -> Iterator[tuple[str, str]]:
    """Chaque plan et sa ligne dans « Niveaux », une fois : c'est celle de son niveau 1, d'où l'on cherche le suivant."""
    yield o.PLANS_CONNUS, "Ligne"
    niveaux = f"{o.NIVEAUX}!$A$2:$Z$200"
    plan = f'MATCH("{o.PLAN.titre}",{o.NIVEAUX}!$A$1:$Z$1,0)'
    for rang in range(2, PLANS_PROPOSES + 2):
        suivante = f"E{rang - 1}+MATCH(1,INDEX({niveaux},E{rang - 1}+1,1):{o.NIVEAUX}!$A$200,0)"
        ligne = f"MATCH(1,{o.NIVEAUX}!$A$2:$A$200,0)" if rang == 2 else suivante
        nom = f"INDEX({niveaux},E{rang},{plan})"
        yield (
            f'=IF(E{rang}="","",IFERROR(IF({nom}="","{module_niveaux.STANDARD}",{nom}),"{module_niveaux.STANDARD}"))',
            f'=IFERROR({ligne},"")',
        )
