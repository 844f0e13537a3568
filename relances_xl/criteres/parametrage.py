"""Les onglets de `criteres.xlsx` autres que « Critères » : clients cochés, niveaux, suivi, émetteur, colonnes, taux, messagerie."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeVar

import pandas as pd
from stdnum import bic, iban
from stdnum.fr import siren

from relances_xl.criteres import onglets as o
from relances_xl.criteres.saisies import Cellule, Releve, relever_libelles, relever_tableau
from relances_xl.domaine import tables as c
from relances_xl.domaine.cellule import (
    Illisible,
    lire_choix,
    lire_date,
    lire_decimal,
    lire_entier,
    lire_oui_ou_non,
    lire_pourcentage,
    lire_texte,
)
from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.niveaux import Envoi, Niveau, Niveaux
from relances_xl.domaine.parametres import (
    LIBELLES_EMETTEUR,
    LIBELLES_MESSAGERIE,
    Emetteur,
    Messagerie,
    ModeCourriel,
    NatureSuivi,
    Securite,
)
from relances_xl.domaine.tables import FICHIERS, Fichier
from relances_xl.domaine.taux import Taux, TauxSemestre

T = TypeVar("T")
LigneSuivi = tuple[str, str, date | None, str, date | None, str]

DELAI_MAXIMUM = 3650
NIVEAU_MAXIMUM = 99
PORTS = {Securite.STARTTLS: 587, Securite.SSL: 465, Securite.AUCUNE: 25}


def lire_clients_coches(releve: Releve) -> tuple[str, ...]:
    """Les codes des clients cochés, dans l'ordre de l'onglet « Clients »."""
    coches = []
    for ligne in relever_tableau(releve, (o.RELANCER, o.CODE_CLIENT)):
        code = releve.lire(ligne[o.CODE_CLIENT], lire_texte, "")
        if not releve.lire(ligne[o.RELANCER], lire_oui_ou_non, False):
            continue
        if code:
            coches.append(code)
        elif est_vide(ligne[o.CODE_CLIENT].valeur):
            releve.noter(ligne[o.CODE_CLIENT].place, "ligne cochée sans code client", "saisissez le code, ou effacez la coche")
    return tuple(dict.fromkeys(coches))


def lire_niveaux(releve: Releve) -> Niveaux | None:
    """Les niveaux, numérotés de 1 à n sans trou ; None s'ils ne tiennent pas debout (fautes notées)."""
    fautes = len(releve.fautes)
    places: dict[int, str] = {}
    niveaux = []
    for ligne in relever_tableau(releve, o.TABLEAUX[o.NIVEAUX]):
        numero = releve.exiger(ligne[o.NIVEAU], lambda v: lire_entier(v, 1, NIVEAU_MAXIMUM), "le numéro du niveau")
        delai = releve.exiger(ligne[o.DELAI], lambda v: lire_entier(v, 0, DELAI_MAXIMUM), "le délai en jours")
        modele = releve.exiger(ligne[o.MODELE], _lire_modele, "le nom de la lettre type")
        libelle = releve.lire(ligne[o.LIBELLE], lire_texte, f"Relance {numero}")
        penalites = releve.lire(ligne[o.PENALITES], lire_oui_ou_non, False)
        indemnite = releve.lire(ligne[o.INDEMNITE], lire_oui_ou_non, False)
        objet = releve.lire(ligne[o.OBJET], lire_texte, "")
        envoi = releve.lire(ligne[o.ENVOI], lambda v: lire_choix(v, Envoi), Envoi.LETTRE)
        if numero is None or delai is None or modele is None:
            continue
        if numero in places:
            releve.noter(ligne[o.NIVEAU].place, f"le niveau {numero} est déjà en {places[numero]}", "donnez à chaque niveau son numéro")
            continue
        places[numero] = ligne[o.NIVEAU].place
        niveaux.append(Niveau(numero, libelle, delai, modele, penalites, indemnite, objet, envoi))
    if len(releve.fautes) > fautes:
        return None
    if not niveaux:
        releve.noter("A2", "aucun niveau de relance", "décrivez au moins le niveau 1")
        return None
    niveaux.sort(key=lambda niveau: niveau.numero)
    for attendu, niveau in enumerate(niveaux, start=1):
        if niveau.numero != attendu:
            releve.noter(
                places[niveau.numero], f"le niveau {attendu} manque avant le niveau {niveau.numero}", "numérotez 1, 2, 3… sans trou"
            )
            return None
    return Niveaux(tuple(niveaux))


