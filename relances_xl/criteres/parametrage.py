"""Les onglets de `criteres.xlsx` autres que « Critères » et « Niveaux » : clients, suivi, émetteur, colonnes, taux, messagerie."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TypeVar

import pandas as pd

from relances_xl.criteres import onglets as o
from relances_xl.criteres.plans import lire_plan
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
from relances_xl.domaine.criteres import OUI_NON, TypeClient
from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import (
    LIBELLES_EMETTEUR,
    LIBELLES_MESSAGERIE,
    Emetteur,
    Messagerie,
    ModeCourriel,
    NatureSuivi,
    Securite,
)
from relances_xl.domaine.schemas import FICHES_SAISIES, SUIVI
from relances_xl.domaine.tables import FICHIERS, Fichier
from relances_xl.domaine.taux import Taux, TauxSemestre

T = TypeVar("T")

EMAIL_DE = "Email de "
SANS_DATE_REFUSEES = {
    NatureSuivi.PROMESSE: "une promesse",
    NatureSuivi.ECHEANCIER: "un versement d'échéancier",
    NatureSuivi.PAUSE: "une pause",
}
PORTS = {Securite.STARTTLS: 587, Securite.SSL: 465, Securite.AUCUNE: 25}


def lire_clients(releve: Releve, plans: Plans | None) -> tuple[tuple[str, ...], pd.DataFrame]:
    """L'onglet « Clients » : les codes cochés, dans l'ordre, et FICHES_SAISIES, ce qui y est dit de plus que l'export.

    plans : None si l'onglet « Niveaux » ne se lit pas ; un plan inconnu est une faute.
    """
    coches: list[str] = []
    fiches: dict[str, dict[str, str]] = {}
    for ligne in relever_tableau(releve, o.TABLEAUX[o.CLIENTS]):
        code = releve.lire(ligne[o.CODE_CLIENT], lire_texte, "")
        coche = releve.lire(ligne[o.RELANCER], lire_oui_ou_non, False)
        exclure = releve.lire(ligne[o.CLIENT_EXCLURE], lire_oui_ou_non, None)
        fiche = {
            c.TYPE_CLIENT: str(releve.lire(ligne[o.CLIENT_TYPE], lambda v: lire_choix(v, TypeClient), "")),
            c.ENVOI: releve.lire(ligne[o.CLIENT_ENVOI], lambda v: lire_choix(v, o.CLIENT_ENVOI.choix), ""),
            c.EMAIL_RELANCE: releve.lire(ligne[o.CLIENT_EMAIL], lire_texte, ""),
            c.PLAN_RELANCE: releve.lire(ligne[o.CLIENT_PLAN], partial(lire_plan, plans=plans), ""),
            c.EXCLURE: "" if exclure is None else OUI_NON[0 if exclure else 1],
        }
        if code and coche:
            coches.append(code)
        if code and any(fiche.values()):
            precedente = fiches.setdefault(code, {c.CODE_CLIENT: code})
            precedente |= {champ: valeur for champ, valeur in fiche.items() if valeur}
        if not code and est_vide(ligne[o.CODE_CLIENT].valeur) and (coche or any(fiche.values())):
            releve.noter(ligne[o.CODE_CLIENT].place, "ligne remplie sans code client", "saisissez le code, ou effacez la ligne")
    return tuple(dict.fromkeys(coches)), FICHES_SAISIES.table(*fiches.values())


def lire_suivi(releve: Releve) -> pd.DataFrame:
    """L'onglet « Suivi » (table SUIVI) ; seule une pause peut ne pas nommer de client.

    Le code décide : « Raison sociale » n'est là que pour l'œil. Une ligne effacée dont le nom reste est ignorée.
    """
    rangs = []
    for ligne in relever_tableau(releve, o.TABLEAUX[o.SUIVI]):
        nom = ligne[o.SUIVI_NOM]
        if all(est_vide(cellule.valeur) for colonne, cellule in ligne.items() if colonne != o.SUIVI_NOM):
            releve.avertir(
                nom.place, "une raison sociale seule, sans code client : la ligne est ignorée", "effacez-la, ou saisissez son code"
            )
            continue
        nature = releve.exiger(ligne[o.SUIVI_NATURE], lambda v: lire_choix(v, NatureSuivi), "la nature")
        if nature is NatureSuivi.PAUSE:
            code = releve.lire(ligne[o.SUIVI_CODE], lire_texte, "")
            if not code and not est_vide(nom.valeur):
                releve.avertir(
                    ligne[o.SUIVI_CODE].place, "une pause sans code client : elle vaut pour tous, malgré la raison sociale à côté",
                    "saisissez le code de ce client, ou effacez sa raison sociale",
                )  # fmt: skip
        else:
            code = releve.exiger(ligne[o.SUIVI_CODE], lire_texte, "le code client") or ""
        jusquau, montant = ligne[o.SUIVI_JUSQUAU], ligne[o.SUIVI_MONTANT]
        if nature in SANS_DATE_REFUSEES and est_vide(jusquau.valeur):
            releve.noter(jusquau.place, f"{SANS_DATE_REFUSEES[nature]} sans date", "saisissez-la dans « Jusqu'au »")
        if nature is NatureSuivi.ECHEANCIER and est_vide(montant.valeur):
            releve.noter(
                montant.place, "un versement d'échéancier sans montant", "saisissez le montant de ce versement, une ligne par versement"
            )
        rangs.append(
            {
                c.CODE_CLIENT: code,
                c.PIECE: releve.lire(ligne[o.SUIVI_PIECE], lire_texte, ""),
                c.DATE: releve.lire(ligne[o.SUIVI_DATE], lire_date, None),
                c.NATURE_SUIVI: str(nature or ""),
                c.JUSQUAU: releve.lire(jusquau, lire_date, None),
                c.VERSEMENT: releve.lire(montant, _lire_versement, None),
                c.COMMENTAIRE: releve.lire(ligne[o.SUIVI_COMMENTAIRE], lire_texte, ""),
                c.PLACE: ligne[o.SUIVI_CODE].place,
                c.PLACE_PIECE: ligne[o.SUIVI_PIECE].place,
            }
        )
    return SUIVI.table(*rangs)


def _lire_versement(valeur: Valeur) -> Decimal:
    montant = lire_decimal(valeur)
    if montant < 0:
        raise Illisible("le montant est négatif", "écrivez un montant positif")
    return montant


def lire_emetteur(releve: Releve) -> tuple[Emetteur, dict[str, str]]:
    """L'entreprise qui relance, et les adresses de ses commerciaux (« Email de NOM »), par nom comparable (`cle`).

    Un nombre retrouve les zéros de tête qu'Excel lui a pris. Un IBAN, un BIC ou un SIREN faux se signale sans rien
    empêcher (mieux vaut accepter un faux que refuser un vrai).
    """
    relevees = relever_libelles(releve, LIBELLES_EMETTEUR, prefixe=EMAIL_DE)
    trouves = {champ: relevees[champ] for champ in LIBELLES_EMETTEUR if champ in relevees}
    emails = {cle(nom): releve.lire(relevees[nom], lire_texte, "") for nom in relevees if nom not in trouves}
    textes = {champ: releve.lire(cellule, lire_texte, "") for champ, cellule in trouves.items()}
    for champ, longueur in (("code_postal", 5), ("telephone", 10)):
        if champ in trouves and isinstance(trouves[champ].valeur, int | float):
            textes[champ] = textes[champ].zfill(longueur)
    for champ, effet in (
        ("iban", "les lettres n'auront pas de QR code de paiement"),
        ("bic", "vérifiez-le auprès de votre banque"),
        ("siren", "il sera imprimé tel quel"),
    ):
        if textes.get(champ) and not _est_valable(champ, textes[champ]):
            releve.avertir(trouves[champ].place, f"« {textes[champ]} » n'est pas un {champ.upper()} valable", f"corrigez-le : {effet}")
    return Emetteur(**textes), {nom: adresse for nom, adresse in emails.items() if adresse}


def _est_valable(champ: str, texte: str) -> bool:
    """Un IBAN, un BIC ou un SIREN, vérifié. (stdnum charge de quoi parler au réseau : seulement s'il y a quelque chose à vérifier.)"""
    from stdnum import bic, iban
    from stdnum.fr import siren

    return bool({"iban": iban, "bic": bic, "siren": siren}[champ].is_valid(texte))


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
