"""Lire le classeur de critères : toutes ses fautes d'un coup, ou des `Parametres` sûrs (contrat §2)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from relances_xl.criteres import onglets as o
from relances_xl.criteres.ouverture import lire_onglets
from relances_xl.criteres.parametrage import (
    lire_clients,
    lire_colonnes,
    lire_emetteur,
    lire_messagerie,
    lire_suivi,
    lire_taux,
)
from relances_xl.criteres.plans import NIVEAU_MAXIMUM, lire_niveaux
from relances_xl.criteres.saisies import Releve, relever_libelles
from relances_xl.domaine import taux as module_taux
from relances_xl.domaine.cellule import (
    Illisible,
    lire_choix,
    lire_date,
    lire_decimal,
    lire_delai,
    lire_entier,
    lire_liste,
    lire_oui_ou_non,
    lire_pourcentage,
    lire_texte,
)
from relances_xl.domaine.criteres import (
    CRITERES,
    PAR_CHAMP,
    Convertisseur,
    Critere,
    Criteres,
    Genre,
    ModesDePaiement,
    Regroupement,
    TypeClient,
    TypeEtat,
)
from relances_xl.domaine.ecrits.dates import ecrire_date, semestre
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import Faute, refuser_si
from relances_xl.domaine.feuilles import Feuille, Valeur
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import Emetteur, Messagerie, Parametres
from relances_xl.domaine.schemas import FICHES_SAISIES, SUIVI
from relances_xl.domaine.selection import faute_de_syntaxe
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.taux import Taux

T = TypeVar("T")

_ENUMERATIONS: dict[str, type[StrEnum]] = {
    "type_etat": TypeEtat,
    "sortie": Sortie,
    "regroupement": Regroupement,
    "type_client_defaut": TypeClient,
    "convertisseur": Convertisseur,
}
_VIDES: dict[Genre, Any] = {Genre.TEXTE: "", Genre.LISTE: ()}
_ANCIENS = {ancien: critere.champ for critere in CRITERES for ancien in critere.anciens}
_SAUF = re.compile(r"\s*(?:tou[ts]\b\s*[;,:]?\s*)?sauf\b\s*:?", re.IGNORECASE)


def lire_criteres(feuille: Feuille, fichier: str, aujourdhui: date, plans: Plans | None) -> tuple[Criteres | None, list[Faute]]:
    """Les critères de l'onglet « Critères » de `criteres.xlsx` ou de la revue, et les fautes trouvées.

    Critère absent ou vide : sa valeur par défaut ; date de référence ou d'édition vide : `aujourdhui`. Avec une faute,
    pas de critères. plans : None si l'onglet « Niveaux » ne se lit pas ; on n'invente alors pas de faute sur le niveau.
    """
    releve = Releve(feuille, fichier)
    criteres = _lire_criteres(releve, aujourdhui, plans)
    return (None, releve.fautes) if releve.fautes else (criteres, [])


def _lire_criteres(releve: Releve, aujourdhui: date, plans: Plans | None) -> Criteres:
    trouves = relever_libelles(releve, {critere.champ: critere.libelle for critere in CRITERES}, _ANCIENS)
    champs: dict[str, Any] = {}
    for critere in CRITERES:
        lecteur = _lecteur(critere, plans)
        defaut = lecteur(critere.defaut) if critere.defaut else _VIDES.get(critere.genre)
        if critere.champ not in trouves:
            champs[critere.champ] = defaut
        elif critere.facultatif:
            champs[critere.champ] = releve.lire(trouves[critere.champ], lecteur, _VIDES.get(critere.genre))
        else:
            champs[critere.champ] = releve.lire(trouves[critere.champ], lecteur, defaut)
    for date_du_jour in ("date_reference", "date_edition"):
        champs[date_du_jour] = champs[date_du_jour] or aujourdhui
    criteres = Criteres(**champs)
    if criteres.ignorer_avant and plans and criteres.ignorer_avant >= criteres.date_reference - timedelta(_premier_delai(plans)):
        releve.avertir(
            trouves["ignorer_avant"].place,
            f"« {PAR_CHAMP['ignorer_avant'].libelle} » le {ecrire_date(criteres.ignorer_avant)} ne laisse aucune échéance en retard",
            "videz ce critère, ou reculez sa date",
        )
    return criteres


def _premier_delai(plans: Plans) -> int:
    return min(niveaux[1].delai for niveaux in plans)


def _lecteur(critere: Critere, plans: Plans | None) -> Callable[[Valeur], Any]:
    """De quoi lire la cellule de ce critère."""
    if critere.champ == "codes_clients":
        return _lire_codes
    if critere.genre is Genre.CHOIX:
        return lambda valeur: lire_choix(valeur, _ENUMERATIONS[critere.champ])
    if critere.genre is Genre.NIVEAU:
        return lambda valeur: _lire_niveau(valeur, plans)
    return {
        Genre.TEXTE: lire_texte,
        Genre.LISTE: lire_liste,
        Genre.MODES: _lire_modes,
        Genre.DATE: lire_date,
        Genre.MONTANT: _lire_montant,
        Genre.OUI_NON: lire_oui_ou_non,
        Genre.DELAI: lire_delai,
        Genre.POURCENTAGE: lire_pourcentage,
    }[critere.genre]


def _lire_codes(valeur: Valeur) -> tuple[str, ...]:
    codes = lire_liste(valeur)
    fautes = [faute for code in codes if (faute := faute_de_syntaxe(code))]
    if fautes:
        raise Illisible(" ; ".join(fautes), "écrivez les plages du plus petit au plus grand : C001..C050")
    return codes


def _lire_modes(valeur: Valeur) -> ModesDePaiement:
    """« Tout », « Tout sauf A ; B », ou « A ; B » ; « Tout » parmi d'autres modes les comprend tous."""
    texte = lire_texte(valeur)
    if debut := _SAUF.match(texte):
        exclus = lire_liste(texte[debut.end() :])
        if not exclus:
            raise Illisible("« Tout sauf » ne nomme aucun mode de paiement", "nommez-les à la suite, ou écrivez « Tout »")
        return ModesDePaiement(exclus, sauf=True)
    modes = lire_liste(texte)
    return ModesDePaiement() if any(cle(mode) == "tout" for mode in modes) else ModesDePaiement(modes, sauf=False)