def _lire_modele(valeur: Valeur) -> str:
    nom = lire_texte(valeur)
    if not nom.casefold().endswith(".docx") or re.search(r'[\\/:*?"<>|]', nom):
        raise Illisible(f"« {nom} » n'est pas un nom de lettre type", "écrivez le nom d'un fichier .docx du dossier « modeles »")
    return nom


def lire_suivi(releve: Releve) -> pd.DataFrame:
    """Le suivi : code_client, piece ("" = tout le client), date, nature (NatureSuivi), jusquau, commentaire."""
    lignes: list[LigneSuivi] = []
    for ligne in relever_tableau(releve, o.TABLEAUX[o.SUIVI]):
        code = releve.exiger(ligne[o.SUIVI_CODE], lire_texte, "le code client")
        piece = releve.lire(ligne[o.SUIVI_PIECE], lire_texte, "")
        jour = releve.lire(ligne[o.SUIVI_DATE], lire_date, None)
        nature = releve.exiger(ligne[o.SUIVI_NATURE], lambda v: lire_choix(v, NatureSuivi), "la nature")
        jusquau = releve.lire(ligne[o.SUIVI_JUSQUAU], lire_date, None)
        commentaire = releve.lire(ligne[o.SUIVI_COMMENTAIRE], lire_texte, "")
        if nature is NatureSuivi.PROMESSE and est_vide(ligne[o.SUIVI_JUSQUAU].valeur):
            releve.noter(ligne[o.SUIVI_JUSQUAU].place, "une promesse sans date", "saisissez le jour promis")
        lignes.append((code or "", piece, jour, str(nature or ""), jusquau, commentaire))
    return table_suivi(lignes)


def table_suivi(lignes: list[LigneSuivi]) -> pd.DataFrame:
    """La table du suivi, typée même quand elle est vide."""
    types = {
        c.CODE_CLIENT: "str", c.PIECE: "str", c.DATE: "datetime64[s]",
        c.NATURE_SUIVI: "str", c.JUSQUAU: "datetime64[s]", c.COMMENTAIRE: "str",
    }  # fmt: skip
    colonnes = list(zip(*lignes, strict=True)) or [()] * len(types)
    return pd.DataFrame({nom: pd.Series(list(valeurs), dtype=genre) for (nom, genre), valeurs in zip(types.items(), colonnes, strict=True)})


def lire_emetteur(releve: Releve) -> Emetteur:
    """L'entreprise qui relance ; un nombre retrouve les zéros de tête qu'Excel lui a pris.

    Un IBAN, un BIC ou un SIREN faux se signale sans rien empêcher (mieux vaut accepter un faux que refuser un vrai).
    """
    trouves = relever_libelles(releve, LIBELLES_EMETTEUR)
    textes = {champ: releve.lire(cellule, lire_texte, "") for champ, cellule in trouves.items()}
    for champ, longueur in (("code_postal", 5), ("telephone", 10)):
        if champ in trouves and isinstance(trouves[champ].valeur, int | float):
            textes[champ] = textes[champ].zfill(longueur)
    for champ, valide, effet in (
        ("iban", iban.is_valid, "les lettres n'auront pas de QR code de paiement"),
        ("bic", bic.is_valid, "vérifiez-le auprès de votre banque"),
        ("siren", siren.is_valid, "il sera imprimé tel quel"),
    ):
        if textes.get(champ) and not valide(textes[champ]):
            releve.avertir(trouves[champ].place, f"« {textes[champ]} » n'est pas un {champ.upper()} valable", f"corrigez-le : {effet}")
    return Emetteur(**textes)


def lire_colonnes(releve: Releve) -> dict[tuple[str, str], str]:
    """Les en-têtes imposés : {("Échéances" | "Clients", champ): en-tête de l'export}."""
    imposees: dict[tuple[str, str], str] = {}
    for ligne in relever_tableau(releve, (o.CHAMP, o.FICHIER, o.COLONNE)):
        en_tete = releve.lire(ligne[o.COLONNE], lire_texte, "")
        if not en_tete:
            continue
        fichier = releve.exiger(ligne[o.FICHIER], lambda v: lire_choix(v, FICHIERS), "le fichier")
        if fichier is None:
            continue
        champ = releve.exiger(ligne[o.CHAMP], partial(_lire_champ, fichier=fichier), "le champ")
        if champ is None:
            continue
        if (fichier, champ) in imposees:
            releve.noter(ligne[o.CHAMP].place, f"le champ « {champ} » ({fichier}) a déjà une colonne", "ne gardez qu'une des deux lignes")
        imposees[fichier, champ] = en_tete
    return imposees


