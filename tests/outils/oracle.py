"""Le contrat lu une seconde fois, lentement : des boucles et des dictionnaires, rien de la maison que ses mots.

L'oracle ne partage aucun code avec `decision/` ; il se lit à côté du contrat (§4.1 à §4.6 et §5), un paragraphe par fonction.
Une ligne, un client, une relance du journal ou une note du suivi est un dictionnaire ; les dates sont des `date` ou None,
les montants des entiers dans l'unité minimale de la devise.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fnmatch import fnmatch
from fractions import Fraction
from typing import Any

from relances_xl.domaine.niveaux import Niveaux
from relances_xl.domaine.parametres import Parametres

Rang = dict[str, Any]

DECIMALES = {"EUR": 2, "USD": 2, "JPY": 0, "TND": 3}
SANS_ACCENTS = str.maketrans("éèêôç", "eeeoc")


@dataclass
class Lettre:
    """Une relance : les numéros de ligne qu'elle porte, crédits compris, et ce qu'elle dit."""

    client: str
    devise: str
    niveau: int
    lignes: list[int]
    retard: int
    credits: int
    net: int
    penalites: int | None  # None : un taux manque
    indemnite: int
    semestres_manquants: set[str]
    reedition: bool
    exige: int  # §4.6 : le net des échéances au niveau de la lettre, celui des autres
    joint: int
    # §6, « Liste clients »
    nb_echeances: int
    plus_ancienne: date
    jours_retard: int
    derniere_relance: date | None
    dernier_niveau: int

    @property
    def total(self) -> int | None:
        return None if self.penalites is None else self.net + self.penalites + self.indemnite


@dataclass
class Verdict:
    """Le sort de chaque ligne (par numéro) et les lettres."""

    motifs: dict[int, str]
    niveaux: dict[int, int]
    derniers: dict[int, tuple[int, date | None]]
    prevenues: set[int] = field(default_factory=set)  # échéances à qui le journal connaît une prévenance
    rompus: set[int] = field(default_factory=set)  # échéances d'un échéancier rompu
    non_tenues: dict[int, date] = field(default_factory=dict)  # la promesse passée d'une échéance toujours due
    repoussees: dict[int, date] = field(default_factory=dict)  # l'échéance que le journal connaissait
    lettres: list[Lettre] = field(default_factory=list)


def juger(lignes: list[Rang], clients: list[Rang], parametres: Parametres, journal: list[Rang], suivi: list[Rang]) -> Verdict:
    """§4 puis §5, dans l'ordre où le contrat les écrit."""
    fiches = {client["code_client"]: client for client in clients}
    lisibles = [ligne for ligne in lignes if not ligne["cause"]]  # §3 : une anomalie l'est avant tout motif
    motifs = {ligne["ligne"]: "" for ligne in lignes}
    niveaux = {ligne["ligne"]: 0 for ligne in lignes}
    derniers: dict[int, tuple[int, date | None]] = {ligne["ligne"]: (0, None) for ligne in lignes}
    verdict = Verdict(motifs, niveaux, derniers)
    for ligne in lisibles:
        motifs[ligne["ligne"]] = motif_de_la_creance(ligne, fiches.get(ligne["code_client"], {}), parametres, suivi)
        promis = promesse(ligne, suivi)
        manquee = ligne["reste_du"] > 0 and promis and promis < parametres.criteres.date_reference
        if (
            promis and manquee and not (ligne["date_piece"] and ligne["date_piece"] > promis)
        ):  # née après le jour promis, elle n'était pas promise
            verdict.non_tenues[ligne["ligne"]] = promis
    echeanciers([ligne for ligne in lisibles if not motifs[ligne["ligne"]]], suivi, verdict, parametres)
    for ligne in lisibles:
        numero = ligne["ligne"]
        plan = plan_de(ligne, fiches, parametres)
        motifs[numero] = motifs[numero] or motif_de_la_liste(ligne, parametres, suivi)
        if ligne["reste_du"] >= 0:
            historique, ancienne = historique_de(ligne, lisibles, journal)
            if ancienne:
                verdict.repoussees[numero] = ancienne
            if any(relance["niveau"] == 0 for relance in historique):
                verdict.prevenues.add(numero)
            derniers[numero] = dernier_niveau(ligne, historique, plan)
        if ligne["reste_du"] > 0 and not motifs[numero]:
            retard = (parametres.criteres.date_reference - ligne["date_echeance"]).days
            propose = niveau_propose(*derniers[numero], retard, plan, parametres)
            niveaux[numero] = propose if isinstance(propose, int) else 0
            motifs[numero] = "" if isinstance(propose, int) else propose
    for comptes in par(lisibles, "code_client", "devise"):
        seuils(comptes, verdict, parametres)
        for groupe in regrouper(comptes, verdict, parametres):
            verdict.lettres.append(ecrire_lettre(groupe, verdict, fiches, parametres))
    for groupe in prevenances(lisibles, verdict, fiches, parametres):
        verdict.lettres.append(ecrire_lettre(groupe, verdict, fiches, parametres))
    for ligne in lignes:
        if motifs[ligne["ligne"]]:
            niveaux[ligne["ligne"]] = 0
    indemnites(verdict, lignes, fiches, parametres)
    return verdict