def _lire_montant(valeur: Valeur) -> Decimal:
    montant = lire_decimal(valeur)
    if montant < 0:
        raise Illisible("le montant est négatif", "écrivez un montant positif, ou 0")
    return montant


def _lire_niveau(valeur: Valeur, plans: Plans | None) -> int:
    """Un numéro, ou un libellé ; celui du plan Standard l'emporte."""
    par_libelle = {cle(niveau.libelle): niveau.numero for niveau in reversed(plans.niveaux)} if plans else {}
    plus_bas, plus_haut = (plans.plus_bas, plans.plus_haut) if plans else (0, NIVEAU_MAXIMUM)
    texte = lire_texte(valeur)
    if cle(texte) in par_libelle:
        return par_libelle[cle(texte)]
    try:
        return lire_entier(valeur, plus_bas, plus_haut)
    except Illisible:
        raise Illisible(f"niveau « {texte} » inconnu", f"écrivez un niveau de l'onglet « Niveaux », de 1 à {plus_haut}") from None


def lire_parametres(chemin: Path, aujourdhui: date) -> Parametres:
    """Tout `criteres.xlsx`, validé ; ses avertissements sont dans `Parametres.avertissements`.

    Lève une seule `ErreurUtilisateur` portant toutes les fautes du classeur, chacune avec son onglet et sa cellule.
    « Critères » et « Niveaux » sont indispensables ; un autre onglet absent vaut son contenu par défaut.
    """
    lecture = _OngletsLus(chemin.name, lire_onglets(chemin))
    plans = lecture.onglet(o.NIVEAUX, lire_niveaux, lambda: None, indispensable=True)
    criteres = lecture.onglet(o.CRITERES, lambda releve: _lire_criteres(releve, aujourdhui, plans), lambda: None, indispensable=True)
    coches, fiches = lecture.onglet(o.CLIENTS, lambda releve: lire_clients(releve, plans), lambda: ((), FICHES_SAISIES.vide()))
    suivi = lecture.onglet(o.SUIVI, lire_suivi, SUIVI.vide)
    emetteur, emails = lecture.onglet(o.EMETTEUR, lire_emetteur, lambda: (Emetteur(), {}))
    colonnes: dict[tuple[str, str], str] = lecture.onglet(o.COLONNES, lire_colonnes, dict)
    taux = lecture.onglet(o.TAUX, lire_taux, lambda: module_taux.LIVRES)
    messagerie = _avec_expediteur(lecture.onglet(o.MESSAGERIE, lire_messagerie, Messagerie), emetteur)
    refuser_si(sorted(lecture.fautes, key=_rang_de_l_onglet))
    lecture.avertissements += _semestre_vide(chemin.name, criteres, plans, taux)
    assert criteres is not None and plans is not None, "sans faute, critères et niveaux sont lus"
    return Parametres(
        criteres, coches, plans, fiches, suivi, emetteur, colonnes, taux, messagerie, emails, tuple(lecture.avertissements)
    )  # fmt: skip