def _lire_champ(valeur: Valeur, fichier: Fichier) -> str:
    texte = lire_texte(valeur)
    noms = {cle(champ.nom): champ.nom for champ in FICHIERS[fichier]}
    if cle(texte) not in noms:
        proche = plus_proche(texte, noms.values())
        raise Illisible(
            f"champ « {texte} » inconnu du fichier {fichier}",
            f"vouliez-vous « {proche} » ?" if proche else f"champs possibles : {', '.join(noms.values())}",
        )
    return noms[cle(texte)]


def lire_taux(releve: Releve) -> Taux:
    """Les taux par semestre, en points ; vide tant qu'on ne les connaît pas."""
    semestres: dict[str, TauxSemestre] = {}
    for ligne in relever_tableau(releve, o.TABLEAUX[o.TAUX]):
        semestre = releve.exiger(ligne[o.SEMESTRE], _lire_semestre, "le semestre")
        bce = releve.lire(ligne[o.TAUX_BCE], lire_pourcentage, None)
        legal = releve.lire(ligne[o.TAUX_LEGAL], lire_pourcentage, None)
        source = releve.lire(ligne[o.SOURCE], lire_texte, "")
        if semestre is None:
            continue
        if semestre in semestres:
            releve.noter(ligne[o.SEMESTRE].place, f"le semestre {semestre} est en double", "ne gardez qu'une des deux lignes")
        semestres[semestre] = TauxSemestre(semestre, bce, legal, source)
    return Taux(semestres)


def _lire_semestre(valeur: Valeur) -> str:
    texte = lire_texte(valeur)
    trouve = re.fullmatch(r"(\d{4})[\s\-/]*S([12])", texte, re.IGNORECASE)
    if not trouve:
        raise Illisible(f"semestre « {texte} » incompréhensible", "écrivez-le AAAA-S1 ou AAAA-S2, par exemple 2026-S1")
    return f"{trouve[1]}-S{trouve[2]}"


def lire_messagerie(releve: Releve) -> Messagerie:
    """La messagerie ; un mot de passe qui voyagerait en clair mérite un avertissement."""
    trouves = relever_libelles(releve, LIBELLES_MESSAGERIE)
    absente = Cellule(None, "")

    def valeur(champ: str, lecteur: Callable[[Valeur], T], defaut: T) -> T:
        return releve.lire(trouves.get(champ, absente), lecteur, defaut)

    securite = valeur("securite", lambda v: lire_choix(v, Securite), Securite.STARTTLS)
    messagerie = Messagerie(
        serveur=valeur("serveur", lire_texte, ""),
        port=valeur("port", lambda v: lire_entier(v, 1, 65535), PORTS[securite]),
        securite=securite,
        identifiant=valeur("identifiant", lire_texte, ""),
        expediteur=valeur("expediteur", lire_texte, ""),
        repondre_a=valeur("repondre_a", lire_texte, ""),
        copie=valeur("copie", lire_texte, ""),
        mode=valeur("mode", lambda v: lire_choix(v, ModeCourriel), ModeCourriel.BROUILLONS),
        pause=float(valeur("pause", _lire_pause, Decimal(0))),
        adresse_essai=valeur("adresse_essai", lire_texte, ""),
        application=valeur("application", lire_texte, ""),
        locataire=valeur("locataire", lire_texte, ""),
    )
    if messagerie.mode is ModeCourriel.ENVOI and not messagerie.serveur and "serveur" in trouves:
        releve.noter(trouves["serveur"].place, "le mode Envoi demande un serveur SMTP", "saisissez-le, ou choisissez Brouillons")
    if securite is Securite.AUCUNE and messagerie.serveur and not messagerie.sur_cette_machine:
        releve.avertir(
            trouves["securite"].place,
            f"« Aucune » : les relances et le mot de passe voyageraient en clair jusqu'à {messagerie.serveur}",
            "choisissez STARTTLS (port 587) ou SSL (port 465)",
        )
    return messagerie


def _lire_pause(valeur: Valeur) -> Decimal:
    pause = lire_decimal(valeur)
    if not 0 <= pause <= 3600:
        raise Illisible(f"une pause de {pause} secondes ne convient pas", "écrivez un nombre de 0 à 3600")
    return pause