def par(lignes: list[Rang], *champs: str) -> list[list[Rang]]:
    """Les lignes réunies par champs égaux."""
    groupes: dict[tuple[Any, ...], list[Rang]] = defaultdict(list)
    for ligne in lignes:
        groupes[tuple(ligne[champ] for champ in champs)].append(ligne)
    return list(groupes.values())


# ---------------------------------------------------------------------------------------------- §4.1 Motifs


def motif_de_la_creance(ligne: Rang, client: Rang, parametres: Parametres, suivi: list[Rang]) -> str:
    """§4.1 de SOLDEE à PROMESSE, le premier qui s'applique ; §4.2 dit ceux dont un crédit est dispensé."""
    criteres, reference = parametres.criteres, parametres.criteres.date_reference
    credit = ligne["reste_du"] < 0
    if ligne["reste_du"] == 0:
        return "SOLDEE"
    if ligne["non_comptabilisee"]:
        return "NON_COMPTABILISEE"
    if ligne["module"] and replie(ligne["module"]) in map(replie, criteres.modules_exclus):
        return "COMPTOIR"
    if ligne["exclure"]:
        return "EXCLUE"
    if client.get("exclure"):
        return "CLIENT_EXCLU"
    if client.get("procedure_collective"):
        return "PROCEDURE_COLLECTIVE"
    if not credit and ligne["cedee"]:
        return "CEDEE"
    if ligne["retenue_garantie"]:
        return "RETENUE_GARANTIE"
    # §2, « Suivi » : un litige jusqu'à sa date, ou tant que la ligne est là ; une promesse jusqu'à sa date
    litiges = [n["jusquau"] for n in notes_de(ligne, suivi) if n["nature"] == "Litige"]
    if ligne["litige"] or any(not jusquau or jusquau >= reference for jusquau in litiges):
        return "LITIGE"
    promis = promesse(ligne, suivi)
    return "PROMESSE" if not credit and promis and promis >= reference else ""


def notes_de(ligne: Rang, suivi: list[Rang]) -> list[Rang]:
    """§2, « Suivi » : les notes de la pièce, ou de tout le client (« Pièce » vide)."""
    return [n for n in suivi if pareil(n["code_client"], ligne["code_client"]) and n["piece"] in ("", ligne["piece"])]


def pareil(un: str, autre: str) -> bool:
    """§4.3 : codes comparés sans casse, espaces ni zéros de tête."""
    return un.lower().replace(" ", "").lstrip("0") == autre.lower().replace(" ", "").lstrip("0")


def promesse(ligne: Rang, suivi: list[Rang]) -> date | None:
    """La plus lointaine : celle de l'export, ou celles du « Suivi »."""
    promises = [ligne["promesse"], *(n["jusquau"] for n in notes_de(ligne, suivi) if n["nature"] == "Promesse")]
    return max((jour for jour in promises if jour), default=None)