def _semestre_vide(fichier: str, criteres: Criteres | None, plans: Plans | None, taux: Taux) -> list[Faute]:
    """Le semestre de la date de référence sans taux BCE : les lettres à pénalités qui en ont besoin ne partiraient pas."""
    if criteres is None or plans is None or not any(niveaux.avec_penalites for niveaux in plans):
        return []
    nom = semestre(criteres.date_reference)
    if taux.bce(nom) is not None:
        return []
    remede = "saisissez-le, ou lancez « relances-xl actualiser », qui remplit les taux connus"
    return [Faute(f"le taux BCE de {nom} est vide : les pénalités de ce semestre ne se calculeront pas", remede, fichier, o.TAUX)]


def _avec_expediteur(messagerie: Messagerie, emetteur: Emetteur) -> Messagerie:
    """Sans « Expéditeur », les relances partent de l'identifiant si c'est une adresse, sinon de l'adresse de l'émetteur."""
    identifiant = messagerie.identifiant if "@" in messagerie.identifiant else ""
    return replace(messagerie, expediteur=messagerie.expediteur or identifiant or emetteur.email)


def _rang_de_l_onglet(faute: Faute) -> int:
    rangs = [cle(nom) for nom in o.ONGLETS]
    return rangs.index(cle(faute.onglet)) if cle(faute.onglet) in rangs else -1


class _OngletsLus:
    """Les onglets du classeur, et les fautes relevées de l'un à l'autre."""

    def __init__(self, fichier: str, feuilles: Sequence[Feuille]) -> None:
        self.fichier = fichier
        self.feuilles: dict[str, Feuille] = {}
        self.fautes: list[Faute] = []
        self.avertissements: list[Faute] = []
        for feuille in feuilles:
            if cle(feuille.nom) in self.feuilles and cle(feuille.nom) in map(cle, o.ONGLETS):
                self.fautes.append(Faute("cet onglet est en double", "renommez ou supprimez l'un des deux", fichier, feuille.nom))
            self.feuilles.setdefault(cle(feuille.nom), feuille)

    def onglet(self, nom: str, lecteur: Callable[[Releve], T], defaut: Callable[[], T], *, indispensable: bool = False) -> T:
        """Ce que dit l'onglet ; `defaut()` s'il manque, ce qui est une faute s'il est indispensable."""
        feuille = self.feuilles.get(cle(nom))
        if feuille is None:
            if indispensable:
                vus = ", ".join(f"« {f.nom} »" for f in self.feuilles.values())
                self.fautes.append(Faute(f"l'onglet « {nom} » manque (vus : {vus})", "remettez-le, ou recréez le classeur", self.fichier))
            return defaut()
        releve = Releve(feuille, self.fichier)
        lu = lecteur(releve)
        self.fautes.extend(releve.fautes)
        self.avertissements.extend(releve.avertissements)
        return lu