def echeanciers(ouvertes: list[Rang], suivi: list[Rang], verdict: Verdict, parametres: Parametres) -> None:
    """§2, « Échéancier » : retenues tant que leur reste dû ne dépasse pas les versements de date ≥ date de référence ; sinon rompu."""
    reference = parametres.criteres.date_reference
    versements = [n for n in suivi if n["nature"] == "Échéancier"]
    deja: set[int] = set()
    for code, piece in sorted({(n["code_client"], n["piece"]) for n in versements}, key=lambda cle: cle[1] == ""):
        siens = [n for n in versements if (n["code_client"], n["piece"]) == (code, piece)]
        notee = max((n["date"] for n in siens if n["date"]), default=None)
        a_venir = sum(n["versement"] for n in siens if n["jusquau"] >= reference)
        couvertes = []
        for ligne in ouvertes:
            credit = ligne["reste_du"] < 0
            jour = ligne["date_piece"] or ligne["date_echeance"]
            if not pareil(ligne["code_client"], code) or ligne["ligne"] in deja or (credit and jour and jour > reference):
                continue
            if piece and piece != (ligne["reference"] if credit else ligne["piece"]):
                continue
            # tout le client : ce qui existait quand l'échéancier a été noté
            if not piece and not credit and notee and ligne["date_piece"] and ligne["date_piece"] > notee:
                continue
            couvertes.append(ligne)
            deja.add(ligne["ligne"])
        for groupe in par(couvertes, "devise"):
            du = Fraction(sum(ligne["reste_du"] for ligne in groupe), 10 ** DECIMALES[groupe[0]["devise"]])
            for ligne in groupe:
                if ligne["reste_du"] > 0 and du <= Fraction(a_venir):
                    verdict.motifs[ligne["ligne"]] = "ECHEANCIER"
                elif ligne["reste_du"] > 0:
                    verdict.rompus.add(ligne["ligne"])


def motif_de_la_liste(ligne: Rang, parametres: Parametres, suivi: list[Rang]) -> str:
    """§4.1 de PAUSE à AVANT_PERIODE."""
    criteres, reference = parametres.criteres, parametres.criteres.date_reference
    credit = ligne["reste_du"] < 0
    de_tous = [n for n in suivi if n["code_client"] == "" and n["piece"] in ("", ligne["piece"])]
    pauses = [n["jusquau"] for n in notes_de(ligne, suivi) + de_tous if n["nature"] == "Pause"]
    if not credit and any(jusquau >= reference for jusquau in pauses):
        return "PAUSE"
    if not selectionne(ligne["code_client"], parametres):
        return "CLIENT_NON_SELECTIONNE"
    modes = criteres.modes_paiement
    nomme = bool(ligne["mode_paiement"]) and replie(ligne["mode_paiement"]) in map(replie, modes.nommes)
    if not credit and (nomme if modes.sauf else not nomme):
        return "MODE_PAIEMENT"
    if credit:
        jour = ligne["date_piece"] or ligne["date_echeance"]
        return "NON_ECHUE" if jour and jour > reference else ""  # §3 : sans date, il vaut au jour de référence
    if not ligne["date_echeance"] < reference:
        return "NON_ECHUE"
    if criteres.ignorer_avant and ligne["date_echeance"] < criteres.ignorer_avant:
        return "AVANT_PERIODE"
    return ""


def replie(texte: str) -> str:
    """§2 : sans tenir compte de la casse, des accents ni des espaces."""
    return texte.lower().replace(" ", "").translate(SANS_ACCENTS)


def selectionne(code: str, parametres: Parametres) -> bool:
    """§2 « Codes clients » : codes, jokers, plages en ordre naturel, plus les clients cochés ; rien : tous."""
    motifs = parametres.criteres.codes_clients
    if not motifs and not parametres.clients_coches:
        return True
    if code in parametres.clients_coches:
        return True
    for motif in motifs:
        debut, plage, fin = motif.partition("..")
        if (naturel(debut) <= naturel(code) <= naturel(fin)) if plage else fnmatch(code, motif):
            return True
    return False


def naturel(code: str) -> tuple[str, int]:
    """« C10 » vient après « C2 » : les lettres, puis le nombre."""
    lettres = code.rstrip("0123456789")
    return lettres, int(code.removeprefix(lettres) or 0)


# ---------------------------------------------------------------------------- §4.3 Dernier niveau, §4.4 Niveau proposé


def plan_de(ligne: Rang, fiches: dict[str, Rang], parametres: Parametres) -> Niveaux:
    """§2, « Plan » : celui du client, sinon « Standard » ; un plan que le dossier n'a pas vaut « Standard »."""
    voulu = fiches.get(ligne["code_client"], {}).get("plan_relance") or "Standard"
    return next((niveaux for niveaux in parametres.plans if replie(niveaux.plan) == replie(voulu)), parametres.plans.liste[0])


def historique_de(ligne: Rang, lisibles: list[Rang], journal: list[Rang]) -> tuple[list[Rang], date | None]:
    """§4.3 : ce que le journal sait de cette échéance ; et, si elle a changé de date, celle qu'il connaissait."""

    def de_la_piece(rang: Rang) -> bool:
        return pareil(rang["code_client"], ligne["code_client"]) and pareil(rang["piece"], ligne["piece"])

    siennes = [relance for relance in journal if de_la_piece(relance)]
    au_journal = {relance["date_cle"] for relance in siennes}
    a_l_export = {autre["date_cle"] for autre in lisibles if autre["reste_du"] >= 0 and de_la_piece(autre)}
    if len(au_journal) == 1 and len(a_l_export) == 1 and au_journal != a_l_export:
        return siennes, au_journal.pop()
    return [relance for relance in siennes if relance["date_cle"] == ligne["date_cle"]], None


def dernier_niveau(ligne: Rang, historique: list[Rang], plan: Niveaux) -> tuple[int, date | None]:
    """§4.3 : le plus haut du journal et sa date la plus récente ; à défaut ce que dit l'export ; à défaut 0."""
    plus_haut = plan.plus_haut
    faites = [relance for relance in historique if relance["niveau"]]  # §2 : une prévenance ne fait monter aucun niveau
    if faites:
        niveau = max(relance["niveau"] for relance in faites)
        if all(relance["reedition"] for relance in faites):
            # §4.4 : « une réédition ne fait ni monter ni descendre le niveau », celui de l'export compris
            niveau = max(niveau, ligne["niveau_relance"])
        return min(niveau, plus_haut), max(relance["date"] for relance in faites)
    # L'historique partagé par des lignes de même clé est le journal (§7) ; ce que l'export dit d'une ligne ne vaut que pour elle.
    if ligne["niveau_relance"] > 0:
        return min(ligne["niveau_relance"], plus_haut), ligne["date_relance"]
    return 0, None


def niveau_propose(n: int, derniere: date | None, retard: int, plan: Niveaux, parametres: Parametres) -> int | str:
    """§4.4, case par case : un niveau, ou le motif qui l'empêche ; « max et délais sont ceux du plan du client »."""
    criteres, plus_haut, delais = parametres.criteres, plan.plus_haut, plan.delais
    if criteres.automatique:
        if n == 0:
            return 1 if retard >= delais[1] else "DELAI"
        if criteres.reedition:
            return n
        if n == plus_haut:
            return "NIVEAU_MAX"
        # §3 : `niveau_relance` sans `date_relance`, délai tenu pour écoulé
        return n + 1 if derniere is None or (criteres.date_reference - derniere).days >= delais[n + 1] else "DELAI"
    voulu = min(criteres.niveau, plus_haut)  # « N au-delà du max d'un plan vaut ce max »
    if voulu == 0:  # seules les prévenances sont demandées
        return "NIVEAU_DEJA_EFFECTUE"
    if n == plus_haut:
        return voulu if criteres.reedition and voulu == plus_haut else "NIVEAU_DEJA_EFFECTUE"
    if criteres.reedition:
        return voulu if n <= voulu else "NIVEAU_DEJA_EFFECTUE"
    return voulu if n < voulu else "NIVEAU_DEJA_EFFECTUE"


def prevenances(lisibles: list[Rang], verdict: Verdict, fiches: dict[str, Rang], parametres: Parametres) -> list[list[Rang]]:
    """§2, niveau 0 : les échéances non échues à cette distance, une seule fois chacune, sauf à qui a une relance dans la liste."""
    criteres = parametres.criteres
    if not criteres.automatique and criteres.niveau != 0:
        return []
    relances = {lettre.client for lettre in verdict.lettres}
    a_prevenir = []
    for ligne in lisibles:
        prevenance = plan_de(ligne, fiches, parametres).prevenance
        if not prevenance or verdict.motifs[ligne["ligne"]] != "NON_ECHUE" or ligne["reste_du"] < 0:
            continue
        if ligne["code_client"] in relances or ligne["ligne"] in verdict.prevenues or verdict.derniers[ligne["ligne"]][0]:
            continue
        if criteres.ignorer_avant and ligne["date_echeance"] < criteres.ignorer_avant:
            continue
        if (ligne["date_echeance"] - criteres.date_reference).days <= -prevenance.delai:
            a_prevenir.append(ligne)
    for ligne in a_prevenir:
        verdict.motifs[ligne["ligne"]] = ""
    return par(a_prevenir, "code_client", "devise", *(["piece"] if criteres.regroupement.value == "Facture" else []))


# --------------------------------------------------------------------------- §4.2 Crédits, §4.5 Seuil, §4.6 Regroupement


def seuils(comptes: list[Rang], verdict: Verdict, parametres: Parametres) -> None:
    """§4.2 et §4.5, pour un client et une devise : pose CREDITEUR ou SOUS_SEUIL sur toutes ses lignes retenues."""
    retenues = [ligne for ligne in comptes if not verdict.motifs[ligne["ligne"]]]
    # Crédits compris : leur reste dû est négatif. Sans échéance retenue, il ne reste qu'eux, et le net est ≤ 0.
    net = sum(ligne["reste_du"] for ligne in retenues)
    motif = ""
    if net <= 0:
        motif = "CREDITEUR"
    else:
        differees = ("DELAI", "NIVEAU_DEJA_EFFECTUE", "NIVEAU_MAX")
        retard_net = net + sum(ligne["reste_du"] for ligne in comptes if verdict.motifs[ligne["ligne"]] in differees)
        if Fraction(retard_net, 10 ** DECIMALES[comptes[0]["devise"]]) < Fraction(parametres.criteres.montant_minimum):
            motif = "SOUS_SEUIL"
    for ligne in retenues:
        verdict.motifs[ligne["ligne"]] = motif


def regrouper(comptes: list[Rang], verdict: Verdict, parametres: Parametres) -> list[list[Rang]]:
    """§4.6 : les lettres d'un client dans une devise, en listes de lignes."""
    retenues = [ligne for ligne in comptes if not verdict.motifs[ligne["ligne"]]]
    if not retenues:
        return []
    echeances = [ligne for ligne in retenues if ligne["reste_du"] > 0]
    credits = [ligne for ligne in retenues if ligne["reste_du"] < 0]
    match parametres.criteres.regroupement.value:
        case "Client et niveau":
            lettres: dict[int, list[Rang]] = {verdict.niveaux[e["ligne"]]: [] for e in echeances}
            for echeance in echeances:
                lettres[verdict.niveaux[echeance["ligne"]]].append(echeance)
            for credit in credits:
                designees = [verdict.niveaux[e["ligne"]] for e in echeances if e["piece"] == credit["reference"]]
                lettres[max(designees or lettres)].append(credit)
            if all(sum(ligne["reste_du"] for ligne in lettre) > 0 for lettre in lettres.values()):
                return list(lettres.values())
            return [retenues]
        case "Facture":
            pieces: list[list[Rang]] = []
            places = []
            for piece in par(echeances, "piece"):
                siens = [credit for credit in credits if credit["reference"] == piece[0]["piece"]]
                places += [credit["ligne"] for credit in siens]
                if sum(ligne["reste_du"] for ligne in piece + siens) > 0:
                    pieces.append(piece + siens)
                else:
                    for ligne in piece + siens:
                        verdict.motifs[ligne["ligne"]] = "CREDITEUR"
            for credit in credits:
                if credit["ligne"] not in places:
                    verdict.motifs[credit["ligne"]] = "CREDITEUR"
            return pieces
        case _:
            return [retenues]


# ---------------------------------------------------------------------------------------------- §5 Pénalités


def ecrire_lettre(groupe: list[Rang], verdict: Verdict, fiches: dict[str, Rang], parametres: Parametres) -> Lettre:
    """Les montants d'une lettre, indemnité à part : une pièce peut être sur deux lettres."""
    echeances = [ligne for ligne in groupe if ligne["reste_du"] > 0]
    nets = restes(groupe, verdict)
    penalites, manquants = 0, set()
    for echeance in echeances:
        dues, inconnus = penalites_de(echeance, nets[echeance["ligne"]], verdict, fiches, parametres)
        penalites += dues
        manquants |= inconnus
    retard = sum(e["reste_du"] for e in echeances)
    net = sum(ligne["reste_du"] for ligne in groupe)
    derniers = [verdict.derniers[e["ligne"]] for e in echeances]
    plus_haut = max(verdict.niveaux[e["ligne"]] for e in echeances)
    exige = sum(nets[e["ligne"]] for e in echeances if verdict.niveaux[e["ligne"]] == plus_haut)
    return Lettre(
        client=groupe[0]["code_client"],
        devise=groupe[0]["devise"],
        niveau=plus_haut,
        lignes=[ligne["ligne"] for ligne in groupe],
        retard=retard,
        credits=retard - net,
        net=net,
        penalites=None if manquants else penalites,
        indemnite=0,
        semestres_manquants=manquants,
        # §4.4 : refaire un niveau déjà fait
        reedition=any(0 < verdict.niveaux[e["ligne"]] <= verdict.derniers[e["ligne"]][0] for e in echeances),
        exige=exige,
        joint=sum(nets.values()) - exige,
        nb_echeances=len(echeances),
        plus_ancienne=min(e["date_echeance"] for e in echeances),
        jours_retard=max(0, *((parametres.criteres.date_reference - e["date_echeance"]).days for e in echeances)),
        derniere_relance=max((jour for _, jour in derniers if jour), default=None),
        dernier_niveau=max(niveau for niveau, _ in derniers),
    )


def restes(groupe: list[Rang], verdict: Verdict) -> dict[int, int]:
    """§5 : les crédits d'abord sur la pièce qu'ils désignent, puis sur l'échéance la plus ancienne ; ce qui reste de chacune."""
    echeances = sorted((e for e in groupe if e["reste_du"] > 0), key=lambda e: anciennete(e, verdict.niveaux[e["ligne"]]))
    nets = {e["ligne"]: e["reste_du"] for e in echeances}

    def imputer(somme: int, sur: list[Rang]) -> int:
        for echeance in sur:
            part = min(somme, nets[echeance["ligne"]])
            nets[echeance["ligne"]] -= part
            somme -= part
        return somme

    surplus = 0
    for credit in (ligne for ligne in groupe if ligne["reste_du"] < 0):
        surplus += imputer(-credit["reste_du"], [e for e in echeances if e["piece"] == credit["reference"]])
    imputer(surplus, echeances)
    return nets


def anciennete(e: Rang, niveau: int) -> tuple[Any, ...]:
    """« La plus ancienne ». Du même jour, le contrat se tait, et un centime d'arrondi peut en dépendre : le choix du produit."""
    return e["date_echeance"], e["piece"], e["date_piece"] or date.max, e["reste_du"], e["sans_frais"], -niveau, e["ligne"]


def type_de(ligne: Rang, fiches: dict[str, Rang], parametres: Parametres) -> str:
    """§2 « Type de client par défaut », pour les clients sans `type_client`."""
    return str(fiches.get(ligne["code_client"], {}).get("type_client") or parametres.criteres.type_client_defaut or "")


def penalites_de(echeance: Rang, reste: int, verdict: Verdict, fiches: dict[str, Rang], parametres: Parametres) -> tuple[int, set[str]]:
    """Reste × taux × jours / 365, jour par jour, arrondi une fois, demi vers le haut ; et les semestres sans taux."""
    criteres = parametres.criteres
    genre = type_de(echeance, fiches, parametres)
    niveau = verdict.niveaux[echeance["ligne"]]
    reclame = niveau > 0 and plan_de(echeance, fiches, parametres)[niveau].penalites
    if not reclame or genre not in ("Professionnel", "Public") or echeance["sans_frais"] or reste == 0:
        return 0, set()
    debut = echeance["date_echeance"] + timedelta(days=1)
    points, manquants = Fraction(0), set()  # la somme, jour après jour, des taux annuels en points
    for rang in range((criteres.date_reference - echeance["date_echeance"]).days):
        if genre == "Professionnel" and criteres.taux_contractuel is not None:
            points += Fraction(criteres.taux_contractuel)
            continue
        fige = genre == "Public" or criteres.figer_taux
        semestre = semestre_de(debut if fige else debut + timedelta(days=rang))
        bce = parametres.taux.semestres[semestre].bce if semestre in parametres.taux.semestres else None
        if bce is None:
            manquants.add(semestre)
            continue
        points += Fraction(bce) + (8 if genre == "Public" else 10)
    return int(reste * points / 100 / 365 + Fraction(1, 2)), manquants


def prescription(ligne: Rang, fiches: dict[str, Rang], parametres: Parametres, historique: list[Rang]) -> date:
    """§6 « Prescription » : 5 ans depuis la plus ancienne de la pièce et de l'échéance, 2 (Particulier ou sans type).

    Client public : le 31 décembre de la quatrième année suivante, comptée à nouveau depuis la dernière relance du journal,
    si elle a été écrite à temps.
    """
    genre = type_de(ligne, fiches, parametres)
    depart: date = min(jour for jour in (ligne["date_piece"], ligne["date_echeance"]) if jour)
    if genre == "Public":
        ecrite = max((relance["date"] for relance in historique if relance["niveau"]), default=depart)
        if ecrite > date(depart.year + 4, 12, 31):
            ecrite = depart
        return date(max(depart, ecrite).year + 4, 12, 31)
    ans = 5 if genre == "Professionnel" else 2
    if (depart.month, depart.day) == (2, 29):
        return date(depart.year + ans, 2, 28)
    return depart.replace(year=depart.year + ans)


def semestre_de(jour: date) -> str:
    return f"{jour.year}-S1" if jour.month < 7 else f"{jour.year}-S2"


def indemnites(verdict: Verdict, lignes: list[Rang], fiches: dict[str, Rang], parametres: Parametres) -> None:
    """§5 : 40 € par pièce en retard, une seule fois même sur deux lettres (la plus haute), en EUR seulement."""
    par_numero = {ligne["ligne"]: ligne for ligne in lignes}
    reclamees = []
    for lettre in verdict.lettres:
        for numero, reste in restes([par_numero[numero] for numero in lettre.lignes], verdict).items():
            ligne = par_numero[numero]
            niveau = verdict.niveaux[numero]
            reclamee = niveau > 0 and plan_de(ligne, fiches, parametres)[niveau].indemnite
            due = reclamee and type_de(ligne, fiches, parametres) in ("Professionnel", "Public")
            # « une pièce ramenée à zéro ne porte rien » ; §3 : un à-nouveau sans pièce n'a pas d'indemnité
            if due and reste > 0 and lettre.devise == "EUR" and not ligne["sans_frais"]:
                reclamees.append(
                    (-lettre.niveau, anciennete(ligne, verdict.niveaux[numero]), lettre, (ligne["code_client"], ligne["piece"]))
                )
    deja = set()
    # À niveaux égaux (imposés dans la revue), « la plus haute » ne dit rien : celle de l'échéance la plus ancienne.
    for *_, lettre, piece in sorted(reclamees, key=lambda reclamee: reclamee[:2]):
        if piece not in deja:
            deja.add(piece)
            lettre.indemnite += 4000


# ------------------------------------------------------------------------------- §6, étape 1 : la revérification avant de produire

RESTENT_EN_PLACE = ("", "DELAI", "NIVEAU_DEJA_EFFECTUE", "NIVEAU_MAX", "CREDITEUR")
"""Les motifs frais qui n'écartent pas : le niveau est celui que l'utilisateur approuve, le net se juge sur ce qui part."""


@dataclass
class Production:
    """Ce qui part : (ligne fraîche, relance, niveau) ; ce qui ne part plus : (ligne de la revue, motif) et relance → motif."""

    partent: list[tuple[Rang, str, int]] = field(default_factory=list)
    ecartees: list[tuple[Rang, str]] = field(default_factory=list)
    relances_ecartees: dict[str, str] = field(default_factory=dict)


def confronter(
    detail: list[Rang], credits_exclus: list[Rang], imposes: dict[str, int], a_produire: list[str], fraiches: list[Rang], frais: Verdict
) -> Production:
    """§6, étape 1. imposes : relance → « Niveau » changé dans la revue ; frais : ce que l'oracle dit des lignes d'aujourd'hui."""
    production = Production()
    place = retrouver([ligne for ligne in detail if ligne["reste_du"] > 0], fraiches, frais)
    credits_changes, place_des_credits = credits_depuis(detail, credits_exclus, fraiches, frais)
    for relance in a_produire:
        approuvees = [ligne for ligne in detail if ligne["relance"] == relance and ligne["retenir"]]
        echeances = [ligne for ligne in approuvees if ligne["reste_du"] > 0]
        ecarts = {id(e): ecart_de(e, place.get(id(e)), frais) for e in echeances}
        bonnes = [e for e in echeances if not ecarts[id(e)]]
        credits = [ligne for ligne in approuvees if ligne["reste_du"] < 0]
        motif = None
        if not bonnes:
            motif = next(iter(ecarts.values()), "")
        elif relance in credits_changes:
            motif = "CREDIT_DEPUIS"
        elif sum(ligne["reste_du"] for ligne in bonnes + credits) <= 0:
            motif = "CREDITEUR"
        production.ecartees += [(e, raison) for e in echeances if (raison := ecarts[id(e)] or motif) is not None]
        if motif is not None:
            production.relances_ecartees[relance] = motif
            continue
        production.partent += [(place[id(e)], relance, imposes.get(relance, int(e["niveau_propose"]))) for e in bonnes]
        production.partent += [(place_des_credits[id(credit)], relance, 0) for credit in credits]
    return production


def ecart_de(listee: Rang, fraiche: Rang | None, frais: Verdict) -> str:
    """Ce qui a changé pour une échéance approuvée ; rien : vide."""
    if fraiche is None or fraiche["reste_du"] == 0:
        return "SOLDEE_DEPUIS"
    if fraiche["reste_du"] != listee["reste_du"]:
        return "MODIFIEE_DEPUIS"
    if frais.derniers[fraiche["ligne"]] != (listee["dernier_niveau"], listee["derniere_relance"]):
        return "RELANCEE_DEPUIS"
    prevenance = listee["niveau_propose"] == 0
    if prevenance and fraiche["ligne"] in frais.prevenues:
        return "RELANCEE_DEPUIS"
    en_place = (*RESTENT_EN_PLACE, "NON_ECHUE") if prevenance else RESTENT_EN_PLACE
    return "" if frais.motifs[fraiche["ligne"]] in en_place else "EXCLUE_DEPUIS"


def meme_ligne(listee: Rang, fraiche: Rang) -> bool:
    return all(listee[champ] == fraiche[champ] for champ in ("code_client", "devise", "piece", "date_echeance"))


def retrouver(listees: list[Rang], fraiches: list[Rang], frais: Verdict) -> dict[int, Rang]:
    """La ligne fraîche de chaque échéance de la revue (par `id`) : celle où rien n'a changé, sinon la moins changée."""
    libres = sorted((f for f in fraiches if not f["cause"] and f["reste_du"] >= 0), key=lambda f: -f["reste_du"])
    place: dict[int, Rang] = {}
    for acceptes in (("",), ("", "EXCLUE_DEPUIS", "RELANCEE_DEPUIS"), None):
        for listee in sorted(listees, key=lambda ligne: -ligne["reste_du"]):
            for fraiche in libres:
                if (
                    id(listee) not in place
                    and meme_ligne(listee, fraiche)
                    and (acceptes is None or ecart_de(listee, fraiche, frais) in acceptes)
                ):
                    place[id(listee)] = fraiche
                    libres.remove(fraiche)
                    break
    return place


def credits_depuis(
    detail: list[Rang], credits_exclus: list[Rang], fraiches: list[Rang], frais: Verdict
) -> tuple[set[str], dict[int, Rang]]:
    """Les relances qu'un crédit « apparu ou changé depuis la liste » écarte ; la ligne fraîche de chaque crédit de la revue."""
    # §4.2 : un crédit qui vient, ou viendrait, en déduction
    inconnus = [f for f in fraiches if not f["cause"] and f["reste_du"] < 0 and frais.motifs[f["ligne"]] in ("", "CREDITEUR", "SOUS_SEUIL")]
    changees, place = set(), {}
    connus = [ligne for ligne in detail if ligne["reste_du"] < 0] + [e for e in credits_exclus if e["motif"] == "CREDITEUR"]
    for connu in connus:
        retrouves = [f for f in inconnus if meme_ligne(connu, f) and f["reste_du"] == connu["reste_du"]]
        if retrouves:
            place[id(connu)] = retrouves[0]
            inconnus.remove(retrouves[0])
        elif connu.get("retenir"):
            changees.add(connu["relance"])
    for apparu in inconnus:
        comptes = (apparu["code_client"], apparu["devise"])
        changees |= {ligne["relance"] for ligne in detail if (ligne["code_client"], ligne["devise"]) == comptes}
    return changees, place
